/*
** One table of settings: name for neptune_config(), environment variables,
** default, check. Values are per connection; what is not overridden is read
** from the environment at each use, so it may be set after loading.
*/
#ifndef NEP_SETTINGS_H
#define NEP_SETTINGS_H

#include "base.h"

typedef enum nep_key {
  NEP_KEY_API_TOKEN,          /* NEPTUNE_API_TOKEN; never shown */
  NEP_KEY_PROJECT,            /* NEPTUNE_PROJECT */
  NEP_KEY_VERIFY_SSL,         /* NEPTUNE_VERIFY_SSL, on */
  NEP_KEY_CA_BUNDLE,          /* SSL_CERT_FILE (as the Python clients' httpx) */
  NEP_KEY_HTTP_TIMEOUT,       /* NEPTUNE_HTTP_REQUEST_TIMEOUT_SECONDS, 60 */
  NEP_KEY_RETRY_SOFT_TIMEOUT, /* NEPTUNE_QUERY_RETRY_SOFT_TIMEOUT, 1800 */
  NEP_KEY_RETRY_HARD_TIMEOUT, /* NEPTUNE_QUERY_RETRY_HARD_TIMEOUT, 3600 */
  NEP_KEY_MAX_WORKERS,        /* NEPTUNE_QUERY_MAX_WORKERS, older
                                 NEPTUNE_FETCHER_MAX_WORKERS; 16 */
  NEP_KEY_MAX_REQUEST_SIZE,   /* NEPTUNE_QUERY_MAX_REQUEST_SIZE, 220000 */
  NEP_KEY_MAX_FILTER_SIZE,    /* max_attribute_filter_size,
                                 NEPTUNE_QUERY_MAX_ATTRIBUTE_FILTER_SIZE */
  /* Entries a search page: NEPTUNE_QUERY_EXPERIMENT_SYS_ATTRS_BATCH_SIZE */
  NEP_KEY_PAGE_SIZE,
  NEP_KEY_DEFINITIONS_PAGE_SIZE, /* …ATTRIBUTE_DEFINITIONS_BATCH_SIZE */
  NEP_KEY_VALUES_PAGE_SIZE,      /* …ATTRIBUTE_VALUES_BATCH_SIZE */
  NEP_KEY_SERIES_BATCH_SIZE,     /* NEPTUNE_QUERY_SERIES_BATCH_SIZE, 10000 */
  NEP_KEY_MAX_PROJECTION,        /* NEPTUNE_QUERY_ENTRIES_SEARCH_MAX_PROJECTION_
                                    ATTRIBUTES, 1000 */
  NEP_KEY_POINTS_PAGE_SIZE,      /* points_page_size, points a request: 200000;
                                    no variable; 1 to 1000000 */
  NEP_KEY_DOWNLOAD_DIR,          /* download_dir; no variable */
  NEP_KEY_PUSHDOWN,              /* on */
  NEP_KEY_PROGRESS,              /* on */
  NEP_KEY_COUNT
} nep_key;

typedef struct nep_settings {
  char *overrides[NEP_KEY_COUNT]; /* owned; NULL: environment or default */
  unsigned version;               /* grows with each nep_settings_set */
} nep_settings;                   /* zero it to start */

void nep_settings_dispose(nep_settings *settings);
/* The key of that name (api_token, project, verify_ssl, ca_bundle,
** http_timeout, retry_soft_timeout, …: the enum's names in lower case without
** NEP_KEY_, but for max_attribute_filter_size), or NEP_KEY_COUNT. */
nep_key nep_settings_find(nep_text name);
const char *nep_settings_name(nep_key key);
/* One line on what the key means, for the README's table. */
const char *nep_settings_help(nep_key key);
const char *nep_settings_variable(nep_key key); /* NULL: none */
/* Names of all keys, ", " between: for the unknown-key error. */
int nep_settings_append_names(sqlite3_str *out);

/* Overrides key with value (copied; NULL: back to environment or default; an
** empty text: none, whatever the environment says). SQLITE_ERROR names key, the
** value (but for api_token) and what is valid; SQLITE_AUTH: the variable
** NEPTUNE_CONFIG_LOCKED is set (and not 0), which forbids all overrides. */
int nep_settings_set(nep_settings *settings, nep_key key, const char *value,
                     nep_error *error);
/* The text in force, NULL where there is none. Borrowed until the next set
** (or until the process changes its environment). An api_token from the
** environment may have white space around it, which its reader ignores. */
const char *nep_settings_text(const nep_settings *settings, nep_key key);
/* Numbers and booleans in force. A bad value in the environment is an error
** naming the variable and what is valid. Booleans: 1/true/on/yes,
** 0/false/off/no, any case. */
int nep_settings_integer(const nep_settings *settings, nep_key key,
                         sqlite3_int64 *number, nep_error *error);
int nep_settings_boolean(const nep_settings *settings, nep_key key, bool *on,
                         nep_error *error);

#endif
