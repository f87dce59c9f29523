/*
** metric_points, string_points, histogram_points, file_points: the points of
** series of one type, fetched many series to a request.
*/
#include "batch.h"
#include "options.h"
#include "values.h"

#include <stddef.h>
#include <string.h>

typedef struct points_state {
  nep_batch batch;        /* in place */
  nep_points_query query; /* options of the scan */
  nep_points *points;     /* owned: points of the batch */
  nep_point point;        /* current row */
  nep_object object;      /* its value, unless a float; borrowed */
  size_t shown_size;      /* bytes read of the item shown from a shelf */
} points_state;

/* ---- options ---- */

/* The last points are counted before any condition: with tail, SQLite alone
** looks at the range. */
static int read_options(nep_cursor *cursor, nep_points_query *query,
                        nep_error *error)
{
  query->type = cursor->plan.schema->type;
  int rc =
      nep_option_lineage(cursor, NEP_POINTS_LINEAGE, &query->lineage, error);
  if (rc == SQLITE_OK)
    rc = nep_option_integer(cursor, NEP_POINTS_TAIL, 1, NEP_MAX_TAIL,
                            &query->tail, error);
  if (rc == SQLITE_OK)
    rc = nep_option_previews(cursor, NEP_POINTS_INCLUDE_PREVIEWS,
                             &query->include_previews, error);
  if (rc == SQLITE_OK && query->tail == 0)
    nep_option_narrow(cursor, NEP_POINTS_STEP, &query->steps);
  query->rows_wanted = cursor->binding.page_hint;
  query->is_descending = cursor->plan.is_descending;
  query->per_series = cursor->per_key;
  return rc;
}

