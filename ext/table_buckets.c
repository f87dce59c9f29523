/*
** metric_buckets: float series as the server thins them out, fetched many
** series to a request.
**
** A row is what the buckets of its own series say, whichever series are scanned
** with it: without x_from and x_to each series is cut over its own range. So
** conditions, joins and pages change which rows come, never what is in them.
*/
#include "batch.h"
#include "options.h"
#include "values.h"

#include <string.h>

#define DEFAULT_BUCKETS 100

typedef struct buckets_state {
  nep_batch batch;         /* in place */
  nep_buckets_query query; /* options of the scan */
  nep_buckets *buckets;    /* owned: buckets of the batch */
  nep_bucket bucket;       /* current row */
  bool has_rows;           /* the scan gave one */
} buckets_state;

/* ---- options ---- */

static int read_axis(const nep_cursor *cursor, nep_view *view, nep_error *error)
{
  const char *axis = NULL;
  int rc = nep_option_text(cursor, NEP_BUCKETS_X_AXIS, &axis, error);
  if (rc == SQLITE_OK)
    rc = nep_option_text(cursor, NEP_BUCKETS_X_ATTRIBUTE, &view->axis_path,
                         error);
  if (rc != SQLITE_OK)
    return rc;
  if (axis && view->axis_path)
    return nep_error_set(error, SQLITE_ERROR,
                         "x_axis and x_attribute exclude each other");
  view->axis = view->axis_path ? NEP_AXIS_SERIES : NEP_AXIS_STEP;
  if (!axis || strcmp(axis, "step") == 0)
    return SQLITE_OK;
  if (strcmp(axis, "time") == 0)
    view->axis = NEP_AXIS_TIME;
  else if (strcmp(axis, "relative_time") == 0)
    view->axis = NEP_AXIS_RELATIVE_TIME;
  else
    return nep_error_set(error, SQLITE_ERROR,
                         "x_axis is 'step', 'time' or 'relative_time', not "
                         "'%.60s'; for the values of a series set x_attribute "
                         "to its path",
                         axis);
  return SQLITE_OK;
}

static int read_scale(const nep_cursor *cursor, nep_view *view,
                      nep_error *error)
{
  const nep_range *range = &view->range;
  const char *scale = NULL;
  int rc = nep_option_text(cursor, NEP_BUCKETS_X_SCALE, &scale, error);
  if (rc != SQLITE_OK || !scale || strcmp(scale, "linear") == 0)
    return rc;
  if (strcmp(scale, "log") != 0)
    return nep_error_set(error, SQLITE_ERROR,
                         "x_scale is 'linear' or 'log', not '%.60s'", scale);
  view->is_log = true;
  if ((range->has_from && range->from <= 0) ||
      (range->has_to && range->to <= 0))
    return nep_error_set(error, SQLITE_ERROR,
                         "on a log scale x_from and x_to are greater than 0: "
                         "raise them, or set x_scale = 'linear'");
  return SQLITE_OK;
}

static int read_view(const nep_cursor *cursor, nep_view *view, nep_error *error)
{
  view->n_buckets = DEFAULT_BUCKETS;
  int rc = nep_option_integer(cursor, NEP_BUCKETS_BUCKETS, NEP_MIN_BUCKETS,
                              NEP_MAX_BUCKETS, &view->n_buckets, error);
  if (rc == SQLITE_OK)
    rc = nep_option_range(cursor, NEP_BUCKETS_X_FROM, NEP_BUCKETS_X_TO,
                          &view->range, error);
  if (rc == SQLITE_OK)
    rc = nep_option_range(cursor, NEP_BUCKETS_STEP_FROM, NEP_BUCKETS_STEP_TO,
                          &view->steps, error);
  if (rc == SQLITE_OK)
    rc = read_axis(cursor, view, error);
  return rc == SQLITE_OK ? read_scale(cursor, view, error) : rc;
}

static int read_options(const nep_cursor *cursor, nep_buckets_query *query,
                        nep_error *error)
{
  int rc =
      nep_option_lineage(cursor, NEP_BUCKETS_LINEAGE, &query->lineage, error);
  if (rc == SQLITE_OK)
    rc = nep_option_previews(cursor, NEP_BUCKETS_INCLUDE_PREVIEWS,
                             &query->include_previews, error);
  query->series.rows_wanted = cursor->binding.page_hint;
  return rc == SQLITE_OK ? read_view(cursor, &query->view, error) : rc;
}

/* ---- scanning ---- */

