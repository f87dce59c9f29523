/* A plan's text: what is printed is read back as the same plan, and what is no
** plan is refused. */
#include "memory.h"
#include "plans.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define E &nep_schema_experiments
#define P &nep_schema_metric_points
#define ODD &plans_odd_schema
#define A &nep_schema_attributes

/* Each as nep_plan_print would write it. */
static const struct {
  const nep_table_schema *schema;
  const char *text;
} plans[] = {
    {E, "experiments"},
    {E, "experiments nql (?1)"},
    {E, "experiments nql (?1) AND (?2={'`a`:int = \"1\"'})"},
    {E, "experiments nql (`sys/name`:string MATCHES ?12)~ AND "
        "(`sys/forking/step`:float <= ?1={0.1}) | project IN ?3 | page ?4 + ?5 "
        "| columns sys/name, project | local owner NOCASE =, experiment LIKE, "
        "tags IS NOT NULL, tags IS NOT, tags IS NULL, tags IS, tags <>, "
        "fork_step <, rowid ="},
    {E, "experiments | order sys/creation_time"},
    {E, "experiments nql (?1) | order sys/forking/step desc | page ?2 | "
        "columns sys/name"},
    {E, "experiments | count"},
    {E, "experiments nql (`sys/failed`:bool = ?1={1}) | page ?2 | count | "
        "columns sys/failed"},
    {ODD, "odd | order \"m AS n\""},
    {ODD, "odd | order \"m AS n\" AS \" AS \"\"\" desc"},
    {ODD, "odd | order \"a \"\"b\"\" | nql (c), ~\" desc"},
    {E, "experiments nql (`sys/name`:string = ?1={'it''s'})"},
    {E, "experiments nql (`sys/name`:string = ?1={''''})"},
    {E, "experiments nql (`sys/name`:string = ?1={''})"},
    {E, "experiments nql (`sys/name`:string = ?1={'} | (?2) AND \"{'})~"},
    {E, "experiments nql (`sys/name`:string = ?1={'\xC3\xA9\xF0\x9F\x98\x80"
        "\xFF\n'})"},
    {E, "experiments nql (`sys/name`:string = ?1={NULL})"},
    {E, "experiments nql (`sys/failed`:bool = ?1={-1})"},
    {E, "experiments | project = ?1={'a/b'} | page ?2"},
    {P, "metric_points nql (`sys/id`:string IN ?3) | attribute REGEXP ?1~ | "
        "step < ?2={5}~ | step >= ?4 | include_previews = ?5 | lineage = ?6 | "
        "tail = ?7 | columns attribute, step, value | local value >"},
    {E, "experiments | local owner IS =, owner ISO =, owner LIKE LIKE, "
        "owner MATCHES <, owner IS IS NOT NULL, owner FUNCTION FUNCTION, "
        "owner \"<\" =, owner \"a \"\"b\"\", | c\" =, owner \"=\" =, "
        "owner \"\" ="},
    {E, "experiments nql (`sys/tags`:stringSet CONTAINS ?1={'a'}) AND "
        "(`sys/name`:string CONTAINS ?2)~ | local owner HAS, tags CONTAINS, "
        "owner CONTAINS HAS, owner HAS CONTAINS"},
    {A, "attributes nql (`sys/id`:string = ?1) | type = ?2 | definitions | "
        "columns type | local sys_id LIKE"},
    {A, "attributes | definitions"},
    {A, "attributes | value HAS ?1~ | value CONTAINS ?2={'a'}~ | value <= "
        "?3={0.5}~ | value IN ?4~ | attribute = ?5 | type IS ?6"},
    {P, "metric_points | attribute CONTAINS ?1={'a'}~"},
    {ODD, "odd nql (`a \"b\" | (c)`:int < ?1) AND (`config/lr`:floatSeries > "
          "?2) AND (`config/lr`:float > ?3) AND (`it's {new}`:datetime = ?4)"},
    {ODD, "odd | columns \"a \"\"b\"\" | nql (c), ~\", config/lr, \"config/lr "
          "series\", \"a/gr\xC3\xB6\xC3\x9F"
          "e\", \"it's {new}\", \"\", \"\"\"\", columns, \"local IS\""},
    {ODD, "odd nql (max(`m AS n`:floatSeries) > ?1) AND "
          "(max(`m AS n`:floatSeries) AS config/lr <= ?2={1}) AND "
          "(last(`m AS n`:floatSeries) AS \" AS \"\"\" IN ?3) | columns "
          "config/lr, \"m AS n\", \"m AS n\" AS config/lr, \"m AS n\" AS "
          "\" AS \"\"\", columns | local \" AS \"\"\" IS NULL"},
    {ODD, "odd | columns \"m AS n\" AS config/lr"},
    {ODD, "odd | local \"best \"\"acc\"\"\" =, \"\" NOCASE =, \"\"\"\" IS, "
          "columns <>, \"local IS\" IS NOT NULL, \"gr\xC3\xB6\xC3\x9F"
          "e\" x =, nql LIKE"},
};

