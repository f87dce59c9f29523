/*
** The values of a scan, bound to a plan: what is sent of each clause. Pure.
*/
#ifndef NEP_BINDING_H
#define NEP_BINDING_H

#include "plan.h"

/* The values of one clause. */
typedef struct nep_bound {
  bool is_sent; /* false: a value cannot be sent faithfully, SQLite decides */
  nep_op op;    /* may differ from the clause's: times have bounds in ms */
  nep_value *values; /* owned */
  size_t n_values, capacity;
} nep_bound;

typedef struct nep_binding {
  nep_bound *clauses; /* owned, as many as the plan's */
  size_t n_clauses;
  nep_column attribute;    /* what conditions on NEP_KIND_VALUE are about, once
                              finished; texts owned; no operand: not known */
  bool leaves_doubtful;    /* set before finish: see nep_plan_is_doubtful */
  bool is_empty;           /* no row can match: ask nothing */
  sqlite3_int64 page_hint; /* rows wanted, 0: not known */
} nep_binding;

/* Zeroes and sizes binding for plan; dispose after. */
int nep_binding_init(nep_binding *binding, const nep_plan *plan,
                     nep_error *error);
/* Adds a value to a clause, taking its text. */
int nep_binding_add(nep_binding *binding, size_t clause, nep_value *value,
                    nep_error *error);
/*
** Turns the values into what is sent: sets is_sent, op and is_empty. Nothing
** is rounded, cut or coerced unless SQL's comparison does the same; what would
** be is left to SQLite.
*/
void nep_binding_finish(const nep_plan *plan, nep_binding *binding);
/* The column that a clause is about. */
const nep_column *nep_binding_column(const nep_plan *plan,
                                     const nep_binding *binding, size_t clause);
/* The values of the first sent clause on column, or NULL. */
const nep_bound *nep_binding_find(const nep_plan *plan,
                                  const nep_binding *binding, int column);
void nep_binding_dispose(nep_binding *binding);

#endif
