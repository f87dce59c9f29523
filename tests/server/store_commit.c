/* store_commit.c: makes the changes of a batch. First memory gets room for
 * all of them, then they are committed, then memory shows them, which cannot
 * fail any more. */
#include "store_batch.h"
#include "store_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_SUBMISSIONS = 100000 };

/* ---- room ---- */

static store_run *run_of(const store_batch *batch)
{
  return &batch->project->runs[batch->run];
}

/* The next run of the forks of `root`, each after its parent; STORE_NO_RUN at
 * the end. deeper: also those of `at` itself. */
static size_t next_fork(const store_project_data *project, size_t root,
                        size_t at, bool deeper)
{
  if (deeper && project->runs[at].first_child != STORE_NO_RUN) {
    return project->runs[at].first_child;
  }
  while (at != root) {
    if (project->runs[at].next_sibling != STORE_NO_RUN) {
      return project->runs[at].next_sibling;
    }
    at = project->runs[at].parent;
  }
  return STORE_NO_RUN;
}

static bool reserve_attrs(store_run *run, size_t more)
{
  store_attr *attrs = srv_array_grow(run->attrs, &run->cap_attrs,
                                     run->n_attrs + more, sizeof *attrs);
  if (attrs) {
    run->attrs = attrs;
  }
  return attrs || more == 0;
}

static bool reserve_points(store_batch *batch, staged *item)
{
  size_t need = item->points.count + item->previews.count + item->committed;
  store_series *own = item->made;
  model_point *points;
  if (item->own) {
    own = store_run_attr(run_of(batch), item->def)->own;
  } else if (!own) {
    own = item->made = store_series_new(item->type);
  }
  if (!own) {
    return false;
  }
  points = srv_array_grow(own->points, &own->cap, need, sizeof *points);
  if (points) {
    own->points = points;
  }
  return points || need == 0;
}

/* Room in memory for all that the batch changes. The gate is held as writer.
 * Definitions that no run has come to no harm. */
static bool reserve(store_batch *batch)
{
  store_project_data *project = batch->project;
  size_t n_new = 0, n_series = 0, at;
  for (size_t i = 0; i < batch->count; i++) {
    staged *item = &batch->items[i];
    item->def = model_defs_add(&project->base.defs, item->path.data,
                               item->path.len, item->type);
    n_new += !item->exists;
    n_series += model_type_is_series(item->type);
    if (item->def == MODEL_NO_DEF ||
        (model_type_is_series(item->type) && !reserve_points(batch, item))) {
      return false;
    }
  }
  if (!reserve_attrs(run_of(batch), n_new)) {
    return false;
  }
  at = next_fork(project, batch->run, batch->run, true);
  while (n_series > 0 && at != STORE_NO_RUN) {
    if (!reserve_attrs(&project->runs[at], n_series)) {
      return false;
    }
    at = next_fork(project, batch->run, at, true);
  }
  return model_defs_sort(&project->base.defs);
}

/* ---- disk ---- */

static void bind_real(sqlite3_stmt *stmt, int at, double value)
{
  if (isnan(value)) {
    sqlite3_bind_null(stmt, at);
  } else {
    sqlite3_bind_double(stmt, at, value);
  }
}

static void bind_text(sqlite3_stmt *stmt, int at, model_text text)
{
  sqlite3_bind_text64(stmt, at, text.data, text.len, SQLITE_TRANSIENT,
                      SQLITE_UTF8);
}

/* Binds JSON from malloc, or nothing and false. */
static bool bind_json(sqlite3_stmt *stmt, int at, char *json)
{
  if (json) {
    sqlite3_bind_text(stmt, at, json, -1, free);
  }
  return json != NULL;
}

static bool bind_value(sqlite3_stmt *stmt, int at, const model_value *value)
{
  if (value->type == MODEL_FLOAT) {
    bind_real(stmt, at, value->as.real);
  } else if (value->type == MODEL_STRING) {
    bind_text(stmt, at, value->as.text);
  } else if (value->type == MODEL_STRING_SET) {
    return bind_json(stmt, at, store_json_set(value));
  } else if (value->type == MODEL_FILE) {
    return bind_json(stmt, at, store_json_file(&value->as.file));
  } else if (!model_type_is_series(value->type)) {
    sqlite3_bind_int64(stmt, at, value->as.integer);
  }
  return true;
}

