/* http.c: takes requests in, one thread per connection, has them answered and
 * writes the log. */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  MAX_BODY = 1 << 28,
  MAX_ANSWER = 1 << 30,
  MAX_LOGGED_BODY = 1 << 20,
  CONNECTION_BYTES = 1 << 17,
  BACKLOG = 511
};

void srv_server_pause(srv_server *server, int64_t ms)
{
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += (time_t)(ms / 1000);
  until.tv_nsec += (long)(ms % 1000) * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    until.tv_sec++;
  }
  pthread_mutex_lock(&server->lock);
  while (!server->stopping && ms > 0 &&
         pthread_cond_timedwait(&server->stopped, &server->lock, &until) == 0) {
  }
  pthread_mutex_unlock(&server->lock);
}

const char *srv_request_argument(const srv_request *request, const char *name)
{
  return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND,
                                     name);
}

const char *srv_request_header(const srv_request *request, const char *name)
{
  return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                     name);
}

void srv_request_add_header(srv_request *request, const char *name,
                            const char *value)
{
  if (request->n_headers < SRV_MAX_HEADERS) {
    request->headers[request->n_headers++] =
        (srv_header){.name = name, .value = value};
  }
}

void srv_request_is_json(srv_request *request)
{
  request->content_type = "application/json";
}

void srv_request_is_protobuf(srv_request *request)
{
  request->content_type = "application/x-protobuf";
}

bool srv_request_answer_json(srv_request *request, cJSON *object,
                             srv_error *err)
{
  char *text = cJSON_PrintUnformatted(object);
  cJSON_Delete(object);
  srv_request_is_json(request);
  if (text) {
    srv_bytes_append_text(&request->answer, text);
  }
  cJSON_free(text);
  return text && !request->answer.failed ? true : srv_error_nomem(err);
}

/* Replaces the answer with the error. */
static void answer_error(srv_request *request, const srv_error *err)
{
  cJSON *object = cJSON_CreateObject();
  srv_error ignored = {0};
  char message[sizeof err->message];
  memcpy(message, err->message, sizeof message);
  srv_utf8_clean(message);
  request->status = err->status;
  request->answer.len = 0;
  request->answer.failed = false;
  cJSON_AddNumberToObject(object, "code", err->status);
  cJSON_AddStringToObject(object, "message", message);
  /* Clients read the type of a backend's 400 as one of a closed list. */
  if (err->status != 400 || !strstr(request->path, "/api/backend/")) {
    cJSON_AddStringToObject(object, "errorType", err->type);
  }
  (void)srv_request_answer_json(request, object, &ignored);
}

/* One token per request flows in; a second's worth may pile up. */
static bool within_rate(srv_server *server)
{
  double rate = server->options->rate_limit;
  double most = rate > 1 ? rate : 1;
  int64_t now = srv_clock_monotonic_us();
  bool ok;
  if (!(rate > 0)) {
    return true;
  }
  pthread_mutex_lock(&server->lock);
  server->rate_tokens +=
      rate * (double)(now - server->rate_time_us) / 1000000.0;
  server->rate_time_us = now;
  if (server->rate_tokens > most) {
    server->rate_tokens = most;
  }
  ok = server->rate_tokens >= 1;
  if (ok) {
    server->rate_tokens -= 1;
  }
  pthread_mutex_unlock(&server->lock);
  return ok;
}

static void wait_latency(srv_server *server)
{
  int64_t low = server->options->latency_low_ms;
  int64_t high = server->options->latency_high_ms;
  uint64_t number;
  if (high <= 0) {
    return;
  }
  pthread_mutex_lock(&server->lock);
  number = srv_mix(server->requests++);
  pthread_mutex_unlock(&server->lock);
  srv_server_pause(server,
                   low + (int64_t)(number % (uint64_t)(high - low + 1)));
}

static bool authorised(srv_request *request, srv_error *err)
{
  const char *header = srv_request_header(request, "Authorization");
  const char scheme[] = "Bearer ";
  if (!header || strncmp(header, scheme, strlen(scheme)) != 0) {
    return srv_error_set(err, 401, "UNAUTHORIZED", "an access token is needed");
  }
  return srv_auth_check(&request->server->auth, "Bearer",
                        header + strlen(scheme), 401, "UNAUTHORIZED", err);
}