START_TEST(a_plan_is_read_and_printed_alike)
{
  nep_plan plan;

  plans_parse(&plan, plans[_i].schema, plans[_i].text);
  char *text = nep_plan_print(&plan);
  ck_assert_str_eq(text, plans[_i].text);
  sqlite3_free(text);
  nep_plan_dispose(&plan);
}
END_TEST

START_TEST(every_part_is_read)
{
  nep_plan plan;

  plans_parse(&plan, E,
              "experiments nql (`sys/name`:string MATCHES ?2={'x'})~ | "
              "project IN ?1 | page ?4 + ?3 | columns sys/id | "
              "local owner NOCASE <>");
  ck_assert_ptr_eq(plan.schema, E);
  ck_assert_uint_eq(plan.n_clauses, 2);
  ck_assert_int_eq(plan.clauses[0].column, EXPERIMENT);
  ck_assert_int_eq(plan.clauses[0].op, NEP_OP_REGEXP);
  ck_assert_int_eq(plan.clauses[0].verdict, NEP_SUPERSET);
  ck_assert_int_eq(plan.clauses[0].argument, 2);
  ck_assert_str_eq(plan.clauses[0].literal, "'x'");
  ck_assert_int_eq(plan.clauses[1].column, PROJECT);
  ck_assert_int_eq(plan.clauses[1].op, NEP_OP_IN);
  ck_assert_int_eq(plan.clauses[1].verdict, NEP_EXACT);
  ck_assert_int_eq(plan.clauses[1].argument, 1);
  ck_assert_ptr_null(plan.clauses[1].literal);
  ck_assert_int_eq(plan.n_arguments, 4);
  ck_assert_int_eq(plan.limit_argument, 4);
  ck_assert_int_eq(plan.offset_argument, 3);
  for (size_t i = 0; i < plan.schema->n_columns; i++)
    ck_assert_int_eq(plan.is_used[i], i == SYS_ID);
  ck_assert_uint_eq(plan.n_locals, 1);
  ck_assert_int_eq(plan.locals[0].column, OWNER);
  ck_assert_int_eq(plan.locals[0].sqlite_op, SQLITE_INDEX_CONSTRAINT_NE);
  ck_assert_str_eq(plan.locals[0].collation, "NOCASE");
  nep_plan_dispose(&plan);
}
END_TEST

/* ---- random plans ---- */

static char *random_text(unsigned long long *seed)
{
  static const char *const pieces[] = {
      "'", "\"", "{", "}", "={", "|",        " | ", ",",    ", ", "(",
      ")", "~",  "?", "1", "\\", "\xC3\xA9", "`",   "AND ", "\n", "\xFF"};
  sqlite3_str *text = sqlite3_str_new(NULL);
  size_t n = plans_random(seed, 12);

  sqlite3_str_appendall(text, n ? "" : "x");
  while (n--)
    sqlite3_str_appendall(text, pieces[plans_random(seed, NEP_COUNT(pieces))]);
  return sqlite3_str_finish(text);
}

static nep_value random_value(unsigned long long *seed)
{
  nep_value value = {.type = (nep_value_type)plans_random(seed, 5)};

  value.integer = (sqlite3_int64)*seed;
  value.real = (double)value.integer / 3e10;
  if (value.type == NEP_VALUE_TEXT) {
    value.text = random_text(seed);
    value.size = strlen(value.text);
  }
  return value;
}

