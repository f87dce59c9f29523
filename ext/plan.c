/*
** The planner. Printing and parsing a plan stand in plan_text.c, the values of
** a scan in binding.c.
**
** Policy: what no rule names, another collation than BINARY on text, and every
** constraint on a column that the server cannot filter is local. LIMIT and
** OFFSET are never more than a hint, given only where nothing is left for
** SQLite to drop or to sort (sqlite-facts A2 shows wrong answers of those who
** do more).
**
** An order is the server's only where it is SQL's: by one number or time, of
** the runs of one project, or by step of one series. Texts are not: a server
** sorts by their beginning.
*/
#include "plan.h"

#include <string.h>

/* ---- estimates: they rank plans, requests first ---- */

#define ROWS_OF_RUNS 20000.0
#define ATTRIBUTES_OF_RUN 50.0
#define FILES_OF_RUN 2.0
#define SERIES_OF_RUN 10.0
#define POINTS_OF_SERIES 1000.0
#define BUCKETS_OF_SERIES 100.0
#define VALUES_OF_IN 25.0
#define RUNS_OF_DEFINITION 20.0 /* attributes of all to those of one */
#define COST_OF_REQUEST 10000.0 /* in rows */
#define RUNS_OF_PAGE 10000.0
#define KEYS_OF_REQUEST 50.0 /* that a join looks up together: see join.h */
#define POINTS_OF_PAGE 200000.0
/* Times dearer than any plan with its project: no order of joins without it
** wins, but among such orders the best still does. */
#define COST_WITHOUT_PROJECT 1e12

static double selectivity_of_run_condition(const nep_column *column, nep_op op)
{
  bool is_name =
      column->path && (strcmp(column->path, "sys/id") == 0 ||
                       strcmp(column->path, "sys/name") == 0 ||
                       strcmp(column->path, "sys/custom_run_id") == 0);
  double one = is_name ? 1.0 / ROWS_OF_RUNS : 0.1;
  if (op == NEP_OP_EQ || op == NEP_OP_IS)
    return one;
  if (op == NEP_OP_NE || op == NEP_OP_IS_NOT || op == NEP_OP_NOT_NULL)
    return 0.9;
  if (op == NEP_OP_IN)
    return one * VALUES_OF_IN < 0.5 ? one * VALUES_OF_IN : 0.5;
  return 0.3;
}

static double selectivity_of_member(nep_op op, double n)
{
  if (op == NEP_OP_EQ || op == NEP_OP_IS)
    return 1.0 / n;
  return op == NEP_OP_IN ? 2.0 / n : 0.3;
}

/* A join's lookup of one run: the value comes from another table's row. */
static bool is_lookup(const nep_plan *plan)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (nep_plan_is_key(plan, i))
      return true;
  }
  return false;
}

static void estimate(nep_plan *plan)
{
  const nep_table_schema *schema = plan->schema;
  bool has_points = schema->type != NEP_TYPE_UNKNOWN;
  bool has_files = nep_schema_is_like(schema, &nep_schema_files);
  bool has_attributes =
      nep_schema_is_like(schema, &nep_schema_attributes) || has_files;
  double runs = ROWS_OF_RUNS, paths = 1, points = 1;
  if (nep_schema_is_like(schema, &nep_schema_experiments))
    runs /= 2;
  if (has_attributes)
    paths = has_files ? FILES_OF_RUN : ATTRIBUTES_OF_RUN;
  if (has_points) {
    paths = SERIES_OF_RUN;
    points = nep_schema_is_like(schema, &nep_schema_metric_buckets)
                 ? BUCKETS_OF_SERIES
                 : POINTS_OF_SERIES;
  }
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_clause *clause = &plan->clauses[i];
    const nep_column *column = &schema->columns[clause->column];
    if (column->operand || column->kind == NEP_KIND_NQL ||
        column->kind == NEP_KIND_VALUE)
      runs *= selectivity_of_run_condition(column, clause->op);
    else if (column->kind == NEP_KIND_PATH || column->kind == NEP_KIND_TYPE)
      paths *= selectivity_of_member(clause->op, paths > 2 ? paths : 2);
    else if (column->kind == NEP_KIND_STEP)
      points *= selectivity_of_member(clause->op, POINTS_OF_SERIES);
  }
  if (runs < 1)
    runs = 1;
  plan->rows = runs * (paths < 1 ? 1 : paths) * (points < 1 ? 1 : points);
  double requests = 1 + runs / RUNS_OF_PAGE;
  if (plan->is_of_definitions)
    plan->rows = paths * RUNS_OF_DEFINITION;
  if (plan->has_order && nep_plan_parts_order(plan, false))
    requests += 1;
  if (has_points || has_attributes)
    requests += 1 + plan->rows / POINTS_OF_PAGE;
  if (is_lookup(plan))
    requests /= KEYS_OF_REQUEST;
  plan->cost = requests * COST_OF_REQUEST + plan->rows;
}