static bool bind_point(sqlite3_stmt *stmt, model_type type,
                       const model_point *point)
{
  sqlite3_bind_double(stmt, 2, point->step);
  sqlite3_bind_int64(stmt, 3, point->timestamp);
  sqlite3_bind_int(stmt, 5, point->is_preview);
  sqlite3_bind_double(stmt, 6, (double)point->completion);
  if (type == MODEL_FLOAT_SERIES) {
    bind_real(stmt, 4, point->value);
    return true;
  }
  if (type == MODEL_STRING_SERIES) {
    bind_text(stmt, 4, point->object->text);
    return true;
  }
  return bind_json(stmt, 4,
                   type == MODEL_FILE_SERIES
                       ? store_json_file(&point->object->file)
                       : store_json_histogram(&point->object->histogram));
}

/* The statements of a type of series. */
static store_statement adding(model_type type)
{
  return type == MODEL_STRING_SERIES      ? STORE_ADD_STRING
         : type == MODEL_HISTOGRAM_SERIES ? STORE_ADD_HISTOGRAM
         : type == MODEL_FILE_SERIES      ? STORE_ADD_FILE
                                          : STORE_ADD_FLOAT;
}

static store_statement dropping(model_type type)
{
  return type == MODEL_STRING_SERIES      ? STORE_DROP_STRINGS
         : type == MODEL_HISTOGRAM_SERIES ? STORE_DROP_HISTOGRAMS
         : type == MODEL_FILE_SERIES      ? STORE_DROP_FILES
                                          : STORE_DROP_FLOATS;
}

static bool write_points(store *in, const staged *item,
                         const staged_points *points)
{
  sqlite3_stmt *stmt = store_sql(in, adding(item->type));
  bool ok = stmt != NULL;
  for (size_t i = 0; ok && i < points->count; i++) {
    sqlite3_bind_int64(stmt, 1, item->id);
    ok = bind_point(stmt, item->type, &points->items[i]);
    ok = store_sql_run(stmt) && ok;
  }
  return ok;
}

static bool write_attribute(store_batch *batch, staged *item)
{
  store *in = batch->in;
  model_type sys_type;
  store_statement sys = store_sys_statement(item->path, &sys_type);
  bool is_sys = sys != STORE_STATEMENTS, is_new = !is_sys && item->id == 0;
  sqlite3_stmt *stmt;
  bool ok;
  if (model_type_is_series(item->type) && !is_new) {
    return true;
  }
  stmt = store_sql(in, is_sys   ? sys
                       : is_new ? STORE_ADD_ATTRIBUTE
                                : STORE_SET_ATTRIBUTE);
  if (!stmt) {
    return false;
  }
  sqlite3_bind_int64(stmt, 1, is_sys || is_new ? run_of(batch)->id : item->id);
  if (is_new) {
    bind_text(stmt, 3, item->path);
    sqlite3_bind_text(stmt, 4, model_type_sql_name(item->type), -1,
                      SQLITE_STATIC);
  }
  ok = bind_value(stmt, 2, &item->value);
  ok = store_sql_run(stmt) && ok;
  if (ok && is_new) {
    item->id = sqlite3_last_insert_rowid(in->db);
  }
  return ok;
}

static bool write_item(store_batch *batch, staged *item)
{
  store *in = batch->in;
  bool ok = write_attribute(batch, item);
  if (ok && item->previews_change) {
    sqlite3_stmt *stmt = store_sql(in, dropping(item->type));
    sqlite3_bind_int64(stmt, 1, item->id); /* fails without stmt */
    ok = store_sql_run(stmt);
  }
  ok = ok && write_points(in, item, &item->points);
  return ok &&
         (!item->previews_change || write_points(in, item, &item->previews));
}

static bool touch(store_batch *batch)
{
  sqlite3_stmt *stmt = store_sql(batch->in, STORE_TOUCH_RUN);
  if (stmt) {
    sqlite3_bind_int64(stmt, 1, run_of(batch)->id);
    sqlite3_bind_int64(stmt, 2, batch->now);
    sqlite3_bind_double(stmt, 3, batch->running_seconds);
  }
  return store_sql_run(stmt);
}