static nep_constraint random_offer(unsigned long long *seed,
                                   const nep_table_schema *schema)
{
  static const char *const collations[] = {
      NULL,    NULL,         NULL, "NOCASE", "IS", "IS NOT",
      "LIKES", "my \"own\"", "<>", ",",      ""};
  static const int ops[] = {SQLITE_INDEX_CONSTRAINT_EQ,
                            SQLITE_INDEX_CONSTRAINT_EQ,
                            SQLITE_INDEX_CONSTRAINT_GT,
                            SQLITE_INDEX_CONSTRAINT_LE,
                            SQLITE_INDEX_CONSTRAINT_LT,
                            SQLITE_INDEX_CONSTRAINT_GE,
                            SQLITE_INDEX_CONSTRAINT_MATCH,
                            SQLITE_INDEX_CONSTRAINT_LIKE,
                            SQLITE_INDEX_CONSTRAINT_GLOB,
                            SQLITE_INDEX_CONSTRAINT_REGEXP,
                            SQLITE_INDEX_CONSTRAINT_NE,
                            SQLITE_INDEX_CONSTRAINT_ISNOT,
                            SQLITE_INDEX_CONSTRAINT_ISNOTNULL,
                            SQLITE_INDEX_CONSTRAINT_ISNULL,
                            SQLITE_INDEX_CONSTRAINT_IS,
                            NEP_CONSTRAINT_CONTAINS,
                            NEP_CONSTRAINT_HAS,
                            NEP_CONSTRAINT_HAS + 1};
  nep_constraint offer = {
      .column = (int)plans_random(seed, schema->n_columns + 2) - 1,
      .sqlite_op = ops[plans_random(seed, NEP_COUNT(ops))],
      .is_usable = true,
      .has_literal = plans_random(seed, 2),
      .is_in = plans_random(seed, 4) == 0,
      .collation = collations[plans_random(seed, NEP_COUNT(collations))]};

  if (offer.has_literal)
    offer.literal = random_value(seed);
  offer.is_in &= plans_takes_list(schema, offer.column);
  if (!plans_takes_list(schema, offer.column))
    offer.sqlite_op = SQLITE_INDEX_CONSTRAINT_EQ;
  return offer;
}

enum { MOST = 9 }; /* constraints of a random plan */

static void random_plan(unsigned long long *seed, nep_plan *plan)
{
  static const nep_table_schema *const schemas[] = {E, P, ODD, A};
  const nep_table_schema *schema = schemas[plans_random(seed, 4)];
  nep_plan_options options = {
      .is_pushdown_on = true,
      .may_drop_doubles = true,
      .columns_used = *seed % 5 ? *seed : 1ULL << NEP_ATTRIBUTES_TYPE,
      .has_project = true,
      .n_order = plans_random(seed, 3),
      .order_column = (int)plans_random(seed, schema->n_columns + 1) - 1,
      .is_descending = plans_random(seed, 2)};
  nep_constraint offers[MOST];
  nep_error error = {0};
  size_t n = plans_random(seed, MOST - 1);
  bool is_possible;

  for (size_t i = 0; i < n; i++)
    offers[i] = random_offer(seed, schema);
  for (int op = SQLITE_INDEX_CONSTRAINT_LIMIT;
       op <= SQLITE_INDEX_CONSTRAINT_OFFSET && plans_random(seed, 3); op++)
    offers[n++] = (nep_constraint){.sqlite_op = op, .is_usable = true};
  ck_assert_int_eq(
      nep_plan_build(plan, schema, offers, n, &options, &is_possible, &error),
      SQLITE_OK);
  plan->is_count = plans_random(seed, 2);
  for (size_t i = 0; i < n; i++)
    nep_value_dispose(&offers[i].literal);
}

static bool same_text(const char *a, const char *b)
{
  return nep_text_equal(nep_text_of(a), nep_text_of(b)) && !a == !b;
}

/* Clauses stand by argument: terms of NQL are printed before the others. */
static void check_clauses(const nep_plan *plan, const nep_plan *read)
{
  ck_assert_uint_eq(read->n_clauses, plan->n_clauses);
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_clause *clause = &plan->clauses[i], *same = read->clauses;
    while (same->argument != clause->argument ||
           same->column != clause->column || same->op != clause->op)
      ck_assert(++same < read->clauses + read->n_clauses);
    ck_assert_int_eq(same->verdict, clause->verdict);
    ck_assert(same_text(same->literal, clause->literal));
  }
}

