/* store_write.h: changes to a store. Each is on disk when it returns, and seen
 * by all requests that begin afterwards; one that fails changes nothing. What
 * a client did wrong is a code, what the server cannot do is an error. None
 * may be called between store_enter and store_leave. */
#ifndef SRV_STORE_WRITE_H
#define SRV_STORE_WRITE_H

#include "store.h"

/* As the ingestion API numbers them. */
typedef enum ingest_code {
  INGEST_OK = 0,
  INGEST_PROJECT_NOT_FOUND = 8,
  INGEST_PROJECT_INVALID_NAME = 9,
  INGEST_RUN_NOT_FOUND = 10,
  INGEST_RUN_DUPLICATE = 11,
  INGEST_RUN_CONFLICTING = 12,
  INGEST_FORK_PARENT_NOT_FOUND = 13,
  INGEST_RUN_INVALID = 14,
  INGEST_PATH_TOO_LONG = 16,
  INGEST_PATH_EMPTY = 17,
  INGEST_PATH_INVALID = 18,
  INGEST_PATH_NOT_WRITABLE = 19,
  INGEST_TYPE_UNSUPPORTED = 20,
  INGEST_TYPE_CONFLICTING = 21,
  INGEST_POINT_DUPLICATE = 24,
  INGEST_STEP_NOT_INCREASING = 25,
  INGEST_STEP_NOT_AFTER_FORK = 26,
  INGEST_TIME_DECREASING = 27,
  INGEST_TIME_OUT_OF_RANGE = 33,
  INGEST_STRING_TOO_LONG = 36,
  INGEST_SET_TOO_LONG = 37,
  INGEST_FILE_TOO_LONG = 38,
  INGEST_STEP_TOO_LARGE = 40,
  INGEST_STEP_INVALID = 41,
  INGEST_PREVIEW_TOO_EARLY = 42,
  INGEST_EDGES_NAN = 50,
  INGEST_TOO_MANY_BINS = 51,
  INGEST_EDGES_NOT_INCREASING = 52,
  INGEST_VALUES_MISMATCH = 53,
  INGEST_INTERNAL = 64,
  INGEST_CODES
} ingest_code;

/* How often a request came to each code. */
typedef struct ingest_outcome {
  int64_t counts[INGEST_CODES];
} ingest_outcome;

/* Makes a project; key NULL: one is made of the name. NULL and *err: 400 for a
 * name, key or visibility that cannot be, 409 for a name or key that is. The
 * caller shows it to others. */
const model_project *store_project_new(store *in, const char *workspace,
                                       const char *name, const char *key,
                                       const char *visibility, srv_error *err);
bool store_workspace_name_is_valid(const char *name);
bool store_project_name_is_valid(const char *name);

/* Whether a file can be told of: its texts are UTF-8 and not too long. */
ingest_code store_file_check(const model_file *file);

typedef struct store_new_run {
  model_text custom_id;
  model_text experiment; /* data NULL: none */
  model_text family;     /* data NULL: that of custom_id */
  bool is_fork;
  model_text parent;        /* its custom id … */
  bool parent_is_elsewhere; /* … in another project: not found */
  double fork_step;
  bool inherits; /* a fork takes over the parent's configs */
  int64_t created;
} store_new_run;

/* Makes a run, unless there is one: then RUN_DUPLICATE, or RUN_CONFLICTING if
 * it is another fork. request_id as in store_batch_commit. False and *err. */
bool store_run_create(store *in, const model_project *project,
                      const store_new_run *run, const char *request_id,
                      srv_error *err);

/* Keeps the outcome of a request that came to nothing else. */
bool store_submission_add(store *in, const char *request_id,
                          const ingest_outcome *outcome, srv_error *err);

/* The outcome of a request; false if it is not known. */
bool store_submission_find(store *in, const char *request_id,
                           ingest_outcome *outcome);

/* Changes to one run, which are made all at once by store_batch_commit. From
 * new to free no one else changes the store. */
typedef struct store_batch store_batch;

/* NULL without memory, with *err. If there is no such run, every change comes
 * to RUN_NOT_FOUND. now: ms. */
store_batch *store_batch_new(store *in, const model_project *project,
                             const char *custom_id, int64_t now,
                             srv_error *err);
void store_batch_free(store_batch *batch);

/* One change each. Texts are borrowed until store_batch_free. The code is
 * counted in the batch's outcome. False without memory: give the batch up. */
bool store_batch_set(store_batch *batch, model_text path,
                     const model_value *value);
bool store_batch_modify_set(store_batch *batch, model_text path,
                            const model_text *add, size_t n_add,
                            const model_text *remove, size_t n_remove);

/* type: that of the series; point: its object, if it has one, is taken. */
bool store_batch_append(store_batch *batch, model_text path, model_type type,
                        const model_point *point);

/* Counts a change that could not be read. */
void store_batch_count(store_batch *batch, ingest_code code);

/* Makes the changes and keeps the outcome under request_id. */
bool store_batch_commit(store_batch *batch, const char *request_id,
                        srv_error *err);

#endif
