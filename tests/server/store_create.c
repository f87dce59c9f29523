/* store_create.c: new projects and runs, and the outcomes of requests. */
#include "store_batch.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

enum { MAX_NAME = 256, MAX_KEY = 10, MAX_RUN_ID = 128, MAX_EXPERIMENT = 1024 };

/* What neptune-fetcher's own suite gives its projects' names; no slash, no
 * quotes. */
#define PROJECT_NAME_MARKS "._-()*+,;<=>@[]"

/* ---- projects ---- */

/* Letters, digits, what `more` holds, and whatever is not ASCII. */
static bool name_is_valid(const char *name, const char *more)
{
  size_t len = strlen(name);
  if (len == 0 || len > MAX_NAME || srv_utf8_length(name, len) != len) {
    return false;
  }
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)name[i];
    if (c < 0x80 && !isalnum(c) && !strchr(more, c)) {
      return false;
    }
  }
  return true;
}

bool store_workspace_name_is_valid(const char *name)
{
  return name_is_valid(name, "._-");
}

bool store_project_name_is_valid(const char *name)
{
  return name_is_valid(name, PROJECT_NAME_MARKS);
}

static bool key_is_valid(const char *key)
{
  size_t len = strlen(key), letters = 0;
  for (size_t i = 0; i < len; i++) {
    bool is_letter = key[i] >= 'A' && key[i] <= 'Z';
    letters += is_letter;
    if (!is_letter && !(key[i] >= '0' && key[i] <= '9')) {
      return false;
    }
  }
  return len <= MAX_KEY && letters > 0;
}

static bool check_project(const char *workspace, const char *name,
                          const char *key, const char *visibility,
                          srv_error *err)
{
  if (!store_workspace_name_is_valid(workspace)) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "a workspace is named with letters, digits, '.', '_' "
                         "and '-', at most %d bytes",
                         MAX_NAME);
  }
  if (!store_project_name_is_valid(name)) {
    return srv_error_set(
        err, 400, "BAD_REQUEST",
        "a project is named with letters, digits and " PROJECT_NAME_MARKS
        ", at most %d bytes",
        MAX_NAME);
  }
  if (key && !key_is_valid(key)) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "projectKey must be 1 to %d capital letters and "
                         "digits, at least one letter",
                         MAX_KEY);
  }
  return strcmp(visibility, "priv") == 0 || strcmp(visibility, "pub") == 0 ||
         strcmp(visibility, "workspace") == 0 ||
         srv_error_set(err, 400, "BAD_REQUEST",
                       "visibility must be pub, priv or workspace");
}

static bool key_is_taken(const store *in, const char *key)
{
  for (size_t i = 0; i < in->count; i++) {
    if (strcmp(in->projects[i]->base.key, key) == 0) {
      return true;
    }
  }
  return false;
}

