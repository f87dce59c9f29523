/* store_batch.h: what store_batch.c and store_commit.c share: changes to a run
 * that are checked but not made yet. */
#ifndef SRV_STORE_BATCH_H
#define SRV_STORE_BATCH_H

#include "store_data.h"
#include "store_write.h"

/* Points in step order. */
typedef struct staged_points {
  model_point *items; /* owned */
  size_t count;
  size_t cap;
} staged_points;

/* What becomes of one attribute. */
typedef struct staged {
  model_text path; /* borrowed */
  model_type type;
  uint32_t def; /* MODEL_NO_DEF: not known yet */
  bool exists;  /* the run has it, inherited or not */
  int64_t id;   /* in table attribute; 0: not yet, or sys */
  /* a value */
  bool is_set;
  model_value value;
  void *block; /* owned; moves to the attribute */
  /* a series */
  const store_series *own; /* borrowed; NULL: none yet */
  store_series *made;      /* owned; moves to the attribute */
  staged_points points;    /* new and committed; their objects are owned */
  staged_points previews;  /* all, as they will be; objects are borrowed */
  bool previews_change;
  size_t committed; /* how many committed points own has */
} staged;

struct store_batch {
  store *in;
  store_project_data *project;
  size_t run; /* STORE_NO_RUN: none */
  int64_t now;
  double running_seconds; /* as they will be */
  ingest_outcome outcome;
  staged *items; /* owned */
  size_t count;
  size_t cap;
  uint32_t *slots; /* owned: hash table of number + 1, 0 is free */
  size_t n_slots;
};

/* The table of sys attributes that clients may set: the statement that does,
 * STORE_STATEMENTS if path is none of them. *type: its type. */
store_statement store_sys_statement(model_text path, model_type *type);

/* In a transaction of the caller's, or as one of its own. */
bool store_write_submission(store *in, const char *request_id,
                            const ingest_outcome *outcome);

/* Always false; *err says what SQLite says. */
bool store_write_failed(const store *in, srv_error *err);

#endif
