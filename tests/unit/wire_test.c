#include "memory.h"
#include "message.h"
#include "wire.h"

#include <cjson/cJSON.h>
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

#define SERIES(id, after, run, path, lineage, entity, preview)                 \
  "{\"requestId\":\"" id "\"," after                                           \
  "\"series\":{\"holder\":{\"identifier\":\"" run                              \
  "\",\"type\":\"experiment\"},\"attribute\":\"" path                          \
  "\",\"lineage\":\"" lineage "\",\"lineageEntityType\":\"" entity             \
  "\",\"includePreview\":" preview "}}"

static const struct {
  nep_points_request request;
  const char *body;
} point_requests[] = {
    {{.series = two_series,
      .n_series = 2,
      .descending = true,
      .has_from = true,
      .from = 0.1,
      .has_to = true,
      .to = 1e300,
      .limit = 1000},
     "{\"requests\":[" SERIES("0", "", "ws/p/VIS-1", "loss", "FULL",
                              "EXPERIMENT", "false") "," //
     SERIES("1", "\"afterStep\":0.30000000000000004,", "ws/p/VIS-2", "acc",
            "FULL", "EXPERIMENT",
            "false") "],\"stepRange\":{\"from\":0.1,\"to\":1.0e+300},"
                     "\"order\":\"descending\",\"perSeriesPointsLimit\":1000}"},
    {{.series = two_series,
      .n_series = 1,
      .lineage = NEP_LINEAGE_EXPERIMENT,
      .include_previews = true,
      .has_to = true,
      .to = -2.5,
      .limit = 1},
     "{\"requests\":[" SERIES("0", "", "ws/p/VIS-1", "loss", "NONE",
                              "EXPERIMENT", "true") //
     "],\"stepRange\":{\"to\":-2.5},\"order\":\"ascending\","
     "\"perSeriesPointsLimit\":1}"},
    {{.series = two_series,
      .n_series = 1,
      .lineage = NEP_LINEAGE_RUN,
      .has_from = true,
      .from = -INFINITY,
      .has_to = true,
      .to = INFINITY,
      .limit = 1},
     "{\"requests\":[" SERIES("0", "", "ws/p/VIS-1", "loss", "NONE", "RUN",
                              "false") //
     "],\"order\":\"ascending\",\"perSeriesPointsLimit\":1}"},
};

START_TEST(a_request_for_points_is_written)
{
  nep_error error = {0};
  char *body;
  int code = nep_wire_points_body(&point_requests[_i].request, &body, &error);

  check_body(code, body, &error, point_requests[_i].body);
}
END_TEST

START_TEST(reading_on_from_no_finite_step_is_refused)
{
  nep_series_request series = two_series[1];
  nep_points_request request = {.series = &series, .n_series = 1, .limit = 1};
  nep_error error = {0};
  char *body;

  series.after_step = _i ? NAN : INFINITY;
  ck_assert_int_eq(nep_wire_points_body(&request, &body, &error),
                   SQLITE_CORRUPT);
  ck_assert_ptr_null(body);
  nep_error_clear(&error);
}
END_TEST

/* What a reader of the body gets for from; strtod rounds correctly. */
static double sent_from(double from)
{
  nep_points_request request = {
      .series = two_series, .n_series = 0, .has_from = true, .from = from};
  nep_error error = {0};
  char *body;
  double number;

  if (nep_wire_points_body(&request, &body, &error))
    ck_abort_msg("%.17g: %s", from, error.message);
  number = strtod(strstr(body, "\"from\":") + 7, NULL);
  sqlite3_free(body);
  return number;
}

START_TEST(numbers_are_sent_exactly)
{
  static const double some[] = {
      0.1,      0.1 + 0.2, 1.0 / 3, 123456.789012, 1e15,
      1e16 + 2, -0.0,      5e-324,  2.5e-10,       1.7976931348623157e308};
  unsigned long long seed = 1;
  size_t i;

  for (i = 0; i < NEP_COUNT(some); i++)
    ck_assert(sent_from(some[i]) == some[i]);
  for (i = 0; i < 50000; i++) {
    double number;
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    memcpy(&number, &seed, sizeof(number));
    if (isfinite(number) && sent_from(number) != number)
      ck_abort_msg("%.17g", number);
    number = (double)(seed >> 24) / 1e6; /* as steps are */
    if (sent_from(number) != number)
      ck_abort_msg("%.17g", number);
  }
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
  int code = nep_wire_search_body(&searches[2].request, &body, error);

  if (!code)
    ck_assert_str_eq(body, searches[2].body);
  sqlite3_free(body);
  return code;
}

