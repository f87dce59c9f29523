/* api_buckets.c: float series cut into buckets, many series in one request. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buckets.h"
#include "buckets.pb-c.h"
#include "encode.h"
#include "put.h"
#include "server.h"

enum { MAX_SERIES = 1000, UUID_BYTES = 36, BUCKET_NUMBERS = 16 };

typedef enum axis {
  AXIS_STEP,
  AXIS_EPOCH_MILLIS,
  AXIS_RELATIVE_MILLIS, /* uncertain: since the first point of the series */
  AXIS_CUSTOM           /* the value of another series at the same step */
} axis;

/* What is asked of all series. */
typedef struct view {
  model_window window;
  bucket_range range;
  bool has_from;
  bool has_to;
  axis x;
  const char *custom; /* path; in the request's arena */
} view;

/* A series, or none: then it has no bucket. */
typedef struct wanted {
  const char *id; /* borrowed from the message */
  model_cursor cursor;
} wanted;

/* The points of one series, which the array is used for in turn. */
typedef struct sample {
  bucket_point *points; /* owned */
  size_t count;
  size_t cap;
} sample;

static bool bad(srv_error *err, const char *what)
{
  return srv_error_set(err, 400, "BAD_REQUEST", "%s", what);
}

static bool is_uuid(const char *text)
{
  const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (!text || strlen(text) != UUID_BYTES) {
    return false;
  }
  for (size_t i = 0; i < UUID_BYTES; i++) {
    if (form[i] == '-' ? text[i] != '-'
                       : !strchr("0123456789abcdefABCDEF", text[i])) {
      return false;
    }
  }
  return true;
}

/* ${path}, where \ escapes \ $ { and } -> path, NULL if it is not that. */
static const char *read_formula(srv_arena *arena, const char *text,
                                srv_error *err)
{
  size_t len = text ? strlen(text) : 0, n = 0;
  char *path = srv_arena_copy(arena, text ? text : "", len);
  if (!path) {
    srv_error_nomem(err);
    return NULL;
  }
  if (len < 4 || strncmp(text, "${", 2) != 0) {
    bad(err, "a formula must be ${path}: no other is known");
    return NULL;
  }
  for (size_t i = 2; i < len; i++) {
    bool escaped = text[i] == '\\' && text[i + 1];
    if (!escaped && text[i] == '}' && i == len - 1) {
      path[n] = 0;
      return path;
    }
    if (!escaped && strchr("${}\\", text[i])) {
      break;
    }
    i += escaped;
    path[n++] = text[i];
  }
  bad(err, "a formula must be ${path}, with \\ before \\ $ { and } in it");
  return NULL;
}

static bool read_axis(srv_request *request, const Ask__Axis *from, view *to,
                      srv_error *err)
{
  switch (from ? from->value_case : ASK__AXIS__VALUE__NOT_SET) {
  case ASK__AXIS__VALUE_EPOCH_MILLIS:
    to->x = AXIS_EPOCH_MILLIS;
    return true;
  case ASK__AXIS__VALUE_RELATIVE_TIME:
    to->x = AXIS_RELATIVE_MILLIS;
    return true;
  case ASK__AXIS__VALUE_CUSTOM:
    to->x = AXIS_CUSTOM;
    to->custom = read_formula(&request->arena, from->custom->expression, err);
    return to->custom != NULL;
  case ASK__AXIS__VALUE_STEPS:
    to->x = AXIS_STEP;
    return true;
  case ASK__AXIS__VALUE__NOT_SET:
  default:
    return bad(err, "the view must name its x axis");
  }
}

static bool read_view(srv_request *request, const Ask__View *from, view *to,
                      srv_error *err)
{
  const Ask__Range *steps =
      from && from->point_filters ? from->point_filters->step_range : NULL;
  *to = (view){.window = {.from = -INFINITY, .to = INFINITY},
               .range = {.from = INFINITY, .to = -INFINITY}};
  if (!from || from->max_buckets < 2) {
    return bad(err, "the view must ask for two buckets at least");
  }
  to->range.count = from->max_buckets;
  if (from->x_scale < 0 || from->x_scale > 1 || from->y_scale < 0 ||
      from->y_scale > 1) {
    return bad(err, "a scale must be linear (0) or log (1)");
  }
  to->range.is_log = from->x_scale == 1;
  to->has_from = from->has_from;
  to->has_to = from->has_to;
  to->range.from = from->has_from ? from->from : INFINITY;
  to->range.to = from->has_to ? from->to : -INFINITY;
  if ((to->has_from && !isfinite(to->range.from)) ||
      (to->has_to && !isfinite(to->range.to)) ||
      (to->has_from && to->has_to && to->range.from > to->range.to) ||
      (to->range.is_log && to->has_from && !(to->range.from > 0))) {
    return bad(err, "the view's range is none");
  }
  if (steps && steps->has_from) {
    to->window.from = steps->from;
  }
  if (steps && steps->has_to) {
    to->window.to = steps->to;
  }
  return read_axis(request, from->x_axis, to, err);
}

