/*
** Fetching files. The server signs a link; the storage that it leads to, which
** may be any host, gets a plain GET: no token goes there, and from a server
** behind https no link without it is followed.
*/
#include "api.h"
#include "url.h"

#include <string.h>

#define SIGN_PATH "/api/storagebridge/v1/signedUrl"
/* Links asked for in all, and tries with each. */
#define MAX_LINKS 3
#define MAX_TRIES 3

/* A link, taken apart. */
typedef struct link {
  char *base;        /* owned: "https://host" */
  char *path;        /* owned: "/…" */
  const char *query; /* in path's piece of memory; NULL: none */
} link;

static void dispose_link(link *old)
{
  sqlite3_free(old->base);
  nep_text_wipe(old->path);
  *old = (link){0};
}

/* Is it as safe as the way to the server? */
static const char *problem_of(nep_api *api, const char *base, nep_error *error)
{
  nep_url storage, server;
  const char *address;
  const char *problem = nep_url_read(nep_text_of(base), &storage);
  if (problem || nep_auth_address(api->auth, &address, error) != SQLITE_OK)
    return problem;
  if (!nep_url_read(nep_text_of(address), &server) && server.is_https &&
      !storage.is_https)
    return "has no https, though the server has";
  return NULL;
}

static int split_link(nep_api *api, const char *text, link *parts,
                      nep_error *error)
{
  const char *host = strstr(text, "://");
  const char *path = host ? strchr(host + 3, '/') : NULL;
  if (!path)
    return nep_error_set(error, SQLITE_CORRUPT,
                         "the server gave a link that is no address");
  parts->base = nep_text_copy((nep_text){text, (size_t)(path - text)});
  parts->path = nep_text_copy(nep_text_of(path));
  if (!parts->base || !parts->path)
    return nep_error_no_memory(error);
  char *query = strchr(parts->path, '?');
  if (query) {
    *query = '\0';
    parts->query = query + 1;
  }
  const char *problem = problem_of(api, parts->base, error);
  if (problem)
    return nep_error_set(error, SQLITE_ERROR,
                         "the server gave a link to a file that %s", problem);
  return error->code;
}

static int get_link(nep_api *api, const char *project, const char *path,
                    link *parts, nep_error *error)
{
  nep_request *request = NULL;
  char *body = NULL, *text = NULL;
  int rc = nep_wire_sign_body(project, path, &body, error);
  if (rc == SQLITE_OK)
    rc = nep_api_start(api,
                       &(nep_api_call){.project = project,
                                       .path = SIGN_PATH,
                                       .body = nep_text_of(body),
                                       .wants_json = true,
                                       .shown = path},
                       &request, error);
  if (rc == SQLITE_OK)
    rc = nep_api_finish(api, request, project, error);
  if (rc == SQLITE_OK) {
    rc = nep_wire_read_link(nep_http_body(request), &text, error);
    if (rc == SQLITE_OK)
      rc = split_link(api, text, parts, error);
    if (rc != SQLITE_OK)
      nep_api_blame(api, project, error);
  }
  nep_http_request_free(request);
  sqlite3_free(body);
  nep_text_wipe(text);
  return rc;
}

/* *status is 0 where there is no answer. The path alone is shown: the query
** holds the signature. */
static int get_file(nep_api *api, const link *parts, const char *path,
                    const nep_sink *sink, int *status, nep_error *error)
{
  nep_request *request = NULL;
  nep_http_call call = {.method = "GET",
                        .base = parts->base,
                        .path = parts->path,
                        .url_query = parts->query,
                        .shown_query = path,
                        .max_attempts = MAX_TRIES,
                        .sink = sink};
  *status = 0;
  int rc = nep_http_start(api->http, &call, &request, error);
  if (rc == SQLITE_OK)
    rc = nep_http_wait(request, error);
  if (rc == SQLITE_OK)
    *status = nep_http_status(request);
  nep_http_request_free(request);
  return rc;
}

static int refusal(const char *project, const char *path, const char *base,
                   int status, nep_error *error)
{
  if (status == 404)
    return nep_error_set(error, SQLITE_ERROR,
                         "project %!.200s has no file '%!.200s' (status 404 "
                         "from %!.200s)",
                         project, path, base);
  return nep_error_set(error, SQLITE_ERROR,
                       "project %!.200s: %!.200s refuses to send the file "
                       "'%!.200s' (status %d)%s",
                       project, base, path, status,
                       status == 400 || status == 403
                           ? ", though its link is new; is a clock wrong?"
                           : "");
}

int nep_api_fetch_file(nep_api *api, const char *project, const char *path,
                       const nep_sink *sink, nep_error *error)
{
  int rc = SQLITE_OK;
  for (int i = 1; rc == SQLITE_OK; i++) {
    link parts = {0};
    int status = 0;
    rc = get_link(api, project, path, &parts, error);
    if (rc == SQLITE_OK)
      rc = get_file(api, &parts, path, sink, &status, error);
    bool is_expired = status == 400 || status == 403;
    if (rc == SQLITE_OK && status != 200 && !(is_expired && i < MAX_LINKS))
      rc = refusal(project, path, parts.base, status, error);
    dispose_link(&parts);
    if (status == 200)
      break;
  }
  return rc;
}
