/* api_upload.c: takes the bytes of files, at signed URLs. Amazon's way: one PUT
 * (no detail in the URL), or a PUT for each part (detail upload/part) and
 * completeMultipartUpload. Google's: a POST that names a URL (detail upload
 * and content type), then PUTs there, in order. Azure's: upload_azure.c. */
#include "upload.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "content.h"
#include "input.h"

enum {
  PART_BYTES = 8 << 20,
  MAX_PARTS = 10000,
  NO_CONTENT = 204,
  RESUME = 308
};

static char *url_new(const srv_request *request, const model_project *project,
                     const char *path, sign_provider provider,
                     const char *detail)
{
  return sign_url(&request->server->auth, provider, SIGN_WRITE, project, path,
                  detail, request->server->options->link_seconds);
}

/* Adds the URL of one part to urls. */
static bool add_part(const srv_request *request, const model_project *project,
                     const char *path, const char *upload, int part,
                     cJSON *urls)
{
  char *detail = sqlite3_mprintf("%s/%d", upload, part);
  char *url = detail ? url_new(request, project, path, SIGN_AWS, detail) : NULL;
  cJSON *item = url ? cJSON_CreateString(url) : NULL;
  bool ok = item && cJSON_AddItemToArray(urls, item);
  free(url);
  sqlite3_free(detail);
  return ok;
}

static bool add_multipart(const srv_request *request,
                          const model_project *project, const char *path,
                          int64_t size, cJSON *file)
{
  int64_t part_bytes = PART_BYTES;
  cJSON *multipart = cJSON_AddObjectToObject(file, "multipart");
  cJSON *urls = cJSON_AddArrayToObject(multipart, "part_urls");
  char upload[CONTENT_NAME];
  int n;
  bool ok = urls && content_upload_new(upload);
  while (size / part_bytes >= MAX_PARTS) {
    part_bytes *= 2;
  }
  n = (int)((size + part_bytes - 1) / part_bytes);
  ok = ok && cJSON_AddStringToObject(multipart, "upload_id", upload) &&
       cJSON_AddNumberToObject(multipart, "part_size", (double)part_bytes);
  for (int part = 1; ok && part <= n; part++) {
    ok = add_part(request, project, path, upload, part, urls);
  }
  return ok;
}

bool upload_describe(srv_request *request, sign_provider provider,
                     const model_project *project, const char *path,
                     int64_t size, cJSON *file, srv_error *err)
{
  char *url;
  bool ok;
  if (!store_has_project(request->server->stored, project)) {
    return srv_error_set(err, 403, "ACCESS_DENIED",
                         "a synthetic project cannot be written");
  }
  url = url_new(request, project, path, provider, NULL);
  ok = url && cJSON_AddStringToObject(file, "url", url) &&
       cJSON_AddStringToObject(file, "provider", sign_provider_name(provider));
  if (ok && provider == SIGN_AWS && size > 2 * PART_BYTES) {
    ok = add_multipart(request, project, path, size, file);
  }
  free(url);
  return ok || srv_error_nomem(err);
}

static bool check(srv_request *request, sign_claim *claim, srv_error *err)
{
  store *stored = request->server->stored;
  bool ok;
  if (!stored) {
    return srv_error_set(err, 403, "ACCESS_DENIED", "nothing can be written");
  }
  store_enter(stored);
  ok = sign_check(request, SIGN_WRITE, claim, err);
  store_leave(stored);
  return ok;
}

static const char *header(const srv_request *request, const char *name)
{
  return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
                                     name);
}

static bool add_etag(srv_request *request, const char *etag, srv_error *err)
{
  char *quoted = sqlite3_mprintf("\"%s\"", etag);
  char *copy =
      quoted ? srv_arena_copy(&request->arena, quoted, strlen(quoted)) : NULL;
  sqlite3_free(quoted);
  if (!copy) {
    return srv_error_nomem(err);
  }
  srv_request_add_header(request, "ETag", copy);
  return true;
}

static bool put_whole(srv_request *request, const sign_claim *claim,
                      srv_error *err)
{
  char etag[CONTENT_ETAG];
  return content_put(request->server->stored, claim->project, claim->path,
                     header(request, "Content-Type"), request->body.data,
                     request->body.len, etag, err) &&
         add_etag(request, etag, err);
}

/* detail: upload/part */
static bool put_part(srv_request *request, const sign_claim *claim,
                     srv_error *err)
{
  const char *slash = strchr(claim->detail, '/');
  char *upload = srv_arena_copy(&request->arena, claim->detail,
                                (size_t)(slash - claim->detail));
  char etag[CONTENT_ETAG];
  int64_t part = 0;
  if (!upload) {
    return srv_error_nomem(err);
  }
  (void)srv_parse_int64(slash + 1, &part); /* it is signed */
  return content_put_part(request->server->stored, upload, part,
                          request->body.data, request->body.len, etag, err) &&
         add_etag(request, etag, err);
}

/* bytes FIRST-LAST/WHOLE; of an empty file, a star stands before the slash. */
static bool read_range(const char *text, int64_t *first, int64_t *whole)
{
  const char unit[] = "bytes ";
  char *end = NULL;
  *first = 0;
  if (!text || strncmp(text, unit, strlen(unit)) != 0) {
    return false;
  }
  text += strlen(unit);
  if (*text != '*') {
    *first = strtoll(text, &end, 10);
    if (end == text || *end != '-') {
      return false;
    }
  }
  text = strchr(text, '/');
  return text && srv_parse_int64(text + 1, whole) && *whole >= 0 &&
         *first >= 0 && *first <= *whole;
}

