#include "wire.h"
#include "regex.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

/* ---- types ---- */

static const struct {
  const char *sql, *wire;
} type_names[NEP_TYPE_COUNT] = {
    [NEP_TYPE_UNKNOWN] = {"unknown", "unknown"},
    [NEP_TYPE_FLOAT] = {"float", "float"},
    [NEP_TYPE_INT] = {"int", "int"},
    [NEP_TYPE_STRING] = {"string", "string"},
    [NEP_TYPE_BOOL] = {"bool", "bool"},
    [NEP_TYPE_DATETIME] = {"datetime", "datetime"},
    [NEP_TYPE_STRING_SET] = {"string_set", "stringSet"},
    [NEP_TYPE_FLOAT_SERIES] = {"float_series", "floatSeries"},
    [NEP_TYPE_STRING_SERIES] = {"string_series", "stringSeries"},
    [NEP_TYPE_HISTOGRAM_SERIES] = {"histogram_series", "histogramSeries"},
    [NEP_TYPE_FILE] = {"file", "fileRef"},
    [NEP_TYPE_FILE_SERIES] = {"file_series", "fileRefSeries"},
    [NEP_TYPE_EXPERIMENT_STATE] = {"experiment_state", "experimentState"},
    [NEP_TYPE_COMPLEX] = {"complex", "complex"},
    [NEP_TYPE_GIT_REF] = {"git_ref", "gitRef"},
};

const char *nep_type_sql_name(nep_type type)
{
  return type_names[type].sql;
}

const char *nep_type_wire_name(nep_type type)
{
  return type_names[type].wire;
}

nep_type nep_type_from_sql_name(nep_text name)
{
  int type;

  for (type = NEP_TYPE_UNKNOWN + 1; type < NEP_TYPE_COUNT; type++) {
    if (nep_text_equal(name, nep_text_of(type_names[type].sql)))
      return (nep_type)type;
  }
  return NEP_TYPE_UNKNOWN;
}

nep_type nep_type_from_wire_name(nep_text name)
{
  int type;

  for (type = NEP_TYPE_UNKNOWN + 1; type < NEP_TYPE_COUNT; type++) {
    if (nep_text_equal(name, nep_text_of(type_names[type].wire)))
      return (nep_type)type;
  }
  return NEP_TYPE_UNKNOWN;
}

/*
** ---- building JSON ----
**
** Each add_… appends to an object, or to an array where name is NULL. They are
** sticky: a NULL parent is an earlier failure, so a body is checked once, in
** print_body.
*/

static cJSON *add(cJSON *parent, const char *name, cJSON *item,
                  nep_error *error)
{
  if (parent && item &&
      (name ? cJSON_AddItemToObjectCS(parent, name, item)
            : cJSON_AddItemToArray(parent, item)))
    return item;
  cJSON_Delete(item);
  nep_error_no_memory(error);
  return NULL;
}

static cJSON *add_object(cJSON *parent, const char *name, nep_error *error)
{
  return add(parent, name, cJSON_CreateObject(), error);
}

static cJSON *add_array(cJSON *parent, const char *name, nep_error *error)
{
  return add(parent, name, cJSON_CreateArray(), error);
}

static void add_bool(cJSON *parent, const char *name, bool value,
                     nep_error *error)
{
  add(parent, name, cJSON_CreateBool(value), error);
}

static void add_text(cJSON *parent, const char *name, const char *text,
                     nep_error *error)
{
  if (nep_text_is_clean_utf8(nep_text_of(text)))
    add(parent, name, cJSON_CreateString(text), error);
  else
    nep_error_set(error, SQLITE_ERROR,
                  "cannot send text that is not valid UTF-8");
}

static void add_texts(cJSON *parent, const char *name, const char *const *texts,
                      size_t n, nep_error *error)
{
  cJSON *array = add_array(parent, name, error);
  size_t i;

  for (i = 0; array && i < n; i++)
    add_text(array, NULL, texts[i], error);
}

/* Not as cJSON's number, a double, which loses what is beyond 2^53. */
static void add_integer(cJSON *parent, const char *name, sqlite3_int64 value,
                        nep_error *error)
{
  char *digits = sqlite3_mprintf("%lld", value);

  add(parent, name, digits ? cJSON_CreateRaw(digits) : NULL, error);
  sqlite3_free(digits);
}

