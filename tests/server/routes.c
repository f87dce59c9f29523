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
    {"POST", "/auth/realms/neptune/protocol/openid-connect/token",
     api_refresh, true},
    {"GET", "/auth/realms/neptune/.well-known/openid-configuration",
     api_discovery, true},
    {"GET", "/api/backend/v1/clients/config", api_client_config, true},
    {"GET", "/api/backend/v1/projects", api_project_list, false},
    {"GET", "/api/backend/v1/projects/listForOrganization", api_project_list,
     false},
    {"GET", "/api/backend/v1/projects/get", api_project_get, false},
    {"POST", "/api/leaderboard/v1/proto/leaderboard/entries/search",
     api_search, false},
    {"POST", "/api/leaderboard/v1/leaderboard/entries/search",
     api_search_json, false},
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
};

srv_handler srv_route_find(const char *method, const char *path,
                           bool *is_public)
{
  for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
    if (strcmp(routes[i].path, path) == 0 &&
        strcmp(routes[i].method, method) == 0) {
      *is_public = routes[i].is_public;
      return routes[i].handler;
    }
  }
  *is_public = false;
  return NULL;
}

const model_project *srv_server_project(const srv_server *server,
                                        const char *identifier,
                                        srv_error *err)
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

bool srv_server_run(const srv_server *server, const model_project *within,
                    const char *identifier, const model_project **project,
                    size_t *run, srv_error *err)
{
  const char *slash = strrchr(identifier, '/');
  size_t len = slash ? (size_t)(slash - identifier) : 0;
  for (size_t i = 0; i < server->n_projects; i++) {
    const model_project *at = server->projects[i];
    bool named = slash && ((strlen(at->identifier) == len &&
                            memcmp(at->identifier, identifier, len) == 0) ||
                           (strlen(at->uuid) == len &&
                            memcmp(at->uuid, identifier, len) == 0));
    if (slash ? named : (!within || within == at)) {
      *project = at;
      if (at->ops->find_run(at, slash ? slash + 1 : identifier, run)) {
        return true;
      }
      if (slash) {
        return false;
      }
    }
  }
  if (slash) {
    srv_error_set(err, 403, "ACCESS_DENIED",
                  "the project of %s does not exist or you may not see it",
                  identifier);
  }
  return false;
}
