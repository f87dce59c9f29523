/*
** Asking an endpoint, and the streams of runs and of attribute values. The
** stream of points stands in api_points.c.
*/
#include "api.h"

#include <string.h>

#define SEARCH_PATH "/api/leaderboard/v1/proto/leaderboard/entries/search/"
#define GLOBAL_PATH                                                            \
  "/api/leaderboard/v1/proto/leaderboard/entries/global/search/"
#define VALUES_PATH "/api/leaderboard/v1/proto/leaderboard/attributes/query"

/* Values in one search page at most, so that wide rows come in short pages. */
#define MAX_PAGE_VALUES 200000
/* Runs in a page whose attributes take several searches: all ids travel. */
#define MAX_WIDE_PAGE 500
/* LIMIT: a row that moves further than this over page boundaries, because more
** runs than that were added while a scan ran, comes twice. */
#define REMEMBERED_IDS 10000
/* Full search pages in a row without a new run, after which the server is taken
** to repeat itself: one or two may come from runs added meanwhile. */
#define MAX_STALE_PAGES 3
/* Search pages under way at once, where the server says how many runs match. */
#define MAX_PAGES_AHEAD 4
/* Rows between two looks at the transfers under way. */
#define PUMP_INTERVAL 500

/* Whom a message is about: "project ws/p", or "all projects". */
#define KIND(project) ((project) ? "project " : "")
#define NAME(project) ((project) ? (project) : "all projects")

/* ---- one request ---- */

int nep_api_start(nep_api *api, const nep_api_call *asked,
                  nep_request **request, nep_error *error)
{
  const char *address, *bearer;
  int rc = nep_auth_address(api->auth, &address, error);
  if (rc == SQLITE_OK)
    rc = nep_auth_bearer(api->auth, &bearer, error);
  if (rc != SQLITE_OK)
    return nep_error_add_context(error, "%s%!.200s", KIND(asked->project),
                                 NAME(asked->project));
  nep_http_call call = {
      .method = asked->body.data ? "POST" : "GET",
      .base = address,
      .path = asked->path,
      .url_query = asked->url_query,
      .body = asked->body.data,
      .body_size = asked->body.size,
      .content_type = asked->sends_protobuf ? "application/x-protobuf" : NULL,
      .accept =
          asked->wants_json ? "application/json" : "application/x-protobuf",
      .secret_header = bearer,
      .shown_query = asked->shown};
  return nep_http_start(api->http, &call, request, error);
}

/* What to do about a status, in words. */
static const char *advice(int status, const char *error_type)
{
  bool is_denied = error_type && strcmp(error_type, "ACCESS_DENIED") == 0;
  if (is_denied)
    return "; check the project's name (NEPTUNE_PROJECT, "
           "neptune_config('project', …) or WHERE project = …) and that "
           "the token's owner may read it";
  if (error_type && strcmp(error_type, "INVALID_QUERY") == 0)
    return "; SELECT query FROM neptune_requests shows the whole NQL that was "
           "sent: yours and that of the other conditions";
  if (status == 401)
    return "; check NEPTUNE_API_TOKEN or neptune_config('api_token', …)";
  if (status == 403 || status == 404)
    return "; check the project's name and that the token's owner may read it";
  if (status == 429 || status >= 500)
    return "; the server is busy or failing, try again later";
  return "";
}

static int status_error(nep_api *api, nep_request *request, const char *project,
                        nep_error *error)
{
  int status = nep_http_status(request);
  const char *address = "the server";
  char *message = NULL, *type = NULL, tried[NEP_HTTP_TRIED_SIZE];
  nep_http_tried(request, tried);
  nep_auth_address(api->auth, &address, error);
  int rc = nep_wire_read_error(nep_http_body(request), &message, &type, error);
  if (rc == SQLITE_OK) {
    nep_http_hide_secret(request, message);
    nep_http_hide_secret(request, type);
    rc = nep_error_set(
        error, status == 401 || status == 403 ? SQLITE_AUTH : SQLITE_ERROR,
        "%s%!.200s at %s: %!.500s (status %d%s%.60s%s)%s", KIND(project),
        NAME(project), address, message ? message : "the server gave no reason",
        status, type ? ", " : "", type ? type : "", tried,
        advice(status, type));
    nep_http_note_error(request, error->message);
  }
  sqlite3_free(message);
  sqlite3_free(type);
  return rc;
}

