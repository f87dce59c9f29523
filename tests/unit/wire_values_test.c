#include "memory.h"
#include "message.h"
#include "wire.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static nep_reader reader_of(const nep_bytes *bytes)
{
  return nep_reader_of(nep_bytes_view(bytes));
}

static void check_text(nep_text text, const char *expected)
{
  ck_assert_msg(nep_text_equal(text, nep_text_of(expected)), "%.*s, not %s",
                (int)text.size, text.data ? text.data : "", expected);
}

/* ---- values of each type ---- */

/* A value's message begins with two fields that nobody may rely on. */
static void begin_value(nep_bytes *value)
{
  message_init(value);
  message_text(value, 1, "misleading/name");
  message_text(value, 2, "bool");
}

static void put_int(nep_bytes *value)
{
  message_varint(value, 3, 9007199254740993ULL);
}

static void check_int(const nep_attribute *attribute)
{
  ck_assert(attribute->integer == 9007199254740993LL);
}

static void put_negative(nep_bytes *value)
{
  message_varint(value, 3, (unsigned long long)-5);
}

static void check_negative(const nep_attribute *attribute)
{
  ck_assert_int_eq(attribute->integer, -5);
}

static void put_nothing(nep_bytes *value)
{
  (void)value;
}

static void check_zero(const nep_attribute *attribute)
{
  ck_assert_int_eq(attribute->integer, 0);
  ck_assert_double_eq(attribute->real, 0);
  ck_assert_uint_eq(attribute->text.size, 0);
  ck_assert_uint_eq(attribute->has, 0);
}

static void put_true(nep_bytes *value)
{
  message_varint(value, 3, 2);
}

static void check_true(const nep_attribute *attribute)
{
  ck_assert_int_eq(attribute->integer, 1);
}

static void put_nan(nep_bytes *value)
{
  message_double(value, 3, 1);
  message_double(value, 3, NAN);
}

static void check_nan(const nep_attribute *attribute)
{
  ck_assert(isnan(attribute->real));
}

static void put_wrong_wire_type(nep_bytes *value)
{
  message_double(value, 3, 0.25);
  message_varint(value, 3, 1);
  message_text(value, 3, "1");
}

static void check_quarter(const nep_attribute *attribute)
{
  ck_assert_double_eq(attribute->real, 0.25);
}

static void put_string(nep_bytes *value)
{
  nep_text text = {"a\0b", 3};
  message_bytes(value, 3, text);
}

static void check_string(const nep_attribute *attribute)
{
  ck_assert(attribute->has_text);
  ck_assert_uint_eq(attribute->text.size, 3);
  ck_assert_mem_eq(attribute->text.data, "a\0b", 3);
}

static void put_set(nep_bytes *value)
{
  message_text(value, 3, "b");
  message_varint(value, 3, 7);
  message_text(value, 3, "");
  message_text(value, 3, "a");
}

static void check_set(const nep_attribute *attribute)
{
  static const char *const members[] = {"b", "", "a"};
  nep_reader items = attribute->items;
  nep_error error = {0};
  nep_text text;
  size_t i;

  for (i = 0; i < 3; i++) {
    ck_assert_int_eq(nep_wire_next_string(&items, &text, &error), SQLITE_ROW);
    check_text(text, members[i]);
  }
  ck_assert_int_eq(nep_wire_next_string(&items, &text, &error), SQLITE_DONE);
}

static void check_empty_set(const nep_attribute *attribute)
{
  nep_reader items = attribute->items;
  nep_error error = {0};
  nep_text text;

  ck_assert_int_eq(nep_wire_next_string(&items, &text, &error), SQLITE_DONE);
}

static void put_summary(nep_bytes *value)
{
  message_double(value, 8, 6);
  message_double(value, 3, 1);
  message_double(value, 4, NAN);
  message_double(value, 5, 3);
  message_double(value, 6, 4);
  message_double(value, 7, 5);
  message_text(value, 9, "config");
  message_varint(value, 10, 1);
}

static void check_summary(const nep_attribute *attribute)
{
  ck_assert_uint_eq(attribute->has, NEP_HAS_LAST_STEP | NEP_HAS_LAST |
                                        NEP_HAS_MIN | NEP_HAS_MAX |
                                        NEP_HAS_AVERAGE | NEP_HAS_VARIANCE);
  ck_assert_double_eq(attribute->last_step, 1);
  ck_assert(isnan(attribute->last));
  ck_assert_double_eq(attribute->min, 3);
  ck_assert_double_eq(attribute->max, 4);
  ck_assert_double_eq(attribute->average, 5);
  ck_assert_double_eq(attribute->variance, 6);
}

