/*
** metric_points, string_points, histogram_points, file_points: the points of
** series of one type.
**
** Series are gathered in batches and fetched many to a request. Where one or
** few exact attributes are named and runs are searched for anyway, each run is
** asked for each of them; else the values endpoint tells which run has which
** series.
*/
#include "selected.h"
#include "values.h"

#include <string.h>

/* Series of a batch. */
#define MAX_SERIES 10000
/* Names up to which every run is asked for every name. */
#define FEW_NAMES 4

typedef struct series {
  size_t run; /* index in the batch's runs */
  char *path; /* owned */
} series;

typedef struct points_state {
  nep_selected selected;
  nep_points_query query; /* options of the scan */
  bool is_crossing;       /* runs x names, without asking which exist */
  nep_run_list runs;      /* owned: runs of the batch, unless crossing */
  series *series;         /* owned: the batch, unless crossing */
  size_t n_series, capacity;
  nep_points *points;         /* owned: points of the batch */
  nep_point point;            /* current row */
  nep_object object;          /* its value, unless a float; borrowed */
  size_t i;                   /* its series in the batch */
  nep_run shown;              /* texts borrowed from item */
  const nep_shelf_item *item; /* the series shown from a shelf, or NULL */
  size_t shown_size;          /* bytes of item read */
  bool has_shelved;           /* shelved is the series of the row before */
  size_t shelved;             /* index in the batch */
} points_state;

/* ---- options ---- */

static const nep_value *option(const nep_cursor *cursor, int column)
{
  const nep_bound *bound =
      nep_binding_find(&cursor->plan, &cursor->binding, column);
  return bound && bound->n_values ? &bound->values[0] : NULL;
}

static int read_lineage(const nep_cursor *cursor, nep_lineage *lineage,
                        nep_error *error)
{
  const nep_value *value = option(cursor, NEP_POINTS_LINEAGE);
  const char *text = value && value->type == NEP_VALUE_TEXT ? value->text : "";
  *lineage = NEP_LINEAGE_FULL;
  if (!value || strcmp(text, "full") == 0)
    return SQLITE_OK;
  if (strcmp(text, "experiment") == 0)
    *lineage = NEP_LINEAGE_EXPERIMENT;
  else if (strcmp(text, "run") == 0)
    *lineage = NEP_LINEAGE_RUN;
  else
    return nep_error_set(error, SQLITE_ERROR,
                         "lineage is 'full', 'experiment' or 'run', not "
                         "'%.60s'",
                         text);
  return SQLITE_OK;
}

static int read_tail(const nep_cursor *cursor, sqlite3_int64 *tail,
                     nep_error *error)
{
  const nep_value *value = option(cursor, NEP_POINTS_TAIL);
  *tail = 0;
  if (!value)
    return SQLITE_OK;
  if (value->type != NEP_VALUE_INTEGER || value->integer < 1 ||
      value->integer > NEP_MAX_TAIL)
    return nep_error_set(error, SQLITE_ERROR,
                         "tail is a number of points from 1 to %d",
                         NEP_MAX_TAIL);
  *tail = value->integer;
  return SQLITE_OK;
}

static int read_previews(const nep_cursor *cursor, bool *include,
                         nep_error *error)
{
  const nep_value *value = option(cursor, NEP_POINTS_INCLUDE_PREVIEWS);
  *include = false;
  if (!value)
    return SQLITE_OK;
  if (value->type != NEP_VALUE_INTEGER ||
      (value->integer != 0 && value->integer != 1))
    return nep_error_set(error, SQLITE_ERROR, "include_previews is 0 or 1");
  *include = value->integer == 1;
  return SQLITE_OK;
}

/* Narrows the range of steps by every condition on step. */
static void read_range(const nep_cursor *cursor, nep_points_query *query)
{
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    const nep_bound *bound = &cursor->binding.clauses[i];
    if (cursor->plan.clauses[i].column != NEP_POINTS_STEP || !bound->is_sent)
      continue;
    double step = bound->values[0].real;
    bool is_from = bound->op == NEP_OP_EQ || bound->op == NEP_OP_GT ||
                   bound->op == NEP_OP_GE;
    bool is_to = bound->op == NEP_OP_EQ || bound->op == NEP_OP_LT ||
                 bound->op == NEP_OP_LE;
    if (is_from && (!query->has_from || step > query->from)) {
      query->has_from = true;
      query->from = step;
    }
    if (is_to && (!query->has_to || step < query->to)) {
      query->has_to = true;
      query->to = step;
    }
  }
}