/* ---- planning ---- */

/* A list would give rows of one key several times, which SQLite takes for
** unique. */
#define ONE_VALUE                                                              \
  "%s takes one value at a time, not a list: join the values, as in "          \
  "FROM (VALUES (…), (…)) AS v JOIN %s ON %s = v.column1"

static bool op_of_sqlite(int sqlite_op, bool is_in, nep_op *op)
{
  static const struct {
    int sqlite_op;
    nep_op op;
  } ops[] = {{SQLITE_INDEX_CONSTRAINT_EQ, NEP_OP_EQ},
             {SQLITE_INDEX_CONSTRAINT_IS, NEP_OP_IS},
             {SQLITE_INDEX_CONSTRAINT_LT, NEP_OP_LT},
             {SQLITE_INDEX_CONSTRAINT_LE, NEP_OP_LE},
             {SQLITE_INDEX_CONSTRAINT_GT, NEP_OP_GT},
             {SQLITE_INDEX_CONSTRAINT_GE, NEP_OP_GE},
             {SQLITE_INDEX_CONSTRAINT_REGEXP, NEP_OP_REGEXP},
             {SQLITE_INDEX_CONSTRAINT_NE, NEP_OP_NE},
             {SQLITE_INDEX_CONSTRAINT_ISNOT, NEP_OP_IS_NOT},
             {SQLITE_INDEX_CONSTRAINT_LIKE, NEP_OP_LIKE},
             {SQLITE_INDEX_CONSTRAINT_GLOB, NEP_OP_GLOB},
             {NEP_CONSTRAINT_CONTAINS, NEP_OP_CONTAINS},
             {NEP_CONSTRAINT_HAS, NEP_OP_HAS},
             {SQLITE_INDEX_CONSTRAINT_ISNULL, NEP_OP_IS_NULL},
             {SQLITE_INDEX_CONSTRAINT_ISNOTNULL, NEP_OP_NOT_NULL}};
  for (size_t i = 0; i < NEP_COUNT(ops); i++) {
    if (ops[i].sqlite_op != sqlite_op)
      continue;
    *op = ops[i].op == NEP_OP_EQ && is_in ? NEP_OP_IN : ops[i].op;
    return true;
  }
  return false;
}

/* Does the operator go by the column's collation? */
static bool is_collated(nep_op op)
{
  return op != NEP_OP_REGEXP && op != NEP_OP_LIKE && op != NEP_OP_GLOB &&
         op != NEP_OP_CONTAINS && op != NEP_OP_HAS && nep_op_has_value(op);
}

static bool is_limit(const nep_constraint *constraint)
{
  return constraint->sqlite_op == SQLITE_INDEX_CONSTRAINT_LIMIT ||
         constraint->sqlite_op == SQLITE_INDEX_CONSTRAINT_OFFSET;
}

