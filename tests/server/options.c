/* options.c: see options.h. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "neptune-server: a local Neptune 3.x server for tests.\n"
    "  --port N              listen on 127.0.0.1:N; 0 (default): a free one\n"
    "  --store FILE          projects of this SQLite file (schema.sql); it is\n"
    "                        made, with a project local/project, if there is\n"
    "                        none; read when the server starts. FILE-key\n"
    "                        keeps the key, so that a token stays good\n"
    "  --synthetic runs=N,configs=C,series=S,points=P[,strings=T]\n"
    "              [,histograms=H][,seed=K]\n"
    "                        a project synthetic/project that is computed\n"
    "  --latency-ms A[:B]    wait so long before each answer (at random\n"
    "                        between A and B)\n"
    "  --token-seconds N     life of an access token (default 300)\n"
    "  --provider aws|gcp|azure\n"
    "                        whose words signed URLs use (default aws)\n"
    "  --link-seconds N      life of a signed URL (default 300)\n"
    "  --rate-limit N        requests a second; more are answered by 429\n"
    "  --log FILE            append one line of JSON per request\n"
    "  --help\n";

static int refuse(const char *option, const char *value)
{
  fprintf(stderr, "neptune-server: bad value for %s: %s\n", option, value);
  return 2;
}

static bool parse_port(const char *text, uint16_t *port)
{
  int64_t number;
  if (!srv_parse_int64(text, &number) || number < 0 || number > UINT16_MAX) {
    return false;
  }
  *port = (uint16_t)number;
  return true;
}

static bool parse_latency(const char *text, srv_options *options)
{
  char low[24];
  size_t len = strcspn(text, ":");
  if (len >= sizeof low) {
    return false;
  }
  memcpy(low, text, len);
  low[len] = 0;
  if (!srv_parse_int64(low, &options->latency_low_ms)) {
    return false;
  }
  options->latency_high_ms = options->latency_low_ms;
  if (text[len] == ':' &&
      !srv_parse_int64(text + len + 1, &options->latency_high_ms)) {
    return false;
  }
  return options->latency_low_ms >= 0 &&
         options->latency_high_ms >= options->latency_low_ms;
}

static int parse_one(srv_options *options, int option, const char *value)
{
  srv_error err = {0};
  switch (option) {
  case 'p':
    return parse_port(value, &options->port) ? 0 : refuse("--port", value);
  case 's':
    options->store_path = value;
    return 0;
  case 'y':
    options->has_synthetic = true;
    return synth_size_parse(value, &options->synthetic)
               ? 0
               : refuse("--synthetic", value);
  case 'm':
    return parse_latency(value, options) ? 0 : refuse("--latency-ms", value);
  case 't':
    return srv_parse_int64(value, &options->token_seconds) &&
                   options->token_seconds > 0
               ? 0
               : refuse("--token-seconds", value);
  case 'k':
    return srv_parse_int64(value, &options->link_seconds) &&
                   options->link_seconds > 0 &&
                   options->link_seconds < INT32_MAX
               ? 0
               : refuse("--link-seconds", value);
  case 'v':
    return sign_provider_from_name(value, &options->provider)
               ? 0
               : refuse("--provider", value);
  case 'r':
    return srv_parse_double(value, &options->rate_limit) &&
                   options->rate_limit > 0
               ? 0
               : refuse("--rate-limit", value);
  case 'l':
    options->log_path = value;
    return 0;
  case 'f':
    return srv_fault_parse(&options->faults, value, &err)
               ? 0
               : refuse("--fault", value);
  case 'h':
    fputs(help, stdout);
    fputs(srv_fault_help, stdout);
    return 1;
  default:
    return 2;
  }
}

int srv_options_parse(srv_options *options, int argc, char **argv)
{
  static const struct option known[] = {
      {"port", required_argument, NULL, 'p'},
      {"store", required_argument, NULL, 's'},
      {"synthetic", required_argument, NULL, 'y'},
      {"latency-ms", required_argument, NULL, 'm'},
      {"token-seconds", required_argument, NULL, 't'},
      {"link-seconds", required_argument, NULL, 'k'},
      {"provider", required_argument, NULL, 'v'},
      {"rate-limit", required_argument, NULL, 'r'},
      {"log", required_argument, NULL, 'l'},
      {"fault", required_argument, NULL, 'f'},
      {"help", no_argument, NULL, 'h'},
      {NULL, 0, NULL, 0}};
  int option, result = 0;
  *options = (srv_options){.token_seconds = 300, .link_seconds = 300};
  while (result == 0 &&
         (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
    result = parse_one(options, option, optarg);
  }
  if (result == 0 && optind < argc) {
    fprintf(stderr, "neptune-server: unexpected argument %s\n", argv[optind]);
    result = 2;
  }
  return result;
}

void srv_options_dispose(srv_options *options)
{
  srv_fault_free(options->faults);
  options->faults = NULL;
}
