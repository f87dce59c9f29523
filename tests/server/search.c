/* search.c: see search.h. A million runs are to take little memory: a result
 * is a list of their numbers. A project whose runs arrived in the order of
 * their creation, asked for in that order, is not sorted; without a filter it
 * is paged by arithmetic, with no list at all. */
#include "search.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "nql.h"

enum {
  CACHED_RESULTS = 16,
  RELATIVE_MS = 30000 /* how long a result relative to now is kept */
};

struct search_result {
  char *key;          /* owned by SQLite's allocator; NULL: free place */
  uint32_t *runs;     /* owned; NULL: run i is the i-th */
  uint32_t *projects; /* owned; index by run; NULL: all are in the first */
  size_t count;
  bool reversed;   /* both count from the end */
  int64_t expires; /* ms, monotonic; 0: never */
  uint64_t used;   /* for throwing out the least recently used */
  int users;
  bool dropped; /* free it when the last user releases it */
};

struct search_cache {
  pthread_mutex_t lock;
  search_result *results[CACHED_RESULTS];
  uint64_t clock;
};

search_cache *search_cache_new(void)
{
  search_cache *cache = srv_array_new(1, sizeof *cache);
  if (cache && pthread_mutex_init(&cache->lock, NULL) != 0) {
    free(cache);
    return NULL;
  }
  return cache;
}

static void result_free(search_result *result)
{
  if (result) {
    sqlite3_free(result->key);
    free(result->runs);
    free(result->projects);
    free(result);
  }
}

void search_cache_free(search_cache *cache)
{
  if (!cache) {
    return;
  }
  for (size_t i = 0; i < CACHED_RESULTS; i++) {
    result_free(cache->results[i]);
  }
  pthread_mutex_destroy(&cache->lock);
  free(cache);
}

size_t search_result_count(const search_result *result)
{
  return result->count;
}

search_ref search_result_at(const search_result *result, size_t i)
{
  size_t at = result->reversed ? result->count - 1 - i : i;
  return (search_ref){.project = result->projects ? result->projects[at] : 0,
                      .run = result->runs ? result->runs[at] : (uint32_t)at};
}

enum { KEY_MISSING = MODEL_TYPES, MAX_PROJECTS = (1 << 24) - 1 };

/* What a run is sorted by: 16 bytes. */
typedef struct sort_key {
  union {
    double real;
    int64_t integer;
    const char *text; /* in the project or in finder's texts */
  } as;
  uint32_t run;
  unsigned project : 24;
  unsigned type : 8; /* model_type or KEY_MISSING */
} sort_key;

typedef struct finder {
  const search_query *query;
  search_result *result; /* borrowed */
  bool is_sorted;        /* runs come in the order asked for, or its reverse */
  srv_arena scratch;     /* of one run */
  srv_arena texts;       /* of the sort keys */
  sort_key *keys;        /* owned; where not is_sorted */
  size_t count;          /* of keys or of result->runs */
  size_t cap;
  size_t project; /* where the search is */
  size_t run;
} finder;

static bool lookup(void *context, uint32_t def, model_value *value)
{
  finder *f = context;
  const model_project *project = f->query->projects[f->project];
  return project->ops->value(project, f->run, def, &f->scratch, value);
}

static uint32_t find_def(const void *context, const char *path, size_t len,
                         model_type type)
{
  const model_project *project = context;
  return model_defs_find(&project->defs, path, len, type);
}

/* The definition to sort by; without a type the first that the project has. */
static uint32_t sort_def(const search_query *query,
                         const model_project *project)
{
  size_t len = strlen(query->sort_path);
  uint32_t def;
  if (query->has_sort_type) {
    return model_defs_find(&project->defs, query->sort_path, len,
                           query->sort_type);
  }
  for (int i = 0; i < MODEL_TYPES; i++) {
    def = model_defs_find(&project->defs, query->sort_path, len, (model_type)i);
    if (def != MODEL_NO_DEF) {
      return def;
    }
  }
  return MODEL_NO_DEF;
}

static double aggregate_of(const model_summary *series,
                           search_aggregate aggregate)
{
  if (aggregate == SEARCH_LAST) {
    return series->points > 0 ? series->last : NAN;
  }
  if (series->finite == 0) {
    return NAN;
  }
  switch (aggregate) {
  case SEARCH_MIN:
    return series->min;
  case SEARCH_MAX:
    return series->max;
  case SEARCH_AVERAGE:
    return series->average;
  case SEARCH_VARIANCE:
    return series->variance;
  case SEARCH_LAST:
    break;
  }
  return NAN;
}

static void set_real(double real, sort_key *key)
{
  key->type = isnan(real) ? KEY_MISSING : MODEL_FLOAT;
  key->as.real = real;
}

