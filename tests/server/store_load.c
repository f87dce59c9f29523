/* store_load.c: base tables -> memory. Only stored values are read; what can
 * be derived is derived in store_run.c. */
#include "store_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

/* The walk over one result. */
typedef struct reader {
  store *from;
  store_project_data *project;
  int64_t project_id; /* of it */
  sqlite3_stmt *stmt;
  srv_error *err;
} reader;

static bool damaged(reader *r, const char *what)
{
  return srv_error_set(r->err, 500, "STORE", "store is damaged: %s", what);
}

/* Runs sql (project id bound to ?1) and calls each_row until it fails. */
static bool read_rows(reader *r, const char *sql, bool (*each_row)(reader *))
{
  sqlite3 *db = r->from->db;
  int rc = sqlite3_prepare_v2(db, sql, -1, &r->stmt, NULL);
  bool ok = rc == SQLITE_OK;
  if (ok) {
    sqlite3_bind_int64(r->stmt, 1, r->project_id); /* fails without ?1 */
  }
  while (ok && (rc = sqlite3_step(r->stmt)) == SQLITE_ROW) {
    ok = each_row(r);
  }
  if (r->err->status == 0 && rc != SQLITE_DONE) {
    damaged(r, sqlite3_errmsg(db));
  }
  sqlite3_finalize(r->stmt);
  r->stmt = NULL;
  return r->err->status == 0;
}

static model_text column_text(reader *r, int column)
{
  const char *text = (const char *)sqlite3_column_text(r->stmt, column);
  size_t len = (size_t)sqlite3_column_bytes(r->stmt, column);
  model_text copy = {.data = NULL, .len = len};
  if (text) {
    copy.data = srv_arena_copy(&r->project->arena, text, len);
    if (!copy.data) {
      srv_error_nomem(r->err);
    }
  }
  return copy;
}

