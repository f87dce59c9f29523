#include "memory.h"
#include "ring.h"

#include <check.h>
#include <string.h>

START_TEST(records_are_numbered_from_one)
{
  nep_ring ring = {0};
  nep_http_record *record;

  ck_assert_ptr_null(nep_ring_find(&ring, 1));
  record = nep_ring_add(&ring, "/a", NULL);
  ck_assert_int_eq(record->id, 1);
  ck_assert_str_eq(record->path, "/a");
  ck_assert_ptr_null(record->query);
  ck_assert_int_eq(record->rows, -1);
  ck_assert_double_eq(record->milliseconds, -1);
  record = nep_ring_add(&ring, "/b", "nql");
  ck_assert_int_eq(record->id, 2);
  ck_assert_str_eq(record->query, "nql");
  ck_assert_str_eq(nep_ring_find(&ring, 1)->path, "/a");
  ck_assert_ptr_null(nep_ring_find(&ring, 0));
  ck_assert_ptr_null(nep_ring_find(&ring, 3));
  nep_ring_dispose(&ring);
}
END_TEST

START_TEST(the_oldest_records_are_dropped)
{
  nep_ring ring = {0};
  int i;

  for (i = 1; i <= NEP_RING_RECORDS + 5; i++)
    ck_assert_int_eq(nep_ring_add(&ring, "/a", "q")->id, i);
  ck_assert_ptr_null(nep_ring_find(&ring, 5));
  ck_assert_int_eq(nep_ring_find(&ring, 6)->id, 6);
  ck_assert_int_eq(ring.last - ring.first + 1, NEP_RING_RECORDS);
  nep_ring_dispose(&ring);
}
END_TEST

START_TEST(long_texts_are_bounded_in_all)
{
  nep_ring ring = {0};
  char *query = sqlite3_mprintf("%.*c", (int)(NEP_RING_TEXTS / 4), 'q');
  int i;

  for (i = 1; i <= 10; i++)
    nep_ring_add(&ring, "/a", query);
  ck_assert_int_eq(ring.last, 10);
  ck_assert_int_eq(ring.first, 8);
  ck_assert_uint_le(ring.texts, NEP_RING_TEXTS);
  sqlite3_free(query);
  nep_ring_dispose(&ring);
}
END_TEST

START_TEST(a_text_beyond_the_bound_stands_alone)
{
  nep_ring ring = {0};
  char *query = sqlite3_mprintf("%.*c", (int)NEP_RING_TEXTS + 1, 'q');

  nep_ring_add(&ring, "/a", NULL);
  ck_assert_int_eq(nep_ring_add(&ring, "/b", query)->id, 2);
  ck_assert_ptr_null(nep_ring_find(&ring, 1));
  ck_assert_int_eq(nep_ring_add(&ring, "/c", NULL)->id, 3);
  ck_assert_ptr_null(nep_ring_find(&ring, 2));
  ck_assert_uint_eq(ring.texts, 3);
  sqlite3_free(query);
  nep_ring_dispose(&ring);
}
END_TEST

START_TEST(an_error_is_set_and_removed)
{
  nep_ring ring = {0};

  nep_ring_set_error(&ring, 1, "nobody is there");
  nep_ring_add(&ring, "/a", NULL);
  nep_ring_set_error(&ring, 1, "refused");
  nep_ring_set_error(&ring, 1, "timed out");
  ck_assert_str_eq(nep_ring_find(&ring, 1)->error, "timed out");
  ck_assert_uint_eq(ring.texts, 3 + 10);
  nep_ring_set_error(&ring, 1, NULL);
  ck_assert_ptr_null(nep_ring_find(&ring, 1)->error);
  ck_assert_uint_eq(ring.texts, 3);
  nep_ring_dispose(&ring);
}
END_TEST

static int add_two(nep_error *error)
{
  nep_ring ring = {0};

  if (!nep_ring_add(&ring, "/a", "q") || !nep_ring_add(&ring, "/b", NULL))
    nep_error_no_memory(error);
  nep_ring_dispose(&ring);
  return error->code;
}

START_TEST(records_without_memory_fail)
{
  memory_check(add_two);
}
END_TEST

Suite *ring_suite(void);
Suite *ring_suite(void)
{
  Suite *suite = suite_create("ring");
  TCase *records = tcase_create("records");

  tcase_add_test(records, records_are_numbered_from_one);
  tcase_add_test(records, the_oldest_records_are_dropped);
  tcase_add_test(records, long_texts_are_bounded_in_all);
  tcase_add_test(records, a_text_beyond_the_bound_stands_alone);
  tcase_add_test(records, an_error_is_set_and_removed);
  tcase_add_test(records, records_without_memory_fail);
  suite_add_tcase(suite, records);
  return suite;
}
