/* main.c: starts the server, says where it is, and ends it on a signal. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "options.h"
#include "server.h"
#include "store.h"
#include "synth.h"

static int complain(const srv_error *err)
{
  fprintf(stderr, "neptune-server: %s\n", err->message);
  return 1;
}

/* Single quotes round text, for a shell. */
static void print_quoted(const char *name, const char *text)
{
  printf("export %s='", name);
  for (; *text; text++) {
    if (*text == '\'') {
      fputs("'\\''", stdout);
    } else {
      putchar(*text);
    }
  }
  puts("'");
}

static bool announce(const srv_server *server, const char *project,
                     srv_error *err)
{
  char *token = srv_auth_api_token(&server->auth);
  if (!token) {
    return srv_error_nomem(err);
  }
  print_quoted("NEPTUNE_API_TOKEN", token);
  print_quoted("NEPTUNE_PROJECT", project);
  fflush(stdout);
  free(token);
  return true;
}

static void wait_for_signal(const sigset_t *signals)
{
  int number;
  while (sigwait(signals, &number) == EINTR) {}
}

/* The projects of the store first, then the synthetic one. */
static bool list_projects(srv_server *server, store *stored,
                          const model_project *synthetic, srv_error *err)
{
  size_t n = store_project_count(stored);
  server->projects = srv_array_new(n + 1, sizeof(const model_project *));
  if (!server->projects) {
    return srv_error_nomem(err);
  }
  server->stored = stored;
  server->cap_projects = n + 1;
  for (size_t i = 0; i < n; i++) {
    server->projects[server->n_projects++] = store_project(stored, i);
  }
  if (synthetic) {
    server->projects[server->n_projects++] = synthetic;
  }
  return true;
}

static bool open_log(srv_server *server, srv_error *err)
{
  const char *path = server->options->log_path;
  server->log = path ? fopen(path, "a") : NULL;
  return !path || server->log ||
         srv_error_set(err, 500, "LOG", "cannot write %s: %s", path,
                       strerror(errno));
}

static bool init_locks(srv_server *server)
{
  pthread_condattr_t attributes;
  bool ok = pthread_condattr_init(&attributes) == 0 &&
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
            pthread_mutex_init(&server->lock, NULL) == 0 &&
            pthread_cond_init(&server->stopped, &attributes) == 0;
  pthread_condattr_destroy(&attributes);
  return ok;
}

/* Listens until a signal comes. */
static bool serve(srv_server *server, const sigset_t *signals, srv_error *err)
{
  uint16_t port = 0;
  const char *project =
      server->n_projects > 0 ? server->projects[0]->identifier : "";
  server->cache = search_cache_new();
  if (!server->cache) {
    return srv_error_nomem(err);
  }
  if (!srv_auth_init(&server->auth, server->options->store_path,
                     server->options->token_seconds, err)) {
    return false;
  }
  if (!open_log(server, err) || !srv_http_listen(server, &port, err)) {
    return false;
  }
  sqlite3_snprintf((int)sizeof server->auth.base_url, server->auth.base_url,
                   "http://127.0.0.1:%d", (int)port);
  if (!srv_http_start(server, err) || !announce(server, project, err)) {
    return false;
  }
  wait_for_signal(signals);
  return true;
}

static void dispose(srv_server *server)
{
  srv_http_stop(server);
  search_cache_free(server->cache);
  if (server->log) {
    fclose(server->log);
  }
  free(server->projects);
  pthread_cond_destroy(&server->stopped);
  pthread_mutex_destroy(&server->lock);
}

static int run(const srv_options *options, const sigset_t *signals)
{
  srv_server server = {.options = options, .listener = -1};
  srv_error err = {0};
  store *stored = NULL;
  model_project *synthetic = NULL;
  if (!init_locks(&server)) {
    srv_error_nomem(&err);
    return complain(&err);
  }
  if (options->store_path || !options->has_synthetic) {
    stored = store_open(options->store_path, &err);
  }
  if (err.status == 0 && options->has_synthetic) {
    synthetic = synth_new(&options->synthetic);
    if (!synthetic) {
      srv_error_nomem(&err);
    }
  }
  if (err.status == 0 && list_projects(&server, stored, synthetic, &err)) {
    serve(&server, signals, &err);
  }
  dispose(&server);
  synth_free(synthetic);
  store_close(stored);
  return err.status == 0 ? 0 : complain(&err);
}

int main(int argc, char **argv)
{
  srv_options options;
  sigset_t signals;
  int result = srv_options_parse(&options, argc, argv);
  if (result == 0) {
    /* All threads inherit this; only sigwait takes the two. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    result = run(&options, &signals);
  } else {
    result = result == 1 ? 0 : result;
  }
  srv_options_dispose(&options);
  return result;
}
