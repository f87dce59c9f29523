/* Tables, rules; and dictionaries. */
#include "dictionary.h"
#include "memory.h"
#include "schema.h"

#include <check.h>
#include <string.h>

/* ---- tables ---- */

static const struct {
  const nep_table_schema *schema;
  const char *declaration;
} tables[] = {
#define KEYS "CREATE TABLE x(\"experiment\" TEXT, \"run_id\" TEXT, \"sys_id\" "
#define RUNS                                                                   \
  KEYS "TEXT, \"creation_time\" TEXT, \"modification_time\" TEXT, "            \
       "\"ping_time\" TEXT, \"owner\" TEXT, \"description\" TEXT, "            \
       "\"state\" TEXT, \"tags\" TEXT, \"group_tags\" TEXT, "                  \
       "\"failed\" INTEGER, \"archived\" INTEGER, "                            \
       "\"running_time_seconds\" REAL, \"parent_run_id\" TEXT, "               \
       "\"fork_step\" REAL, \"project\" TEXT, \"nql\" TEXT HIDDEN, "           \
       "\"attributes\" TEXT HIDDEN, "                                          \
       "PRIMARY KEY(\"project\", \"sys_id\")) WITHOUT ROWID"
    {&nep_schema_experiments, RUNS},
    {&nep_schema_runs, RUNS},
    {&nep_schema_attributes,
     KEYS "TEXT, \"attribute\" TEXT, \"type\" TEXT, \"value\", "
          "\"last_step\" REAL, \"min\" REAL, \"max\" REAL, "
          "\"average\" REAL, \"variance\" REAL, \"project\" TEXT, "
          "\"nql\" TEXT HIDDEN, PRIMARY KEY(\"project\", \"sys_id\", "
          "\"attribute\")) WITHOUT ROWID"},
    {&nep_schema_metric_points,
     KEYS "TEXT, \"attribute\" TEXT, \"step\" REAL, \"timestamp\" TEXT, "
          "\"value\" REAL, \"is_preview\" INTEGER, "
          "\"preview_completion\" REAL, \"project\" TEXT, "
          "\"nql\" TEXT HIDDEN, \"include_previews\" INTEGER HIDDEN, "
          "\"lineage\" TEXT HIDDEN, \"tail\" INTEGER HIDDEN, "
          "PRIMARY KEY(\"project\", \"sys_id\", \"attribute\", \"step\")) "
          "WITHOUT ROWID"},
    {&nep_schema_requests,
     "CREATE TABLE x(\"id\" INTEGER, \"started_at\" TEXT, "
     "\"method\" TEXT, \"path\" TEXT, \"query\" TEXT, \"rows\" INTEGER, "
     "\"request_bytes\" INTEGER, \"response_bytes\" INTEGER, "
     "\"status\" INTEGER, \"attempts\" INTEGER, \"milliseconds\" REAL, "
     "\"error\" TEXT, PRIMARY KEY(\"id\")) WITHOUT ROWID"},
};

START_TEST(a_table_is_declared_with_its_key)
{
  char *declaration = nep_schema_declaration(tables[_i].schema);

  ck_assert_str_eq(declaration, tables[_i].declaration);
  sqlite3_free(declaration);
}
END_TEST

START_TEST(a_declaration_quotes_names)
{
  static const nep_column columns[] = {{"a \"b\", (c)", "TEXT", NEP_KIND_PLAIN,
                                        NEP_TYPE_STRING, NULL, NULL, true,
                                        false, 0, false}};
  static const nep_table_schema schema = {"t", columns, 1, NEP_TYPE_UNKNOWN};
  char *declaration = nep_schema_declaration(&schema);

  ck_assert_str_eq(declaration,
                   "CREATE TABLE x(\"a \"\"b\"\", (c)\" TEXT, "
                   "PRIMARY KEY(\"a \"\"b\"\", (c)\")) WITHOUT ROWID");
  sqlite3_free(declaration);
}
END_TEST

