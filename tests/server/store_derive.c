/* store_derive.c: what is not stored but follows from it: inherited series,
 * the summaries of series, heads of experiments, sys attributes of forks. */
#include "store_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has_any(const store_project_data *project, const store_run *run,
                    model_text path, bool (*counts)(model_type a, model_type b),
                    model_type type)
{
  uint32_t defs[MODEL_TYPES];
  model_defs_find_types(&project->base.defs, path.data, path.len, defs);
  for (int i = 0; i < MODEL_TYPES; i++) {
    if (defs[i] != MODEL_NO_DEF && counts((model_type)i, type) &&
        store_run_attr(run, defs[i])) {
      return true;
    }
  }
  return false;
}

static bool is_any(model_type a, model_type b)
{
  (void)a;
  (void)b;
  return true;
}

static bool is_other(model_type a, model_type b)
{
  return a != b;
}

bool store_run_has_other(const store_project_data *project,
                         const store_run *run, model_text path, model_type type)
{
  return has_any(project, run, path, is_other, type);
}

typedef bool point_visitor(void *context, const model_point *point);

/* Calls visit for the run's own committed points up to a step, in order, until
 * it returns false. */
static bool each_own(const store_run *run, const store_attr *attr, double upto,
                     point_visitor *visit, void *context)
{
  size_t n = attr->own ? attr->own->count : 0;
  for (size_t i = 0; i < n; i++) {
    const model_point *point = &attr->own->points[i];
    if (point->step > upto) {
      break;
    }
    if (!point->is_preview && point->step > run->fork_step &&
        !visit(context, point)) {
      return false;
    }
  }
  return true;
}

/* Calls visit for the committed points that the run sees up to a step, in step
 * order and so from the root of the chain down, until it returns false: sums
 * are those of whoever adds the points up as they are read. */
static void each_point(const store_project_data *project, const store_run *run,
                       uint32_t def, double upto, point_visitor *visit,
                       void *context)
{
  size_t depth = 0;
  const store_run *top = run;
  while (top->parent != STORE_NO_RUN &&
         store_run_attr(&project->runs[top->parent], def)) {
    top = &project->runs[top->parent];
    depth++;
  }
  for (size_t level = depth + 1; level-- > 0;) {
    const store_run *at = run;
    const store_attr *attr;
    double last = upto;
    for (size_t i = 0; i < level; i++) {
      last = at->fork_step < last ? at->fork_step : last;
      at = &project->runs[at->parent];
    }
    attr = store_run_attr(at, def);
    if (attr && !each_own(at, attr, last, visit, context)) {
      return;
    }
  }
}

static bool note_point(void *context, const model_point *point)
{
  bool *seen = context;
  (void)point;
  *seen = true;
  return false;
}

bool store_inherit(store_project_data *project, store_run *run)
{
  const store_run *parent = &project->runs[run->parent];
  size_t n_own = run->n_attrs;
  for (size_t i = 0; i < parent->n_attrs; i++) {
    uint32_t def = parent->attrs[i].def;
    model_type type = parent->attrs[i].value.type;
    store_run own = {.attrs = run->attrs, .n_attrs = n_own};
    bool seen = false;
    if (!model_type_is_series(type) ||
        has_any(project, &own, project->base.defs.items[def].path, is_any,
                type)) {
      continue;
    }
    each_point(project, parent, def, run->fork_step, note_point, &seen);
    if (seen && !store_run_add(run, def, type)) {
      return false;
    }
  }
  store_run_sort(run);
  return true;
}

/* Adds up the points of a series, twice: the second time for the variance. */
typedef struct sum {
  model_summary summary;
  double total;
  double squares;
  bool again;
} sum;

static bool add_float(void *context, const model_point *point)
{
  sum *to = context;
  model_summary *s = &to->summary;
  double value = point->value;
  if (to->again) {
    to->squares +=
        isfinite(value) ? (value - s->average) * (value - s->average) : 0;
    return true;
  }
  if (s->points == 0 || point->step > s->last_step) {
    s->last = value;
    s->last_step = point->step;
  }
  s->points++;
  if (isfinite(value)) {
    s->min = s->finite == 0 || value < s->min ? value : s->min;
    s->max = s->finite == 0 || value > s->max ? value : s->max;
    s->finite++;
    to->total += value;
  }
  return true;
}

