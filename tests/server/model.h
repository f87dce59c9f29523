/* model.h: a project as the API shows it, whatever holds the data. Projects
 * of the store and the synthetic project fill in a model_project; search,
 * definitions, values and series are answered through it alone. */
#ifndef SRV_MODEL_H
#define SRV_MODEL_H

#include "base.h"

typedef enum model_type {
  MODEL_FLOAT,
  MODEL_INT,
  MODEL_STRING,
  MODEL_BOOL,
  MODEL_DATETIME,
  MODEL_FLOAT_SERIES,
  MODEL_STRING_SERIES,
  MODEL_STRING_SET,
  MODEL_FILE,
  MODEL_FILE_SERIES,
  MODEL_HISTOGRAM_SERIES,
  MODEL_EXPERIMENT_STATE,
  MODEL_COMPLEX,
  MODEL_GIT_REF,
  MODEL_ARTIFACT, /* only in queries: nothing has this type */
  MODEL_TYPES
} model_type;

/* The API's word (floatSeries) and the store's (float_series). */
const char *model_type_api_name(model_type type);
const char *model_type_sql_name(model_type type);

/* False if there is no such type. */
bool model_type_from_api(const char *name, model_type *type);
bool model_type_from_sql(const char *name, model_type *type);
bool model_type_is_series(model_type type);

typedef struct model_text {
  const char *data; /* UTF-8, followed by a zero byte */
  size_t len;
} model_text;

typedef struct model_file {
  model_text path;
  int64_t size_bytes;
  model_text mime_type;
} model_file;

typedef struct model_histogram {
  bool is_density;     /* values are densities, else counts */
  const double *edges; /* n_values + 1 of them, ascending */
  const double *values;
  size_t n_values;
} model_histogram;

/* The API's word for a histogram's type: COUNTING or DENSITY. */
const char *model_histogram_type(const model_histogram *histogram);

/* The value of one point of a series whose points are no numbers; the type
 * of the series says which member. Never changes once it is there. */
typedef union model_object {
  model_text text;           /* string series */
  model_histogram histogram; /* histogram series */
  model_file file;           /* file series */
} model_object;

/* What is known of a series as one run sees it, inherited points included,
 * previews not. Of a series of objects only points, last_step, last_object
 * and has_preview; finite is 0. */
typedef struct model_summary {
  size_t points; /* committed points; 0: last_step and last… are unset */
  size_t finite; /* of these; 0: min, max, average, variance are unset */
  double last_step;
  union {
    double last;
    const model_object *last_object;
  };
  double min;
  double max;
  double average;
  double variance;
  bool has_preview;
} model_summary;

typedef struct model_value {
  model_type type;
  union {
    int64_t integer; /* int, bool (0, 1), datetime (ms) */
    double real;
    model_text text; /* string, experiment_state */
    struct {
      const model_text *items; /* sorted, distinct */
      size_t count;
    } set;
    model_file file;
    model_summary series; /* float, string, histogram and file series */
  } as;
} model_value;

/* A path with a type: what some run of the project has. */
typedef struct model_def {
  model_text path;
  model_type type;
  size_t runs; /* how many runs have it */
} model_def;

/* All definitions of a project. A definition's number never changes. */
typedef struct model_defs {
  model_def *items; /* owned; the paths live in arena */
  size_t count;
  size_t cap;
  uint32_t *slots; /* owned: hash table of number + 1, 0 is free */
  size_t n_slots;
  uint32_t *sorted; /* owned: numbers by path, then type … */
  size_t n_sorted; /* … of the first so many; model_defs_sort adds the rest */
  srv_arena arena;
} model_defs;

enum { MODEL_NO_DEF = UINT32_MAX };

void model_defs_init(model_defs *defs);
void model_defs_dispose(model_defs *defs);

/* The number of (path, type), added if it is new; MODEL_NO_DEF without
 * memory. */
uint32_t model_defs_add(model_defs *defs, const char *path, size_t len,
                        model_type type);
