/* The request for buckets, and the answer. */
#include "answers.h"
#include "memory.h"
#include "message.h"

#include <check.h>
#include <math.h>
#include <string.h>

#define FIRST_ID "00000000-0000-4000-8000-000000000000"
#define SECOND_ID "00000001-0000-4000-8000-000000000000"
#define LAST_ID "0000000f-0000-4000-8000-000000000000"

/* ---- request ---- */

static const nep_series_request two_series[] = {
    {.run_id = "ws/p/VIS-1", .attribute = "metrics/loss"},
    {.run_id = "ws/p/VIS-2", .attribute = "a$b{c}d\\e"}};

/* Appends what the request says of one series. */
static void put_expression(nep_bytes *body, const char *id, const char *run_id,
                           const char *formula, int lineage, int entity)
{
  nep_bytes series;

  message_init(&series);
  message_text(&series, 1, id);
  message_text(&series, 2, run_id);
  message_text(&series, 3, formula);
  message_varint(&series, 4, 1);
  if (lineage)
    message_varint(&series, 5, (unsigned long long)lineage);
  if (entity)
    message_varint(&series, 6, (unsigned long long)entity);
  message_part(body, 1, &series);
}

static void put_axis(nep_bytes *view, unsigned axis, const char *formula)
{
  nep_bytes kind, outer;

  message_init(&kind);
  message_init(&outer);
  if (formula)
    message_text(&kind, 1, formula);
  message_part(&outer, axis, &kind);
  message_part(view, 7, &outer);
}

static void check_body(const nep_buckets_request *request,
                       const nep_bytes *expected)
{
  nep_error error = {0};
  nep_bytes body;

  ck_assert_int_eq(nep_wire_buckets_body(request, &body, &error), SQLITE_OK);
  ck_assert_uint_eq(body.size, expected->size);
  ck_assert_mem_eq(body.data, expected->data, expected->size);
  nep_bytes_dispose(&body);
}

START_TEST(a_request_names_its_series_and_the_view)
{
  nep_buckets_request request = {.series = two_series,
                                 .n_series = 2,
                                 .lineage = NEP_LINEAGE_FULL,
                                 .include_previews = true,
                                 .view = {.n_buckets = 300,
                                          .is_log = true,
                                          .range = {true, true, 0.5, 20},
                                          .steps = {false, true, 0, 7}}};
  nep_bytes body, view, range, filters;

  message_init(&body);
  message_init(&view);
  message_init(&range);
  message_init(&filters);
  put_expression(&body, FIRST_ID, "ws/p/VIS-1", "${metrics/loss}", 0, 0);
  put_expression(&body, SECOND_ID, "ws/p/VIS-2", "${a\\$b\\{c\\}d\\\\e}", 0, 0);
  message_double(&view, 1, 0.5);
  message_double(&view, 2, 20);
  message_double(&range, 2, 7);
  message_part(&filters, 1, &range);
  message_part(&view, 3, &filters);
  message_varint(&view, 4, 300);
  message_varint(&view, 5, 1);
  put_axis(&view, 1, NULL);
  message_part(&body, 2, &view);
  check_body(&request, &body);
  nep_bytes_dispose(&body);
}
END_TEST

static const struct {
  nep_axis axis;
  unsigned field;
  nep_lineage lineage;
  int wire_lineage, entity;
} views[] = {{NEP_AXIS_STEP, 1, NEP_LINEAGE_FULL, 0, 0},
             {NEP_AXIS_TIME, 2, NEP_LINEAGE_EXPERIMENT, 1, 0},
             {NEP_AXIS_RELATIVE_TIME, 3, NEP_LINEAGE_RUN, 1, 1},
             {NEP_AXIS_SERIES, 4, NEP_LINEAGE_FULL, 0, 0}};

START_TEST(axes_and_lineages_have_their_numbers)
{
  nep_buckets_request request = {
      .series = two_series,
      .n_series = 1,
      .lineage = views[_i].lineage,
      .include_previews = true,
      .view = {.axis = views[_i].axis, .axis_path = "x/$", .n_buckets = 2}};
  nep_bytes body, view;

  message_init(&body);
  message_init(&view);
  put_expression(&body, FIRST_ID, "ws/p/VIS-1", "${metrics/loss}",
                 views[_i].wire_lineage, views[_i].entity);
  message_varint(&view, 4, 2);
  message_varint(&view, 5, 0);
  put_axis(&view, views[_i].field,
           views[_i].axis == NEP_AXIS_SERIES ? "${x/\\$}" : NULL);
  message_part(&body, 2, &view);
  check_body(&request, &body);
  nep_bytes_dispose(&body);
}
END_TEST

