/*
** attributes, files: one row per run and attribute, or file, from the values
** endpoint. Where rows that are alike may come once, attributes shows the
** definitions instead: for these there is no run, but all runs that they may
** be of share the keys that are read.
*/
#include "selected.h"
#include "values.h"

typedef struct attributes_state {
  nep_selected selected;
  bool is_of_definitions;           /* the next instead of all else */
  const nep_definition *definition; /* current one; borrowed */
  const nep_entry *entry; /* current run; borrowed, NULL before the first */
  const nep_run *run;     /* its names; borrowed, NULL where not searched for */
  size_t i;               /* current attribute of entry */
  nep_entry shown;        /* owned; read from a shelf */
  const nep_shelf_item *item; /* that it was read from, or NULL */
} attributes_state;

static int next_definition(nep_cursor *cursor, nep_error *error)
{
  attributes_state *state = cursor->state;
  int rc =
      nep_selected_next_definition(&state->selected, &state->definition, error);
  cursor->is_eof = rc == SQLITE_DONE;
  return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int next_attribute(nep_cursor *cursor, nep_error *error)
{
  attributes_state *state = cursor->state;
  if (state->is_of_definitions)
    return next_definition(cursor, error);
  if (state->entry)
    state->i++;
  while (!state->entry || state->i >= state->entry->n_attributes) {
    int rc =
        nep_selected_next(&state->selected, &state->entry, &state->run, error);
    cursor->is_eof = rc == SQLITE_DONE;
    if (rc != SQLITE_ROW)
      return rc == SQLITE_DONE ? SQLITE_OK : rc;
    state->i = 0;
  }
  return SQLITE_OK;
}

static bool is_one_value(const nep_bound *bound)
{
  return bound->is_sent && bound->op == NEP_OP_EQ && bound->n_values == 1;
}

/* Is each key of the runs that the plan relies on asked for? */
static bool are_keys_known(const nep_cursor *cursor)
{
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    const nep_clause *clause = &cursor->plan.clauses[i];
    if ((clause->op == NEP_OP_EQ || clause->op == NEP_OP_IS) &&
        cursor->plan.schema->columns[clause->column].operand &&
        !is_one_value(&cursor->binding.clauses[i]))
      return false;
  }
  return true;
}

static int open_selected(nep_cursor *cursor, int type_column, nep_type type,
                         nep_error *error)
{
  attributes_state *state = sqlite3_malloc64(sizeof(*state));
  if (!state)
    return nep_error_no_memory(error);
  *state =
      (attributes_state){.is_of_definitions = cursor->plan.is_of_definitions &&
                                              are_keys_known(cursor)};
  cursor->state = state;
  int rc = nep_selected_open(&state->selected, cursor, NEP_ATTRIBUTES_ATTRIBUTE,
                             type_column, type, error);
  return rc == SQLITE_OK ? next_attribute(cursor, error) : rc;
}

static int open_attributes(nep_cursor *cursor, nep_error *error)
{
  return open_selected(cursor, NEP_ATTRIBUTES_TYPE, NEP_TYPE_UNKNOWN, error);
}

static int open_files(nep_cursor *cursor, nep_error *error)
{
  return open_selected(cursor, -1, NEP_TYPE_FILE, error);
}

static void close_attributes(nep_cursor *cursor)
{
  attributes_state *state = cursor->state;
  if (!state)
    return;
  nep_selected_dispose(&state->selected);
  nep_entry_dispose(&state->shown);
  sqlite3_free(state);
}

static void give_summary(sqlite3_context *context,
                         const nep_attribute *attribute, unsigned which,
                         double number)
{
  if (attribute->has & which)
    nep_values_result_real(context, number);
}

static void give_name(const attributes_state *state, int column,
                      sqlite3_context *context)
{
  const nep_run shelved = {
      .experiment = state->item ? state->item->experiment : NULL,
      .run_id = state->item ? state->item->custom_id : NULL};
  const nep_run *run = state->item ? &shelved : state->run;
  if (run)
    nep_run_result(context, run, column);
}

static void give_project(const attributes_state *state,
                         sqlite3_context *context)
{
  const char *project =
      state->item ? state->item->path : state->selected.scope.project;
  nep_values_result_text(context, nep_text_of(project));
}

