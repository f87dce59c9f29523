/* Which plans count rows without fetching them. */
#include "count.h"
#include "memory.h"
#include "offers.h"

#include <check.h>
#include <string.h>

#define USED(at) (1ULL << (at))
#define E &nep_schema_experiments
#define R &nep_schema_runs
#define T &declared_times
#define LONG_TEXT                                                              \
  {                                                                            \
    .type = NEP_VALUE_TEXT, .text = long_text, .size = sizeof(long_text) - 1   \
  }

/* A table that declares a time, behind one that each run has. */
static const nep_column time_columns[] = {
    {.name = "made",
     .declared = "TEXT",
     .kind = NEP_KIND_DATETIME,
     .type = NEP_TYPE_DATETIME,
     .path = "sys/creation_time",
     .operand = "`sys/creation_time`:datetime"},
    {.name = "due",
     .declared = "TEXT",
     .kind = NEP_KIND_DATETIME,
     .type = NEP_TYPE_DATETIME,
     .path = "config/due",
     .operand = "`config/due`:datetime"}};
static const nep_table_schema declared_times = {
    "runs", time_columns, NEP_COUNT(time_columns), NEP_TYPE_UNKNOWN};

static char long_text[1001]; /* filled before each case */

typedef struct count_case {
  const char *name;
  const nep_table_schema *schema;
  unsigned long long used;
  nep_constraint offers[MOST_OFFERS]; /* up to the first without an operator */
  bool counts;
} count_case;

static const count_case cases[] = {
    {"nothing", E, 0, {{0}}, true},
    {"a column that is read", E, USED(OWNER), {{0}}, false},
    {"a text", R, USED(OWNER), {KNOWN(OWNER, EQ, TEXT("x"))}, true},
    {"a text by IS", R, USED(OWNER), {KNOWN(OWNER, IS, TEXT("x"))}, true},
    {"a state", R, USED(STATE), {KNOWN(STATE, EQ, TEXT("active"))}, true},
    {"a state that there is not",
     R,
     USED(STATE),
     {KNOWN(STATE, EQ, TEXT("idle"))},
     false},
    {"several conditions, LIMIT",
     R,
     USED(FORK_STEP) | USED(CREATION_TIME),
     {KNOWN(FORK_STEP, GT, REAL(0.5)), KNOWN(FORK_STEP, LE, INTEGER(7)),
      KNOWN(CREATION_TIME, GE, TEXT("2026")), OFFER(0, LIMIT)},
     true},
    {"another column is read",
     R,
     USED(OWNER) | USED(RUN_ID),
     {KNOWN(OWNER, EQ, TEXT("x"))},
     false},
    {"inputs",
     R,
     USED(PROJECT) | USED(NQL),
     {KNOWN(PROJECT, EQ, TEXT("a/b")), KNOWN(NQL, EQ, TEXT("`a`:int = 1"))},
     true},
    {"two projects",
     R,
     USED(PROJECT),
     {KNOWN(PROJECT, EQ, TEXT("a/b")), KNOWN(PROJECT, EQ, TEXT("a/c"))},
     false},
    {"a project that is none",
     R,
     USED(PROJECT),
     {KNOWN(PROJECT, EQ, INTEGER(5))},
     false},
    {"a value known when it runs", R, USED(OWNER), {OFFER(OWNER, EQ)}, false},
    {"a list", R, USED(OWNER), {LIST(OWNER)}, false},
    {"one of two is known",
     R,
     USED(OWNER),
     {KNOWN(OWNER, EQ, TEXT("x")), OFFER(OWNER, EQ)},
     false},
    {"a superset", R, USED(ARCHIVED), {KNOWN(ARCHIVED, EQ, INTEGER(0))}, false},
    {"a pattern", R, USED(OWNER), {KNOWN(OWNER, LIKE, TEXT("x"))}, false},
    {"what may be the ON of a LEFT JOIN",
     R,
     USED(OWNER),
     {OFFER(OWNER, ISNOTNULL)},
     false},
    {"what is not sent", R, USED(OWNER), {KNOWN(OWNER, LT, TEXT("x"))}, false},
    {"a value of another type",
     R,
     USED(OWNER),
     {KNOWN(OWNER, EQ, INTEGER(5))},
     false},
    {"NULL", R, USED(OWNER), {KNOWN(OWNER, EQ, NONE)}, false},
    {"a text for a number",
     R,
     USED(FORK_STEP),
     {KNOWN(FORK_STEP, LT, TEXT("x"))},
     false},
    {"a long text", R, USED(OWNER), {KNOWN(OWNER, EQ, LONG_TEXT)}, false},
    {"a time that is none",
     R,
     USED(CREATION_TIME),
     {KNOWN(CREATION_TIME, EQ, TEXT("x"))},
     false},
    {"a time that each run has",
     T,
     USED(0),
     {KNOWN(0, GT, TEXT("2026"))},
     true},
    {"a time that is equal",
     T,
     USED(1),
     {KNOWN(1, EQ, TEXT("2026-01-01 00:00:00.000"))},
     true},
    {"times, of which a later one may be NULL",
     T,
     USED(1),
     {KNOWN(1, GT, TEXT("2026"))},
     false},
    {"times, of which an earlier one may be NULL",
     T,
     USED(1),
     {KNOWN(1, LE, TEXT("2026"))},
     false},
    {"attributes", &nep_schema_attributes, 0, {{0}}, false},
    {"points", &nep_schema_metric_points, 0, {{0}}, false},
    {"files", &nep_schema_files, 0, {{0}}, false},
};

