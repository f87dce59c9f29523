/* Answers about string, histogram and file series. */
#include "answers.h"
#include "message.h"

#include <check.h>
#include <string.h>

/* ---- points ---- */

/* Appends a value: a submessage for which the caller has built member. */
static void put_point(nep_bytes *values, double step, unsigned member,
                      nep_text object)
{
  nep_bytes point, value;

  message_init(&point);
  message_init(&value);
  message_varint(&point, 1, 1707163200123);
  message_double(&point, 2, step);
  message_varint(&point, 4, 1);
  message_float(&point, 5, 0.5f);
  message_bytes(&value, member, object);
  message_part(&point, 6, &value);
  message_part(values, 1, &point);
}

static const struct {
  unsigned member;
  nep_type type;
} members[] = {{1, NEP_TYPE_STRING_SERIES},
               {2, NEP_TYPE_HISTOGRAM_SERIES},
               {3, NEP_TYPE_FILE_SERIES},
               {4, NEP_TYPE_UNKNOWN}};

START_TEST(a_point_says_what_it_holds)
{
  nep_error error = {0};
  nep_object object;
  nep_point point;
  nep_bytes values;
  nep_reader reader;

  message_init(&values);
  message_text(&values, 9, "unknown");
  put_point(&values, 2.5, members[_i].member, nep_text_of("object"));
  reader = nep_reader_of(nep_bytes_view(&values));
  ck_assert_int_eq(nep_wire_next_object_point(&reader, &point, &object, &error),
                   SQLITE_ROW);
  ck_assert_double_eq(point.step, 2.5);
  ck_assert_double_eq(point.value, 0);
  ck_assert_double_eq(point.completion, 0.5);
  ck_assert_int_eq(point.time_ms, 1707163200123);
  ck_assert(point.is_preview);
  ck_assert_int_eq(object.type, members[_i].type);
  if (object.type != NEP_TYPE_UNKNOWN)
    ck_assert(nep_text_equal(object.bytes, nep_text_of("object")));
  ck_assert_int_eq(nep_wire_next_object_point(&reader, &point, &object, &error),
                   SQLITE_DONE);
  nep_bytes_dispose(&values);
}
END_TEST

START_TEST(a_point_without_fields_is_zero_and_empty)
{
  nep_text bytes = {"\x0A\x00", 2};
  nep_reader reader = nep_reader_of(bytes);
  nep_error error = {0};
  nep_object object = {NEP_TYPE_FILE_SERIES, {"x", 1}};
  nep_point point = {1, 1, 1, 1, true};

  ck_assert_int_eq(nep_wire_next_object_point(&reader, &point, &object, &error),
                   SQLITE_ROW);
  ck_assert_double_eq(point.step, 0);
  ck_assert_int_eq(point.time_ms, 0);
  ck_assert(!point.is_preview);
  ck_assert_int_eq(object.type, NEP_TYPE_UNKNOWN);
  ck_assert_uint_eq(object.bytes.size, 0);
}
END_TEST

/* ---- objects ---- */

static nep_attribute read_object(nep_type type, nep_text bytes)
{
  nep_object object = {type, bytes};
  nep_attribute attribute;
  nep_error error = {0};

  memset(&attribute, 0xAA, sizeof(attribute));
  ck_assert_int_eq(nep_wire_read_object(&object, &attribute, &error),
                   SQLITE_OK);
  ck_assert_int_eq(attribute.type, type);
  return attribute;
}

START_TEST(a_string_is_read)
{
  nep_attribute read = read_object(NEP_TYPE_STRING_SERIES, nep_text_of("é"));

  ck_assert(read.has_value && read.has_text);
  ck_assert(nep_text_equal(read.text, nep_text_of("é")));
  read = read_object(NEP_TYPE_STRING_SERIES, nep_text_of(""));
  ck_assert(read.has_value && read.has_text);
  ck_assert_uint_eq(read.text.size, 0);
}
END_TEST

START_TEST(a_file_is_read)
{
  nep_bytes file;
  nep_attribute read;

  message_init(&file);
  message_text(&file, 3, "image/png");
  message_varint(&file, 2, 5000000000);
  message_text(&file, 1, "a/b.png");
  read = read_object(NEP_TYPE_FILE_SERIES, nep_bytes_view(&file));
  ck_assert(read.has_value && read.has_text);
  ck_assert(nep_text_equal(read.text, nep_text_of("a/b.png")));
  ck_assert(nep_text_equal(read.mime_type, nep_text_of("image/png")));
  ck_assert_int_eq(read.integer, 5000000000);
  nep_bytes_dispose(&file);
}
END_TEST

