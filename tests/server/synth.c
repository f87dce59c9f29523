/* synth.c: see synth.h. Averages and variances follow from those of the one
 * curve that all series are made of, so they may differ from a sum over the
 * points in the last digits; minimum, maximum and last are exact. */
#include "synth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "synth_object.h"

enum { CONFIG_KINDS = 6, NAME_BYTES = 32, CHUNK = 64 };

static const int64_t first_ms = INT64_C(1704067200000); /* 2024-01-01 */
static const int64_t run_ms = 60000;                    /* between runs */
static const int64_t step_ms = 1000;                    /* between points */

static const char uuid_head[] = "00000000-0000-4000-b000-";

/* What a definition is: a sys attribute, a config or a series. */
typedef enum role {
  ROLE_ID,
  ROLE_CUSTOM_ID,
  ROLE_NAME,
  ROLE_UUID,
  ROLE_PROJECT_UUID,
  ROLE_CREATED,
  ROLE_TIME, /* modification and ping */
  ROLE_OWNER,
  ROLE_EMPTY, /* an empty string */
  ROLE_STATE,
  ROLE_TAGS,
  ROLE_FALSE,
  ROLE_FAILED,
  ROLE_ARCHIVED,
  ROLE_TRUE,
  ROLE_SECONDS,
  ROLE_CONFIG,
  ROLE_SERIES,
  ROLE_STRINGS,
  ROLE_HISTOGRAMS
} role;

typedef struct synth {
  model_project base; /* first */
  synth_size size;
  role *roles;            /* owned; by definition */
  uint32_t first_strings; /* definitions of a role follow each other */
  uint32_t first_histograms;
  model_summary curve;
} synth;

static const synth *synth_of(const model_project *project)
{
  return (const synth *)(const void *)project;
}

static uint64_t number_at(const synth *s, uint64_t run, uint64_t def)
{
  return srv_mix(srv_mix(srv_mix((uint64_t)s->size.seed) ^ run) ^
                 (def << 32 | def));
}

/* [0, 1) */
static double unit(uint64_t number)
{
  return (double)(number >> 11) * 0x1p-53;
}

/* The curve that all series are made of: falls from 1 to 1/9, with noise. */
static double curve_at(const synth *s, int64_t step)
{
  uint64_t noise = srv_mix((uint64_t)step ^ (uint64_t)s->size.seed << 40);
  return 1.0 / (1.0 + 8.0 * (double)step / (double)s->size.points) +
         0.05 * unit(noise);
}

static void measure_curve(synth *s)
{
  model_summary *sum = &s->curve;
  double mean = 0, squares = 0;
  *sum = (model_summary){.points = (size_t)s->size.points,
                         .finite = (size_t)s->size.points};
  for (int64_t i = 0; i < s->size.points; i++) {
    double value = curve_at(s, i);
    double delta = value - mean;
    sum->min = i == 0 || value < sum->min ? value : sum->min;
    sum->max = i == 0 || value > sum->max ? value : sum->max;
    mean += delta / (double)(i + 1);
    squares += delta * (value - mean);
    sum->last = value;
    sum->last_step = (double)i;
  }
  sum->average = mean;
  sum->variance = s->size.points > 0 ? squares / (double)s->size.points : 0;
}

/* value = shift + scale * curve, scale > 0. */
static void series_shape(const synth *s, uint64_t run, uint64_t def,
                         double *shift, double *scale)
{
  uint64_t number = number_at(s, run, def);
  *shift = unit(number);
  *scale = 0.5 + unit(srv_mix(number));
}

/* head and the number in digits of the base, at least `digits` of them. The
 * search formats millions: no printf. */
static model_text text_of(srv_arena *arena, const char *head, uint64_t number,
                          unsigned base, size_t digits)
{
  char buffer[2 * NAME_BYTES];
  char *at = buffer + sizeof buffer;
  const char *copy;
  size_t head_len = strlen(head), len = 0;
  for (; number > 0 || len < digits; len++, number /= base) {
    *--at = "0123456789abcdef"[number % base];
  }
  at -= head_len;
  memcpy(at, head, head_len);
  len += head_len;
  copy = arena ? srv_arena_copy(arena, at, len) : NULL;
  return (model_text){.data = copy ? copy : "", .len = copy ? len : 0};
}

static model_text fixed_text(const char *text)
{
  return (model_text){.data = text, .len = strlen(text)};
}

