#include "auth.h"

#include <string.h>

#include "url.h"
#include "wire.h"

#define MARGIN_SECONDS 30.0      /* an access token ends so much earlier, */
#define SHORT_LIFE_SECONDS 120.0 /* or a quarter where it lives shorter */
#define REFRESH_ATTEMPTS 3       /* then the API token is exchanged */

struct nep_auth {
  nep_http *http;               /* borrowed */
  const nep_settings *settings; /* borrowed */
  /* Of one API token; all owned, NULL where not known. */
  char *api_token; /* without white space */
  char *address;
  char *bearer; /* header line, while the access token is good */
  char *refresh_token;
  char *issuer;    /* where it is refreshed: no slash at the end */
  char *client_id; /* what it is refreshed as */
  double ends_at;  /* of the access token, monotonic; 0: not known */
};

/* What an exchange or a refresh gave. */
typedef struct grant {
  char *access_token;  /* owned */
  char *refresh_token; /* owned, or NULL */
  nep_jwt jwt;         /* of access_token */
} grant;

int nep_auth_new(nep_http *http, const nep_settings *settings, nep_auth **auth,
                 nep_error *error)
{
  *auth = sqlite3_malloc64(sizeof(**auth));
  if (!*auth)
    return nep_error_no_memory(error);
  memset(*auth, 0, sizeof(**auth));
  (*auth)->http = http;
  (*auth)->settings = settings;
  return SQLITE_OK;
}

static void wipe(char **secret)
{
  nep_text_wipe(*secret);
  *secret = NULL;
}

static void forget(nep_auth *auth)
{
  wipe(&auth->api_token);
  wipe(&auth->address);
  wipe(&auth->bearer);
  wipe(&auth->refresh_token);
  wipe(&auth->issuer);
  wipe(&auth->client_id);
  auth->ends_at = 0;
}

void nep_auth_free(nep_auth *auth)
{
  if (!auth)
    return;
  forget(auth);
  sqlite3_free(auth);
}

void nep_auth_reject(nep_auth *auth, const nep_request *request)
{
  if (auth->bearer && nep_http_carries(request, auth->bearer))
    wipe(&auth->bearer);
}

/* ---- the API token ---- */

/* The API token in force without its white space (a token that was copied may
** be folded), for the caller to wipe; NULL: error says why. */
static char *read_setting(const nep_auth *auth, nep_error *error)
{
  nep_text text =
      nep_text_of(nep_settings_text(auth->settings, NEP_KEY_API_TOKEN));
  char *token, *to;
  size_t i;

  if (text.size > NEP_MAX_TOKEN) {
    nep_error_set(error, SQLITE_ERROR,
                  "the API token is longer than %lld bytes; check "
                  "NEPTUNE_API_TOKEN",
                  (sqlite3_int64)NEP_MAX_TOKEN);
    return NULL;
  }
  token = to = nep_text_copy(text);
  if (!token) {
    nep_error_no_memory(error);
    return NULL;
  }
  for (i = 0; i < text.size; i++) {
    if (text.data[i] != ' ' && (text.data[i] < '\t' || text.data[i] > '\r'))
      *to++ = text.data[i];
  }
  *to = 0;
  if (*token)
    return token;
  sqlite3_free(token);
  nep_error_set(error, SQLITE_ERROR,
                "no API token is set; set NEPTUNE_API_TOKEN or call "
                "neptune_config('api_token', …)");
  return NULL;
}

/* The address inside the token, for the caller to free. */
static int read_address(const char *token, char **address, nep_error *error)
{
  nep_text text = nep_text_of(token);
  nep_bytes json = {.limit = NEP_MAX_TOKEN};
  int code;

  *address = NULL;
  /* Reserves the room, so that decoding fails for bad text only. */
  code = nep_bytes_append(&json, text.data, text.size);
  nep_bytes_reset(&json);
  if (code)
    nep_error_no_memory(error);
  else if (!nep_base64_decode(text, &json))
    nep_error_set(error, SQLITE_ERROR, "the API token is not base64");
  else
    nep_wire_read_api_token(nep_bytes_view(&json), address, error);
  json.size = json.data ? text.size : 0; /* all that ever was in it */
  nep_bytes_wipe(&json);
  return error->code;
}

/* Cuts the address to origin and prefix once it is found to be good. */
static int check_address(char *address, nep_error *error)
{
  nep_url url;
  const char *problem = nep_url_read(nep_text_of(address), &url);

  if (problem)
    return nep_error_set(error, SQLITE_ERROR,
                         "the server's address inside the API token %s",
                         problem);
  address[url.origin.size + url.path.size] = 0;
  return SQLITE_OK;
}

