/* Which attributes a project has: the definitions endpoint, page by page. */
#include "api.h"

#include <stdlib.h>
#include <string.h>

#define DEFINITIONS_PATH                                                       \
  "/api/leaderboard/v1/leaderboard/attributes/definitions/query"

typedef struct listing {
  nep_api *api;                 /* borrowed */
  nep_attribute_request wanted; /* texts borrowed */
  const char *shown;            /* borrowed */
  nep_definitions page;         /* owned: the last one */
  char *token;                  /* owned: of the next page, NULL: the first */
  unsigned long long *seen;     /* owned: hashes of the tokens so far */
  size_t n_seen;
} listing;

/* Moves the page's items behind those of found. */
static int add_page(nep_definitions *found, nep_definitions *page,
                    nep_error *error)
{
  size_t n = found->n_items + page->n_items;
  if (n > NEP_MAX_DEFINITIONS)
    return nep_error_set(error, SQLITE_TOOBIG,
                         "more than %d attributes match; narrow the pattern",
                         (int)NEP_MAX_DEFINITIONS);
  nep_definition *items =
      sqlite3_realloc64(found->items, n * sizeof(nep_definition) + 1);
  if (!items)
    return nep_error_no_memory(error);
  found->items = items;
  if (page->n_items)
    memcpy(items + found->n_items, page->items,
           page->n_items * sizeof(nep_definition));
  found->n_items = n;
  page->n_items = 0;
  return SQLITE_OK;
}

/* A page token that repeats would go round for ever. */
static int check_token(listing *list, nep_error *error)
{
  unsigned long long hash = nep_hash(nep_text_of(list->token));
  for (size_t i = 0; i < list->n_seen; i++) {
    if (list->seen[i] == hash)
      return nep_error_set(error, SQLITE_ERROR,
                           "the server gives the same page token again");
  }
  unsigned long long *seen =
      sqlite3_realloc64(list->seen, (list->n_seen + 1) * sizeof(*list->seen));
  if (!seen)
    return nep_error_no_memory(error);
  list->seen = seen;
  seen[list->n_seen++] = hash;
  return SQLITE_OK;
}

/* Takes the answer; list->token is NULL then if it was the last page. */
static int take_page(listing *list, nep_request *request, nep_error *error)
{
  nep_definitions *page = &list->page;
  nep_definitions_dispose(page);
  int rc = nep_wire_read_definitions(nep_http_body(request), page, error);
  if (rc != SQLITE_OK)
    return rc;
  nep_http_note_rows(request, (sqlite3_int64)page->n_items);
  bool is_last = page->n_items == 0;
  sqlite3_free(list->token);
  list->token = is_last ? NULL : page->next_token;
  if (!is_last)
    page->next_token = NULL;
  return list->token ? check_token(list, error) : SQLITE_OK;
}

static int fetch_page(listing *list, nep_error *error)
{
  const char *project = list->wanted.project;
  char *body = NULL;
  nep_request *request = NULL;
  list->wanted.page_token = list->token;
  int rc = nep_wire_definitions_body(&list->wanted, &body, error);
  if (rc == SQLITE_OK)
    rc = nep_api_start(list->api,
                       &(nep_api_call){.project = project,
                                       .path = DEFINITIONS_PATH,
                                       .body = nep_text_of(body),
                                       .wants_json = true,
                                       .shown = list->shown},
                       &request, error);
  sqlite3_free(body);
  if (rc == SQLITE_OK)
    rc = nep_api_finish(list->api, request, project, error);
  if (rc == SQLITE_OK) {
    rc = take_page(list, request, error);
    if (rc != SQLITE_OK)
      nep_api_blame(list->api, project, error);
  }
  nep_http_request_free(request);
  return rc;
}

static int set_page_size(listing *list, nep_error *error)
{
  return nep_settings_integer(list->api->settings,
                              NEP_KEY_DEFINITIONS_PAGE_SIZE,
                              &list->wanted.limit, error);
}

static void dispose_listing(listing *list)
{
  nep_definitions_dispose(&list->page);
  sqlite3_free(list->token);
  sqlite3_free(list->seen);
}

static int compare_definitions(const void *a, const void *b)
{
  const nep_definition *left = a, *right = b;
  int order = strcmp(left->path, right->path);
  return order ? order : (int)left->type - (int)right->type;
}

/* The order of pages is the server's, and a page may repeat what moved. */
static void sort_definitions(nep_definitions *found)
{
  size_t kept = 0;
  if (found->n_items)
    qsort(found->items, found->n_items, sizeof(nep_definition),
          compare_definitions);
  for (size_t i = 0; i < found->n_items; i++) {
    nep_definition *this = &found->items[i];
    if (kept && compare_definitions(&found->items[kept - 1], this) == 0)
      sqlite3_free(this->path);
    else
      found->items[kept++] = *this;
  }
  found->n_items = kept;
}

int nep_api_definitions(nep_api *api, const char *project,
                        const nep_name_alternative *alternatives,
                        size_t n_alternatives, const char *shown,
                        nep_definitions *found, nep_error *error)
{
  listing list = {.api = api,
                  .wanted = {.project = project,
                             .alternatives = alternatives,
                             .n_alternatives = n_alternatives},
                  .shown = shown};
  *found = (nep_definitions){0};
  int rc = set_page_size(&list, error);
  do {
    if (rc == SQLITE_OK)
      rc = fetch_page(&list, error);
    if (rc == SQLITE_OK)
      rc = add_page(found, &list.page, error);
    if (rc == SQLITE_TOOBIG)
      nep_api_blame(api, project, error);
  } while (rc == SQLITE_OK && list.token);
  dispose_listing(&list);
  sort_definitions(found);
  return rc;
}

/* ---- as a stream ---- */

struct nep_definition_pages {
  listing list;
  char *shown; /* owned */
  size_t i;    /* next of the page */
  bool is_begun;
};

int nep_api_definitions_open(nep_api *api, const nep_values_query *query,
                             nep_definition_pages **out, nep_error *error)
{
  nep_definition_pages *pages = sqlite3_malloc64(sizeof(*pages));
  *out = pages;
  if (!pages)
    return nep_error_no_memory(error);
  *pages = (nep_definition_pages){.shown = nep_api_show_query(query)};
  pages->list = (listing){.api = api,
                          .wanted = {.project = query->project,
                                     .run_ids = query->run_ids,
                                     .n_run_ids = query->n_run_ids,
                                     .has_run_ids = query->has_run_ids,
                                     .names = query->names,
                                     .n_names = query->n_names,
                                     .patterns = query->patterns,
                                     .n_patterns = query->n_patterns,
                                     .types = query->types,
                                     .n_types = query->n_types},
                          .shown = pages->shown};
  return set_page_size(&pages->list, error);
}

int nep_api_definitions_next(nep_definition_pages *pages,
                             const nep_definition **definition,
                             nep_error *error)
{
  listing *list = &pages->list;
  while (pages->i == list->page.n_items) {
    if (pages->is_begun && !list->token)
      return SQLITE_DONE;
    pages->i = 0;
    pages->is_begun = true;
    int rc = fetch_page(list, error);
    if (rc != SQLITE_OK)
      return rc;
  }
  *definition = &list->page.items[pages->i++];
  return SQLITE_ROW;
}

void nep_api_definitions_close(nep_definition_pages *pages)
{
  if (!pages)
    return;
  dispose_listing(&pages->list);
  sqlite3_free(pages->shown);
  sqlite3_free(pages);
}
