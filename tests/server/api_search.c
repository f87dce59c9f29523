/* api_search.c: search of runs and experiments, in one project or in all.
 * Where the API leaves it open: archived runs are found unless the query says
 * otherwise (a client leaves the clause out to see all); without
 * attributeFilters the identifiers come back; at most 10 000 runs a page. */
#include <string.h>

#include "encode.h"
#include "input.h"

enum { MAX_LIMIT = 10000, DEFAULT_LIMIT = 1000, MAX_PATHS = 1000 };

/* A search as it was asked for. */
typedef struct ask {
  search_query query;
  const model_project *one; /* what query.projects points to, if one */
  const char **paths;       /* the projection */
  size_t n_paths;
  size_t limit;
  size_t offset;
  size_t truncate;
} ask;

/* What is wanted of every run of one project. */
typedef struct wanted {
  uint32_t *defs; /* of the projection */
  size_t count;
  model_text head; /* what all its entries begin with, encoded */
} wanted;

static const char *const default_paths[] = {"sys/id", "sys/name",
                                            "sys/custom_run_id"};

static bool read_query(srv_request *request, const cJSON *body, ask *to,
                       srv_error *err)
{
  const cJSON *query = input_member(body, "query", err);
  const char *nql = input_text(query, "query", "", err);
  request->nql = nql;
  to->query.nql = nql;
  to->query.heads_only = input_bool(body, "experimentLeader", false, err);
  return err->status == 0;
}

static bool read_page(const cJSON *body, ask *to, srv_error *err)
{
  const cJSON *page = input_member(body, "pagination", err);
  to->limit =
      (size_t)input_integer(page, "limit", 0, MAX_LIMIT, DEFAULT_LIMIT, err);
  to->offset = (size_t)input_integer(page, "offset", 0, INT32_MAX, 0, err);
  to->truncate = (size_t)input_integer(body, "truncateStringTo", 0, INT32_MAX,
                                       INT32_MAX, err);
  return err->status == 0;
}

static bool read_direction(const cJSON *sorting, ask *to, srv_error *err)
{
  const char *text = input_text(sorting, "dir", "descending", err);
  to->query.descending = strcmp(text, "descending") == 0;
  if (!to->query.descending && strcmp(text, "ascending") != 0) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "dir must be ascending or descending");
  }
  return err->status == 0;
}

static bool read_aggregate(const char *text, ask *to, srv_error *err)
{
  const struct {
    const char *name;
    search_aggregate aggregate;
  } names[] = {{"last", SEARCH_LAST},         {"min", SEARCH_MIN},
               {"max", SEARCH_MAX},           {"average", SEARCH_AVERAGE},
               {"variance", SEARCH_VARIANCE}, {"auto", SEARCH_LAST},
               {"none", SEARCH_LAST}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(names[i].name, text) == 0) {
      to->query.aggregate = names[i].aggregate;
      return true;
    }
  }
  return srv_error_set(err, 400, "BAD_REQUEST", "unknown aggregationMode %s",
                       text);
}

static bool read_sorting(const cJSON *body, ask *to, srv_error *err)
{
  const cJSON *sorting = input_member(body, "sorting", err);
  const cJSON *by = input_member(sorting, "sortBy", err);
  const char *type = input_text(by, "type", NULL, err);
  const char *outer = input_text(sorting, "aggregationMode", "auto", err);
  const char *inner = input_text(by, "aggregationMode", outer, err);
  to->query.sort_path = input_text(by, "name", "sys/creation_time", err);
  to->query.has_sort_type = type != NULL;
  if (type && !model_type_from_api(type, &to->query.sort_type)) {
    return srv_error_set(err, 400, "BAD_REQUEST", "unknown type %s", type);
  }
  return read_aggregate(inner, to, err) && read_direction(sorting, to, err);
}

/* attributeFilters; without them the identifiers. */
static bool read_paths(srv_request *request, const cJSON *body, ask *to,
                       srv_error *err)
{
  const cJSON *filters = input_array(body, "attributeFilters", err);
  const cJSON *item;
  size_t count = (size_t)cJSON_GetArraySize(filters);
  if (err->status != 0) {
    return false;
  }
  to->paths = (const char **)(uintptr_t)default_paths;
  to->n_paths = sizeof default_paths / sizeof default_paths[0];
  if (!filters) {
    return true;
  }
  if (count > MAX_PATHS) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "attributeFilters must hold at most %d paths",
                         MAX_PATHS);
  }
  to->paths = srv_arena_array(&request->arena, count + 1, sizeof *to->paths);
  to->n_paths = 0;
  if (!to->paths) {
    return srv_error_nomem(err);
  }
  cJSON_ArrayForEach(item, filters)
  {
    const char *path = input_text(item, "path", NULL, err);
    if (!path) {
      return srv_error_set(err, 400, "BAD_REQUEST",
                           "attributeFilters must hold objects with a path");
    }
    to->paths[to->n_paths++] = path;
  }
  return err->status == 0;
}

