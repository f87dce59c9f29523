/* Bound plans as NQL. */
#include "memory.h"
#include "nql.h"
#include "numbers.h"
#include "plans.h"

#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define E &nep_schema_experiments
#define NAME "(`sys/name`:string = ?1)"
#define NAME_IN "(`sys/name`:string IN ?1)"

/* Reads a plan, and binds lists[i][0..n[i]) to its clause i. */
static void bind(nep_plan *plan, nep_binding *binding,
                 const nep_table_schema *schema, const char *text,
                 const nep_value *const *lists, const size_t *n)
{
  nep_error error = {0};

  plans_parse(plan, schema, text);
  ck_assert_int_eq(nep_binding_init(binding, plan, &error), SQLITE_OK);
  for (size_t i = 0; i < plan->n_clauses; i++)
    plans_add(binding, i, lists[i], n[i]);
  nep_binding_finish(plan, binding);
}

static void dispose(nep_plan *plan, nep_binding *binding)
{
  nep_binding_dispose(binding);
  nep_plan_dispose(plan);
}

/* Sets *nql to the next piece of NQL, or NULL: no condition. */
static void print(const nep_plan *plan, const nep_binding *binding,
                  const char *fixed, size_t max_bytes, size_t *position,
                  char **nql)
{
  nep_error error = {0};

  ck_assert_int_eq(nep_nql_print(plan, binding, fixed, NEP_PART_ALL, max_bytes,
                                 position, nql, &error),
                   SQLITE_OK);
}

/* ---- conditions ---- */

enum { CLAUSES = 3, VALUES = 3 };

