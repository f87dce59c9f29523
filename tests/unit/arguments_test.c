/* Arguments of CREATE VIRTUAL TABLE and the columns that they declare. */
#include "arguments.h"
#include "memory.h"
#include "plans.h"

#include <check.h>
#include <string.h>

#define BASE (&nep_schema_experiments)
#define LR "'lr' FLOAT 'config/lr'"

/* The declared columns, printed and joined by " | ". The caller frees it. */
static char *print_columns(const nep_columns *columns)
{
  sqlite3_str *out = sqlite3_str_new(NULL);

  for (size_t i = 0; i < columns->n; i++) {
    if (i)
      sqlite3_str_appendall(out, " | ");
    nep_columns_append(out, &columns->items[i]);
  }
  return sqlite3_str_finish(out);
}

static const struct {
  const char *argv[3];
  const char *project, *nql, *columns;
  const char *error; /* how it begins; NULL: accepted */
} arguments[] = {
    {{NULL}, NULL, NULL, NULL, NULL},
    {{""}, NULL, NULL, NULL, NULL},
    {{" \t\n"}, NULL, NULL, NULL, NULL},
    {{"project = 'team/vision'"}, "team/vision", NULL, NULL, NULL},
    {{"project='team/vision'"}, "team/vision", NULL, NULL, NULL},
    {{"\n  project\t=\r\n'team/vision' "}, "team/vision", NULL, NULL, NULL},
    {{"project = \"team/vision\""}, "team/vision", NULL, NULL, NULL},
    {{"project = team/vision"}, "team/vision", NULL, NULL, NULL},
    {{"project = 'it''s/\"q\"'"}, "it's/\"q\"", NULL, NULL, NULL},
    {{"project = \"a\"\"b'c\""}, "a\"b'c", NULL, NULL, NULL},
    {{"project = ''"}, "", NULL, NULL, NULL},
    {{"project = ''''"}, "'", NULL, NULL, NULL},
    {{"project = ''''''"}, "''", NULL, NULL, NULL},
    {{"project ="}, "", NULL, NULL, NULL},
    {{"project = '"}, NULL, NULL, NULL, "argument project: a comma is missing"},
    {{"project = 'x\""},
     NULL,
     NULL,
     NULL,
     "argument project: a comma is missing"},
    {{"project = 'a' || 'b'"},
     NULL,
     NULL,
     NULL,
     "argument project: a comma is missing"},
    {{"project = ' x '"}, " x ", NULL, NULL, NULL},
    {{"nql = '`lr`:float = \"0.1\"'"},
     NULL,
     "`lr`:float = \"0.1\"",
     NULL,
     NULL},
    {{"nql='a = b = c'", "project='p/q'"}, "p/q", "a = b = c", NULL, NULL},
    {{"project /* which */ = 'a/b'"}, "a/b", NULL, NULL, NULL},
    {{"project = 'a/b'", "project = 'a/b'"},
     NULL,
     NULL,
     NULL,
     "argument project is given twice"},
    {{"nql = 'x'", "project = 'a/b'", "nql = 'y'"},
     NULL,
     NULL,
     NULL,
     "argument nql is given twice"},
    {{"api_token = 'x'"}, NULL, NULL, NULL, "unknown argument \"api_token\""},
    {{"Project = 'a/b'"}, NULL, NULL, NULL, "unknown argument \"Project\""},
    {{"projects = 'a/b'"}, NULL, NULL, NULL, "unknown argument \"projects\""},

    {{"lr FLOAT 'config/lr'"}, NULL, NULL, LR, NULL},
    {{"lr float \"config/lr\""}, NULL, NULL, LR, NULL},
    {{"`lr`FLOAT[config/lr]"}, NULL, NULL, LR, NULL},
    {{"lr/* x */FLOAT -- y\n'config/lr' -- z"}, NULL, NULL, LR, NULL},
    {{"project = 'a/b'", "lr FLOAT 'config/lr'", "nql = 'x'"},
     "a/b",
     "x",
     LR,
     NULL},
    {{"config/lr FLOAT"}, NULL, NULL, "'config/lr' FLOAT", NULL},
    {{"'config/lr' FLOAT", "b MAX 'm'"},
     NULL,
     NULL,
     "'config/lr' FLOAT | 'b' MAX 'm'",
     NULL},
    {{"a FLOAT_SERIES 'm'", "b LAST 'm'", "c LAST_STEP 'm'"},
     NULL,
     NULL,
     "'a' FLOAT_SERIES 'm' | 'b' LAST 'm' | 'c' LAST_STEP 'm'",
     NULL},
    {{"'it''s \"a\" `b`\n[c], (d) = \xC3\xA9' INT"},
     NULL,
     NULL,
     "'it''s \"a\" `b`\n[c], (d) = \xC3\xA9' INT",
     NULL},
    {{"project STRING 'config/project'"},
     NULL,
     NULL,
     "'project' STRING 'config/project'",
     NULL}, /* refused in the table */
    {{"project"}, NULL, NULL, NULL, "cannot read the column \"project\""},
    {{"= 'a/b'"}, NULL, NULL, NULL, "cannot read the column \"= 'a/b'\""},
    {{"", ""}, NULL, NULL, NULL, "cannot read the column \"\""},
    {{"'lab/vision'"}, NULL, NULL, NULL, "cannot read the column"},
    {{"lr 'FLOAT' 'x'"}, NULL, NULL, NULL, "cannot read the column"},
    {{"lr FLOAT config/lr"}, NULL, NULL, NULL, "cannot read the column"},
    {{"lr FLOAT 'a' 'b'"}, NULL, NULL, NULL, "cannot read the column"},
    {{"lr FLOAT 'a"}, NULL, NULL, NULL, "cannot read the column"},
    {{"lr FLOAT 'a' /* b"}, NULL, NULL, NULL, "cannot read the column"},
    {{"lr FLOAT(3) 'a'"}, NULL, NULL, NULL, "cannot read the column"},
    {{"lr DOUBLE 'a'"},
     NULL,
     NULL,
     NULL,
     "column \"lr\" has the unknown type \"DOUBLE\" (write FLOAT, or "
     "FLOAT_SERIES for a metric); the "
     "types are FLOAT, INT"},
    {{"lr FLOATS 'a'"}, NULL, NULL, NULL, "column \"lr\" has the unknown"},
    {{"lr UNKNOWN 'a'"}, NULL, NULL, NULL, "column \"lr\" has the unknown"},
    {{"lr FLOAT ''"}, NULL, NULL, NULL, "a column's name or path is empty"},
    {{"'' FLOAT 'a'"}, NULL, NULL, NULL, "a column's name or path is empty"},
    {{"'\xC3' FLOAT"}, NULL, NULL, NULL, "a column's name or path is not"},
    {{"a FLOAT '\xFF'"}, NULL, NULL, NULL, "a column's name or path is not"},
};

