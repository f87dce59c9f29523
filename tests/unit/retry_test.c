#include "retry.h"

#include <check.h>
#include <limits.h>
#include <math.h>

#define NONE (-1.0)
#define LONGEST UINT_MAX /* the jitter's upper end */

START_TEST(waits_double_up_to_thirty_seconds)
{
  static const double longest[] = {0.5, 1, 2, 4, 8, 16, 30, 30, 30};
  nep_retry retry = {.soft = 1800, .hard = 3600};
  double wait;
  size_t i;

  for (i = 0; i < NEP_COUNT(longest); i++) {
    ck_assert(nep_retry_next(&retry, 0, NONE, LONGEST, &wait));
    ck_assert_double_eq_tol(wait, longest[i], 1e-9);
  }
  for (i = 0; i < 1000; i++)
    ck_assert(nep_retry_next(&retry, 0, NONE, LONGEST, &wait));
  ck_assert_double_eq_tol(wait, 30, 1e-9);
}
END_TEST

START_TEST(jitter_takes_any_part_of_the_wait)
{
  nep_retry retry = {.soft = 1800, .hard = 3600};
  double wait;

  ck_assert(nep_retry_next(&retry, 0, NONE, 0, &wait));
  ck_assert_double_eq(wait, 0);
  ck_assert(nep_retry_next(&retry, 0, NONE, LONGEST / 2, &wait));
  ck_assert_double_eq_tol(wait, 0.5, 1e-6);
}
END_TEST

START_TEST(the_last_wait_ends_at_the_soft_limit)
{
  nep_retry retry = {.started = 100, .soft = 10, .hard = 3600, .failures = 9};
  double wait;

  ck_assert(nep_retry_next(&retry, 107, NONE, LONGEST, &wait));
  ck_assert_double_eq_tol(wait, 3, 1e-9);
  ck_assert(!nep_retry_next(&retry, 110, NONE, LONGEST, &wait));
}
END_TEST

START_TEST(no_time_means_no_retry)
{
  nep_retry retry = {.soft = 0, .hard = 3600}, other = {.soft = 9, .hard = 0};
  double wait;

  ck_assert(!nep_retry_next(&retry, 0, NONE, LONGEST, &wait));
  ck_assert(!nep_retry_next(&retry, 0, 5, LONGEST, &wait));
  ck_assert(!nep_retry_next(&other, 0, NONE, LONGEST, &wait));
}
END_TEST

START_TEST(retry_after_extends_the_soft_limit)
{
  nep_retry retry = {.soft = 10, .hard = 3600};
  double wait;

  ck_assert(nep_retry_next(&retry, 9, 5, LONGEST, &wait));
  ck_assert_double_eq(wait, 5);
  ck_assert(nep_retry_next(&retry, 14, NONE, LONGEST, &wait));
  ck_assert(!nep_retry_next(&retry, 15, NONE, LONGEST, &wait));
}
END_TEST

START_TEST(retry_after_begins_the_backoff_anew)
{
  nep_retry retry = {.soft = 1800, .hard = 3600, .failures = 5};
  double wait;

  ck_assert(nep_retry_next(&retry, 0, 2, LONGEST, &wait));
  ck_assert_double_eq(wait, 2);
  ck_assert(nep_retry_next(&retry, 0, NONE, LONGEST, &wait));
  ck_assert_double_eq_tol(wait, 0.5, 1e-9);
}
END_TEST

START_TEST(a_far_retry_after_is_clamped)
{
  nep_retry retry = {.soft = 1800, .hard = 2000};
  double wait;

  ck_assert(nep_retry_next(&retry, 0, 1e30, LONGEST, &wait));
  ck_assert_double_eq(wait, 1800);
  ck_assert(nep_retry_next(&retry, 1800, 1e30, LONGEST, &wait));
  ck_assert_double_eq(wait, 200); /* the hard limit knows no extension */
  ck_assert(!nep_retry_next(&retry, 2000, 1, LONGEST, &wait));
}
END_TEST

