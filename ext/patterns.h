/*
** Patterns of attribute names, as the query clients write them:
**
**   pattern     = alternative {" | " alternative}
**   alternative = part {" & " part}
**   part        = ["!"] RE2
**
** Operators stand between white space; a|b is one RE2. "!" first in a part
** means that it must not match (\x21 is the character). Pure.
*/
#ifndef NEP_PATTERNS_H
#define NEP_PATTERNS_H

#include "wire.h"

typedef struct nep_patterns {
  nep_name_alternative *items; /* owned */
  size_t n;
  char *text;         /* owned: what items point into */
  const char **parts; /* owned: their arrays */
} nep_patterns;       /* zero it to start, dispose after */

/* SQLITE_ERROR where RE2 rejects a part: names it and the position. */
int nep_patterns_parse(nep_patterns *patterns, const char *text,
                       nep_error *error);
void nep_patterns_dispose(nep_patterns *patterns);

#endif
