/* api_attributes.c: definitions and values of attributes. */
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "encode.h"
#include "input.h"
#include "name_filter.h"

enum { MAX_LIMIT = 10000, MAX_TOKEN = 1 << 16 };

/* The runs that a request names, or all of a project's. */
typedef struct run_list {
  bool all;
  uint32_t *runs; /* ascending, each once; in the request's arena */
  size_t count;
} run_list;

static int compare_numbers(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* experimentIdsFilter: absent means all; runs of other projects and unknown
 * ones are left out. */
static bool read_runs(srv_request *request, const cJSON *body,
                      const model_project *project, run_list *to,
                      srv_error *err)
{
  const cJSON *ids = input_array(body, "experimentIdsFilter", err), *item;
  size_t n = (size_t)cJSON_GetArraySize(ids), distinct = 0;
  *to = (run_list){.all = ids == NULL};
  to->runs = srv_arena_array(&request->arena, n + 1, sizeof *to->runs);
  if (err->status != 0 || !to->runs) {
    return srv_error_nomem(err);
  }
  cJSON_ArrayForEach(item, ids)
  {
    const model_project *of = NULL;
    srv_error ignored = {0};
    size_t run;
    if (!cJSON_IsString(item)) {
      return srv_error_set(err, 400, "BAD_REQUEST",
                           "experimentIdsFilter must hold texts");
    }
    if (srv_server_run(request->server, project, item->valuestring, &of, &run,
                       &ignored) &&
        of == project) {
      to->runs[to->count++] = (uint32_t)run;
    }
  }
  qsort(to->runs, to->count, sizeof *to->runs, compare_numbers);
  for (size_t i = 0; i < to->count; i++) {
    if (distinct == 0 || to->runs[i] != to->runs[distinct - 1]) {
      to->runs[distinct++] = to->runs[i];
    }
  }
  to->count = distinct;
  return true;
}

static bool read_page(const cJSON *body, size_t *limit, const char **token,
                      srv_error *err)
{
  const cJSON *page = input_member(body, "nextPage", err);
  *limit = (size_t)input_integer(page, "limit", 1, MAX_LIMIT, MAX_LIMIT, err);
  *token = input_text(page, "nextPageToken", NULL, err);
  return err->status == 0;
}

/* The definitions that the runs of a list have, a byte each. */
typedef struct presence {
  unsigned char *has;
  size_t missing; /* how many are 0 */
} presence;

static bool mark(void *context, uint32_t def)
{
  presence *of = context;
  of->missing -= of->has[def] == 0;
  of->has[def] = 1;
  return of->missing > 0;
}

static bool find_presence(srv_arena *arena, const model_project *project,
                          const run_list *runs, presence *to)
{
  to->has = srv_arena_array(arena, project->defs.count + 1, 1);
  to->missing = project->defs.count;
  if (!to->has) {
    return false;
  }
  for (size_t i = 0; runs->all && i < project->defs.count; i++) {
    to->has[i] = project->defs.items[i].runs > 0;
  }
  for (size_t i = 0; !runs->all && i < runs->count && to->missing > 0; i++) {
    project->ops->each_def(project, runs->runs[i], mark, to);
  }
  return true;
}

/* Definitions that are asked for, sorted. */
typedef struct def_list {
  const model_def **items; /* in the request's arena */
  size_t count;
} def_list;

static bool add_definitions(srv_request *request, const cJSON *body,
                            const model_project *project,
                            const name_filter *filter, def_list *to,
                            srv_error *err)
{
  const model_defs *defs = &project->defs;
  const model_def **items = srv_arena_array(
      &request->arena, to->count + defs->count + 1, sizeof(const model_def *));
  presence present;
  run_list runs;
  if (!items || !read_runs(request, body, project, &runs, err) ||
      !find_presence(&request->arena, project, &runs, &present)) {
    return srv_error_nomem(err);
  }
  if (to->count > 0) {
    memcpy(items, to->items, to->count * sizeof(const model_def *));
  }
  to->items = items;
  for (size_t i = 0; i < defs->count; i++) {
    const model_def *def = &defs->items[defs->sorted[i]];
    if (present.has[defs->sorted[i]] && name_filter_accepts(filter, def)) {
      items[to->count++] = def;
    }
  }
  return true;
}

static int compare_defs(const void *a, const void *b)
{
  return model_def_compare(*(const model_def *const *)a,
                           *(const model_def *const *)b);
}

static void sort_distinct(def_list *list)
{
  size_t distinct = 0;
  if (list->count == 0) {
    return;
  }
  qsort(list->items, list->count, sizeof(const model_def *), compare_defs);
  for (size_t i = 0; i < list->count; i++) {
    if (distinct == 0 ||
        model_def_compare(list->items[i], list->items[distinct - 1]) != 0) {
      list->items[distinct++] = list->items[i];
    }
  }
  list->count = distinct;
}

/* All definitions of the projects; unknown projects beside a known one are
 * left out. */
static bool find_definitions(srv_request *request, const cJSON *body,
                             const name_filter *filter, def_list *to,
                             srv_error *err)
{
  const cJSON *ids = input_array(body, "projectIdentifiers", err), *item;
  const model_project *project;
  srv_error denied = {0};
  size_t known = 0;
  *to = (def_list){.count = 0};
  cJSON_ArrayForEach(item, ids)
  {
    project = srv_server_project(request->server, cJSON_GetStringValue(item),
                                 &denied);
    if (project && !add_definitions(request, body, project, filter, to, err)) {
      return false;
    }
    known += project != NULL;
  }
  if (known == 0 && err->status == 0) {
    srv_server_project(request->server,
                       denied.status != 0
                           ? cJSON_GetStringValue(cJSON_GetArrayItem(ids, 0))
                           : srv_request_argument(request, "projectIdentifier"),
                       err);
  }
  if (known > 1) {
    sort_distinct(to);
  }
  return err->status == 0;
}

/* A token is the last definition of its page: type and path, in base64url. */
static char *token_new(const model_def *last)
{
  srv_bytes bytes;
  char *token = NULL;
  const char type = (char)('A' + last->type);
  srv_bytes_init(&bytes, MAX_TOKEN);
  srv_bytes_append(&bytes, &type, 1);
  srv_bytes_append(&bytes, last->path.data, last->path.len);
  if (!bytes.failed) {
    token = srv_base64url_new(bytes.data, bytes.len);
  }
  srv_bytes_dispose(&bytes);
  return token;
}

/* Where the page after a token begins. */
static bool token_find(const def_list *list, const char *token, size_t *start,
                       srv_error *err)
{
  srv_bytes bytes;
  model_def last;
  bool ok;
  *start = 0;
  if (!token || !*token) {
    return true;
  }
  srv_bytes_init(&bytes, MAX_TOKEN);
  ok = srv_base64url_append(&bytes, token, strlen(token)) && bytes.len > 1 &&
       bytes.data[0] >= 'A' && bytes.data[0] < 'A' + MODEL_TYPES;
  if (ok) {
    last.type = (model_type)(bytes.data[0] - 'A');
    last.path = (model_text){.data = (const char *)bytes.data + 1,
                             .len = bytes.len - 1};
    while (*start < list->count &&
           model_def_compare(list->items[*start], &last) <= 0) {
      (*start)++;
    }
  }
  srv_bytes_dispose(&bytes);
  return ok || srv_error_set(err, 400, "BAD_REQUEST",
                             "nextPageToken is not one of this server");
}

static bool add_definition(cJSON *entries, const model_def *def)
{
  cJSON *entry = cJSON_CreateObject();
  if (!entry || !cJSON_AddItemToArray(entries, entry)) {
    cJSON_Delete(entry);
    return false;
  }
  return cJSON_AddStringToObject(entry, "name", def->path.data) &&
         cJSON_AddStringToObject(entry, "type", model_type_api_name(def->type));
}

/* last is the page's last definition; NULL: there is no next page. */
static bool add_next_page(cJSON *object, size_t limit, const model_def *last)
{
  cJSON *page = cJSON_AddObjectToObject(object, "nextPage");
  char *token = last ? token_new(last) : NULL;
  bool ok = page && (!last || token) &&
            cJSON_AddNumberToObject(page, "limit", (double)limit);
  ok = ok && (!last || cJSON_AddStringToObject(page, "nextPageToken", token));
  free(token);
  return ok;
}

static bool answer_definitions(srv_request *request, const def_list *list,
                               size_t start, size_t limit, srv_error *err)
{
  size_t end = list->count - start < limit ? list->count : start + limit;
  cJSON *object = cJSON_CreateObject();
  cJSON *entries = cJSON_AddArrayToObject(object, "entries");
  bool ok = entries != NULL;
  for (size_t i = start; ok && i < end; i++) {
    ok = add_definition(entries, list->items[i]);
  }
  request->rows = end - start;
  ok = ok && add_next_page(object, limit,
                           end < list->count ? list->items[end - 1] : NULL);
  if (!ok) {
    cJSON_Delete(object);
    return srv_error_nomem(err);
  }
  return srv_request_answer_json(request, object, err);
}

bool api_definitions(srv_request *request, srv_error *err)
{
  const cJSON *body = input_object(request, false, err);
  name_filter *filter = body ? name_filter_new(body, err) : NULL;
  const char *token;
  def_list list;
  size_t limit, start;
  bool ok = filter && read_page(body, &limit, &token, err) &&
            find_definitions(request, body, filter, &list, err) &&
            token_find(&list, token, &start, err) &&
            answer_definitions(request, &list, start, limit, err);
  name_filter_free(filter);
  return ok;
}

/* A page of values: where it goes on, and how much it may hold. */
typedef struct value_page {
  const model_project *project;
  const uint32_t *defs; /* what is asked for, sorted */
  size_t n_defs;
  size_t run; /* index into the run list */
  size_t def; /* index into defs */
  size_t limit;
  size_t count;
} value_page;

/* "run.def", both numbers that never change: the last value of a page. */
static bool read_value_token(const char *token, const run_list *runs,
                             value_page *page, srv_error *err)
{
  char *dot = NULL, *end = NULL;
  unsigned long run, def;
  if (!token || !*token) {
    return true;
  }
  run = strtoul(token, &dot, 10);
  def = *dot == '.' ? strtoul(dot + 1, &end, 10) : 0;
  if (!end || *end != 0 || run >= page->project->n_runs ||
      def >= page->project->defs.count) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "nextPageToken is not one of this server");
  }
  page->run = run;
  if (!runs->all) {
    for (page->run = 0; page->run < runs->count && runs->runs[page->run] < run;
         page->run++) {}
  }
  while (page->def < page->n_defs &&
         model_def_compare(&page->project->defs.items[page->defs[page->def]],
                           &page->project->defs.items[def]) <= 0) {
    page->def++;
  }
  return true;
}