static bool handle(srv_request *request, srv_error *err)
{
  bool is_public = false, changes = false, ok;
  srv_handler handler =
      srv_route_find(request->method, request->path, &is_public, &changes);
  store *stored = changes ? NULL : request->server->stored;
  request->is_secret = is_public;
  if (!is_public && !authorised(request, err)) {
    return false;
  }
  if (!handler) {
    return srv_error_set(err, 404, "NOT_FOUND", "no such endpoint: %s %s",
                         request->method, request->path);
  }
  if (request->body.failed && request->body.len < MAX_BODY / 2) {
    return srv_error_nomem(err);
  }
  if (request->body.failed) {
    return srv_error_set(err, 413, "REQUEST_TOO_LARGE",
                         "the request's body is too large");
  }
  if (stored) {
    store_enter(stored);
  }
  ok = handler(request, err);
  if (stored) {
    store_leave(stored);
  }
  if (!ok) {
    return false;
  }
  return request->answer.failed ? srv_error_nomem(err) : true;
}

/* The query string as it was sent, but for the escapes. */
static enum MHD_Result append_argument(void *context, enum MHD_ValueKind kind,
                                       const char *name, const char *value)
{
  srv_bytes *text = context;
  (void)kind;
  srv_bytes_append_text(text, text->len > 0 ? "&" : "");
  srv_bytes_append_text(text, name);
  srv_bytes_append_text(text, "=");
  srv_bytes_append_text(text, value ? value : "");
  return MHD_YES;
}

/* Adds text that may hold any bytes. */
static void log_text(cJSON *entry, const char *name, const char *text)
{
  char *copy = srv_strdup(text);
  if (copy) {
    srv_utf8_clean(copy);
    cJSON_AddStringToObject(entry, name, copy);
  }
  free(copy);
}

static cJSON *log_entry(srv_request *request)
{
  cJSON *entry = cJSON_CreateObject();
  const char *type = srv_request_header(request, "Content-Type");
  bool is_text = !type || !strstr(type, "protobuf");
  srv_bytes query;
  srv_bytes_init(&query, MAX_LOGGED_BODY);
  MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND,
                            append_argument, &query);
  cJSON_AddNumberToObject(entry, "time", (double)srv_clock_ms());
  log_text(entry, "method", request->method);
  log_text(entry, "path", request->path);
  /* That of a file's URL opens the file. */
  if (strncmp(request->path, "/files/", 7) != 0 && srv_bytes_text(&query)) {
    log_text(entry, "query_string", (char *)query.data);
  }
  if (request->nql) {
    log_text(entry, "nql", request->nql);
  }
  if (is_text && !request->is_secret && request->body.len > 0 &&
      request->body.len <= MAX_LOGGED_BODY && srv_bytes_text(&request->body)) {
    log_text(entry, "body", (char *)request->body.data);
  }
  cJSON_AddNumberToObject(entry, "request_bytes", (double)request->body.len);
  cJSON_AddNumberToObject(entry, "status", request->status);
  cJSON_AddNumberToObject(entry, "bytes",
                          request->file.fd >= 0 ? (double)request->file.size
                                                : (double)request->answer.len);
  cJSON_AddNumberToObject(entry, "rows", (double)request->rows);
  cJSON_AddNumberToObject(
      entry, "milliseconds",
      (double)(srv_clock_monotonic_us() - request->started_us) / 1000.0);
  srv_bytes_dispose(&query);
  return entry;
}

static void write_log(srv_request *request)
{
  srv_server *server = request->server;
  cJSON *entry;
  char *line;
  if (!server->log) {
    return;
  }
  entry = log_entry(request);
  line = cJSON_PrintUnformatted(entry);
  cJSON_Delete(entry);
  if (line) {
    pthread_mutex_lock(&server->lock);
    fputs(line, server->log);
    fputc('\n', server->log);
    fflush(server->log);
    pthread_mutex_unlock(&server->lock);
  }
  cJSON_free(line);
}

static srv_fault *match_fault(srv_request *request)
{
  srv_server *server = request->server;
  srv_fault *fault;
  if (!server->options->faults) {
    return NULL;
  }
  pthread_mutex_lock(&server->lock);
  fault = srv_fault_match(server->options->faults, request->method,
                          request->path, request->body.data, request->body.len);
  pthread_mutex_unlock(&server->lock);
  return fault;
}

static void append_file(srv_bytes *to, const char *path)
{
  FILE *file = fopen(path, "rb");
  unsigned char buffer[4096];
  size_t n;
  while (file && (n = fread(buffer, 1, sizeof buffer, file)) > 0) {
    srv_bytes_append(to, buffer, n);
  }
  if (file) {
    fclose(file);
  }
}

/* What the fault answers instead of the handler; false if it leaves the
 * answer to the handler. */