static const struct {
  const char *plan; /* of experiments */
  const char *fixed;
  nep_value values[CLAUSES][VALUES];
  size_t n[CLAUSES];
  const char *nql; /* NULL: none */
} cases[] = {
    {"experiments", NULL, {{NONE}}, {0}, NULL},
    {"experiments nql " NAME,
     NULL,
     {{TEXT("a")}},
     {1},
     "(`sys/name`:string = \"a\")"},
    {"experiments nql " NAME,
     NULL,
     {{TEXT("")}},
     {1},
     "(`sys/name`:string = \"\")"},
    {"experiments nql " NAME,
     NULL,
     {{TEXT("\"; (\\")}},
     {1},
     "(`sys/name`:string = \"\\\"; (\\\\\")"},
    {"experiments nql " NAME, NULL, {{INTEGER(5)}}, {1}, NULL},
    {"experiments nql " NAME_IN,
     NULL,
     {{TEXT("a")}},
     {1},
     "(`sys/name`:string = \"a\")"},
    {"experiments nql " NAME_IN,
     NULL,
     {{TEXT("a"), TEXT("b"), TEXT("c")}},
     {3},
     "((`sys/name`:string = \"a\") OR (`sys/name`:string = \"b\") OR "
     "(`sys/name`:string = \"c\"))"},
    {"experiments nql (`sys/name`:string MATCHES ?1)~",
     NULL,
     {{TEXT("^\\d+\"$")}},
     {1},
     "((`sys/name`:string MATCHES \"^\\\\d+\\\"$\") OR "
     "(`sys/name`:string MATCHES \"(?s)^.{1000}\"))"},
    {"experiments nql (`sys/name`:string CONTAINS ?1)~",
     NULL,
     {{TEXT("\"x\\")}},
     {1},
     "((`sys/name`:string CONTAINS \"\\\"x\\\\\") OR "
     "(`sys/name`:string MATCHES \"(?s)^.{1000}\"))"},
    {"experiments nql (`sys/tags`:stringSet CONTAINS ?1)",
     NULL,
     {{TEXT("\"x\\")}},
     {1},
     "(`sys/tags`:stringSet CONTAINS \"\\\"x\\\\\")"},
    {"experiments nql (`sys/name`:string CONTAINS ?1)~",
     NULL,
     {{TEXT("")}},
     {1},
     NULL},
    {"experiments nql (`sys/state`:experimentState = ?1)~",
     NULL,
     {{TEXT("active")}},
     {1},
     "(`sys/state`:experimentState = \"active\")"},
    {"experiments nql (`sys/failed`:bool = ?1)",
     NULL,
     {{INTEGER(1)}},
     {1},
     "(`sys/failed`:bool = \"True\")"},
    {"experiments nql (`sys/failed`:bool IN ?1)",
     NULL,
     {{INTEGER(0), REAL(1)}},
     {2},
     "((`sys/failed`:bool = \"False\") OR (`sys/failed`:bool = \"True\"))"},
    {"experiments nql (`sys/archived`:bool = ?1)~",
     NULL,
     {{INTEGER(0)}},
     {1},
     "((`sys/archived`:bool = \"False\") OR (`sys/trashed`:bool = \"False\"))"},
    {"experiments nql (`sys/archived`:bool IN ?1)~",
     NULL,
     {{INTEGER(0), INTEGER(1)}},
     {2},
     "((`sys/archived`:bool = \"False\") OR (`sys/trashed`:bool = \"False\") "
     "OR (`sys/archived`:bool = \"True\") OR (`sys/trashed`:bool = \"True\"))"},
    {"experiments nql (`sys/forking/step`:float < ?1) AND "
     "(`sys/forking/step`:float >= ?2) AND (`sys/forking/step`:float <= ?3)",
     NULL,
     {{REAL(0.1)}, {INTEGER(-3)}, {REAL(1e300)}},
     {1, 1, 1},
     "(`sys/forking/step`:float < \"0.1\") AND "
     "(`sys/forking/step`:float >= \"-3.0\") AND "
     "(`sys/forking/step`:float <= \"1.0e+300\")"},
    {"experiments nql (`sys/forking/step`:float > ?1)",
     NULL,
     {{TEXT("x")}},
     {1},
     NULL},
    {"experiments nql (`sys/creation_time`:datetime >= ?1)",
     NULL,
     {{TEXT("2024-02-05")}},
     {1},
     "(`sys/creation_time`:datetime >= \"2024-02-05T00:00:00.000Z\")"},
    {"experiments nql (`sys/creation_time`:datetime > ?1) AND "
     "(`sys/ping_time`:datetime <= ?2)",
     NULL,
     {{TEXT("2024-02-05 20:00:00.123")}, {TEXT("9999-12-31")}},
     {1, 1},
     "(`sys/creation_time`:datetime > \"2024-02-05T20:00:00.123Z\") AND "
     "(`sys/ping_time`:datetime < \"9999-12-31T00:00:00.000Z\")"},
    {"experiments | project = ?1", NULL, {{TEXT("a/b")}}, {1}, NULL},
    {"experiments nql " NAME " | project = ?2",
     NULL,
     {{TEXT("a")}, {TEXT("a/b")}},
     {1, 1},
     "(`sys/name`:string = \"a\")"},

    {"experiments nql (?1)",
     NULL,
     {{TEXT("`a`:int > 1 OR `b`:int > 1")}},
     {1},
     "(`a`:int > 1 OR `b`:int > 1)"},
    {"experiments nql (?1) AND (`sys/owner`:string = ?2)",
     "`c`:int = 1 OR `d`:int = 1",
     {{TEXT("`a`:int > 1 OR `b`:int > 1")}, {TEXT("me")}},
     {1, 1},
     "(`c`:int = 1 OR `d`:int = 1) AND (`a`:int > 1 OR `b`:int > 1) AND "
     "(`sys/owner`:string = \"me\")"},
    {"experiments nql (?1) AND (?2)",
     NULL,
     {{TEXT("x")}, {TEXT("y")}},
     {1, 1},
     "(x) AND (y)"},
    {"experiments", "`c`:int = 1", {{NONE}}, {0}, "(`c`:int = 1)"},
    {"experiments", "", {{NONE}}, {0}, NULL},
    {"experiments", " \t\r\n", {{NONE}}, {0}, NULL},
    {"experiments nql (?1)", "", {{TEXT("  ")}}, {1}, NULL},
    {"experiments nql (?1)", NULL, {{INTEGER(1)}}, {1}, NULL},
    {"experiments nql " NAME_IN " AND (?2)",
     "f",
     {{TEXT("a"), TEXT("b")}, {TEXT("r")}},
     {2, 1},
     "(f) AND (r) AND ((`sys/name`:string = \"a\") OR "
     "(`sys/name`:string = \"b\"))"},
};