/* The value of a key that all runs share. */
static int give_key(const nep_cursor *cursor, int column,
                    sqlite3_context *context, nep_error *error)
{
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    const nep_bound *bound = &cursor->binding.clauses[i];
    if (cursor->plan.clauses[i].column != column || !is_one_value(bound))
      continue;
    const nep_value *value = &bound->values[0];
    nep_values_result_text(context, (nep_text){value->text, value->size});
    return SQLITE_OK;
  }
  return nep_error_set(error, SQLITE_INTERNAL,
                       "a definition has no such column");
}

static int definition_column(const nep_cursor *cursor, int column,
                             sqlite3_context *context, nep_error *error)
{
  const attributes_state *state = cursor->state;
  switch (column) {
  case NEP_ATTRIBUTES_ATTRIBUTE:
    nep_values_result_text(context, nep_text_of(state->definition->path));
    return SQLITE_OK;
  case NEP_ATTRIBUTES_TYPE:
    nep_values_result_text(
        context, nep_text_of(nep_type_sql_name(state->definition->type)));
    return SQLITE_OK;
  case NEP_ATTRIBUTES_PROJECT:
    give_project(state, context);
    return SQLITE_OK;
  default:
    return give_key(cursor, column, context, error);
  }
}

static int attributes_column(nep_cursor *cursor, int column,
                             sqlite3_context *context, nep_error *error)
{
  attributes_state *state = cursor->state;
  if (state->is_of_definitions)
    return definition_column(cursor, column, context, error);
  const nep_attribute *attribute = &state->entry->attributes[state->i];
  switch (column) {
  case NEP_ATTRIBUTES_SYS_ID:
    nep_values_result_text(context, state->entry->sys_id);
    break;
  case NEP_ATTRIBUTES_EXPERIMENT:
  case NEP_ATTRIBUTES_RUN_ID:
    give_name(state, column, context);
    break;
  case NEP_ATTRIBUTES_ATTRIBUTE:
    nep_values_result_text(context, attribute->path);
    break;
  case NEP_ATTRIBUTES_TYPE:
    nep_values_result_text(context,
                           nep_text_of(nep_type_sql_name(attribute->type)));
    break;
  case NEP_ATTRIBUTES_VALUE:
    return nep_values_result(context, attribute, error);
  case NEP_ATTRIBUTES_LAST_STEP:
    give_summary(context, attribute, NEP_HAS_LAST_STEP, attribute->last_step);
    break;
  case NEP_ATTRIBUTES_MIN:
    give_summary(context, attribute, NEP_HAS_MIN, attribute->min);
    break;
  case NEP_ATTRIBUTES_MAX:
    give_summary(context, attribute, NEP_HAS_MAX, attribute->max);
    break;
  case NEP_ATTRIBUTES_AVERAGE:
    give_summary(context, attribute, NEP_HAS_AVERAGE, attribute->average);
    break;
  case NEP_ATTRIBUTES_VARIANCE:
    give_summary(context, attribute, NEP_HAS_VARIANCE, attribute->variance);
    break;
  case NEP_ATTRIBUTES_PROJECT:
    give_project(state, context);
    break;
  default:
    break;
  }
  return SQLITE_OK;
}

/* Where a server sends an attribute that is no file, it has no path. */
static int files_column(nep_cursor *cursor, int column,
                        sqlite3_context *context, nep_error *error)
{
  attributes_state *state = cursor->state;
  const nep_attribute *file = &state->entry->attributes[state->i];
  bool is_file = file->type == NEP_TYPE_FILE && file->has_value;
  if (column <= NEP_ATTRIBUTES_ATTRIBUTE)
    return attributes_column(cursor, column, context, error);
  if (column == NEP_FILES_PROJECT)
    give_project(state, context);
  else if (column == NEP_FILES_PATH && is_file)
    nep_values_result_text(context, file->text);
  else if (column == NEP_FILES_SIZE && is_file)
    sqlite3_result_int64(context, file->integer);
  else if (column == NEP_FILES_MIME_TYPE && is_file)
    nep_values_result_text(context, file->mime_type);
  return SQLITE_OK;
}

/* ---- joins ---- */

