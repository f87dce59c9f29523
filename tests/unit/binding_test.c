/* Values of a scan: which are sent, which cannot match, which only SQLite can
** compare. */
#include "memory.h"
#include "plans.h"

#include <check.h>
#include <math.h>
#include <string.h>

#define E &nep_schema_experiments
#define EXACT 9007199254740992 /* 2^53: integers up to here are doubles */

/* Binds n values to the only clause of a plan. */
static void bind(nep_plan *plan, nep_binding *binding,
                 const nep_table_schema *schema, const char *text,
                 const nep_value *values, size_t n)
{
  nep_error error = {0};

  plans_parse(plan, schema, text);
  ck_assert_int_eq(nep_binding_init(binding, plan, &error), SQLITE_OK);
  plans_add(binding, 0, values, n);
  nep_binding_finish(plan, binding);
}

static void dispose(nep_plan *plan, nep_binding *binding)
{
  nep_binding_dispose(binding);
  nep_plan_dispose(plan);
}

/* ---- each kind of column, each kind of value ---- */

/* A plan with one condition on a column of each kind; %s: =, IS, IN or
** MATCHES. */
static const struct {
  const nep_table_schema *schema;
  const char *plan;
} kinds[] = {
    {E, "experiments nql (`sys/name`:string %s ?1)"},
    {E, "experiments nql (`sys/state`:experimentState %s ?1)"},
    {E, "experiments nql (`sys/forking/step`:float %s ?1)"},
    {E, "experiments nql (`sys/failed`:bool %s ?1)"},
    {E, "experiments nql (`sys/archived`:bool %s ?1)"},
    {E, "experiments nql (`sys/creation_time`:datetime %s ?1)"},
    {E, "experiments | project %s ?1"},
    {E, "experiments | nql %s ?1"},
    {&nep_schema_attributes, "attributes | attribute %s ?1"},
    {&nep_schema_attributes, "attributes | type %s ?1"},
    {&nep_schema_metric_points, "metric_points | step %s ?1"},
    {&nep_schema_metric_points, "metric_points | lineage %s ?1"},
    {E, "experiments nql (`sys/tags`:stringSet %s ?1)"},
};
enum { SET = NEP_COUNT(kinds) - 1 }; /* takes other operators */