static size_t build(const count_case *row, nep_plan *plan,
                    nep_constraint offers[MOST_OFFERS])
{
  nep_plan_options options = {
      .columns_used = row->used, .has_project = true, .is_pushdown_on = true};
  bool is_possible;

  memset(long_text, 'x', sizeof(long_text) - 1);
  return offers_plan(row->schema, row->offers, &options, offers, plan,
                     &is_possible);
}

START_TEST(only_what_the_server_alone_decides_is_counted)
{
  const count_case *row = &cases[_i];
  nep_constraint offers[MOST_OFFERS];
  nep_plan plan;
  nep_error error = {0};
  size_t n = build(row, &plan, offers);

  ck_assert_int_eq(nep_count_plan(&plan, offers, n, &error), SQLITE_OK);
  ck_assert_msg(plan.is_count == row->counts, "%s", row->name);
  for (size_t i = 0; i < n; i++)
    ck_assert_msg(offers[i].is_omitted ==
                      (row->counts && offers[i].sqlite_op != OP(LIMIT)),
                  "%s", row->name);
  nep_plan_dispose(&plan);
}
END_TEST

static nep_plan memory_plan;
static nep_constraint memory_offers[MOST_OFFERS];

static int count_two(nep_error *error)
{
  int rc;

  memory_plan.is_count = false;
  rc = nep_count_plan(&memory_plan, memory_offers, 2, error);
  ck_assert(memory_plan.is_count == (rc == SQLITE_OK));
  return rc;
}

START_TEST(without_memory_nothing_is_counted)
{
  static const count_case row = {
      "",
      R,
      USED(OWNER) | USED(FAILED),
      {KNOWN(OWNER, EQ, TEXT("x")), KNOWN(FAILED, EQ, INTEGER(1))},
      true};

  build(&row, &memory_plan, memory_offers);
  memory_check(count_two);
  nep_plan_dispose(&memory_plan);
}
END_TEST

Suite *count_suite(void);
Suite *count_suite(void)
{
  Suite *suite = suite_create("count");
  TCase *verdicts = tcase_create("verdicts");

  tcase_add_loop_test(verdicts, only_what_the_server_alone_decides_is_counted,
                      0, (int)NEP_COUNT(cases));
  tcase_add_test(verdicts, without_memory_nothing_is_counted);
  suite_add_tcase(suite, verdicts);
  return suite;
}
