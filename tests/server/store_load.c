/* store_load.c: base tables -> memory. Only stored values are read; what can
 * be derived is derived in store_derive.c. */
#include "store_data.h"
#include "store_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The walk over one result. */
typedef struct reader {
  store *from;
  store_project_data *project;
  int64_t project_id; /* of it */
  int64_t first;      /* the runs that are read, by number */
  int64_t last;
  size_t n_runs;        /* in project->runs, seen or not */
  model_type type;      /* of the points that are read */
  int64_t attribute_id; /* of the last point … */
  store_series *series; /* … and where it went */
  sqlite3_stmt *stmt;
  srv_error *err;
} reader;

static bool damaged(reader *r, const char *what)
{
  return srv_error_set(r->err, 500, "STORE", "store is damaged: %s", what);
}

/* Runs sql (project id and numbers of runs bound to ?1, ?2, ?3) and calls
 * each_row until it fails. */
static bool read_rows(reader *r, const char *sql, bool (*each_row)(reader *))
{
  sqlite3 *db = r->from->db;
  int rc = sqlite3_prepare_v2(db, sql, -1, &r->stmt, NULL);
  bool ok = rc == SQLITE_OK;
  if (ok) {
    sqlite3_bind_int64(r->stmt, 1, r->project_id);
    sqlite3_bind_int64(r->stmt, 2, r->first);
    sqlite3_bind_int64(r->stmt, 3, r->last);
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

/* What reading JSON came to. */
static bool check_read(reader *r, store_read result, const char *what)
{
  if (result == STORE_DAMAGED) {
    return damaged(r, what);
  }
  return result == STORE_READ_OK || srv_error_nomem(r->err);
}

/* Column -> value by its type. */
static bool read_value(reader *r, int column, store_attr *attr)
{
  model_value *value = &attr->value;
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
  case MODEL_FILE:
    return check_read(
        r,
        store_value_read((const char *)sqlite3_column_text(r->stmt, column),
                         value, &attr->block),
        "a string set or a file is not what it should be");
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
    "  AND above.project_id = run.project_id), run_id"
    " FROM run JOIN project USING (project_id)"
    " WHERE project_id = ?1 AND number BETWEEN ?2 AND ?3 ORDER BY number";

static bool each_run(reader *r)
{
  store_project_data *project = r->project;
  store_run *runs = srv_array_grow(project->runs, &project->cap_runs,
                                   r->n_runs + 1, sizeof *runs);
  store_run *run;
  if (!runs) {
    return srv_error_nomem(r->err);
  }
  project->runs = runs;
  run = &project->runs[r->n_runs++];
  *run = (store_run){.parent = STORE_NO_RUN,
                     .first_child = STORE_NO_RUN,
                     .next_sibling = STORE_NO_RUN,
                     .previous = STORE_NO_RUN,
                     .next = STORE_NO_RUN,
                     .fork_step = -INFINITY};
  for (int i = 0; i < N_RUN_COLUMNS; i++) {
    store_attr *attr;
    if (sqlite3_column_type(r->stmt, i) == SQLITE_NULL) {
      continue;
    }
    attr = add(r, run, run_columns[i].path, strlen(run_columns[i].path),
               run_columns[i].type);
    if (!attr || !read_value(r, i, attr)) {
      return false;
    }
  }
  run->custom_id = column_text(r, 1);
  run->experiment = column_text(r, 2);
  run->created = sqlite3_column_int64(r->stmt, 3);
  run->pinged = sqlite3_column_int64(r->stmt, 5);
  run->running_seconds = sqlite3_column_double(r->stmt, 15);
  run->uuid = column_text(r, 18).data;
  run->number = sqlite3_column_int64(r->stmt, N_RUN_COLUMNS);
  run->is_fork = sqlite3_column_int(r->stmt, N_RUN_COLUMNS + 1) != 0;
  if (run->is_fork) {
    run->fork_step = sqlite3_column_double(r->stmt, N_RUN_COLUMNS + 2);
    run->parent_number = sqlite3_column_int64(r->stmt, N_RUN_COLUMNS + 3);
  }
  run->id = sqlite3_column_int64(r->stmt, N_RUN_COLUMNS + 4);
  return r->err->status == 0;
}

/* A run that is read, seen or not; NULL if there is none. */
static store_run *run_of(reader *r, int64_t number)
{
  store_project_data *project = r->project;
  if (r->n_runs > project->base.n_runs &&
      project->runs[project->base.n_runs].number == number) {
    return &project->runs[project->base.n_runs];
  }
  return store_run_by_number(project, number);
}

static const char attribute_sql[] =
    "SELECT number, path, type, value, attribute_id FROM attribute"
    " JOIN run USING (run_id)"
    " WHERE project_id = ?1 AND number BETWEEN ?2 AND ?3 ORDER BY number";

static bool each_attribute(reader *r)
{
  store_run *run = run_of(r, sqlite3_column_int64(r->stmt, 0));
  const char *path = (const char *)sqlite3_column_text(r->stmt, 1);
  size_t len = (size_t)sqlite3_column_bytes(r->stmt, 1);
  const char *type_name = (const char *)sqlite3_column_text(r->stmt, 2);
  model_type type;
  store_attr *attr;
  if (!run || !path || !type_name || !model_type_from_sql(type_name, &type)) {
    return damaged(r, "an attribute has an unknown type");
  }
  attr = add(r, run, path, len, type);
  if (!attr) {
    return false;
  }
  attr->id = sqlite3_column_int64(r->stmt, 4);
  if (model_type_is_series(type)) {
    attr->own = store_series_new(type);
    return attr->own ? true : srv_error_nomem(r->err);
  }
  return read_value(r, 3, attr);
}

/* Sets r->series to that of the row; false if there is none. */
static bool find_series(reader *r)
{
  store_run *run =
      store_run_by_number(r->project, sqlite3_column_int64(r->stmt, 1));
  const char *path = (const char *)sqlite3_column_text(r->stmt, 2);
  size_t len = (size_t)sqlite3_column_bytes(r->stmt, 2);
  uint32_t def;
  const store_attr *attr;
  if (!run || !path) {
    return damaged(r, "a point without a series");
  }
  def = model_defs_find(&r->project->base.defs, path, len, r->type);
  attr = store_run_attr(run, def);
  if (!attr || !attr->own) {
    return damaged(r, "a point without a series");
  }
  r->series = attr->own;
  r->attribute_id = sqlite3_column_int64(r->stmt, 0);
  return true;
}

static bool read_point(reader *r, model_point *point)
{
  const char *text;
  model_object *object = NULL;
  store_read result;
  *point =
      (model_point){.step = sqlite3_column_double(r->stmt, 3),
                    .timestamp = sqlite3_column_int64(r->stmt, 4),
                    .is_preview = sqlite3_column_int(r->stmt, 6) != 0,
                    .completion = (float)sqlite3_column_double(r->stmt, 7)};
  if (r->type == MODEL_FLOAT_SERIES) {
    point->value = sqlite3_column_type(r->stmt, 5) == SQLITE_NULL
                       ? NAN
                       : sqlite3_column_double(r->stmt, 5);
    return true;
  }
  text = (const char *)sqlite3_column_text(r->stmt, 5);
  result = store_object_read(r->type, text,
                             (size_t)sqlite3_column_bytes(r->stmt, 5), &object);
  point->object = object;
  return check_read(r, result, "a point's value is not what it should be");
}

static bool each_point(reader *r)
{
  store_series *series;
  model_point *points;
  if ((!r->series || sqlite3_column_int64(r->stmt, 0) != r->attribute_id) &&
      !find_series(r)) {
    return false;
  }
  series = r->series;
  points = srv_array_grow(series->points, &series->cap, series->count + 1,
                          sizeof *points);
  if (!points) {
    return srv_error_nomem(r->err);
  }
  series->points = points;
  if (!read_point(r, &points[series->count])) {
    return false;
  }
  series->previews += points[series->count++].is_preview;
  return true;
}

/* Points of one type of series. */
static bool read_points(reader *r, model_type type, const char *table)
{
  char *sql = sqlite3_mprintf(
      "SELECT attribute_id, number, path, step, point.timestamp, point.value,"
      " is_preview, completion FROM %s AS point JOIN attribute"
      " USING (attribute_id) JOIN run USING (run_id)"
      " WHERE project_id = ?1 AND number BETWEEN ?2 AND ?3 AND type = '%q'"
      " ORDER BY attribute_id, step",
      table, model_type_sql_name(type));
  bool ok;
  r->type = type;
  r->series = NULL;
  ok = sql ? read_rows(r, sql, each_point) : srv_error_nomem(r->err);
  sqlite3_free(sql);
  return ok;
}

static bool read_all_points(reader *r)
{
  return read_points(r, MODEL_FLOAT_SERIES, "float_point") &&
         read_points(r, MODEL_STRING_SERIES, "string_point") &&
         read_points(r, MODEL_HISTOGRAM_SERIES, "histogram_point") &&
         read_points(r, MODEL_FILE_SERIES, "file_point");
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
  project->cap_uuids = project->cap_custom_ids = n;
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
static bool link_parent(reader *r, store_run *run)
{
  store_run *parent;
  if (!run->is_fork) {
    return true;
  }
  parent = store_run_by_number(r->project, run->parent_number);
  if (!parent) {
    return damaged(r, "a fork's parent is not in its project");
  }
  run->parent = (size_t)(parent - r->project->runs);
  return true;
}

static bool link_parents(reader *r)
{
  for (size_t i = 0; i < r->project->base.n_runs; i++) {
    if (!link_parent(r, &r->project->runs[i])) {
      return false;
    }
    store_run_sort(&r->project->runs[i]);
  }
  return true;
}

static void count_definitions(store_project_data *project, const store_run *run)
{
  for (size_t i = 0; i < run->n_attrs; i++) {
    project->base.defs.items[run->attrs[i].def].runs++;
  }
}

static bool derive(reader *r)
{
  store_project_data *project = r->project;
  if (!store_resolve(project, r->err)) {
    return false;
  }
  if (!store_link(project) || !index_names(project)) {
    return srv_error_nomem(r->err);
  }
  for (size_t i = 0; i < project->base.n_runs; i++) {
    if (!store_add_derived(project, &project->runs[i])) {
      return srv_error_nomem(r->err);
    }
    count_definitions(project, &project->runs[i]);
  }
  return model_defs_sort(&project->base.defs) || srv_error_nomem(r->err);
}

static bool load_runs(reader *r)
{
  bool ok = read_rows(r, run_sql, each_run);
  r->project->base.n_runs = r->n_runs;
  return ok && read_rows(r, attribute_sql, each_attribute) && link_parents(r) &&
         read_all_points(r) && derive(r);
}

static bool each_project(reader *r)
{
  store_project_data *project = srv_array_new(1, sizeof *project);
  const char *text[4];
  if (!project || pthread_mutex_init(&project->summaries, NULL) != 0) {
    free(project);
    return srv_error_nomem(r->err);
  }
  r->project = project;
  srv_arena_init(&project->arena);
  for (int i = 0; i < 4; i++) {
    text[i] = (const char *)sqlite3_column_text(r->stmt, i);
    if (!text[i]) {
      return srv_error_nomem(r->err);
    }
  }
  project->project_id = r->project_id;
  project->base.creation_time = 0;
  if (!model_project_init(&project->base, &store_ops, text[0], text[1], text[2],
                          text[3])) {
    return srv_error_nomem(r->err);
  }
  project->base.visibility = srv_arena_copy(
      &project->arena, (const char *)sqlite3_column_text(r->stmt, 4),
      (size_t)sqlite3_column_bytes(r->stmt, 4));
  return project->base.visibility ? true : srv_error_nomem(r->err);
}

store_project_data *store_load_project(store *from, int64_t project_id,
                                       srv_error *err)
{
  reader r = {
      .from = from, .project_id = project_id, .last = INT64_MAX, .err = err};
  if (read_rows(&r,
                "SELECT workspace, name, key, uuid, visibility FROM project"
                " WHERE project_id = ?1",
                each_project) &&
      r.project && load_runs(&r)) {
    return r.project;
  }
  if (r.project) {
    store_project_free(r.project);
  }
  return NULL;
}

static bool each_id(reader *r)
{
  store *from = r->from;
  store_project_data **projects =
      srv_array_grow(from->projects, &from->cap, from->count + 1,
                     sizeof(store_project_data *));
  if (!projects) {
    return srv_error_nomem(r->err);
  }
  from->projects = projects;
  projects[from->count] =
      store_load_project(from, sqlite3_column_int64(r->stmt, 0), r->err);
  from->count += projects[from->count] != NULL;
  return r->err->status == 0;
}

bool store_load(store *from, srv_error *err)
{
  reader r = {.from = from, .err = err};
  return read_rows(&r, "SELECT project_id FROM project ORDER BY project_id",
                   each_id);
}

/* Room for the names of one run more. */
static bool reserve_names(store_project_data *project)
{
  size_t need = project->base.n_runs + 1;
  store_name *uuids = srv_array_grow(project->by_uuid, &project->cap_uuids,
                                     need, sizeof *uuids);
  store_name *custom;
  if (!uuids) {
    return false;
  }
  project->by_uuid = uuids;
  custom = srv_array_grow(project->by_custom_id, &project->cap_custom_ids, need,
                          sizeof *custom);
  if (!custom) {
    return false;
  }
  project->by_custom_id = custom;
  return true;
}

/* What the new run is to the runs before it. */
static void place(store_project_data *project, store_run *run)
{
  const store_run *before;
  run->resolved = true;
  if (run->parent != STORE_NO_RUN) {
    run->depth = project->runs[run->parent].depth + 1;
  }
  if (!run->experiment.data) {
    return;
  }
  run->is_head = true;
  run->experiment_seconds = run->running_seconds;
  for (size_t i = project->base.n_runs; i > 0; i--) {
    before = &project->runs[i - 1];
    if (before->experiment.data &&
        strcmp(before->experiment.data, run->experiment.data) == 0) {
      run->previous = i - 1;
      run->experiment_seconds += before->experiment_seconds;
      return;
    }
  }
}

static bool load_run(reader *r)
{
  store_project_data *project = r->project;
  store_run *run;
  if (!read_rows(r, run_sql, each_run) ||
      !read_rows(r, attribute_sql, each_attribute)) {
    return false;
  }
  run = &project->runs[project->base.n_runs];
  store_run_sort(run);
  if (!link_parent(r, run)) {
    return false;
  }
  place(project, run);
  if ((run->parent != STORE_NO_RUN && !store_inherit(project, run)) ||
      !store_add_derived(project, run) || !reserve_names(project) ||
      !model_defs_sort(&project->base.defs)) {
    return srv_error_nomem(r->err);
  }
  return true;
}

bool store_load_run(store *from, store_project_data *project, int64_t number,
                    srv_error *err)
{
  reader r = {.from = from,
              .project = project,
              .project_id = project->project_id,
              .first = number,
              .last = number,
              .n_runs = project->base.n_runs,
              .err = err};
  if (load_run(&r)) {
    return true;
  }
  if (r.n_runs > project->base.n_runs) {
    store_run_dispose(&project->runs[project->base.n_runs]);
  }
  model_defs_forget(&project->base.defs);
  return false;
}

static void insert_name(store_name *names, size_t count, store_name name)
{
  size_t at = count;
  while (at > 0 && strcmp(names[at - 1].name, name.name) > 0) {
    names[at] = names[at - 1];
    at--;
  }
  names[at] = name;
}

void store_run_publish(store_project_data *project)
{
  size_t index = project->base.n_runs++;
  store_run *run = &project->runs[index];
  store_attr *head;
  insert_name(project->by_uuid, index,
              (store_name){.name = run->uuid, .run = index});
  insert_name(project->by_custom_id, index,
              (store_name){.name = run->custom_id.data, .run = index});
  if (run->parent != STORE_NO_RUN) {
    run->next_sibling = project->runs[run->parent].first_child;
    project->runs[run->parent].first_child = index;
  }
  if (run->previous != STORE_NO_RUN) {
    store_run *before = &project->runs[run->previous];
    before->next = index;
    before->is_head = false;
    head = store_run_attr(before, model_defs_find(&project->base.defs,
                                                  "sys/experiment/is_head", 22,
                                                  MODEL_BOOL));
    if (head) {
      head->value.as.integer = 0;
    }
  }
  count_definitions(project, run);
  project->base.version++;
}

void store_run_dispose(store_run *run)
{
  for (size_t i = 0; i < run->n_attrs; i++) {
    store_series *own = run->attrs[i].own;
    for (size_t j = 0; own && own->holds_objects && j < own->count; j++) {
      free((void *)(uintptr_t)own->points[j].object);
    }
    if (own) {
      free(own->points);
    }
    free(own);
    free(run->attrs[i].block);
  }
  free(run->attrs);
}

void store_project_free(store_project_data *project)
{
  for (size_t i = 0; i < project->base.n_runs; i++) {
    store_run_dispose(&project->runs[i]);
  }
  free(project->runs);
  free(project->by_uuid);
  free(project->by_custom_id);
  srv_arena_dispose(&project->arena);
  pthread_mutex_destroy(&project->summaries);
  model_project_dispose(&project->base);
  free(project);
}