static void check_text(const char *text, const char *expected)
{
  if (expected)
    ck_assert_str_eq(text, expected);
  else
    ck_assert_msg(!text || !*text, "%s", text);
}

START_TEST(arguments_are_read_or_refused)
{
  nep_arguments read = {0};
  nep_error error = {0};
  const char *expected = arguments[_i].error;
  int n = 0;

  while (n < 3 && arguments[_i].argv[n])
    n++;
  int rc = nep_arguments_parse(&read, BASE, n, arguments[_i].argv, &error);
  ck_assert_msg(rc == (expected ? SQLITE_ERROR : SQLITE_OK), "%s",
                error.message);
  if (expected) {
    ck_assert_msg(!strncmp(error.message, expected, strlen(expected)),
                  "%s, not: %s", expected, error.message);
  } else {
    char *columns = print_columns(&read.columns);
    check_text(read.project, arguments[_i].project);
    check_text(read.nql, arguments[_i].nql);
    check_text(columns, arguments[_i].columns);
    sqlite3_free(columns);
  }
  nep_arguments_dispose(&read);
  ck_assert_ptr_null(read.project);
  nep_error_clear(&error);
}
END_TEST

START_TEST(other_tables_declare_no_columns)
{
  static const char *const argv[] = {"lr FLOAT 'config/lr'"};
  nep_arguments read = {0};
  nep_error error = {0};

  ck_assert_int_eq(
      nep_arguments_parse(&read, &nep_schema_metric_points, 1, argv, &error),
      SQLITE_ERROR);
  ck_assert_ptr_nonnull(strstr(error.message, "unknown argument \"lr FLOAT"));
  ck_assert_ptr_null(strstr(error.message, "columns"));
  nep_error_clear(&error);
  nep_arguments_dispose(&read);
}
END_TEST

