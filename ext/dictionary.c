/* Texts by key, in a sorted array. */
#include "dictionary.h"

#include <stdlib.h>
#include <string.h>

static int compare_pairs(const void *a, const void *b)
{
  return strcmp(((const nep_pair *)a)->key, ((const nep_pair *)b)->key);
}

void nep_dictionary_clear(nep_dictionary *dictionary)
{
  for (size_t i = 0; i < dictionary->n; i++) {
    sqlite3_free(dictionary->pairs[i].key);
    sqlite3_free(dictionary->pairs[i].text);
    sqlite3_free(sqlite3_str_finish(dictionary->pairs[i].json));
  }
  dictionary->n = 0;
}

void nep_dictionary_dispose(nep_dictionary *dictionary)
{
  nep_dictionary_clear(dictionary);
  sqlite3_free(dictionary->pairs);
  *dictionary = (nep_dictionary){0};
}

int nep_dictionary_add(nep_dictionary *dictionary, nep_text key,
                       nep_error *error)
{
  if (dictionary->n == dictionary->capacity) {
    nep_pair *pairs = nep_array_grow(dictionary->pairs, &dictionary->capacity,
                                     sizeof(nep_pair), error);
    if (!pairs)
      return error->code;
    dictionary->pairs = pairs;
  }
  char *copy = nep_text_copy(key);
  if (!copy)
    return nep_error_no_memory(error);
  dictionary->pairs[dictionary->n++] = (nep_pair){.key = copy};
  return SQLITE_OK;
}

/* Sorts, and drops keys that stand twice. */
void nep_dictionary_sort(nep_dictionary *dictionary)
{
  size_t kept = 0;
  if (dictionary->n > 0)
    qsort(dictionary->pairs, dictionary->n, sizeof(nep_pair), compare_pairs);
  for (size_t i = 0; i < dictionary->n; i++) {
    nep_pair *this = &dictionary->pairs[i];
    if (kept && strcmp(dictionary->pairs[kept - 1].key, this->key) == 0)
      sqlite3_free(this->key);
    else
      dictionary->pairs[kept++] = *this;
  }
  dictionary->n = kept;
}

/* As strcmp, but text may hold U+0000, which no key does. */
static int compare_key(const char *key, nep_text text)
{
  size_t size = strlen(key);
  size_t common = size < text.size ? size : text.size;
  int order = common ? memcmp(key, text.data, common) : 0;
  if (order != 0)
    return order;
  return size < text.size ? -1 : size > text.size;
}

nep_pair *nep_dictionary_find(const nep_dictionary *dictionary, nep_text key)
{
  size_t low = 0, high = dictionary->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    nep_pair *this = &dictionary->pairs[middle];
    int order = compare_key(this->key, key);
    if (order == 0)
      return this;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}
