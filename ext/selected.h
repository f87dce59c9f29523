/*
** The attributes that a scan of attributes or of points selects: of the runs in
** its scope, those whose path and type its conditions admit. Runs are searched
** for only where a condition on runs, or a column that the values do not carry
** (experiment, run_id), needs it.
*/
#ifndef NEP_SELECTED_H
#define NEP_SELECTED_H

#include "scope.h"

typedef struct nep_selected {
  nep_scope scope;
  bool is_searching;    /* runs come from a search */
  nep_search *search;   /* owned */
  nep_run_list runs;    /* owned: the page of runs at hand, if searching */
  size_t runs_wanted;   /* in the next page; grows where few rows are wanted */
  const char **run_ids; /* owned array of texts of runs */
  const char **names;   /* owned array, borrowed texts: exact paths */
  size_t n_names;
  size_t names_from, names_to; /* those asked for now */
  bool names_done;       /* all names were asked for of the runs at hand */
  const char **patterns; /* owned array, borrowed texts */
  size_t n_patterns;
  nep_type *types; /* owned */
  size_t n_types;
  bool is_empty;                     /* no attribute can be admitted */
  nep_values *values;                /* owned */
  nep_definition_pages *definitions; /* owned; instead of values */
} nep_selected;

/* Zero it first, dispose after. path_column and type_column are positions in
** the cursor's table, type_column -1: only attributes of that type. */
int nep_selected_open(nep_selected *selected, const nep_cursor *cursor,
                      int path_column, int type_column, nep_type type,
                      nep_error *error);
/* Next run with admitted attributes (views; a run may come again with others):
** SQLITE_ROW, SQLITE_DONE or an error. *run is NULL where runs are not searched
** for; then entry->sys_id names it. Both last until the next call. */
int nep_selected_next(nep_selected *selected, const nep_entry **entry,
                      const nep_run **run, nep_error *error);
/* Instead of the above: next definition that a run in the scope has and the
** conditions admit, a view until the next call; the same one may come again. */
int nep_selected_next_definition(nep_selected *selected,
                                 const nep_definition **definition,
                                 nep_error *error);
/* Instead of the above, where names are exact and few: moves on to the next
** page of runs, selected->runs. SQLITE_ROW, SQLITE_DONE or an error. */
int nep_selected_next_runs(nep_selected *selected, nep_error *error);
void nep_selected_dispose(nep_selected *selected);

#endif
