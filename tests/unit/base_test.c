#include "memory.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- text ---- */

static const struct {
  const char *name, *text;
  size_t size;
  bool clean;
  size_t length;
} utf8[] = {
    {"empty text", "", 0, true, 0},
    {"ASCII", "config/lr", 9, true, 9},
    {"two bytes", "\xC3\xA9", 2, true, 1},
    {"three bytes", "\xE2\x82\xAC", 3, true, 1},
    {"four bytes", "a\xF0\x9F\x98\x80z", 6, true, 3},
    {"least of two bytes", "\xC2\x80", 2, true, 1},
    {"least of three bytes", "\xE0\xA0\x80", 3, true, 1},
    {"least of four bytes", "\xF0\x90\x80\x80", 4, true, 1},
    {"U+10FFFF", "\xF4\x8F\xBF\xBF", 4, true, 1},
    {"U+D7FF", "\xED\x9F\xBF", 3, true, 1},
    {"byte order mark", "\xEF\xBB\xBF", 3, true, 1},
    {"U+0000", "a\0b", 3, false, 0},
    {"continuation alone", "\x80", 1, false, 0},
    {"overlong of two bytes", "\xC1\xBF", 2, false, 0},
    {"overlong of three bytes", "\xE0\x9F\xBF", 3, false, 0},
    {"overlong of four bytes", "\xF0\x8F\xBF\xBF", 4, false, 0},
    {"surrogate", "\xED\xA0\x80", 3, false, 0},
    {"beyond U+10FFFF", "\xF4\x90\x80\x80", 4, false, 0},
    {"F5", "\xF5\x80\x80\x80", 4, false, 0},
    {"FF", "\xFF", 1, false, 0},
    {"cut after one of two", "a\xC3", 2, false, 0},
    {"cut after two of three", "\xE2\x82", 2, false, 0},
    {"cut after three of four", "\xF0\x9F\x98", 3, false, 0},
    {"second byte is ASCII",
     "\xC3"
     "a",
     2, false, 0},
    {"third byte is ASCII",
     "\xE2\x82"
     "a",
     3, false, 0},
    {"fourth byte is ASCII",
     "\xF0\x9F\x98"
     "a",
     4, false, 0},
};

START_TEST(utf8_is_checked)
{
  nep_text text = {utf8[_i].text, utf8[_i].size};

  ck_assert_msg(nep_text_is_clean_utf8(text) == utf8[_i].clean, "%s",
                utf8[_i].name);
  if (utf8[_i].clean)
    ck_assert_uint_eq(nep_text_length(text), utf8[_i].length);
}
END_TEST

START_TEST(texts_are_compared_and_copied_with_their_size)
{
  nep_text none = {NULL, 0}, with_nul = {"a\0b", 3};
  char *copy = nep_text_copy(with_nul);

  ck_assert(nep_text_equal(none, nep_text_of("")));
  ck_assert(nep_text_equal(none, nep_text_of(NULL)));
  ck_assert(nep_text_equal(nep_text_of("lr"), nep_text_of("lr")));
  ck_assert(!nep_text_equal(nep_text_of("lr"), nep_text_of("lR")));
  ck_assert(!nep_text_equal(nep_text_of("a"), with_nul));
  ck_assert_mem_eq(copy, "a\0b", 4);
  sqlite3_free(copy);
  copy = nep_text_copy(none);
  ck_assert_str_eq(copy, "");
  sqlite3_free(copy);
}
END_TEST

START_TEST(hash_is_fnv_1a)
{
  ck_assert(nep_hash(nep_text_of("")) == 0xcbf29ce484222325ULL);
  ck_assert(nep_hash(nep_text_of("a")) == 0xaf63dc4c8601ec8cULL);
  ck_assert(nep_hash(nep_text_of("foobar")) == 0x85944171f73967e8ULL);
}
END_TEST

/* ---- errors ---- */