/* The key of the run that entry is about; empty where it has none. */
static nep_text key_of_entry(const attributes_state *state, int column,
                             const nep_entry *entry)
{
  const nep_selected *selected = &state->selected;
  if (column == NEP_ATTRIBUTES_SYS_ID)
    return entry->sys_id;
  const nep_run *run = nep_run_list_find(&selected->runs, entry->sys_id);
  return run ? nep_run_key(run, column) : (nep_text){NULL, 0};
}

/* An item is a run with its attributes; its path is the project. */
static int shelve_attributes(nep_cursor *cursor, nep_shelf *shelf,
                             nep_error *error)
{
  const attributes_state *state = cursor->state;
  const nep_run none = {0}; /* not searched for: the key is sys_id */
  const nep_run *run = state->run ? state->run : &none;
  nep_shelf_item *item;
  if (state->i > 0)
    return SQLITE_OK;
  int column = nep_cursor_key_column(cursor);
  nep_text key = column < 0 ? nep_text_of(NEP_NO_KEY)
                            : key_of_entry(state, column, state->entry);
  int rc = nep_shelf_add(shelf, key, run->id, run->experiment, run->run_id,
                         state->selected.scope.project, &item, error);
  if (rc != SQLITE_OK)
    return rc;
  return nep_shelf_append(shelf, &item->bytes, state->entry->raw.data,
                          state->entry->raw.size, error);
}

static int show_attribute(nep_cursor *cursor, const nep_shelf_item *item,
                          size_t row, nep_error *error)
{
  attributes_state *state = cursor->state;
  if (state->item != item) {
    int rc = nep_wire_read_values_entry(nep_bytes_view(&item->bytes),
                                        &state->shown, error);
    if (rc != SQLITE_ROW)
      return rc;
    state->item = item;
    state->entry = &state->shown;
  }
  state->i = row == 0 ? 0 : state->i + 1;
  while (cursor->name && state->i < state->shown.n_attributes &&
         !nep_text_equal(state->shown.attributes[state->i].path,
                         nep_text_of(cursor->name)))
    state->i++;
  return state->i < state->shown.n_attributes ? SQLITE_ROW : SQLITE_DONE;
}

/* Adds key for the entry, or for each of its attributes from i on. */
static int add_ahead(nep_text key, const nep_entry *entry, size_t i,
                     size_t most, nep_dictionary *keys, nep_dictionary *names,
                     nep_error *error)
{
  if (key.size == 0)
    return SQLITE_OK;
  if (!names)
    return nep_dictionary_add(keys, key, error);
  int rc = SQLITE_OK;
  for (; i < entry->n_attributes && keys->n < most && rc == SQLITE_OK; i++) {
    rc = nep_dictionary_add(keys, key, error);
    if (rc == SQLITE_OK)
      rc = nep_dictionary_add(names, entry->attributes[i].path, error);
  }
  return rc;
}

static int attributes_ahead(nep_cursor *cursor, int column, nep_text current,
                            size_t most, nep_dictionary *keys,
                            nep_dictionary *names, nep_error *error)
{
  const attributes_state *state = cursor->state;
  if (cursor->is_shelved || !state || !state->entry ||
      !state->selected.values ||
      !nep_text_equal(key_of_entry(state, column, state->entry), current))
    return SQLITE_OK;
  nep_reader rest = nep_api_values_rest(state->selected.values);
  nep_entry ahead = {0};
  int rc = add_ahead(current, state->entry, state->i, most, keys, names, error);
  while (rc == SQLITE_OK && keys->n < most &&
         (rc = nep_wire_next_values_entry(&rest, &ahead, error)) ==
             SQLITE_ROW) {
    nep_text key = key_of_entry(state, column, &ahead);
    rc = add_ahead(key, &ahead, 0, most, keys, names, error);
  }
  nep_entry_dispose(&ahead);
  nep_dictionary_sort(keys);
  if (names)
    nep_dictionary_sort(names);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

const nep_table nep_table_attributes = {
    &nep_schema_attributes, open_attributes,  next_attribute,
    attributes_column,      close_attributes, shelve_attributes,
    show_attribute,         attributes_ahead};
const nep_table nep_table_files = {
    &nep_schema_files, open_files,        next_attribute, files_column,
    close_attributes,  shelve_attributes, show_attribute, attributes_ahead};
