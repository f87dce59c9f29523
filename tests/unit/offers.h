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

enum { MOST_OFFERS = 8 };
/* Options of a case: ORDER BY is there; SELECT DISTINCT attribute. */
enum { PUSHDOWN_OFF = 1, SORTED = 2, DISTINCT = 4 };

typedef struct plan_case {
  const char *name;
  const nep_table_schema *schema;
  int options;
  nep_constraint offers[MOST_OFFERS]; /* up to the first without an operator */
  const char *plan;                   /* NULL: none is possible */
} plan_case;

/* Plans copies of the offers; returns how many there are. *plan is disposed by
** the caller. */
size_t offers_plan(const nep_table_schema *schema,
                   const nep_constraint given[MOST_OFFERS],
                   const nep_plan_options *options,
                   nep_constraint offers[MOST_OFFERS], nep_plan *plan,
                   bool *is_possible);
/* The same for a row and what its options say. */
size_t plans_build(const plan_case *row, nep_constraint offers[MOST_OFFERS],
                   nep_plan *plan, bool *is_possible);

#endif
