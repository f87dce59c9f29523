#include "ring.h"

#include <string.h>

static size_t size_of(const char *text)
{
  return text ? strlen(text) + 1 : 0;
}

static nep_http_record *at(const nep_ring *ring, sqlite3_int64 id)
{
  return &ring->records[(id - 1) % NEP_RING_RECORDS];
}

static void drop_first(nep_ring *ring)
{
  nep_http_record *record = at(ring, ring->first);

  ring->texts -=
      size_of(record->path) + size_of(record->query) + size_of(record->error);
  sqlite3_free(record->path);
  sqlite3_free(record->query);
  sqlite3_free(record->error);
  record->path = record->query = record->error = NULL;
  ring->first++;
}

void nep_ring_dispose(nep_ring *ring)
{
  while (ring->records && ring->first <= ring->last)
    drop_first(ring);
  sqlite3_free(ring->records);
  ring->records = NULL;
}

/* Allocates the records with the first request: loading stays cheap. */
static bool begin(nep_ring *ring)
{
  if (ring->records)
    return true;
  ring->records = sqlite3_malloc64(NEP_RING_RECORDS * sizeof(nep_http_record));
  ring->first = 1;
  ring->last = 0;
  return ring->records != NULL;
}

nep_http_record *nep_ring_add(nep_ring *ring, const char *path,
                              const char *query)
{
  nep_http_record record = {0};

  if (!begin(ring))
    return NULL;
  record.path = nep_text_copy(nep_text_of(path));
  record.query = query ? nep_text_copy(nep_text_of(query)) : NULL;
  if (!record.path || (query && !record.query)) {
    sqlite3_free(record.path);
    sqlite3_free(record.query);
    return NULL;
  }
  record.rows = -1;
  record.milliseconds = -1;
  ring->texts += size_of(path) + size_of(query);
  while (ring->first <= ring->last &&
         (ring->texts > NEP_RING_TEXTS ||
          ring->last - ring->first + 1 >= NEP_RING_RECORDS))
    drop_first(ring);
  record.id = ++ring->last;
  *at(ring, record.id) = record;
  return at(ring, record.id);
}

nep_http_record *nep_ring_find(const nep_ring *ring, sqlite3_int64 id)
{
  if (!ring->records || id < ring->first || id > ring->last)
    return NULL;
  return at(ring, id);
}

void nep_ring_set_error(nep_ring *ring, sqlite3_int64 id, const char *message)
{
  nep_http_record *record = nep_ring_find(ring, id);

  if (!record)
    return;
  ring->texts -= size_of(record->error);
  sqlite3_free(record->error);
  record->error = message ? nep_text_copy(nep_text_of(message)) : NULL;
  ring->texts += size_of(record->error);
}
