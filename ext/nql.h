/*
** A bound plan as NQL, the server's query language. The only file that quotes
** for it. Pure.
*/
#ifndef NEP_NQL_H
#define NEP_NQL_H

#include "binding.h"

/* Which of the runs, where a plan's order parts them (nep_plan_parts_order). */
typedef enum nep_part {
  NEP_PART_ALL,
  NEP_PART_SORTED, /* those with a value to sort by */
  NEP_PART_NULL    /* the others */
} nep_part;

/*
** Prints the conditions on runs: fixed (a table's own filter, or NULL), raw NQL
** and the clauses, ANDed; NULL in *nql where there are none, else freed with
** sqlite3_free. Text much beyond max_bytes is avoided by sending the longest IN
** list in pieces: *position is 0 at first, and after each call the place to go
** on from, 0 again when all values were printed. The pieces select different
** runs. Another list that would take more than half of max_bytes is left to
** SQLite, and so is any that does not fit where the server sorts the runs. Raw
** NQL that reaches beyond its own end (an open quote, a parenthesis too many)
** is SQLITE_ERROR.
*/
int nep_nql_print(const nep_plan *plan, const nep_binding *binding,
                  const char *fixed, nep_part part, size_t max_bytes,
                  size_t *position, char **nql, nep_error *error);
/* Appends text as an NQL string: quotes, with \\ and \" escaped. */
void nep_nql_append_string(sqlite3_str *out, nep_text text);

#endif