/* Adds one run's values, or nothing if it has none of them; leaves page->def
 * at the next one. */
static void write_run(srv_request *request, value_page *page, size_t run,
                      srv_arena *arena)
{
  const model_project *project = page->project;
  srv_bytes *out = &request->answer;
  size_t before = page->count, begin = out->len;
  size_t start = encode_begin(out, 1);
  model_value value;
  encode_text(out, 1,
              model_project_text(project, run, project->def_run_uuid, arena));
  encode_text(out, 2, model_project_text(project, run, project->def_id, arena));
  for (; page->def < page->n_defs && page->count < page->limit; page->def++) {
    uint32_t def = page->defs[page->def];
    if (project->ops->value(project, run, def, arena, &value)) {
      encode_attribute(out, 3, &project->defs.items[def], &value, SIZE_MAX);
      page->count++;
    }
  }
  if (page->count > before) {
    encode_end(out, start);
  } else {
    out->len = begin;
  }
}

static void write_next_page(srv_request *request, const value_page *page,
                            bool more, size_t last_run)
{
  sqlite3_str *text = sqlite3_str_new(NULL);
  char *token;
  sqlite3_str_appendf(text, "%d.%d", (int)last_run,
                      page->def > 0 ? (int)page->defs[page->def - 1] : 0);
  token = sqlite3_str_finish(text);
  encode_next_page(&request->answer, more ? token : NULL,
                   (uint32_t)page->limit);
  request->answer.failed = request->answer.failed || !token;
  sqlite3_free(token);
}

