/*
** A line on a terminal's stderr while a statement fetches for longer than a
** second. Nothing where stderr is no terminal, or where progress is off.
*/
#ifndef NEP_PROGRESS_H
#define NEP_PROGRESS_H

#include "settings.h"

typedef struct nep_progress {
  bool is_on;      /* a statement is fetching and may be reported */
  bool is_shown;   /* the line stands on the terminal */
  double began_at; /* monotonic seconds */
  double shown_at; /* when it was last written; 0: never */
  sqlite3_int64 n_requests, n_rows;
  sqlite3_int64 n_retries;
  int retried;  /* the last status that was retried, 0: no answer */
} nep_progress; /* zero it to start */

/* A statement's first scan begins, its last one ends. */
void nep_progress_begin(nep_progress *progress, const nep_settings *settings,
                        double now);
void nep_progress_end(nep_progress *progress);
/* The wait is over, rows may be printed: takes the line away. */
void nep_progress_hide(nep_progress *progress);
/* Time passes: writes the line when it is due. */
void nep_progress_tick(nep_progress *progress, double now);

#endif