static void put_min_0(nep_bytes *value)
{
  message_double(value, 5, 0); /* optional: there although zero */
}

static void check_min_0(const nep_attribute *attribute)
{
  ck_assert_uint_eq(attribute->has, NEP_HAS_MIN);
}

static void put_file(nep_bytes *value)
{
  message_text(value, 3, "path/x.bin");
  message_varint(value, 4, 5000000000ULL);
  message_text(value, 5, "image/png");
}

static void check_file(const nep_attribute *attribute)
{
  ck_assert(attribute->has_text);
  check_text(attribute->text, "path/x.bin");
  ck_assert_int_eq(attribute->integer, 5000000000LL);
  check_text(attribute->mime_type, "image/png");
}

static void put_last_file(nep_bytes *value)
{
  nep_bytes file;

  message_init(&file);
  message_text(&file, 1, "path/x.bin");
  message_varint(&file, 2, 5000000000ULL);
  message_text(&file, 3, "image/png");
  message_double(value, 3, 2.5);
  message_part(value, 4, &file);
}

static void check_last_file(const nep_attribute *attribute)
{
  check_file(attribute);
  ck_assert_uint_eq(attribute->has, NEP_HAS_LAST_STEP | NEP_HAS_LAST);
  ck_assert_double_eq(attribute->last_step, 2.5);
}

static void check_no_file(const nep_attribute *attribute)
{
  ck_assert(!attribute->has_text);
  ck_assert_uint_eq(attribute->has, 0);
}

static void put_last_string(nep_bytes *value)
{
  message_text(value, 4, "line 9");
  message_double(value, 3, 9);
}

static void check_last_string(const nep_attribute *attribute)
{
  ck_assert(attribute->has_text);
  check_text(attribute->text, "line 9");
  ck_assert_uint_eq(attribute->has, NEP_HAS_LAST_STEP | NEP_HAS_LAST);
  ck_assert_double_eq(attribute->last_step, 9);
}

static void put_step_only(nep_bytes *value)
{
  message_double(value, 3, 9);
}

static void check_step_only(const nep_attribute *attribute)
{
  ck_assert(!attribute->has_text);
  ck_assert_uint_eq(attribute->has, NEP_HAS_LAST_STEP);
}

/* Bytes of doubles for a packed field. */
static void put_packed(nep_bytes *message, unsigned field,
                       const double *numbers, size_t n)
{
  char bytes[64];
  nep_text packed = {bytes, n * sizeof(*numbers)};

  memcpy(bytes, numbers, packed.size); /* tests run on little-endian */
  message_bytes(message, field, packed);
}

static void put_histogram(nep_bytes *value)
{
  static const double edges[] = {-1, 0, 1}, tail[] = {2};
  nep_bytes histogram;

  message_init(&histogram);
  message_double(&histogram, 3, 10);
  put_packed(&histogram, 2, edges, 3);
  message_text(&histogram, 1, "COUNTING");
  message_double(&histogram, 3, 20);
  put_packed(&histogram, 2, tail, 0);
  put_packed(&histogram, 2, tail, 1);
  message_varint(&histogram, 2, 1);
  message_double(&histogram, 3, NAN);
  message_double(value, 3, 4);
  message_part(value, 4, &histogram);
}

static void check_doubles(nep_doubles *numbers, const double *expected,
                          size_t n)
{
  nep_error error = {0};
  double number;
  size_t i;

  for (i = 0; i < n; i++) {
    ck_assert_int_eq(nep_wire_next_double(numbers, &number, &error),
                     SQLITE_ROW);
    if (isnan(expected[i]))
      ck_assert(isnan(number));
    else
      ck_assert_double_eq(number, expected[i]);
  }
  ck_assert_int_eq(nep_wire_next_double(numbers, &number, &error), SQLITE_DONE);
}

static void check_histogram(const nep_attribute *attribute)
{
  static const double edges[] = {-1, 0, 1, 2}, values[] = {10, 20, NAN};
  nep_histogram histogram;
  nep_error error = {0};

  ck_assert_uint_eq(attribute->has, NEP_HAS_LAST_STEP | NEP_HAS_LAST);
  ck_assert_int_eq(nep_wire_histogram(attribute->items, &histogram, &error),
                   SQLITE_OK);
  check_text(histogram.type, "COUNTING");
  check_doubles(&histogram.edges, edges, 4);
  check_doubles(&histogram.values, values, 3);
}

