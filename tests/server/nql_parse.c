/* nql_parse.c: recursive descent, one function per rule of the grammar:
 *   query := or;  or := and {OR and};  and := not {AND not}
 *   not := NOT not | ( or ) | clause
 *   clause := operand op value | operand [NOT] EXISTS
 *   operand := attr | func ( attr );  attr := name [: type] */
#include "nql_tree.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 300 }; /* LIMIT: deeper nesting is refused */

typedef struct parser {
  const char *start;
  const char *at;
  const char *end;
  int depth;
  const nql_schema *schema;
  nql_query *query;
  srv_error *err;
} parser;

typedef struct operand {
  model_text path;
  bool has_type;
  model_type type;
  nql_aggregate aggregate;
} operand;

static const char *const aggregate_names[] = {[NQL_LAST] = "last",
                                              [NQL_MIN] = "min",
                                              [NQL_MAX] = "max",
                                              [NQL_AVERAGE] = "average",
                                              [NQL_VARIANCE] = "variance"};

static bool fail(parser *p, const char *message)
{
  return srv_error_set(p->err, 400, "INVALID_QUERY",
                       "bad query at character %d: %s",
                       (int)(p->at - p->start) + 1, message);
}

static bool is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(parser *p)
{
  while (p->at < p->end && is_space(*p->at)) {
    p->at++;
  }
}

/* Takes c if it comes next. */
static bool take(parser *p, char c)
{
  skip_space(p);
  if (p->at < p->end && *p->at == c) {
    p->at++;
    return true;
  }
  return false;
}

/* The length of the bare word at p->at, which ends before any of stops. */
static size_t word_length(const parser *p, const char *stops)
{
  const char *c = p->at;
  while (c < p->end && !is_space(*c) && *c != 0 && !strchr(stops, *c)) {
    c++;
  }
  return (size_t)(c - p->at);
}

static const char operand_stops[] = "()\"`=<>!:";
static const char value_stops[] = "()\"`";

static bool next_is_word(parser *p, const char *word)
{
  size_t len = strlen(word);
  skip_space(p);
  return word_length(p, operand_stops) == len && memcmp(p->at, word, len) == 0;
}

static bool take_word(parser *p, const char *word)
{
  if (!next_is_word(p, word)) {
    return false;
  }
  p->at += strlen(word);
  return true;
}

static bool is_keyword(const char *word, size_t len)
{
  const char *const keywords[] = {"AND",    "OR",       "NOT",
                                  "EXISTS", "CONTAINS", "MATCHES"};
  for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
    if (strlen(keywords[i]) == len && memcmp(keywords[i], word, len) == 0) {
      return true;
    }
  }
  return false;
}

static bool copy_text(parser *p, const char *data, size_t len, model_text *text)
{
  text->data = srv_arena_copy(&p->query->arena, data, len);
  text->len = len;
  return text->data ? true : srv_error_nomem(p->err);
}

static bool parse_type(parser *p, operand *to)
{
  model_text name;
  size_t len;
  if (p->at >= p->end || *p->at != ':') {
    return true;
  }
  p->at++;
  len = word_length(p, operand_stops);
  if (!copy_text(p, p->at, len, &name)) {
    return false;
  }
  if (!model_type_from_api(name.data, &to->type)) {
    return fail(p, "unknown attribute type");
  }
  p->at += len;
  to->has_type = true;
  return true;
}

static bool parse_attr(parser *p, operand *to)
{
  const char *close;
  size_t len;
  skip_space(p);
  if (p->at < p->end && *p->at == '`') {
    close = memchr(p->at + 1, '`', (size_t)(p->end - p->at - 1));
    if (!close || close == p->at + 1) {
      return fail(p, close ? "empty attribute name" : "missing backquote");
    }
    if (!copy_text(p, p->at + 1, (size_t)(close - p->at - 1), &to->path)) {
      return false;
    }
    p->at = close + 1;
    return parse_type(p, to);
  }
  len = word_length(p, operand_stops);
  if (len == 0 || is_keyword(p->at, len)) {
    return fail(p, "an attribute name is expected");
  }
  if (!copy_text(p, p->at, len, &to->path)) {
    return false;
  }
  p->at += len;
  return parse_type(p, to);
}

static bool parse_operand(parser *p, operand *to)
{
  const char *before;
  skip_space(p);
  before = p->at;
  for (int i = NQL_LAST; i <= NQL_VARIANCE; i++) {
    if (take_word(p, aggregate_names[i])) {
      if (take(p, '(')) {
        to->aggregate = (nql_aggregate)i;
        return parse_attr(p, to) &&
               (take(p, ')') || fail(p, "missing ) after the attribute"));
      }
      p->at = before; /* an attribute of that name */
    }
  }
  return parse_attr(p, to);
}