static int write_sorted_search(nep_error *error)
{
  char *body;
  int code = nep_wire_search_body(&searches[4].request, &body, error);

  if (!code)
    ck_assert_str_eq(body, searches[4].body);
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
  int code = nep_wire_points_body(&point_requests[0].request, &body, error);

  if (!code)
    ck_assert_str_eq(body, point_requests[0].body);
  sqlite3_free(body);
  return code;
}

/* ---- JSON answers ---- */

static nep_text chars(const char *text)
{
  return nep_text_of(text);
}

static const char definitions_json[] =
    " {\"entries\": [{\"name\": \"config/lr\", \"type\": \"float\"},\n"
    "{\"type\": \"fileRefSeries\", \"name\": \"a\\\"\\u00e9\\ud83d\\ude00\","
    "\"other\": null}, {\"name\": \"x\", \"type\": \"artifact\"}],"
    "\"nextPage\": {\"nextPageToken\": \"t:1\", \"limit\": 3}}\r\n";

START_TEST(definitions_are_read)
{
  nep_definitions read;
  nep_error error = {0};

  ck_assert_int_eq(
      nep_wire_read_definitions(chars(definitions_json), &read, &error),
      SQLITE_OK);
  ck_assert_uint_eq(read.n_items, 3);
  ck_assert_str_eq(read.items[0].path, "config/lr");
  ck_assert_int_eq(read.items[0].type, NEP_TYPE_FLOAT);
  ck_assert_str_eq(read.items[1].path, "a\"\xC3\xA9\xF0\x9F\x98\x80");
  ck_assert_int_eq(read.items[1].type, NEP_TYPE_FILE_SERIES);
  ck_assert_int_eq(read.items[2].type, NEP_TYPE_UNKNOWN);
  ck_assert_str_eq(read.next_token, "t:1");
  nep_definitions_dispose(&read);
  ck_assert_ptr_null(read.items);
}
END_TEST

static const char *const last_pages[] = {
    "{\"entries\":[]}",
    "{\"entries\":[],\"nextPage\":{}}",
    "{\"entries\":[],\"nextPage\":null}",
    "{\"entries\":[],\"nextPage\":{\"nextPageToken\":null}}",
    "{\"entries\":[],\"nextPage\":{\"nextPageToken\":\"\"}}",
    "{\"entries\":[],\"nextPage\":{\"nextpagetoken\":\"x\"}}", /* case */
};

START_TEST(a_last_page_has_no_token)
{
  nep_definitions read;
  nep_error error = {0};

  ck_assert_int_eq(
      nep_wire_read_definitions(chars(last_pages[_i]), &read, &error),
      SQLITE_OK);
  ck_assert_ptr_null(read.next_token);
  ck_assert_uint_eq(read.n_items, 0);
  nep_definitions_dispose(&read);
}
END_TEST

static const struct {
  const char *name, *json;
} bad_definitions[] = {
    {"nothing", ""},
    {"white space", " \n"},
    {"HTML", "<html></html>"},
    {"another document", "[]"},
    {"a number", "12"},
    {"no entries", "{}"},
    {"entries of another type", "{\"entries\":{}}"},
    {"names in another case", "{\"Entries\":[]}"},
    {"trailing garbage", "{\"entries\":[]}x"},
    {"two documents", "{\"entries\":[]}{\"entries\":[]}"},
    {"an entry without name", "{\"entries\":[{\"type\":\"int\"}]}"},
    {"an empty name", "{\"entries\":[{\"name\":\"\",\"type\":\"int\"}]}"},
    {"a name that is a number", "{\"entries\":[{\"name\":1}]}"},
    {"an entry that is a text", "{\"entries\":[\"name\"]}"},
    {"U+0000", "{\"entries\":[{\"name\":\"a\\u0000b\"}]}"},
    {"a lone surrogate", "{\"entries\":[{\"name\":\"\\ud83d\"}]}"},
    {"bytes that are not UTF-8", "{\"entries\":[{\"name\":\"\xFF\"}]}"},
};

