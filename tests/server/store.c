/* store.c: opens a store and checks that it is one. */
#include "content.h"
#include "store_data.h"

#include <stdlib.h>

enum { APPLICATION_ID = 1315991636, VERSION = 2 };

static bool say(srv_error *err, const char *path, const char *what)
{
  return srv_error_set(err, 500, "STORE", "store %s: %s", path, what);
}

/* The integer that sql gives. */
static bool ask(sqlite3 *db, const char *sql, int64_t *value)
{
  sqlite3_stmt *stmt = NULL;
  bool ok = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
            sqlite3_step(stmt) == SQLITE_ROW;
  if (ok) {
    *value = sqlite3_column_int64(stmt, 0);
  }
  return sqlite3_finalize(stmt) == SQLITE_OK && ok;
}

static bool create(sqlite3 *db)
{
  return sqlite3_exec(db, "PRAGMA page_size = 8192; BEGIN IMMEDIATE", NULL,
                      NULL, NULL) == SQLITE_OK &&
         sqlite3_exec(db, (const char *)srv_schema, NULL, NULL, NULL) ==
             SQLITE_OK &&
         sqlite3_exec(db,
                      "INSERT INTO project(workspace, name, key)"
                      " VALUES('local', 'project', 'LOC'); COMMIT",
                      NULL, NULL, NULL) == SQLITE_OK;
}

/* Brings a store of version 1 up to date: only tables and views were added,
 * so the schema is read again once the views of old are gone. */
static bool upgrade(sqlite3 *db)
{
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_stmt *stmt = NULL;
  char *sql;
  bool ok = sqlite3_prepare_v2(db,
                               "SELECT name FROM sqlite_master"
                               " WHERE type = 'view'",
                               -1, &stmt, NULL) == SQLITE_OK;
  sqlite3_str_appendall(text, "BEGIN IMMEDIATE;");
  while (ok && sqlite3_step(stmt) == SQLITE_ROW) {
    sqlite3_str_appendf(text, "DROP VIEW \"%w\";",
                        sqlite3_column_text(stmt, 0));
  }
  ok = sqlite3_finalize(stmt) == SQLITE_OK && ok;
  sqlite3_str_appendall(text, (const char *)srv_schema);
  sqlite3_str_appendall(text, ";COMMIT");
  sql = sqlite3_str_finish(text);
  ok = ok && sql && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
  sqlite3_free(sql);
  return ok;
}

/* Makes an empty file a store; refuses the file of another program. */
static bool check(sqlite3 *db, const char *path, srv_error *err)
{
  int64_t id = 0, version = 0, objects = 0;
  if (!ask(db, "PRAGMA application_id", &id) ||
      !ask(db, "PRAGMA user_version", &version) ||
      !ask(db, "SELECT count(*) FROM sqlite_master", &objects)) {
    return say(err, path, sqlite3_errmsg(db));
  }
  if (id == 0 && version == 0 && objects == 0) {
    return create(db) || say(err, path, sqlite3_errmsg(db));
  }
  if (id != APPLICATION_ID) {
    return say(err, path, "belongs to another program");
  }
  if (version == 1) {
    return upgrade(db) || say(err, path, sqlite3_errmsg(db));
  }
  if (version != VERSION) {
    return say(err, path, "was made by another version of neptune-server");
  }
  return true;
}

/* What is committed is on disk; who reads the file meanwhile does not wait. */
static bool make_durable(sqlite3 *db, const char *path, srv_error *err)
{
  return sqlite3_exec(db,
                      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                      "PRAGMA cache_size = -65536",
                      NULL, NULL, NULL) == SQLITE_OK ||
         sqlite3_db_readonly(db, "main") == 1 ||
         say(err, path, sqlite3_errmsg(db));
}

static bool init_locks(store *opened)
{
  if (!srv_gate_init(&opened->gate)) {
    return false;
  }
  opened->has_locks = pthread_mutex_init(&opened->writing, NULL) == 0;
  if (!opened->has_locks) {
    srv_gate_dispose(&opened->gate);
  }
  return opened->has_locks;
}

store *store_open(const char *path, srv_error *err)
{
  store *opened = srv_array_new(1, sizeof *opened);
  const char *name = path ? path : "(in memory)";
  if (!opened) {
    srv_error_nomem(err);
    return NULL;
  }
  if (!init_locks(opened)) {
    srv_error_nomem(err);
    store_close(opened);
    return NULL;
  }
  if (sqlite3_open_v2(path ? path : ":memory:", &opened->db,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                          SQLITE_OPEN_FULLMUTEX,
                      NULL) != SQLITE_OK) {
    say(err, name, sqlite3_errmsg(opened->db));
    store_close(opened);
    return NULL;
  }
  sqlite3_busy_timeout(opened->db, 5000);
  if (!check(opened->db, name, err) || !make_durable(opened->db, name, err) ||
      !store_load(opened, err) || !content_open(opened, path, err)) {
    store_close(opened);
    return NULL;
  }
  return opened;
}

void store_close(store *closed)
{
  if (!closed) {
    return;
  }
  for (size_t i = 0; i < closed->count; i++) {
    store_project_free(closed->projects[i]);
  }
  free(closed->projects);
  content_close(closed);
  store_sql_finalize(closed);
  sqlite3_close(closed->db);
  if (closed->has_locks) {
    pthread_mutex_destroy(&closed->writing);
    srv_gate_dispose(&closed->gate);
  }
  free(closed);
}

void store_enter(store *of)
{
  srv_gate_read(&of->gate);
}

void store_enter_alone(store *of)
{
  srv_gate_write(&of->gate);
}

bool store_has_project(const store *of, const model_project *project)
{
  (void)of;
  return project->ops == &store_ops;
}

void store_leave(store *of)
{
  srv_gate_leave(&of->gate);
}

size_t store_project_count(const store *of)
{
  return of ? of->count : 0;
}

const model_project *store_project(const store *of, size_t i)
{
  return &of->projects[i]->base;
}
