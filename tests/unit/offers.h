/*
** What SQLite offers the planner, as constants, and plans made of it.
*/
#ifndef UNIT_OFFERS_H
#define UNIT_OFFERS_H

#include "plans.h"

#define OP(name) SQLITE_INDEX_CONSTRAINT_##name

/* One constraint: usable and without a literal, unless said otherwise. */
#define OFFER(at, name)                                                        \
  {                                                                            \
    .column = (at), .sqlite_op = OP(name), .is_usable = true                   \
  }
#define UNUSABLE(at, name)                                                     \
  {                                                                            \
    .column = (at), .sqlite_op = OP(name)                                      \
  }
#define COLLATED(at, name, text)                                               \
  {                                                                            \
    .column = (at), .sqlite_op = OP(name), .is_usable = true,                  \
    .collation = (text)                                                        \
  }
#define LIST(at)                                                               \
  {                                                                            \
    .column = (at), .sqlite_op = OP(EQ), .is_usable = true, .is_in = true      \
  }
#define CONTAINS(at) OFFER(at, FUNCTION)
#define HAS(at)                                                                \
  {                                                                            \
    .column = (at), .sqlite_op = NEP_CONSTRAINT_HAS, .is_usable = true         \
  }
#define KNOWN(at, name, ...)                                                   \
  {                                                                            \
    .column = (at), .sqlite_op = OP(name), .is_usable = true,                  \
    .has_literal = true, .literal = __VA_ARGS__                                \
  }

/* ORDER BY is there; pushdown is off; SELECT DISTINCT attribute. */
enum { SORTED = 1, OFF = 2, DISTINCT = 4 };
enum { MOST = 8 };

typedef struct plan_case {
  const char *name;
  const nep_table_schema *schema;
  int options;
  nep_constraint offers[MOST]; /* up to the first without an operator */
  const char *plan;            /* NULL: none is possible */
} plan_case;

/* Plans copies of the offers; *plan is disposed by the caller. */
size_t plans_build(const plan_case *row, nep_constraint offers[MOST],
                   nep_plan *plan, bool *is_possible);

#endif