START_TEST(a_long_unknown_argument_is_cut)
{
  char argument[300];
  const char *argv[] = {argument};
  nep_arguments read = {0};
  nep_error error = {0};

  memset(argument, 'x', sizeof(argument) - 1);
  argument[sizeof(argument) - 1] = 0;
  ck_assert_int_eq(nep_arguments_parse(&read, BASE, 1, argv, &error),
                   SQLITE_ERROR);
  ck_assert_uint_eq(strspn(strchr(error.message, '"') + 1, "x"), 100);
  nep_error_clear(&error);
}
END_TEST

/* Any text is an error in words, or columns whose printed form says the same.
 */
START_TEST(any_text_is_refused_or_can_be_printed)
{
  static const char *const pieces[] = {
      "lr",  "FLOAT", "max", "'", "\"", "`",  "[",        "]",       " ",
      "\n",  "--",    "/*",  "*", "/",  "*/", "=",        "project", "nql",
      "'a'", "\"b\"", "''",  ",", "(",  ")",  "\xC3\xA9", "\xFF",    "a/b"};
  unsigned long long seed = 1;
  size_t n_read = 0;

  for (int round = 0; round < 20000; round++) {
    sqlite3_str *text = sqlite3_str_new(NULL);
    size_t n = plans_random(&seed, 8);
    if (plans_random(&seed, 2))
      sqlite3_str_appendall(text, "a FLOAT ");
    for (size_t i = 0; i < n; i++)
      sqlite3_str_appendall(text,
                            pieces[plans_random(&seed, NEP_COUNT(pieces))]);
    char *argument = sqlite3_str_finish(text);
    const char *argv[] = {argument ? argument : ""};
    nep_arguments read = {0}, again = {0};
    nep_error error = {0};
    int rc = nep_arguments_parse(&read, BASE, 1, argv, &error);
    ck_assert(rc == SQLITE_OK || (rc == SQLITE_ERROR && error.message[0]));
    if (rc == SQLITE_OK && read.columns.n) {
      char *printed = print_columns(&read.columns);
      argv[0] = printed;
      ck_assert_msg(nep_arguments_parse(&again, BASE, 1, argv, &error) ==
                        SQLITE_OK,
                    "%s: %s: %s", argument, printed, error.message);
      char *reprinted = print_columns(&again.columns);
      ck_assert_str_eq(reprinted, printed);
      ck_assert_str_eq(again.columns.items[0].path, read.columns.items[0].path);
      sqlite3_free(reprinted);
      sqlite3_free(printed);
      n_read++;
    }
    nep_error_clear(&error);
    nep_arguments_dispose(&read);
    nep_arguments_dispose(&again);
    sqlite3_free(argument);
  }
  ck_assert_uint_gt(n_read, 500);
}
END_TEST

/* ---- columns ---- */

static const struct {
  const char *word, *declared, *operand; /* of path p */
  nep_kind kind;
} words[] = {
    {"FLOAT", "REAL", "`p`:float", NEP_KIND_FLOAT},
    {"INT", "INTEGER", "`p`:int", NEP_KIND_INT},
    {"STRING", "TEXT", "`p`:string", NEP_KIND_STRING},
    {"BOOL", "INTEGER", "`p`:bool", NEP_KIND_BOOL},
    {"DATETIME", "TEXT", "`p`:datetime", NEP_KIND_DATETIME},
    {"STRING_SET", "TEXT", "`p`:stringSet", NEP_KIND_SET},
    {"FLOAT_SERIES", "REAL", "last(`p`:floatSeries)", NEP_KIND_SERIES},
    {"STRING_SERIES", "TEXT", "`p`:stringSeries", NEP_KIND_STRING_SERIES},
    {"HISTOGRAM_SERIES", "TEXT", NULL, NEP_KIND_PLAIN},
    {"FILE", "TEXT", "`p`:fileRef", NEP_KIND_FILE},
    {"FILE_SERIES", "TEXT", NULL, NEP_KIND_PLAIN},
    {"EXPERIMENT_STATE", "TEXT", "`p`:experimentState", NEP_KIND_STATE},
    {"COMPLEX", "TEXT", NULL, NEP_KIND_PLAIN},
    {"GIT_REF", "TEXT", NULL, NEP_KIND_PLAIN},
    {"LAST", "REAL", "last(`p`:floatSeries)", NEP_KIND_SERIES},
    {"MIN", "REAL", "min(`p`:floatSeries)", NEP_KIND_SERIES},
    {"MAX", "REAL", "max(`p`:floatSeries)", NEP_KIND_SERIES},
    {"AVERAGE", "REAL", "average(`p`:floatSeries)", NEP_KIND_SERIES},
    {"VARIANCE", "REAL", "variance(`p`:floatSeries)", NEP_KIND_SERIES},
    {"LAST_STEP", "REAL", NULL, NEP_KIND_PLAIN},
};

