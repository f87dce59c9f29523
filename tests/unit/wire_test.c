#include "memory.h"
#include "wire.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- types ---- */

START_TEST(type_names_lead_back_to_the_type)
{
  int i;

  for (i = NEP_TYPE_UNKNOWN; i < NEP_TYPE_COUNT; i++) {
    nep_type type = (nep_type)i;
    ck_assert_int_eq(
        nep_type_from_sql_name(nep_text_of(nep_type_sql_name(type))), type);
    ck_assert_int_eq(
        nep_type_from_wire_name(nep_text_of(nep_type_wire_name(type))), type);
  }
  ck_assert_int_eq(nep_type_from_sql_name(nep_text_of("file_series")),
                   NEP_TYPE_FILE_SERIES);
  ck_assert_int_eq(nep_type_from_wire_name(nep_text_of("fileRefSeries")),
                   NEP_TYPE_FILE_SERIES);
  ck_assert_int_eq(nep_type_from_sql_name(nep_text_of("fileRef")),
                   NEP_TYPE_UNKNOWN);
  ck_assert_int_eq(nep_type_from_wire_name(nep_text_of("")), NEP_TYPE_UNKNOWN);
}
END_TEST

/* ---- request bodies ---- */

static void check_body(int code, char *body, nep_error *error,
                       const char *expected)
{
  ck_assert_msg(!code, "%s", error->message ? error->message : "no memory");
  ck_assert_str_eq(body, expected);
  sqlite3_free(body);
}

static const char *const paths[] = {"sys/name", "config/\"lr\""};

static const struct {
  nep_search_request request;
  const char *body;
} searches[] = {
    {{.limit = 1},
     "{\"experimentLeader\":false,\"attributeFilters\":[],"
     "\"pagination\":{\"limit\":1,\"offset\":0}}"},
    {{.is_global = true, .limit = 2},
     "{\"experimentLeader\":false,\"pagination\":{\"limit\":2,\"offset\":0}}"},
    {{.nql = "", .heads = true, .limit = 9007199254740993, .offset = 7},
     "{\"experimentLeader\":true,\"attributeFilters\":[],"
     "\"pagination\":{\"limit\":9007199254740993,\"offset\":7}}"},
    {{.nql = "`a`:int = \"1\"\n", .paths = paths, .n_paths = 2, .limit = 10},
     "{\"query\":{\"query\":\"`a`:int = \\\"1\\\"\\n\"},"
     "\"experimentLeader\":false,\"attributeFilters\":[{\"path\":"
     "\"sys/name\"},{\"path\":\"config/\\\"lr\\\"\"}],"
     "\"pagination\":{\"limit\":10,\"offset\":0}}"},
    {{.limit = 5,
      .sort_path = "sys/creation_time",
      .sort_type = NEP_TYPE_DATETIME,
      .descending = true},
     "{\"experimentLeader\":false,\"attributeFilters\":[],"
     "\"pagination\":{\"limit\":5,\"offset\":0},\"sorting\":{\"sortBy\":"
     "{\"name\":\"sys/creation_time\",\"type\":\"datetime\"},"
     "\"dir\":\"descending\"}}"},
    {{.limit = 5,
      .sort_path = "loss",
      .sort_type = NEP_TYPE_FLOAT_SERIES,
      .sort_aggregation = "min"},
     "{\"experimentLeader\":false,\"attributeFilters\":[],"
     "\"pagination\":{\"limit\":5,\"offset\":0},\"sorting\":{\"sortBy\":"
     "{\"name\":\"loss\",\"type\":\"floatSeries\",\"aggregationMode\":"
     "\"min\"},\"dir\":\"ascending\",\"aggregationMode\":\"min\"}}"},
};

START_TEST(a_search_is_written)
{
  nep_error error = {0};
  char *body;
  int code = nep_wire_search_body(&searches[_i].request, &body, &error);

  check_body(code, body, &error, searches[_i].body);
}
END_TEST

static const char *const project = "ws/p";
static const char *const runs[] = {"ws/p/VIS-1", "ws/p/VIS-2"};
static const char *const names[] = {"a/b", "c.d"};
static const char *const patterns[] = {"^config/", "lr\\d"};
static const nep_type types[] = {NEP_TYPE_FLOAT_SERIES, NEP_TYPE_FILE};