static const struct {
  const char *name, *type; /* the outer type; NULL: left out */
  unsigned field;
  void (*put)(nep_bytes *value);
  nep_type expected;
  void (*check)(const nep_attribute *attribute);
} values[] = {
    {"int", "int", 3, put_int, NEP_TYPE_INT, check_int},
    {"int below 0", "int", 3, put_negative, NEP_TYPE_INT, check_negative},
    {"int 0", "int", 3, put_nothing, NEP_TYPE_INT, check_zero},
    {"float NaN", "float", 4, put_nan, NEP_TYPE_FLOAT, check_nan},
    {"float 0", "float", 4, put_nothing, NEP_TYPE_FLOAT, check_zero},
    {"float among other wire types", "float", 4, put_wrong_wire_type,
     NEP_TYPE_FLOAT, check_quarter},
    {"string", "string", 5, put_string, NEP_TYPE_STRING, check_string},
    {"empty string", "string", 5, put_nothing, NEP_TYPE_STRING, check_zero},
    {"bool", "bool", 6, put_true, NEP_TYPE_BOOL, check_true},
    {"bool false", "bool", 6, put_nothing, NEP_TYPE_BOOL, check_zero},
    {"datetime", "datetime", 7, put_negative, NEP_TYPE_DATETIME,
     check_negative},
    {"string set", "stringSet", 8, put_set, NEP_TYPE_STRING_SET, check_set},
    {"empty set", "stringSet", 8, put_nothing, NEP_TYPE_STRING_SET,
     check_empty_set},
    {"float series", "floatSeries", 9, put_summary, NEP_TYPE_FLOAT_SERIES,
     check_summary},
    {"float series with a zero", "floatSeries", 9, put_min_0,
     NEP_TYPE_FLOAT_SERIES, check_min_0},
    {"float series of nothing", "floatSeries", 9, put_nothing,
     NEP_TYPE_FLOAT_SERIES, check_zero},
    {"file", "fileRef", 10, put_file, NEP_TYPE_FILE, check_file},
    {"string series", "stringSeries", 11, put_last_string,
     NEP_TYPE_STRING_SERIES, check_last_string},
    {"string series without last", "stringSeries", 11, put_step_only,
     NEP_TYPE_STRING_SERIES, check_step_only},
    {"file series", "fileRefSeries", 12, put_last_file, NEP_TYPE_FILE_SERIES,
     check_last_file},
    {"file series without last", "fileRefSeries", 12, put_nothing,
     NEP_TYPE_FILE_SERIES, check_no_file},
    {"histogram series", "histogramSeries", 13, put_histogram,
     NEP_TYPE_HISTOGRAM_SERIES, check_histogram},
    {"state", "experimentState", 5, put_string, NEP_TYPE_EXPERIMENT_STATE,
     check_string},
    {"git ref", "gitRef", 5, put_string, NEP_TYPE_GIT_REF, check_string},
    {"complex", "complex", 5, put_string, NEP_TYPE_COMPLEX, check_string},
    {"type left out", NULL, 9, put_summary, NEP_TYPE_FLOAT_SERIES,
     check_summary},
    {"type empty", "", 13, put_histogram, NEP_TYPE_HISTOGRAM_SERIES,
     check_histogram},
    {"type unknown", "artifact", 5, put_string, NEP_TYPE_STRING, check_string},
    {"type misspelt", "file_series", 12, put_last_file, NEP_TYPE_FILE_SERIES,
     check_last_file},
};

#define ATTRIBUTE_FIELDS 3

/* The attribute of a row of values; rotate: which field comes first. */
static void make_attribute(nep_bytes *attribute, int row, int rotate)
{
  nep_bytes value;
  int i;

  message_init(attribute);
  for (i = 0; i < ATTRIBUTE_FIELDS; i++) {
    switch ((i + rotate) % ATTRIBUTE_FIELDS) {
    case 0:
      message_text(attribute, 1, "some/path");
      break;
    case 1:
      if (values[row].type)
        message_text(attribute, 2, values[row].type);
      break;
    case 2:
      begin_value(&value);
      values[row].put(&value);
      message_part(attribute, values[row].field, &value);
      break;
    }
    message_text(attribute, 14 + (unsigned)i, "unknown");
  }
}

