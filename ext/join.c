/* Looking ahead in joins: see join.h. */
#include "join.h"

#include "options.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define FIRST_KEYS 16
#define MAX_KEYS 2000
/* Bytes on the shelf: below FEW more keys are taken next time, above MANY
** fewer; beyond MOST the fetch is given up. */
#define FEW_BYTES ((size_t)1 << 20)
#define MANY_BYTES ((size_t)8 << 20)
#define MOST_BYTES ((size_t)24 << 20)
/* Keys asked for one by one before all rows are tried, and the bytes of rows
** that are worth one request. */
#define FEW_KEYS 4
#define BYTES_OF_REQUEST ((size_t)256 << 10)
/* Rows of a key where LIMIT says that so few are wanted; else all. And where it
** is not known. */
#define MAX_ROWS_OF_KEY 1000
#define FEW_ROWS_OF_KEY 10

/* ---- the key ---- */

/* The clause to look ahead by: sys_id before run_id before experiment; or
** n_clauses. */
static size_t key_clause(const nep_plan *plan, const nep_binding *binding)
{
  size_t best = plan->n_clauses;
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (!nep_plan_is_key(plan, i) || !binding->clauses[i].is_sent ||
        binding->clauses[i].n_values != 1)
      continue;
    if (best == plan->n_clauses ||
        plan->clauses[i].column > plan->clauses[best].column)
      best = i;
  }
  return best;
}

static nep_text key_of(const nep_binding *binding, size_t clause)
{
  const nep_value *value = &binding->clauses[clause].values[0];
  return (nep_text){value->text, value->size};
}

static nep_text key_or_none(const nep_plan *plan, const nep_binding *binding,
                            size_t clause)
{
  return clause < plan->n_clauses ? key_of(binding, clause)
                                  : nep_text_of(NEP_NO_KEY);
}

/* ---- the step ---- */

/* A condition on the step that may differ from row to row. */
static bool is_step_clause(const nep_plan *plan, size_t i)
{
  return !plan->clauses[i].literal &&
         plan->schema->columns[plan->clauses[i].column].kind == NEP_KIND_STEP;
}

static bool is_same_end(bool has_a, double a, bool has_b, double b)
{
  return has_a == has_b && (!has_a || (a >= b && a <= b));
}

/* Takes the steps that are looked for from binding. */
static void note_steps(nep_cursor *cursor, const nep_binding *binding)
{
  nep_range before = cursor->steps;
  nep_range now = nep_option_steps(&cursor->plan, binding);
  cursor->steps = now;
  if (cursor->step_varies || (!before.has_from && !before.has_to) ||
      (!now.has_from && !now.has_to))
    return;
  cursor->step_varies =
      !is_same_end(before.has_from, before.from, now.has_from, now.from) ||
      !is_same_end(before.has_to, before.to, now.has_to, now.to);
  if (cursor->step_varies)
    cursor->n_ahead = 0; /* it was for points of few steps */
}

/* From now on the points of all steps are asked for, if steps vary. */
static void leave_step(nep_cursor *cursor)
{
  cursor->is_any_step = cursor->step_varies;
  for (size_t i = 0; i < cursor->plan.n_clauses && cursor->is_any_step; i++) {
    if (is_step_clause(&cursor->plan, i))
      cursor->binding.clauses[i].is_sent = false;
  }
}

/* Undoes leave_step: what is no finite number was not sent before. */
static void send_step(nep_cursor *cursor)
{
  for (size_t i = 0; i < cursor->plan.n_clauses && cursor->is_any_step; i++) {
    nep_bound *bound = &cursor->binding.clauses[i];
    if (is_step_clause(&cursor->plan, i))
      bound->is_sent = bound->values[0].type == NEP_VALUE_REAL &&
                       isfinite(bound->values[0].real);
  }
  cursor->is_any_step = false;
}

/* ---- the attribute ---- */

