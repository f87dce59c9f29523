/* Rows by key, in a sorted array. */
#include "shelf.h"

#include <stdlib.h>
#include <string.h>

/* No item grows beyond this; the whole shelf is bounded by its user. */
#define MAX_ITEM ((size_t)1 << 30)

static void dispose_item(nep_shelf_item *item)
{
  sqlite3_free(item->key);
  sqlite3_free(item->run_id);
  sqlite3_free(item->experiment);
  sqlite3_free(item->custom_id);
  sqlite3_free(item->path);
  nep_bytes_dispose(&item->bytes);
  nep_bytes_dispose(&item->values);
}

static int grow(nep_shelf *shelf, nep_error *error)
{
  nep_shelf_item *items = nep_array_grow(shelf->items, &shelf->capacity,
                                         sizeof(nep_shelf_item), error);
  if (!items)
    return error->code;
  shelf->items = items;
  return SQLITE_OK;
}

int nep_shelf_add(nep_shelf *shelf, nep_text key, const char *run_id,
                  const char *experiment, const char *custom_id,
                  const char *path, nep_shelf_item **item, nep_error *error)
{
  if (shelf->n == shelf->capacity && grow(shelf, error) != SQLITE_OK)
    return error->code;
  nep_shelf_item *added = &shelf->items[shelf->n];
  *added = (nep_shelf_item){.order = shelf->n,
                            .bytes = {.limit = MAX_ITEM},
                            .values = {.limit = MAX_ITEM}};
  added->key = nep_text_copy(key);
  int rc = added->key ? SQLITE_OK : nep_error_no_memory(error);
  if (rc == SQLITE_OK)
    rc = nep_text_duplicate(run_id, &added->run_id, error);
  if (rc == SQLITE_OK)
    rc = nep_text_duplicate(experiment, &added->experiment, error);
  if (rc == SQLITE_OK)
    rc = nep_text_duplicate(custom_id, &added->custom_id, error);
  if (rc == SQLITE_OK)
    rc = nep_text_duplicate(path, &added->path, error);
  if (rc != SQLITE_OK) {
    dispose_item(added);
    return rc;
  }
  shelf->n++;
  shelf->n_bytes += sizeof(*added) + key.size;
  *item = added;
  return SQLITE_OK;
}

int nep_shelf_append(nep_shelf *shelf, nep_bytes *bytes, const void *data,
                     size_t size, nep_error *error)
{
  int rc = nep_bytes_append(bytes, data, size);
  shelf->n_bytes += size;
  return rc == SQLITE_OK ? rc : nep_error_no_memory(error);
}

static int compare_items(const void *a, const void *b)
{
  const nep_shelf_item *left = a, *right = b;
  int order = strcmp(left->key, right->key);
  if (order == 0 && left->path && right->path)
    order = strcmp(left->path, right->path);
  if (order != 0)
    return order;
  return left->order < right->order ? -1 : left->order > right->order;
}

void nep_shelf_sort(nep_shelf *shelf)
{
  if (shelf->n > 0)
    qsort(shelf->items, shelf->n, sizeof(nep_shelf_item), compare_items);
}

/* As strcmp tells of item and the first item looked for. */
static int compare_item(const nep_shelf_item *item, nep_text key,
                        const char *path)
{
  int order = strncmp(item->key, key.data, key.size);
  if (order == 0 && item->key[key.size])
    return 1;
  return order == 0 && path && item->path ? strcmp(item->path, path) : order;
}

size_t nep_shelf_find(const nep_shelf *shelf, nep_text key, const char *path)
{
  size_t low = 0, high = shelf->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare_item(&shelf->items[middle], key, path) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  bool is_found =
      low < shelf->n && compare_item(&shelf->items[low], key, path) == 0;
  return is_found ? low : shelf->n;
}

void nep_shelf_dispose(nep_shelf *shelf)
{
  for (size_t i = 0; i < shelf->n; i++)
    dispose_item(&shelf->items[i]);
  sqlite3_free(shelf->items);
  nep_dictionary_dispose(&shelf->keys);
  nep_dictionary_dispose(&shelf->names);
  *shelf = (nep_shelf){0};
}
