/*
** What can be known of the statement that a scan belongs to: its text, and that
** of the views and triggers that it may go through.
*/
#ifndef NEP_STATEMENT_H
#define NEP_STATEMENT_H

#include "base.h"

/* False where no statement under way on db can have a LEFT JOIN: the word is
** neither in the text of one nor in that of any view or trigger. */
bool nep_statement_may_join_left(sqlite3 *db);
/* The only statement under way on db, or NULL; *run tells its runs apart. */
const sqlite3_stmt *nep_statement_alone(sqlite3 *db, int *run);

#endif
