/*
** How attributes look in SQL, the same in every table: float REAL (NaN is
** NULL), int INTEGER, bool 0/1, string TEXT, datetime "YYYY-MM-DD
** HH:MM:SS.SSS" UTC, string set a sorted JSON array, file {"path","size_bytes",
** "mime_type"}, histogram {"type","edges","values"}, a series its last value.
** Text that is not valid UTF-8 shows U+FFFD for each bad byte.
*/
#ifndef NEP_VALUES_H
#define NEP_VALUES_H

#include "wire.h"

/* SQLite's subtype of JSON text. */
#define NEP_JSON_SUBTYPE 74

/* Gives attribute's value as the result; attribute NULL: gives NULL. */
int nep_values_result(sqlite3_context *context, const nep_attribute *attribute,
                      nep_error *error);
/* Appends it as JSON: NaN is null, infinity 9e999. */
int nep_values_append_json(sqlite3_str *out, const nep_attribute *attribute,
                           nep_error *error);
/* Appends text as a JSON string. */
void nep_values_append_json_string(sqlite3_str *out, nep_text text);
/* Gives text, a number (NaN: NULL), a time in ms as the result. */
void nep_values_result_text(sqlite3_context *context, nep_text text);
void nep_values_result_real(sqlite3_context *context, double number);
void nep_values_result_time(sqlite3_context *context, sqlite3_int64 ms);

#endif
