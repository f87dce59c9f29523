/*
** What the tables look like and what may be sent, as const data: tables,
** columns, and for each (kind of column, operator) the rule that says how the
** server can help. Planner, printer and tests read the same rows.
*/
#ifndef NEP_SCHEMA_H
#define NEP_SCHEMA_H

#include "wire.h"

/* What the server can do with a constraint. */
typedef enum nep_verdict {
  NEP_LOCAL,    /* not sent: SQLite decides alone */
  NEP_SUPERSET, /* sent; the server may return more, SQLite rechecks */
  NEP_EXACT     /* sent; the server returns just what SQL would */
} nep_verdict;

/* Operators of SQL that can be sent. IN is an equality with several values; IS
** is = with any value but NULL, which is left to SQLite. */
typedef enum nep_op {
  NEP_OP_EQ,
  NEP_OP_IS,
  NEP_OP_LT,
  NEP_OP_LE,
  NEP_OP_GT,
  NEP_OP_GE,
  NEP_OP_IN,
  NEP_OP_REGEXP,
  NEP_OP_NE,
  NEP_OP_IS_NOT,
  NEP_OP_LIKE, /* without ESCAPE */
  NEP_OP_GLOB,
  NEP_OP_CONTAINS, /* neptune_contains() */
  NEP_OP_HAS,      /* neptune_has() */
  NEP_OP_IS_NULL,  /* this and the next compare with nothing */
  NEP_OP_NOT_NULL,
  NEP_OP_COUNT
} nep_op;

/* What SQLite calls neptune_contains() and neptune_has() in xBestIndex: the
** results of xFindFunction. */
#define NEP_CONSTRAINT_CONTAINS SQLITE_INDEX_CONSTRAINT_FUNCTION
#define NEP_CONSTRAINT_HAS (SQLITE_INDEX_CONSTRAINT_FUNCTION + 1)

/* How a plan shows it: "=", "!=", "LIKE", "NOT EXISTS", … */
const char *nep_op_text(nep_op op);
/* False for IS NULL and IS NOT NULL. */
bool nep_op_has_value(nep_op op);
/* See nep_plan_is_doubtful. */
bool nep_op_is_doubtful(nep_op op);

/* What a column is to the planner. */
typedef enum nep_kind {
  NEP_KIND_PLAIN,         /* only read: no condition on it can be sent */
  NEP_KIND_STRING,        /* string attribute of the run */
  NEP_KIND_STATE,         /* sys/state: active or inactive */
  NEP_KIND_FLOAT,         /* float attribute */
  NEP_KIND_INT,           /* int attribute */
  NEP_KIND_SERIES,        /* last, min, … of a float series */
  NEP_KIND_STRING_SERIES, /* last of a string series, which may have none */
  NEP_KIND_SET,           /* string set, as JSON */
  NEP_KIND_FILE,          /* file, as JSON */
  NEP_KIND_BOOL,          /* bool attribute, 0 or 1 */
  NEP_KIND_ARCHIVED,      /* sys/archived or, on older servers, sys/trashed */
  NEP_KIND_DATETIME,      /* datetime attribute, as text */
  NEP_KIND_PROJECT,       /* which projects to ask */
  NEP_KIND_NQL,           /* hidden: raw NQL */
  NEP_KIND_PATH,          /* attribute: a path, many to a run */
  NEP_KIND_TYPE,          /* an attribute's type */
  NEP_KIND_VALUE,         /* value of an attribute: as a column that declares
                             it, where path and type are known */
  NEP_KIND_STEP,          /* step of a point */
  NEP_KIND_OPTION         /* hidden input: lineage, tail, buckets, … */
} nep_kind;

typedef struct nep_column {
  const char *name;
  const char *declared; /* TEXT, INTEGER, REAL, or "" for any type */
  nep_kind kind;
  nep_type type;       /* of the attribute at path */
  const char *path;    /* attribute that the value comes from, NULL: none */
  const char *operand; /* in NQL; NULL: no condition on it can be sent */
  bool is_key;         /* part of the primary key */
  bool is_hidden;
  unsigned part; /* what of a series: a NEP_HAS_… bit; 0: the value */
  bool is_twin;  /* an earlier column has its label: plans name it too */
} nep_column;

/* The columns of one table. The first hidden one is nql. */
typedef struct nep_table_schema {
  const char *name; /* "experiments" */
  const nep_column *columns;
  size_t n_columns;
  nep_type type; /* of the series whose points it shows; NEP_TYPE_UNKNOWN */
} nep_table_schema;

extern const nep_table_schema nep_schema_experiments;
extern const nep_table_schema nep_schema_runs;
extern const nep_table_schema nep_schema_attributes;
extern const nep_table_schema nep_schema_metric_points;
extern const nep_table_schema nep_schema_string_points;
extern const nep_table_schema nep_schema_histogram_points;
extern const nep_table_schema nep_schema_file_points;
extern const nep_table_schema nep_schema_metric_buckets;
extern const nep_table_schema nep_schema_files;
extern const nep_table_schema nep_schema_projects;
extern const nep_table_schema nep_schema_requests;