START_TEST(conditions_are_printed)
{
  const nep_value *lists[CLAUSES];
  nep_plan plan;
  nep_binding binding;
  size_t position = 0;

  for (size_t i = 0; i < CLAUSES; i++)
    lists[i] = cases[_i].values[i];
  bind(&plan, &binding, E, cases[_i].plan, lists, cases[_i].n);
  char *nql = NULL;
  print(&plan, &binding, cases[_i].fixed, 1000000, &position, &nql);
  ck_assert_uint_eq(position, 0);
  if (cases[_i].nql)
    ck_assert_str_eq(nql, cases[_i].nql);
  else
    ck_assert_ptr_null(nql);
  sqlite3_free(nql);
  dispose(&plan, &binding);
}
END_TEST

/* ---- quoting ---- */

/* Reads one NQL string at at, decoded into out; returns the place behind. */
static const char *read_string(const char *at, sqlite3_str *out)
{
  ck_assert_int_eq(*at++, '"');
  for (; *at != '"'; at++) {
    at += *at == '\\';
    ck_assert_msg(*at != '\0', "the string does not end%s", "");
    sqlite3_str_appendchar(out, 1, *at);
  }
  return at + 1;
}

/* The nql's strings, decoded, each followed by a line end. Parentheses outside
** strings and operands must be balanced. */
static char *strings_of(const char *nql)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  int depth = 0;

  sqlite3_str_appendall(out, "\n");
  while (*nql) {
    if (*nql == '"') {
      nql = read_string(nql, out);
      sqlite3_str_appendall(out, "\n");
      continue;
    }
    if (*nql == '`')
      nql = strchr(nql + 1, '`');
    ck_assert_ptr_nonnull(nql);
    depth += (*nql == '(') - (*nql == ')');
    ck_assert_int_ge(depth, 0);
    nql++;
  }
  ck_assert_int_eq(depth, 0);
  return sqlite3_str_finish(out);
}

static const char *const metacharacters[] = {
    "\"",   "\\",    "\\\"",     "\"\\",
    "'",    "`",     "(",        ")",
    "((",   "\\n",   "\n",       "\r",
    "\t",   "\x01",  "\xC3\xA9", "\xF0\x9F\x98\x80",
    "*",    ".",     "?1",       "{x}",
    " OR ", " AND ", "--",       "/*",
    "$",    "^",     "[",        "]",
    "|",    "%",     "%s",       ";"};

/* At the beginning, in the middle, at the end, twice, alone. */
static const char *const shapes[] = {"%sab", "a%sb", "ab%s", "%s%s", "%s"};

static const char *const text_plans[] = {
    "experiments nql (`sys/name`:string = ?1)",
    "experiments nql (`sys/name`:string IN ?1)",
    "experiments nql (`sys/name`:string MATCHES ?1)~",
};

START_TEST(a_metacharacter_stays_inside_its_string)
{
  for (size_t shape = 0; shape < NEP_COUNT(shapes); shape++) {
    for (size_t i = 0; i < NEP_COUNT(text_plans); i++) {
      char *text = sqlite3_mprintf(shapes[shape], metacharacters[_i],
                                   metacharacters[_i]);
      nep_value values[2] = {
          {.type = NEP_VALUE_TEXT, .text = text, .size = strlen(text)},
          TEXT("last")};
      const nep_value *lists[] = {values};
      size_t n = i == 1 ? 2 : 1, position = 0;
      nep_plan plan;
      nep_binding binding;
      bind(&plan, &binding, E, text_plans[i], lists, &n);
      char *nql = NULL;
      print(&plan, &binding, NULL, 1000000, &position, &nql);
      char *strings = strings_of(nql);
      char *expected = sqlite3_mprintf("\n%s\n%s", text,
                                       i == 1   ? "last\n"
                                       : i == 2 ? "(?s)^.{1000}\n"
                                                : "");
      ck_assert_str_eq(strings, expected);
      sqlite3_free(expected);
      sqlite3_free(strings);
      sqlite3_free(nql);
      sqlite3_free(text);
      dispose(&plan, &binding);
    }
  }
}
END_TEST

START_TEST(a_string_is_quoted_by_its_size)
{
  sqlite3_str *out = sqlite3_str_new(NULL);

  nep_nql_append_string(out, (nep_text){"a\"b\\cd", 5});
  nep_nql_append_string(out, (nep_text){NULL, 0});
  char *text = sqlite3_str_finish(out);
  ck_assert_str_eq(text, "\"a\\\"b\\\\c\"\"\"");
  sqlite3_free(text);
}
END_TEST

