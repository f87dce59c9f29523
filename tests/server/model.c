/* model.c: see model.h. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

static const struct {
  const char *api;
  const char *sql;
} type_names[MODEL_TYPES] = {
    [MODEL_FLOAT] = {"float", "float"},
    [MODEL_INT] = {"int", "int"},
    [MODEL_STRING] = {"string", "string"},
    [MODEL_BOOL] = {"bool", "bool"},
    [MODEL_DATETIME] = {"datetime", "datetime"},
    [MODEL_FLOAT_SERIES] = {"floatSeries", "float_series"},
    [MODEL_STRING_SERIES] = {"stringSeries", "string_series"},
    [MODEL_STRING_SET] = {"stringSet", "string_set"},
    [MODEL_FILE] = {"fileRef", "file"},
    [MODEL_FILE_SERIES] = {"fileRefSeries", "file_series"},
    [MODEL_HISTOGRAM_SERIES] = {"histogramSeries", "histogram_series"},
    [MODEL_EXPERIMENT_STATE] = {"experimentState", "experiment_state"},
    [MODEL_COMPLEX] = {"complex", "complex"},
    [MODEL_GIT_REF] = {"gitRef", "git_ref"},
    [MODEL_ARTIFACT] = {"artifact", "artifact"},
};

const char *model_type_api_name(model_type type)
{
  return type_names[type].api;
}

const char *model_type_sql_name(model_type type)
{
  return type_names[type].sql;
}

bool model_type_from_api(const char *name, model_type *type)
{
  for (int i = 0; i < MODEL_TYPES; i++) {
    if (strcmp(type_names[i].api, name) == 0) {
      *type = (model_type)i;
      return true;
    }
  }
  return false;
}

bool model_type_from_sql(const char *name, model_type *type)
{
  for (int i = 0; i < MODEL_TYPES; i++) {
    if (strcmp(type_names[i].sql, name) == 0) {
      *type = (model_type)i;
      return true;
    }
  }
  return false;
}

bool model_type_is_series(model_type type)
{
  return type == MODEL_FLOAT_SERIES || type == MODEL_STRING_SERIES ||
         type == MODEL_HISTOGRAM_SERIES || type == MODEL_FILE_SERIES;
}

const char *model_histogram_type(const model_histogram *histogram)
{
  return histogram->is_density ? "DENSITY" : "COUNTING";
}

void model_defs_init(model_defs *defs)
{
  *defs = (model_defs){0};
  srv_arena_init(&defs->arena);
}

void model_defs_dispose(model_defs *defs)
{
  free(defs->items);
  free(defs->slots);
  free(defs->sorted);
  srv_arena_dispose(&defs->arena);
  *defs = (model_defs){0};
}

/* Where a definition is, or would be; path_hash: of the path alone. */
static size_t slot_of(const model_defs *defs, uint64_t path_hash,
                      const char *path, size_t len, model_type type)
{
  size_t mask = defs->n_slots - 1;
  size_t slot = (size_t)srv_mix(path_hash + (uint64_t)type) & mask;
  while (defs->slots[slot] != 0) {
    const model_def *def = &defs->items[defs->slots[slot] - 1];
    if (def->type == type && def->path.len == len &&
        memcmp(def->path.data, path, len) == 0) {
      break;
    }
    slot = (slot + 1) & mask;
  }
  return slot;
}

void model_defs_find_types(const model_defs *defs, const char *path, size_t len,
                           uint32_t found[MODEL_TYPES])
{
  uint64_t path_hash = srv_hash(path, len);
  for (int i = 0; i < MODEL_TYPES; i++) {
    uint32_t number =
        defs->count == 0
            ? 0
            : defs->slots[slot_of(defs, path_hash, path, len, (model_type)i)];
    found[i] = number == 0 ? MODEL_NO_DEF : number - 1;
  }
}

uint32_t model_defs_find(const model_defs *defs, const char *path, size_t len,
                         model_type type)
{
  uint32_t number;
  if (defs->count == 0) {
    return MODEL_NO_DEF;
  }
  number = defs->slots[slot_of(defs, srv_hash(path, len), path, len, type)];
  return number == 0 ? MODEL_NO_DEF : number - 1;
}

static void fill_slots(model_defs *defs)
{
  for (size_t i = 0; i < defs->n_slots; i++) {
    defs->slots[i] = 0;
  }
  for (size_t i = 0; i < defs->count; i++) {
    const model_def *def = &defs->items[i];
    uint64_t path_hash = srv_hash(def->path.data, def->path.len);
    defs->slots[slot_of(defs, path_hash, def->path.data, def->path.len,
                        def->type)] = (uint32_t)i + 1;
  }
}

static bool rehash(model_defs *defs)
{
  size_t n_slots = defs->n_slots == 0 ? 64 : defs->n_slots * 2;
  uint32_t *slots = srv_array_new(n_slots, sizeof *slots);
  if (!slots) {
    return false;
  }
  free(defs->slots);
  defs->slots = slots;
  defs->n_slots = n_slots;
  fill_slots(defs);
  return true;
}

