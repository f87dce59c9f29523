/*
** HTTP over curl's multi interface, on the caller's thread: start, wait,
** cancel; retries with backoff; interrupt; caps; the ring of requests that
** neptune_requests shows. Only http_transfer.c includes curl.
**
** Policy. Many requests may be under way at once; any nep_http_wait or
** nep_http_pump drives them all. Retried: network errors, 408, 429 and 5xx, by
** the wire contract's section 5 (Retry-After rules, is clamped to the soft
** limit and extends it, else full-jitter backoff from 0.5 s doubling to 30 s),
** until the soft or the hard limit. Final at once: what cannot get better
** (TLS verification, bad URL, unknown host name after 3 tries, refused
** connection after 3 tries). Redirects are not followed, netrc and cookies are
** not used, https and http only, gzip is asked for. An answer must carry its
** length (Content-Length or chunks) or it counts as cut off. An idle or slow
** transfer (below 1 byte/s for http_timeout seconds, which curl tells up to 5
** seconds late, since it averages) ends as a network error,
** as does one that still runs http_timeout seconds after the hard limit.
** While waiting, the interrupt statement of sqlite-facts A1 is run on db at
** least every 50 ms; SQLITE_INTERRUPT ends the wait.
** LIMIT: curl does not tell a gzip stream that ends early inside a whole HTTP
** answer; whoever reads the body must notice that it is cut.
*/
#ifndef NEP_HTTP_H
#define NEP_HTTP_H

#include "ring.h"
#include "settings.h"

typedef struct nep_http nep_http;       /* one per connection */
typedef struct nep_request nep_request; /* one exchange, with its retries */

/* db and settings are borrowed and must live longer. */
int nep_http_new(sqlite3 *db, const nep_settings *settings, nep_http **http,
                 nep_error *error);
/* Every request must have been freed before. NULL is accepted. */
void nep_http_free(nep_http *http);

/* A statement's first scan begins, its last one ends: what is reported in
** between on a terminal is in progress.h. */
void nep_http_begin(nep_http *http);
void nep_http_end(nep_http *http);

/* What to send. All texts are borrowed for the call and copied. */
typedef struct nep_http_call {
  const char *method;    /* "GET" or "POST" */
  const char *base;      /* "https://host[:port][/prefix]", as url.h reads;
                            no slash at the end */
  const char *path;      /* "/api/…", shown in neptune_requests */
  const char *url_query; /* what follows "?", escaped already, or NULL */
  const char *body;      /* NULL: none */
  size_t body_size;
  const char *content_type;  /* NULL: application/json where there is a body */
  const char *accept;        /* NULL: none sent */
  const char *secret_header; /* one whole header line with a secret, or NULL;
                                never logged, wiped when freed */
  const char *shown_query;   /* what neptune_requests shows as query, or NULL */
  bool is_secret;            /* body and answer are secrets: wiped when freed */
  int max_attempts;          /* 0: only time limits the attempts */
  const nep_sink *sink; /* takes the body of a success; NULL: memory. Borrowed
                           until the request ended */
} nep_http_call;

/* Starts (queues beyond max_workers transfers) and returns at once. *request
** is the caller's, to be freed with nep_http_request_free. */
int nep_http_start(nep_http *http, const nep_http_call *call,
                   nep_request **request, nep_error *error);
/* True where that is the secret header that it was sent with last. */
bool nep_http_carries(const nep_request *request, const char *secret_header);
/* Replaces the secret header and sends the same call once more, after a wait
** that gave an answer (as with status 401). Counts as one more attempt. */
int nep_http_restart(nep_request *request, const char *secret_header,
                     nep_error *error);
/*
** Waits until the request ended. SQLITE_OK: an HTTP answer is there, with any
** status that is not retried or whose retries are used up. Else
** SQLITE_INTERRUPT (it may be waited for again, or freed), SQLITE_NOMEM, or
** SQLITE_ERROR with a message that names the address, what went wrong and what
** to do (private CA: which setting).
*/
int nep_http_wait(nep_request *request, nep_error *error);
/* Lets transfers move on without waiting: call it now and then while reading
** a page so that the next one keeps flowing. */
void nep_http_pump(nep_http *http);

int nep_http_status(const nep_request *request);
/* " after 5 attempts in 31 s", or "" where there was one. */
#define NEP_HTTP_TRIED_SIZE 64
void nep_http_tried(const nep_request *request, char out[NEP_HTTP_TRIED_SIZE]);
/* The answer's body, decoded; a view valid until free or restart. */
nep_text nep_http_body(const nep_request *request);
const char *nep_http_content_type(const nep_request *request); /* or "" */
/* Takes the secret that the request carried in a header out of a server's
** words. NULL is accepted. */
void nep_http_hide_secret(const nep_request *request, char *words);
/* Sets the rows (or error) that neptune_requests shows for this request. */
void nep_http_note_rows(nep_request *request, sqlite3_int64 rows);
void nep_http_note_error(nep_request *request, const char *message);
/* Cancels what is under way. NULL is accepted. */
void nep_http_request_free(nep_request *request);

/* Percent-encodes text for a URL query value; the caller frees the result
** (sqlite3_free); NULL when out of memory. */
char *nep_http_escape(nep_text text);

/* Seconds on a clock that nobody sets, and seconds since 1970. */
double nep_http_monotonic_seconds(void);
sqlite3_int64 nep_http_unix_ms(void);

/* The oldest record kept with id >= from, or NULL. Valid until the next call
** that starts or drives a request. */
const nep_http_record *nep_http_record_from(const nep_http *http,
                                            sqlite3_int64 from);

#endif
