/* From constraints to plans. A plan's text shows clauses, verdicts, locals and
** the positions of values, so that is what is compared. */
#include "memory.h"
#include "offers.h"

#include <check.h>
#include <string.h>

#define E &nep_schema_experiments
#define R &nep_schema_runs
#define A &nep_schema_attributes
#define P &nep_schema_metric_points
#define D "sys/creation_time`:datetime"

static const plan_case cases[] = {
    {"nothing offered", R, 0, {{0}}, "runs"},

    {"text =",
     E,
     0,
     {OFFER(EXPERIMENT, EQ)},
     "experiments nql (`sys/name`:string = ?1)"},
    {"text IN",
     E,
     0,
     {LIST(SYS_ID)},
     "experiments nql (`sys/id`:string IN ?1)"},
    {"text REGEXP",
     R,
     0,
     {OFFER(RUN_ID, REGEXP)},
     "runs nql (`sys/custom_run_id`:string MATCHES ?1)~"},
    {"text < > <= >=",
     R,
     0,
     {OFFER(OWNER, LT), OFFER(OWNER, GT), OFFER(OWNER, LE), OFFER(OWNER, GE)},
     "runs | local owner <, owner >, owner <=, owner >="},
    {"text with other operators",
     R,
     0,
     {OFFER(OWNER, NE), OFFER(OWNER, IS), OFFER(OWNER, ISNOT),
      OFFER(OWNER, ISNULL), OFFER(OWNER, ISNOTNULL), OFFER(OWNER, LIKE),
      OFFER(OWNER, GLOB)},
     "runs nql (`sys/owner`:string != ?1)~ AND (`sys/owner`:string IS ?2) AND "
     "(`sys/owner`:string IS NOT ?3)~ AND (`sys/owner`:string NOT EXISTS) AND "
     "(`sys/owner`:string EXISTS) AND (`sys/owner`:string LIKE ?4)~ AND "
     "(`sys/owner`:string GLOB ?5)~"},
    {"numbers with other operators",
     R,
     0,
     {OFFER(FORK_STEP, IS), OFFER(FORK_STEP, ISNOT), OFFER(FORK_STEP, ISNULL),
      OFFER(FORK_STEP, ISNOTNULL), OFFER(FORK_STEP, LIKE)},
     "runs nql (`sys/forking/step`:float IS ?1) AND "
     "(`sys/forking/step`:float EXISTS)~ | "
     "local fork_step IS NOT, fork_step IS NULL, fork_step LIKE"},
    {"LIKE and GLOB of a path",
     P,
     0,
     {OFFER(NEP_POINTS_ATTRIBUTE, LIKE), OFFER(NEP_POINTS_ATTRIBUTE, GLOB),
      OFFER(NEP_POINTS_ATTRIBUTE, NE)},
     "metric_points | attribute LIKE ?1~ | attribute GLOB ?2~ | "
     "local attribute <>"},
    {"a collation touches neither LIKE nor IS NULL",
     R,
     0,
     {COLLATED(OWNER, LIKE, "NOCASE"), COLLATED(OWNER, ISNULL, "NOCASE"),
      COLLATED(OWNER, NE, "NOCASE"), COLLATED(OWNER, FUNCTION, "NOCASE")},
     "runs nql (`sys/owner`:string LIKE ?1)~ AND (`sys/owner`:string NOT "
     "EXISTS) AND (`sys/owner`:string CONTAINS ?2)~ | local owner NOCASE <>"},
    {"MATCH, a function that is not ours",
     R,
     0,
     {OFFER(OWNER, MATCH), {.column = OWNER, .sqlite_op = 200, .is_usable = 1}},
     "runs | local owner MATCH, owner FUNCTION"},
    {"neptune_contains()",
     R,
     0,
     {CONTAINS(OWNER), CONTAINS(TAGS), CONTAINS(STATE), CONTAINS(CREATION_TIME),
      CONTAINS(FAILED), CONTAINS(PROJECT), KNOWN(OWNER, FUNCTION, TEXT("x"))},
     "runs nql (`sys/owner`:string CONTAINS ?1)~ AND "
     "(`sys/owner`:string CONTAINS ?2={'x'})~ | "
     "local tags CONTAINS, state CONTAINS, creation_time CONTAINS, "
     "failed CONTAINS, project CONTAINS"},
    {"neptune_has()",
     R,
     0,
     {HAS(TAGS), HAS(GROUP_TAGS), HAS(OWNER), HAS(FAILED), HAS(PARENT)},
     "runs nql (`sys/tags`:stringSet CONTAINS ?1) AND "
     "(`sys/group_tags`:stringSet CONTAINS ?2) | "
     "local owner HAS, failed HAS, parent_run_id HAS"},
    {"the value of one attribute of one type",
     A,
     0,
     {OFFER(NEP_ATTRIBUTES_VALUE, LT), OFFER(NEP_ATTRIBUTES_TYPE, EQ),
      LIST(NEP_ATTRIBUTES_VALUE), OFFER(NEP_ATTRIBUTES_ATTRIBUTE, IS),
      HAS(NEP_ATTRIBUTES_VALUE), OFFER(NEP_ATTRIBUTES_VALUE, LIKE),
      OFFER(NEP_ATTRIBUTES_VALUE, ISNOTNULL),
      COLLATED(NEP_ATTRIBUTES_VALUE, EQ, "NOCASE")},
     "attributes | value < ?1~ | type = ?2 | value IN ?3~ | attribute IS ?4 | "
     "value HAS ?5~ | value LIKE ?6~ | "
     "local value IS NOT NULL, value NOCASE ="},
    {"the value of any of several attributes",
     A,
     0,
     {OFFER(NEP_ATTRIBUTES_VALUE, LT), OFFER(NEP_ATTRIBUTES_TYPE, EQ),
      LIST(NEP_ATTRIBUTES_ATTRIBUTE), OFFER(NEP_ATTRIBUTES_ATTRIBUTE, LIKE)},
     "attributes | type = ?1 | attribute IN ?2 | attribute LIKE ?3~ | "
     "local value <"},
    {"the value of an attribute of any of several types",
     A,
     0,
     {OFFER(NEP_ATTRIBUTES_VALUE, EQ), LIST(NEP_ATTRIBUTES_TYPE),
      OFFER(NEP_ATTRIBUTES_ATTRIBUTE, EQ)},
     "attributes | type IN ?1 | attribute = ?2 | local value ="},
    {"the value of an attribute that is not known yet",
     A,
     0,
     {OFFER(NEP_ATTRIBUTES_VALUE, EQ), OFFER(NEP_ATTRIBUTES_TYPE, EQ),
      UNUSABLE(NEP_ATTRIBUTES_ATTRIBUTE, EQ)},
     "attributes | type = ?1 | local value ="},
    {"the value of an attribute under another collation",
     A,
     0,
     {OFFER(NEP_ATTRIBUTES_VALUE, EQ),
      COLLATED(NEP_ATTRIBUTES_TYPE, EQ, "NOCASE"),
      OFFER(NEP_ATTRIBUTES_ATTRIBUTE, EQ)},
     "attributes | attribute = ?1 | local value =, type NOCASE ="},
    {"LIMIT with the value of an attribute",
     A,
     0,
     {OFFER(NEP_ATTRIBUTES_VALUE, EQ), OFFER(NEP_ATTRIBUTES_TYPE, EQ),
      OFFER(NEP_ATTRIBUTES_ATTRIBUTE, EQ), OFFER(0, LIMIT)},
     "attributes | value = ?1~ | type = ?2 | attribute = ?3"},
    {"which attributes there are",
     A,
     DISTINCT,
     {OFFER(NEP_ATTRIBUTES_ATTRIBUTE, LIKE), OFFER(NEP_ATTRIBUTES_TYPE, NE),
      LIST(NEP_ATTRIBUTES_PROJECT), OFFER(NEP_ATTRIBUTES_NQL, EQ)},
     "attributes nql (?3) | attribute LIKE ?1~ | project IN ?2 | definitions | "
     "columns attribute, type, project, nql | local type <>"},
    {"which attributes the runs of a key have",
     A,
     DISTINCT,
     {OFFER(NEP_ATTRIBUTES_RUN_ID, EQ), OFFER(NEP_ATTRIBUTES_RUN_ID, LIKE),
      OFFER(NEP_ATTRIBUTES_EXPERIMENT, IS)},
     "attributes nql (`sys/custom_run_id`:string = ?1) AND "
     "(`sys/custom_run_id`:string LIKE ?2)~ AND (`sys/name`:string IS ?3) | "
     "definitions | columns sys/name, sys/custom_run_id, attribute"},
    {"which attributes there are, of several runs",
     A,
     DISTINCT,
     {LIST(NEP_ATTRIBUTES_SYS_ID)},
     "attributes nql (`sys/id`:string IN ?1) | columns sys/id, attribute"},
    {"which attributes there are, of runs by a pattern",
     A,
     DISTINCT,
     {OFFER(NEP_ATTRIBUTES_SYS_ID, REGEXP)},
     "attributes nql (`sys/id`:string MATCHES ?1)~ | columns sys/id, "
     "attribute"},
    {"which attributes there are, of a key that is not sent",
     A,
     DISTINCT,
     {COLLATED(NEP_ATTRIBUTES_SYS_ID, EQ, "NOCASE")},
     "attributes | columns sys/id, attribute | local sys_id NOCASE ="},
    {"which attributes there are, by their values",
     A,
     DISTINCT,
     {OFFER(NEP_ATTRIBUTES_MAX, GT)},
     "attributes | columns attribute, max | local max >"},
    {"which attributes there are, pushdown off",
     A,
     DISTINCT | PUSHDOWN_OFF,
     {{0}},
     "attributes | columns attribute"},
    {"which attributes there are, each row counted",
     A,
     SORTED,
     {{0}},
     "attributes"},
    {"which series there are",
     P,
     DISTINCT,
     {{0}},
     "metric_points | columns attribute"},
    {"our functions on paths and types",
     A,
     0,
     {CONTAINS(NEP_ATTRIBUTES_ATTRIBUTE), HAS(NEP_ATTRIBUTES_ATTRIBUTE),
      CONTAINS(NEP_ATTRIBUTES_TYPE), CONTAINS(NEP_ATTRIBUTES_EXPERIMENT)},
     "attributes nql (`sys/name`:string CONTAINS ?2)~ | attribute CONTAINS "
     "?1~ | local attribute HAS, type CONTAINS"},
    {"our functions, pushdown off",
     R,
     PUSHDOWN_OFF,
     {CONTAINS(OWNER), HAS(TAGS)},
     "runs | local owner CONTAINS, tags HAS"},
    {"LIMIT with a member, not with a part",
     R,
     0,
     {HAS(TAGS), OFFER(0, LIMIT)},
     "runs nql (`sys/tags`:stringSet CONTAINS ?1) | page ?2"},
    {"LIMIT with a part",
     R,
     0,
     {CONTAINS(OWNER), OFFER(0, LIMIT)},
     "runs nql (`sys/owner`:string CONTAINS ?1)~"},
    {"state",
     R,
     0,
     {OFFER(STATE, EQ), LIST(STATE), OFFER(STATE, LT)},
     "runs nql (`sys/state`:experimentState = ?1) AND "
     "(`sys/state`:experimentState IN ?2) | local state <"},
    {"numbers",
     E,
     0,
     {OFFER(FORK_STEP, EQ), OFFER(FORK_STEP, LT), OFFER(FORK_STEP, LE),
      OFFER(FORK_STEP, GT), OFFER(FORK_STEP, GE), LIST(FORK_STEP),
      OFFER(FORK_STEP, MATCH)},
     "experiments nql (`sys/forking/step`:float = ?1) AND "
     "(`sys/forking/step`:float < ?2) AND (`sys/forking/step`:float <= ?3) AND "
     "(`sys/forking/step`:float > ?4) AND (`sys/forking/step`:float >= ?5) AND "
     "(`sys/forking/step`:float IN ?6) | local fork_step MATCH"},
    {"times",
     R,
     0,
     {OFFER(CREATION_TIME, EQ), OFFER(CREATION_TIME, LT),
      OFFER(CREATION_TIME, LE), OFFER(CREATION_TIME, GT),
      OFFER(CREATION_TIME, GE), LIST(CREATION_TIME),
      OFFER(CREATION_TIME, REGEXP)},
     "runs nql (`" D " = ?1) AND (`" D " < ?2) AND (`" D " <= ?3) AND (`" D
     " > ?4) AND (`" D " >= ?5) AND (`" D " IN ?6) | "
     "local creation_time REGEXP"},
    {"bool, archived",
     R,
     0,
     {OFFER(FAILED, EQ), LIST(FAILED), OFFER(ARCHIVED, EQ), LIST(ARCHIVED),
      OFFER(FAILED, LT)},
     "runs nql (`sys/failed`:bool = ?1) AND (`sys/failed`:bool IN ?2) AND "
     "(`sys/archived`:bool = ?3)~ AND (`sys/archived`:bool IN ?4)~ | "
     "local failed <"},
    {"tags, parents, JSON are only read",
     R,
     0,
     {OFFER(TAGS, EQ), LIST(GROUP_TAGS), OFFER(PARENT, EQ),
      OFFER(ATTRIBUTES, REGEXP)},
     "runs | local tags =, group_tags =, parent_run_id =, attributes REGEXP"},
    {"tags that are there",
     R,
     0,
     {OFFER(TAGS, ISNULL), OFFER(GROUP_TAGS, ISNOTNULL)},
     "runs nql (`sys/tags`:stringSet NOT EXISTS) AND "
     "(`sys/group_tags`:stringSet EXISTS)"},
    {"rowid, a column that is none",
     R,
     0,
     {OFFER(-1, EQ), OFFER(1000, EQ)},
     "runs | local rowid =, rowid ="},

    {"another collation of text",
     E,
     0,
     {COLLATED(EXPERIMENT, EQ, "NOCASE"), COLLATED(STATE, EQ, "RTRIM"),
      COLLATED(CREATION_TIME, LT, "NOCASE"), COLLATED(PROJECT, EQ, "my own")},
     "experiments | local experiment NOCASE =, state RTRIM =, "
     "creation_time NOCASE <, project \"my own\" ="},
    {"BINARY by name",
     E,
     0,
     {COLLATED(EXPERIMENT, EQ, "BINARY"), COLLATED(OWNER, EQ, "binary")},
     "experiments nql (`sys/name`:string = ?1) AND (`sys/owner`:string = ?2)"},
    {"a collation does not touch numbers",
     E,
     0,
     {COLLATED(FORK_STEP, LT, "NOCASE"), COLLATED(FAILED, EQ, "NOCASE")},
     "experiments nql (`sys/forking/step`:float < ?1) AND "
     "(`sys/failed`:bool = ?2)"},
    {"a collation does not touch REGEXP",
     E,
     0,
     {COLLATED(EXPERIMENT, REGEXP, "NOCASE")},
     "experiments nql (`sys/name`:string MATCHES ?1)~"},

    {"project and raw NQL",
     E,
     0,
     {OFFER(PROJECT, EQ), OFFER(NQL, EQ), OFFER(SYS_ID, EQ)},
     "experiments nql (?2) AND (`sys/id`:string = ?3) | project = ?1"},
    {"several projects", E, 0, {LIST(PROJECT)}, "experiments | project IN ?1"},
    {"order of projects",
     E,
     0,
     {OFFER(PROJECT, LT), OFFER(PROJECT, REGEXP)},
     "experiments | local project <, project REGEXP"},
    {"attribute and type",
     A,
     0,
     {OFFER(NEP_ATTRIBUTES_ATTRIBUTE, EQ), LIST(NEP_ATTRIBUTES_ATTRIBUTE),
      OFFER(NEP_ATTRIBUTES_ATTRIBUTE, REGEXP), OFFER(NEP_ATTRIBUTES_TYPE, EQ),
      LIST(NEP_ATTRIBUTES_TYPE), OFFER(NEP_ATTRIBUTES_TYPE, REGEXP),
      OFFER(NEP_ATTRIBUTES_VALUE, LT), OFFER(NEP_ATTRIBUTES_SYS_ID, EQ)},
     "attributes nql (`sys/id`:string = ?7) | attribute = ?1 | attribute IN ?2 "
     "| attribute REGEXP ?3~ | type = ?4 | type IN ?5 | value < ?6~ | "
     "local type REGEXP"},
    {"steps",
     P,
     0,
     {OFFER(NEP_POINTS_STEP, EQ), OFFER(NEP_POINTS_STEP, LT),
      OFFER(NEP_POINTS_STEP, LE), OFFER(NEP_POINTS_STEP, GT),
      OFFER(NEP_POINTS_STEP, GE), LIST(NEP_POINTS_STEP),
      OFFER(NEP_POINTS_VALUE, GT)},
     "metric_points | step = ?1 | step < ?2~ | step <= ?3 | step > ?4~ | "
     "step >= ?5 | local step =, value >"},
    {"options",
     P,
     0,
     {OFFER(NEP_POINTS_INCLUDE_PREVIEWS, EQ), OFFER(NEP_POINTS_LINEAGE, EQ),
      OFFER(NEP_POINTS_TAIL, EQ)},
     "metric_points | include_previews = ?1 | lineage = ?2 | tail = ?3"},

    {"not usable",
     E,
     0,
     {UNUSABLE(EXPERIMENT, EQ), OFFER(OWNER, EQ), UNUSABLE(TAGS, EQ)},
     "experiments nql (`sys/owner`:string = ?1)"},
    {"project not usable",
     E,
     0,
     {OFFER(OWNER, EQ), UNUSABLE(PROJECT, EQ)},
     "experiments nql (`sys/owner`:string = ?1)"},
    {"nql not usable", E, 0, {UNUSABLE(NQL, EQ)}, NULL},
    {"tail not usable", P, 0, {UNUSABLE(NEP_POINTS_TAIL, EQ)}, NULL},
    {"lineage not usable", P, SORTED, {UNUSABLE(NEP_POINTS_LINEAGE, EQ)}, NULL},
    {"project not usable, pushdown off",
     E,
     PUSHDOWN_OFF,
     {UNUSABLE(PROJECT, EQ)},
     "experiments"},
    {"inputs with IS",
     P,
     0,
     {OFFER(NEP_POINTS_TAIL, IS), OFFER(NEP_POINTS_NQL, IS),
      OFFER(NEP_POINTS_PROJECT, IS)},
     "metric_points nql (IS ?2) | tail IS ?1 | project IS ?3"},
    {"nql with IS not usable", E, 0, {UNUSABLE(NQL, IS)}, NULL},
    {"an input's condition that is no input",
     E,
     0,
     {UNUSABLE(PROJECT, LT), UNUSABLE(NQL, LIKE)},
     "experiments"},

    {"pushdown off keeps inputs",
     E,
     PUSHDOWN_OFF,
     {OFFER(EXPERIMENT, EQ), OFFER(FORK_STEP, LT), LIST(PROJECT),
      OFFER(NQL, EQ), OFFER(0, LIMIT)},
     "experiments nql (?2) | project IN ?1 | local experiment =, fork_step <"},
    {"pushdown off keeps options",
     P,
     PUSHDOWN_OFF,
     {OFFER(NEP_POINTS_TAIL, EQ), OFFER(NEP_POINTS_STEP, GE),
      OFFER(NEP_POINTS_ATTRIBUTE, EQ)},
     "metric_points | tail = ?1 | local step >=, attribute ="},

    {"LIMIT", E, 0, {OFFER(0, LIMIT)}, "experiments | page ?1"},
    {"LIMIT and OFFSET, before the rest",
     E,
     0,
     {OFFER(0, LIMIT), OFFER(0, OFFSET), OFFER(OWNER, EQ)},
     "experiments nql (`sys/owner`:string = ?1) | page ?2 + ?3"},
    {"LIMIT with an input",
     P,
     0,
     {OFFER(NEP_POINTS_STEP, GE), OFFER(NEP_POINTS_TAIL, EQ), OFFER(0, LIMIT)},
     "metric_points | step >= ?1 | tail = ?2 | page ?3"},
    {"LIMIT with a superset",
     E,
     0,
     {OFFER(ARCHIVED, EQ), OFFER(0, LIMIT), OFFER(0, OFFSET)},
     "experiments nql (`sys/archived`:bool = ?1)~"},
    {"LIMIT with what is not sent",
     E,
     0,
     {OFFER(0, LIMIT), OFFER(OWNER, LT)},
     "experiments | local owner <"},
    {"LIMIT with another collation",
     E,
     0,
     {OFFER(0, LIMIT), COLLATED(OWNER, EQ, "NOCASE")},
     "experiments | local owner NOCASE ="},
    {"LIMIT with an order",
     E,
     SORTED,
     {OFFER(0, LIMIT), OFFER(OWNER, EQ)},
     "experiments nql (`sys/owner`:string = ?1)"},
    {"LIMIT with pushdown off",
     E,
     PUSHDOWN_OFF,
     {OFFER(0, LIMIT)},
     "experiments"},
    {"LIMIT not usable", E, 0, {UNUSABLE(0, LIMIT)}, "experiments"},

    {"literals",
     E,
     0,
     {KNOWN(EXPERIMENT, EQ, TEXT("it's {a} | (b)")),
      KNOWN(FORK_STEP, LT, REAL(0.1)), KNOWN(FAILED, EQ, INTEGER(-7)),
      KNOWN(OWNER, EQ, NONE), KNOWN(DESCRIPTION, EQ, BLOB),
      KNOWN(FORK_STEP, GE, REAL(1e300)), KNOWN(FORK_STEP, EQ, REAL(2)),
      KNOWN(RUN_ID, LT, TEXT("unsent"))},
     "experiments nql (`sys/name`:string = ?1={'it''s {a} | (b)'}) AND "
     "(`sys/forking/step`:float < ?2={0.1}) AND (`sys/failed`:bool = ?3={-7}) "
     "AND (`sys/owner`:string = ?4={NULL}) AND "
     "(`sys/description`:string = ?5={x''}) AND "
     "(`sys/forking/step`:float >= ?6={1.0e+300}) AND "
     "(`sys/forking/step`:float = ?7={2.0}) | local run_id <"},
};

