/*
** experiments, runs: the search endpoint. Only the attributes of columns that
** the statement reads are asked for.
**
** Two columns need more than the search gives. parent_run_id: a server may name
** the parent by its sys/id; the parents of the rest of the page are then looked
** up together. attributes: the values of the rest of the page are fetched
** together, so pages are short where it is read.
*/
#include "dictionary.h"
#include "scope.h"
#include "values.h"

#include <string.h>

#define PARENT "sys/forking/parent"
/* Runs in a page where every attribute of each is fetched. */
#define PAGE_WITH_ATTRIBUTES 200
/* And in the first of sorted ones: a LIMIT often hides (sqlite-facts A2), as in
** max(). */
#define FIRST_SORTED_PAGE 300
/* And where they are counted, if one of their columns may be read after all. */
#define FIRST_COUNTED_PAGE 100
/* Parents looked up in one request. */
#define MAX_PARENTS 1000

typedef struct runs_state {
  nep_scope scope;
  bool is_everywhere;     /* one search over all projects */
  nep_part next_part;     /* to search for after this one; 0: none */
  nep_search *search;     /* owned */
  const nep_entry *entry; /* current row; borrowed from search; NULL: counted */
  const char **paths;     /* owned array of borrowed texts */
  size_t n_paths;
  size_t *hints; /* owned; by column, for nep_entry_find */
  size_t archived_hint, id_hint;
  const char *project;       /* of the current row; borrowed */
  nep_entry shown;           /* owned; read from a shelf */
  size_t shown_order;        /* of its item */
  bool went_on, went_back;   /* items were shown in their order, or not */
  const char *known_project; /* of the next two; borrowed */
  nep_dictionary parents;    /* sys_id -> run_id, of the rest of the page */
  nep_dictionary attributes; /* sys_id -> JSON, of the rest of the page */
} runs_state;

/* ---- scanning ---- */

static void add_path(runs_state *state, const char *path)
{
  for (size_t i = 0; i < state->n_paths; i++) {
    if (strcmp(state->paths[i], path) == 0)
      return;
  }
  state->paths[state->n_paths++] = path;
}

static int choose_paths(nep_cursor *cursor, runs_state *state, nep_error *error)
{
  const nep_table_schema *schema = cursor->plan.schema;
  sqlite3_uint64 n = schema->n_columns;
  state->paths = sqlite3_malloc64((n + 2) * sizeof(char *));
  state->hints = sqlite3_malloc64((n + 1) * sizeof(size_t));
  if (!state->paths || !state->hints)
    return nep_error_no_memory(error);
  memset(state->hints, 0, (n + 1) * sizeof(size_t));
  add_path(state, "sys/id");
  for (size_t i = 0; i < schema->n_columns; i++) {
    if (!cursor->plan.is_used[i] || !schema->columns[i].path)
      continue;
    add_path(state, schema->columns[i].path);
    if (schema->columns[i].kind == NEP_KIND_ARCHIVED)
      add_path(state, "sys/trashed");
  }
  return SQLITE_OK;
}

static bool shows_heads(const nep_cursor *cursor)
{
  return nep_cursor_vtab(cursor)->table == &nep_table_experiments;
}

static const char *aggregation_of(const nep_column *column)
{
  if (column->kind != NEP_KIND_SERIES)
    return NULL;
  return column->part == NEP_HAS_MIN        ? "min"
         : column->part == NEP_HAS_MAX      ? "max"
         : column->part == NEP_HAS_AVERAGE  ? "average"
         : column->part == NEP_HAS_VARIANCE ? "variance"
                                            : "last";
}

/* Lets the server sort, unless all values are NULL. */
static void add_order(const nep_cursor *cursor, nep_search_query *query)
{
  const runs_state *state = cursor->state;
  const nep_plan *plan = &cursor->plan;
  const nep_column *column = &plan->schema->columns[plan->order_column];
  if (!plan->has_order || state->is_everywhere)
    return;
  query->first_page = FIRST_SORTED_PAGE;
  if (state->scope.part == NEP_PART_NULL)
    return;
  query->sort_path = column->path;
  query->sort_type = column->type;
  query->sort_aggregation = aggregation_of(column);
  query->is_descending = plan->is_descending;
}

