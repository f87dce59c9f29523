/*
** The series that a scan of points selects, a batch of them at a time, and the
** one that its current row is of.
**
** Where one or few exact attributes are named and runs are searched for anyway,
** each run is asked for each of them, whether it has it or not; else the values
** endpoint tells which run has which series.
*/
#ifndef NEP_BATCH_H
#define NEP_BATCH_H

#include "selected.h"

typedef struct nep_listed_series {
  size_t run; /* index in the batch's runs */
  char *path; /* owned */
} nep_listed_series;

typedef struct nep_batch {
  nep_selected selected;
  nep_type type;             /* of all series */
  bool is_crossing;          /* runs x names, without asking which exist; may
                                be cleared before the first batch */
  nep_run_list runs;         /* owned: runs of the batch, unless crossing */
  nep_listed_series *series; /* owned: the batch, unless crossing */
  size_t n_listed, capacity;
  size_t current;             /* the series of the current row, set by users */
  nep_run shown;              /* texts borrowed from item */
  const nep_shelf_item *item; /* the series shown from a shelf, or NULL */
  bool has_shelved;           /* shelved is the series of the row before */
  size_t shelved;             /* index in the batch */
} nep_batch;

/* Zero it first, dispose after. path_column: position in the cursor's table of
** the attribute's path. */
int nep_batch_open(nep_batch *batch, const nep_cursor *cursor, int path_column,
                   nep_type type, nep_error *error);
/* Gathers the next series, about so many as rows are wanted or, where crossing,
** a page of runs, and sets *list to them: SQLITE_ROW, SQLITE_DONE or an error.
** list: zero at first but for rows_wanted, which grows from batch to batch. */
int nep_batch_next(nep_batch *batch, nep_series_list *list, nep_error *error);
void nep_batch_dispose(nep_batch *batch);

/* ---- of the batch at hand ---- */

const nep_run *nep_batch_run_at(const nep_batch *batch, size_t i);

/* ---- of the current row ---- */

const nep_run *nep_batch_run(const nep_batch *batch);
/* Gives the run's experiment, run_id and sys_id, which stand first in each
** table, the path and the project. */
void nep_batch_result_run(const nep_batch *batch, int column,
                          sqlite3_context *context);
void nep_batch_result_path(const nep_batch *batch, sqlite3_context *context);
void nep_batch_result_project(const nep_batch *batch, sqlite3_context *context);

/* ---- joins ---- */

/* The item of the current row's series, the last of shelf: items of series, or
** of pieces of one, follow each other as rows do. */
int nep_batch_shelve(nep_batch *batch, const nep_cursor *cursor,
                     nep_shelf *shelf, nep_shelf_item **item, nep_error *error);
/* From now on the current row is one of item's series. */
void nep_batch_show(nep_batch *batch, const nep_shelf_item *item);
/* The runs of the batch, from the current one on, or its series; see
** nep_table. */
int nep_batch_ahead(const nep_batch *batch, int column, nep_text current,
                    size_t most, nep_dictionary *keys, nep_dictionary *names,
                    nep_error *error);

#endif