/* The next batch: SQLITE_ROW, SQLITE_DONE or an error. */
static int next_batch(nep_cursor *cursor, nep_error *error)
{
  points_state *state = cursor->state;
  nep_points_query *query = &state->query;
  if (state->points && query->rows_wanted < NEP_BATCH_SERIES)
    query->rows_wanted *= 4; /* they were not enough after all; 0 stays */
  nep_api_points_close(state->points);
  state->points = NULL;
  size_t wanted = NEP_BATCH_SERIES;
  if (query->rows_wanted > 0 && query->rows_wanted < NEP_BATCH_SERIES)
    wanted = (size_t)query->rows_wanted;
  int rc = nep_batch_next(&state->batch, wanted, error);
  if (rc != SQLITE_ROW)
    return rc;
  query->project = nep_batch_project(&state->batch);
  query->context = &state->batch;
  query->series_at = nep_batch_series_at;
  query->n_series = nep_batch_size(&state->batch);
  rc = nep_api_points_open(&nep_cursor_connection(cursor)->api, query,
                           &state->points, error);
  return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

/* ---- scanning ---- */

static int next_point(nep_cursor *cursor, nep_error *error)
{
  points_state *state = cursor->state;
  for (;;) {
    int rc = SQLITE_DONE;
    if (state->points)
      rc = nep_api_points_next(state->points, &state->point, &state->object,
                               &state->batch.current, error);
    if (rc == SQLITE_ROW)
      return SQLITE_OK;
    if (rc == SQLITE_DONE)
      rc = next_batch(cursor, error);
    cursor->is_eof = rc == SQLITE_DONE;
    if (rc != SQLITE_ROW)
      return rc == SQLITE_DONE ? SQLITE_OK : rc;
  }
}

static int open_points(nep_cursor *cursor, nep_error *error)
{
  points_state *state = sqlite3_malloc64(sizeof(*state));
  if (!state)
    return nep_error_no_memory(error);
  *state = (points_state){0};
  cursor->state = state;
  int rc = read_options(cursor, &state->query, error);
  if (rc == SQLITE_OK)
    rc = nep_batch_open(&state->batch, cursor, NEP_POINTS_ATTRIBUTE,
                        state->query.type, error);
  return rc == SQLITE_OK ? next_point(cursor, error) : rc;
}

static void close_points(nep_cursor *cursor)
{
  points_state *state = cursor->state;
  if (!state)
    return;
  nep_api_points_close(state->points);
  nep_batch_dispose(&state->batch);
  sqlite3_free(state);
}

/* ---- columns ---- */

static void give_option(const points_state *state, int column,
                        sqlite3_context *context)
{
  if (column == NEP_POINTS_INCLUDE_PREVIEWS)
    sqlite3_result_int(context, state->query.include_previews);
  else if (column == NEP_POINTS_LINEAGE)
    nep_option_result_lineage(context, state->query.lineage);
  else if (state->query.tail > 0)
    sqlite3_result_int64(context, state->query.tail);
}

static int give_value(const points_state *state, sqlite3_context *context,
                      nep_error *error)
{
  nep_attribute value;
  if (state->query.type == NEP_TYPE_FLOAT_SERIES) {
    nep_values_result_real(context, state->point.value);
    return SQLITE_OK;
  }
  int rc = nep_wire_read_object(&state->object, &value, error);
  return rc == SQLITE_OK ? nep_values_result(context, &value, error) : rc;
}

static int points_column(nep_cursor *cursor, int column,
                         sqlite3_context *context, nep_error *error)
{
  const points_state *state = cursor->state;
  const nep_batch *batch = &state->batch;
  switch (column) {
  case NEP_POINTS_EXPERIMENT:
  case NEP_POINTS_RUN_ID:
  case NEP_POINTS_SYS_ID:
    nep_batch_result_run(batch, column, context);
    break;
  case NEP_POINTS_ATTRIBUTE:
    nep_batch_result_path(batch, context);
    break;
  case NEP_POINTS_STEP:
    sqlite3_result_double(context, state->point.step);
    break;
  case NEP_POINTS_TIMESTAMP:
    nep_values_result_time(context, state->point.time_ms);
    break;
  case NEP_POINTS_VALUE:
    return give_value(state, context, error);
  case NEP_POINTS_IS_PREVIEW:
    sqlite3_result_int(context, state->point.is_preview);
    break;
  case NEP_POINTS_COMPLETION:
    sqlite3_result_double(context, state->point.completion);
    break;
  case NEP_POINTS_PROJECT:
    nep_batch_result_project(batch, context);
    break;
  default:
    give_option(state, column, context);
  }
  return SQLITE_OK;
}

/* ---- joins ---- */

/* An item is a series, or a piece of one; its bytes are its points, each
** followed by its object, unless it is a float. */
static int append_point(const points_state *state, nep_shelf *shelf,
                        nep_shelf_item *item, nep_error *error)
{
  const nep_object *object = &state->object;
  int rc =
      nep_shelf_append(shelf, item, &state->point, sizeof(state->point), error);
  if (rc != SQLITE_OK || state->query.type == NEP_TYPE_FLOAT_SERIES)
    return rc;
  rc = nep_shelf_append(shelf, item, object, sizeof(*object), error);
  return rc == SQLITE_OK ? nep_shelf_append(shelf, item, object->bytes.data,
                                            object->bytes.size, error)
                         : rc;
}

static int shelve_point(nep_cursor *cursor, nep_shelf *shelf, nep_error *error)
{
  points_state *state = cursor->state;
  nep_shelf_item *item;
  int rc = nep_batch_shelve(&state->batch, cursor, shelf, &item, error);
  return rc == SQLITE_OK ? append_point(state, shelf, item, error) : rc;
}

/* The point at shown_size, which moves behind it. */
static void read_shown(points_state *state, const nep_bytes *bytes)
{
  memcpy(&state->point, bytes->data + state->shown_size, sizeof(state->point));
  state->shown_size += sizeof(state->point);
  if (state->query.type == NEP_TYPE_FLOAT_SERIES)
    return;
  memcpy(&state->object, bytes->data + state->shown_size,
         sizeof(state->object));
  state->shown_size += sizeof(state->object);
  state->object.bytes.data = bytes->data + state->shown_size;
  state->shown_size += state->object.bytes.size;
}

/* Does the join look for this step? SQLite would drop the others, slower. */
static bool is_wanted(const nep_cursor *cursor, double step)
{
  return !cursor->is_any_step || !cursor->has_step ||
         (step >= cursor->step && step <= cursor->step);
}

/* Moves over floats of other steps, which all have the same size. */
static void skip_floats(nep_cursor *cursor, const nep_bytes *bytes)
{
  points_state *state = cursor->state;
  double step;
  for (; state->shown_size < bytes->size;
       state->shown_size += sizeof(state->point)) {
    memcpy(&step, bytes->data + state->shown_size + offsetof(nep_point, step),
           sizeof(step));
    if (is_wanted(cursor, step))
      return;
  }
}

static int show_point(nep_cursor *cursor, const nep_shelf_item *item,
                      size_t row, nep_error *error)
{
  points_state *state = cursor->state;
  (void)error;
  if (row == 0)
    state->shown_size = 0;
  nep_batch_show(&state->batch, item);
  if (state->query.type == NEP_TYPE_FLOAT_SERIES)
    skip_floats(cursor, &item->bytes);
  while (state->shown_size < item->bytes.size) {
    read_shown(state, &item->bytes);
    if (is_wanted(cursor, state->point.step))
      return SQLITE_ROW;
  }
  return SQLITE_DONE;
}

static int points_ahead(nep_cursor *cursor, int column, nep_text current,
                        size_t most, nep_dictionary *keys, nep_error *error)
{
  const points_state *state = cursor->state;
  if (cursor->is_shelved || !state || !state->points)
    return SQLITE_OK;
  return nep_batch_ahead(&state->batch, column, current, most, keys, error);
}

#define TABLE(schema)                                                          \
  {                                                                            \
    schema, open_points, next_point, points_column, close_points,              \
        shelve_point, show_point, points_ahead                                 \
  }
const nep_table nep_table_metric_points = TABLE(&nep_schema_metric_points);
const nep_table nep_table_string_points = TABLE(&nep_schema_string_points);
const nep_table nep_table_histogram_points =
    TABLE(&nep_schema_histogram_points);
const nep_table nep_table_file_points = TABLE(&nep_schema_file_points);