static bool read_ask(srv_request *request, ask *to, bool has_projection,
                     srv_error *err)
{
  const cJSON *body = input_object(request, false, err);
  return body && read_query(request, body, to, err) &&
         read_page(body, to, err) && read_sorting(body, to, err) &&
         read_paths(request, has_projection ? body : NULL, to, err);
}

/* The definitions of the paths in a project, in their order, each once. */
static bool find_wanted(srv_arena *arena, const ask *from,
                        const model_project *project, wanted *to)
{
  to->defs =
      srv_arena_array(arena, from->n_paths * MODEL_TYPES + 1, sizeof *to->defs);
  to->count = 0;
  if (!to->defs) {
    return false;
  }
  for (size_t i = 0; i < from->n_paths; i++) {
    for (int type = 0; type < MODEL_TYPES; type++) {
      uint32_t def = model_defs_find(&project->defs, from->paths[i],
                                     strlen(from->paths[i]), (model_type)type);
      bool seen = def == MODEL_NO_DEF;
      for (size_t j = 0; !seen && j < to->count; j++) {
        seen = to->defs[j] == def;
      }
      if (!seen) {
        to->defs[to->count++] = def;
      }
    }
  }
  return true;
}

static wanted *find_all_wanted(srv_request *request, const ask *from,
                               srv_error *err)
{
  size_t n = from->query.n_projects;
  wanted *all = srv_arena_array(&request->arena, n + 1, sizeof *all);
  for (size_t i = 0; all && i < n; i++) {
    if (!find_wanted(&request->arena, from, from->query.projects[i], &all[i])) {
      all = NULL;
    }
  }
  if (!all) {
    srv_error_nomem(err);
  }
  return all;
}

/* Where a page ends in a result. */
static size_t page_end(const ask *from, const search_result *result)
{
  size_t count = search_result_count(result);
  if (from->offset >= count) {
    return from->offset;
  }
  return count - from->offset < from->limit ? count
                                            : from->offset + from->limit;
}

static void write_entry(srv_bytes *out, const ask *from, const wanted *all,
                        search_ref ref, srv_arena *arena)
{
  const model_project *project = from->query.projects[ref.project];
  const wanted *projection = &all[ref.project];
  size_t start = encode_begin(out, 3);
  model_value value;
  encode_text(
      out, 1,
      model_project_text(project, ref.run, project->def_run_uuid, arena));
  srv_bytes_append(out, projection->head.data, projection->head.len);
  for (size_t i = 0; i < projection->count; i++) {
    uint32_t def = projection->defs[i];
    if (project->ops->value(project, ref.run, def, arena, &value)) {
      encode_attribute(out, 7, &project->defs.items[def], &value,
                       from->truncate);
    }
  }
  encode_end(out, start);
}

static bool encode_heads(srv_arena *arena, const ask *from, wanted *all)
{
  srv_bytes head;
  bool ok = true;
  srv_bytes_init(&head, SIZE_MAX);
  for (size_t i = 0; ok && i < from->query.n_projects; i++) {
    head.len = 0;
    encode_project_head(&head, from->query.projects[i]);
    all[i].head.len = head.len;
    all[i].head.data =
        head.failed ? NULL
                    : srv_arena_copy(arena, (const char *)head.data, head.len);
    ok = all[i].head.data != NULL;
  }
  srv_bytes_dispose(&head);
  return ok;
}

static bool answer_protobuf(srv_request *request, const ask *from,
                            const search_result *result, srv_error *err)
{
  wanted *all = find_all_wanted(request, from, err);
  size_t end = page_end(from, result);
  srv_bytes *out = &request->answer;
  srv_arena scratch;
  if (!all) {
    return false;
  }
  if (!encode_heads(&request->arena, from, all)) {
    return srv_error_nomem(err);
  }
  srv_arena_init(&scratch);
  encode_search_head(out, (int64_t)search_result_count(result));
  for (size_t i = from->offset; i < end; i++) {
    srv_arena_reset(&scratch);
    write_entry(out, from, all, search_result_at(result, i), &scratch);
    request->rows++;
  }
  srv_arena_dispose(&scratch);
  srv_request_is_protobuf(request);
  return true;
}