/* No column is read but of a condition, which may not ask for it. */
static void add_count(const nep_cursor *cursor, nep_search_query *query)
{
  bool reads_none = cursor->plan.n_clauses == 0;
  if (!cursor->plan.is_count)
    return;
  query->counts = true;
  query->first_page = reads_none ? 1 : FIRST_COUNTED_PAGE;
  if (reads_none)
    query->rows_wanted = 0;
}

static int open_search(nep_cursor *cursor, nep_error *error)
{
  runs_state *state = cursor->state;
  bool has_attributes = cursor->plan.is_used[NEP_RUNS_ATTRIBUTES];
  nep_search_query query = {
      .project = state->scope.project,
      .nql = state->scope.nql,
      .heads = shows_heads(cursor),
      .paths = state->is_everywhere ? NULL : state->paths,
      .n_paths = state->is_everywhere ? 0 : state->n_paths,
      .rows_wanted = cursor->binding.page_hint,
      .page_limit = has_attributes ? PAGE_WITH_ATTRIBUTES : 0};
  add_order(cursor, &query);
  add_count(cursor, &query);
  nep_api_search_close(state->search);
  return nep_api_search_open(&nep_cursor_connection(cursor)->api, &query,
                             &state->search, error);
}

/* What to search for next: SQLITE_ROW, SQLITE_DONE or an error. */
static int next_piece(runs_state *state, nep_error *error)
{
  nep_part part = state->next_part;
  if (state->search && part != NEP_PART_ALL) {
    state->next_part = NEP_PART_ALL;
    return nep_scope_take_part(&state->scope, part, error);
  }
  return state->is_everywhere ? nep_scope_next_everywhere(&state->scope, error)
                              : nep_scope_next(&state->scope, error);
}

static int find_project(runs_state *state, nep_error *error)
{
  return state->is_everywhere
             ? nep_scope_project_of(&state->scope, state->entry,
                                    &state->project, error)
             : SQLITE_OK;
}

/* The current row, if it was only counted. */
static int fetch_run(runs_state *state, nep_error *error)
{
  if (state->entry)
    return SQLITE_OK;
  int rc = nep_api_search_fetch(state->search, &state->entry, error);
  return rc == SQLITE_OK ? find_project(state, error) : rc;
}

static int next_run(nep_cursor *cursor, nep_error *error)
{
  runs_state *state = cursor->state;
  for (;;) {
    int rc = SQLITE_DONE;
    if (state->search)
      rc = nep_api_search_next(state->search, &state->entry, error);
    if (rc == SQLITE_ROW)
      return state->entry ? find_project(state, error) : SQLITE_OK;
    if (rc == SQLITE_DONE)
      rc = next_piece(state, error);
    if (rc == SQLITE_DONE)
      cursor->is_eof = true;
    if (rc != SQLITE_ROW)
      return rc == SQLITE_DONE ? SQLITE_OK : rc;
    state->project = state->scope.project;
    rc = open_search(cursor, error);
    if (rc != SQLITE_OK)
      return rc;
  }
}

/* Are no attributes read but those that a search over all projects gives? */
static bool reads_keys_only(const nep_cursor *cursor)
{
  for (size_t i = 0; i < cursor->plan.schema->n_columns; i++) {
    if (cursor->plan.is_used[i] && i > NEP_RUNS_SYS_ID &&
        i != NEP_RUNS_PROJECT && i != NEP_RUNS_NQL)
      return false;
  }
  return true;
}

/* By a value that is no project's name; SQLite then drops all rows. */
static bool names_project(const nep_plan *plan)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (plan->clauses[i].column == NEP_RUNS_PROJECT)
      return true;
  }
  return false;
}

