#include "http_transfer.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "gzip.h"
#include "http.h"
#include "retry.h"

#define RESERVE_AT_MOST ((size_t)16 << 20) /* on the word of Content-Length */
#define RECEIVE_BUFFER (128L << 10)
#define NO_DISK "could not write to the disk"

struct nep_pool {
  CURLM *multi; /* owned */
  pid_t pid;    /* the process that it belongs to */
};

struct nep_transfer {
  nep_pool *pool;              /* borrowed */
  const nep_sending *sending;  /* borrowed */
  void *owner;                 /* borrowed */
  CURL *easy;                  /* owned */
  struct curl_slist *headers;  /* owned */
  nep_bytes *answer;           /* borrowed */
  nep_gzip *gzip;              /* owned; NULL: the body comes as it is */
  int write_code;              /* why the body could not be kept */
  bool has_begun;              /* a piece of the body came */
  bool is_sunk;                /* and goes to the sink */
  bool is_capped;              /* the rest of an error's body was left */
  char words[CURL_ERROR_SIZE]; /* curl's, on what failed */
};

/* ---- the pool ---- */

/* curl's own globals, which are never cleaned up: another user of curl in the
** process may still need them. False when out of memory. */
static bool start_curl(void)
{
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static bool is_started = false;
  bool is_ready;

  pthread_mutex_lock(&mutex);
  if (!is_started)
    is_started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  is_ready = is_started;
  pthread_mutex_unlock(&mutex);
  return is_ready;
}

nep_pool *nep_pool_new(void)
{
  nep_pool *pool = start_curl() ? sqlite3_malloc64(sizeof(*pool)) : NULL;

  if (!pool)
    return NULL;
  pool->pid = getpid();
  pool->multi = curl_multi_init();
  if (pool->multi)
    return pool;
  sqlite3_free(pool);
  return NULL;
}

bool nep_pool_is_foreign(const nep_pool *pool)
{
  return pool->pid != getpid();
}

void nep_pool_free(nep_pool *pool)
{
  if (pool && !nep_pool_is_foreign(pool))
    curl_multi_cleanup(pool->multi);
  sqlite3_free(pool);
}

void nep_pool_limit(nep_pool *pool, sqlite3_int64 n_connections)
{
  curl_multi_setopt(pool->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                    (long)n_connections);
  curl_multi_setopt(pool->multi, CURLMOPT_MAXCONNECTS, (long)n_connections);
}

bool nep_pool_drive(nep_pool *pool)
{
  int n_running;

  return !curl_multi_perform(pool->multi, &n_running);
}

bool nep_pool_wait(nep_pool *pool, int milliseconds)
{
  return !curl_multi_poll(pool->multi, NULL, 0, milliseconds, NULL);
}

/* ---- receiving ---- */

/* Bytes that Content-Length announces, -1: none. */
static curl_off_t announced_size(const nep_transfer *transfer)
{
  curl_off_t size = -1;

  curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
  return size;
}

static int status_of(const nep_transfer *transfer)
{
  long status = 0;

  curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  return (int)status;
}

static bool is_success(int status)
{
  return status >= 200 && status < 300;
}

/* The value of the answer's nth header of that name, NULL: none. */
static const char *header_of(const nep_transfer *transfer, const char *name,
                             size_t n)
{
  struct curl_header *header;

  if (curl_easy_header(transfer->easy, name, n, CURLH_HEADER, -1, &header))
    return NULL;
  return header->value;
}

/* How the body travels. Nothing but gzip is asked for. */
typedef enum coding { PLAIN, GZIP, OTHER } coding;

static coding coding_of(const nep_transfer *transfer)
{
  const char *value = header_of(transfer, "Content-Encoding", 0);

  if (!value || !sqlite3_stricmp(value, "identity"))
    return PLAIN;
  if (sqlite3_stricmp(value, "gzip") ||
      header_of(transfer, "Content-Encoding", 1))
    return OTHER;
  return GZIP;
}

