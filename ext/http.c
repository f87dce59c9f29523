#include "http.h"

#include <string.h>
#include <time.h>

#include "http_transfer.h"
#include "progress.h"
#include "retry.h"
#include "url.h"

#define SLICE_SECONDS 0.05     /* the longest time without a look around */
#define INTERRUPT_SECONDS 0.04 /* between two questions "interrupted?" */
#define STUBBORN_TRIES 3       /* of what is seldom cured by waiting */

/*
** Steps enough byte code for a progress handler of any usual period, since the
** period is counted in the statement's own steps (sqlite-facts A1): about
** 110 000 operations, 0.8 ms.
*/
static const char interrupt_sql[] =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c LIMIT 6000) "
    "SELECT max(x) FROM c";

struct nep_http {
  sqlite3 *db;                  /* borrowed */
  const nep_settings *settings; /* borrowed */
  nep_pool *pool;               /* owned; made when needed */
  nep_request *first, *last;    /* borrowed, in the order of starting */
  int n_sending;                /* requests that are under way */
  int n_waiting;                /* requests that are queued or pause */
  sqlite3_int64 max_workers;    /* n_sending never exceeds this */
  double asked_at;              /* when "interrupted?" was last asked */
  nep_ring ring;
  nep_progress progress;
};

typedef enum stage { QUEUED, SENDING, PAUSED, DONE } stage;

struct nep_request {
  nep_http *http;               /* borrowed */
  nep_request *previous, *next; /* in http's list */
  sqlite3_int64 id;             /* of its record in the ring */
  stage stage;
  nep_sending sending;         /* views of the texts below */
  char *base, *path, *url;     /* owned */
  char *body;                  /* owned, kept for retries; NULL: none */
  char *content_type, *accept; /* owned header lines */
  char *secret_header;         /* owned header line, NULL: none */
  char *certificates;          /* owned, NULL: the system's */
  bool is_secret;              /* body and answer are wiped when freed */
  int max_attempts;            /* 0: no such limit */
  nep_transfer *transfer;      /* owned, while SENDING */
  nep_bytes answer;
  nep_outcome outcome; /* of the last attempt that ended */
  int stubborn;        /* attempts in a row that ended as such */
  nep_retry retry;     /* retry.started: when the request was started */
  double retry_at;     /* while PAUSED */
};

/* ---- clocks ---- */