/* The last points are counted before any condition: with tail, SQLite alone
** looks at the range. */
static int read_options(nep_cursor *cursor, nep_points_query *query,
                        nep_error *error)
{
  query->type = cursor->plan.schema->type;
  int rc = read_lineage(cursor, &query->lineage, error);
  if (rc == SQLITE_OK)
    rc = read_tail(cursor, &query->tail, error);
  if (rc == SQLITE_OK)
    rc = read_previews(cursor, &query->include_previews, error);
  if (rc == SQLITE_OK && query->tail == 0)
    read_range(cursor, query);
  query->rows_wanted = cursor->binding.page_hint;
  return rc;
}

/* ---- batches of series ---- */

static void crossed_series_at(const void *context, size_t i,
                              nep_series_request *request)
{
  const points_state *state = context;
  const nep_selected *selected = &state->selected;
  request->run_id = selected->runs.items[i / selected->n_names].id;
  request->attribute = selected->names[i % selected->n_names];
}

static void listed_series_at(const void *context, size_t i,
                             nep_series_request *request)
{
  const points_state *state = context;
  request->run_id = state->runs.items[state->series[i].run].id;
  request->attribute = state->series[i].path;
}

static void clear_batch(points_state *state)
{
  for (size_t i = 0; i < state->n_series; i++)
    sqlite3_free(state->series[i].path);
  state->n_series = 0;
  nep_run_list_clear(&state->runs);
}

static int add_run(points_state *state, const nep_entry *entry,
                   const nep_run *run, nep_error *error)
{
  int rc = nep_run_list_add(&state->runs, state->selected.scope.project,
                            entry->sys_id, error);
  if (rc != SQLITE_OK || !run)
    return rc;
  nep_run *added = &state->runs.items[state->runs.n - 1];
  rc = nep_text_duplicate(run->experiment, &added->experiment, error);
  if (rc == SQLITE_OK)
    rc = nep_text_duplicate(run->run_id, &added->run_id, error);
  return rc;
}

static int add_series(points_state *state, nep_text path, nep_error *error)
{
  if (state->n_series == state->capacity) {
    series *larger =
        nep_array_grow(state->series, &state->capacity, sizeof(series), error);
    if (!larger)
      return error->code;
    state->series = larger;
  }
  char *copy = nep_text_copy(path);
  if (!copy)
    return nep_error_no_memory(error);
  state->series[state->n_series++] = (series){state->runs.n - 1, copy};
  return SQLITE_OK;
}

/* Gathers the next series that exist: SQLITE_ROW, SQLITE_DONE or an error. */
static int gather_series(points_state *state, nep_error *error)
{
  size_t wanted = MAX_SERIES;
  if (state->query.rows_wanted > 0 && state->query.rows_wanted < MAX_SERIES)
    wanted = (size_t)state->query.rows_wanted;
  clear_batch(state);
  while (state->n_series < wanted) {
    const nep_entry *entry;
    const nep_run *run;
    int rc = nep_selected_next(&state->selected, &entry, &run, error);
    if (rc == SQLITE_DONE)
      break;
    if (rc == SQLITE_ROW)
      rc = add_run(state, entry, run, error);
    for (size_t i = 0; rc == SQLITE_OK && i < entry->n_attributes; i++) {
      if (entry->attributes[i].type == state->query.type)
        rc = add_series(state, entry->attributes[i].path, error);
    }
    if (rc != SQLITE_OK)
      return rc;
  }
  return state->n_series > 0 ? SQLITE_ROW : SQLITE_DONE;
}

/* The next batch: SQLITE_ROW, SQLITE_DONE or an error. */
static int next_batch(nep_cursor *cursor, nep_error *error)
{
  points_state *state = cursor->state;
  nep_points_query *query = &state->query;
  if (state->points && query->rows_wanted < MAX_SERIES)
    query->rows_wanted *= 4; /* they were not enough after all; 0 stays */
  nep_api_points_close(state->points);
  state->has_shelved = false;
  state->points = NULL;
  int rc = state->is_crossing ? nep_selected_next_runs(&state->selected, error)
                              : gather_series(state, error);
  if (rc != SQLITE_ROW)
    return rc;
  query->project = state->selected.scope.project;
  query->context = state;
  query->series_at = state->is_crossing ? crossed_series_at : listed_series_at;
  query->n_series = state->is_crossing
                        ? state->selected.runs.n * state->selected.n_names
                        : state->n_series;
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
                               &state->i, error);
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
    rc = nep_selected_open(&state->selected, cursor, NEP_POINTS_ATTRIBUTE, -1,
                           state->query.type, error);
  if (rc != SQLITE_OK)
    return rc;
  const nep_selected *selected = &state->selected;
  state->is_crossing = selected->is_searching && selected->n_names > 0 &&
                       selected->n_names <= FEW_NAMES;
  return next_point(cursor, error);
}

