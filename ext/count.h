/*
** Counting without fetching. Where every condition of a scan is the server's
** alone, and nothing is read but what these conditions look at, the count that
** comes with the first rows tells how many rows there are: SQLite is told not
** to check the conditions again (omit), so that it asks for no column of them.
** A row that is asked for one after all is fetched (nep_api_search_fetch).
*/
#ifndef NEP_COUNT_H
#define NEP_COUNT_H

#include "binding.h"

/*
** Makes plan one that counts, where that is so, and sets is_omitted of its
** constraints. Conditions must be exact and compare with a literal that can be
** sent as it is: the type of other values is known too late.
*/
int nep_count_plan(nep_plan *plan, nep_constraint *constraints,
                   size_t n_constraints, nep_error *error);

#endif
