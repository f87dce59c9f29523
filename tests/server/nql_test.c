/* nql_test.c: checks the parser and the evaluator of queries without a
 * server. Prints what fails; ends with 1 if anything does. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nql.h"

static const int64_t now_ms = INT64_C(1709210096789); /* 2024-02-29T12:34:56Z */
static const int64_t two_hours_ms = 7200000;

static char long_text[1200]; /* 1100 characters, the last one z */

static const struct {
  const char *path;
  model_type type;
} defs[] = {
    {"config/lr", MODEL_FLOAT},            /* 0: 0.1 */
    {"config/layers", MODEL_INT},          /* 1: 2^53 + 1 */
    {"config/name", MODEL_STRING},         /* 2: say "hi" \ there */
    {"config/flag", MODEL_BOOL},           /* 3: true */
    {"sys/creation_time", MODEL_DATETIME}, /* 4: two hours ago */
    {"metrics/loss", MODEL_FLOAT_SERIES},  /* 5: see value() */
    {"sys/tags", MODEL_STRING_SET},        /* 6: a, b c */
    {"sys/state", MODEL_EXPERIMENT_STATE}, /* 7: active */
    {"sys/size", MODEL_INT},               /* 8: 100 MB */
    {"config/nan", MODEL_FLOAT},           /* 9 */
    {"config/long", MODEL_STRING},         /* 10: long_text */
    {"config/file", MODEL_FILE},           /* 11 */
    {"config/two", MODEL_INT},             /* 12: 2 */
    {"config/two", MODEL_STRING},          /* 13: not in this run */
    {"config/absent", MODEL_INT},          /* 14: not in this run */
    {"metrics/nan", MODEL_FLOAT_SERIES},   /* 15: NaN only */
};
enum { N_DEFS = sizeof defs / sizeof defs[0] };

static uint32_t find(const void *context, const char *path, size_t len,
                     model_type type)
{
  (void)context;
  for (uint32_t i = 0; i < N_DEFS; i++) {
    if (strlen(defs[i].path) == len && defs[i].type == type &&
        memcmp(defs[i].path, path, len) == 0) {
      return i;
    }
  }
  return MODEL_NO_DEF;
}

static model_text text(const char *data)
{
  return (model_text){.data = data, .len = strlen(data)};
}

static bool value(void *context, uint32_t def, model_value *to)
{
  static const model_text tags[] = {{"a", 1}, {"b c", 3}};
  (void)context;
  *to = (model_value){.type = defs[def].type};
  switch (def) {
  case 0:
    to->as.real = 0.1;
    return true;
  case 1:
    to->as.integer = INT64_C(9007199254740993);
    return true;
  case 2:
    to->as.text = text("say \"hi\" \\ there");
    return true;
  case 3:
    to->as.integer = 1;
    return true;
  case 4:
    to->as.integer = now_ms - two_hours_ms;
    return true;
  case 5:
    to->as.series = (model_summary){.points = 4,
                                    .finite = 3,
                                    .last = INFINITY,
                                    .min = 1,
                                    .max = 3,
                                    .average = 2,
                                    .variance = 0.5};
    return true;
  case 6:
    to->as.set.items = tags;
    to->as.set.count = 2;
    return true;
  case 7:
    to->as.text = text("active");
    return true;
  case 8:
    to->as.integer = INT64_C(100) * 1024 * 1024;
    return true;
  case 9:
    to->as.real = NAN;
    return true;
  case 10:
    to->as.text = text(long_text);
    return true;
  case 12:
    to->as.integer = 2;
    return true;
  case 15:
    to->as.series = (model_summary){.points = 1, .last = NAN};
    return true;
  default:
    return def == 11;
  }
}

