/* store_value.c: see store_value.h. */
#include "store_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <sqlite3.h>

int store_text_compare(const void *a, const void *b)
{
  const model_text *x = a, *y = b;
  size_t common = x->len < y->len ? x->len : y->len;
  int order = common > 0 ? memcmp(x->data, y->data, common) : 0;
  return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* Copies text to *place, with a zero byte, and moves *place behind it. */
static model_text put_text(char **place, model_text text)
{
  model_text copy = {.data = *place, .len = text.len};
  if (text.len > 0) {
    memcpy(*place, text.data, text.len);
  }
  (*place)[text.len] = 0;
  *place += text.len + 1;
  return copy;
}

void *store_value_text(model_value *value, model_text text)
{
  char *block = malloc(text.len + 1), *place = block;
  if (block) {
    value->as.text = put_text(&place, text);
  }
  return block;
}

void *store_value_file(model_value *value, const model_file *file)
{
  char *block = malloc(file->path.len + file->mime_type.len + 2);
  char *place = block;
  if (block) {
    value->as.file = (model_file){.size_bytes = file->size_bytes};
    value->as.file.path = put_text(&place, file->path);
    value->as.file.mime_type = put_text(&place, file->mime_type);
  }
  return block;
}

void *store_value_set(model_value *value, model_text *items, size_t count)
{
  size_t distinct = 0, bytes = 0;
  model_text *copies;
  char *place;
  if (count > 0) {
    qsort(items, count, sizeof *items, store_text_compare);
  }
  for (size_t i = 0; i < count; i++) {
    if (distinct == 0 ||
        store_text_compare(&items[i], &items[distinct - 1]) != 0) {
      bytes += items[i].len + 1;
      items[distinct++] = items[i];
    }
  }
  copies = malloc(distinct * sizeof *copies + bytes + 1);
  if (!copies) {
    return NULL;
  }
  place = (char *)(copies + distinct);
  for (size_t i = 0; i < distinct; i++) {
    copies[i] = put_text(&place, items[i]);
  }
  value->as.set.items = copies;
  value->as.set.count = distinct;
  return copies;
}

static model_text text_of(const cJSON *item)
{
  return (model_text){.data = item->valuestring,
                      .len = strlen(item->valuestring)};
}

static store_read read_set(const cJSON *array, model_value *value, void **block)
{
  size_t size = (size_t)cJSON_GetArraySize(array), count = 0;
  model_text *items = srv_array_new(size, sizeof *items);
  const cJSON *item;
  store_read result = cJSON_IsArray(array) ? STORE_READ_OK : STORE_DAMAGED;
  if (!items) {
    return STORE_NO_MEMORY;
  }
  cJSON_ArrayForEach(item, array)
  {
    if (cJSON_IsString(item)) {
      items[count++] = text_of(item);
    } else {
      result = STORE_DAMAGED;
    }
  }
  if (result == STORE_READ_OK) {
    *block = store_value_set(value, items, count);
    result = *block ? STORE_READ_OK : STORE_NO_MEMORY;
  }
  free(items);
  return result;
}

static bool read_file(const cJSON *object, model_file *file)
{
  const cJSON *path = cJSON_GetObjectItemCaseSensitive(object, "path");
  const cJSON *size = cJSON_GetObjectItemCaseSensitive(object, "size_bytes");
  const cJSON *mime = cJSON_GetObjectItemCaseSensitive(object, "mime_type");
  if (!cJSON_IsString(path) || !cJSON_IsNumber(size) || !cJSON_IsString(mime)) {
    return false;
  }
  *file = (model_file){.path = text_of(path),
                       .size_bytes = (int64_t)size->valuedouble,
                       .mime_type = text_of(mime)};
  return true;
}

store_read store_value_read(const char *json, model_value *value, void **block)
{
  cJSON *parsed = json ? cJSON_Parse(json) : NULL;
  store_read result = STORE_DAMAGED;
  model_file file;
  *block = NULL;
  if (parsed && value->type == MODEL_STRING_SET) {
    result = read_set(parsed, value, block);
  } else if (parsed && read_file(parsed, &file)) {
    *block = store_value_file(value, &file);
    result = *block ? STORE_READ_OK : STORE_NO_MEMORY;
  }
  cJSON_Delete(parsed);
  return result;
}

model_object *store_object_text(model_text text)
{
  model_object *object = malloc(sizeof *object + text.len + 1);
  char *place = (char *)(object + 1);
  if (object) {
    object->text = put_text(&place, text);
  }
  return object;
}

model_object *store_object_file(const model_file *file)
{
  model_object *object =
      malloc(sizeof *object + file->path.len + file->mime_type.len + 2);
  char *place = (char *)(object + 1);
  if (object) {
    object->file.size_bytes = file->size_bytes;
    object->file.path = put_text(&place, file->path);
    object->file.mime_type = put_text(&place, file->mime_type);
  }
  return object;
}

model_object *store_object_histogram(const model_histogram *histogram)
{
  size_t n = histogram->n_values;
  model_object *object = malloc(sizeof *object + (2 * n + 1) * sizeof(double));
  double *edges = (double *)(void *)(object + 1);
  if (!object) {
    return NULL;
  }
  memcpy(edges, histogram->edges, (n + 1) * sizeof *edges);
  if (n > 0) {
    memcpy(edges + n + 1, histogram->values, n * sizeof *edges);
  }
  object->histogram = (model_histogram){.is_density = histogram->is_density,
                                        .edges = edges,
                                        .values = edges + n + 1,
                                        .n_values = n};
  return object;
}

/* An array of numbers to place; false if it holds something else. */
static bool read_numbers(const cJSON *array, double *place)
{
  const cJSON *item;
  cJSON_ArrayForEach(item, array)
  {
    if (!cJSON_IsNumber(item) && !cJSON_IsNull(item)) {
      return false;
    }
    *place++ = cJSON_IsNull(item) ? NAN : item->valuedouble;
  }
  return true;
}

static store_read read_histogram(const cJSON *parsed, model_object **object)
{
  const cJSON *type = cJSON_GetObjectItemCaseSensitive(parsed, "type");
  const cJSON *edges = cJSON_GetObjectItemCaseSensitive(parsed, "edges");
  const cJSON *values = cJSON_GetObjectItemCaseSensitive(parsed, "values");
  size_t n = (size_t)cJSON_GetArraySize(values);
  store_read result = STORE_DAMAGED;
  double *numbers;
  model_histogram histogram = {.n_values = n};
  if (!cJSON_IsString(type) || !cJSON_IsArray(edges) ||
      !cJSON_IsArray(values) || (size_t)cJSON_GetArraySize(edges) != n + 1) {
    return STORE_DAMAGED;
  }
  numbers = srv_array_new(2 * n + 1, sizeof *numbers);
  if (!numbers) {
    return STORE_NO_MEMORY;
  }
  histogram.is_density = strcmp(type->valuestring, "DENSITY") == 0;
  histogram.edges = numbers;
  histogram.values = numbers + n + 1;
  if (read_numbers(edges, numbers) && read_numbers(values, numbers + n + 1)) {
    *object = store_object_histogram(&histogram);
    result = *object ? STORE_READ_OK : STORE_NO_MEMORY;
  }
  free(numbers);
  return result;
}

store_read store_object_read(model_type series, const char *text, size_t len,
                             model_object **object)
{
  cJSON *parsed;
  store_read result = STORE_DAMAGED;
  model_file file;
  *object = NULL;
  if (!text) {
    return STORE_DAMAGED;
  }
  if (series == MODEL_STRING_SERIES) {
    *object = store_object_text((model_text){.data = text, .len = len});
    return *object ? STORE_READ_OK : STORE_NO_MEMORY;
  }
  parsed = cJSON_ParseWithLength(text, len);
  if (parsed && series == MODEL_HISTOGRAM_SERIES) {
    result = read_histogram(parsed, object);
  } else if (parsed && read_file(parsed, &file)) {
    *object = store_object_file(&file);
    result = *object ? STORE_READ_OK : STORE_NO_MEMORY;
  }
  cJSON_Delete(parsed);
  return result;
}

/* Prints and frees what was built, unless a part is missing. */
static char *print(cJSON *built, bool ok)
{
  char *text = ok ? cJSON_PrintUnformatted(built) : NULL;
  cJSON_Delete(built);
  return text;
}

char *store_json_set(const model_value *set)
{
  cJSON *array = cJSON_CreateArray();
  bool ok = array != NULL;
  for (size_t i = 0; ok && i < set->as.set.count; i++) {
    cJSON *item = cJSON_CreateString(set->as.set.items[i].data);
    ok = item && cJSON_AddItemToArray(array, item);
  }
  return print(array, ok);
}

char *store_json_file(const model_file *file)
{
  cJSON *object = cJSON_CreateObject();
  bool ok =
      cJSON_AddStringToObject(object, "path", file->path.data) &&
      cJSON_AddNumberToObject(object, "size_bytes", (double)file->size_bytes) &&
      cJSON_AddStringToObject(object, "mime_type", file->mime_type.data);
  return print(object, ok);
}

/* As JSON that reads back as the same number. */
static cJSON *number_new(double number)
{
  char text[40];
  if (isnan(number)) {
    return cJSON_CreateNull();
  }
  if (isinf(number)) {
    return cJSON_CreateRaw(number > 0 ? "9e999" : "-9e999");
  }
  for (int digits = 15; digits <= 20; digits++) {
    double back;
    sqlite3_snprintf((int)sizeof text, text, "%!.*g", digits, number);
    if (srv_parse_double(text, &back) && back <= number && back >= number) {
      break;
    }
  }
  return cJSON_CreateRaw(text);
}

static bool add_numbers(cJSON *object, const char *name, const double *numbers,
                        size_t count)
{
  cJSON *array = cJSON_AddArrayToObject(object, name);
  bool ok = array != NULL;
  for (size_t i = 0; ok && i < count; i++) {
    cJSON *item = number_new(numbers[i]);
    ok = item && cJSON_AddItemToArray(array, item);
  }
  return ok;
}

char *store_json_histogram(const model_histogram *histogram)
{
  cJSON *object = cJSON_CreateObject();
  bool ok =
      cJSON_AddStringToObject(object, "type",
                              model_histogram_type(histogram)) &&
      add_numbers(object, "edges", histogram->edges, histogram->n_values + 1) &&
      add_numbers(object, "values", histogram->values, histogram->n_values);
  return print(object, ok);
}