/* Sets the key of the run that the search is at. */
static void set_key(finder *f, uint32_t def, sort_key *key)
{
  const model_project *project = f->query->projects[f->project];
  model_value value;
  *key = (sort_key){.run = (uint32_t)f->run,
                    .project = (unsigned)f->project & MAX_PROJECTS,
                    .type = KEY_MISSING};
  if (def == MODEL_NO_DEF ||
      !project->ops->value(project, f->run, def, &f->texts, &value)) {
    return;
  }
  switch (value.type) {
  case MODEL_FLOAT:
    set_real(value.as.real, key);
    break;
  case MODEL_FLOAT_SERIES:
    set_real(aggregate_of(&value.as.series, f->query->aggregate), key);
    break;
  case MODEL_INT:
  case MODEL_BOOL:
  case MODEL_DATETIME:
    key->type = (unsigned char)value.type;
    key->as.integer = value.as.integer;
    break;
  case MODEL_STRING:
  case MODEL_EXPERIMENT_STATE:
    key->type = (unsigned char)value.type;
    key->as.text = value.as.text.data;
    break;
  case MODEL_STRING_SERIES:
    if (value.as.series.points > 0) {
      key->type = MODEL_STRING;
      key->as.text = value.as.series.last_object->text.data;
    }
    break;
  case MODEL_STRING_SET:
  case MODEL_FILE:
  case MODEL_FILE_SERIES:
  case MODEL_HISTOGRAM_SERIES:
  case MODEL_COMPLEX:
  case MODEL_GIT_REF:
  case MODEL_ARTIFACT:
  case MODEL_TYPES:
    break; /* has no order */
  }
}

static int compare_values(const sort_key *a, const sort_key *b)
{
  if (a->type != b->type) { /* the same path in two projects */
    return a->type < b->type ? -1 : 1;
  }
  if (a->type == MODEL_FLOAT) {
    return (a->as.real > b->as.real) - (a->as.real < b->as.real);
  }
  if (a->type == MODEL_STRING || a->type == MODEL_EXPERIMENT_STATE) {
    return strcmp(a->as.text, b->as.text);
  }
  return (a->as.integer > b->as.integer) - (a->as.integer < b->as.integer);
}

static int compare_refs(const sort_key *a, const sort_key *b)
{
  if (a->project != b->project) {
    return a->project < b->project ? -1 : 1;
  }
  return (a->run > b->run) - (a->run < b->run);
}

/* Runs that lack what is sorted by come last, either way round. */
static int compare_keys(const sort_key *a, const sort_key *b, int sign)
{
  bool missing = a->type == KEY_MISSING;
  int order = 0;
  if (missing != (b->type == KEY_MISSING)) {
    return missing ? 1 : -1;
  }
  if (!missing) {
    order = compare_values(a, b);
  }
  return sign * (order != 0 ? order : compare_refs(a, b));
}

static int compare_ascending(const void *x, const void *y)
{
  return compare_keys(x, y, 1);
}

static int compare_descending(const void *x, const void *y)
{
  return compare_keys(x, y, -1);
}

/* Adds the run that the search is at; false without memory. */
static bool add_run(finder *f, uint32_t def)
{
  if (f->is_sorted) {
    uint32_t *runs =
        srv_array_grow(f->result->runs, &f->cap, f->count + 1, sizeof *runs);
    if (!runs) {
      return false;
    }
    f->result->runs = runs;
    runs[f->count++] = (uint32_t)f->run;
    return true;
  }
  sort_key *keys = srv_array_grow(f->keys, &f->cap, f->count + 1, sizeof *keys);
  if (!keys) {
    return false;
  }
  f->keys = keys;
  set_key(f, def, &keys[f->count++]);
  return true;
}

/* Adds the runs of one project that match. */
static bool collect(finder *f, nql_query *nql, srv_error *err)
{
  const model_project *project = f->query->projects[f->project];
  uint32_t def = sort_def(f->query, project);
  for (f->run = 0; f->run < project->n_runs; f->run++) {
    if (f->query->heads_only && !project->ops->is_head(project, f->run)) {
      continue;
    }
    srv_arena_reset(&f->scratch);
    if (nql_query_matches(nql, lookup, f) && !add_run(f, def)) {
      return srv_error_nomem(err);
    }
  }
  f->result->count = f->count;
  return true;
}

static bool is_by_creation(const search_query *query)
{
  return strcmp(query->sort_path, "sys/creation_time") == 0 &&
         (!query->has_sort_type || query->sort_type == MODEL_DATETIME);
}

/* Makes the lists of the keys. */
static bool list_sorted(finder *f, srv_error *err)
{
  search_result *result = f->result;
  bool one = f->query->n_projects == 1;
  if (f->count == 0) {
    return true;
  }
  qsort(f->keys, f->count, sizeof *f->keys,
        f->query->descending ? compare_descending : compare_ascending);
  result->runs = srv_array_new(f->count, sizeof *result->runs);
  result->projects =
      one ? NULL : srv_array_new(f->count, sizeof *result->projects);
  if (!result->runs || (!one && !result->projects)) {
    return srv_error_nomem(err);
  }
  for (size_t i = 0; i < f->count; i++) {
    result->runs[i] = f->keys[i].run;
    if (!one) {
      result->projects[i] = f->keys[i].project;
    }
  }
  return true;
}

