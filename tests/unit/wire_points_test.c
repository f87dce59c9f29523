#include "answers.h"
#include "message.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- points, read from the inside of a series ---- */

/* Appends the fields of point that order names by their numbers, "12345". */
static void put_fields(nep_bytes *message, const nep_point *point,
                       const char *order)
{
  for (; *order; order++) {
    switch (*order) {
    case '1':
      message_varint(message, 1, (unsigned long long)point->time_ms);
      break;
    case '2':
      message_double(message, 2, point->step);
      break;
    case '3':
      message_double(message, 3, point->value);
      break;
    case '4':
      message_varint(message, 4, point->is_preview);
      break;
    case '5':
      message_float(message, 5, (float)point->completion);
      break;
    }
  }
}

static void put_point(nep_bytes *series, const nep_point *point,
                      const char *order)
{
  nep_bytes message;

  message_init(&message);
  put_fields(&message, point, order);
  message_part(series, 2, &message);
}

/* Bit by bit, so that NaN equals itself and -0.0 is not 0.0. */
static bool same_number(double a, double b)
{
  return !memcmp(&a, &b, sizeof(a));
}

static bool same_point(const nep_point *a, const nep_point *b)
{
  return same_number(a->step, b->step) && same_number(a->value, b->value) &&
         same_number(a->completion, b->completion) &&
         a->time_ms == b->time_ms && a->is_preview == b->is_preview;
}

/* Asserts that the series holds exactly this point. */
static void check_point(const nep_bytes *series, const nep_point *expected)
{
  nep_reader reader = nep_reader_of(nep_bytes_view(series));
  nep_error error = {0};
  nep_point point;

  memset(&point, 0xAA, sizeof(point));
  ck_assert_int_eq(nep_wire_next_point(&reader, &point, &error), SQLITE_ROW);
  ck_assert_msg(same_point(&point, expected),
                "step %g value %g completion %g time %lld preview %d",
                point.step, point.value, point.completion, point.time_ms,
                point.is_preview);
  ck_assert_int_eq(nep_wire_next_point(&reader, &point, &error), SQLITE_DONE);
}

static const nep_point usual = {.step = 12.5,
                                .value = -0.125,
                                .completion = 0.5,
                                .time_ms = 1707163200123,
                                .is_preview = true};

static const struct {
  const char *name, *order;
  nep_point point;
} points[] = {
    {"all fields", "12345", {12.5, -0.125, 0.5, 1707163200123, true}},
    {"a committed point", "1235", {1, 2, 1, 1707163200123, false}},
    {"nothing: all is zero", "", {.step = 0}},
    {"step 0 is left out", "135", {0, 7, 1, 1, false}},
    {"value 0 is left out", "125", {7, 0, 1, 1, false}},
    {"completion left out is 0", "123", {7, 8, 0, 1, false}},
    {"time alone", "1", {0, 0, 0, 1707163200123, false}},
    {"completion alone", "5", {0, 0, 1, 0, false}},
    {"preview alone", "4", {0, 0, 0, 0, true}},
    {"time of one byte", "123", {1, 2, 0, 127, false}},
    {"time of two bytes", "123", {1, 2, 0, 128, false}},
    {"time of eight bytes", "123", {1, 2, 0, (1LL << 56) - 1, false}},
    {"time of nine bytes", "123", {1, 2, 0, 1LL << 56, false}},
    {"greatest time", "123", {1, 2, 0, INT64_MAX, false}},
    {"time before 1970, ten bytes", "12345", {1, 2, 1, -1, true}},
    {"least time", "1", {0, 0, 0, INT64_MIN, false}},
    {"NaN stays NaN", "123", {1, NAN, 0, 1, false}},
    {"infinite", "123", {1, -INFINITY, 0, 1, false}},
    {"negative zero", "123", {1, -0.0, 0, 1, false}},
    {"denormal", "123", {1, 5e-324, 0, 1, false}},
    {"fields backwards", "54321", {12.5, -0.125, 0.5, 1707163200123, true}},
    {"fields twice", "1234512345", {3, 4, 1, 5, true}},
};

START_TEST(a_point_is_read)
{
  nep_bytes series;

  message_init(&series);
  put_point(&series, &points[_i].point, points[_i].order);
  check_point(&series, &points[_i].point);
  nep_bytes_dispose(&series);
}
END_TEST

static const double no_steps[] = {NAN, INFINITY, -INFINITY};

