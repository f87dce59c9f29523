/*
** Patterns of SQL as regular expressions of RE2, for the server to search with.
** What is sent may match more texts than SQL's pattern, never fewer: SQLite
** rechecks.
*/
#ifndef NEP_LIKE_H
#define NEP_LIKE_H

#include "base.h"

/* LIKE without ESCAPE: letters match in any case, as for SQLite (ASCII) or for
** an extension that knows more of them. Freed with sqlite3_free; NULL when out
** of memory. */
char *nep_like_regex(nep_text like);
/* Texts with this part. */
char *nep_like_regex_of_part(nep_text part);
/* GLOB; any set [...] stands for any character. */
char *nep_like_regex_of_glob(nep_text glob);

#endif
