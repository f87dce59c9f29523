/* api_objects.c: points of string, histogram and file series, many series in
 * one request, in pages. Series are answered in the order of the request; the
 * page ends where it is full, be it within a series. */
#include <string.h>

#include <sqlite3.h>

#include "encode.h"
#include "objects.h"
#include "selection.h"

enum {
  MAX_SERIES = 2000,
  PAGE_POINTS = 10000, /* a page has no more */
  PAGE_BYTES = 4 << 20,
  MAX_PAGE_BYTES = 1 << 26,
  CHUNK_POINTS = 64,
  TOKEN_BYTES = 40
};

/* What all series of a request share, and what is left of the page. */
typedef struct page {
  model_window window;
  int64_t limit; /* points of a series over all pages; -1: all */
  bool deprecated;
  size_t points;
  size_t bytes;
} page;

/* A series of the request. */
typedef struct wanted {
  const char *id;
  model_cursor cursor;
  model_type type;
  int64_t sent; /* points on earlier pages */
  bool exists;
  bool is_finished;
} wanted;

static bool read_page(srv_request *request, const cJSON *body, page *to,
                      srv_error *err)
{
  const char *deprecated =
      srv_request_argument(request, "useDeprecatedStringFields");
  to->deprecated = !deprecated || strcmp(deprecated, "false") != 0;
  to->limit =
      input_integer(body, "perSeriesPointsLimit", 0, INT32_MAX, -1, err);
  to->points = PAGE_POINTS;
  to->bytes = (size_t)input_integer(body, "sizeLimitBytes", 1, INT32_MAX,
                                    PAGE_BYTES, err);
  to->bytes = to->bytes < MAX_PAGE_BYTES ? to->bytes : MAX_PAGE_BYTES;
  return selection_read_range(body, &to->window, err);
}

/* A token is the bits of the last step that was sent, and how many were. */
static bool read_token(const char *token, wanted *to)
{
  unsigned long long bits = 0;
  const char *at = token;
  for (; at < token + 16; at++) {
    const char *digit = *at ? strchr("0123456789abcdef", *at) : NULL;
    if (!digit) {
      return false;
    }
    bits = bits << 4 | (unsigned long long)(digit - "0123456789abcdef");
  }
  memcpy(&to->cursor.window.after, &bits, sizeof bits);
  to->cursor.window.has_after = true;
  return *at == '.' && srv_parse_int64(at + 1, &to->sent) && to->sent >= 0;
}

static void print_token(double step, int64_t sent, char token[TOKEN_BYTES])
{
  sqlite3_uint64 bits;
  memcpy(&bits, &step, sizeof bits);
  sqlite3_snprintf(TOKEN_BYTES, token, "%016llx.%lld", bits, (long long)sent);
}

static bool read_search_after(const cJSON *item, wanted *to, srv_error *err)
{
  const cJSON *after = input_member(item, "searchAfter", err);
  const char *token = input_text(after, "token", NULL, err);
  to->is_finished = input_bool(after, "finished", false, err);
  if (token && *token && !to->is_finished && !read_token(token, to)) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "searchAfter holds a token that is not of this "
                         "server");
  }
  return err->status == 0;
}

/* Finds which of the three types the path has in the run. */
static bool find_series(wanted *to, const char *path)
{
  static const model_type types[] = {MODEL_STRING_SERIES, MODEL_FILE_SERIES,
                                     MODEL_HISTOGRAM_SERIES};
  const model_project *project = to->cursor.project;
  model_value value;
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    to->type = types[i];
    to->cursor.def =
        model_defs_find(&project->defs, path, strlen(path), to->type);
    if (to->cursor.def != MODEL_NO_DEF &&
        project->ops->value(project, to->cursor.run, to->cursor.def, NULL,
                            &value)) {
      return true;
    }
  }
  return false;
}

static bool read_wanted(srv_request *request, const cJSON *item,
                        const page *shared, wanted *to, srv_error *err)
{
  const cJSON *series;
  const char *path = NULL;
  *to = (wanted){.cursor.window = shared->window};
  series = selection_read_series(item, &to->id, err);
  if (!series || !selection_read_lineage(series, &to->cursor.window, err) ||
      !selection_read_holder(request, series, &to->cursor, &path, &to->exists,
                             err) ||
      !read_search_after(item, to, err)) {
    return false;
  }
  to->exists = to->exists && find_series(to, path);
  return true;
}