/* The clause that looks for an attribute by a name that may differ from row to
** row; or n_clauses. */
static size_t name_clause(const nep_plan *plan)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_clause *clause = &plan->clauses[i];
    if (clause->op == NEP_OP_EQ && !clause->literal &&
        plan->schema->columns[clause->column].kind == NEP_KIND_PATH)
      return i;
  }
  return plan->n_clauses;
}

/* The name looked for; data NULL: none, or it cannot be sent. */
static nep_text name_of(const nep_plan *plan, const nep_binding *binding)
{
  size_t clause = name_clause(plan);
  if (clause == plan->n_clauses || !binding->clauses[clause].is_sent ||
      binding->clauses[clause].n_values != 1)
    return (nep_text){NULL, 0};
  return key_of(binding, clause);
}

/* Before the binding of the scan before gives way to fresh. */
static void note_name(nep_cursor *cursor, const nep_binding *fresh)
{
  if (cursor->name_varies || cursor->binding.n_clauses == 0)
    return;
  nep_text before = name_of(&cursor->plan, &cursor->binding);
  nep_text now = name_of(&cursor->plan, fresh);
  cursor->name_varies = before.data && now.data && !nep_text_equal(before, now);
  if (cursor->name_varies)
    cursor->n_ahead = 0; /* it was for one name */
}

/* Takes the name that is looked for from binding, if names vary. */
static int take_name(nep_cursor *cursor, const nep_binding *binding,
                     nep_error *error)
{
  nep_text name = name_of(&cursor->plan, binding);
  sqlite3_free(cursor->name);
  cursor->name = NULL;
  return cursor->name_varies
             ? nep_text_duplicate(name.data, &cursor->name, error)
             : SQLITE_OK;
}

static bool is_value_clause(const nep_plan *plan, size_t i)
{
  return plan->schema->columns[plan->clauses[i].column].kind == NEP_KIND_VALUE;
}

/* Conditions on the value are about the one attribute. */
static void leave_values(nep_cursor *cursor)
{
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    if (is_value_clause(&cursor->plan, i))
      cursor->binding.clauses[i].is_sent = false;
  }
}

/* From now on what is of any name is asked for, if names vary. */
static void leave_name(nep_cursor *cursor)
{
  cursor->is_any_name = cursor->name != NULL;
  if (!cursor->is_any_name)
    return;
  cursor->binding.clauses[name_clause(&cursor->plan)].is_sent = false;
  leave_values(cursor);
}

/* Undoes leave_name. */
static void send_name(nep_cursor *cursor)
{
  if (cursor->is_any_name)
    cursor->binding.clauses[name_clause(&cursor->plan)].is_sent = true;
  cursor->is_any_name = false;
}

/* The path of the items looked for, where an item is a series, or NULL. */
static const char *path_of(const nep_cursor *cursor)
{
  return cursor->plan.schema->type == NEP_TYPE_UNKNOWN ? NULL : cursor->name;
}

/* ---- reading the shelf ---- */

static int show_item(nep_cursor *cursor, nep_error *error)
{
  const nep_table *table = nep_cursor_vtab(cursor)->table;
  const nep_shelf *shelf = &cursor->shelf;
  cursor->is_eof = true;
  while (cursor->item < shelf->n) {
    int rc =
        table->show(cursor, &shelf->items[cursor->item], cursor->row, error);
    if (rc == SQLITE_ROW)
      cursor->is_eof = false;
    if (rc != SQLITE_DONE)
      return rc == SQLITE_ROW ? SQLITE_OK : rc;
    cursor->item++;
    cursor->row = 0;
    const nep_shelf_item *item = &shelf->items[cursor->item];
    if (cursor->item < shelf->n &&
        (strcmp(item->key, item[-1].key) != 0 ||
         (path_of(cursor) && strcmp(item->path, path_of(cursor)) != 0)))
      break;
  }
  return SQLITE_OK;
}

static int show_key(nep_cursor *cursor, nep_text key, nep_error *error)
{
  cursor->item = nep_shelf_find(&cursor->shelf, key, path_of(cursor));
  cursor->row = 0;
  cursor->n_shown = 1;
  return show_item(cursor, error);
}