static int choose_projects(nep_cursor *cursor, nep_error *error)
{
  runs_state *state = cursor->state;
  if (!nep_scope_is_everywhere(cursor))
    return SQLITE_OK;
  if (cursor->plan.has_order && !names_project(&cursor->plan))
    return nep_error_set(error, SQLITE_ERROR,
                         "the statement was prepared when a project was set: "
                         "prepare it again");
  state->is_everywhere = reads_keys_only(cursor);
  return state->is_everywhere ? SQLITE_OK
                              : nep_scope_find_projects(
                                    &state->scope, shows_heads(cursor), error);
}

/* Which runs come first. LIMIT: a run that gets its value between the searches
** for both may be lost, or come twice. */
static void choose_parts(nep_cursor *cursor)
{
  runs_state *state = cursor->state;
  bool is_descending = cursor->plan.is_descending;
  if (!nep_plan_parts_order(&cursor->plan, cursor->binding.leaves_doubtful))
    return;
  state->scope.part = is_descending ? NEP_PART_SORTED : NEP_PART_NULL;
  state->next_part = is_descending ? NEP_PART_NULL : NEP_PART_SORTED;
}

static int open_runs(nep_cursor *cursor, nep_error *error)
{
  runs_state *state = sqlite3_malloc64(sizeof(*state));
  if (!state)
    return nep_error_no_memory(error);
  *state = (runs_state){.scope = {.cursor = cursor}};
  cursor->state = state;
  int rc = choose_paths(cursor, state, error);
  if (rc == SQLITE_OK)
    rc = choose_projects(cursor, error);
  choose_parts(cursor);
  return rc == SQLITE_OK ? next_run(cursor, error) : rc;
}

static void close_runs(nep_cursor *cursor)
{
  runs_state *state = cursor->state;
  if (!state)
    return;
  nep_api_search_close(state->search);
  nep_scope_dispose(&state->scope);
  nep_entry_dispose(&state->shown);
  nep_dictionary_dispose(&state->parents);
  nep_dictionary_dispose(&state->attributes);
  sqlite3_free(state->paths);
  sqlite3_free(state->hints);
  sqlite3_free(state);
}

/* ---- looking ahead in the page ---- */

/* The current row and those after it in the page, or on the shelf (as they
** came: its own order means nothing). */
typedef struct rows_ahead {
  const nep_cursor *cursor;
  nep_reader page;
  nep_entry entry; /* owned */
  size_t n;        /* given so far */
  size_t *places;  /* owned; of the shelf's items by the order of coming, or
                      NULL */
} rows_ahead;

/* NULL where memory is short. */
static size_t *place_items(const nep_shelf *shelf)
{
  sqlite3_uint64 n = shelf->n;
  size_t *places = sqlite3_malloc64(n * sizeof(*places) + 1);
  for (size_t i = 0; places && i < shelf->n; i++)
    places[shelf->items[i].order] = i;
  return places;
}

static rows_ahead look_ahead(const nep_cursor *cursor)
{
  const runs_state *state = cursor->state;
  rows_ahead rows = {.cursor = cursor};
  if (!cursor->is_shelved)
    rows.page = nep_api_search_rest(state->search);
  else
    rows.places = place_items(&cursor->shelf);
  return rows;
}

static void dispose_ahead(rows_ahead *rows)
{
  nep_entry_dispose(&rows->entry);
  sqlite3_free(rows->places);
}

/* While items are shown as they came, or the other way round, those that were
** shown already are not asked for again. NULL: none is left. */
static const nep_shelf_item *item_ahead(const rows_ahead *rows)
{
  const nep_shelf *shelf = &rows->cursor->shelf;
  const runs_state *state = rows->cursor->state;
  size_t n = rows->n, item = rows->cursor->item;
  if (n == shelf->n)
    return NULL;
  if (!rows->places || (state->went_on && state->went_back))
    return &shelf->items[(item + n) % shelf->n];
  size_t order = shelf->items[item].order;
  if (state->went_back ? n > order : state->went_on && order + n >= shelf->n)
    return NULL;
  order = state->went_back ? order - n : (order + n) % shelf->n;
  return &shelf->items[rows->places[order]];
}

