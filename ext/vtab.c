/*
** The sqlite3_module methods. xConnect and xBestIndex touch no network and
** need no token: errors of settings belong to the query (xFilter).
**
** omit is set only where rows are counted (count.h): else SQLite rechecks every
** condition, which costs little and makes a slip of a server harmless.
*/
#include "vtab.h"

#include "count.h"
#include "join.h"
#include "park.h"
#include "regex.h"
#include "statement.h"

#include <string.h>

nep_vtab *nep_cursor_vtab(const nep_cursor *cursor)
{
  return (nep_vtab *)cursor->base.pVtab;
}

nep_connection *nep_cursor_connection(const nep_cursor *cursor)
{
  return nep_cursor_vtab(cursor)->connection;
}

int nep_cursor_key_column(const nep_cursor *cursor)
{
  return cursor->key_clause < cursor->plan.n_clauses
             ? cursor->plan.clauses[cursor->key_clause].column
             : -1;
}

/* What a registered module points to. */
typedef struct registration {
  const nep_table *table;
  nep_connection *connection; /* counted */
} registration;

/* Moves error's message to *message (SQLite frees it); returns the code. */
static int give_error(nep_error *error, char **message)
{
  int code = error->code;
  if (error->message) {
    sqlite3_free(*message);
    *message = error->message;
    error->message = NULL;
  }
  nep_error_clear(error);
  return code;
}

/* ---- connecting ---- */

/* SQLite's own message would not say how many. */
static int check_column_count(sqlite3 *db, const nep_table_schema *schema,
                              size_t n_declared, nep_error *error)
{
  int most = sqlite3_limit(db, SQLITE_LIMIT_COLUMN, -1);
  if (schema->n_columns <= (size_t)most)
    return SQLITE_OK;
  return nep_error_set(error, SQLITE_ERROR,
                       "the table would have %d columns, %d of them declared; "
                       "SQLite allows %d",
                       (int)schema->n_columns, (int)n_declared, most);
}

static int declare_table(sqlite3 *db, nep_vtab *vtab, int argc,
                         const char *const *argv, nep_error *error)
{
  const nep_table_schema *base = vtab->table->schema;
  int rc = nep_arguments_parse(&vtab->arguments, base, argc, argv, error);
  if (rc == SQLITE_OK)
    rc = nep_columns_extend(&vtab->arguments.columns, base, &vtab->schema,
                            error);
  if (rc == SQLITE_OK)
    rc =
        check_column_count(db, &vtab->schema, vtab->arguments.columns.n, error);
  if (rc != SQLITE_OK)
    return rc;
  char *declaration = nep_schema_declaration(&vtab->schema);
  if (!declaration)
    return nep_error_no_memory(error);
  rc = sqlite3_declare_vtab(db, declaration);
  if (rc != SQLITE_OK)
    nep_error_set(error, rc, "%s", sqlite3_errmsg(db));
  sqlite3_free(declaration);
  return rc;
}

static void free_table(nep_vtab *vtab)
{
  nep_columns_release(&vtab->schema);
  nep_arguments_dispose(&vtab->arguments);
  sqlite3_free(vtab);
}

static int connect_table(sqlite3 *db, void *aux, int argc,
                         const char *const *argv, sqlite3_vtab **out,
                         char **message)
{
  const registration *registered = aux;
  nep_error error = {0};
  nep_vtab *vtab = sqlite3_malloc64(sizeof(*vtab));
  if (!vtab)
    return SQLITE_NOMEM;
  *vtab = (nep_vtab){.table = registered->table,
                     .connection = registered->connection};
  if (declare_table(db, vtab, argc - 3, argv + 3, &error) != SQLITE_OK) {
    free_table(vtab);
    return give_error(&error, message);
  }
  /* A module that is replaced goes before the tables that it made. */
  nep_connection_retain(vtab->connection);
  *out = &vtab->base;
  return SQLITE_OK;
}

/* ---- values in and out of SQLite ---- */