/* value is finite. cJSON would print one part in 2^52 beside it. */
static void add_real(cJSON *parent, const char *name, double value,
                     nep_error *error)
{
  char digits[NEP_NUMBER_SIZE];

  nep_number_format(value, digits);
  add(parent, name, cJSON_CreateRaw(digits), error);
}

/* Takes root. */
static int print_body(cJSON *root, char **body, nep_error *error)
{
  char *printed = NULL;

  *body = NULL;
  if (!root)
    nep_error_no_memory(error);
  if (!error->code) {
    printed = cJSON_PrintUnformatted(root);
    if (printed)
      *body = nep_text_copy(nep_text_of(printed));
    if (!*body)
      nep_error_no_memory(error);
  }
  cJSON_free(printed);
  cJSON_Delete(root);
  return error->code;
}

/* ---- request bodies ---- */

static void add_sorting(cJSON *root, const nep_search_request *request,
                        nep_error *error)
{
  const char *aggregation = request->sort_aggregation;
  cJSON *sorting = add_object(root, "sorting", error);
  cJSON *by = add_object(sorting, "sortBy", error);

  add_text(sorting, "dir", request->descending ? "descending" : "ascending",
           error);
  add_text(by, "name", request->sort_path, error);
  if (request->sort_type != NEP_TYPE_UNKNOWN)
    add_text(by, "type", nep_type_wire_name(request->sort_type), error);
  if (aggregation) {
    /* The API's description wants it inside, a client sends it beside. */
    add_text(by, "aggregationMode", aggregation, error);
    add_text(sorting, "aggregationMode", aggregation, error);
  }
}

int nep_wire_search_body(const nep_search_request *request, char **body,
                         nep_error *error)
{
  cJSON *root = cJSON_CreateObject();
  cJSON *projection, *pagination;
  size_t i;

  /* As the clients do: no member at all rather than an empty query. */
  if (request->nql && *request->nql)
    add_text(add_object(root, "query", error), "query", request->nql, error);
  add_bool(root, "experimentLeader", request->heads, error);
  projection =
      request->is_global ? NULL : add_array(root, "attributeFilters", error);
  for (i = 0; projection && i < request->n_paths; i++)
    add_text(add_object(projection, NULL, error), "path", request->paths[i],
             error);
  pagination = add_object(root, "pagination", error);
  add_integer(pagination, "limit", request->limit, error);
  add_integer(pagination, "offset", request->offset, error);
  if (request->sort_path)
    add_sorting(root, request, error);
  return print_body(root, body, error);
}

/* One pattern that matches the names and nothing else. */
static char *pattern_of_names(const nep_attribute_request *request)
{
  sqlite3_str *pattern = sqlite3_str_new(NULL);
  size_t i;

  sqlite3_str_appendall(pattern, "^(?:");
  for (i = 0; i < request->n_names; i++) {
    if (i)
      sqlite3_str_appendchar(pattern, 1, '|');
    nep_regex_append_quoted(pattern, nep_text_of(request->names[i]));
  }
  sqlite3_str_appendall(pattern, ")$");
  return sqlite3_str_finish(pattern);
}

static void add_alternatives(cJSON *any, const nep_attribute_request *request,
                             nep_error *error)
{
  size_t i;

  for (i = 0; any && i < request->n_alternatives; i++) {
    const nep_name_alternative *alternative = &request->alternatives[i];
    cJSON *item = add_object(any, NULL, error);
    if (alternative->n_must)
      add_texts(item, "mustMatchRegexes", alternative->must,
                alternative->n_must, error);
    if (alternative->n_must_not)
      add_texts(item, "mustNotMatchRegexes", alternative->must_not,
                alternative->n_must_not, error);
  }
}

/* names: an own condition, or NULL. */
static void add_name_filter(cJSON *root, const nep_attribute_request *request,
                            const char *names, nep_error *error)
{
  cJSON *any, *all;
  size_t i;

  if (!request->n_patterns && !request->n_alternatives && !names)
    return;
  any = add_array(add_object(root, "attributeNameFilter", error),
                  "mustMatchAny", error);
  add_alternatives(any, request, error);
  if (!request->n_patterns && !names)
    return;
  all = add_array(add_object(any, NULL, error), "mustMatchRegexes", error);
  for (i = 0; all && i < request->n_patterns; i++)
    add_text(all, NULL, request->patterns[i], error);
  if (names)
    add_text(all, NULL, names, error);
}