static void set_of(uint64_t number, srv_arena *arena, model_value *value)
{
  static const model_text words[] = {
      {"alpha", 5}, {"beta", 4}, {"delta", 5}, {"gamma", 5}};
  model_text *items = arena ? srv_arena_array(arena, 4, sizeof *items) : NULL;
  size_t count = 0;
  for (size_t i = 0; items && i < 4; i++) {
    if (number >> i & 1) {
      items[count++] = words[i];
    }
  }
  value->as.set.items = items;
  value->as.set.count = count;
}

static void config_of(const synth *s, uint64_t run, uint64_t def,
                      srv_arena *arena, model_value *value)
{
  static const char *const words[] = {"adam", "sgd", "rmsprop", "lamb"};
  uint64_t number = number_at(s, run, def);
  switch (value->type) {
  case MODEL_FLOAT:
    value->as.real = unit(number);
    break;
  case MODEL_INT:
    value->as.integer = (int64_t)(number % 1000000);
    break;
  case MODEL_STRING:
    value->as.text = fixed_text(words[number % 4]);
    break;
  case MODEL_BOOL:
    value->as.integer = (int64_t)(number & 1);
    break;
  case MODEL_DATETIME:
    value->as.integer = first_ms + (int64_t)(number % 31536000000);
    break;
  default: /* string_set: the only other kind of config */
    set_of(number, arena, value);
    break;
  }
}

static void summary_of(const synth *s, uint64_t run, uint64_t def,
                       model_summary *sum)
{
  double shift, scale;
  series_shape(s, run, def, &shift, &scale);
  *sum = s->curve;
  sum->last = shift + scale * sum->last;
  sum->min = shift + scale * sum->min;
  sum->max = shift + scale * sum->max;
  sum->average = shift + scale * sum->average;
  sum->variance = scale * scale * sum->variance;
}

static int64_t created_at(const model_project *project, size_t run)
{
  (void)project;
  return first_ms + (int64_t)run * run_ms;
}

/* The number of a series among those of its type. */
static uint64_t ordinal(const synth *s, uint32_t def)
{
  return def - (s->roles[def] == ROLE_STRINGS ? s->first_strings
                                              : s->first_histograms);
}

/* Without an arena nothing reads the last value. */
static void last_of(const synth *s, uint64_t run, uint32_t def,
                    srv_arena *arena, model_value *value)
{
  model_summary *sum = &value->as.series;
  int64_t last = s->size.points - 1;
  synth_object *room = arena ? srv_arena_alloc(arena, sizeof *room) : NULL;
  *sum = (model_summary){.points = (size_t)s->size.points,
                         .last_object = synth_object_none()};
  if (last >= 0) {
    sum->last_step = (double)last;
  }
  if (last >= 0 && room) {
    synth_object_set(room, value->type, run, ordinal(s, def), (uint64_t)last);
    sum->last_object = &room->value;
  }
}

static void sys_of(const synth *s, role what, uint64_t run, srv_arena *arena,
                   model_value *value)
{
  switch (what) {
  case ROLE_ID:
    value->as.text = text_of(arena, "SYN-", run + 1, 10, 1);
    break;
  case ROLE_CUSTOM_ID:
    value->as.text = text_of(arena, "run-", run, 10, 8);
    break;
  case ROLE_NAME:
    value->as.text = text_of(arena, "experiment-", run, 10, 8);
    break;
  case ROLE_UUID:
    value->as.text = text_of(arena, uuid_head, run, 16, 12);
    break;
  case ROLE_PROJECT_UUID:
    value->as.text = fixed_text(s->base.uuid);
    break;
  case ROLE_CREATED:
    value->as.integer = created_at(&s->base, (size_t)run);
    break;
  case ROLE_TIME:
    value->as.integer =
        created_at(&s->base, (size_t)run) + s->size.points * step_ms;
    break;
  case ROLE_OWNER:
    value->as.text = fixed_text("synth");
    break;
  case ROLE_EMPTY:
    value->as.text = fixed_text("");
    break;
  case ROLE_STATE:
    value->as.text = fixed_text("inactive");
    break;
  case ROLE_TAGS:
    set_of(number_at(s, run, 1), arena, value);
    break;
  case ROLE_FAILED:
    value->as.integer = number_at(s, run, 2) % 20 == 0;
    break;
  case ROLE_ARCHIVED:
  case ROLE_FALSE:
    value->as.integer = 0;
    break;
  case ROLE_TRUE:
    value->as.integer = 1;
    break;
  case ROLE_SECONDS:
    value->as.real = (double)s->size.points * ((double)step_ms / 1000);
    break;
  case ROLE_CONFIG:
  case ROLE_SERIES:
  case ROLE_STRINGS:
  case ROLE_HISTOGRAMS:
    break;
  }
}