static bool is_same_value(const nep_value *a, const nep_value *b)
{
  if (a->type != b->type || a->integer != b->integer || a->size != b->size)
    return false;
  if (a->type == NEP_VALUE_REAL && (a->real < b->real || a->real > b->real))
    return false;
  return a->size == 0 || memcmp(a->text, b->text, a->size) == 0;
}

static bool is_same_bound(const nep_bound *a, const nep_bound *b)
{
  if (a->is_sent != b->is_sent || a->op != b->op || a->n_values != b->n_values)
    return false;
  for (size_t i = 0; i < a->n_values; i++) {
    if (!is_same_value(&a->values[i], &b->values[i]))
      return false;
  }
  return true;
}

/* Not where few rows are wanted, or none is fetched. */
bool nep_join_is_repeated(const nep_cursor *cursor, const nep_binding *fresh)
{
  if (cursor->scan == 0 || cursor->plan.is_count ||
      cursor->plan.is_of_definitions || fresh->page_hint > 0)
    return false;
  for (size_t i = 0; i < fresh->n_clauses; i++) {
    if (!is_same_bound(&fresh->clauses[i], &cursor->binding.clauses[i]))
      return false;
  }
  return true;
}

/* A join that drops most of its rows before it looks here makes looking ahead a
** waste. */
static void shrink_unused(nep_cursor *cursor)
{
  if (cursor->is_shelved && cursor->n_sought * 4 < cursor->shelf.keys.n)
    cursor->n_ahead = cursor->n_sought < 2 ? 1 : cursor->n_sought;
}

int nep_join_seek(nep_cursor *cursor, const nep_binding *fresh, bool *is_done,
                  nep_error *error)
{
  *is_done = false;
  if (!fresh->is_empty)
    note_name(cursor, fresh);
  if (!cursor->is_shelved || fresh->is_empty)
    return SQLITE_OK;
  size_t clause = key_clause(&cursor->plan, fresh);
  if (clause != cursor->key_clause)
    return SQLITE_OK;
  const nep_dictionary *names = &cursor->shelf.names;
  bool has_names = names->n > 0 || cursor->is_any_name;
  nep_text sought = name_of(&cursor->plan, fresh);
  if (has_names &&
      (!sought.data || (names->n > 0 && !nep_dictionary_find(names, sought))))
    return SQLITE_OK;
  for (size_t i = 0; i < fresh->n_clauses; i++) {
    bool is_any = nep_plan_is_key(&cursor->plan, i) ||
                  (has_names && (i == name_clause(&cursor->plan) ||
                                 is_value_clause(&cursor->plan, i))) ||
                  (cursor->is_any_step && is_step_clause(&cursor->plan, i));
    if (!is_any &&
        !is_same_bound(&fresh->clauses[i], &cursor->binding.clauses[i]))
      return SQLITE_OK;
  }
  nep_text key = key_or_none(&cursor->plan, fresh, clause);
  if (key.size == 0)
    return SQLITE_OK;
  if (!cursor->is_complete && !nep_dictionary_find(&cursor->shelf.keys, key)) {
    shrink_unused(cursor);
    return SQLITE_OK;
  }
  *is_done = true;
  cursor->n_sought++;
  note_steps(cursor, fresh);
  int rc = take_name(cursor, fresh, error);
  return rc == SQLITE_OK ? show_key(cursor, key, error) : rc;
}

/* ---- filling the shelf ---- */

static int collect_keys(nep_cursor *cursor, int column, nep_text key,
                        nep_error *error)
{
  nep_dictionary *keys = &cursor->shelf.keys;
  nep_dictionary *names = cursor->name_varies ? &cursor->shelf.names : NULL;
  size_t most = cursor->n_ahead ? cursor->n_ahead : FIRST_KEYS;
  for (nep_cursor *other = nep_cursor_connection(cursor)->cursors;
       other && most > 1; other = other->next_open) {
    const nep_table *table = nep_cursor_vtab(other)->table;
    if (other == cursor || other->is_eof || !table->ahead)
      continue;
    int rc = table->ahead(other, column, key, most, keys, names, error);
    if (rc != SQLITE_OK)
      return rc;
    cursor->source = other->scan;
    if (keys->n > 0)
      break;
  }
  return SQLITE_OK;
}