/* The members of an entry that come before its attributes. */
static bool add_head(cJSON *entry, const model_project *project, size_t run,
                     srv_arena *arena)
{
  model_text uuid =
      model_project_text(project, run, project->def_run_uuid, arena);
  char organization[37];
  encode_organization_id(project->workspace, organization);
  return cJSON_AddStringToObject(entry, "experimentId", uuid.data) &&
         cJSON_AddStringToObject(entry, "type", "run") &&
         cJSON_AddStringToObject(entry, "projectId", project->uuid) &&
         cJSON_AddStringToObject(entry, "projectName", project->name) &&
         cJSON_AddStringToObject(entry, "organizationId", organization) &&
         cJSON_AddStringToObject(entry, "organizationName", project->workspace);
}

/* Adds one run to entries; false without memory. */
static bool add_json_entry(cJSON *entries, const ask *from, const wanted *all,
                           search_ref ref, srv_arena *arena)
{
  const model_project *project = from->query.projects[ref.project];
  const wanted *projection = &all[ref.project];
  cJSON *entry = cJSON_CreateObject(), *attributes;
  model_value value;
  if (!entry || !cJSON_AddItemToArray(entries, entry)) {
    cJSON_Delete(entry);
    return false;
  }
  if (!add_head(entry, project, ref.run, arena)) {
    return false;
  }
  attributes = cJSON_AddArrayToObject(entry, "attributes");
  for (size_t i = 0; attributes && i < projection->count; i++) {
    uint32_t def = projection->defs[i];
    if (project->ops->value(project, ref.run, def, arena, &value)) {
      cJSON *attribute = encode_attribute_json(&project->defs.items[def],
                                               &value, from->truncate);
      if (!attribute || !cJSON_AddItemToArray(attributes, attribute)) {
        cJSON_Delete(attribute);
        return false;
      }
    }
  }
  return attributes != NULL;
}

static bool answer_json(srv_request *request, const ask *from,
                        const search_result *result, srv_error *err)
{
  const wanted *all = find_all_wanted(request, from, err);
  double count = (double)search_result_count(result);
  size_t end = page_end(from, result);
  cJSON *object, *entries;
  bool ok;
  if (!all) {
    return false;
  }
  object = cJSON_CreateObject();
  entries = cJSON_AddArrayToObject(object, "entries");
  ok = entries &&
       cJSON_AddNumberToObject(object, "matchingItemCount", count) != NULL;
  for (size_t i = from->offset; ok && i < end; i++) {
    ok = add_json_entry(entries, from, all, search_result_at(result, i),
                        &request->arena);
    request->rows++;
  }
  if (!ok) {
    cJSON_Delete(object);
    return srv_error_nomem(err);
  }
  return srv_request_answer_json(request, object, err);
}

typedef bool (*answerer)(srv_request *, const ask *, const search_result *,
                         srv_error *);

static bool search(srv_request *request, ask *from, answerer write,
                   srv_error *err)
{
  search_cache *cache = request->server->cache;
  search_result *result = search_find(cache, &from->query, err);
  bool ok = result && write(request, from, result, err);
  search_result_release(cache, result);
  return ok;
}

static bool search_one(srv_request *request, answerer write, srv_error *err)
{
  ask from = {.limit = 0};
  from.one = srv_server_project(
      request->server, srv_request_argument(request, "projectIdentifier"), err);
  from.query.projects = &from.one;
  from.query.n_projects = 1;
  return from.one && read_ask(request, &from, true, err) &&
         search(request, &from, write, err);
}

bool api_search(srv_request *request, srv_error *err)
{
  return search_one(request, answer_protobuf, err);
}

bool api_search_json(srv_request *request, srv_error *err)
{
  return search_one(request, answer_json, err);
}

bool api_search_global(srv_request *request, srv_error *err)
{
  ask from = {.limit = 0};
  from.query.projects = request->server->projects;
  from.query.n_projects = request->server->n_projects;
  return read_ask(request, &from, false, err) &&
         search(request, &from, answer_protobuf, err);
}