/* What becomes of a value, in the order of kinds: S sent, N never (no row can
** match), L local; with = and with IN. */
static const struct {
  const char *name;
  nep_value value;
  const char *equal, *in;
} fates[] = {
    {"NULL", NONE, "NNNNNNNNNNNN", "NNNNNNNNNNNN"},
    {"0", INTEGER(0), "LLSSSLLLLLSS", "LLSSSNLLLLSS"},
    {"1", INTEGER(1), "LLSSSLLLLLSS", "LLSSSNLLLLSS"},
    {"2", INTEGER(2), "LLSNNLLLLLSS", "LLSNNNLLLLSS"},
    {"2^53", INTEGER(EXACT), "LLSNNLLLLLSS", "LLSNNNLLLLSS"},
    {"-2^53", INTEGER(-EXACT), "LLSNNLLLLLSS", "LLSNNNLLLLSS"},
    {"2^53 + 1", INTEGER(EXACT + 1), "LLLLLLLLLLLS", "LLLLLNLLLLLS"},
    {"-2^53 - 1", INTEGER(-EXACT - 1), "LLLLLLLLLLLS", "LLLLLNLLLLLS"},
    {"least integer", INTEGER(INT64_MIN), "LLLLLLLLLLLS", "LLLLLNLLLLLS"},
    {"greatest integer", INTEGER(INT64_MAX), "LLLLLLLLLLLS", "LLLLLNLLLLLS"},
    {"0.0", REAL(0.0), "LLSSSLLLLLSS", "LLSSSNLLLLSS"},
    {"-0.0", REAL(-0.0), "LLSSSLLLLLSS", "LLSSSNLLLLSS"},
    {"1.0", REAL(1.0), "LLSSSLLLLLSS", "LLSSSNLLLLSS"},
    {"0.5", REAL(0.5), "LLSNNLLLLLSS", "LLSNNNLLLLSS"},
    {"1e300", REAL(1e300), "LLSNNLLLLLSS", "LLSNNNLLLLSS"},
    {"infinity", REAL(INFINITY), "LLLLLLLLLLLS", "LLLLLNLLLLLS"},
    {"-infinity", REAL(-INFINITY), "LLLLLLLLLLLS", "LLLLLNLLLLLS"},
    {"a word", TEXT("word"), "SLLLLNSSSSLS", "SLNNNNSSSSNS"},
    {"active", TEXT("active"), "SSLLLNSSSSLS", "SSNNNNSSSSNS"},
    {"inactive", TEXT("inactive"), "SSLLLNSSSSLS", "SSNNNNSSSSNS"},
    {"Active", TEXT("Active"), "SLLLLNSSSSLS", "SLNNNNSSSSNS"},
    {"empty text", TEXT(""), "SLLLLNSSSSLS", "SLNNNNSSSSNS"},
    {"a number as text", TEXT("1"), "SLLLLNSSSSLS", "SLNNNNSSSSNS"},
    {"a time", TEXT("2024-02-05 20:00:00.123"), "SLLLLSSSSSLS", "SLNNNSSSSSNS"},
    {"metacharacters", TEXT("\"\\`'(){}\n"), "SLLLLNSSSSLS", "SLNNNNSSSSNS"},
    {"no UTF-8", TEXT("a\xFF"), "LLLLLNLLLLLS", "LLNNNNLLLLNS"},
    {"cut UTF-8", TEXT("a\xC3"), "LLLLLNLLLLLS", "LLNNNNLLLLNS"},
    {"a surrogate", TEXT("\xED\xA0\x80"), "LLLLLNLLLLLS", "LLNNNNLLLLNS"},
    {"U+0000", TEXT("active\0"), "LLLLLNLLLLLS", "LLNNNNLLLLNS"},
    {"a blob", BLOB, "NNLLLLNNNNLS", "NNNNNNNNNNNS"},
};

/* S, N or L for one value. */
static char fate_of(size_t kind, const char *op, const nep_value *value)
{
  char *text = sqlite3_mprintf(kinds[kind].plan, op);
  nep_plan plan;
  nep_binding binding;

  bind(&plan, &binding, kinds[kind].schema, text, value, 1);
  const nep_bound *bound = &binding.clauses[0];
  char fate = !bound->is_sent ? 'L' : bound->n_values ? 'S' : 'N';
  ck_assert_int_eq(binding.is_empty, fate == 'N');
  sqlite3_free(text);
  dispose(&plan, &binding);
  return fate;
}

START_TEST(a_value_is_sent_if_sql_would_compare_it_alike)
{
  for (size_t kind = 0; kind < SET; kind++) {
    char equal = fate_of(kind, "=", &fates[_i].value);
    char in = fate_of(kind, "IN", &fates[_i].value);
    char is = fate_of(kind, "IS", &fates[_i].value);
    ck_assert_msg(equal == fates[_i].equal[kind], "%s, %s =: %c",
                  fates[_i].name, kinds[kind].plan, equal);
    ck_assert_msg(in == fates[_i].in[kind], "%s, %s IN: %c", fates[_i].name,
                  kinds[kind].plan, in);
    bool is_null = fates[_i].value.type == NEP_VALUE_NULL;
    ck_assert_msg(is == (is_null ? 'L' : equal), "%s, %s IS: %c",
                  fates[_i].name, kinds[kind].plan, is);
  }
}
END_TEST

static const struct {
  nep_value value;
  char fate; /* of REGEXP on a string and on a path */
} patterns[] = {
    {TEXT("^a.*"), 'S'}, {TEXT(""), 'S'},   {TEXT("a\xFF"), 'L'},
    {TEXT("a\0b"), 'L'}, {INTEGER(1), 'L'}, {REAL(0.5), 'L'},
    {NONE, 'N'},         {BLOB, 'L'},
};

START_TEST(a_pattern_is_sent_if_it_is_text)
{
  ck_assert_int_eq(fate_of(0, "MATCHES", &patterns[_i].value),
                   patterns[_i].fate);
  ck_assert_int_eq(fate_of(8, "MATCHES", &patterns[_i].value),
                   patterns[_i].fate);
}
END_TEST