static bool answer_progress(srv_request *request, int64_t size, srv_error *err)
{
  char *range = sqlite3_mprintf("bytes=0-%lld", (long long)size - 1);
  char *copy =
      range ? srv_arena_copy(&request->arena, range, strlen(range)) : NULL;
  sqlite3_free(range);
  if (!copy) {
    return srv_error_nomem(err);
  }
  request->status = RESUME;
  if (size > 0) {
    srv_request_add_header(request, "Range", copy);
  }
  return true;
}

/* detail: upload, a space, the content type. What does not begin where the
 * last piece ended is left. */
static bool put_piece(srv_request *request, const sign_claim *claim,
                      srv_error *err)
{
  store *stored = request->server->stored;
  const char *type = strchr(claim->detail, ' ');
  char *upload = type ? srv_arena_copy(&request->arena, claim->detail,
                                       (size_t)(type - claim->detail))
                      : NULL;
  int64_t first, whole, size;
  size_t n_parts;
  char etag[CONTENT_ETAG];
  if (!upload) {
    return srv_error_nomem(err);
  }
  if (!read_range(header(request, "Content-Range"), &first, &whole)) {
    return srv_error_set(err, 400, "BAD_REQUEST", "Content-Range is wrong");
  }
  size = content_upload_size(stored, upload, &n_parts);
  if (first == size && request->body.len > 0 && n_parts < MAX_PARTS) {
    if (!content_put_part(stored, upload, (int64_t)n_parts + 1,
                          request->body.data, request->body.len, etag, err)) {
      return false;
    }
    n_parts++;
    size += (int64_t)request->body.len;
  }
  if (size < whole) {
    return answer_progress(request, size, err);
  }
  return content_complete(stored, claim->project, claim->path, type + 1,
                          &(content_parts){.upload = upload, .n = n_parts},
                          err);
}

bool api_file_put(srv_request *request, srv_error *err)
{
  sign_claim claim;
  if (!check(request, &claim, err)) {
    return false;
  }
  if (claim.provider == SIGN_AZURE) {
    return upload_azure(request, &claim, err);
  }
  if (!claim.detail[0]) {
    return put_whole(request, &claim, err);
  }
  return claim.provider == SIGN_GCP ? put_piece(request, &claim, err)
                                    : put_part(request, &claim, err);
}

bool api_file_start(srv_request *request, srv_error *err)
{
  const char *type = header(request, "Content-Type");
  char upload[CONTENT_NAME], detail[CONTENT_NAME + CONTENT_MIME];
  sign_claim claim;
  char *url, *copy;
  if (!check(request, &claim, err)) {
    return false;
  }
  if (!content_upload_new(upload)) {
    return srv_error_nomem(err);
  }
  sqlite3_snprintf(sizeof detail, detail, "%s %s", upload, type ? type : "");
  url = url_new(request, claim.project, claim.path, SIGN_GCP, detail);
  copy = url ? srv_arena_copy(&request->arena, url, strlen(url)) : NULL;
  free(url);
  if (!copy) {
    return srv_error_nomem(err);
  }
  srv_request_add_header(request, "Location", copy);
  return true;
}

/* The etags by part number, which must be 1 … n; NULL and *err. */
static const char **read_parts(srv_request *request, const cJSON *parts,
                               size_t *n, srv_error *err)
{
  const cJSON *item;
  const char **etags;
  *n = (size_t)cJSON_GetArraySize(parts);
  etags = srv_arena_array(&request->arena, *n + 1, sizeof(const char *));
  if (!etags) {
    srv_error_nomem(err);
    return NULL;
  }
  cJSON_ArrayForEach(item, parts)
  {
    int64_t number = input_integer(item, "part_number", 1, (int64_t)*n, 0, err);
    const char *etag = input_text(item, "etag", NULL, err);
    if (number >= 1) {
      etags[number - 1] = etag;
    }
  }
  for (size_t i = 0; i < *n; i++) {
    if (!etags[i]) {
      srv_error_set(err, 400, "BAD_REQUEST", "part %d is not named",
                    (int)i + 1);
    }
  }
  return err->status == 0 ? etags : NULL;
}

bool api_file_complete(srv_request *request, srv_error *err)
{
  const cJSON *body = input_object(request, false, err);
  const char *project_id = input_text(body, "project_identifier", "", err);
  const char *path = input_text(body, "path", NULL, err);
  const char *upload = input_text(body, "upload_id", NULL, err);
  const cJSON *parts = input_array(body, "parts", err);
  store *stored = request->server->stored;
  const model_project *project = NULL;
  const char **etags;
  size_t n;
  if (err->status != 0 || !path || !upload || !parts || !stored) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "path, upload_id and parts must be given");
  }
  store_enter(stored);
  project = srv_server_project(request->server, project_id, err);
  store_leave(stored);
  etags = project ? read_parts(request, parts, &n, err) : NULL;
  request->status = NO_CONTENT;
  return etags &&
         content_complete(
             stored, project, path, "application/octet-stream",
             &(content_parts){.upload = upload, .etags = etags, .n = n}, err);
}
