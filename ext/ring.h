/*
** The last requests of a connection, for the table neptune_requests. Bounded
** in number and in bytes, so that a long-lived connection does not grow. Pure.
*/
#ifndef NEP_RING_H
#define NEP_RING_H

#include "base.h"

#define NEP_RING_RECORDS 1000            /* records kept */
#define NEP_RING_TEXTS ((size_t)8 << 20) /* bytes of their texts */

/* One line of neptune_requests. Texts are owned by the ring. */
typedef struct nep_http_record {
  sqlite3_int64 id; /* 1, 2, … in the order of starting */
  sqlite3_int64 started_at_ms;
  const char *method; /* static */
  char *path;
  char *query;                                 /* NULL: none */
  sqlite3_int64 rows;                          /* -1: not known */
  sqlite3_int64 request_bytes, response_bytes; /* bodies, as on the wire,
                                                  all attempts */
  int status;                                  /* 0: no answer */
  int attempts;
  double milliseconds; /* from start to end, waits included; -1: under way */
  char *error;         /* NULL: none */
} nep_http_record;

/* Zero it to start. */
typedef struct nep_ring {
  nep_http_record *records;  /* owned; record of id at (id - 1) modulo size */
  sqlite3_int64 first, last; /* ids kept: first <= id <= last */
  size_t texts;              /* bytes of texts of those */
} nep_ring;

void nep_ring_dispose(nep_ring *ring);
/* A new record with the next id and copies of path and query (NULL: none); a
** borrowed pointer, valid until the next add; NULL when out of memory. */
nep_http_record *nep_ring_add(nep_ring *ring, const char *path,
                              const char *query);
/* NULL once it is no longer kept. */
nep_http_record *nep_ring_find(const nep_ring *ring, sqlite3_int64 id);
/* Sets (NULL: removes) a record's error. Without memory it stays NULL. */
void nep_ring_set_error(nep_ring *ring, sqlite3_int64 id, const char *message);

#endif
