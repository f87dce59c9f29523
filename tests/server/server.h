/* server.h: the server and one request, as http.c and the handlers see them. */
#ifndef SRV_SERVER_H
#define SRV_SERVER_H

#include <pthread.h>
#include <stdio.h>

#include <cjson/cJSON.h>
#include <microhttpd.h>

#include "auth.h"
#include "base.h"
#include "model.h"
#include "options.h"
#include "search.h"
#include "store.h"

typedef struct srv_server {
  const srv_options *options;
  const model_project **projects; /* owned array, borrowed projects */
  size_t n_projects;
  size_t cap_projects;
  size_t new_projects; /* for how many that are being made there is room */
  store *stored;       /* borrowed; NULL: none. Guards the projects, too */
  srv_auth auth;
  search_cache *cache;
  int listener; /* owned until the daemon has it; -1: none */
  struct MHD_Daemon *daemon;
  FILE *log;
  pthread_mutex_t lock; /* guards the log, faults and what follows */
  pthread_cond_t stopped;
  bool stopping;
  double rate_tokens;
  int64_t rate_time_us;
  uint64_t requests;
} srv_server;

enum { SRV_MAX_HEADERS = 8 };

/* A header of the answer. */
typedef struct srv_header {
  const char *name;  /* static text */
  const char *value; /* in the request's arena, or static */
} srv_header;

/* A part of a file that is sent in place of the answer's bytes. */
typedef struct srv_part {
  int fd; /* owned; -1: none */
  uint64_t offset;
  uint64_t size;
} srv_part;

typedef struct srv_request {
  srv_server *server;
  struct MHD_Connection *connection;
  const char *method;
  char *path; /* owned; without a slash at the end */
  srv_bytes body;
  srv_arena arena; /* lives as long as the request */
  cJSON *json;     /* owned; the parsed body */
  /* the answer */
  int status;
  const char *content_type;
  const char *retry_after; /* NULL: no such header */
  srv_bytes answer;
  srv_part file;
  srv_header headers[SRV_MAX_HEADERS];
  size_t n_headers;
  /* for the log */
  const char *nql; /* in the arena; NULL: none */
  size_t rows;
  bool is_secret; /* the body is not logged */
  int64_t started_us;
} srv_request;

/* Answers a request; false and *err when it fails. */
typedef bool (*srv_handler)(srv_request *request, srv_error *err);

/* Takes a port of 127.0.0.1, the one that the options name or, for 0, any;
 * answers nothing yet. False and a line in *err. */
bool srv_http_listen(srv_server *server, uint16_t *port, srv_error *err);

/* Starts to answer. */
bool srv_http_start(srv_server *server, srv_error *err);
void srv_http_stop(srv_server *server);

/* Waits, but not longer than the server runs. */
void srv_server_pause(srv_server *server, int64_t ms);

/* send.c: sends the answer, as the fault (NULL: none) wants it. */
enum MHD_Result srv_send(srv_request *request, const srv_fault *fault);

/* The handler of a method and path, NULL if there is none. A route whose path
 * ends in a slash is that of all paths below. One that changes the store runs
 * outside of store_enter. */
srv_handler srv_route_find(const char *method, const char *path,
                           bool *is_public, bool *changes);

/* A member of the query string, unescaped; NULL if absent. */
const char *srv_request_argument(const srv_request *request, const char *name);

/* A header of the request; NULL if absent. */
const char *srv_request_header(const srv_request *request, const char *name);

/* Adds a header to the answer; there is room for SRV_MAX_HEADERS. */
void srv_request_add_header(srv_request *request, const char *name,
                            const char *value);

/* Sets the answer's content type. */
void srv_request_is_json(srv_request *request);
void srv_request_is_protobuf(srv_request *request);

/* Prints object (which it frees) as the answer. */
bool srv_request_answer_json(srv_request *request, cJSON *object,
                             srv_error *err);

/* The project with this identifier or UUID; NULL and ACCESS_DENIED. */
const model_project *srv_server_project(const srv_server *server,
                                        const char *identifier, srv_error *err);

/* Makes a project that all can see; as store_project_new. */
const model_project *srv_server_new_project(srv_server *server,
                                            const char *workspace,
                                            const char *name, const char *key,
                                            const char *visibility,
                                            srv_error *err);

/* A run by workspace/project/SYS-ID, by CUSTOM/workspace/project/CUSTOM-ID, or
 * by its UUID or sys/id in the project `within` (NULL: in any). False if there
 * is none; *err only if its project is unknown. */
bool srv_server_run(const srv_server *server, const model_project *within,
                    const char *identifier, const model_project **project,
                    size_t *run, srv_error *err);

/* api_auth.c */
bool api_exchange(srv_request *request, srv_error *err);
bool api_refresh(srv_request *request, srv_error *err);
bool api_client_config(srv_request *request, srv_error *err);
bool api_discovery(srv_request *request, srv_error *err);
/* api_projects.c */
bool api_project_list(srv_request *request, srv_error *err);
bool api_project_get(srv_request *request, srv_error *err);
bool api_project_create(srv_request *request, srv_error *err);
/* api_ingest.c */
bool api_ingest(srv_request *request, srv_error *err);
bool api_ingest_check(srv_request *request, srv_error *err);
/* api_files.c */
bool api_sign(srv_request *request, srv_error *err);
bool api_sign_azure(srv_request *request, srv_error *err);
bool api_file_get(srv_request *request, srv_error *err);
/* api_upload.c */
bool api_file_put(srv_request *request, srv_error *err);
bool api_file_start(srv_request *request, srv_error *err);
bool api_file_complete(srv_request *request, srv_error *err);
/* api_search.c */
bool api_search(srv_request *request, srv_error *err);
bool api_search_json(srv_request *request, srv_error *err);
bool api_search_global(srv_request *request, srv_error *err);
/* api_attributes.c */
bool api_definitions(srv_request *request, srv_error *err);
bool api_values(srv_request *request, srv_error *err);
bool api_run_definitions(srv_request *request, srv_error *err);
bool api_run_attributes(srv_request *request, srv_error *err);
/* api_series.c */
bool api_float_series(srv_request *request, srv_error *err);
/* api_objects.c */
bool api_object_series(srv_request *request, srv_error *err);
/* api_buckets.c */
bool api_buckets(srv_request *request, srv_error *err);

#endif
