#include "settings.h"

#include <stdlib.h>
#include <string.h>

typedef enum kind {
  KIND_SECRET, /* text without the white space around it; never shown */
  KIND_TEXT,
  KIND_INTEGER,
  KIND_BOOLEAN
} kind;

typedef struct setting {
  const char *name;
  const char *variable; /* of the environment; NULL: none */
  const char *older;    /* read where variable is not set; NULL: none */
  const char *fallback; /* NULL: none */
  kind kind;
  sqlite3_int64 min, max; /* KIND_INTEGER only */
  const char *help;
} setting;

#define SECRET KIND_SECRET, 0, 0
#define TEXT KIND_TEXT, 0, 0
#define BOOLEAN KIND_BOOLEAN, 0, 0
#define INTEGER(min, max) KIND_INTEGER, min, max

/* In the order of nep_key. */
static const setting table[] = {
    {"api_token", "NEPTUNE_API_TOKEN", NULL, NULL, SECRET,
     "who asks, and the address of the server"},
    {"project", "NEPTUNE_PROJECT", NULL, NULL, TEXT,
     "the project to ask, as workspace/project"},
    {"verify_ssl", "NEPTUNE_VERIFY_SSL", NULL, "on", BOOLEAN,
     "check the server's certificate"},
    {"ca_bundle", "SSL_CERT_FILE", NULL, NULL, TEXT,
     "file of the certificates to trust instead of the system's"},
    {"http_timeout", "NEPTUNE_HTTP_REQUEST_TIMEOUT_SECONDS", NULL, "60",
     INTEGER(1, 86400),
     "seconds to connect, and seconds without a byte before the next try"},
    {"retry_soft_timeout", "NEPTUNE_QUERY_RETRY_SOFT_TIMEOUT", NULL, "1800",
     INTEGER(0, 31536000),
     "seconds of retrying a request, waits that the server asks for excepted"},
    {"retry_hard_timeout", "NEPTUNE_QUERY_RETRY_HARD_TIMEOUT", NULL, "3600",
     INTEGER(0, 31536000), "seconds of retrying a request, all waits counted"},
    {"max_workers", "NEPTUNE_QUERY_MAX_WORKERS", "NEPTUNE_FETCHER_MAX_WORKERS",
     "16", INTEGER(1, 1000), "requests under way at once"},
    {"max_request_size", "NEPTUNE_QUERY_MAX_REQUEST_SIZE", NULL, "220000",
     INTEGER(1, 1000000000), "bytes of ids and names in one request"},
    {"max_attribute_filter_size", "NEPTUNE_QUERY_MAX_ATTRIBUTE_FILTER_SIZE",
     NULL, "60000", INTEGER(1, 1000000000),
     "bytes of attribute names in one filter"},
    {"page_size", "NEPTUNE_QUERY_EXPERIMENT_SYS_ATTRS_BATCH_SIZE", NULL,
     "10000", INTEGER(1, 1000000), "experiments or runs a page"},
    {"definitions_page_size", "NEPTUNE_QUERY_ATTRIBUTE_DEFINITIONS_BATCH_SIZE",
     NULL, "10000", INTEGER(1, 1000000), "attribute definitions a page"},
    {"values_page_size", "NEPTUNE_QUERY_ATTRIBUTE_VALUES_BATCH_SIZE", NULL,
     "10000", INTEGER(1, 1000000), "attribute values a page"},
    {"series_batch_size", "NEPTUNE_QUERY_SERIES_BATCH_SIZE", NULL, "10000",
     INTEGER(1, 10000), "series asked for with one request"},
    {"max_projection", "NEPTUNE_QUERY_ENTRIES_SEARCH_MAX_PROJECTION_ATTRIBUTES",
     NULL, "1000", INTEGER(1, 1000000), "attributes asked for with one search"},
    {"points_page_size", NULL, NULL, "200000", INTEGER(1, 1000000),
     "points of series a page"},
    {"download_dir", NULL, NULL, NULL, TEXT,
     "the folder that neptune_download() writes below"},
    {"pushdown", NULL, NULL, "on", BOOLEAN, "send conditions to the server"},
    {"progress", NULL, NULL, "on", BOOLEAN,
     "report long fetches on a terminal"},
};
_Static_assert(NEP_COUNT(table) == NEP_KEY_COUNT, "one row for each key");