static const struct {
  nep_attribute_request request;
  const char *definitions, *values;
} selections[] = {
    {{.limit = 10},
     "{\"nextPage\":{\"limit\":10}}",
     "{\"nextPage\":{\"limit\":10}}"},
    {{.has_run_ids = true, .limit = 10},
     "{\"experimentIdsFilter\":[],\"nextPage\":{\"limit\":10}}",
     "{\"experimentIdsFilter\":[],\"nextPage\":{\"limit\":10}}"},
    {{.run_ids = runs,
      .n_run_ids = 2,
      .has_run_ids = true,
      .types = types,
      .n_types = 2,
      .limit = 10,
      .page_token = "x\ty"},
     "{\"experimentIdsFilter\":[\"ws/p/VIS-1\",\"ws/p/VIS-2\"],"
     "\"attributeFilter\":[{\"attributeType\":\"floatSeries\"},"
     "{\"attributeType\":\"fileRef\"}],"
     "\"nextPage\":{\"limit\":10,\"nextPageToken\":\"x\\ty\"}}",
     "{\"experimentIdsFilter\":[\"ws/p/VIS-1\",\"ws/p/VIS-2\"],"
     "\"attributeFilter\":[{\"attributeType\":\"floatSeries\"},"
     "{\"attributeType\":\"fileRef\"}],"
     "\"nextPage\":{\"limit\":10,\"nextPageToken\":\"x\\ty\"}}"},
    {{.names = names, .n_names = 2, .limit = 10},
     "{\"attributeNameFilter\":{\"mustMatchAny\":[{\"mustMatchRegexes\":["
     "\"^(?:a\\\\/b|c\\\\.d)$\"]}]},\"nextPage\":{\"limit\":10}}",
     "{\"attributeNamesFilter\":[\"a/b\",\"c.d\"],"
     "\"nextPage\":{\"limit\":10}}"},
    {{.names = names,
      .n_names = 1,
      .patterns = patterns,
      .n_patterns = 2,
      .limit = 10},
     "{\"attributeNameFilter\":{\"mustMatchAny\":[{\"mustMatchRegexes\":["
     "\"^config/\",\"lr\\\\d\",\"^(?:a\\\\/b)$\"]}]},"
     "\"nextPage\":{\"limit\":10}}",
     "{\"attributeNamesFilter\":[\"a/b\"],\"attributeNameFilter\":"
     "{\"mustMatchAny\":[{\"mustMatchRegexes\":[\"^config/\",\"lr\\\\d\"]}]},"
     "\"nextPage\":{\"limit\":10}}"},
};

START_TEST(attribute_requests_are_written)
{
  const nep_attribute_request *request = &selections[_i].request;
  nep_error error = {0};
  char *body;
  int code = nep_wire_definitions_body(request, &body, &error);

  check_body(code, body, &error, selections[_i].definitions);
  code = nep_wire_values_body(request, &body, &error);
  check_body(code, body, &error, selections[_i].values);
}
END_TEST

START_TEST(definitions_are_asked_of_a_project)
{
  nep_attribute_request request = {.project = project, .limit = 3};
  nep_error error = {0};
  char *body;
  int code = nep_wire_definitions_body(&request, &body, &error);

  check_body(code, body, &error,
             "{\"projectIdentifiers\":[\"ws/p\"],\"nextPage\":{\"limit\":3}}");
}
END_TEST

static const nep_series_request two_series[] = {
    {.run_id = "ws/p/VIS-1", .attribute = "loss"},
    {.run_id = "ws/p/VIS-2",
     .attribute = "acc",
     .has_after_step = true,
     .after_step = 0.1 + 0.2},
};

static const nep_series_request next_series[] = {
    {.run_id = "ws/p/VIS-3", .attribute = "log", .token = "a\"b"}};