static void check_same_plan(const nep_plan *plan, const nep_plan *read)
{
  const int n_columns = (int)plan->schema->n_columns;

  check_clauses(plan, read);
  ck_assert_int_eq(read->n_arguments, plan->n_arguments);
  ck_assert_int_eq(read->is_count, plan->is_count);
  ck_assert_int_eq(read->has_order, plan->has_order);
  ck_assert_int_eq(read->order_column, plan->order_column);
  ck_assert_int_eq(read->is_descending, plan->is_descending);
  ck_assert_int_eq(read->is_of_definitions, plan->is_of_definitions);
  ck_assert_int_eq(read->limit_argument, plan->limit_argument);
  ck_assert_int_eq(read->offset_argument, plan->offset_argument);
  for (int i = 0; i < n_columns; i++)
    ck_assert_int_eq(read->is_used[i], plan->is_used[i]);
  ck_assert_uint_eq(read->n_locals, plan->n_locals);
  for (size_t i = 0; i < plan->n_locals; i++) {
    const nep_local *local = &plan->locals[i], *same = &read->locals[i];
    ck_assert_int_eq(same->column,
                     local->column < n_columns ? local->column : -1);
    ck_assert_int_eq(same->sqlite_op, local->sqlite_op);
    ck_assert(same_text(same->collation, local->collation));
  }
}

START_TEST(a_random_plan_is_read_as_the_same_plan)
{
  unsigned long long seed = (unsigned long long)_i;

  for (int round = 0; round < 5000; round++) {
    nep_plan plan, read;
    random_plan(&seed, &plan);
    char *text = nep_plan_print(&plan);
    plans_parse(&read, plan.schema, text);
    char *again = nep_plan_print(&read);
    ck_assert_str_eq(text, again);
    check_same_plan(&plan, &read);
    sqlite3_free(text);
    sqlite3_free(again);
    nep_plan_dispose(&plan);
    nep_plan_dispose(&read);
  }
}
END_TEST

/* ---- damage ---- */

/* Parses size bytes of text from a heap piece of just that size, so that a
** sanitizer sees a byte read beyond it; a plan or SQLITE_CORRUPT, and a plan's
** values can be had. Returns it printed, or NULL. */
static char *parse_piece(const nep_table_schema *schema, const char *text,
                         size_t size)
{
  char *piece = malloc(size + 1), *printed = NULL;
  nep_error error = {0};
  nep_plan plan;

  ck_assert_ptr_nonnull(piece);
  memcpy(piece, text, size);
  piece[size] = 0;
  if (nep_plan_parse(&plan, schema, piece, &error) == SQLITE_OK)
    printed = nep_plan_print(&plan);
  else
    ck_assert_int_eq(error.code, SQLITE_CORRUPT);
  for (size_t i = 0; i < plan.n_clauses && printed; i++) {
    ck_assert_int_ge(plan.clauses[i].argument, 1);
    ck_assert_int_le(plan.clauses[i].argument, plan.n_arguments);
  }
  nep_error_clear(&error);
  nep_plan_dispose(&plan);
  free(piece);
  return printed;
}

/* A cut text may be another plan: then it says no more than what is left. */
START_TEST(a_cut_plan_is_refused_or_a_shorter_plan)
{
  size_t size = strlen(plans[_i].text), n_refused = 0;

  for (size_t cut = 0; cut < size; cut++) {
    char *printed = parse_piece(plans[_i].schema, plans[_i].text, cut);
    if (printed) {
      ck_assert_uint_le(strlen(printed), cut);
      ck_assert_mem_eq(printed, plans[_i].text, strlen(printed));
    }
    n_refused += !printed;
    sqlite3_free(printed);
  }
  ck_assert_uint_gt(n_refused, 0);
}
END_TEST

START_TEST(a_plan_with_a_wrong_byte_does_no_harm)
{
  static const char bytes[] = " ?={}()~|,'\"<I01Mx\x80";
  size_t size = strlen(plans[_i].text);
  char *text = malloc(size + 1);

  ck_assert_ptr_nonnull(text);
  memcpy(text, plans[_i].text, size + 1);
  for (size_t i = 0; i < size; i++) {
    for (const char *byte = bytes; *byte; byte++) {
      text[i] = *byte;
      sqlite3_free(parse_piece(plans[_i].schema, text, size));
    }
    text[i] = plans[_i].text[i];
  }
  free(text);
}
END_TEST

