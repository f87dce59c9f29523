/* Batches of series. */
#include "batch.h"

#include "values.h"

#include <string.h>

/* Most series of a batch, but for those of runs that have many. */
#define BATCH_SERIES 10000
/* Names up to which every run is asked for every name. */
#define FEW_NAMES 4

int nep_batch_open(nep_batch *batch, const nep_cursor *cursor, int path_column,
                   nep_type type, nep_error *error)
{
  nep_selected *selected = &batch->selected;
  batch->type = type;
  int rc = nep_selected_open(selected, cursor, path_column, -1, type, error);
  batch->is_crossing = selected->is_searching && selected->n_names > 0 &&
                       selected->n_names <= FEW_NAMES;
  return rc;
}

/* ---- gathering ---- */

static void clear(nep_batch *batch)
{
  for (size_t i = 0; i < batch->n_listed; i++)
    sqlite3_free(batch->series[i].path);
  batch->n_listed = 0;
  nep_run_list_clear(&batch->runs);
}

void nep_batch_dispose(nep_batch *batch)
{
  clear(batch);
  nep_run_list_dispose(&batch->runs);
  sqlite3_free(batch->series);
  nep_selected_dispose(&batch->selected);
  *batch = (nep_batch){0};
}

/* The project of the last series gathered. */
static const char *project_of(const nep_batch *batch)
{
  return batch->selected.scope.project;
}

static int add_run(nep_batch *batch, const nep_entry *entry, const nep_run *run,
                   nep_error *error)
{
  int rc =
      nep_run_list_add(&batch->runs, project_of(batch), entry->sys_id, error);
  if (rc != SQLITE_OK || !run)
    return rc;
  nep_run *added = &batch->runs.items[batch->runs.n - 1];
  rc = nep_text_duplicate(run->experiment, &added->experiment, error);
  if (rc == SQLITE_OK)
    rc = nep_text_duplicate(run->run_id, &added->run_id, error);
  return rc;
}

static int add_series(nep_batch *batch, nep_text path, nep_error *error)
{
  if (batch->n_listed == batch->capacity) {
    nep_listed_series *larger =
        nep_array_grow(batch->series, &batch->capacity, sizeof(*larger), error);
    if (!larger)
      return error->code;
    batch->series = larger;
  }
  char *copy = nep_text_copy(path);
  if (!copy)
    return nep_error_no_memory(error);
  batch->series[batch->n_listed++] =
      (nep_listed_series){batch->runs.n - 1, copy};
  return SQLITE_OK;
}

/* The next series that exist. */
static int list_series(nep_batch *batch, size_t wanted, nep_error *error)
{
  clear(batch);
  while (batch->n_listed < wanted) {
    const nep_entry *entry;
    const nep_run *run;
    int rc = nep_selected_next(&batch->selected, &entry, &run, error);
    if (rc == SQLITE_DONE)
      break;
    if (rc == SQLITE_ROW)
      rc = add_run(batch, entry, run, error);
    for (size_t i = 0; rc == SQLITE_OK && i < entry->n_attributes; i++) {
      if (entry->attributes[i].type == batch->type)
        rc = add_series(batch, entry->attributes[i].path, error);
    }
    if (rc != SQLITE_OK)
      return rc;
  }
  return batch->n_listed > 0 ? SQLITE_ROW : SQLITE_DONE;
}

/* ---- the batch at hand ---- */

static size_t size_of(const nep_batch *batch)
{
  return batch->is_crossing ? batch->selected.runs.n * batch->selected.n_names
                            : batch->n_listed;
}

const nep_run *nep_batch_run_at(const nep_batch *batch, size_t i)
{
  return batch->is_crossing
             ? &batch->selected.runs.items[i / batch->selected.n_names]
             : &batch->runs.items[batch->series[i].run];
}

static const char *path_at(const nep_batch *batch, size_t i)
{
  return batch->is_crossing ? batch->selected.names[i % batch->selected.n_names]
                            : batch->series[i].path;
}

