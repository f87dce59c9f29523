/* Attributes as SQL values and as JSON, seen through SQLite itself. */
#include "memory.h"
#include "message.h"
#include "numbers.h"
#include "values.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(literal)                                                          \
  {                                                                            \
    literal, sizeof(literal) - 1                                               \
  }
#define BAD "\xEF\xBF\xBD" /* U+FFFD */
#define YEAR_9999 253402300799999

/* What the functions value() and json_text() show. */
static const nep_attribute *shown;

static void give_failure(sqlite3_context *context, int rc, nep_error *error)
{
  if (error->message)
    sqlite3_result_error(context, error->message, -1);
  sqlite3_result_error_code(context, rc);
  nep_error_clear(error);
}

static void value_function(sqlite3_context *context, int argc,
                           sqlite3_value **argv)
{
  nep_error error = {0};
  int rc = nep_values_result(context, shown, &error);

  (void)argc;
  (void)argv;
  ck_assert_int_eq(rc, error.code);
  if (rc != SQLITE_OK)
    give_failure(context, rc, &error);
}

static void json_function(sqlite3_context *context, int argc,
                          sqlite3_value **argv)
{
  nep_error error = {0};
  sqlite3_str *out = sqlite3_str_new(NULL);
  int rc = nep_values_append_json(out, shown, &error);
  char *text = sqlite3_str_finish(out);

  (void)argc;
  (void)argv;
  if (rc == SQLITE_OK && !text)
    rc = SQLITE_NOMEM;
  if (rc == SQLITE_OK)
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
  else
    give_failure(context, rc, &error);
  sqlite3_free(text);
}

