/* upload_azure.c: see upload.h. Blocks are kept as parts of an upload that is
 * named for the blob, each under a number made of its id. LIMIT: a block that
 * no list names stays in the folder. */
#include "upload.h"

#include <string.h>

#include <nettle/base16.h>
#include <nettle/sha2.h>

#include "content.h"

enum { MAX_BLOCKS = 50000, CREATED = 201 };

/* A digest of two texts, told apart by the zero byte after each. */
static void digest(const char *a, const char *b,
                   uint8_t bytes[SHA256_DIGEST_SIZE])
{
  struct sha256_ctx hash;
  sha256_init(&hash);
  sha256_update(&hash, strlen(a) + 1, (const uint8_t *)a);
  sha256_update(&hash, strlen(b) + 1, (const uint8_t *)b);
  sha256_digest(&hash, SHA256_DIGEST_SIZE, bytes);
}

static void name_upload(const sign_claim *claim, char upload[CONTENT_NAME])
{
  uint8_t bytes[SHA256_DIGEST_SIZE];
  digest(claim->project->uuid, claim->path, bytes);
  base16_encode_update(upload, (CONTENT_NAME - 1) / 2, bytes);
  upload[CONTENT_NAME - 1] = 0;
}

/* From 1. */
static int64_t number_block(const char *id)
{
  uint8_t bytes[SHA256_DIGEST_SIZE];
  uint64_t number = 0;
  digest("block", id, bytes);
  for (size_t i = 0; i < sizeof number; i++) {
    number = number << 8 | bytes[i];
  }
  number >>= 1;
  return number > 0 ? (int64_t)number : 1;
}

static bool put_blob(srv_request *request, const sign_claim *claim,
                     srv_error *err)
{
  const char *type = srv_request_header(request, "x-ms-blob-content-type");
  char etag[CONTENT_ETAG];
  return content_put(request->server->stored, claim->project, claim->path,
                     type ? type : srv_request_header(request, "Content-Type"),
                     request->body.data, request->body.len, etag, err);
}

static bool put_block(srv_request *request, const sign_claim *claim,
                      srv_error *err)
{
  const char *id = srv_request_argument(request, "blockid");
  char upload[CONTENT_NAME], etag[CONTENT_ETAG];
  if (!id || !*id) {
    return srv_error_set(err, 400, "InvalidQueryParameterValue",
                         "a block needs an id");
  }
  name_upload(claim, upload);
  return content_put_part(request->server->stored, upload, number_block(id),
                          request->body.data, request->body.len, etag, err);
}

/* Reads one element of a list: false if it names no block. Cuts the text off
 * after the id; *at gets to what follows. */
static bool read_block(char **at, const char **id)
{
  static const char *const tags[] = {"<Latest>", "<Uncommitted>"};
  for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
    size_t len = strlen(tags[i]);
    char *end = strncmp(*at, tags[i], len) == 0 ? strchr(*at + len, '<') : NULL;
    if (end) {
      *id = *at + len;
      *end = 0;
      *at = end;
      return true;
    }
  }
  return false;
}

/* The numbers of the blocks that a list names, in its order; NULL and *err. */
static const int64_t *read_list(srv_request *request, size_t *n, srv_error *err)
{
  char *at = srv_arena_copy(&request->arena, (const char *)request->body.data,
                            request->body.len);
  int64_t *numbers =
      srv_arena_array(&request->arena, MAX_BLOCKS, sizeof *numbers);
  const char *id;
  if (!at || !numbers) {
    srv_error_nomem(err);
    return NULL;
  }
  for (*n = 0; *at; at++) {
    if (strncmp(at, "<Committed>", strlen("<Committed>")) == 0 ||
        *n == MAX_BLOCKS) {
      srv_error_set(err, 400, "InvalidBlockList",
                    "the list names committed blocks, or too many");
      return NULL;
    }
    if (read_block(&at, &id)) {
      numbers[(*n)++] = number_block(id);
    }
  }
  return numbers;
}

static bool put_list(srv_request *request, const sign_claim *claim,
                     srv_error *err)
{
  char upload[CONTENT_NAME];
  content_parts parts = {.upload = upload};
  parts.numbers = read_list(request, &parts.n, err);
  name_upload(claim, upload);
  return parts.numbers &&
         content_complete(request->server->stored, claim->project, claim->path,
                          srv_request_header(request, "x-ms-blob-content-type"),
                          &parts, err);
}

bool upload_azure(srv_request *request, const sign_claim *claim, srv_error *err)
{
  const char *what = srv_request_argument(request, "comp");
  request->status = CREATED;
  if (!what) {
    return put_blob(request, claim, err);
  }
  if (strcmp(what, "block") == 0) {
    return put_block(request, claim, err);
  }
  return strcmp(what, "blocklist") == 0
             ? put_list(request, claim, err)
             : srv_error_set(err, 400, "InvalidQueryParameterValue",
                             "comp must be block or blocklist");
}