static const struct {
  nep_value value;
  char fate; /* of CONTAINS on a string, a set and a path */
} parts[] = {
    {TEXT("a"), 'S'},    {TEXT("\"\\`'(){}\n"), 'S'},
    {TEXT(""), 'L'},     {TEXT("a\xFF"), 'L'},
    {TEXT("a\0b"), 'L'}, {INTEGER(1), 'L'},
    {REAL(0.5), 'L'},    {NONE, 'N'},
    {BLOB, 'L'},
};

START_TEST(a_part_is_sent_if_it_is_text_and_not_empty)
{
  ck_assert_int_eq(fate_of(0, "CONTAINS", &parts[_i].value), parts[_i].fate);
  ck_assert_int_eq(fate_of(8, "CONTAINS", &parts[_i].value), parts[_i].fate);
  ck_assert_int_eq(fate_of(SET, "CONTAINS", &parts[_i].value), parts[_i].fate);
}
END_TEST

/* A server indexes 1000 characters; characters, not bytes, are counted. */
static const struct {
  const char *character;
  int times;
  const char *fates; /* = on a string, a project, a path; REGEXP on a string;
                        CONTAINS on a string and a set */
} long_texts[] = {
    {"x", 999, "SSSSS"},         {"x", 1000, "LSSSL"},
    {"x", 5000, "LSSSL"},        {"\xC3\xA9", 999, "SSSSS"},
    {"\xC3\xA9", 1000, "LSSSL"}, {"\xF0\x9F\x98\x80", 999, "SSSSS"},
};

START_TEST(a_text_longer_than_a_servers_index_is_not_sent)
{
  sqlite3_str *out = sqlite3_str_new(NULL);

  for (int i = 0; i < long_texts[_i].times; i++)
    sqlite3_str_appendall(out, long_texts[_i].character);
  nep_value value = {.type = NEP_VALUE_TEXT,
                     .size = (size_t)sqlite3_str_length(out)};
  value.text = sqlite3_str_finish(out);
  ck_assert_int_eq(fate_of(0, "=", &value), long_texts[_i].fates[0]);
  ck_assert_int_eq(fate_of(0, "IN", &value), long_texts[_i].fates[0]);
  ck_assert_int_eq(fate_of(6, "=", &value), long_texts[_i].fates[1]);
  ck_assert_int_eq(fate_of(8, "=", &value), long_texts[_i].fates[2]);
  ck_assert_int_eq(fate_of(0, "MATCHES", &value), long_texts[_i].fates[3]);
  ck_assert_int_eq(fate_of(0, "CONTAINS", &value), long_texts[_i].fates[4]);
  ck_assert_int_eq(fate_of(SET, "CONTAINS", &value), long_texts[_i].fates[4]);
  nep_value_dispose(&value);
}
END_TEST

/* ---- what is sent ---- */