/* Sets the limit and makes room with the body's first piece. */
static int begin_answer(nep_transfer *transfer)
{
  nep_bytes *answer = transfer->answer;
  curl_off_t size = announced_size(transfer);
  size_t room;

  transfer->has_begun = true;
  if (coding_of(transfer) == GZIP && !(transfer->gzip = nep_gzip_new()))
    return SQLITE_NOMEM;
  answer->limit =
      is_success(status_of(transfer)) ? NEP_MAX_RESPONSE : NEP_MAX_ERROR_BODY;
  transfer->is_sunk =
      is_success(status_of(transfer)) && transfer->sending->sink;
  if (!is_success(status_of(transfer)) || size <= 0 || transfer->is_sunk)
    return SQLITE_OK;
  room = (size_t)size < RESERVE_AT_MOST ? (size_t)size + 1 : RESERVE_AT_MOST;
  if (room <= answer->capacity)
    return SQLITE_OK;
  sqlite3_free(answer->data);
  answer->data = sqlite3_malloc64(room);
  answer->capacity = answer->data ? room : 0;
  return answer->data ? SQLITE_OK : SQLITE_NOMEM;
}

/* Appends to the answer; of an error's body, as much as is kept. */
static int keep(nep_transfer *transfer, nep_text piece)
{
  nep_bytes *answer = transfer->answer;
  const nep_sink *sink = transfer->sending->sink;

  if (transfer->is_sunk)
    return sink->take(sink->context, piece.data, piece.size) ? SQLITE_OK
                                                             : SQLITE_IOERR;
  if (answer->limit == NEP_MAX_ERROR_BODY &&
      piece.size > answer->limit - answer->size) {
    piece.size = answer->limit - answer->size;
    transfer->is_capped = true;
  }
  return nep_bytes_append(answer, piece.data, piece.size);
}

/* False for damaged gzip, and where the rest is not wanted. */
static bool unzip(nep_transfer *transfer, const char *data, size_t size)
{
  nep_text piece;
  int code = SQLITE_ROW;

  nep_gzip_feed(transfer->gzip, data, size);
  while (code == SQLITE_ROW && !transfer->is_capped) {
    code = nep_gzip_next(transfer->gzip, &piece);
    if (code == SQLITE_ROW)
      transfer->write_code = keep(transfer, piece);
    if (code == SQLITE_NOMEM)
      transfer->write_code = SQLITE_NOMEM;
    if (transfer->write_code)
      return false;
  }
  return code == SQLITE_DONE;
}

static size_t receive(char *data, size_t unit, size_t count, void *user)
{
  nep_transfer *transfer = user;
  size_t size = unit * count;
  nep_text whole = {data, size};

  if (!transfer->has_begun)
    transfer->write_code = begin_answer(transfer);
  if (transfer->write_code)
    return 0;
  if (transfer->gzip)
    return unzip(transfer, data, size) ? size : 0;
  transfer->write_code = keep(transfer, whole);
  return transfer->write_code || transfer->is_capped ? 0 : size;
}

/* ---- sending ---- */

/* Options being set: the first failure sticks. */
typedef struct setter {
  CURL *easy;
  CURLcode code;
} setter;

static void set_number(setter *set, CURLoption option, long value)
{
  if (!set->code)
    set->code = curl_easy_setopt(set->easy, option, value);
}

static void set_size(setter *set, CURLoption option, size_t value)
{
  if (!set->code)
    set->code = curl_easy_setopt(set->easy, option, (curl_off_t)value);
}

static void set_text(setter *set, CURLoption option, const char *value)
{
  if (!set->code)
    set->code = curl_easy_setopt(set->easy, option, value);
}

static void set_pointer(setter *set, CURLoption option, void *value)
{
  if (!set->code)
    set->code = curl_easy_setopt(set->easy, option, value);
}

static bool add_header(struct curl_slist **headers, const char *line)
{
  struct curl_slist *longer = line ? curl_slist_append(*headers, line) : NULL;

  if (longer)
    *headers = longer;
  return longer || !line;
}

/* "Expect:": a name without a value keeps curl from sending it. curl does not
** decode what it was not told to ask for, so gzip comes as it is. */
static CURLcode set_headers(nep_transfer *transfer)
{
  const nep_sending *sending = transfer->sending;
  size_t i;

  if (!add_header(&transfer->headers, "Expect:") ||
      !add_header(&transfer->headers, sending->sink
                                          ? "Accept-Encoding: identity"
                                          : "Accept-Encoding: gzip"))
    return CURLE_OUT_OF_MEMORY;
  for (i = 0; i < NEP_COUNT(sending->headers); i++) {
    if (!add_header(&transfer->headers, sending->headers[i]))
      return CURLE_OUT_OF_MEMORY;
  }
  return curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER,
                          transfer->headers);
}