/* ---- numbers ---- */

static double random_number(unsigned long long *seed)
{
  unsigned long long bits = 0;
  double number;

  for (int i = 0; i < 4; i++)
    bits = bits << 16 | plans_random(seed, 1 << 16);
  memcpy(&number, &bits, sizeof(number));
  return isfinite(number) ? number : 0.1;
}

/* Nothing is rounded: what is sent is the number that SQLite compares with. */
START_TEST(a_number_is_sent_as_the_same_number)
{
  static const double edges[] = {0.0,
                                 -0.0,
                                 0.1,
                                 0.3,
                                 1e22,
                                 1e23,
                                 5e-324,
                                 2.2250738585072014e-308,
                                 1.7976931348623157e308,
                                 -1e300,
                                 9007199254740992,
                                 123456789012345680.0};
  unsigned long long seed = 3;

  for (size_t i = 0; i < 20000; i++) {
    nep_value value =
        REAL(i < NEP_COUNT(edges) ? edges[i] : random_number(&seed));
    const nep_value *lists[] = {&value};
    size_t n = 1, position = 0;
    nep_plan plan;
    nep_binding binding;
    bind(&plan, &binding, E, "experiments nql (`sys/forking/step`:float = ?1)",
         lists, &n);
    char *nql = NULL;
    print(&plan, &binding, NULL, 1000, &position, &nql);
    double sent = strtod(strchr(nql, '"') + 1, NULL);
    ck_assert_msg(numbers_same(sent, value.real), "%.17g: %s", value.real, nql);
    sqlite3_free(nql);
    dispose(&plan, &binding);
  }
}
END_TEST

/* ---- raw NQL ---- */

static const struct {
  const char *nql;
  bool is_closed;
} raws[] = {
    {"`a`:int = 1", true},
    {"(a) AND (b)", true},
    {"a) OR (b", false},
    {"(a", false},
    {"a)", false},
    {"a = \"\\\")\"", true},
    {"a = \"(", false},
    {"`a)`:int = 1", true},
    {"a = \"x\\\") OR (b = \"", true},
    {"`a", false},
};

START_TEST(raw_nql_stays_in_its_parentheses)
{
  const nep_value value = {.type = NEP_VALUE_TEXT,
                           .text = (char *)(uintptr_t)raws[_i].nql,
                           .size = strlen(raws[_i].nql)};
  const nep_value *lists[] = {&value};
  const size_t n = 1;
  size_t position = 0;
  char *nql = NULL;
  nep_error error = {0};
  nep_plan plan;
  nep_binding binding;

  bind(&plan, &binding, E, "experiments nql (?1)", lists, &n);
  int rc = nep_nql_print(&plan, &binding, NULL, NEP_PART_ALL, 1000, &position,
                         &nql, &error);
  ck_assert_int_eq(rc, raws[_i].is_closed ? SQLITE_OK : SQLITE_ERROR);
  nep_error_clear(&error);
  sqlite3_free(nql);
  dispose(&plan, &binding);
}
END_TEST

/* ---- long lists ---- */

enum { LONGEST = 60 };

/* Texts of different lengths. */
static void make_values(nep_value values[LONGEST], size_t n)
{
  for (size_t i = 0; i < n; i++) {
    char *text =
        sqlite3_mprintf("%.*c%d\"", (int)(1 + i * 7 % 30), 'v', (int)i);
    values[i] =
        (nep_value){.type = NEP_VALUE_TEXT, .text = text, .size = strlen(text)};
  }
}