static const struct {
  const char *plan;
  nep_value values[5]; /* n of them */
  size_t n;
  const char *bound; /* operator and values, "local", "never" */
} bounds[] = {
#define NAME_IN "experiments nql (`sys/name`:string IN ?1)"
#define STEP "experiments nql (`sys/forking/step`:float "
    {NAME_IN, {TEXT("b"), TEXT("a"), TEXT("b")}, 3, "IN 'b' 'a' 'b'"},
    {NAME_IN, {NONE, TEXT("a"), BLOB, TEXT("b"), NONE}, 5, "IN 'a' 'b'"},
    {NAME_IN, {TEXT("a"), INTEGER(5), TEXT("b")}, 3, "local"},
    {NAME_IN, {TEXT("\xFF")}, 1, "local"},
    {NAME_IN, {NONE}, 1, "never"},
    {NAME_IN, {NONE}, 0, "never"}, /* IN (an empty subquery) */
    {STEP "IN ?1)",
     {INTEGER(1), TEXT("x"), REAL(0.5), NONE, BLOB},
     5,
     "IN 1.0 0.5"},
    {STEP "IN ?1)", {INTEGER(1), INTEGER(EXACT + 1)}, 2, "local"},
    {STEP "IN ?1)", {TEXT("x"), BLOB}, 2, "never"},
    {STEP "< ?1)", {INTEGER(EXACT)}, 1, "< 9007199254740992.0"},
    {STEP "<= ?1)", {REAL(-1e-300)}, 1, "<= -1.0e-300"},
    {STEP "> ?1)", {TEXT("x")}, 1, "local"}, /* text is above numbers */
    {STEP "< ?1)", {BLOB}, 1, "local"},
    {STEP "< ?1)", {REAL(INFINITY)}, 1, "local"},
    {STEP "< ?1)", {NONE}, 1, "never"},
    {"experiments nql (`sys/failed`:bool IN ?1)",
     {INTEGER(0), INTEGER(2), REAL(1), REAL(0.5)},
     4,
     "IN 0 1"},
    {"experiments nql (`sys/archived`:bool = ?1)~", {REAL(1)}, 1, "= 1"},
    {"experiments nql (`sys/creation_time`:datetime IN ?1)",
     {TEXT("1970-01-01 00:00:00.001"), TEXT("1970-01-01"), INTEGER(5),
      TEXT("1970-01-01 00:00:00.000")},
     4,
     "IN 1 0"},
    {"experiments | project IN ?1",
     {TEXT("a/b"), TEXT("c/d")},
     2,
     "IN 'a/b' 'c/d'"},
};

static char *bound_text(const nep_bound *bound)
{
  sqlite3_str *out = sqlite3_str_new(NULL);

  if (!bound->is_sent || !bound->n_values) {
    sqlite3_str_appendall(out, bound->is_sent ? "never" : "local");
    return sqlite3_str_finish(out);
  }
  sqlite3_str_appendall(out, nep_op_text(bound->op));
  for (size_t i = 0; i < bound->n_values; i++) {
    const nep_value *value = &bound->values[i];
    if (value->type == NEP_VALUE_INTEGER)
      sqlite3_str_appendf(out, " %lld", value->integer);
    else if (value->type == NEP_VALUE_REAL)
      sqlite3_str_appendf(out, " %!.16g", value->real);
    else
      sqlite3_str_appendf(out, " %Q", value->text);
  }
  return sqlite3_str_finish(out);
}

START_TEST(values_keep_their_order)
{
  nep_plan plan;
  nep_binding binding;

  bind(&plan, &binding, E, bounds[_i].plan, bounds[_i].values, bounds[_i].n);
  char *text = bound_text(&binding.clauses[0]);
  ck_assert_str_eq(text, bounds[_i].bound);
  sqlite3_free(text);
  dispose(&plan, &binding);
}
END_TEST

/* Two conditions, each with one value. */
static const struct {
  nep_value first, second;
  bool is_empty;
  sqlite3_int64 page_hint; /* of 10 */
  int found;               /* the clause that is found for the column, or -1 */
} pairs[] = {
    {TEXT("a"), TEXT("b"), false, 10, 0},
    {INTEGER(1), TEXT("b"), false, 0, 1},
    {TEXT("a"), INTEGER(1), false, 0, 0},
    {INTEGER(1), INTEGER(1), false, 0, -1},
    {NONE, TEXT("b"), true, 10, 0},
    {INTEGER(1), NONE, true, 0, 1},
};

START_TEST(what_is_not_sent_takes_the_page_hint_away)
{
  nep_plan plan;
  nep_binding binding;
  nep_error error = {0};

  plans_parse(&plan, E,
              "experiments nql (`sys/owner`:string = ?1) AND "
              "(`sys/owner`:string = ?2) | page ?3");
  ck_assert_int_eq(nep_binding_init(&binding, &plan, &error), SQLITE_OK);
  plans_add(&binding, 0, &pairs[_i].first, 1);
  plans_add(&binding, 1, &pairs[_i].second, 1);
  binding.page_hint = 10;
  nep_binding_finish(&plan, &binding);
  ck_assert_int_eq(binding.is_empty, pairs[_i].is_empty);
  ck_assert_int_eq(binding.page_hint, pairs[_i].page_hint);
  ck_assert_ptr_eq(nep_binding_find(&plan, &binding, OWNER),
                   pairs[_i].found < 0 ? NULL
                                       : &binding.clauses[pairs[_i].found]);
  ck_assert_ptr_null(nep_binding_find(&plan, &binding, EXPERIMENT));
  dispose(&plan, &binding);
}
END_TEST