static void write_values(srv_request *request, value_page *page,
                         const run_list *runs)
{
  size_t n_runs = runs->all ? page->project->n_runs : runs->count;
  size_t run = 0;
  bool more = false;
  srv_arena scratch;
  srv_arena_init(&scratch);
  for (; page->run < n_runs && !more; page->run++) {
    run = runs->all ? page->run : runs->runs[page->run];
    srv_arena_reset(&scratch);
    write_run(request, page, run, &scratch);
    more = page->count == page->limit &&
           (page->def < page->n_defs || page->run + 1 < n_runs);
    if (!more) {
      page->def = 0;
    }
  }
  write_next_page(request, page, more, run);
  request->rows = page->count;
  srv_arena_dispose(&scratch);
  srv_request_is_protobuf(request);
}

static bool find_wanted(srv_request *request, const name_filter *filter,
                        value_page *page, srv_error *err)
{
  const model_defs *defs = &page->project->defs;
  uint32_t *wanted =
      srv_arena_array(&request->arena, defs->count + 1, sizeof *wanted);
  if (!wanted) {
    return srv_error_nomem(err);
  }
  for (size_t i = 0; i < defs->count; i++) {
    if (name_filter_accepts(filter, &defs->items[defs->sorted[i]])) {
      wanted[page->n_defs++] = defs->sorted[i];
    }
  }
  page->defs = wanted;
  return true;
}

