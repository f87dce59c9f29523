/* Attributes of the runs in a scan's scope. */
#include "selected.h"

#include <string.h>

/* Runs whose values are asked for together. */
#define MAX_RUNS 10000

/* ---- conditions on path and type ---- */

static size_t count_values(const nep_cursor *cursor, int column)
{
  size_t n = 0;
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    if (cursor->plan.clauses[i].column == column)
      n += cursor->binding.clauses[i].n_values;
  }
  return n;
}

/* The first list of names rules; SQLite rechecks any other. */
static void take_paths(nep_selected *selected, const nep_cursor *cursor,
                       int column)
{
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    const nep_bound *bound = &cursor->binding.clauses[i];
    if (cursor->plan.clauses[i].column != column || !bound->is_sent)
      continue;
    bool is_pattern = bound->op == NEP_OP_REGEXP;
    if (!is_pattern && selected->n_names > 0)
      continue;
    for (size_t v = 0; v < bound->n_values; v++) {
      if (is_pattern)
        selected->patterns[selected->n_patterns++] = bound->values[v].text;
      else
        selected->names[selected->n_names++] = bound->values[v].text;
    }
  }
}

static void take_types(nep_selected *selected, const nep_cursor *cursor,
                       int column)
{
  const nep_bound *bound =
      nep_binding_find(&cursor->plan, &cursor->binding, column);
  for (size_t v = 0; bound && v < bound->n_values; v++) {
    const nep_value *value = &bound->values[v];
    nep_type type =
        nep_type_from_sql_name((nep_text){value->text, value->size});
    if (type != NEP_TYPE_UNKNOWN)
      selected->types[selected->n_types++] = type;
  }
  selected->is_empty = bound && selected->n_types == 0;
}

/* Is a column read that only a search gives? */
static bool reads_names(const nep_cursor *cursor)
{
  const nep_column *columns = cursor->plan.schema->columns;
  for (size_t i = 0; i < cursor->plan.schema->n_columns; i++) {
    if (cursor->plan.is_used[i] && columns[i].path &&
        strcmp(columns[i].path, "sys/id") != 0)
      return true;
  }
  return false;
}

int nep_selected_open(nep_selected *selected, const nep_cursor *cursor,
                      int path_column, int type_column, nep_type type,
                      nep_error *error)
{
  selected->scope.cursor = cursor;
  selected->runs_wanted = MAX_RUNS;
  if (cursor->binding.page_hint > 0 && cursor->binding.page_hint < MAX_RUNS)
    selected->runs_wanted = (size_t)cursor->binding.page_hint;
  selected->is_searching =
      nep_scope_filters_runs(cursor) || reads_names(cursor);
  sqlite3_uint64 n_paths = count_values(cursor, path_column) + 1;
  sqlite3_uint64 n_types = count_values(cursor, type_column) + 1;
  selected->names = sqlite3_malloc64(n_paths * sizeof(char *));
  selected->patterns = sqlite3_malloc64(n_paths * sizeof(char *));
  selected->types = sqlite3_malloc64(n_types * sizeof(nep_type));
  if (!selected->names || !selected->patterns || !selected->types)
    return nep_error_no_memory(error);
  take_paths(selected, cursor, path_column);
  if (type_column >= 0)
    take_types(selected, cursor, type_column);
  else
    selected->types[selected->n_types++] = type;
  selected->names_done = true;
  return SQLITE_OK;
}

void nep_selected_dispose(nep_selected *selected)
{
  nep_api_values_close(selected->values);
  nep_api_definitions_close(selected->definitions);
  nep_api_search_close(selected->search);
  nep_run_list_dispose(&selected->runs);
  nep_scope_dispose(&selected->scope);
  sqlite3_free(selected->run_ids);
  sqlite3_free(selected->names);
  sqlite3_free(selected->patterns);
  sqlite3_free(selected->types);
  *selected = (nep_selected){0};
}

/* ---- runs ---- */

static nep_connection *connection_of(const nep_selected *selected)
{
  return nep_cursor_connection(selected->scope.cursor);
}

static int open_search(nep_selected *selected, nep_error *error)
{
  static const char *const paths[] = {"sys/id", "sys/name",
                                      "sys/custom_run_id"};
  nep_search_query query = {
      .project = selected->scope.project,
      .nql = selected->scope.nql,
      .paths = paths,
      .rows_wanted = selected->scope.cursor->binding.page_hint,
      .n_paths = reads_names(selected->scope.cursor) ? NEP_COUNT(paths) : 1};
  nep_api_search_close(selected->search);
  selected->search = NULL;
  return nep_api_search_open(&connection_of(selected)->api, &query,
                             &selected->search, error);
}

static int list_run_ids(nep_selected *selected, nep_error *error)
{
  sqlite3_free(selected->run_ids);
  selected->run_ids = sqlite3_malloc64(selected->runs.n * sizeof(char *) + 1);
  if (!selected->run_ids)
    return nep_error_no_memory(error);
  for (size_t i = 0; i < selected->runs.n; i++)
    selected->run_ids[i] = selected->runs.items[i].id;
  return SQLITE_OK;
}