START_TEST(a_step_that_is_no_finite_number_is_an_error)
{
  static const char *const orders[] = {"12345", "54321", "2"};
  nep_point point = {.step = no_steps[_i]};

  for (size_t i = 0; i < NEP_COUNT(orders); i++) {
    nep_error error = {0};
    nep_bytes series;
    message_init(&series);
    put_point(&series, &point, orders[i]);
    nep_reader reader = nep_reader_of(nep_bytes_view(&series));
    nep_point got;
    ck_assert_int_eq(nep_wire_next_point(&reader, &got, &error),
                     SQLITE_CORRUPT);
    ck_assert_ptr_nonnull(strstr(error.message, "no finite number"));
    nep_error_clear(&error);
    nep_bytes_dispose(&series);
  }
}
END_TEST

/* The next permutation of text in order of characters; false after the last. */
static bool permute(char *text, int n)
{
  int i = n - 2, j = n - 1, k;
  char swapped;

  while (i >= 0 && text[i] >= text[i + 1])
    i--;
  if (i < 0)
    return false;
  while (text[j] <= text[i])
    j--;
  swapped = text[i];
  text[i] = text[j];
  text[j] = swapped;
  for (j = i + 1, k = n - 1; j < k; j++, k--) {
    swapped = text[j];
    text[j] = text[k];
    text[k] = swapped;
  }
  return true;
}

START_TEST(fields_come_in_any_order)
{
  char order[] = "12345";
  int n = 0;

  do {
    nep_bytes series;
    message_init(&series);
    put_point(&series, &usual, order);
    check_point(&series, &usual);
    nep_bytes_dispose(&series);
    n++;
  } while (permute(order, 5));
  ck_assert_int_eq(n, 120);
}
END_TEST

START_TEST(the_last_of_a_repeated_field_wins)
{
  nep_point first = {9, 9, 1, 9, false};
  nep_bytes series, message;

  message_init(&series);
  message_init(&message);
  put_fields(&message, &first, "12345");
  put_fields(&message, &usual, "12345");
  message_part(&series, 2, &message);
  check_point(&series, &usual);
  nep_bytes_dispose(&series);
}
END_TEST

/* Fields that Neptune does not have, one of each wire type. */
static void put_unknown(nep_bytes *message)
{
  message_varint(message, 6, 0);
  message_double(message, 1000, 1);
  message_text(message, 536870911, "unknown");
  message_float(message, 16, 1);
}

START_TEST(unknown_fields_are_skipped)
{
  static const char *const before[] = {"", "1", "12", "123", "1234", "12345"};
  static const char *const after[] = {"12345", "2345", "345", "45", "5", ""};
  nep_bytes series, message;

  message_init(&series);
  message_init(&message);
  put_unknown(&series);
  put_fields(&message, &usual, before[_i]);
  put_unknown(&message);
  put_fields(&message, &usual, after[_i]);
  put_unknown(&message);
  message_part(&series, 2, &message);
  put_unknown(&series);
  check_point(&series, &usual);
  nep_bytes_dispose(&series);
}
END_TEST

/* A known number with another wire type is an unknown field. */
START_TEST(fields_of_another_wire_type_are_skipped)
{
  nep_bytes series, message;

  message_init(&series);
  message_init(&message);
  message_double(&message, 1, 1);
  message_varint(&message, 2, 1);
  message_text(&message, 3, "12345678");
  message_float(&message, 4, 1);
  message_double(&message, 5, 1);
  put_fields(&message, &usual, "12345");
  message_varint(&message, 5, 1);
  message_double(&message, 4, 0);
  message_float(&message, 3, 1);
  message_text(&message, 2, "");
  message_float(&message, 1, 1);
  message_part(&series, 2, &message);
  check_point(&series, &usual);
  nep_bytes_dispose(&series);
}
END_TEST

START_TEST(points_of_128_bytes_and_more_are_read)
{
  char filler[300] = {0};
  nep_text unknown = {filler, (size_t)_i};
  nep_bytes series, message;

  message_init(&series);
  message_init(&message);
  put_fields(&message, &usual, "123");
  message_bytes(&message, 9, unknown);
  put_fields(&message, &usual, "45");
  message_part(&series, 2, &message);
  check_point(&series, &usual);
  nep_bytes_dispose(&series);
}
END_TEST

START_TEST(a_varint_longer_than_need_be_is_read)
{
  static const unsigned char time[] = {0x08, 0x81, 0x80, 0x80, 0x80, 0x80,
                                       0x80, 0x80, 0x80, 0x80, 0x00};
  nep_point expected = {.time_ms = 1};
  nep_text field = {(const char *)time, sizeof(time)};
  nep_bytes series;

  message_init(&series);
  message_bytes(&series, 2, field);
  check_point(&series, &expected);
  nep_bytes_dispose(&series);
}
END_TEST

#define TEN "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"

