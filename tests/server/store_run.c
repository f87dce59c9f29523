/* store_run.c: a project of the store as a model_project: values, lineage,
 * points, and what is derived from them after loading. */
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
  return attr;
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
  const store_attr *attr = store_run_attr(&data_of(project)->runs[run], def);
  (void)arena;
  if (attr) {
    *value = attr->value;
  }
  return attr != NULL;
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

/* True if the run logged something of another type under the path. */
static bool is_hidden(const store_project_data *project, const store_run *run,
                      const model_def *series)
{
  for (int i = 0; i < MODEL_TYPES; i++) {
    uint32_t other = model_defs_find(&project->base.defs, series->path.data,
                                     series->path.len, (model_type)i);
    if (other != MODEL_NO_DEF && store_run_attr(run, other)) {
      return true;
    }
  }
  return false;
}

static const model_window everything = {.from = -INFINITY, .to = INFINITY};

/* Takes over what the resolved parent has and the fork can see. */
static bool inherit(store_project_data *project, store_run *run)
{
  const store_run *parent = &project->runs[run->parent];
  size_t before = run->n_attrs, total;
  store_run added = {.n_attrs = 0};
  srv_arena arena;
  bool ok = true;
  srv_arena_init(&arena);
  for (size_t i = 0; ok && i < parent->n_attrs; i++) {
    uint32_t def = parent->attrs[i].def;
    chain points = {.count = 0};
    if (parent->attrs[i].value.type != MODEL_FLOAT_SERIES ||
        is_hidden(project, run, &project->base.defs.items[def])) {
      continue;
    }
    ok = collect(project, parent, def, &everything, run->fork_step, &arena,
                 &points);
    total = 0;
    for (size_t j = 0; j < points.count; j++) {
      total += points.segments[j].count;
    }
    ok = ok && (total == 0 || store_run_add(&added, def, MODEL_FLOAT_SERIES));
    srv_arena_reset(&arena);
  }
  for (size_t i = 0; ok && i < added.n_attrs; i++) {
    ok = store_run_add(run, added.attrs[i].def, MODEL_FLOAT_SERIES) != NULL;
  }
  free(added.attrs);
  srv_arena_dispose(&arena);
  if (run->n_attrs > before) {
    store_run_sort(run);
  }
  return ok;
}

/* Adds up the finite values of a series in step order. */
static bool summarise(const store_project_data *project, size_t run,
                      store_attr *attr, srv_arena *arena)
{
  model_cursor cursor = {.project = &project->base,
                         .run = run,
                         .def = attr->def,
                         .window = everything};
  model_summary *sum = &attr->value.as.series;
  const chain *points;
  double total = 0, squares = 0;
  if (!open_points(&cursor, arena)) {
    return false;
  }
  points = cursor.data;
  *sum = (model_summary){.points = cursor.total,
                         .has_preview = attr->own && attr->own->previews > 0};
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < points->count; i++) {
      for (size_t j = 0; j < points->segments[i].count; j++) {
        const model_point *point = &points->segments[i].points[j];
        sum->last = point->value;
        sum->last_step = point->step;
        if (!isfinite(point->value)) {
          continue;
        }
        if (pass == 1) {
          squares +=
              (point->value - sum->average) * (point->value - sum->average);
          continue;
        }
        sum->min = sum->finite == 0 || point->value < sum->min ? point->value
                                                               : sum->min;
        sum->max = sum->finite == 0 || point->value > sum->max ? point->value
                                                               : sum->max;
        sum->finite++;
        total += point->value;
      }
    }
    if (sum->finite > 0 && pass == 0) {
      sum->average = total / (double)sum->finite;
    }
  }
  sum->variance = sum->finite > 0 ? squares / (double)sum->finite : 0;
  return true;
}

/* Resolves the run's chain from its root down. */
static bool resolve(store_project_data *project, size_t run, srv_error *err)
{
  while (!project->runs[run].resolved) {
    size_t at = run, steps = 0;
    while (project->runs[at].parent != STORE_NO_RUN &&
           !project->runs[project->runs[at].parent].resolved) {
      at = project->runs[at].parent;
      if (++steps > project->base.n_runs) {
        return srv_error_set(err, 500, "STORE",
                             "store is damaged: forks go in a circle");
      }
    }
    if (project->runs[at].parent != STORE_NO_RUN) {
      project->runs[at].depth =
          project->runs[project->runs[at].parent].depth + 1;
      if (!inherit(project, &project->runs[at])) {
        return srv_error_nomem(err);
      }
    }
    project->runs[at].resolved = true;
  }
  return true;
}