/* Moves to the next page of runs of the search under way. */
static int fill_runs(nep_selected *selected, nep_error *error)
{
  sqlite3_int64 max_bytes;
  int rc = nep_settings_integer(&connection_of(selected)->settings,
                                NEP_KEY_MAX_REQUEST_SIZE, &max_bytes, error);
  if (rc == SQLITE_OK)
    rc = nep_run_list_fill(&selected->runs, selected->search,
                           selected->scope.project, selected->runs_wanted,
                           (size_t)max_bytes, error);
  if (selected->runs_wanted < MAX_RUNS)
    selected->runs_wanted *= 4;
  if (rc != SQLITE_OK)
    return rc;
  if (selected->runs.n == 0)
    return SQLITE_DONE;
  rc = list_run_ids(selected, error);
  return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

int nep_selected_next_runs(nep_selected *selected, nep_error *error)
{
  for (;;) {
    int rc = SQLITE_DONE;
    if (selected->is_empty)
      return SQLITE_DONE;
    if (selected->search)
      rc = fill_runs(selected, error);
    if (rc == SQLITE_ROW || rc != SQLITE_DONE)
      return rc;
    rc = nep_scope_next(&selected->scope, error);
    if (rc != SQLITE_ROW)
      return rc;
    if (!selected->is_searching)
      return SQLITE_ROW;
    rc = open_search(selected, error);
    if (rc != SQLITE_OK)
      return rc;
  }
}

/* ---- values ---- */

/* The next names that fit into one request; names_done where none are left. */
static int next_names(nep_selected *selected, nep_error *error)
{
  sqlite3_int64 max_bytes;
  int rc = nep_settings_integer(&connection_of(selected)->settings,
                                NEP_KEY_MAX_FILTER_SIZE, &max_bytes, error);
  if (rc != SQLITE_OK)
    return rc;
  size_t bytes = 0, to = selected->names_to;
  selected->names_from = to;
  while (to < selected->n_names &&
         (to == selected->names_from ||
          bytes + strlen(selected->names[to]) <= (size_t)max_bytes))
    bytes += strlen(selected->names[to++]);
  selected->names_to = to;
  selected->names_done = to == selected->n_names;
  return SQLITE_OK;
}

static nep_values_query values_query(const nep_selected *selected)
{
  return (nep_values_query){
      .project = selected->scope.project,
      .run_ids = selected->run_ids,
      .n_run_ids = selected->runs.n,
      .has_run_ids = selected->is_searching,
      .names = selected->names + selected->names_from,
      .n_names = selected->names_to - selected->names_from,
      .patterns = selected->patterns,
      .n_patterns = selected->n_patterns,
      .types = selected->types,
      .n_types = selected->n_types,
      .rows_wanted = selected->scope.cursor->binding.page_hint};
}

/* Opens what is asked for next: other names of the runs at hand, or the next
** runs. SQLITE_ROW, SQLITE_DONE or an error. */
static int open_next(nep_selected *selected, bool are_definitions,
                     nep_error *error)
{
  nep_api *api = &connection_of(selected)->api;
  int rc = SQLITE_ROW;
  if (selected->names_done) {
    rc = nep_selected_next_runs(selected, error);
    selected->names_to = 0;
  }
  if (rc == SQLITE_ROW)
    rc = next_names(selected, error);
  if (rc != SQLITE_OK)
    return rc;
  nep_values_query query = values_query(selected);
  rc =
      are_definitions
          ? nep_api_definitions_open(api, &query, &selected->definitions, error)
          : nep_api_values_open(api, &query, &selected->values, error);
  return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

int nep_selected_next(nep_selected *selected, const nep_entry **entry,
                      const nep_run **run, nep_error *error)
{
  for (;;) {
    int rc = SQLITE_DONE;
    if (selected->values)
      rc = nep_api_values_next(selected->values, entry, error);
    if (rc == SQLITE_ROW) {
      *run = selected->is_searching
                 ? nep_run_list_find(&selected->runs, (*entry)->sys_id)
                 : NULL;
      if (*run || !selected->is_searching)
        return SQLITE_ROW;
      continue; /* a run that was not asked for */
    }
    if (rc != SQLITE_DONE)
      return rc;
    nep_api_values_close(selected->values);
    selected->values = NULL;
    rc = open_next(selected, false, error);
    if (rc != SQLITE_ROW)
      return rc;
  }
}

int nep_selected_next_definition(nep_selected *selected,
                                 const nep_definition **definition,
                                 nep_error *error)
{
  for (;;) {
    int rc = SQLITE_DONE;
    if (selected->definitions)
      rc = nep_api_definitions_next(selected->definitions, definition, error);
    if (rc != SQLITE_DONE)
      return rc;
    nep_api_definitions_close(selected->definitions);
    selected->definitions = NULL;
    rc = open_next(selected, true, error);
    if (rc != SQLITE_ROW)
      return rc;
  }
}
