/* api_auth.c: tokens, and what the older clients ask before they get one. */
#include "server.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

enum { REFRESH_SECONDS = 30 * 86400 };

/* Both tokens under the names that the two endpoints use for them. */
static bool answer_tokens(srv_request *request, const char *access_name,
                          const char *refresh_name, srv_error *err)
{
  const srv_auth *auth = &request->server->auth;
  char *access = srv_auth_sign(auth, "Bearer", auth->token_seconds);
  char *refresh = srv_auth_sign(auth, "Refresh", REFRESH_SECONDS);
  cJSON *object = cJSON_CreateObject();
  bool ok = access && refresh;
  if (ok) {
    cJSON_AddStringToObject(object, access_name, access);
    cJSON_AddStringToObject(object, refresh_name, refresh);
    cJSON_AddStringToObject(object, "username", "local");
  }
  free(access);
  free(refresh);
  if (!ok) {
    cJSON_Delete(object);
    return srv_error_nomem(err);
  }
  return srv_request_answer_json(request, object, err);
}

bool api_exchange(srv_request *request, srv_error *err)
{
  const char *token = MHD_lookup_connection_value(
      request->connection, MHD_HEADER_KIND, "X-Neptune-Api-Token");
  if (!token || !srv_auth_accepts(&request->server->auth, token)) {
    return srv_error_set(err, 401, "UNAUTHORIZED",
                         "the API token is not valid");
  }
  return answer_tokens(request, "accessToken", "refreshToken", err);
}

/* The value of a form's field, unescaped in place; NULL if it is absent. */
static char *form_field(char *form, const char *name, srv_arena *arena)
{
  size_t name_len = strlen(name);
  for (char *at = form; *at; at += *at == '&') {
    size_t len = strcspn(at, "&");
    if (len > name_len && strncmp(at, name, name_len) == 0 &&
        at[name_len] == '=') {
      char *value =
          srv_arena_copy(arena, at + name_len + 1, len - name_len - 1);
      for (char *c = value; c && *c; c++) {
        *c = *c == '+' ? ' ' : *c;
      }
      if (value) {
        MHD_http_unescape(value);
      }
      return value;
    }
    at += len;
  }
  return NULL;
}

bool api_refresh(srv_request *request, srv_error *err)
{
  const char *body = srv_bytes_text(&request->body);
  char *form =
      body ? srv_arena_copy(&request->arena, body, strlen(body)) : NULL;
  const char *grant, *token;
  if (!form) {
    return srv_error_nomem(err);
  }
  grant = form_field(form, "grant_type", &request->arena);
  token = form_field(form, "refresh_token", &request->arena);
  if (!grant || strcmp(grant, "refresh_token") != 0 || !token) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "grant_type must be refresh_token, and "
                         "refresh_token be given");
  }
  if (!srv_auth_check(&request->server->auth, "Refresh", token, 400,
                      "INVALID_GRANT", err)) {
    return false;
  }
  return answer_tokens(request, "access_token", "refresh_token", err);
}

/* Adds base URL + path as text. */
static void add_url(cJSON *to, const char *name, const srv_auth *auth,
                    const char *path)
{
  char url[192];
  sqlite3_snprintf((int)sizeof url, url, "%s%s", auth->base_url, path);
  cJSON_AddStringToObject(to, name, url);
}

bool api_client_config(srv_request *request, srv_error *err)
{
  const srv_auth *auth = &request->server->auth;
  cJSON *object = cJSON_CreateObject();
  cJSON *security;
  add_url(object, "apiUrl", auth, "");
  add_url(object, "applicationUrl", auth, "");
  security = cJSON_AddObjectToObject(object, "security");
  cJSON_AddStringToObject(security, "clientId", "neptune-cli");
  add_url(security, "openIdDiscovery", auth,
          "/auth/realms/neptune/.well-known/openid-configuration");
  cJSON_AddObjectToObject(object, "pyLibVersions");
  return srv_request_answer_json(request, object, err);
}

bool api_discovery(srv_request *request, srv_error *err)
{
  const srv_auth *auth = &request->server->auth;
  cJSON *object = cJSON_CreateObject();
  add_url(object, "issuer", auth, "/auth/realms/neptune");
  add_url(object, "authorization_endpoint", auth,
          "/auth/realms/neptune/protocol/openid-connect/auth");
  add_url(object, "token_endpoint", auth,
          "/auth/realms/neptune/protocol/openid-connect/token");
  return srv_request_answer_json(request, object, err);
}