static bool is_binary(const char *collation)
{
  return !collation || sqlite3_stricmp(collation, "BINARY") == 0;
}

/* A comparison with what only = can set: no row could meet it. */
static bool is_misused_input(const nep_table_schema *schema,
                             const nep_constraint *constraint)
{
  nep_op op;
  if (constraint->column < 0 ||
      (size_t)constraint->column >= schema->n_columns ||
      !op_of_sqlite(constraint->sqlite_op, constraint->is_in, &op))
    return false;
  nep_kind kind = schema->columns[constraint->column].kind;
  return (kind == NEP_KIND_NQL || kind == NEP_KIND_OPTION) &&
         nep_op_has_value(op) && op != NEP_OP_EQ && op != NEP_OP_IN &&
         op != NEP_OP_IS && op != NEP_OP_IS_NOT;
}

/* Is a column of that kind equal to one value that can be had? */
static bool is_fixed(const nep_table_schema *schema,
                     const nep_constraint *constraints, size_t n, nep_kind kind)
{
  for (size_t i = 0; i < n; i++) {
    const nep_constraint *this = &constraints[i];
    if (this->is_usable && !this->is_in && is_binary(this->collation) &&
        (this->sqlite_op == SQLITE_INDEX_CONSTRAINT_EQ ||
         this->sqlite_op == SQLITE_INDEX_CONSTRAINT_IS) &&
        this->column >= 0 && (size_t)this->column < schema->n_columns &&
        schema->columns[this->column].kind == kind)
      return true;
  }
  return false;
}

/* The rule by which the constraint is sent, or NULL. */
static const nep_rule *rule_for(const nep_table_schema *schema,
                                const nep_constraint *constraint,
                                bool is_pushdown_on, nep_op *op)
{
  if (constraint->column < 0 ||
      (size_t)constraint->column >= schema->n_columns ||
      !op_of_sqlite(constraint->sqlite_op, constraint->is_in, op))
    return NULL;
  nep_kind kind = schema->columns[constraint->column].kind;
  if (!is_pushdown_on && !nep_schema_is_input(kind))
    return NULL;
  if (nep_schema_needs_binary(kind) && is_collated(*op) &&
      !is_binary(constraint->collation))
    return NULL;
  const nep_rule *rule = nep_schema_rule(kind, *op);
  if (!rule && *op == NEP_OP_IN && nep_schema_is_input(kind)) {
    *op = NEP_OP_EQ; /* refused, see ONE_VALUE */
    rule = nep_schema_rule(kind, *op);
  }
  return rule;
}

/* As SQL text, cut where it is long. */
static char *literal_text(const nep_value *value)
{
  nep_text text = {value->text, value->size};
  char number[NEP_NUMBER_SIZE];
  switch (value->type) {
  case NEP_VALUE_INTEGER:
    return sqlite3_mprintf("%lld", value->integer);
  case NEP_VALUE_REAL:
    nep_number_format(value->real, number);
    return sqlite3_mprintf("%s", number);
  case NEP_VALUE_TEXT:
    return nep_text_length(text) > 200
               ? sqlite3_mprintf("'%!.200q…'", value->text)
               : sqlite3_mprintf("%Q", value->text);
  case NEP_VALUE_NULL:
    return sqlite3_mprintf("NULL");
  case NEP_VALUE_BLOB:
    return sqlite3_mprintf("x''");
  }
  return NULL;
}

static int add_clause(nep_plan *plan, nep_constraint *constraint, nep_op op,
                      nep_verdict verdict, nep_error *error)
{
  nep_clause *clause = &plan->clauses[plan->n_clauses];
  clause->column = constraint->column;
  clause->op = op;
  clause->verdict = verdict;
  if (nep_op_has_value(op))
    clause->argument = ++plan->n_arguments;
  if (constraint->has_literal && clause->argument && op != NEP_OP_IN) {
    clause->literal = literal_text(&constraint->literal);
    if (!clause->literal)
      return nep_error_no_memory(error);
  }
  constraint->argument = clause->argument;
  constraint->is_in = op == NEP_OP_IN;
  plan->n_clauses++;
  return SQLITE_OK;
}

