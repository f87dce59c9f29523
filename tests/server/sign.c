/* sign.c: see sign.h. */
#include "sign.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <sqlite3.h>

#include "server.h"

enum { MAX_URL = 1 << 16, TIME_BYTES = 32, HEX_BYTES = 65 };

/* What a provider calls the members of the query string. */
static const struct {
  const char *name;
  const char *date; /* NULL: the URL says when it ends, not when it began */
  const char *expires;
  const char *signature;
  const char *others;
  const char *time_format;
} providers[] = {
    [SIGN_AWS] = {"aws", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature",
                  "X-Amz-Algorithm=AWS4-HMAC-SHA256&x-id=", "%Y%m%dT%H%M%SZ"},
    [SIGN_GCP] = {"gcp", "X-Goog-Date", "X-Goog-Expires", "X-Goog-Signature",
                  "X-Goog-Algorithm=GOOG4-HMAC-SHA256&x-id=", "%Y%m%dT%H%M%SZ"},
    [SIGN_AZURE] = {"azure", NULL, "se", "sig",
                    "sv=2021-08-06&sr=b&sp=", "%Y-%m-%dT%H:%M:%SZ"},
};

enum { PROVIDERS = sizeof providers / sizeof providers[0] };

const char *sign_provider_name(sign_provider provider)
{
  return providers[provider].name;
}

bool sign_provider_from_name(const char *name, sign_provider *provider)
{
  for (int i = 0; i < PROVIDERS; i++) {
    if (strcmp(providers[i].name, name) == 0) {
      *provider = (sign_provider)i;
      return true;
    }
  }
  return false;
}

static void format_time(sign_provider provider, int64_t seconds,
                        char text[TIME_BYTES])
{
  time_t at = (time_t)seconds;
  struct tm utc;
  text[0] = 0;
  if (gmtime_r(&at, &utc)) {
    strftime(text, TIME_BYTES, providers[provider].time_format, &utc);
  }
}