static bool value_of(const model_project *project, size_t run, uint32_t def,
                     srv_arena *arena, model_value *value)
{
  const synth *s = synth_of(project);
  role what = s->roles[def];
  value->type = project->defs.items[def].type;
  if (what == ROLE_SERIES) {
    summary_of(s, run, def, &value->as.series);
  } else if (what == ROLE_STRINGS || what == ROLE_HISTOGRAMS) {
    last_of(s, run, def, arena, value);
  } else if (what == ROLE_CONFIG) {
    config_of(s, run, def, arena, value);
  } else {
    sys_of(s, what, run, arena, value);
  }
  return true;
}

static bool is_head(const model_project *project, size_t run)
{
  (void)project;
  (void)run;
  return true;
}

static void each_def(const model_project *project, size_t run,
                     bool (*visit)(void *context, uint32_t def), void *context)
{
  (void)run;
  for (size_t i = 0; i < project->defs.count; i++) {
    if (!visit(context, (uint32_t)i)) {
      return;
    }
  }
}

static bool find_run(const model_project *project, const char *id, size_t *run)
{
  int64_t number;
  if (strncmp(id, "SYN-", 4) == 0 && id[4] >= '1' && id[4] <= '9' &&
      srv_parse_int64(id + 4, &number)) {
    *run = (size_t)number - 1;
    return number <= (int64_t)project->n_runs;
  }
  if (strncmp(id, uuid_head, strlen(uuid_head)) == 0 &&
      strlen(id) == strlen(uuid_head) + 12) {
    char *end;
    *run = (size_t)strtoull(id + strlen(uuid_head), &end, 16);
    return *end == 0 && *run < project->n_runs;
  }
  return false;
}

static bool find_custom(const model_project *project, const char *id,
                        size_t *run)
{
  char name[NAME_BYTES];
  char *end;
  *run = strncmp(id, "run-", 4) == 0 && id[4] ? strtoul(id + 4, &end, 10)
                                              : project->n_runs;
  sqlite3_snprintf((int)sizeof name, name, "run-%08llu", (sqlite3_uint64)*run);
  return *run < project->n_runs && strcmp(name, id) == 0;
}

/* The first whole step that is >= step, or > step, from 0 to points. */
static int64_t first_step(const synth *s, double step, bool beyond)
{
  double first = ceil(step);
  if (beyond && first == step) {
    first += 1;
  }
  if (!(first > 0)) {
    return 0;
  }
  return first >= (double)s->size.points ? s->size.points : (int64_t)first;
}

/* cursor->data: position counts from low. */
typedef struct reader {
  int64_t low;
  synth_object *objects; /* of the last read; NULL: floats */
} reader;

static bool is_series(role what)
{
  return what == ROLE_SERIES || what == ROLE_STRINGS || what == ROLE_HISTOGRAMS;
}

static bool open_points(model_cursor *cursor, srv_arena *arena)
{
  const synth *s = synth_of(cursor->project);
  const model_window *window = &cursor->window;
  int64_t low = first_step(s, window->from, false);
  int64_t high = first_step(s, window->to, true);
  reader *start = srv_arena_alloc(arena, sizeof *start);
  role what = cursor->def == MODEL_NO_DEF ? ROLE_FALSE : s->roles[cursor->def];
  if (!start) {
    return false;
  }
  if (window->has_after && window->descending) {
    int64_t last = first_step(s, window->after, false);
    high = last < high ? last : high;
  } else if (window->has_after) {
    int64_t first = first_step(s, window->after, true);
    low = first > low ? first : low;
  }
  start->low = low;
  cursor->data = start;
  cursor->position = cursor->total = 0;
  if (is_series(what) && high > low) {
    cursor->total = (size_t)(high - low);
  }
  if (cursor->total > 0 && what != ROLE_SERIES) {
    start->objects = srv_arena_array(arena, CHUNK, sizeof *start->objects);
  }
  return cursor->total == 0 || what == ROLE_SERIES || start->objects;
}