/* Prints all pieces; returns all their strings but those of the other
** conditions, and checks the length of each piece. */
static char *print_pieces(const nep_plan *plan, const nep_binding *binding,
                          size_t max_bytes, size_t *n_pieces)
{
  static const char others[] = "(f) AND (r) AND (`sys/owner`:string = \"me\")";
  sqlite3_str *all = sqlite3_str_new(NULL);
  size_t position = 0, before = 0;

  *n_pieces = 0;
  sqlite3_str_appendall(all, "\n");
  do {
    char *nql = NULL;
    print(plan, binding, "f", max_bytes, &position, &nql);
    ck_assert_mem_eq(nql, others, sizeof(others) - 1);
    char *strings = strings_of(nql);
    const char *own = strchr(strings + 1, '\n') + 1; /* after "me" */
    sqlite3_str_appendall(all, own);
    size_t last = strlen(strrchr(nql, '(')) + sizeof(" OR ") - 1;
    bool is_single = strchr(own, '\n')[1] == '\0';
    ck_assert_msg(is_single || strlen(nql) - last < max_bytes + 1,
                  "%zu bytes: %s", max_bytes, nql);
    ck_assert(position == 0 || position > before);
    before = position;
    ++*n_pieces;
    sqlite3_free(strings);
    sqlite3_free(nql);
  } while (position);
  return sqlite3_str_finish(all);
}

START_TEST(a_list_is_split_with_each_value_once_and_in_order)
{
  static const size_t limits[] = {0, 1, 50, 100, 137, 500, 1000, 2000, 1000000};
  static const nep_value raw = TEXT("r"), owner = TEXT("me");
  nep_value values[LONGEST];
  const nep_value *lists[] = {values, &raw, &owner};
  size_t n[] = {2 + (size_t)_i, 1, 1}, n_pieces, last_pieces = SIZE_MAX;
  sqlite3_str *out = sqlite3_str_new(NULL);

  make_values(values, n[0]);
  sqlite3_str_appendall(out, "\n");
  for (size_t i = 0; i < n[0]; i++)
    sqlite3_str_appendf(out, "%s\n", values[i].text);
  char *expected = sqlite3_str_finish(out);
  for (size_t i = 0; i < NEP_COUNT(limits); i++) {
    nep_plan plan;
    nep_binding binding;
    bind(&plan, &binding, E,
         "experiments nql (`sys/name`:string IN ?1) AND (?2) AND "
         "(`sys/owner`:string = ?3)",
         lists, n);
    char *all = print_pieces(&plan, &binding, limits[i], &n_pieces);
    ck_assert_str_eq(all, expected);
    ck_assert_uint_le(n_pieces, last_pieces);
    last_pieces = n_pieces;
    if (limits[i] <= 1)
      ck_assert_uint_eq(n_pieces, n[0]);
    sqlite3_free(all);
    dispose(&plan, &binding);
  }
  ck_assert_uint_eq(n_pieces, 1);
  sqlite3_free(expected);
  for (size_t i = 0; i < n[0]; i++)
    nep_value_dispose(&values[i]);
}
END_TEST

START_TEST(the_longest_list_is_split_another_is_whole_or_not_sent)
{
  static const char other[] =
      "((`sys/name`:string = \"a\") OR (`sys/name`:string = \"b\"))";
  static const nep_value names[] = {TEXT("a"), TEXT("b")};
  static const nep_value owners[] = {TEXT("u"), TEXT("v"), TEXT("w"),
                                     TEXT("x"), TEXT("y"), TEXT("z")};
  static const size_t limits[] = {1, 2 * sizeof(other) - 3,
                                  2 * sizeof(other) - 2, 1000};
  const nep_value *lists[] = {names, owners};
  const size_t n[] = {2, 6}, length = sizeof(other) - 1;
  size_t position = 0, n_pieces = 0, found = 0;
  nep_plan plan;
  nep_binding binding;

  bind(&plan, &binding, E,
       "experiments nql " NAME_IN " AND (`sys/owner`:string IN ?2)", lists, n);
  do {
    char *nql = NULL;
    print(&plan, &binding, NULL, limits[_i], &position, &nql);
    ck_assert_int_eq(strncmp(nql, other, length) == 0,
                     limits[_i] / 2 >= length);
    for (size_t i = 0; i < NEP_COUNT(owners); i++) {
      char *quoted = sqlite3_mprintf("\"%s\"", owners[i].text);
      if (strstr(nql, quoted))
        ck_assert_uint_eq(found++, i);
      sqlite3_free(quoted);
    }
    n_pieces++;
    sqlite3_free(nql);
  } while (position);
  ck_assert_uint_eq(found, NEP_COUNT(owners));
  ck_assert_int_eq(n_pieces > 1, limits[_i] < 1000);
  dispose(&plan, &binding);
}
END_TEST