/* Positions that code reads by name, and what stands there. */
static const struct {
  const nep_table_schema *schema;
  size_t position;
  const char *name;
} positions[] = {
    {&nep_schema_runs, NEP_RUNS_SYS_ID, "sys_id"},
    {&nep_schema_runs, NEP_RUNS_ARCHIVED, "archived"},
    {&nep_schema_runs, NEP_RUNS_PARENT, "parent_run_id"},
    {&nep_schema_runs, NEP_RUNS_PROJECT, "project"},
    {&nep_schema_runs, NEP_RUNS_NQL, "nql"},
    {&nep_schema_runs, NEP_RUNS_ATTRIBUTES, "attributes"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_EXPERIMENT, "experiment"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_RUN_ID, "run_id"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_SYS_ID, "sys_id"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_ATTRIBUTE, "attribute"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_TYPE, "type"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_VALUE, "value"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_LAST_STEP, "last_step"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_MIN, "min"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_MAX, "max"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_AVERAGE, "average"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_VARIANCE, "variance"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_PROJECT, "project"},
    {&nep_schema_attributes, NEP_ATTRIBUTES_NQL, "nql"},
    {&nep_schema_metric_points, NEP_POINTS_EXPERIMENT, "experiment"},
    {&nep_schema_metric_points, NEP_POINTS_RUN_ID, "run_id"},
    {&nep_schema_metric_points, NEP_POINTS_SYS_ID, "sys_id"},
    {&nep_schema_metric_points, NEP_POINTS_ATTRIBUTE, "attribute"},
    {&nep_schema_metric_points, NEP_POINTS_STEP, "step"},
    {&nep_schema_metric_points, NEP_POINTS_TIMESTAMP, "timestamp"},
    {&nep_schema_metric_points, NEP_POINTS_VALUE, "value"},
    {&nep_schema_metric_points, NEP_POINTS_IS_PREVIEW, "is_preview"},
    {&nep_schema_metric_points, NEP_POINTS_COMPLETION, "preview_completion"},
    {&nep_schema_metric_points, NEP_POINTS_PROJECT, "project"},
    {&nep_schema_metric_points, NEP_POINTS_NQL, "nql"},
    {&nep_schema_metric_points, NEP_POINTS_INCLUDE_PREVIEWS,
     "include_previews"},
    {&nep_schema_metric_points, NEP_POINTS_LINEAGE, "lineage"},
    {&nep_schema_metric_points, NEP_POINTS_TAIL, "tail"},
};

START_TEST(a_column_stands_where_code_reads_it)
{
  ck_assert_uint_lt(positions[_i].position, positions[_i].schema->n_columns);
  ck_assert_str_eq(positions[_i].schema->columns[positions[_i].position].name,
                   positions[_i].name);
}
END_TEST

/* So that t('…') is t WHERE nql = '…'. */
START_TEST(the_first_hidden_column_is_nql)
{
  const nep_table_schema *schema = tables[_i].schema;
  size_t i = 0;

  while (i < schema->n_columns && !schema->columns[i].is_hidden)
    i++;
  if (i < schema->n_columns)
    ck_assert_int_eq(schema->columns[i].kind, NEP_KIND_NQL);
  else
    ck_assert_ptr_eq(schema, &nep_schema_requests);
}
END_TEST

/* A label is how a plan names a column: no two may be alike. */
START_TEST(labels_differ)
{
  const nep_table_schema *schema = tables[_i].schema;

  for (size_t i = 0; i < schema->n_columns; i++) {
    for (size_t j = 0; j < i; j++)
      ck_assert_str_ne(nep_schema_label(&schema->columns[i]),
                       nep_schema_label(&schema->columns[j]));
  }
}
END_TEST

START_TEST(an_operand_names_path_and_type)
{
  const nep_table_schema *schema = tables[_i].schema;

  for (size_t i = 0; i < schema->n_columns; i++) {
    const nep_column *column = &schema->columns[i];
    if (!column->operand)
      continue;
    char *operand = sqlite3_mprintf("`%s`:%s", column->path,
                                    nep_type_wire_name(column->type));
    ck_assert_str_eq(column->operand, operand);
    sqlite3_free(operand);
  }
}
END_TEST

START_TEST(running_time_is_the_experiments_or_the_runs)
{
  ck_assert_str_eq(nep_schema_label(&nep_schema_experiments.columns[13]),
                   "sys/experiment/running_time_seconds");
  ck_assert_str_eq(nep_schema_label(&nep_schema_runs.columns[13]),
                   "sys/running_time_seconds");
}
END_TEST

/* ---- rules ---- */