static void set_trust(setter *set, const nep_sending *sending)
{
  set_number(set, CURLOPT_SSL_VERIFYPEER, sending->verify ? 1 : 0);
  set_number(set, CURLOPT_SSL_VERIFYHOST, sending->verify ? 2 : 0);
  set_number(set, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (sending->certificates) {
    set_text(set, CURLOPT_CAINFO, sending->certificates);
    set_text(set, CURLOPT_CAPATH, NULL);
  }
}

static void set_times(setter *set, const nep_sending *sending)
{
  set_number(set, CURLOPT_CONNECTTIMEOUT, sending->timeout);
  set_number(set, CURLOPT_LOW_SPEED_LIMIT, 1);
  set_number(set, CURLOPT_LOW_SPEED_TIME, sending->timeout);
  set_number(set, CURLOPT_TIMEOUT, sending->longest);
}

static void set_call(setter *set, const nep_sending *sending)
{
  set_text(set, CURLOPT_URL, sending->url);
  if (!sending->is_post)
    return;
  set_number(set, CURLOPT_POST, 1);
  set_text(set, CURLOPT_POSTFIELDS, sending->body ? sending->body : "");
  set_size(set, CURLOPT_POSTFIELDSIZE_LARGE, sending->body_size);
}

/* The rules that hold for every request. QUICK_EXIT: to cancel a request is
** not to wait for the resolver of its host's name. */
static void set_policy(setter *set)
{
  set_text(set, CURLOPT_PROTOCOLS_STR, "https,http");
  set_number(set, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  set_number(set, CURLOPT_FOLLOWLOCATION, 0);
  set_number(set, CURLOPT_NETRC, CURL_NETRC_IGNORED);
  set_number(set, CURLOPT_DISALLOW_USERNAME_IN_URL, 1);
  set_number(set, CURLOPT_HEADEROPT, CURLHEADER_SEPARATE);
  set_text(set, CURLOPT_USERAGENT, "sqlite-neptune/" NEPTUNE_VERSION);
  set_number(set, CURLOPT_NOSIGNAL, 1);
  set_number(set, CURLOPT_QUICK_EXIT, 1);
  set_number(set, CURLOPT_TCP_KEEPALIVE, 1);
  set_number(set, CURLOPT_BUFFERSIZE, RECEIVE_BUFFER);
  set_size(set, CURLOPT_MAXFILESIZE_LARGE, NEP_MAX_RESPONSE);
}

static CURLcode set_up(nep_transfer *transfer)
{
  setter set = {transfer->easy, CURLE_OK};

  set_call(&set, transfer->sending);
  set_trust(&set, transfer->sending);
  set_times(&set, transfer->sending);
  set_policy(&set);
  if (transfer->sending->sink)
    set_size(&set, CURLOPT_MAXFILESIZE_LARGE, 0);
  set_pointer(&set, CURLOPT_ERRORBUFFER, transfer->words);
  set_pointer(&set, CURLOPT_WRITEDATA, transfer);
  set_pointer(&set, CURLOPT_PRIVATE, transfer);
  if (!set.code)
    set.code = curl_easy_setopt(set.easy, CURLOPT_WRITEFUNCTION, receive);
  return set.code ? set.code : set_headers(transfer);
}

/* Overwrites the lines, one of which is a secret. */
static void free_headers(struct curl_slist *headers)
{
  struct curl_slist *line;

  for (line = headers; line; line = line->next) {
    volatile char *at = line->data;
    while (*at)
      *at++ = 0;
  }
  curl_slist_free_all(headers);
}

void nep_transfer_free(nep_transfer *transfer)
{
  if (!transfer)
    return;
  if (transfer->easy && !nep_pool_is_foreign(transfer->pool)) {
    curl_multi_remove_handle(transfer->pool->multi, transfer->easy);
    curl_easy_cleanup(transfer->easy);
  }
  free_headers(transfer->headers);
  nep_gzip_free(transfer->gzip);
  sqlite3_free(transfer);
}

static nep_transfer *new_transfer(nep_pool *pool, const nep_sending *sending,
                                  nep_bytes *answer, void *owner)
{
  nep_transfer *transfer = sqlite3_malloc64(sizeof(*transfer));

  if (!transfer)
    return NULL;
  memset(transfer, 0, sizeof(*transfer));
  nep_bytes_reset(answer);
  transfer->pool = pool;
  transfer->sending = sending;
  transfer->answer = answer;
  transfer->owner = owner;
  return transfer;
}

nep_transfer *nep_transfer_start(nep_pool *pool, const nep_sending *sending,
                                 nep_bytes *answer, void *owner,
                                 nep_error *error)
{
  nep_transfer *transfer;
  CURLcode code = CURLE_OUT_OF_MEMORY;

  if (sending->sink && !sending->sink->restart(sending->sink->context)) {
    nep_error_set(error, SQLITE_IOERR, NO_DISK);
    return NULL;
  }
  transfer = new_transfer(pool, sending, answer, owner);
  if (transfer)
    transfer->easy = curl_easy_init();
  if (transfer && transfer->easy)
    code = set_up(transfer);
  if (!code && curl_multi_add_handle(pool->multi, transfer->easy))
    code = CURLE_OUT_OF_MEMORY;
  if (!code)
    return transfer;
  nep_transfer_free(transfer);
  if (code == CURLE_OUT_OF_MEMORY)
    nep_error_no_memory(error);
  else
    nep_error_set(error, SQLITE_ERROR,
                  "could not prepare a request with this libcurl (%s)",
                  curl_easy_strerror(code));
  return NULL;
}

void *nep_transfer_owner(const nep_transfer *transfer)
{
  return transfer->owner;
}

void nep_transfer_count(const nep_transfer *transfer, sqlite3_int64 *sent,
                        sqlite3_int64 *received)
{
  curl_off_t up = 0, down = 0;

  curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_UPLOAD_T, &up);
  curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
  *sent = up;
  *received = down;
}

/* ---- what came of it ---- */

/* Which message it makes. */
typedef enum saying { UNREACHED, UNANSWERED, UNTRUSTED } saying;

typedef struct cause {
  CURLcode code;
  nep_ending ending;
  saying saying;
  const char *reason; /* NULL: curl's own words */
} cause;

/* The last one stands for all codes that are not listed. */
static const cause causes[] = {
    {CURLE_COULDNT_CONNECT, NEP_ENDED_STUBBORN, UNREACHED, "could not connect"},
    {CURLE_COULDNT_RESOLVE_HOST, NEP_ENDED_STUBBORN, UNREACHED,
     "unknown host name"},
    {CURLE_COULDNT_RESOLVE_PROXY, NEP_ENDED_STUBBORN, UNREACHED,
     "unknown proxy"},
    {CURLE_SSL_CONNECT_ERROR, NEP_ENDED_STUBBORN, UNREACHED, NULL},
    {CURLE_URL_MALFORMAT, NEP_ENDED_FATAL, UNREACHED, NULL},
    {CURLE_UNSUPPORTED_PROTOCOL, NEP_ENDED_FATAL, UNANSWERED, NULL},
    {CURLE_PEER_FAILED_VERIFICATION, NEP_ENDED_FATAL, UNTRUSTED, NULL},
    {CURLE_SSL_CACERT_BADFILE, NEP_ENDED_FATAL, UNTRUSTED, NULL},
    {CURLE_SSL_CRL_BADFILE, NEP_ENDED_FATAL, UNTRUSTED, NULL},
    {CURLE_SSL_ISSUER_ERROR, NEP_ENDED_FATAL, UNTRUSTED, NULL},
    {CURLE_SSL_INVALIDCERTSTATUS, NEP_ENDED_FATAL, UNTRUSTED, NULL},
    {CURLE_SSL_CERTPROBLEM, NEP_ENDED_FATAL, UNREACHED, NULL},
    {CURLE_SSL_CIPHER, NEP_ENDED_FATAL, UNREACHED, NULL},
    {CURLE_SSL_CLIENTCERT, NEP_ENDED_FATAL, UNREACHED, NULL},
    {CURLE_BAD_CONTENT_ENCODING, NEP_ENDED_STUBBORN, UNANSWERED,
     "it comes in another encoding than gzip"},
    {CURLE_WRITE_ERROR, NEP_ENDED_STUBBORN, UNANSWERED, "damaged gzip"},
    {CURLE_OPERATION_TIMEDOUT, NEP_ENDED_TRANSIENT, UNANSWERED, "timed out"},
    {CURLE_PARTIAL_FILE, NEP_ENDED_TRANSIENT, UNANSWERED, "it was cut off"},
    {CURLE_GOT_NOTHING, NEP_ENDED_TRANSIENT, UNANSWERED,
     "the connection was closed"},
    {CURLE_RECV_ERROR, NEP_ENDED_TRANSIENT, UNANSWERED, "the connection broke"},
    {CURLE_SEND_ERROR, NEP_ENDED_TRANSIENT, UNANSWERED, "the connection broke"},
    {CURLE_HTTP2, NEP_ENDED_TRANSIENT, UNANSWERED, NULL},
    {CURLE_HTTP2_STREAM, NEP_ENDED_TRANSIENT, UNANSWERED, NULL},
    {CURLE_PROXY, NEP_ENDED_TRANSIENT, UNREACHED, NULL},
    {CURLE_OK, NEP_ENDED_STUBBORN, UNANSWERED, NULL},
};

static const cause *cause_of(CURLcode code)
{
  const cause *found = causes;

  while (found->code && found->code != code)
    found++;
  return found;
}

static bool is_chunked(const nep_transfer *transfer)
{
  const char *value;
  size_t n;

  for (n = 0; (value = header_of(transfer, "Transfer-Encoding", n)); n++) {
    if (!sqlite3_strlike("%chunked%", value, 0))
      return true;
  }
  return false;
}

/* Without a length, the end of an HTTP/1 answer and a broken connection look
** alike to curl. */
static bool may_be_cut_off(const nep_transfer *transfer, int status)
{
  long version = 0;

  curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_VERSION, &version);
  return is_success(status) && status != 204 &&
         version < CURL_HTTP_VERSION_2_0 &&
         !header_of(transfer, "Content-Length", 0) && !is_chunked(transfer);
}

