/* nql_eval.c: does a run match? Two-valued: a clause on what a run lacks, or
 * has with another type, is false, and its negation true. */
#include "nql_tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INDEXED_CHARACTERS = 1000 };

/* The bytes of the first thousand characters, which is all that is indexed. */
static size_t indexed_length(model_text text)
{
  size_t characters = 0;
  if (text.len <= INDEXED_CHARACTERS) {
    return text.len;
  }
  for (size_t i = 0; i < text.len; i++) {
    if (((unsigned char)text.data[i] & 0xc0) != 0x80 &&
        ++characters > INDEXED_CHARACTERS) {
      return i;
    }
  }
  return text.len;
}

static bool contains(const char *text, size_t len, model_text part)
{
  const char *at = text, *found;
  const char *end = text + len;
  if (part.len == 0) {
    return true;
  }
  while ((size_t)(end - at) >= part.len) {
    found = memchr(at, part.data[0], (size_t)(end - at) - part.len + 1);
    if (!found) {
      return false;
    }
    if (memcmp(found, part.data, part.len) == 0) {
      return true;
    }
    at = found + 1;
  }
  return false;
}

static bool compare_order(nql_op op, int order)
{
  switch (op) {
  case NQL_EQ:
    return order == 0;
  case NQL_NE:
    return order != 0;
  case NQL_LT:
    return order < 0;
  case NQL_LE:
    return order <= 0;
  case NQL_GT:
    return order > 0;
  case NQL_GE:
    return order >= 0;
  case NQL_CONTAINS:
  case NQL_MATCHES:
    break;
  }
  return false;
}

static bool compare_real(const nql_node *node, double value)
{
  if (isnan(value) || isnan(node->real)) {
    return false;
  }
  return compare_order(node->op, (value > node->real) - (value < node->real));
}

static bool compare_integer(const nql_node *node, int64_t value)
{
  if (!node->is_integer) {
    return compare_real(node, (double)value);
  }
  return compare_order(node->op,
                       (value > node->integer) - (value < node->integer));
}

/* Whole milliseconds against microseconds, without overflow. */
static bool compare_datetime(const nql_node *node, int64_t ms)
{
  int64_t floor_ms = node->integer / 1000, rest = node->integer % 1000;
  if (rest < 0) {
    rest += 1000;
    floor_ms--;
  }
  if (ms == floor_ms) {
    return compare_order(node->op, rest > 0 ? -1 : 0);
  }
  return compare_order(node->op, ms < floor_ms ? -1 : 1);
}

static bool compare_text(const nql_node *node, model_text text)
{
  size_t len = indexed_length(text);
  if (node->op == NQL_MATCHES) {
    return srv_regex_search(node->regex, text.data, len);
  }
  if (node->op == NQL_CONTAINS) {
    return contains(text.data, len, node->text);
  }
  return (len == node->text.len && memcmp(text.data, node->text.data, len) == 0)
             ? node->op == NQL_EQ
             : node->op == NQL_NE;
}

static bool compare_series(const nql_node *node, const model_summary *series)
{
  if (node->aggregate == NQL_NO_AGGREGATE || node->aggregate == NQL_LAST) {
    return series->points > 0 && compare_real(node, series->last);
  }
  if (series->finite == 0) {
    return false;
  }
  switch (node->aggregate) {
  case NQL_MIN:
    return compare_real(node, series->min);
  case NQL_MAX:
    return compare_real(node, series->max);
  case NQL_AVERAGE:
    return compare_real(node, series->average);
  case NQL_VARIANCE:
    return compare_real(node, series->variance);
  case NQL_NO_AGGREGATE:
  case NQL_LAST:
    break;
  }
  return false;
}

static bool compare_set(const nql_node *node, const model_value *value)
{
  for (size_t i = 0; i < value->as.set.count; i++) {
    const model_text *item = &value->as.set.items[i];
    if (item->len == node->text.len &&
        memcmp(item->data, node->text.data, item->len) == 0) {
      return true;
    }
  }
  return false;
}