/* What both endpoints have. */
static void add_selection(cJSON *root, const nep_attribute_request *request,
                          nep_error *error)
{
  cJSON *types, *page;
  size_t i;

  if (request->has_run_ids)
    add_texts(root, "experimentIdsFilter", request->run_ids, request->n_run_ids,
              error);
  if (request->n_types) {
    types = add_array(root, "attributeFilter", error);
    for (i = 0; types && i < request->n_types; i++)
      add_text(add_object(types, NULL, error), "attributeType",
               nep_type_wire_name(request->types[i]), error);
  }
  page = add_object(root, "nextPage", error);
  add_integer(page, "limit", request->limit, error);
  if (request->page_token)
    add_text(page, "nextPageToken", request->page_token, error);
}

int nep_wire_definitions_body(const nep_attribute_request *request, char **body,
                              nep_error *error)
{
  cJSON *root = cJSON_CreateObject();
  char *names = NULL;

  if (request->project)
    add_texts(root, "projectIdentifiers", &request->project, 1, error);
  if (request->n_names) {
    names = pattern_of_names(request);
    if (!names)
      nep_error_no_memory(error);
  }
  add_name_filter(root, request, names, error);
  sqlite3_free(names);
  add_selection(root, request, error);
  return print_body(root, body, error);
}

int nep_wire_values_body(const nep_attribute_request *request, char **body,
                         nep_error *error)
{
  cJSON *root = cJSON_CreateObject();

  if (request->n_names)
    add_texts(root, "attributeNamesFilter", request->names, request->n_names,
              error);
  add_name_filter(root, request, NULL, error);
  add_selection(root, request, error);
  return print_body(root, body, error);
}

static void add_series(cJSON *requests, const nep_points_request *request,
                       size_t index, nep_error *error)
{
  const nep_series_request *wanted = &request->series[index];
  cJSON *item = add_object(requests, NULL, error);
  cJSON *series, *holder;
  char *id = sqlite3_mprintf("%llu", (unsigned long long)index);

  if (id)
    add_text(item, "requestId", id, error);
  else
    nep_error_no_memory(error);
  sqlite3_free(id);
  if (wanted->has_after_step && isfinite(wanted->after_step))
    add_real(item, "afterStep", wanted->after_step, error);
  else if (wanted->has_after_step)
    nep_error_set(error, SQLITE_CORRUPT,
                  "cannot read on from a step that is not finite");
  if (wanted->token) {
    cJSON *after = add_object(item, "searchAfter", error);
    add_bool(after, "finished", false, error);
    add_text(after, "token", wanted->token, error);
  }
  series = add_object(item, "series", error);
  holder = add_object(series, "holder", error);
  add_text(holder, "identifier", wanted->run_id, error);
  add_text(holder, "type", "experiment", error);
  add_text(series, "attribute", wanted->attribute, error);
  add_text(series, "lineage",
           request->lineage == NEP_LINEAGE_FULL ? "FULL" : "NONE", error);
  add_text(series, "lineageEntityType",
           request->lineage == NEP_LINEAGE_RUN ? "RUN" : "EXPERIMENT", error);
  add_bool(series, "includePreview", request->include_previews, error);
}

static void add_step_range(cJSON *root, const nep_points_request *request,
                           nep_error *error)
{
  bool from = request->steps.has_from && isfinite(request->steps.from);
  bool to = request->steps.has_to && isfinite(request->steps.to);
  cJSON *range;

  if (!from && !to)
    return;
  range = add_object(root, "stepRange", error);
  if (from)
    add_real(range, "from", request->steps.from, error);
  if (to)
    add_real(range, "to", request->steps.to, error);
}

int nep_wire_points_body(const nep_points_request *request, char **body,
                         nep_error *error)
{
  cJSON *root = cJSON_CreateObject();
  cJSON *requests = add_array(root, "requests", error);
  size_t i;

  for (i = 0; !error->code && i < request->n_series; i++)
    add_series(requests, request, i, error);
  add_step_range(root, request, error);
  add_text(root, "order", request->descending ? "descending" : "ascending",
           error);
  if (request->limit)
    add_integer(root, "perSeriesPointsLimit", request->limit, error);
  if (request->type != NEP_TYPE_FLOAT_SERIES)
    add_integer(root, "sizeLimitBytes", request->size_limit, error);
  return print_body(root, body, error);
}