START_TEST(constraints_become_a_plan)
{
  nep_constraint offers[MOST_OFFERS];
  nep_plan plan;
  bool is_possible;

  plans_build(&cases[_i], offers, &plan, &is_possible);
  ck_assert_msg(is_possible == (cases[_i].plan != NULL), "%s", cases[_i].name);
  if (is_possible) {
    char *text = nep_plan_print(&plan);
    ck_assert_msg(!strcmp(text, cases[_i].plan), "%s:\n%s\nnot:\n%s",
                  cases[_i].name, cases[_i].plan, text);
    sqlite3_free(text);
  }
  nep_plan_dispose(&plan);
}
END_TEST

/* SQLite takes the keys of a scan for unique. */
START_TEST(a_list_of_values_for_an_input_is_refused)
{
  static const int inputs[] = {NEP_POINTS_NQL, NEP_POINTS_TAIL,
                               NEP_POINTS_LINEAGE, NEP_POINTS_INCLUDE_PREVIEWS};
  nep_constraint offer[] = {LIST(inputs[_i])};
  nep_plan_options options = {.is_pushdown_on = true};
  nep_plan plan;
  nep_error error = {0};
  bool is_possible;

  ck_assert_int_eq(
      nep_plan_build(&plan, P, offer, 1, &options, &is_possible, &error),
      SQLITE_ERROR);
  ck_assert_ptr_nonnull(
      strstr(error.message, nep_schema_metric_points.columns[inputs[_i]].name));
  nep_error_clear(&error);
  nep_plan_dispose(&plan);
}
END_TEST

