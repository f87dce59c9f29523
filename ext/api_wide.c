/*
** Search pages with more attributes than one search may ask for: the rest are
** asked for in searches of their own, by sys/id, and joined to the page.
**
** Messages that stand one behind the other read as one message: a run's answers
** are put together without being taken apart.
*/
#include "api.h"

#include <stdlib.h>
#include <string.h>

typedef struct wide_row {
  nep_text sys_id; /* in the page */
  nep_bytes bytes; /* owned: the run's answers so far */
  size_t n_parts;  /* how many of them there are */
} wide_row;

typedef struct wide_part {
  const char **paths; /* owned array of borrowed texts */
  char *nql;          /* owned */
  size_t n_ids;
  nep_search *search; /* owned */
} wide_part;

typedef struct wide_page {
  nep_api *api;                  /* borrowed, as the next two */
  const nep_search_query *query; /* with all paths, sys/id first */
  size_t n_paths;                /* of one search */
  wide_row *rows;                /* owned, in the page's order */
  wide_row **by_id;              /* owned */
  size_t n_rows, n_groups;       /* groups of paths behind the first */
  wide_part *parts;              /* owned */
  size_t n_parts;
} wide_page;

static int compare_ids(nep_text a, nep_text b)
{
  size_t size = a.size < b.size ? a.size : b.size;
  int order = size ? memcmp(a.data, b.data, size) : 0;
  return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_rows(const void *a, const void *b)
{
  const wide_row *const *left = a, *const *right = b;
  return compare_ids((*left)->sys_id, (*right)->sys_id);
}

static int compare_with_row(const void *key, const void *element)
{
  const wide_row *const *row = element;
  return compare_ids(*(const nep_text *)key, (*row)->sys_id);
}

static nep_text id_of(const nep_entry *entry, size_t *hint)
{
  const nep_attribute *id =
      nep_entry_find(entry, nep_text_of("sys/id"), NEP_TYPE_UNKNOWN, hint);
  return id ? id->text : (nep_text){NULL, 0};
}

/* A sys/id is a project's key and a number: it needs no quoting in NQL. */
static bool is_plain_id(nep_text id)
{
  return id.size > 0 && !memchr(id.data, '"', id.size) &&
         !memchr(id.data, '\\', id.size);
}

static int add_part(wide_row *row, nep_text raw, nep_error *error)
{
  int rc = nep_bytes_append(&row->bytes, raw.data, raw.size);
  row->n_parts++;
  if (rc == SQLITE_TOOBIG)
    return nep_error_set(error, rc, "the attributes of a run are too large");
  return rc == SQLITE_OK ? rc : nep_error_no_memory(error);
}

/* ---- the page ---- */

static int read_rows(wide_page *wide, nep_text page, size_t n, nep_error *error)
{
  nep_reader reader = nep_reader_of(page);
  nep_entry entry = {0};
  size_t hint = 0;
  wide->rows = sqlite3_malloc64(n * sizeof(wide_row) + 1);
  wide->by_id = sqlite3_malloc64(n * sizeof(wide_row *) + 1);
  if (!wide->rows || !wide->by_id)
    return nep_error_no_memory(error);
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && wide->n_rows < n &&
         (rc = nep_wire_next_search_entry(&reader, &entry, error)) ==
             SQLITE_ROW) {
    wide_row *row = &wide->rows[wide->n_rows];
    wide->by_id[wide->n_rows++] = row;
    *row = (wide_row){.sys_id = id_of(&entry, &hint),
                      .bytes = {.limit = NEP_MAX_RESPONSE}};
    rc = is_plain_id(row->sys_id)
             ? add_part(row, entry.raw, error)
             : nep_error_set(error, SQLITE_CORRUPT,
                             "the server sent a run without usable sys/id");
  }
  nep_entry_dispose(&entry);
  if (wide->n_rows)
    qsort(wide->by_id, wide->n_rows, sizeof(wide_row *), compare_rows);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- the rest of the attributes ---- */

/* NQL for the rows from *row on, as many as fit; moves *row behind them. */
static char *nql_of_rows(const wide_page *wide, size_t max_bytes, size_t *row)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  size_t first = *row;
  for (; *row < wide->n_rows &&
         (*row == first || (size_t)sqlite3_str_length(out) + 100 < max_bytes);
       (*row)++)
    sqlite3_str_appendf(
        out, "%s(`sys/id`:string = \"%.*s\")", *row > first ? " OR " : "",
        (int)wide->rows[*row].sys_id.size, wide->rows[*row].sys_id.data);
  return sqlite3_str_finish(out);
}

