/* api_files.c: signs URLs of files, and sends files to who holds such a URL.
 * Errors there are XML, as storage providers tell them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "content.h"
#include "input.h"
#include "sign.h"
#include "upload.h"

enum { MAX_FILES = 10000 };

/* The text that str holds, in the request's arena; NULL without memory. */
static const char *finish_text(srv_request *request, sqlite3_str *str)
{
  char *text = sqlite3_str_finish(str);
  char *copy =
      text ? srv_arena_copy(&request->arena, text, strlen(text)) : NULL;
  sqlite3_free(text);
  return copy;
}

/* Adds url and provider to the answer for one file that is to be read. */
static bool describe(const srv_request *request, sign_provider provider,
                     const model_project *project, const char *path,
                     cJSON *file)
{
  char *url = sign_url(&request->server->auth, provider, SIGN_READ, project,
                       path, NULL, request->server->options->link_seconds);
  bool ok =
      url && cJSON_AddStringToObject(file, "url", url) &&
      cJSON_AddStringToObject(file, "provider", sign_provider_name(provider));
  free(url);
  return ok;
}

static bool sign_one(srv_request *request, sign_provider provider,
                     const cJSON *item, cJSON *file, srv_error *err)
{
  const char *identifier = input_text(item, "project_identifier", NULL, err);
  const char *path = input_text(item, "path", NULL, err);
  const char *permission = input_text(item, "permission", "", err);
  int64_t size = input_integer(item, "size", 0, INT64_C(1) << 53, -1, err);
  bool is_write = strcmp(permission, "write") == 0;
  const model_project *project;
  if (!path || !*path || (!is_write && strcmp(permission, "read") != 0)) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "a file needs a path and the permission read or "
                         "write");
  }
  project = srv_server_project(request->server, identifier, err);
  if (!project || err->status != 0) {
    return false;
  }
  if (!cJSON_AddStringToObject(file, "project_identifier", identifier) ||
      !cJSON_AddStringToObject(file, "path", path)) {
    return srv_error_nomem(err);
  }
  if (is_write) {
    return upload_describe(request, provider, project, path, size, file, err);
  }
  return describe(request, provider, project, path, file) ||
         srv_error_nomem(err);
}

static bool sign_all(srv_request *request, sign_provider provider,
                     srv_error *err)
{
  const cJSON *body = input_object(request, false, err);
  const cJSON *items = input_array(body, "files", err), *item;
  cJSON *answer, *files, *file;
  bool ok = true;
  if (!items) {
    return srv_error_set(err, 400, "BAD_REQUEST", "files must be given");
  }
  if (cJSON_GetArraySize(items) > MAX_FILES) {
    return srv_error_set(err, 413, "REQUEST_TOO_LARGE",
                         "at most %d files can be signed at once", MAX_FILES);
  }
  answer = cJSON_CreateObject();
  files = cJSON_AddArrayToObject(answer, "files");
  cJSON_ArrayForEach(item, items)
  {
    file = ok ? cJSON_CreateObject() : NULL;
    ok = ok &&
         ((file && cJSON_AddItemToArray(files, file)) || srv_error_nomem(err));
    ok = ok && sign_one(request, provider, item, file, err);
    request->rows++;
  }
  if (!ok || !files) {
    cJSON_Delete(answer);
    return ok ? srv_error_nomem(err) : false;
  }
  return srv_request_answer_json(request, answer, err);
}

bool api_sign(srv_request *request, srv_error *err)
{
  return sign_all(request, request->server->options->provider, err);
}

bool api_sign_azure(srv_request *request, srv_error *err)
{
  return sign_all(request, SIGN_AZURE, err);
}

static void append_escaped(sqlite3_str *to, const char *text)
{
  for (; *text; text++) {
    if (strchr("&<>", *text)) {
      sqlite3_str_appendf(to, "&#%d;", *text);
    } else {
      sqlite3_str_appendchar(to, 1, *text);
    }
  }
}

/* Answers with an error of the storage, which is the answer, no failure. */
static bool refuse(srv_request *request, const srv_error *why, srv_error *err)
{
  sqlite3_str *text = sqlite3_str_new(NULL);
  const char *xml;
  sqlite3_str_appendf(text,
                      "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
                      "<Error><Code>%s</Code><Message>",
                      why->type);
  append_escaped(text, why->message);
  sqlite3_str_appendall(text, "</Message><AuthenticationErrorDetail>");
  append_escaped(text, why->message);
  sqlite3_str_appendall(text, "</AuthenticationErrorDetail></Error>");
  xml = finish_text(request, text);
  if (!xml) {
    return srv_error_nomem(err);
  }
  request->status = why->status;
  request->content_type = "application/xml";
  srv_request_add_header(request, "x-ms-error-code", why->type);
  srv_bytes_append_text(&request->answer, xml);
  return true;
}

