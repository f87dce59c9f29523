/* The line that tells how far a long fetch is. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define FIRST_AFTER 1.0 /* seconds */
#define AGAIN_AFTER 0.5
#define PLURAL(n) ((n) == 1 ? "" : "s")

void nep_progress_begin(nep_progress *progress, const nep_settings *settings,
                        double now)
{
  nep_error ignored = {0}; /* a bad setting is reported by the query */
  bool is_on = false;
  nep_settings_boolean(settings, NEP_KEY_PROGRESS, &is_on, &ignored);
  nep_error_clear(&ignored);
  *progress =
      (nep_progress){.began_at = now, .is_on = is_on && isatty(STDERR_FILENO)};
}

void nep_progress_tick(nep_progress *progress, double now)
{
  if (!progress->is_on || now - progress->began_at < FIRST_AFTER ||
      now - progress->shown_at < AGAIN_AFTER)
    return;
  progress->shown_at = now;
  progress->is_shown = true;
  fprintf(stderr, "\rneptune: %lld row%s, %lld request%s, %.0f s",
          (long long)progress->n_rows, PLURAL(progress->n_rows),
          (long long)progress->n_requests, PLURAL(progress->n_requests),
          now - progress->began_at);
  if (progress->n_retries > 0)
    fprintf(stderr,
            ", tried again %lld time%s (last: ", (long long)progress->n_retries,
            PLURAL(progress->n_retries));
  if (progress->n_retries > 0 && progress->retried)
    fprintf(stderr, "HTTP %d)", progress->retried);
  else if (progress->n_retries > 0)
    fputs("no answer)", stderr);
  fputs("\033[K", stderr);
  fflush(stderr);
}

void nep_progress_hide(nep_progress *progress)
{
  if (!progress->is_shown)
    return;
  fputs("\r\033[K", stderr);
  fflush(stderr);
  progress->is_shown = false;
}

void nep_progress_end(nep_progress *progress)
{
  nep_progress_hide(progress);
  progress->is_on = false;
}
