/*
** What all tables share: the connection's state, the sqlite3_module methods,
** and struct nep_table, which says what a single table must supply.
*/
#ifndef NEP_VTAB_H
#define NEP_VTAB_H

#include "api.h"
#include "arguments.h"
#include "nql.h"
#include "shelf.h"

typedef struct nep_table nep_table;
typedef struct nep_cursor nep_cursor;

/*
** State of one sqlite3*: made when the extension is loaded into it, counted by
** each module and function registered and each table, freed with the last of
** them (when the connection closes). Nothing is shared between connections.
*/
typedef struct nep_connection {
  sqlite3 *db;           /* borrowed: owns all registrations */
  nep_settings settings; /* in place */
  nep_http *http;        /* owned */
  nep_auth *auth;        /* owned */
  nep_api api;           /* borrows the three above */
  nep_cursor *cursors;   /* borrowed: the open ones, newest first */
  nep_cursor *parked;    /* owned: closed ones that may serve again */
  sqlite3_int64 n_scans; /* started so far */
  sqlite3_int64 n_plans; /* made so far */
  int n_references;
} nep_connection;

/* One virtual table. */
typedef struct nep_vtab {
  sqlite3_vtab base; /* first: SQLite's part */
  const nep_table *table;
  nep_connection *connection; /* counted */
  nep_arguments arguments;    /* in place, owned texts */
  nep_table_schema schema;    /* in place: table's and the declared columns */
} nep_vtab;

/* One scan. */
struct nep_cursor {
  sqlite3_vtab_cursor base; /* first: SQLite's part */
  nep_cursor *next_open;    /* in the connection's list, open or parked */
  sqlite3_int64 scan;       /* which scan of the connection this is */
  char *plan_text;          /* owned: idxStr of plan, NULL before the first */
  nep_plan plan;            /* in place; parsed from plan_text */
  nep_binding binding;      /* in place; the values of this scan */
  char *project;            /* owned: read where none is named; NULL: none */
  bool knows_left;          /* may_join_left is known */
  bool may_join_left;       /* see nep_plan_is_doubtful */
  bool is_eof;
  void *state; /* owned by the table between open and close; NULL else */
  /* Used by join.c: */
  nep_shelf shelf;       /* in place; rows of several keys */
  bool is_shelved;       /* rows are shown from the shelf */
  bool is_complete;      /* the shelf has the rows of any key */
  size_t key_clause;     /* of plan, whose value is the key; or n_clauses */
  bool is_repeated;      /* the scan before asked for the same rows */
  nep_range steps;       /* that the scan looks for */
  bool step_varies;      /* scans looked for different ones */
  bool is_any_step;      /* the shelf has the points of all steps */
  bool name_varies;      /* scans looked for different attributes */
  char *name;            /* owned: the one looked for now, or NULL */
  bool is_any_name;      /* the shelf has what is of any name */
  size_t item, row;      /* current row */
  sqlite3_int64 per_key; /* most rows that the shelf has of a key, the first
                            in the order of the plan; 0: all */
  bool reads_all;        /* where no LIMIT is known, more than the first */
  sqlite3_int64 n_shown; /* rows of the current key, with the current one */
  size_t n_ahead;        /* keys to fetch together next; 0: not known */
  size_t n_sought;       /* keys that the join asked the shelf for */
  size_t n_alone;        /* keys that were asked for one by one */
  size_t try_all_at;     /* n_alone at which to ask for all; 0: not known */
  sqlite3_int64 source;  /* the scan that the keys were seen in, or 0 */
  const sqlite3_stmt *statement; /* compared only: see join.h, parking; NULL */
  int run;                       /* of statement */
  sqlite3_int64 n_plans;         /* the connection's when it was parked */
  double filled_at;              /* monotonic seconds */
  unsigned settings_version;     /* that it was filled with */
};

/* What a table supplies. Methods return an SQLite code. */
struct nep_table {
  const nep_table_schema *schema;
  /* Starts a scan of cursor->plan with cursor->binding, and moves to the first
  ** row or sets is_eof. What state holds then is released by close, after a
  ** failure too. */
  int (*open)(nep_cursor *cursor, nep_error *error);
  int (*next)(nep_cursor *cursor, nep_error *error); /* sets is_eof */
  /* Gives a column of the current row. Fails only for want of memory, or with
  ** an error where the value must be fetched first. */
  int (*column)(nep_cursor *cursor, int column, sqlite3_context *context,
                nep_error *error);
  void (*close)(nep_cursor *cursor); /* releases state, accepts NULL in it */
  /* The rest is for joins; all NULL where the table takes no part. */
  /* Adds the current row to shelf, under the value of the key's column. */
  int (*shelve)(nep_cursor *cursor, nep_shelf *shelf, nep_error *error);
  /* Makes the row-th row of item the current one: SQLITE_ROW, or SQLITE_DONE
  ** where item has no more, or an error. */
  int (*show)(nep_cursor *cursor, const nep_shelf_item *item, size_t row,
              nep_error *error);
  /* Where the current row's value of column (a key) is current: adds it and
  ** those of the next rows, as far as they are here, most in all. names, unless
  ** NULL: where to add the attribute of each of these rows, if they have one.
  */
  int (*ahead)(nep_cursor *cursor, int column, nep_text current, size_t most,
               nep_dictionary *keys, nep_dictionary *names, nep_error *error);
};

extern const nep_table nep_table_experiments;
extern const nep_table nep_table_runs;
extern const nep_table nep_table_attributes;
extern const nep_table nep_table_metric_points;
extern const nep_table nep_table_string_points;
extern const nep_table nep_table_histogram_points;
extern const nep_table nep_table_file_points;
extern const nep_table nep_table_metric_buckets;
extern const nep_table nep_table_files;
extern const nep_table nep_table_projects;
extern const nep_table nep_table_requests;

/* The column whose value is the key of a join, or -1: all rows have the same,
** NEP_NO_KEY; only while shelving. */
#define NEP_NO_KEY "*"
int nep_cursor_key_column(const nep_cursor *cursor);
nep_vtab *nep_cursor_vtab(const nep_cursor *cursor);
nep_connection *nep_cursor_connection(const nep_cursor *cursor);

/* Registers a table under name: eponymous, and for CREATE VIRTUAL TABLE where
** can_create. */
int nep_vtab_register(nep_connection *connection, const char *name,
                      const nep_table *table, bool can_create);

/* The references of connections, see above; release frees at zero. */
void nep_connection_retain(nep_connection *connection);
void nep_connection_release(void *pointer);

/* Registers neptune_version(), neptune_config(), neptune_create_table(),
** neptune_contains(), neptune_has(), regexp(). */
int nep_functions_register(nep_connection *connection);
/* regexp(pattern, text) on RE2. Columns of our tables use it whatever regexp()
** the host has, so that SQLite rechecks in the language that was sent. */
void nep_functions_regexp(sqlite3_context *context, int argc,
                          sqlite3_value **argv);
/* neptune_contains(text, part), neptune_has(tags, member). */
void nep_functions_contains(sqlite3_context *context, int argc,
                            sqlite3_value **argv);
void nep_functions_has(sqlite3_context *context, int argc,
                       sqlite3_value **argv);

#endif