START_TEST(a_type_word_says_kind_and_operand)
{
  nep_columns columns = {0};
  nep_error error = {0};

  ck_assert_int_eq(nep_columns_add(&columns, "a", words[_i].word, "p", &error),
                   SQLITE_OK);
  ck_assert_str_eq(columns.items[0].declared, words[_i].declared);
  ck_assert_int_eq(columns.items[0].kind, words[_i].kind);
  if (words[_i].operand)
    ck_assert_str_eq(columns.items[0].operand, words[_i].operand);
  else
    ck_assert_ptr_null(columns.items[0].operand);
  nep_columns_dispose(&columns);
}
END_TEST

/* How NQL would escape a backquote is not known. */
START_TEST(a_path_with_a_backquote_has_no_operand)
{
  nep_columns columns = {0};
  nep_error error = {0};

  ck_assert_int_eq(nep_columns_add(&columns, "a", "FLOAT", "b`c", &error),
                   SQLITE_OK);
  ck_assert_ptr_null(columns.items[0].operand);
  ck_assert_ptr_null(nep_schema_rule(columns.items[0].kind, NEP_OP_EQ));
  nep_columns_dispose(&columns);
}
END_TEST

static nep_definition definition(const char *path, nep_type type)
{
  return (nep_definition){(char *)path, type};
}

START_TEST(attributes_get_names_of_their_own)
{
  const nep_definition found[] = {definition("config/lr", NEP_TYPE_FLOAT),
                                  definition("config/seed", NEP_TYPE_INT),
                                  definition("config/seed", NEP_TYPE_STRING),
                                  definition("config/LR", NEP_TYPE_FLOAT),
                                  definition("Config/lr", NEP_TYPE_INT),
                                  definition("config/lr_2", NEP_TYPE_INT),
                                  definition("Owner", NEP_TYPE_STRING),
                                  definition("new", NEP_TYPE_UNKNOWN),
                                  definition("it's", NEP_TYPE_FLOAT_SERIES)};
  nep_columns columns = {0};
  nep_error error = {0};
  nep_table_schema schema = {0};

  ck_assert_int_eq(nep_columns_add_attributes(&columns, BASE, found,
                                              NEP_COUNT(found), &error),
                   SQLITE_OK);
  char *printed = print_columns(&columns);
  ck_assert_str_eq(printed,
                   "'config/lr' FLOAT | 'config/seed:int' INT 'config/seed' | "
                   "'config/seed:string' STRING 'config/seed' | "
                   "'config/LR_2' FLOAT 'config/LR' | "
                   "'Config/lr_3' INT 'Config/lr' | "
                   "'config/lr_2_2' INT 'config/lr_2' | "
                   "'Owner_2' STRING 'Owner' | 'it''s' FLOAT_SERIES");
  ck_assert_int_eq(nep_columns_extend(&columns, BASE, &schema, &error),
                   SQLITE_OK);
  ck_assert_uint_eq(schema.n_columns, BASE->n_columns + columns.n);
  sqlite3_free(printed);
  nep_columns_release(&schema);
  nep_columns_dispose(&columns);
}
END_TEST