static const nep_clause *clause_with(const nep_plan *plan, int argument)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (plan->clauses[i].argument == argument)
      return &plan->clauses[i];
  }
  return NULL;
}

/* What SQLite demands: the values wanted are numbered from 1 without a gap,
** and none is of a constraint that is not usable. */
static void check_arguments(const nep_plan *plan, const nep_constraint *offers,
                            size_t n)
{
  bool seen[MOST_OFFERS + 1] = {false};

  for (size_t i = 0; i < n; i++) {
    int argument = offers[i].argument;
    const nep_clause *clause = clause_with(plan, argument);
    ck_assert_int_ge(argument, 0);
    ck_assert_int_le(argument, plan->n_arguments);
    if (!argument)
      continue;
    ck_assert(offers[i].is_usable && !seen[argument]);
    seen[argument] = true;
    if (offers[i].sqlite_op == OP(LIMIT))
      ck_assert_int_eq(plan->limit_argument, argument);
    else if (offers[i].sqlite_op == OP(OFFSET))
      ck_assert_int_eq(plan->offset_argument, argument);
    else
      ck_assert(clause && clause->column == offers[i].column &&
                (clause->op == NEP_OP_IN) == offers[i].is_in);
  }
  for (int argument = 1; argument <= plan->n_arguments; argument++)
    ck_assert(seen[argument]);
}

