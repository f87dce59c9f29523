#include "memory.h"
#include "settings.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[NEP_KEY_COUNT] = {"api_token",
                                                 "project",
                                                 "verify_ssl",
                                                 "ca_bundle",
                                                 "http_timeout",
                                                 "retry_soft_timeout",
                                                 "retry_hard_timeout",
                                                 "max_workers",
                                                 "max_request_size",
                                                 "max_attribute_filter_size",
                                                 "page_size",
                                                 "definitions_page_size",
                                                 "values_page_size",
                                                 "series_batch_size",
                                                 "max_projection",
                                                 "points_page_size",
                                                 "download_dir",
                                                 "pushdown",
                                                 "progress"};

static const struct {
  nep_key key;
  const char *variable, *fallback;
} defaults[] = {
    {NEP_KEY_API_TOKEN, "NEPTUNE_API_TOKEN", NULL},
    {NEP_KEY_PROJECT, "NEPTUNE_PROJECT", NULL},
    {NEP_KEY_VERIFY_SSL, "NEPTUNE_VERIFY_SSL", "on"},
    {NEP_KEY_CA_BUNDLE, "SSL_CERT_FILE", NULL},
    {NEP_KEY_HTTP_TIMEOUT, "NEPTUNE_HTTP_REQUEST_TIMEOUT_SECONDS", "60"},
    {NEP_KEY_RETRY_SOFT_TIMEOUT, "NEPTUNE_QUERY_RETRY_SOFT_TIMEOUT", "1800"},
    {NEP_KEY_RETRY_HARD_TIMEOUT, "NEPTUNE_QUERY_RETRY_HARD_TIMEOUT", "3600"},
    {NEP_KEY_MAX_WORKERS, "NEPTUNE_QUERY_MAX_WORKERS", "16"},
    {NEP_KEY_MAX_REQUEST_SIZE, "NEPTUNE_QUERY_MAX_REQUEST_SIZE", "220000"},
    {NEP_KEY_MAX_FILTER_SIZE, "NEPTUNE_QUERY_MAX_ATTRIBUTE_FILTER_SIZE",
     "60000"},
    {NEP_KEY_PAGE_SIZE, "NEPTUNE_QUERY_EXPERIMENT_SYS_ATTRS_BATCH_SIZE",
     "10000"},
    {NEP_KEY_DEFINITIONS_PAGE_SIZE,
     "NEPTUNE_QUERY_ATTRIBUTE_DEFINITIONS_BATCH_SIZE", "10000"},
    {NEP_KEY_VALUES_PAGE_SIZE, "NEPTUNE_QUERY_ATTRIBUTE_VALUES_BATCH_SIZE",
     "10000"},
    {NEP_KEY_SERIES_BATCH_SIZE, "NEPTUNE_QUERY_SERIES_BATCH_SIZE", "10000"},
    {NEP_KEY_MAX_PROJECTION,
     "NEPTUNE_QUERY_ENTRIES_SEARCH_MAX_PROJECTION_ATTRIBUTES", "1000"},
    {NEP_KEY_POINTS_PAGE_SIZE, NULL, "200000"},
    {NEP_KEY_DOWNLOAD_DIR, NULL, NULL},
    {NEP_KEY_PUSHDOWN, NULL, "on"},
    {NEP_KEY_PROGRESS, NULL, "on"},
};

/* The user's own settings would be seen. Each test has its own process, or
** (CK_FORK=no) removes what it sets. */
static void forget_environment(void)
{
  size_t i;

  for (i = 0; i < NEP_COUNT(defaults); i++) {
    if (defaults[i].variable)
      unsetenv(defaults[i].variable);
  }
  unsetenv("NEPTUNE_FETCHER_MAX_WORKERS");
}

static nep_settings settings;
static nep_error error;

static void begin(void)
{
  forget_environment();
}

static void end(void)
{
  forget_environment();
  nep_settings_dispose(&settings);
  nep_error_clear(&error);
}

START_TEST(every_key_has_its_name_and_help)
{
  int key;

  for (key = 0; key < NEP_KEY_COUNT; key++) {
    ck_assert_str_eq(nep_settings_name((nep_key)key), names[key]);
    ck_assert_int_eq(nep_settings_find(nep_text_of(names[key])), key);
    ck_assert(*nep_settings_help((nep_key)key));
  }
  ck_assert_int_eq(nep_settings_find(nep_text_of("Project")), NEP_KEY_COUNT);
  ck_assert_int_eq(nep_settings_find(nep_text_of("")), NEP_KEY_COUNT);
}
END_TEST