static bool read_lineage(const Ask__Expression *from, model_window *window,
                         srv_error *err)
{
  if (from->lineage < 0 || from->lineage > 1 || from->entity_type < 0 ||
      from->entity_type > 1) {
    return bad(err, "lineage and entityType must be 0 or 1");
  }
  window->previews = from->include_preview;
  window->lineage = from->lineage == 0       ? MODEL_FULL
                    : from->entity_type == 0 ? MODEL_EXPERIMENT
                                             : MODEL_OWN;
  return true;
}

static bool read_wanted(srv_request *request, const Ask__Expression *from,
                        const view *shared, wanted *to, srv_error *err)
{
  const char *path;
  *to = (wanted){.id = from->request_id,
                 .cursor = {.def = MODEL_NO_DEF, .window = shared->window}};
  if (!is_uuid(from->request_id)) {
    return bad(err, "requestId must be a UUID");
  }
  path = read_formula(&request->arena, from->formula, err);
  if (!path || !read_lineage(from, &to->cursor.window, err)) {
    return false;
  }
  if (srv_server_run(request->server, NULL, from->run_id ? from->run_id : "",
                     &to->cursor.project, &to->cursor.run, err)) {
    to->cursor.def = model_defs_find(&to->cursor.project->defs, path,
                                     strlen(path), MODEL_FLOAT_SERIES);
  }
  return err->status == 0;
}