static bool fits_aggregate(model_type type, nql_aggregate aggregate)
{
  switch (aggregate) {
  case NQL_NO_AGGREGATE:
    return true;
  case NQL_LAST:
    return type == MODEL_FLOAT_SERIES || type == MODEL_STRING_SERIES;
  case NQL_MIN:
  case NQL_MAX:
  case NQL_AVERAGE:
  case NQL_VARIANCE:
    return type == MODEL_FLOAT_SERIES;
  }
  return false;
}

/* Gives an operand without a type the only one that the project has for its
 * path; *known is false if it has none. */
static bool infer_type(parser *p, operand *of, bool *known)
{
  *known = false;
  for (int i = 0; i < MODEL_TYPES; i++) {
    model_type type = (model_type)i;
    if (!fits_aggregate(type, of->aggregate) ||
        p->schema->find(p->schema->context, of->path.data, of->path.len,
                        type) == MODEL_NO_DEF) {
      continue;
    }
    if (*known) {
      return fail(p, "the attribute has several types, so name one: "
                     "`path`:type");
    }
    *known = true;
    of->type = type;
  }
  return true;
}

/* Moves the operand into the node. Without a type and unknown to the project
 * it becomes a node that matches nothing. */
static bool set_operand(parser *p, operand *from, nql_node *node, bool *known)
{
  *known = true;
  if (!from->has_type && !infer_type(p, from, known)) {
    return false;
  }
  node->def = MODEL_NO_DEF;
  if (!*known) {
    return true;
  }
  if (!fits_aggregate(from->type, from->aggregate)) {
    return fail(p, "this type has no such aggregate");
  }
  node->type = from->type;
  node->aggregate = from->aggregate;
  node->def = p->schema->find(p->schema->context, from->path.data,
                              from->path.len, from->type);
  return true;
}

static bool parse_op(parser *p, nql_op *op)
{
  const struct {
    const char *sign;
    nql_op op;
  } signs[] = {{"==", NQL_EQ}, {"=", NQL_EQ},  {"!=", NQL_NE}, {"<=", NQL_LE},
               {"<", NQL_LT},  {">=", NQL_GE}, {">", NQL_GT}};
  skip_space(p);
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
    size_t len = strlen(signs[i].sign);
    if ((size_t)(p->end - p->at) >= len &&
        memcmp(p->at, signs[i].sign, len) == 0) {
      p->at += len;
      *op = signs[i].op;
      return true;
    }
  }
  if (take_word(p, "CONTAINS")) {
    *op = NQL_CONTAINS;
    return true;
  }
  if (take_word(p, "MATCHES")) {
    *op = NQL_MATCHES;
    return true;
  }
  return fail(p, "an operator is expected");
}

/* "…" with \\ and \" escaped; a backslash before anything else stands for
 * itself. */
static bool parse_quoted(parser *p, model_text *value)
{
  const char *c = p->at + 1;
  char *copy = srv_arena_alloc(&p->query->arena, (size_t)(p->end - p->at) + 1);
  size_t len = 0;
  if (!copy) {
    return srv_error_nomem(p->err);
  }
  for (; c < p->end && *c != '"'; c++) {
    if (*c == '\\' && c + 1 < p->end && (c[1] == '\\' || c[1] == '"')) {
      c++;
    }
    copy[len++] = *c;
  }
  if (c >= p->end) {
    return fail(p, "missing closing quote");
  }
  copy[len] = 0;
  *value = (model_text){.data = copy, .len = len};
  p->at = c + 1;
  return true;
}

static bool parse_value(parser *p, model_text *value)
{
  size_t len;
  skip_space(p);
  if (p->at < p->end && *p->at == '"') {
    return parse_quoted(p, value);
  }
  len = word_length(p, value_stops);
  if (len == 0 || is_keyword(p->at, len)) {
    return fail(p, "a value is expected");
  }
  if (!copy_text(p, p->at, len, value)) {
    return false;
  }
  p->at += len;
  return true;
}

static bool equals_ignoring_case(const char *text, const char *lower)
{
  for (; *text && *lower; text++, lower++) {
    char c = *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;
    if (c != *lower) {
      return false;
    }
  }
  return *text == 0 && *lower == 0;
}

static bool set_number(parser *p, nql_node *node, const operand *of)
{
  node->is_integer = srv_parse_int64(node->text.data, &node->integer);
  if (srv_parse_double(node->text.data, &node->real)) {
    return true;
  }
  if (strcmp(of->path.data, "sys/size") == 0 &&
      nql_size_parse(node->text.data, &node->real)) {
    return true;
  }
  return fail(p, "a number is expected");
}