/* A chunk at most: its objects live until the next read. */
static size_t read_objects(model_cursor *cursor, model_point *out, size_t max,
                           int64_t step, int64_t stride)
{
  const synth *s = synth_of(cursor->project);
  const reader *from = cursor->data;
  const int64_t started = created_at(cursor->project, cursor->run);
  size_t left = cursor->total - cursor->position;
  size_t n = left < max ? left : max;
  n = n < CHUNK ? n : CHUNK;
  for (size_t i = 0; i < n; i++, step += stride) {
    synth_object_set(&from->objects[i],
                     cursor->project->defs.items[cursor->def].type, cursor->run,
                     ordinal(s, cursor->def), (uint64_t)step);
    out[i] = (model_point){.timestamp = started + step * step_ms,
                           .step = (double)step,
                           .object = &from->objects[i].value,
                           .completion = 1};
  }
  cursor->position += n;
  return n;
}

static size_t read_points(model_cursor *cursor, model_point *out, size_t max)
{
  const synth *s = synth_of(cursor->project);
  const reader *from = cursor->data;
  const int64_t low = from->low;
  const int64_t started = created_at(cursor->project, cursor->run);
  size_t left = cursor->total - cursor->position;
  size_t n = left < max ? left : max;
  int64_t step, stride = cursor->window.descending ? -1 : 1;
  double shift, scale;
  series_shape(s, cursor->run, cursor->def, &shift, &scale);
  step = cursor->window.descending
             ? low + (int64_t)(cursor->total - 1 - cursor->position)
             : low + (int64_t)cursor->position;
  if (from->objects) {
    return read_objects(cursor, out, max, step, stride);
  }
  for (size_t i = 0; i < n; i++, step += stride) {
    out[i] = (model_point){.timestamp = started + step * step_ms,
                           .step = (double)step,
                           .value = shift + scale * curve_at(s, step),
                           .completion = 1};
  }
  cursor->position += n;
  return n;
}

static const model_ops synth_ops = {.value = value_of,
                                    .is_head = is_head,
                                    .creation_time = created_at,
                                    .each_def = each_def,
                                    .find_run = find_run,
                                    .find_custom = find_custom,
                                    .open_points = open_points,
                                    .read_points = read_points};

static bool define(synth *s, const char *path, model_type type, role what)
{
  uint32_t def = model_defs_add(&s->base.defs, path, strlen(path), type);
  if (def == MODEL_NO_DEF) {
    return false;
  }
  s->base.defs.items[def].runs = s->base.n_runs;
  s->roles[def] = what;
  return true;
}

static bool define_sys(synth *s)
{
  static const struct {
    const char *path;
    model_type type;
    role what;
  } sys[] = {
      {"sys/id", MODEL_STRING, ROLE_ID},
      {"sys/custom_run_id", MODEL_STRING, ROLE_CUSTOM_ID},
      {"sys/name", MODEL_STRING, ROLE_NAME},
      {"sys/experiment/name", MODEL_STRING, ROLE_NAME},
      {"sys/creation_time", MODEL_DATETIME, ROLE_CREATED},
      {"sys/modification_time", MODEL_DATETIME, ROLE_TIME},
      {"sys/ping_time", MODEL_DATETIME, ROLE_TIME},
      {"sys/owner", MODEL_STRING, ROLE_OWNER},
      {"sys/description", MODEL_STRING, ROLE_EMPTY},
      {"sys/state", MODEL_EXPERIMENT_STATE, ROLE_STATE},
      {"sys/tags", MODEL_STRING_SET, ROLE_TAGS},
      {"sys/failed", MODEL_BOOL, ROLE_FAILED},
      {"sys/archived", MODEL_BOOL, ROLE_ARCHIVED},
      {"sys/trashed", MODEL_BOOL, ROLE_ARCHIVED},
      {"sys/family", MODEL_STRING, ROLE_CUSTOM_ID},
      {"sys/running_time_seconds", MODEL_FLOAT, ROLE_SECONDS},
      {"sys/experiment/running_time_seconds", MODEL_FLOAT, ROLE_SECONDS},
      {"sys/experiment/is_head", MODEL_BOOL, ROLE_TRUE},
      {"sys/diagnostics/project_uuid", MODEL_STRING, ROLE_PROJECT_UUID},
      {"sys/diagnostics/run_uuid", MODEL_STRING, ROLE_UUID},
  };
  for (size_t i = 0; i < sizeof sys / sizeof sys[0]; i++) {
    if (!define(s, sys[i].path, sys[i].type, sys[i].what)) {
      return false;
    }
  }
  return true;
}

