/*
** neptune_version(), neptune_config(), neptune_contains(), neptune_has(),
** neptune_download(), regexp(); registers all functions.
*/
#include "create_table.h"
#include "download.h"
#include "regex.h"
#include "scope.h"
#include "set.h"

#include <string.h>

/* Gives an error as the function's result and clears it. */
static void give_error(sqlite3_context *context, nep_error *error)
{
  if (error->message)
    sqlite3_result_error(context, error->message, -1);
  sqlite3_result_error_code(context, error->code);
  nep_error_clear(error);
}

static nep_text text_of(sqlite3_value *value)
{
  const char *text = (const char *)sqlite3_value_text(value);
  return (nep_text){text, text ? (size_t)sqlite3_value_bytes(value) : 0};
}

/* neptune_version(): "0.1.0". */
static void version(sqlite3_context *context, int argc, sqlite3_value **argv)
{
  (void)argc;
  (void)argv;
  sqlite3_result_text(context, NEPTUNE_VERSION, -1, SQLITE_STATIC);
}

/* ---- neptune_config ---- */

static void give_setting(sqlite3_context *context, const nep_settings *settings,
                         nep_key key)
{
  const char *text = nep_settings_text(settings, key);
  if (key == NEP_KEY_API_TOKEN)
    sqlite3_result_int(context, text && *text);
  else if (text)
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static nep_key find_key(nep_text name, nep_error *error)
{
  nep_key key = nep_settings_find(name);
  if (key != NEP_KEY_COUNT)
    return key;
  sqlite3_str *out = sqlite3_str_new(NULL);
  nep_settings_append_names(out);
  char *names = sqlite3_str_finish(out);
  if (names)
    nep_error_set(error, SQLITE_ERROR,
                  "unknown neptune_config key \"%.*s\"; the keys are %s",
                  (int)(name.size > 60 ? 60 : name.size),
                  name.data ? name.data : "", names);
  else
    nep_error_no_memory(error);
  sqlite3_free(names);
  return key;
}

/*
** neptune_config(key): the value in force, NULL where there is none; for
** api_token 1 or 0, whether one is set. neptune_config(key, value) overrides
** it for this connection and returns what is in force then; value NULL goes
** back to the environment.
*/
static void config(sqlite3_context *context, int argc, sqlite3_value **argv)
{
  nep_connection *connection = sqlite3_user_data(context);
  nep_error error = {0};
  nep_key key = find_key(text_of(argv[0]), &error);
  if (key != NEP_KEY_COUNT && argc == 2) {
    const char *value = (const char *)sqlite3_value_text(argv[1]);
    if (key == NEP_KEY_PROJECT && value && *value)
      nep_scope_check_project(value, &error);
    if (!error.code)
      nep_settings_set(&connection->settings, key, value, &error);
  }
  if (error.code)
    give_error(context, &error);
  else
    give_setting(context, &connection->settings, key);
}

/* ---- regexp ---- */

static void free_regex(void *regex)
{
  nep_regex_free(regex);
}

/*
** regexp(pattern, text), which text REGEXP pattern calls: 1 where RE2 finds
** pattern anywhere in text, else 0; NULL where either is NULL. A bad pattern is
** an error.
*/
void nep_functions_regexp(sqlite3_context *context, int argc,
                          sqlite3_value **argv)
{
  (void)argc;
  nep_error error = {0};
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL ||
      sqlite3_value_type(argv[1]) == SQLITE_NULL)
    return;
  nep_regex *regex = sqlite3_get_auxdata(context, 0);
  bool is_new = !regex;
  if (is_new && nep_regex_new(text_of(argv[0]), &regex, &error) != SQLITE_OK) {
    give_error(context, &error);
    return;
  }
  int matches = nep_regex_matches(regex, text_of(argv[1]));
  if (matches < 0)
    sqlite3_result_error_nomem(context);
  else
    sqlite3_result_int(context, matches);
  if (is_new) /* may free it at once, so last */
    sqlite3_set_auxdata(context, 0, regex, free_regex);
}

/* ---- neptune_contains, neptune_has ---- */

static bool has_part(nep_text text, nep_text part)
{
  const char *at = text.data;
  size_t left = text.size;
  if (part.size == 0)
    return true;
  while (left >= part.size) {
    const char *first = memchr(at, part.data[0], left - part.size + 1);
    if (!first)
      return false;
    if (memcmp(first, part.data, part.size) == 0)
      return true;
    left -= (size_t)(first - at) + 1;
    at = first + 1;
  }
  return false;
}