static int add_search(wide_page *wide, size_t group, size_t max_bytes,
                      size_t *row, nep_error *error)
{
  size_t rest = wide->n_paths - 1; /* beside sys/id */
  size_t from = wide->n_paths + group * rest;
  size_t n = wide->query->n_paths - from;
  if (n > rest)
    n = rest;
  wide_part *part = &wide->parts[wide->n_parts++];
  size_t first = *row;
  *part = (wide_part){.paths = sqlite3_malloc64((n + 1) * sizeof(char *)),
                      .nql = nql_of_rows(wide, max_bytes, row)};
  part->n_ids = *row - first;
  if (!part->paths || !part->nql)
    return nep_error_no_memory(error);
  part->paths[0] = wide->query->paths[0];
  memcpy(part->paths + 1, wide->query->paths + from, n * sizeof(char *));
  /* Not heads: a run that is none any more is still in the page. */
  nep_search_query query = {.project = wide->query->project,
                            .nql = part->nql,
                            .paths = part->paths,
                            .n_paths = n + 1,
                            .rows_wanted = (sqlite3_int64)part->n_ids};
  return nep_api_search_open(wide->api, &query, &part->search, error);
}

/* All searches are under way at once, as far as max_workers allows. */
static int start_searches(wide_page *wide, nep_error *error)
{
  sqlite3_int64 max_bytes;
  int rc = nep_settings_integer(wide->api->settings, NEP_KEY_MAX_REQUEST_SIZE,
                                &max_bytes, error);
  size_t most = wide->n_groups * wide->n_rows;
  wide->parts = sqlite3_malloc64(most * sizeof(wide_part) + 1);
  if (!wide->parts)
    return nep_error_no_memory(error);
  for (size_t group = 0; group < wide->n_groups; group++) {
    for (size_t row = 0; row < wide->n_rows && rc == SQLITE_OK;)
      rc = add_search(wide, group, (size_t)max_bytes, &row, error);
  }
  return rc;
}

static int take_part(wide_page *wide, wide_part *part, nep_error *error)
{
  const nep_entry *entry;
  size_t hint = 0;
  int rc = SQLITE_OK;
  for (size_t n = 0; n < part->n_ids && rc == SQLITE_OK; n++) {
    rc = nep_api_search_next(part->search, &entry, error);
    if (rc != SQLITE_ROW)
      return rc == SQLITE_DONE ? SQLITE_OK : rc;
    nep_text id = id_of(entry, &hint);
    wide_row **found = bsearch(&id, wide->by_id, wide->n_rows,
                               sizeof(wide_row *), compare_with_row);
    rc = found ? add_part(*found, entry->raw, error) : SQLITE_OK;
  }
  return rc;
}

/* A run that only the first search found was deleted meanwhile. */
static int print_page(const wide_page *wide, nep_bytes *merged,
                      nep_error *error)
{
  for (size_t i = 0; i < wide->n_rows; i++) {
    const wide_row *row = &wide->rows[i];
    if (row->n_parts <= wide->n_groups)
      continue;
    int rc = nep_wire_append_search_entry(merged, nep_bytes_view(&row->bytes),
                                          error);
    if (rc != SQLITE_OK)
      return rc;
  }
  return SQLITE_OK;
}

static void dispose(wide_page *wide)
{
  for (size_t i = 0; i < wide->n_parts; i++) {
    nep_api_search_close(wide->parts[i].search);
    sqlite3_free(wide->parts[i].paths);
    sqlite3_free(wide->parts[i].nql);
  }
  for (size_t i = 0; i < wide->n_rows; i++)
    nep_bytes_dispose(&wide->rows[i].bytes);
  sqlite3_free(wide->parts);
  sqlite3_free(wide->rows);
  sqlite3_free(wide->by_id);
}

int nep_api_widen(nep_api *api, const nep_search_query *query, size_t n_paths,
                  nep_text page, size_t n_rows, nep_bytes *merged,
                  nep_error *error)
{
  size_t rest = n_paths - 1;
  wide_page wide = {.api = api, .query = query, .n_paths = n_paths};
  wide.n_groups = (query->n_paths - n_paths + rest - 1) / rest;
  nep_bytes_reset(merged);
  int rc = read_rows(&wide, page, n_rows, error);
  if (rc == SQLITE_OK)
    rc = start_searches(&wide, error);
  for (size_t i = 0; i < wide.n_parts && rc == SQLITE_OK; i++)
    rc = take_part(&wide, &wide.parts[i], error);
  if (rc == SQLITE_OK)
    rc = print_page(&wide, merged, error);
  dispose(&wide);
  return rc;
}