/* format takes the number. */
static bool define_many(synth *s, const char *format, int64_t n,
                        model_type type, role what)
{
  char path[2 * NAME_BYTES];
  for (int64_t i = 0; i < n; i++) {
    sqlite3_snprintf((int)sizeof path, path, format, (long long)i);
    if (!define(s, path, type, what)) {
      return false;
    }
  }
  return true;
}

static bool define_all(synth *s)
{
  static const struct {
    const char *name;
    model_type type;
  } kinds[CONFIG_KINDS] = {
      {"float", MODEL_FLOAT},       {"int", MODEL_INT},
      {"string", MODEL_STRING},     {"bool", MODEL_BOOL},
      {"datetime", MODEL_DATETIME}, {"string_set", MODEL_STRING_SET}};
  char path[2 * NAME_BYTES];
  if (!define_sys(s)) {
    return false;
  }
  for (int64_t i = 0; i < s->size.configs; i++) {
    sqlite3_snprintf((int)sizeof path, path, "config/%s_%lld",
                     kinds[i % CONFIG_KINDS].name, (long long)i);
    if (!define(s, path, kinds[i % CONFIG_KINDS].type, ROLE_CONFIG)) {
      return false;
    }
  }
  if (!define_many(s, "metrics/series_%lld", s->size.series, MODEL_FLOAT_SERIES,
                   ROLE_SERIES)) {
    return false;
  }
  s->first_strings = (uint32_t)s->base.defs.count;
  if (!define_many(s, "logs/string_%lld", s->size.strings, MODEL_STRING_SERIES,
                   ROLE_STRINGS)) {
    return false;
  }
  s->first_histograms = (uint32_t)s->base.defs.count;
  return define_many(s, "distributions/histogram_%lld", s->size.histograms,
                     MODEL_HISTOGRAM_SERIES, ROLE_HISTOGRAMS);
}

bool synth_size_parse(const char *text, synth_size *size)
{
  struct {
    const char *name;
    int64_t *value;
    int64_t most;
    bool seen;
  } parts[] = {{"runs=", &size->runs, 100000000, false},
               {"configs=", &size->configs, 1000000, false},
               {"series=", &size->series, 1000000, false},
               {"points=", &size->points, 1000000000, false},
               {"strings=", &size->strings, 1000000, true},
               {"histograms=", &size->histograms, 1000000, true},
               {"seed=", &size->seed, INT64_MAX, true}};
  const size_t n_parts = sizeof parts / sizeof parts[0];
  *size = (synth_size){.seed = 1};
  while (*text) {
    char number[NAME_BYTES];
    size_t len = strcspn(text, ","), head, i;
    for (i = 0; i < n_parts; i++) {
      head = strlen(parts[i].name);
      if (strncmp(text, parts[i].name, head) == 0) {
        break;
      }
    }
    if (i == n_parts || len - head >= sizeof number) {
      return false;
    }
    memcpy(number, text + head, len - head);
    number[len - head] = 0;
    if (!srv_parse_int64(number, parts[i].value) || *parts[i].value < 0 ||
        *parts[i].value > parts[i].most) {
      return false;
    }
    parts[i].seen = true;
    text += len + (text[len] == ',');
  }
  return parts[0].seen && parts[1].seen && parts[2].seen && parts[3].seen;
}

model_project *synth_new(const synth_size *size)
{
  const char uuid[] = "5e7a11c0-0000-4000-a000-000000000000";
  synth *s = srv_array_new(1, sizeof *s);
  if (!s) {
    return NULL;
  }
  s->size = *size;
  /* Twenty sys attributes and what is asked for. */
  s->roles = srv_array_new((size_t)(size->configs + size->series +
                                    size->strings + size->histograms) +
                               32,
                           sizeof *s->roles);
  if (!model_project_init(&s->base, &synth_ops, "synthetic", "project", "SYN",
                          uuid) ||
      !s->roles) {
    synth_free(&s->base);
    return NULL;
  }
  s->base.n_runs = (size_t)size->runs;
  s->base.all_in_order = true;
  s->base.creation_time = first_ms;
  measure_curve(s);
  if (!define_all(s) || !model_defs_sort(&s->base.defs)) {
    synth_free(&s->base);
    return NULL;
  }
  return &s->base;
}

void synth_free(model_project *project)
{
  if (project) {
    synth *s = (synth *)(void *)project;
    free(s->roles);
    model_project_dispose(project);
    free(s);
  }
}
