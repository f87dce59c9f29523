/* neptune_create_table(): see create_table.h. */
#include "create_table.h"

#include "patterns.h"
#include "scope.h"

#include <string.h>

typedef struct order {
  nep_connection *connection; /* borrowed */
  const char *name, *table, *pattern;
  const char *project; /* NULL: none was given */
  const nep_table_schema *base;
} order;

static int read_order(order *this, int argc, sqlite3_value **argv,
                      nep_error *error)
{
  const char *texts[4] = {NULL};
  for (int i = 0; i < argc && i < 4; i++) {
    texts[i] = (const char *)sqlite3_value_text(argv[i]);
    if (!texts[i] && sqlite3_value_type(argv[i]) != SQLITE_NULL)
      return nep_error_no_memory(error);
  }
  this->name = texts[0];
  this->table = texts[1];
  this->pattern = texts[2];
  this->project = texts[3];
  if (!this->name || !this->table || !this->pattern || !*this->name || argc > 4)
    return nep_error_set(error, SQLITE_ERROR,
                         "it takes a table's name, 'experiments' or 'runs', a "
                         "pattern of attribute names and, if it is not the "
                         "default one, a project");
  const char *table = this->table;
  if (sqlite3_strnicmp(table, "neptune_", 8) == 0)
    table += 8;
  if (sqlite3_stricmp(table, "experiments") == 0)
    this->base = &nep_schema_experiments;
  else if (sqlite3_stricmp(table, "runs") == 0)
    this->base = &nep_schema_runs;
  else
    return nep_error_set(error, SQLITE_ERROR,
                         "columns are declared for 'experiments' or 'runs', "
                         "not for '%!.60s'",
                         this->table);
  return SQLITE_OK;
}

/* How many there are is said before the table is made. */
static int check_count(const order *this, const char *project, size_t n,
                       nep_error *error)
{
  sqlite3 *db = this->connection->db;
  size_t most = (size_t)sqlite3_limit(db, SQLITE_LIMIT_COLUMN, -1);
  if (n == 0)
    return nep_error_set(error, SQLITE_ERROR,
                         "no attribute of project %!.200s matches '%!.200s', a "
                         "regular expression (RE2, searched for anywhere in "
                         "the path)",
                         project, this->pattern);
  if (n + this->base->n_columns > most)
    return nep_error_set(error, SQLITE_ERROR,
                         "%d attributes of project %!.200s match '%!.200s', "
                         "but SQLite allows a table %d columns and %d are its "
                         "own: narrow the pattern",
                         (int)n, project, this->pattern, (int)most,
                         (int)this->base->n_columns);
  return SQLITE_OK;
}

static int find_columns(const order *this, nep_columns *columns,
                        nep_error *error)
{
  nep_connection *connection = this->connection;
  const char *project = this->project;
  if (!project)
    project = nep_settings_text(&connection->settings, NEP_KEY_PROJECT);
  nep_patterns patterns = {0};
  nep_definitions found = {0};
  int rc = nep_patterns_parse(&patterns, this->pattern, error);
  if (rc == SQLITE_OK)
    rc = nep_scope_check_project(project, error);
  if (rc == SQLITE_OK)
    rc = nep_api_definitions(&connection->api, project, patterns.items,
                             patterns.n, this->pattern, &found, error);
  if (rc == SQLITE_OK)
    rc = nep_columns_add_attributes(columns, this->base, found.items,
                                    found.n_items, error);
  if (rc == SQLITE_OK)
    rc = check_count(this, project, columns->n, error);
  nep_definitions_dispose(&found);
  nep_patterns_dispose(&patterns);
  return rc;
}

/* NULL when out of memory. */
static char *print_statement(const order *this, const nep_columns *columns)
{
  sqlite3_str *sql = sqlite3_str_new(NULL);
  sqlite3_str_appendf(sql, "CREATE VIRTUAL TABLE \"%w\" USING %s(", this->name,
                      this->table);
  if (this->project)
    sqlite3_str_appendf(sql, "\n  project = %Q%s", this->project,
                        columns->n ? "," : "");
  for (size_t i = 0; i < columns->n; i++) {
    sqlite3_str_appendall(sql, i ? ",\n  " : "\n  ");
    nep_columns_append(sql, &columns->items[i]);
  }
  sqlite3_str_appendall(sql, "\n)");
  return sqlite3_str_finish(sql);
}

static int create_table(const order *this, const nep_columns *columns,
                        char **statement, nep_error *error)
{
  sqlite3 *db = this->connection->db;
  *statement = print_statement(this, columns);
  if (!*statement)
    return nep_error_no_memory(error);
  int rc = sqlite3_exec(db, *statement, NULL, NULL, NULL);
  return rc == SQLITE_OK ? rc
                         : nep_error_set(error, rc, "%s", sqlite3_errmsg(db));
}

void nep_create_table_call(sqlite3_context *context, int argc,
                           sqlite3_value **argv)
{
  order this = {.connection = sqlite3_user_data(context)};
  nep_http *http = this.connection->http;
  bool is_alone = !this.connection->cursors;
  nep_columns columns = {0};
  nep_error error = {0};
  char *statement = NULL;
  int rc = read_order(&this, argc, argv, &error);
  if (is_alone)
    nep_http_begin(http);
  if (rc == SQLITE_OK)
    rc = find_columns(&this, &columns, &error);
  if (is_alone)
    nep_http_end(http);
  if (rc == SQLITE_OK)
    rc = create_table(&this, &columns, &statement, &error);
  if (rc == SQLITE_OK) {
    sqlite3_result_text(context, statement, -1, sqlite3_free);
  } else {
    sqlite3_free(statement);
    nep_error_add_context(&error, "neptune_create_table");
    if (error.message)
      sqlite3_result_error(context, error.message, -1);
    sqlite3_result_error_code(context, error.code);
  }
  nep_columns_dispose(&columns);
  nep_error_clear(&error);
}
