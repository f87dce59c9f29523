/* api_series.c: points of float series, many series in one request. */
#include <math.h>
#include <string.h>

#include "encode.h"
#include "input.h"

enum { MAX_SERIES = 10000, MAX_POINTS = 1000000 };

/* What all series of a request share. */
typedef struct common {
  model_window window;
  size_t limit;
} common;

static bool read_common(const cJSON *body, size_t n_series, common *to,
                        srv_error *err)
{
  const cJSON *range = input_member(body, "stepRange", err);
  const char *order = input_text(body, "order", "ascending", err);
  int64_t limit =
      input_integer(body, "perSeriesPointsLimit", 1, MAX_POINTS, 0, err);
  to->window = (model_window){.from = -INFINITY, .to = INFINITY};
  (void)input_number(range, "from", &to->window.from, err);
  (void)input_number(range, "to", &to->window.to, err);
  to->window.descending = strcmp(order, "descending") == 0;
  if (!to->window.descending && strcmp(order, "ascending") != 0) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "order must be ascending or descending");
  }
  if (limit == 0) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "perSeriesPointsLimit must be given");
  }
  if (n_series > MAX_SERIES || n_series * (size_t)limit > MAX_POINTS) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "at most %d series and %d points (requests x "
                         "perSeriesPointsLimit) can be asked for at once",
                         MAX_SERIES, MAX_POINTS);
  }
  to->limit = (size_t)limit;
  return err->status == 0;
}

static bool read_lineage(const cJSON *series, model_window *window,
                         srv_error *err)
{
  const char *lineage = input_text(series, "lineage", "FULL", err);
  const char *entity = input_text(series, "lineageEntityType", "RUN", err);
  bool experiment = strcmp(entity, "EXPERIMENT") == 0;
  if (!experiment && strcmp(entity, "RUN") != 0) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "lineageEntityType must be RUN or EXPERIMENT");
  }
  if (strcmp(lineage, "FULL") == 0) {
    window->lineage = MODEL_FULL;
  } else if (strcmp(lineage, "NONE") == 0) {
    window->lineage = experiment ? MODEL_EXPERIMENT : MODEL_OWN;
  } else {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "lineage must be FULL or NONE");
  }
  window->previews = input_bool(series, "includePreview", false, err);
  return err->status == 0;
}

/* Reads the holder; *known is false if there is no such run. */
static bool read_holder(srv_request *request, const cJSON *series,
                        model_cursor *cursor, bool *known, srv_error *err)
{
  const cJSON *holder = input_member(series, "holder", err);
  const char *identifier = input_text(holder, "identifier", NULL, err);
  const char *type = input_text(holder, "type", "experiment", err);
  const char *path = input_text(series, "attribute", NULL, err);
  if (!identifier || !path || strcmp(type, "experiment") != 0) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "a series needs an attribute and a holder with an "
                         "identifier and the type experiment");
  }
  *known = srv_server_run(request->server, NULL, identifier, &cursor->project,
                          &cursor->run, err);
  if (*known) {
    cursor->def = model_defs_find(&cursor->project->defs, path, strlen(path),
                                  MODEL_FLOAT_SERIES);
  }
  return err->status == 0;
}

/* A series that does not exist is answered without points. */
static bool answer_one(srv_request *request, const cJSON *item,
                       const common *shared, srv_arena *scratch, srv_error *err)
{
  const char *id = input_text(item, "requestId", NULL, err);
  const cJSON *series = input_member(item, "series", err);
  model_cursor cursor = {.def = MODEL_NO_DEF, .window = shared->window};
  bool known = false;
  if (!id || !series) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "requests must hold objects with a requestId and a "
                         "series");
  }
  cursor.window.has_after =
      input_number(item, "afterStep", &cursor.window.after, err);
  if (!read_lineage(series, &cursor.window, err) ||
      !read_holder(request, series, &cursor, &known, err)) {
    return false;
  }
  if (known && !cursor.project->ops->open_points(&cursor, scratch)) {
    return srv_error_nomem(err);
  }
  request->rows += encode_float_series(&request->answer, id, &cursor,
                                       cursor.total > 0 ? shared->limit : 0);
  return true;
}

bool api_float_series(srv_request *request, srv_error *err)
{
  const cJSON *body = input_object(request, false, err);
  const cJSON *requests = input_array(body, "requests", err), *item;
  common shared;
  srv_arena scratch;
  bool ok;
  if (!requests) {
    return srv_error_set(err, 400, "BAD_REQUEST", "requests must be given");
  }
  if (!read_common(body, (size_t)cJSON_GetArraySize(requests), &shared, err)) {
    return false;
  }
  srv_arena_init(&scratch);
  ok = true;
  cJSON_ArrayForEach(item, requests)
  {
    ok = ok && answer_one(request, item, &shared, &scratch, err);
    srv_arena_reset(&scratch);
  }
  srv_arena_dispose(&scratch);
  srv_request_is_protobuf(request);
  return ok;
}