bool api_values(srv_request *request, srv_error *err)
{
  value_page page = {.project = srv_server_project(
                         request->server,
                         srv_request_argument(request, "projectIdentifier"),
                         err)};
  const cJSON *body = page.project ? input_object(request, false, err) : NULL;
  name_filter *filter = body ? name_filter_new(body, err) : NULL;
  const char *token;
  run_list runs;
  bool ok = filter && read_page(body, &page.limit, &token, err) &&
            read_runs(request, body, page.project, &runs, err) &&
            find_wanted(request, filter, &page, err) &&
            read_value_token(token, &runs, &page, err);
  if (ok) {
    write_values(request, &page, &runs);
  }
  name_filter_free(filter);
  return ok;
}

/* The project of the run that an argument names; NULL and 404 if there is no
 * such run. */
static const model_project *run_argument(srv_request *request, const char *name,
                                         size_t *run, srv_error *err)
{
  const char *identifier = srv_request_argument(request, name);
  const model_project *project = NULL;
  if (!identifier) {
    srv_error_set(err, 400, "BAD_REQUEST", "%s must be given", name);
    return NULL;
  }
  if (!srv_server_run(request->server, NULL, identifier, &project, run, err)) {
    srv_error_set(err, 404, "EXPERIMENT_NOT_FOUND", "no such run: %s",
                  identifier);
    return NULL;
  }
  return project;
}

/* The types that the arguments attributeType name, a bit each. */
static enum MHD_Result add_type(void *context, enum MHD_ValueKind kind,
                                const char *name, const char *value)
{
  unsigned *types = context;
  model_type type;
  (void)kind;
  if (strcmp(name, "attributeType") == 0 && value &&
      model_type_from_api(value, &type)) {
    *types |= 1u << type;
  }
  return MHD_YES;
}

bool api_run_definitions(srv_request *request, srv_error *err)
{
  unsigned types = 0;
  size_t run = 0;
  model_value value;
  const model_project *project =
      run_argument(request, "experimentIdentifier", &run, err);
  if (!project) {
    return false;
  }
  MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND,
                            add_type, &types);
  for (size_t i = 0; i < project->defs.count; i++) {
    uint32_t number = project->defs.sorted[i];
    const model_def *def = &project->defs.items[number];
    if ((types == 0 || types & 1u << def->type) &&
        project->ops->value(project, run, number, NULL, &value)) {
      encode_definition(&request->answer, def);
      request->rows++;
    }
  }
  srv_request_is_protobuf(request);
  return true;
}

/* A byte for each definition: is its path among paths (NULL: all are)? NULL
 * without memory. Clients name thousands of paths. */
static unsigned char *find_named(srv_request *request, const cJSON *paths,
                                 const model_defs *defs)
{
  unsigned char *wanted = srv_arena_array(&request->arena, defs->count + 1, 1);
  const cJSON *item;
  if (!wanted) {
    return NULL;
  }
  if (!paths) {
    memset(wanted, 1, defs->count);
  }
  cJSON_ArrayForEach(item, paths)
  {
    const char *path = cJSON_GetStringValue(item);
    for (int type = 0; path && type < MODEL_TYPES; type++) {
      uint32_t number =
          model_defs_find(defs, path, strlen(path), (model_type)type);
      if (number != MODEL_NO_DEF) {
        wanted[number] = 1;
      }
    }
  }
  return wanted;
}

static bool hold_texts(const cJSON *paths, srv_error *err)
{
  const cJSON *item;
  cJSON_ArrayForEach(item, paths)
  {
    if (!cJSON_IsString(item)) {
      return srv_error_set(err, 400, "BAD_REQUEST",
                           "attributePathsFilter must hold texts");
    }
  }
  return true;
}

bool api_run_attributes(srv_request *request, srv_error *err)
{
  const cJSON *body = input_object(request, true, err);
  const cJSON *paths = input_array(body, "attributePathsFilter", err);
  const model_project *project = NULL;
  unsigned char *wanted;
  size_t run = 0;
  model_value value;
  if (err->status == 0 && hold_texts(paths, err)) {
    project = run_argument(request, "holderIdentifier", &run, err);
  }
  if (!project) {
    return false;
  }
  wanted = find_named(request, paths, &project->defs);
  if (!wanted) {
    return srv_error_nomem(err);
  }
  encode_text(
      &request->answer, 1,
      model_project_text(project, run, project->def_run_uuid, &request->arena));
  encode_project_head(&request->answer, project);
  for (size_t i = 0; i < project->defs.count; i++) {
    uint32_t number = project->defs.sorted[i];
    const model_def *def = &project->defs.items[number];
    if (wanted[number] &&
        project->ops->value(project, run, number, &request->arena, &value)) {
      encode_attribute(&request->answer, 7, def, &value, SIZE_MAX);
      request->rows++;
    }
  }
  srv_request_is_protobuf(request);
  return true;
}