/* Adds what matches in the project that the search is at. */
static bool search_project(finder *f, srv_error *err)
{
  const model_project *project = f->query->projects[f->project];
  nql_schema schema = {
      .context = project, .find = find_def, .now_ms = srv_clock_ms()};
  nql_query *nql =
      nql_query_new(f->query->nql, strlen(f->query->nql), &schema, err);
  bool ok;
  if (!nql) {
    return false;
  }
  if (nql_query_is_relative(nql)) {
    f->result->expires = srv_clock_monotonic_us() / 1000 + RELATIVE_MS;
  }
  if (f->is_sorted && nql_query_is_empty(nql)) {
    f->result->count = project->n_runs;
    ok = true;
  } else {
    ok = collect(f, nql, err);
  }
  nql_query_free(nql);
  return ok;
}

/* Fills in result; its key is set already. */
static bool find(const search_query *query, search_result *result,
                 srv_error *err)
{
  finder f = {.query = query, .result = result};
  bool ok = query->n_projects <= MAX_PROJECTS ||
            srv_error_set(err, 500, "TOO_MANY", "too many projects");
  f.is_sorted = query->n_projects == 1 && query->projects[0]->all_in_order &&
                is_by_creation(query);
  result->reversed = f.is_sorted && query->descending;
  srv_arena_init(&f.scratch);
  srv_arena_init(&f.texts);
  for (; ok && f.project < query->n_projects; f.project++) {
    ok = search_project(&f, err);
  }
  ok = ok && (f.is_sorted || list_sorted(&f, err));
  free(f.keys);
  srv_arena_dispose(&f.scratch);
  srv_arena_dispose(&f.texts);
  return ok;
}

/* All that a result depends on, as text. */
static char *key_of(const search_query *query)
{
  sqlite3_str *text = sqlite3_str_new(NULL);
  sqlite3_str_appendf(
      text, "%d %d %d %d %d %d %q\n", query->heads_only, query->descending,
      query->has_sort_type, query->has_sort_type ? (int)query->sort_type : 0,
      (int)query->aggregate, (int)strlen(query->sort_path), query->sort_path);
  for (size_t i = 0; i < query->n_projects; i++) {
    sqlite3_str_appendf(text, "%s@%llu\n", query->projects[i]->identifier,
                        (sqlite3_uint64)query->projects[i]->version);
  }
  sqlite3_str_appendall(text, query->nql);
  return sqlite3_str_finish(text);
}

/* The cached result for key, with one user more. */
static search_result *take_cached(search_cache *cache, const char *key)
{
  search_result *found = NULL;
  int64_t now = srv_clock_monotonic_us() / 1000;
  pthread_mutex_lock(&cache->lock);
  for (size_t i = 0; !found && i < CACHED_RESULTS; i++) {
    search_result *result = cache->results[i];
    if (result && strcmp(result->key, key) == 0 &&
        (result->expires == 0 || result->expires > now)) {
      result->users++;
      result->used = ++cache->clock;
      found = result;
    }
  }
  pthread_mutex_unlock(&cache->lock);
  return found;
}

/* Puts result in the place of the least recently used one. */
static void keep(search_cache *cache, search_result *result)
{
  size_t oldest = 0;
  search_result *thrown;
  pthread_mutex_lock(&cache->lock);
  for (size_t i = 0; i < CACHED_RESULTS; i++) {
    if (!cache->results[i]) {
      oldest = i;
      break;
    }
    if (cache->results[i]->used < cache->results[oldest]->used) {
      oldest = i;
    }
  }
  thrown = cache->results[oldest];
  cache->results[oldest] = result;
  result->used = ++cache->clock;
  if (thrown && thrown->users > 0) {
    thrown->dropped = true;
    thrown = NULL;
  }
  pthread_mutex_unlock(&cache->lock);
  result_free(thrown);
}

search_result *search_find(search_cache *cache, const search_query *query,
                           srv_error *err)
{
  char *key = key_of(query);
  search_result *result = key ? take_cached(cache, key) : NULL;
  if (result || !key) {
    sqlite3_free(key);
    if (!result) {
      srv_error_nomem(err);
    }
    return result;
  }
  result = srv_array_new(1, sizeof *result);
  if (!result) {
    sqlite3_free(key);
    srv_error_nomem(err);
    return NULL;
  }
  result->key = key;
  result->users = 1;
  if (!find(query, result, err)) {
    result_free(result);
    return NULL;
  }
  keep(cache, result);
  return result;
}

void search_result_release(search_cache *cache, search_result *result)
{
  bool unused;
  if (!result) {
    return;
  }
  pthread_mutex_lock(&cache->lock);
  unused = --result->users == 0 && result->dropped;
  pthread_mutex_unlock(&cache->lock);
  if (unused) {
    result_free(result);
  }
}