/* Has a run of project the float series path? SQLITE_ROW, SQLITE_DONE or an
** error. */
static int find_series(nep_cursor *cursor, const char *project,
                       const char *path, nep_error *error)
{
  nep_type type = NEP_TYPE_FLOAT_SERIES;
  nep_values_query query = {.project = project,
                            .names = &path,
                            .n_names = 1,
                            .types = &type,
                            .n_types = 1,
                            .rows_wanted = 1};
  nep_values *values = NULL;
  const nep_entry *entry;
  int rc = nep_api_values_open(&nep_cursor_connection(cursor)->api, &query,
                               &values, error);
  if (rc == SQLITE_OK)
    rc = nep_api_values_next(values, &entry, error);
  nep_api_values_close(values);
  return rc;
}

/* Series were asked for and none has a place on the axis: it may be that there
** is no series as x_attribute names it. */
static int check_axis(nep_cursor *cursor, nep_error *error)
{
  const buckets_state *state = cursor->state;
  const char *path = state->query.view.axis_path, *project;
  if (!path)
    return SQLITE_OK;
  for (size_t i = 0; (project = nep_scope_project_at(cursor, i)) != NULL; i++) {
    int rc = find_series(cursor, project, path, error);
    if (rc != SQLITE_DONE)
      return rc == SQLITE_ROW ? SQLITE_OK : rc;
    if (!nep_scope_project_at(cursor, i + 1))
      return nep_error_set(error, SQLITE_ERROR,
                           "project %s: x_attribute is the path of a float "
                           "series, and no run has one called '%.200s'",
                           project, path);
  }
  return SQLITE_OK;
}

