/* Projects, NQL pieces and lists of runs of a scan. */
#include "scope.h"

#include "values.h"

#include <stdlib.h>
#include <string.h>

/* ---- projects and NQL ---- */

static int project_column(const nep_cursor *cursor)
{
  const nep_table_schema *schema = cursor->plan.schema;
  for (size_t i = 0; i < schema->n_columns; i++) {
    if (schema->columns[i].kind == NEP_KIND_PROJECT)
      return (int)i;
  }
  return -1;
}

const char *nep_scope_project_at(const nep_cursor *cursor, size_t i)
{
  const nep_bound *bound =
      nep_binding_find(&cursor->plan, &cursor->binding, project_column(cursor));
  if (bound)
    return i < bound->n_values ? bound->values[i].text : NULL;
  return i == 0 ? cursor->project : NULL;
}

int nep_scope_check_project(const char *project, nep_error *error)
{
  if (!project)
    return nep_error_set(error, SQLITE_ERROR,
                         "no project is named: set NEPTUNE_PROJECT, call "
                         "neptune_config('project', 'workspace/project') or "
                         "add WHERE project = 'workspace/project'");
  const char *slash = strchr(project, '/');
  if (!slash || slash == project || slash[1] == '\0')
    return nep_error_set(error, SQLITE_ERROR,
                         "project '%.100s' is not of the form "
                         "workspace/project",
                         project);
  return SQLITE_OK;
}

/* Sets the NQL of the current piece. */
static int print_piece(nep_scope *scope, nep_error *error)
{
  const nep_cursor *cursor = scope->cursor;
  const nep_vtab *vtab = nep_cursor_vtab(cursor);
  sqlite3_int64 max_bytes;
  int rc = nep_settings_integer(&vtab->connection->settings,
                                NEP_KEY_MAX_REQUEST_SIZE, &max_bytes, error);
  if (rc != SQLITE_OK)
    return rc;
  sqlite3_free(scope->nql);
  scope->nql = NULL;
  rc = nep_nql_print(&cursor->plan, &cursor->binding, vtab->arguments.nql,
                     scope->part, (size_t)max_bytes, &scope->position,
                     &scope->nql, error);
  if (rc == SQLITE_OK)
    return SQLITE_ROW;
  return nep_api_blame(&vtab->connection->api, scope->project, error);
}

/* SQLITE_ROW, SQLITE_DONE (the project stays the last one) or an error. */
static int next_project(nep_scope *scope, nep_error *error)
{
  size_t i = scope->next_project++;
  const char *project = NULL;
  int rc = SQLITE_OK;
  if (!scope->is_found) {
    project = nep_scope_project_at(scope->cursor, i);
    if (project || i == 0)
      rc = nep_scope_check_project(project, error);
  } else if (i < scope->n_found) {
    project = scope->found[i];
  }
  if (rc != SQLITE_OK || !project)
    return rc == SQLITE_OK ? SQLITE_DONE : rc;
  scope->project = project;
  return SQLITE_ROW;
}

int nep_scope_next(nep_scope *scope, nep_error *error)
{
  int rc = scope->position == 0 ? next_project(scope, error) : SQLITE_ROW;
  return rc == SQLITE_ROW ? print_piece(scope, error) : rc;
}

int nep_scope_take_part(nep_scope *scope, nep_part part, nep_error *error)
{
  scope->part = part;
  return print_piece(scope, error);
}

void nep_scope_dispose(nep_scope *scope)
{
  for (size_t i = 0; i < scope->n_found; i++)
    sqlite3_free(scope->found[i]);
  sqlite3_free(scope->found);
  sqlite3_free(scope->nql);
  *scope = (nep_scope){0};
}

bool nep_scope_filters_runs(const nep_cursor *cursor)
{
  if (nep_cursor_vtab(cursor)->arguments.nql)
    return true;
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    const nep_column *column =
        nep_binding_column(&cursor->plan, &cursor->binding, i);
    if (cursor->binding.clauses[i].is_sent &&
        (column->operand || column->kind == NEP_KIND_NQL))
      return true;
  }
  return false;
}

/* ---- all projects ---- */

bool nep_scope_is_everywhere(const nep_cursor *cursor)
{
  return !cursor->project && !nep_binding_find(&cursor->plan, &cursor->binding,
                                               project_column(cursor));
}