static int compare_texts(const void *a, const void *b)
{
  const model_text *x = a, *y = b;
  int order = memcmp(x->data, y->data, x->len < y->len ? x->len : y->len);
  return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* A JSON array of strings -> a sorted set without doubles. */
static bool read_set(reader *r, const char *json, model_value *value)
{
  cJSON *array = json ? cJSON_Parse(json) : NULL;
  const cJSON *item;
  size_t size = (size_t)cJSON_GetArraySize(array), count = 0, distinct = 0;
  model_text *items =
      srv_arena_array(&r->project->arena, size + 1, sizeof *items);
  if (!array || !items) {
    cJSON_Delete(array);
    return srv_error_nomem(r->err);
  }
  cJSON_ArrayForEach(item, array)
  {
    if (!cJSON_IsString(item)) {
      cJSON_Delete(array);
      return damaged(r, "a string set holds something else");
    }
    items[count].len = strlen(item->valuestring);
    items[count].data =
        srv_arena_copy(&r->project->arena, item->valuestring, items[count].len);
    if (!items[count++].data) {
      cJSON_Delete(array);
      return srv_error_nomem(r->err);
    }
  }
  cJSON_Delete(array);
  qsort(items, count, sizeof *items, compare_texts);
  for (size_t i = 0; i < count; i++) {
    if (distinct == 0 || compare_texts(&items[i], &items[distinct - 1]) != 0) {
      items[distinct++] = items[i];
    }
  }
  value->as.set.items = items;
  value->as.set.count = distinct;
  return true;
}

static bool read_file(reader *r, const char *json, model_value *value)
{
  cJSON *object = json ? cJSON_Parse(json) : NULL;
  const cJSON *path = cJSON_GetObjectItemCaseSensitive(object, "path");
  const cJSON *size = cJSON_GetObjectItemCaseSensitive(object, "size_bytes");
  const cJSON *mime = cJSON_GetObjectItemCaseSensitive(object, "mime_type");
  bool ok =
      cJSON_IsString(path) && cJSON_IsNumber(size) && cJSON_IsString(mime);
  model_file *file = &value->as.file;
  if (ok) {
    file->path.len = strlen(path->valuestring);
    file->path.data =
        srv_arena_copy(&r->project->arena, path->valuestring, file->path.len);
    file->mime_type.len = strlen(mime->valuestring);
    file->mime_type.data = srv_arena_copy(&r->project->arena, mime->valuestring,
                                          file->mime_type.len);
    file->size_bytes = (int64_t)size->valuedouble;
  }
  cJSON_Delete(object);
  if (!ok) {
    return damaged(r, "a file lacks path, size_bytes or mime_type");
  }
  return (file->path.data && file->mime_type.data) || srv_error_nomem(r->err);
}

/* Column -> value by its type. */
static bool read_value(reader *r, int column, model_value *value)
{
  bool is_null = sqlite3_column_type(r->stmt, column) == SQLITE_NULL;
  switch (value->type) {
  case MODEL_FLOAT:
    value->as.real = is_null ? NAN : sqlite3_column_double(r->stmt, column);
    return true;
  case MODEL_INT:
  case MODEL_BOOL:
  case MODEL_DATETIME:
    value->as.integer = sqlite3_column_int64(r->stmt, column);
    return true;
  case MODEL_STRING:
  case MODEL_EXPERIMENT_STATE:
    value->as.text = column_text(r, column);
    return value->as.text.data != NULL;
  case MODEL_STRING_SET:
    return read_set(r, (const char *)sqlite3_column_text(r->stmt, column),
                    value);
  case MODEL_FILE:
    return read_file(r, (const char *)sqlite3_column_text(r->stmt, column),
                     value);
  case MODEL_FLOAT_SERIES:
  case MODEL_STRING_SERIES:
  case MODEL_FILE_SERIES:
  case MODEL_HISTOGRAM_SERIES:
  case MODEL_COMPLEX:
  case MODEL_GIT_REF:
  case MODEL_ARTIFACT:
  case MODEL_TYPES:
    break;
  }
  return true;
}

static store_attr *add(reader *r, store_run *run, const char *path, size_t len,
                       model_type type)
{
  uint32_t def = model_defs_add(&r->project->base.defs, path, len, type);
  store_attr *attr = def == MODEL_NO_DEF ? NULL : store_run_add(run, def, type);
  if (!attr) {
    srv_error_nomem(r->err);
  }
  return attr;
}

/* The sys attributes that are columns of run, in the order of run_sql. */
static const struct {
  const char *path;
  model_type type;
} run_columns[] = {
    {"sys/id", MODEL_STRING},
    {"sys/custom_run_id", MODEL_STRING},
    {"sys/name", MODEL_STRING},
    {"sys/creation_time", MODEL_DATETIME},
    {"sys/modification_time", MODEL_DATETIME},
    {"sys/ping_time", MODEL_DATETIME},
    {"sys/owner", MODEL_STRING},
    {"sys/description", MODEL_STRING},
    {"sys/state", MODEL_EXPERIMENT_STATE},
    {"sys/tags", MODEL_STRING_SET},
    {"sys/group_tags", MODEL_STRING_SET},
    {"sys/failed", MODEL_BOOL},
    {"sys/archived", MODEL_BOOL},
    {"sys/trashed", MODEL_BOOL},
    {"sys/family", MODEL_STRING},
    {"sys/running_time_seconds", MODEL_FLOAT},
    {"sys/size", MODEL_INT},
    {"sys/diagnostics/project_uuid", MODEL_STRING},
    {"sys/diagnostics/run_uuid", MODEL_STRING},
    {"sys/experiment/name", MODEL_STRING},
};
enum { N_RUN_COLUMNS = sizeof run_columns / sizeof run_columns[0] };

static const char run_sql[] =
    "SELECT project.key || '-' || number, custom_run_id, experiment,"
    " creation_time, modification_time, ping_time, owner, description, state,"
    " tags, group_tags, failed, archived, archived,"
    " ifnull(family, custom_run_id), running_time_seconds, size,"
    " project.uuid, run.uuid, experiment,"
    " number, parent IS NOT NULL, fork_step,"
    " (SELECT above.number FROM run AS above WHERE above.run_id = run.parent"
    "  AND above.project_id = run.project_id)"
    " FROM run JOIN project USING (project_id)"
    " WHERE project_id = ?1 ORDER BY number";

static bool each_run(reader *r)
{
  store_project_data *project = r->project;
  store_run *runs = srv_array_grow(project->runs, &project->cap_runs,
                                   project->base.n_runs + 1, sizeof *runs);
  store_run *run;
  if (!runs) {
    return srv_error_nomem(r->err);
  }
  project->runs = runs;
  run = &project->runs[project->base.n_runs++];
  *run = (store_run){.parent = STORE_NO_RUN, .fork_step = -INFINITY};
  for (int i = 0; i < N_RUN_COLUMNS; i++) {
    store_attr *attr;
    if (sqlite3_column_type(r->stmt, i) == SQLITE_NULL) {
      continue;
    }
    attr = add(r, run, run_columns[i].path, strlen(run_columns[i].path),
               run_columns[i].type);
    if (!attr || !read_value(r, i, &attr->value)) {
      return false;
    }
  }
  run->custom_id = column_text(r, 1);
  run->experiment = column_text(r, 2);
  run->created = sqlite3_column_int64(r->stmt, 3);
  run->running_seconds = sqlite3_column_double(r->stmt, 15);
  run->uuid = column_text(r, 18).data;
  run->number = sqlite3_column_int64(r->stmt, N_RUN_COLUMNS);
  run->is_fork = sqlite3_column_int(r->stmt, N_RUN_COLUMNS + 1) != 0;
  if (run->is_fork) {
    run->fork_step = sqlite3_column_double(r->stmt, N_RUN_COLUMNS + 2);
    run->parent_number = sqlite3_column_int64(r->stmt, N_RUN_COLUMNS + 3);
  }
  return r->err->status == 0;
}

static const char attribute_sql[] =
    "SELECT number, path, type, value, attribute_id FROM attribute"
    " JOIN run USING (run_id) WHERE project_id = ?1 ORDER BY number";

static bool each_attribute(reader *r)
{
  store_run *run =
      store_run_by_number(r->project, sqlite3_column_int64(r->stmt, 0));
  const char *path = (const char *)sqlite3_column_text(r->stmt, 1);
  size_t len = (size_t)sqlite3_column_bytes(r->stmt, 1);
  const char *type_name = (const char *)sqlite3_column_text(r->stmt, 2);
  model_type type;
  store_attr *attr;
  if (!path || !type_name || !model_type_from_sql(type_name, &type)) {
    return damaged(r, "an attribute has an unknown type");
  }
  attr = add(r, run, path, len, type);
  if (!attr) {
    return false;
  }
  if (type == MODEL_FLOAT_SERIES) {
    attr->own = srv_arena_alloc(&r->project->arena, sizeof *attr->own);
    return attr->own ? true : srv_error_nomem(r->err);
  }
  return read_value(r, 3, &attr->value);
}

static const char point_sql[] =
    "SELECT number, path, step, float_point.timestamp, float_point.value,"
    " is_preview, completion FROM float_point JOIN attribute"
    " USING (attribute_id) JOIN run USING (run_id)"
    " WHERE project_id = ?1 AND type = 'float_series'"
    " ORDER BY attribute_id, step";

static bool each_point(reader *r)
{
  store_run *run =
      store_run_by_number(r->project, sqlite3_column_int64(r->stmt, 0));
  const char *path = (const char *)sqlite3_column_text(r->stmt, 1);
  size_t len = (size_t)sqlite3_column_bytes(r->stmt, 1);
  uint32_t def =
      model_defs_find(&r->project->base.defs, path, len, MODEL_FLOAT_SERIES);
  store_attr *attr = store_run_attr(run, def);
  store_series *series;
  model_point *points;
  if (!attr || !attr->own) {
    return damaged(r, "a point without a series");
  }
  series = attr->own;
  points = srv_array_grow(series->points, &series->cap, series->count + 1,
                          sizeof *points);
  if (!points) {
    return srv_error_nomem(r->err);
  }
  series->points = points;
  series->points[series->count++] =
      (model_point){.step = sqlite3_column_double(r->stmt, 2),
                    .timestamp = sqlite3_column_int64(r->stmt, 3),
                    .value = sqlite3_column_type(r->stmt, 4) == SQLITE_NULL
                                 ? NAN
                                 : sqlite3_column_double(r->stmt, 4),
                    .is_preview = sqlite3_column_int(r->stmt, 5) != 0,
                    .completion = (float)sqlite3_column_double(r->stmt, 6)};
  series->previews += sqlite3_column_int(r->stmt, 5) != 0;
  return true;
}

static int compare_names(const void *a, const void *b)
{
  return strcmp(((const store_name *)a)->name, ((const store_name *)b)->name);
}

static bool index_names(store_project_data *project)
{
  size_t n = project->base.n_runs;
  store_name *uuids = srv_array_new(n, sizeof *uuids);
  store_name *custom = srv_array_new(n, sizeof *custom);
  project->by_uuid = uuids;
  project->by_custom_id = custom;
  if (!uuids || !custom) {
    return false;
  }
  for (size_t i = 0; i < n; i++) {
    const store_run *run = &project->runs[i];
    uuids[i] = (store_name){.name = run->uuid, .run = i};
    custom[i] = (store_name){.name = run->custom_id.data, .run = i};
  }
  qsort(uuids, n, sizeof *uuids, compare_names);
  qsort(custom, n, sizeof *custom, compare_names);
  return true;
}

/* parent_number -> parent. A parent in another project is damage. */
static bool link_parents(reader *r)
{
  for (size_t i = 0; i < r->project->base.n_runs; i++) {
    store_run *run = &r->project->runs[i];
    if (run->is_fork) {
      store_run *parent = store_run_by_number(r->project, run->parent_number);
      if (!parent) {
        return damaged(r, "a fork's parent is not in its project");
      }
      run->parent = (size_t)(parent - r->project->runs);
    }
  }
  return true;
}

static void sort_runs(store_project_data *project)
{
  for (size_t i = 0; i < project->base.n_runs; i++) {
    store_run_sort(&project->runs[i]);
  }
}

static void count_definitions(store_project_data *project)
{
  for (size_t i = 0; i < project->base.defs.count; i++) {
    project->base.defs.items[i].runs = 0;
  }
  for (size_t i = 0; i < project->base.n_runs; i++) {
    for (size_t j = 0; j < project->runs[i].n_attrs; j++) {
      project->base.defs.items[project->runs[i].attrs[j].def].runs++;
    }
  }
}

static bool load_project(reader *r)
{
  store_project_data *project = r->project;
  if (!read_rows(r, run_sql, each_run) ||
      !read_rows(r, attribute_sql, each_attribute) || !link_parents(r)) {
    return false;
  }
  sort_runs(project);
  if (!read_rows(r, point_sql, each_point) || !store_resolve(project, r->err)) {
    return false;
  }
  if (!store_add_derived(project) || !index_names(project)) {
    return srv_error_nomem(r->err);
  }
  sort_runs(project);
  count_definitions(project);
  return model_defs_sort(&project->base.defs) || srv_error_nomem(r->err);
}

static bool each_project(reader *r)
{
  store *from = r->from;
  store_project_data *project = srv_array_new(1, sizeof *project);
  store_project_data **projects =
      srv_array_grow(from->projects, &from->cap, from->count + 1,
                     sizeof(store_project_data *));
  const char *text[4];
  if (projects) {
    from->projects = projects;
  }
  if (!project || !projects) {
    free(project);
    return srv_error_nomem(r->err);
  }
  from->projects[from->count++] = project;
  srv_arena_init(&project->arena);
  for (int i = 0; i < 4; i++) {
    text[i] = (const char *)sqlite3_column_text(r->stmt, i);
    if (!text[i]) {
      return srv_error_nomem(r->err);
    }
  }
  project->project_id = sqlite3_column_int64(r->stmt, 4);
  return model_project_init(&project->base, &store_ops, text[0], text[1],
                            text[2], text[3]) ||
         srv_error_nomem(r->err);
}

bool store_load(store *from, srv_error *err)
{
  reader r = {.from = from, .err = err};
  if (!read_rows(&r,
                 "SELECT workspace, name, key, uuid, project_id FROM project"
                 " ORDER BY project_id",
                 each_project)) {
    return false;
  }
  for (size_t i = 0; i < from->count; i++) {
    r.project = from->projects[i];
    r.project_id = r.project->project_id;
    if (!load_project(&r)) {
      return false;
    }
  }
  return true;
}

void store_project_free(store_project_data *project)
{
  for (size_t i = 0; i < project->base.n_runs; i++) {
    store_run *run = &project->runs[i];
    for (size_t j = 0; j < run->n_attrs; j++) {
      if (run->attrs[j].own) {
        free(run->attrs[j].own->points);
      }
    }
    free(run->attrs);
  }
  free(project->runs);
  free(project->by_uuid);
  free(project->by_custom_id);
  srv_arena_dispose(&project->arena);
  model_project_dispose(&project->base);
  free(project);
}