/* bytes=FIRST-LAST, bytes=FIRST- or bytes=-COUNT. False if it is none, and
 * then the whole file is meant. An unsatisfiable one is empty: from == to. */
static bool read_range(const char *text, uint64_t size, uint64_t *from,
                       uint64_t *to)
{
  const char unit[] = "bytes=";
  char *end;
  unsigned long long first, last;
  if (!text || strncmp(text, unit, strlen(unit)) != 0) {
    return false;
  }
  text += strlen(unit);
  *from = 0;
  *to = size;
  if (*text == '-') {
    last = strtoull(text + 1, &end, 10);
    *from = last < size ? size - last : 0;
    return end != text + 1 && *end == 0;
  }
  first = strtoull(text, &end, 10);
  if (end == text || *end != '-') {
    return false;
  }
  text = end + 1;
  if (*text) {
    last = strtoull(text, &end, 10);
    *to = last < size ? last + 1 : size;
    if (*end || last < first) {
      return false;
    }
  }
  *from = first < *to ? first : *to;
  return true;
}

/* What of a file is asked for. */
typedef struct piece {
  bool is_part;
  uint64_t from;
  uint64_t to;
} piece;

static piece find_piece(const srv_request *request, uint64_t size)
{
  const char *wanted = srv_request_header(request, "x-ms-range");
  piece found = {.from = 0, .to = size};
  wanted = wanted ? wanted : srv_request_header(request, "Range");
  found.is_part = read_range(wanted, size, &found.from, &found.to);
  if (!found.is_part) {
    found = (piece){.from = 0, .to = size};
  }
  return found;
}

/* Content-Range, ETag and Content-Type; false without memory. */
static bool add_headers(srv_request *request, const content_info *info,
                        const piece *of)
{
  sqlite3_str *range = sqlite3_str_new(NULL), *etag = sqlite3_str_new(NULL);
  const char *range_text, *etag_text, *type;
  if (of->from < of->to) {
    sqlite3_str_appendf(range, "bytes %lld-%lld/%lld", (long long)of->from,
                        (long long)of->to - 1, (long long)info->size);
  } else {
    sqlite3_str_appendf(range, "bytes */%lld", (long long)info->size);
  }
  sqlite3_str_appendf(etag, "\"%s\"", info->etag);
  range_text = finish_text(request, range);
  etag_text = finish_text(request, etag);
  type =
      srv_arena_copy(&request->arena, info->mime_type, strlen(info->mime_type));
  if (!range_text || !etag_text || !type) {
    return false;
  }
  if (of->is_part) {
    srv_request_add_header(request, "Content-Range", range_text);
  }
  srv_request_add_header(request, "ETag", etag_text);
  srv_request_add_header(request, "Accept-Ranges", "bytes");
  request->content_type = *type ? type : "application/octet-stream";
  return true;
}

/* Takes over info's descriptor. */
static bool send_file(srv_request *request, const content_info *info,
                      srv_error *err)
{
  piece wanted = find_piece(request, (uint64_t)info->size);
  srv_error why = {0};
  if (!add_headers(request, info, &wanted)) {
    close(info->fd);
    return srv_error_nomem(err);
  }
  if (wanted.is_part && wanted.from == wanted.to) {
    close(info->fd);
    srv_error_set(&why, 416, "InvalidRange", "the file has no such bytes");
    return refuse(request, &why, err);
  }
  request->file = (srv_part){
      .fd = info->fd, .offset = wanted.from, .size = wanted.to - wanted.from};
  request->status = wanted.is_part ? 206 : 200;
  request->rows = 1;
  return true;
}

bool api_file_get(srv_request *request, srv_error *err)
{
  sign_claim claim;
  srv_error why = {0};
  content_info info;
  if (!sign_check(request, SIGN_READ, &claim, &why)) {
    return refuse(request, &why, err);
  }
  if (!request->server->stored ||
      !content_find(request->server->stored, claim.project, claim.path,
                    &info)) {
    srv_error_set(&why, 404,
                  claim.provider == SIGN_AZURE ? "BlobNotFound" : "NoSuchKey",
                  "the file does not exist: %s", claim.path);
    return refuse(request, &why, err);
  }
  return send_file(request, &info, err);
}