START_TEST(each_value_has_its_position)
{
  nep_constraint offers[MOST_OFFERS];
  nep_plan plan;
  bool is_possible;
  size_t n = plans_build(&cases[_i], offers, &plan, &is_possible);

  if (is_possible)
    check_arguments(&plan, offers, n);
  nep_plan_dispose(&plan);
}
END_TEST

static bool is_limit(const nep_constraint *offer)
{
  return offer->sqlite_op == OP(LIMIT) || offer->sqlite_op == OP(OFFSET);
}

/* At random, but no LIMIT or OFFSET. */
static nep_constraint random_offer(unsigned long long *seed,
                                   const nep_table_schema *schema)
{
  static const char *const collations[] = {NULL, "BINARY", "NOCASE"};
  static const int frequent[] = {OP(EQ), OP(LT), OP(GE), OP(REGEXP)};
  nep_constraint offer = {
      .column = (int)plans_random(seed, schema->n_columns + 2) - 1,
      .sqlite_op = OP(EQ) + (int)plans_random(seed, 160),
      .is_usable = plans_random(seed, 8) > 0,
      .collation = collations[plans_random(seed, 3)]};

  if (plans_random(seed, 2) || is_limit(&offer))
    offer.sqlite_op = frequent[plans_random(seed, NEP_COUNT(frequent))];
  if (!plans_takes_list(schema, offer.column))
    offer.sqlite_op = OP(EQ); /* all that an input takes */
  offer.is_in = offer.is_usable && offer.sqlite_op == OP(EQ) &&
                plans_random(seed, 2) && plans_takes_list(schema, offer.column);
  return offer;
}