/* A search answer of one run with that attribute, which is taken. */
static void make_page(nep_bytes *page, nep_bytes *attribute)
{
  nep_bytes entry;

  message_init(page);
  message_init(&entry);
  message_part(&entry, 7, attribute);
  message_part(page, 3, &entry);
}

START_TEST(a_value_is_read)
{
  nep_entry entry = {0};
  nep_error error = {0};
  int rotate;

  for (rotate = 0; rotate < ATTRIBUTE_FIELDS; rotate++) {
    nep_bytes page, attribute;
    nep_reader reader;
    make_attribute(&attribute, _i, rotate);
    make_page(&page, &attribute);
    reader = reader_of(&page);
    ck_assert_int_eq(nep_wire_next_search_entry(&reader, &entry, &error),
                     SQLITE_ROW);
    ck_assert_uint_eq(entry.n_attributes, 1);
    check_text(entry.attributes[0].path, "some/path");
    ck_assert_msg(entry.attributes[0].type == values[_i].expected &&
                      entry.attributes[0].has_value,
                  "%s", values[_i].name);
    values[_i].check(&entry.attributes[0]);
    nep_bytes_dispose(&page);
  }
  nep_entry_dispose(&entry);
  ck_assert_ptr_null(entry.attributes);
}
END_TEST

static const struct {
  const char *name, *type;
  unsigned field; /* of a value of another type; 0: none */
  nep_type expected;
} valueless[] = {
    {"no value", "float", 0, NEP_TYPE_FLOAT},
    {"a value of another type", "float", 3, NEP_TYPE_FLOAT},
    {"state without a string", "experimentState", 0, NEP_TYPE_EXPERIMENT_STATE},
    {"neither type nor value", NULL, 0, NEP_TYPE_UNKNOWN},
    {"unknown type without value", "artifact", 0, NEP_TYPE_UNKNOWN},
    {"unknown type with an unknown value", "artifact", 14, NEP_TYPE_UNKNOWN},
};

START_TEST(an_attribute_may_have_no_value)
{
  nep_entry entry = {0};
  nep_error error = {0};
  nep_bytes page, attribute;
  nep_reader reader;

  message_init(&attribute);
  message_text(&attribute, 1, "x");
  if (valueless[_i].type)
    message_text(&attribute, 2, valueless[_i].type);
  if (valueless[_i].field)
    message_text(&attribute, valueless[_i].field, "");
  message_varint(&attribute, 4, 1); /* a value's number, but no message */
  make_page(&page, &attribute);
  reader = reader_of(&page);
  ck_assert_int_eq(nep_wire_next_search_entry(&reader, &entry, &error),
                   SQLITE_ROW);
  ck_assert_msg(!entry.attributes[0].has_value, "%s", valueless[_i].name);
  ck_assert_int_eq(entry.attributes[0].type, valueless[_i].expected);
  nep_entry_dispose(&entry);
  nep_bytes_dispose(&page);
}
END_TEST

static const char *const bad_histograms[] = {
    "\x12\x07"
    "1234567", /* edges of 7 bytes */
    "\x12\x09"
    "123456789", /* and of 9 */
    "\x12\x10"
    "12345678", /* cut off */
    "\x11"
    "1234", /* one edge, cut off */
    "\x13", /* a group */
};

START_TEST(a_damaged_histogram_is_an_error)
{
  nep_reader reader = nep_reader_of(nep_text_of(bad_histograms[_i]));
  nep_histogram histogram;
  nep_error error = {0};
  double number;
  int code = nep_wire_histogram(reader, &histogram, &error);

  while (code == SQLITE_OK || code == SQLITE_ROW)
    code = nep_wire_next_double(&histogram.edges, &number, &error);
  ck_assert_int_eq(code, SQLITE_CORRUPT);
  nep_error_clear(&error);
}
END_TEST

/* ---- damage and memory ---- */

static int read_value_items(const nep_attribute *attribute, nep_error *error)
{
  nep_reader items = attribute->items;
  nep_histogram histogram;
  nep_text text;
  double number;
  int code = SQLITE_ROW;

  while (attribute->type == NEP_TYPE_STRING_SET && code == SQLITE_ROW)
    code = nep_wire_next_string(&items, &text, error);
  if (attribute->type != NEP_TYPE_HISTOGRAM_SERIES ||
      !(attribute->has & NEP_HAS_LAST) ||
      nep_wire_histogram(items, &histogram, error))
    return error->code;
  do
    code = nep_wire_next_double(&histogram.edges, &number, error);
  while (code == SQLITE_ROW);
  while (code == SQLITE_DONE || code == SQLITE_ROW) {
    code = nep_wire_next_double(&histogram.values, &number, error);
    if (code == SQLITE_DONE)
      break;
  }
  return error->code;
}