/* By kind, the operators in the order of nep_op: E exact, S superset, - local.
** = IS < <= > >= IN REGEXP <> IS NOT LIKE GLOB CONTAINS HAS IS NULL NOT NULL */
static const struct {
  nep_kind kind;
  const char *verdicts;
  bool needs_binary, is_input;
} kinds[] = {
    {NEP_KIND_PLAIN, "----------------", false, false},
    {NEP_KIND_STRING, "EE----ESSSSSS-EE", true, false},
    {NEP_KIND_STATE, "EE----E-S-------", true, false},
    {NEP_KIND_FLOAT, "EEEEEEE-S------S", false, false},
    {NEP_KIND_INT, "EEEEEEE-SS----EE", false, false},
    {NEP_KIND_SERIES, "EEEEEEE-S-------", false, false},
    {NEP_KIND_STRING_SERIES, "EE----ESS-SSS--S", true, false},
    {NEP_KIND_SET, "-------------EEE", true, false},
    {NEP_KIND_FILE, "--------------EE", true, false},
    {NEP_KIND_BOOL, "EE----E-SS----EE", false, false},
    {NEP_KIND_ARCHIVED, "SS----S---------", false, false},
    {NEP_KIND_DATETIME, "EEEEEEE-S------S", true, false},
    {NEP_KIND_PROJECT, "EE----E---------", true, true},
    {NEP_KIND_NQL, "EE--------------", true, true},
    {NEP_KIND_PATH, "EE----ES--SSS---", true, false},
    {NEP_KIND_TYPE, "EE----E---------", true, false},
    {NEP_KIND_VALUE, "SSSSSSSSS-SSSS--", true, false},
    {NEP_KIND_STEP, "EESESE----------", false, false},
    {NEP_KIND_OPTION, "EE--------------", true, true},
};

START_TEST(a_rule_gives_the_verdict)
{
  for (int op = 0; op < NEP_OP_COUNT; op++) {
    const nep_rule *rule = nep_schema_rule(kinds[_i].kind, (nep_op)op);
    char verdict = !rule                           ? '-'
                   : rule->verdict == NEP_EXACT    ? 'E'
                   : rule->verdict == NEP_SUPERSET ? 'S'
                                                   : '?';
    ck_assert_msg(verdict == kinds[_i].verdicts[op], "kind %d %s: %c",
                  (int)kinds[_i].kind, nep_op_text((nep_op)op), verdict);
  }
  ck_assert_int_eq(nep_schema_needs_binary(kinds[_i].kind),
                   kinds[_i].needs_binary);
  ck_assert_int_eq(nep_schema_is_input(kinds[_i].kind), kinds[_i].is_input);
}
END_TEST

START_TEST(no_two_rules_meet)
{
  for (size_t i = 0; i < nep_schema_n_rules; i++) {
    ck_assert_ptr_eq(
        nep_schema_rule(nep_schema_rules[i].kind, nep_schema_rules[i].op),
        &nep_schema_rules[i]);
    ck_assert_uint_gt(strlen(nep_schema_rules[i].sent), 0);
  }
}
END_TEST

/* ---- memory ---- */

static int declare(nep_error *error)
{
  char *declaration = nep_schema_declaration(&nep_schema_runs);

  if (!declaration)
    nep_error_no_memory(error);
  sqlite3_free(declaration);
  return error->code;
}

START_TEST(without_memory_a_table_is_not_declared)
{
  memory_check(declare);
}
END_TEST

static void check_text(const char *text, const char *expected)
{
  if (expected)
    ck_assert_str_eq(text, expected);
  else
    ck_assert_ptr_null(text);
}

/* ---- dictionaries ---- */

static void add(nep_dictionary *dictionary, const char *key)
{
  nep_error error = {0};

  ck_assert_int_eq(nep_dictionary_add(dictionary, nep_text_of(key), &error),
                   SQLITE_OK);
}

START_TEST(a_dictionary_finds_what_was_added)
{
  nep_dictionary dictionary = {0};
  char key[20];

  for (int i = 999; i >= 0; i--) {
    sqlite3_snprintf(sizeof(key), key, "VIS-%d", i * 2);
    add(&dictionary, key);
    add(&dictionary, key);
  }
  add(&dictionary, "");
  nep_dictionary_sort(&dictionary);
  ck_assert_uint_eq(dictionary.n, 1001);
  for (int i = 0; i < 2000; i++) {
    sqlite3_snprintf(sizeof(key), key, "VIS-%d", i);
    nep_pair *pair = nep_dictionary_find(&dictionary, nep_text_of(key));
    if (i % 2)
      ck_assert_ptr_null(pair);
    else
      ck_assert_str_eq(pair->key, key);
  }
  nep_dictionary_dispose(&dictionary);
  ck_assert_uint_eq(dictionary.n, 0);
}
END_TEST

static const struct {
  nep_text sought;
  const char *found;
} sought[] = {
    {{"VIS-1", 5}, "VIS-1"},
    {{"VIS-10", 5}, "VIS-1"},
    {{"VIS-10", 6}, "VIS-10"},
    {{"VIS-", 4}, NULL},
    {{"VIS-100", 7}, NULL},
    {{"", 0}, ""},
    {{NULL, 0}, ""},
    {{"\xC3\xA9", 2}, "\xC3\xA9"},
    {{"\xC3", 1}, NULL},
    {{"VIS-1\0", 6}, NULL},
    {{"VIS-1\0VIS-1", 11}, NULL},
};