/* clause asks for all of texts, instead. */
static int ask_for(nep_cursor *cursor, size_t clause,
                   const nep_dictionary *texts, nep_error *error)
{
  nep_bound *bound = &cursor->binding.clauses[clause];
  for (size_t i = 0; i < bound->n_values; i++)
    nep_value_dispose(&bound->values[i]);
  bound->n_values = 0;
  bound->op = NEP_OP_IN;
  for (size_t i = 0; i < texts->n; i++) {
    nep_text text = nep_text_of(texts->pairs[i].key);
    nep_value value = {
        .type = NEP_VALUE_TEXT, .text = nep_text_copy(text), .size = text.size};
    if (!value.text)
      return nep_error_no_memory(error);
    int rc = nep_binding_add(&cursor->binding, clause, &value, error);
    if (rc != SQLITE_OK)
      return rc;
  }
  return SQLITE_OK;
}

/* The key's clause asks for all keys, and the attribute's for all names; the
** other keys' clauses, which would fit the first row only, are left to SQLite.
*/
static int ask_for_keys(nep_cursor *cursor, nep_error *error)
{
  const nep_shelf *shelf = &cursor->shelf;
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    if (nep_plan_is_key(&cursor->plan, i))
      cursor->binding.clauses[i].is_sent = i == cursor->key_clause;
  }
  int rc = ask_for(cursor, cursor->key_clause, &shelf->keys, error);
  if (rc != SQLITE_OK || shelf->names.n == 0)
    return rc;
  leave_values(cursor);
  return ask_for(cursor, name_clause(&cursor->plan), &shelf->names, error);
}

/* Of a series of floats the first points may be enough, in the order wanted. */
static sqlite3_int64 rows_of_key(const nep_cursor *cursor)
{
  sqlite3_int64 hint = cursor->binding.page_hint;
  if (!cursor->plan.has_order || cursor->is_any_step ||
      cursor->plan.schema->type != NEP_TYPE_FLOAT_SERIES)
    return 0;
  if (!cursor->plan.limit_argument)
    return cursor->reads_all || cursor->shelf.keys.n == 0 ? 0 : FEW_ROWS_OF_KEY;
  return hint <= MAX_ROWS_OF_KEY ? hint : 0;
}

/* Fetches what the binding selects, until that is more than most bytes. */
static int fill_shelf(nep_cursor *cursor, size_t most, nep_error *error)
{
  const nep_table *table = nep_cursor_vtab(cursor)->table;
  cursor->per_key = rows_of_key(cursor);
  cursor->binding.page_hint = 0;
  int rc = table->open(cursor, error);
  while (rc == SQLITE_OK && !cursor->is_eof && cursor->shelf.n_bytes <= most) {
    rc = table->shelve(cursor, &cursor->shelf, error);
    if (rc == SQLITE_OK)
      rc = table->next(cursor, error);
  }
  return rc;
}

/* Back to the one key and the one name that were asked for. */
static int give_up(nep_cursor *cursor, nep_text key, nep_error *error)
{
  const nep_table *table = nep_cursor_vtab(cursor)->table;
  bool had_names = cursor->shelf.names.n > 0;
  nep_shelf_dispose(&cursor->shelf);
  table->close(cursor);
  cursor->state = NULL;
  cursor->is_eof = false;
  cursor->per_key = 0;
  send_step(cursor);
  send_name(cursor);
  if (cursor->key_clause == cursor->plan.n_clauses)
    return table->open(cursor, error);
  int rc = nep_dictionary_add(&cursor->shelf.keys, key, error);
  if (rc == SQLITE_OK && had_names)
    rc = nep_dictionary_add(&cursor->shelf.names, nep_text_of(cursor->name),
                            error);
  if (rc == SQLITE_OK)
    rc = ask_for_keys(cursor, error);
  nep_shelf_dispose(&cursor->shelf);
  return rc == SQLITE_OK ? table->open(cursor, error) : rc;
}