/* Seconds since 1970; false if text is not in the provider's format. */
static bool parse_time(sign_provider provider, const char *text,
                       int64_t *seconds)
{
  const char *format = providers[provider].date ? "%4d%2d%2dT%2d%2d%2dZ%n"
                                                : "%4d-%2d-%2dT%2d:%2d:%2dZ%n";
  struct tm utc = {0};
  int end = 0, year, month;
  int64_t days;
  if (sscanf(text, format, &year, &month, &utc.tm_mday, &utc.tm_hour,
             &utc.tm_min, &utc.tm_sec, &end) != 6 ||
      end == 0 || text[end]) {
    return false;
  }
  /* Days since 1970, years that begin in March. */
  year -= month <= 2;
  days = 365 * (int64_t)year + year / 4 - year / 100 + year / 400 +
         (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + utc.tm_mday - 1 -
         719468;
  *seconds = ((days * 24 + utc.tm_hour) * 60 + utc.tm_min) * 60 + utc.tm_sec;
  return true;
}

/* The proof, in hexadecimal. Every part ends in a zero byte, so that none can
 * be taken for another. */
static void prove(const srv_auth *auth, const char *const *parts,
                  size_t n_parts, char hex[HEX_BYTES])
{
  struct hmac_sha256_ctx ctx;
  uint8_t mac[SHA256_DIGEST_SIZE];
  hmac_sha256_set_key(&ctx, sizeof auth->secret, auth->secret);
  for (size_t i = 0; i < n_parts; i++) {
    hmac_sha256_update(&ctx, strlen(parts[i]) + 1, (const uint8_t *)parts[i]);
  }
  hmac_sha256_digest(&ctx, sizeof mac, mac);
  for (size_t i = 0; i < sizeof mac; i++) {
    hex[2 * i] = "0123456789abcdef"[mac[i] >> 4];
    hex[2 * i + 1] = "0123456789abcdef"[mac[i] & 15];
  }
  hex[HEX_BYTES - 1] = 0;
}

/* Escapes all but unreserved characters and those of keep. */
static void append_escaped(sqlite3_str *to, const char *text, const char *keep)
{
  const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                       "0123456789-._~";
  for (; *text; text++) {
    if (strchr(plain, *text) || strchr(keep, *text)) {
      sqlite3_str_appendchar(to, 1, *text);
    } else {
      sqlite3_str_appendf(to, "%%%02X", (unsigned)(unsigned char)*text);
    }
  }
}

static const char *access_word(sign_provider provider, sign_access access)
{
  if (provider == SIGN_AZURE) {
    return access == SIGN_READ ? "r" : "cw";
  }
  return access == SIGN_READ ? "GetObject" : "PutObject";
}

char *sign_url(const srv_auth *auth, sign_provider provider, sign_access access,
               const model_project *project, const char *path,
               const char *detail, int64_t seconds)
{
  const int64_t now = srv_clock_ms() / 1000;
  const char *word = access_word(provider, access);
  char date[TIME_BYTES] = "", expires[TIME_BYTES], hex[HEX_BYTES];
  sqlite3_str *text = sqlite3_str_new(NULL);
  char *url, *copy;
  if (providers[provider].date) {
    format_time(provider, now, date);
    sqlite3_snprintf(TIME_BYTES, expires, "%lld", (long long)seconds);
  } else {
    format_time(provider, now + seconds, expires);
  }
  sqlite3_str_appendf(text, "%s/files/%s/", auth->base_url, project->uuid);
  append_escaped(text, path, "/");
  sqlite3_str_appendf(text, "?%s%s", providers[provider].others, word);
  if (date[0]) {
    sqlite3_str_appendf(text, "&%s=%s", providers[provider].date, date);
  }
  sqlite3_str_appendf(text, "&%s=", providers[provider].expires);
  append_escaped(text, expires, "");
  if (detail) {
    sqlite3_str_appendall(text, "&detail=");
    append_escaped(text, detail, "");
  }
  prove(auth,
        (const char *const[]){"file", sign_provider_name(provider), word,
                              project->uuid, path, detail ? detail : "", date,
                              expires},
        8, hex);
  sqlite3_str_appendf(text, "&%s=%s", providers[provider].signature, hex);
  url = sqlite3_str_finish(text);
  copy = url ? srv_strdup(url) : NULL;
  sqlite3_free(url);
  return copy;
}

static const char *argument(const srv_request *request, const char *name)
{
  const char *value = name ? srv_request_argument(request, name) : NULL;
  return value ? value : "";
}

/* Providers word it differently, and clients read the status. */
static bool refuse_expired(sign_provider provider, const char *date,
                           const char *expires, srv_error *err)
{
  char now[TIME_BYTES];
  if (provider == SIGN_AZURE) {
    format_time(provider, srv_clock_ms() / 1000, now);
    return srv_error_set(err, 403, "AuthenticationFailed",
                         "Signed expiry time [%s] must be after signed start "
                         "time [%s]",
                         expires, now);
  }
  return srv_error_set(err, 400, "ExpiredToken",
                       "the link of %s for %s seconds has expired", date,
                       expires);
}

/* True if the URL says when it ends, in our format, and that is to come. */
static bool is_alive(sign_provider provider, const char *date,
                     const char *expires, srv_error *err)
{
  int64_t from = 0, seconds;
  bool ok = providers[provider].date ? parse_time(provider, date, &from) &&
                                           srv_parse_int64(expires, &seconds) &&
                                           seconds >= 0 && seconds < INT32_MAX
                                     : parse_time(provider, expires, &seconds);
  if (!ok) {
    return srv_error_set(err, provider == SIGN_AZURE ? 403 : 400,
                         provider == SIGN_AZURE ? "AuthenticationFailed"
                                                : "InvalidArgument",
                         "the link does not say when it ends");
  }
  return srv_clock_ms() / 1000 < from + seconds ||
         refuse_expired(provider, date, expires, err);
}

/* /files/<UUID>/<path> */
static bool split_path(srv_request *request, sign_claim *claim)
{
  const char head[] = "/files/";
  const char *uuid = request->path + strlen(head);
  const char *slash;
  if (strncmp(request->path, head, strlen(head)) != 0) {
    return false;
  }
  slash = strchr(uuid, '/');
  for (size_t i = 0; slash && i < request->server->n_projects; i++) {
    const model_project *project = request->server->projects[i];
    if (strlen(project->uuid) == (size_t)(slash - uuid) &&
        memcmp(project->uuid, uuid, (size_t)(slash - uuid)) == 0) {
      claim->project = project;
      claim->path = slash + 1;
      return true;
    }
  }
  return false;
}

bool sign_check(srv_request *request, sign_access wanted, sign_claim *claim,
                srv_error *err)
{
  const char *signature = "", *date, *expires;
  char hex[HEX_BYTES];
  *claim = (sign_claim){.provider = SIGN_AWS};
  for (int i = 0; i < PROVIDERS && !*signature; i++) {
    claim->provider = (sign_provider)i;
    signature = argument(request, providers[i].signature);
  }
  if (!*signature || !split_path(request, claim)) {
    return srv_error_set(err, 403, "AuthenticationFailed",
                         "the link is not one of this server");
  }
  claim->detail = argument(request, "detail");
  date = argument(request, providers[claim->provider].date);
  expires = argument(request, providers[claim->provider].expires);
  if (!is_alive(claim->provider, date, expires, err)) {
    return false;
  }
  prove(&request->server->auth,
        (const char *const[]){"file", sign_provider_name(claim->provider),
                              access_word(claim->provider, wanted),
                              claim->project->uuid, claim->path, claim->detail,
                              date, expires},
        8, hex);
  return (strlen(signature) == strlen(hex) &&
          memeql_sec(signature, hex, strlen(hex))) ||
         srv_error_set(err, 403, "AuthenticationFailed",
                       "the link was changed, or is for something else");
}