/* Writes points while the page has room, but one at least: every page brings
 * a client further. Returns how many. */
static size_t append_points(srv_bytes *out, wanted *series, page *shared,
                            size_t limit, double *last_step)
{
  model_cursor *cursor = &series->cursor;
  model_point points[CHUNK_POINTS];
  size_t written = 0, before, n = 0, i = 0;
  while (written < limit && shared->points > 0 && shared->bytes > 0 &&
         !out->failed) {
    if (i == n) {
      n = cursor->project->ops->read_points(cursor, points, CHUNK_POINTS);
      i = 0;
    }
    if (n == 0) {
      break;
    }
    before = out->len;
    objects_append_point(out, series->type, &points[i], shared->deprecated);
    *last_step = points[i++].step;
    shared->points--;
    shared->bytes -=
        out->len - before < shared->bytes ? out->len - before : shared->bytes;
    written++;
  }
  return written;
}

static size_t smaller(size_t a, size_t b)
{
  return a < b ? a : b;
}

static model_text text_of(const char *text)
{
  return (model_text){.data = text, .len = strlen(text)};
}

/* finished and token, in the member searchAfter. */
static void append_search_after(srv_bytes *out, bool is_finished,
                                const char *token)
{
  size_t start = encode_begin(out, 2);
  if (is_finished) {
    encode_varint(out, 1 << 3);
    encode_varint(out, 1);
  }
  encode_text(out, 2, text_of(token));
  encode_end(out, start);
}

/* Writes what the page has room for. Its end is told behind its points: the
 * order of members is free. */
static bool append_series(srv_request *request, wanted *series, page *shared,
                          srv_arena *scratch, srv_error *err)
{
  srv_bytes *out = &request->answer;
  model_cursor *cursor = &series->cursor;
  double last_step = cursor->window.has_after ? cursor->window.after : 0;
  size_t left = SIZE_MAX, n, values;
  char token[TOKEN_BYTES];
  if (!cursor->project->ops->open_points(cursor, scratch)) {
    return srv_error_nomem(err);
  }
  if (series->is_finished) {
    left = 0;
  } else if (shared->limit >= 0) {
    left = series->sent < shared->limit ? (size_t)(shared->limit - series->sent)
                                        : 0;
  }
  left = smaller(left, cursor->total);
  values = encode_begin(
      out, shared->deprecated && series->type == MODEL_STRING_SERIES ? 3 : 4);
  n = append_points(out, series, shared, left, &last_step);
  encode_end(out, values);
  print_token(last_step, series->sent + (int64_t)n, token);
  append_search_after(out, n == left, token);
  request->rows += n;
  return true;
}

/* A series that does not exist is left out; of one that the page has no room
 * for only the request's id is there. */
static bool answer_one(srv_request *request, const cJSON *item, void *of_all,
                       srv_arena *scratch, srv_error *err)
{
  page *shared = of_all;
  wanted series;
  size_t start;
  bool ok = true;
  if (!read_wanted(request, item, shared, &series, err)) {
    return false;
  }
  if (!series.exists) {
    return true;
  }
  start = encode_begin(&request->answer, 1);
  encode_text(&request->answer, 1, text_of(series.id));
  if (shared->points > 0 && shared->bytes > 0) {
    ok = append_series(request, &series, shared, scratch, err);
  }
  encode_end(&request->answer, start);
  return ok;
}

bool api_object_series(srv_request *request, srv_error *err)
{
  const cJSON *body = input_object(request, false, err);
  const cJSON *requests = selection_read_requests(body, err);
  page shared;
  if (!requests) {
    return false;
  }
  if (cJSON_GetArraySize(requests) > MAX_SERIES) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "at most %d series can be asked for at once",
                         MAX_SERIES);
  }
  return read_page(request, body, &shared, err) &&
         selection_answer_each(request, requests, answer_one, &shared, err);
}