static bool answer_fault(srv_request *request, const srv_fault *fault)
{
  srv_error err = {0};
  if (!fault || (fault->status == 0 && !fault->body)) {
    return false;
  }
  request->status = fault->status != 0 ? (int)fault->status : 200;
  if (!fault->body) {
    srv_error_set(&err, request->status, "FAULT", "made to fail by --fault");
    answer_error(request, &err);
  } else if (fault->body[0] == '@') {
    append_file(&request->answer, fault->body + 1);
  } else {
    srv_bytes_append_text(&request->answer, fault->body);
  }
  return true;
}

static enum MHD_Result answer(srv_request *request)
{
  srv_error err = {0};
  srv_fault *fault = match_fault(request);
  request->status = 200;
  srv_request_is_json(request);
  wait_latency(request->server);
  if (!answer_fault(request, fault)) {
    if (!within_rate(request->server)) {
      request->retry_after = "1";
      srv_error_set(&err, 429, "TOO_MANY_REQUESTS", "too many requests");
      answer_error(request, &err);
    } else if (!handle(request, &err)) {
      answer_error(request, &err);
    }
  }
  write_log(request);
  return srv_send(request, fault);
}

static srv_request *request_new(srv_server *server,
                                struct MHD_Connection *connection,
                                const char *method, const char *url)
{
  srv_request *request = srv_array_new(1, sizeof *request);
  size_t len = strlen(url);
  if (!request) {
    return NULL;
  }
  request->path = srv_strdup(url);
  if (!request->path) {
    free(request);
    return NULL;
  }
  while (len > 1 && request->path[len - 1] == '/') {
    request->path[--len] = 0;
  }
  request->file.fd = -1;
  request->server = server;
  request->connection = connection;
  request->method = method;
  request->started_us = srv_clock_monotonic_us();
  srv_bytes_init(&request->body, MAX_BODY);
  srv_bytes_init(&request->answer, MAX_ANSWER);
  srv_arena_init(&request->arena);
  return request;
}

static void request_free(void *context, struct MHD_Connection *connection,
                         void **con_cls, enum MHD_RequestTerminationCode toe)
{
  srv_request *request = *con_cls;
  (void)context;
  (void)connection;
  (void)toe;
  if (request) {
    if (request->file.fd >= 0) {
      close(request->file.fd);
    }
    free(request->path);
    cJSON_Delete(request->json);
    srv_bytes_dispose(&request->body);
    srv_bytes_dispose(&request->answer);
    srv_arena_dispose(&request->arena);
    free(request);
  }
  *con_cls = NULL;
}

/* Called once when a request begins, then for each piece of its body, then
 * once more when it is whole. */
static enum MHD_Result take(void *context, struct MHD_Connection *connection,
                            const char *url, const char *method,
                            const char *version, const char *data, size_t *size,
                            void **con_cls)
{
  srv_request *request = *con_cls;
  (void)version;
  if (!request) {
    *con_cls = request_new(context, connection, method, url);
    return *con_cls ? MHD_YES : MHD_NO;
  }
  if (*size > 0) {
    srv_bytes_append(&request->body, data, *size);
    *size = 0;
    return MHD_YES;
  }
  return answer(request);
}

bool srv_http_listen(srv_server *server, uint16_t *port, srv_error *err)
{
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons(server->options->port),
                                .sin_addr = {htonl(INADDR_LOOPBACK)}};
  struct sockaddr *any = (struct sockaddr *)(void *)&address;
  socklen_t len = sizeof address;
  const int yes = 1;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  server->listener = fd;
  if (fd < 0 ||
      setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      bind(fd, any, len) != 0 || listen(fd, BACKLOG) != 0 ||
      getsockname(fd, any, &len) != 0) {
    return srv_error_set(err, 500, "LISTEN", "cannot listen on port %d: %s",
                         (int)server->options->port, strerror(errno));
  }
  *port = ntohs(address.sin_port);
  return true;
}

bool srv_http_start(srv_server *server, srv_error *err)
{
  server->daemon =
      MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD |
                           MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL,
                       0, NULL, NULL, take, server, MHD_OPTION_LISTEN_SOCKET,
                       server->listener, MHD_OPTION_NOTIFY_COMPLETED,
                       request_free, server, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                       (size_t)CONNECTION_BYTES, MHD_OPTION_END);
  if (!server->daemon) {
    return srv_error_set(err, 500, "LISTEN", "cannot start to listen");
  }
  server->listener = -1; /* the daemon closes it */
  return true;
}

void srv_http_stop(srv_server *server)
{
  pthread_mutex_lock(&server->lock);
  server->stopping = true;
  pthread_cond_broadcast(&server->stopped);
  pthread_mutex_unlock(&server->lock);
  if (server->daemon) {
    MHD_stop_daemon(server->daemon);
  }
  server->daemon = NULL;
  if (server->listener >= 0) {
    close(server->listener);
  }
  server->listener = -1;
}
