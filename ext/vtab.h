/*
** What all tables share: the connection's state, the sqlite3_module methods,
** and struct nep_table, which says what a single table must supply.
*/
#ifndef NEP_VTAB_H
#define NEP_VTAB_H

#include "api.h"
#include "nql.h"

/*
** State of one sqlite3*: made when the extension is loaded into it, counted by
** each module and function registered, freed with the last of them (when the
** connection closes). Nothing is shared between connections.
*/
typedef struct nep_connection {
  sqlite3 *db;           /* borrowed: owns all registrations */
  nep_settings settings; /* in place */
  nep_http *http;        /* owned */
  nep_auth *auth;        /* owned */
  nep_api api;           /* borrows the three above */
  int n_references;
} nep_connection;

typedef struct nep_table nep_table;

/* One virtual table. */
typedef struct nep_vtab {
  sqlite3_vtab base; /* first: SQLite's part */
  const nep_table *table;
  nep_connection *connection; /* borrowed: outlives the table */
  nep_arguments arguments;    /* in place, owned texts */
} nep_vtab;

/* One scan. */
typedef struct nep_cursor {
  sqlite3_vtab_cursor base; /* first: SQLite's part */
  nep_plan plan;            /* in place; parsed from idxStr */
  nep_binding binding;      /* in place; the values of this scan */
  bool is_eof;
  void *state; /* owned by the table between open and close; NULL else */
} nep_cursor;

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
};

extern const nep_table nep_table_experiments;
extern const nep_table nep_table_runs;
extern const nep_table nep_table_attributes;
extern const nep_table nep_table_metric_points;
extern const nep_table nep_table_requests;

nep_vtab *nep_cursor_vtab(const nep_cursor *cursor);
nep_connection *nep_cursor_connection(const nep_cursor *cursor);

/* Registers a table under name: eponymous, and for CREATE VIRTUAL TABLE where
** can_create. */
int nep_vtab_register(nep_connection *connection, const char *name,
                      const nep_table *table, bool can_create);

/* The references of connections, see above; release frees at zero. */
void nep_connection_retain(nep_connection *connection);
void nep_connection_release(void *connection);

/* Registers neptune_version(), neptune_config(), regexp(). */
int nep_functions_register(nep_connection *connection);

#endif