START_TEST(the_first_error_wins)
{
  nep_error error = {0};

  ck_assert_int_eq(nep_error_add_context(&error, "unused"), SQLITE_OK);
  ck_assert_ptr_null(error.message);
  ck_assert_int_eq(nep_error_set(&error, SQLITE_CORRUPT, "%d of %s", 2, "x"),
                   SQLITE_CORRUPT);
  ck_assert_int_eq(nep_error_set(&error, SQLITE_ERROR, "later"),
                   SQLITE_CORRUPT);
  ck_assert_int_eq(nep_error_no_memory(&error), SQLITE_CORRUPT);
  ck_assert_str_eq(error.message, "2 of x");
  ck_assert_int_eq(nep_error_add_context(&error, "project %s", "a/b"),
                   SQLITE_CORRUPT);
  ck_assert_str_eq(error.message, "project a/b: 2 of x");
  nep_error_clear(&error);
  ck_assert_int_eq(error.code, SQLITE_OK);
  ck_assert_ptr_null(error.message);
}
END_TEST

START_TEST(an_error_is_one_line)
{
  nep_error error = {0};

  nep_error_set(&error, SQLITE_ERROR, "pattern '%s'", "a\n\x1b[1m\x7f(é");
  ck_assert_str_eq(error.message, "pattern 'a  [1m (é'");
  nep_error_add_context(&error, "project %s", "a/b\r\n");
  ck_assert_str_eq(error.message, "project a/b  : pattern 'a  [1m (é'");
  nep_error_clear(&error);
}
END_TEST

START_TEST(no_memory_has_no_message)
{
  nep_error error = {0};

  ck_assert_int_eq(nep_error_no_memory(&error), SQLITE_NOMEM);
  ck_assert_int_eq(nep_error_set(&error, SQLITE_ERROR, "later"), SQLITE_NOMEM);
  ck_assert_int_eq(nep_error_add_context(&error, "context"), SQLITE_NOMEM);
  ck_assert_ptr_null(error.message);
}
END_TEST

static int set_and_add_context(nep_error *error)
{
  nep_error_set(error, SQLITE_OK + 1, "%s", "what went wrong");
  nep_error_add_context(error, "at %d", 3);
  if (error->code == SQLITE_NOMEM)
    ck_assert_ptr_null(error->message);
  else
    ck_assert_str_eq(error->message, "at 3: what went wrong");
  return error->code == SQLITE_ERROR ? error->code = SQLITE_OK : error->code;
}

START_TEST(an_error_without_memory_is_no_memory)
{
  memory_check(set_and_add_context);
}
END_TEST

/* ---- buffers ---- */

START_TEST(a_buffer_keeps_to_its_limit)
{
  nep_bytes bytes = {.limit = 5};

  ck_assert_int_eq(nep_bytes_append(&bytes, "abc", 3), SQLITE_OK);
  ck_assert_int_eq(nep_bytes_append(&bytes, "def", 3), SQLITE_TOOBIG);
  ck_assert_str_eq(bytes.data, "abc");
  ck_assert_int_eq(nep_bytes_append(&bytes, "de", 2), SQLITE_OK);
  ck_assert_str_eq(bytes.data, "abcde");
  ck_assert_int_eq(nep_bytes_append(&bytes, NULL, 0), SQLITE_OK);
  ck_assert_int_eq(nep_bytes_append(&bytes, "f", 1), SQLITE_TOOBIG);
  ck_assert_int_eq(nep_bytes_append(&bytes, "f", SIZE_MAX), SQLITE_TOOBIG);
  ck_assert(nep_text_equal(nep_bytes_view(&bytes), nep_text_of("abcde")));
  ck_assert_uint_le(bytes.capacity, 6);
  nep_bytes_dispose(&bytes);
  ck_assert_ptr_null(bytes.data);
}
END_TEST

