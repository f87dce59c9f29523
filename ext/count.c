/* Which plans count: see count.h. */
#include "count.h"

static bool is_of_runs(const nep_table_schema *schema)
{
  return nep_schema_is_like(schema, &nep_schema_experiments) ||
         nep_schema_is_like(schema, &nep_schema_runs);
}

/* Of a column that is an input the first value counts alone. */
static bool is_alone(const nep_plan *plan, const nep_clause *clause)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_clause *other = &plan->clauses[i];
    if (other != clause && other->column == clause->column)
      return false;
  }
  return true;
}

/* A time that no text can show is NULL, but later or earlier than others: a
** server may hold one, though not as a time that it sets itself. */
static bool is_shown_whole(const nep_column *column, nep_op op)
{
  return column->kind != NEP_KIND_DATETIME || op == NEP_OP_EQ ||
         op == NEP_OP_IS || nep_schema_is_of_all_runs(column);
}

static bool is_decided_by_server(const nep_plan *plan, const nep_clause *clause)
{
  const nep_column *column = &plan->schema->columns[clause->column];
  return clause->verdict == NEP_EXACT && clause->literal &&
         !nep_op_is_doubtful(clause->op) &&
         is_shown_whole(column, clause->op) &&
         (!nep_schema_is_input(column->kind) || is_alone(plan, clause));
}

static bool has_clause(const nep_plan *plan, size_t column)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if ((size_t)plan->clauses[i].column == column)
      return true;
  }
  return false;
}

static bool reads_conditions_only(const nep_plan *plan)
{
  for (size_t i = 0; i < plan->schema->n_columns; i++) {
    if (plan->is_used[i] && !has_clause(plan, i))
      return false;
  }
  return true;
}

static const nep_value *literal_of(const nep_clause *clause,
                                   const nep_constraint *constraints, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if (constraints[i].argument == clause->argument)
      return &constraints[i].literal;
  }
  return NULL;
}

static int bind_literals(const nep_plan *plan,
                         const nep_constraint *constraints, size_t n,
                         nep_binding *binding, nep_error *error)
{
  int rc = nep_binding_init(binding, plan, error);
  for (size_t i = 0; i < plan->n_clauses && rc == SQLITE_OK; i++) {
    const nep_value *literal = literal_of(&plan->clauses[i], constraints, n);
    nep_value copy = literal ? *literal : (nep_value){0};
    if (copy.text) {
      copy.text = nep_text_copy((nep_text){copy.text, copy.size});
      if (!copy.text)
        return nep_error_no_memory(error);
    }
    rc = nep_binding_add(binding, i, &copy, error);
  }
  if (rc == SQLITE_OK)
    nep_binding_finish(plan, binding);
  return rc;
}

static bool is_sent_whole(const nep_binding *binding)
{
  for (size_t i = 0; i < binding->n_clauses; i++) {
    if (!binding->clauses[i].is_sent || binding->clauses[i].n_values != 1)
      return false;
  }
  return true;
}

static void omit(const nep_plan *plan, nep_constraint *constraints, size_t n)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    for (size_t c = 0; c < n; c++) {
      if (constraints[c].argument == plan->clauses[i].argument)
        constraints[c].is_omitted = true;
    }
  }
}

int nep_count_plan(nep_plan *plan, nep_constraint *constraints,
                   size_t n_constraints, nep_error *error)
{
  if (plan->n_locals > 0 || plan->has_order || !is_of_runs(plan->schema) ||
      !reads_conditions_only(plan))
    return SQLITE_OK;
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (!is_decided_by_server(plan, &plan->clauses[i]))
      return SQLITE_OK;
  }
  nep_binding binding = {0};
  int rc = bind_literals(plan, constraints, n_constraints, &binding, error);
  if (rc == SQLITE_OK && is_sent_whole(&binding)) {
    plan->is_count = true;
    omit(plan, constraints, n_constraints);
  }
  nep_binding_dispose(&binding);
  return rc;
}