uint32_t model_defs_find(const model_defs *defs, const char *path, size_t len,
                         model_type type);

/* The same for a path with every type. */
void model_defs_find_types(const model_defs *defs, const char *path, size_t len,
                           uint32_t found[MODEL_TYPES]);

/* Brings defs->sorted up to date; false without memory. */
bool model_defs_sort(model_defs *defs);

/* Forgets the definitions that were added last, unless they are sorted. */
void model_defs_forget(model_defs *defs);

/* Order of definitions in answers: path by bytes, then type. */
int model_def_compare(const model_def *a, const model_def *b);

/* A point of a series of any type. */
typedef struct model_point {
  int64_t timestamp; /* ms */
  double step;
  union {
    double value;               /* of a float series */
    const model_object *object; /* of any other */
  };
  float completion; /* 1 unless preview */
  bool is_preview;
} model_point;

typedef enum model_lineage {
  MODEL_FULL,       /* with all that is inherited */
  MODEL_EXPERIMENT, /* inherited within the run's experiment only */
  MODEL_OWN
} model_lineage;

/* Which points of a series, in which order. */
typedef struct model_window {
  double from; /* inclusive; -inf: open */
  double to;   /* inclusive; inf: open */
  bool has_after;
  double after; /* only points beyond it, in the direction of the order */
  bool descending;
  bool previews;
  model_lineage lineage;
} model_window;

struct model_project;

/* Reads the points of one series piece by piece. */
typedef struct model_cursor {
  const struct model_project *project;
  size_t run;
  uint32_t def;
  model_window window;
  size_t total;    /* points in the window, whatever was read */
  size_t position; /* of the implementation */
  void *data;      /* of the implementation; in the arena of the request */
} model_cursor;

typedef struct model_ops {
  /* The value of definition def in a run. False if the run lacks it. What it
   * points to lives as long as the project, or in arena; arena NULL means
   * that the caller reads no text, set or file. */
  bool (*value)(const struct model_project *project, size_t run, uint32_t def,
                srv_arena *arena, model_value *value);
  bool (*is_head)(const struct model_project *project, size_t run);
  int64_t (*creation_time)(const struct model_project *project, size_t run);
  /* The definitions that a run has, in no special order, by a callback that
   * returns false to stop. */
  void (*each_def)(const struct model_project *project, size_t run,
                   bool (*visit)(void *context, uint32_t def), void *context);
  /* A run by sys/id or by UUID; false if there is none. */
  bool (*find_run)(const struct model_project *project, const char *id,
                   size_t *run);
  /* A run by sys/custom_run_id. */
  bool (*find_custom)(const struct model_project *project, const char *id,
                      size_t *run);
  /* Sets cursor->total and starts; false without memory. A run that lacks
   * the series has a total of 0. */
  bool (*open_points)(model_cursor *cursor, srv_arena *arena);
  /* Up to max points, 0 at the end. The objects of a computed project live
   * until the next call. */
  size_t (*read_points)(model_cursor *cursor, model_point *points, size_t max);
} model_ops;

typedef struct model_project {
  const model_ops *ops;
  char *workspace;
  char *name;
  char *identifier; /* workspace/name */
  char *key;
  char *uuid;
  const char *visibility;
  int64_t creation_time;
  size_t n_runs;     /* numbered from 0 in the order of arrival */
  bool all_in_order; /* creation times ascend and every run is a head */
  model_defs defs;
  uint32_t def_id, def_name, def_custom_id, def_run_uuid, def_created;
  uint64_t version; /* changes whenever the data does */
} model_project;

/* Sets the names and the definitions that every project has; copies the
 * texts. False without memory; dispose in any case. */
bool model_project_init(model_project *project, const model_ops *ops,
                        const char *workspace, const char *name,
                        const char *key, const char *uuid);
void model_project_dispose(model_project *project);

/* The text of a string attribute of a run, "" if it has none. */
model_text model_project_text(const model_project *project, size_t run,
                              uint32_t def, srv_arena *arena);

#endif