/* Also forgets a submission of long ago. */
bool store_write_submission(store *in, const char *request_id,
                            const ingest_outcome *outcome)
{
  sqlite3_stmt *stmt = store_sql(in, STORE_ADD_SUBMISSION);
  sqlite3_str *text = sqlite3_str_new(NULL);
  char *json;
  const char *comma = "";
  bool ok;
  sqlite3_str_appendall(text, "[");
  for (int code = 0; code < INGEST_CODES; code++) {
    if (outcome->counts[code] > 0) {
      sqlite3_str_appendf(text, "%s[%d, %lld]", comma, code,
                          (long long)outcome->counts[code]);
      comma = ", ";
    }
  }
  sqlite3_str_appendall(text, "]");
  json = sqlite3_str_finish(text);
  if (stmt && json) {
    sqlite3_bind_text(stmt, 1, request_id, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, json, -1, SQLITE_STATIC);
  }
  ok = json && store_sql_run(stmt);
  sqlite3_free(json);
  stmt = ok ? store_sql(in, STORE_FORGET_SUBMISSIONS) : NULL;
  if (stmt) {
    sqlite3_bind_int64(stmt, 1,
                       sqlite3_last_insert_rowid(in->db) - KEPT_SUBMISSIONS);
  }
  return ok && store_sql_run(stmt);
}

bool store_write_failed(const store *in, srv_error *err)
{
  return srv_error_set(err, 503, "STORE", "the store cannot be written: %s",
                       sqlite3_errmsg(in->db));
}

static int compare_items(const void *a, const void *b)
{
  const staged *x = a, *y = b;
  return store_text_compare(&x->path, &y->path);
}

/* In the order of the table's index, which is faster. */
static void sort_items(store_batch *batch)
{
  if (batch->count > 0) {
    qsort(batch->items, batch->count, sizeof *batch->items, compare_items);
  }
}

static bool write_all(store_batch *batch, const char *request_id,
                      srv_error *err)
{
  store *in = batch->in;
  bool ok = store_sql_do(in, STORE_BEGIN);
  sort_items(batch);
  for (size_t i = 0; ok && i < batch->count; i++) {
    ok = write_item(batch, &batch->items[i]);
  }
  ok = ok && (batch->count == 0 || touch(batch)) &&
       store_write_submission(in, request_id, &batch->outcome) &&
       store_sql_do(in, STORE_COMMIT);
  if (!ok) {
    store_write_failed(in, err);
    store_sql_do(in, STORE_ROLLBACK);
  }
  return ok;
}

/* ---- memory ---- */

static void set_real(const store_project_data *project, const store_run *run,
                     const char *path, double value)
{
  store_attr *attr =
      store_run_attr(run, model_defs_find(&project->base.defs, path,
                                          strlen(path), MODEL_FLOAT));
  if (attr) {
    attr->value.as.real = value;
  }
}

static void set_integer(const store_project_data *project, const store_run *run,
                        const char *path, model_type type, int64_t value)
{
  store_attr *attr = store_run_attr(
      run, model_defs_find(&project->base.defs, path, strlen(path), type));
  if (attr) {
    attr->value.as.integer = value;
  }
}

/* The times of the run, and of later runs of its experiment. */
static void show_times(store_batch *batch)
{
  store_project_data *project = batch->project;
  store_run *run = run_of(batch);
  double more = batch->running_seconds - run->running_seconds;
  run->pinged = batch->now;
  run->running_seconds = batch->running_seconds;
  set_integer(project, run, "sys/modification_time", MODEL_DATETIME,
              batch->now);
  set_integer(project, run, "sys/ping_time", MODEL_DATETIME, batch->now);
  set_real(project, run, "sys/running_time_seconds", run->running_seconds);
  for (size_t at = run->experiment.data ? batch->run : STORE_NO_RUN;
       at != STORE_NO_RUN; at = project->runs[at].next) {
    project->runs[at].experiment_seconds += more;
    set_real(project, &project->runs[at], "sys/experiment/running_time_seconds",
             project->runs[at].experiment_seconds);
  }
}

/* True if point, which the series had, is still one of the previews. */
static bool is_kept(const staged *item, const model_point *point)
{
  for (size_t i = 0; i < item->previews.count; i++) {
    if (item->previews.items[i].object == point->object &&
        item->previews.items[i].step >= point->step) {
      return true;
    }
  }
  return false;
}

/* Takes the previews out of a series; items->previews has those that stay. */
static void take_previews(store_series *own, const staged *item)
{
  size_t kept = 0;
  for (size_t i = 0; own->previews > 0 && i < own->count; i++) {
    const model_point *point = &own->points[i];
    if (!point->is_preview) {
      own->points[kept++] = *point;
    } else if (own->holds_objects && !is_kept(item, point)) {
      free((model_object *)(uintptr_t)point->object);
    }
  }
  own->count = own->previews > 0 ? kept : own->count;
  own->previews = 0;
}

