/*
** What the planner's tests share: values as constants, plans from text, a
** schema with names that need care. Whatever fails here is an assertion.
*/
#ifndef UNIT_PLANS_H
#define UNIT_PLANS_H

#include "binding.h"

/* Initializers of a nep_value; the text is a string literal. */
#define NONE                                                                   \
  {                                                                            \
    .type = NEP_VALUE_NULL                                                     \
  }
#define INTEGER(number)                                                        \
  {                                                                            \
    .type = NEP_VALUE_INTEGER, .integer = (number)                             \
  }
#define REAL(number)                                                           \
  {                                                                            \
    .type = NEP_VALUE_REAL, .real = (number)                                   \
  }
#define TEXT(literal)                                                          \
  {                                                                            \
    .type = NEP_VALUE_TEXT, .text = (literal), .size = sizeof(literal) - 1     \
  }
#define BLOB                                                                   \
  {                                                                            \
    .type = NEP_VALUE_BLOB                                                     \
  }

/* Columns of experiments and runs by position. */
enum {
  EXPERIMENT,
  RUN_ID,
  SYS_ID = NEP_RUNS_SYS_ID,
  CREATION_TIME,
  MODIFICATION_TIME,
  PING_TIME,
  OWNER,
  DESCRIPTION,
  STATE,
  TAGS,
  GROUP_TAGS,
  FAILED,
  ARCHIVED = NEP_RUNS_ARCHIVED,
  RUNNING_TIME,
  PARENT = NEP_RUNS_PARENT,
  FORK_STEP,
  PROJECT = NEP_RUNS_PROJECT,
  NQL = NEP_RUNS_NQL,
  ATTRIBUTES = NEP_RUNS_ATTRIBUTES
};

/* Paths and names with quotes, separators and keywords of the plan's grammar;
** one operand begins like another. */
extern const nep_table_schema plans_odd_schema;

/* Parses text, which is a plan. The caller disposes it. */
void plans_parse(nep_plan *plan, const nep_table_schema *schema,
                 const char *text);
/* A copy of value that owns its text. */
nep_value plans_copy(const nep_value *value);
/* Adds copies of n values to a clause. */
void plans_add(nep_binding *binding, size_t clause, const nep_value *values,
               size_t n);
/* False for an input that takes one value at a time. */
bool plans_takes_list(const nep_table_schema *schema, int column);
/* The next of a fixed sequence of random numbers, below limit. */
size_t plans_random(unsigned long long *seed, size_t limit);

#endif
