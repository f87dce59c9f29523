/* routes.c: which handler answers what, and which project or run is meant. */
#include "server.h"

#include <string.h>

static const struct {
  const char *method;
  const char *path;
  srv_handler handler;
  bool is_public; /* needs no access token; its body may hold a secret */
} routes[] = {
    {"GET", "/api/backend/v1/authorization/oauth-token", api_exchange, true},
    {"POST", "/auth/realms/neptune/protocol/openid-connect/token", api_refresh,
     true},
    {"GET", "/auth/realms/neptune/.well-known/openid-configuration",
     api_discovery, true},
    {"GET", "/api/backend/v1/clients/config", api_client_config, true},
    {"GET", "/api/backend/v1/projects", api_project_list, false},
    {"GET", "/api/backend/v1/projects/listForOrganization", api_project_list,
     false},
    {"GET", "/api/backend/v1/projects/get", api_project_get, false},
    {"POST", "/api/backend/v1/projects", api_project_create, false},
    {"POST", "/api/client/v1/ingest", api_ingest, false},
    {"POST", "/api/client/v1/ingest/check", api_ingest_check, false},
    {"POST", "/api/leaderboard/v1/proto/leaderboard/entries/search", api_search,
     false},
    {"POST", "/api/leaderboard/v1/leaderboard/entries/search", api_search_json,
     false},
    {"POST", "/api/leaderboard/v1/proto/leaderboard/entries/global/search",
     api_search_global, false},
    {"POST", "/api/leaderboard/v1/leaderboard/attributes/definitions/query",
     api_definitions, false},
    {"POST", "/api/leaderboard/v1/proto/leaderboard/attributes/query",
     api_values, false},
    {"GET", "/api/leaderboard/v1/proto/attributes/queryAttributeDefinitions",
     api_run_definitions, false},
    {"POST", "/api/leaderboard/v1/proto/attributes/attributes",
     api_run_attributes, false},
    {"POST", "/api/leaderboard/v1/proto/attributes/series/float",
     api_float_series, false},
    {"POST", "/api/leaderboard/v1/proto/attributes/series", api_object_series,
     false},
    {"POST", "/api/leaderboard/v1/proto/attributes/timeseries/buckets",
     api_buckets, false},
    {"POST", "/api/storagebridge/v1/signedUrl", api_sign, false},
    {"POST", "/api/storagebridge/v1/azure/signedUrl", api_sign_azure, false},
    {"GET", "/files/", api_file_get, true},
    {"HEAD", "/files/", api_file_get, true},
    {"PUT", "/files/", api_file_put, true},
    {"POST", "/files/", api_file_start, true},
    {"POST", "/api/storagebridge/v1/s3/completeMultipartUpload",
     api_file_complete, false},
};

/* Handlers that change the store, or wait for who does. */
static const srv_handler changing[] = {api_ingest,         api_ingest_check,
                                       api_project_create, api_file_put,
                                       api_file_start,     api_file_complete};

static bool is_changing(srv_handler handler)
{
  for (size_t i = 0; i < sizeof changing / sizeof changing[0]; i++) {
    if (changing[i] == handler) {
      return true;
    }
  }
  return false;
}

static bool is_at(const char *path, const char *route)
{
  size_t len = strlen(route);
  return strncmp(path, route, len) == 0 &&
         (path[len] == 0 || route[len - 1] == '/');
}

srv_handler srv_route_find(const char *method, const char *path,
                           bool *is_public, bool *changes)
{
  for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
    if (is_at(path, routes[i].path) && strcmp(routes[i].method, method) == 0) {
      *is_public = routes[i].is_public;
      *changes = is_changing(routes[i].handler);
      return routes[i].handler;
    }
  }
  *is_public = *changes = false;
  return NULL;
}

const model_project *srv_server_project(const srv_server *server,
                                        const char *identifier, srv_error *err)
{
  for (size_t i = 0; identifier && i < server->n_projects; i++) {
    if (strcmp(server->projects[i]->identifier, identifier) == 0 ||
        strcmp(server->projects[i]->uuid, identifier) == 0) {
      return server->projects[i];
    }
  }
  srv_error_set(err, 403, "ACCESS_DENIED",
                "the project does not exist or you may not see it: %s",
                identifier ? identifier : "(none named)");
  return NULL;
}

/* True if identifier begins with name and a slash. */
static bool is_within(const char *identifier, const char *name)
{
  size_t len = strlen(name);
  return strncmp(identifier, name, len) == 0 && identifier[len] == '/';
}

/* workspace/project/… -> the project, and what stands behind it. */
static const model_project *split(const srv_server *server,
                                  const char *identifier, const char **rest)
{
  for (size_t i = 0; i < server->n_projects; i++) {
    const model_project *at = server->projects[i];
    if (is_within(identifier, at->identifier)) {
      *rest = identifier + strlen(at->identifier) + 1;
      return at;
    }
    if (is_within(identifier, at->uuid)) {
      *rest = identifier + strlen(at->uuid) + 1;
      return at;
    }
  }
  return NULL;
}

bool srv_server_run(const srv_server *server, const model_project *within,
                    const char *identifier, const model_project **project,
                    size_t *run, srv_error *err)
{
  const char custom[] = "CUSTOM/";
  bool is_custom = strncmp(identifier, custom, strlen(custom)) == 0;
  const char *name = identifier + (is_custom ? strlen(custom) : 0);
  const char *rest = NULL;
  const model_project *named = split(server, name, &rest);
  if (named) {
    *project = named;
    return is_custom ? named->ops->find_custom(named, rest, run)
                     : named->ops->find_run(named, rest, run);
  }
  if (strchr(name, '/')) {
    return srv_error_set(err, 403, "ACCESS_DENIED",
                         "the project of %s does not exist or you may not "
                         "see it",
                         identifier);
  }
  for (size_t i = 0; i < server->n_projects; i++) {
    *project = server->projects[i];
    if ((!within || within == *project) &&
        (*project)->ops->find_run(*project, name, run)) {
      return true;
    }
  }
  return false;
}