START_TEST(a_histogram_is_read)
{
  nep_bytes message;
  nep_attribute read;
  nep_histogram histogram;
  nep_error error = {0};
  double number;

  message_init(&message);
  message_text(&message, 1, "COUNTING");
  message_double(&message, 2, 0.5);
  message_double(&message, 2, 1.5);
  message_double(&message, 3, 7);
  read = read_object(NEP_TYPE_HISTOGRAM_SERIES, nep_bytes_view(&message));
  ck_assert_int_eq(nep_wire_histogram(read.items, &histogram, &error),
                   SQLITE_OK);
  ck_assert(nep_text_equal(histogram.type, nep_text_of("COUNTING")));
  ck_assert_int_eq(nep_wire_next_double(&histogram.values, &number, &error),
                   SQLITE_ROW);
  ck_assert_double_eq(number, 7);
  nep_bytes_dispose(&message);
}
END_TEST

START_TEST(no_object_is_no_value)
{
  ck_assert(!read_object(NEP_TYPE_UNKNOWN, nep_text_of(NULL)).has_value);
}
END_TEST

START_TEST(a_damaged_file_is_an_error)
{
  nep_object object = {NEP_TYPE_FILE_SERIES, {"\x0A\x05x", 3}};
  nep_attribute attribute;
  nep_error error = {0};

  ck_assert_int_eq(nep_wire_read_object(&object, &attribute, &error),
                   SQLITE_CORRUPT);
  nep_error_clear(&error);
}
END_TEST

/* ---- series ---- */

/* A series of n points from step first on; token NULL: not reached. */
static void put_series(nep_bytes *page, const char *id, int first, int n,
                       bool is_finished, const char *token)
{
  nep_bytes series, values, after;
  int i;

  message_init(&series);
  message_init(&values);
  message_init(&after);
  message_text(&series, 1, id);
  for (i = 0; i < n; i++)
    put_point(&values, first + i, 1, nep_text_of("text"));
  message_part(&series, 4, &values);
  if (is_finished)
    message_varint(&after, 1, 1);
  if (token) {
    message_text(&after, 2, token);
    message_part(&series, 2, &after);
  }
  nep_bytes_dispose(&after);
  message_part(page, 1, &series);
}

static void check_series(nep_reader *page, size_t request, size_t n,
                         double last_step)
{
  nep_series_answer series;
  nep_error error = {0};
  nep_object object;
  nep_point point;
  size_t i;

  ck_assert_int_eq(nep_wire_next_object_series(page, 4, &series, &error),
                   SQLITE_ROW);
  ck_assert_uint_eq(series.request, request);
  ck_assert_uint_eq(series.n_points, n);
  ck_assert_double_eq(series.last_step, last_step);
  for (i = 0; i < n; i++)
    ck_assert_int_eq(
        nep_wire_next_object_point(&series.points, &point, &object, &error),
        SQLITE_ROW);
  ck_assert_int_eq(
      nep_wire_next_object_point(&series.points, &point, &object, &error),
      SQLITE_DONE);
}

START_TEST(series_are_told_apart_and_counted)
{
  nep_bytes page;
  nep_reader reader;
  nep_series_answer series;
  nep_error error = {0};

  message_init(&page);
  put_series(&page, "2", 10, 200, true, "t");
  message_varint(&page, 7, 1);
  put_series(&page, "0", 0, 0, true, "t");
  put_series(&page, "3", 5, 1, false, "u");
  reader = nep_reader_of(nep_bytes_view(&page));
  check_series(&reader, 2, 200, 209);
  check_series(&reader, 0, 0, 0);
  check_series(&reader, 3, 1, 5);
  ck_assert_int_eq(nep_wire_next_object_series(&reader, 4, &series, &error),
                   SQLITE_DONE);
  nep_bytes_dispose(&page);
}
END_TEST

static const struct {
  bool is_finished;
  const char *token; /* NULL: no such member */
} ends[] = {{true, "t"}, {false, "t"}, {true, ""}, {false, ""}, {false, NULL}};

START_TEST(a_series_says_how_far_it_goes)
{
  nep_series_answer series;
  nep_error error = {0};
  nep_bytes page;
  nep_reader reader;

  message_init(&page);
  put_series(&page, "1", 0, 1, ends[_i].is_finished, ends[_i].token);
  reader = nep_reader_of(nep_bytes_view(&page));
  ck_assert_int_eq(nep_wire_next_object_series(&reader, 2, &series, &error),
                   SQLITE_ROW);
  ck_assert_int_eq(series.is_reached, ends[_i].token != NULL);
  ck_assert_int_eq(series.is_finished, ends[_i].is_finished);
  ck_assert(nep_text_equal(series.token, nep_text_of(ends[_i].token)));
  nep_bytes_dispose(&page);
}
END_TEST

