/* Inputs that several tables of points take: hidden columns, ranges of step. */
#ifndef NEP_OPTIONS_H
#define NEP_OPTIONS_H

#include "vtab.h"

/* The value that the scan gives column, or NULL. */
const nep_value *nep_option(const nep_cursor *cursor, int column);
/* SQLITE_ERROR where the value is none of those known; without one, 'full' and
** false. */
int nep_option_lineage(const nep_cursor *cursor, int column,
                       nep_lineage *lineage, nep_error *error);
int nep_option_previews(const nep_cursor *cursor, int column, bool *include,
                        nep_error *error);
void nep_option_result_lineage(sqlite3_context *context, nep_lineage lineage);

/* Narrows range by every condition that the scan sends on column. */
void nep_option_narrow(const nep_cursor *cursor, int column, nep_range *range);

#endif