#define SERIES(id, after, run, path, lineage, entity, preview)                 \
  "{\"requestId\":\"" id "\"," after                                           \
  "\"series\":{\"holder\":{\"identifier\":\"" run                              \
  "\",\"type\":\"experiment\"},\"attribute\":\"" path                          \
  "\",\"lineage\":\"" lineage "\",\"lineageEntityType\":\"" entity             \
  "\",\"includePreview\":" preview "}}"

#define BODY(series, rest) "{\"requests\":[" series "]," rest "}"

static const struct {
  nep_points_request request;
  const char *body;
} point_requests[] = {
    {{.type = NEP_TYPE_FLOAT_SERIES,
      .series = two_series,
      .n_series = 1,
      .lineage = NEP_LINEAGE_EXPERIMENT,
      .include_previews = true,
      .steps.has_to = true,
      .steps.to = -2.5,
      .limit = 1},
     BODY(SERIES("0", "", "ws/p/VIS-1", "loss", "NONE", "EXPERIMENT", "true"),
          "\"stepRange\":{\"to\":-2.5},\"order\":\"ascending\","
          "\"perSeriesPointsLimit\":1")},
    {{.type = NEP_TYPE_FLOAT_SERIES,
      .series = two_series,
      .n_series = 1,
      .lineage = NEP_LINEAGE_RUN,
      .steps.has_from = true,
      .steps.from = -INFINITY,
      .steps.has_to = true,
      .steps.to = INFINITY,
      .limit = 1},
     BODY(SERIES("0", "", "ws/p/VIS-1", "loss", "NONE", "RUN", "false"),
          "\"order\":\"ascending\",\"perSeriesPointsLimit\":1")},
    {{.type = NEP_TYPE_FLOAT_SERIES,
      .series = two_series + 1,
      .n_series = 1,
      .descending = true,
      .steps.has_from = true,
      .steps.from = 0.1,
      .steps.has_to = true,
      .steps.to = 1e300,
      .limit = 1000},
     BODY(SERIES("0", "\"afterStep\":0.30000000000000004,", "ws/p/VIS-2", "acc",
                 "FULL", "EXPERIMENT", "false"),
          "\"stepRange\":{\"from\":0.1,\"to\":1.0e+300},"
          "\"order\":\"descending\",\"perSeriesPointsLimit\":1000")},
    {{.type = NEP_TYPE_STRING_SERIES,
      .series = next_series,
      .n_series = 1,
      .size_limit = 4096},
     BODY(SERIES("0",
                 "\"searchAfter\":{\"finished\":false,\"token\":\"a\\\"b\"},",
                 "ws/p/VIS-3", "log", "FULL", "EXPERIMENT", "false"),
          "\"order\":\"ascending\",\"sizeLimitBytes\":4096")},
    {{.type = NEP_TYPE_FILE_SERIES,
      .series = two_series,
      .n_series = 1,
      .descending = true,
      .limit = 2,
      .size_limit = 1},
     BODY(SERIES("0", "", "ws/p/VIS-1", "loss", "FULL", "EXPERIMENT", "false"),
          "\"order\":\"descending\",\"perSeriesPointsLimit\":2,"
          "\"sizeLimitBytes\":1")},
};

START_TEST(a_request_for_points_is_written)
{
  nep_error error = {0};
  char *body;
  int code = nep_wire_points_body(&point_requests[_i].request, &body, &error);

  check_body(code, body, &error, point_requests[_i].body);
}
END_TEST

START_TEST(request_ids_are_indices)
{
  nep_series_request series[12];
  nep_points_request request = {.type = NEP_TYPE_FLOAT_SERIES,
                                .series = series,
                                .n_series = 12,
                                .limit = 1};
  nep_error error = {0};
  char *body, *at;
  int i;

  for (i = 0; i < 12; i++)
    series[i] = two_series[0];
  ck_assert_int_eq(nep_wire_points_body(&request, &body, &error), SQLITE_OK);
  at = body;
  for (i = 0; i < 12; i++) {
    at = strstr(at, "\"requestId\":\"");
    ck_assert_ptr_nonnull(at);
    at += 13;
    ck_assert_int_eq(strtol(at, NULL, 10), i);
  }
  ck_assert_ptr_null(strstr(at, "requestId"));
  sqlite3_free(body);
}
END_TEST

