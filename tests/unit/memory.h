/*
** Memory that fails on demand and is counted: SQLite's, cJSON's, and what C++
** allocates with new.
*/
#ifndef UNIT_MEMORY_H
#define UNIT_MEMORY_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Before anything uses SQLite or cJSON. */
void memory_install(void);

/* From now on the k-th allocation fails (1: the next), and with persistent
** all after it. 0: none. */
void memory_fail(int k, bool persistent);
/* Whether an allocation failed since memory_fail. */
bool memory_failed(void);
/* Pieces allocated and not freed. */
long memory_pieces(void);

/*
** Calls action with the first, second, … allocation failing until none fails,
** once for that one only and once for all from there on. action returns its
** SQLite code after it has checked (where that is SQLITE_OK) and freed what it
** got. Asserts SQLITE_NOMEM where memory stayed away, SQLITE_NOMEM or SQLITE_OK
** where only one allocation failed, and no leak.
*/
void memory_check(int (*action)(nep_error *error));
/* The same, but what a library loses when new throws is not counted. */
void memory_check_but_leaks(int (*action)(nep_error *error));

/* malloc that follows memory_fail; for memory_new.cc. */
void *memory_take(size_t size);
void memory_give(void *piece);

#ifdef __cplusplus
}
#endif

#endif