static int open_connection(sqlite3 **db)
{
  int rc = sqlite3_open(":memory:", db);

  if (rc == SQLITE_OK)
    rc = sqlite3_create_function(*db, "value", 0, SQLITE_UTF8, NULL,
                                 value_function, NULL, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_create_function(*db, "json_text", 0, SQLITE_UTF8, NULL,
                                 json_function, NULL, NULL);
  return rc;
}

/* The only value of a query, as text; NULL is "NULL". *rc, unless NULL, is set
** to the result; without it a failure is an assertion. */
static char *ask(const char *sql, int *rc)
{
  sqlite3 *db;
  sqlite3_stmt *statement;
  char *text = NULL;

  ck_assert_int_eq(open_connection(&db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL),
                   SQLITE_OK);
  int result = sqlite3_step(statement);
  if (result == SQLITE_ROW)
    text = sqlite3_mprintf(
        "%s", sqlite3_column_type(statement, 0) == SQLITE_NULL
                  ? "NULL"
                  : (const char *)sqlite3_column_text(statement, 0));
  else
    text = sqlite3_mprintf("%s", sqlite3_errmsg(db));
  ck_assert_msg(rc || result == SQLITE_ROW, "%s: %s", sql, text);
  if (rc)
    *rc = sqlite3_finalize(statement);
  else
    sqlite3_finalize(statement);
  sqlite3_close(db);
  return text;
}

static void expect(const char *name, const char *sql, const char *expected)
{
  char *text = ask(sql, NULL);

  ck_assert_msg(!strcmp(text, expected), "%s: %s is %s, not %s", name, sql,
                text, expected);
  sqlite3_free(text);
}

/* ---- attributes whose parts are plain ---- */

static const struct {
  const char *name;
  nep_attribute attribute;
  const char *type; /* SQLite's */
  const char *sql;  /* quote(value()) */
  const char *json;
} plain[] = {
#define A(t, ...)                                                              \
  {                                                                            \
    .type = NEP_TYPE_##t, .has_value = true, __VA_ARGS__                       \
  }
    {"float", A(FLOAT, .real = 0.1), "real", "0.1", "0.1"},
    {"whole float", A(FLOAT, .real = 3), "real", "3.0", "3.0"},
    {"minus zero", A(FLOAT, .real = -0.0), "real", "0.0", "0.0"},
    {"many digits", A(FLOAT, .real = 0.30000000000000004), "real",
     "0.30000000000000004", "0.30000000000000004"},
    {"great float", A(FLOAT, .real = 1e300), "real", "1.0e+300", "1.0e+300"},
    {"NaN", A(FLOAT, .real = NAN), "null", "NULL", "null"},
    {"infinity", A(FLOAT, .real = INFINITY), "real", "Inf", "9e999"},
    {"-infinity", A(FLOAT, .real = -INFINITY), "real", "-Inf", "-9e999"},
    {"int", A(INT, .integer = -42), "integer", "-42", "-42"},
    {"least int", A(INT, .integer = INT64_MIN), "integer",
     "-9223372036854775808", "-9223372036854775808"},
    {"greatest int", A(INT, .integer = INT64_MAX), "integer",
     "9223372036854775807", "9223372036854775807"},
    {"true", A(BOOL, .integer = 1), "integer", "1", "1"},
    {"false", A(BOOL, .integer = 0), "integer", "0", "0"},
    {"datetime", A(DATETIME, .integer = 1707163200123), "text",
     "'2024-02-05 20:00:00.123'", "\"2024-02-05 20:00:00.123\""},
    {"before 1970", A(DATETIME, .integer = -1), "text",
     "'1969-12-31 23:59:59.999'", "\"1969-12-31 23:59:59.999\""},
    {"last time", A(DATETIME, .integer = YEAR_9999), "text",
     "'9999-12-31 23:59:59.999'", "\"9999-12-31 23:59:59.999\""},
    {"beyond the last time", A(DATETIME, .integer = YEAR_9999 + 1), "null",
     "NULL", "null"},
    {"least time", A(DATETIME, .integer = INT64_MIN), "null", "NULL", "null"},

    {"string", A(STRING, .text = TEXT("adam")), "text", "'adam'", "\"adam\""},
    {"empty string", A(STRING, .text = {NULL, 0}), "text", "''", "\"\""},
    {"unicode", A(STRING, .text = TEXT("\xC3\xA9\xF0\x9F\x98\x80")), "text",
     "'\xC3\xA9\xF0\x9F\x98\x80'", "\"\xC3\xA9\xF0\x9F\x98\x80\""},
    {"quotes", A(STRING, .text = TEXT("a\"b'c\\d/e")), "text", "'a\"b''c\\d/e'",
     "\"a\\\"b'c\\\\d/e\""},
    {"control characters", A(STRING, .text = TEXT("\x01\b\t\n\f\r\x1F\x7F")),
     "text", "'\x01\b\t\n\f\r\x1F\x7F'",
     "\"\\u0001\\u0008\\u0009\\u000a\\u000c\\u000d\\u001f\x7F\""},
    {"one bad byte",
     A(STRING, .text = TEXT("a\xFF"
                            "b")),
     "text", "'a" BAD "b'", "\"a" BAD "b\""},
    {"three bad bytes", A(STRING, .text = TEXT("\xED\xA0\x80")), "text",
     "'" BAD BAD BAD "'", "\"" BAD BAD BAD "\""},
    {"a character cut off", A(STRING, .text = TEXT("a\xE2\x82")), "text",
     "'a" BAD BAD "'", "\"a" BAD BAD "\""},
    {"overlong", A(STRING, .text = TEXT("\xC0\x80z")), "text", "'" BAD BAD "z'",
     "\"" BAD BAD "z\""},
    {"state", A(EXPERIMENT_STATE, .text = TEXT("active")), "text", "'active'",
     "\"active\""},
    {"git ref", A(GIT_REF, .text = TEXT("abc")), "text", "'abc'", "\"abc\""},
    {"unknown type", A(UNKNOWN, .text = TEXT("abc")), "text", "'abc'",
     "\"abc\""},

    {"float series",
     A(FLOAT_SERIES, .has = NEP_HAS_LAST, .last = 0.25, .real = 9), "real",
     "0.25", "0.25"},
    {"float series that ends in NaN",
     A(FLOAT_SERIES, .has = NEP_HAS_LAST, .last = NAN), "null", "NULL", "null"},
    {"float series without its last",
     A(FLOAT_SERIES, .has = NEP_HAS_LAST_STEP | NEP_HAS_MAX, .max = 3,
       .last = 7),
     "null", "NULL", "null"},
    {"string series", A(STRING_SERIES, .has_text = true, .text = TEXT("end")),
     "text", "'end'", "\"end\""},
    {"string series that ends in no text", A(STRING_SERIES, .has_text = true),
     "text", "''", "\"\""},
    {"string series without its last", A(STRING_SERIES, .text = TEXT("x")),
     "null", "NULL", "null"},
    {"histogram series without its last", A(HISTOGRAM_SERIES, .has = 0), "null",
     "NULL", "null"},
    {"file series without its last",
     A(FILE_SERIES, .text = TEXT("x"), .integer = 1), "null", "NULL", "null"},

#define FILE_JSON                                                              \
  "{\"path\":\"a \\\"b\\\"/c.png\",\"size_bytes\":12345678901,"                \
  "\"mime_type\":\"image/png\"}"
    {"file",
     A(FILE, .text = TEXT("a \"b\"/c.png"), .integer = 12345678901,
       .mime_type = TEXT("image/png")),
     "text", "'" FILE_JSON "'", FILE_JSON},
    {"file series",
     A(FILE_SERIES, .has_text = true, .text = TEXT("a \"b\"/c.png"),
       .integer = 12345678901, .mime_type = TEXT("image/png")),
     "text", "'" FILE_JSON "'", FILE_JSON},
    {"bare file", A(FILE, .has = 0), "text",
     "'{\"path\":\"\",\"size_bytes\":0,\"mime_type\":\"\"}'",
     "{\"path\":\"\",\"size_bytes\":0,\"mime_type\":\"\"}"},
    {"file of a bad name",
     A(FILE, .text = TEXT("\xFF\n"), .mime_type = TEXT("\"")), "text",
     "'{\"path\":\"" BAD "\\u000a\",\"size_bytes\":0,"
     "\"mime_type\":\"\\\"\"}'",
     "{\"path\":\"" BAD "\\u000a\",\"size_bytes\":0,\"mime_type\":\"\\\"\"}"},
    {"empty set", A(STRING_SET, .has = 0), "text", "'[]'", "[]"},
    {"no value", {.type = NEP_TYPE_FLOAT, .real = 5}, "null", "NULL", "null"},
    {"no set", {.type = NEP_TYPE_STRING_SET}, "null", "NULL", "null"},
};

/* Infinity has several spellings in SQLite: it is asked for by comparison. */
static const char *quoted_infinity(const char *sql)
{
  if (!strcmp(sql, "Inf"))
    return "value() = 9e999";
  return strcmp(sql, "-Inf") ? NULL : "value() = -9e999";
}

START_TEST(an_attribute_is_a_value_and_json)
{
  const char *name = plain[_i].name;
  const char *infinity = quoted_infinity(plain[_i].sql);

  shown = &plain[_i].attribute;
  expect(name, "SELECT typeof(value())", plain[_i].type);
  if (infinity) {
    char *sql = sqlite3_mprintf("SELECT %s", infinity);
    expect(name, sql, "1");
    sqlite3_free(sql);
  } else if (shown->type != NEP_TYPE_FLOAT || !strcmp(plain[_i].sql, "NULL")) {
    expect(name, "SELECT quote(value())", plain[_i].sql);
  } else {
    char *sql = sqlite3_mprintf("SELECT value() = %s", plain[_i].sql);
    expect(name, sql, "1");
    sqlite3_free(sql);
  }
  expect(name, "SELECT json_text()", plain[_i].json);
  expect(name, "SELECT json_valid(json_text())", "1");
}
END_TEST

START_TEST(no_attribute_is_null)
{
  shown = NULL;
  expect("none", "SELECT typeof(value())", "null");
  expect("none", "SELECT json_text()", "null");
}
END_TEST

/* U+0000 is kept: SQL's text may hold it, in JSON it is escaped. */
START_TEST(a_nul_is_kept)
{
  static const nep_attribute attribute = {
      .type = NEP_TYPE_STRING, .has_value = true, .text = TEXT("a\0b\xFF")};

  shown = &attribute;
  expect("NUL", "SELECT hex(value())", "610062EFBFBD");
  expect("NUL", "SELECT json_text()", "\"a\\u0000b" BAD "\"");
}
END_TEST

START_TEST(a_float_in_json_is_the_same_float)
{
  unsigned long long bits = 1;
  nep_attribute attribute = {.type = NEP_TYPE_FLOAT, .has_value = true};

  for (int i = 0; i < 50000; i++) {
    nep_error error = {0};
    sqlite3_str *out = sqlite3_str_new(NULL);
    bits = bits * 6364136223846793005ULL + 1442695040888963407ULL;
    unsigned long long mixed = bits ^ bits >> 31;
    memcpy(&attribute.real, &mixed, sizeof(attribute.real));
    if (i == 0)
      attribute.real = 1.7976931348623157e308;
    nep_values_append_json(out, &attribute, &error);
    char *text = sqlite3_str_finish(out);
    if (isnan(attribute.real))
      ck_assert_str_eq(text, "null");
    else
      ck_assert_msg(numbers_same(strtod(text, NULL), attribute.real),
                    "%.17g: %s", attribute.real, text);
    sqlite3_free(text);
  }
}
END_TEST

/* ---- JSON ---- */

static const struct {
  nep_type type;
  const char *nested; /* json_array(value()) */
} subtypes[] = {
    {NEP_TYPE_STRING_SET, "[[]]"},
    {NEP_TYPE_FILE, "[{\"path\":\"[]\",\"size_bytes\":0,\"mime_type\":\"\"}]"},
    {NEP_TYPE_FILE_SERIES,
     "[{\"path\":\"[]\",\"size_bytes\":0,\"mime_type\":\"\"}]"},
    {NEP_TYPE_STRING, "[\"[]\"]"},
    {NEP_TYPE_STRING_SERIES, "[\"[]\"]"},
};

START_TEST(only_json_carries_jsons_subtype)
{
  nep_attribute attribute = {.type = subtypes[_i].type,
                             .has_value = true,
                             .has_text = true,
                             .text = TEXT("[]")};

  shown = &attribute;
  expect("subtype", "SELECT json_array(value())", subtypes[_i].nested);
}
END_TEST

static const struct {
  const char *members[6]; /* up to the first NULL */
  const char *json;
} sets[] = {
    {{"one"}, "[\"one\"]"},
    {{"b", "a", "c"}, "[\"a\",\"b\",\"c\"]"},
    {{"ab", "a", "", "abc", "B"}, "[\"\",\"B\",\"a\",\"ab\",\"abc\"]"},
    {{"a", "a"}, "[\"a\",\"a\"]"},
    {{"\xC3\xA9", "z", "\"", "e"}, "[\"\\\"\",\"e\",\"z\",\"\xC3\xA9\"]"},
    {{"\xFF", "\xC3\xA9"}, "[\"\xC3\xA9\",\"" BAD "\"]"},
    {{"it's"}, "[\"it's\"]"},
};

static nep_attribute attribute_of(nep_type type, const nep_bytes *items)
{
  return (nep_attribute){.type = type,
                         .has_value = true,
                         .items = nep_reader_of(nep_bytes_view(items))};
}

START_TEST(a_set_is_a_sorted_array)
{
  nep_bytes items;

  message_init(&items);
  for (size_t i = 0; i < 6 && sets[_i].members[i]; i++) {
    message_varint(&items, 7, i); /* to be skipped */
    message_text(&items, 3, sets[_i].members[i]);
  }
  nep_attribute attribute = attribute_of(NEP_TYPE_STRING_SET, &items);
  shown = &attribute;
  expect("set", "SELECT value()", sets[_i].json);
  expect("set", "SELECT json_text()", sets[_i].json);
  nep_bytes_dispose(&items);
}
END_TEST

static const struct {
  const char *type; /* NULL: not sent */
  size_t n_edges, n_values;
  double edges[4], values[4];
  const char *json;
} histograms[] = {
    {"COUNTING",
     3,
     2,
     {0, 0.5, 1},
     {7, 2.25},
     "{\"type\":\"COUNTING\",\"edges\":[0.0,0.5,1.0],\"values\":[7.0,2.25]}"},
    {NULL, 0, 0, {0}, {0}, "NULL"}, /* an empty message: nothing was logged */
    {"", 0, 0, {0}, {0}, "{\"type\":\"\",\"edges\":[],\"values\":[]}"},
    {NULL,
     1,
     0,
     {-1e300},
     {0},
     "{\"type\":\"\",\"edges\":[-1.0e+300],\"values\":[]}"},
    {"\"",
     3,
     2,
     {-INFINITY, 0.1, INFINITY},
     {NAN, 0.30000000000000004},
     "{\"type\":\"\\\"\",\"edges\":[-9e999,0.1,9e999],"
     "\"values\":[null,0.30000000000000004]}"},
};

static void append_histogram(nep_bytes *message, int i)
{
  message_init(message);
  if (histograms[i].type)
    message_text(message, 1, histograms[i].type);
  for (size_t edge = 0; edge < histograms[i].n_edges; edge++)
    message_double(message, 2, histograms[i].edges[edge]);
  for (size_t value = 0; value < histograms[i].n_values; value++)
    message_double(message, 3, histograms[i].values[value]);
}

START_TEST(a_histogram_is_an_object)
{
  nep_bytes message;

  append_histogram(&message, _i);
  nep_attribute attribute = attribute_of(NEP_TYPE_HISTOGRAM_SERIES, &message);
  shown = &attribute;
  expect("histogram", "SELECT value()", histograms[_i].json);
  if (histograms[_i].json[0] == '{') {
    expect("histogram", "SELECT json_text()", histograms[_i].json);
    expect("histogram", "SELECT json_valid(value())", "1");
    expect("histogram", "SELECT json_type(json_array(value()), '$[0]')",
           "object");
  }
  nep_bytes_dispose(&message);
}
END_TEST

/* ---- damage ---- */

static nep_type damaged_type;

static void show_damaged(nep_text damaged)
{
  nep_error error = {0};
  nep_attribute attribute = {
      .type = damaged_type, .has_value = true, .items = nep_reader_of(damaged)};
  sqlite3_str *out = sqlite3_str_new(NULL);
  int rc = nep_values_append_json(out, &attribute, &error);

  ck_assert(rc == SQLITE_OK || rc == SQLITE_CORRUPT);
  ck_assert_int_eq(rc, error.code);
  sqlite3_free(sqlite3_str_finish(out));
  nep_error_clear(&error);
}

START_TEST(a_damaged_set_or_histogram_does_no_harm)
{
  nep_bytes message;

  append_histogram(&message, 0);
  damaged_type = NEP_TYPE_HISTOGRAM_SERIES;
  message_damage(&message, show_damaged);
  nep_bytes_dispose(&message);
  message_init(&message);
  message_text(&message, 3, "one");
  message_text(&message, 3, "two");
  damaged_type = NEP_TYPE_STRING_SET;
  message_damage(&message, show_damaged);
  nep_bytes_dispose(&message);
}
END_TEST

START_TEST(a_damaged_value_is_an_error_of_the_query)
{
  static const nep_type types[] = {NEP_TYPE_STRING_SET,
                                   NEP_TYPE_HISTOGRAM_SERIES};
  static const unsigned char cut[] = {3 << 3 | 2, 200, 'x'};
  nep_attribute attribute = {
      .type = types[_i], .has_value = true, .items = {cut, cut + sizeof(cut)}};
  int rc;

  shown = &attribute;
  char *message = ask("SELECT value()", &rc);
  ck_assert_int_eq(rc, SQLITE_CORRUPT);
  ck_assert_str_ne(message, "not an error");
  sqlite3_free(message);
}
END_TEST

/* ---- memory ---- */

static int show_in_sqlite(nep_error *error)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  int rc = open_connection(&db);

  if (rc == SQLITE_OK)
    rc = sqlite3_prepare_v2(db, "SELECT value(), json_text()", -1, &statement,
                            NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_step(statement);
  if (rc == SQLITE_ROW)
    rc = sqlite3_column_text(statement, 0) && sqlite3_column_text(statement, 1)
             ? SQLITE_OK
             : SQLITE_NOMEM;
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return rc == SQLITE_OK ? rc : nep_error_no_memory(error);
}

static int append_as_json(nep_error *error)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  int rc = nep_values_append_json(out, shown, error);
  char *text = sqlite3_str_finish(out);

  if (rc == SQLITE_OK && !text)
    rc = nep_error_no_memory(error);
  sqlite3_free(text);
  return rc;
}

