/* store_batch.c: checks changes to a run, each against the run as it is and
 * as the changes before it in the same request leave it. */
#include "store_batch.h"
#include "store_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  MAX_PATH = 1024,
  MAX_STRING = 1 << 16,
  MAX_SET = 1 << 16,
  MAX_FILE = 1 << 12,
  PAUSE_MS = 60000 /* a run that logs nothing for so long does not run */
};

static const struct {
  const char *path;
  model_type type;
  store_statement statement;
} writable[] = {
    {"sys/tags", MODEL_STRING_SET, STORE_SET_TAGS},
    {"sys/group_tags", MODEL_STRING_SET, STORE_SET_GROUP_TAGS},
    {"sys/description", MODEL_STRING, STORE_SET_DESCRIPTION},
    {"sys/failed", MODEL_BOOL, STORE_SET_FAILED},
    {"sys/archived", MODEL_BOOL, STORE_SET_ARCHIVED},
    {"sys/trashed", MODEL_BOOL, STORE_SET_ARCHIVED},
};

store_statement store_sys_statement(model_text path, model_type *type)
{
  for (size_t i = 0; i < sizeof writable / sizeof writable[0]; i++) {
    if (strlen(writable[i].path) == path.len &&
        memcmp(writable[i].path, path.data, path.len) == 0) {
      *type = writable[i].type;
      return writable[i].statement;
    }
  }
  return STORE_STATEMENTS;
}

static bool is_sys(model_text path)
{
  return path.len >= 4 && memcmp(path.data, "sys/", 4) == 0;
}

static bool is_utf8(model_text text)
{
  return srv_utf8_length(text.data, text.len) == text.len &&
         !memchr(text.data, 0, text.len);
}

static ingest_code check_path(model_text path, model_type type)
{
  model_type sys_type = type;
  if (path.len == 0) {
    return INGEST_PATH_EMPTY;
  }
  if (path.len > MAX_PATH) {
    return INGEST_PATH_TOO_LONG;
  }
  if (!is_utf8(path)) {
    return INGEST_PATH_INVALID;
  }
  if (!is_sys(path)) {
    return INGEST_OK;
  }
  if (store_sys_statement(path, &sys_type) == STORE_STATEMENTS) {
    return INGEST_PATH_NOT_WRITABLE;
  }
  return sys_type == type ? INGEST_OK : INGEST_TYPE_CONFLICTING;
}

store_batch *store_batch_new(store *in, const model_project *project,
                             const char *custom_id, int64_t now, srv_error *err)
{
  store_batch *batch = srv_array_new(1, sizeof *batch);
  const store_run *run;
  int64_t pause;
  if (!batch) {
    srv_error_nomem(err);
    return NULL;
  }
  pthread_mutex_lock(&in->writing);
  batch->in = in;
  batch->project = (store_project_data *)(uintptr_t)project;
  batch->now = now;
  if (!project->ops->find_custom(project, custom_id, &batch->run)) {
    batch->run = STORE_NO_RUN;
    return batch;
  }
  run = &batch->project->runs[batch->run];
  pause = now - run->pinged;
  batch->running_seconds =
      run->running_seconds +
      (pause > 0 && pause <= PAUSE_MS ? (double)pause / 1000 : 0);
  return batch;
}

static void free_staged(staged *item)
{
  model_object *object;
  for (size_t i = 0; i < item->points.count; i++) {
    object = (model_object *)(uintptr_t)item->points.items[i].object;
    if (item->type != MODEL_FLOAT_SERIES) {
      free(object);
    }
  }
  free(item->points.items);
  free(item->previews.items);
  if (item->made) {
    free(item->made->points);
  }
  free(item->made);
  free(item->block);
}

void store_batch_free(store_batch *batch)
{
  if (!batch) {
    return;
  }
  pthread_mutex_unlock(&batch->in->writing);
  for (size_t i = 0; i < batch->count; i++) {
    free_staged(&batch->items[i]);
  }
  free(batch->items);
  free(batch->slots);
  free(batch);
}

void store_batch_count(store_batch *batch, ingest_code code)
{
  batch->outcome.counts[code]++;
}

static uint32_t *slot_of(const store_batch *batch, model_text path)
{
  size_t slot = (size_t)srv_hash(path.data, path.len) & (batch->n_slots - 1);
  while (batch->slots[slot] != 0) {
    const staged *item = &batch->items[batch->slots[slot] - 1];
    if (store_text_compare(&item->path, &path) == 0) {
      break;
    }
    slot = (slot + 1) & (batch->n_slots - 1);
  }
  return &batch->slots[slot];
}