static const struct {
  const char *name, *bytes;
  size_t size;
} damaged[] = {
    {"tag 0", "\x00\x00", 2},
    {"field number 0", "\x02\x00", 2},
    {"start of a group", "\x0B\x0C", 2},
    {"end of a group", "\x0C", 1},
    {"wire type 6", "\x0E\x00", 2},
    {"wire type 7", "\x0F\x00", 2},
    {"a tag of 33 bits", "\x88\x80\x80\x80\x10\x00", 6},
    {"a tag of 10 bytes", "\x88" TEN, 11},
    {"a varint of 11 bytes", "\x08" TEN "\x01", 12},
    {"a varint of 65 bits", "\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 11},
    {"a varint without end", "\x08\x80", 2},
    {"a length beyond the end", "\x3A\x02x", 3},
    {"a length of 2^31", "\x3A\x80\x80\x80\x80\x08", 6},
    {"a length of 2^63", "\x3A\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11},
    {"a length of 2^64 - 1", "\x3A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01",
     11},
    {"a double cut off", "\x11\x00\x00\x00\x00\x00\x00\x00", 8},
    {"a float cut off", "\x2D\x00\x00\x00", 4},
    {"a tag alone", "\x11", 1},
};

START_TEST(a_damaged_point_is_an_error)
{
  nep_text bytes = {damaged[_i].bytes, damaged[_i].size};
  nep_error error = {0};
  nep_bytes series;
  nep_reader reader;
  nep_point point;

  message_init(&series);
  message_bytes(&series, 2, bytes);
  reader = nep_reader_of(nep_bytes_view(&series));
  ck_assert_msg(nep_wire_next_point(&reader, &point, &error) == SQLITE_CORRUPT,
                "%s", damaged[_i].name);
  ck_assert_msg(strstr(error.message, "damaged: ") != NULL, "%s",
                error.message);
  nep_error_clear(&error);
  /* The same where the points should be. */
  reader = nep_reader_of(bytes);
  ck_assert_msg(nep_wire_next_point(&reader, &point, &error) == SQLITE_CORRUPT,
                "%s", damaged[_i].name);
  nep_error_clear(&error);
  nep_bytes_dispose(&series);
}
END_TEST

/* ---- series ---- */

static void put_series(nep_bytes *page, const char *id, int first, int n)
{
  nep_bytes series, values;
  nep_point point = usual;
  int i;

  message_init(&series);
  message_init(&values);
  message_text(&series, 1, id);
  message_varint(&values, 1, (unsigned long long)n);
  for (i = 0; i < n; i++) {
    point.step = first + i;
    put_point(&values, &point, i % 2 ? "12345" : "1235");
  }
  message_part(&series, 2, &values);
  message_part(page, 1, &series);
}

START_TEST(series_are_told_apart_and_counted)
{
  nep_series_answer series;
  nep_error error = {0};
  nep_bytes page;
  nep_reader reader;
  nep_point point;
  int i;

  message_init(&page);
  put_series(&page, "2", 10, 300);
  put_unknown(&page);
  put_series(&page, "0", 0, 0);
  message_text(&page, 1, "\x0A\x01\x31"); /* no series inside */
  reader = nep_reader_of(nep_bytes_view(&page));
  ck_assert_int_eq(nep_wire_next_series(&reader, 3, &series, &error),
                   SQLITE_ROW);
  ck_assert_uint_eq(series.request, 2);
  ck_assert_uint_eq(series.n_points, 300);
  ck_assert_double_eq(series.last_step, 309);
  for (i = 0; i < 300; i++) {
    ck_assert_int_eq(nep_wire_next_point(&series.points, &point, &error),
                     SQLITE_ROW);
    ck_assert_double_eq(point.step, 10 + i);
    ck_assert_int_eq(point.is_preview, i % 2);
  }
  ck_assert_int_eq(nep_wire_next_point(&series.points, &point, &error),
                   SQLITE_DONE);
  for (i = 0; i < 2; i++) {
    ck_assert_int_eq(nep_wire_next_series(&reader, 3, &series, &error),
                     SQLITE_ROW);
    ck_assert_uint_eq(series.request, (size_t)i);
    ck_assert_uint_eq(series.n_points, 0);
    ck_assert_int_eq(nep_wire_next_point(&series.points, &point, &error),
                     SQLITE_DONE);
  }
  ck_assert_int_eq(nep_wire_next_series(&reader, 3, &series, &error),
                   SQLITE_DONE);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(an_empty_answer_has_no_series)
{
  nep_reader reader = nep_reader_of(nep_text_of(NULL));
  nep_series_answer series;
  nep_error error = {0};

  ck_assert_int_eq(nep_wire_next_series(&reader, 3, &series, &error),
                   SQLITE_DONE);
}
END_TEST

START_TEST(a_series_not_asked_for_is_an_error)
{
  static const char *const ids[] = {"3",
                                    "",
                                    "-1",
                                    "x",
                                    "1x",
                                    "18446744073709551616",
                                    "99999999999999999999999999"};
  nep_series_answer series;
  nep_error error = {0};
  nep_bytes page;
  nep_reader reader;

  message_init(&page);
  put_series(&page, ids[_i], 0, 1);
  reader = nep_reader_of(nep_bytes_view(&page));
  ck_assert_int_eq(nep_wire_next_series(&reader, 3, &series, &error),
                   SQLITE_CORRUPT);
  nep_error_clear(&error);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(the_last_step_is_that_of_the_last_point_sent)
{
  nep_point late = {.step = 9}, early = {.step = 3};
  nep_bytes page, series, values;
  nep_series_answer answer;
  nep_error error = {0};
  nep_reader reader;

  message_init(&page);
  message_init(&series);
  message_init(&values);
  put_point(&values, &late, "2");
  put_point(&values, &early, "2");
  put_unknown(&values);
  message_part(&series, 2, &values);
  message_text(&series, 1, "0");
  message_part(&page, 1, &series);
  reader = nep_reader_of(nep_bytes_view(&page));
  ck_assert_int_eq(nep_wire_next_series(&reader, 1, &answer, &error),
                   SQLITE_ROW);
  ck_assert_double_eq(answer.last_step, 3);
  ck_assert_uint_eq(answer.n_points, 2);
  nep_bytes_dispose(&page);
}
END_TEST

/* ---- whole answers, damaged ---- */

static int read_series(nep_reader *page, long *n, nep_error *error)
{
  nep_series_answer series;
  nep_point point;
  long read = 0;
  int code = nep_wire_next_series(page, 4, &series, error);

  if (code != SQLITE_ROW)
    return code;
  while ((code = nep_wire_next_point(&series.points, &point, error)) ==
         SQLITE_ROW)
    read++;
  *n += read;
  if (code == SQLITE_DONE && read != (long)series.n_points)
    ck_abort_msg("%ld points, counted %ld", read, (long)series.n_points);
  return code == SQLITE_DONE ? SQLITE_ROW : code;
}

static void make_page(nep_bytes *page)
{
  message_init(page);
  put_series(page, "0", 0, 3);
  put_series(page, "1", 5, 0);
  put_unknown(page);
  put_series(page, "3", 7, 5);
}

START_TEST(damaged_answers_do_no_harm)
{
  nep_bytes page;

  make_page(&page);
  answers_check_damage(read_series, &page, 8);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(a_cut_inside_a_series_is_an_error)
{
  nep_bytes page;

  message_init(&page);
  put_series(&page, "0", 0, 3);
  put_series(&page, "1", 5, 4);
  answers_check_cuts(read_series, &page, 3);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(only_the_message_of_an_error_needs_memory)
{
  nep_bytes page;

  make_page(&page);
  answers_check_memory(read_series, &page, 8);
  nep_bytes_dispose(&page);
}
END_TEST

#define ADD_ROWS(tcase, test, rows)                                            \
  tcase_add_loop_test(tcase, test, 0, (int)NEP_COUNT(rows))

Suite *wire_points_suite(void);
Suite *wire_points_suite(void)
{
  Suite *suite = suite_create("wire_points");
  TCase *one = tcase_create("points"), *series = tcase_create("series");
  TCase *damage = tcase_create("damage");

  ADD_ROWS(one, a_point_is_read, points);
  ADD_ROWS(one, a_step_that_is_no_finite_number_is_an_error, no_steps);
  tcase_add_test(one, fields_come_in_any_order);
  tcase_add_test(one, the_last_of_a_repeated_field_wins);
  tcase_add_loop_test(one, unknown_fields_are_skipped, 0, 6);
  tcase_add_test(one, fields_of_another_wire_type_are_skipped);
  tcase_add_loop_test(one, points_of_128_bytes_and_more_are_read, 90, 104);
  tcase_add_test(one, a_varint_longer_than_need_be_is_read);
  tcase_add_test(series, series_are_told_apart_and_counted);
  tcase_add_test(series, an_empty_answer_has_no_series);
  tcase_add_loop_test(series, a_series_not_asked_for_is_an_error, 0, 7);
  tcase_add_test(series, the_last_step_is_that_of_the_last_point_sent);
  ADD_ROWS(damage, a_damaged_point_is_an_error, damaged);
  tcase_add_test(damage, damaged_answers_do_no_harm);
  tcase_add_test(damage, a_cut_inside_a_series_is_an_error);
  tcase_add_test(damage, only_the_message_of_an_error_needs_memory);
  suite_add_tcase(suite, one);
  suite_add_tcase(suite, series);
  suite_add_tcase(suite, damage);
  return suite;
}