START_TEST(reading_on_from_no_finite_step_is_refused)
{
  nep_series_request series = two_series[1];
  nep_points_request request = {.type = NEP_TYPE_FLOAT_SERIES,
                                .series = &series,
                                .n_series = 1,
                                .limit = 1};
  nep_error error = {0};
  char *body;

  series.after_step = _i ? NAN : INFINITY;
  ck_assert_int_eq(nep_wire_points_body(&request, &body, &error),
                   SQLITE_CORRUPT);
  ck_assert_ptr_null(body);
  nep_error_clear(&error);
}
END_TEST

START_TEST(text_that_is_not_utf8_is_not_sent)
{
  nep_search_request request = {.nql = "`a`:string = \"\xFF\"", .limit = 1};
  nep_error error = {0};
  char *body;

  ck_assert_int_eq(nep_wire_search_body(&request, &body, &error), SQLITE_ERROR);
  ck_assert_ptr_null(body);
  ck_assert_str_eq(error.message, "cannot send text that is not valid UTF-8");
  nep_error_clear(&error);
}
END_TEST

static int write_search(nep_error *error)
{
  char *body;
  int code = nep_wire_search_body(&searches[3].request, &body, error);

  if (!code)
    ck_assert_str_eq(body, searches[3].body);
  sqlite3_free(body);
  return code;
}

static int write_sorted_search(nep_error *error)
{
  char *body;
  int code = nep_wire_search_body(&searches[5].request, &body, error);

  if (!code)
    ck_assert_str_eq(body, searches[5].body);
  sqlite3_free(body);
  return code;
}

static int write_definitions(nep_error *error)
{
  char *body;
  int code = nep_wire_definitions_body(&selections[4].request, &body, error);

  if (!code)
    ck_assert_str_eq(body, selections[4].definitions);
  sqlite3_free(body);
  return code;
}

static int write_values(nep_error *error)
{
  char *body;
  int code = nep_wire_values_body(&selections[2].request, &body, error);

  if (!code)
    ck_assert_str_eq(body, selections[2].values);
  sqlite3_free(body);
  return code;
}

static int write_points(nep_error *error)
{
  char *body;
  int code = nep_wire_points_body(&point_requests[2].request, &body, error);

  if (!code)
    ck_assert_str_eq(body, point_requests[2].body);
  sqlite3_free(body);
  return code;
}

static int write_objects(nep_error *error)
{
  char *body;
  int code = nep_wire_points_body(&point_requests[3].request, &body, error);

  if (!code)
    ck_assert_str_eq(body, point_requests[3].body);
  sqlite3_free(body);
  return code;
}

static int (*const needing_memory[])(nep_error *error) = {
    write_search, write_sorted_search, write_definitions,
    write_values, write_points,        write_objects};

START_TEST(without_memory_nothing_is_lost_or_leaked)
{
  memory_check(needing_memory[_i]);
}
END_TEST

#define ADD_ROWS(tcase, test, rows)                                            \
  tcase_add_loop_test(tcase, test, 0, (int)NEP_COUNT(rows))

Suite *wire_suite(void);
Suite *wire_suite(void)
{
  Suite *suite = suite_create("wire");
  TCase *bodies = tcase_create("bodies"), *memory = tcase_create("memory");

  tcase_add_test(bodies, type_names_lead_back_to_the_type);
  ADD_ROWS(bodies, a_search_is_written, searches);
  ADD_ROWS(bodies, attribute_requests_are_written, selections);
  tcase_add_test(bodies, definitions_are_asked_of_a_project);
  ADD_ROWS(bodies, a_request_for_points_is_written, point_requests);
  tcase_add_test(bodies, request_ids_are_indices);
  tcase_add_loop_test(bodies, reading_on_from_no_finite_step_is_refused, 0, 2);
  tcase_add_test(bodies, text_that_is_not_utf8_is_not_sent);
  ADD_ROWS(memory, without_memory_nothing_is_lost_or_leaked, needing_memory);
  suite_add_tcase(suite, bodies);
  suite_add_tcase(suite, memory);
  return suite;
}