START_TEST(retry_after_nothing_still_pauses)
{
  nep_retry retry = {.soft = 1800, .hard = 3600};
  double wait;

  ck_assert(nep_retry_next(&retry, 0, 0, LONGEST, &wait));
  ck_assert_double_eq(wait, NEP_RETRY_SHORTEST_AFTER);
}
END_TEST

#define NOW 784111777000LL /* Sun, 06 Nov 1994 08:49:37 GMT */

static const struct {
  const char *text;
  double seconds; /* -1: not understood */
} afters[] = {
    {"0", 0},
    {"120", 120},
    {"0.5", 0.5},
    {".25", 0.25},
    {"1.", 1},
    {"99999999999999999999", 1e20},
    {"Sun, 06 Nov 1994 08:49:47 GMT", 10},
    {"Sun, 06 Nov 1994 08:49:37 GMT", 0},
    {"Sun, 06 Nov 1994 08:00:00 GMT", 0},
    {"Mon, 07 Nov 1994 08:49:37 GMT", 86400},
    {"Sat, 31 Dec 1994 23:59:60 GMT", 4806622},
    {"", -1},
    {".", -1},
    {"-1", -1},
    {"+1", -1},
    {"1,5", -1},
    {"1e3", -1},
    {"nan", -1},
    {"inf", -1},
    {"1.2.3", -1},
    {"soon", -1},
    {"Sun, 06 Nov 1994 08:49:37", -1},
    {"Sun, 06 Nov 1994 08:49:37 CET", -1},
    {"Sun, 06 Nov 1994 08:49:37 GMT ", -1},
    {"Sun, 00 Nov 1994 08:49:37 GMT", -1},
    {"Sun, 31 Nov 1994 08:49:37 GMT", -1},
    {"Sun, 06 Foo 1994 08:49:37 GMT", -1},
    {"Sun, 06 Nov 1994 24:49:37 GMT", -1},
    {"Sun, 06 Nov 1994 08:60:37 GMT", -1},
    {"Sun, 06 Nov 1994 08:49:61 GMT", -1},
    {"Sun, 6 Nov 1994 08:49:37 GMT", -1},
    {"Sun, 06 Nov 94 08:49:37 GMT", -1},
    {"Sunday, 06-Nov-94 08:49:37 GMT", -1},
    {"Sun Nov  6 08:49:37 1994", -1},
    {"Sun, ", -1},
    {"Sun,", -1},
};

START_TEST(retry_after_is_a_number_or_a_date)
{
  double expected = afters[_i].seconds;
  double seconds = nep_retry_read_after(nep_text_of(afters[_i].text), NOW);

  ck_assert_msg(fabs(seconds - expected) <= 1e-12 * fabs(expected),
                "'%s' gave %g, not %g", afters[_i].text, seconds, expected);
}
END_TEST

START_TEST(an_absent_date_is_no_date)
{
  sqlite3_int64 ms;

  ck_assert(!nep_retry_read_date(nep_text_of(NULL), &ms));
  ck_assert(
      nep_retry_read_date(nep_text_of("Sun, 06 Nov 1994 08:49:37 GMT"), &ms));
  ck_assert_int_eq(ms, NOW);
}
END_TEST

Suite *retry_suite(void);
Suite *retry_suite(void)
{
  Suite *suite = suite_create("retry");
  TCase *waits = tcase_create("waits"), *after = tcase_create("Retry-After");

  tcase_add_test(waits, waits_double_up_to_thirty_seconds);
  tcase_add_test(waits, jitter_takes_any_part_of_the_wait);
  tcase_add_test(waits, the_last_wait_ends_at_the_soft_limit);
  tcase_add_test(waits, no_time_means_no_retry);
  tcase_add_test(after, retry_after_extends_the_soft_limit);
  tcase_add_test(after, retry_after_begins_the_backoff_anew);
  tcase_add_test(after, a_far_retry_after_is_clamped);
  tcase_add_test(after, retry_after_nothing_still_pauses);
  tcase_add_loop_test(after, retry_after_is_a_number_or_a_date, 0,
                      (int)NEP_COUNT(afters));
  tcase_add_test(after, an_absent_date_is_no_date);
  suite_add_tcase(suite, waits);
  suite_add_tcase(suite, after);
  return suite;
}