/* The next batch: SQLITE_ROW, SQLITE_DONE or an error. */
static int next_batch(nep_cursor *cursor, nep_error *error)
{
  buckets_state *state = cursor->state;
  bool has_asked = state->buckets != NULL;
  nep_api_buckets_close(state->buckets);
  state->buckets = NULL;
  int rc = nep_batch_next(&state->batch, &state->query.series, error);
  if (rc == SQLITE_DONE && has_asked && !state->has_rows)
    rc = check_axis(cursor, error) == SQLITE_OK ? SQLITE_DONE : error->code;
  if (rc != SQLITE_ROW)
    return rc;
  rc = nep_api_buckets_open(&nep_cursor_connection(cursor)->api, &state->query,
                            &state->buckets, error);
  return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

static int next_bucket(nep_cursor *cursor, nep_error *error)
{
  buckets_state *state = cursor->state;
  for (;;) {
    int rc = SQLITE_DONE;
    if (state->buckets)
      rc = nep_api_buckets_next(state->buckets, &state->bucket,
                                &state->batch.current, error);
    if (rc == SQLITE_ROW) {
      state->has_rows = true;
      return SQLITE_OK;
    }
    if (rc == SQLITE_DONE)
      rc = next_batch(cursor, error);
    cursor->is_eof = rc == SQLITE_DONE;
    if (rc != SQLITE_ROW)
      return rc == SQLITE_DONE ? SQLITE_OK : rc;
  }
}

static int open_buckets(nep_cursor *cursor, nep_error *error)
{
  buckets_state *state = sqlite3_malloc64(sizeof(*state));
  if (!state)
    return nep_error_no_memory(error);
  *state = (buckets_state){0};
  cursor->state = state;
  int rc = read_options(cursor, &state->query, error);
  if (rc == SQLITE_OK)
    rc = nep_batch_open(&state->batch, cursor, NEP_POINTS_ATTRIBUTE,
                        NEP_TYPE_FLOAT_SERIES, error);
  if (rc != SQLITE_OK)
    return rc;
  if (nep_api_buckets_are_alone(&state->query))
    state->batch.is_crossing = false;
  return next_bucket(cursor, error);
}

static void close_buckets(nep_cursor *cursor)
{
  buckets_state *state = cursor->state;
  if (!state)
    return;
  nep_api_buckets_close(state->buckets);
  nep_batch_dispose(&state->batch);
  sqlite3_free(state);
}

/* ---- columns ---- */

/* What an option is where the scan gives none. */
static void give_option(const nep_cursor *cursor, const nep_view *view,
                        int column, sqlite3_context *context)
{
  if (nep_option(cursor, column))
    nep_option_result(cursor, column, context);
  else if (column == NEP_BUCKETS_BUCKETS)
    sqlite3_result_int(context, DEFAULT_BUCKETS);
  else if (column == NEP_BUCKETS_X_AXIS && !view->axis_path)
    sqlite3_result_text(context, "step", -1, SQLITE_STATIC);
  else if (column == NEP_BUCKETS_X_SCALE)
    sqlite3_result_text(context, "linear", -1, SQLITE_STATIC);
  else if (column == NEP_BUCKETS_INCLUDE_PREVIEWS)
    sqlite3_result_int(context, 0);
  else if (column == NEP_BUCKETS_LINEAGE)
    nep_option_result_lineage(context, NEP_LINEAGE_FULL);
}

/* The number in column of bucket; true where it is a count. */
static bool number_of(const nep_bucket *bucket, int column, double *real,
                      sqlite3_int64 *count)
{
  const sqlite3_int64 counts[] = {bucket->n_finite, bucket->n_nan,
                                  bucket->n_positive_infinite,
                                  bucket->n_negative_infinite};
  const double reals[] = {bucket->first_x, bucket->first, bucket->last_x,
                          bucket->last,    bucket->min,   bucket->max,
                          bucket->sum};
  bool is_count = column >= NEP_BUCKETS_FINITE_COUNT &&
                  column <= NEP_BUCKETS_NEGATIVE_INFINITE_COUNT;
  if (is_count)
    *count = counts[column - NEP_BUCKETS_FINITE_COUNT];
  else
    *real = reals[column - NEP_BUCKETS_FIRST_X];
  return is_count;
}

static int buckets_column(nep_cursor *cursor, int column,
                          sqlite3_context *context, nep_error *error)
{
  const buckets_state *state = cursor->state;
  const nep_batch *batch = &state->batch;
  double real;
  sqlite3_int64 count;
  (void)error;
  if (column <= NEP_POINTS_SYS_ID)
    nep_batch_result_run(batch, column, context);
  else if (column == NEP_POINTS_ATTRIBUTE)
    nep_batch_result_path(batch, context);
  else if (column == NEP_BUCKETS_BUCKET)
    sqlite3_result_int64(context, state->bucket.index);
  else if (column == NEP_BUCKETS_FROM_X)
    nep_values_result_real(context, state->bucket.from_x);
  else if (column == NEP_BUCKETS_TO_X)
    nep_values_result_real(context, state->bucket.to_x);
  else if (column == NEP_BUCKETS_PROJECT)
    nep_batch_result_project(batch, context);
  else if (column > NEP_BUCKETS_PROJECT)
    give_option(cursor, &state->query.view, column, context);
  else if (number_of(&state->bucket, column, &real, &count))
    sqlite3_result_int64(context, count);
  else
    nep_values_result_real(context, real);
  return SQLITE_OK;
}

/* ---- joins: an item is a series, or a piece of one; its bytes are its
** buckets ---- */

static int shelve_bucket(nep_cursor *cursor, nep_shelf *shelf, nep_error *error)
{
  buckets_state *state = cursor->state;
  nep_shelf_item *item;
  int rc = nep_batch_shelve(&state->batch, cursor, shelf, &item, error);
  return rc == SQLITE_OK ? nep_shelf_append(shelf, &item->bytes, &state->bucket,
                                            sizeof(state->bucket), error)
                         : rc;
}

static int show_bucket(nep_cursor *cursor, const nep_shelf_item *item,
                       size_t row, nep_error *error)
{
  buckets_state *state = cursor->state;
  size_t at = row * sizeof(state->bucket);
  (void)error;
  if (at >= item->bytes.size)
    return SQLITE_DONE;
  nep_batch_show(&state->batch, item);
  memcpy(&state->bucket, item->bytes.data + at, sizeof(state->bucket));
  return SQLITE_ROW;
}

/* The runs of the series that come next, which is not the batch's order. */
static int buckets_ahead(nep_cursor *cursor, int column, nep_text current,
                         size_t most, nep_dictionary *keys,
                         nep_dictionary *names, nep_error *error)
{
  const buckets_state *state = cursor->state;
  const nep_run *last = NULL;
  size_t i;
  (void)names;
  if (cursor->is_shelved || !state || !state->buckets ||
      !nep_text_equal(nep_run_key(nep_batch_run(&state->batch), column),
                      current))
    return SQLITE_OK;
  for (size_t n = 0;
       keys->n < most && nep_api_buckets_coming(state->buckets, n, &i); n++) {
    const nep_run *run = nep_batch_run_at(&state->batch, i);
    nep_text key = nep_run_key(run, column);
    if (run == last || key.size == 0)
      continue;
    last = run;
    int rc = nep_dictionary_add(keys, key, error);
    if (rc != SQLITE_OK)
      return rc;
  }
  nep_dictionary_sort(keys);
  return SQLITE_OK;
}

const nep_table nep_table_metric_buckets = {&nep_schema_metric_buckets,
                                            open_buckets,
                                            next_bucket,
                                            buckets_column,
                                            close_buckets,
                                            shelve_bucket,
                                            show_bucket,
                                            buckets_ahead};