/* Gives what holds of the two arguments' texts; NULL where either is NULL. */
static void give_whether(sqlite3_context *context, sqlite3_value **argv,
                         bool (*holds)(nep_text, nep_text))
{
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL ||
      sqlite3_value_type(argv[1]) == SQLITE_NULL)
    return;
  nep_text left = text_of(argv[0]), right = text_of(argv[1]);
  if (left.data && right.data)
    sqlite3_result_int(context, holds(left, right));
  else
    sqlite3_result_error_nomem(context);
}

/* neptune_contains(text, part): 1 where part stands anywhere in text, byte for
** byte, else 0. A number or blob counts as its text. */
void nep_functions_contains(sqlite3_context *context, int argc,
                            sqlite3_value **argv)
{
  (void)argc;
  give_whether(context, argv, has_part);
}

/* neptune_has(tags, member): 1 where member is one of the strings of the JSON
** array tags, else 0, also where tags is no JSON array. */
void nep_functions_has(sqlite3_context *context, int argc, sqlite3_value **argv)
{
  (void)argc;
  give_whether(context, argv, nep_set_has);
}

/* ---- neptune_download ---- */

/* The text of an argument; an error where it ends early, with a zero byte. */
static const char *plain_text(sqlite3_value *value, const char *what,
                              nep_error *error)
{
  nep_text text = text_of(value);
  if (!text.data)
    nep_error_no_memory(error);
  else if (!nep_text_is_clean_utf8(text))
    nep_error_set(error, SQLITE_ERROR, "%s is not plain UTF-8 text", what);
  return text.data;
}

/*
** neptune_download(project, path, local_path): fetches a file (see download.h)
** and returns its size in bytes. Project NULL: the one that is set. Another
** argument NULL: does nothing, returns NULL.
*/
static void download(sqlite3_context *context, int argc, sqlite3_value **argv)
{
  (void)argc;
  nep_connection *connection = sqlite3_user_data(context);
  nep_error error = {0};
  sqlite3_int64 size = 0;
  if (sqlite3_value_type(argv[1]) == SQLITE_NULL ||
      sqlite3_value_type(argv[2]) == SQLITE_NULL)
    return;
  const char *project =
      sqlite3_value_type(argv[0]) == SQLITE_NULL
          ? nep_settings_text(&connection->settings, NEP_KEY_PROJECT)
          : plain_text(argv[0], "project", &error);
  const char *path = plain_text(argv[1], "path", &error);
  const char *local_path = plain_text(argv[2], "local_path", &error);
  if (!error.code)
    nep_scope_check_project(project, &error);
  if (!error.code)
    nep_download(&connection->api, project, path, local_path, &size, &error);
  if (error.code)
    give_error(context, &error);
  else
    sqlite3_result_int64(context, size);
}

/* ---- registering ---- */

typedef struct function {
  const char *name;
  int n_arguments;
  int flags;
  void (*call)(sqlite3_context *, int, sqlite3_value **);
} function;

int nep_functions_register(nep_connection *connection)
{
  /* neptune_version last: it says that all is registered (neptune.c). */
  static const function functions[] = {
      {"neptune_download", 3, SQLITE_DIRECTONLY, download},
      {"regexp", 2, SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
       nep_functions_regexp},
      {"neptune_contains", 2, SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
       nep_functions_contains},
      {"neptune_has", 2, SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
       nep_functions_has},
      {"neptune_config", 1, SQLITE_DIRECTONLY, config},
      {"neptune_config", 2, SQLITE_DIRECTONLY, config},
      {"neptune_create_table", -1, SQLITE_DIRECTONLY, nep_create_table_call},
      {"neptune_version", 0, SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, version}};
  for (size_t i = 0; i < NEP_COUNT(functions); i++) {
    nep_connection_retain(connection);
    /* On failure SQLite has called nep_connection_release. */
    int rc = sqlite3_create_function_v2(
        connection->db, functions[i].name, functions[i].n_arguments,
        SQLITE_UTF8 | functions[i].flags, connection, functions[i].call, NULL,
        NULL, nep_connection_release);
    /* The host's own regexp() cannot be replaced while a statement is open, as
    ** SELECT load_extension(…) itself is. */
    bool is_regexp = functions[i].call == nep_functions_regexp;
    if (rc != SQLITE_OK && !(rc == SQLITE_BUSY && is_regexp))
      return rc;
  }
  return SQLITE_OK;
}