int nep_wire_sign_body(const char *project, const char *path, char **body,
                       nep_error *error)
{
  cJSON *root = cJSON_CreateObject();
  cJSON *file = add_object(add_array(root, "files", error), NULL, error);

  add_text(file, "project_identifier", project, error);
  add_text(file, "path", path, error);
  add_text(file, "permission", "read", error);
  return print_body(root, body, error);
}

/* ---- reading JSON ---- */

/*
** What cJSON would take but must not: a U+0000, where it cuts texts (callers
** have seen to raw ones), and so many values that its tree, at 64 bytes each,
** would be many times the answer's size.
*/
static bool is_fit_for_cjson(nep_text json)
{
  bool in_string = false;
  size_t i, values = 0;

  for (i = 0; i < json.size; i++) {
    char c = json.data[i];
    if (c == '"') {
      in_string = !in_string;
    } else if (in_string && c == '\\') {
      if (json.size - i >= 6 && !memcmp(json.data + i + 1, "u0000", 5))
        return false;
      i++;
    } else if (!in_string && (c == ',' || c == '[' || c == '{')) {
      values++;
    }
  }
  return values <= NEP_MAX_JSON_VALUES;
}

static bool is_blank(const char *from, const char *end)
{
  while (from < end &&
         (*from == ' ' || *from == '\t' || *from == '\n' || *from == '\r'))
    from++;
  return from == end;
}

/*
** The document, which the caller deletes, or NULL with an error: code where
** json is not JSON. cJSON does not tell a lack of memory from bad text: what
** fails twice where there is memory is bad text.
*/
static cJSON *parse(nep_text json, int code, const char *what, nep_error *error)
{
  cJSON *root = NULL;
  const char *end = NULL;
  int tries;
  void *probe;

  if (json.size && nep_text_is_clean_utf8(json) && is_fit_for_cjson(json)) {
    for (tries = 0; !root && tries < 2; tries++)
      root = cJSON_ParseWithLengthOpts(json.data, json.size, &end, false);
    if (root && is_blank(end, json.data + json.size))
      return root;
    probe = root ? NULL : cJSON_malloc(json.size);
    if (!root && !probe) {
      nep_error_no_memory(error);
      return NULL;
    }
    cJSON_free(probe);
    cJSON_Delete(root);
  }
  nep_error_set(error, code, "%s is not valid JSON", what);
  return NULL;
}

/* The member's text; NULL where it is absent, empty or no text. */
static const char *text_of(const cJSON *object, const char *name)
{
  const char *text =
      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
  return text && *text ? text : NULL;
}

/* Stores a copy of text in *copy; NULL gives NULL. */
static int read_definition(const cJSON *entry, nep_definition *definition,
                           nep_error *error)
{
  const char *path = text_of(entry, "name");

  if (!path)
    return nep_error_set(error, SQLITE_CORRUPT,
                         "the server's answer has an attribute without name");
  definition->type =
      nep_type_from_wire_name(nep_text_of(text_of(entry, "type")));
  return nep_text_duplicate(path, &definition->path, error);
}

static int read_entries(const cJSON *entries, nep_definitions *definitions,
                        nep_error *error)
{
  const cJSON *entry;
  size_t n = (size_t)cJSON_GetArraySize(entries);

  if (!n)
    return SQLITE_OK;
  definitions->items = sqlite3_malloc64(n * sizeof(*definitions->items));
  if (!definitions->items)
    return nep_error_no_memory(error);
  cJSON_ArrayForEach(entry, entries)
  {
    nep_definition *definition = &definitions->items[definitions->n_items];
    if (read_definition(entry, definition, error))
      return error->code;
    definitions->n_items++;
  }
  return SQLITE_OK;
}

int nep_wire_read_definitions(nep_text json, nep_definitions *definitions,
                              nep_error *error)
{
  cJSON *root = parse(json, SQLITE_CORRUPT, "the server's answer", error);
  const cJSON *entries = cJSON_GetObjectItemCaseSensitive(root, "entries");
  const cJSON *page = cJSON_GetObjectItemCaseSensitive(root, "nextPage");

  memset(definitions, 0, sizeof(*definitions));
  if (root && !cJSON_IsArray(entries))
    nep_error_set(error, SQLITE_CORRUPT,
                  "the server's answer has no list of attributes");
  if (!error->code)
    read_entries(entries, definitions, error);
  if (!error->code)
    nep_text_duplicate(text_of(page, "nextPageToken"), &definitions->next_token,
                       error);
  if (error->code)
    nep_definitions_dispose(definitions);
  cJSON_Delete(root);
  return error->code;
}