static bool compare(const nql_node *node, const model_value *value)
{
  switch (value->type) {
  case MODEL_FLOAT:
    return compare_real(node, value->as.real);
  case MODEL_INT:
    return compare_integer(node, value->as.integer);
  case MODEL_BOOL:
    return (value->as.integer == node->integer) == (node->op == NQL_EQ);
  case MODEL_DATETIME:
    return compare_datetime(node, value->as.integer);
  case MODEL_STRING:
  case MODEL_EXPERIMENT_STATE:
    return compare_text(node, value->as.text);
  case MODEL_FLOAT_SERIES:
    return compare_series(node, &value->as.series);
  case MODEL_STRING_SET:
    return compare_set(node, value);
  case MODEL_STRING_SERIES:
    return value->as.series.points > 0 &&
           compare_text(node, value->as.series.last_object->text);
  case MODEL_FILE:
  case MODEL_FILE_SERIES:
  case MODEL_HISTOGRAM_SERIES:
  case MODEL_COMPLEX:
  case MODEL_GIT_REF:
  case MODEL_ARTIFACT:
  case MODEL_TYPES:
    break;
  }
  return false;
}

/* Some order, the quickest: the shorter first. */
static int compare_texts(const void *x, const void *y)
{
  const model_text *a = x, *b = y;
  if (a->len != b->len) {
    return a->len < b->len ? -1 : 1;
  }
  return memcmp(a->data, b->data, a->len);
}

static bool is_among(const nql_node *node, model_text text)
{
  text.len = indexed_length(text);
  return bsearch(&text, node->texts, node->n_texts, sizeof text,
                 compare_texts) != NULL;
}

static bool is_text_equality(const nql_node *node)
{
  return node->kind == NQL_COMPARE && node->op == NQL_EQ &&
         node->type == MODEL_STRING && node->def != MODEL_NO_DEF;
}

bool nql_gather(nql_node *any, srv_arena *arena)
{
  nql_node *first = any->child, **link;
  size_t most = 0;
  while (first && !is_text_equality(first)) {
    first = first->next;
  }
  for (const nql_node *node = first; node; node = node->next) {
    most++;
  }
  if (most < 2) {
    return true;
  }
  first->texts = srv_arena_array(arena, most, sizeof *first->texts);
  if (!first->texts) {
    return false;
  }
  first->kind = NQL_AMONG;
  first->texts[first->n_texts++] = first->text;
  for (link = &first->next; *link;) {
    if (is_text_equality(*link) && (*link)->def == first->def) {
      first->texts[first->n_texts++] = (*link)->text;
      *link = (*link)->next;
    } else {
      link = &(*link)->next;
    }
  }
  qsort(first->texts, first->n_texts, sizeof *first->texts, compare_texts);
  return true;
}

static bool matches(const nql_node *node, nql_lookup lookup, void *context)
{
  model_value value;
  const nql_node *child;
  switch (node->kind) {
  case NQL_ALL:
    return true;
  case NQL_OR:
    for (child = node->child; child; child = child->next) {
      if (matches(child, lookup, context)) {
        return true;
      }
    }
    return false;
  case NQL_AND:
    for (child = node->child; child; child = child->next) {
      if (!matches(child, lookup, context)) {
        return false;
      }
    }
    return true;
  case NQL_NOT:
    return !matches(node->child, lookup, context);
  case NQL_EXISTS:
    return node->def != MODEL_NO_DEF && lookup(context, node->def, &value);
  case NQL_COMPARE:
    return node->def != MODEL_NO_DEF && lookup(context, node->def, &value) &&
           compare(node, &value);
  case NQL_AMONG:
    return lookup(context, node->def, &value) && is_among(node, value.as.text);
  }
  return false;
}

bool nql_query_matches(const nql_query *query, nql_lookup lookup, void *context)
{
  return matches(query->root, lookup, context);
}
