/*
** What a scan asks for, piece by piece: each project, and for each the NQL of
** its conditions on runs (in several pieces where an IN list is too long for
** one request). And lists of runs, a page of them at a time.
*/
#ifndef NEP_SCOPE_H
#define NEP_SCOPE_H

#include "vtab.h"

typedef struct nep_scope {
  const nep_cursor *cursor; /* borrowed */
  const char *project;      /* of the current piece; borrowed from the cursor or
                               found; NULL: all */
  char *nql;                /* owned; of the current piece, NULL: all runs */
  char **found;             /* owned: projects found, or met on the way */
  size_t n_found, capacity;
  bool is_found; /* those found are read */
  size_t next_project;
  size_t position; /* in the longest IN list; 0: this project is through */
  nep_part part;   /* of the runs; set by the caller, NEP_PART_ALL at first */
} nep_scope;

/* Zero it, set cursor. Moves to the next piece: SQLITE_ROW, SQLITE_DONE or an
** error (no project is set; one is not of the form workspace/project). */
int nep_scope_next(nep_scope *scope, nep_error *error);
/* The same piece of another part of the runs: SQLITE_ROW or an error. */
int nep_scope_take_part(nep_scope *scope, nep_part part, nep_error *error);
void nep_scope_dispose(nep_scope *scope);
/* The i-th project that the scan names, else the one that is set; NULL: there
** is none, or no more. */
const char *nep_scope_project_at(const nep_cursor *cursor, size_t i);
/* SQLITE_ERROR where no project is named (NULL) or it is not of that form. */
int nep_scope_check_project(const char *project, nep_error *error);

/*
** Where no project is named and none is set, experiments and runs are those of
** all projects of the caller.
*/
bool nep_scope_is_everywhere(const nep_cursor *cursor);
/* Finds the projects that nep_scope_next then moves through: those with a run
** (heads: an experiment) that the conditions select, or all where there are no
** conditions. */
int nep_scope_find_projects(nep_scope *scope, bool heads, nep_error *error);
/* Instead of nep_scope_next: pieces for a search over all projects at once;
** scope->project is NULL. */
int nep_scope_next_everywhere(nep_scope *scope, nep_error *error);
/* The project of a run that such a search found, as "ws/p"; lasts as long as
** scope. */
int nep_scope_project_of(nep_scope *scope, const nep_entry *entry,
                         const char **project, nep_error *error);
/* True where the scan has conditions on runs, or a fixed filter. */
bool nep_scope_filters_runs(const nep_cursor *cursor);

typedef struct nep_run {
  char *id;           /* owned: "ws/p/SYS-1" */
  const char *sys_id; /* in id */
  char *experiment;   /* owned; NULL: none */
  char *run_id;       /* owned; NULL: not asked for */
} nep_run;

typedef struct nep_run_list {
  nep_run *items;  /* owned */
  nep_run **by_id; /* owned; sorted by sys_id */
  size_t n, capacity;
} nep_run_list; /* zero it to start */

/* Replaces the list by the next runs of search: at most max_runs, their ids
** together about max_bytes. n is 0 at the end of the search. */
int nep_run_list_fill(nep_run_list *list, nep_search *search,
                      const char *project, size_t max_runs, size_t max_bytes,
                      nep_error *error);
/* Adds a run of which only the sys_id is known. */
int nep_run_list_add(nep_run_list *list, const char *project, nep_text sys_id,
                     nep_error *error);
/* The run with that sys_id in a filled list, or NULL. */
const nep_run *nep_run_list_find(const nep_run_list *list, nep_text sys_id);
void nep_run_list_clear(nep_run_list *list); /* keeps the memory */
void nep_run_list_dispose(nep_run_list *list);

/* The value of a key column: experiment, run_id or sys_id; empty where there is
** none. */
nep_text nep_run_key(const nep_run *run, int column);
/* Where sys_id begins in the id "ws/p/SYS-1" of a run. */
const char *nep_run_sys_id(const char *id);
/* Gives experiment, run_id or sys_id of run as the result. */
void nep_run_result(sqlite3_context *context, const nep_run *run, int column);

#endif