static bool set_bool(parser *p, nql_node *node)
{
  bool yes = equals_ignoring_case(node->text.data, "true");
  if (!yes && !equals_ignoring_case(node->text.data, "false")) {
    return fail(p, "True or False is expected");
  }
  node->integer = yes;
  return true;
}

static bool set_datetime(parser *p, nql_node *node)
{
  bool relative;
  if (!nql_datetime_parse(node->text.data, p->schema->now_ms, &node->integer,
                          &relative)) {
    return fail(p, "a time is expected, such as 2024-02-06T05:00:00Z or -2h");
  }
  p->query->relative = p->query->relative || relative;
  return true;
}

/* active and inactive; the older client says running and idle. */
static bool set_state(parser *p, nql_node *node)
{
  const char *text = node->text.data;
  if (equals_ignoring_case(text, "active") ||
      equals_ignoring_case(text, "running")) {
    return copy_text(p, "active", strlen("active"), &node->text);
  }
  if (equals_ignoring_case(text, "inactive") ||
      equals_ignoring_case(text, "idle")) {
    return copy_text(p, "inactive", strlen("inactive"), &node->text);
  }
  return fail(p, "active or inactive is expected");
}

static bool set_regex(parser *p, nql_node *node)
{
  nql_query *query = p->query;
  char message[256] = "";
  srv_regex **regexes =
      srv_array_grow(query->regexes, &query->cap_regexes, query->n_regexes + 1,
                     sizeof(srv_regex *));
  if (!regexes) {
    return srv_error_nomem(p->err);
  }
  query->regexes = regexes;
  node->regex =
      srv_regex_new(node->text.data, node->text.len, message, sizeof message);
  if (!node->regex) {
    if (!message[0]) {
      return srv_error_nomem(p->err);
    }
    return srv_error_set(p->err, 400, "INVALID_QUERY",
                         "bad regular expression: %s", message);
  }
  query->regexes[query->n_regexes++] = node->regex;
  return true;
}

enum {
  EQUALITY = 1 << NQL_EQ | 1 << NQL_NE,
  ORDER = EQUALITY | 1 << NQL_LT | 1 << NQL_LE | 1 << NQL_GT | 1 << NQL_GE,
  TEXT = EQUALITY | 1 << NQL_CONTAINS | 1 << NQL_MATCHES
};

/* The operators that a type knows. */
static const int operators[MODEL_TYPES] = {
    [MODEL_FLOAT] = ORDER,
    [MODEL_INT] = ORDER,
    [MODEL_STRING] = TEXT,
    [MODEL_BOOL] = EQUALITY,
    [MODEL_DATETIME] = ORDER,
    [MODEL_FLOAT_SERIES] = ORDER,
    [MODEL_STRING_SERIES] = TEXT,
    [MODEL_STRING_SET] = 1 << NQL_CONTAINS,
    [MODEL_EXPERIMENT_STATE] = EQUALITY,
    [MODEL_ARTIFACT] = EQUALITY,
};

static bool set_value(parser *p, nql_node *node, const operand *of)
{
  if (!(operators[node->type] & 1 << node->op)) {
    return fail(p, "the attribute's type does not know this operator");
  }
  if (node->op == NQL_MATCHES) {
    return set_regex(p, node);
  }
  switch (node->type) {
  case MODEL_FLOAT:
  case MODEL_INT:
  case MODEL_FLOAT_SERIES:
    return set_number(p, node, of);
  case MODEL_BOOL:
    return set_bool(p, node);
  case MODEL_DATETIME:
    return set_datetime(p, node);
  case MODEL_EXPERIMENT_STATE:
    return set_state(p, node);
  case MODEL_STRING:
  case MODEL_STRING_SERIES:
  case MODEL_STRING_SET:
  case MODEL_FILE:
  case MODEL_FILE_SERIES:
  case MODEL_HISTOGRAM_SERIES:
  case MODEL_COMPLEX:
  case MODEL_GIT_REF:
  case MODEL_ARTIFACT:
  case MODEL_TYPES:
    return true;
  }
  return true;
}

static nql_node *new_node(parser *p, nql_kind kind)
{
  nql_node *node = srv_arena_alloc(&p->query->arena, sizeof *node);
  if (!node) {
    srv_error_nomem(p->err);
    return NULL;
  }
  node->kind = kind;
  return node;
}

