/* LIKE and GLOB as regular expressions. */
#include "memory.h"
#include "like.h"
#include "plans.h"
#include "regex.h"

#include <check.h>
#include <string.h>

static const struct {
  bool is_like;
  const char *pattern, *regex;
} cases[] = {
    {true, "abc", "(?is)^abc(\\x00|$)"},
    {true, "abc%", "(?is)^abc"},
    {true, "%abc", "(?is)abc(\\x00|$)"},
    {true, "%abc%", "(?is)abc"},
    {true, "%", "(?is)"},
    {true, "", "(?is)^(\\x00|$)"},
    {true, "a%b_c", "(?is)^a.*b.c(\\x00|$)"},
    {true, "a.b*c\\", "(?is)^a\\.b\\*c\\\\(\\x00|$)"},
    {true, "a\nb%", "(?is)^a\\x0ab"},
    {true, "gr\xC3\xB6\xC3\x9F%", "(?is)^gr\xC3\xB6\xC3\x9F"},
    {false, "a*b?c", "(?s)^a.*b.c(\\x00|$)"},
    {false, "*[a-z]*", "(?s)."},
    {false, "a[^]x]b", "(?s)^a.b(\\x00|$)"},
    {false, "a[]]b", "(?s)^a.b(\\x00|$)"},
    {false, "a[bc", "(?s)^a\\[bc(\\x00|$)"},
    {false, "100%*", "(?s)^100\\%"},
};

static char *translated(bool is_like, const char *pattern)
{
  nep_text text = nep_text_of(pattern);

  return is_like ? nep_like_regex(text) : nep_like_regex_of_glob(text);
}

START_TEST(a_pattern_becomes_a_regular_expression)
{
  char *regex = translated(cases[_i].is_like, cases[_i].pattern);

  ck_assert_str_eq(regex, cases[_i].regex);
  sqlite3_free(regex);
}
END_TEST

START_TEST(a_part_stands_for_itself)
{
  static const struct {
    const char *part, *regex;
  } parts[] = {{"m/loss", "m\\/loss"},
               {"a.b*c\\(", "a\\.b\\*c\\\\\\("},
               {"\n\t", "\\x0a\\x09"},
               {"gr\xC3\xB6\xC3\x9F", "gr\xC3\xB6\xC3\x9F"}};

  for (size_t i = 0; i < NEP_COUNT(parts); i++) {
    char *regex = nep_like_regex_of_part(nep_text_of(parts[i].part));
    ck_assert_str_eq(regex, parts[i].regex);
    sqlite3_free(regex);
  }
}
END_TEST

/* ---- no text is lost ---- */

static void make_text(unsigned long long *seed, char text[32])
{
  static const char *const pieces[] = {
      "a", "B", "b",  "%", "_",  "*",        "?",
      "[", "]", "^",  "-", "\n", ".",        "$",
      "(", "|", "\\", " ", "\"", "\xC3\xA9", "\xE2\x84\xAA",
      "k"};
  size_t n = plans_random(seed, 7);

  size_t size = 0;
  for (size_t i = 0; i < n; i++) {
    const char *piece = pieces[plans_random(seed, NEP_COUNT(pieces))];
    memcpy(text + size, piece, strlen(piece));
    size += strlen(piece);
  }
  text[size] = '\0';
}

static bool sql_matches(bool is_like, const char *pattern, const char *text)
{
  return is_like ? sqlite3_strlike(pattern, text, 0) == 0
                 : sqlite3_strglob(pattern, text) == 0;
}

START_TEST(what_sql_matches_is_found)
{
  unsigned long long seed = 11;
  size_t n_matches = 0;

  for (int round = 0; round < 40000; round++) {
    bool is_like = round & 1;
    char pattern[32], text[32];
    nep_regex *regex = NULL;
    nep_error error = {0};
    make_text(&seed, pattern);
    make_text(&seed, text);
    if (!sql_matches(is_like, pattern, text))
      continue;
    n_matches++;
    char *sent = translated(is_like, pattern);
    ck_assert_int_eq(nep_regex_new(nep_text_of(sent), &regex, &error),
                     SQLITE_OK);
    ck_assert_msg(nep_regex_matches(regex, nep_text_of(text)) == 1,
                  "%s, sent as %s: %s", pattern, sent, text);
    nep_regex_free(regex);
    sqlite3_free(sent);
  }
  ck_assert_uint_gt(n_matches, 500);
}
END_TEST

START_TEST(any_part_is_found_where_it_is)
{
  unsigned long long seed = 12;
  size_t n_found = 0;

  for (int round = 0; round < 20000; round++) {
    char part[32], text[32];
    nep_regex *regex = NULL;
    nep_error error = {0};
    make_text(&seed, part);
    make_text(&seed, text);
    char *sent = nep_like_regex_of_part(nep_text_of(part));
    bool is_there = strstr(text, part) != NULL;
    n_found += is_there;
    if (!sent) { /* nothing, of an empty part */
      ck_assert_str_eq(part, "");
      continue;
    }
    ck_assert_int_eq(nep_regex_new(nep_text_of(sent), &regex, &error),
                     SQLITE_OK);
    ck_assert_msg(nep_regex_matches(regex, nep_text_of(text)) == is_there,
                  "%s, sent as %s: %s", part, sent, text);
    nep_regex_free(regex);
    sqlite3_free(sent);
  }
  ck_assert_uint_gt(n_found, 500);
}
END_TEST

static int translate_both(nep_error *error)
{
  char *like = translated(true, "a_b%c");
  char *glob = translated(false, "a?b*[c]d");
  char *part = nep_like_regex_of_part(nep_text_of("a?b*[c]d"));
  bool is_whole = like && glob && part;

  sqlite3_free(like);
  sqlite3_free(glob);
  sqlite3_free(part);
  return is_whole ? SQLITE_OK : nep_error_no_memory(error);
}

START_TEST(without_memory_there_is_no_pattern)
{
  memory_check(translate_both);
}
END_TEST

Suite *like_suite(void);
Suite *like_suite(void)
{
  Suite *suite = suite_create("like");
  TCase *tests = tcase_create("pattern");

  tcase_add_loop_test(tests, a_pattern_becomes_a_regular_expression, 0,
                      (int)NEP_COUNT(cases));
  tcase_add_test(tests, what_sql_matches_is_found);
  tcase_add_test(tests, a_part_stands_for_itself);
  tcase_add_test(tests, any_part_is_found_where_it_is);
  tcase_add_test(tests, without_memory_there_is_no_pattern);
  suite_add_tcase(suite, tests);
  return suite;
}
