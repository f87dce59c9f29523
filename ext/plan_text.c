/* A plan as text and back: the grammar stands in plan.h. */
#include "plan.h"

#include <string.h>

/* ---- printing ---- */

static bool is_plain(const char *label)
{
  size_t length = strspn(label, "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.-");
  return length > 0 && label[length] == '\0';
}

static void print_label(sqlite3_str *out, const char *label)
{
  sqlite3_str_appendf(out, is_plain(label) ? "%s" : "\"%w\"", label);
}

static void print_argument(sqlite3_str *out, const nep_clause *clause)
{
  if (!clause->argument)
    return;
  sqlite3_str_appendf(out, "?%d", clause->argument);
  if (clause->literal)
    sqlite3_str_appendf(out, "={%s}", clause->literal);
}

static bool is_nql_term(const nep_column *column)
{
  return column->operand || column->kind == NEP_KIND_NQL;
}

/* A column with a twin is known by its name. */
static void print_name_of_twin(sqlite3_str *out, const nep_column *column)
{
  if (!column->is_twin)
    return;
  sqlite3_str_appendall(out, " AS ");
  print_label(out, column->name);
}

static void print_operand(sqlite3_str *out, const nep_column *column, nep_op op)
{
  sqlite3_str_appendall(out, column->operand);
  print_name_of_twin(out, column);
  sqlite3_str_appendf(out, " %s%s",
                      op == NEP_OP_REGEXP ? "MATCHES"
                      : op == NEP_OP_HAS  ? "CONTAINS"
                                          : nep_op_text(op),
                      nep_op_has_value(op) ? " " : "");
}

static void print_term(sqlite3_str *out, const nep_column *column,
                       const nep_clause *clause)
{
  sqlite3_str_appendall(out, "(");
  if (column->operand)
    print_operand(out, column, clause->op);
  else if (clause->op == NEP_OP_IS)
    sqlite3_str_appendall(out, "IS ");
  print_argument(out, clause);
  sqlite3_str_appendall(out, clause->verdict == NEP_SUPERSET ? ")~" : ")");
}

static void print_clauses(sqlite3_str *out, const nep_plan *plan)
{
  const char *separator = " nql ";
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_clause *clause = &plan->clauses[i];
    const nep_column *column = &plan->schema->columns[clause->column];
    if (!is_nql_term(column))
      continue;
    sqlite3_str_appendall(out, separator);
    print_term(out, column, clause);
    separator = " AND ";
  }
  for (size_t i = 0; i < plan->n_clauses; i++) {
    const nep_clause *clause = &plan->clauses[i];
    const nep_column *column = &plan->schema->columns[clause->column];
    if (is_nql_term(column))
      continue;
    sqlite3_str_appendf(out, " | %s %s ", column->name,
                        nep_op_text(clause->op));
    print_argument(out, clause);
    if (clause->verdict == NEP_SUPERSET)
      sqlite3_str_appendall(out, "~");
  }
}

/* Operators as SQL spells them; also what a plan may name as local. */
static const struct {
  int op;
  const char *text;
} sqlite_ops[] = {
    {SQLITE_INDEX_CONSTRAINT_EQ, "="},
    {SQLITE_INDEX_CONSTRAINT_NE, "<>"}, /* before its beginning, "<" */
    {SQLITE_INDEX_CONSTRAINT_LE, "<="},
    {SQLITE_INDEX_CONSTRAINT_LT, "<"},
    {SQLITE_INDEX_CONSTRAINT_GE, ">="},
    {SQLITE_INDEX_CONSTRAINT_GT, ">"},
    {SQLITE_INDEX_CONSTRAINT_MATCH, "MATCH"},
    {SQLITE_INDEX_CONSTRAINT_LIKE, "LIKE"},
    {SQLITE_INDEX_CONSTRAINT_GLOB, "GLOB"},
    {SQLITE_INDEX_CONSTRAINT_REGEXP, "REGEXP"},
    {SQLITE_INDEX_CONSTRAINT_ISNOTNULL, "IS NOT NULL"},
    {SQLITE_INDEX_CONSTRAINT_ISNOT, "IS NOT"},
    {SQLITE_INDEX_CONSTRAINT_ISNULL, "IS NULL"},
    {SQLITE_INDEX_CONSTRAINT_IS, "IS"},
    {NEP_CONSTRAINT_CONTAINS, "CONTAINS"},
    {NEP_CONSTRAINT_HAS, "HAS"},
    {NEP_CONSTRAINT_HAS + 1, "FUNCTION"},
};

static const char *sqlite_op_text(int op)
{
  for (size_t i = 0; i < NEP_COUNT(sqlite_ops); i++) {
    if (sqlite_ops[i].op == op)
      return sqlite_ops[i].text;
  }
  return "FUNCTION"; /* every number above it is a function's */
}