/* Takes up the API token in force; another one drops what the last one gave. */
static int follow_setting(nep_auth *auth, nep_error *error)
{
  char *address = NULL, *token = read_setting(auth, error);

  if (!token)
    return error->code;
  if (auth->api_token && !strcmp(token, auth->api_token)) {
    nep_text_wipe(token);
    return SQLITE_OK;
  }
  if (!read_address(token, &address, error) && address)
    check_address(address, error);
  if (error->code) {
    sqlite3_free(address);
    nep_text_wipe(token);
    return nep_error_add_context(error, "cannot use the API token (check "
                                        "NEPTUNE_API_TOKEN or neptune_config("
                                        "'api_token', …))");
  }
  forget(auth);
  auth->api_token = token;
  auth->address = address;
  return SQLITE_OK;
}

int nep_auth_address(nep_auth *auth, const char **address, nep_error *error)
{
  *address = NULL;
  if (follow_setting(auth, error))
    return error->code;
  *address = auth->address;
  return SQLITE_OK;
}

/* ---- access tokens ---- */

static void dispose_grant(grant *granted)
{
  wipe(&granted->access_token);
  wipe(&granted->refresh_token);
  nep_jwt_dispose(&granted->jwt);
}

static int read_grant(nep_text answer, grant *granted, nep_error *error)
{
  if (!nep_wire_read_tokens(answer, &granted->access_token,
                            &granted->refresh_token, error))
    nep_wire_read_jwt(nep_text_of(granted->access_token), &granted->jwt, error);
  return error->code;
}

/* Seconds that a token with these claims is good for, 0: not known. A token
** that a wrong local clock calls expired is for the server to judge. */
static double life_of(const nep_jwt *jwt)
{
  double from = (double)jwt->issued_at;
  double life;

  if (jwt->issued_at <= 0)
    from = (double)nep_http_unix_ms() / 1000;
  life = (double)jwt->expires_at - from;
  if (jwt->expires_at <= 0 || life <= 0)
    return 0;
  return life < SHORT_LIFE_SECONDS ? life * 3 / 4 : life - MARGIN_SECONDS;
}

/* Moves what was granted into auth. arrived_at: monotonic seconds. */
static int take_grant(nep_auth *auth, grant *granted, double arrived_at,
                      nep_error *error)
{
  double life = life_of(&granted->jwt);
  char *bearer =
      sqlite3_mprintf("Authorization: Bearer %s", granted->access_token);

  if (!bearer)
    return nep_error_no_memory(error);
  wipe(&auth->bearer);
  auth->bearer = bearer;
  auth->ends_at = life > 0 ? arrived_at + life : 0;
  if (granted->refresh_token) {
    wipe(&auth->refresh_token);
    auth->refresh_token = granted->refresh_token;
    granted->refresh_token = NULL;
  }
  wipe(&auth->issuer);
  wipe(&auth->client_id);
  auth->issuer = granted->jwt.issuer;
  auth->client_id = granted->jwt.client_id;
  granted->jwt.issuer = granted->jwt.client_id = NULL;
  return SQLITE_OK;
}

/* The server's own words without secrets, for a message: "" or ": its words",
** for the caller to free. */
static char *words_of(const nep_auth *auth, const nep_request *request,
                      nep_error *error)
{
  char *message, *type, *words;

  nep_wire_read_error(nep_http_body(request), &message, &type, error);
  nep_http_hide_secret(request, message);
  nep_text_hide(message, auth->api_token);
  nep_text_hide(message, auth->refresh_token);
  if (message && *message)
    words = sqlite3_mprintf(": %!.500s", message);
  else
    words = sqlite3_mprintf("");
  sqlite3_free(message);
  sqlite3_free(type);
  return words;
}

/* What is done at the server, for messages. */
static const char exchanging[] = "exchange the API token";
static const char refreshing[] = "refresh the access token";

/* The error for a call that was answered, but not with a token. */
static int refuse(const nep_auth *auth, const nep_request *request,
                  const char *doing, nep_error *error)
{
  int status = nep_http_status(request);
  char *words = words_of(auth, request, error), tried[NEP_HTTP_TRIED_SIZE];
  bool is_failing = status == 429 || status >= 500;

  nep_http_tried(request, tried);
  if (!words)
    nep_error_no_memory(error);
  else if (doing == exchanging && (status == 401 || status == 403))
    nep_error_set(error, SQLITE_AUTH,
                  "the server at %s rejected the API token (status %d); check "
                  "NEPTUNE_API_TOKEN or neptune_config('api_token', …)",
                  auth->address, status);
  else
    nep_error_set(
        error, SQLITE_ERROR, "could not %s at %s: HTTP %d%s%s%s", doing,
        auth->address, status, tried, words,
        is_failing ? "; the server is busy or failing, try again later" : "");
  sqlite3_free(words);
  return error->code;
}