int nep_wire_read_link(nep_text json, char **link, nep_error *error)
{
  cJSON *root = parse(json, SQLITE_CORRUPT, "the server's answer", error);
  const cJSON *files = cJSON_GetObjectItemCaseSensitive(root, "files");
  const char *url = text_of(cJSON_GetArrayItem(files, 0), "url");

  *link = NULL;
  if (root && !url)
    nep_error_set(error, SQLITE_CORRUPT, "the server's answer has no link");
  if (!error->code)
    nep_text_duplicate(url, link, error);
  cJSON_Delete(root);
  return error->code;
}

/* Stores a copy of the member's text, which may be absent. */
static int copy_member(const cJSON *object, const char *name, char **copy,
                       nep_error *error)
{
  const char *text = text_of(object, name);

  return nep_text_duplicate(text ? text : "", copy, error);
}

static int read_project(const cJSON *entry, nep_project *project,
                        nep_error *error)
{
  if (!text_of(entry, "name") || !text_of(entry, "organizationName"))
    return nep_error_set(error, SQLITE_CORRUPT,
                         "the server's answer has a project without name");
  copy_member(entry, "organizationName", &project->workspace, error);
  copy_member(entry, "name", &project->name, error);
  copy_member(entry, "projectKey", &project->key, error);
  copy_member(entry, "id", &project->id, error);
  return copy_member(entry, "visibility", &project->visibility, error);
}

static void read_project_page(const cJSON *root, nep_project_page *page,
                              nep_error *error)
{
  const cJSON *entries = cJSON_GetObjectItemCaseSensitive(root, "entries");
  const cJSON *matching =
      cJSON_GetObjectItemCaseSensitive(root, "matchingItemCount");
  const cJSON *entry;
  size_t n = (size_t)cJSON_GetArraySize(entries);

  if (!cJSON_IsArray(entries))
    nep_error_set(error, SQLITE_CORRUPT,
                  "the server's answer has no list of projects");
  if (cJSON_IsNumber(matching) && matching->valuedouble >= 0 &&
      matching->valuedouble < 1e15)
    page->matching = (sqlite3_int64)matching->valuedouble;
  page->items = sqlite3_malloc64(n * sizeof(*page->items) + 1);
  if (!page->items)
    nep_error_no_memory(error);
  cJSON_ArrayForEach(entry, entries)
  {
    if (error->code)
      return;
    page->items[page->n_items] = (nep_project){0};
    read_project(entry, &page->items[page->n_items++], error);
  }
}

int nep_wire_read_projects(nep_text json, nep_project_page *page,
                           nep_error *error)
{
  cJSON *root = parse(json, SQLITE_CORRUPT, "the server's answer", error);

  *page = (nep_project_page){.matching = -1};
  if (root)
    read_project_page(root, page, error);
  if (error->code)
    nep_project_page_dispose(page);
  cJSON_Delete(root);
  return error->code;
}

void nep_project_page_dispose(nep_project_page *page)
{
  size_t i;

  for (i = 0; i < page->n_items; i++) {
    sqlite3_free(page->items[i].workspace);
    sqlite3_free(page->items[i].name);
    sqlite3_free(page->items[i].key);
    sqlite3_free(page->items[i].id);
    sqlite3_free(page->items[i].visibility);
  }
  sqlite3_free(page->items);
  *page = (nep_project_page){.matching = -1};
}

void nep_definitions_dispose(nep_definitions *definitions)
{
  size_t i;

  for (i = 0; i < definitions->n_items; i++)
    sqlite3_free(definitions->items[i].path);
  sqlite3_free(definitions->items);
  sqlite3_free(definitions->next_token);
  memset(definitions, 0, sizeof(*definitions));
}

int nep_wire_read_api_token(nep_text json, char **address, nep_error *error)
{
  cJSON *root = parse(json, SQLITE_ERROR, "the API token's content", error);
  const char *found = text_of(root, "api_url");

  *address = NULL;
  if (!found)
    found = text_of(root, "api_address");
  if (!found)
    nep_error_set(error, SQLITE_ERROR,
                  "the API token names no server (api_url or api_address)");
  nep_text_duplicate(found, address, error);
  cJSON_Delete(root);
  return error->code;
}

