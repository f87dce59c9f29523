/* input.c: see input.h. */
#include "input.h"

#include <math.h>
#include <string.h>

static const cJSON *member(const cJSON *object, const char *name)
{
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  return cJSON_IsNull(item) ? NULL : item;
}

static void refuse(srv_error *err, const char *name, const char *what)
{
  srv_error_set(err, 400, "BAD_REQUEST", "%s must be %s", name, what);
}

static bool only_space(const char *text)
{
  return text[strspn(text, " \t\r\n")] == 0;
}

const cJSON *input_object(srv_request *request, bool may_be_empty,
                          srv_error *err)
{
  const char *text = srv_bytes_text(&request->body);
  const char *end = NULL;
  if (!text) {
    srv_error_nomem(err);
    return NULL;
  }
  if (srv_utf8_length(text, request->body.len) != request->body.len ||
      strlen(text) != request->body.len) {
    srv_error_set(err, 400, "BAD_REQUEST",
                  "the body must be UTF-8 without U+0000");
    return NULL;
  }
  if (may_be_empty && only_space(text)) {
    text = "{}";
  }
  /* LIMIT: cJSON does not tell bad text from the lack of memory. */
  request->json = cJSON_ParseWithOpts(text, &end, false);
  if (!request->json || !cJSON_IsObject(request->json) || !only_space(end)) {
    srv_error_set(err, 400, "BAD_REQUEST",
                  "the body must be one object of JSON");
    return NULL;
  }
  return request->json;
}

const cJSON *input_member(const cJSON *object, const char *name, srv_error *err)
{
  const cJSON *item = member(object, name);
  if (item && !cJSON_IsObject(item)) {
    refuse(err, name, "an object");
    return NULL;
  }
  return item;
}

const cJSON *input_array(const cJSON *object, const char *name, srv_error *err)
{
  const cJSON *item = member(object, name);
  if (item && !cJSON_IsArray(item)) {
    refuse(err, name, "an array");
    return NULL;
  }
  return item;
}

const char *input_text(const cJSON *object, const char *name,
                       const char *otherwise, srv_error *err)
{
  const cJSON *item = member(object, name);
  if (item && !cJSON_IsString(item)) {
    refuse(err, name, "text");
    return otherwise;
  }
  return item ? item->valuestring : otherwise;
}

int64_t input_integer(const cJSON *object, const char *name, int64_t low,
                      int64_t high, int64_t otherwise, srv_error *err)
{
  const cJSON *item = member(object, name);
  if (!item) {
    return otherwise;
  }
  if (!cJSON_IsNumber(item) || floor(item->valuedouble) != item->valuedouble) {
    refuse(err, name, "a whole number");
    return otherwise;
  }
  if (item->valuedouble < (double)low || item->valuedouble > (double)high) {
    srv_error_set(err, 400, "BAD_REQUEST", "%s must be from %lld to %lld", name,
                  (long long)low, (long long)high);
    return otherwise;
  }
  return (int64_t)item->valuedouble;
}

bool input_bool(const cJSON *object, const char *name, bool otherwise,
                srv_error *err)
{
  const cJSON *item = member(object, name);
  if (item && !cJSON_IsBool(item)) {
    refuse(err, name, "true or false");
    return otherwise;
  }
  return item ? cJSON_IsTrue(item) : otherwise;
}

bool input_number(const cJSON *object, const char *name, double *value,
                  srv_error *err)
{
  const cJSON *item = member(object, name);
  if (item && !cJSON_IsNumber(item)) {
    refuse(err, name, "a number");
    return false;
  }
  if (item) {
    *value = item->valuedouble;
  }
  return item != NULL;
}