/* What is wrong with how the body came. */
static CURLcode check_coding(const nep_transfer *transfer)
{
  switch (coding_of(transfer)) {
  case GZIP:
    return transfer->gzip && nep_gzip_is_whole(transfer->gzip)
               ? CURLE_OK
               : CURLE_PARTIAL_FILE;
  case OTHER:
    return CURLE_BAD_CONTENT_ENCODING;
  default:
    return CURLE_OK;
  }
}

static bool is_transient_status(int status)
{
  return status == 408 || status == 429 || status >= 500;
}

/*
** What came of the attempt: CURLE_OK for an answer whose beginning is all that
** is needed of it, or that came whole.
*/
static CURLcode result_of(nep_transfer *transfer, CURLcode code)
{
  int status = status_of(transfer);

  if (transfer->is_capped ||
      (code == CURLE_FILESIZE_EXCEEDED && !is_success(status)))
    code = CURLE_OK;
  if (code == CURLE_FILESIZE_EXCEEDED)
    transfer->write_code = SQLITE_TOOBIG;
  if (code == CURLE_OUT_OF_MEMORY)
    transfer->write_code = SQLITE_NOMEM;
  if (!code && may_be_cut_off(transfer, status))
    code = CURLE_PARTIAL_FILE;
  if (!code && is_success(status))
    code = check_coding(transfer);
  return code;
}