START_TEST(damaged_definitions_are_refused)
{
  nep_definitions read;
  nep_error error = {0};

  ck_assert_msg(nep_wire_read_definitions(chars(bad_definitions[_i].json),
                                          &read, &error) == SQLITE_CORRUPT,
                "%s", bad_definitions[_i].name);
  ck_assert_ptr_nonnull(error.message);
  ck_assert_ptr_null(read.items);
  nep_error_clear(&error);
}
END_TEST

START_TEST(an_escaped_backslash_before_u0000_is_no_nul)
{
  nep_definitions read;
  nep_error error = {0};

  ck_assert_int_eq(
      nep_wire_read_definitions(
          chars("{\"entries\":[{\"name\":\"a\\\\u0000\"}]}"), &read, &error),
      SQLITE_OK);
  ck_assert_str_eq(read.items[0].path, "a\\u0000");
  nep_definitions_dispose(&read);
}
END_TEST

START_TEST(a_raw_nul_is_refused)
{
  static const char json[] = "{\"entries\":[{\"name\":\"a\0b\"}]}";
  nep_text text = {json, sizeof(json) - 1};
  nep_definitions read;
  nep_error error = {0};

  ck_assert_int_eq(nep_wire_read_definitions(text, &read, &error),
                   SQLITE_CORRUPT);
  nep_error_clear(&error);
}
END_TEST

/* unit, repeated until it is 3 MB, after start. */
static void refuse_repeated(const char *start, const char *unit)
{
  nep_definitions read;
  nep_error error = {0};
  nep_bytes json;

  message_init(&json);
  message_raw(&json, start, strlen(start));
  while (json.size < 3000000)
    nep_bytes_append(&json, unit, strlen(unit));
  ck_assert_int_eq(
      nep_wire_read_definitions(nep_bytes_view(&json), &read, &error),
      SQLITE_CORRUPT);
  nep_error_clear(&error);
  nep_bytes_dispose(&json);
}

START_TEST(a_flood_of_values_or_of_depth_is_refused)
{
  refuse_repeated("[", "0,");
  refuse_repeated("", "[");
  refuse_repeated("", "{\"a\":");
}
END_TEST

static void read_all_definitions(nep_text json)
{
  nep_definitions read;
  nep_error error = {0};

  if (!nep_wire_read_definitions(json, &read, &error))
    nep_definitions_dispose(&read);
  nep_error_clear(&error);
}

START_TEST(damaged_json_does_no_harm)
{
  nep_bytes json;

  message_init(&json);
  message_raw(&json, definitions_json, sizeof(definitions_json) - 1);
  message_damage(&json, read_all_definitions);
  nep_bytes_dispose(&json);
}
END_TEST

static const struct {
  const char *json, *address; /* NULL: refused */
} api_tokens[] = {
    {"{\"api_address\":\"https://a\",\"api_url\":\"https://u\"}", "https://u"},
    {"{\"api_address\":\"https://a\",\"api_key\":\"secret\"}", "https://a"},
    {"{\"api_address\":\"https://a\",\"api_url\":null}", "https://a"},
    {"{\"api_address\":\"https://a\",\"api_url\":\"\"}", "https://a"},
    {"{\"api_url\":7,\"api_key\":\"secret\"}", NULL},
    {"{\"api_key\":\"secret\"}", NULL},
    {"secret", NULL},
    {"", NULL},
};

START_TEST(an_api_token_names_a_server)
{
  nep_error error = {0};
  char *address;
  int code =
      nep_wire_read_api_token(chars(api_tokens[_i].json), &address, &error);

  if (api_tokens[_i].address) {
    ck_assert_int_eq(code, SQLITE_OK);
    ck_assert_str_eq(address, api_tokens[_i].address);
  } else {
    ck_assert_int_eq(code, SQLITE_ERROR);
    ck_assert_ptr_null(address);
    ck_assert_ptr_null(strstr(error.message, "secret"));
  }
  sqlite3_free(address);
  nep_error_clear(&error);
}
END_TEST

