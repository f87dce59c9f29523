/* Looks for LEFT in all SQL that may be under way. */
#include "statement.h"

/* In the text of a view or trigger of that schema; true where it cannot be
** read. */
static bool schema_has_left(sqlite3 *db, const char *schema)
{
  char *sql =
      sqlite3_mprintf("SELECT 1 FROM \"%w\".sqlite_schema WHERE type IN "
                      "('view', 'trigger') AND "
                      "instr(lower(sql), 'left') LIMIT 1",
                      schema);
  sqlite3_stmt *statement = NULL;
  bool is_free_of_it =
      sql && sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_DONE;
  sqlite3_finalize(statement);
  sqlite3_free(sql);
  return !is_free_of_it;
}

bool nep_statement_may_join_left(sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  while ((statement = sqlite3_next_stmt(db, statement))) {
    const char *sql = sqlite3_sql(statement);
    if (sqlite3_stmt_busy(statement) &&
        (!sql || sqlite3_strlike("%left%", sql, 0) == 0))
      return true;
  }
  const char *schema;
  for (int i = 0; (schema = sqlite3_db_name(db, i)); i++) {
    if (schema_has_left(db, schema))
      return true;
  }
  return false;
}

const sqlite3_stmt *nep_statement_alone(sqlite3 *db, int *run)
{
  sqlite3_stmt *statement = NULL, *alone = NULL;
  *run = 0;
  while ((statement = sqlite3_next_stmt(db, statement))) {
    if (!sqlite3_stmt_busy(statement))
      continue;
    if (alone)
      return NULL;
    alone = statement;
    *run = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_RUN, 0);
  }
  return alone;
}
