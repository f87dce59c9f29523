/*
** Joins without a request per row. Where a scan looks for one run (sys_id,
** run_id or experiment = ?) that a scan of experiments or runs on the same
** connection is standing on, that scan will ask for its next runs next: they
** are fetched together and kept on the cursor's shelf.
**
** Policy. The first fetch takes few keys; the number grows while what they
** bring is small and shrinks when it is large. A fetch that outgrows the shelf
** is given up, and the cursor asks key by key, streaming, from then on.
**
** Keys from an ordinary table cannot be seen ahead (WHERE sys_id IN (SELECT …)
** sends all of them at once). They are asked for one by one a few times; then
** the cursor tries to fetch what the other conditions select, whatever the key,
** and gives that up once it costs about as much as was spent so far. The next
** try comes after twice as many keys: as in ski rental, never much more than
** twice the best plan.
**
** Where a join looks for an attribute (USING (sys_id, attribute)), those of the
** rows ahead are fetched together once the name changes; where no key goes with
** it, all attributes are, as with keys that cannot be seen ahead.
**
** Of a series in the order wanted the first points may be enough: as many as
** LIMIT says. SQLite does not tell it where a subquery looks for a column of an
** outer table (sys_id = r.sys_id): then few are asked for, and all of them, for
** all keys, once the join goes on to read more.
**
** Where a join looks for points by their step, too (USING (sys_id, step), or
** a range of steps), the step is sent as long as it stays the same. Once it
** changes, what is fetched together is of all steps, and the shelf shows those
** looked for.
**
** A loop that asks for the same rows again and again (no condition on them can
** be sent) is treated like one of keys that cannot be seen ahead.
*/
#ifndef NEP_JOIN_H
#define NEP_JOIN_H

#include "vtab.h"

/* True where cursor's shelf answers for fresh, a binding of the same plan: the
** cursor then stands on the first row for it (or at the end). */
int nep_join_seek(nep_cursor *cursor, const nep_binding *fresh, bool *is_done,
                  nep_error *error);
/* Asks fresh, a binding of the same plan, for the rows of the scan before? */
bool nep_join_is_repeated(const nep_cursor *cursor, const nep_binding *fresh);
/* Opens the scan, looking ahead where another scan allows. */
int nep_join_open(nep_cursor *cursor, nep_error *error);
/* Next row, from the shelf or the table. */
int nep_join_next(nep_cursor *cursor, nep_error *error);

#endif
