/*
** neptune_create_table(name, 'experiments' | 'runs', pattern [, project]): asks
** which attributes of the project match the pattern, creates a table that
** declares a column for each, and returns the CREATE VIRTUAL TABLE.
*/
#ifndef NEP_CREATE_TABLE_H
#define NEP_CREATE_TABLE_H

#include "vtab.h"

/* What the function does, as sqlite3_create_function_v2 wants it: 3 or 4
** arguments, the user data is an nep_connection. */
void nep_create_table_call(sqlite3_context *context, int argc,
                           sqlite3_value **argv);

#endif