static int show_shelf(nep_cursor *cursor, nep_text key, nep_error *error)
{
  nep_shelf_sort(&cursor->shelf);
  cursor->is_shelved = true;
  cursor->n_sought = 1;
  cursor->filled_at = nep_http_monotonic_seconds();
  cursor->settings_version = nep_cursor_connection(cursor)->settings.version;
  return show_key(cursor, key, error);
}

/* How many keys to take next time: by what these brought, and (in
** shrink_unused) by how many of them the join asked for. */
static void adapt(nep_cursor *cursor)
{
  size_t n = cursor->n_ahead ? cursor->n_ahead : FIRST_KEYS;
  if (cursor->shelf.n_bytes < FEW_BYTES)
    n *= 4;
  else if (cursor->shelf.n_bytes > MANY_BYTES)
    n /= 4;
  cursor->n_ahead = n > MAX_KEYS ? MAX_KEYS : n < 2 ? 2 : n;
}

/* The rows of several keys, unless they are too many. */
static int show_filled(nep_cursor *cursor, nep_text key, nep_error *error)
{
  if (cursor->shelf.n_bytes > MOST_BYTES) {
    cursor->n_ahead = 1;
    return give_up(cursor, key, error);
  }
  adapt(cursor);
  return show_shelf(cursor, key, error);
}

/* The keys collected, together. */
static int open_ahead(nep_cursor *cursor, nep_text key, nep_error *error)
{
  leave_step(cursor);
  int rc = ask_for_keys(cursor, error);
  if (rc == SQLITE_OK)
    rc = fill_shelf(cursor, MOST_BYTES, error);
  return rc == SQLITE_OK ? show_filled(cursor, key, error) : rc;
}

/* Are all keys known, from an IN beside the join? */
static bool has_list(const nep_cursor *cursor)
{
  const nep_plan *plan = &cursor->plan;
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (plan->clauses[i].op == NEP_OP_IN &&
        cursor->binding.clauses[i].is_sent &&
        cursor->key_clause < plan->n_clauses &&
        plan->clauses[i].column == nep_cursor_key_column(cursor))
      return true;
  }
  return false;
}

/* The rows of any key and name. */
static int open_all(nep_cursor *cursor, nep_text key, nep_error *error)
{
  size_t most = cursor->n_alone * BYTES_OF_REQUEST;
  if (most > MOST_BYTES || has_list(cursor))
    most = MOST_BYTES;
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    if (nep_plan_is_key(&cursor->plan, i))
      cursor->binding.clauses[i].is_sent = false;
  }
  leave_step(cursor);
  leave_name(cursor);
  int rc = fill_shelf(cursor, most, error);
  if (rc != SQLITE_OK)
    return rc;
  if (cursor->shelf.n_bytes > most) {
    cursor->try_all_at = most < MOST_BYTES ? cursor->n_alone * 2 : SIZE_MAX;
    return give_up(cursor, key, error);
  }
  cursor->is_complete = true;
  cursor->source = 0;
  return show_shelf(cursor, key, error);
}

/* One key that no other scan shows. */
static int open_alone(nep_cursor *cursor, nep_text key, nep_error *error)
{
  bool is_first = cursor->try_all_at == 0;
  if (is_first)
    cursor->try_all_at = FEW_KEYS;
  nep_shelf_dispose(&cursor->shelf);
  if ((is_first && has_list(cursor)) || cursor->n_alone++ >= cursor->try_all_at)
    return open_all(cursor, key, error);
  return nep_cursor_vtab(cursor)->table->open(cursor, error);
}

/* Many rows of one key may look for one run, or some of its points, again and
** again. */
static bool keeps_one_key(const nep_cursor *cursor)
{
  const nep_table_schema *schema = nep_cursor_vtab(cursor)->table->schema;
  for (size_t i = 0; i < cursor->plan.n_clauses; i++) {
    if (is_step_clause(&cursor->plan, i))
      return true;
  }
  return (cursor->plan.limit_argument && rows_of_key(cursor) > 0) ||
         schema == &nep_schema_experiments || schema == &nep_schema_runs;
}