/* Whether LIMIT may be a hint: nothing but exact clauses, no order. */
static bool may_hint(const nep_plan *plan, const plan_case *row)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (plan->clauses[i].verdict != NEP_EXACT)
      return false;
  }
  return plan->n_locals == 0 && row->options == 0;
}

static void check_clauses(const nep_plan *plan, const plan_case *row)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_clause *clause = &plan->clauses[i];
    nep_kind kind = plan->schema->columns[clause->column].kind;
    const nep_rule *rule = nep_schema_rule(kind, clause->op);
    ck_assert_ptr_nonnull(rule);
    ck_assert_int_eq(clause->verdict, rule->verdict);
    ck_assert(!(row->options & PUSHDOWN_OFF) || nep_schema_is_input(kind));
  }
}

START_TEST(any_constraints_make_a_sound_plan)
{
  static const nep_table_schema *const schemas[] = {E, R, A, P};
  unsigned long long seed = 1;

  for (int round = 0; round < 50000; round++) {
    plan_case row = {.schema = schemas[round % 4],
                     .options = (int)plans_random(&seed, 4)};
    nep_constraint offers[MOST_OFFERS];
    nep_plan plan;
    bool is_possible;
    size_t wanted = plans_random(&seed, MOST_OFFERS);
    for (size_t i = 0; i < wanted; i++)
      row.offers[i] = random_offer(&seed, row.schema);
    if (wanted < MOST_OFFERS && plans_random(&seed, 2))
      row.offers[wanted++] = (nep_constraint)OFFER(0, LIMIT);
    if (wanted < MOST_OFFERS && plans_random(&seed, 2))
      row.offers[wanted++] = (nep_constraint)OFFER(0, OFFSET);
    size_t n = plans_build(&row, offers, &plan, &is_possible), n_usable = 0;
    for (size_t i = 0; i < n; i++)
      n_usable += offers[i].is_usable && !is_limit(&offers[i]);
    ck_assert_uint_eq(plan.n_clauses + plan.n_locals, n_usable);
    check_clauses(&plan, &row);
    ck_assert(!plan.limit_argument || may_hint(&plan, &row));
    ck_assert(!plan.offset_argument || may_hint(&plan, &row));
    if (is_possible)
      check_arguments(&plan, offers, n);
    nep_plan_dispose(&plan);
  }
}
END_TEST