/* Seconds that a transient answer asks to wait, -1: none. */
static double asked_wait(const nep_transfer *transfer)
{
  const char *after = header_of(transfer, "Retry-After", 0);
  const char *date = header_of(transfer, "Date", 0);
  sqlite3_int64 now;

  if (!after)
    return -1;
  if (!nep_retry_read_date(nep_text_of(date), &now))
    now = nep_http_unix_ms();
  return nep_retry_read_after(nep_text_of(after), now);
}

/* curl's words in one line. */
static void clean_words(char *words)
{
  char *from = words, *to = words;

  for (; *from; from++) {
    unsigned char c = (unsigned char)*from;
    if (c > ' ' && c < 127)
      *to++ = *from;
    else if (to > words && to[-1] != ' ')
      *to++ = ' ';
  }
  while (to > words && to[-1] == ' ')
    to--;
  *to = 0;
}

static const char *reason_of(nep_transfer *transfer, CURLcode code)
{
  const cause *found = cause_of(code);
  long os_error = 0;

  curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os_error);
  if (code == CURLE_COULDNT_CONNECT && os_error == ECONNREFUSED)
    return "connection refused";
  if (found->reason)
    return found->reason;
  clean_words(transfer->words);
  return transfer->words[0] ? transfer->words : curl_easy_strerror(code);
}

