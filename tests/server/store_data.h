/* store_data.h: what the files of the store share. Two locks guard it:
 * `writing` is held by whoever uses db or changes anything; the gate is held
 * as writer by whoever changes what requests read, and as reader by requests.
 * So who holds `writing` may read all without the gate. */
#ifndef SRV_STORE_DATA_H
#define SRV_STORE_DATA_H

#include "gate.h"
#include "store.h"

#include <stdatomic.h>

#include <sqlite3.h>

enum { STORE_NO_RUN = SIZE_MAX };

/* The points that one run logged itself to one series: the committed ones in
 * step order, then the previews, whose steps are all beyond those. */
typedef struct store_series {
  model_point *points; /* owned, malloc; so are their objects */
  size_t count;
  size_t cap;
  size_t previews;    /* how many of them are not committed */
  bool holds_objects; /* no floats */
} store_series;

typedef struct store_attr {
  uint32_t def;
  atomic_bool is_stale; /* a series: the summary in value is not up to date */
  int64_t id;           /* in table attribute; 0: inherited or sys */
  model_value value;
  void *block;       /* owned: what value points to; NULL: in an arena */
  store_series *own; /* owned; NULL: no series, or all of it is inherited */
} store_attr;

typedef struct store_run {
  int64_t id; /* run_id of table run */
  int64_t number;
  bool is_fork;
  int64_t parent_number;
  size_t parent;       /* index into runs; STORE_NO_RUN: none */
  size_t first_child;  /* a fork of it, STORE_NO_RUN: none */
  size_t next_sibling; /* another fork of the same parent */
  size_t previous;     /* the one before in the same experiment */
  size_t next;         /* the one after */
  double fork_step;    /* -inf without parent */
  int64_t depth;       /* forks above it */
  const char *uuid;
  model_text custom_id;
  model_text experiment; /* data NULL: none */
  int64_t created;
  int64_t pinged;
  double running_seconds;
  double experiment_seconds;
  bool is_head;
  bool resolved;     /* inherited series are in attrs */
  store_attr *attrs; /* owned; sorted by def once loaded */
  size_t n_attrs;
  size_t cap_attrs;
} store_run;

typedef struct store_name {
  const char *name; /* borrowed from the run */
  size_t run;
} store_name;

typedef struct store_project_data {
  model_project base; /* first, so that one casts into the other */
  int64_t project_id;
  store_run *runs; /* owned; by number */
  size_t cap_runs;
  store_name *by_uuid;      /* owned; both sorted by name, n_runs of them */
  store_name *by_custom_id; /* owned */
  size_t cap_uuids;
  size_t cap_custom_ids;
  srv_arena arena;           /* texts */
  pthread_mutex_t summaries; /* guards summaries that are stale */
} store_project_data;

/* Statements that are prepared once; store_sql.c has their text. */
typedef enum store_statement {
  STORE_BEGIN,
  STORE_COMMIT,
  STORE_ROLLBACK,
  STORE_ADD_PROJECT,
  STORE_ADD_RUN,
  STORE_INHERIT,
  STORE_TOUCH_RUN,
  STORE_SET_DESCRIPTION,
  STORE_SET_TAGS,
  STORE_SET_GROUP_TAGS,
  STORE_SET_FAILED,
  STORE_SET_ARCHIVED,
  STORE_ADD_ATTRIBUTE,
  STORE_SET_ATTRIBUTE,
  STORE_ADD_FLOAT,
  STORE_ADD_STRING,
  STORE_ADD_HISTOGRAM,
  STORE_ADD_FILE,
  STORE_DROP_FLOATS,
  STORE_DROP_STRINGS,
  STORE_DROP_HISTOGRAMS,
  STORE_DROP_FILES,
  STORE_ADD_SUBMISSION,
  STORE_FORGET_SUBMISSIONS,
  STORE_FIND_SUBMISSION,
  STORE_SET_CONTENT,
  STORE_FIND_CONTENT,
  STORE_STATEMENTS
} store_statement;

struct store {
  sqlite3 *db;
  sqlite3_stmt *statements[STORE_STATEMENTS]; /* owned; NULL: not yet */
  store_project_data **projects;              /* owned */
  size_t count;
  size_t cap;
  void *contents;    /* owned by content.c: a tree of uploaded files */
  char *folder;      /* owned: where they lie */
  bool is_temporary; /* the folder goes with the store */
  srv_gate gate;
  pthread_mutex_t writing;
  bool has_locks;
};

extern const unsigned char srv_schema[]; /* schema.sql, ends with 0 */

extern const model_ops store_ops;

/* Reads every project of from->db. */
bool store_load(store *from, srv_error *err);

/* Reads the project with this id of table project. */
store_project_data *store_load_project(store *from, int64_t project_id,
                                       srv_error *err);

/* Reads one run that is in the store but not in memory yet to
 * project->runs[project->n_runs], whole but unseen: n_runs and all that leads
 * to it stays as it is, with room for one more. What it holds is released by
 * store_run_dispose, or made visible by store_run_publish. The gate must be
 * held as writer. */
bool store_load_run(store *from, store_project_data *project, int64_t number,
                    srv_error *err);
void store_run_publish(store_project_data *project);
void store_run_dispose(store_run *run);
void store_project_free(store_project_data *project);

/* A run by its number, NULL if there is none. */
store_run *store_run_by_number(const store_project_data *project,
                               int64_t number);

/* The attribute of a run, NULL if it has none; run's attrs are sorted. */
store_attr *store_run_attr(const store_run *run, uint32_t def);

/* True if the run has the path with another type. */
bool store_run_has_other(const store_project_data *project,
                         const store_run *run, model_text path,
                         model_type type);

/* Adds an attribute to a run that is not sorted yet; NULL without memory. */
store_attr *store_run_add(store_run *run, uint32_t def, model_type type);
void store_run_sort(store_run *run);
store_series *store_series_new(model_type type);

/* Gives every run the series that it inherits. False: no memory, or forks go
 * in a circle. */
bool store_resolve(store_project_data *project, srv_error *err);

/* The same for one run whose parent has all. */
bool store_inherit(store_project_data *project, store_run *run);

/* Links runs to their experiments and forks; needs all runs. */
bool store_link(store_project_data *project);

/* Adds the sys attributes that are derived from other runs: head, forks,
 * experiment. */
bool store_add_derived(store_project_data *project, store_run *run);

/* Brings the summary of a series up to date; safe from many threads. */
void store_summarise(store_project_data *project, const store_run *run,
                     store_attr *attr);

/* store_sql.c: a statement, ready for its parameters; NULL if it cannot be
 * prepared. Reset it soon: store_sql_run does. */
sqlite3_stmt *store_sql(store *in, store_statement which);

/* Runs a statement (NULL: fails) that gives no rows and forgets its
 * parameters. store_sql_do: one without parameters. */
bool store_sql_run(sqlite3_stmt *stmt);
bool store_sql_do(store *in, store_statement which);
void store_sql_finalize(store *in);

#endif