/* A login or proxy page may come with status 200. */
static int check_form(nep_api *api, nep_request *request, const char *project,
                      nep_error *error)
{
  const char *type = nep_http_content_type(request);
  if (strncmp(type, "text/", 5) != 0)
    return SQLITE_OK;
  const char *address = "the server";
  nep_auth_address(api->auth, &address, error);
  return nep_error_set(error, SQLITE_ERROR,
                       "%s%!.200s: %s answered with %.60s, not with data; is "
                       "it a Neptune server, or is a login or proxy page in "
                       "between?",
                       KIND(project), NAME(project), address, type);
}

int nep_api_blame(nep_api *api, const char *project, nep_error *error)
{
  const char *address = NULL;
  nep_error own = {0};
  nep_auth_address(api->auth, &address, &own);
  nep_error_clear(&own);
  return nep_error_add_context(error, "%s%!.200s at %s", KIND(project),
                               NAME(project), address ? address : "the server");
}

int nep_api_finish(nep_api *api, nep_request *request, const char *project,
                   nep_error *error)
{
  int rc = nep_http_wait(request, error);
  if (rc == SQLITE_OK && nep_http_status(request) == 401) {
    const char *bearer;
    nep_auth_reject(api->auth, request);
    rc = nep_auth_bearer(api->auth, &bearer, error);
    if (rc == SQLITE_OK)
      rc = nep_http_restart(request, bearer, error);
    if (rc == SQLITE_OK)
      rc = nep_http_wait(request, error);
  }
  if (rc != SQLITE_OK)
    return rc == SQLITE_ERROR
               ? nep_error_add_context(error, "%s%!.200s", KIND(project),
                                       NAME(project))
               : rc;
  if (nep_http_status(request) != 200)
    return status_error(api, request, project, error);
  return check_form(api, request, project, error);
}

/* ---- sets of hashes: rows and tokens seen ---- */

typedef struct hash_set {
  unsigned long long *slots; /* owned; 0: free */
  size_t n, capacity;        /* capacity is a power of two */
} hash_set;

static bool set_insert_slot(hash_set *set, unsigned long long hash)
{
  size_t i = (size_t)hash & (set->capacity - 1);
  while (set->slots[i] && set->slots[i] != hash)
    i = (i + 1) & (set->capacity - 1);
  if (set->slots[i] == hash)
    return false;
  set->slots[i] = hash;
  set->n++;
  return true;
}

static int set_grow(hash_set *set)
{
  hash_set larger = {.capacity = set->capacity ? set->capacity * 2 : 64};
  sqlite3_uint64 size = larger.capacity * sizeof(*larger.slots);
  larger.slots = sqlite3_malloc64(size);
  if (!larger.slots)
    return SQLITE_NOMEM;
  memset(larger.slots, 0, size);
  for (size_t i = 0; i < set->capacity; i++) {
    if (set->slots[i])
      set_insert_slot(&larger, set->slots[i]);
  }
  sqlite3_free(set->slots);
  *set = larger;
  return SQLITE_OK;
}

/* *is_new tells whether text was not in the set before. */
static int set_add(hash_set *set, nep_text text, bool *is_new)
{
  if (set->n * 2 >= set->capacity && set_grow(set) != SQLITE_OK)
    return SQLITE_NOMEM;
  unsigned long long hash = nep_hash(text);
  *is_new = set_insert_slot(set, hash ? hash : 1);
  return SQLITE_OK;
}

static bool set_has(const hash_set *set, nep_text text)
{
  unsigned long long hash = nep_hash(text);
  hash = hash ? hash : 1;
  if (!set->capacity)
    return false;
  size_t i = (size_t)hash & (set->capacity - 1);
  while (set->slots[i] && set->slots[i] != hash)
    i = (i + 1) & (set->capacity - 1);
  return set->slots[i] == hash;
}

