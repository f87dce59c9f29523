/* auth.c: JSON web tokens, HMAC-SHA256. */
#include "auth.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <nettle/base16.h>
#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <sqlite3.h>

enum { MAX_TOKEN = 8192, KEY_BYTES = 32, KEY_DIGITS = 2 * KEY_BYTES };

/* What is kept: the API key and the secret, in hexadecimal, a line each. */
typedef struct key_file {
  char api_key[KEY_DIGITS];
  char newline;
  char secret[KEY_DIGITS];
  char newline_too;
} key_file;

static bool draw(key_file *keys)
{
  uint8_t bytes[KEY_BYTES];
  bool ok = srv_random(bytes, sizeof bytes);
  base16_encode_update(keys->api_key, sizeof bytes, bytes);
  ok = ok && srv_random(bytes, sizeof bytes);
  base16_encode_update(keys->secret, sizeof bytes, bytes);
  keys->newline = keys->newline_too = '\n';
  return ok;
}

/* Into auth; false if keys are no such lines. */
static bool take(srv_auth *auth, const key_file *keys)
{
  const char digits[] = "0123456789abcdef";
  struct base16_decode_ctx ctx;
  size_t size = sizeof auth->secret;
  for (size_t i = 0; i < KEY_DIGITS; i++) {
    if (!keys->api_key[i] || !strchr(digits, keys->api_key[i])) {
      return false;
    }
  }
  memcpy(auth->api_key, keys->api_key, KEY_DIGITS);
  auth->api_key[KEY_DIGITS] = 0;
  base16_decode_init(&ctx);
  return keys->newline == '\n' && keys->newline_too == '\n' &&
         base16_decode_update(&ctx, &size, auth->secret, KEY_DIGITS,
                              keys->secret) &&
         base16_decode_final(&ctx) && size == sizeof auth->secret;
}

/* A file that is whole or not there. */
static void keep(const char *path, const key_file *keys)
{
  char *draft = sqlite3_mprintf("%s.new", path);
  int fd =
      draft ? open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
  bool ok = fd >= 0 && fchmod(fd, 0600) == 0 &&
            write(fd, keys, sizeof *keys) == (ssize_t)sizeof *keys &&
            fsync(fd) == 0;
  if (fd >= 0) {
    ok = close(fd) == 0 && ok;
    if (!ok || rename(draft, path) != 0) {
      unlink(draft);
    }
  }
  sqlite3_free(draft);
}

/* True if the file at path gives keys; else *err unless there is none. */
static bool find(const char *path, key_file *keys, srv_error *err)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  bool ok = fd >= 0 && read(fd, keys, sizeof *keys) == (ssize_t)sizeof *keys;
  if (fd < 0 && errno != ENOENT) {
    srv_error_set(err, 500, "KEY", "cannot read %s: %s", path, strerror(errno));
  }
  if (fd >= 0) {
    close(fd);
    ok = ok || srv_error_set(err, 500, "KEY", "%s holds no key", path);
  }
  return ok;
}

bool srv_auth_init(srv_auth *auth, const char *store_path,
                   int64_t token_seconds, srv_error *err)
{
  char *path = store_path ? sqlite3_mprintf("%s-key", store_path) : NULL;
  key_file keys;
  bool ok = true;
  *auth = (srv_auth){.token_seconds = token_seconds};
  if (!path || !find(path, &keys, err)) {
    ok = err->status == 0 && (draw(&keys) || srv_error_nomem(err));
    if (ok && path) {
      keep(path, &keys);
    }
  }
  ok = ok && (take(auth, &keys) ||
              srv_error_set(err, 500, "KEY", "%s holds no key", path));
  sqlite3_free(path);
  return ok;
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