/* A copy of value as it stands; affinity says whether text that is a number
** becomes one, as SQLite's comparison with such a column would have it. */
static int copy_value(sqlite3_value *value, const nep_column *column,
                      nep_value *copy, nep_error *error)
{
  *copy = (nep_value){0};
  bool is_numeric = column && (strcmp(column->declared, "REAL") == 0 ||
                               strcmp(column->declared, "INTEGER") == 0);
  int type = is_numeric ? sqlite3_value_numeric_type(value)
                        : sqlite3_value_type(value);
  switch (type) {
  case SQLITE_INTEGER:
    copy->type = NEP_VALUE_INTEGER;
    copy->integer = sqlite3_value_int64(value);
    break;
  case SQLITE_FLOAT:
    copy->type = NEP_VALUE_REAL;
    copy->real = sqlite3_value_double(value);
    if (column && column->kind == NEP_KIND_OPTION &&
        copy->real == (double)sqlite3_value_int64(value)) {
      copy->type = NEP_VALUE_INTEGER; /* tail = 5.0 */
      copy->integer = sqlite3_value_int64(value);
    }
    break;
  case SQLITE_BLOB:
    copy->type = NEP_VALUE_BLOB;
    break;
  case SQLITE_TEXT: {
    const char *text = (const char *)sqlite3_value_text(value);
    copy->type = NEP_VALUE_TEXT;
    copy->size = (size_t)sqlite3_value_bytes(value);
    copy->text = text ? nep_text_copy((nep_text){text, copy->size}) : NULL;
    if (!copy->text)
      return nep_error_no_memory(error);
    break;
  }
  default:
    copy->type = NEP_VALUE_NULL;
  }
  return SQLITE_OK;
}

/* ---- planning ---- */

static int copy_constraint(sqlite3_index_info *info, int i,
                           const nep_table_schema *schema,
                           nep_constraint *constraint, nep_error *error)
{
  *constraint = (nep_constraint){.column = info->aConstraint[i].iColumn,
                                 .sqlite_op = info->aConstraint[i].op,
                                 .is_usable = info->aConstraint[i].usable};
  constraint->collation = sqlite3_vtab_collation(info, i);
  if (!constraint->is_usable ||
      constraint->sqlite_op == SQLITE_INDEX_CONSTRAINT_LIMIT ||
      constraint->sqlite_op == SQLITE_INDEX_CONSTRAINT_OFFSET)
    return SQLITE_OK;
  constraint->is_in = sqlite3_vtab_in(info, i, -1);
  sqlite3_value *literal = NULL;
  if (sqlite3_vtab_rhs_value(info, i, &literal) != SQLITE_OK || !literal)
    return SQLITE_OK;
  constraint->has_literal = true;
  const nep_column *column = NULL;
  if (constraint->column >= 0 && (size_t)constraint->column < schema->n_columns)
    column = &schema->columns[constraint->column];
  return copy_value(literal, column, &constraint->literal, error);
}

static int give_plan(sqlite3_index_info *info, const nep_plan *plan,
                     const nep_constraint *constraints, nep_error *error)
{
  for (int i = 0; i < info->nConstraint; i++) {
    info->aConstraintUsage[i].argvIndex = constraints[i].argument;
    info->aConstraintUsage[i].omit = constraints[i].is_omitted;
    if (constraints[i].argument && constraints[i].is_in)
      sqlite3_vtab_in(info, i, 1);
  }
  info->idxNum = 0;
  info->idxStr = nep_plan_print(plan);
  info->needToFreeIdxStr = 1;
  if (!info->idxStr)
    return nep_error_no_memory(error);
  info->orderByConsumed = plan->has_order;
  info->estimatedCost = plan->cost;
  info->estimatedRows = (sqlite3_int64)plan->rows;
  return SQLITE_OK;
}

/* Which is read where the query names none, or NULL. */
static const char *project_of(const nep_vtab *vtab)
{
  if (vtab->arguments.project)
    return vtab->arguments.project;
  return nep_settings_text(&vtab->connection->settings, NEP_KEY_PROJECT);
}

/* For GROUP BY and DISTINCT, which read all rows, SQLite sorts: that costs no
** request. */
static void add_order(sqlite3_index_info *info, nep_plan_options *options)
{
  int distinct = sqlite3_vtab_distinct(info);
  options->n_order = (size_t)info->nOrderBy;
  options->order_column = -1;
  if (info->nOrderBy == 0 || distinct == 1 || distinct == 2)
    return;
  options->order_column = info->aOrderBy[0].iColumn;
  options->is_descending = info->aOrderBy[0].desc;
}