static int next_shelved(rows_ahead *rows, nep_error *error)
{
  const runs_state *state = rows->cursor->state;
  const nep_shelf_item *item;
  while ((item = item_ahead(rows))) {
    rows->n++;
    if (strcmp(item->run_id, state->project) == 0)
      return nep_wire_read_search_entry(nep_bytes_view(&item->bytes),
                                        &rows->entry, error);
  }
  return SQLITE_DONE;
}

/* SQLITE_ROW, SQLITE_DONE or an error. */
static int next_ahead(rows_ahead *rows, const nep_entry **entry,
                      nep_error *error)
{
  *entry = &rows->entry;
  if (rows->cursor->is_shelved)
    return next_shelved(rows, error);
  if (rows->n++ > 0)
    return nep_wire_next_search_entry(&rows->page, &rows->entry, error);
  *entry = ((const runs_state *)rows->cursor->state)->entry;
  return SQLITE_ROW;
}

/* Adds what text_of gives for an attribute of the rows ahead, unless it is
** empty. */
static int collect(const nep_cursor *cursor, const char *path,
                   nep_text (*text_of)(const runs_state *, nep_text),
                   size_t most, nep_dictionary *found, nep_error *error)
{
  rows_ahead rows = look_ahead(cursor);
  const nep_entry *entry;
  size_t hint = 0;
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && found->n < most &&
         (rc = next_ahead(&rows, &entry, error)) == SQLITE_ROW) {
    const nep_attribute *attribute =
        nep_entry_find(entry, nep_text_of(path), NEP_TYPE_UNKNOWN, &hint);
    nep_text text = {NULL, 0};
    if (attribute && attribute->has_value)
      text = text_of(cursor->state, attribute->text);
    rc = text.size ? nep_dictionary_add(found, text, error) : SQLITE_OK;
  }
  dispose_ahead(&rows);
  nep_dictionary_sort(found);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* A sys/id is unique in its project only. */
static void forget_other_project(runs_state *state)
{
  if (state->known_project &&
      strcmp(state->known_project, state->project) != 0) {
    nep_dictionary_clear(&state->parents);
    nep_dictionary_clear(&state->attributes);
  }
  state->known_project = state->project;
}

/* A sys/id is a project key, a hyphen and a number. */
static bool looks_like_sys_id(nep_text text)
{
  size_t key = 0, digits = 0;
  while (key < text.size && ((text.data[key] >= 'A' && text.data[key] <= 'Z') ||
                             (text.data[key] >= '0' && text.data[key] <= '9')))
    key++;
  while (digits < text.size && text.data[text.size - digits - 1] >= '0' &&
         text.data[text.size - digits - 1] <= '9')
    digits++;
  return key > 0 && digits > 0 && key + 1 + digits == text.size &&
         text.data[key] == '-';
}

static nep_text itself(const runs_state *state, nep_text text)
{
  (void)state;
  return text;
}

static nep_text if_sys_id(const runs_state *state, nep_text text)
{
  (void)state;
  return looks_like_sys_id(text) ? text : (nep_text){NULL, 0};
}

/* parent_run_id as it is shown, empty while it is not known. */
static nep_text shown_parent(const runs_state *state, nep_text parent)
{
  if (!looks_like_sys_id(parent))
    return parent;
  const nep_pair *found = nep_dictionary_find(&state->parents, parent);
  return nep_text_of(found ? found->text : NULL);
}

/* NQL that selects the runs whose sys/id is a key of the dictionary. */
static char *nql_of_ids(const nep_dictionary *ids)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  for (size_t i = 0; i < ids->n; i++) {
    sqlite3_str_appendall(out, i ? " OR (`sys/id`:string = "
                                 : "(`sys/id`:string = ");
    nep_nql_append_string(out, nep_text_of(ids->pairs[i].key));
    sqlite3_str_appendall(out, ")");
  }
  return sqlite3_str_finish(out);
}

