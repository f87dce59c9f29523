/*
** Rows fetched together for several keys of a join, kept until the join asks
** for each. What an item's bytes mean is its table's business.
*/
#ifndef NEP_SHELF_H
#define NEP_SHELF_H

#include "dictionary.h"

typedef struct nep_shelf_item {
  char *key;        /* owned; the value that the join looks for */
  size_t order;     /* of adding: items of one key and path keep it */
  char *run_id;     /* owned; "ws/p/SYS-1", or NULL */
  char *experiment; /* owned; or NULL */
  char *custom_id;  /* owned; run_id of the run, or NULL */
  char *path;       /* owned; or NULL */
  nep_bytes bytes;  /* owned */
  nep_bytes values; /* owned; those that bytes tell the place of */
} nep_shelf_item;

typedef struct nep_shelf {
  nep_dictionary keys;   /* those asked for, with rows or without */
  nep_dictionary names;  /* paths asked for, where they are several */
  nep_shelf_item *items; /* owned */
  size_t n, capacity;
  size_t n_bytes; /* held in all items */
} nep_shelf;      /* zero it to start */

/* Adds an empty item; texts are copied, NULL stays NULL. *item lasts until the
** next one is added. */
int nep_shelf_add(nep_shelf *shelf, nep_text key, const char *run_id,
                  const char *experiment, const char *custom_id,
                  const char *path, nep_shelf_item **item, nep_error *error);
/* bytes: one of the last item's. */
int nep_shelf_append(nep_shelf *shelf, nep_bytes *bytes, const void *data,
                     size_t size, nep_error *error);
/* Sorts by key and path; call it once, before the first find. */
void nep_shelf_sort(nep_shelf *shelf);
/* Index of the first item of key and path (NULL: any), or n. Those like it
** follow. */
size_t nep_shelf_find(const nep_shelf *shelf, nep_text key, const char *path);
void nep_shelf_dispose(nep_shelf *shelf);

#endif
