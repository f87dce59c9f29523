#include "memory.h"
#include "regex.h"

#include <check.h>
#include <string.h>

static nep_regex *compile(nep_text pattern)
{
  nep_error error = {0};
  nep_regex *regex;

  ck_assert_msg(!nep_regex_new(pattern, &regex, &error), "%s", error.message);
  ck_assert_ptr_nonnull(regex);
  return regex;
}

static const struct {
  const char *pattern, *text;
  int matches;
} searches[] = {
    {"", "anything", 1},
    {"", "", 1},
    {"lr", "config/lr/base", 1}, /* searched, not anchored */
    {"^lr", "config/lr", 0},
    {"^config/.*lr$", "config/optimizer/lr", 1},
    {"LR", "config/lr", 0},
    {"(?i)LR", "config/lr", 1},
    {"a.b", "a\nb", 0},
    {"(?s)a.b", "a\nb", 1},
    {"^.$", "\xC3\xA9", 1}, /* characters, not bytes */
    {"\xC3\xA9+", "caf\xC3\xA9", 1},
    {"^a|b$", "xb", 1},
    {"\\d{3}", "run-42", 0},
};

START_TEST(patterns_are_searched_for)
{
  nep_regex *regex = compile(nep_text_of(searches[_i].pattern));

  ck_assert_int_eq(nep_regex_matches(regex, nep_text_of(searches[_i].text)),
                   searches[_i].matches);
  nep_regex_free(regex);
}
END_TEST

START_TEST(a_freed_regex_leaves_nothing)
{
  long before;

  nep_regex_free(compile(nep_text_of("a(b|c)*[d-f]"))); /* RE2's own tables */
  before = memory_pieces();
  nep_regex_free(compile(nep_text_of("a(b|c)*[d-f]")));
  ck_assert_int_eq(memory_pieces(), before);
}
END_TEST

START_TEST(a_nul_is_a_character_like_others)
{
  nep_text pattern = {"^a\0b$", 5}, same = {"a\0b", 3}, other = {"a", 1};
  nep_regex *regex = compile(pattern);

  ck_assert_int_eq(nep_regex_matches(regex, same), 1);
  ck_assert_int_eq(nep_regex_matches(regex, other), 0);
  nep_regex_free(regex);
  nep_regex_free(NULL);
}
END_TEST

static const struct {
  const char *pattern, *message;
} refused[] = {
    {"a(b", "cannot use the pattern 'a(b': missing ): a(b, at byte 1"},
    {"x[ab", "cannot use the pattern 'x[ab': missing ]: [ab, at byte 1"},
    {"a\\8", "cannot use the pattern 'a\\8': invalid escape sequence: \\8, "
             "at byte 1"},
    {"(?=a)b", "cannot use the pattern '(?=a)b': invalid perl operator: (?=, "
               "at byte 0"},
    {"(a)\\1", "cannot use the pattern '(a)\\1': invalid escape sequence: "
               "\\1, at byte 3"},
};

#define TEN "(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)"
#define A_HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
  nep_text pattern;
  int at; /* -1: as a whole */
} places[] = {
#define BAD(pattern, at)                                                       \
  {                                                                            \
    {pattern, sizeof(pattern) - 1}, at                                         \
  }
    BAD("(", 0),
    BAD(")", 0),
    BAD("a(b(c)", 1),
    BAD("\\((", 2),
    BAD("(a)b)(", 4),
    BAD("[(](", 3),
    BAD("[", 0),
    BAD("a[b[c", 1),
    BAD("[a]x[", 4),
    BAD("*|*", 0), /* RE2 names "*": the first one */
    BAD("[*]a|*", 5),
    BAD("[**]a**", 5),
    BAD("\\*a|(*)", 5),
    BAD("x{2}y{1001}", 5),
    BAD("a\\", 1),
    BAD("[z-a]", 1),
    BAD("b\\8\\8", 1),
    BAD("a(?<b", 1),
    BAD("(a{50}){50}", 7), /* the repetitions together are too many */
    BAD("\\pN\\p{No such}", 3),
    BAD("caf\xC3\xA9(", 5), /* bytes, not characters */
    BAD("caf\xC3", 3),
    BAD("\xC3\xA9\xFF", 2),
    BAD("a\0b(", 3),
    BAD("\\pL{999}\\pL{999}\\pL{999}", -1),
    BAD(TEN "a)(", 31),
    BAD(A_HUNDRED "(a)b)", -1), /* looking for it would take too long */
};

START_TEST(a_bad_pattern_has_a_place)
{
  nep_error error = {0};
  nep_regex *regex;
  char wanted[40];

  ck_assert_int_eq(nep_regex_new(places[_i].pattern, &regex, &error),
                   SQLITE_ERROR);
  sqlite3_snprintf(sizeof(wanted), wanted, ", at byte %d", places[_i].at);
  const char *found = strstr(error.message, ", at byte ");
  if (places[_i].at < 0)
    ck_assert_ptr_null(found);
  else
    ck_assert_str_eq(found ? found : error.message, wanted);
  nep_error_clear(&error);
}
END_TEST

START_TEST(a_bad_pattern_is_explained)
{
  nep_error error = {0};
  nep_regex *regex;

  ck_assert_int_eq(
      nep_regex_new(nep_text_of(refused[_i].pattern), &regex, &error),
      SQLITE_ERROR);
  ck_assert_ptr_null(regex);
  ck_assert_str_eq(error.message, refused[_i].message);
  nep_error_clear(&error);
}
END_TEST