START_TEST(a_body_that_grows_too_large_is_an_error)
{
  nep_series_request series = {.run_id = "r"};
  nep_buckets_request request = {.series = &series, .n_series = 1};
  nep_error error = {0};
  nep_bytes body, path;
  size_t i;

  message_init(&path);
  for (i = 0; i <= NEP_MAX_REQUEST; i += 16)
    message_raw(&path, "0123456789abcdef", 16);
  series.attribute = path.data;
  ck_assert_int_eq(nep_wire_buckets_body(&request, &body, &error),
                   SQLITE_TOOBIG);
  ck_assert_str_eq(error.message, "a request is too large");
  nep_error_clear(&error);
  nep_bytes_dispose(&body);
  nep_bytes_dispose(&path);
}
END_TEST

static int write_body(nep_error *error)
{
  nep_buckets_request request = {.series = two_series,
                                 .n_series = 2,
                                 .view = {.axis = NEP_AXIS_SERIES,
                                          .axis_path = "x",
                                          .n_buckets = 2,
                                          .steps = {true, true, 1, 2}}};
  nep_bytes body;
  int code = nep_wire_buckets_body(&request, &body, error);

  nep_bytes_dispose(&body);
  return code;
}

START_TEST(want_of_memory_is_told)
{
  memory_check(write_body);
}
END_TEST

/* ---- buckets ---- */

static void put_point(nep_bytes *bucket, unsigned field, double x, double y)
{
  nep_bytes point;

  message_init(&point);
  message_double(&point, 1, x);
  message_double(&point, 2, y);
  message_part(bucket, field, &point);
}

static const nep_bucket usual = {.index = 3,
                                 .from_x = 10,
                                 .to_x = 20.5,
                                 .first_x = 11,
                                 .first = -1,
                                 .last_x = 20,
                                 .last = 4,
                                 .min = -2,
                                 .max = 5,
                                 .sum = 6.5,
                                 .n_finite = 4,
                                 .n_nan = 3,
                                 .n_positive_infinite = 2,
                                 .n_negative_infinite = 1};

static void put_field(nep_bytes *message, const nep_bucket *bucket,
                      unsigned field)
{
  const double numbers[] = {[2] = bucket->from_x,
                            [3] = bucket->to_x,
                            [6] = bucket->min,
                            [7] = bucket->max,
                            [12] = bucket->sum};
  const sqlite3_int64 counts[] = {[1] = bucket->index,
                                  [8] = bucket->n_finite,
                                  [9] = bucket->n_nan,
                                  [10] = bucket->n_positive_infinite,
                                  [11] = bucket->n_negative_infinite};

  if (field == 4)
    put_point(message, 4, bucket->first_x, bucket->first);
  else if (field == 5)
    put_point(message, 5, bucket->last_x, bucket->last);
  else if (field == 1 || (field >= 8 && field <= 11))
    message_varint(message, field, (unsigned long long)counts[field]);
  else
    message_double(message, field, numbers[field]);
}

static void put_bucket(nep_bytes *series, const nep_bucket *bucket)
{
  nep_bytes message;
  unsigned field;

  message_init(&message);
  for (field = 1; field <= 12; field++)
    put_field(&message, bucket, field);
  message_part(series, 2, &message);
}

/* Asserts that the series holds just this bucket, bit by bit. */
static void check_bucket(const nep_bytes *series, const nep_bucket *expected)
{
  nep_reader reader = nep_reader_of(nep_bytes_view(series));
  nep_error error = {0};
  nep_bucket bucket;

  memset(&bucket, 0xAA, sizeof(bucket));
  ck_assert_int_eq(nep_wire_next_bucket(&reader, &bucket, &error), SQLITE_ROW);
  ck_assert_mem_eq(&bucket, expected, sizeof(bucket));
  ck_assert_int_eq(nep_wire_next_bucket(&reader, &bucket, &error), SQLITE_DONE);
}