int nep_api_series_limits(const nep_api *api, nep_series_limits *limits,
                          nep_error *error)
{
  const nep_settings *settings = api->settings;
  int rc = nep_settings_integer(settings, NEP_KEY_POINTS_PAGE_SIZE,
                                &limits->page_points, error);
  if (rc == SQLITE_OK)
    rc = nep_settings_integer(settings, NEP_KEY_SERIES_BATCH_SIZE,
                              &limits->series, error);
  if (rc == SQLITE_OK)
    rc = nep_settings_integer(settings, NEP_KEY_MAX_REQUEST_SIZE,
                              &limits->bytes, error);
  if (rc == SQLITE_OK)
    rc = nep_settings_integer(settings, NEP_KEY_MAX_WORKERS, &limits->workers,
                              error);
  return rc;
}

/* ---- search ---- */

struct nep_search {
  nep_api *api;                        /* borrowed */
  nep_search_query query;              /* texts borrowed */
  char *url_query;                     /* owned: projectIdentifier=… */
  nep_request *page;                   /* owned: the page being read, or NULL */
  nep_request *ahead[MAX_PAGES_AHEAD]; /* owned: under way, in order */
  size_t n_ahead;
  nep_reader reader; /* rest of page */
  nep_entry entry;   /* owned; the current row */
  size_t n_paths;    /* asked for in a page's own search */
  nep_bytes wide; /* in place: the page with all paths, where it lacks some */
  size_t sys_id_hint;
  sqlite3_int64 page_size;   /* the largest page */
  sqlite3_int64 limit;       /* of the newest page asked for */
  sqlite3_int64 asked;       /* offset behind the newest page asked for */
  sqlite3_int64 n_rows;      /* in all pages that came */
  sqlite3_int64 n_uncounted; /* behind the first page, to be counted only */
  sqlite3_int64 n_counted;   /* given without an entry */
  bool is_last;              /* no page follows the one being read */
  int n_stale;               /* pages in a row that gave no new row */
  hash_set ids[2];           /* rows of the last pages: newest, older */
  int until_pump;            /* rows */
};

/* What neptune_requests shows: the NQL and the order; NULL: neither. */
static char *shown_search(const nep_search_query *query)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  if (query->nql)
    sqlite3_str_appendall(out, query->nql);
  if (query->sort_path)
    sqlite3_str_appendf(out, "%sorder %s%s%s%s", query->nql ? " | " : "",
                        query->sort_aggregation ? query->sort_aggregation : "",
                        query->sort_aggregation ? " " : "", query->sort_path,
                        query->is_descending ? " desc" : "");
  return sqlite3_str_finish(out);
}

static int start_search_page(nep_search *search, nep_error *error)
{
  const nep_search_query *query = &search->query;
  nep_search_request request = {.nql = query->nql,
                                .heads = query->heads,
                                .is_global = !query->project,
                                .paths = query->paths,
                                .n_paths = search->n_paths,
                                .limit = search->limit,
                                .offset = search->asked,
                                .sort_path = query->sort_path,
                                .sort_type = query->sort_type,
                                .sort_aggregation = query->sort_aggregation,
                                .descending = query->is_descending};
  char *body = NULL, *shown = shown_search(query);
  int rc = nep_wire_search_body(&request, &body, error);
  if (rc == SQLITE_OK)
    rc = nep_api_start(search->api,
                       &(nep_api_call){.project = search->query.project,
                                       .path = search->query.project
                                                   ? SEARCH_PATH
                                                   : GLOBAL_PATH,
                                       .url_query = search->url_query,
                                       .body = nep_text_of(body),
                                       .shown = shown},
                       &search->ahead[search->n_ahead], error);
  sqlite3_free(body);
  sqlite3_free(shown);
  if (rc != SQLITE_OK)
    return rc;
  search->n_ahead++;
  search->asked += search->limit;
  return SQLITE_OK;
}

/* "projectIdentifier=…&type=run", or NULL when out of memory. */
static char *project_query(const char *project, const char *rest)
{
  char *escaped = nep_http_escape(nep_text_of(project));
  char *query =
      escaped ? sqlite3_mprintf("projectIdentifier=%s%s", escaped, rest) : NULL;
  sqlite3_free(escaped);
  return query;
}