static const struct {
  const char *query;
  int expected; /* 1 matches, 0 does not, -1 is refused */
} cases[] = {
    {"", 1},
    {"  ", 1},
    {"()", -1},
    {"`config/lr`:float = \"0.1\"", 1},
    {"`config/lr`:float == 0.1", 1},
    {"config/lr:float=0.1", 1},
    {"config/lr < 0.2", 1},
    {"config/lr >= 0.2", 0},
    {"config/lr != 0.1", 0},
    {"`config/lr`:float < \"abc\"", -1},
    {"`config/lr`:float < \"nan\"", 0},
    {"`config/lr`:float < \"inf\"", 1},
    {"`config/lr`:int = 0.1", 0},
    {"NOT `config/lr`:int = 1", 1},
    {"`config/lr`:flot = 1", -1},
    {"`config/nan`:float = \"nan\"", 0},
    {"`config/nan`:float != 1", 0},
    {"`config/nan`:float EXISTS", 1},
    {"`config/layers`:int = 9007199254740993", 1},
    {"`config/layers`:int = 9007199254740992", 0},
    {"`config/layers`:int > 1.5", 1},
    {"`config/name`:string = \"say \\\"hi\\\" \\\\ there\"", 1},
    {"config/name = a OR config/name = \"say \\\"hi\\\" \\\\ there\" OR "
     "config/name = say OR config/name = \"\"",
     1},
    {"config/name = a OR config/name = say OR config/name = \"\"", 0},
    {"NOT (config/name = a OR config/name = say) AND config/flag = true", 1},
    {"config/name = a OR config/lr = 0.1 OR config/name = say", 1},
    {"config/name = a OR config/name != a OR config/name = b", 1},
    {"config/name = a OR sys/state = active OR config/name = b", 1},
    {"(config/name = a OR config/name = b) OR config/flag = true", 1},
    {"config/name = a OR NOT config/name = b OR config/name = c", 1},
    {"config/two:string = 2 OR config/two:string = 3", 0},
    {"config/none:string = a OR config/none:string = b", 0},
    {"`config/name`:string CONTAINS \"\\\"hi\\\"\"", 1},
    {"`config/name`:string CONTAINS \"Hi\"", 0},
    {"`config/name`:string NOT CONTAINS \"Hi\"", 1},
    {"`config/name`:string MATCHES \"^say.*e$\"", 1},
    {"`config/name`:string MATCHES \"a.\"", 1},
    {"`config/name`:string NOT MATCHES \"^hi\"", 1},
    {"`config/name`:string MATCHES \"(\"", -1},
    {"`config/name`:string < \"a\"", -1},
    {"`config/name`:string = \"open", -1},
    {"`config/name:string = 1", -1},
    {"`config/flag`:bool = True", 1},
    {"`config/flag`:bool = \"true\"", 1},
    {"`config/flag`:bool != \"TRUE\"", 0},
    {"`config/flag`:bool = 1", -1},
    {"`config/flag`:bool < True", -1},
    {"`sys/creation_time`:datetime = \"2024-02-29T10:34:56.789Z\"", 1},
    {"`sys/creation_time`:datetime = \"2024-02-29T19:34:56.789+09:00\"", 1},
    {"`sys/creation_time`:datetime = \"2024-02-29T19:34:56.789+09\"", 1},
    {"`sys/creation_time`:datetime = \"2024-02-29T10:34:56.7891Z\"", 0},
    {"`sys/creation_time`:datetime < \"2024-02-29T10:34:56.7891Z\"", 1},
    {"`sys/creation_time`:datetime > \"-3h\"", 1},
    {"`sys/creation_time`:datetime > -1h", 0},
    {"`sys/creation_time` > -1M", 1},
    {"`sys/creation_time`:datetime > \"yesterday\"", -1},
    {"`sys/creation_time`:datetime > \"2023-02-29\"", -1},
    {"`metrics/loss`:floatSeries > 100", 1},
    {"last(`metrics/loss`:floatSeries) = \"inf\"", 1},
    {"min(`metrics/loss`:floatSeries) = 1", 1},
    {"max(`metrics/loss`) <= 3", 1},
    {"average( `metrics/loss`:floatSeries ) = 2", 1},
    {"variance(metrics/loss) = 0.5", 1},
    {"median(`metrics/loss`) = 1", -1},
    {"max(`config/lr`:float) = 1", -1},
    {"max(`metrics/nan`:floatSeries) < 5", 0},
    {"`metrics/nan`:floatSeries < 5", 0},
    {"`metrics/nan`:floatSeries EXISTS", 1},
    {"`sys/tags`:stringSet CONTAINS \"b c\"", 1},
    {"`sys/tags`:stringSet CONTAINS \"b\"", 0},
    {"`sys/tags`:stringSet NOT CONTAINS \"b\"", 1},
    {"`sys/tags`:stringSet = \"a\"", -1},
    {"`sys/state`:experimentState = active", 1},
    {"`sys/state`:experimentState = \"inactive\"", 0},
    {"`sys/state`:experimentState != \"inactive\"", 1},
    {"`sys/state`:experimentState = \"running\"", 1},
    {"`sys/state`:experimentState = \"asleep\"", -1},
    {"`sys/size` >= 100MB", 1},
    {"`sys/size` < \"101 MB\"", 1},
    {"`sys/size` > 1GB", 0},
    {"`config/lr` > 100MB", -1},
    {"`config/long`:string MATCHES \"z\"", 0},
    {"`config/long`:string CONTAINS \"z\"", 0},
    {"`config/long`:string MATCHES \"(?s)^.{1000}\"", 1},
    {"`config/file`:fileRef EXISTS", 1},
    {"`config/file`:fileRef = \"a\"", -1},
    {"`config/file`:artifact = \"a\"", 0},
    {"`config/file`:artifact != \"a\"", 0},
    {"`h`:histogramSeries EXISTS", -1},
    {"`config/absent`:int EXISTS", 0},
    {"`config/absent`:int NOT EXISTS", 1},
    {"NOT `config/absent`:int EXISTS", 1},
    {"`config/absent`:int = 1", 0},
    {"`config/absent`:int != 1", 0},
    {"NOT (`config/absent`:int = 1)", 1},
    {"`config/unknown` = 1", 0},
    {"`config/unknown` NOT EXISTS", 1},
    {"`config/two` = 2", -1},
    {"`config/two`:int = 2", 1},
    {"`config/two`:string EXISTS", 0},
    {"config/two:int = 2 AND config/lr = 5 OR config/flag = True", 1},
    {"config/flag = True OR config/two:int = 2 AND config/lr = 5", 1},
    {"(config/flag = True OR config/two:int = 2) AND config/lr = 5", 0},
    {"NOT config/lr = 5 AND config/flag = True", 1},
    {"NOT NOT config/lr = 5", 0},
    {"config/lr = 5 AND", -1},
    {"config/lr 5", -1},
    {"config/lr =", -1},
    {"config/lr = 5 5", -1},
    {"(config/lr = 5", -1},
    {"config/lr = 5)", -1},
    {"and = 1", 0},
    {"AND = 1", -1},
    {"config/lr NOT = 1", -1},
    {"not config/lr = 1", -1},
};

