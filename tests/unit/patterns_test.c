/* Extended patterns of attribute names. */
#include "memory.h"
#include "patterns.h"

#include <check.h>
#include <string.h>

/* Read as alternatives "must,must!not!not;…"; NULL: refused. */
static const struct {
  const char *text, *expected;
} patterns[] = {
    {"", "<>"},
    {"a", "<a>"},
    {" \ta\n", "<a>"},
    {"a|b", "<a|b>"},
    {"a |b", "<a |b>"},
    {"a| b", "<a| b>"},
    {"a&b", "<a&b>"},
    {"a | b", "<a>;<b>"},
    {"a \t|\n b", "<a>;<b>"},
    {"a & b", "<a><b>"},
    {"a & b | c & d", "<a><b>;<c><d>"},
    {"!a", "!<a>"},
    {"! a", "!<a>"},
    {"!!a", "!<!a>"},
    {"a!", "<a!>"},
    {"a & !b | c", "<a>!<b>;<c>"},
    {"!a & b & !c", "<b>!<a>!<c>"},
    {"^config/ & !tmp$ | ^metrics/(train|val) & loss",
     "<^config/>!<tmp$>;<^metrics/(train|val)><loss>"},
    {"a b", "<a b>"},
    {"a  b & c  d", "<a  b><c  d>"},
    {"a |", "<a |>"},
    {"| a", "<| a>"},
    {"a | | b", "<a>;<| b>"},
    {"a & | b", "<a &>;<b>"},
    {"a | & b", "<a>;<& b>"},
    {"!", "!<>"},
    {"\\x21a & b\\x20c", "<\\x21a><b\\x20c>"},
    {"größe | 长さ", "<größe>;<长さ>"},
    {"(a | b)", NULL},
    {"a & (", NULL},
    {"!(", NULL},
    {"a | *", NULL},
    {"\xFF", NULL},
};

static char *print(const nep_patterns *read)
{
  sqlite3_str *out = sqlite3_str_new(NULL);

  for (size_t i = 0; i < read->n; i++) {
    const nep_name_alternative *item = &read->items[i];
    sqlite3_str_appendall(out, i ? ";" : "");
    for (size_t j = 0; j < item->n_must; j++)
      sqlite3_str_appendf(out, "<%s>", item->must[j]);
    for (size_t j = 0; j < item->n_must_not; j++)
      sqlite3_str_appendf(out, "!<%s>", item->must_not[j]);
  }
  return sqlite3_str_finish(out);
}

START_TEST(a_pattern_is_taken_apart)
{
  nep_patterns read = {0};
  nep_error error = {0};
  const char *expected = patterns[_i].expected;
  int rc = nep_patterns_parse(&read, patterns[_i].text, &error);

  ck_assert_int_eq(rc, expected ? SQLITE_OK : SQLITE_ERROR);
  if (expected) {
    char *printed = print(&read);
    ck_assert_str_eq(printed, expected);
    sqlite3_free(printed);
  } else {
    ck_assert_uint_gt(strlen(error.message), 0);
  }
  nep_error_clear(&error);
  nep_patterns_dispose(&read);
}
END_TEST

static int parse(nep_error *error)
{
  nep_patterns read = {0};

  nep_patterns_parse(&read, "a & !b | c", error);
  nep_patterns_dispose(&read);
  return error->code;
}

START_TEST(without_memory_a_pattern_is_not_read)
{
  memory_check_but_leaks(parse);
}
END_TEST

static int print_body(nep_error *error)
{
  static const char *const must[] = {"^a", "b\"$"}, *const not [] = {"c"};
  const nep_name_alternative alternatives[] = {
      {must, 2, not, 1}, {must, 1, NULL, 0}, {NULL, 0, not, 1}};
  nep_attribute_request request = {.project = "a/b",
                                   .alternatives = alternatives,
                                   .n_alternatives = 3,
                                   .limit = 7};
  char *body = NULL;

  nep_wire_definitions_body(&request, &body, error);
  if (!error->code)
    ck_assert_str_eq(
        body,
        "{\"projectIdentifiers\":[\"a/b\"],\"attributeNameFilter\":"
        "{\"mustMatchAny\":[{\"mustMatchRegexes\":[\"^a\",\"b\\\"$\"],"
        "\"mustNotMatchRegexes\":[\"c\"]},{\"mustMatchRegexes\":[\"^a\"]},"
        "{\"mustNotMatchRegexes\":[\"c\"]}]},\"nextPage\":{\"limit\":7}}");
  sqlite3_free(body);
  return error->code;
}

START_TEST(alternatives_are_sent_as_such)
{
  nep_error error = {0};

  ck_assert_int_eq(print_body(&error), SQLITE_OK);
  memory_check(print_body);
}
END_TEST

Suite *patterns_suite(void);
Suite *patterns_suite(void)
{
  Suite *suite = suite_create("patterns");
  TCase *pattern = tcase_create("patterns");

  tcase_add_loop_test(pattern, a_pattern_is_taken_apart, 0,
                      (int)NEP_COUNT(patterns));
  tcase_add_test(pattern, without_memory_a_pattern_is_not_read);
  tcase_add_test(pattern, alternatives_are_sent_as_such);
  suite_add_tcase(suite, pattern);
  return suite;
}