static const char *const no_plans[] = {
    "",
    "runs",
    "experiments ",
    "experimentss",
    "Experiments",
    "experiments nql ",
    "experiments nql ()",
    "experiments nql (?)",
    "experiments nql (?0)",
    "experiments nql (?-1)",
    "experiments nql (?1",
    "experiments nql (?1) AND ",
    "experiments | definitions",
    "experiments nql (?1) OR (?2)",
    "experiments nql (?1)~~",
    "experiments nql (?100000000000)",
    "experiments nql (?4294967297)",
    "experiments nql (`sys/none`:string = ?1)",
    "experiments nql (`sys/name`:string ?1)",
    "experiments nql (`sys/name`:string ~ ?1)",
    "experiments nql (`sys/name`:string =?1)",
    "experiments nql (`sys/name`:string = 1)",
    "experiments nql (`sys/name`:string = ?1={'a)",
    "experiments nql (`sys/name`:string = ?1={'a'')",
    "experiments nql (`sys/name`:string = ?1={1)",
    "experiments |",
    "experiments | ",
    "experiments | nothing = ?1",
    "experiments | project ?1",
    "experiments | project = ?0",
    "experiments | project = ?1 ",
    "experiments | project = ?1 | ",
    "experiments | page",
    "experiments | page 1",
    "experiments | page ?0",
    "experiments | page ?1 + ?",
    "experiments | page ?1 + ?0",
    "experiments | page ?1 ?2",
    "experiments | columns ",
    "experiments | columns nothing",
    "experiments | columns experiment", /* the label is sys/name */
    "experiments | columns sys/name,",
    "experiments | columns sys/name, ",
    "experiments | columns \"sys/name",
    "experiments | local ",
    "experiments | local owner",
    "experiments | local owner ",
    "experiments | local owner NOCASE",
    "experiments | local owner NOCASE ==",
    "experiments | local owner \"NOCASE =",
    "experiments | local owner IS OFF",
};

START_TEST(what_is_no_plan_is_refused)
{
  char *printed = parse_piece(E, no_plans[_i], strlen(no_plans[_i]));

  ck_assert_msg(!printed, "%s was read as %s", no_plans[_i], printed);
}
END_TEST

START_TEST(a_refusal_says_where)
{
  nep_error error = {0};
  nep_plan plan;

  ck_assert_int_eq(nep_plan_parse(&plan, E, "experiments | page ?x", &error),
                   SQLITE_CORRUPT);
  ck_assert_str_eq(error.message,
                   "cannot read the plan of experiments at \"x\"");
  nep_error_clear(&error);
  nep_plan_dispose(&plan);
}
END_TEST

/* ---- memory ---- */

static const char *parsed; /* of the odd schema */

static int parse_and_print(nep_error *error)
{
  nep_plan plan;
  char *text = NULL;
  int rc = nep_plan_parse(&plan, ODD, parsed, error);

  if (rc == SQLITE_OK) {
    text = nep_plan_print(&plan);
    rc = text ? SQLITE_OK : nep_error_no_memory(error);
  }
  if (rc == SQLITE_OK)
    ck_assert_str_eq(text, parsed);
  sqlite3_free(text);
  nep_plan_dispose(&plan);
  return rc;
}

START_TEST(without_memory_a_plan_is_not_read)
{
  parsed = "odd nql (`config/lr`:float < ?1={0.1}) AND (?2={'x'}) | "
           "project = ?3={'a/b'} | columns \"it's {new}\", \"\", \"\"\"\" | "
           "local \"local IS\" \"my own\" =, \"\" NOCASE <>, columns IS NOT";
  memory_check(parse_and_print);
}
END_TEST

Suite *plan_text_suite(void);
Suite *plan_text_suite(void)
{
  Suite *suite = suite_create("plan_text");
  TCase *read = tcase_create("read"), *damage = tcase_create("damage");
  TCase *memory = tcase_create("memory");
  const int n_plans = (int)NEP_COUNT(plans);

  tcase_add_loop_test(read, a_plan_is_read_and_printed_alike, 0, n_plans);
  tcase_add_test(read, every_part_is_read);
  tcase_add_loop_test(read, a_random_plan_is_read_as_the_same_plan, 0, 4);
  tcase_add_loop_test(damage, a_cut_plan_is_refused_or_a_shorter_plan, 0,
                      n_plans);
  tcase_add_loop_test(damage, a_plan_with_a_wrong_byte_does_no_harm, 0,
                      n_plans);
  tcase_add_loop_test(damage, what_is_no_plan_is_refused, 0,
                      (int)NEP_COUNT(no_plans));
  tcase_add_test(damage, a_refusal_says_where);
  tcase_add_test(memory, without_memory_a_plan_is_not_read);
  suite_add_tcase(suite, read);
  suite_add_tcase(suite, damage);
  suite_add_tcase(suite, memory);
  return suite;
}