static bool grow(store_batch *batch)
{
  staged *items = srv_array_grow(batch->items, &batch->cap, batch->count + 1,
                                 sizeof *items);
  size_t n = batch->n_slots == 0 ? 64 : batch->n_slots * 2;
  uint32_t *slots;
  if (!items) {
    return false;
  }
  batch->items = items;
  if (batch->count * 2 < batch->n_slots) {
    return true;
  }
  slots = srv_array_new(n, sizeof *slots);
  if (!slots) {
    return false;
  }
  free(batch->slots);
  batch->slots = slots;
  batch->n_slots = n;
  for (size_t i = 0; i < batch->count; i++) {
    *slot_of(batch, batch->items[i].path) = (uint32_t)i + 1;
  }
  return true;
}

/* Takes over the previews that the series has. */
static bool copy_previews(staged *item)
{
  const store_series *own = item->own;
  item->committed = own->count - own->previews;
  item->previews.items = srv_array_grow(NULL, &item->previews.cap,
                                        own->previews, sizeof(model_point));
  if (!item->previews.items && own->previews > 0) {
    return false;
  }
  for (size_t i = 0; own->previews > 0 && i < own->count; i++) {
    if (own->points[i].is_preview) {
      item->previews.items[item->previews.count++] = own->points[i];
    }
  }
  return true;
}

/* Fills in what the run has under the item's path. */
static bool look_up(store_batch *batch, staged *item, ingest_code *code)
{
  const store_run *run = &batch->project->runs[batch->run];
  const store_attr *attr;
  item->def = model_defs_find(&batch->project->base.defs, item->path.data,
                              item->path.len, item->type);
  attr = store_run_attr(run, item->def);
  if (!attr &&
      store_run_has_other(batch->project, run, item->path, item->type)) {
    *code = INGEST_TYPE_CONFLICTING;
    return true;
  }
  item->exists = attr != NULL;
  item->id = attr ? attr->id : 0;
  item->own = attr ? attr->own : NULL;
  return !item->own || copy_previews(item);
}

/* The staged attribute of a path and type; NULL with a code, or without
 * memory with INGEST_OK. */
static staged *stage(store_batch *batch, model_text path, model_type type,
                     ingest_code *code)
{
  uint32_t *slot;
  staged *item;
  *code = batch->run == STORE_NO_RUN ? INGEST_RUN_NOT_FOUND
                                     : check_path(path, type);
  if (*code != INGEST_OK || !grow(batch)) {
    return NULL;
  }
  slot = slot_of(batch, path);
  if (*slot != 0) {
    item = &batch->items[*slot - 1];
    *code = item->type == type ? INGEST_OK : INGEST_TYPE_CONFLICTING;
    return *code == INGEST_OK ? item : NULL;
  }
  item = &batch->items[batch->count];
  *item = (staged){.path = path, .type = type, .value = {.type = type}};
  if (!look_up(batch, item, code) || *code != INGEST_OK) {
    return NULL;
  }
  *slot = (uint32_t)++batch->count;
  return item;
}

/* Counts what a change came to; false only without memory. */
static bool counted(store_batch *batch, ingest_code code, bool has_memory)
{
  if (has_memory || code != INGEST_OK) {
    store_batch_count(batch, code);
    return true;
  }
  return false;
}

static ingest_code check_set(const model_text *items, size_t count)
{
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) {
    bytes += items[i].len;
    if (!is_utf8(items[i])) {
      return INGEST_TYPE_UNSUPPORTED;
    }
  }
  return bytes > MAX_SET ? INGEST_SET_TOO_LONG : INGEST_OK;
}

ingest_code store_file_check(const model_file *file)
{
  if (!is_utf8(file->path) || !is_utf8(file->mime_type) ||
      file->size_bytes < 0) {
    return INGEST_TYPE_UNSUPPORTED;
  }
  return file->path.len + file->mime_type.len > MAX_FILE ? INGEST_FILE_TOO_LONG
                                                         : INGEST_OK;
}

