/* encode_json.c: attributes as the JSON answers show them. What could not be
 * added for lack of memory sets *ok to false. */
#include "encode.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

static void keep(bool *ok, const cJSON *added)
{
  *ok = *ok && added != NULL;
}

static void add_number(cJSON *to, bool *ok, const char *name, bool present,
                       double value)
{
  if (present) { /* JSON has no NaN: the API writes it as text */
    if (isfinite(value)) {
      keep(ok, cJSON_AddNumberToObject(to, name, value));
    } else {
      keep(ok, cJSON_AddStringToObject(to, name,
                                       isnan(value)  ? "NaN"
                                       : value > 0.0 ? "Infinity"
                                                     : "-Infinity"));
    }
  }
}

/* Integers go out with all their digits, which doubles lack. */
static void add_integer(cJSON *to, bool *ok, const char *name, int64_t value)
{
  char text[24];
  sqlite3_snprintf((int)sizeof text, text, "%lld", value);
  keep(ok, cJSON_AddRawToObject(to, name, text));
}

static void add_text(cJSON *to, bool *ok, const char *name, model_text text,
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
  keep(ok, copy ? cJSON_AddStringToObject(to, name, copy) : NULL);
  srv_arena_dispose(&arena);
}

static void add_datetime(cJSON *to, bool *ok, int64_t ms)
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
  keep(ok, cJSON_AddStringToObject(to, "value", text));
}

static void add_series(cJSON *to, bool *ok, const model_summary *series)
{
  bool any = series->points > 0, finite = series->finite > 0;
  add_number(to, ok, "lastStep", any, series->last_step);
  add_number(to, ok, "last", any, series->last);
  add_number(to, ok, "min", finite, series->min);
  add_number(to, ok, "max", finite, series->max);
  add_number(to, ok, "average", finite, series->average);
  add_number(to, ok, "variance", finite, series->variance);
  keep(ok, cJSON_AddObjectToObject(to, "config"));
  keep(ok, cJSON_AddBoolToObject(to, "hasPreview", series->has_preview));
}

static void add_file(cJSON *to, bool *ok, const model_file *file)
{
  keep(ok, cJSON_AddStringToObject(to, "path", file->path.data));
  add_integer(to, ok, "sizeBytes", file->size_bytes);
  keep(ok, cJSON_AddStringToObject(to, "mimeType", file->mime_type.data));
}

static void add_doubles(cJSON *to, bool *ok, const char *name,
                        const double *values, size_t n)
{
  cJSON *array = cJSON_AddArrayToObject(to, name);
  keep(ok, array);
  for (size_t i = 0; i < n; i++) {
    cJSON *item = cJSON_CreateNumber(values[i]);
    keep(ok, item);
    cJSON_AddItemToArray(array, item);
  }
}

/* A series of objects: its last one. */
static void add_last(cJSON *to, bool *ok, const model_value *value,
                     size_t truncate)
{
  const model_summary *series = &value->as.series;
  const model_object *last = series->last_object;
  cJSON *inner;
  if (series->points == 0) {
    return;
  }
  add_number(to, ok, "lastStep", true, series->last_step);
  if (value->type == MODEL_STRING_SERIES) {
    add_text(to, ok, "last", last->text, truncate);
    return;
  }
  inner = cJSON_AddObjectToObject(to, "last");
  keep(ok, inner);
  if (value->type == MODEL_FILE_SERIES) {
    add_file(inner, ok, &last->file);
    return;
  }
  keep(ok, cJSON_AddStringToObject(inner, "type",
                                   model_histogram_type(&last->histogram)));
  add_doubles(inner, ok, "edges", last->histogram.edges,
              last->histogram.n_values + 1);
  add_doubles(inner, ok, "values", last->histogram.values,
              last->histogram.n_values);
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
    return "stringSeriesProperties";
  case MODEL_FILE_SERIES:
    return "fileRefSeriesProperties";
  case MODEL_HISTOGRAM_SERIES:
    return "histogramSeriesProperties";
  case MODEL_COMPLEX:
  case MODEL_GIT_REF:
  case MODEL_ARTIFACT:
  case MODEL_TYPES:
    break;
  }
  return NULL;
}

static void add_value(cJSON *to, bool *ok, const model_value *value,
                      size_t truncate)
{
  cJSON *values;
  switch (value->type) {
  case MODEL_FLOAT:
    add_number(to, ok, "value", true, value->as.real);
    break;
  case MODEL_INT:
    add_integer(to, ok, "value", value->as.integer);
    break;
  case MODEL_STRING:
    add_text(to, ok, "value", value->as.text, truncate);
    break;
  case MODEL_BOOL:
    keep(ok, cJSON_AddBoolToObject(to, "value", value->as.integer != 0));
    break;
  case MODEL_DATETIME:
    add_datetime(to, ok, value->as.integer);
    break;
  case MODEL_FLOAT_SERIES:
    add_series(to, ok, &value->as.series);
    break;
  case MODEL_STRING_SET:
    values = cJSON_AddArrayToObject(to, "values");
    keep(ok, values);
    for (size_t i = 0; i < value->as.set.count; i++) {
      cJSON *item = cJSON_CreateString(value->as.set.items[i].data);
      keep(ok, item);
      cJSON_AddItemToArray(values, item);
    }
    break;
  case MODEL_FILE:
    add_file(to, ok, &value->as.file);
    break;
  case MODEL_EXPERIMENT_STATE: /* this API has other words for it */
    keep(ok,
         cJSON_AddStringToObject(
             to, "value", value->as.text.data[0] == 'a' ? "running" : "idle"));
    break;
  case MODEL_STRING_SERIES:
  case MODEL_FILE_SERIES:
  case MODEL_HISTOGRAM_SERIES:
    add_last(to, ok, value, truncate);
    break;
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
  const char *type = model_type_api_name(def->type);
  const char *member = member_of(def->type);
  cJSON *object = cJSON_CreateObject(), *inner;
  bool done = object != NULL, *ok = &done;
  keep(ok, cJSON_AddStringToObject(object, "name", def->path.data));
  keep(ok, cJSON_AddStringToObject(object, "type", type));
  if (member) {
    inner = cJSON_AddObjectToObject(object, member);
    keep(ok, inner);
    keep(ok, cJSON_AddStringToObject(inner, "attributeName", def->path.data));
    keep(ok, cJSON_AddStringToObject(inner, "attributeType", type));
    add_value(inner, ok, value, truncate);
  }
  if (!done) {
    cJSON_Delete(object);
    return NULL;
  }
  return object;
}