static int read_parents(nep_search *search, nep_dictionary *parents,
                        nep_error *error)
{
  const nep_entry *entry;
  size_t hints[2] = {0};
  int rc;
  while ((rc = nep_api_search_next(search, &entry, error)) == SQLITE_ROW) {
    const nep_attribute *id = nep_entry_find(entry, nep_text_of("sys/id"),
                                             NEP_TYPE_UNKNOWN, &hints[0]);
    const nep_attribute *run_id = nep_entry_find(
        entry, nep_text_of("sys/custom_run_id"), NEP_TYPE_UNKNOWN, &hints[1]);
    nep_pair *found = id ? nep_dictionary_find(parents, id->text) : NULL;
    if (!found || !run_id || found->text)
      continue;
    found->text = nep_text_copy(run_id->text);
    if (!found->text)
      return nep_error_no_memory(error);
  }
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int look_up_parents(nep_cursor *cursor, nep_error *error)
{
  static const char *const paths[] = {"sys/id", "sys/custom_run_id"};
  runs_state *state = cursor->state;
  nep_dictionary_clear(&state->parents);
  int rc =
      collect(cursor, PARENT, if_sys_id, MAX_PARENTS, &state->parents, error);
  if (rc != SQLITE_OK)
    return rc;
  char *nql = nql_of_ids(&state->parents);
  if (!nql)
    return nep_error_no_memory(error);
  nep_search_query query = {.project = state->project,
                            .nql = nql,
                            .paths = paths,
                            .n_paths = NEP_COUNT(paths)};
  nep_search *search = NULL;
  rc = nep_api_search_open(&nep_cursor_connection(cursor)->api, &query, &search,
                           error);
  if (rc == SQLITE_OK)
    rc = read_parents(search, &state->parents, error);
  nep_api_search_close(search);
  sqlite3_free(nql);
  return rc;
}

/* A parent that no run has as sys/id is named by its run_id already. */
static int give_parent(nep_cursor *cursor, const nep_attribute *parent,
                       sqlite3_context *context, nep_error *error)
{
  runs_state *state = cursor->state;
  if (!parent || !parent->has_value)
    return SQLITE_OK;
  if (!looks_like_sys_id(parent->text)) {
    nep_values_result_text(context, parent->text);
    return SQLITE_OK;
  }
  forget_other_project(state);
  const nep_pair *found = nep_dictionary_find(&state->parents, parent->text);
  if (!found) {
    int rc = look_up_parents(cursor, error);
    if (rc != SQLITE_OK)
      return rc;
    found = nep_dictionary_find(&state->parents, parent->text);
  }
  nep_values_result_text(
      context, found && found->text ? nep_text_of(found->text) : parent->text);
  return SQLITE_OK;
}

static int append_entry(nep_dictionary *attributes, const nep_entry *entry,
                        nep_error *error)
{
  nep_pair *found = nep_dictionary_find(attributes, entry->sys_id);
  if (!found)
    return SQLITE_OK;
  if (!found->json)
    found->json = sqlite3_str_new(NULL);
  for (size_t i = 0; i < entry->n_attributes; i++) {
    sqlite3_str_appendchar(found->json, 1,
                           sqlite3_str_length(found->json) ? ',' : '{');
    nep_values_append_json_string(found->json, entry->attributes[i].path);
    sqlite3_str_appendchar(found->json, 1, ':');
    int rc = nep_values_append_json(found->json, &entry->attributes[i], error);
    if (rc != SQLITE_OK)
      return rc;
  }
  return SQLITE_OK;
}

/* Ends the JSON of every run. */
static int finish_json(nep_dictionary *attributes, nep_error *error)
{
  for (size_t i = 0; i < attributes->n; i++) {
    nep_pair *this = &attributes->pairs[i];
    if (!this->json)
      this->json = sqlite3_str_new(NULL);
    sqlite3_str_appendall(this->json,
                          sqlite3_str_length(this->json) ? "}" : "{}");
    this->text = sqlite3_str_finish(this->json);
    this->json = NULL;
    if (!this->text)
      return nep_error_no_memory(error);
  }
  return SQLITE_OK;
}

static int read_attributes(nep_cursor *cursor, const nep_run_list *runs,
                           nep_error *error)
{
  runs_state *state = cursor->state;
  const char **ids = sqlite3_malloc64(runs->n * sizeof(char *) + 1);
  if (!ids)
    return nep_error_no_memory(error);
  for (size_t i = 0; i < runs->n; i++)
    ids[i] = runs->items[i].id;
  nep_values_query query = {.project = state->project,
                            .run_ids = ids,
                            .n_run_ids = runs->n,
                            .has_run_ids = true};
  nep_values *values = NULL;
  const nep_entry *entry;
  int rc = nep_api_values_open(&nep_cursor_connection(cursor)->api, &query,
                               &values, error);
  while (rc == SQLITE_OK &&
         (rc = nep_api_values_next(values, &entry, error)) == SQLITE_ROW)
    rc = append_entry(&state->attributes, entry, error);
  nep_api_values_close(values);
  sqlite3_free(ids);
  return rc == SQLITE_DONE ? finish_json(&state->attributes, error) : rc;
}

/* Fetches the attributes of the current row and of the rest of the page. */
static int look_up_attributes(nep_cursor *cursor, nep_error *error)
{
  runs_state *state = cursor->state;
  nep_run_list runs = {0};
  nep_dictionary_clear(&state->attributes);
  int rc = collect(cursor, "sys/id", itself, PAGE_WITH_ATTRIBUTES,
                   &state->attributes, error);
  for (size_t i = 0; i < state->attributes.n && rc == SQLITE_OK; i++)
    rc = nep_run_list_add(&runs, state->project,
                          nep_text_of(state->attributes.pairs[i].key), error);
  if (rc == SQLITE_OK)
    rc = read_attributes(cursor, &runs, error);
  nep_run_list_dispose(&runs);
  return rc;
}

static int give_attributes(nep_cursor *cursor, sqlite3_context *context,
                           nep_error *error)
{
  runs_state *state = cursor->state;
  const nep_attribute *id = nep_entry_find(state->entry, nep_text_of("sys/id"),
                                           NEP_TYPE_UNKNOWN, &state->id_hint);
  if (!id)
    return SQLITE_OK;
  forget_other_project(state);
  nep_pair *found = nep_dictionary_find(&state->attributes, id->text);
  if (!found) {
    int rc = look_up_attributes(cursor, error);
    if (rc != SQLITE_OK)
      return rc;
    found = nep_dictionary_find(&state->attributes, id->text);
  }
  if (found && found->text) {
    sqlite3_result_text(context, found->text, -1, SQLITE_TRANSIENT);
    sqlite3_result_subtype(context, NEP_JSON_SUBTYPE);
  }
  return SQLITE_OK;
}

/* ---- columns ---- */

static void give_part(sqlite3_context *context, const nep_attribute *attribute,
                      unsigned part)
{
  if (!(attribute->has & part))
    return;
  nep_values_result_real(context,
                         part == NEP_HAS_LAST_STEP ? attribute->last_step
                         : part == NEP_HAS_LAST    ? attribute->last
                         : part == NEP_HAS_MIN     ? attribute->min
                         : part == NEP_HAS_MAX     ? attribute->max
                         : part == NEP_HAS_AVERAGE ? attribute->average
                                                   : attribute->variance);
}

/* A run may have the attribute with another type: then the column is NULL. */
static int give_declared(nep_cursor *cursor, int i, sqlite3_context *context,
                         nep_error *error)
{
  runs_state *state = cursor->state;
  const nep_column *column = &cursor->plan.schema->columns[i];
  const nep_attribute *attribute = nep_entry_find(
      state->entry, nep_text_of(column->path), column->type, &state->hints[i]);
  if (!attribute || !column->part)
    return nep_values_result(context, attribute, error);
  give_part(context, attribute, column->part);
  return SQLITE_OK;
}

static int runs_column(nep_cursor *cursor, int i, sqlite3_context *context,
                       nep_error *error)
{
  runs_state *state = cursor->state;
  const nep_column *column = &cursor->plan.schema->columns[i];
  int rc = fetch_run(state, error);
  if (rc != SQLITE_OK)
    return rc;
  if (i == NEP_RUNS_PROJECT) {
    nep_values_result_text(context, nep_text_of(state->project));
    return SQLITE_OK;
  }
  if (i == NEP_RUNS_ATTRIBUTES)
    return give_attributes(cursor, context, error);
  if (i > NEP_RUNS_ATTRIBUTES)
    return give_declared(cursor, i, context, error);
  const nep_attribute *attribute =
      nep_entry_find(state->entry, nep_text_of(column->path), NEP_TYPE_UNKNOWN,
                     &state->hints[i]);
  if (i == NEP_RUNS_PARENT)
    return give_parent(cursor, attribute, context, error);
  if (!attribute && column->kind == NEP_KIND_ARCHIVED)
    attribute = nep_entry_find(state->entry, nep_text_of("sys/trashed"),
                               NEP_TYPE_UNKNOWN, &state->archived_hint);
  return nep_values_result(context, attribute, error);
}

/* ---- joins ---- */

static const nep_attribute *key_attribute(const nep_cursor *cursor, int column,
                                          const nep_entry *entry, size_t *hint)
{
  const nep_attribute *key = nep_entry_find(
      entry, nep_text_of(cursor->plan.schema->columns[column].path),
      NEP_TYPE_UNKNOWN, hint);
  return key && key->has_value ? key : NULL;
}

static int shelve_run(nep_cursor *cursor, nep_shelf *shelf, nep_error *error)
{
  const runs_state *state = cursor->state;
  size_t hint = 0;
  int column = nep_cursor_key_column(cursor);
  nep_text key = nep_text_of(NEP_NO_KEY);
  if (column >= 0) {
    const nep_attribute *attribute =
        key_attribute(cursor, column, state->entry, &hint);
    if (!attribute)
      return SQLITE_OK;
    key = attribute->text;
  }
  nep_shelf_item *item;
  int rc =
      nep_shelf_add(shelf, key, state->project, NULL, NULL, NULL, &item, error);
  if (rc != SQLITE_OK)
    return rc;
  return nep_shelf_append(shelf, &item->bytes, state->entry->raw.data,
                          state->entry->raw.size, error);
}

static int show_run(nep_cursor *cursor, const nep_shelf_item *item, size_t row,
                    nep_error *error)
{
  runs_state *state = cursor->state;
  if (row > 0)
    return SQLITE_DONE;
  bool is_first = state->entry != &state->shown;
  state->went_on |= !is_first && item->order > state->shown_order;
  state->went_back |= !is_first && item->order < state->shown_order;
  state->shown_order = item->order;
  state->entry = &state->shown;
  state->project = item->run_id;
  return nep_wire_read_search_entry(nep_bytes_view(&item->bytes), &state->shown,
                                    error);
}

static int runs_ahead(nep_cursor *cursor, int column, nep_text current,
                      size_t most, nep_dictionary *keys, nep_dictionary *names,
                      nep_error *error)
{
  (void)names;
  const runs_state *state = cursor->state;
  size_t hint = 0;
  if (!state || !state->entry)
    return SQLITE_OK;
  const nep_attribute *key = key_attribute(cursor, column, state->entry, &hint);
  if (key && nep_text_equal(key->text, current))
    return collect(cursor, cursor->plan.schema->columns[column].path, itself,
                   most, keys, error);
  hint = 0; /* or a run joined to its parent */
  const nep_attribute *parent = nep_entry_find(
      state->entry, nep_text_of(PARENT), NEP_TYPE_UNKNOWN, &hint);
  if (parent && parent->has_value &&
      nep_text_equal(shown_parent(state, parent->text), current))
    return collect(cursor, PARENT, shown_parent, most, keys, error);
  return SQLITE_OK;
}

const nep_table nep_table_experiments = {&nep_schema_experiments,
                                         open_runs,
                                         next_run,
                                         runs_column,
                                         close_runs,
                                         shelve_run,
                                         show_run,
                                         runs_ahead};
const nep_table nep_table_runs = {&nep_schema_runs, open_runs,  next_run,
                                  runs_column,      close_runs, shelve_run,
                                  show_run,         runs_ahead};