START_TEST(a_buffer_grows_and_is_reused)
{
  nep_bytes bytes = {.limit = 100000};
  size_t i, capacity;

  for (i = 0; i < 100000; i++)
    ck_assert_int_eq(nep_bytes_append(&bytes, "x", 1), SQLITE_OK);
  ck_assert_uint_eq(bytes.size, 100000);
  ck_assert_int_eq(bytes.data[100000], 0);
  capacity = bytes.capacity;
  nep_bytes_reset(&bytes);
  ck_assert_str_eq(bytes.data, "");
  ck_assert_uint_eq(bytes.capacity, capacity);
  ck_assert_int_eq(nep_bytes_append(&bytes, "yz", 2), SQLITE_OK);
  ck_assert_str_eq(bytes.data, "yz");
  nep_bytes_dispose(&bytes);
}
END_TEST

/* What is freed is not looked at: that the calls can be made is all. */
START_TEST(secrets_are_freed_and_null_is_none)
{
  nep_bytes bytes = {.limit = 100}, empty = {.limit = 100};
  long before = memory_pieces();

  nep_text_wipe(NULL);
  nep_text_wipe(nep_text_copy(nep_text_of("secret")));
  ck_assert_int_eq(nep_bytes_append(&bytes, "secret", 6), SQLITE_OK);
  nep_bytes_reset(&bytes);
  nep_bytes_wipe(&bytes);
  nep_bytes_wipe(&empty);
  ck_assert_ptr_null(bytes.data);
  ck_assert_uint_eq(bytes.size, 0);
  ck_assert_int_eq(memory_pieces(), before);
}
END_TEST

static void hides(const char *words, const char *secret, const char *wanted)
{
  char *text = nep_text_copy(nep_text_of(words));

  nep_text_hide(text, secret);
  ck_assert_str_eq(text, wanted);
  sqlite3_free(text);
}

START_TEST(parts_of_a_secret_are_hidden)
{
  const char *secret = "abcdefghijklmnopqrstuvwxyz";

  hides("no abcdefghijklmnopqrstuvwxyz, not you", secret, "no *, not you");
  hides("abcdefghijkl", secret, "*");
  hides("opqrstuvwxyz end", secret, "* end");
  hides("abcdefghijklX klmnopqrstuvwX", secret, "*X *X");
  hides("abcdefghijkX", secret, "abcdefghijkX");
  hides("abcabcdefghijklmabcdefghijklm", secret, "abc**");
  hides("short, sho", "short", "*, sho");
  hides("aaaaaaaaaaaaab", "aaaaaaaaaaaab", "*ab");
  hides("words", "", "words");
  hides("words", NULL, "words");
  hides("", secret, "");
  nep_text_hide(NULL, secret);
}
END_TEST

static int append_in_pieces(nep_error *error)
{
  nep_bytes bytes = {.limit = 10000};
  size_t i;

  for (i = 0; i < 1000; i++) {
    size_t size = bytes.size;
    if (!nep_bytes_append(&bytes, "0123456789", 10))
      continue;
    nep_error_no_memory(error);
    ck_assert_uint_eq(bytes.size, size);
    break;
  }
  nep_bytes_dispose(&bytes);
  return error->code;
}

START_TEST(a_buffer_without_memory_keeps_its_content)
{
  memory_check(append_in_pieces);
}
END_TEST

/* ---- time ---- */

static const struct {
  sqlite3_int64 ms;
  const char *text;
} times[] = {
    {0, "1970-01-01 00:00:00.000"},
    {-1, "1969-12-31 23:59:59.999"},
    {951782400000, "2000-02-29 00:00:00.000"},
    {951868799999, "2000-02-29 23:59:59.999"},
    {951868800000, "2000-03-01 00:00:00.000"},
    {1707163200123, "2024-02-05 20:00:00.123"},
    {-62162121600000, "0000-02-29 00:00:00.000"},
    {-2203891200001, "1900-02-28 23:59:59.999"},
    {-2203891200000, "1900-03-01 00:00:00.000"},
    {4107542399999, "2100-02-28 23:59:59.999"},
    {4107542400000, "2100-03-01 00:00:00.000"},
    {NEP_TIME_MIN, "0000-01-01 00:00:00.000"},
    {NEP_TIME_MAX, "9999-12-31 23:59:59.999"},
};

