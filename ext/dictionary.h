/*
** Texts by key, for what is looked up together: filled, sorted, then searched.
*/
#ifndef NEP_DICTIONARY_H
#define NEP_DICTIONARY_H

#include "base.h"

typedef struct nep_pair {
  char *key;         /* owned */
  char *text;        /* owned; NULL until found */
  sqlite3_str *json; /* owned while it is being built, else NULL */
} nep_pair;

typedef struct nep_dictionary {
  nep_pair *pairs; /* owned */
  size_t n, capacity;
} nep_dictionary; /* zero it to start */

/* Adds a key (copied); sort before the next find. */
int nep_dictionary_add(nep_dictionary *dictionary, nep_text key,
                       nep_error *error);
/* Sorts, and drops keys that stand twice. No pair may have a text yet. */
void nep_dictionary_sort(nep_dictionary *dictionary);
/* The pair with that key, or NULL. */
nep_pair *nep_dictionary_find(const nep_dictionary *dictionary, nep_text key);
void nep_dictionary_clear(nep_dictionary *dictionary); /* keeps the memory */
void nep_dictionary_dispose(nep_dictionary *dictionary);

#endif