static bool is_space(char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static nep_text trim(const char *value)
{
  nep_text text;

  while (is_space(*value))
    value++;
  text = nep_text_of(value);
  while (text.size && is_space(text.data[text.size - 1]))
    text.size--;
  return text;
}

/* lower: in lower case. */
static bool is_word(nep_text text, const char *lower)
{
  size_t i;

  for (i = 0; i < text.size; i++) {
    char c = text.data[i];
    if (c >= 'A' && c <= 'Z')
      c = (char)(c - 'A' + 'a');
    if (c != lower[i]) /* also at lower's end */
      return false;
  }
  return !lower[i];
}

static bool read_boolean(const char *value, bool *on)
{
  static const char *const words[][2] = {
      {"0", "1"}, {"false", "true"}, {"off", "on"}, {"no", "yes"}};
  nep_text text = trim(value);
  size_t i;

  for (i = 0; i < NEP_COUNT(words); i++) {
    *on = is_word(text, words[i][1]);
    if (*on || is_word(text, words[i][0]))
      return true;
  }
  return false;
}

/* Decimal digits up to max. Every setting's range is above zero, so there is
** no sign to read. */
static bool read_integer(const char *value, const setting *rule,
                         sqlite3_int64 *number)
{
  nep_text text = trim(value);
  size_t i;

  *number = 0;
  for (i = 0; i < text.size; i++) {
    if (text.data[i] < '0' || text.data[i] > '9')
      return false;
    *number = *number * 10 + (text.data[i] - '0');
    if (*number > rule->max)
      return false;
  }
  return text.size && *number >= rule->min;
}

static void drop(nep_settings *settings, nep_key key)
{
  if (table[key].kind == KIND_SECRET)
    nep_text_wipe(settings->overrides[key]);
  else
    sqlite3_free(settings->overrides[key]);
  settings->overrides[key] = NULL;
}

void nep_settings_dispose(nep_settings *settings)
{
  int key;

  for (key = 0; key < NEP_KEY_COUNT; key++)
    drop(settings, (nep_key)key);
}

nep_key nep_settings_find(nep_text name)
{
  int key = 0;

  while (key < NEP_KEY_COUNT &&
         !nep_text_equal(name, nep_text_of(table[key].name)))
    key++;
  return (nep_key)key;
}

const char *nep_settings_name(nep_key key)
{
  return table[key].name;
}

const char *nep_settings_help(nep_key key)
{
  return table[key].help;
}

const char *nep_settings_variable(nep_key key)
{
  return table[key].variable;
}

int nep_settings_append_names(sqlite3_str *out)
{
  int key;

  for (key = 0; key < NEP_KEY_COUNT; key++)
    sqlite3_str_appendf(out, "%s%s", key ? ", " : "", table[key].name);
  return sqlite3_str_errcode(out);
}

/* The value that the environment gives and the variable that it came from, or
** NULL (and *variable as it was). An empty variable counts as not set. */
static const char *from_environment(nep_key key, const char **variable)
{
  const char *const variables[] = {table[key].variable, table[key].older};
  size_t i;

  for (i = 0; i < NEP_COUNT(variables) && variables[i]; i++) {
    const char *value = getenv(variables[i]);
    if (value && trim(value).size) {
      *variable = variables[i];
      return value;
    }
  }
  return NULL;
}

/* name: what the user has set, a key or an environment variable. */
static int refuse(const setting *rule, const char *name, const char *value,
                  nep_error *error)
{
  if (rule->kind == KIND_INTEGER)
    return nep_error_set(error, SQLITE_ERROR,
                         "%s cannot be '%!.100s': a whole number from %lld to "
                         "%lld is needed",
                         name, value, rule->min, rule->max);
  return nep_error_set(error, SQLITE_ERROR,
                       "%s cannot be '%!.100s': one of 1, true, on, yes, 0, "
                       "false, off, no is needed",
                       name, value);
}

static bool is_valid(const setting *rule, const char *value)
{
  sqlite3_int64 number;
  bool on;

  if (rule->kind == KIND_INTEGER)
    return read_integer(value, rule, &number);
  if (rule->kind == KIND_BOOLEAN)
    return read_boolean(value, &on);
  return true;
}

/* So that whoever may type SQL (a visitor of Datasette) cannot turn the host's
** token to another server. */
static bool is_locked(void)
{
  const char *locked = getenv("NEPTUNE_CONFIG_LOCKED");
  return locked && *locked && strcmp(locked, "0") != 0;
}

int nep_settings_set(nep_settings *settings, nep_key key, const char *value,
                     nep_error *error)
{
  const setting *rule = &table[key];
  char *copy;

  if (is_locked())
    return nep_error_set(
        error, SQLITE_AUTH,
        "the settings are locked: NEPTUNE_CONFIG_LOCKED is set "
        "in the environment of this process");
  settings->version++;
  if (!value) {
    drop(settings, key);
    return SQLITE_OK;
  }
  if (!is_valid(rule, value))
    return refuse(rule, rule->name, value, error);
  if (rule->kind == KIND_SECRET && trim(value).size > NEP_MAX_TOKEN)
    return nep_error_set(error, SQLITE_ERROR,
                         "%s cannot be longer than %lld bytes", rule->name,
                         (sqlite3_int64)NEP_MAX_TOKEN);
  copy =
      nep_text_copy(rule->kind == KIND_TEXT ? nep_text_of(value) : trim(value));
  if (!copy)
    return nep_error_no_memory(error);
  drop(settings, key);
  settings->overrides[key] = copy;
  return SQLITE_OK;
}

/* *name: what the user has set, or would set. */
static const char *text_in_force(const nep_settings *settings, nep_key key,
                                 const char **name)
{
  const char *value = settings->overrides[key];

  *name = table[key].name;
  if (value)
    return *value ? value : NULL;
  value = from_environment(key, name);
  return value ? value : table[key].fallback;
}

const char *nep_settings_text(const nep_settings *settings, nep_key key)
{
  const char *name;

  return text_in_force(settings, key, &name);
}

int nep_settings_integer(const nep_settings *settings, nep_key key,
                         sqlite3_int64 *number, nep_error *error)
{
  const char *name, *value = text_in_force(settings, key, &name);

  *number = 0;
  if (value && read_integer(value, &table[key], number))
    return SQLITE_OK;
  return refuse(&table[key], name, value ? value : "", error);
}

int nep_settings_boolean(const nep_settings *settings, nep_key key, bool *on,
                         nep_error *error)
{
  const char *name, *value = text_in_force(settings, key, &name);

  *on = false;
  if (value && read_boolean(value, on))
    return SQLITE_OK;
  return refuse(&table[key], name, value ? value : "", error);
}
