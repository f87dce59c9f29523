/*
** The stream of projects: pages by offset, one read while the next is under
** way.
*/
#include "api.h"

#define PROJECTS_PATH "/api/backend/v1/projects"
/* Projects a page. */
#define MAX_PAGE 1000
/* LIMIT: with more the server is taken to repeat itself. */
#define MAX_PROJECTS 1000000

struct nep_projects {
  nep_api *api;          /* borrowed */
  nep_request *next;     /* owned: the page under way, or NULL */
  nep_project_page page; /* owned: the page being read */
  size_t i;              /* in page */
  sqlite3_int64 limit, offset;
};

static int start_page(nep_projects *projects, nep_error *error)
{
  char *query =
      sqlite3_mprintf("userRelation=viewerOrHigher&limit=%lld&offset=%lld",
                      projects->limit, projects->offset);
  if (!query)
    return nep_error_no_memory(error);
  int rc = nep_api_start(projects->api,
                         &(nep_api_call){.path = PROJECTS_PATH,
                                         .url_query = query,
                                         .wants_json = true},
                         &projects->next, error);
  sqlite3_free(query);
  return rc;
}

int nep_api_projects_open(nep_api *api, nep_projects **projects,
                          nep_error *error)
{
  nep_projects *opened = sqlite3_malloc64(sizeof(*opened));
  *projects = opened;
  if (!opened)
    return nep_error_no_memory(error);
  *opened = (nep_projects){.api = api};
  int rc = nep_settings_integer(api->settings, NEP_KEY_PAGE_SIZE,
                                &opened->limit, error);
  if (opened->limit > MAX_PAGE)
    opened->limit = MAX_PAGE;
  return rc == SQLITE_OK ? start_page(opened, error) : rc;
}

/* Asks for what follows the page just read: none where it was short, unless
** the count next to it says that there is more. */
static int ask_ahead(nep_projects *projects, nep_error *error)
{
  sqlite3_int64 n = (sqlite3_int64)projects->page.n_items;
  sqlite3_int64 matching = projects->page.matching;
  projects->offset += n;
  if (n == 0 ||
      (matching >= 0 ? projects->offset >= matching : n < projects->limit))
    return SQLITE_OK;
  if (projects->offset <= MAX_PROJECTS)
    return start_page(projects, error);
  nep_error_set(error, SQLITE_ERROR, "the list of projects does not end");
  return nep_api_blame(projects->api, NULL, error);
}

/* The page under way becomes the one being read. */
static int turn_page(nep_projects *projects, nep_error *error)
{
  int rc = nep_api_finish(projects->api, projects->next, NULL, error);
  if (rc != SQLITE_OK)
    return rc;
  nep_project_page_dispose(&projects->page);
  projects->i = 0;
  rc = nep_wire_read_projects(nep_http_body(projects->next), &projects->page,
                              error);
  if (rc != SQLITE_OK)
    return nep_api_blame(projects->api, NULL, error);
  nep_http_note_rows(projects->next, (sqlite3_int64)projects->page.n_items);
  nep_http_request_free(projects->next);
  projects->next = NULL;
  return ask_ahead(projects, error);
}

int nep_api_projects_next(nep_projects *projects, const nep_project **project,
                          nep_error *error)
{
  while (projects->i >= projects->page.n_items) {
    if (!projects->next)
      return SQLITE_DONE;
    int rc = turn_page(projects, error);
    if (rc != SQLITE_OK)
      return rc;
  }
  *project = &projects->page.items[projects->i++];
  return SQLITE_ROW;
}

void nep_api_projects_close(nep_projects *projects)
{
  if (!projects)
    return;
  nep_http_request_free(projects->next);
  nep_project_page_dispose(&projects->page);
  sqlite3_free(projects);
}
