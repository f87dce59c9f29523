/* encode_json.c: attributes as the JSON answers show them. */
#include "encode.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

static void add_number(cJSON *to, const char *name, bool present, double value)
{
  if (present) { /* JSON has no NaN: the API writes it as text */
    if (isfinite(value)) {
      cJSON_AddNumberToObject(to, name, value);
    } else {
      cJSON_AddStringToObject(to, name,
                              isnan(value)  ? "NaN"
                              : value > 0.0 ? "Infinity"
                                            : "-Infinity");
    }
  }
}

/* Integers go out with all their digits, which doubles lack. */
static void add_integer(cJSON *to, const char *name, int64_t value)
{
  char text[24];
  sqlite3_snprintf((int)sizeof text, text, "%lld", value);
  cJSON_AddRawToObject(to, name, text);
}

static void add_text(cJSON *to, const char *name, model_text text,
                     size_t truncate)
{
  srv_arena arena;
  const char *copy;
  size_t len = 0;
  for (size_t seen = 0; len < text.len; len++) {
    if (((unsigned char)text.data[len] & 0xc0) != 0x80 && ++seen > truncate) {
      break;
    }
  }
  srv_arena_init(&arena);
  copy = srv_arena_copy(&arena, text.data, len);
  if (copy) {
    cJSON_AddStringToObject(to, name, copy);
  }
  srv_arena_dispose(&arena);
}

static void add_datetime(cJSON *to, int64_t ms)
{
  char text[40];
  int64_t seconds = ms / 1000 - (ms % 1000 < 0);
  time_t at = (time_t)seconds;
  struct tm utc;
  size_t len = 0;
  if (gmtime_r(&at, &utc)) {
    len = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  }
  sqlite3_snprintf((int)(sizeof text - len), text + len, ".%03lldZ",
                   ms - seconds * 1000);
  cJSON_AddStringToObject(to, "value", text);
}

static void add_series(cJSON *to, const model_summary *series)
{
  bool any = series->points > 0, finite = series->finite > 0;
  add_number(to, "lastStep", any, series->last_step);
  add_number(to, "last", any, series->last);
  add_number(to, "min", finite, series->min);
  add_number(to, "max", finite, series->max);
  add_number(to, "average", finite, series->average);
  add_number(to, "variance", finite, series->variance);
  cJSON_AddObjectToObject(to, "config");
  cJSON_AddBoolToObject(to, "hasPreview", series->has_preview);
}

/* The member that holds a value of the type, NULL if the API has none. */
static const char *member_of(model_type type)
{
  switch (type) {
  case MODEL_FLOAT:
    return "floatProperties";
  case MODEL_INT:
    return "intProperties";
  case MODEL_STRING:
    return "stringProperties";
  case MODEL_BOOL:
    return "boolProperties";
  case MODEL_DATETIME:
    return "datetimeProperties";
  case MODEL_FLOAT_SERIES:
    return "floatSeriesProperties";
  case MODEL_STRING_SET:
    return "stringSetProperties";
  case MODEL_FILE:
    return "fileRefProperties";
  case MODEL_EXPERIMENT_STATE:
    return "experimentStateProperties";
  case MODEL_STRING_SERIES:
  case MODEL_FILE_SERIES:
  case MODEL_HISTOGRAM_SERIES:
  case MODEL_COMPLEX:
  case MODEL_GIT_REF:
  case MODEL_ARTIFACT:
  case MODEL_TYPES:
    break;
  }
  return NULL;
}

static void add_value(cJSON *to, const model_value *value, size_t truncate)
{
  cJSON *values;
  switch (value->type) {
  case MODEL_FLOAT:
    add_number(to, "value", true, value->as.real);
    break;
  case MODEL_INT:
    add_integer(to, "value", value->as.integer);
    break;
  case MODEL_STRING:
    add_text(to, "value", value->as.text, truncate);
    break;
  case MODEL_BOOL:
    cJSON_AddBoolToObject(to, "value", value->as.integer != 0);
    break;
  case MODEL_DATETIME:
    add_datetime(to, value->as.integer);
    break;
  case MODEL_FLOAT_SERIES:
    add_series(to, &value->as.series);
    break;
  case MODEL_STRING_SET:
    values = cJSON_AddArrayToObject(to, "values");
    for (size_t i = 0; i < value->as.set.count; i++) {
      cJSON_AddItemToArray(values,
                           cJSON_CreateString(value->as.set.items[i].data));
    }
    break;
  case MODEL_FILE:
    cJSON_AddStringToObject(to, "path", value->as.file.path.data);
    add_integer(to, "sizeBytes", value->as.file.size_bytes);
    cJSON_AddStringToObject(to, "mimeType", value->as.file.mime_type.data);
    break;
  case MODEL_EXPERIMENT_STATE: /* this API has other words for it */
    cJSON_AddStringToObject(to, "value",
                            value->as.text.data[0] == 'a' ? "running" : "idle");
    break;
  case MODEL_STRING_SERIES:
  case MODEL_FILE_SERIES:
  case MODEL_HISTOGRAM_SERIES:
  case MODEL_COMPLEX:
  case MODEL_GIT_REF:
  case MODEL_ARTIFACT:
  case MODEL_TYPES:
    break;
  }
}

cJSON *encode_attribute_json(const model_def *def, const model_value *value,
                             size_t truncate)
{
  cJSON *object = cJSON_CreateObject();
  const char *member = member_of(def->type);
  cJSON *inner = member ? cJSON_AddObjectToObject(object, member) : NULL;
  cJSON_AddStringToObject(object, "name", def->path.data);
  cJSON_AddStringToObject(object, "type", model_type_api_name(def->type));
  if (inner) {
    cJSON_AddStringToObject(inner, "attributeName", def->path.data);
    cJSON_AddStringToObject(inner, "attributeType",
                            model_type_api_name(def->type));
    add_value(inner, value, truncate);
  }
  return object;
}