static const struct {
  const char *first, *second; /* names */
  bool is_accepted;
} name_pairs[] = {
    {"a", "b", true},    {"a", "a", false},     {"a", "A", false},
    {"a", "a ", true},   {"a", "OWNER", false}, {"\xC3\xA9", "\xC3\x89", true},
    {"nql", "a", false},
};

START_TEST(two_columns_have_two_names)
{
  nep_columns columns = {0};
  nep_error error = {0};
  nep_table_schema schema = {0};

  nep_columns_add(&columns, name_pairs[_i].first, "FLOAT", "p", &error);
  nep_columns_add(&columns, name_pairs[_i].second, "MAX", "p", &error);
  int rc = nep_columns_extend(&columns, BASE, &schema, &error);
  ck_assert_int_eq(rc, name_pairs[_i].is_accepted ? SQLITE_OK : SQLITE_ERROR);
  if (rc == SQLITE_OK) {
    ck_assert(!schema.columns[BASE->n_columns].is_twin);
    ck_assert(schema.columns[BASE->n_columns + 1].is_twin);
  } else {
    ck_assert_ptr_nonnull(strstr(error.message, "two columns \""));
  }
  nep_error_clear(&error);
  nep_columns_release(&schema);
  nep_columns_dispose(&columns);
}
END_TEST

/* ---- memory ---- */

static int parse_all(nep_error *error)
{
  static const char *const argv[] = {"project = 'it''s/a'", "nql = bare",
                                     "lr FLOAT 'config/lr'", "'m' MAX"};
  nep_arguments read = {0};
  nep_table_schema schema = {0};

  nep_arguments_parse(&read, BASE, 4, argv, error);
  if (!error->code)
    nep_columns_extend(&read.columns, BASE, &schema, error);
  nep_columns_release(&schema);
  nep_arguments_dispose(&read);
  return error->code;
}

static int refuse(nep_error *error, const char *argument)
{
  const char *const argv[] = {argument};
  nep_arguments read = {0};
  int rc = nep_arguments_parse(&read, BASE, 1, argv, error);

  nep_arguments_dispose(&read);
  return rc == SQLITE_ERROR ? error->code = SQLITE_OK : rc;
}

static int refuse_argument(nep_error *error)
{
  return refuse(error, "token = x");
}

static int refuse_column(nep_error *error)
{
  return refuse(error, "token");
}

static int refuse_word(nep_error *error)
{
  return refuse(error, "token WORD");
}

static int name_attributes(nep_error *error)
{
  const nep_definition found[] = {definition("a", NEP_TYPE_FLOAT),
                                  definition("a", NEP_TYPE_INT),
                                  definition("Owner", NEP_TYPE_STRING)};
  nep_columns columns = {0};

  nep_columns_add_attributes(&columns, BASE, found, NEP_COUNT(found), error);
  nep_columns_dispose(&columns);
  return error->code;
}

START_TEST(without_memory_no_column_is_declared)
{
  memory_check(parse_all);
  memory_check(refuse_argument);
  memory_check(refuse_column);
  memory_check(refuse_word);
  memory_check(name_attributes);
}
END_TEST

Suite *arguments_suite(void);
Suite *arguments_suite(void)
{
  Suite *suite = suite_create("arguments");
  TCase *argument = tcase_create("arguments"),
        *column = tcase_create("columns");

  tcase_add_loop_test(argument, arguments_are_read_or_refused, 0,
                      (int)NEP_COUNT(arguments));
  tcase_add_test(argument, other_tables_declare_no_columns);
  tcase_add_test(argument, a_long_unknown_argument_is_cut);
  tcase_add_test(argument, any_text_is_refused_or_can_be_printed);
  tcase_add_loop_test(column, a_type_word_says_kind_and_operand, 0,
                      (int)NEP_COUNT(words));
  tcase_add_test(column, a_path_with_a_backquote_has_no_operand);
  tcase_add_test(column, attributes_get_names_of_their_own);
  tcase_add_loop_test(column, two_columns_have_two_names, 0,
                      (int)NEP_COUNT(name_pairs));
  tcase_add_test(column, without_memory_no_column_is_declared);
  suite_add_tcase(suite, argument);
  suite_add_tcase(suite, column);
  return suite;
}
