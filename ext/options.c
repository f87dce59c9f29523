/* Inputs of tables of points. */
#include "options.h"

#include <string.h>

const nep_value *nep_option(const nep_cursor *cursor, int column)
{
  const nep_bound *bound =
      nep_binding_find(&cursor->plan, &cursor->binding, column);
  return bound && bound->n_values ? &bound->values[0] : NULL;
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

void nep_option_narrow(const nep_cursor *cursor, int column, nep_range *range)
{
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    const nep_bound *bound = &cursor->binding.clauses[i];
    if (cursor->plan.clauses[i].column != column || !bound->is_sent)
      continue;
    double value = bound->values[0].real;
    bool is_from = bound->op == NEP_OP_EQ || bound->op == NEP_OP_GT ||
                   bound->op == NEP_OP_GE;
    bool is_to = bound->op == NEP_OP_EQ || bound->op == NEP_OP_LT ||
                 bound->op == NEP_OP_LE;
    if (is_from && (!range->has_from || value > range->from)) {
      range->has_from = true;
      range->from = value;
    }
    if (is_to && (!range->has_to || value < range->to)) {
      range->has_to = true;
      range->to = value;
    }
  }
}
