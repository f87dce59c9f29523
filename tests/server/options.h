/* options.h: the command line. */
#ifndef SRV_OPTIONS_H
#define SRV_OPTIONS_H

#include "base.h"
#include "fault.h"
#include "sign.h"
#include "synth.h"

typedef struct srv_options {
  uint16_t port;
  const char *store_path; /* borrowed from argv; NULL: none */
  bool has_synthetic;
  synth_size synthetic;
  int64_t latency_low_ms;
  int64_t latency_high_ms;
  int64_t token_seconds;
  int64_t link_seconds;   /* life of a signed URL */
  sign_provider provider; /* whose words signed URLs use */
  double rate_limit;      /* requests a second; 0: none */
  const char *log_path;   /* borrowed from argv; NULL: none */
  srv_fault *faults;      /* owned list */
} srv_options;

/* 0: run the server; 1: --help was answered; 2: a line on stderr says what is
 * wrong. Dispose in any case. */
int srv_options_parse(srv_options *options, int argc, char **argv);
void srv_options_dispose(srv_options *options);

#endif
