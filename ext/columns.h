/*
** Columns that CREATE VIRTUAL TABLE declares, each showing one attribute of the
** run: a name, a type word (FLOAT, …, MAX) and a path. A run that has the
** attribute with another type shows NULL. Pure.
*/
#ifndef NEP_COLUMNS_H
#define NEP_COLUMNS_H

#include "schema.h"

typedef struct nep_columns {
  nep_column *items; /* owned; the texts of each are one piece, at its name */
  size_t n, capacity;
} nep_columns; /* zero it to start */

/*
** Adds a column. word is a type word in any case; path NULL: the name is the
** path. SQLITE_ERROR says what is wrong with the column.
*/
int nep_columns_add(nep_columns *columns, const char *name, const char *word,
                    const char *path, nep_error *error);
/*
** Adds a column for each attribute (equal paths are neighbours), named by it;
** path:type where another has the same path, and a suffix where the name is
** taken, by base's columns too (upper and lower case are one to SQLite).
** Attributes of a type that this version does not know are left out.
*/
int nep_columns_add_attributes(nep_columns *columns,
                               const nep_table_schema *base,
                               const nep_definition *attributes, size_t n,
                               nep_error *error);
/*
** Makes *column what a column would be that declares the attribute at path with
** that type: its texts are one piece, the caller's, at column->name. operand is
** NULL where NQL cannot ask for it.
*/
int nep_columns_of_attribute(nep_type type, const char *path,
                             nep_column *column, nep_error *error);
/* Appends a column as it is declared: 'best acc' MAX 'metrics/val/acc'. */
void nep_columns_append(sqlite3_str *out, const nep_column *column);
/*
** base with the columns behind its own: *schema borrows from base and columns,
** its array is the caller's (nep_columns_release). SQLITE_ERROR where two names
** are alike to SQLite.
*/
int nep_columns_extend(const nep_columns *columns, const nep_table_schema *base,
                       nep_table_schema *schema, nep_error *error);
void nep_columns_release(nep_table_schema *schema); /* a zeroed one too */
void nep_columns_dispose(nep_columns *columns);

#endif
