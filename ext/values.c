/* Attributes as SQL values and as JSON. */
#include "values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Texts shorter than this are copied once more, to end with a zero byte. */
#define SHORT_TEXT 256

/* ---- text ---- */

/* Length of the valid UTF-8 character at the start of text, 0 if none is. */
static size_t character_size(nep_text text)
{
  const unsigned char *c = (const unsigned char *)text.data;
  size_t size = c[0] < 0x80             ? 1
                : (c[0] & 0xe0) == 0xc0 ? 2
                : (c[0] & 0xf0) == 0xe0 ? 3
                : (c[0] & 0xf8) == 0xf0 ? 4
                                        : 0;
  if (size == 0 || size > text.size)
    return 0;
  nep_text character = {text.data, size};
  return c[0] == 0 || nep_text_is_clean_utf8(character) ? size : 0;
}

static void append_repaired(sqlite3_str *out, nep_text text)
{
  while (text.size > 0) {
    size_t size = character_size(text);
    if (size)
      sqlite3_str_append(out, text.data, (int)size);
    else
      sqlite3_str_append(out, "\xef\xbf\xbd", 3);
    text.data += size ? size : 1;
    text.size -= size ? size : 1;
  }
}

/* Most hosts read texts with a zero byte behind them. SQLite keeps room for it
** only if the text has one already, else it allocates anew at every read. */
static void result_clean_text(sqlite3_context *context, nep_text text)
{
  char copy[SHORT_TEXT];
  if (text.size >= sizeof(copy)) {
    sqlite3_result_text64(context, text.data, text.size, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
    return;
  }
  if (text.size)
    memcpy(copy, text.data, text.size);
  copy[text.size] = 0;
  sqlite3_result_text(context, copy, -1, SQLITE_TRANSIENT);
}

void nep_values_result_text(sqlite3_context *context, nep_text text)
{
  if (nep_text_is_clean_utf8(text)) {
    result_clean_text(context, text);
    return;
  }
  sqlite3_str *out = sqlite3_str_new(NULL);
  append_repaired(out, text);
  sqlite3_uint64 size = (sqlite3_uint64)sqlite3_str_length(out);
  char *repaired = sqlite3_str_finish(out);
  if (repaired)
    sqlite3_result_text64(context, repaired, size, sqlite3_free, SQLITE_UTF8);
  else
    sqlite3_result_error_nomem(context);
}

void nep_values_result_real(sqlite3_context *context, double number)
{
  sqlite3_result_double(context, number); /* NaN becomes NULL */
}

void nep_values_result_time(sqlite3_context *context, sqlite3_int64 ms)
{
  char text[NEP_TIME_SIZE];
  if (nep_time_format(ms, text))
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

/* ---- JSON ---- */

void nep_values_append_json_string(sqlite3_str *out, nep_text text)
{
  sqlite3_str_appendchar(out, 1, '"');
  while (text.size > 0) {
    size_t size = character_size(text);
    unsigned char c = (unsigned char)text.data[0];
    if (size == 0)
      sqlite3_str_append(out, "\xef\xbf\xbd", 3);
    else if (c == '"' || c == '\\')
      sqlite3_str_appendf(out, "\\%c", c);
    else if (c < ' ')
      sqlite3_str_appendf(out, "\\u%04x", c);
    else
      sqlite3_str_append(out, text.data, (int)size);
    text.data += size ? size : 1;
    text.size -= size ? size : 1;
  }
  sqlite3_str_appendchar(out, 1, '"');
}

static void append_number(sqlite3_str *out, double number)
{
  if (isnan(number)) {
    sqlite3_str_appendall(out, "null");
  } else if (isinf(number)) {
    sqlite3_str_appendall(out, number > 0 ? "9e999" : "-9e999");
  } else {
    char text[NEP_NUMBER_SIZE];
    nep_number_format(number, text);
    sqlite3_str_appendall(out, text);
  }
}

static int compare_texts(const void *a, const void *b)
{
  const nep_text *left = a, *right = b;
  size_t size = left->size < right->size ? left->size : right->size;
  int order = size ? memcmp(left->data, right->data, size) : 0;
  if (order != 0)
    return order;
  return left->size < right->size ? -1 : left->size > right->size;
}

/* Members of a set, counted or stored in members (which has room). */
static int read_set(nep_reader items, nep_text *members, size_t *n,
                    nep_error *error)
{
  nep_text member;
  int rc;
  *n = 0;
  while ((rc = nep_wire_next_string(&items, &member, error)) == SQLITE_ROW) {
    if (members)
      members[*n] = member;
    (*n)++;
  }
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int append_set(sqlite3_str *out, nep_reader items, nep_error *error)
{
  size_t n;
  int rc = read_set(items, NULL, &n, error);
  if (rc != SQLITE_OK)
    return rc;
  nep_text *members = sqlite3_malloc64(n * sizeof(nep_text) + 1);
  if (!members)
    return nep_error_no_memory(error);
  rc = read_set(items, members, &n, error);
  qsort(members, n, sizeof(nep_text), compare_texts);
  sqlite3_str_appendchar(out, 1, '[');
  for (size_t i = 0; i < n; i++) {
    if (i)
      sqlite3_str_appendchar(out, 1, ',');
    nep_values_append_json_string(out, members[i]);
  }
  sqlite3_str_appendchar(out, 1, ']');
  sqlite3_free(members);
  return rc;
}

static int append_numbers(sqlite3_str *out, nep_doubles numbers,
                          nep_error *error)
{
  double number;
  int rc;
  const char *separator = "[";
  while ((rc = nep_wire_next_double(&numbers, &number, error)) == SQLITE_ROW) {
    sqlite3_str_appendall(out, separator);
    append_number(out, number);
    separator = ",";
  }
  sqlite3_str_appendall(out, separator[0] == '[' ? "[]" : "]");
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int append_histogram(sqlite3_str *out, nep_reader message,
                            nep_error *error)
{
  nep_histogram histogram;
  int rc = nep_wire_histogram(message, &histogram, error);
  if (rc != SQLITE_OK)
    return rc;
  sqlite3_str_appendall(out, "{\"type\":");
  nep_values_append_json_string(out, histogram.type);
  sqlite3_str_appendall(out, ",\"edges\":");
  rc = append_numbers(out, histogram.edges, error);
  sqlite3_str_appendall(out, ",\"values\":");
  if (rc == SQLITE_OK)
    rc = append_numbers(out, histogram.values, error);
  sqlite3_str_appendall(out, "}");
  return rc;
}

static void append_file(sqlite3_str *out, const nep_attribute *file)
{
  sqlite3_str_appendall(out, "{\"path\":");
  nep_values_append_json_string(out, file->text);
  sqlite3_str_appendf(out,
                      ",\"size_bytes\":%lld,\"mime_type\":", file->integer);
  nep_values_append_json_string(out, file->mime_type);
  sqlite3_str_appendall(out, "}");
}

/* ---- attributes ---- */

/* Those whose SQL value is JSON text. */
static bool is_json(nep_type type)
{
  return type == NEP_TYPE_STRING_SET || type == NEP_TYPE_FILE ||
         type == NEP_TYPE_FILE_SERIES || type == NEP_TYPE_HISTOGRAM_SERIES;
}

static bool is_null(const nep_attribute *attribute)
{
  if (!attribute || !attribute->has_value)
    return true;
  switch (attribute->type) {
  case NEP_TYPE_FLOAT_SERIES:
    return !(attribute->has & NEP_HAS_LAST);
  case NEP_TYPE_STRING_SERIES:
    return !attribute->has_text;
  case NEP_TYPE_HISTOGRAM_SERIES:
    return attribute->items.at == attribute->items.end;
  case NEP_TYPE_FILE_SERIES:
    return !attribute->has_text;
  case NEP_TYPE_UNKNOWN:
  case NEP_TYPE_FLOAT:
  case NEP_TYPE_INT:
  case NEP_TYPE_STRING:
  case NEP_TYPE_BOOL:
  case NEP_TYPE_DATETIME:
  case NEP_TYPE_STRING_SET:
  case NEP_TYPE_FILE:
  case NEP_TYPE_EXPERIMENT_STATE:
  case NEP_TYPE_COMPLEX:
  case NEP_TYPE_GIT_REF:
  case NEP_TYPE_COUNT:
    return false;
  }
  return false;
}

int nep_values_append_json(sqlite3_str *out, const nep_attribute *attribute,
                           nep_error *error)
{
  char time[NEP_TIME_SIZE];
  if (is_null(attribute)) {
    sqlite3_str_appendall(out, "null");
    return SQLITE_OK;
  }
  switch (attribute->type) {
  case NEP_TYPE_FLOAT:
    append_number(out, attribute->real);
    break;
  case NEP_TYPE_FLOAT_SERIES:
    append_number(out, attribute->last);
    break;
  case NEP_TYPE_INT:
  case NEP_TYPE_BOOL:
    sqlite3_str_appendf(out, "%lld", attribute->integer);
    break;
  case NEP_TYPE_DATETIME:
    if (nep_time_format(attribute->integer, time))
      sqlite3_str_appendf(out, "\"%s\"", time);
    else
      sqlite3_str_appendall(out, "null");
    break;
  case NEP_TYPE_STRING_SET:
    return append_set(out, attribute->items, error);
  case NEP_TYPE_HISTOGRAM_SERIES:
    return append_histogram(out, attribute->items, error);
  case NEP_TYPE_FILE:
  case NEP_TYPE_FILE_SERIES:
    append_file(out, attribute);
    break;
  case NEP_TYPE_UNKNOWN:
  case NEP_TYPE_STRING:
  case NEP_TYPE_STRING_SERIES:
  case NEP_TYPE_EXPERIMENT_STATE:
  case NEP_TYPE_COMPLEX:
  case NEP_TYPE_GIT_REF:
  case NEP_TYPE_COUNT:
    nep_values_append_json_string(out, attribute->text);
    break;
  }
  return SQLITE_OK;
}

static int result_json(sqlite3_context *context, const nep_attribute *attribute,
                       nep_error *error)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  int rc = nep_values_append_json(out, attribute, error);
  int size = sqlite3_str_length(out);
  char *json = sqlite3_str_finish(out);
  if (rc == SQLITE_OK && !json)
    rc = nep_error_no_memory(error);
  if (rc != SQLITE_OK) {
    sqlite3_free(json);
    return rc;
  }
  sqlite3_result_text(context, json, size, sqlite3_free);
  sqlite3_result_subtype(context, NEP_JSON_SUBTYPE);
  return SQLITE_OK;
}

int nep_values_result(sqlite3_context *context, const nep_attribute *attribute,
                      nep_error *error)
{
  if (is_null(attribute)) {
    sqlite3_result_null(context);
    return SQLITE_OK;
  }
  if (is_json(attribute->type))
    return result_json(context, attribute, error);
  switch (attribute->type) {
  case NEP_TYPE_FLOAT:
    nep_values_result_real(context, attribute->real);
    break;
  case NEP_TYPE_FLOAT_SERIES:
    nep_values_result_real(context, attribute->last);
    break;
  case NEP_TYPE_INT:
  case NEP_TYPE_BOOL:
    sqlite3_result_int64(context, attribute->integer);
    break;
  case NEP_TYPE_DATETIME:
    nep_values_result_time(context, attribute->integer);
    break;
  default:
    nep_values_result_text(context, attribute->text);
  }
  return SQLITE_OK;
}