/* ---- values of attributes ---- */

/* A plan for attribute = ?1 AND type = ?2 AND value … ?3, and what becomes of
** the third. */
static const struct {
  nep_value attribute, type;
  const char *op;
  nep_value value;
  const char *operand, *bound;
} values_of[] = {
    {TEXT("a/b"), TEXT("float"), "<", REAL(0.5), "`a/b`:float", "< 0.5"},
    {TEXT("a/b"), TEXT("float"), "=", TEXT("0.5"), "`a/b`:float", "local"},
    {TEXT("a/b"), TEXT("float"), "IN", TEXT("0.5"), "`a/b`:float", "never"},
    {TEXT("a/b"), TEXT("float"), "<", NONE, "`a/b`:float", "never"},
    {TEXT("a/b"), TEXT("float"), "LIKE", TEXT("0%"), "`a/b`:float", "local"},
    {TEXT("a/b"), TEXT("int"), "<", REAL(0.5), "`a/b`:int", "<= 0"},
    {TEXT("a/b"), TEXT("int"), "=", REAL(0.5), "`a/b`:int", "never"},
    {TEXT("a/b"), TEXT("string"), "=", TEXT("x"), "`a/b`:string", "= 'x'"},
    {TEXT("a/b"), TEXT("string"), "<", TEXT("x"), "`a/b`:string", "local"},
    {TEXT("a/b"), TEXT("string"), "=", INTEGER(5), "`a/b`:string", "local"},
    {TEXT("a/b"), TEXT("string"), "CONTAINS", TEXT("x"), "`a/b`:string",
     "CONTAINS 'x'"},
    {TEXT("a/b"), TEXT("string"), "HAS", TEXT("x"), "`a/b`:string", "local"},
    {TEXT("a/b"), TEXT("string"), "GLOB", TEXT("x*"), "`a/b`:string",
     "REGEXP '(?s)^x'"},
    {TEXT("a/b"), TEXT("bool"), "=", INTEGER(1), "`a/b`:bool", "= 1"},
    {TEXT("a/b"), TEXT("bool"), "<", INTEGER(1), "`a/b`:bool", "local"},
    {TEXT("a/b"), TEXT("datetime"), ">", TEXT("1970"), "`a/b`:datetime",
     ">= 0"},
    {TEXT("a/b"), TEXT("string_set"), "HAS", TEXT("x"), "`a/b`:stringSet",
     "HAS 'x'"},
    {TEXT("a/b"), TEXT("string_set"), "CONTAINS", TEXT("x"), "`a/b`:stringSet",
     "local"},
    {TEXT("a/b"), TEXT("float_series"), ">", INTEGER(1),
     "last(`a/b`:floatSeries)", "> 1.0"},
    {TEXT("a/b"), TEXT("string_series"), "!=", TEXT("x"), "`a/b`:stringSeries",
     "!= 'x'"},
    {TEXT("a/b"), TEXT("experiment_state"), "=", TEXT("active"),
     "`a/b`:experimentState", "= 'active'"},
    {TEXT("a/b"), TEXT("file"), "=", TEXT("x"), "`a/b`:fileRef", "local"},
    {TEXT("a/b"), TEXT("histogram_series"), "=", TEXT("x"), NULL, "local"},
    {TEXT("a/b"), TEXT("unknown"), "=", TEXT("x"), NULL, "local"},
    {TEXT("a/b"), TEXT("FLOAT"), "=", REAL(1), NULL, "local"},
    {TEXT("a`b"), TEXT("float"), "=", REAL(1), NULL, "local"},
    {TEXT(""), TEXT("float"), "=", REAL(1), NULL, "local"},
    {TEXT("a\0b"), TEXT("float"), "=", REAL(1), NULL, "local"},
    {INTEGER(1), TEXT("float"), "=", REAL(1), NULL, "local"},
    {TEXT("a/b"), INTEGER(1), "=", REAL(1), NULL, "local"},
    {TEXT("a/b"), NONE, "=", REAL(1), NULL, "local"},
};

