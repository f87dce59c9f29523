/* name_filter.c: see name_filter.h. Patterns: any of the members of
 * mustMatchAny; in a member, all of mustMatchRegexes and none of
 * mustNotMatchRegexes. Names: any. Types: any. All three must hold. */
#include "name_filter.h"

#include <stdlib.h>
#include <string.h>

typedef struct pattern {
  srv_regex *regex;
  size_t member; /* of mustMatchAny */
  bool negative;
} pattern;

struct name_filter {
  pattern *patterns; /* owned; by member */
  size_t n_patterns;
  size_t cap_patterns;
  size_t members; /* those that hold a pattern */
  bool has_any;   /* mustMatchAny or a bare member is there */
  bool has_types;
  unsigned types; /* a bit per type */
  bool has_names;
  const char **names; /* owned array, sorted; borrowed from the body */
  size_t n_names;
};

static bool add_pattern(name_filter *filter, const char *text, bool negative,
                        srv_error *err)
{
  char message[256] = "";
  pattern *patterns = srv_array_grow(filter->patterns, &filter->cap_patterns,
                                     filter->n_patterns + 1, sizeof *patterns);
  pattern *to;
  if (!patterns) {
    return srv_error_nomem(err);
  }
  filter->patterns = patterns;
  to = &filter->patterns[filter->n_patterns];
  *to = (pattern){.member = filter->members, .negative = negative};
  to->regex = srv_regex_new(text, strlen(text), message, sizeof message);
  if (!to->regex && !message[0]) {
    return srv_error_nomem(err);
  }
  if (!to->regex) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "bad regular expression %s: %s", text, message);
  }
  filter->n_patterns++;
  return true;
}

static bool add_patterns(name_filter *filter, const cJSON *member,
                         const char *name, bool negative, srv_error *err)
{
  const cJSON *array = input_array(member, name, err), *item;
  cJSON_ArrayForEach(item, array)
  {
    if (!cJSON_IsString(item)) {
      return srv_error_set(err, 400, "BAD_REQUEST", "%s must hold texts", name);
    }
    if (!add_pattern(filter, item->valuestring, negative, err)) {
      return false;
    }
  }
  return err->status == 0;
}

/* An empty member is ignored. */
static bool add_member(name_filter *filter, const cJSON *member, srv_error *err)
{
  size_t before = filter->n_patterns;
  if (!cJSON_IsObject(member)) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "mustMatchAny must hold objects");
  }
  if (!add_patterns(filter, member, "mustMatchRegexes", false, err) ||
      !add_patterns(filter, member, "mustNotMatchRegexes", true, err)) {
    return false;
  }
  if (filter->n_patterns > before) {
    filter->members++;
  }
  return true;
}

static bool read_patterns(name_filter *filter, const cJSON *body,
                          srv_error *err)
{
  const cJSON *names = input_member(body, "attributeNameFilter", err);
  const cJSON *any = input_array(names, "mustMatchAny", err), *item;
  if (any) {
    filter->has_any = true;
    cJSON_ArrayForEach(item, any)
    {
      if (!add_member(filter, item, err)) {
        return false;
      }
    }
  } else if (names) {
    if (!add_member(filter, names, err)) {
      return false;
    }
    filter->has_any = filter->members > 0;
  }
  return err->status == 0;
}

static bool read_types(name_filter *filter, const cJSON *body, srv_error *err)
{
  const cJSON *types = input_array(body, "attributeFilter", err), *item;
  model_type type;
  filter->has_types = types != NULL;
  cJSON_ArrayForEach(item, types)
  {
    const char *name = input_text(item, "attributeType", "", err);
    if (!model_type_from_api(name, &type)) {
      return srv_error_set(err, 400, "BAD_REQUEST", "unknown type %s", name);
    }
    filter->types |= 1u << type;
  }
  return err->status == 0;
}

static int compare_names(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool read_names(name_filter *filter, const cJSON *body, srv_error *err)
{
  const cJSON *names = input_array(body, "attributeNamesFilter", err), *item;
  if (!names) {
    return err->status == 0;
  }
  filter->has_names = true;
  filter->names =
      srv_array_new((size_t)cJSON_GetArraySize(names), sizeof *filter->names);
  if (!filter->names) {
    return srv_error_nomem(err);
  }
  cJSON_ArrayForEach(item, names)
  {
    if (!cJSON_IsString(item)) {
      return srv_error_set(err, 400, "BAD_REQUEST",
                           "attributeNamesFilter must hold texts");
    }
    filter->names[filter->n_names++] = item->valuestring;
  }
  qsort(filter->names, filter->n_names, sizeof *filter->names, compare_names);
  return true;
}

name_filter *name_filter_new(const cJSON *body, srv_error *err)
{
  name_filter *filter = srv_array_new(1, sizeof *filter);
  if (!filter) {
    srv_error_nomem(err);
    return NULL;
  }
  if (!read_patterns(filter, body, err) || !read_types(filter, body, err) ||
      !read_names(filter, body, err)) {
    name_filter_free(filter);
    return NULL;
  }
  return filter;
}

void name_filter_free(name_filter *filter)
{
  if (!filter) {
    return;
  }
  for (size_t i = 0; i < filter->n_patterns; i++) {
    srv_regex_free(filter->patterns[i].regex);
  }
  free(filter->patterns);
  free(filter->names);
  free(filter);
}

static bool accepts_patterns(const name_filter *filter, model_text path)
{
  size_t i = 0;
  while (i < filter->n_patterns) {
    size_t member = filter->patterns[i].member;
    bool all = true;
    for (; i < filter->n_patterns && filter->patterns[i].member == member;
         i++) {
      const pattern *at = &filter->patterns[i];
      all = all &&
            srv_regex_search(at->regex, path.data, path.len) != at->negative;
    }
    if (all) {
      return true;
    }
  }
  return false;
}

bool name_filter_accepts(const name_filter *filter, const model_def *def)
{
  if (filter->has_types && !(filter->types & 1u << def->type)) {
    return false;
  }
  if (filter->has_names &&
      !bsearch(&def->path.data, filter->names, filter->n_names,
               sizeof *filter->names, compare_names)) {
    return false;
  }
  return !filter->has_any || accepts_patterns(filter, def->path);
}
