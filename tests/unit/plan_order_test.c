/* Orders: which are the server's, and how it is asked for what has no value. */
#include "nql.h"
#include "offers.h"

#include <check.h>
#include <string.h>

#define R &nep_schema_runs
#define P &nep_schema_metric_points
#define ODD &plans_odd_schema
#define CREATION "sys/creation_time"
#define STEP "`sys/forking/step`:float"

/* Columns of the odd schema. */
enum { ODD_LR = 1, ODD_TEXT = 3, ODD_WHEN, ODD_BEST, ODD_TWIN };
/* Options of an order, beside PUSHDOWN_OFF. */
enum { TWO_TERMS = 2, NO_PROJECT = 4, ASCENDING = 8 };

static const struct {
  const char *name;
  const nep_table_schema *schema;
  int column; /* of the order */
  int options;
  nep_constraint offers[MOST_OFFERS]; /* up to the first without an operator */
  const char *plan;
} cases[] = {
    {"a time", R, CREATION_TIME, 0, {{0}}, "runs | order " CREATION " desc"},
    {"ascending", R, CREATION_TIME, ASCENDING, {{0}}, "runs | order " CREATION},
    {"a number", R, FORK_STEP, 0, {{0}}, "runs | order sys/forking/step desc"},
    {"a series", ODD, ODD_BEST, 0, {{0}}, "odd | order \"m AS n\" desc"},
    {"a twin",
     ODD,
     ODD_TWIN,
     ASCENDING,
     {{0}},
     "odd | order \"m AS n\" AS config/lr"},
    {"a text", R, OWNER, 0, {{0}}, "runs"},
    {"a text of any length", ODD, ODD_TEXT, 0, {{0}}, "odd"},
    {"a state", R, STATE, 0, {{0}}, "runs"},
    {"a bool", R, FAILED, 0, {{0}}, "runs"},
    {"a set", R, TAGS, 0, {{0}}, "runs"},
    {"no column", R, -1, 0, {{0}}, "runs"},
    {"two terms", R, CREATION_TIME, TWO_TERMS, {{0}}, "runs"},
    {"pushdown off", R, CREATION_TIME, PUSHDOWN_OFF, {{0}}, "runs"},
    {"all projects", R, CREATION_TIME, NO_PROJECT, {{0}}, "runs"},
    {"a project",
     R,
     CREATION_TIME,
     NO_PROJECT,
     {OFFER(PROJECT, EQ)},
     "runs | project = ?1 | order " CREATION " desc"},
    {"several projects",
     R,
     CREATION_TIME,
     0,
     {LIST(PROJECT)},
     "runs | project IN ?1"},
    {"a project not known yet",
     R,
     CREATION_TIME,
     0,
     {UNUSABLE(PROJECT, EQ)},
     "runs"},
    {"a run by its id",
     R,
     CREATION_TIME,
     0,
     {OFFER(SYS_ID, EQ)},
     "runs nql (`sys/id`:string = ?1)"},
    {"runs of an experiment",
     R,
     CREATION_TIME,
     0,
     {OFFER(EXPERIMENT, IS)},
     "runs nql (`sys/name`:string IS ?1)"},
    {"runs by a list",
     R,
     CREATION_TIME,
     0,
     {LIST(RUN_ID)},
     "runs nql (`sys/custom_run_id`:string IN ?1)"},
    {"LIMIT",
     R,
     CREATION_TIME,
     0,
     {OFFER(FORK_STEP, GT), OFFER(0, LIMIT), OFFER(0, OFFSET)},
     "runs nql (" STEP " > ?1) | order " CREATION " desc | page ?2 + ?3"},
    {"LIMIT of what SQLite rechecks",
     R,
     CREATION_TIME,
     0,
     {OFFER(OWNER, LIKE), OFFER(0, LIMIT)},
     "runs nql (`sys/owner`:string LIKE ?1)~ | order " CREATION " desc"},
    {"points of a series",
     P,
     NEP_POINTS_STEP,
     0,
     {OFFER(SYS_ID, EQ), OFFER(NEP_POINTS_ATTRIBUTE, EQ), OFFER(0, LIMIT)},
     "metric_points nql (`sys/id`:string = ?1) | attribute = ?2 | "
     "order step desc | page ?3"},
    {"points of several series of a run",
     P,
     NEP_POINTS_STEP,
     0,
     {OFFER(RUN_ID, EQ), LIST(NEP_POINTS_ATTRIBUTE)},
     "metric_points nql (`sys/custom_run_id`:string = ?1) | attribute IN ?2"},
    {"points of several runs",
     P,
     NEP_POINTS_STEP,
     0,
     {OFFER(EXPERIMENT, EQ), OFFER(NEP_POINTS_ATTRIBUTE, EQ)},
     "metric_points nql (`sys/name`:string = ?1) | attribute = ?2"},
    {"points of a path under a collation",
     P,
     NEP_POINTS_STEP,
     0,
     {OFFER(SYS_ID, EQ), COLLATED(NEP_POINTS_ATTRIBUTE, EQ, "NOCASE")},
     "metric_points nql (`sys/id`:string = ?1) | local attribute NOCASE ="},
    {"points by value",
     P,
     NEP_POINTS_VALUE,
     0,
     {OFFER(SYS_ID, EQ), OFFER(NEP_POINTS_ATTRIBUTE, EQ)},
     "metric_points nql (`sys/id`:string = ?1) | attribute = ?2"},
    {"a tail from its end",
     P,
     NEP_POINTS_STEP,
     0,
     {OFFER(SYS_ID, EQ), OFFER(NEP_POINTS_ATTRIBUTE, EQ),
      OFFER(NEP_POINTS_TAIL, EQ)},
     "metric_points nql (`sys/id`:string = ?1) | attribute = ?2 | tail = ?3"},
    {"a tail by IS from its end",
     P,
     NEP_POINTS_STEP,
     0,
     {OFFER(SYS_ID, EQ), OFFER(NEP_POINTS_ATTRIBUTE, EQ),
      OFFER(NEP_POINTS_TAIL, IS)},
     "metric_points nql (`sys/id`:string = ?1) | attribute = ?2 | tail IS ?3"},
    {"a tail",
     P,
     NEP_POINTS_STEP,
     ASCENDING,
     {OFFER(SYS_ID, EQ), OFFER(NEP_POINTS_ATTRIBUTE, EQ),
      OFFER(NEP_POINTS_TAIL, EQ)},
     "metric_points nql (`sys/id`:string = ?1) | attribute = ?2 | tail = ?3 | "
     "order step"},
    {"texts from the end",
     &nep_schema_string_points,
     NEP_POINTS_STEP,
     0,
     {OFFER(SYS_ID, EQ), OFFER(NEP_POINTS_ATTRIBUTE, EQ)},
     "string_points nql (`sys/id`:string = ?1) | attribute = ?2"},
    {"points of a series in all projects",
     P,
     NEP_POINTS_STEP,
     NO_PROJECT,
     {OFFER(SYS_ID, EQ), OFFER(NEP_POINTS_ATTRIBUTE, EQ)},
     "metric_points nql (`sys/id`:string = ?1) | attribute = ?2"},
    {"LIMIT of what SQLite sorts",
     R,
     OWNER,
     0,
     {OFFER(FORK_STEP, GT), OFFER(0, LIMIT)},
     "runs nql (" STEP " > ?1)"},
};