/* Takes name, which may be NULL. */
static int add_found(nep_scope *scope, char *name, nep_error *error)
{
  if (name && scope->n_found == scope->capacity) {
    char **larger =
        nep_array_grow(scope->found, &scope->capacity, sizeof(*larger), error);
    if (!larger) {
      sqlite3_free(name);
      return error->code;
    }
    scope->found = larger;
  }
  if (!name)
    return nep_error_no_memory(error);
  scope->found[scope->n_found++] = name;
  return SQLITE_OK;
}

static bool is_named(const char *name, nep_text workspace, nep_text project)
{
  return strncmp(name, workspace.data, workspace.size) == 0 &&
         name[workspace.size] == '/' &&
         nep_text_equal(nep_text_of(name + workspace.size + 1), project);
}

int nep_scope_project_of(nep_scope *scope, const nep_entry *entry,
                         const char **project, nep_error *error)
{
  nep_text workspace = entry->workspace, name = entry->project;
  if (workspace.size == 0 || name.size == 0)
    return nep_error_set(error, SQLITE_CORRUPT,
                         "the server sent a run without its project");
  /* Runs of one project often stand together. */
  if (*project && is_named(*project, workspace, name))
    return SQLITE_OK;
  for (size_t i = 0; i < scope->n_found; i++) {
    *project = scope->found[i];
    if (is_named(*project, workspace, name))
      return SQLITE_OK;
  }
  int rc = add_found(scope,
                     sqlite3_mprintf("%.*s/%.*s", (int)workspace.size,
                                     workspace.data, (int)name.size, name.data),
                     error);
  if (rc == SQLITE_OK)
    *project = scope->found[scope->n_found - 1];
  return rc;
}

int nep_scope_next_everywhere(nep_scope *scope, nep_error *error)
{
  if (scope->position == 0 && scope->next_project++ > 0)
    return SQLITE_DONE;
  return print_piece(scope, error);
}

static int search_projects(nep_scope *scope, bool heads, nep_error *error)
{
  const char *project = NULL;
  int rc;
  while ((rc = nep_scope_next_everywhere(scope, error)) == SQLITE_ROW) {
    nep_search_query query = {.nql = scope->nql, .heads = heads};
    nep_search *search = NULL;
    const nep_entry *entry;
    rc = nep_api_search_open(&nep_cursor_connection(scope->cursor)->api, &query,
                             &search, error);
    while (rc == SQLITE_OK &&
           (rc = nep_api_search_next(search, &entry, error)) == SQLITE_ROW)
      rc = nep_scope_project_of(scope, entry, &project, error);
    nep_api_search_close(search);
    if (rc != SQLITE_DONE)
      return rc;
  }
  return rc;
}

static int list_projects(nep_scope *scope, nep_error *error)
{
  nep_projects *projects = NULL;
  const nep_project *project;
  int rc = nep_api_projects_open(&nep_cursor_connection(scope->cursor)->api,
                                 &projects, error);
  while (rc == SQLITE_OK &&
         (rc = nep_api_projects_next(projects, &project, error)) == SQLITE_ROW)
    rc = add_found(scope,
                   sqlite3_mprintf("%s/%s", project->workspace, project->name),
                   error);
  nep_api_projects_close(projects);
  return rc;
}

