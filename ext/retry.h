/*
** When to try a failed request again (wire contract, section 5): time comes
** in, waits go out. Pure, no clock.
*/
#ifndef NEP_RETRY_H
#define NEP_RETRY_H

#include "base.h"

#define NEP_RETRY_FIRST_WAIT 0.5     /* seconds, at most */
#define NEP_RETRY_LONGEST_WAIT 30    /* seconds, at most */
#define NEP_RETRY_SHORTEST_AFTER 0.1 /* seconds; for "Retry-After: 0" */

/* One request's retries. Zero it and set the first three to start. */
typedef struct nep_retry {
  double started;    /* on the clock of now below */
  double soft, hard; /* seconds of retrying */
  double extension;  /* what Retry-After added to soft */
  int failures;      /* since the backoff began anew */
} nep_retry;

/*
** An attempt failed at now: *wait is how many seconds to wait, false says that
** the time is used up. retry_after: what the server asked for in seconds, < 0:
** nothing; it is clamped to soft, extends soft and begins the backoff anew.
** random: any bits, for the jitter. The last wait ends at the limit.
*/
bool nep_retry_next(nep_retry *retry, double now, double retry_after,
                    unsigned random, double *wait);

/* Seconds that a Retry-After header asks for (a number or a date), -1 for what
** is neither. now_ms: UTC now, best by the server's Date header. */
double nep_retry_read_after(nep_text value, sqlite3_int64 now_ms);
/* An HTTP date, "Sun, 06 Nov 1994 08:49:37 GMT", as UTC milliseconds. */
bool nep_retry_read_date(nep_text value, sqlite3_int64 *ms);

#endif