static int add_local(nep_plan *plan, const nep_constraint *constraint,
                     nep_error *error)
{
  nep_local *local = &plan->locals[plan->n_locals];
  local->column = constraint->column;
  local->sqlite_op = constraint->sqlite_op;
  if (!is_binary(constraint->collation)) {
    local->collation = sqlite3_mprintf("%s", constraint->collation);
    if (!local->collation)
      return nep_error_no_memory(error);
  }
  plan->n_locals++;
  return SQLITE_OK;
}

static int allocate(nep_plan *plan, size_t n_clauses, size_t n_locals,
                    nep_error *error)
{
  sqlite3_uint64 clauses = n_clauses * sizeof(nep_clause);
  sqlite3_uint64 locals = n_locals * sizeof(nep_local);
  sqlite3_uint64 used = plan->schema->n_columns * sizeof(bool);
  plan->clauses = sqlite3_malloc64(clauses + 1);
  plan->locals = sqlite3_malloc64(locals + 1);
  plan->is_used = sqlite3_malloc64(used + 1);
  if (!plan->clauses || !plan->locals || !plan->is_used)
    return nep_error_no_memory(error);
  memset(plan->clauses, 0, clauses);
  memset(plan->locals, 0, locals);
  memset(plan->is_used, 0, used);
  return SQLITE_OK;
}

static void mark_used(nep_plan *plan, unsigned long long columns_used)
{
  for (size_t i = 0; i < plan->schema->n_columns; i++)
    plan->is_used[i] = (columns_used >> (i < 63 ? i : 63)) & 1;
}

/* ---- definitions ---- */

/* Does the clause say what a key of the runs is? */
static bool is_key(const nep_plan *plan, size_t clause)
{
  nep_op op = plan->clauses[clause].op;
  return (op == NEP_OP_EQ || op == NEP_OP_IS) &&
         plan->schema->columns[plan->clauses[clause].column].operand;
}

/* Is the column's value known without a run's row: by the definition, or as
** the key that all runs share? */
static bool is_known(const nep_plan *plan, size_t column)
{
  nep_kind kind = plan->schema->columns[column].kind;
  if (kind == NEP_KIND_PATH || kind == NEP_KIND_TYPE ||
      kind == NEP_KIND_PROJECT || kind == NEP_KIND_NQL)
    return true;
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (plan->clauses[i].column == (int)column && is_key(plan, i))
      return true;
  }
  return false;
}

/* Which attributes there are says the definitions endpoint: where SQLite wants
** no row twice, and reads nothing that tells runs apart. */
static void take_definitions(nep_plan *plan, const nep_plan_options *options)
{
  if (!options->may_drop_doubles || !options->is_pushdown_on ||
      !nep_schema_is_like(plan->schema, &nep_schema_attributes))
    return;
  for (size_t i = 0; i < plan->schema->n_columns; i++) {
    if (plan->is_used[i] && !is_known(plan, i))
      return;
  }
  plan->is_of_definitions = true;
}

/* ---- orders ---- */

static bool is_sorted_alike(nep_kind kind)
{
  return kind == NEP_KIND_DATETIME || kind == NEP_KIND_INT ||
         kind == NEP_KIND_FLOAT || kind == NEP_KIND_SERIES;
}

/* Few runs, which SQLite sorts; and joins ask for many keys at once. */
static bool names_runs(const nep_plan *plan)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    nep_op op = plan->clauses[i].op;
    if (plan->clauses[i].column <= NEP_RUNS_SYS_ID &&
        (op == NEP_OP_EQ || op == NEP_OP_IS || op == NEP_OP_IN))
      return true;
  }
  return false;
}