static const struct {
  const char *json, *access, *refresh;
} tokens[] = {
    {"{\"accessToken\":\"a.b.c\",\"refreshToken\":\"r\",\"username\":\"u\"}",
     "a.b.c", "r"},
    {"{\"access_token\":\"a.b.c\",\"refresh_token\":\"r\"}", "a.b.c", "r"},
    {"{\"access_token\":\"a.b.c\"}", "a.b.c", NULL},
    {"{\"access_token\":\"a.b.c\",\"refresh_token\":null}", "a.b.c", NULL},
    {"{\"refresh_token\":\"r\"}", NULL, NULL},
    {"{\"access_token\":\"\"}", NULL, NULL},
    {"{\"access_token\":\"a\\r\\nX-Evil: 1\",\"refresh_token\":\"r\"}", NULL,
     NULL},
    {"{\"access_token\":\"\\u00e9\"}", NULL, NULL},
    {"[]", NULL, NULL},
};

START_TEST(tokens_are_read)
{
  nep_error error = {0};
  char *access, *refresh;
  int code =
      nep_wire_read_tokens(chars(tokens[_i].json), &access, &refresh, &error);

  ck_assert_int_eq(code, tokens[_i].access ? SQLITE_OK : SQLITE_CORRUPT);
  ck_assert_pstr_eq(access, tokens[_i].access);
  ck_assert_pstr_eq(refresh, tokens[_i].refresh);
  sqlite3_free(access);
  sqlite3_free(refresh);
  nep_error_clear(&error);
}
END_TEST

/* "head.PAYLOAD.signature", PAYLOAD in base64url without padding. */
static void make_jwt(const char *payload, char *out)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                               "qrstuvwxyz0123456789-_";
  unsigned bits = 0, n = 0;

  memcpy(out, "head.", 5);
  out += 5;
  for (; *payload; payload++) {
    bits = bits << 8 | (unsigned char)*payload;
    for (n += 8; n >= 6; n -= 6)
      *out++ = digits[bits >> (n - 6) & 63];
  }
  if (n)
    *out++ = digits[bits << (6 - n) & 63];
  memcpy(out, ".signature", 11);
}

static const struct {
  const char *payload;
  int code;
  nep_jwt read;
} jwts[] = {
    {"{\"exp\":1700000300,\"iat\":1700000000,\"iss\":\"https://i/\","
     "\"azp\":\"client~?\"}",
     SQLITE_OK,
     {1700000300, 1700000000, "https://i/", "client~?"}},
    {"{}", SQLITE_OK, {0, 0, NULL, NULL}},
    {"{\"exp\":\"soon\",\"iss\":1}", SQLITE_OK, {0, 0, NULL, NULL}},
    {"{\"exp\":1700000300.75}", SQLITE_OK, {1700000300, 0, NULL, NULL}},
    {"{\"exp\":1e400,\"iat\":-1e400}",
     SQLITE_OK,
     {9007199254740992, -9007199254740992, NULL, NULL}},
    {"not json", SQLITE_CORRUPT, {0}},
    {"", SQLITE_CORRUPT, {0}},
};

START_TEST(an_access_token_tells_its_times)
{
  nep_error error = {0};
  nep_jwt read;
  char token[300];

  make_jwt(jwts[_i].payload, token);
  ck_assert_int_eq(nep_wire_read_jwt(chars(token), &read, &error),
                   jwts[_i].code);
  ck_assert_int_eq(read.expires_at, jwts[_i].read.expires_at);
  ck_assert_int_eq(read.issued_at, jwts[_i].read.issued_at);
  ck_assert_pstr_eq(read.issuer, jwts[_i].read.issuer);
  ck_assert_pstr_eq(read.client_id, jwts[_i].read.client_id);
  nep_jwt_dispose(&read);
  nep_error_clear(&error);
}
END_TEST

START_TEST(what_is_no_access_token_is_refused)
{
  static const char *const texts[] = {"", "a", "a.b", ".", "..", "a.!.c"};
  nep_error error = {0};
  nep_jwt read;

  ck_assert_int_eq(nep_wire_read_jwt(chars(texts[_i]), &read, &error),
                   SQLITE_CORRUPT);
  nep_error_clear(&error);
}
END_TEST

static const struct {
  const char *json, *message, *type;
} errors[] = {
    {"{\"code\":404,\"message\":\"no such project\","
     "\"errorType\":\"ACCESS_DENIED\"}",
     "no such project", "ACCESS_DENIED"},
    {"{\"message\":\"x\"}", "x", NULL},
    {"{\"errorType\":\"E\"}", NULL, "E"},
    {"{\"message\":{}}", NULL, NULL},
    {"<html>", NULL, NULL},
    {"", NULL, NULL},
    {"{\"message\":\"x\"", NULL, NULL},
};