/* ---- columns ---- */

static const struct {
  unsigned long long used;
  const char *plan;
} used[] = {
    {0, "runs"},
    {1, "runs | columns sys/name"},
    {1ULL << SYS_ID | 1ULL << TAGS | 1ULL << PROJECT,
     "runs | columns sys/id, sys/tags, project"},
    {1ULL << ATTRIBUTES, "runs | columns attributes"},
    {1ULL << 40, "runs"},
};

START_TEST(a_plan_names_the_columns_that_are_read)
{
  nep_plan_options options = {.columns_used = used[_i].used};
  nep_error error = {0};
  nep_plan plan;
  bool is_possible;

  ck_assert_int_eq(nep_plan_build(&plan, &nep_schema_runs, NULL, 0, &options,
                                  &is_possible, &error),
                   SQLITE_OK);
  char *text = nep_plan_print(&plan);
  ck_assert_str_eq(text, used[_i].plan);
  sqlite3_free(text);
  nep_plan_dispose(&plan);
}
END_TEST

/* SQLite's last bit stands for the 64th column and all after it. */
START_TEST(the_last_bit_stands_for_all_further_columns)
{
  nep_column columns[70];
  nep_table_schema wide = {"wide", columns, NEP_COUNT(columns),
                           NEP_TYPE_UNKNOWN};
  nep_plan_options options = {.columns_used = 1ULL << 63 | 1ULL << 62};
  nep_error error = {0};
  nep_plan plan;
  bool is_possible;

  memset(columns, 0, sizeof(columns));
  for (size_t i = 0; i < NEP_COUNT(columns); i++)
    columns[i].name = "x";
  ck_assert_int_eq(
      nep_plan_build(&plan, &wide, NULL, 0, &options, &is_possible, &error),
      SQLITE_OK);
  for (size_t i = 0; i < NEP_COUNT(columns); i++)
    ck_assert_int_eq(plan.is_used[i], i >= 62);
  nep_plan_dispose(&plan);
}
END_TEST