static int size_search_pages(nep_search *search, nep_error *error)
{
  const nep_search_query *query = &search->query;
  sqlite3_int64 most;
  int rc = nep_settings_integer(search->api->settings, NEP_KEY_PAGE_SIZE,
                                &search->page_size, error);
  if (rc == SQLITE_OK)
    rc = nep_settings_integer(search->api->settings, NEP_KEY_MAX_PROJECTION,
                              &most, error);
  if (rc != SQLITE_OK)
    return rc;
  if (most < 2)
    most = 2; /* sys/id and another */
  search->n_paths = query->n_paths;
  if (search->n_paths > (size_t)most) {
    search->n_paths = (size_t)most;
    if (search->page_size > MAX_WIDE_PAGE)
      search->page_size = MAX_WIDE_PAGE;
  }
  if (query->page_limit > 0 && query->page_limit < search->page_size)
    search->page_size = query->page_limit;
  sqlite3_int64 n_paths = query->n_paths ? (sqlite3_int64)query->n_paths : 1;
  if (search->page_size > MAX_PAGE_VALUES / n_paths)
    search->page_size = MAX_PAGE_VALUES / n_paths + 1;
  search->limit = search->page_size;
  if (query->rows_wanted > 0 && query->rows_wanted < search->limit)
    search->limit = query->rows_wanted;
  else if (query->rows_wanted == 0 && query->first_page > 0 &&
           query->first_page < search->limit)
    search->limit = query->first_page;
  return SQLITE_OK;
}

int nep_api_search_open(nep_api *api, const nep_search_query *query,
                        nep_search **search, nep_error *error)
{
  nep_search *opened = sqlite3_malloc64(sizeof(*opened));
  *search = opened;
  if (!opened)
    return nep_error_no_memory(error);
  *opened = (nep_search){
      .api = api, .query = *query, .wide = {.limit = NEP_MAX_RESPONSE}};
  if (query->project) {
    opened->url_query = project_query(query->project, "&type=run");
    if (!opened->url_query)
      return nep_error_no_memory(error);
  }
  int rc = size_search_pages(opened, error);
  return rc == SQLITE_OK ? start_search_page(opened, error) : rc;
}

/* Keeps the ids of the last pages, and of no more. */
static void age_ids(nep_search *search)
{
  if (search->ids[0].n < REMEMBERED_IDS)
    return;
  hash_set older = search->ids[1];
  search->ids[1] = search->ids[0];
  search->ids[0] = older;
  if (older.slots)
    memset(older.slots, 0, older.capacity * sizeof(*older.slots));
  search->ids[0].n = 0;
}

/* Asks for what follows a full page: several pages where the server's count
** promises them, else one. A first page that was small is followed by none,
** until it is read to its end. */
static int ask_ahead(nep_search *search, sqlite3_int64 matching,
                     nep_error *error)
{
  sqlite3_int64 wanted = search->query.rows_wanted, workers;
  if (search->limit < search->page_size && wanted == 0) {
    search->limit = search->page_size;
    return SQLITE_OK;
  }
  if (wanted > 0) {
    search->limit = search->limit * 2 < search->page_size ? search->limit * 2
                                                          : search->page_size;
    if (search->n_rows >= wanted)
      return SQLITE_OK;
  }
  int rc = nep_settings_integer(search->api->settings, NEP_KEY_MAX_WORKERS,
                                &workers, error);
  if (rc == SQLITE_OK && search->n_ahead == 0)
    rc = start_search_page(search, error);
  while (rc == SQLITE_OK && wanted == 0 && search->n_ahead < MAX_PAGES_AHEAD &&
         (sqlite3_int64)search->n_ahead < workers && search->asked < matching)
    rc = start_search_page(search, error);
  return rc;
}

/* The oldest page under way becomes the page being read. */
static int take_search_page(nep_search *search, nep_error *error)
{
  int rc = SQLITE_OK;
  nep_http_request_free(search->page);
  search->page = NULL;
  if (search->n_ahead == 0)
    rc = start_search_page(search, error);
  if (rc == SQLITE_OK)
    rc = nep_api_finish(search->api, search->ahead[0], search->query.project,
                        error);
  if (rc != SQLITE_OK)
    return rc;
  search->page = search->ahead[0];
  search->n_stale++;
  search->n_ahead--;
  memmove(search->ahead, search->ahead + 1,
          search->n_ahead * sizeof(search->ahead[0]));
  return SQLITE_OK;
}

