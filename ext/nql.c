/*
** Prints NQL. Every value is quoted, every operand carries its type. A regular
** expression or a part of a text brings along what is longer than a server's
** index, so that SQLite can decide on the whole text.
*/
#include "nql.h"

#include <stdint.h>
#include <string.h>

#define LONG_TEXT "(?s)^.{1000}"

void nep_nql_append_string(sqlite3_str *out, nep_text text)
{
  sqlite3_str_appendchar(out, 1, '"');
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] == '"' || text.data[i] == '\\')
      sqlite3_str_appendchar(out, 1, '\\');
    sqlite3_str_appendchar(out, 1, text.data[i]);
  }
  sqlite3_str_appendchar(out, 1, '"');
}

static void print_time(sqlite3_str *out, sqlite3_int64 ms)
{
  char text[NEP_TIME_SIZE];
  nep_time_format(ms, text);
  sqlite3_str_appendf(out, "\"%.10sT%sZ\"", text, text + 11);
}

static void print_value(sqlite3_str *out, nep_kind kind, const nep_value *value)
{
  char number[NEP_NUMBER_SIZE];
  switch (kind) {
  case NEP_KIND_INT:
    sqlite3_str_appendf(out, "\"%lld\"", value->integer);
    break;
  case NEP_KIND_FLOAT:
  case NEP_KIND_SERIES:
    nep_number_format(value->real, number);
    sqlite3_str_appendf(out, "\"%s\"", number);
    break;
  case NEP_KIND_BOOL:
  case NEP_KIND_ARCHIVED:
    sqlite3_str_appendall(out, value->integer ? "\"True\"" : "\"False\"");
    break;
  case NEP_KIND_DATETIME:
    print_time(out, value->integer);
    break;
  case NEP_KIND_STRING:
  case NEP_KIND_STRING_SERIES:
  case NEP_KIND_STATE:
  case NEP_KIND_PLAIN:
  case NEP_KIND_SET:
  case NEP_KIND_FILE:
  case NEP_KIND_PROJECT:
  case NEP_KIND_NQL:
  case NEP_KIND_PATH:
  case NEP_KIND_TYPE:
  case NEP_KIND_VALUE:
  case NEP_KIND_STEP:
  case NEP_KIND_OPTION:
    nep_nql_append_string(out, (nep_text){value->text, value->size});
    break;
  }
}

static const char *nql_op(nep_op op)
{
  switch (op) {
  case NEP_OP_REGEXP:
    return "MATCHES";
  case NEP_OP_HAS:
    return "CONTAINS";
  case NEP_OP_IN:
  case NEP_OP_IS:
    return "=";
  case NEP_OP_NE:
  case NEP_OP_IS_NOT:
    return "!=";
  case NEP_OP_EQ:
  case NEP_OP_LT:
  case NEP_OP_LE:
  case NEP_OP_GT:
  case NEP_OP_GE:
  case NEP_OP_LIKE:
  case NEP_OP_GLOB:
  case NEP_OP_CONTAINS:
  case NEP_OP_IS_NULL:
  case NEP_OP_NOT_NULL:
  case NEP_OP_COUNT:
    break;
  }
  return nep_op_text(op);
}

/* May it find what lies behind the part of a text that a server indexes? */
static bool seeks_in_text(nep_op op)
{
  return op == NEP_OP_REGEXP || op == NEP_OP_CONTAINS;
}

/* One comparison, in parentheses. */
static void print_comparison(sqlite3_str *out, const nep_column *column,
                             nep_op op, const nep_value *value)
{
  sqlite3_str_appendf(out, "(%s %s ", column->operand, nql_op(op));
  print_value(out, column->kind, value);
  sqlite3_str_appendall(out, ")");
  if (column->kind == NEP_KIND_ARCHIVED) {
    sqlite3_str_appendf(out, " OR (`sys/trashed`:bool %s ", nql_op(op));
    print_value(out, column->kind, value);
    sqlite3_str_appendall(out, ")");
  } else if (seeks_in_text(op)) {
    sqlite3_str_appendf(out, " OR (%s MATCHES \"" LONG_TEXT "\")",
                        column->operand);
  } else if (op == NEP_OP_IS_NOT) {
    sqlite3_str_appendf(out, " OR (%s NOT EXISTS)", column->operand);
  }
}