START_TEST(all_names_are_listed)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  char *list;

  ck_assert_int_eq(nep_settings_append_names(out), SQLITE_OK);
  list = sqlite3_str_finish(out);
  ck_assert(!strncmp(list, "api_token, project, verify_ssl, ", 32));
  ck_assert_str_eq(strrchr(list, ','), ", progress");
  sqlite3_free(list);
}
END_TEST

START_TEST(every_key_has_its_variable_and_default)
{
  nep_key key = defaults[_i].key;
  const char *variable = defaults[_i].variable;

  ck_assert_pstr_eq(nep_settings_variable(key), variable);
  ck_assert_pstr_eq(nep_settings_text(&settings, key), defaults[_i].fallback);
  if (!variable)
    return;
  ck_assert(!setenv(variable, "1", 1));
  ck_assert_pstr_eq(nep_settings_text(&settings, key), "1");
  ck_assert(!setenv(variable, " ", 1));
  ck_assert_pstr_eq(nep_settings_text(&settings, key), defaults[_i].fallback);
}
END_TEST

START_TEST(the_environment_is_read_at_each_use)
{
  sqlite3_int64 number;

  ck_assert(!setenv("NEPTUNE_FETCHER_MAX_WORKERS", "3", 1));
  ck_assert(
      !nep_settings_integer(&settings, NEP_KEY_MAX_WORKERS, &number, &error));
  ck_assert_int_eq(number, 3);
  ck_assert(!setenv("NEPTUNE_QUERY_MAX_WORKERS", " 5\n", 1));
  ck_assert(
      !nep_settings_integer(&settings, NEP_KEY_MAX_WORKERS, &number, &error));
  ck_assert_int_eq(number, 5);
}
END_TEST

START_TEST(an_override_rules_until_it_is_removed)
{
  ck_assert(!setenv("NEPTUNE_PROJECT", "team/vision", 1));
  ck_assert(!nep_settings_set(&settings, NEP_KEY_PROJECT, "team/text", &error));
  ck_assert_str_eq(nep_settings_text(&settings, NEP_KEY_PROJECT), "team/text");
  ck_assert(!nep_settings_set(&settings, NEP_KEY_PROJECT, "", &error));
  ck_assert_ptr_null(nep_settings_text(&settings, NEP_KEY_PROJECT));
  ck_assert(!nep_settings_set(&settings, NEP_KEY_PROJECT, NULL, &error));
  ck_assert_str_eq(nep_settings_text(&settings, NEP_KEY_PROJECT),
                   "team/vision");
}
END_TEST

static const struct {
  const char *text;
  int value; /* -1: refused */
} booleans[] = {
    {"1", 1},    {"true", 1}, {"TRUE", 1},  {"on", 1},  {"Yes", 1},
    {" on ", 1}, {"0", 0},    {"false", 0}, {"Off", 0}, {"no", 0},
    {"2", -1},   {"o", -1},   {"onn", -1},  {"", -1},   {"ja", -1},
};

START_TEST(booleans_have_many_spellings)
{
  bool on;
  int code =
      nep_settings_set(&settings, NEP_KEY_PUSHDOWN, booleans[_i].text, &error);

  ck_assert_int_eq(code != SQLITE_OK, booleans[_i].value < 0);
  if (code) {
    ck_assert_ptr_nonnull(strstr(error.message, "pushdown cannot be '"));
    ck_assert_ptr_nonnull(strstr(error.message, "true, on, yes"));
    return;
  }
  ck_assert(!nep_settings_boolean(&settings, NEP_KEY_PUSHDOWN, &on, &error));
  ck_assert_int_eq(on, booleans[_i].value);
}
END_TEST

static const struct {
  const char *text;
  int value; /* -1: refused */
} integers[] = {
    {"1", 1},    {"1000", 1000},
    {" 7 ", 7},  {"0007", 7},
    {"0", -1},   {"1001", -1},
    {"-1", -1},  {"", -1},
    {"1.5", -1}, {"1e2", -1},
    {"0x1", -1}, {"many", -1},
    {"1 2", -1}, {"99999999999999999999999", -1},
};

START_TEST(numbers_keep_to_their_range)
{
  sqlite3_int64 number;
  int code = nep_settings_set(&settings, NEP_KEY_MAX_WORKERS, integers[_i].text,
                              &error);

  ck_assert_int_eq(code != SQLITE_OK, integers[_i].value < 0);
  if (code) {
    ck_assert_ptr_nonnull(strstr(error.message, "max_workers cannot be '"));
    ck_assert_ptr_nonnull(strstr(error.message, "from 1 to 1000"));
    return;
  }
  ck_assert(
      !nep_settings_integer(&settings, NEP_KEY_MAX_WORKERS, &number, &error));
  ck_assert_int_eq(number, integers[_i].value);
}
END_TEST

