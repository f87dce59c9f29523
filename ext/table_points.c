/*
** metric_points, string_points, histogram_points, file_points: the points of
** series of one type, fetched many series to a request.
*/
#include "batch.h"
#include "options.h"
#include "values.h"

#include <string.h>

typedef struct points_state {
  nep_batch batch;        /* in place */
  nep_points_query query; /* options of the scan */
  nep_points *points;     /* owned: points of the batch */
  nep_point point;        /* current row */
  nep_object object;      /* its value, unless a float; borrowed */
  size_t first;           /* of the item shown from a shelf, that is wanted */
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
    query->steps = nep_option_steps(&cursor->plan, &cursor->binding);
  query->series.rows_wanted = cursor->binding.page_hint;
  query->is_descending = cursor->plan.is_descending;
  query->per_series = cursor->per_key;
  return rc;
}

/* The next batch: SQLITE_ROW, SQLITE_DONE or an error. */
static int next_batch(nep_cursor *cursor, nep_error *error)
{
  points_state *state = cursor->state;
  nep_api_points_close(state->points);
  state->points = NULL;
  int rc = nep_batch_next(&state->batch, &state->query.series, error);
  if (rc != SQLITE_ROW)
    return rc;
  rc = nep_api_points_open(&nep_cursor_connection(cursor)->api, &state->query,
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

/* An item is a series, or a piece of one; its bytes are points in their order,
** or such records where they are no floats: all of one size, to be searched by
** halves. */
typedef struct shelved_object {
  nep_point point; /* first: as if it stood alone */
  nep_type type;
  size_t at, size; /* of the object, in the item's values */
} shelved_object;

static int append_point(const points_state *state, nep_shelf *shelf,
                        nep_shelf_item *item, nep_error *error)
{
  const nep_object *object = &state->object;
  if (state->query.type == NEP_TYPE_FLOAT_SERIES)
    return nep_shelf_append(shelf, &item->bytes, &state->point,
                            sizeof(state->point), error);
  shelved_object record = {state->point, object->type, item->values.size,
                           object->bytes.size};
  int rc =
      nep_shelf_append(shelf, &item->bytes, &record, sizeof(record), error);
  return rc == SQLITE_OK
             ? nep_shelf_append(shelf, &item->values, object->bytes.data,
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

static size_t record_size(const points_state *state)
{
  return state->query.type == NEP_TYPE_FLOAT_SERIES ? sizeof(nep_point)
                                                    : sizeof(shelved_object);
}

/* The i-th point of item becomes the current one. */
static void read_shelved(points_state *state, const nep_shelf_item *item,
                         size_t i)
{
  const char *at = item->bytes.data + i * record_size(state);
  shelved_object record;
  memcpy(&state->point, at, sizeof(state->point));
  if (state->query.type == NEP_TYPE_FLOAT_SERIES)
    return;
  memcpy(&record, at, sizeof(record));
  const char *values = item->values.data ? item->values.data : "";
  state->object = (nep_object){record.type, {values + record.at, record.size}};
}

/* Does the step come before those that the join looks for, in the points'
** order? */
static bool is_before(const nep_cursor *cursor, double step)
{
  const nep_range *wanted = &cursor->steps;
  return cursor->plan.is_descending ? wanted->has_to && step > wanted->to
                                    : wanted->has_from && step < wanted->from;
}

static bool is_behind(const nep_cursor *cursor, double step)
{
  const nep_range *wanted = &cursor->steps;
  return cursor->plan.is_descending ? wanted->has_from && step < wanted->from
                                    : wanted->has_to && step > wanted->to;
}

/* The first point of item whose step is looked for, or that is behind. */
static size_t find_wanted(const nep_cursor *cursor, const nep_shelf_item *item)
{
  size_t size = record_size(cursor->state);
  size_t low = 0, high = item->bytes.size / size;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    nep_point point;
    memcpy(&point, item->bytes.data + middle * size, sizeof(point));
    if (is_before(cursor, point.step))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Of a shelf with points of all steps only those looked for are shown: SQLite
** would drop the others, slower. */
static int show_point(nep_cursor *cursor, const nep_shelf_item *item,
                      size_t row, nep_error *error)
{
  points_state *state = cursor->state;
  (void)error;
  if (row == 0)
    state->first = cursor->is_any_step ? find_wanted(cursor, item) : 0;
  size_t i = state->first + row;
  if (i >= item->bytes.size / record_size(state))
    return SQLITE_DONE;
  nep_batch_show(&state->batch, item);
  read_shelved(state, item, i);
  return cursor->is_any_step && is_behind(cursor, state->point.step)
             ? SQLITE_DONE
             : SQLITE_ROW;
}

static int points_ahead(nep_cursor *cursor, int column, nep_text current,
                        size_t most, nep_dictionary *keys,
                        nep_dictionary *names, nep_error *error)
{
  const points_state *state = cursor->state;
  if (cursor->is_shelved || !state || !state->points)
    return SQLITE_OK;
  return nep_batch_ahead(&state->batch, column, current, most, keys, names,
                         error);
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