START_TEST(a_value_is_sent_by_the_rule_of_its_type)
{
  char *text = sqlite3_mprintf("attributes | attribute = ?1 | type = ?2 | "
                               "value %s ?3~",
                               values_of[_i].op);
  nep_error error = {0};
  nep_plan plan;
  nep_binding binding;

  plans_parse(&plan, &nep_schema_attributes, text);
  ck_assert_int_eq(nep_binding_init(&binding, &plan, &error), SQLITE_OK);
  plans_add(&binding, 0, &values_of[_i].attribute, 1);
  plans_add(&binding, 1, &values_of[_i].type, 1);
  plans_add(&binding, 2, &values_of[_i].value, 1);
  nep_binding_finish(&plan, &binding);
  const nep_column *column = nep_binding_column(&plan, &binding, 2);
  char *bound = bound_text(&binding.clauses[2]);
  ck_assert_str_eq(bound, values_of[_i].bound);
  if (values_of[_i].operand)
    ck_assert_str_eq(column->operand, values_of[_i].operand);
  else
    ck_assert_ptr_null(column->operand);
  ck_assert_ptr_eq(nep_binding_column(&plan, &binding, 0),
                   &plan.schema->columns[NEP_ATTRIBUTES_ATTRIBUTE]);
  sqlite3_free(bound);
  sqlite3_free(text);
  dispose(&plan, &binding);
}
END_TEST

/* ---- times ---- */

#define TIME "experiments nql (`sys/creation_time`:datetime %s ?1)"

static const nep_op time_ops[] = {NEP_OP_EQ, NEP_OP_NE, NEP_OP_LT, NEP_OP_LE,
                                  NEP_OP_GT, NEP_OP_GE, NEP_OP_IN};

/* Any text may stand on the other side of the comparison. */
static const nep_value time_texts[] = {
    TEXT(""),
    TEXT("\0"),
    TEXT(" "),
    TEXT("-1"),
    TEXT("/"),
    TEXT("0"),
    TEXT("0000-01-01"),
    TEXT("0000-01-01 00:00:00.000"),
    TEXT("0000-01-01 00:00:00.000\0"),
    TEXT("0000-01-01 00:00:00.001"),
    TEXT("1969-12-31 23:59:59.999"),
    TEXT("1970"),
    TEXT("1970-01-01 00:00:00.000"),
    TEXT("2"),
    TEXT("20"),
    TEXT("2024"),
    TEXT("2024-"),
    TEXT("2024-00"),
    TEXT("2024-02"),
    TEXT("2024-02-05"),
    TEXT("2024-02-05 "),
    TEXT("2024-02-05 20"),
    TEXT("2024-02-05 20:00"),
    TEXT("2024-02-05 20:00:00"),
    TEXT("2024-02-05 20:00:00."),
    TEXT("2024-02-05 20:00:00.12"),
    TEXT("2024-02-05 20:00:00.123"),
    TEXT("2024-02-05 20:00:00.123 "),
    TEXT("2024-02-05 20:00:00.123\0"),
    TEXT("2024-02-05 20:00:00.123Z"),
    TEXT("2024-02-05 20:00:00.123456"),
    TEXT("2024-02-05\0"
         "20:00:00.123"),
    TEXT("2024-02-05T20:00:00.123"),
    TEXT("2024-02-05T20:00:00Z"),
    TEXT("2024-02-05 20:00:60"),
    TEXT("2024-02-05 24:00:00.000"),
    TEXT("2024-02-29 23:59:59.999"),
    TEXT("2024-02-30"),
    TEXT("2023-02-29"),
    TEXT("2024-13-01"),
    TEXT("2024-02-05 20:00:00,123"),
    TEXT("20240205"),
    TEXT("1707163200123"),
    TEXT("now"),
    TEXT("9"),
    TEXT("9999-12-31 23:59:59.998"),
    TEXT("9999-12-31 23:59:59.999"),
    TEXT("9999-12-31 23:59:59.999\0"),
    TEXT("9999-12-31 23:59:59.9990"),
    TEXT("9999-12-32"),
    TEXT(":"),
    TEXT("\xC3\xA9"),
    TEXT("\xFF"),
};