static void print_locals(sqlite3_str *out, const nep_plan *plan)
{
  for (size_t i = 0; i < plan->n_locals; i++) {
    const nep_local *local = &plan->locals[i];
    sqlite3_str_appendall(out, i ? ", " : " | local ");
    bool is_column =
        local->column >= 0 && (size_t)local->column < plan->schema->n_columns;
    print_label(out, is_column ? plan->schema->columns[local->column].name
                               : "rowid");
    if (local->collation) {
      sqlite3_str_appendall(out, " ");
      print_label(out, local->collation);
    }
    sqlite3_str_appendf(out, " %s", sqlite_op_text(local->sqlite_op));
  }
}

static void print_order(sqlite3_str *out, const nep_plan *plan)
{
  if (!plan->has_order)
    return;
  const nep_column *column = &plan->schema->columns[plan->order_column];
  sqlite3_str_appendall(out, " | order ");
  print_label(out, nep_schema_label(column));
  print_name_of_twin(out, column);
  if (plan->is_descending)
    sqlite3_str_appendall(out, " desc");
}

char *nep_plan_print(const nep_plan *plan)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  sqlite3_str_appendall(out, plan->schema->name);
  print_clauses(out, plan);
  if (plan->is_of_definitions)
    sqlite3_str_appendall(out, " | definitions");
  print_order(out, plan);
  if (plan->limit_argument) {
    sqlite3_str_appendf(out, " | page ?%d", plan->limit_argument);
    if (plan->offset_argument)
      sqlite3_str_appendf(out, " + ?%d", plan->offset_argument);
  }
  if (plan->is_count)
    sqlite3_str_appendall(out, " | count");
  const char *separator = " | columns ";
  for (size_t i = 0; i < plan->schema->n_columns; i++) {
    if (!plan->is_used[i])
      continue;
    sqlite3_str_appendall(out, separator);
    print_label(out, nep_schema_label(&plan->schema->columns[i]));
    print_name_of_twin(out, &plan->schema->columns[i]);
    separator = ", ";
  }
  print_locals(out, plan);
  return sqlite3_str_finish(out);
}

/* ---- parsing ---- */

typedef struct scanner {
  const char *at;
  const nep_table_schema *schema;
  char *label; /* owned; the last label read */
  bool is_out_of_memory;
} scanner;

static bool accept(scanner *in, const char *text)
{
  size_t length = strlen(text);
  if (strncmp(in->at, text, length) != 0)
    return false;
  in->at += length;
  return true;
}

/* False where there is none, and for 0: values are numbered from 1. */
static bool scan_number(scanner *in, int *number)
{
  const char *start = in->at;
  *number = 0;
  while (*in->at >= '0' && *in->at <= '9' && *number < 100000)
    *number = *number * 10 + (*in->at++ - '0');
  return in->at > start && *number > 0;
}

/* *copy becomes a copy of text, or NULL. */
static bool keep_text(scanner *in, nep_text text, char **copy)
{
  *copy = nep_text_copy(text);
  in->is_out_of_memory |= !*copy;
  return *copy != NULL;
}

/* Skips a quoted text that starts here, doubled quotes inside. */
static bool skip_quoted(scanner *in, char quote)
{
  for (in->at++; *in->at; in->at++) {
    if (*in->at != quote)
      continue;
    in->at++;
    if (*in->at != quote)
      return true;
  }
  return false;
}

static bool scan_argument(scanner *in, nep_clause *clause)
{
  if (!accept(in, "?") || !scan_number(in, &clause->argument))
    return false;
  if (!accept(in, "={"))
    return true;
  const char *start = in->at;
  if (*in->at == '\'') {
    if (!skip_quoted(in, '\''))
      return false;
  } else {
    in->at += strcspn(in->at, "}");
  }
  nep_text literal = {start, (size_t)(in->at - start)};
  return keep_text(in, literal, &clause->literal) && accept(in, "}");
}

/* "" stands for ". */
static void undouble(char *text)
{
  char *to = text;
  for (const char *from = text; *from; from++) {
    *to++ = *from;
    from += *from == '"';
  }
  *to = '\0';
}

/* in->label becomes the label; false where there is none or no memory. */
static bool scan_label(scanner *in)
{
  sqlite3_free(in->label);
  in->label = NULL;
  const char *start = in->at;
  if (*in->at != '"') {
    in->at += strcspn(in->at, " ,");
    nep_text plain = {start, (size_t)(in->at - start)};
    return plain.size > 0 && keep_text(in, plain, &in->label);
  }
  if (!skip_quoted(in, '"'))
    return false;
  nep_text quoted = {start + 1, (size_t)(in->at - start) - 2};
  if (!keep_text(in, quoted, &in->label))
    return false;
  undouble(in->label);
  return true;
}