static int plan_scan(nep_vtab *vtab, sqlite3_index_info *info,
                     nep_constraint *constraints, nep_error *error)
{
  nep_plan plan = {0};
  vtab->connection->n_plans++;
  nep_plan_options options = {.columns_used = info->colUsed,
                              .may_drop_doubles =
                                  sqlite3_vtab_distinct(info) >= 2,
                              .has_project = project_of(vtab) != NULL};
  add_order(info, &options);
  int rc = nep_settings_boolean(&vtab->connection->settings, NEP_KEY_PUSHDOWN,
                                &options.is_pushdown_on, error);
  for (int i = 0; i < info->nConstraint && rc == SQLITE_OK; i++)
    rc = copy_constraint(info, i, &vtab->schema, &constraints[i], error);
  bool is_possible = true;
  if (rc == SQLITE_OK)
    rc = nep_plan_build(&plan, &vtab->schema, constraints,
                        (size_t)info->nConstraint, &options, &is_possible,
                        error);
  if (rc == SQLITE_OK && is_possible && options.is_pushdown_on)
    rc = nep_count_plan(&plan, constraints, (size_t)info->nConstraint, error);
  if (rc == SQLITE_OK)
    rc = is_possible ? give_plan(info, &plan, constraints, error)
                     : SQLITE_CONSTRAINT;
  nep_plan_dispose(&plan);
  return rc;
}

static int best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
  nep_error error = {0};
  sqlite3_uint64 n = (sqlite3_uint64)info->nConstraint + 1;
  nep_constraint *constraints = sqlite3_malloc64(n * sizeof(nep_constraint));
  if (!constraints)
    return SQLITE_NOMEM;
  memset(constraints, 0, n * sizeof(nep_constraint));
  int rc = plan_scan((nep_vtab *)base, info, constraints, &error);
  for (int i = 0; i < info->nConstraint; i++)
    nep_value_dispose(&constraints[i].literal);
  sqlite3_free(constraints);
  if (rc == SQLITE_OK || rc == SQLITE_CONSTRAINT)
    return rc;
  return give_error(&error, &base->zErrMsg);
}

/* ---- scanning ---- */

/* Ends the scan; the plan stays. */
static void end_scan(nep_cursor *cursor)
{
  nep_cursor_vtab(cursor)->table->close(cursor);
  cursor->state = NULL;
  cursor->is_eof = true;
  cursor->is_shelved = false;
  cursor->is_complete = false;
  cursor->per_key = 0;
  cursor->is_any_step = false;
  cursor->is_any_name = false;
  sqlite3_free(cursor->name);
  cursor->name = NULL;
  nep_shelf_dispose(&cursor->shelf);
  nep_binding_dispose(&cursor->binding);
  sqlite3_free(cursor->project);
  cursor->project = NULL;
}

static void forget_plan(nep_cursor *cursor)
{
  nep_plan_dispose(&cursor->plan);
  sqlite3_free(cursor->plan_text);
  cursor->plan_text = NULL;
  cursor->scan = 0;
  cursor->n_ahead = 0;
  cursor->n_alone = 0;
  cursor->try_all_at = 0;
  cursor->steps = (nep_range){0};
  cursor->step_varies = false;
  cursor->name_varies = false;
  cursor->reads_all = false;
}

static void free_cursor(nep_cursor *cursor)
{
  end_scan(cursor);
  forget_plan(cursor);
  sqlite3_free(cursor);
}