/* A page shorter than asked is the last one, unless the count next to it says
** that there is more: then the server's own limit was lower. */
static void ask_behind_short_page(nep_search *search)
{
  while (search->n_ahead > 0)
    nep_http_request_free(search->ahead[--search->n_ahead]);
  search->asked = search->n_rows;
  search->is_last = false;
}

/* Is the count of what is behind the first page enough, for now? */
static bool count_rest(nep_search *search, sqlite3_int64 matching)
{
  if (!search->query.counts || search->is_last || matching <= search->n_rows)
    return false;
  search->query.counts = false;
  search->n_uncounted = matching - search->n_rows;
  search->limit = search->page_size;
  return true;
}

/* All pages under way have search->limit: it grows only where none is ahead. */
static int turn_search_page(nep_search *search, nep_error *error)
{
  if (search->page && search->n_stale >= MAX_STALE_PAGES) {
    nep_error_set(error, SQLITE_ERROR,
                  "the server gives the same page of runs again and again");
    return nep_api_blame(search->api, search->query.project, error);
  }
  int rc = take_search_page(search, error);
  if (rc != SQLITE_OK)
    return rc;
  size_t n;
  sqlite3_int64 matching, limit = search->limit;
  nep_text body = nep_http_body(search->page);
  rc = nep_wire_search_summary(body, &n, &matching, error);
  if (rc != SQLITE_OK)
    return nep_api_blame(search->api, search->query.project, error);
  nep_http_note_rows(search->page, (sqlite3_int64)n);
  search->reader = nep_reader_of(body);
  search->n_rows += (sqlite3_int64)n;
  search->is_last = (sqlite3_int64)n < limit;
  if (search->is_last && n > 0 && search->n_rows < matching)
    ask_behind_short_page(search);
  age_ids(search);
  if (!count_rest(search, matching) && !search->is_last)
    rc = ask_ahead(search, matching, error);
  if (rc != SQLITE_OK || search->n_paths == search->query.n_paths)
    return rc;
  rc = nep_api_widen(search->api, &search->query, search->n_paths, body, n,
                     &search->wide, error);
  search->reader = nep_reader_of(nep_bytes_view(&search->wide));
  return rc;
}

/* Whether the entry just read was given before. */
static int is_repeated(nep_search *search, bool *repeated, nep_error *error)
{
  const nep_attribute *id =
      nep_entry_find(&search->entry, nep_text_of("sys/id"), NEP_TYPE_UNKNOWN,
                     &search->sys_id_hint);
  *repeated = false;
  if (!id || id->text.size == 0)
    return nep_error_set(error, SQLITE_CORRUPT,
                         "the server sent a run without sys/id");
  /* A sys/id is unique in its project only. */
  nep_text key = search->query.project ? id->text : search->entry.uuid;
  bool is_new = true;
  if (set_has(&search->ids[1], key))
    is_new = false;
  else if (set_add(&search->ids[0], key, &is_new) != SQLITE_OK)
    return nep_error_no_memory(error);
  *repeated = !is_new;
  return SQLITE_OK;
}

static int count_run(nep_search *search, const nep_entry **entry)
{
  *entry = NULL;
  if (search->n_uncounted == 0)
    return SQLITE_DONE;
  search->n_uncounted--;
  search->n_counted++;
  return SQLITE_ROW;
}

int nep_api_search_next(nep_search *search, const nep_entry **entry,
                        nep_error *error)
{
  *entry = &search->entry;
  for (;;) {
    int rc = SQLITE_DONE;
    if (search->page)
      rc = nep_wire_next_search_entry(&search->reader, &search->entry, error);
    if (rc == SQLITE_ROW) {
      bool repeated;
      rc = is_repeated(search, &repeated, error);
      if (rc != SQLITE_OK)
        return nep_api_blame(search->api, search->query.project, error);
      if (repeated)
        continue;
      search->n_stale = 0;
      nep_api_pump(search->api, &search->until_pump, PUMP_INTERVAL);
      return SQLITE_ROW;
    }
    if (rc != SQLITE_DONE)
      return nep_api_blame(search->api, search->query.project, error);
    if (search->n_uncounted > 0 || search->n_counted > 0)
      return count_run(search, entry);
    if (search->page && search->is_last)
      return SQLITE_DONE;
    rc = turn_search_page(search, error);
    if (rc != SQLITE_OK)
      return rc;
  }
}