/* The number of attributes read, or -1. */
static long read_entries(nep_text page,
                         int (*next)(nep_reader *, nep_entry *, nep_error *),
                         nep_error *error)
{
  nep_reader reader = nep_reader_of(page);
  nep_entry entry = {0};
  long n = 0;
  size_t i;
  int code;

  while ((code = next(&reader, &entry, error)) == SQLITE_ROW) {
    for (i = 0; i < entry.n_attributes && !error->code; i++)
      read_value_items(&entry.attributes[i], error);
    n += (long)entry.n_attributes;
  }
  nep_entry_dispose(&entry);
  if (code != SQLITE_DONE && code != error->code)
    ck_abort_msg("code %d, recorded %d", code, error->code);
  return error->code ? -1 : n;
}

static void read_damaged_search(nep_text page)
{
  nep_error error = {0};
  size_t n;
  sqlite3_int64 matching;

  nep_wire_search_summary(page, &n, &matching, &error);
  nep_error_clear(&error);
  read_entries(page, nep_wire_next_search_entry, &error);
  nep_error_clear(&error);
}

static void read_damaged_values(nep_text page)
{
  nep_error error = {0};
  nep_text token;
  size_t n, n_values;

  nep_wire_values_summary(page, &n, &n_values, &token, &error);
  nep_error_clear(&error);
  read_entries(page, nep_wire_next_values_entry, &error);
  nep_error_clear(&error);
}

/* One run with an attribute of every row of values. */
static void make_full_entry(nep_bytes *page, unsigned page_field,
                            unsigned field)
{
  nep_bytes entry;
  size_t i;

  message_init(page);
  message_init(&entry);
  message_text(&entry, 1, "uuid");
  message_text(&entry, 2, "VIS-1");
  for (i = 0; i < NEP_COUNT(values); i++) {
    nep_bytes attribute;
    make_attribute(&attribute, (int)i, (int)i);
    message_part(&entry, field, &attribute);
  }
  message_part(page, page_field, &entry);
}

START_TEST(damaged_search_answers_do_no_harm)
{
  nep_error error = {0};
  nep_bytes page;

  make_full_entry(&page, 3, 7);
  ck_assert_int_eq(
      read_entries(nep_bytes_view(&page), nep_wire_next_search_entry, &error),
      (long)NEP_COUNT(values));
  message_damage(&page, read_damaged_search);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(damaged_values_answers_do_no_harm)
{
  nep_bytes page;

  make_full_entry(&page, 1, 3);
  message_damage(&page, read_damaged_values);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(a_cut_inside_an_entry_is_an_error)
{
  nep_bytes page;
  size_t size;

  make_full_entry(&page, 3, 7);
  for (size = 1; size < page.size; size++) {
    nep_text cut = {page.data, size};
    nep_error error = {0};
    if (read_entries(cut, nep_wire_next_search_entry, &error) >= 0)
      ck_abort_msg("valid after %d bytes", (int)size);
    nep_error_clear(&error);
  }
  nep_bytes_dispose(&page);
}
END_TEST

#define ADD_ROWS(tcase, test, rows)                                            \
  tcase_add_loop_test(tcase, test, 0, (int)NEP_COUNT(rows))

Suite *wire_values_suite(void);
Suite *wire_values_suite(void)
{
  Suite *suite = suite_create("wire_values");
  TCase *one = tcase_create("values"), *damage = tcase_create("damage");

  ADD_ROWS(one, a_value_is_read, values);
  ADD_ROWS(one, an_attribute_may_have_no_value, valueless);
  ADD_ROWS(one, a_damaged_histogram_is_an_error, bad_histograms);
  tcase_add_test(damage, damaged_search_answers_do_no_harm);
  tcase_add_test(damage, damaged_values_answers_do_no_harm);
  tcase_add_test(damage, a_cut_inside_an_entry_is_an_error);
  suite_add_tcase(suite, one);
  suite_add_tcase(suite, damage);
  return suite;
}
