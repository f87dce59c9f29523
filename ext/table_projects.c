/* projects: those that the token's owner may read. */
#include "values.h"
#include "vtab.h"

typedef struct projects_state {
  nep_projects *projects;     /* owned */
  const nep_project *project; /* current row; borrowed */
} projects_state;

static int next_project(nep_cursor *cursor, nep_error *error)
{
  projects_state *state = cursor->state;
  int rc = nep_api_projects_next(state->projects, &state->project, error);
  cursor->is_eof = rc == SQLITE_DONE;
  return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int open_projects(nep_cursor *cursor, nep_error *error)
{
  projects_state *state = sqlite3_malloc64(sizeof(*state));
  if (!state)
    return nep_error_no_memory(error);
  *state = (projects_state){0};
  cursor->state = state;
  int rc = nep_api_projects_open(&nep_cursor_connection(cursor)->api,
                                 &state->projects, error);
  return rc == SQLITE_OK ? next_project(cursor, error) : rc;
}

static void close_projects(nep_cursor *cursor)
{
  projects_state *state = cursor->state;
  if (!state)
    return;
  nep_api_projects_close(state->projects);
  sqlite3_free(state);
}

static int projects_column(nep_cursor *cursor, int column,
                           sqlite3_context *context, nep_error *error)
{
  const projects_state *state = cursor->state;
  const nep_project *project = state->project;
  const char *const texts[] = {[NEP_PROJECTS_WORKSPACE] = project->workspace,
                               [NEP_PROJECTS_NAME] = project->name,
                               [NEP_PROJECTS_KEY] = project->key,
                               [NEP_PROJECTS_ID] = project->id,
                               [NEP_PROJECTS_VISIBILITY] = project->visibility};
  if (column == NEP_PROJECTS_PROJECT) {
    char *name = sqlite3_mprintf("%s/%s", project->workspace, project->name);
    if (!name)
      return nep_error_no_memory(error);
    sqlite3_result_text(context, name, -1, sqlite3_free);
  } else if (texts[column][0]) {
    nep_values_result_text(context, nep_text_of(texts[column]));
  }
  return SQLITE_OK;
}

const nep_table nep_table_projects = {.schema = &nep_schema_projects,
                                      .open = open_projects,
                                      .next = next_project,
                                      .column = projects_column,
                                      .close = close_projects};
