/* auth.c: JSON web tokens, HMAC-SHA256. */
#include "auth.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <sqlite3.h>

enum { MAX_TOKEN = 8192 };

bool srv_auth_init(srv_auth *auth, int64_t token_seconds)
{
  unsigned char key[32];
  *auth = (srv_auth){.token_seconds = token_seconds};
  if (!srv_random(auth->secret, sizeof auth->secret) ||
      !srv_random(key, sizeof key)) {
    return false;
  }
  for (size_t i = 0; i < sizeof key; i++) {
    auth->api_key[2 * i] = "0123456789abcdef"[key[i] >> 4];
    auth->api_key[2 * i + 1] = "0123456789abcdef"[key[i] & 15];
  }
  return true;
}

/* Prints object (which it frees), malloc'ed. */
static char *print(cJSON *object)
{
  char *text = cJSON_PrintUnformatted(object);
  cJSON_Delete(object);
  return text;
}

char *srv_auth_api_token(const srv_auth *auth)
{
  cJSON *object = cJSON_CreateObject();
  char *json, *token;
  cJSON_AddStringToObject(object, "api_address", auth->base_url);
  cJSON_AddStringToObject(object, "api_url", auth->base_url);
  cJSON_AddStringToObject(object, "api_key", auth->api_key);
  json = print(object);
  token = json ? srv_base64_new(json, strlen(json)) : NULL;
  cJSON_free(json);
  return token;
}

bool srv_auth_accepts(const srv_auth *auth, const char *text)
{
  struct base64_decode_ctx ctx;
  uint8_t json[BASE64_DECODE_LENGTH(MAX_TOKEN)];
  size_t len = sizeof json;
  cJSON *object;
  const cJSON *key;
  bool same;
  if (strlen(text) > MAX_TOKEN) {
    return false;
  }
  base64_decode_init(&ctx);
  if (!base64_decode_update(&ctx, &len, json, strlen(text), text) ||
      !base64_decode_final(&ctx)) {
    return false;
  }
  object = cJSON_ParseWithLength((const char *)json, len);
  key = cJSON_GetObjectItemCaseSensitive(object, "api_key");
  same = cJSON_IsString(key) &&
         strlen(key->valuestring) == strlen(auth->api_key) &&
         memeql_sec(key->valuestring, auth->api_key, strlen(auth->api_key));
  cJSON_Delete(object);
  return same;
}

static void digest(const srv_auth *auth, const char *text, size_t len,
                   uint8_t result[SHA256_DIGEST_SIZE])
{
  struct hmac_sha256_ctx ctx;
  hmac_sha256_set_key(&ctx, sizeof auth->secret, auth->secret);
  hmac_sha256_update(&ctx, len, (const uint8_t *)text);
  hmac_sha256_digest(&ctx, SHA256_DIGEST_SIZE, result);
}

static char *claims(const srv_auth *auth, const char *typ, int64_t seconds)
{
  cJSON *object = cJSON_CreateObject();
  int64_t now_ms = srv_clock_ms(), now = now_ms / 1000;
  char issuer[96];
  unsigned char random[8];
  char *id;
  sqlite3_snprintf((int)sizeof issuer, issuer, "%s/auth/realms/neptune",
                   auth->base_url);
  cJSON_AddNumberToObject(object, "iat", (double)now);
  cJSON_AddNumberToObject(object, "exp", (double)(now + seconds));
  /* exp is in whole seconds, cut; a life of one second must not be none. */
  cJSON_AddNumberToObject(object, "exp_ms", (double)(now_ms + seconds * 1000));
  cJSON_AddStringToObject(object, "azp", "neptune-cli");
  cJSON_AddStringToObject(object, "iss", issuer);
  cJSON_AddStringToObject(object, "sub", "local");
  cJSON_AddStringToObject(object, "typ", typ);
  id = srv_random(random, sizeof random)
           ? srv_base64url_new(random, sizeof random)
           : NULL;
  cJSON_AddStringToObject(object, "jti", id ? id : "");
  free(id);
  return print(object);
}

char *srv_auth_sign(const srv_auth *auth, const char *typ, int64_t seconds)
{
  const char head[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  uint8_t mac[SHA256_DIGEST_SIZE];
  char *json = claims(auth, typ, seconds);
  char *first = srv_base64url_new(head, strlen(head));
  char *second = json ? srv_base64url_new(json, strlen(json)) : NULL;
  char *third = NULL;
  srv_bytes token;
  srv_bytes_init(&token, MAX_TOKEN);
  if (first && second) {
    srv_bytes_append_text(&token, first);
    srv_bytes_append_text(&token, ".");
    srv_bytes_append_text(&token, second);
    digest(auth, (const char *)token.data, token.len, mac);
    third = srv_base64url_new(mac, sizeof mac);
  }
  if (third) {
    srv_bytes_append_text(&token, ".");
    srv_bytes_append_text(&token, third);
  }
  if (!third || !srv_bytes_text(&token)) {
    srv_bytes_dispose(&token);
  }
  cJSON_free(json);
  free(first);
  free(second);
  free(third);
  return (char *)token.data;
}

/* True if the token's signature, behind its second dot, is ours. */
static bool is_signed(const srv_auth *auth, const char *token,
                      const char *second_dot, srv_bytes *bytes)
{
  uint8_t mac[SHA256_DIGEST_SIZE];
  digest(auth, token, (size_t)(second_dot - token), mac);
  return srv_base64url_append(bytes, second_dot + 1, strlen(second_dot + 1)) &&
         bytes->len == sizeof mac && memeql_sec(bytes->data, mac, sizeof mac);
}

bool srv_auth_check(const srv_auth *auth, const char *typ, const char *token,
                    int status, const char *error_type, srv_error *err)
{
  const char *first = strchr(token, '.');
  const char *second = first ? strchr(first + 1, '.') : NULL;
  const cJSON *exp, *kind;
  cJSON *object = NULL;
  srv_bytes bytes;
  bool ours;
  srv_bytes_init(&bytes, MAX_TOKEN);
  ours = second && strlen(token) <= MAX_TOKEN &&
         is_signed(auth, token, second, &bytes);
  bytes.len = 0;
  if (bytes.failed ||
      (ours && !srv_base64url_append(&bytes, first + 1,
                                     (size_t)(second - first - 1)))) {
    srv_bytes_dispose(&bytes);
    return srv_error_nomem(err);
  }
  if (ours) { /* we wrote it, so only memory can lack */
    object = cJSON_ParseWithLength((const char *)bytes.data, bytes.len);
  }
  srv_bytes_dispose(&bytes);
  if (ours && !object) {
    return srv_error_nomem(err);
  }
  exp = cJSON_GetObjectItemCaseSensitive(object, "exp_ms");
  kind = cJSON_GetObjectItemCaseSensitive(object, "typ");
  if (!cJSON_IsNumber(exp) || !cJSON_IsString(kind) ||
      strcmp(kind->valuestring, typ) != 0) {
    srv_error_set(err, status, error_type, "the token is not of this server");
  } else if (exp->valuedouble <= (double)srv_clock_ms()) {
    srv_error_set(err, status, error_type, "the token has expired");
  }
  cJSON_Delete(object);
  return err->status == 0;
}