static int compare_ids(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool check_distinct(srv_request *request, const wanted *series, size_t n,
                           srv_error *err)
{
  const char **ids =
      srv_arena_array(&request->arena, n + 1, sizeof(const char *));
  if (!ids) {
    return srv_error_nomem(err);
  }
  for (size_t i = 0; i < n; i++) {
    ids[i] = series[i].id;
  }
  qsort(ids, n, sizeof(const char *), compare_ids);
  for (size_t i = 1; i < n; i++) {
    if (strcmp(ids[i - 1], ids[i]) == 0) {
      return bad(err, "every requestId must be another");
    }
  }
  return true;
}

/* All points of a cursor, in the request's order; NULL without memory. */
static model_point *read_points(model_cursor *cursor, srv_arena *scratch)
{
  model_point *points;
  size_t n = 0, got = 1;
  if (!cursor->project->ops->open_points(cursor, scratch)) {
    return NULL;
  }
  points = srv_arena_array(scratch, cursor->total + 1, sizeof *points);
  while (points && n < cursor->total && got > 0) {
    got = cursor->project->ops->read_points(cursor, points + n,
                                            cursor->total - n);
    n += got;
  }
  cursor->total = n;
  return points;
}

static int compare_points(const void *a, const void *b)
{
  const bucket_point *p = a, *q = b;
  return (p->x > q->x) - (p->x < q->x);
}

/* Steps ascend, and nearly always time: only what does not is sorted. */
static void sort_sample(sample *of)
{
  for (size_t i = 1; i < of->count; i++) {
    if (of->points[i].x < of->points[i - 1].x) {
      qsort(of->points, of->count, sizeof *of->points, compare_points);
      return;
    }
  }
}

/* The value of the axis' own series at each step; NaN where it has none. */
static bool set_custom_x(const view *shared, const wanted *series,
                         const model_point *points, sample *to,
                         srv_arena *scratch)
{
  model_cursor x = series->cursor;
  const model_point *values;
  size_t at = 0;
  x.def = model_defs_find(&x.project->defs, shared->custom,
                          strlen(shared->custom), MODEL_FLOAT_SERIES);
  x.total = 0;
  values = read_points(&x, scratch);
  if (!values) {
    return false;
  }
  for (size_t i = 0; i < to->count; i++) {
    while (at < x.total && values[at].step < points[i].step) {
      at++;
    }
    to->points[i].x = at < x.total && values[at].step <= points[i].step
                          ? values[at].value
                          : NAN;
  }
  return true;
}

/* Leaves out what has no place on the axis. */
static void drop_unplaced(sample *of)
{
  size_t kept = 0;
  for (size_t i = 0; i < of->count; i++) {
    if (isfinite(of->points[i].x)) {
      of->points[kept++] = of->points[i];
    }
  }
  of->count = kept;
}

/* Reads a series' points, ascending in x. */
static bool read_sample(const view *shared, wanted *series, sample *to,
                        srv_arena *scratch)
{
  const model_point *points;
  bucket_point *room;
  to->count = 0;
  if (series->cursor.def == MODEL_NO_DEF) {
    return true;
  }
  points = read_points(&series->cursor, scratch);
  room = points ? srv_array_grow(to->points, &to->cap, series->cursor.total + 1,
                                 sizeof *room)
                : NULL;
  if (!room) {
    return false;
  }
  to->points = room;
  to->count = series->cursor.total;
  for (size_t i = 0; i < to->count; i++) {
    int64_t since = shared->x == AXIS_RELATIVE_MILLIS ? points[0].timestamp : 0;
    room[i].x = shared->x == AXIS_STEP ? points[i].step
                                       : (double)(points[i].timestamp - since);
    room[i].y = points[i].value;
  }
  if (shared->x == AXIS_CUSTOM &&
      !set_custom_x(shared, series, points, to, scratch)) {
    return false;
  }
  drop_unplaced(to);
  sort_sample(to);
  return true;
}

/* Makes the range that of all series, where the view names none. */
static bool find_range(view *shared, wanted *series, size_t n, sample *room,
                       srv_error *err)
{
  srv_arena scratch;
  bool ok = true;
  double low = INFINITY, high = -INFINITY;
  srv_arena_init(&scratch);
  for (size_t i = 0; ok && i < n; i++) {
    ok =
        read_sample(shared, &series[i], room, &scratch) || srv_error_nomem(err);
    for (size_t j = 0; ok && j < room->count; j++) {
      double x = room->points[j].x;
      if (!shared->range.is_log || x > 0) {
        low = x < low ? x : low;
        high = x > high ? x : high;
      }
    }
    srv_arena_reset(&scratch);
  }
  srv_arena_dispose(&scratch);
  shared->range.from = shared->has_from ? shared->range.from : low;
  shared->range.to = shared->has_to ? shared->range.to : high;
  /* Of the one end that is named nothing may be beyond the other. */
  if (shared->has_from && shared->range.to < shared->range.from) {
    shared->range.to = shared->range.from;
  } else if (shared->has_to && shared->range.from > shared->range.to) {
    shared->range.from = shared->range.to;
  }
  return ok;
}

/* A finite point, in room that the caller has reserved. */
static unsigned char *put_point(unsigned char *at, unsigned field,
                                const bucket_point *point)
{
  unsigned char *start = put_begin(at, field);
  at = put_double(start, 1, point->x);
  return put_end(start, put_double(at, 2, point->y));
}

static void append_bucket(void *context, const bucket *full)
{
  srv_bytes *out = context;
  unsigned char *start;
  unsigned char *at = srv_bytes_reserve(out, BUCKET_NUMBERS * PUT_NUMBER_BYTES);
  if (!at) {
    return;
  }
  start = put_begin(at, 2);
  at = put_integer(start, 1, full->index);
  at = put_double(at, 2, full->from_x);
  at = put_double(at, 3, full->to_x);
  at = put_point(at, 4, &full->first);
  at = put_point(at, 5, &full->last);
  at = put_present(at, 6, full->min);
  at = put_present(at, 7, full->max);
  at = put_integer(at, 8, full->finite);
  at = put_integer(at, 9, full->nan);
  at = put_integer(at, 10, full->positive_inf);
  at = put_integer(at, 11, full->negative_inf);
  at = put_present(at, 12, full->sum);
  out->len = (size_t)(put_end(start, at) - out->data);
}

static bool append_series(srv_request *request, const view *shared,
                          wanted *series, sample *room, srv_error *err)
{
  srv_arena scratch;
  size_t start = encode_begin(&request->answer, 1);
  bool ok;
  srv_arena_init(&scratch);
  encode_text(&request->answer, 1,
              (model_text){.data = series->id, .len = UUID_BYTES});
  ok = read_sample(shared, series, room, &scratch) || srv_error_nomem(err);
  if (ok) {
    buckets_fill(&shared->range, room->points, room->count, append_bucket,
                 &request->answer);
    request->rows += room->count;
  }
  encode_end(&request->answer, start);
  srv_arena_dispose(&scratch);
  return ok;
}

static bool answer(srv_request *request, const Ask__Buckets *body,
                   srv_error *err)
{
  size_t n = body->n_expressions;
  wanted *series = srv_arena_array(&request->arena, n + 1, sizeof *series);
  sample room = {0};
  view shared;
  bool ok = true;
  if (n > MAX_SERIES) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "at most %d series can be asked for at once",
                         MAX_SERIES);
  }
  if (!series) {
    return srv_error_nomem(err);
  }
  if (!read_view(request, body->view, &shared, err)) {
    return false;
  }
  for (size_t i = 0; ok && i < n; i++) {
    ok = read_wanted(request, body->expressions[i], &shared, &series[i], err);
  }
  ok = ok && check_distinct(request, series, n, err);
  if (ok && !(shared.has_from && shared.has_to)) {
    ok = find_range(&shared, series, n, &room, err);
  }
  for (size_t i = 0; ok && i < n; i++) {
    ok = append_series(request, &shared, &series[i], &room, err);
  }
  free(room.points);
  return ok;
}

bool api_buckets(srv_request *request, srv_error *err)
{
  Ask__Buckets *body =
      ask__buckets__unpack(NULL, request->body.len, request->body.data);
  bool ok;
  if (!body) { /* LIMIT: protobuf-c does not tell bad bytes from no memory */
    return bad(err, "the body must be the protobuf message of the request");
  }
  ok = answer(request, body, err);
  ask__buckets__free_unpacked(body, NULL);
  srv_request_is_protobuf(request);
  return ok;
}