/* ---- literals ---- */

static const struct {
  const char *piece;
  int times;
  bool is_cut;
} long_texts[] = {
    {"x", 200, false},        {"x", 201, true},
    {"'", 200, false},        {"'", 1000, true},
    {"\xC3\xA9", 200, false}, /* characters are counted, not bytes */
    {"\xC3\xA9", 201, true},  {"\xF0\x9F\x98\x80", 5000, true},
};

START_TEST(a_long_literal_is_cut_at_a_character)
{
  nep_constraint offer = KNOWN(EXPERIMENT, EQ, {.type = NEP_VALUE_TEXT});
  sqlite3_str *text = sqlite3_str_new(NULL), *expected = sqlite3_str_new(NULL);
  nep_plan_options options = {.is_pushdown_on = true};
  nep_error error = {0};
  nep_plan plan;
  bool is_possible;
  int kept = long_texts[_i].times < 200 ? long_texts[_i].times : 200;

  for (int i = 0; i < long_texts[_i].times; i++)
    sqlite3_str_appendall(text, long_texts[_i].piece);
  sqlite3_str_appendchar(expected, 1, '\'');
  for (int i = 0; i < kept; i++)
    sqlite3_str_appendf(expected, "%q", long_texts[_i].piece);
  sqlite3_str_appendall(expected,
                        long_texts[_i].is_cut ? "\xE2\x80\xA6'" : "'");
  offer.literal.size = (size_t)sqlite3_str_length(text);
  offer.literal.text = sqlite3_str_finish(text);
  char *whole = sqlite3_str_finish(expected);
  ck_assert_int_eq(
      nep_plan_build(&plan, E, &offer, 1, &options, &is_possible, &error),
      SQLITE_OK);
  ck_assert_str_eq(plan.clauses[0].literal, whole);
  sqlite3_free(offer.literal.text);
  sqlite3_free(whole);
  nep_plan_dispose(&plan);
}
END_TEST