/* SQLite's BINARY order of a time's text and another, as <0, 0, >0. */
static int compare_as_text(sqlite3_int64 ms, const nep_value *text)
{
  char time[NEP_TIME_SIZE];

  ck_assert(nep_time_format(ms, time));
  size_t size = strlen(time);
  int order = memcmp(time, text->text, size < text->size ? size : text->size);
  return order ? order : size < text->size ? -1 : size > text->size;
}

static bool holds(nep_op op, int order)
{
  switch (op) {
  case NEP_OP_EQ:
  case NEP_OP_IS:
  case NEP_OP_IN:
    return order == 0;
  case NEP_OP_LT:
    return order < 0;
  case NEP_OP_LE:
    return order <= 0;
  case NEP_OP_GT:
    return order > 0;
  case NEP_OP_GE:
    return order >= 0;
  case NEP_OP_NE:
  case NEP_OP_IS_NOT:
    return order != 0;
  case NEP_OP_REGEXP:
  case NEP_OP_LIKE:
  case NEP_OP_GLOB:
  case NEP_OP_CONTAINS:
  case NEP_OP_HAS:
  case NEP_OP_IS_NULL:
  case NEP_OP_NOT_NULL:
  case NEP_OP_COUNT:
    break;
  }
  ck_abort_msg("no comparison: %d", (int)op);
  return false;
}

/* What was sent admits just the times whose text fulfils the condition; what
** was not sent is fulfilled by all of them. */
static void check_times(const nep_binding *binding, nep_op op,
                        const nep_value *text, const sqlite3_int64 *times,
                        size_t n)
{
  const nep_bound *bound = &binding->clauses[0];

  for (size_t i = 0; i < n; i++) {
    bool expected = holds(op, compare_as_text(times[i], text));
    bool admitted = !binding->is_empty;
    if (bound->is_sent && admitted) {
      sqlite3_int64 ms = bound->values[0].integer;
      admitted = holds(bound->op, (times[i] > ms) - (times[i] < ms));
    }
    ck_assert_msg(admitted == expected, "%lld %s '%s': %d, sent %s %lld",
                  (long long)times[i], nep_op_text(op), text->text, expected,
                  bound->is_sent ? nep_op_text(bound->op) : "nothing",
                  bound->n_values ? (long long)bound->values[0].integer : 0);
  }
}

/* A database in UTF-16 orders what is no ASCII by its own bytes. */
static bool is_ordered_by_database(nep_op op, const nep_value *text)
{
  for (size_t i = 0; i < text->size; i++) {
    if (text->text[i] & 0x80)
      return op == NEP_OP_LT || op == NEP_OP_LE || op == NEP_OP_GT ||
             op == NEP_OP_GE;
  }
  return false;
}

/* Samples: the ends, some times, and those around the text's own bound. */
static void check_time_text(const nep_value *text)
{
  sqlite3_int64 times[16] = {NEP_TIME_MIN,
                             NEP_TIME_MIN + 1,
                             -1,
                             0,
                             1707163200122,
                             1707163200123,
                             1707163200124,
                             1707163200000,
                             NEP_TIME_MAX - 1,
                             NEP_TIME_MAX};
  size_t n = 10;
  sqlite3_int64 ms;
  bool equal;

  if (nep_time_lower_bound((nep_text){text->text, text->size}, &ms, &equal)) {
    for (sqlite3_int64 near = ms - 2; near <= ms + 2; near++) {
      if (near >= NEP_TIME_MIN && near <= NEP_TIME_MAX)
        times[n++] = near;
    }
  }
  for (size_t i = 0; i < NEP_COUNT(time_ops); i++) {
    char *plan_text = sqlite3_mprintf(TIME, nep_op_text(time_ops[i]));
    nep_plan plan;
    nep_binding binding;
    bind(&plan, &binding, E, plan_text, text, 1);
    if (is_ordered_by_database(time_ops[i], text))
      ck_assert(!binding.clauses[0].is_sent && !binding.is_empty);
    else
      check_times(&binding, time_ops[i], text, times, n);
    sqlite3_free(plan_text);
    dispose(&plan, &binding);
  }
}