int nep_api_search_fetch(nep_search *search, const nep_entry **entry,
                         nep_error *error)
{
  sqlite3_int64 n = search->n_counted;
  int rc = SQLITE_ROW;
  search->n_counted = search->n_uncounted = 0;
  for (; n > 0 && rc == SQLITE_ROW; n--)
    rc = nep_api_search_next(search, entry, error);
  if (rc != SQLITE_DONE)
    return rc == SQLITE_ROW ? SQLITE_OK : rc;
  nep_error_set(error, SQLITE_ERROR,
                "the server has fewer runs than it counted: ask again");
  return nep_api_blame(search->api, search->query.project, error);
}

nep_reader nep_api_search_rest(const nep_search *search)
{
  return search->reader;
}

void nep_api_search_close(nep_search *search)
{
  if (!search)
    return;
  nep_http_request_free(search->page);
  for (size_t i = 0; i < search->n_ahead; i++)
    nep_http_request_free(search->ahead[i]);
  nep_entry_dispose(&search->entry);
  nep_bytes_dispose(&search->wide);
  sqlite3_free(search->url_query);
  sqlite3_free(search->ids[0].slots);
  sqlite3_free(search->ids[1].slots);
  sqlite3_free(search);
}

/* ---- attribute values ---- */

struct nep_values {
  nep_api *api;           /* borrowed */
  nep_values_query query; /* texts borrowed */
  char *url_query;        /* owned */
  nep_request *page;      /* owned: the page being read, or NULL */
  nep_request *next;      /* owned: the page under way, or NULL */
  nep_reader reader;      /* rest of page */
  nep_entry entry;        /* owned; the current row */
  char *token;            /* owned: of the page to ask for next, or NULL */
  sqlite3_int64 limit, page_size;
  hash_set tokens; /* page tokens seen */
  int until_pump;  /* rows */
};

char *nep_api_show_query(const nep_values_query *query)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  for (size_t i = 0; i < query->n_names && i < 20; i++)
    sqlite3_str_appendf(out, "%s%s",
                        i ? ", " : "attribute = ", query->names[i]);
  if (query->n_names > 20)
    sqlite3_str_appendf(out, ", … (%d)", (int)query->n_names);
  for (size_t i = 0; i < query->n_patterns; i++)
    sqlite3_str_appendf(out, "%sattribute MATCHES %s",
                        sqlite3_str_length(out) ? " AND " : "",
                        query->patterns[i]);
  for (size_t i = 0; i < query->n_types; i++)
    sqlite3_str_appendf(out, "%s%s",
                        i                         ? ", "
                        : sqlite3_str_length(out) ? " AND type = "
                                                  : "type = ",
                        nep_type_sql_name(query->types[i]));
  if (query->has_run_ids)
    sqlite3_str_appendf(out, "%s%d runs", sqlite3_str_length(out) ? " | " : "",
                        (int)query->n_run_ids);
  return sqlite3_str_finish(out);
}

/* Asks for the page that the token names, which goes; NULL: the first. */
static int start_values_page(nep_values *values, nep_error *error)
{
  const nep_values_query *query = &values->query;
  nep_attribute_request request = {.run_ids = query->run_ids,
                                   .n_run_ids = query->n_run_ids,
                                   .has_run_ids = query->has_run_ids,
                                   .names = query->names,
                                   .n_names = query->n_names,
                                   .patterns = query->patterns,
                                   .n_patterns = query->n_patterns,
                                   .types = query->types,
                                   .n_types = query->n_types,
                                   .limit = values->limit,
                                   .page_token = values->token};
  char *body = NULL;
  char *shown = nep_api_show_query(query);
  int rc = nep_wire_values_body(&request, &body, error);
  if (rc == SQLITE_OK)
    rc = nep_api_start(values->api,
                       &(nep_api_call){.project = query->project,
                                       .path = VALUES_PATH,
                                       .url_query = values->url_query,
                                       .body = nep_text_of(body),
                                       .shown = shown},
                       &values->next, error);
  sqlite3_free(shown);
  sqlite3_free(body);
  sqlite3_free(values->token);
  values->token = NULL;
  return rc;
}

