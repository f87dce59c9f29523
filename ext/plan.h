/*
** From SQLite's constraints to what the server is asked: an immutable plan,
** printed into idxStr and parsed back from it. Pure; knows neither SQLite's
** virtual-table types nor HTTP.
**
** The text, which EXPLAIN QUERY PLAN shows:
**
**   plan    = table [" nql " term {" AND " term}] {" | " section}
**   term    = "(" operand [as] op argument ")" ["~"]  condition on an attribute
**           | "(" operand [as] ("EXISTS" | "NOT EXISTS") ")" ["~"]
**           | "(" ["IS "] argument ")"            raw NQL
**   section = name op argument ["~"]              condition on a column that
**                                                 is no attribute
**           | "definitions"       attributes that runs have, not each run's
**           | "order " label [as] [" desc"]      the server sorts
**           | "page " argument [" + " argument]   LIMIT + OFFSET, a hint
**           | "count"                            rows are counted, see count.h
**           | "columns " label [as] {", " …}      what is read
**           | "local " label [collation] op {", " …}  offered, not sent
**   as      = " AS " label             the column's name, where another has the
**                                      same path
**   op      = "=" "!=" "IS" "IS NOT" "<" "<=" ">" ">=" "IN" "LIKE" "GLOB"
**             "CONTAINS" (also neptune_has()) "REGEXP" (MATCHES in a term)
**   argument= "?" n ["={" literal "}"]  n-th value at run time; the literal,
**                                       where one is known, is for the reader
**   label   = a path or name, in double quotes where it is not plain
**
** "~" marks a superset: SQLite rechecks. (It rechecks the exact ones too, but
** where rows are counted; that costs little and no row can be lost to a slip of
** the server.)
*/
#ifndef NEP_PLAN_H
#define NEP_PLAN_H

#include "schema.h"

typedef enum nep_value_type {
  NEP_VALUE_NULL,
  NEP_VALUE_INTEGER,
  NEP_VALUE_REAL,
  NEP_VALUE_TEXT,
  NEP_VALUE_BLOB
} nep_value_type;

typedef struct nep_value {
  nep_value_type type;
  sqlite3_int64 integer; /* INTEGER; also a bool or a time in ms once bound */
  double real;           /* REAL */
  char *text;            /* TEXT: owned, NUL-terminated; NULL for others */
  size_t size;           /* bytes of text */
} nep_value;

/* One constraint that SQLite offers. */
typedef struct nep_constraint {
  int column;
  int sqlite_op; /* SQLITE_INDEX_CONSTRAINT_… */
  bool is_usable;
  bool is_in; /* an IN whose values can be had all at once; nep_plan_build
                 clears it where they are wanted one by one */
  bool has_literal;
  const char *collation; /* borrowed; NULL: BINARY */
  nep_value literal;     /* owned by the caller; shown in the plan */
  int argument;          /* set by nep_plan_build: 1-based, 0: not wanted */
  bool is_omitted;       /* set by nep_count_plan: SQLite need not check it */
} nep_constraint;

/* One condition that is sent. */
typedef struct nep_clause {
  int column; /* in the table's schema */
  nep_op op;
  nep_verdict verdict;
  int argument;  /* 1-based position of its value; 0: it has none */
  char *literal; /* owned; as printed, NULL where not known when planning */
} nep_clause;

/* One condition that is not sent; kept for the reader of the plan. */
typedef struct nep_local {
  int column;
  int sqlite_op;
  char *collation; /* owned; NULL: BINARY */
} nep_local;

typedef struct nep_plan {
  const nep_table_schema *schema; /* borrowed */
  nep_clause *clauses;            /* owned */
  size_t n_clauses;
  nep_local *locals; /* owned */
  size_t n_locals;
  bool *is_used;          /* owned; by column: does the statement read it? */
  bool is_of_definitions; /* rows alike in what is used may come once */
  bool has_order;         /* rows come sorted by order_column, see below */
  int order_column;       /* 0 where not has_order */
  bool is_descending;     /* false where not has_order */
  bool is_count;          /* set by nep_count_plan */
  int n_arguments;
  int limit_argument;  /* 0: none */
  int offset_argument; /* 0: none */
  double cost;         /* not printed */
  double rows;         /* not printed */
} nep_plan;

/* What a statement wants of a table besides constraints. */
typedef struct nep_plan_options {
  unsigned long long columns_used; /* SQLite's colUsed */
  size_t n_order;                  /* terms of ORDER BY, GROUP BY or DISTINCT */
  int order_column;                /* of the first; -1: none that helps */
  bool is_descending;              /* the first */
  bool may_drop_doubles; /* of rows alike in what is used one is enough */
  bool has_project;      /* there is a project where none is named */
  bool is_pushdown_on;
} nep_plan_options;

/*
** Plans. Sets constraints[].argument. *is_possible is false where an input
** (nql, tail, …) is offered but not usable: such a plan would answer for the
** wrong input, SQLite must find another. So would one without project, but of
** two tables joined by it one must come first: that plan is for the project set
** and costs more than any other. Zero plan first, dispose after.
*/
int nep_plan_build(nep_plan *plan, const nep_table_schema *schema,
                   nep_constraint *constraints, size_t n_constraints,
                   const nep_plan_options *options, bool *is_possible,
                   nep_error *error);
/* The text, freed with sqlite3_free; NULL when out of memory. */
char *nep_plan_print(const nep_plan *plan);
/* Zero plan first, dispose after. SQLITE_CORRUPT where text is not a plan for
** schema. */
int nep_plan_parse(nep_plan *plan, const nep_table_schema *schema,
                   const char *text, nep_error *error);
void nep_plan_dispose(nep_plan *plan);
/*
** Has the plan a condition by <>, IS NOT, IS NULL, IS NOT NULL, LIKE, GLOB,
** REGEXP or one of our functions? SQLite hands these over as usable even where
** they stand in the ON of a LEFT JOIN and are about its left table, whose rows
** they must not drop (3.40 all of them, 3.54 still IS NULL); a table cannot
** tell. Where the statement may have such a join, leaves_doubtful leaves them
** to SQLite.
*/
bool nep_plan_is_doubtful(const nep_plan *plan);
/*
** The runs whose order_column is not NULL are sorted; where the others stand in
** a server's order is not known. False where there are none: each run has the
** attribute, or a condition drops them. Else they are asked for apart.
*/
bool nep_plan_parts_order(const nep_plan *plan, bool leaves_doubtful);
/*
** Is the clause a join's key: experiment, run_id or sys_id = what may differ
** from row to row, as a literal does not? These columns stand first in all
** tables of runs.
*/
bool nep_plan_is_key(const nep_plan *plan, size_t clause);
void nep_value_dispose(nep_value *value);

#endif
