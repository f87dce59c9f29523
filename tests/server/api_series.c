/* api_series.c: points of float series, many series in one request. */
#include <string.h>

#include "encode.h"
#include "selection.h"

/* The query client sends 12 000 series at once: only points are limited. */
enum { MAX_POINTS = 1000000 };

/* What all series of a request share. */
typedef struct common {
  model_window window;
  size_t limit;
} common;

static bool read_common(const cJSON *body, size_t n_series, common *to,
                        srv_error *err)
{
  int64_t limit =
      input_integer(body, "perSeriesPointsLimit", 1, MAX_POINTS, 0, err);
  if (!selection_read_range(body, &to->window, err)) {
    return false;
  }
  if (limit == 0) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "perSeriesPointsLimit must be given");
  }
  if (n_series * (size_t)limit > MAX_POINTS) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "at most %d points (requests x "
                         "perSeriesPointsLimit) can be asked for at once",
                         MAX_POINTS);
  }
  to->limit = (size_t)limit;
  return err->status == 0;
}

/* A series that does not exist is answered without points. */
static bool answer_one(srv_request *request, const cJSON *item, void *of_all,
                       srv_arena *scratch, srv_error *err)
{
  const common *shared = of_all;
  const char *id, *path = NULL;
  const cJSON *series = selection_read_series(item, &id, err);
  model_cursor cursor = {.def = MODEL_NO_DEF, .window = shared->window};
  bool known = false;
  if (!series) {
    return false;
  }
  cursor.window.has_after =
      input_number(item, "afterStep", &cursor.window.after, err);
  if (!selection_read_lineage(series, &cursor.window, err) ||
      !selection_read_holder(request, series, &cursor, &path, &known, err)) {
    return false;
  }
  if (known) {
    cursor.def = model_defs_find(&cursor.project->defs, path, strlen(path),
                                 MODEL_FLOAT_SERIES);
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
  const cJSON *requests = selection_read_requests(body, err);
  common shared;
  return requests &&
         read_common(body, (size_t)cJSON_GetArraySize(requests), &shared,
                     err) &&
         selection_answer_each(request, requests, answer_one, &shared, err);
}