static bool is_single(const nep_column *column, nep_op op, size_t n_values)
{
  return n_values == 1 && column->kind != NEP_KIND_ARCHIVED &&
         !seeks_in_text(op) && op != NEP_OP_IS_NOT;
}

/* Values [from, to) of a clause, ORed; stops after the one with which they take
** max_bytes. Returns where it stopped. */
static size_t print_clause(sqlite3_str *out, const nep_column *column,
                           const nep_bound *bound, size_t from, size_t to,
                           size_t max_bytes)
{
  if (!nep_op_has_value(bound->op)) {
    sqlite3_str_appendf(out, "(%s %s)", column->operand,
                        nep_op_text(bound->op));
    return to;
  }
  size_t start = (size_t)sqlite3_str_length(out);
  bool is_bare = is_single(column, bound->op, to - from);
  if (!is_bare)
    sqlite3_str_appendall(out, "(");
  size_t i = from;
  do {
    if (i > from)
      sqlite3_str_appendall(out, " OR ");
    print_comparison(out, column, bound->op, &bound->values[i]);
    i++;
  } while (i < to && (size_t)sqlite3_str_length(out) - start < max_bytes);
  if (!is_bare)
    sqlite3_str_appendall(out, ")");
  return i;
}

static void print_and(sqlite3_str *out)
{
  if (sqlite3_str_length(out) > 0)
    sqlite3_str_appendall(out, " AND ");
}

/* False where it would reach beyond the parentheses that it is put into. */
static bool is_closed(nep_text nql)
{
  char quote = '\0';
  size_t depth = 0;
  for (size_t i = 0; i < nql.size; i++) {
    char c = nql.data[i];
    if (quote) {
      i += quote == '"' && c == '\\';
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '`') {
      quote = c;
    } else if (c == '(') {
      depth++;
    } else if (c == ')' && depth-- == 0) {
      return false;
    }
  }
  return depth == 0 && !quote;
}

static void print_raw(sqlite3_str *out, const char *nql, nep_error *error)
{
  if (!nql || nql[strspn(nql, " \t\r\n")] == '\0')
    return; /* empty text means everything */
  if (!is_closed(nep_text_of(nql)))
    nep_error_set(
        error, SQLITE_ERROR,
        "a quote or a parenthesis is left open, or one is closed that "
        "is not open, in the NQL %.200s",
        nql);
  print_and(out);
  sqlite3_str_appendf(out, "(%s)", nql);
}

static bool is_run_condition(const nep_plan *plan, const nep_binding *binding,
                             size_t clause)
{
  return binding->clauses[clause].is_sent &&
         nep_binding_column(plan, binding, clause)->operand;
}

/* The clause with the most values, or SIZE_MAX where none has two. */
static size_t longest_list(const nep_plan *plan, const nep_binding *binding)
{
  size_t longest = SIZE_MAX, most = 1;
  for (size_t i = 0; i < plan->n_clauses; i++) {
    if (is_run_condition(plan, binding, i) &&
        binding->clauses[i].n_values > most) {
      most = binding->clauses[i].n_values;
      longest = i;
    }
  }
  return longest;
}

/* A whole clause; a list that takes more than most bytes is left to SQLite.
** Nothing else may be: where rows are counted, SQLite does not check. */
static void print_whole(sqlite3_str *out, const nep_column *column,
                        const nep_bound *bound, size_t most, nep_error *error)
{
  sqlite3_str *piece = sqlite3_str_new(NULL);
  size_t end = print_clause(piece, column, bound, 0, bound->n_values,
                            bound->n_values > 1 ? most + 1 : SIZE_MAX);
  bool fits =
      bound->n_values <= 1 ||
      (end == bound->n_values && (size_t)sqlite3_str_length(piece) <= most);
  char *text = sqlite3_str_finish(piece);
  if (!text) {
    nep_error_no_memory(error);
  } else if (fits) {
    print_and(out);
    sqlite3_str_appendall(out, text);
  }
  sqlite3_free(text);
}

