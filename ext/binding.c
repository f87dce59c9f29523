/*
** What becomes of the values of a scan. Nothing is sent that the server would
** compare otherwise than SQL.
*/
#include "binding.h"

#include "columns.h"
#include "like.h"

#include <math.h>
#include <string.h>

/* Texts of this many characters and more may be cut in a server's index. */
#define INDEXED_CHARACTERS 1000
/* Integers beyond this are not all doubles. */
#define EXACT_INTEGER (1LL << 53)

int nep_binding_init(nep_binding *binding, const nep_plan *plan,
                     nep_error *error)
{
  *binding = (nep_binding){0};
  sqlite3_uint64 size = plan->n_clauses * sizeof(nep_bound);
  binding->clauses = sqlite3_malloc64(size + 1);
  if (!binding->clauses)
    return nep_error_no_memory(error);
  memset(binding->clauses, 0, size);
  binding->n_clauses = plan->n_clauses;
  return SQLITE_OK;
}

int nep_binding_add(nep_binding *binding, size_t clause, nep_value *value,
                    nep_error *error)
{
  nep_bound *bound = &binding->clauses[clause];
  if (bound->n_values == bound->capacity) {
    nep_value *values = nep_array_grow(bound->values, &bound->capacity,
                                       sizeof(nep_value), error);
    if (!values) {
      nep_value_dispose(value);
      return error->code;
    }
    bound->values = values;
  }
  bound->values[bound->n_values++] = *value;
  *value = (nep_value){0};
  return SQLITE_OK;
}

void nep_binding_dispose(nep_binding *binding)
{
  for (size_t i = 0; i < binding->n_clauses; i++) {
    nep_bound *bound = &binding->clauses[i];
    for (size_t v = 0; v < bound->n_values; v++)
      nep_value_dispose(&bound->values[v]);
    sqlite3_free(bound->values);
  }
  sqlite3_free(binding->clauses);
  sqlite3_free((char *)binding->attribute.name);
  *binding = (nep_binding){0};
}

/* What becomes of one value. */
typedef enum fate {
  FATE_SEND,  /* as it is now */
  FATE_NEVER, /* no row can match it */
  FATE_LOCAL  /* it cannot be sent faithfully */
} fate;

/* value becomes regex, taken; NULL: no memory for it, SQLite decides. */
static fate take_regex(nep_op *op, nep_value *value, char *regex)
{
  if (!regex)
    return FATE_LOCAL;
  sqlite3_free(value->text);
  value->text = regex;
  value->size = strlen(regex);
  *op = NEP_OP_REGEXP;
  return FATE_SEND;
}

/* A pattern of SQL becomes a regular expression. */
static fate bind_pattern(nep_op *op, nep_value *value)
{
  nep_text text = {value->text, value->size};
  if (value->type != NEP_VALUE_TEXT || !nep_text_is_clean_utf8(text))
    return FATE_LOCAL;
  return take_regex(op, value,
                    *op == NEP_OP_LIKE ? nep_like_regex(text)
                                       : nep_like_regex_of_glob(text));
}

/* A part of a text, or a member of a set. What is no text, SQLite takes for
** one; what is empty or may be longer than what a server indexes is not sent. A
** part of a path becomes a regular expression. */
static fate bind_part(const nep_column *column, nep_op *op, nep_value *value)
{
  nep_text text = {value->text, value->size};
  if (value->type != NEP_VALUE_TEXT || !nep_text_is_clean_utf8(text) ||
      text.size == 0 || nep_text_length(text) >= INDEXED_CHARACTERS)
    return FATE_LOCAL;
  if (column->kind != NEP_KIND_PATH)
    return FATE_SEND;
  return take_regex(op, value, nep_like_regex_of_part(text));
}

static fate bind_text(const nep_column *column, nep_op op,
                      const nep_value *value)
{
  nep_text text = {value->text, value->size};
  if (value->type == NEP_VALUE_BLOB && op != NEP_OP_REGEXP)
    return FATE_NEVER;
  if (value->type != NEP_VALUE_TEXT || !nep_text_is_clean_utf8(text))
    return FATE_LOCAL;
  if (op == NEP_OP_REGEXP)
    return FATE_SEND;
  if ((column->kind == NEP_KIND_STRING ||
       column->kind == NEP_KIND_STRING_SERIES) &&
      nep_text_length(text) >= INDEXED_CHARACTERS)
    return FATE_LOCAL;
  if (column->kind == NEP_KIND_STATE && strcmp(value->text, "active") != 0 &&
      strcmp(value->text, "inactive") != 0)
    return FATE_LOCAL;
  return FATE_SEND;
}