START_TEST(an_error_answer_is_read_if_it_is_one)
{
  nep_error error = {0};
  char *message, *type;

  ck_assert_int_eq(
      nep_wire_read_error(chars(errors[_i].json), &message, &type, &error),
      SQLITE_OK);
  ck_assert_pstr_eq(message, errors[_i].message);
  ck_assert_pstr_eq(type, errors[_i].type);
  sqlite3_free(message);
  sqlite3_free(type);
}
END_TEST

static int read_the_definitions(nep_error *error)
{
  nep_definitions read;
  int code = nep_wire_read_definitions(chars(definitions_json), &read, error);

  if (!code)
    ck_assert_uint_eq(read.n_items, 3);
  nep_definitions_dispose(&read);
  return code;
}

static int read_the_tokens(nep_error *error)
{
  char *access, *refresh;
  int code =
      nep_wire_read_tokens(chars(tokens[0].json), &access, &refresh, error);

  if (!code)
    ck_assert_str_eq(refresh, "r");
  sqlite3_free(access);
  sqlite3_free(refresh);
  return code;
}

static int read_the_api_token(nep_error *error)
{
  char *address;
  int code =
      nep_wire_read_api_token(chars(api_tokens[0].json), &address, error);

  if (!code)
    ck_assert_str_eq(address, "https://u");
  sqlite3_free(address);
  return code;
}

static int read_the_jwt(nep_error *error)
{
  char token[300];
  nep_jwt read;
  int code;

  make_jwt(jwts[0].payload, token);
  code = nep_wire_read_jwt(chars(token), &read, error);
  if (!code)
    ck_assert_str_eq(read.client_id, "client~?");
  nep_jwt_dispose(&read);
  return code;
}

static int read_the_error(nep_error *error)
{
  char *message, *type;
  int code = nep_wire_read_error(chars(errors[0].json), &message, &type, error);

  if (!code)
    ck_assert_str_eq(type, "ACCESS_DENIED");
  sqlite3_free(message);
  sqlite3_free(type);
  return code;
}

static int (*const needing_memory[])(nep_error *error) = {
    write_search, write_sorted_search,  write_definitions, write_values,
    write_points, read_the_definitions, read_the_tokens,   read_the_api_token,
    read_the_jwt, read_the_error,
};

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
  TCase *bodies = tcase_create("bodies"), *answers = tcase_create("answers");
  TCase *access = tcase_create("access"), *memory = tcase_create("memory");

  tcase_add_test(bodies, type_names_lead_back_to_the_type);
  ADD_ROWS(bodies, a_search_is_written, searches);
  ADD_ROWS(bodies, attribute_requests_are_written, selections);
  tcase_add_test(bodies, definitions_are_asked_of_a_project);
  ADD_ROWS(bodies, a_request_for_points_is_written, point_requests);
  tcase_add_loop_test(bodies, reading_on_from_no_finite_step_is_refused, 0, 2);
  tcase_add_test(bodies, numbers_are_sent_exactly);
  tcase_add_test(bodies, text_that_is_not_utf8_is_not_sent);
  tcase_add_test(answers, definitions_are_read);
  ADD_ROWS(answers, a_last_page_has_no_token, last_pages);
  ADD_ROWS(answers, damaged_definitions_are_refused, bad_definitions);
  tcase_add_test(answers, an_escaped_backslash_before_u0000_is_no_nul);
  tcase_add_test(answers, a_raw_nul_is_refused);
  tcase_add_test(answers, a_flood_of_values_or_of_depth_is_refused);
  tcase_add_test(answers, damaged_json_does_no_harm);
  ADD_ROWS(answers, an_error_answer_is_read_if_it_is_one, errors);
  ADD_ROWS(access, an_api_token_names_a_server, api_tokens);
  ADD_ROWS(access, tokens_are_read, tokens);
  ADD_ROWS(access, an_access_token_tells_its_times, jwts);
  tcase_add_loop_test(access, what_is_no_access_token_is_refused, 0, 6);
  ADD_ROWS(memory, without_memory_nothing_is_lost_or_leaked, needing_memory);
  tcase_set_timeout(bodies, 60);
  tcase_set_timeout(answers, 60);
  suite_add_tcase(suite, bodies);
  suite_add_tcase(suite, answers);
  suite_add_tcase(suite, access);
  suite_add_tcase(suite, memory);
  return suite;
}