START_TEST(a_bound_in_ms_parts_times_as_the_text_does)
{
  check_time_text(&time_texts[_i]);
}
END_TEST

START_TEST(a_bound_in_ms_parts_times_as_any_text_does)
{
  unsigned long long seed = 7;

  for (int round = 0; round < 5000; round++) {
    char near[NEP_TIME_SIZE + 2] = {0};
    nep_value text = {.type = NEP_VALUE_TEXT, .text = near};
    sqlite3_int64 day = (sqlite3_int64)plans_random(&seed, 3652424);
    nep_time_format(NEP_TIME_MIN + day * 86400000 +
                        (sqlite3_int64)plans_random(&seed, 86400000),
                    near);
    near[23] = '5';
    if (plans_random(&seed, 3))
      near[plans_random(&seed, 23)] = (char)('!' + plans_random(&seed, 40));
    text.size = plans_random(&seed, 25);
    near[text.size] = 0;
    check_time_text(&text);
  }
}
END_TEST

/* ---- memory ---- */

static int bind_values(nep_error *error)
{
  static const nep_value values[] = {TEXT("a"), NONE, TEXT("b"), BLOB,
                                     TEXT("c")};
  nep_plan plan;
  nep_binding binding = {0};
  int rc = nep_plan_parse(&plan, E, NAME_IN, error);

  if (rc == SQLITE_OK)
    rc = nep_binding_init(&binding, &plan, error);
  for (size_t i = 0; i < NEP_COUNT(values) && rc == SQLITE_OK; i++) {
    nep_value copy = values[i];
    if (copy.text)
      copy.text = nep_text_copy((nep_text){values[i].text, values[i].size});
    if (values[i].text && !copy.text)
      rc = nep_error_no_memory(error);
    else
      rc = nep_binding_add(&binding, 0, &copy, error);
    ck_assert(rc || !copy.text); /* it was taken */
    if (rc)
      nep_value_dispose(&copy);
  }
  if (rc == SQLITE_OK) {
    nep_binding_finish(&plan, &binding);
    ck_assert_uint_eq(binding.clauses[0].n_values, 3);
  }
  dispose(&plan, &binding);
  return rc;
}

START_TEST(without_memory_no_value_is_lost)
{
  memory_check(bind_values);
}
END_TEST

Suite *binding_suite(void);
Suite *binding_suite(void)
{
  Suite *suite = suite_create("binding");
  TCase *values = tcase_create("values"), *times = tcase_create("times");
  TCase *memory = tcase_create("memory");

  tcase_add_loop_test(values, a_value_is_sent_if_sql_would_compare_it_alike, 0,
                      (int)NEP_COUNT(fates));
  tcase_add_loop_test(values, a_pattern_is_sent_if_it_is_text, 0,
                      (int)NEP_COUNT(patterns));
  tcase_add_loop_test(values, a_part_is_sent_if_it_is_text_and_not_empty, 0,
                      (int)NEP_COUNT(parts));
  tcase_add_loop_test(values, a_text_longer_than_a_servers_index_is_not_sent, 0,
                      (int)NEP_COUNT(long_texts));
  tcase_add_loop_test(values, values_keep_their_order, 0,
                      (int)NEP_COUNT(bounds));
  tcase_add_loop_test(values, what_is_not_sent_takes_the_page_hint_away, 0,
                      (int)NEP_COUNT(pairs));
  tcase_add_loop_test(values, a_value_is_sent_by_the_rule_of_its_type, 0,
                      (int)NEP_COUNT(values_of));
  tcase_add_loop_test(times, a_bound_in_ms_parts_times_as_the_text_does, 0,
                      (int)NEP_COUNT(time_texts));
  tcase_add_test(times, a_bound_in_ms_parts_times_as_any_text_does);
  tcase_add_test(memory, without_memory_no_value_is_lost);
  suite_add_tcase(suite, values);
  suite_add_tcase(suite, times);
  suite_add_tcase(suite, memory);
  return suite;
}