/* The attribute of an operand, without the function around it. */
static nep_text attribute_of(const nep_column *column)
{
  nep_text text = nep_text_of(column->operand);
  const char *open = strchr(column->operand, '(');
  if (column->kind != NEP_KIND_SERIES || !open)
    return text;
  size_t before = (size_t)(open + 1 - text.data);
  return (nep_text){open + 1, text.size - before - 1};
}

/*
** The runs whose column is NULL, or the others. NaN is NULL and matches
** nothing; so is a time too late for its text. (One too early is sorted where
** the NULLs stand.) Servers do not agree on whether the negation of a condition
** holds for a run that lacks the attribute.
*/
static void print_part(sqlite3_str *out, const nep_column *column,
                       nep_part part)
{
  bool is_null = part == NEP_PART_NULL;
  if (part == NEP_PART_ALL)
    return; /* the order may be by a step, which is no attribute */
  nep_text attribute = attribute_of(column);
  print_and(out);
  if (column->kind == NEP_KIND_INT) {
    sqlite3_str_appendf(out, "(%s %s)", column->operand,
                        is_null ? "NOT EXISTS" : "EXISTS");
    return;
  }
  if (is_null)
    sqlite3_str_appendf(out, "((%.*s NOT EXISTS) OR ", (int)attribute.size,
                        attribute.data);
  if (column->kind == NEP_KIND_DATETIME) {
    sqlite3_str_appendf(out,
                        is_null ? "(NOT (%s <= " : "(%s <= ", column->operand);
    print_time(out, NEP_TIME_MAX);
    sqlite3_str_appendall(out, is_null ? ")))" : ")");
  } else {
    sqlite3_str_appendf(out,
                        is_null
                            ? "((NOT (%s <= \"0\")) AND (NOT (%s > \"0\"))))"
                            : "((%s <= \"0\") OR (%s > \"0\"))",
                        column->operand, column->operand);
  }
}

int nep_nql_print(const nep_plan *plan, const nep_binding *binding,
                  const char *fixed, nep_part part, size_t max_bytes,
                  size_t *position, char **nql, nep_error *error)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  size_t split = SIZE_MAX, half = max_bytes / 2, most = max_bytes;
  if (!plan->has_order || !plan->schema->columns[plan->order_column].operand) {
    /* else pieces would have to be merged */
    split = longest_list(plan, binding);
    most = half;
  }
  print_raw(out, fixed, error);
  print_part(out, &plan->schema->columns[plan->order_column], part);
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_bound *bound = &binding->clauses[i];
    const nep_column *column = nep_binding_column(plan, binding, i);
    if (column->kind == NEP_KIND_NQL && bound->is_sent && bound->n_values)
      print_raw(out, bound->values[0].text, error);
    if (i == split || !is_run_condition(plan, binding, i))
      continue;
    size_t length = (size_t)sqlite3_str_length(out);
    print_whole(out, column, bound, length < most ? most - length : 0, error);
  }
  size_t next = 0;
  if (split != SIZE_MAX) {
    const nep_bound *bound = &binding->clauses[split];
    print_and(out);
    size_t length = (size_t)sqlite3_str_length(out);
    next = print_clause(out, nep_binding_column(plan, binding, split), bound,
                        *position, bound->n_values,
                        length < half ? max_bytes - length : half);
    if (next == bound->n_values)
      next = 0;
  }
  *position = next;
  int rc = sqlite3_str_errcode(out);
  *nql = sqlite3_str_finish(out);
  if (error->code)
    return error->code;
  if (rc == SQLITE_TOOBIG)
    return nep_error_set(error, rc, "the query is too long for one request");
  return rc == SQLITE_OK ? SQLITE_OK : nep_error_no_memory(error);
}