static double seconds_of(clockid_t clock)
{
  struct timespec now = {0, 0};

  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double nep_http_monotonic_seconds(void)
{
  return seconds_of(CLOCK_MONOTONIC);
}

sqlite3_int64 nep_http_unix_ms(void)
{
  return (sqlite3_int64)(seconds_of(CLOCK_REALTIME) * 1000);
}

/* ---- the connection's part ---- */

int nep_http_new(sqlite3 *db, const nep_settings *settings, nep_http **http,
                 nep_error *error)
{
  *http = sqlite3_malloc64(sizeof(**http));
  if (!*http)
    return nep_error_no_memory(error);
  memset(*http, 0, sizeof(**http));
  (*http)->db = db;
  (*http)->settings = settings;
  return SQLITE_OK;
}

void nep_http_free(nep_http *http)
{
  if (!http)
    return;
  nep_pool_free(http->pool);
  nep_ring_dispose(&http->ring);
  sqlite3_free(http);
}

static nep_http_record *record_of(const nep_request *request)
{
  return nep_ring_find(&request->http->ring, request->id);
}

static void move_to(nep_request *request, stage to)
{
  nep_http *http = request->http;
  stage from = request->stage;

  http->n_sending += (to == SENDING) - (from == SENDING);
  http->n_waiting +=
      (to == QUEUED || to == PAUSED) - (from == QUEUED || from == PAUSED);
  request->stage = to;
}

/* Makes the pool where there is none. After a fork() the child's requests
** begin again on a pool of its own. False when out of memory. */
static bool has_pool(nep_http *http)
{
  nep_request *request;

  if (http->pool && nep_pool_is_foreign(http->pool)) {
    for (request = http->first; request; request = request->next) {
      if (request->stage != SENDING)
        continue;
      nep_transfer_free(request->transfer);
      request->transfer = NULL;
      move_to(request, QUEUED);
    }
    nep_pool_free(http->pool);
    http->pool = NULL;
  }
  if (!http->pool) {
    http->pool = nep_pool_new();
    if (http->pool && http->max_workers)
      nep_pool_limit(http->pool, http->max_workers);
  }
  return http->pool != NULL;
}

/* ---- attempts ---- */

/* The request ended, with an answer or with outcome.error. */
static void end(nep_request *request)
{
  nep_http_record *record = record_of(request);

  move_to(request, DONE);
  if (!record)
    return;
  record->milliseconds =
      (nep_http_monotonic_seconds() - request->retry.started) * 1000;
  nep_ring_set_error(&request->http->ring, request->id,
                     request->outcome.error.message);
}

static void clear_outcome(nep_request *request)
{
  nep_error_clear(&request->outcome.error);
  memset(&request->outcome, 0, sizeof(request->outcome));
  if (request->is_secret)
    nep_bytes_wipe(&request->answer);
}

/* Begins an attempt; what fails here is final. */
static void launch(nep_request *request)
{
  nep_http_record *record = record_of(request);
  nep_sending *sending = &request->sending;
  double left = request->retry.started + request->retry.hard -
                nep_http_monotonic_seconds();

  clear_outcome(request);
  sending->attempt++;
  sending->longest = sending->timeout + (left > 0 ? (long)left : 0);
  if (record)
    record->attempts = sending->attempt;
  request->transfer =
      nep_transfer_start(request->http->pool, sending, &request->answer,
                         request, &request->outcome.error);
  if (request->transfer)
    move_to(request, SENDING);
  else
    end(request);
}

/* Begins what is due, within max_workers. */
static void launch_due(nep_http *http)
{
  nep_request *request;
  double now;

  if (!http->n_waiting)
    return;
  now = nep_http_monotonic_seconds();
  for (request = http->first; request; request = request->next) {
    if (request->stage == PAUSED && request->retry_at <= now)
      move_to(request, QUEUED);
    if (request->stage == QUEUED && http->n_sending < http->max_workers)
      launch(request);
  }
}

/* Decides whether and when the request is tried again. */
static bool plan_retry(nep_request *request)
{
  const nep_outcome *outcome = &request->outcome;
  bool is_stubborn = outcome->ending == NEP_ENDED_STUBBORN;
  double now = nep_http_monotonic_seconds(), wait;
  unsigned random;

  if (outcome->ending != NEP_ENDED_TRANSIENT && !is_stubborn)
    return false;
  request->stubborn = is_stubborn ? request->stubborn + 1 : 0;
  if (request->stubborn >= STUBBORN_TRIES ||
      request->sending.attempt == request->max_attempts)
    return false;
  sqlite3_randomness(sizeof(random), &random);
  if (!nep_retry_next(&request->retry, now, outcome->retry_after, random,
                      &wait))
    return false;
  request->retry_at = now + wait;
  request->http->progress.n_retries++;
  request->http->progress.retried = outcome->status;
  return true;
}

/* Adds the attempt under way, or just ended, to the record. */
static void record_attempt(const nep_request *request)
{
  nep_http_record *record = record_of(request);
  sqlite3_int64 sent, received;

  if (!record)
    return;
  nep_transfer_count(request->transfer, &sent, &received);
  record->request_bytes += sent;
  record->response_bytes += received;
  record->status = request->outcome.status;
}

/* Ends the attempt, whose outcome is set. Half an answer is none. */
static void finish_attempt(nep_request *request)
{
  record_attempt(request);
  nep_transfer_free(request->transfer);
  request->transfer = NULL;
  if (!request->outcome.status)
    nep_bytes_reset(&request->answer);
  if (plan_retry(request))
    move_to(request, PAUSED);
  else
    end(request);
}

/* ---- driving ---- */

/* Moves everything on as far as it goes without waiting; false when out of
** memory. */
static bool drive(nep_http *http)
{
  nep_transfer *transfer;
  nep_outcome outcome;
  bool has_ended;

  if (!has_pool(http))
    return false;
  do {
    has_ended = false;
    launch_due(http);
    if (!nep_pool_drive(http->pool))
      return false;
    while ((transfer = nep_pool_next_ended(http->pool, &outcome))) {
      nep_request *request = nep_transfer_owner(transfer);
      request->outcome = outcome;
      finish_attempt(request);
      has_ended = true;
    }
  } while (has_ended && http->n_waiting);
  return true;
}

void nep_http_pump(nep_http *http)
{
  if (http->n_sending || http->n_waiting)
    drive(http);
}

/* Milliseconds until something is due, at most a slice. */
static int slice_of(const nep_http *http)
{
  const nep_request *request;
  double now, wait = SLICE_SECONDS;

  if (!http->n_waiting)
    return (int)(SLICE_SECONDS * 1000);
  now = nep_http_monotonic_seconds();
  for (request = http->first; request; request = request->next) {
    if (request->stage == PAUSED && request->retry_at - now < wait)
      wait = request->retry_at - now;
  }
  return wait > 0 ? (int)(wait * 1000) + 1 : 0;
}

/* Asks SQLite, at times, whether it was interrupted. *statement is prepared
** when needed and the caller's. An authorizer may refuse it (sqlite-facts A1,
** trap 3): only SQLITE_INTERRUPT counts. */
static bool is_interrupted(nep_http *http, sqlite3_stmt **statement)
{
  double now = nep_http_monotonic_seconds();
  int code = SQLITE_OK;

  if (now - http->asked_at < INTERRUPT_SECONDS)
    return false;
  http->asked_at = now;
  if (!*statement)
    code = sqlite3_prepare_v2(http->db, interrupt_sql, -1, statement, NULL);
  if (!code) {
    code = sqlite3_step(*statement);
    sqlite3_reset(*statement);
  }
  return code == SQLITE_INTERRUPT;
}

void nep_http_begin(nep_http *http)
{
  nep_progress_begin(&http->progress, http->settings,
                     nep_http_monotonic_seconds());
}

void nep_http_end(nep_http *http)
{
  nep_progress_end(&http->progress);
}

static int wait_until_done(nep_request *request, nep_error *error)
{
  nep_http *http = request->http;
  sqlite3_stmt *statement = NULL;
  int code = SQLITE_OK;

  while (!code) {
    bool has_memory = drive(http);
    if (request->stage == DONE)
      break;
    if (!has_memory || !nep_pool_wait(http->pool, slice_of(http)))
      code = nep_error_no_memory(error);
    else if (is_interrupted(http, &statement))
      code = nep_error_set(error, SQLITE_INTERRUPT, "interrupted");
    nep_progress_tick(&http->progress, nep_http_monotonic_seconds());
  }
  nep_progress_hide(&http->progress);
  sqlite3_finalize(statement);
  return code;
}

int nep_http_wait(nep_request *request, nep_error *error)
{
  const nep_error *own = &request->outcome.error;

  request->http->progress.n_requests++;
  if (request->stage != DONE && wait_until_done(request, error))
    return error->code;
  if (own->message)
    return nep_error_set(error, own->code, "%s", own->message);
  return own->code ? nep_error_no_memory(error) : SQLITE_OK;
}

/* ---- requests ---- */

/* Numbers that one request keeps. */
static int read_settings(nep_request *request, nep_error *error)
{
  nep_http *http = request->http;
  const nep_settings *settings = http->settings;
  sqlite3_int64 timeout, soft, hard, max_workers;
  bool verify;

  nep_settings_integer(settings, NEP_KEY_HTTP_TIMEOUT, &timeout, error);
  nep_settings_integer(settings, NEP_KEY_RETRY_SOFT_TIMEOUT, &soft, error);
  nep_settings_integer(settings, NEP_KEY_RETRY_HARD_TIMEOUT, &hard, error);
  nep_settings_integer(settings, NEP_KEY_MAX_WORKERS, &max_workers, error);
  nep_settings_boolean(settings, NEP_KEY_VERIFY_SSL, &verify, error);
  if (error->code)
    return error->code;
  request->sending.timeout = (long)timeout;
  request->sending.verify = verify;
  request->retry.started = nep_http_monotonic_seconds();
  request->retry.soft = (double)soft;
  request->retry.hard = (double)hard;
  if (http->max_workers != max_workers)
    nep_pool_limit(http->pool, max_workers);
  http->max_workers = max_workers;
  return SQLITE_OK;
}

/* A server's address comes from a token, a path may come from a server. */
static int check_call(const nep_http_call *call, nep_error *error)
{
  nep_url url;
  const char *problem = nep_url_read(nep_text_of(call->base), &url);

  if (problem)
    return nep_error_set(error, SQLITE_ERROR,
                         "cannot send a request: the server's address %s",
                         problem);
  if (call->path[0] != '/' || strchr(call->path, '?') ||
      !nep_url_is_escaped(nep_text_of(call->path)) ||
      !nep_url_is_escaped(nep_text_of(call->url_query)))
    return nep_error_set(error, SQLITE_ERROR,
                         "cannot send a request: its path or query has "
                         "characters that a URL cannot have");
  return SQLITE_OK;
}

/* A copy, or NULL for NULL; *is_short when out of memory. */
static char *copy(const char *text, bool *is_short)
{
  char *copied = text ? nep_text_copy(nep_text_of(text)) : NULL;

  *is_short |= text && !copied;
  return copied;
}

/* "Name: value", or "Name:", which keeps curl from sending its own. */
static char *header(const char *name, const char *value, bool *is_short)
{
  char *line = sqlite3_mprintf("%s:%s%s", name, value ? " " : "", value);

  *is_short |= !line;
  return line;
}

/* Copies what all attempts need. */
static int copy_call(nep_request *request, const nep_http_call *call,
                     nep_error *error)
{
  const nep_text body = {call->body, call->body_size};
  const char *type = call->content_type, *query = call->url_query;
  bool is_short = false;

  if (!type && call->body)
    type = "application/json";
  request->is_secret = call->is_secret;
  request->max_attempts = call->max_attempts;
  request->base = copy(call->base, &is_short);
  request->path = copy(call->path, &is_short);
  request->url = sqlite3_mprintf("%s%s%s%s", call->base, call->path,
                                 query ? "?" : "", query);
  request->body = call->body ? nep_text_copy(body) : NULL;
  request->content_type = header("Content-Type", type, &is_short);
  request->accept = header("Accept", call->accept, &is_short);
  request->secret_header = copy(call->secret_header, &is_short);
  request->certificates = copy(
      nep_settings_text(request->http->settings, NEP_KEY_CA_BUNDLE), &is_short);
  if (is_short || !request->url || (call->body && !request->body))
    return nep_error_no_memory(error);
  return SQLITE_OK;
}

static void fill_sending(nep_request *request, const nep_http_call *call)
{
  nep_sending *sending = &request->sending;

  sending->base = request->base;
  sending->path = request->path;
  sending->url = request->url;
  sending->is_post = !strcmp(call->method, "POST");
  sending->body = request->body;
  sending->body_size = call->body_size;
  sending->headers[0] = request->content_type;
  sending->headers[1] = request->accept;
  sending->headers[2] = request->secret_header;
  sending->certificates = request->certificates;
  sending->sink = call->sink;
}

static void free_request(nep_request *request)
{
  if (request->is_secret) {
    nep_text_wipe(request->body);
    nep_bytes_wipe(&request->answer);
  } else {
    sqlite3_free(request->body);
    nep_bytes_dispose(&request->answer);
  }
  nep_text_wipe(request->secret_header);
  sqlite3_free(request->base);
  sqlite3_free(request->path);
  sqlite3_free(request->url);
  sqlite3_free(request->content_type);
  sqlite3_free(request->accept);
  sqlite3_free(request->certificates);
  nep_error_clear(&request->outcome.error);
  sqlite3_free(request);
}

static int add_record(nep_request *request, const nep_http_call *call,
                      nep_error *error)
{
  nep_http_record *record =
      nep_ring_add(&request->http->ring, call->path, call->shown_query);

  if (!record)
    return nep_error_no_memory(error);
  record->method = request->sending.is_post ? "POST" : "GET";
  record->started_at_ms = nep_http_unix_ms();
  request->id = record->id;
  return SQLITE_OK;
}

/* Adds a request to the list and lets it wait for its turn. */
static void enqueue(nep_request *request)
{
  nep_http *http = request->http;

  request->previous = http->last;
  if (http->last)
    http->last->next = request;
  else
    http->first = request;
  http->last = request;
  move_to(request, QUEUED);
}

int nep_http_start(nep_http *http, const nep_http_call *call,
                   nep_request **request, nep_error *error)
{
  nep_request *made;

  *request = NULL;
  if (check_call(call, error))
    return error->code;
  made = has_pool(http) ? sqlite3_malloc64(sizeof(*made)) : NULL;
  if (!made)
    return nep_error_no_memory(error);
  memset(made, 0, sizeof(*made));
  made->http = http;
  made->stage = DONE;
  if (read_settings(made, error) || copy_call(made, call, error)) {
    free_request(made);
    return error->code;
  }
  fill_sending(made, call);
  if (add_record(made, call, error)) {
    free_request(made);
    return error->code;
  }
  enqueue(made);
  drive(http);
  *request = made;
  return SQLITE_OK;
}

bool nep_http_carries(const nep_request *request, const char *secret_header)
{
  return request->secret_header &&
         strcmp(request->secret_header, secret_header) == 0;
}

int nep_http_restart(nep_request *request, const char *secret_header,
                     nep_error *error)
{
  nep_http_record *record = record_of(request);
  char *line = nep_text_copy(nep_text_of(secret_header));

  if (!line)
    return nep_error_no_memory(error);
  nep_text_wipe(request->secret_header);
  request->secret_header = line;
  request->sending.headers[2] = line;
  request->stubborn = 0;
  request->retry.failures = 0;
  if (record)
    record->milliseconds = -1;
  move_to(request, QUEUED);
  drive(request->http);
  return SQLITE_OK;
}

static void remove_from_list(nep_request *request)
{
  nep_http *http = request->http;

  if (request->previous)
    request->previous->next = request->next;
  else
    http->first = request->next;
  if (request->next)
    request->next->previous = request->previous;
  else
    http->last = request->previous;
}

static void cancel(nep_request *request)
{
  if (request->transfer)
    record_attempt(request);
  nep_transfer_free(request->transfer);
  request->transfer = NULL;
  clear_outcome(request);
  nep_error_set(&request->outcome.error, SQLITE_ABORT, "cancelled");
  end(request);
}

void nep_http_request_free(nep_request *request)
{
  if (!request)
    return;
  if (request->stage != DONE)
    cancel(request);
  remove_from_list(request);
  free_request(request);
}

int nep_http_status(const nep_request *request)
{
  return request->outcome.status;
}

void nep_http_tried(const nep_request *request, char out[NEP_HTTP_TRIED_SIZE])
{
  double seconds = nep_http_monotonic_seconds() - request->retry.started;

  out[0] = '\0';
  if (request->sending.attempt > 1)
    sqlite3_snprintf(NEP_HTTP_TRIED_SIZE, out, " after %d attempts in %.0f s",
                     request->sending.attempt, seconds);
}

nep_text nep_http_body(const nep_request *request)
{
  return nep_bytes_view(&request->answer);
}

const char *nep_http_content_type(const nep_request *request)
{
  return request->outcome.content_type;
}

void nep_http_note_rows(nep_request *request, sqlite3_int64 rows)
{
  nep_http_record *record = record_of(request);

  if (record)
    record->rows = rows;
  request->http->progress.n_rows += rows;
}

void nep_http_hide_secret(const nep_request *request, char *words)
{
  const char *header = request->secret_header;
  const char *space = header ? strrchr(header, ' ') : NULL;

  nep_text_hide(words, space ? space + 1 : header);
}

void nep_http_note_error(nep_request *request, const char *message)
{
  nep_ring_set_error(&request->http->ring, request->id, message);
}

const nep_http_record *nep_http_record_from(const nep_http *http,
                                            sqlite3_int64 from)
{
  const nep_ring *ring = &http->ring;

  return nep_ring_find(ring, from < ring->first ? ring->first : from);
}

char *nep_http_escape(nep_text text)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  size_t i;
  int code;
  char *escaped;

  sqlite3_str_appendall(out, ""); /* the empty text, too, is a text */
  for (i = 0; i < text.size; i++) {
    unsigned char c = (unsigned char)text.data[i];
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
        (c >= 'a' && c <= 'z') || (c && strchr("-._~", c)))
      sqlite3_str_appendchar(out, 1, (char)c);
    else
      sqlite3_str_appendf(out, "%%%02X", c);
  }
  code = sqlite3_str_errcode(out);
  escaped = sqlite3_str_finish(out);
  if (!code)
    return escaped;
  sqlite3_free(escaped);
  return NULL;
}
