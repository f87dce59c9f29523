/* store_data.h: what store.c, store_load.c and store_run.c share. */
#ifndef SRV_STORE_DATA_H
#define SRV_STORE_DATA_H

#include "store.h"

#include <sqlite3.h>

enum { STORE_NO_RUN = SIZE_MAX };

/* The points that one run logged itself to one series, in step order. */
typedef struct store_series {
  model_point *points; /* owned, malloc */
  size_t count;
  size_t cap;
  size_t previews; /* how many of them are not committed */
} store_series;

typedef struct store_attr {
  uint32_t def;
  model_value value;
  store_series *own; /* in the project's arena; NULL: no series, or all of it
                      * is inherited */
} store_attr;

typedef struct store_run {
  int64_t number;
  bool is_fork;
  int64_t parent_number;
  size_t parent;    /* index into runs; STORE_NO_RUN: none */
  double fork_step; /* -inf without parent */
  int64_t depth;    /* forks above it */
  const char *uuid;
  model_text custom_id;
  model_text experiment; /* data NULL: none */
  int64_t created;
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
  store_name *by_uuid;      /* owned; both sorted by name */
  store_name *by_custom_id; /* owned */
  srv_arena arena;          /* texts, sets, series */
} store_project_data;

struct store {
  sqlite3 *db;
  store_project_data **projects; /* owned */
  size_t count;
  size_t cap;
};

extern const unsigned char srv_schema[]; /* schema.sql, ends with 0 */

extern const model_ops store_ops;

/* Reads every project of from->db. */
bool store_load(store *from, srv_error *err);
void store_project_free(store_project_data *project);

/* A run by its number, NULL if there is none. */
store_run *store_run_by_number(const store_project_data *project,
                               int64_t number);

/* The attribute of a run, NULL if it has none; run's attrs are sorted. */
store_attr *store_run_attr(const store_run *run, uint32_t def);

/* Adds an attribute to a run that is not sorted yet; NULL without memory. */
store_attr *store_run_add(store_run *run, uint32_t def, model_type type);
void store_run_sort(store_run *run);

/* Gives every run the series that it inherits and all series their
 * aggregates. False: no memory, or forks go in a circle. */
bool store_resolve(store_project_data *project, srv_error *err);

/* Adds the sys attributes that are derived from other runs: head, forks,
 * experiment. */
bool store_add_derived(store_project_data *project);

#endif