int nep_scope_find_projects(nep_scope *scope, bool heads, nep_error *error)
{
  int rc = nep_scope_filters_runs(scope->cursor)
               ? search_projects(scope, heads, error)
               : list_projects(scope, error);
  scope->is_found = true;
  scope->next_project = 0;
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- lists of runs ---- */

void nep_run_list_clear(nep_run_list *list)
{
  for (size_t i = 0; i < list->n; i++) {
    sqlite3_free(list->items[i].id);
    sqlite3_free(list->items[i].experiment);
    sqlite3_free(list->items[i].run_id);
  }
  sqlite3_free(list->by_id);
  list->by_id = NULL;
  list->n = 0;
}

void nep_run_list_dispose(nep_run_list *list)
{
  nep_run_list_clear(list);
  sqlite3_free(list->items);
  *list = (nep_run_list){0};
}

int nep_run_list_add(nep_run_list *list, const char *project, nep_text sys_id,
                     nep_error *error)
{
  if (list->n == list->capacity) {
    nep_run *items =
        nep_array_grow(list->items, &list->capacity, sizeof(nep_run), error);
    if (!items)
      return error->code;
    list->items = items;
  }
  char *id = sqlite3_mprintf("%s/%.*s", project, (int)sys_id.size, sys_id.data);
  if (!id)
    return nep_error_no_memory(error);
  list->items[list->n++] =
      (nep_run){.id = id, .sys_id = id + strlen(project) + 1};
  return SQLITE_OK;
}

/* A copy of the attribute's text; *copy is NULL where there is none. */
static int copy_attribute(const nep_entry *entry, const char *path,
                          size_t *hint, char **copy, nep_error *error)
{
  const nep_attribute *attribute =
      nep_entry_find(entry, nep_text_of(path), NEP_TYPE_UNKNOWN, hint);
  if (!attribute || !attribute->has_value)
    return SQLITE_OK;
  *copy = nep_text_copy(attribute->text);
  return *copy ? SQLITE_OK : nep_error_no_memory(error);
}

static int add_entry(nep_run_list *list, const nep_entry *entry,
                     const char *project, size_t hints[3], nep_error *error)
{
  const nep_attribute *id =
      nep_entry_find(entry, nep_text_of("sys/id"), NEP_TYPE_UNKNOWN, &hints[0]);
  if (!id || id->text.size == 0)
    return nep_error_set(error, SQLITE_CORRUPT,
                         "project %s: the server sent a run without sys/id",
                         project);
  int rc = nep_run_list_add(list, project, id->text, error);
  if (rc != SQLITE_OK)
    return rc;
  nep_run *run = &list->items[list->n - 1];
  rc = copy_attribute(entry, "sys/name", &hints[1], &run->experiment, error);
  if (rc == SQLITE_OK)
    rc = copy_attribute(entry, "sys/custom_run_id", &hints[2], &run->run_id,
                        error);
  return rc;
}

static int compare_runs(const void *a, const void *b)
{
  const nep_run *const *left = a, *const *right = b;
  return strcmp((*left)->sys_id, (*right)->sys_id);
}

static int sort_runs(nep_run_list *list, nep_error *error)
{
  list->by_id = sqlite3_malloc64(list->n * sizeof(nep_run *) + 1);
  if (!list->by_id)
    return nep_error_no_memory(error);
  for (size_t i = 0; i < list->n; i++)
    list->by_id[i] = &list->items[i];
  qsort(list->by_id, list->n, sizeof(nep_run *), compare_runs);
  return SQLITE_OK;
}

int nep_run_list_fill(nep_run_list *list, nep_search *search,
                      const char *project, size_t max_runs, size_t max_bytes,
                      nep_error *error)
{
  size_t hints[3] = {0}, bytes = 0;
  nep_run_list_clear(list);
  while (list->n < max_runs && bytes < max_bytes) {
    const nep_entry *entry;
    int rc = nep_api_search_next(search, &entry, error);
    if (rc == SQLITE_DONE)
      break;
    if (rc == SQLITE_ROW)
      rc = add_entry(list, entry, project, hints, error);
    if (rc != SQLITE_OK)
      return rc;
    bytes += strlen(list->items[list->n - 1].id);
  }
  return sort_runs(list, error);
}

const nep_run *nep_run_list_find(const nep_run_list *list, nep_text sys_id)
{
  size_t low = 0, high = list->by_id ? list->n : 0;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const char *id = list->by_id[middle]->sys_id;
    int order = strncmp(id, sys_id.data, sys_id.size);
    if (order == 0 && id[sys_id.size] == '\0')
      return list->by_id[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static const char *key_text(const nep_run *run, int column)
{
  return column == NEP_POINTS_EXPERIMENT ? run->experiment
         : column == NEP_POINTS_RUN_ID   ? run->run_id
                                         : run->sys_id;
}

nep_text nep_run_key(const nep_run *run, int column)
{
  return nep_text_of(key_text(run, column));
}

const char *nep_run_sys_id(const char *id)
{
  const char *slash = strrchr(id, '/');
  return slash ? slash + 1 : id;
}

void nep_run_result(sqlite3_context *context, const nep_run *run, int column)
{
  const char *text = key_text(run, column);
  if (text)
    nep_values_result_text(context, nep_text_of(text));
}