/* The column whose name, or label, is in->label; -1: none. A twin is found by
** its name only. first is where to look first. */
static int column_named(const scanner *in, bool by_label, size_t first)
{
  size_t n = in->schema->n_columns;
  for (size_t i = 0; i < n; i++) {
    size_t at = (first + i) % n;
    const nep_column *column = &in->schema->columns[at];
    const char *name = by_label ? nep_schema_label(column) : column->name;
    if (!(by_label && column->is_twin) && strcmp(name, in->label) == 0)
      return (int)at;
  }
  return -1;
}

static bool scan_op(scanner *in, nep_op *op)
{
  static const nep_op longest_first[] = {
      NEP_OP_LE, NEP_OP_GE,       NEP_OP_LT,   NEP_OP_GT,       NEP_OP_EQ,
      NEP_OP_NE, NEP_OP_IN,       NEP_OP_LIKE, NEP_OP_GLOB,     NEP_OP_IS_NOT,
      NEP_OP_IS, NEP_OP_CONTAINS, NEP_OP_HAS,  NEP_OP_NOT_NULL, NEP_OP_IS_NULL};
  if (accept(in, "MATCHES ") || accept(in, "REGEXP ")) {
    *op = NEP_OP_REGEXP;
    return true;
  }
  for (size_t i = 0; i < NEP_COUNT(longest_first); i++) {
    *op = longest_first[i];
    if (accept(in, nep_op_text(*op)))
      return !nep_op_has_value(*op) || accept(in, " ");
  }
  return false;
}

/* The operand's column, which is a twin where its name follows. */
static bool scan_operand(scanner *in, nep_clause *clause)
{
  for (size_t i = 0; i < in->schema->n_columns; i++) {
    const nep_column *column = &in->schema->columns[i];
    const char *start = in->at;
    bool is_read = column->operand && accept(in, column->operand);
    if (is_read && column->is_twin)
      is_read = accept(in, " AS ") && scan_label(in) &&
                strcmp(in->label, column->name) == 0;
    if (is_read && accept(in, " ") && scan_op(in, &clause->op)) {
      clause->column = (int)i;
      if (column->kind == NEP_KIND_SET && clause->op == NEP_OP_CONTAINS)
        clause->op = NEP_OP_HAS;
      return true;
    }
    in->at = start; /* of another operand only the beginning */
  }
  return false;
}

static bool scan_term(scanner *in, nep_clause *clause)
{
  if (!accept(in, "("))
    return false;
  bool is_is = accept(in, "IS ");
  if (is_is || *in->at == '?') {
    clause->op = is_is ? NEP_OP_IS : NEP_OP_EQ;
    clause->column = -1;
    for (size_t i = 0; i < in->schema->n_columns; i++) {
      if (in->schema->columns[i].kind == NEP_KIND_NQL)
        clause->column = (int)i;
    }
    if (clause->column < 0)
      return false;
  } else if (!scan_operand(in, clause)) {
    return false;
  }
  return (!nep_op_has_value(clause->op) || scan_argument(in, clause)) &&
         accept(in, ")");
}

/* Settles the verdict of the clause just read and keeps it. */
static void keep_clause(scanner *in, nep_plan *plan)
{
  nep_clause *clause = &plan->clauses[plan->n_clauses++];
  clause->verdict = accept(in, "~") ? NEP_SUPERSET : NEP_EXACT;
  if (clause->argument > plan->n_arguments)
    plan->n_arguments = clause->argument;
}

static bool scan_section_clause(scanner *in, nep_plan *plan)
{
  nep_clause *clause = &plan->clauses[plan->n_clauses];
  if (!scan_label(in))
    return false;
  clause->column = column_named(in, false, 0);
  if (clause->column < 0 || !accept(in, " ") || !scan_op(in, &clause->op) ||
      !nep_op_has_value(clause->op) || !scan_argument(in, clause)) {
    sqlite3_free(clause->literal);
    clause->literal = NULL;
    return false;
  }
  keep_clause(in, plan);
  return true;
}

static bool scan_page(scanner *in, nep_plan *plan)
{
  if (!accept(in, "?") || !scan_number(in, &plan->limit_argument))
    return false;
  if (accept(in, " + ?") && !scan_number(in, &plan->offset_argument))
    return false;
  int last = plan->limit_argument > plan->offset_argument
                 ? plan->limit_argument
                 : plan->offset_argument;
  if (last > plan->n_arguments)
    plan->n_arguments = last;
  return true;
}

/* A column by its label, a twin by its name; looks from first on, first. */
static bool scan_column(scanner *in, size_t first, int *column)
{
  if (!scan_label(in))
    return false;
  bool is_twin = accept(in, " AS ");
  if (is_twin && !scan_label(in))
    return false;
  *column = column_named(in, !is_twin, first);
  return *column >= 0 && in->schema->columns[*column].is_twin == is_twin;
}