/* 1, 0 or -1, as in cases. */
static int evaluate(const char *query)
{
  const nql_schema schema = {.find = find, .now_ms = now_ms};
  srv_error err = {0};
  nql_query *parsed = nql_query_new(query, strlen(query), &schema, &err);
  int result;
  if (!parsed) {
    return err.status == 400 ? -1 : -2;
  }
  result = nql_query_matches(parsed, value, NULL);
  nql_query_free(parsed);
  return result;
}

static int check_cases(void)
{
  int failed = 0;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int got = evaluate(cases[i].query);
    if (got != cases[i].expected) {
      printf("%s: expected %d, got %d\n", cases[i].query, cases[i].expected,
             got);
      failed++;
    }
  }
  return failed;
}

/* Nesting beyond the limit is refused; a long list is not nesting. */
static int check_depth(void)
{
  static char deep[4096], wide[200000];
  size_t at = 0;
  memset(deep, '(', sizeof deep - 1);
  for (int i = 0; i < 5000; i++) {
    const char part[] = "config/lr=5 OR ";
    memcpy(wide + at, part, sizeof part);
    at += strlen(part);
  }
  memcpy(wide + at, "config/lr=0.1", sizeof "config/lr=0.1");
  return (evaluate(deep) != -1) + (evaluate(wide) != 1);
}

int main(void)
{
  int failed;
  memset(long_text, 'x', 1099);
  long_text[1099] = 'z';
  failed = check_cases() + check_depth();
  printf("%d checks, %d failed\n", (int)(sizeof cases / sizeof cases[0]) + 2,
         failed);
  return failed > 0;
}