uint32_t model_defs_add(model_defs *defs, const char *path, size_t len,
                        model_type type)
{
  uint32_t found = model_defs_find(defs, path, len, type);
  model_def *items;
  char *copy;
  if (found != MODEL_NO_DEF) {
    return found;
  }
  if (defs->count >= MODEL_NO_DEF - 1 ||
      (defs->count * 2 >= defs->n_slots && !rehash(defs))) {
    return MODEL_NO_DEF;
  }
  items =
      srv_array_grow(defs->items, &defs->cap, defs->count + 1, sizeof *items);
  if (!items) {
    return MODEL_NO_DEF;
  }
  defs->items = items;
  copy = srv_arena_copy(&defs->arena, path, len);
  if (!copy) {
    return MODEL_NO_DEF;
  }
  defs->items[defs->count] =
      (model_def){.path = {.data = copy, .len = len}, .type = type};
  defs->slots[slot_of(defs, srv_hash(path, len), path, len, type)] =
      (uint32_t)++defs->count;
  return (uint32_t)defs->count - 1;
}

int model_def_compare(const model_def *a, const model_def *b)
{
  size_t common = a->path.len < b->path.len ? a->path.len : b->path.len;
  int order = memcmp(a->path.data, b->path.data, common);
  if (order == 0 && a->path.len != b->path.len) {
    order = a->path.len < b->path.len ? -1 : 1;
  }
  if (order == 0 && a->type != b->type) {
    order = a->type < b->type ? -1 : 1;
  }
  return order;
}

static int compare_pointers(const void *a, const void *b)
{
  return model_def_compare(*(const model_def *const *)a,
                           *(const model_def *const *)b);
}

/* Merges two sorted lists of numbers. */
static void merge(const model_defs *defs, const uint32_t *a, size_t n_a,
                  const model_def *const *b, size_t n_b, uint32_t *out)
{
  size_t i = 0, j = 0;
  while (i < n_a || j < n_b) {
    if (j == n_b ||
        (i < n_a && model_def_compare(&defs->items[a[i]], b[j]) < 0)) {
      *out++ = a[i++];
    } else {
      *out++ = (uint32_t)(b[j++] - defs->items);
    }
  }
}

bool model_defs_sort(model_defs *defs)
{
  size_t n = defs->count - defs->n_sorted;
  const model_def **added;
  uint32_t *sorted;
  if (n == 0 && defs->sorted) {
    return true;
  }
  added = srv_array_new(n, sizeof(const model_def *));
  sorted = srv_array_new(defs->count, sizeof *sorted);
  if (added && sorted) {
    for (size_t i = 0; i < n; i++) {
      added[i] = &defs->items[defs->n_sorted + i];
    }
    qsort(added, n, sizeof(const model_def *), compare_pointers);
    merge(defs, defs->sorted, defs->n_sorted, added, n, sorted);
    free(defs->sorted);
    defs->sorted = sorted;
    defs->n_sorted = defs->count;
    sorted = NULL;
  }
  free(added);
  free(sorted);
  return defs->n_sorted == defs->count && defs->sorted;
}

void model_defs_forget(model_defs *defs)
{
  defs->count = defs->n_sorted;
  fill_slots(defs);
}

static uint32_t add_sys(model_project *project, const char *path,
                        model_type type)
{
  return model_defs_add(&project->defs, path, strlen(path), type);
}

bool model_project_init(model_project *project, const model_ops *ops,
                        const char *workspace, const char *name,
                        const char *key, const char *uuid)
{
  char *identifier = sqlite3_mprintf("%s/%s", workspace, name);
  *project = (model_project){.ops = ops, .visibility = "priv"};
  model_defs_init(&project->defs);
  if (!identifier) {
    return false;
  }
  project->workspace = srv_strdup(workspace);
  project->name = srv_strdup(name);
  project->identifier = srv_strdup(identifier);
  project->key = srv_strdup(key);
  project->uuid = srv_strdup(uuid);
  sqlite3_free(identifier);
  project->def_id = add_sys(project, "sys/id", MODEL_STRING);
  project->def_name = add_sys(project, "sys/name", MODEL_STRING);
  project->def_custom_id = add_sys(project, "sys/custom_run_id", MODEL_STRING);
  project->def_run_uuid =
      add_sys(project, "sys/diagnostics/run_uuid", MODEL_STRING);
  project->def_created = add_sys(project, "sys/creation_time", MODEL_DATETIME);
  return project->workspace && project->name && project->identifier &&
         project->key && project->uuid && project->def_created != MODEL_NO_DEF;
}

void model_project_dispose(model_project *project)
{
  free(project->workspace);
  free(project->name);
  free(project->identifier);
  free(project->key);
  free(project->uuid);
  model_defs_dispose(&project->defs);
}

model_text model_project_text(const model_project *project, size_t run,
                              uint32_t def, srv_arena *arena)
{
  model_value value;
  if (project->ops->value(project, run, def, arena, &value)) {
    return value.as.text;
  }
  return (model_text){.data = "", .len = 0};
}