static ingest_code check_value(const model_value *value)
{
  switch (value->type) {
  case MODEL_STRING:
    if (value->as.text.len > MAX_STRING) {
      return INGEST_STRING_TOO_LONG;
    }
    return is_utf8(value->as.text) ? INGEST_OK : INGEST_TYPE_UNSUPPORTED;
  case MODEL_STRING_SET:
    return check_set(value->as.set.items, value->as.set.count);
  case MODEL_FILE:
    return store_file_check(&value->as.file);
  case MODEL_FLOAT:
  case MODEL_INT:
  case MODEL_BOOL:
  case MODEL_DATETIME:
    return INGEST_OK;
  case MODEL_FLOAT_SERIES:
  case MODEL_STRING_SERIES:
  case MODEL_FILE_SERIES:
  case MODEL_HISTOGRAM_SERIES:
  case MODEL_EXPERIMENT_STATE:
  case MODEL_COMPLEX:
  case MODEL_GIT_REF:
  case MODEL_ARTIFACT:
  case MODEL_TYPES:
    break;
  }
  return INGEST_TYPE_UNSUPPORTED;
}

/* A copy of a set that can be sorted. */
static void *copy_set(model_value *to, const model_text *items, size_t count)
{
  model_text *copy = srv_array_new(count, sizeof *copy);
  void *block = NULL;
  if (copy) {
    for (size_t i = 0; i < count; i++) {
      copy[i] = items[i];
    }
    block = store_value_set(to, copy, count);
  }
  free(copy);
  return block;
}

/* Gives the item the value, with memory of its own. */
static bool assign(staged *item, const model_value *value)
{
  model_value copy = *value;
  void *block = NULL;
  bool needs_block = true;
  if (value->type == MODEL_STRING) {
    block = store_value_text(&copy, value->as.text);
  } else if (value->type == MODEL_STRING_SET) {
    block = copy_set(&copy, value->as.set.items, value->as.set.count);
  } else if (value->type == MODEL_FILE) {
    block = store_value_file(&copy, &value->as.file);
  } else {
    needs_block = false;
  }
  if (needs_block && !block) {
    return false;
  }
  free(item->block);
  item->block = block;
  item->value = copy;
  item->is_set = true;
  return true;
}

bool store_batch_set(store_batch *batch, model_text path,
                     const model_value *value)
{
  ingest_code code = check_value(value);
  staged *item =
      code == INGEST_OK ? stage(batch, path, value->type, &code) : NULL;
  return counted(batch, code, item && assign(item, value));
}

static bool is_in(model_text text, const model_text *items, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    if (store_text_compare(&text, &items[i]) == 0) {
      return true;
    }
  }
  return false;
}

/* The set as it is now, with additions and without removals. */
static bool modify(const store_batch *batch, staged *item,
                   const model_text *add, size_t n_add,
                   const model_text *remove, size_t n_remove, ingest_code *code)
{
  const store_attr *attr =
      store_run_attr(&batch->project->runs[batch->run], item->def);
  const model_value none = {.type = MODEL_STRING_SET};
  const model_value *now = item->is_set ? &item->value
                           : attr       ? &attr->value
                                        : &none;
  size_t count = 0;
  model_text *items = srv_array_new(now->as.set.count + n_add, sizeof *items);
  model_value value = {.type = MODEL_STRING_SET};
  bool ok = items != NULL;
  for (size_t i = 0; ok && i < now->as.set.count; i++) {
    if (!is_in(now->as.set.items[i], remove, n_remove)) {
      items[count++] = now->as.set.items[i];
    }
  }
  for (size_t i = 0; ok && i < n_add; i++) {
    items[count++] = add[i];
  }
  if (ok) {
    *code = check_set(items, count);
    value.as.set.items = items;
    value.as.set.count = count;
  }
  ok = ok && *code == INGEST_OK && assign(item, &value);
  free(items);
  return ok;
}

bool store_batch_modify_set(store_batch *batch, model_text path,
                            const model_text *add, size_t n_add,
                            const model_text *remove, size_t n_remove)
{
  ingest_code code = check_set(add, n_add);
  staged *item =
      code == INGEST_OK ? stage(batch, path, MODEL_STRING_SET, &code) : NULL;
  bool ok = item && modify(batch, item, add, n_add, remove, n_remove, &code);
  return counted(batch, code, ok);
}

/* The committed point at a step among n in step order; NULL: none. */
static const model_point *find_step(const model_point *points, size_t n,
                                    double step)
{
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (points[middle].step < step) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < n && points[low].step <= step && !points[low].is_preview
             ? &points[low]
             : NULL;
}

static bool same_text(model_text a, model_text b)
{
  return store_text_compare(&a, &b) == 0;
}