START_TEST(without_memory_a_value_is_an_error)
{
  static char longer[3000];
  nep_bytes items;
  nep_error error = {0};

  memset(longer, 'x', sizeof(longer));
  longer[0] = '\xFF';
  message_init(&items);
  for (int i = 0; i < 200; i++)
    message_text(&items, 3, "member");
  nep_attribute attribute =
      attribute_of(_i ? NEP_TYPE_STRING_SET : NEP_TYPE_STRING, &items);
  attribute.text = (nep_text){longer, sizeof(longer)};
  shown = &attribute;
  ck_assert_int_eq(show_in_sqlite(&error), SQLITE_OK); /* SQLite warms up */
  memory_check(show_in_sqlite);
  memory_check(append_as_json);
  nep_bytes_dispose(&items);
}
END_TEST

Suite *values_suite(void);
Suite *values_suite(void)
{
  Suite *suite = suite_create("values");
  TCase *value = tcase_create("values"), *json = tcase_create("json");
  TCase *damage = tcase_create("damage"), *memory = tcase_create("memory");

  tcase_add_loop_test(value, an_attribute_is_a_value_and_json, 0,
                      (int)NEP_COUNT(plain));
  tcase_add_test(value, no_attribute_is_null);
  tcase_add_test(value, a_nul_is_kept);
  tcase_add_test(value, a_float_in_json_is_the_same_float);
  tcase_add_loop_test(json, only_json_carries_jsons_subtype, 0,
                      (int)NEP_COUNT(subtypes));
  tcase_add_loop_test(json, a_set_is_a_sorted_array, 0, (int)NEP_COUNT(sets));
  tcase_add_loop_test(json, a_histogram_is_an_object, 0,
                      (int)NEP_COUNT(histograms));
  tcase_add_test(damage, a_damaged_set_or_histogram_does_no_harm);
  tcase_add_loop_test(damage, a_damaged_value_is_an_error_of_the_query, 0, 2);
  tcase_add_loop_test(memory, without_memory_a_value_is_an_error, 0, 2);
  suite_add_tcase(suite, value);
  suite_add_tcase(suite, json);
  suite_add_tcase(suite, damage);
  suite_add_tcase(suite, memory);
  return suite;
}