bool store_resolve(store_project_data *project, srv_error *err)
{
  srv_arena arena;
  bool ok = true;
  srv_arena_init(&arena);
  for (size_t i = 0; ok && i < project->base.n_runs; i++) {
    ok = resolve(project, i, err);
  }
  for (size_t i = 0; ok && i < project->base.n_runs; i++) {
    for (size_t j = 0; ok && j < project->runs[i].n_attrs; j++) {
      if (project->runs[i].attrs[j].value.type == MODEL_FLOAT_SERIES) {
        ok = summarise(project, i, &project->runs[i].attrs[j], &arena) ||
             srv_error_nomem(err);
        srv_arena_reset(&arena);
      }
    }
  }
  srv_arena_dispose(&arena);
  return ok;
}

static int compare_experiments(const void *a, const void *b)
{
  const store_run *x = *(store_run *const *)a, *y = *(store_run *const *)b;
  int order = strcmp(x->experiment.data, y->experiment.data);
  return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

/* Heads and the running time that an experiment's runs add up to. */
static bool mark_experiments(store_project_data *project)
{
  store_run **runs = srv_array_new(project->base.n_runs, sizeof(store_run *));
  size_t n = 0;
  if (!runs) {
    return false;
  }
  for (size_t i = 0; i < project->base.n_runs; i++) {
    if (project->runs[i].experiment.data) {
      runs[n++] = &project->runs[i];
    }
  }
  qsort(runs, n, sizeof(store_run *), compare_experiments);
  for (size_t i = 0; i < n; i++) {
    bool first = i == 0 || strcmp(runs[i]->experiment.data,
                                  runs[i - 1]->experiment.data) != 0;
    runs[i]->experiment_seconds = runs[i]->running_seconds +
                                  (first ? 0 : runs[i - 1]->experiment_seconds);
    runs[i]->is_head = i + 1 == n || strcmp(runs[i]->experiment.data,
                                            runs[i + 1]->experiment.data) != 0;
  }
  free(runs);
  return true;
}

static model_value *add_sys(store_project_data *project, store_run *run,
                            const char *path, model_type type)
{
  uint32_t def = model_defs_add(&project->base.defs, path, strlen(path), type);
  store_attr *attr = def == MODEL_NO_DEF ? NULL : store_run_add(run, def, type);
  return attr ? &attr->value : NULL;
}

static bool add_derived(store_project_data *project, store_run *run)
{
  model_value *head, *seconds, *parent, *step, *depth;
  if (run->experiment.data) {
    head = add_sys(project, run, "sys/experiment/is_head", MODEL_BOOL);
    if (!head) {
      return false;
    }
    head->as.integer = run->is_head;
    seconds = add_sys(project, run, "sys/experiment/running_time_seconds",
                      MODEL_FLOAT);
    if (!seconds) {
      return false;
    }
    seconds->as.real = run->experiment_seconds;
  }
  if (run->parent == STORE_NO_RUN) {
    return true;
  }
  parent = add_sys(project, run, "sys/forking/parent", MODEL_STRING);
  if (!parent) {
    return false;
  }
  parent->as.text = project->runs[run->parent].custom_id;
  step = add_sys(project, run, "sys/forking/step", MODEL_FLOAT);
  if (!step) {
    return false;
  }
  step->as.real = run->fork_step;
  depth = add_sys(project, run, "sys/forking/depth", MODEL_INT);
  if (!depth) {
    return false;
  }
  depth->as.integer = run->depth;
  return true;
}

bool store_add_derived(store_project_data *project)
{
  if (!mark_experiments(project)) {
    return false;
  }
  for (size_t i = 0; i < project->base.n_runs; i++) {
    if (!add_derived(project, &project->runs[i])) {
      return false;
    }
  }
  return true;
}