static bool is_of_one_project(const nep_plan *plan, bool has_project)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_clause *clause = &plan->clauses[i];
    if (plan->schema->columns[clause->column].kind != NEP_KIND_PROJECT)
      continue;
    if (clause->op == NEP_OP_IN)
      return false;
    has_project = true;
  }
  return has_project;
}

static bool has_equality(const nep_plan *plan, int column)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (plan->clauses[i].column == column && plan->clauses[i].op == NEP_OP_EQ)
      return true;
  }
  return false;
}

static bool has_tail(const nep_plan *plan)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (plan->clauses[i].column == NEP_POINTS_TAIL)
      return true;
  }
  return false;
}

/* Points of one series, which come by step, from its end where they are floats.
** (Those of others may come between, but SQLite drops them.) */
static bool is_by_step(const nep_plan *plan, bool is_descending)
{
  return has_equality(plan, NEP_POINTS_ATTRIBUTE) &&
         (has_equality(plan, NEP_POINTS_RUN_ID) ||
          has_equality(plan, NEP_POINTS_SYS_ID)) &&
         (!is_descending ||
          (plan->schema->type == NEP_TYPE_FLOAT_SERIES && !has_tail(plan)));
}

static void take_order(nep_plan *plan, const nep_plan_options *options)
{
  if (options->n_order != 1 || !options->is_pushdown_on ||
      options->order_column < 0)
    return;
  const nep_column *column = &plan->schema->columns[options->order_column];
  bool is_sorted =
      column->operand
          ? is_sorted_alike(column->kind) && column->path && !names_runs(plan)
          : column->kind == NEP_KIND_STEP &&
                is_by_step(plan, options->is_descending);
  if (!is_sorted || !is_of_one_project(plan, options->has_project))
    return;
  plan->has_order = true;
  plan->order_column = options->order_column;
  plan->is_descending = options->is_descending;
}

/* Does SQLite drop the rows whose value is NULL by the operator? */
static bool drops_null(int sqlite_op)
{
  return sqlite_op == SQLITE_INDEX_CONSTRAINT_EQ ||
         sqlite_op == SQLITE_INDEX_CONSTRAINT_LT ||
         sqlite_op == SQLITE_INDEX_CONSTRAINT_LE ||
         sqlite_op == SQLITE_INDEX_CONSTRAINT_GT ||
         sqlite_op == SQLITE_INDEX_CONSTRAINT_GE;
}

static bool clause_drops_null(nep_op op, bool leaves_doubtful)
{
  return op == NEP_OP_EQ || op == NEP_OP_LT || op == NEP_OP_LE ||
         op == NEP_OP_GT || op == NEP_OP_GE || op == NEP_OP_IN ||
         (op == NEP_OP_NOT_NULL && !leaves_doubtful);
}

bool nep_plan_parts_order(const nep_plan *plan, bool leaves_doubtful)
{
  const nep_column *column = &plan->schema->columns[plan->order_column];
  if (!plan->has_order || !column->operand || nep_schema_is_of_all_runs(column))
    return false;
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (plan->clauses[i].column == plan->order_column &&
        clause_drops_null(plan->clauses[i].op, leaves_doubtful))
      return false;
  }
  for (size_t i = 0; i < plan->n_locals; i++) {
    if (plan->locals[i].column == plan->order_column &&
        drops_null(plan->locals[i].sqlite_op))
      return false;
  }
  return true;
}

/* LIMIT and OFFSET as a hint, where no row can be dropped or moved after us. */
static void take_limit(nep_plan *plan, nep_constraint *constraints, size_t n,
                       const nep_plan_options *options)
{
  bool is_sorted_later = options->n_order > 0 && !plan->has_order;
  if (is_sorted_later || plan->n_locals > 0 || !options->is_pushdown_on)
    return;
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (plan->clauses[i].verdict != NEP_EXACT)
      return;
  }
  for (size_t i = 0; i < n; i++) {
    if (!is_limit(&constraints[i]) || !constraints[i].is_usable)
      continue;
    constraints[i].argument = ++plan->n_arguments;
    if (constraints[i].sqlite_op == SQLITE_INDEX_CONSTRAINT_LIMIT)
      plan->limit_argument = constraints[i].argument;
    else
      plan->offset_argument = constraints[i].argument;
  }
}

