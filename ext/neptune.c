/*
** The entry point: registers tables and functions, makes the connection's
** state. Touches no network and needs no token.
*/
#include "neptune.h"

#include "vtab.h"

#ifndef NEPTUNE_STATIC
#ifdef __GNUC__
__attribute__((visibility("hidden")))
#endif
const sqlite3_api_routines *sqlite3_api = 0;
#endif

static int make_connection(sqlite3 *db, nep_connection **made, nep_error *error)
{
  nep_connection *connection = sqlite3_malloc64(sizeof(*connection));
  *made = connection;
  if (!connection)
    return nep_error_no_memory(error);
  *connection = (nep_connection){.db = db, .n_references = 1};
  int rc = nep_http_new(db, &connection->settings, &connection->http, error);
  if (rc == SQLITE_OK)
    rc = nep_auth_new(connection->http, &connection->settings,
                      &connection->auth, error);
  connection->api =
      (nep_api){&connection->settings, connection->http, connection->auth};
  return rc;
}

static int register_all(nep_connection *connection)
{
  static const struct {
    const char *name;
    const nep_table *table;
    bool can_create;
  } tables[] = {{"experiments", &nep_table_experiments, true},
                {"neptune_experiments", &nep_table_experiments, true},
                {"runs", &nep_table_runs, true},
                {"neptune_runs", &nep_table_runs, true},
                {"attributes", &nep_table_attributes, true},
                {"neptune_attributes", &nep_table_attributes, true},
                {"metric_points", &nep_table_metric_points, true},
                {"neptune_metric_points", &nep_table_metric_points, true},
                {"string_points", &nep_table_string_points, true},
                {"neptune_string_points", &nep_table_string_points, true},
                {"histogram_points", &nep_table_histogram_points, true},
                {"neptune_histogram_points", &nep_table_histogram_points, true},
                {"file_points", &nep_table_file_points, true},
                {"neptune_file_points", &nep_table_file_points, true},
                {"metric_buckets", &nep_table_metric_buckets, true},
                {"neptune_metric_buckets", &nep_table_metric_buckets, true},
                {"files", &nep_table_files, true},
                {"neptune_files", &nep_table_files, true},
                {"projects", &nep_table_projects, false},
                {"neptune_projects", &nep_table_projects, false},
                {"neptune_requests", &nep_table_requests, false}};
  for (size_t i = 0; i < NEP_COUNT(tables); i++) {
    int rc = nep_vtab_register(connection, tables[i].name, tables[i].table,
                               tables[i].can_create);
    if (rc != SQLITE_OK)
      return rc;
  }
  return nep_functions_register(connection);
}

/* A connection that has it all already keeps its settings and tables. */
static bool is_loaded(sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  bool is_there = sqlite3_prepare_v2(db, "SELECT neptune_version()", -1,
                                     &statement, NULL) == SQLITE_OK;
  sqlite3_finalize(statement);
  /* Takes the error back, which sqlite3_open would return otherwise. */
  sqlite3_exec(db, "", NULL, NULL, NULL);
  return is_there;
}

#ifdef __GNUC__
__attribute__((visibility("default")))
#endif
int sqlite3_neptune_init(sqlite3 *db, char **error_message,
                         const struct sqlite3_api_routines *api)
{
#ifdef NEPTUNE_STATIC
  (void)api;
#else
  sqlite3_api = api;
#endif
  if (sqlite3_libversion_number() < 3038000) {
    /* sqlite3_vtab_in and its kin are younger than that. */
    if (error_message)
      *error_message = sqlite3_mprintf(
          "sqlite-neptune needs SQLite 3.38 or newer, this is %s",
          sqlite3_libversion());
    return SQLITE_ERROR;
  }
  nep_connection *connection = NULL;
  nep_error error = {0};
  int rc = SQLITE_OK;
  if (!is_loaded(db)) {
    rc = make_connection(db, &connection, &error);
    if (rc == SQLITE_OK)
      rc = register_all(connection);
  }
  nep_connection_release(connection);
  if (rc != SQLITE_OK && error.message && error_message)
    *error_message = sqlite3_mprintf("%s", error.message);
  nep_error_clear(&error);
#ifdef NEPTUNE_STATIC
  return rc;
#else
  return rc == SQLITE_OK ? SQLITE_OK_LOAD_PERMANENTLY : rc;
#endif
}