/* A list that SQLite compares alone is no reason to ask twice. */
START_TEST(a_list_that_is_not_sent_is_not_split)
{
  static const nep_value names[] = {TEXT("a"), INTEGER(1), TEXT("c")};
  static const nep_value projects[] = {TEXT("a/b"), TEXT("c/d")};
  const nep_value *lists[] = {names, projects};
  const size_t n[] = {3, 2};
  nep_plan plan;
  nep_binding binding;
  size_t position = 0;

  bind(&plan, &binding, E, "experiments nql " NAME_IN " | project IN ?2", lists,
       n);
  char *nql = NULL;
  print(&plan, &binding, NULL, 1, &position, &nql);
  ck_assert_ptr_null(nql);
  ck_assert_uint_eq(position, 0);
  dispose(&plan, &binding);
}
END_TEST

/* ---- memory ---- */

static nep_plan memory_plan;
static nep_binding memory_binding;

static int print_long_list(nep_error *error)
{
  size_t position = 0;
  int rc;

  do {
    char *nql = NULL;
    size_t before = position;
    rc = nep_nql_print(&memory_plan, &memory_binding, "`f`:int = 1",
                       NEP_PART_ALL, 800, &position, &nql, error);
    ck_assert((rc == SQLITE_OK) == (nql != NULL));
    ck_assert(rc == SQLITE_OK || position == 0 || position > before);
    sqlite3_free(nql);
  } while (rc == SQLITE_OK && position);
  return rc;
}

static int print_one_value(nep_error *error)
{
  size_t position = 0;
  char *nql = NULL;
  int rc = nep_nql_print(&memory_plan, &memory_binding, NULL, NEP_PART_ALL, 800,
                         &position, &nql, error);

  if (rc == SQLITE_OK)
    ck_assert_str_eq(nql ? nql : "everything", "(`sys/name`:string = \"one\")");
  sqlite3_free(nql);
  return rc;
}

START_TEST(without_memory_no_condition_is_left_out)
{
  static const nep_value value[] = {TEXT("one")};
  const nep_value *lists[] = {value};
  const size_t n = 1;

  bind(&memory_plan, &memory_binding, E,
       "experiments nql (`sys/name`:string = ?1)", lists, &n);
  memory_check(print_one_value);
  dispose(&memory_plan, &memory_binding);
}
END_TEST

START_TEST(without_memory_no_nql_is_printed)
{
  nep_value values[LONGEST];
  const nep_value *lists[] = {values};
  const size_t n = LONGEST;

  make_values(values, n);
  bind(&memory_plan, &memory_binding, E, "experiments nql " NAME_IN, lists, &n);
  memory_check(print_long_list);
  dispose(&memory_plan, &memory_binding);
  for (size_t i = 0; i < n; i++)
    nep_value_dispose(&values[i]);
}
END_TEST

Suite *nql_suite(void);
Suite *nql_suite(void)
{
  Suite *suite = suite_create("nql");
  TCase *print_case = tcase_create("print"), *lists = tcase_create("lists");
  TCase *memory = tcase_create("memory");

  tcase_add_loop_test(print_case, conditions_are_printed, 0,
                      (int)NEP_COUNT(cases));
  tcase_add_loop_test(print_case, a_metacharacter_stays_inside_its_string, 0,
                      (int)NEP_COUNT(metacharacters));
  tcase_add_test(print_case, a_string_is_quoted_by_its_size);
  tcase_add_test(print_case, a_number_is_sent_as_the_same_number);
  tcase_add_loop_test(lists, a_list_is_split_with_each_value_once_and_in_order,
                      0, LONGEST - 1);
  tcase_add_loop_test(print_case, raw_nql_stays_in_its_parentheses, 0,
                      (int)NEP_COUNT(raws));
  tcase_add_loop_test(
      lists, the_longest_list_is_split_another_is_whole_or_not_sent, 0, 4);
  tcase_add_test(lists, a_list_that_is_not_sent_is_not_split);
  tcase_add_test(memory, without_memory_no_nql_is_printed);
  tcase_add_test(memory, without_memory_no_condition_is_left_out);
  suite_add_tcase(suite, print_case);
  suite_add_tcase(suite, lists);
  suite_add_tcase(suite, memory);
  return suite;
}
