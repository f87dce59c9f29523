/*
** One attempt of a request over curl, and what came of it; no retries, no
** policy. For http.c only. All transfers of a pool move on together, when it
** is driven. The only part of the extension that includes curl.
*/
#ifndef NEP_HTTP_TRANSFER_H
#define NEP_HTTP_TRANSFER_H

#include "base.h"

/* A connection's kept-alive connections, and the transfers under way on them.
** It belongs to the process that made it. */
typedef struct nep_pool nep_pool;

/* One attempt under way. */
typedef struct nep_transfer nep_transfer;

/* What to send and how. All texts are borrowed until the transfer is freed. */
typedef struct nep_sending {
  const char *base; /* checked, shown in messages */
  const char *path; /* shown in messages */
  const char *url;  /* whole and escaped */
  bool is_post;     /* else a GET */
  const char *body; /* of a POST; NULL: empty */
  size_t body_size;
  const nep_sink *sink;     /* takes the body of a success; NULL: memory */
  const char *headers[3];   /* whole lines; NULL: none */
  const char *certificates; /* file of those to trust; NULL: the system's */
  bool verify;              /* the server's certificate */
  int attempt;              /* 1, 2, …: shown in messages */
  long timeout;             /* seconds to connect, and without a byte */
  long longest;             /* seconds for all of it */
} nep_sending;

/* What follows from an attempt that ended. */
typedef enum nep_ending {
  NEP_ENDED_WELL,      /* final, with a status */
  NEP_ENDED_TRANSIENT, /* may get better by waiting, with or without a status */
  NEP_ENDED_STUBBORN,  /* seldom gets better */
  NEP_ENDED_FATAL      /* cannot get better */
} nep_ending;

typedef struct nep_outcome {
  nep_ending ending;
  int status;                   /* 0: no whole answer */
  char content_type[128];       /* cut */
  double retry_after;           /* seconds that the server asks for, -1: none */
  sqlite3_int64 sent, received; /* bytes of the bodies on the wire */
  nep_error error;              /* owned; set where status is 0 */
} nep_outcome;

/* NULL when out of memory. */
nep_pool *nep_pool_new(void);
/* Its transfers must have been freed before. NULL is accepted. In another
** process than its own, a pool and its transfers are let go without a byte on
** the sockets, which the parent still uses. */
void nep_pool_free(nep_pool *pool);
/* True in a child of the process that made it: free it, make another. */
bool nep_pool_is_foreign(const nep_pool *pool);
/* Connections kept and used at once. */
void nep_pool_limit(nep_pool *pool, sqlite3_int64 n_connections);

/*
** Begins an attempt whose body goes to answer (borrowed, emptied; its limit is
** set here). NULL: error says why.
*/
nep_transfer *nep_transfer_start(nep_pool *pool, const nep_sending *sending,
                                 nep_bytes *answer, void *owner,
                                 nep_error *error);
void *nep_transfer_owner(const nep_transfer *transfer);
/* Moves all transfers on without waiting; false when out of memory. */
bool nep_pool_drive(nep_pool *pool);
/* The next transfer that ended, with its outcome (whose error the caller
** clears), or NULL. The caller frees it. */
nep_transfer *nep_pool_next_ended(nep_pool *pool, nep_outcome *outcome);
/* Waits until something can move on, at most that long. */
bool nep_pool_wait(nep_pool *pool, int milliseconds);
/* Bytes of the bodies so far. */
void nep_transfer_count(const nep_transfer *transfer, sqlite3_int64 *sent,
                        sqlite3_int64 *received);
/* Cancels it if it has not ended. NULL is accepted. */
void nep_transfer_free(nep_transfer *transfer);

#endif
