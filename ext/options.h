/* Inputs that several tables of points take: hidden columns, ranges of step. */
#ifndef NEP_OPTIONS_H
#define NEP_OPTIONS_H

#include "vtab.h"

/* The value that the scan gives column, or NULL. */
const nep_value *nep_option(const nep_cursor *cursor, int column);
/* Gives that value back, or NULL, as the result. */
void nep_option_result(const nep_cursor *cursor, int column,
                       sqlite3_context *context);
/* An integer from least to most. SQLITE_ERROR where the value is another;
** without one, *number stays. */
int nep_option_integer(const nep_cursor *cursor, int column,
                       sqlite3_int64 least, sqlite3_int64 most,
                       sqlite3_int64 *number, nep_error *error);
/* A range with an end in each column, the first may not exceed the last. An
** infinite end is an open one. */
int nep_option_range(const nep_cursor *cursor, int from_column, int to_column,
                     nep_range *range, nep_error *error);
/* A text, borrowed from the scan; without one, *text is NULL. */
int nep_option_text(const nep_cursor *cursor, int column, const char **text,
                    nep_error *error);
/* SQLITE_ERROR where the value is none of those known; without one, 'full' and
** false. */
int nep_option_lineage(const nep_cursor *cursor, int column,
                       nep_lineage *lineage, nep_error *error);
int nep_option_previews(const nep_cursor *cursor, int column, bool *include,
                        nep_error *error);
void nep_option_result_lineage(sqlite3_context *context, nep_lineage lineage);

/* The steps that meet every condition on the step in binding that is sent,
** bounds included. */
nep_range nep_option_steps(const nep_plan *plan, const nep_binding *binding);

#endif