static void show_points(store_series *own, staged *item)
{
  take_previews(own, item);
  if (item->points.count > 0) {
    memcpy(own->points + own->count, item->points.items,
           item->points.count * sizeof *own->points);
  }
  own->count += item->points.count;
  if (item->previews.count > 0) {
    memcpy(own->points + own->count, item->previews.items,
           item->previews.count * sizeof *own->points);
  }
  own->count += item->previews.count;
  own->previews = item->previews.count;
}

static void show_item(store_attr *attr, staged *item)
{
  if (item->id != 0) {
    attr->id = item->id;
  }
  if (item->is_set) {
    free(attr->block);
    attr->block = item->block;
    attr->value = item->value;
    item->block = NULL;
    return;
  }
  if (!attr->own) {
    attr->own = item->made;
    item->made = NULL;
  }
  show_points(attr->own, item);
  atomic_store(&attr->is_stale, true);
}

/* Puts a series that a fork now inherits among its attributes. */
static void insert(store_project_data *project, store_run *run, uint32_t def,
                   model_type type)
{
  size_t at = run->n_attrs++;
  while (at > 0 && run->attrs[at - 1].def > def) {
    run->attrs[at] = run->attrs[at - 1];
    at--;
  }
  run->attrs[at] = (store_attr){.def = def, .value = {.type = type}};
  atomic_init(&run->attrs[at].is_stale, true);
  project->base.defs.items[def].runs++;
}

/* Lets the forks of the run see the new points. */
static void show_forks(store_batch *batch, const staged *item)
{
  store_project_data *project = batch->project;
  size_t at = next_fork(project, batch->run, batch->run, true);
  while (item->points.count > 0 && at != STORE_NO_RUN) {
    store_run *run = &project->runs[at];
    store_attr *attr = store_run_attr(run, item->def);
    bool sees =
        item->points.items[0].step <= run->fork_step &&
        (attr || !store_run_has_other(project, run, item->path, item->type));
    if (sees && attr) {
      atomic_store(&attr->is_stale, true);
    } else if (sees) {
      insert(project, run, item->def, item->type);
    }
    at = next_fork(project, batch->run, at, sees);
  }
}

/* sys/archived and sys/trashed are one. */
static void show_archived(store_batch *batch, const staged *item)
{
  model_type type;
  if (store_sys_statement(item->path, &type) == STORE_SET_ARCHIVED) {
    set_integer(batch->project, run_of(batch), "sys/archived", MODEL_BOOL,
                item->value.as.integer);
    set_integer(batch->project, run_of(batch), "sys/trashed", MODEL_BOOL,
                item->value.as.integer);
  }
}

/* Shows what is committed. The gate is held as writer. */
static void show(store_batch *batch)
{
  store_project_data *project = batch->project;
  store_run *run = run_of(batch);
  size_t before = run->n_attrs;
  for (size_t i = 0; i < batch->count; i++) {
    const staged *item = &batch->items[i];
    if (!item->exists && store_run_add(run, item->def, item->type)) {
      project->base.defs.items[item->def].runs++;
    }
  }
  if (run->n_attrs > before) {
    store_run_sort(run);
  }
  for (size_t i = 0; i < batch->count; i++) {
    staged *item = &batch->items[i];
    show_item(store_run_attr(run, item->def), item);
    show_archived(batch, item);
    if (model_type_is_series(item->type)) {
      show_forks(batch, item);
      item->points.count = 0; /* their objects have moved */
    }
  }
  show_times(batch);
  project->base.version++;
}

/* Attributes that nothing is to be done to: every change failed. */
static void drop_untouched(store_batch *batch)
{
  size_t kept = 0;
  for (size_t i = 0; i < batch->count; i++) {
    staged *item = &batch->items[i];
    if (item->is_set || item->points.count > 0 || item->previews_change) {
      batch->items[kept++] = *item;
    } else {
      free(item->previews.items);
      free(item->points.items);
    }
  }
  batch->count = kept;
}

bool store_batch_commit(store_batch *batch, const char *request_id,
                        srv_error *err)
{
  store *in = batch->in;
  bool ok = true;
  drop_untouched(batch);
  if (batch->count > 0) {
    srv_gate_write(&in->gate);
    ok = reserve(batch);
    if (!ok) {
      model_defs_forget(&batch->project->base.defs);
    }
    srv_gate_leave(&in->gate);
  }
  if (!ok) {
    return srv_error_nomem(err);
  }
  if (!write_all(batch, request_id, err)) {
    return false;
  }
  if (batch->count > 0) {
    srv_gate_write(&in->gate);
    show(batch);
    srv_gate_leave(&in->gate);
  }
  return true;
}