/* Nothing that would end or split a header line. */
static bool is_header_safe(const char *text)
{
  for (; *text; text++) {
    if (*text <= ' ' || *text >= 0x7F)
      return false;
  }
  return true;
}

int nep_wire_read_tokens(nep_text json, char **access_token,
                         char **refresh_token, nep_error *error)
{
  cJSON *root = parse(json, SQLITE_CORRUPT, "the server's answer", error);
  const char *access = text_of(root, "accessToken");
  const char *refresh = text_of(root, "refreshToken");

  *access_token = *refresh_token = NULL;
  if (!access)
    access = text_of(root, "access_token");
  if (!refresh)
    refresh = text_of(root, "refresh_token");
  if (!access || !is_header_safe(access))
    nep_error_set(error, SQLITE_CORRUPT,
                  "the server's answer holds no usable access token");
  if (!error->code)
    nep_text_duplicate(access, access_token, error);
  if (!error->code)
    nep_text_duplicate(refresh, refresh_token, error);
  if (error->code) {
    sqlite3_free(*access_token);
    *access_token = NULL;
  }
  cJSON_Delete(root);
  return error->code;
}

/* ---- access tokens ---- */

/* The text between the two dots; size 0 where there are not two. */
static nep_text jwt_payload(nep_text token)
{
  const char *end = token.data + token.size;
  const char *first = token.size ? memchr(token.data, '.', token.size) : NULL;
  const char *second =
      first ? memchr(first + 1, '.', (size_t)(end - first - 1)) : NULL;
  nep_text payload = {first ? first + 1 : NULL, 0};

  if (second)
    payload.size = (size_t)(second - payload.data);
  return payload;
}

/* Seconds, within what a double holds exactly; 0 where absent. */
static sqlite3_int64 seconds_of(const cJSON *object, const char *name)
{
  const double max = 9007199254740992.0;
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  double seconds = cJSON_IsNumber(item) ? item->valuedouble : 0;

  return (sqlite3_int64)(seconds > max ? max : seconds < -max ? -max : seconds);
}

static int read_claims(const cJSON *root, nep_jwt *jwt, nep_error *error)
{
  jwt->expires_at = seconds_of(root, "exp");
  jwt->issued_at = seconds_of(root, "iat");
  nep_text_duplicate(text_of(root, "iss"), &jwt->issuer, error);
  return nep_text_duplicate(text_of(root, "azp"), &jwt->client_id, error);
}

int nep_wire_read_jwt(nep_text access_token, nep_jwt *jwt, nep_error *error)
{
  nep_text payload = jwt_payload(access_token);
  nep_bytes decoded = {.limit = payload.size};
  cJSON *root = NULL;

  memset(jwt, 0, sizeof(*jwt));
  /* Reserves the room, so that decoding fails for bad text only. */
  if (nep_bytes_append(&decoded, payload.data, payload.size)) {
    nep_error_no_memory(error);
    goto done;
  }
  nep_bytes_reset(&decoded);
  if (!payload.size || !nep_base64_decode(payload, &decoded)) {
    nep_error_set(error, SQLITE_CORRUPT,
                  "the server's access token is not a JSON web token");
    goto done;
  }
  root = parse(nep_bytes_view(&decoded), SQLITE_CORRUPT,
               "the access token's content", error);
  if (root && read_claims(root, jwt, error))
    nep_jwt_dispose(jwt);
done:
  cJSON_Delete(root);
  nep_bytes_dispose(&decoded);
  return error->code;
}

void nep_jwt_dispose(nep_jwt *jwt)
{
  sqlite3_free(jwt->issuer);
  sqlite3_free(jwt->client_id);
  memset(jwt, 0, sizeof(*jwt));
}

/* ---- errors of the server ---- */

int nep_wire_read_error(nep_text json, char **message, char **error_type,
                        nep_error *error)
{
  nep_error unread = {0};
  cJSON *root = parse(json, SQLITE_CORRUPT, "the answer", &unread);

  *message = *error_type = NULL;
  if (unread.code == SQLITE_NOMEM)
    nep_error_no_memory(error);
  nep_error_clear(&unread);
  if (root && !nep_text_duplicate(text_of(root, "message"), message, error))
    nep_text_duplicate(text_of(root, "errorType"), error_type, error);
  if (error->code) {
    sqlite3_free(*message);
    *message = NULL;
  }
  cJSON_Delete(root);
  return error->code;
}
