/* api_projects.c: lists, shows and makes projects. */
#include "encode.h"
#include "input.h"
#include "server.h"
#include "store_write.h"

#include <string.h>

enum { MAX_PAGE = 10000 };

static cJSON *describe(const model_project *project)
{
  cJSON *object = cJSON_CreateObject();
  char organization[37];
  encode_organization_id(project->workspace, organization);
  cJSON_AddStringToObject(object, "id", project->uuid);
  cJSON_AddStringToObject(object, "name", project->name);
  cJSON_AddStringToObject(object, "projectKey", project->key);
  cJSON_AddStringToObject(object, "organizationId", organization);
  cJSON_AddStringToObject(object, "organizationName", project->workspace);
  cJSON_AddStringToObject(object, "organizationType", "team");
  cJSON_AddStringToObject(object, "visibility", project->visibility);
  cJSON_AddStringToObject(object, "timeOfCreation", "1970-01-01T00:00:00.000Z");
  cJSON_AddStringToObject(object, "lastActivity", "1970-01-01T00:00:00.000Z");
  cJSON_AddStringToObject(object, "codeAccess", "default");
  cJSON_AddStringToObject(object, "userRoleInProject", "owner");
  cJSON_AddStringToObject(object, "avatarUrl", "");
  cJSON_AddStringToObject(object, "avatarSource", "default");
  cJSON_AddNumberToObject(object, "userCount", 1);
  cJSON_AddNumberToObject(object, "version", 3);
  cJSON_AddBoolToObject(object, "featured", false);
  cJSON_AddBoolToObject(object, "archived", false);
  return object;
}

static bool page_argument(const srv_request *request, const char *name,
                          int64_t otherwise, int64_t *value, srv_error *err)
{
  const char *text = srv_request_argument(request, name);
  *value = otherwise;
  if (text && (!srv_parse_int64(text, value) || *value < 0)) {
    return srv_error_set(err, 400, "BAD_REQUEST", "%s must be a whole number",
                         name);
  }
  return true;
}

bool api_project_list(srv_request *request, srv_error *err)
{
  const srv_server *server = request->server;
  const char *workspace =
      srv_request_argument(request, "organizationIdentifier");
  const char *term = srv_request_argument(request, "searchTerm");
  int64_t limit, offset, matching = 0;
  cJSON *object, *entries;
  if (!page_argument(request, "limit", MAX_PAGE, &limit, err) ||
      !page_argument(request, "offset", 0, &offset, err)) {
    return false;
  }
  object = cJSON_CreateObject();
  entries = cJSON_AddArrayToObject(object, "entries");
  for (size_t i = 0; i < server->n_projects; i++) {
    const model_project *project = server->projects[i];
    if ((workspace && strcmp(project->workspace, workspace) != 0) ||
        (term && !strstr(project->name, term))) {
      continue;
    }
    if (matching >= offset && matching - offset < limit) {
      cJSON_AddItemToArray(entries, describe(project));
      request->rows++;
    }
    matching++;
  }
  cJSON_AddNumberToObject(object, "matchingItemCount", (double)matching);
  cJSON_AddNumberToObject(object, "totalItemCount", (double)server->n_projects);
  return srv_request_answer_json(request, object, err);
}

bool api_project_get(srv_request *request, srv_error *err)
{
  const char *identifier = srv_request_argument(request, "projectIdentifier");
  srv_error denied = {0};
  const model_project *project =
      srv_server_project(request->server, identifier, &denied);
  if (!project) {
    return srv_error_set(err, 404, "PROJECT_NOT_FOUND", "no such project: %s",
                         identifier ? identifier : "(none named)");
  }
  request->rows = 1;
  return srv_request_answer_json(request, describe(project), err);
}

/* Room for one project more. */
static bool reserve_project(srv_server *server)
{
  const model_project **projects;
  store_enter_alone(server->stored);
  projects = srv_array_grow(server->projects, &server->cap_projects,
                            server->n_projects + server->new_projects + 1,
                            sizeof(const model_project *));
  if (projects) {
    server->projects = projects;
    server->new_projects++;
  }
  store_leave(server->stored);
  return projects != NULL;
}

const model_project *srv_server_new_project(srv_server *server,
                                            const char *workspace,
                                            const char *name, const char *key,
                                            const char *visibility,
                                            srv_error *err)
{
  const model_project *made;
  if (!reserve_project(server)) {
    srv_error_nomem(err);
    return NULL;
  }
  made =
      store_project_new(server->stored, workspace, name, key, visibility, err);
  store_enter_alone(server->stored);
  server->new_projects--;
  if (made) {
    server->projects[server->n_projects++] = made;
  }
  store_leave(server->stored);
  return made;
}

bool api_project_create(srv_request *request, srv_error *err)
{
  const cJSON *body = input_object(request, false, err);
  const char *workspace = input_text(body, "organizationIdentifier", NULL, err);
  const char *name = input_text(body, "name", NULL, err);
  const char *key = input_text(body, "projectKey", NULL, err);
  const char *visibility = input_text(body, "visibility", "priv", err);
  const model_project *made;
  if (err->status != 0) {
    return false;
  }
  if (!workspace || !name) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "organizationIdentifier and name must be given");
  }
  if (!request->server->stored) {
    return srv_error_set(err, 403, "ACCESS_DENIED",
                         "without a store no project can be made");
  }
  made = srv_server_new_project(request->server, workspace, name, key,
                                visibility, err);
  request->rows = made != NULL;
  return made && srv_request_answer_json(request, describe(made), err);
}