START_TEST(a_bad_value_in_the_environment_names_its_variable)
{
  sqlite3_int64 number;
  bool on;

  ck_assert(!setenv("NEPTUNE_FETCHER_MAX_WORKERS", "many", 1));
  ck_assert_int_eq(
      nep_settings_integer(&settings, NEP_KEY_MAX_WORKERS, &number, &error),
      SQLITE_ERROR);
  ck_assert_str_eq(error.message,
                   "NEPTUNE_FETCHER_MAX_WORKERS cannot be 'many': a whole "
                   "number from 1 to 1000 is needed");
  nep_error_clear(&error);
  ck_assert(!setenv("NEPTUNE_VERIFY_SSL", "maybe", 1));
  ck_assert_int_eq(
      nep_settings_boolean(&settings, NEP_KEY_VERIFY_SSL, &on, &error),
      SQLITE_ERROR);
  ck_assert_str_eq(error.message,
                   "NEPTUNE_VERIFY_SSL cannot be 'maybe': one of 1, true, on, "
                   "yes, 0, false, off, no is needed");
}
END_TEST

START_TEST(a_refused_value_leaves_the_old_one)
{
  ck_assert(!nep_settings_set(&settings, NEP_KEY_PAGE_SIZE, "7", &error));
  ck_assert_int_eq(
      nep_settings_set(&settings, NEP_KEY_PAGE_SIZE, "seven", &error),
      SQLITE_ERROR);
  ck_assert_str_eq(nep_settings_text(&settings, NEP_KEY_PAGE_SIZE), "7");
}
END_TEST

START_TEST(an_api_token_loses_the_white_space_around_it)
{
  ck_assert(
      !nep_settings_set(&settings, NEP_KEY_API_TOKEN, "\n secret\t", &error));
  ck_assert_str_eq(nep_settings_text(&settings, NEP_KEY_API_TOKEN), "secret");
  ck_assert(!nep_settings_set(&settings, NEP_KEY_API_TOKEN, " \n", &error));
  ck_assert_ptr_null(nep_settings_text(&settings, NEP_KEY_API_TOKEN));
}
END_TEST

START_TEST(an_endless_api_token_is_refused_and_not_shown)
{
  char *token = sqlite3_mprintf("%.*c", (int)NEP_MAX_TOKEN + 1, 'A');

  ck_assert_int_eq(
      nep_settings_set(&settings, NEP_KEY_API_TOKEN, token, &error),
      SQLITE_ERROR);
  ck_assert_str_eq(error.message,
                   "api_token cannot be longer than 65536 bytes");
  token[NEP_MAX_TOKEN] = 0;
  nep_error_clear(&error);
  ck_assert(!nep_settings_set(&settings, NEP_KEY_API_TOKEN, token, &error));
  sqlite3_free(token);
}
END_TEST

static int set_two(nep_error *own)
{
  nep_settings some = {0};

  if (!nep_settings_set(&some, NEP_KEY_PROJECT, "team/vision", own))
    nep_settings_set(&some, NEP_KEY_API_TOKEN, "secret", own);
  nep_settings_dispose(&some);
  return own->code;
}

START_TEST(settings_without_memory_fail)
{
  memory_check(set_two);
}
END_TEST

Suite *settings_suite(void);
Suite *settings_suite(void)
{
  Suite *suite = suite_create("settings");
  TCase *keys = tcase_create("keys"), *values = tcase_create("values");

  tcase_add_checked_fixture(keys, begin, end);
  tcase_add_test(keys, every_key_has_its_name_and_help);
  tcase_add_test(keys, all_names_are_listed);
  tcase_add_loop_test(keys, every_key_has_its_variable_and_default, 0,
                      (int)NEP_COUNT(defaults));
  tcase_add_test(keys, the_environment_is_read_at_each_use);
  tcase_add_test(keys, an_override_rules_until_it_is_removed);
  tcase_add_checked_fixture(values, begin, end);
  tcase_add_loop_test(values, booleans_have_many_spellings, 0,
                      (int)NEP_COUNT(booleans));
  tcase_add_loop_test(values, numbers_keep_to_their_range, 0,
                      (int)NEP_COUNT(integers));
  tcase_add_test(values, a_bad_value_in_the_environment_names_its_variable);
  tcase_add_test(values, a_refused_value_leaves_the_old_one);
  tcase_add_test(values, an_api_token_loses_the_white_space_around_it);
  tcase_add_test(values, an_endless_api_token_is_refused_and_not_shown);
  tcase_add_test(values, settings_without_memory_fail);
  suite_add_tcase(suite, keys);
  suite_add_tcase(suite, values);
  return suite;
}