START_TEST(a_pattern_that_is_not_utf8_is_refused)
{
  nep_error error = {0};
  nep_regex *regex;

  ck_assert_int_eq(nep_regex_new(nep_text_of("a\xFF"), &regex, &error),
                   SQLITE_ERROR);
  nep_error_clear(&error);
}
END_TEST

START_TEST(a_long_bad_pattern_is_shown_in_part)
{
  char pattern[5001];
  nep_text text = {pattern, 5000};
  nep_error error = {0};
  nep_regex *regex;
  size_t i;

  for (i = 0; i < 5000; i += 2)
    memcpy(pattern + i, "\xC3\xA9", 2);
  pattern[0] = '(';
  pattern[1] = 'x';
  ck_assert_int_eq(nep_regex_new(text, &regex, &error), SQLITE_ERROR);
  ck_assert_uint_lt(strlen(error.message), 1200);
  ck_assert(nep_text_is_clean_utf8(nep_text_of(error.message)));
  nep_error_clear(&error);
}
END_TEST

START_TEST(a_pattern_too_large_to_compile_is_refused)
{
  nep_error error = {0};
  nep_regex *regex;

  ck_assert_int_eq(
      nep_regex_new(nep_text_of("((a{100}){100}){100}"), &regex, &error),
      SQLITE_ERROR);
  ck_assert_ptr_null(regex);
  nep_error_clear(&error);
}
END_TEST

static void quote_and_match(char byte)
{
  char text[] = {'a', byte, 'b', 0};
  char other[] = {'a', (char)(byte ^ 1), 'b', 0};
  sqlite3_str *out = sqlite3_str_new(NULL);
  nep_text same = {text, 3}, different = {other, 3};
  char *pattern;
  nep_regex *regex;

  sqlite3_str_appendall(out, "^(?:");
  nep_regex_append_quoted(out, same);
  sqlite3_str_appendall(out, ")$");
  pattern = sqlite3_str_finish(out);
  regex = compile(nep_text_of(pattern));
  ck_assert_int_eq(nep_regex_matches(regex, same), 1);
  ck_assert_int_eq(nep_regex_matches(regex, different), 0);
  nep_regex_free(regex);
  sqlite3_free(pattern);
}

START_TEST(quoted_text_matches_itself_only)
{
  int byte;

  for (byte = 0; byte < 128; byte++)
    quote_and_match((char)byte);
}
END_TEST

START_TEST(quoted_text_keeps_its_utf8)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  char *pattern;

  nep_regex_append_quoted(out, nep_text_of("a_b/\xC3\xA9.9"));
  pattern = sqlite3_str_finish(out);
  ck_assert_str_eq(pattern, "a_b\\/\xC3\xA9\\.9");
  sqlite3_free(pattern);
}
END_TEST

static int compile_and_match(nep_error *error)
{
  nep_regex *regex;
  int matches = 0;

  if (!nep_regex_new(nep_text_of("^(?:config|metrics)/(\\w+)$"), &regex,
                     error)) {
    matches = nep_regex_matches(regex, nep_text_of("config/lr"));
    ck_assert_int_ne(matches, 0);
    if (matches < 0)
      nep_error_no_memory(error);
  }
  nep_regex_free(regex);
  return error->code;
}

static int refuse_a_pattern(nep_error *error)
{
  nep_regex *regex;
  int code = nep_regex_new(nep_text_of("x[ab"), &regex, error);

  ck_assert_ptr_null(regex);
  return code == SQLITE_ERROR ? error->code = SQLITE_OK : code;
}

/* RE2 loses memory of its own when new throws in it. */
START_TEST(a_regex_without_memory_fails)
{
  nep_regex *regex;
  long before = memory_pieces();
  bool has_own_new;

  regex = compile(nep_text_of("x"));
  has_own_new = memory_pieces() == before;
  nep_regex_free(regex);
  if (has_own_new)
    return; /* under Valgrind, which takes memory_new.cc's place */
  memory_check_but_leaks(_i ? refuse_a_pattern : compile_and_match);
}
END_TEST

Suite *regex_suite(void);
Suite *regex_suite(void)
{
  Suite *suite = suite_create("regex");
  TCase *search = tcase_create("search"), *errors = tcase_create("errors");
  TCase *quote = tcase_create("quote"), *memory = tcase_create("memory");

  tcase_add_loop_test(search, patterns_are_searched_for, 0,
                      (int)NEP_COUNT(searches));
  tcase_add_test(search, a_freed_regex_leaves_nothing);
  tcase_add_test(search, a_nul_is_a_character_like_others);
  tcase_add_loop_test(errors, a_bad_pattern_has_a_place, 0,
                      (int)(sizeof(places) / sizeof(places[0])));
  tcase_add_loop_test(errors, a_bad_pattern_is_explained, 0,
                      (int)NEP_COUNT(refused));
  tcase_add_test(errors, a_pattern_that_is_not_utf8_is_refused);
  tcase_add_test(errors, a_long_bad_pattern_is_shown_in_part);
  tcase_add_test(errors, a_pattern_too_large_to_compile_is_refused);
  tcase_add_test(quote, quoted_text_matches_itself_only);
  tcase_add_test(quote, quoted_text_keeps_its_utf8);
  tcase_add_loop_test(memory, a_regex_without_memory_fails, 0, 2);
  suite_add_tcase(suite, search);
  suite_add_tcase(suite, errors);
  suite_add_tcase(suite, quote);
  suite_add_tcase(suite, memory);
  return suite;
}
