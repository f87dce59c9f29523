/* store_run.c: a project of the store as a model_project: values, lineage,
 * points. */
#include "store_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points of one run of the chain that are in the window. */
typedef struct segment {
  const model_point *points;
  size_t count;
} segment;

/* cursor->data: the chain from the farthest ancestor down to the run. */
typedef struct chain {
  segment *segments;
  size_t count;
} chain;

static const store_project_data *data_of(const model_project *project)
{
  return (const store_project_data *)(const void *)project;
}

store_run *store_run_by_number(const store_project_data *project,
                               int64_t number)
{
  size_t low = 0, high = project->base.n_runs;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (project->runs[middle].number < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < project->base.n_runs && project->runs[low].number == number
             ? &project->runs[low]
             : NULL;
}

store_attr *store_run_attr(const store_run *run, uint32_t def)
{
  size_t low = 0, high = run->n_attrs;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (run->attrs[middle].def < def) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < run->n_attrs && run->attrs[low].def == def ? &run->attrs[low]
                                                          : NULL;
}

store_attr *store_run_add(store_run *run, uint32_t def, model_type type)
{
  store_attr *attrs = srv_array_grow(run->attrs, &run->cap_attrs,
                                     run->n_attrs + 1, sizeof *attrs);
  store_attr *attr;
  if (!attrs) {
    return NULL;
  }
  run->attrs = attrs;
  attr = &run->attrs[run->n_attrs++];
  *attr = (store_attr){.def = def, .value = {.type = type}};
  atomic_init(&attr->is_stale, true);
  return attr;
}

store_series *store_series_new(model_type type)
{
  store_series *series = srv_array_new(1, sizeof *series);
  if (series) {
    series->holds_objects = type != MODEL_FLOAT_SERIES;
  }
  return series;
}

static int compare_attrs(const void *a, const void *b)
{
  const store_attr *x = a, *y = b;
  return (x->def > y->def) - (x->def < y->def);
}

void store_run_sort(store_run *run)
{
  if (run->n_attrs > 0) {
    qsort(run->attrs, run->n_attrs, sizeof *run->attrs, compare_attrs);
  }
}

/* The index of the first point whose step is >= step, or > step. */
static size_t first_at(const store_series *series, double step, bool beyond)
{
  size_t low = 0, high = series->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    double here = series->points[middle].step;
    if (beyond ? here <= step : here < step) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static size_t larger(size_t a, size_t b)
{
  return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
  return a < b ? a : b;
}

/* The points of series with after_fork < step <= upto in the window. */
static segment cut(const store_series *series, const model_window *window,
                   double after_fork, double upto)
{
  size_t low = larger(first_at(series, after_fork, true),
                      first_at(series, window->from, false));
  size_t high =
      smaller(first_at(series, upto, true), first_at(series, window->to, true));
  if (window->has_after && window->descending) {
    high = smaller(high, first_at(series, window->after, false));
  } else if (window->has_after) {
    low = larger(low, first_at(series, window->after, true));
  }
  return (segment){.points = series->points + low,
                   .count = high > low ? high - low : 0};
}

/* Leaves previews out; false without memory. */
static bool drop_previews(segment *from, srv_arena *arena)
{
  model_point *kept = srv_arena_array(arena, from->count, sizeof *kept);
  size_t count = 0;
  if (!kept) {
    return false;
  }
  for (size_t i = 0; i < from->count; i++) {
    if (!from->points[i].is_preview) {
      kept[count++] = from->points[i];
    }
  }
  *from = (segment){.points = kept, .count = count};
  return true;
}

static bool may_climb(const store_project_data *project, const store_run *run,
                      const model_window *window, uint32_t def)
{
  const store_run *parent;
  if (run->parent == STORE_NO_RUN || window->lineage == MODEL_OWN) {
    return false;
  }
  parent = &project->runs[run->parent];
  if (window->lineage == MODEL_EXPERIMENT &&
      (!run->experiment.data || !parent->experiment.data ||
       strcmp(run->experiment.data, parent->experiment.data) != 0)) {
    return false;
  }
  return store_run_attr(parent, def) != NULL;
}

/* Collects the segments from a run up the chain, then turns them round. */
static bool collect(const store_project_data *project, const store_run *run,
                    uint32_t def, const model_window *window, double upto,
                    srv_arena *arena, chain *result)
{
  const store_run *at = run;
  size_t n = (size_t)run->depth + 1;
  result->segments = srv_arena_array(arena, n, sizeof *result->segments);
  if (!result->segments) {
    return false;
  }
  for (;;) {
    const store_attr *attr = store_run_attr(at, def);
    if (attr && attr->own) {
      segment piece = cut(attr->own, window, at->fork_step, upto);
      if (attr->own->previews > 0 && !(window->previews && at == run) &&
          !drop_previews(&piece, arena)) {
        return false;
      }
      if (piece.count > 0) {
        result->segments[result->count++] = piece;
      }
    }
    if (!may_climb(project, at, window, def)) {
      break;
    }
    upto = at->fork_step < upto ? at->fork_step : upto;
    at = &project->runs[at->parent];
  }
  for (size_t i = 0; i < result->count / 2; i++) {
    segment swap = result->segments[i];
    result->segments[i] = result->segments[result->count - 1 - i];
    result->segments[result->count - 1 - i] = swap;
  }
  return true;
}

static bool open_points(model_cursor *cursor, srv_arena *arena)
{
  const store_project_data *project = data_of(cursor->project);
  const store_run *run = &project->runs[cursor->run];
  chain *points = srv_arena_alloc(arena, sizeof *points);
  cursor->total = cursor->position = 0;
  cursor->data = points;
  if (!points) {
    return false;
  }
  if (cursor->def == MODEL_NO_DEF || !store_run_attr(run, cursor->def)) {
    return true;
  }
  if (!collect(project, run, cursor->def, &cursor->window, INFINITY, arena,
               points)) {
    return false;
  }
  for (size_t i = 0; i < points->count; i++) {
    cursor->total += points->segments[i].count;
  }
  return true;
}

static size_t read_points(model_cursor *cursor, model_point *out, size_t max)
{
  const chain *points = cursor->data;
  size_t written = 0, skip, position;
  while (written < max && cursor->position < cursor->total) {
    position = cursor->window.descending ? cursor->total - 1 - cursor->position
                                         : cursor->position;
    skip = 0;
    for (size_t i = 0; i < points->count; i++) {
      const segment *piece = &points->segments[i];
      size_t at = position - skip, n;
      if (position >= skip + piece->count) {
        skip += piece->count;
        continue;
      }
      if (cursor->window.descending) {
        for (n = 0; n <= at && written < max; n++) {
          out[written++] = piece->points[at - n];
        }
      } else {
        n = smaller(piece->count - at, max - written);
        memcpy(out + written, piece->points + at, n * sizeof *out);
        written += n;
      }
      cursor->position += n;
      break;
    }
  }
  return written;
}

static bool value_of(const model_project *project, size_t run, uint32_t def,
                     srv_arena *arena, model_value *value)
{
  const store_run *of = &data_of(project)->runs[run];
  store_attr *attr = store_run_attr(of, def);
  (void)arena;
  if (!attr) {
    return false;
  }
  if (model_type_is_series(attr->value.type) &&
      atomic_load_explicit(&attr->is_stale, memory_order_acquire)) {
    store_summarise((store_project_data *)(uintptr_t)project, of, attr);
  }
  *value = attr->value;
  return true;
}

static bool is_head(const model_project *project, size_t run)
{
  return data_of(project)->runs[run].is_head;
}

static int64_t creation_time(const model_project *project, size_t run)
{
  return data_of(project)->runs[run].created;
}

static void each_def(const model_project *project, size_t run,
                     bool (*visit)(void *context, uint32_t def), void *context)
{
  const store_run *of = &data_of(project)->runs[run];
  for (size_t i = 0; i < of->n_attrs; i++) {
    if (!visit(context, of->attrs[i].def)) {
      return;
    }
  }
}

static int compare_name(const void *key, const void *item)
{
  return strcmp(key, ((const store_name *)item)->name);
}

static bool find_name(const store_name *names, size_t count, const char *name,
                      size_t *run)
{
  const store_name *found =
      bsearch(name, names, count, sizeof *names, compare_name);
  *run = found ? found->run : 0;
  return found != NULL;
}

static bool find_run(const model_project *project, const char *id, size_t *run)
{
  const store_project_data *data = data_of(project);
  size_t key_len = strlen(project->key);
  int64_t number;
  if (strncmp(id, project->key, key_len) == 0 && id[key_len] == '-' &&
      id[key_len + 1] >= '1' && id[key_len + 1] <= '9' &&
      srv_parse_int64(id + key_len + 1, &number)) {
    const store_run *at = store_run_by_number(data, number);
    *run = at ? (size_t)(at - data->runs) : 0;
    return at != NULL;
  }
  return find_name(data->by_uuid, project->n_runs, id, run);
}

static bool find_custom(const model_project *project, const char *id,
                        size_t *run)
{
  return find_name(data_of(project)->by_custom_id, project->n_runs, id, run);
}

const model_ops store_ops = {.value = value_of,
                             .is_head = is_head,
                             .creation_time = creation_time,
                             .each_def = each_def,
                             .find_run = find_run,
                             .find_custom = find_custom,
                             .open_points = open_points,
                             .read_points = read_points};
