/* ingest.c: see ingest.h. */
#include "ingest.h"
#include "store_value.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_BINS = 512, MAX_POINT_STRING = 1 << 20, MICRO = 1000000 };

static const uint64_t max_step = UINT64_C(1000000000000);

model_text ingest_text(ProtobufCBinaryData bytes)
{
  return (model_text){.data = bytes.data ? (const char *)bytes.data : "",
                      .len = bytes.len};
}

/* Nanoseconds come from a double of seconds, a bit off: they are rounded to
 * microseconds first, then cut to milliseconds. */
bool ingest_time(const Ingest__Timestamp *from, int64_t *ms)
{
  const int64_t first = INT64_C(-62135596800), last = INT64_C(253402300799);
  if (from->seconds < first || from->seconds > last || from->nanos < 0 ||
      from->nanos > 999999999) {
    return false;
  }
  *ms = from->seconds * 1000 + ((int64_t)from->nanos + 500) / 1000000;
  return true;
}

ingest_code ingest_step(const Ingest__Step *from, double *step)
{
  if (!from || from->micro >= MICRO) {
    return INGEST_STEP_INVALID;
  }
  if (from->whole >= max_step) {
    return INGEST_STEP_TOO_LARGE;
  }
  *step = (double)(from->whole * MICRO + from->micro) / MICRO;
  return INGEST_OK;
}

/* The items of a set; NULL without memory. */
static model_text *texts_new(const Ingest__StringSet *from)
{
  model_text *items = srv_array_new(from->n_values, sizeof *items);
  for (size_t i = 0; items && i < from->n_values; i++) {
    items[i] = ingest_text(from->values[i]);
  }
  return items;
}

static model_file file_of(const Ingest__FileRef *from)
{
  return (model_file){.path = ingest_text(from->path),
                      .size_bytes = from->size_bytes,
                      .mime_type = ingest_text(from->mime_type)};
}

static bool set_strings(store_batch *batch, model_text path,
                        const Ingest__StringSet *from)
{
  model_text *items = texts_new(from);
  model_value value = {.type = MODEL_STRING_SET};
  bool ok;
  value.as.set.items = items;
  value.as.set.count = from->n_values;
  ok = items && store_batch_set(batch, path, &value);
  free(items);
  return ok;
}

static bool count(store_batch *batch, ingest_code code)
{
  store_batch_count(batch, code);
  return true;
}

static bool assign(store_batch *batch, model_text path,
                   const Ingest__Value *from)
{
  model_value value = {.type = MODEL_FLOAT};
  if (!from) {
    return count(batch, INGEST_TYPE_UNSUPPORTED);
  }
  if (from->has_float64) {
    value.as.real = from->float64;
  } else if (from->has_int64) {
    value.type = MODEL_INT;
    value.as.integer = from->int64;
  } else if (from->has_bool_) {
    value.type = MODEL_BOOL;
    value.as.integer = from->bool_;
  } else if (from->has_string) {
    value.type = MODEL_STRING;
    value.as.text = ingest_text(from->string);
  } else if (from->timestamp) {
    value.type = MODEL_DATETIME;
    if (!ingest_time(from->timestamp, &value.as.integer)) {
      return count(batch, INGEST_TIME_OUT_OF_RANGE);
    }
  } else if (from->string_set) {
    return set_strings(batch, path, from->string_set);
  } else if (from->file_ref) {
    value.type = MODEL_FILE;
    value.as.file = file_of(from->file_ref);
  } else {
    return count(batch, INGEST_TYPE_UNSUPPORTED);
  }
  return store_batch_set(batch, path, &value);
}

static bool modify(store_batch *batch, model_text path,
                   const Ingest__ModifySet *from)
{
  const Ingest__ModifyStringSet *set = from ? from->string : NULL;
  size_t n = set ? set->n_values : 0, n_add = 0, n_remove = 0;
  model_text *items = srv_array_new(2 * n, sizeof *items);
  model_text *add = items, *remove = items ? items + n : NULL;
  bool ok = items != NULL;
  for (size_t i = 0; ok && i < n; i++) {
    const Ingest__SetEntry *entry = set->values[i];
    if (entry->value == INGEST__SET_OPERATION__ADD) {
      add[n_add++] = ingest_text(entry->key);
    } else if (entry->value == INGEST__SET_OPERATION__REMOVE) {
      remove[n_remove++] = ingest_text(entry->key);
    }
  }
  ok = ok &&
       (set ? store_batch_modify_set(batch, path, add, n_add, remove, n_remove)
            : count(batch, INGEST_TYPE_UNSUPPORTED));
  free(items);
  return ok;
}

