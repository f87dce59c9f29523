/*
** Arguments of CREATE VIRTUAL TABLE:
**
**   argument = "project" "=" value | "nql" "=" value | column
**   column   = name TYPE [path]     of experiments and runs only
**   value    = quoted | any text
**   name     = quoted | word        word: no space, quote or "="
**   path     = quoted
**   quoted   = '…' | "…" | `…` | […], the quote doubled inside
**
** Comments of SQL may stand between the parts of a column. Pure.
*/
#ifndef NEP_ARGUMENTS_H
#define NEP_ARGUMENTS_H

#include "columns.h"

typedef struct nep_arguments {
  char *project;       /* owned; NULL: from the settings */
  char *nql;           /* owned; NULL: no fixed filter */
  nep_columns columns; /* in place: declared ones */
} nep_arguments;       /* zero it to start, dispose after */

/* Parses argv[0..n), arguments of a table like base. SQLITE_ERROR names the
** argument and what is valid. */
int nep_arguments_parse(nep_arguments *arguments, const nep_table_schema *base,
                        int n, const char *const *argv, nep_error *error);
void nep_arguments_dispose(nep_arguments *arguments);

#endif