static bool add_object(void *context, const model_point *point)
{
  model_summary *s = &((sum *)context)->summary;
  if (s->points == 0 || point->step > s->last_step) {
    s->last_object = point->object;
    s->last_step = point->step;
  }
  s->points++;
  return true;
}

static model_summary add_up(const store_project_data *project,
                            const store_run *run, const store_attr *attr)
{
  bool is_float = attr->value.type == MODEL_FLOAT_SERIES;
  sum of = {.again = false};
  of.summary.has_preview = attr->own && attr->own->previews > 0;
  each_point(project, run, attr->def, INFINITY,
             is_float ? add_float : add_object, &of);
  if (of.summary.finite > 0) {
    of.summary.average = of.total / (double)of.summary.finite;
    of.again = true;
    each_point(project, run, attr->def, INFINITY, add_float, &of);
    of.summary.variance = of.squares / (double)of.summary.finite;
  }
  return of.summary;
}

void store_summarise(store_project_data *project, const store_run *run,
                     store_attr *attr)
{
  pthread_mutex_lock(&project->summaries);
  if (atomic_load_explicit(&attr->is_stale, memory_order_acquire)) {
    attr->value.as.series = add_up(project, run, attr);
    atomic_store_explicit(&attr->is_stale, false, memory_order_release);
  }
  pthread_mutex_unlock(&project->summaries);
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
      if (!store_inherit(project, &project->runs[at])) {
        return srv_error_nomem(err);
      }
    }
    project->runs[at].resolved = true;
  }
  return true;
}

bool store_resolve(store_project_data *project, srv_error *err)
{
  bool ok = true;
  for (size_t i = 0; ok && i < project->base.n_runs; i++) {
    ok = resolve(project, i, err);
  }
  return ok;
}

static int compare_experiments(const void *a, const void *b)
{
  const store_run *x = *(store_run *const *)a, *y = *(store_run *const *)b;
  int order = strcmp(x->experiment.data, y->experiment.data);
  return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

static void link_experiments(store_project_data *project, store_run **runs,
                             size_t n)
{
  qsort(runs, n, sizeof(store_run *), compare_experiments);
  for (size_t i = 0; i < n; i++) {
    store_run *run = runs[i];
    store_run *before = i == 0 ? NULL : runs[i - 1];
    if (before && strcmp(run->experiment.data, before->experiment.data) == 0) {
      run->previous = (size_t)(before - project->runs);
      run->experiment_seconds = before->experiment_seconds;
      before->next = (size_t)(run - project->runs);
      before->is_head = false;
    }
    run->experiment_seconds += run->running_seconds;
    run->is_head = true;
  }
}

bool store_link(store_project_data *project)
{
  store_run **runs = srv_array_new(project->base.n_runs, sizeof(store_run *));
  size_t n = 0;
  if (!runs) {
    return false;
  }
  for (size_t i = 0; i < project->base.n_runs; i++) {
    store_run *run = &project->runs[i];
    if (run->experiment.data) {
      runs[n++] = run;
    }
    if (run->parent != STORE_NO_RUN) {
      run->next_sibling = project->runs[run->parent].first_child;
      project->runs[run->parent].first_child = i;
    }
  }
  link_experiments(project, runs, n);
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

static bool add_experiment(store_project_data *project, store_run *run)
{
  model_value *head, *seconds;
  head = add_sys(project, run, "sys/experiment/is_head", MODEL_BOOL);
  if (!head) {
    return false;
  }
  head->as.integer = run->is_head;
  seconds =
      add_sys(project, run, "sys/experiment/running_time_seconds", MODEL_FLOAT);
  if (!seconds) {
    return false;
  }
  seconds->as.real = run->experiment_seconds;
  return true;
}

static bool add_fork(store_project_data *project, store_run *run)
{
  model_value *parent, *step, *depth;
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

bool store_add_derived(store_project_data *project, store_run *run)
{
  bool ok = !run->experiment.data || add_experiment(project, run);
  ok = ok && (run->parent == STORE_NO_RUN || add_fork(project, run));
  store_run_sort(run);
  return ok;
}