static void free_stale(nep_connection *connection)
{
  nep_cursor *stale;
  while ((stale = nep_park_take_stale(connection)))
    free_cursor(stale);
}

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
  nep_connection *connection = ((nep_vtab *)base)->connection;
  nep_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));
  if (!cursor)
    return SQLITE_NOMEM;
  free_stale(connection);
  *cursor = (nep_cursor){.is_eof = true, .next_open = connection->cursors};
  cursor->base.pVtab = base; /* SQLite sets it too, but later */
  if (!connection->cursors)
    nep_http_begin(connection->http);
  connection->cursors = cursor;
  *out = &cursor->base;
  return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
  nep_cursor *cursor = (nep_cursor *)base;
  nep_connection *connection = nep_cursor_connection(cursor);
  nep_cursor **link = &connection->cursors;
  while (*link != cursor)
    link = &(*link)->next_open;
  *link = cursor->next_open;
  if (!connection->cursors)
    nep_http_end(connection->http);
  free_stale(connection);
  if (!nep_park_put(cursor))
    free_cursor(cursor);
  return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *base)
{
  nep_vtab *vtab = (nep_vtab *)base;
  nep_cursor *parked;
  while ((parked = nep_park_take(vtab->connection, base, NULL)))
    free_cursor(parked);
  nep_connection_release(vtab->connection);
  free_table(vtab);
  return SQLITE_OK;
}

