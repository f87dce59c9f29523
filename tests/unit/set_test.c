/* Members of a JSON array. */
#include "plans.h"
#include "set.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define PIECE(literal)                                                         \
  {                                                                            \
    (literal), sizeof(literal) - 1                                             \
  }

static const struct {
  nep_text json, member;
  bool is_member;
} cases[] = {
    {PIECE("[\"a\",\"b\"]"), PIECE("a"), true},
    {PIECE("[\"a\",\"b\"]"), PIECE("b"), true},
    {PIECE("[\"a\",\"b\"]"), PIECE("c"), false},
    {PIECE("[\"a\",\"b\"]"), PIECE("A"), false},
    {PIECE("[\"a\",\"b\"]"), PIECE(""), false},
    {PIECE("[\"ab\"]"), PIECE("a"), false},
    {PIECE("[\"a\"]"), PIECE("ab"), false},
    {PIECE("[\"a\"]"), PIECE("\"a\""), false},
    {PIECE("[\"\"]"), PIECE(""), true},
    {PIECE("[]"), PIECE(""), false},
    {PIECE(" [ \"a\" ,\n\t\"b\"\r] "), PIECE("b"), true},

    {PIECE("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"), PIECE("\"\\/\b\f\n\r\t"), true},
    {PIECE("[\"\\u00e9\"]"), PIECE("\xC3\xA9"), true},
    {PIECE("[\"\\u20AC\"]"), PIECE("\xE2\x82\xAC"), true},
    {PIECE("[\"\\ud83d\\ude00\"]"), PIECE("\xF0\x9F\x98\x80"), true},
    {PIECE("[\"\\ud83d\\n\"]"), PIECE("\xEF\xBF\xBD\n"), true},
    {PIECE("[\"\\ude00\"]"), PIECE("\xEF\xBF\xBD"), true},
    {PIECE("[\"\xF0\x9F\x98\x80\"]"), PIECE("\xF0\x9F\x98\x80"), true},
    {PIECE("[\"a\\u0000b\"]"), PIECE("a"), false},
    {PIECE("[\"a\\u0000b\"]"), PIECE("a\0b"), true},
    {PIECE("[\"a\\\\\",\"b\"]"), PIECE("b"), true},
    {PIECE("[\"a\\\"\",\"b\"]"), PIECE("b"), true},

    /* Only strings of the array itself. */
    {PIECE("[1,\"1\"]"), PIECE("1"), true},
    {PIECE("[1]"), PIECE("1"), false},
    {PIECE("[null,true]"), PIECE("null"), false},
    {PIECE("[[\"a\"],{\"b\":\"c\"},\"d\"]"), PIECE("a"), false},
    {PIECE("[[\"a\"],{\"b\":\"c\"},\"d\"]"), PIECE("c"), false},
    {PIECE("[[\"a\"],{\"b\":\"c\"},\"d\"]"), PIECE("d"), true},
    {PIECE("[[\"]\\\"\"],\"d\"]"), PIECE("d"), true},

    /* No array. */
    {PIECE(""), PIECE(""), false},
    {PIECE("a"), PIECE("a"), false},
    {PIECE("\"a\""), PIECE("a"), false},
    {PIECE("{\"a\":\"a\"}"), PIECE("a"), false},
    {PIECE("[\"a\""), PIECE("a"), false},
    {PIECE("[\"a\","), PIECE("a"), false},
    {PIECE("[\"a\",]"), PIECE("a"), false},
    {PIECE("[,\"a\"]"), PIECE("a"), false},
    {PIECE("[\"a\"]x"), PIECE("a"), false},
    {PIECE("[\"a\"]]"), PIECE("a"), false},
    {PIECE("[\"a"), PIECE("a"), false},
    {PIECE("[\"a\" \"b\"]"), PIECE("a"), false},
    {PIECE("[\"a\",\"\\x\"]"), PIECE("a"), false},
    {PIECE("[\"a\",\"\\u12\"]"), PIECE("a"), false},
    {PIECE("[\"a\",\"\\"), PIECE("a"), false},
    {PIECE("[\"a\",}]"), PIECE("a"), false},
};

/* In heap pieces of just that size, so that a sanitizer sees a byte too much.
 */
static bool has(nep_text json, nep_text member)
{
  char *first = malloc(json.size + !json.size);
  char *second = malloc(member.size + !member.size);

  ck_assert(first && second);
  memcpy(first, json.data, json.size);
  memcpy(second, member.data, member.size);
  bool is_member = nep_set_has((nep_text){first, json.size},
                               (nep_text){second, member.size});
  free(first);
  free(second);
  return is_member;
}

START_TEST(a_member_is_a_string_of_the_array)
{
  ck_assert_msg(has(cases[_i].json, cases[_i].member) == cases[_i].is_member,
                "%s: %s", cases[_i].json.data, cases[_i].member.data);
}
END_TEST

START_TEST(a_cut_array_has_no_members)
{
  for (size_t cut = 0; cut < cases[_i].json.size; cut++) {
    nep_text part = {cases[_i].json.data, cut};
    if (cut == 0 || part.data[cut - 1] != ']')
      ck_assert(!has(part, cases[_i].member));
  }
}
END_TEST

START_TEST(damage_does_no_harm)
{
  static const char bytes[] = "[]{}\",\\u0 x\x80";
  char json[64];
  nep_text text = {json, cases[_i].json.size};

  ck_assert_uint_le(text.size, sizeof(json));
  memcpy(json, cases[_i].json.data, text.size);
  for (size_t i = 0; i < text.size; i++) {
    for (const char *byte = bytes; *byte; byte++) {
      json[i] = *byte;
      has(text, cases[_i].member);
    }
    json[i] = cases[_i].json.data[i];
  }
}
END_TEST

Suite *set_suite(void);
Suite *set_suite(void)
{
  Suite *suite = suite_create("set");
  TCase *tests = tcase_create("members");
  const int n = (int)NEP_COUNT(cases);

  tcase_add_loop_test(tests, a_member_is_a_string_of_the_array, 0, n);
  tcase_add_loop_test(tests, a_cut_array_has_no_members, 0, n);
  tcase_add_loop_test(tests, damage_does_no_harm, 0, n);
  suite_add_tcase(suite, tests);
  return suite;
}