/* Positions of columns that code reads by name. */
enum { /* experiments, runs */
       NEP_RUNS_SYS_ID = 2,
       NEP_RUNS_ARCHIVED = 12,
       NEP_RUNS_PARENT = 14,
       NEP_RUNS_PROJECT = 16,
       NEP_RUNS_NQL,
       NEP_RUNS_ATTRIBUTES
};
enum { /* attributes */
       NEP_ATTRIBUTES_EXPERIMENT,
       NEP_ATTRIBUTES_RUN_ID,
       NEP_ATTRIBUTES_SYS_ID,
       NEP_ATTRIBUTES_ATTRIBUTE,
       NEP_ATTRIBUTES_TYPE,
       NEP_ATTRIBUTES_VALUE,
       NEP_ATTRIBUTES_LAST_STEP,
       NEP_ATTRIBUTES_MIN,
       NEP_ATTRIBUTES_MAX,
       NEP_ATTRIBUTES_AVERAGE,
       NEP_ATTRIBUTES_VARIANCE,
       NEP_ATTRIBUTES_PROJECT,
       NEP_ATTRIBUTES_NQL
};
enum { /* files; the first four as in attributes */
       NEP_FILES_PATH = 4,
       NEP_FILES_SIZE,
       NEP_FILES_MIME_TYPE,
       NEP_FILES_PROJECT
};
enum { /* projects */
       NEP_PROJECTS_PROJECT,
       NEP_PROJECTS_WORKSPACE,
       NEP_PROJECTS_NAME,
       NEP_PROJECTS_KEY,
       NEP_PROJECTS_ID,
       NEP_PROJECTS_VISIBILITY
};
enum { /* points of series of any type */
       NEP_POINTS_EXPERIMENT,
       NEP_POINTS_RUN_ID,
       NEP_POINTS_SYS_ID,
       NEP_POINTS_ATTRIBUTE,
       NEP_POINTS_STEP,
       NEP_POINTS_TIMESTAMP,
       NEP_POINTS_VALUE,
       NEP_POINTS_IS_PREVIEW,
       NEP_POINTS_COMPLETION,
       NEP_POINTS_PROJECT,
       NEP_POINTS_NQL,
       NEP_POINTS_INCLUDE_PREVIEWS,
       NEP_POINTS_LINEAGE,
       NEP_POINTS_TAIL
};

enum { /* metric_buckets; the first four as in points */
       NEP_BUCKETS_BUCKET = 4,
       NEP_BUCKETS_FROM_X,
       NEP_BUCKETS_TO_X,
       NEP_BUCKETS_FINITE_COUNT,
       NEP_BUCKETS_NAN_COUNT,
       NEP_BUCKETS_POSITIVE_INFINITE_COUNT,
       NEP_BUCKETS_NEGATIVE_INFINITE_COUNT,
       NEP_BUCKETS_FIRST_X,
       NEP_BUCKETS_FIRST,
       NEP_BUCKETS_LAST_X,
       NEP_BUCKETS_LAST,
       NEP_BUCKETS_MIN,
       NEP_BUCKETS_MAX,
       NEP_BUCKETS_SUM,
       NEP_BUCKETS_PROJECT,
       NEP_BUCKETS_NQL,
       NEP_BUCKETS_BUCKETS,
       NEP_BUCKETS_X_FROM,
       NEP_BUCKETS_X_TO,
       NEP_BUCKETS_X_AXIS,
       NEP_BUCKETS_X_ATTRIBUTE,
       NEP_BUCKETS_X_SCALE,
       NEP_BUCKETS_STEP_FROM,
       NEP_BUCKETS_STEP_TO,
       NEP_BUCKETS_INCLUDE_PREVIEWS,
       NEP_BUCKETS_LINEAGE
};

/* One row of the pushdown table. */
typedef struct nep_rule {
  nep_kind kind;
  nep_op op;
  nep_verdict verdict;
  const char *sent; /* what is sent, in words: NQL's operator or the member of
                       a request */
} nep_rule;

extern const nep_rule nep_schema_rules[];
extern const size_t nep_schema_n_rules;

/* The rule for a condition on a column of that kind, or NULL: local. IS goes by
** the rule of =. */
const nep_rule *nep_schema_rule(nep_kind kind, nep_op op);
/* True where text order and equality matter, so that only SQLite's BINARY
** collation may be sent. */
bool nep_schema_needs_binary(nep_kind kind);
/* True where a condition on the column is an input without which the table
** cannot be read: it must be usable or the plan is none. */
bool nep_schema_is_input(nep_kind kind);
/* True for an attribute that each run has (wire contract, section 4). */
bool nep_schema_is_of_all_runs(const nep_column *column);
/* The CREATE TABLE text for sqlite3_declare_vtab. Freed with sqlite3_free;
** NULL when out of memory. */
char *nep_schema_declaration(const nep_table_schema *schema);
/* Is schema table's, or of a table created from it? It keeps the name. */
bool nep_schema_is_like(const nep_table_schema *schema,
                        const nep_table_schema *table);
/* How plans name the column: its attribute path, else its name. */
const char *nep_schema_label(const nep_column *column);

#endif