/* For requests; context is the batch. */
static void series_at(const void *context, size_t i, nep_series_request *series)
{
  const nep_batch *batch = context;
  series->run_id = nep_batch_run_at(batch, i)->id;
  series->attribute = path_at(batch, i);
}

int nep_batch_next(nep_batch *batch, nep_series_list *list, nep_error *error)
{
  bool is_first = !list->context;
  if (!is_first && list->rows_wanted < BATCH_SERIES)
    list->rows_wanted *= 4; /* they were not enough after all; 0 stays */
  size_t wanted = BATCH_SERIES;
  if (list->rows_wanted > 0 && list->rows_wanted < BATCH_SERIES)
    wanted = (size_t)list->rows_wanted;
  batch->has_shelved = false;
  int rc = batch->is_crossing ? nep_selected_next_runs(&batch->selected, error)
                              : list_series(batch, wanted, error);
  list->project = project_of(batch);
  list->n = size_of(batch);
  list->at = series_at;
  list->context = batch;
  return rc;
}

/* ---- the current row ---- */

const nep_run *nep_batch_run(const nep_batch *batch)
{
  return batch->item ? &batch->shown : nep_batch_run_at(batch, batch->current);
}

void nep_batch_result_run(const nep_batch *batch, int column,
                          sqlite3_context *context)
{
  nep_run_result(context, nep_batch_run(batch), column);
}

void nep_batch_result_path(const nep_batch *batch, sqlite3_context *context)
{
  const char *path =
      batch->item ? batch->item->path : path_at(batch, batch->current);
  nep_values_result_text(context, nep_text_of(path));
}

void nep_batch_result_project(const nep_batch *batch, sqlite3_context *context)
{
  const nep_run *run = nep_batch_run(batch);
  nep_values_result_text(
      context, (nep_text){run->id, (size_t)(run->sys_id - run->id - 1)});
}

/* ---- joins ---- */

int nep_batch_shelve(nep_batch *batch, const nep_cursor *cursor,
                     nep_shelf *shelf, nep_shelf_item **item, nep_error *error)
{
  *item = shelf->n ? &shelf->items[shelf->n - 1] : NULL;
  if (batch->has_shelved && batch->shelved == batch->current)
    return SQLITE_OK;
  const nep_run *run = nep_batch_run(batch);
  int column = nep_cursor_key_column(cursor);
  nep_text key =
      column < 0 ? nep_text_of(NEP_NO_KEY) : nep_run_key(run, column);
  int rc = nep_shelf_add(shelf, key, run->id, run->experiment, run->run_id,
                         path_at(batch, batch->current), item, error);
  if (rc != SQLITE_OK)
    return rc;
  batch->has_shelved = true;
  batch->shelved = batch->current;
  return SQLITE_OK;
}

void nep_batch_show(nep_batch *batch, const nep_shelf_item *item)
{
  if (batch->item == item)
    return;
  batch->item = item;
  batch->shown = (nep_run){.id = item->run_id,
                           .sys_id = nep_run_sys_id(item->run_id),
                           .experiment = item->experiment,
                           .run_id = item->custom_id};
}

int nep_batch_ahead(const nep_batch *batch, int column, nep_text current,
                    size_t most, nep_dictionary *keys, nep_dictionary *names,
                    nep_error *error)
{
  const nep_run *last = NULL;
  int rc = SQLITE_OK;
  if (!nep_text_equal(nep_run_key(nep_batch_run(batch), column), current))
    return SQLITE_OK;
  for (size_t i = batch->current;
       i < size_of(batch) && keys->n < most && rc == SQLITE_OK; i++) {
    const nep_run *run = nep_batch_run_at(batch, i);
    nep_text key = nep_run_key(run, column);
    if (key.size == 0 || (run == last && !names))
      continue;
    last = run;
    rc = nep_dictionary_add(keys, key, error);
    if (rc == SQLITE_OK && names)
      rc = nep_dictionary_add(names, nep_text_of(path_at(batch, i)), error);
  }
  nep_dictionary_sort(keys);
  if (names)
    nep_dictionary_sort(names);
  return rc;
}
