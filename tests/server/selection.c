/* selection.c: see selection.h. */
#include "selection.h"

#include <math.h>
#include <string.h>

const cJSON *selection_read_requests(const cJSON *body, srv_error *err)
{
  const cJSON *requests = input_array(body, "requests", err);
  if (!requests) {
    srv_error_set(err, 400, "BAD_REQUEST", "requests must be given");
  }
  return requests;
}

bool selection_answer_each(srv_request *request, const cJSON *requests,
                           selection_answer *answer, void *shared,
                           srv_error *err)
{
  const cJSON *item;
  srv_arena scratch;
  bool ok = true;
  srv_arena_init(&scratch);
  cJSON_ArrayForEach(item, requests)
  {
    ok = ok && answer(request, item, shared, &scratch, err);
    srv_arena_reset(&scratch);
  }
  srv_arena_dispose(&scratch);
  srv_request_is_protobuf(request);
  return ok;
}

const cJSON *selection_read_series(const cJSON *item, const char **id,
                                   srv_error *err)
{
  const cJSON *series = input_member(item, "series", err);
  *id = input_text(item, "requestId", NULL, err);
  if (*id && series) {
    return series;
  }
  srv_error_set(err, 400, "BAD_REQUEST",
                "requests must hold objects with a requestId and a series");
  return NULL;
}

bool selection_read_range(const cJSON *body, model_window *window,
                          srv_error *err)
{
  const cJSON *range = input_member(body, "stepRange", err);
  const char *order = input_text(body, "order", "ascending", err);
  *window = (model_window){.from = -INFINITY, .to = INFINITY};
  (void)input_number(range, "from", &window->from, err);
  (void)input_number(range, "to", &window->to, err);
  window->descending = strcmp(order, "descending") == 0;
  if (!window->descending && strcmp(order, "ascending") != 0) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "order must be ascending or descending");
  }
  return err->status == 0;
}

bool selection_read_lineage(const cJSON *series, model_window *window,
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

bool selection_read_holder(srv_request *request, const cJSON *series,
                           model_cursor *cursor, const char **path, bool *known,
                           srv_error *err)
{
  const cJSON *holder = input_member(series, "holder", err);
  const char *identifier = input_text(holder, "identifier", NULL, err);
  const char *type = input_text(holder, "type", "experiment", err);
  *path = input_text(series, "attribute", NULL, err);
  if (!identifier || !*path || strcmp(type, "experiment") != 0) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "a series needs an attribute and a holder with an "
                         "identifier and the type experiment");
  }
  *known = srv_server_run(request->server, NULL, identifier, &cursor->project,
                          &cursor->run, err);
  return err->status == 0;
}
