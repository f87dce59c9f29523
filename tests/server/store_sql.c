/* store_sql.c: the statements that change a store, each prepared once. */
#include "store_data.h"

static const char *const texts[STORE_STATEMENTS] = {
    [STORE_BEGIN] = "BEGIN IMMEDIATE",
    [STORE_COMMIT] = "COMMIT",
    [STORE_ROLLBACK] = "ROLLBACK",
    [STORE_ADD_PROJECT] =
        "INSERT INTO project(workspace, name, key, visibility)"
        " VALUES(?1, ?2, ?3, ?4)",
    [STORE_ADD_RUN] =
        "INSERT INTO run(project_id, number, custom_run_id, experiment,"
        " parent, fork_step, creation_time, modification_time, ping_time,"
        " owner, family) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10)",
    [STORE_INHERIT] =
        "INSERT INTO attribute(run_id, path, type, value)"
        " SELECT ?1, path, type, value FROM attribute WHERE run_id = ?2"
        " AND type IN ('int', 'float', 'string', 'bool', 'datetime',"
        " 'string_set')",
    [STORE_TOUCH_RUN] = "UPDATE run SET modification_time = ?2, ping_time = ?2,"
                        " running_time_seconds = ?3 WHERE run_id = ?1",
    [STORE_SET_DESCRIPTION] = "UPDATE run SET description = ?2"
                              " WHERE run_id = ?1",
    [STORE_SET_TAGS] = "UPDATE run SET tags = ?2 WHERE run_id = ?1",
    [STORE_SET_GROUP_TAGS] = "UPDATE run SET group_tags = ?2"
                             " WHERE run_id = ?1",
    [STORE_SET_FAILED] = "UPDATE run SET failed = ?2 WHERE run_id = ?1",
    [STORE_SET_ARCHIVED] = "UPDATE run SET archived = ?2 WHERE run_id = ?1",
    [STORE_ADD_ATTRIBUTE] = "INSERT INTO attribute(run_id, path, type, value)"
                            " VALUES(?1, ?3, ?4, ?2)",
    [STORE_SET_ATTRIBUTE] = "UPDATE attribute SET value = ?2"
                            " WHERE attribute_id = ?1",
    [STORE_ADD_FLOAT] = "INSERT INTO float_point VALUES(?1, ?2, ?3, ?4, ?5,"
                        " ?6)",
    [STORE_ADD_STRING] = "INSERT INTO string_point VALUES(?1, ?2, ?3, ?4, ?5,"
                         " ?6)",
    [STORE_ADD_HISTOGRAM] = "INSERT INTO histogram_point VALUES(?1, ?2, ?3,"
                            " ?4, ?5, ?6)",
    [STORE_ADD_FILE] = "INSERT INTO file_point VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [STORE_DROP_FLOATS] = "DELETE FROM float_point"
                          " WHERE attribute_id = ?1 AND is_preview",
    [STORE_DROP_STRINGS] = "DELETE FROM string_point"
                           " WHERE attribute_id = ?1 AND is_preview",
    [STORE_DROP_HISTOGRAMS] = "DELETE FROM histogram_point"
                              " WHERE attribute_id = ?1 AND is_preview",
    [STORE_DROP_FILES] = "DELETE FROM file_point"
                         " WHERE attribute_id = ?1 AND is_preview",
    [STORE_ADD_SUBMISSION] =
        "INSERT INTO submission(request_id, outcome) VALUES(?1, ?2)",
    [STORE_FORGET_SUBMISSIONS] =
        "DELETE FROM submission WHERE submission_id <= ?1",
    [STORE_FIND_SUBMISSION] =
        "SELECT outcome FROM submission WHERE request_id = ?1",
    [STORE_SET_CONTENT] =
        "REPLACE INTO content(project_id, path, name, size, mime_type, etag)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [STORE_FIND_CONTENT] = "SELECT name, size, mime_type, etag FROM content"
                           " WHERE project_id = ?1 AND path = ?2",
};

sqlite3_stmt *store_sql(store *in, store_statement which)
{
  if (!in->statements[which]) {
    sqlite3_prepare_v3(in->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT,
                       &in->statements[which], NULL);
  }
  return in->statements[which];
}

bool store_sql_run(sqlite3_stmt *stmt)
{
  bool ok = stmt && sqlite3_step(stmt) == SQLITE_DONE;
  if (stmt) {
    ok = sqlite3_reset(stmt) == SQLITE_OK && ok;
    sqlite3_clear_bindings(stmt);
  }
  return ok;
}

bool store_sql_do(store *in, store_statement which)
{
  return store_sql_run(store_sql(in, which));
}

void store_sql_finalize(store *in)
{
  for (int i = 0; i < STORE_STATEMENTS; i++) {
    sqlite3_finalize(in->statements[i]);
    in->statements[i] = NULL;
  }
}
