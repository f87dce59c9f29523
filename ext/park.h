/*
** Of a correlated subquery SQLite 3.40 closes the cursor after each row and
** opens it again. A closed cursor is parked, with its shelf or what it knows of
** its scans, and serves the next opening of the same table: while the scan goes
** on that its keys were seen in, or the statement does, where that is the only
** one under way.
*/
#ifndef NEP_PARK_H
#define NEP_PARK_H

#include "vtab.h"

/* True where cursor was parked; else the caller frees it. */
bool nep_park_put(nep_cursor *cursor);
/* A parked cursor of the table with that plan whose shelf may serve again (plan
** NULL: any of the table), which becomes the caller's, or NULL. */
nep_cursor *nep_park_take(nep_connection *connection, const sqlite3_vtab *table,
                          const char *plan_text);
/* A parked cursor of no more use, which becomes the caller's, or NULL. */
nep_cursor *nep_park_take_stale(nep_connection *connection);

#endif
