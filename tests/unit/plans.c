#include "offers.h"

#include <check.h>
#include <string.h>

#define FLOAT_COLUMN(name, path, operand)                                      \
  {                                                                            \
    name, "REAL", NEP_KIND_FLOAT, NEP_TYPE_FLOAT, path, operand, false, false, \
        0, false                                                               \
  }
#define PLAIN_COLUMN(name)                                                     \
  {                                                                            \
    name, "", NEP_KIND_PLAIN, NEP_TYPE_UNKNOWN, NULL, NULL, false, false, 0,   \
        false                                                                  \
  }

static const nep_column odd_columns[] = {
    FLOAT_COLUMN("best \"acc\"", "a \"b\" | nql (c), ~", "`a \"b\" | (c)`:int"),
    FLOAT_COLUMN("lr", "config/lr", "`config/lr`:float"),
    FLOAT_COLUMN("last lr", "config/lr series", "`config/lr`:floatSeries"),
    {"gr\xC3\xB6\xC3\x9F"
     "e",
     "TEXT", NEP_KIND_STRING, NEP_TYPE_STRING,
     "a/gr\xC3\xB6\xC3\x9F"
     "e",
     "`a/gr\xC3\xB6\xC3\x9F"
     "e`:string",
     false, false, 0, false},
    {"when", "TEXT", NEP_KIND_DATETIME, NEP_TYPE_DATETIME, "it's {new}",
     "`it's {new}`:datetime", false, false, 0, false},
    /* Three of one path, two of them of one operand. */
    {"best", "REAL", NEP_KIND_SERIES, NEP_TYPE_FLOAT_SERIES, "m AS n",
     "max(`m AS n`:floatSeries)", false, false, NEP_HAS_MAX, false},
    {"config/lr", "REAL", NEP_KIND_SERIES, NEP_TYPE_FLOAT_SERIES, "m AS n",
     "max(`m AS n`:floatSeries)", false, false, NEP_HAS_MAX, true},
    {" AS \"", "REAL", NEP_KIND_SERIES, NEP_TYPE_FLOAT_SERIES, "m AS n",
     "last(`m AS n`:floatSeries)", false, false, 0, true},
    PLAIN_COLUMN(""),
    PLAIN_COLUMN("\""),
    PLAIN_COLUMN("columns"),
    PLAIN_COLUMN("local IS"),
    {"project", "TEXT", NEP_KIND_PROJECT, NEP_TYPE_UNKNOWN, NULL, NULL, true,
     false, 0, false},
    {"nql", "TEXT", NEP_KIND_NQL, NEP_TYPE_UNKNOWN, NULL, NULL, false, true, 0,
     false},
};
const nep_table_schema plans_odd_schema = {
    "odd", odd_columns, NEP_COUNT(odd_columns), NEP_TYPE_UNKNOWN};

void plans_parse(nep_plan *plan, const nep_table_schema *schema,
                 const char *text)
{
  nep_error error = {0};

  ck_assert_msg(nep_plan_parse(plan, schema, text, &error) == SQLITE_OK,
                "%s: %s", text, error.message);
}

nep_value plans_copy(const nep_value *value)
{
  nep_value copy = *value;

  if (copy.text) {
    copy.text = nep_text_copy((nep_text){value->text, value->size});
    ck_assert_ptr_nonnull(copy.text);
  }
  return copy;
}

void plans_add(nep_binding *binding, size_t clause, const nep_value *values,
               size_t n)
{
  nep_error error = {0};

  for (size_t i = 0; i < n; i++) {
    nep_value copy = plans_copy(&values[i]);
    ck_assert_int_eq(nep_binding_add(binding, clause, &copy, &error),
                     SQLITE_OK);
  }
}

bool plans_takes_list(const nep_table_schema *schema, int column)
{
  if (column < 0 || (size_t)column >= schema->n_columns)
    return true;
  nep_kind kind = schema->columns[column].kind;
  return kind != NEP_KIND_NQL && kind != NEP_KIND_OPTION;
}

size_t plans_random(unsigned long long *seed, size_t limit)
{
  *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
  return (size_t)(*seed >> 33) % limit;
}

size_t offers_plan(const nep_table_schema *schema,
                   const nep_constraint given[MOST_OFFERS],
                   const nep_plan_options *options,
                   nep_constraint offers[MOST_OFFERS], nep_plan *plan,
                   bool *is_possible)
{
  nep_error error = {0};
  size_t n = 0;

  memcpy(offers, given, MOST_OFFERS * sizeof(*offers));
  while (n < MOST_OFFERS && offers[n].sqlite_op)
    n++;
  ck_assert_int_eq(
      nep_plan_build(plan, schema, offers, n, options, is_possible, &error),
      SQLITE_OK);
  return n;
}

size_t plans_build(const plan_case *row, nep_constraint offers[MOST_OFFERS],
                   nep_plan *plan, bool *is_possible)
{
  nep_plan_options options = {.n_order = row->options & SORTED ? 1 : 0,
                              .may_drop_doubles = row->options & DISTINCT,
                              .is_pushdown_on = !(row->options & PUSHDOWN_OFF)};

  if (row->options & DISTINCT) { /* SQLite rechecks the conditions */
    options.columns_used = 1ULL << NEP_ATTRIBUTES_ATTRIBUTE;
    for (size_t i = 0; i < MOST_OFFERS && row->offers[i].sqlite_op; i++)
      options.columns_used |= 1ULL << row->offers[i].column;
  }
  return offers_plan(row->schema, row->offers, &options, offers, plan,
                     is_possible);
}