static ingest_code check_edges(const Ingest__Histogram *from)
{
  for (size_t i = 0; i < from->n_bin_edges; i++) {
    if (isnan(from->bin_edges[i])) {
      return INGEST_EDGES_NAN;
    }
  }
  for (size_t i = 1; i < from->n_bin_edges; i++) {
    if (!(from->bin_edges[i] > from->bin_edges[i - 1])) {
      return INGEST_EDGES_NOT_INCREASING;
    }
  }
  return from->n_bin_edges > MAX_BINS + 1 ? INGEST_TOO_MANY_BINS : INGEST_OK;
}

/* *object is NULL without memory. */
static ingest_code read_histogram(const Ingest__Histogram *from,
                                  model_object **object)
{
  model_histogram histogram = {.edges = from->bin_edges};
  double *counts = NULL;
  ingest_code code = check_edges(from);
  *object = NULL;
  if (code != INGEST_OK) {
    return code;
  }
  if (from->densities) {
    histogram.is_density = true;
    histogram.n_values = from->densities->n_values;
    histogram.values = from->densities->values;
  } else if (from->counts) {
    histogram.n_values = from->counts->n_values;
    counts = srv_array_new(histogram.n_values, sizeof *counts);
    for (size_t i = 0; counts && i < histogram.n_values; i++) {
      counts[i] = (double)from->counts->values[i];
    }
    histogram.values = counts;
  }
  if (histogram.n_values + 1 != from->n_bin_edges ||
      (!from->densities && !from->counts)) {
    code = INGEST_VALUES_MISMATCH;
  } else if (histogram.values || histogram.n_values == 0) {
    *object = store_object_histogram(&histogram);
  }
  free(counts);
  return code;
}

static ingest_code read_string(ProtobufCBinaryData from, model_object **object)
{
  model_text text = ingest_text(from);
  *object = NULL;
  if (text.len > MAX_POINT_STRING) {
    return INGEST_STRING_TOO_LONG;
  }
  if (srv_utf8_length(text.data, text.len) != text.len) {
    return INGEST_TYPE_UNSUPPORTED;
  }
  *object = store_object_text(text);
  return INGEST_OK;
}

/* The point's value and the type of series that it belongs to. */
static ingest_code read_point(const Ingest__Value *from, model_type *type,
                              model_point *point, bool *has_memory)
{
  model_object *object = NULL;
  model_file file;
  ingest_code code = INGEST_OK;
  *has_memory = true;
  if (from && from->has_float64) {
    *type = MODEL_FLOAT_SERIES;
    point->value = from->float64;
    return INGEST_OK;
  }
  if (from && from->has_string) {
    *type = MODEL_STRING_SERIES;
    code = read_string(from->string, &object);
  } else if (from && from->histogram) {
    *type = MODEL_HISTOGRAM_SERIES;
    code = read_histogram(from->histogram, &object);
  } else if (from && from->file_ref) {
    *type = MODEL_FILE_SERIES;
    file = file_of(from->file_ref);
    code = store_file_check(&file);
    object = code == INGEST_OK ? store_object_file(&file) : NULL;
  } else {
    return INGEST_TYPE_UNSUPPORTED;
  }
  point->object = object;
  *has_memory = object || code != INGEST_OK;
  return code;
}

static bool append(store_batch *batch, const Ingest__ValueEntry *entry,
                   ingest_code code, const model_point *like)
{
  model_point point = *like;
  model_type type = MODEL_FLOAT_SERIES;
  bool has_memory = true;
  if (code == INGEST_OK) {
    code = read_point(entry->value, &type, &point, &has_memory);
  }
  if (!has_memory) {
    return false;
  }
  return code == INGEST_OK
             ? store_batch_append(batch, ingest_text(entry->key), type, &point)
             : count(batch, code);
}

/* What the points of a snapshot have in common. */
static ingest_code read_common(const Ingest__UpdateRunSnapshot *from,
                               int64_t now, model_point *point)
{
  *point = (model_point){.timestamp = now, .completion = 1};
  if (from->preview && from->preview->is_preview) {
    point->is_preview = true;
    point->completion = from->preview->completion_ratio;
  }
  if (from->timestamp && !ingest_time(from->timestamp, &point->timestamp)) {
    return INGEST_TIME_OUT_OF_RANGE;
  }
  return ingest_step(from->step, &point->step);
}

bool ingest_snapshot(store_batch *batch, const Ingest__UpdateRunSnapshot *from,
                     int64_t now)
{
  model_point common;
  ingest_code code = read_common(from, now, &common);
  bool ok = true;
  for (size_t i = 0; ok && i < from->n_assign; i++) {
    ok = assign(batch, ingest_text(from->assign[i]->key),
                from->assign[i]->value);
  }
  for (size_t i = 0; ok && i < from->n_modify_sets; i++) {
    ok = modify(batch, ingest_text(from->modify_sets[i]->key),
                from->modify_sets[i]->value);
  }
  for (size_t i = 0; ok && i < from->n_append; i++) {
    ok = append(batch, from->append[i], code, &common);
  }
  return ok;
}