/* Where LIMIT was not known: all rows of the keys, together. */
static int fill_again(nep_cursor *cursor, nep_text key, nep_error *error)
{
  nep_dictionary keys = cursor->shelf.keys, names = cursor->shelf.names;
  cursor->shelf.keys = cursor->shelf.names = (nep_dictionary){0};
  nep_shelf_dispose(&cursor->shelf);
  cursor->shelf.keys = keys;
  cursor->shelf.names = names;
  nep_cursor_vtab(cursor)->table->close(cursor);
  cursor->state = NULL;
  cursor->is_eof = false;
  cursor->reads_all = true;
  cursor->n_ahead = keys.n;
  int rc = fill_shelf(cursor, MOST_BYTES, error);
  return rc == SQLITE_OK ? show_filled(cursor, key, error) : rc;
}

/* The shelf has the first rows only, and they were not enough after all. Where
** LIMIT was known, the current key is asked for alone from now on. */
static int open_behind(nep_cursor *cursor, nep_error *error)
{
  sqlite3_int64 n = cursor->per_key;
  char *key =
      nep_text_copy(nep_text_of(cursor->shelf.items[cursor->item - 1].key));
  if (!key)
    return nep_error_no_memory(error);
  bool is_limited = cursor->plan.limit_argument > 0;
  cursor->is_shelved = cursor->is_complete = false;
  cursor->n_ahead = 1;
  int rc = is_limited ? give_up(cursor, nep_text_of(key), error)
                      : fill_again(cursor, nep_text_of(key), error);
  while (n-- > 0 && rc == SQLITE_OK && !cursor->is_eof)
    rc = nep_join_next(cursor, error);
  sqlite3_free(key);
  return rc;
}

int nep_join_next(nep_cursor *cursor, nep_error *error)
{
  if (!cursor->is_shelved)
    return nep_cursor_vtab(cursor)->table->next(cursor, error);
  cursor->row++;
  int rc = show_item(cursor, error);
  if (rc == SQLITE_OK && cursor->is_eof && cursor->n_shown == cursor->per_key)
    return open_behind(cursor, error);
  cursor->n_shown++;
  return rc;
}

int nep_join_open(nep_cursor *cursor, nep_error *error)
{
  const nep_table *table = nep_cursor_vtab(cursor)->table;
  size_t clause = key_clause(&cursor->plan, &cursor->binding);
  bool has_key = clause < cursor->plan.n_clauses;
  note_steps(cursor, &cursor->binding);
  bool is_of_many = cursor->step_varies || cursor->is_repeated ||
                    (cursor->name_varies && !cursor->plan.is_of_definitions);
  if (!table->show || (!has_key && !is_of_many))
    return table->open(cursor, error);
  nep_text key = key_or_none(&cursor->plan, &cursor->binding, clause);
  if (key.size == 0) /* not told from no key at all */
    return table->open(cursor, error);
  int rc = has_key ? collect_keys(cursor, cursor->plan.clauses[clause].column,
                                  key, error)
                   : SQLITE_OK;
  if (rc != SQLITE_OK)
    return rc;
  cursor->key_clause = clause;
  rc = take_name(cursor, &cursor->binding, error);
  if (rc != SQLITE_OK)
    return rc;
  const nep_shelf *shelf = &cursor->shelf;
  if (!cursor->name ||
      !nep_dictionary_find(&shelf->names, nep_text_of(cursor->name)))
    nep_dictionary_dispose(&cursor->shelf.names);
  char *copy = nep_text_copy(key); /* the binding's goes */
  if (!copy)
    return nep_error_no_memory(error);
  bool is_ahead =
      nep_dictionary_find(&shelf->keys, key) &&
      (shelf->keys.n > 1 || shelf->names.n > 1 || keeps_one_key(cursor));
  rc = is_ahead ? open_ahead(cursor, nep_text_of(copy), error)
                : open_alone(cursor, nep_text_of(copy), error);
  sqlite3_free(copy);
  return rc;
}
