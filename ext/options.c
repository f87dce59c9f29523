/* Inputs of tables of points. */
#include "options.h"

#include "values.h"

#include <math.h>
#include <string.h>

/* Integers up to here are doubles; SQLite would tell a larger one from its
** double, and drop the row. */
#define EXACT_INTEGER (1LL << 53)

const nep_value *nep_option(const nep_cursor *cursor, int column)
{
  const nep_bound *bound =
      nep_binding_find(&cursor->plan, &cursor->binding, column);
  return bound && bound->n_values ? &bound->values[0] : NULL;
}

void nep_option_result(const nep_cursor *cursor, int column,
                       sqlite3_context *context)
{
  const nep_value *value = nep_option(cursor, column);
  if (!value)
    return;
  bool is_real =
      strcmp(cursor->plan.schema->columns[column].declared, "REAL") == 0;
  if (value->type == NEP_VALUE_INTEGER && is_real &&
      value->integer <= EXACT_INTEGER && value->integer >= -EXACT_INTEGER)
    sqlite3_result_double(context, (double)value->integer);
  else if (value->type == NEP_VALUE_INTEGER)
    sqlite3_result_int64(context, value->integer);
  else if (value->type == NEP_VALUE_REAL)
    sqlite3_result_double(context, value->real);
  else if (value->type == NEP_VALUE_TEXT)
    nep_values_result_text(context, (nep_text){value->text, value->size});
}

static const char *name_of(const nep_cursor *cursor, int column)
{
  return cursor->plan.schema->columns[column].name;
}

int nep_option_integer(const nep_cursor *cursor, int column,
                       sqlite3_int64 least, sqlite3_int64 most,
                       sqlite3_int64 *number, nep_error *error)
{
  const nep_value *value = nep_option(cursor, column);
  if (!value)
    return SQLITE_OK;
  if (value->type != NEP_VALUE_INTEGER || value->integer < least ||
      value->integer > most)
    return nep_error_set(error, SQLITE_ERROR,
                         "%s is a whole number from %lld to %lld",
                         name_of(cursor, column), least, most);
  *number = value->integer;
  return SQLITE_OK;
}

/* One end of a range; open: the infinity that leaves it open. */
static int read_end(const nep_cursor *cursor, int column, double open,
                    bool *is_given, double *end, nep_error *error)
{
  const nep_value *value = nep_option(cursor, column);
  if (!value)
    return SQLITE_OK;
  *end = value->type == NEP_VALUE_INTEGER ? (double)value->integer
         : value->type == NEP_VALUE_REAL  ? value->real
                                          : -open;
  *is_given = isfinite(*end);
  if (*is_given || *end == open)
    return SQLITE_OK;
  return nep_error_set(error, SQLITE_ERROR,
                       "%s is a number, or %s9e999 for an open end",
                       name_of(cursor, column), open < 0 ? "-" : "");
}

int nep_option_range(const nep_cursor *cursor, int from_column, int to_column,
                     nep_range *range, nep_error *error)
{
  *range = (nep_range){0};
  int rc = read_end(cursor, from_column, -INFINITY, &range->has_from,
                    &range->from, error);
  if (rc == SQLITE_OK)
    rc = read_end(cursor, to_column, INFINITY, &range->has_to, &range->to,
                  error);
  if (rc != SQLITE_OK)
    return rc;
  if (range->has_from && range->has_to && range->from > range->to)
    return nep_error_set(error, SQLITE_ERROR,
                         "%s (%!.15g) is greater than %s (%!.15g)",
                         name_of(cursor, from_column), range->from,
                         name_of(cursor, to_column), range->to);
  return SQLITE_OK;
}

int nep_option_text(const nep_cursor *cursor, int column, const char **text,
                    nep_error *error)
{
  const nep_value *value = nep_option(cursor, column);
  *text = NULL;
  if (!value)
    return SQLITE_OK;
  if (value->type != NEP_VALUE_TEXT || value->size == 0 ||
      !nep_text_is_clean_utf8((nep_text){value->text, value->size}))
    return nep_error_set(error, SQLITE_ERROR,
                         "%s is a text in UTF-8, not an empty one",
                         name_of(cursor, column));
  *text = value->text;
  return SQLITE_OK;
}

int nep_option_lineage(const nep_cursor *cursor, int column,
                       nep_lineage *lineage, nep_error *error)
{
  const nep_value *value = nep_option(cursor, column);
  const char *text = value && value->type == NEP_VALUE_TEXT ? value->text : "";
  *lineage = NEP_LINEAGE_FULL;
  if (!value || strcmp(text, "full") == 0)
    return SQLITE_OK;
  if (strcmp(text, "experiment") == 0)
    *lineage = NEP_LINEAGE_EXPERIMENT;
  else if (strcmp(text, "run") == 0)
    *lineage = NEP_LINEAGE_RUN;
  else
    return nep_error_set(error, SQLITE_ERROR,
                         "lineage is 'full', 'experiment' or 'run', not "
                         "'%.60s'",
                         text);
  return SQLITE_OK;
}

int nep_option_previews(const nep_cursor *cursor, int column, bool *include,
                        nep_error *error)
{
  const nep_value *value = nep_option(cursor, column);
  *include = false;
  if (!value)
    return SQLITE_OK;
  if (value->type != NEP_VALUE_INTEGER ||
      (value->integer != 0 && value->integer != 1))
    return nep_error_set(error, SQLITE_ERROR, "include_previews is 0 or 1");
  *include = value->integer == 1;
  return SQLITE_OK;
}

void nep_option_result_lineage(sqlite3_context *context, nep_lineage lineage)
{
  static const char *const lineages[] = {[NEP_LINEAGE_FULL] = "full",
                                         [NEP_LINEAGE_EXPERIMENT] =
                                             "experiment",
                                         [NEP_LINEAGE_RUN] = "run"};
  sqlite3_result_text(context, lineages[lineage], -1, SQLITE_STATIC);
}

nep_range nep_option_steps(const nep_plan *plan, const nep_binding *binding)
{
  nep_range range = {0};
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_bound *bound = &binding->clauses[i];
    if (plan->schema->columns[plan->clauses[i].column].kind != NEP_KIND_STEP ||
        !bound->is_sent)
      continue;
    double value = bound->values[0].real;
    bool is_from = bound->op == NEP_OP_EQ || bound->op == NEP_OP_GT ||
                   bound->op == NEP_OP_GE;
    bool is_to = bound->op == NEP_OP_EQ || bound->op == NEP_OP_LT ||
                 bound->op == NEP_OP_LE;
    if (is_from && (!range.has_from || value > range.from)) {
      range.has_from = true;
      range.from = value;
    }
    if (is_to && (!range.has_to || value < range.to)) {
      range.has_to = true;
      range.to = value;
    }
  }
  return range;
}