START_TEST(an_order_is_the_servers_where_it_is_sqls)
{
  int chosen = cases[_i].options;
  nep_plan_options options = {.n_order = chosen & TWO_TERMS ? 2 : 1,
                              .order_column = cases[_i].column,
                              .is_descending = !(chosen & ASCENDING),
                              .has_project = !(chosen & NO_PROJECT),
                              .is_pushdown_on = !(chosen & PUSHDOWN_OFF)};
  nep_constraint offers[MOST_OFFERS];
  nep_plan plan;
  bool is_possible;

  offers_plan(cases[_i].schema, cases[_i].offers, &options, offers, &plan,
              &is_possible);
  ck_assert(is_possible);
  char *text = nep_plan_print(&plan);
  ck_assert_msg(!strcmp(text, cases[_i].plan), "%s: %s", cases[_i].name, text);
  sqlite3_free(text);
  nep_plan_dispose(&plan);
}
END_TEST

/* ---- runs without a value ---- */

#define BY_STEP " | order sys/forking/step desc"

static const struct {
  const char *plan; /* of runs */
  bool parts;
  bool parts_if_doubtful; /* where doubtful operators are left to SQLite */
} parted[] = {
    {"runs | order " CREATION, false, false},
    {"runs | order sys/modification_time", false, false},
    {"runs | order sys/ping_time desc", false, false},
    {"runs" BY_STEP, true, true},
    {"runs | columns sys/forking/step", false, false},
    {"runs nql (" STEP " < ?1)" BY_STEP, false, false},
    {"runs nql (" STEP " <= ?1)" BY_STEP, false, false},
    {"runs nql (" STEP " > ?1)" BY_STEP, false, false},
    {"runs nql (" STEP " >= ?1)" BY_STEP, false, false},
    {"runs nql (" STEP " = ?1)" BY_STEP, false, false},
    {"runs nql (" STEP " IN ?1)" BY_STEP, false, false},
    {"runs nql (" STEP " IS ?1)" BY_STEP, true, true},
    {"runs nql (" STEP " != ?1)~" BY_STEP, true, true},
    {"runs nql (" STEP " EXISTS)~" BY_STEP, false, true},
    {"runs nql (" STEP " < ?1) | order sys/running_time_seconds", true, true},
    {"runs" BY_STEP " | local fork_step <", false, false},
    {"runs" BY_STEP " | local fork_step =", false, false},
    {"runs" BY_STEP " | local fork_step IS NOT NULL", true, true},
    {"runs" BY_STEP " | local fork_step <>", true, true},
    {"runs" BY_STEP " | local fork_step LIKE", true, true},
    {"runs" BY_STEP " | local owner <", true, true},
};