/* ---- memory ---- */

static int build_and_print(nep_error *error)
{
  nep_constraint offers[] = {KNOWN(EXPERIMENT, EQ, TEXT("a")),
                             COLLATED(OWNER, EQ, "NOCASE"), OFFER(TAGS, EQ),
                             KNOWN(FORK_STEP, LT, REAL(0.1)), LIST(PROJECT)};
  nep_plan_options options = {.is_pushdown_on = true, .columns_used = 7};
  nep_plan plan = {0};
  char *text = NULL;
  bool is_possible;
  int rc = nep_plan_build(&plan, E, offers, NEP_COUNT(offers), &options,
                          &is_possible, error);

  if (rc == SQLITE_OK) {
    text = nep_plan_print(&plan);
    rc = text ? SQLITE_OK : nep_error_no_memory(error);
  }
  if (rc == SQLITE_OK)
    ck_assert_str_eq(text,
                     "experiments nql (`sys/name`:string = ?1={'a'}) AND "
                     "(`sys/forking/step`:float < ?2={0.1}) | project IN ?3 | "
                     "columns sys/name, sys/custom_run_id, sys/id | "
                     "local owner NOCASE =, tags =");
  sqlite3_free(text);
  nep_plan_dispose(&plan);
  return rc;
}

START_TEST(without_memory_there_is_no_plan)
{
  memory_check(build_and_print);
}
END_TEST

Suite *plan_suite(void);
Suite *plan_suite(void)
{
  Suite *suite = suite_create("plan");
  TCase *plan = tcase_create("plans"), *memory = tcase_create("memory");
  const int n_cases = (int)NEP_COUNT(cases);

  tcase_add_loop_test(plan, a_list_of_values_for_an_input_is_refused, 0, 4);
  tcase_add_loop_test(plan, constraints_become_a_plan, 0, n_cases);
  tcase_add_loop_test(plan, each_value_has_its_position, 0, n_cases);
  tcase_add_test(plan, any_constraints_make_a_sound_plan);
  tcase_add_loop_test(plan, a_plan_names_the_columns_that_are_read, 0,
                      (int)NEP_COUNT(used));
  tcase_add_test(plan, the_last_bit_stands_for_all_further_columns);
  tcase_add_loop_test(plan, a_long_literal_is_cut_at_a_character, 0,
                      (int)NEP_COUNT(long_texts));
  tcase_add_test(memory, without_memory_there_is_no_plan);
  suite_add_tcase(suite, plan);
  suite_add_tcase(suite, memory);
  return suite;
}