START_TEST(a_time_is_formatted)
{
  char text[NEP_TIME_SIZE];

  ck_assert(nep_time_format(times[_i].ms, text));
  ck_assert_str_eq(text, times[_i].text);
}
END_TEST

START_TEST(a_time_beyond_four_digit_years_is_refused)
{
  static const sqlite3_int64 outside[] = {NEP_TIME_MIN - 1, NEP_TIME_MAX + 1,
                                          INT64_MIN, INT64_MAX};
  char text[NEP_TIME_SIZE] = "x";

  ck_assert(!nep_time_format(outside[_i], text));
  ck_assert_str_eq(text, "");
}
END_TEST

/* Every 29th day of 10 000 years. */
START_TEST(dates_are_those_of_sqlite)
{
  const sqlite3_int64 step = 29LL * 86400000;
  sqlite3_stmt *statement;
  sqlite3 *db;
  sqlite3_int64 ms;
  char text[NEP_TIME_SIZE];

  ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
  sqlite3_prepare_v2(db, "SELECT date(?1, 'unixepoch')", -1, &statement, NULL);
  for (ms = NEP_TIME_MIN; ms < NEP_TIME_MAX; ms += step) {
    sqlite3_bind_int64(statement, 1, ms / 1000);
    sqlite3_step(statement);
    nep_time_format(ms + 43200000, text);
    if (memcmp(text, sqlite3_column_text(statement, 0), 10) ||
        strcmp(text + 10, " 12:00:00.000"))
      ck_abort_msg("%s", text); /* an assertion each would take seconds */
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  sqlite3_close(db);
}
END_TEST

static const struct {
  const char *text, *bound; /* NULL: no time is that late */
  bool equal;
} bounds[] = {
    {"", "0000-01-01 00:00:00.000", false},
    {"0000-01-01 00:00:00.000", "0000-01-01 00:00:00.000", true},
    {"-", "0000-01-01 00:00:00.000", false},
    {"2024", "2024-01-01 00:00:00.000", false},
    {"2024-02-05", "2024-02-05 00:00:00.000", false},
    {"2024-02-05 12:34:56.789", "2024-02-05 12:34:56.789", true},
    {"2024-02-05 12:34:56.789 ", "2024-02-05 12:34:56.790", false},
    {"2024-02-05 12:34:56.78", "2024-02-05 12:34:56.780", false},
    {"2024-02-05T12:34:56", "2024-02-06 00:00:00.000", false},
    {"2024-02-30", "2024-03-01 00:00:00.000", false},
    {"2024-02-05 24:00", "2024-02-06 00:00:00.000", false},
    {"2024-99", "2025-01-01 00:00:00.000", false},
    {"2024-02-05 12:34:56.789\xC3\xA9", "2024-02-05 12:34:56.790", false},
    {"9999-12-31 23:59:59.999", "9999-12-31 23:59:59.999", true},
    {"9999-12-31 23:59:59.9990", NULL, false},
    {"9999-13", NULL, false},
    {":", NULL, false},
    {"tomorrow", NULL, false},
    {"\xC3\xA9", NULL, false},
};

START_TEST(any_text_bounds_a_time)
{
  char text[NEP_TIME_SIZE];
  sqlite3_int64 ms;
  bool equal = true;
  bool found = nep_time_lower_bound(nep_text_of(bounds[_i].text), &ms, &equal);

  ck_assert_msg(found == (bounds[_i].bound != NULL), "%s", bounds[_i].text);
  ck_assert_int_eq(equal, bounds[_i].equal);
  if (!found)
    return;
  nep_time_format(ms, text);
  ck_assert_str_eq(text, bounds[_i].bound);
}
END_TEST

/* Texts near times: one with a byte changed and a random length. */
START_TEST(a_bound_is_the_earliest_time_not_below_the_text)
{
  unsigned long long seed = 1;
  int i;

  for (i = 0; i < 20000; i++) {
    char near[NEP_TIME_SIZE + 1], at[NEP_TIME_SIZE], before[NEP_TIME_SIZE];
    nep_text text = {near, 0};
    sqlite3_int64 ms;
    bool equal;

    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    nep_time_format(NEP_TIME_MIN + (sqlite3_int64)(seed >> 13) %
                                       (NEP_TIME_MAX - NEP_TIME_MIN),
                    near);
    near[23] = '0';
    near[24] = 0;
    text.size = (seed >> 8) % 25;
    near[(seed >> 16) % 24] = (char)('!' + (seed >> 24) % 40);
    near[text.size] = 0;
    if (!nep_time_lower_bound(text, &ms, &equal)) {
      ck_assert_str_gt(near, "9999-12-31 23:59:59.999");
      continue;
    }
    nep_time_format(ms, at);
    if (strcmp(at, near) < 0 || equal != !strcmp(at, near) ||
        (nep_time_format(ms - 1, before) && strcmp(before, near) >= 0))
      ck_abort_msg("%s: %s", near, at);
  }
}
END_TEST

/* ---- numbers ---- */

static bool reads_back(double number)
{
  char text[NEP_NUMBER_SIZE];
  nep_number_format(number, text);
  return strtod(text, NULL) == number;
}

START_TEST(a_number_reads_back_the_same)
{
  unsigned long long seed = 1;
  int i;

  for (i = 0; i < 20000; i++) {
    double number, step;
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    memcpy(&number, &seed, sizeof(number));
    step = (double)(seed >> 24) / 1e6; /* steps have six decimals */
    if ((isfinite(number) && !reads_back(number)) || !reads_back(step))
      ck_abort_msg("%.17g or %.17g", number, step);
  }
}
END_TEST

static const struct {
  double number;
  const char *text;
} numbers[] = {
    {0, "0.0"},
    {-0.0, "0.0"},
    {12, "12.0"},
    {0.1, "0.1"},
    {0.1 + 0.2, "0.30000000000000004"},
    {-123456.789012, "-123456.789012"},
    {1e16 + 2, "10000000000000002.0"},
    {1e300, "1.0e+300"},
    {2.5e-10, "2.5e-10"},
};

START_TEST(a_number_has_no_more_digits_than_needed)
{
  char text[NEP_NUMBER_SIZE];

  nep_number_format(numbers[_i].number, text);
  ck_assert_str_eq(text, numbers[_i].text);
}
END_TEST

/* ---- base64 ---- */

static const struct {
  const char *text, *decoded; /* NULL: refused */
} base64[] = {
    {"", ""},
    {"Zg==", "f"},
    {"Zg", "f"},
    {"Zm8=", "fo"},
    {"Zm8", "fo"},
    {"Zm9v", "foo"},
    {"Zm9vYmE=", "fooba"},
    {" Zm9\nvYm\tE=\r\n", "fooba"},
    {"Zm8 =", "fo"},
    {"fn5/", "~~\x7F"},
    {"fn5_", "~~\x7F"},
    {"fn5+", "~~~"},
    {"fn5-", "~~~"},
    {"Z", NULL},
    {"Zm9vZ", NULL},
    {"Zg=", NULL},
    {"Zg===", NULL},
    {"Zm8==", NULL},
    {"Zm9v=", NULL},
    {"Zm9v====", NULL},
    {"=", NULL},
    {"Zg==Zg==", NULL},
    {"Zm.v", NULL},
    {"Zm\xC3\xA9v", NULL},
};

START_TEST(base64_is_decoded_or_refused)
{
  nep_bytes out = {.limit = 100};
  nep_text text = nep_text_of(base64[_i].text);

  ck_assert_int_eq(nep_bytes_append(&out, "<", 1), SQLITE_OK);
  ck_assert_msg(nep_base64_decode(text, &out) == (base64[_i].decoded != NULL),
                "%s", base64[_i].text);
  ck_assert_int_eq(out.data[0], '<');
  ck_assert_str_eq(out.data + 1, base64[_i].decoded ? base64[_i].decoded : "");
  nep_bytes_dispose(&out);
}
END_TEST

START_TEST(base64_keeps_to_the_limit)
{
  nep_bytes out = {.limit = 4};

  ck_assert(!nep_base64_decode(nep_text_of("Zm9vYmE="), &out));
  ck_assert_uint_eq(out.size, 0);
  ck_assert(nep_base64_decode(nep_text_of("Zm9vYg=="), &out));
  ck_assert_str_eq(out.data, "foob");
  nep_bytes_dispose(&out);
}
END_TEST

static int decode_long_base64(nep_error *error)
{
  nep_bytes out = {.limit = 1000};
  int i;

  for (i = 0; i < 20 && !error->code; i++) {
    if (!nep_base64_decode(nep_text_of("Zm9vYmFyZm9vYmFyZm9vYmFy"), &out))
      nep_error_no_memory(error);
  }
  nep_bytes_dispose(&out);
  return error->code;
}

START_TEST(base64_without_memory_fails)
{
  memory_check(decode_long_base64);
}
END_TEST

Suite *base_suite(void);
Suite *base_suite(void)
{
  Suite *suite = suite_create("base");
  TCase *text = tcase_create("text"), *errors = tcase_create("errors");
  TCase *buffers = tcase_create("buffers"), *time = tcase_create("time");
  TCase *decode = tcase_create("base64"), *format = tcase_create("numbers");

  tcase_add_loop_test(text, utf8_is_checked, 0, (int)NEP_COUNT(utf8));
  tcase_add_test(text, texts_are_compared_and_copied_with_their_size);
  tcase_add_test(text, hash_is_fnv_1a);
  tcase_add_test(errors, the_first_error_wins);
  tcase_add_test(errors, an_error_is_one_line);
  tcase_add_test(errors, no_memory_has_no_message);
  tcase_add_test(errors, an_error_without_memory_is_no_memory);
  tcase_add_test(buffers, a_buffer_keeps_to_its_limit);
  tcase_add_test(buffers, a_buffer_grows_and_is_reused);
  tcase_add_test(buffers, secrets_are_freed_and_null_is_none);
  tcase_add_test(buffers, parts_of_a_secret_are_hidden);
  tcase_add_test(buffers, a_buffer_without_memory_keeps_its_content);
  tcase_add_loop_test(time, a_time_is_formatted, 0, (int)NEP_COUNT(times));
  tcase_add_loop_test(time, a_time_beyond_four_digit_years_is_refused, 0, 4);
  tcase_add_test(time, dates_are_those_of_sqlite);
  tcase_add_loop_test(time, any_text_bounds_a_time, 0, (int)NEP_COUNT(bounds));
  tcase_add_test(time, a_bound_is_the_earliest_time_not_below_the_text);
  tcase_add_test(format, a_number_reads_back_the_same);
  tcase_add_loop_test(format, a_number_has_no_more_digits_than_needed, 0,
                      (int)NEP_COUNT(numbers));
  tcase_add_loop_test(decode, base64_is_decoded_or_refused, 0,
                      (int)NEP_COUNT(base64));
  tcase_add_test(decode, base64_keeps_to_the_limit);
  tcase_add_test(decode, base64_without_memory_fails);
  suite_add_tcase(suite, text);
  suite_add_tcase(suite, errors);
  suite_add_tcase(suite, buffers);
  suite_add_tcase(suite, time);
  suite_add_tcase(suite, format);
  suite_add_tcase(suite, decode);
  return suite;
}