START_TEST(what_may_be_null_is_asked_for_apart)
{
  nep_plan plan;

  plans_parse(&plan, R, parted[_i].plan);
  ck_assert_msg(nep_plan_parts_order(&plan, false) == parted[_i].parts &&
                    nep_plan_parts_order(&plan, true) ==
                        parted[_i].parts_if_doubtful,
                "%s", parted[_i].plan);
  nep_plan_dispose(&plan);
}
END_TEST

static const nep_column int_column[] = {{"n", "INTEGER", NEP_KIND_INT,
                                         NEP_TYPE_INT, "n", "`n`:int", false,
                                         false, 0, false}};
static const nep_table_schema int_schema = {"ints", int_column, 1,
                                            NEP_TYPE_UNKNOWN};
#define WHEN "`it's {new}`:datetime"
#define LAST "\"9999-12-31T23:59:59.999Z\""

static const struct {
  const nep_table_schema *schema;
  const char *plan;
  nep_part part;
  const char *nql;
} wordings[] = {
    {R, "runs" BY_STEP, NEP_PART_ALL, NULL},
    {R, "runs" BY_STEP, NEP_PART_SORTED,
     "((" STEP " <= \"0\") OR (" STEP " > \"0\"))"},
    {R, "runs" BY_STEP, NEP_PART_NULL,
     "((" STEP " NOT EXISTS) OR "
     "((NOT (" STEP " <= \"0\")) AND (NOT (" STEP " > \"0\"))))"},
    {&int_schema, "ints | order n", NEP_PART_SORTED, "(`n`:int EXISTS)"},
    {&int_schema, "ints | order n", NEP_PART_NULL, "(`n`:int NOT EXISTS)"},
    {ODD, "odd | order \"it's {new}\"", NEP_PART_SORTED,
     "(" WHEN " <= " LAST ")"},
    {ODD, "odd | order \"it's {new}\"", NEP_PART_NULL,
     "((" WHEN " NOT EXISTS) OR (NOT (" WHEN " <= " LAST ")))"},
    {ODD, "odd | order \"m AS n\"", NEP_PART_SORTED,
     "((max(`m AS n`:floatSeries) <= \"0\") OR "
     "(max(`m AS n`:floatSeries) > \"0\"))"},
    {ODD, "odd | order \"m AS n\"", NEP_PART_NULL,
     "((`m AS n`:floatSeries NOT EXISTS) OR "
     "((NOT (max(`m AS n`:floatSeries) <= \"0\")) AND "
     "(NOT (max(`m AS n`:floatSeries) > \"0\"))))"},
};