static fate bind_number(nep_op op, nep_value *value)
{
  switch (value->type) {
  case NEP_VALUE_INTEGER:
    if (value->integer > EXACT_INTEGER || value->integer < -EXACT_INTEGER)
      return FATE_LOCAL;
    value->real = (double)value->integer;
    value->type = NEP_VALUE_REAL;
    return FATE_SEND;
  case NEP_VALUE_REAL:
    return isfinite(value->real) ? FATE_SEND : FATE_LOCAL;
  case NEP_VALUE_TEXT:
  case NEP_VALUE_BLOB:
    return op == NEP_OP_IN ? FATE_NEVER : FATE_LOCAL;
  case NEP_VALUE_NULL:
    return FATE_NEVER;
  }
  return FATE_LOCAL;
}

static bool is_order(nep_op op)
{
  return op == NEP_OP_LT || op == NEP_OP_LE || op == NEP_OP_GT ||
         op == NEP_OP_GE;
}

/* Sets *op and value to the comparison with an integer that parts the integers
** as SQL's comparison with value does. */
static fate bind_integer(nep_op *op, nep_value *value)
{
  fate number = bind_number(*op, value);
  if (number != FATE_SEND)
    return number;
  double floor_of = floor(value->real);
  if (fabs(floor_of) >= (double)EXACT_INTEGER)
    return FATE_LOCAL; /* a server that compares doubles would err */
  if (floor_of < value->real) {
    if (!is_order(*op))
      return FATE_NEVER;
    *op = *op == NEP_OP_LT || *op == NEP_OP_LE ? NEP_OP_LE : NEP_OP_GT;
  }
  value->integer = (sqlite3_int64)floor_of;
  value->type = NEP_VALUE_INTEGER;
  return FATE_SEND;
}

static fate bind_bool(nep_op op, nep_value *value)
{
  fate number = bind_number(op, value);
  if (number != FATE_SEND)
    return number;
  if (value->real != 0 && value->real != 1)
    return FATE_NEVER;
  value->integer = value->real == 1;
  value->type = NEP_VALUE_INTEGER;
  return FATE_SEND;
}

static bool is_ascii(nep_text text)
{
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] & 0x80)
      return false;
  }
  return true;
}

/* Times are texts in SQL: the text becomes the bound in ms that parts the
** times as the text does. May change *op. A database in UTF-16 orders other
** texts than ASCII by its own bytes. */
static fate bind_time(nep_op *op, nep_value *value)
{
  if (value->type != NEP_VALUE_TEXT)
    return *op == NEP_OP_IN ? FATE_NEVER : FATE_LOCAL;
  nep_text text = {value->text, value->size};
  sqlite3_int64 ms;
  bool equal;
  bool is_above = *op == NEP_OP_GT || *op == NEP_OP_GE;
  if (is_order(*op) && !is_ascii(text))
    return FATE_LOCAL;
  if (!nep_time_lower_bound(text, &ms, &equal))
    return is_above || *op == NEP_OP_EQ || *op == NEP_OP_IN ? FATE_NEVER
                                                            : FATE_LOCAL;
  if (!is_order(*op)) {
    if (!equal)
      return FATE_NEVER;
  } else if (ms == NEP_TIME_MIN && !equal) {
    return is_above ? FATE_LOCAL : FATE_NEVER;
  } else if (*op == NEP_OP_GT && !equal) {
    *op = NEP_OP_GE;
  } else if (*op == NEP_OP_LE && !equal) {
    *op = NEP_OP_LT;
  }
  value->integer = ms;
  value->type = NEP_VALUE_INTEGER;
  return FATE_SEND;
}

static fate bind_value(const nep_column *column, nep_op *op, nep_value *value)
{
  if (value->type == NEP_VALUE_NULL)
    return FATE_NEVER;
  if (*op == NEP_OP_LIKE || *op == NEP_OP_GLOB)
    return bind_pattern(op, value);
  if (*op == NEP_OP_CONTAINS || *op == NEP_OP_HAS)
    return bind_part(column, op, value);
  switch (column->kind) {
  case NEP_KIND_STRING:
  case NEP_KIND_STRING_SERIES:
  case NEP_KIND_STATE:
  case NEP_KIND_PROJECT:
  case NEP_KIND_NQL:
  case NEP_KIND_PATH:
  case NEP_KIND_TYPE:
    return bind_text(column, *op, value);
  case NEP_KIND_FLOAT:
  case NEP_KIND_SERIES:
  case NEP_KIND_STEP:
    return bind_number(*op, value);
  case NEP_KIND_INT:
    return bind_integer(op, value);
  case NEP_KIND_BOOL:
  case NEP_KIND_ARCHIVED:
    return bind_bool(*op, value);
  case NEP_KIND_DATETIME:
    return bind_time(op, value);
  case NEP_KIND_OPTION:
    return FATE_SEND;
  case NEP_KIND_PLAIN:
  case NEP_KIND_SET:
  case NEP_KIND_FILE:
  case NEP_KIND_VALUE:
    return FATE_LOCAL;
  }
  return FATE_LOCAL;
}