static saying saying_of(const nep_transfer *transfer, CURLcode code)
{
  curl_off_t microseconds = 0;

  curl_easy_getinfo(transfer->easy, CURLINFO_CONNECT_TIME_T, &microseconds);
  if (code == CURLE_OPERATION_TIMEDOUT && !microseconds)
    return UNREACHED;
  return cause_of(code)->saying;
}

static void say(nep_transfer *transfer, CURLcode code, nep_error *error)
{
  const nep_sending *sending = transfer->sending;
  const char *reason = reason_of(transfer, code);

  switch (saying_of(transfer, code)) {
  case UNTRUSTED:
    nep_error_set(error, SQLITE_ERROR,
                  "could not verify the certificate of %s: %s; for a private "
                  "CA set SSL_CERT_FILE or neptune_config('ca_bundle', "
                  "'/path/ca.pem')",
                  sending->base, reason);
    break;
  case UNREACHED:
    nep_error_set(error, SQLITE_ERROR,
                  "could not reach %s (%s); check that the server is up and "
                  "that api_url in NEPTUNE_API_TOKEN is right",
                  sending->base, reason);
    break;
  case UNANSWERED:
    nep_error_set(error, SQLITE_ERROR,
                  "could not get an answer from %s%s: %s (%d attempt%s)",
                  sending->base, sending->path, reason, sending->attempt,
                  sending->attempt == 1 ? "" : "s");
    break;
  }
}

static void set_failure(nep_transfer *transfer, CURLcode code,
                        nep_outcome *outcome)
{
  const nep_sending *sending = transfer->sending;

  outcome->ending =
      transfer->write_code ? NEP_ENDED_FATAL : cause_of(code)->ending;
  if (transfer->write_code == SQLITE_NOMEM)
    nep_error_no_memory(&outcome->error);
  else if (transfer->write_code == SQLITE_IOERR)
    nep_error_set(&outcome->error, SQLITE_IOERR, NO_DISK);
  else if (transfer->write_code)
    nep_error_set(&outcome->error, SQLITE_ERROR,
                  "the answer of %s%s is larger than %d MB; ask for less at "
                  "once (page_size, points_page_size in neptune_config())",
                  sending->base, sending->path, (int)(NEP_MAX_RESPONSE >> 20));
  else
    say(transfer, code, &outcome->error);
}

static void set_answer(const nep_transfer *transfer, nep_outcome *outcome)
{
  const char *type = NULL;

  outcome->status = status_of(transfer);
  outcome->ending = is_transient_status(outcome->status) ? NEP_ENDED_TRANSIENT
                                                         : NEP_ENDED_WELL;
  outcome->retry_after = asked_wait(transfer);
  curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
  sqlite3_snprintf(sizeof(outcome->content_type), outcome->content_type, "%s",
                   type ? type : "");
}

static void set_outcome(nep_transfer *transfer, CURLcode code,
                        nep_outcome *outcome)
{
  memset(outcome, 0, sizeof(*outcome));
  outcome->retry_after = -1;
  nep_transfer_count(transfer, &outcome->sent, &outcome->received);
  code = result_of(transfer, code);
  if (!code)
    set_answer(transfer, outcome);
  else
    set_failure(transfer, code, outcome);
}

nep_transfer *nep_pool_next_ended(nep_pool *pool, nep_outcome *outcome)
{
  CURLMsg *message;
  int n_left;

  while ((message = curl_multi_info_read(pool->multi, &n_left))) {
    void *transfer = NULL;
    if (message->msg != CURLMSG_DONE)
      continue;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    set_outcome(transfer, message->data.result, outcome);
    return transfer;
  }
  return NULL;
}
