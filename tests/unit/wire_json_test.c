#include "memory.h"
#include "message.h"
#include "wire.h"

#include <check.h>
#include <string.h>

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

static const char projects_json[] =
    "{\"entries\":[{\"name\":\"p\",\"organizationName\":\"w\",\"id\":\"u-1\","
    "\"projectKey\":\"P\",\"visibility\":\"priv\"},"
    "{\"organizationName\":\"w\",\"name\":\"a \\\"b\\\"\",\"id\":null}],"
    "\"matchingItemCount\":7}";

static int read_the_projects(nep_error *error)
{
  nep_project_page page;
  int code = nep_wire_read_projects(chars(projects_json), &page, error);

  if (!code) {
    ck_assert_uint_eq(page.n_items, 2);
    ck_assert_int_eq(page.matching, 7);
    ck_assert_str_eq(page.items[0].workspace, "w");
    ck_assert_str_eq(page.items[0].name, "p");
    ck_assert_str_eq(page.items[0].key, "P");
    ck_assert_str_eq(page.items[0].id, "u-1");
    ck_assert_str_eq(page.items[0].visibility, "priv");
    ck_assert_str_eq(page.items[1].name, "a \"b\"");
    ck_assert_str_eq(page.items[1].id, "");
  }
  nep_project_page_dispose(&page);
  return code;
}

START_TEST(projects_are_read)
{
  nep_error error = {0};

  ck_assert_int_eq(read_the_projects(&error), SQLITE_OK);
}
END_TEST

static const struct {
  const char *json;
  bool is_page;
} project_pages[] = {
    {"{\"entries\":[]}", true},
    {"{\"entries\":[],\"matchingItemCount\":-1}", true},
    {"{\"entries\":[],\"matchingItemCount\":1e300}", true},
    {"{}", false},
    {"[]", false},
    {"", false},
    {"{\"entries\":{}}", false},
    {"{\"entries\":[null]}", false},
    {"{\"entries\":[{\"name\":\"p\"}]}", false},
    {"{\"entries\":[{\"organizationName\":\"w\"}]}", false},
    {"{\"entries\":[{\"name\":\"p\",\"organizationName\":\"w\"}]", false},
};

START_TEST(what_is_no_list_of_projects_is_refused)
{
  nep_text json = chars(project_pages[_i].json);
  nep_error error = {0};
  nep_project_page page;
  int code = nep_wire_read_projects(json, &page, &error);

  ck_assert_int_eq(code,
                   project_pages[_i].is_page ? SQLITE_OK : SQLITE_CORRUPT);
  ck_assert_uint_eq(page.n_items, 0);
  ck_assert_int_eq(page.matching, -1);
  nep_project_page_dispose(&page);
  nep_error_clear(&error);
}
END_TEST

static const struct {
  const char *json, *link; /* NULL: none */
} links[] = {
    {"{\"files\":[{\"url\":\"https://s/f?a=b\",\"path\":\"f\"}]}",
     "https://s/f?a=b"},
    {"{\"files\":[{\"url\":\"u\"},{\"url\":\"v\"}]}", "u"},
    {"{\"files\":[]}", NULL},
    {"{\"files\":[{\"url\":\"\"}]}", NULL},
    {"{\"files\":[{\"url\":7}]}", NULL},
    {"{\"files\":{\"url\":\"u\"}}", NULL},
    {"{}", NULL},
    {"", NULL},
};

START_TEST(a_link_is_read_if_there_is_one)
{
  nep_error error = {0};
  char *link;
  int code = nep_wire_read_link(chars(links[_i].json), &link, &error);

  ck_assert_int_eq(code, links[_i].link ? SQLITE_OK : SQLITE_CORRUPT);
  if (links[_i].link)
    ck_assert_str_eq(link, links[_i].link);
  else
    ck_assert_ptr_null(link);
  sqlite3_free(link);
  nep_error_clear(&error);
}
END_TEST

static int read_the_link(nep_error *error)
{
  char *link;
  int code = nep_wire_read_link(chars(links[0].json), &link, error);

  if (!code)
    ck_assert_str_eq(link, links[0].link);
  sqlite3_free(link);
  return code;
}

static int write_the_request_for_a_link(nep_error *error)
{
  char *body;
  int code = nep_wire_sign_body("w/p", "a \"b\"", &body, error);

  if (!code)
    ck_assert_str_eq(body, "{\"files\":[{\"project_identifier\":\"w/p\","
                           "\"path\":\"a \\\"b\\\"\",\"permission\":"
                           "\"read\"}]}");
  sqlite3_free(body);
  return code;
}

static int (*const needing_memory[])(nep_error *error) = {
    read_the_link,     write_the_request_for_a_link,
    read_the_projects, read_the_definitions,
    read_the_tokens,   read_the_api_token,
    read_the_jwt,      read_the_error};

START_TEST(without_memory_nothing_is_lost_or_leaked)
{
  memory_check(needing_memory[_i]);
}
END_TEST

#define ADD_ROWS(tcase, test, rows)                                            \
  tcase_add_loop_test(tcase, test, 0, (int)NEP_COUNT(rows))

Suite *wire_json_suite(void);
Suite *wire_json_suite(void)
{
  Suite *suite = suite_create("wire_json");
  TCase *pages = tcase_create("definitions"), *others = tcase_create("others");
  TCase *memory = tcase_create("memory");

  tcase_add_test(pages, definitions_are_read);
  ADD_ROWS(pages, a_last_page_has_no_token, last_pages);
  ADD_ROWS(pages, damaged_definitions_are_refused, bad_definitions);
  tcase_add_test(pages, an_escaped_backslash_before_u0000_is_no_nul);
  tcase_add_test(pages, a_raw_nul_is_refused);
  tcase_add_test(pages, a_flood_of_values_or_of_depth_is_refused);
  tcase_add_test(pages, damaged_json_does_no_harm);
  ADD_ROWS(others, an_error_answer_is_read_if_it_is_one, errors);
  ADD_ROWS(others, a_link_is_read_if_there_is_one, links);
  tcase_add_test(others, projects_are_read);
  ADD_ROWS(others, what_is_no_list_of_projects_is_refused, project_pages);
  ADD_ROWS(others, an_api_token_names_a_server, api_tokens);
  ADD_ROWS(others, tokens_are_read, tokens);
  ADD_ROWS(others, an_access_token_tells_its_times, jwts);
  tcase_add_loop_test(others, what_is_no_access_token_is_refused, 0, 6);
  ADD_ROWS(memory, without_memory_nothing_is_lost_or_leaked, needing_memory);
  suite_add_tcase(suite, pages);
  suite_add_tcase(suite, others);
  suite_add_tcase(suite, memory);
  return suite;
}