static void bind_clause(const nep_column *column, nep_op op, nep_bound *bound)
{
  bool is_null = bound->n_values && bound->values[0].type == NEP_VALUE_NULL;
  bool is_is = op == NEP_OP_IS || op == NEP_OP_IS_NOT;
  bool differs = op == NEP_OP_NE || op == NEP_OP_IS_NOT;
  bound->is_sent = !(is_is && is_null);
  bound->op = op == NEP_OP_IS ? NEP_OP_EQ : op;
  size_t kept = 0;
  for (size_t i = 0; i < bound->n_values; i++) {
    nep_value *value = &bound->values[i];
    switch (bind_value(column, &bound->op, value)) {
    case FATE_SEND:
      if (kept != i) {
        bound->values[kept] = *value;
        *value = (nep_value){0};
      }
      kept++;
      break;
    case FATE_NEVER: /* equal to it; but any may differ from it */
      bound->is_sent &= !differs || is_null;
      nep_value_dispose(value);
      break;
    case FATE_LOCAL:
      nep_value_dispose(value);
      bound->is_sent = false;
      break;
    }
  }
  bound->n_values = kept;
}

static void leave(nep_bound *bound)
{
  bound->is_sent = false;
  for (size_t i = 0; i < bound->n_values; i++)
    nep_value_dispose(&bound->values[i]);
  bound->n_values = 0;
}

static nep_kind kind_of(const nep_plan *plan, size_t clause)
{
  return plan->schema->columns[plan->clauses[clause].column].kind;
}

/* The text that a column of that kind must be equal to; none: data NULL. */
static nep_text single_text(const nep_plan *plan, const nep_binding *binding,
                            nep_kind kind)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_bound *bound = &binding->clauses[i];
    if (kind_of(plan, i) == kind && bound->is_sent && bound->n_values == 1 &&
        bound->op == NEP_OP_EQ)
      return (nep_text){bound->values[0].text, bound->values[0].size};
  }
  return (nep_text){NULL, 0};
}

/* Without memory it stays unknown: SQLite decides. */
static void take_attribute(const nep_plan *plan, nep_binding *binding)
{
  nep_error ignored = {0};
  nep_text path = single_text(plan, binding, NEP_KIND_PATH);
  nep_text type = single_text(plan, binding, NEP_KIND_TYPE);
  if (path.size && type.size)
    nep_columns_of_attribute(nep_type_from_sql_name(type), path.data,
                             &binding->attribute, &ignored);
  nep_error_clear(&ignored);
}

/* What no rule of the attribute's own type sends is left to SQLite. */
static bool is_left(const nep_plan *plan, const nep_binding *binding, size_t i)
{
  nep_op op = plan->clauses[i].op;
  if (binding->leaves_doubtful && nep_op_is_doubtful(op))
    return true;
  return kind_of(plan, i) == NEP_KIND_VALUE &&
         (!binding->attribute.operand ||
          !nep_schema_rule(binding->attribute.kind, op));
}

static void bind_clauses(const nep_plan *plan, nep_binding *binding,
                         bool are_of_values)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if ((kind_of(plan, i) == NEP_KIND_VALUE) != are_of_values)
      continue;
    if (is_left(plan, binding, i))
      leave(&binding->clauses[i]);
    else
      bind_clause(nep_binding_column(plan, binding, i), plan->clauses[i].op,
                  &binding->clauses[i]);
  }
}

void nep_binding_finish(const nep_plan *plan, nep_binding *binding)
{
  bind_clauses(plan, binding, false);
  take_attribute(plan, binding);
  bind_clauses(plan, binding, true);
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_clause *clause = &plan->clauses[i];
    const nep_bound *bound = &binding->clauses[i];
    if (bound->is_sent && bound->n_values == 0 && nep_op_has_value(clause->op))
      binding->is_empty = true;
    if (!bound->is_sent)
      binding->page_hint = 0; /* rows may be dropped after us */
  }
}

const nep_column *nep_binding_column(const nep_plan *plan,
                                     const nep_binding *binding, size_t clause)
{
  return kind_of(plan, clause) == NEP_KIND_VALUE
             ? &binding->attribute
             : &plan->schema->columns[plan->clauses[clause].column];
}

const nep_bound *nep_binding_find(const nep_plan *plan,
                                  const nep_binding *binding, int column)
{
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (plan->clauses[i].column == column && binding->clauses[i].is_sent)
      return &binding->clauses[i];
  }
  return NULL;
}
