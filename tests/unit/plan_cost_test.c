/* What a plan is estimated to cost, against another. */
#include "offers.h"

#include <check.h>

#define E &nep_schema_experiments
#define R &nep_schema_runs
#define A &nep_schema_attributes
#define P &nep_schema_metric_points

/* The first is estimated to cost less, and to give no more rows. */
static const struct {
  const char *name;
  plan_case less, more;
} ranks[] = {
    {"a key", {"", R, 0, {OFFER(SYS_ID, EQ)}, ""}, {"", R, 0, {{0}}, ""}},
    {"a condition", {"", R, 0, {OFFER(FAILED, EQ)}, ""}, {"", R, 0, {{0}}, ""}},
    {"a key, not a list of keys",
     {"", R, 0, {OFFER(RUN_ID, EQ)}, ""},
     {"", R, 0, {LIST(RUN_ID)}, ""}},
    {"= before <",
     {"", R, 0, {OFFER(FORK_STEP, EQ)}, ""},
     {"", R, 0, {OFFER(FORK_STEP, LT)}, ""}},
    {"what is sent, not what is local",
     {"", R, 0, {OFFER(OWNER, EQ)}, ""},
     {"", R, 0, {OFFER(OWNER, NE)}, ""}},
    {"pushdown, not off",
     {"", R, 0, {OFFER(OWNER, EQ)}, ""},
     {"", R, PUSHDOWN_OFF, {OFFER(OWNER, EQ)}, ""}},
    {"experiments, not runs", {"", E, 0, {{0}}, ""}, {"", R, 0, {{0}}, ""}},
    {"runs, not their attributes",
     {"", R, 0, {{0}}, ""},
     {"", A, 0, {{0}}, ""}},
    {"an attribute",
     {"", A, 0, {OFFER(NEP_ATTRIBUTES_ATTRIBUTE, EQ)}, ""},
     {"", A, 0, {OFFER(NEP_ATTRIBUTES_TYPE, REGEXP)}, ""}},
    {"which attributes there are, not each run's",
     {"", A, DISTINCT, {{0}}, ""},
     {"", A, 0, {{0}}, ""}},
    {"a series of a run, not one of all",
     {"",
      P,
      0,
      {OFFER(NEP_POINTS_SYS_ID, EQ), OFFER(NEP_POINTS_ATTRIBUTE, EQ)},
      ""},
     {"", P, 0, {OFFER(NEP_POINTS_ATTRIBUTE, EQ)}, ""}},
    {"a step",
     {"", P, 0, {OFFER(NEP_POINTS_STEP, EQ)}, ""},
     {"", P, 0, {OFFER(NEP_POINTS_STEP, LE)}, ""}},
    {"steps",
     {"", P, 0, {OFFER(NEP_POINTS_STEP, LE)}, ""},
     {"", P, 0, {{0}}, ""}},
    {"raw NQL",
     {"", P, 0, {OFFER(NEP_POINTS_NQL, EQ)}, ""},
     {"", P, 0, {{0}}, ""}},
    {"with its project, not without",
     {"", E, 0, {OFFER(PROJECT, EQ)}, ""},
     {"", E, 0, {UNUSABLE(PROJECT, EQ)}, ""}},
    {"the fewest rows without their project",
     {"", E, 0, {UNUSABLE(PROJECT, EQ)}, ""},
     {"", P, 0, {UNUSABLE(NEP_POINTS_PROJECT, EQ)}, ""}},
};

START_TEST(costs_rank_plans)
{
  nep_constraint offers[MOST_OFFERS];
  nep_plan less, more;
  bool is_possible;

  plans_build(&ranks[_i].less, offers, &less, &is_possible);
  plans_build(&ranks[_i].more, offers, &more, &is_possible);
  ck_assert_msg(less.cost < more.cost, "%s: %g, %g", ranks[_i].name, less.cost,
                more.cost);
  ck_assert_double_le(less.rows, more.rows);
  ck_assert_double_ge(less.rows, 1);
  nep_plan_dispose(&less);
  nep_plan_dispose(&more);
}
END_TEST

Suite *plan_cost_suite(void);
Suite *plan_cost_suite(void)
{
  Suite *suite = suite_create("plan_cost");
  TCase *ranking = tcase_create("ranking");

  tcase_add_loop_test(ranking, costs_rank_plans, 0, (int)NEP_COUNT(ranks));
  suite_add_tcase(suite, ranking);
  return suite;
}