static int next_series(nep_text page, nep_error *error)
{
  nep_reader reader = nep_reader_of(page);
  nep_series_answer series;

  return nep_wire_next_object_series(&reader, 2, &series, error);
}

START_TEST(bad_ids_and_tokens_are_errors)
{
  static const char *const bad[][2] = {{"2", "t"}, {"", "t"},   {"-1", "t"},
                                       {"x", "t"}, {"1x", "t"}, {"1", "\xFF"}};
  nep_error error = {0};
  nep_bytes page;

  message_init(&page);
  put_series(&page, bad[_i][0], 0, 1, false, bad[_i][1]);
  ck_assert_int_eq(next_series(nep_bytes_view(&page), &error), SQLITE_CORRUPT);
  ck_assert_ptr_nonnull(strstr(error.message, "damaged: "));
  nep_error_clear(&error);
  nep_bytes_dispose(&page);
}
END_TEST

/* ---- whole answers, damaged ---- */

static int read_points(nep_reader points, long *n, nep_error *error)
{
  nep_attribute attribute;
  nep_object object;
  nep_point point;
  int code;

  while ((code = nep_wire_next_object_point(&points, &point, &object, error)) ==
         SQLITE_ROW) {
    (*n)++;
    code = nep_wire_read_object(&object, &attribute, error);
    if (code != SQLITE_OK)
      return code;
  }
  return code;
}

static int read_series(nep_reader *page, long *n, nep_error *error)
{
  nep_series_answer series;
  long read = 0;
  int code = nep_wire_next_object_series(page, 4, &series, error);

  if (code != SQLITE_ROW)
    return code;
  code = read_points(series.points, &read, error);
  *n += read;
  if (code == SQLITE_DONE && read != (long)series.n_points)
    ck_abort_msg("%ld points, counted %ld", read, (long)series.n_points);
  return code == SQLITE_DONE ? SQLITE_ROW : code;
}

static void make_page(nep_bytes *page)
{
  nep_bytes series, values;

  message_init(page);
  put_series(page, "0", 0, 2, true, "t");
  put_series(page, "1", 5, 1, false, "token");
  message_init(&series);
  message_init(&values);
  message_text(&series, 1, "2");
  put_point(&values, 1, 3, nep_text_of("\x0A\x01x\x10\x05"));
  message_part(&series, 4, &values);
  message_part(page, 1, &series);
}

START_TEST(damaged_answers_do_no_harm)
{
  nep_bytes page;

  make_page(&page);
  answers_check_damage(read_series, &page, 4);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(a_cut_inside_a_series_is_an_error)
{
  nep_bytes page;

  make_page(&page);
  answers_check_cuts(read_series, &page, 4);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(only_the_message_of_an_error_needs_memory)
{
  nep_bytes page;

  make_page(&page);
  answers_check_memory(read_series, &page, 4);
  nep_bytes_dispose(&page);
}
END_TEST

Suite *wire_objects_suite(void);
Suite *wire_objects_suite(void)
{
  Suite *suite = suite_create("wire_objects");
  TCase *one = tcase_create("points"), *series = tcase_create("series");
  TCase *damage = tcase_create("damage");

  tcase_add_loop_test(one, a_point_says_what_it_holds, 0,
                      (int)NEP_COUNT(members));
  tcase_add_test(one, a_point_without_fields_is_zero_and_empty);
  tcase_add_test(one, a_string_is_read);
  tcase_add_test(one, a_file_is_read);
  tcase_add_test(one, a_histogram_is_read);
  tcase_add_test(one, no_object_is_no_value);
  tcase_add_test(series, series_are_told_apart_and_counted);
  tcase_add_loop_test(series, a_series_says_how_far_it_goes, 0,
                      (int)NEP_COUNT(ends));
  tcase_add_loop_test(series, bad_ids_and_tokens_are_errors, 0, 6);
  tcase_add_test(damage, a_damaged_file_is_an_error);
  tcase_add_test(damage, damaged_answers_do_no_harm);
  tcase_add_test(damage, a_cut_inside_a_series_is_an_error);
  tcase_add_test(damage, only_the_message_of_an_error_needs_memory);
  suite_add_tcase(suite, one);
  suite_add_tcase(suite, series);
  suite_add_tcase(suite, damage);
  return suite;
}