START_TEST(a_bucket_is_read)
{
  nep_bucket infinite = usual;
  nep_bytes series;

  message_init(&series);
  put_bucket(&series, &usual);
  check_bucket(&series, &usual);
  nep_bytes_reset(&series);
  infinite.from_x = -INFINITY;
  infinite.to_x = INFINITY;
  infinite.index = INT64_MAX;
  infinite.n_nan = 1LL << 40;
  put_bucket(&series, &infinite);
  check_bucket(&series, &infinite);
  nep_bytes_dispose(&series);
}
END_TEST

START_TEST(fields_come_in_any_order_and_the_last_wins)
{
  nep_bucket other = {.index = 9, .from_x = 1, .min = 1, .n_finite = 1};
  nep_bytes series, message;
  unsigned field;

  message_init(&series);
  message_init(&message);
  for (field = 1; field <= 12; field++)
    put_field(&message, &other, field);
  message_text(&message, 13, "unknown");
  message_varint(&message, 2, 1); /* of another wire type */
  message_double(&message, 8, 1);
  message_varint(&message, 4, 1);
  for (field = 12; field >= 1; field--)
    put_field(&message, &usual, field);
  message_text(&series, 1, SECOND_ID);
  message_part(&series, 2, &message);
  message_text(&series, 3, "unknown");
  check_bucket(&series, &usual);
  nep_bytes_dispose(&series);
}
END_TEST

/* proto3 leaves out zeros; what is optional is then missing. */
START_TEST(what_is_left_out_is_zero_or_nothing)
{
  nep_bytes series, message, point;
  nep_reader reader;
  nep_error error = {0};
  nep_bucket bucket;

  message_init(&series);
  message_init(&message);
  message_init(&point);
  message_double(&point, 2, 7);
  message_part(&message, 4, &point);
  message_varint(&message, 8, 1);
  message_part(&series, 2, &message);
  reader = nep_reader_of(nep_bytes_view(&series));
  ck_assert_int_eq(nep_wire_next_bucket(&reader, &bucket, &error), SQLITE_ROW);
  ck_assert(bucket.index == 0 && bucket.n_nan == 0);
  ck_assert_double_eq(bucket.from_x, 0);
  ck_assert_double_eq(bucket.to_x, 0);
  ck_assert_double_eq(bucket.first_x, 0);
  ck_assert_double_eq(bucket.first, 7);
  ck_assert_double_nan(bucket.last_x);
  ck_assert_double_nan(bucket.last);
  ck_assert_double_nan(bucket.min);
  ck_assert_double_nan(bucket.max);
  ck_assert_double_nan(bucket.sum);
  nep_bytes_dispose(&series);
}
END_TEST

START_TEST(without_a_finite_value_there_is_no_number)
{
  nep_bucket empty = usual;
  nep_bytes series;
  nep_reader reader;
  nep_error error = {0};
  nep_bucket bucket;

  message_init(&series);
  empty.n_finite = 0;
  put_bucket(&series, &empty);
  reader = nep_reader_of(nep_bytes_view(&series));
  ck_assert_int_eq(nep_wire_next_bucket(&reader, &bucket, &error), SQLITE_ROW);
  ck_assert(isnan(bucket.first_x) && isnan(bucket.first));
  ck_assert(isnan(bucket.last_x) && isnan(bucket.last));
  ck_assert(isnan(bucket.min) && isnan(bucket.max) && isnan(bucket.sum));
  ck_assert(bucket.n_nan == 3 && bucket.index == 3);
  nep_bytes_dispose(&series);
}
END_TEST

START_TEST(a_bucket_of_negative_number_is_an_error)
{
  nep_bucket negative = usual;
  nep_bytes series;
  nep_reader reader;
  nep_error error = {0};

  message_init(&series);
  negative.index = -1;
  put_bucket(&series, &negative);
  reader = nep_reader_of(nep_bytes_view(&series));
  ck_assert_int_eq(nep_wire_next_bucket(&reader, &negative, &error),
                   SQLITE_CORRUPT);
  ck_assert_ptr_nonnull(strstr(error.message, "damaged: "));
  nep_error_clear(&error);
  nep_bytes_dispose(&series);
}
END_TEST

/* ---- series ---- */

static void put_series(nep_bytes *page, const char *id, int n)
{
  nep_bytes series;
  int i;

  message_init(&series);
  message_text(&series, 1, id);
  for (i = 0; i < n; i++)
    put_bucket(&series, &usual);
  message_part(page, 1, &series);
}