static nql_node *negated(parser *p, bool negate, nql_node *node)
{
  nql_node *not_node;
  if (!negate || !node) {
    return node;
  }
  not_node = new_node(p, NQL_NOT);
  if (not_node) {
    not_node->child = node;
  }
  return not_node;
}

static nql_node *parse_exists(parser *p, operand *of, bool negate)
{
  nql_node *node = new_node(p, NQL_EXISTS);
  bool known;
  if (!node || !set_operand(p, of, node, &known)) {
    return NULL;
  }
  if (known && (node->type == MODEL_HISTOGRAM_SERIES ||
                node->type == MODEL_FILE_SERIES)) {
    fail(p, "EXISTS is not known for this type");
    return NULL;
  }
  return negated(p, negate, node);
}

static nql_node *parse_clause(parser *p)
{
  operand of = {.has_type = false};
  nql_node *node;
  bool negate, known;
  if (!parse_operand(p, &of)) {
    return NULL;
  }
  negate = take_word(p, "NOT");
  if (take_word(p, "EXISTS")) {
    return parse_exists(p, &of, negate);
  }
  node = new_node(p, NQL_COMPARE);
  if (!node || !parse_op(p, &node->op)) {
    return NULL;
  }
  if (negate && node->op != NQL_CONTAINS && node->op != NQL_MATCHES) {
    fail(p, "NOT goes before CONTAINS, MATCHES and EXISTS only");
    return NULL;
  }
  if (!parse_value(p, &node->text) || !set_operand(p, &of, node, &known) ||
      (known && !set_value(p, node, &of))) {
    return NULL;
  }
  return negated(p, negate, node);
}

static nql_node *parse_or(parser *p);

static nql_node *parse_not(parser *p)
{
  nql_node *node = NULL;
  if (p->depth >= MAX_DEPTH) {
    fail(p, "nested too deeply");
    return NULL;
  }
  p->depth++;
  if (take_word(p, "NOT")) {
    node = negated(p, true, parse_not(p));
  } else if (take(p, '(')) {
    node = parse_or(p);
    if (node && !take(p, ')')) {
      fail(p, "missing )");
      node = NULL;
    }
  } else {
    node = parse_clause(p);
  }
  p->depth--;
  return node;
}

/* item {keyword item} as one node with many children. */
static nql_node *parse_list(parser *p, nql_kind kind, const char *keyword,
                            nql_node *(*parse_item)(parser *))
{
  nql_node *first = parse_item(p), *last = first, *node;
  if (!first || !next_is_word(p, keyword)) {
    return first;
  }
  node = new_node(p, kind);
  if (!node) {
    return NULL;
  }
  node->child = first;
  while (take_word(p, keyword)) {
    last->next = parse_item(p);
    if (!last->next) {
      return NULL;
    }
    last = last->next;
  }
  return node;
}

static nql_node *parse_and(parser *p)
{
  return parse_list(p, NQL_AND, "AND", parse_not);
}

static nql_node *parse_or(parser *p)
{
  nql_node *node = parse_list(p, NQL_OR, "OR", parse_and);
  if (node && node->kind == NQL_OR && !nql_gather(node, &p->query->arena)) {
    srv_error_nomem(p->err);
    return NULL;
  }
  return node;
}

static bool parse_query(parser *p)
{
  skip_space(p);
  if (p->at == p->end) {
    p->query->root = new_node(p, NQL_ALL);
    return p->query->root != NULL;
  }
  p->query->root = parse_or(p);
  skip_space(p);
  if (p->query->root && p->at < p->end) {
    return fail(p, "AND, OR or the end is expected");
  }
  return p->query->root != NULL;
}

nql_query *nql_query_new(const char *text, size_t len, const nql_schema *schema,
                         srv_error *err)
{
  nql_query *query = srv_array_new(1, sizeof *query);
  parser p = {.start = text,
              .at = text,
              .end = text + len,
              .schema = schema,
              .query = query,
              .err = err};
  if (!query) {
    srv_error_nomem(err);
    return NULL;
  }
  srv_arena_init(&query->arena);
  if (!parse_query(&p)) {
    nql_query_free(query);
    return NULL;
  }
  return query;
}

void nql_query_free(nql_query *query)
{
  if (!query) {
    return;
  }
  for (size_t i = 0; i < query->n_regexes; i++) {
    srv_regex_free(query->regexes[i]);
  }
  free(query->regexes);
  srv_arena_dispose(&query->arena);
  free(query);
}

bool nql_query_is_empty(const nql_query *query)
{
  return query->root->kind == NQL_ALL;
}

bool nql_query_is_relative(const nql_query *query)
{
  return query->relative;
}