/* The first letters of the name, and a number if need be; for sqlite3_free. */
static char *key_new(const store *in, const char *name)
{
  char letters[4] = "";
  size_t n = 0;
  char *key;
  for (; *name && n < 3; name++) {
    if ((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z')) {
      letters[n++] = (char)(*name & ~0x20);
    }
  }
  key = sqlite3_mprintf("%s", n > 0 ? letters : "PRJ");
  for (int number = 2; key && key_is_taken(in, key); number++) {
    sqlite3_free(key);
    key = sqlite3_mprintf("%s%d", n > 0 ? letters : "PRJ", number);
  }
  return key;
}

static bool is_taken(const store *in, const char *workspace, const char *name,
                     const char *key)
{
  for (size_t i = 0; i < in->count; i++) {
    const model_project *at = &in->projects[i]->base;
    if (strcmp(at->workspace, workspace) == 0 && strcmp(at->name, name) == 0) {
      return true;
    }
  }
  return key && key_is_taken(in, key);
}

/* Inserts a project and reads it, all in a transaction; `writing` is held. */
static store_project_data *insert_project(store *in, const char *workspace,
                                          const char *name, const char *key,
                                          const char *visibility,
                                          srv_error *err)
{
  store_project_data *made = NULL;
  sqlite3_stmt *stmt = store_sql(in, STORE_ADD_PROJECT);
  bool ok = store_sql_do(in, STORE_BEGIN);
  if (stmt) {
    sqlite3_bind_text(stmt, 1, workspace, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 3, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 4, visibility, -1, SQLITE_STATIC);
  }
  ok = store_sql_run(stmt) && ok;
  if (ok) {
    made = store_load_project(in, sqlite3_last_insert_rowid(in->db), err);
  }
  if (made && store_sql_do(in, STORE_COMMIT)) {
    return made;
  }
  store_write_failed(in, err);
  store_sql_do(in, STORE_ROLLBACK);
  if (made) {
    store_project_free(made);
  }
  return NULL;
}

static store_project_data *add_project(store *in, const char *workspace,
                                       const char *name, const char *key,
                                       const char *visibility, srv_error *err)
{
  store_project_data **projects, *made;
  char *new_key;
  if (is_taken(in, workspace, name, key)) {
    srv_error_set(err, 409, "CONFLICT",
                  "a project with this name or key exists: %s/%s", workspace,
                  name);
    return NULL;
  }
  projects = srv_array_grow(in->projects, &in->cap, in->count + 1,
                            sizeof(store_project_data *));
  if (projects) {
    in->projects = projects;
  }
  new_key = key ? sqlite3_mprintf("%s", key) : key_new(in, name);
  made = projects && new_key
             ? insert_project(in, workspace, name, new_key, visibility, err)
             : NULL;
  sqlite3_free(new_key);
  if (made) {
    in->projects[in->count++] = made;
  } else {
    srv_error_nomem(err);
  }
  return made;
}

const model_project *store_project_new(store *in, const char *workspace,
                                       const char *name, const char *key,
                                       const char *visibility, srv_error *err)
{
  store_project_data *made;
  if (!check_project(workspace, name, key, visibility, err)) {
    return NULL;
  }
  pthread_mutex_lock(&in->writing);
  made = add_project(in, workspace, name, key, visibility, err);
  pthread_mutex_unlock(&in->writing);
  return made ? &made->base : NULL;
}

/* ---- runs ---- */

static bool is_text(model_text text, size_t max)
{
  return text.len > 0 && text.len <= max && !memchr(text.data, 0, text.len) &&
         srv_utf8_length(text.data, text.len) == text.len;
}

static bool is_same_fork(const store_project_data *project,
                         const store_run *run, const store_new_run *wanted)
{
  const store_run *parent =
      run->parent == STORE_NO_RUN ? NULL : &project->runs[run->parent];
  return !wanted->is_fork ||
         (parent && strcmp(parent->custom_id.data, wanted->parent.data) == 0 &&
          run->fork_step <= wanted->fork_step &&
          run->fork_step >= wanted->fork_step);
}

/* What stands against the new run; INGEST_OK: nothing. */
static ingest_code check_run(const store_project_data *project,
                             const store_new_run *run, size_t *parent)
{
  const model_project *base = &project->base;
  size_t same;
  *parent = STORE_NO_RUN;
  if (!is_text(run->custom_id, MAX_RUN_ID) ||
      (run->experiment.data && !is_text(run->experiment, MAX_EXPERIMENT)) ||
      (run->family.data && !is_text(run->family, MAX_RUN_ID)) ||
      (run->is_fork &&
       (!is_text(run->parent, MAX_RUN_ID) || !isfinite(run->fork_step)))) {
    return INGEST_RUN_INVALID;
  }
  if (base->ops->find_custom(base, run->custom_id.data, &same)) {
    return is_same_fork(project, &project->runs[same], run)
               ? INGEST_RUN_DUPLICATE
               : INGEST_RUN_CONFLICTING;
  }
  if (run->is_fork &&
      (run->parent_is_elsewhere ||
       !base->ops->find_custom(base, run->parent.data, parent))) {
    *parent = STORE_NO_RUN;
    return INGEST_FORK_PARENT_NOT_FOUND;
  }
  return INGEST_OK;
}

static void bind_optional(sqlite3_stmt *stmt, int at, model_text text)
{
  if (text.data) {
    sqlite3_bind_text64(stmt, at, text.data, text.len, SQLITE_STATIC,
                        SQLITE_UTF8);
  }
}

static bool insert_run(store *in, const store_project_data *project,
                       const store_new_run *run, size_t parent, int64_t number)
{
  sqlite3_stmt *stmt = store_sql(in, STORE_ADD_RUN);
  if (!stmt) {
    return false;
  }
  sqlite3_bind_int64(stmt, 1, project->project_id);
  sqlite3_bind_int64(stmt, 2, number);
  bind_optional(stmt, 3, run->custom_id);
  bind_optional(stmt, 4, run->experiment);
  if (parent != STORE_NO_RUN) {
    sqlite3_bind_int64(stmt, 5, project->runs[parent].id);
    sqlite3_bind_double(stmt, 6, run->fork_step);
  }
  sqlite3_bind_int64(stmt, 7, run->created);
  sqlite3_bind_int64(stmt, 8, srv_clock_ms());
  sqlite3_bind_text(stmt, 9, "local", -1, SQLITE_STATIC);
  bind_optional(stmt, 10, run->family);
  return store_sql_run(stmt);
}

static bool inherit(store *in, const store_project_data *project,
                    const store_new_run *run, size_t parent)
{
  sqlite3_stmt *stmt;
  if (parent == STORE_NO_RUN || !run->inherits) {
    return true;
  }
  stmt = store_sql(in, STORE_INHERIT);
  if (stmt) {
    sqlite3_bind_int64(stmt, 1, sqlite3_last_insert_rowid(in->db));
    sqlite3_bind_int64(stmt, 2, project->runs[parent].id);
  }
  return store_sql_run(stmt);
}

static bool load(store *in, store_project_data *project, int64_t number,
                 srv_error *err)
{
  bool ok;
  srv_gate_write(&in->gate);
  ok = store_load_run(in, project, number, err);
  srv_gate_leave(&in->gate);
  return ok;
}

static void publish(store *in, store_project_data *project)
{
  srv_gate_write(&in->gate);
  store_run_publish(project);
  srv_gate_leave(&in->gate);
}

/* In a transaction that is begun; ends it. */
static bool add_run(store *in, store_project_data *project,
                    const store_new_run *run, size_t parent,
                    const char *request_id, srv_error *err)
{
  size_t n = project->base.n_runs;
  int64_t number = n > 0 ? project->runs[n - 1].number + 1 : 1;
  ingest_outcome outcome = {.counts = {[INGEST_OK] = 1}};
  bool ok = insert_run(in, project, run, parent, number) &&
            inherit(in, project, run, parent);
  bool is_loaded = ok && load(in, project, number, err);
  ok = is_loaded && store_write_submission(in, request_id, &outcome) &&
       store_sql_do(in, STORE_COMMIT);
  if (ok) {
    publish(in, project);
  } else if (is_loaded) {
    store_run_dispose(&project->runs[n]);
  }
  return ok;
}

bool store_run_create(store *in, const model_project *project,
                      const store_new_run *run, const char *request_id,
                      srv_error *err)
{
  store_project_data *data = (store_project_data *)(uintptr_t)project;
  ingest_outcome outcome = {.counts = {0}};
  ingest_code code;
  size_t parent;
  bool ok;
  pthread_mutex_lock(&in->writing);
  code = check_run(data, run, &parent);
  outcome.counts[code] = 1;
  ok = store_sql_do(in, STORE_BEGIN);
  if (ok && code == INGEST_OK) {
    ok = add_run(in, data, run, parent, request_id, err);
  } else {
    ok = ok && store_write_submission(in, request_id, &outcome) &&
         store_sql_do(in, STORE_COMMIT);
  }
  if (!ok) {
    store_write_failed(in, err);
    store_sql_do(in, STORE_ROLLBACK);
  }
  pthread_mutex_unlock(&in->writing);
  return ok;
}

/* ---- outcomes ---- */

bool store_submission_add(store *in, const char *request_id,
                          const ingest_outcome *outcome, srv_error *err)
{
  bool ok;
  pthread_mutex_lock(&in->writing);
  ok = store_write_submission(in, request_id, outcome) ||
       store_write_failed(in, err);
  pthread_mutex_unlock(&in->writing);
  return ok;
}

/* [[code, count], …] */
static void read_outcome(const char *json, ingest_outcome *outcome)
{
  cJSON *array = cJSON_Parse(json);
  const cJSON *item;
  cJSON_ArrayForEach(item, array)
  {
    const cJSON *code = cJSON_GetArrayItem(item, 0);
    const cJSON *count = cJSON_GetArrayItem(item, 1);
    if (cJSON_IsNumber(code) && cJSON_IsNumber(count) && code->valueint >= 0 &&
        code->valueint < INGEST_CODES) {
      outcome->counts[code->valueint] = (int64_t)count->valuedouble;
    }
  }
  cJSON_Delete(array);
}

bool store_submission_find(store *in, const char *request_id,
                           ingest_outcome *outcome)
{
  sqlite3_stmt *stmt;
  bool found = false;
  *outcome = (ingest_outcome){.counts = {0}};
  pthread_mutex_lock(&in->writing);
  stmt = store_sql(in, STORE_FIND_SUBMISSION);
  if (stmt) {
    sqlite3_bind_text(stmt, 1, request_id, -1, SQLITE_STATIC);
    found = sqlite3_step(stmt) == SQLITE_ROW;
    if (found) {
      read_outcome((const char *)sqlite3_column_text(stmt, 0), outcome);
    }
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
  }
  pthread_mutex_unlock(&in->writing);
  return found;
}