static bool is_end_of_section(const char *at)
{
  return *at == '\0' || strncmp(at, " | ", 3) == 0;
}

static bool scan_count(scanner *in, nep_plan *plan)
{
  plan->is_count = is_end_of_section(in->at);
  return plan->is_count;
}

static bool scan_columns(scanner *in, nep_plan *plan)
{
  int column = -1; /* they come in order */
  do {
    if (!scan_column(in, (size_t)(column + 1), &column))
      return false;
    plan->is_used[column] = true;
  } while (accept(in, ", "));
  return true;
}

static bool scan_order(scanner *in, nep_plan *plan)
{
  plan->has_order = true;
  if (!scan_column(in, 0, &plan->order_column))
    return false;
  plan->is_descending = accept(in, " desc");
  return true;
}

static bool is_end_of_local(const char *at)
{
  return is_end_of_section(at) || strncmp(at, ", ", 2) == 0;
}

/* The operator that ends a local; a collation may begin or be named alike. */
static bool scan_sqlite_op(scanner *in, nep_local *local)
{
  const char *start = in->at;
  for (size_t i = 0; i < NEP_COUNT(sqlite_ops); i++) {
    if (accept(in, sqlite_ops[i].text) && is_end_of_local(in->at)) {
      local->sqlite_op = sqlite_ops[i].op;
      return true;
    }
    in->at = start;
  }
  return false;
}

static bool scan_locals(scanner *in, nep_plan *plan)
{
  do {
    nep_local *local = &plan->locals[plan->n_locals];
    if (!scan_label(in) || !accept(in, " "))
      return false;
    local->column = column_named(in, false, 0);
    plan->n_locals++;
    if (scan_sqlite_op(in, local))
      continue;
    if (!scan_label(in) || !accept(in, " ") || !scan_sqlite_op(in, local))
      return false;
    local->collation = in->label;
    in->label = NULL;
  } while (accept(in, ", "));
  return true;
}

static bool scan_terms(scanner *in, nep_plan *plan)
{
  if (!accept(in, " nql "))
    return true;
  do {
    nep_clause *clause = &plan->clauses[plan->n_clauses];
    if (!scan_term(in, clause)) {
      sqlite3_free(clause->literal);
      clause->literal = NULL;
      return false;
    }
    keep_clause(in, plan);
  } while (accept(in, " AND "));
  return true;
}

static bool scan_definitions(const scanner *in, nep_plan *plan)
{
  plan->is_of_definitions = true;
  return strcmp(in->schema->name, nep_schema_attributes.name) == 0;
}

static bool scan_plan(scanner *in, nep_plan *plan)
{
  if (!accept(in, plan->schema->name) || !scan_terms(in, plan))
    return false;
  while (accept(in, " | ")) {
    bool is_read = accept(in, "definitions") ? scan_definitions(in, plan)
                   : accept(in, "order ")    ? scan_order(in, plan)
                   : accept(in, "page ")     ? scan_page(in, plan)
                   : accept(in, "count")     ? scan_count(in, plan)
                   : accept(in, "columns ")  ? scan_columns(in, plan)
                   : accept(in, "local ")    ? scan_locals(in, plan)
                                             : scan_section_clause(in, plan);
    if (!is_read)
      return false;
  }
  return *in->at == '\0';
}

/* More of them than any plan in text can hold: each takes a separator. */
static size_t count_parts(const char *text)
{
  size_t n = 2;
  for (; *text; text++)
    n += *text == '|' || *text == ',' || *text == '(';
  return n;
}

int nep_plan_parse(nep_plan *plan, const nep_table_schema *schema,
                   const char *text, nep_error *error)
{
  *plan = (nep_plan){.schema = schema};
  sqlite3_uint64 n = count_parts(text);
  plan->clauses = sqlite3_malloc64(n * sizeof(nep_clause));
  plan->locals = sqlite3_malloc64(n * sizeof(nep_local));
  plan->is_used = sqlite3_malloc64(schema->n_columns * sizeof(bool) + 1);
  if (!plan->clauses || !plan->locals || !plan->is_used)
    return nep_error_no_memory(error);
  memset(plan->clauses, 0, n * sizeof(nep_clause));
  memset(plan->locals, 0, n * sizeof(nep_local));
  memset(plan->is_used, 0, schema->n_columns * sizeof(bool));
  scanner in = {.at = text, .schema = schema};
  bool is_read = scan_plan(&in, plan);
  sqlite3_free(in.label);
  if (in.is_out_of_memory)
    return nep_error_no_memory(error);
  if (!is_read)
    return nep_error_set(error, SQLITE_CORRUPT,
                         "cannot read the plan of %s at \"%.40s\"",
                         schema->name, in.at);
  return SQLITE_OK;
}