/* Reads what an answer of status 200 grants. */
static int read_answer(nep_auth *auth, const nep_request *request,
                       const char *doing, nep_error *error)
{
  grant granted = {0};

  if (read_grant(nep_http_body(request), &granted, error))
    nep_error_add_context(error, "could not %s at %s (is it a Neptune server?)",
                          doing, auth->address);
  else
    take_grant(auth, &granted, nep_http_monotonic_seconds(), error);
  dispose_grant(&granted);
  return error->code;
}

/* Sends the call and takes up what it grants. */
static int ask(nep_auth *auth, const nep_http_call *call, const char *doing,
               nep_error *error)
{
  nep_request *request;

  if (nep_http_start(auth->http, call, &request, error))
    return error->code;
  if (!nep_http_wait(request, error)) {
    if (nep_http_status(request) == 200)
      read_answer(auth, request, doing, error);
    else
      refuse(auth, request, doing, error);
  }
  if (error->message)
    nep_http_note_error(request, error->message);
  nep_http_request_free(request);
  return error->code;
}

static int exchange(nep_auth *auth, nep_error *error)
{
  nep_http_call call = {
      .method = "GET",
      .base = auth->address,
      .path = "/api/backend/v1/authorization/oauth-token",
      .accept = "application/json",
      .is_secret = true,
  };
  char *header = sqlite3_mprintf("X-Neptune-Api-Token: %s", auth->api_token);

  if (!header)
    return nep_error_no_memory(error);
  call.secret_header = header;
  ask(auth, &call, exchanging, error);
  nep_text_wipe(header);
  return error->code;
}

/* The form of a refresh, for the caller to wipe; NULL when out of memory. */
static char *refresh_form(const nep_auth *auth)
{
  char *token = nep_http_escape(nep_text_of(auth->refresh_token));
  char *client = nep_http_escape(nep_text_of(auth->client_id));
  double left = auth->ends_at - nep_http_monotonic_seconds();
  char *form = NULL;

  if (token && client)
    form = sqlite3_mprintf("grant_type=refresh_token&refresh_token=%s"
                           "&client_id=%s&expires_in=%.1f",
                           token, client, auth->ends_at > 0 ? left : 0.0);
  nep_text_wipe(token);
  sqlite3_free(client);
  return form;
}

/* Splits the issuer's address; false where there is no refreshing, or where
** it would carry a secret to another server. */
static bool may_refresh(const nep_auth *auth, nep_url *issuer)
{
  nep_url server;

  return auth->refresh_token && auth->client_id && auth->issuer &&
         !nep_url_read(nep_text_of(auth->issuer), issuer) &&
         !nep_url_read(nep_text_of(auth->address), &server) &&
         nep_url_same_origin(issuer, &server);
}

static int refresh(nep_auth *auth, const nep_url *issuer, nep_error *error)
{
  nep_http_call call = {
      .method = "POST",
      .content_type = "application/x-www-form-urlencoded",
      .accept = "application/json",
      .is_secret = true,
      .max_attempts = REFRESH_ATTEMPTS,
  };
  char *form = refresh_form(auth);
  char *base = nep_text_copy(issuer->origin);
  char *path = sqlite3_mprintf("%.*s/protocol/openid-connect/token",
                               (int)issuer->path.size, issuer->path.data);

  if (form && base && path) {
    call.base = base;
    call.path = path;
    call.body = form;
    call.body_size = strlen(form);
    ask(auth, &call, refreshing, error);
  } else {
    nep_error_no_memory(error);
  }
  nep_text_wipe(form);
  sqlite3_free(base);
  sqlite3_free(path);
  return error->code;
}

/* Refreshes where that is possible. Whatever keeps it from working may not
** keep an exchange from working, so it is an error only where the user wants
** an end or memory is short. */
static int try_refresh(nep_auth *auth, nep_error *error)
{
  nep_error own = {0};
  nep_url issuer;

  if (!may_refresh(auth, &issuer) || !refresh(auth, &issuer, &own))
    return SQLITE_OK;
  if (own.code == SQLITE_NOMEM)
    nep_error_no_memory(error);
  else if (own.code == SQLITE_INTERRUPT)
    nep_error_set(error, SQLITE_INTERRUPT, "%s", own.message);
  else
    wipe(&auth->refresh_token);
  nep_error_clear(&own);
  return error->code;
}

static bool is_good(const nep_auth *auth)
{
  return auth->bearer &&
         (auth->ends_at <= 0 || nep_http_monotonic_seconds() < auth->ends_at);
}

int nep_auth_bearer(nep_auth *auth, const char **header, nep_error *error)
{
  *header = NULL;
  if (follow_setting(auth, error))
    return error->code;
  if (!is_good(auth)) {
    wipe(&auth->bearer);
    if (try_refresh(auth, error))
      return error->code;
  }
  /* A token that was granted just now is not judged again: no loop. */
  if (!auth->bearer && exchange(auth, error))
    return error->code;
  *header = auth->bearer;
  return SQLITE_OK;
}