int nep_api_values_open(nep_api *api, const nep_values_query *query,
                        nep_values **values, nep_error *error)
{
  nep_values *opened = sqlite3_malloc64(sizeof(*opened));
  *values = opened;
  if (!opened)
    return nep_error_no_memory(error);
  *opened = (nep_values){.api = api, .query = *query};
  opened->url_query = project_query(query->project, "");
  if (!opened->url_query)
    return nep_error_no_memory(error);
  int rc = nep_settings_integer(api->settings, NEP_KEY_VALUES_PAGE_SIZE,
                                &opened->page_size, error);
  opened->limit = opened->page_size;
  if (query->rows_wanted > 0 && query->rows_wanted < opened->limit)
    opened->limit = query->rows_wanted;
  return rc == SQLITE_OK ? start_values_page(opened, error) : rc;
}

/* Keeps the token of the page behind the one that came, where there is one, and
** asks for that page at once unless few rows are wanted. */
static int follow_token(nep_values *values, nep_text token, nep_error *error)
{
  if (token.size == 0)
    return SQLITE_OK;
  bool is_new;
  if (set_add(&values->tokens, token, &is_new) != SQLITE_OK)
    return nep_error_no_memory(error);
  if (!is_new) {
    nep_error_set(error, SQLITE_ERROR,
                  "the server gives the same page token again");
    return nep_api_blame(values->api, values->query.project, error);
  }
  values->token = nep_text_copy(token);
  if (!values->token)
    return nep_error_no_memory(error);
  if (values->limit == values->page_size)
    return start_values_page(values, error);
  /* The rows wanted may not be enough, after all. */
  values->limit = values->limit * 4 < values->page_size ? values->limit * 4
                                                        : values->page_size;
  return SQLITE_OK;
}

static int turn_values_page(nep_values *values, nep_error *error)
{
  nep_http_request_free(values->page);
  values->page = NULL;
  int rc =
      nep_api_finish(values->api, values->next, values->query.project, error);
  if (rc != SQLITE_OK)
    return rc;
  values->page = values->next;
  values->next = NULL;
  nep_text body = nep_http_body(values->page), token;
  size_t n_entries, n_values;
  rc = nep_wire_values_summary(body, &n_entries, &n_values, &token, error);
  if (rc != SQLITE_OK)
    return nep_api_blame(values->api, values->query.project, error);
  nep_http_note_rows(values->page, (sqlite3_int64)n_values);
  values->reader = nep_reader_of(body);
  return follow_token(values, token, error);
}

int nep_api_values_next(nep_values *values, const nep_entry **entry,
                        nep_error *error)
{
  *entry = &values->entry;
  for (;;) {
    if (values->page) {
      int rc =
          nep_wire_next_values_entry(&values->reader, &values->entry, error);
      if (rc == SQLITE_ROW) {
        nep_api_pump(values->api, &values->until_pump, PUMP_INTERVAL);
        return rc;
      }
      if (rc != SQLITE_DONE)
        return nep_api_blame(values->api, values->query.project, error);
    }
    if (!values->next && !values->token)
      return SQLITE_DONE;
    int rc = values->next ? SQLITE_OK : start_values_page(values, error);
    if (rc == SQLITE_OK)
      rc = turn_values_page(values, error);
    if (rc != SQLITE_OK)
      return rc;
  }
}

nep_reader nep_api_values_rest(const nep_values *values)
{
  return values->reader;
}

void nep_api_values_close(nep_values *values)
{
  if (!values)
    return;
  nep_http_request_free(values->page);
  nep_http_request_free(values->next);
  nep_entry_dispose(&values->entry);
  sqlite3_free(values->url_query);
  sqlite3_free(values->token);
  sqlite3_free(values->tokens.slots);
  sqlite3_free(values);
}