/* All values of an IN, which SQLite hands over at once. */
static int bind_list(nep_binding *binding, size_t clause, sqlite3_value *list,
                     const nep_column *column, nep_error *error)
{
  sqlite3_value *item = NULL;
  int rc = sqlite3_vtab_in_first(list, &item);
  while (rc == SQLITE_OK && item) {
    nep_value value;
    rc = copy_value(item, column, &value, error);
    if (rc == SQLITE_OK)
      rc = nep_binding_add(binding, clause, &value, error);
    if (rc == SQLITE_OK)
      rc = sqlite3_vtab_in_next(list, &item);
  }
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* A pattern that RE2 rejects is an error before any request. */
static int check_pattern(const nep_value *value, nep_error *error)
{
  nep_regex *regex = NULL;
  if (value->type != NEP_VALUE_TEXT)
    return SQLITE_OK;
  int rc = nep_regex_new((nep_text){value->text, value->size}, &regex, error);
  nep_regex_free(regex);
  return rc;
}

static int bind_argument(const nep_plan *plan, size_t i,
                         sqlite3_value *argument, nep_binding *binding,
                         nep_error *error)
{
  const nep_clause *clause = &plan->clauses[i];
  const nep_column *column = &plan->schema->columns[clause->column];
  if (clause->op == NEP_OP_IN)
    return bind_list(binding, i, argument, column, error);
  nep_value value;
  int rc = copy_value(argument, column, &value, error);
  if (rc == SQLITE_OK && clause->op == NEP_OP_REGEXP)
    rc = check_pattern(&value, error);
  if (rc != SQLITE_OK) {
    nep_value_dispose(&value);
    return rc;
  }
  return nep_binding_add(binding, i, &value, error);
}

/* LIMIT + OFFSET as far as they are plain numbers: a hint. */
static sqlite3_int64 page_hint(const nep_plan *plan, sqlite3_value **argv)
{
  if (!plan->limit_argument)
    return 0;
  sqlite3_int64 hint = sqlite3_value_int64(argv[plan->limit_argument - 1]);
  sqlite3_int64 offset = 0;
  if (plan->offset_argument)
    offset = sqlite3_value_int64(argv[plan->offset_argument - 1]);
  const sqlite3_int64 most = 1000000000;
  if (hint < 0 || hint > most || offset > most)
    return 0;
  return hint + (offset > 0 ? offset : 0);
}

/* It cannot change while the cursor is open. */
static bool leaves_doubtful(nep_cursor *cursor)
{
  if (!cursor->knows_left && nep_plan_is_doubtful(&cursor->plan)) {
    cursor->may_join_left =
        nep_statement_may_join_left(nep_cursor_connection(cursor)->db);
    cursor->knows_left = true;
  }
  return cursor->may_join_left;
}

static int bind_arguments(nep_cursor *cursor, int argc, sqlite3_value **argv,
                          nep_binding *binding, nep_error *error)
{
  const nep_plan *plan = &cursor->plan;
  if (plan->n_arguments > argc)
    return nep_error_set(error, SQLITE_INTERNAL, "the plan lacks its values");
  int rc = nep_binding_init(binding, plan, error);
  for (size_t i = 0; i < plan->n_clauses && rc == SQLITE_OK; i++) {
    int argument = plan->clauses[i].argument;
    if (argument)
      rc = bind_argument(plan, i, argv[argument - 1], binding, error);
  }
  if (rc != SQLITE_OK)
    return rc;
  binding->page_hint = page_hint(plan, argv);
  binding->leaves_doubtful = leaves_doubtful(cursor);
  nep_binding_finish(plan, binding);
  return SQLITE_OK;
}

/* A fresh cursor takes over what a parked one of the same plan holds. Its
** state may know the parked cursor by address, but while rows are shown from a
** shelf it does not go back to it. */
static void adopt_parked(nep_cursor *cursor, const char *text)
{
  nep_cursor *parked =
      nep_park_take(nep_cursor_connection(cursor), cursor->base.pVtab, text);
  if (!parked)
    return;
  nep_cursor *next_open = cursor->next_open;
  *cursor = *parked;
  cursor->next_open = next_open;
  cursor->knows_left = false; /* it may be another statement */
  sqlite3_free(parked);
}

/* Reads the plan, unless it is the one of the scan before. */
static int take_plan(nep_cursor *cursor, const char *text, nep_error *error)
{
  if (!cursor->plan_text)
    adopt_parked(cursor, text);
  if (cursor->plan_text && strcmp(cursor->plan_text, text) == 0)
    return SQLITE_OK;
  end_scan(cursor);
  forget_plan(cursor);
  int rc = nep_plan_parse(&cursor->plan, &nep_cursor_vtab(cursor)->schema, text,
                          error);
  if (rc != SQLITE_OK)
    return rc;
  rc = nep_text_duplicate(text, &cursor->plan_text, error);
  if (rc != SQLITE_OK)
    forget_plan(cursor);
  return rc;
}

/* Keeps the project that is read where the query names none: the setting may
** change while the scan goes on. */
static int take_project(nep_cursor *cursor, nep_error *error)
{
  return nep_text_duplicate(project_of(nep_cursor_vtab(cursor)),
                            &cursor->project, error);
}

static int start_scan(nep_cursor *cursor, const char *text, int argc,
                      sqlite3_value **argv, nep_error *error)
{
  nep_binding fresh = {0};
  bool is_done = false;
  int rc = take_plan(cursor, text, error);
  if (rc == SQLITE_OK)
    rc = bind_arguments(cursor, argc, argv, &fresh, error);
  if (rc == SQLITE_OK)
    rc = nep_join_seek(cursor, &fresh, &is_done, error);
  if (rc != SQLITE_OK || is_done) {
    nep_binding_dispose(&fresh);
    return rc;
  }
  if (fresh.is_empty &&
      cursor->is_shelved) { /* the shelf serves the next key */
    cursor->is_eof = true;
    nep_binding_dispose(&fresh);
    return SQLITE_OK;
  }
  cursor->is_repeated = nep_join_is_repeated(cursor, &fresh);
  end_scan(cursor);
  cursor->scan = ++nep_cursor_connection(cursor)->n_scans;
  cursor->binding = fresh;
  rc = take_project(cursor, error);
  cursor->is_eof = fresh.is_empty;
  return rc != SQLITE_OK || fresh.is_empty ? rc : nep_join_open(cursor, error);
}

/* Ends a method: on failure the error becomes the table's. */
static int finish(nep_cursor *cursor, int rc, nep_error *error)
{
  if (rc == SQLITE_OK)
    return rc;
  cursor->is_eof = true;
  if (error->code == SQLITE_OK)
    nep_error_set(error, rc, "%s", sqlite3_errstr(rc));
  return give_error(error, &cursor->base.pVtab->zErrMsg);
}

static int filter(sqlite3_vtab_cursor *base, int number, const char *text,
                  int argc, sqlite3_value **argv)
{
  (void)number;
  nep_cursor *cursor = (nep_cursor *)base;
  nep_error error = {0};
  int rc = start_scan(cursor, text, argc, argv, &error);
  return finish(cursor, rc, &error);
}

static int next(sqlite3_vtab_cursor *base)
{
  nep_cursor *cursor = (nep_cursor *)base;
  nep_error error = {0};
  int rc = nep_join_next(cursor, &error);
  return finish(cursor, rc, &error);
}

static int eof(sqlite3_vtab_cursor *base)
{
  return ((nep_cursor *)base)->is_eof;
}

/* A hidden input shows the value that was used, so that SQLite's own check of
** the condition holds. */
static void give_input(nep_cursor *cursor, int column, sqlite3_context *context)
{
  const nep_bound *bound =
      nep_binding_find(&cursor->plan, &cursor->binding, column);
  if (!bound || bound->n_values == 0)
    return;
  const nep_value *value = &bound->values[0];
  if (value->type == NEP_VALUE_TEXT)
    sqlite3_result_text64(context, value->text, value->size, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  else if (value->type == NEP_VALUE_INTEGER)
    sqlite3_result_int64(context, value->integer);
  else if (value->type == NEP_VALUE_REAL)
    sqlite3_result_double(context, value->real);
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int i)
{
  nep_cursor *cursor = (nep_cursor *)base;
  if (cursor->plan.schema->columns[i].kind == NEP_KIND_NQL) {
    give_input(cursor, i, context);
    return SQLITE_OK;
  }
  nep_error error = {0};
  int rc = nep_cursor_vtab(cursor)->table->column(cursor, i, context, &error);
  if (rc == SQLITE_OK)
    return rc;
  if (error.message)
    sqlite3_result_error(context, error.message, -1);
  sqlite3_result_error_code(context, rc);
  nep_error_clear(&error);
  return rc;
}

/* Tables are WITHOUT ROWID; SQLite asks only on a mistake of ours. */
static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *id)
{
  (void)base;
  *id = 0;
  return SQLITE_OK;
}

static int find_function(sqlite3_vtab *base, int argc, const char *name,
                         void (**call)(sqlite3_context *, int,
                                       sqlite3_value **),
                         void **data)
{
  static const struct {
    const char *name;
    void (*call)(sqlite3_context *, int, sqlite3_value **);
    int result; /* a constraint's op, or 1: no constraint */
  } functions[] = {
      {"regexp", nep_functions_regexp, 1},
      {"neptune_contains", nep_functions_contains, NEP_CONSTRAINT_CONTAINS},
      {"neptune_has", nep_functions_has, NEP_CONSTRAINT_HAS}};
  (void)base;
  *data = NULL;
  for (size_t i = 0; argc == 2 && i < NEP_COUNT(functions); i++) {
    if (sqlite3_stricmp(name, functions[i].name) != 0)
      continue;
    *call = functions[i].call;
    return functions[i].result;
  }
  return 0;
}

#define METHODS(create)                                                        \
  {                                                                            \
    .iVersion = 1, .xCreate = (create), .xConnect = connect_table,             \
    .xBestIndex = best_index, .xDisconnect = disconnect_table,                 \
    .xDestroy = disconnect_table, .xOpen = open_cursor,                        \
    .xClose = close_cursor, .xFilter = filter, .xNext = next, .xEof = eof,     \
    .xColumn = column, .xRowid = rowid, .xFindFunction = find_function         \
  }

/* Usable at once and for CREATE VIRTUAL TABLE; and usable at once only. SQLite
** takes xCreate == xConnect for the first, a NULL xCreate for the second. */
static const sqlite3_module creatable = METHODS(connect_table);
static const sqlite3_module eponymous_only = METHODS(NULL);

/* ---- registering ---- */

void nep_connection_retain(nep_connection *connection)
{
  connection->n_references++;
}

void nep_connection_release(void *pointer)
{
  nep_connection *connection = pointer;
  if (!connection || --connection->n_references > 0)
    return;
  nep_auth_free(connection->auth);
  nep_http_free(connection->http);
  nep_settings_dispose(&connection->settings);
  sqlite3_free(connection);
}

static void release_registration(void *pointer)
{
  registration *registered = pointer;
  nep_connection_release(registered->connection);
  sqlite3_free(registered);
}

int nep_vtab_register(nep_connection *connection, const char *name,
                      const nep_table *table, bool can_create)
{
  registration *registered = sqlite3_malloc64(sizeof(*registered));
  if (!registered)
    return SQLITE_NOMEM;
  *registered = (registration){table, connection};
  nep_connection_retain(connection);
  /* On failure SQLite has called release_registration. */
  return sqlite3_create_module_v2(connection->db, name,
                                  can_create ? &creatable : &eponymous_only,
                                  registered, release_registration);
}