int nep_plan_build(nep_plan *plan, const nep_table_schema *schema,
                   nep_constraint *constraints, size_t n_constraints,
                   const nep_plan_options *options, bool *is_possible,
                   nep_error *error)
{
  *plan = (nep_plan){.schema = schema};
  bool lacks_project = false;
  bool knows_attribute =
      is_fixed(schema, constraints, n_constraints, NEP_KIND_PATH) &&
      is_fixed(schema, constraints, n_constraints, NEP_KIND_TYPE);
  *is_possible = true;
  int rc = allocate(plan, n_constraints, n_constraints, error);
  if (rc != SQLITE_OK)
    return rc;
  mark_used(plan, options->columns_used);
  for (size_t i = 0; i < n_constraints && rc == SQLITE_OK; i++) {
    nep_constraint *constraint = &constraints[i];
    nep_op op;
    constraint->argument = 0;
    if (is_limit(constraint))
      continue;
    const nep_rule *rule =
        rule_for(schema, constraint, options->is_pushdown_on, &op);
    if (rule && rule->kind == NEP_KIND_VALUE && !knows_attribute)
      rule = NULL;
    if (!constraint->is_usable) {
      if (rule && rule->kind == NEP_KIND_PROJECT)
        lacks_project = true;
      else if (rule && nep_schema_is_input(rule->kind))
        *is_possible = false;
      continue;
    }
    if (!rule && is_misused_input(schema, constraint))
      return nep_error_set(error, SQLITE_ERROR,
                           "%s takes a value by =, as in WHERE %s = …",
                           schema->columns[constraint->column].name,
                           schema->columns[constraint->column].name);
    if (rule && constraint->is_in && op == NEP_OP_EQ)
      return nep_error_set(error, SQLITE_ERROR, ONE_VALUE,
                           schema->columns[constraint->column].name,
                           schema->name,
                           schema->columns[constraint->column].name);
    rc = rule ? add_clause(plan, constraint, op, rule->verdict, error)
              : add_local(plan, constraint, error);
  }
  if (rc != SQLITE_OK)
    return rc;
  take_definitions(plan, options);
  if (!lacks_project)
    take_order(plan, options);
  take_limit(plan, constraints, n_constraints, options);
  estimate(plan);
  if (lacks_project)
    plan->cost *= COST_WITHOUT_PROJECT;
  return SQLITE_OK;
}

bool nep_plan_is_key(const nep_plan *plan, size_t clause)
{
  const nep_clause *one = &plan->clauses[clause];
  return one->op == NEP_OP_EQ && !one->literal &&
         one->column <= NEP_RUNS_SYS_ID &&
         plan->schema->columns[one->column].operand;
}

bool nep_plan_is_doubtful(const nep_plan *plan)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (nep_op_is_doubtful(plan->clauses[i].op))
      return true;
  }
  return false;
}

void nep_plan_dispose(nep_plan *plan)
{
  for (size_t i = 0; i < plan->n_clauses; i++)
    sqlite3_free(plan->clauses[i].literal);
  for (size_t i = 0; i < plan->n_locals; i++)
    sqlite3_free(plan->locals[i].collation);
  sqlite3_free(plan->clauses);
  sqlite3_free(plan->locals);
  sqlite3_free(plan->is_used);
  *plan = (nep_plan){0};
}

void nep_value_dispose(nep_value *value)
{
  sqlite3_free(value->text);
  *value = (nep_value){0};
}
