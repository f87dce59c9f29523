/*
** RE2 behind four C functions; regex.cc is the only C++ file. Patterns are
** searched for, not anchored, as the server's MATCHES does.
*/
#ifndef NEP_REGEX_H
#define NEP_REGEX_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct nep_regex nep_regex;

/*
** Compiles pattern (UTF-8). On success *regex is owned by the caller. On
** failure SQLITE_ERROR with RE2's words, the pattern and the byte at which it
** cannot be read (none where it is too large); SQLITE_NOMEM when out of memory.
*/
int nep_regex_new(nep_text pattern, nep_regex **regex, nep_error *error);
/* 1, 0, or -1 when out of memory. */
int nep_regex_matches(const nep_regex *regex, nep_text text);
void nep_regex_free(nep_regex *regex); /* NULL is accepted */
/* Appends pattern text that matches literal, any bytes, as it stands. */
void nep_regex_append_quoted(sqlite3_str *out, nep_text literal);

#ifdef __cplusplus
}
#endif

#endif