static bool same_numbers(const double *a, const double *b, size_t n)
{
  return n == 0 || memcmp(a, b, n * sizeof *a) == 0;
}

static bool same_histogram(const model_histogram *a, const model_histogram *b)
{
  return a->is_density == b->is_density && a->n_values == b->n_values &&
         same_numbers(a->edges, b->edges, a->n_values + 1) &&
         same_numbers(a->values, b->values, a->n_values);
}

static bool same_value(model_type type, const model_point *a,
                       const model_point *b)
{
  if (type == MODEL_STRING_SERIES) {
    return same_text(a->object->text, b->object->text);
  }
  if (type == MODEL_FILE_SERIES) {
    return same_text(a->object->file.path, b->object->file.path);
  }
  if (type == MODEL_HISTOGRAM_SERIES) {
    return same_histogram(&a->object->histogram, &b->object->histogram);
  }
  return (isnan(a->value) && isnan(b->value)) ||
         (a->value <= b->value && a->value >= b->value);
}

/* The last committed point, NULL if there is none. */
static const model_point *last_point(const staged *item)
{
  if (item->points.count > 0) {
    return &item->points.items[item->points.count - 1];
  }
  for (size_t i = item->own ? item->own->count : 0; i > 0; i--) {
    if (!item->own->points[i - 1].is_preview) {
      return &item->own->points[i - 1];
    }
  }
  return NULL;
}

static ingest_code check_point(const store_batch *batch, const staged *item,
                               const model_point *point)
{
  const store_run *run = &batch->project->runs[batch->run];
  const model_point *last = last_point(item), *same;
  if (point->step <= run->fork_step) {
    return INGEST_STEP_NOT_AFTER_FORK;
  }
  if (point->is_preview) {
    return last && point->step <= last->step ? INGEST_PREVIEW_TOO_EARLY
                                             : INGEST_OK;
  }
  if (!last || point->step > last->step) {
    return last && point->timestamp < last->timestamp ? INGEST_TIME_DECREASING
                                                      : INGEST_OK;
  }
  same = find_step(item->points.items, item->points.count, point->step);
  if (!same && item->own) {
    same = find_step(item->own->points, item->own->count, point->step);
  }
  return same && same_value(item->type, same, point)
             ? INGEST_POINT_DUPLICATE
             : INGEST_STEP_NOT_INCREASING;
}

static bool push(staged_points *to, const model_point *point)
{
  model_point *items =
      srv_array_grow(to->items, &to->cap, to->count + 1, sizeof *items);
  if (!items) {
    return false;
  }
  to->items = items;
  items[to->count++] = *point;
  return true;
}

/* A committed point ends the previews up to its step. */
static void drop_previews(staged *item, double upto)
{
  size_t kept = 0;
  for (size_t i = 0; i < item->previews.count; i++) {
    if (item->previews.items[i].step > upto) {
      item->previews.items[kept++] = item->previews.items[i];
    }
  }
  item->previews_change = item->previews_change || kept < item->previews.count;
  item->previews.count = kept;
}

static bool put_preview(staged *item, const model_point *point)
{
  staged_points *to = &item->previews;
  size_t at = to->count;
  item->previews_change = true;
  for (size_t i = 0; i < to->count; i++) {
    if (to->items[i].step >= point->step && to->items[i].step <= point->step) {
      to->items[i] = *point;
      return true;
    }
  }
  if (!push(to, point)) {
    return false;
  }
  for (; at > 0 && to->items[at - 1].step > point->step; at--) {
    to->items[at] = to->items[at - 1];
  }
  to->items[at] = *point;
  return true;
}

bool store_batch_append(store_batch *batch, model_text path, model_type type,
                        const model_point *point)
{
  ingest_code code = INGEST_OK;
  bool is_float = type == MODEL_FLOAT_SERIES, ok = false, taken = false;
  staged *item;
  if (point->is_preview && !is_float) {
    code = INGEST_TYPE_UNSUPPORTED; /* only numbers have previews */
  }
  item = code == INGEST_OK ? stage(batch, path, type, &code) : NULL;
  if (item) {
    code = check_point(batch, item, point);
  }
  if (item && code == INGEST_OK && point->is_preview) {
    ok = put_preview(item, point);
  } else if (item && code == INGEST_OK) {
    ok = taken = push(&item->points, point);
    drop_previews(item, point->step);
  }
  if (!taken && !is_float) {
    free((model_object *)(uintptr_t)point->object);
  }
  return counted(batch, code, ok);
}