START_TEST(a_part_is_what_has_a_value_or_the_rest)
{
  nep_plan plan;
  nep_binding binding;
  nep_error error = {0};
  size_t position = 0;
  char *nql = NULL;

  plans_parse(&plan, wordings[_i].schema, wordings[_i].plan);
  ck_assert_int_eq(nep_binding_init(&binding, &plan, &error), SQLITE_OK);
  ck_assert_int_eq(nep_nql_print(&plan, &binding, NULL, wordings[_i].part, 1000,
                                 &position, &nql, &error),
                   SQLITE_OK);
  ck_assert(nql ? wordings[_i].nql && !strcmp(nql, wordings[_i].nql)
                : !wordings[_i].nql);
  sqlite3_free(nql);
  nep_binding_dispose(&binding);
  nep_plan_dispose(&plan);
}
END_TEST

/* Pieces of a list would each be sorted for themselves. */
START_TEST(a_long_list_is_not_cut_where_there_is_an_order)
{
  static const char *const plans[] = {
      "runs nql (`sys/owner`:string IN ?1)",
      "runs nql (`sys/owner`:string IN ?1) | order " CREATION};
  for (int is_ordered = 0; is_ordered < 2; is_ordered++) {
    nep_plan plan;
    nep_binding binding;
    nep_error error = {0};
    size_t position = 0;
    char *nql = NULL;

    plans_parse(&plan, R, plans[is_ordered]);
    ck_assert_int_eq(nep_binding_init(&binding, &plan, &error), SQLITE_OK);
    for (int i = 0; i < 100; i++)
      plans_add(&binding, 0, &(nep_value)TEXT("somebody"), 1);
    nep_binding_finish(&plan, &binding);
    ck_assert_int_eq(nep_nql_print(&plan, &binding, NULL, NEP_PART_ALL, 1000,
                                   &position, &nql, &error),
                     SQLITE_OK);
    ck_assert_int_eq(position > 0, !is_ordered);
    ck_assert_int_eq(nql == NULL, is_ordered);
    sqlite3_free(nql);
    nep_binding_dispose(&binding);
    nep_plan_dispose(&plan);
  }
}
END_TEST

Suite *plan_order_suite(void);

Suite *plan_order_suite(void)
{
  Suite *suite = suite_create("plan_order");
  TCase *verdicts = tcase_create("verdicts");
  TCase *parts = tcase_create("parts");

  tcase_add_loop_test(verdicts, an_order_is_the_servers_where_it_is_sqls, 0,
                      (int)NEP_COUNT(cases));
  tcase_add_loop_test(parts, what_may_be_null_is_asked_for_apart, 0,
                      (int)NEP_COUNT(parted));
  tcase_add_loop_test(parts, a_part_is_what_has_a_value_or_the_rest, 0,
                      (int)NEP_COUNT(wordings));
  tcase_add_test(parts, a_long_list_is_not_cut_where_there_is_an_order);
  suite_add_tcase(suite, verdicts);
  suite_add_tcase(suite, parts);
  return suite;
}