static int read_series(nep_reader *page, long *n, nep_error *error)
{
  nep_reader buckets;
  nep_bucket bucket;
  size_t request;
  int code = nep_wire_next_buckets(page, 16, &request, &buckets, error);

  if (code != SQLITE_ROW)
    return code;
  ck_assert_uint_lt(request, 16);
  while ((code = nep_wire_next_bucket(&buckets, &bucket, error)) == SQLITE_ROW)
    ++*n;
  return code == SQLITE_DONE ? SQLITE_ROW : code;
}

START_TEST(series_are_told_apart)
{
  static const size_t requests[] = {15, 0, 1};
  static const long counts[] = {2, 0, 1};
  nep_bytes page;
  nep_reader reader, buckets;
  nep_error error = {0};
  nep_bucket bucket;
  size_t i, request;

  message_init(&page);
  put_series(&page, LAST_ID, 2);
  message_text(&page, 7, "unknown");
  put_series(&page, FIRST_ID, 0);
  put_series(&page, SECOND_ID, 1);
  reader = nep_reader_of(nep_bytes_view(&page));
  for (i = 0; i < NEP_COUNT(requests); i++) {
    long n = 0;
    ck_assert_int_eq(
        nep_wire_next_buckets(&reader, 16, &request, &buckets, &error),
        SQLITE_ROW);
    ck_assert_uint_eq(request, requests[i]);
    while (nep_wire_next_bucket(&buckets, &bucket, &error) == SQLITE_ROW)
      n++;
    ck_assert_int_eq(n, counts[i]);
  }
  ck_assert_int_eq(
      nep_wire_next_buckets(&reader, 16, &request, &buckets, &error),
      SQLITE_DONE);
  ck_assert_int_eq(answers_count(read_series, nep_text_of(NULL)), 0);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(a_series_not_asked_for_is_an_error)
{
  static const char *const ids[] = {"",
                                    "0",
                                    "00000010-0000-4000-8000-000000000000",
                                    "ffffffff-0000-4000-8000-000000000000",
                                    "00000001-0000-4000-8000-000000000001",
                                    "00000001-0000-4000-8000-00000000000",
                                    "00000001-0000-4000-8000-0000000000000",
                                    "0000000\xFF-0000-4000-8000-000000000000",
                                    "0000000g-0000-4000-8000-000000000000"};
  nep_bytes page;

  message_init(&page);
  put_series(&page, ids[_i], 1);
  ck_assert_int_eq(answers_count(read_series, nep_bytes_view(&page)), -1);
  nep_bytes_dispose(&page);
}
END_TEST

static void make_page(nep_bytes *page)
{
  message_init(page);
  put_series(page, FIRST_ID, 2);
  put_series(page, LAST_ID, 0);
  put_series(page, SECOND_ID, 1);
}

START_TEST(damaged_answers_do_no_harm)
{
  nep_bytes page;

  make_page(&page);
  answers_check_damage(read_series, &page, 3);
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
  answers_check_memory(read_series, &page, 3);
  nep_bytes_dispose(&page);
}
END_TEST

Suite *wire_buckets_suite(void);
Suite *wire_buckets_suite(void)
{
  Suite *suite = suite_create("wire_buckets");
  TCase *request = tcase_create("request"), *one = tcase_create("buckets");
  TCase *series = tcase_create("series"), *damage = tcase_create("damage");

  tcase_add_test(request, a_request_names_its_series_and_the_view);
  tcase_add_loop_test(request, axes_and_lineages_have_their_numbers, 0,
                      (int)NEP_COUNT(views));
  tcase_add_test(request, a_body_that_grows_too_large_is_an_error);
  tcase_add_test(request, want_of_memory_is_told);
  tcase_add_test(one, a_bucket_is_read);
  tcase_add_test(one, fields_come_in_any_order_and_the_last_wins);
  tcase_add_test(one, what_is_left_out_is_zero_or_nothing);
  tcase_add_test(one, without_a_finite_value_there_is_no_number);
  tcase_add_test(one, a_bucket_of_negative_number_is_an_error);
  tcase_add_test(series, series_are_told_apart);
  tcase_add_loop_test(series, a_series_not_asked_for_is_an_error, 0, 9);
  tcase_add_test(damage, damaged_answers_do_no_harm);
  tcase_add_test(damage, a_cut_inside_a_series_is_an_error);
  tcase_add_test(damage, only_the_message_of_an_error_needs_memory);
  suite_add_tcase(suite, request);
  suite_add_tcase(suite, one);
  suite_add_tcase(suite, series);
  suite_add_tcase(suite, damage);
  return suite;
}