static void close_points(nep_cursor *cursor)
{
  points_state *state = cursor->state;
  if (!state)
    return;
  nep_api_points_close(state->points);
  clear_batch(state);
  nep_run_list_dispose(&state->runs);
  sqlite3_free(state->series);
  nep_selected_dispose(&state->selected);
  sqlite3_free(state);
}

/* ---- columns ---- */

static const nep_run *run_of(const points_state *state)
{
  if (state->item)
    return &state->shown;
  if (state->is_crossing)
    return &state->selected.runs.items[state->i / state->selected.n_names];
  return &state->runs.items[state->series[state->i].run];
}

static const char *path_of(const points_state *state)
{
  if (state->item)
    return state->item->path;
  if (state->is_crossing)
    return state->selected.names[state->i % state->selected.n_names];
  return state->series[state->i].path;
}

static void give_option(const points_state *state, int column,
                        sqlite3_context *context)
{
  static const char *const lineages[] = {[NEP_LINEAGE_FULL] = "full",
                                         [NEP_LINEAGE_EXPERIMENT] =
                                             "experiment",
                                         [NEP_LINEAGE_RUN] = "run"};
  if (column == NEP_POINTS_INCLUDE_PREVIEWS)
    sqlite3_result_int(context, state->query.include_previews);
  else if (column == NEP_POINTS_LINEAGE)
    sqlite3_result_text(context, lineages[state->query.lineage], -1,
                        SQLITE_STATIC);
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
  const nep_run *run = run_of(state);
  switch (column) {
  case NEP_POINTS_EXPERIMENT:
  case NEP_POINTS_RUN_ID:
  case NEP_POINTS_SYS_ID:
    nep_run_result(context, run, column);
    break;
  case NEP_POINTS_ATTRIBUTE:
    nep_values_result_text(context, nep_text_of(path_of(state)));
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
    nep_values_result_text(
        context, (nep_text){run->id, (size_t)(run->sys_id - run->id - 1)});
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
  nep_shelf_item *item = shelf->n ? &shelf->items[shelf->n - 1] : NULL;
  if (!state->has_shelved || state->shelved != state->i) {
    const nep_run *run = run_of(state);
    nep_text key = nep_run_key(run, nep_cursor_key_column(cursor));
    int rc = nep_shelf_add(shelf, key, run->id, run->experiment, run->run_id,
                           path_of(state), &item, error);
    if (rc != SQLITE_OK)
      return rc;
    state->has_shelved = true;
    state->shelved = state->i;
  }
  return append_point(state, shelf, item, error);
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

static int show_point(nep_cursor *cursor, const nep_shelf_item *item,
                      size_t row, nep_error *error)
{
  points_state *state = cursor->state;
  (void)error;
  if (row == 0)
    state->shown_size = 0;
  if (state->shown_size >= item->bytes.size)
    return SQLITE_DONE;
  if (state->item != item) {
    state->item = item;
    state->shown = (nep_run){.id = item->run_id,
                             .sys_id = nep_run_sys_id(item->run_id),
                             .experiment = item->experiment,
                             .run_id = item->custom_id};
  }
  read_shown(state, &item->bytes);
  return SQLITE_ROW;
}

/* The runs of the batch, from the current one on. */
static int points_ahead(nep_cursor *cursor, int column, nep_text current,
                        size_t most, nep_dictionary *keys, nep_error *error)
{
  const points_state *state = cursor->state;
  if (cursor->is_shelved || !state || !state->points ||
      !nep_text_equal(nep_run_key(run_of(state), column), current))
    return SQLITE_OK;
  const nep_run_list *runs =
      state->is_crossing ? &state->selected.runs : &state->runs;
  const nep_run *run = run_of(state);
  int rc = SQLITE_OK;
  for (; run < runs->items + runs->n && keys->n < most && rc == SQLITE_OK;
       run++) {
    nep_text key = nep_run_key(run, column);
    if (key.size)
      rc = nep_dictionary_add(keys, key, error);
  }
  nep_dictionary_sort(keys);
  return rc;
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