/* Keys lie in pieces of just their size: a sanitizer sees what is too far. */
START_TEST(a_key_is_found_whole)
{
  nep_dictionary dictionary = {0};

  add(&dictionary, "\xC3\xA9");
  add(&dictionary, "VIS-10");
  add(&dictionary, "");
  add(&dictionary, "VIS-1");
  nep_dictionary_sort(&dictionary);
  nep_pair *pair = nep_dictionary_find(&dictionary, sought[_i].sought);
  check_text(pair ? pair->key : NULL, sought[_i].found);
  nep_dictionary_dispose(&dictionary);
}
END_TEST

START_TEST(an_empty_dictionary_holds_nothing)
{
  nep_dictionary dictionary = {0};

  nep_dictionary_sort(&dictionary);
  ck_assert_ptr_null(nep_dictionary_find(&dictionary, nep_text_of("a")));
  ck_assert_ptr_null(nep_dictionary_find(&dictionary, nep_text_of("")));
  nep_dictionary_clear(&dictionary);
  nep_dictionary_dispose(&dictionary);
}
END_TEST

START_TEST(a_cleared_dictionary_frees_what_its_pairs_own)
{
  nep_dictionary dictionary = {0};
  long before = memory_pieces();

  for (int round = 0; round < 2; round++) {
    add(&dictionary, "a");
    add(&dictionary, "b");
    nep_dictionary_sort(&dictionary);
    dictionary.pairs[0].text = sqlite3_mprintf("text");
    dictionary.pairs[1].json = sqlite3_str_new(NULL);
    sqlite3_str_appendall(dictionary.pairs[1].json, "{}");
    nep_dictionary_clear(&dictionary);
    ck_assert_ptr_null(nep_dictionary_find(&dictionary, nep_text_of("a")));
  }
  nep_dictionary_dispose(&dictionary);
  ck_assert_int_eq(memory_pieces(), before);
}
END_TEST

static int fill_dictionary(nep_error *error)
{
  nep_dictionary dictionary = {0};
  char key[] = "a";

  for (; key[0] <= 'z' && !error->code; key[0]++)
    nep_dictionary_add(&dictionary, nep_text_of(key), error);
  nep_dictionary_sort(&dictionary);
  ck_assert_uint_eq(dictionary.n + (error->code != 0), (size_t)(key[0] - 'a'));
  nep_dictionary_dispose(&dictionary);
  return error->code;
}

START_TEST(without_memory_a_dictionary_keeps_its_keys)
{
  memory_check(fill_dictionary);
}
END_TEST

Suite *schema_suite(void);
Suite *schema_suite(void)
{
  Suite *suite = suite_create("schema");
  TCase *table = tcase_create("tables"), *rule = tcase_create("rules");
  TCase *dictionary = tcase_create("dictionary");
  const int n_tables = (int)NEP_COUNT(tables);

  tcase_add_loop_test(table, a_table_is_declared_with_its_key, 0, n_tables);
  tcase_add_test(table, a_declaration_quotes_names);
  tcase_add_loop_test(table, a_column_stands_where_code_reads_it, 0,
                      (int)NEP_COUNT(positions));
  tcase_add_loop_test(table, the_first_hidden_column_is_nql, 0, n_tables);
  tcase_add_loop_test(table, labels_differ, 0, n_tables);
  tcase_add_loop_test(table, an_operand_names_path_and_type, 0, n_tables);
  tcase_add_test(table, running_time_is_the_experiments_or_the_runs);
  tcase_add_loop_test(rule, a_rule_gives_the_verdict, 0, (int)NEP_COUNT(kinds));
  tcase_add_test(rule, no_two_rules_meet);
  tcase_add_test(table, without_memory_a_table_is_not_declared);
  tcase_add_test(dictionary, a_dictionary_finds_what_was_added);
  tcase_add_loop_test(dictionary, a_key_is_found_whole, 0,
                      (int)NEP_COUNT(sought));
  tcase_add_test(dictionary, an_empty_dictionary_holds_nothing);
  tcase_add_test(dictionary, a_cleared_dictionary_frees_what_its_pairs_own);
  tcase_add_test(dictionary, without_memory_a_dictionary_keeps_its_keys);
  suite_add_tcase(suite, table);
  suite_add_tcase(suite, rule);
  suite_add_tcase(suite, dictionary);
  return suite;
}
