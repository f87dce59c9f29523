/* nql_tree.h: the tree between nql_parse.c, which makes it, and nql_eval.c,
 * which walks it. Nobody else includes this. */
#ifndef SRV_NQL_TREE_H
#define SRV_NQL_TREE_H

#include "nql.h"
#include "regex.h"

typedef enum nql_kind {
  NQL_ALL, /* matches everything */
  NQL_OR,
  NQL_AND,
  NQL_NOT, /* one child */
  NQL_EXISTS,
  NQL_COMPARE,
  NQL_AMONG /* a string is one of texts */
} nql_kind;

typedef enum nql_op {
  NQL_EQ,
  NQL_NE,
  NQL_LT,
  NQL_LE,
  NQL_GT,
  NQL_GE,
  NQL_CONTAINS,
  NQL_MATCHES
} nql_op;

typedef enum nql_aggregate {
  NQL_NO_AGGREGATE, /* compares as last */
  NQL_LAST,
  NQL_MIN,
  NQL_MAX,
  NQL_AVERAGE,
  NQL_VARIANCE
} nql_aggregate;

typedef struct nql_node {
  nql_kind kind;
  struct nql_node *child; /* first of OR, AND, NOT */
  struct nql_node *next;  /* sibling */
  /* EXISTS, COMPARE, AMONG */
  uint32_t def; /* MODEL_NO_DEF: no run of the project has it */
  model_type type;
  nql_aggregate aggregate;
  nql_op op;
  double real;
  bool is_integer; /* integer holds the number exactly */
  int64_t integer; /* also bool, and datetime in microseconds */
  model_text text;
  model_text *texts; /* sorted; in the query's arena */
  size_t n_texts;
  srv_regex *regex; /* owned by the query */
} nql_node;

struct nql_query {
  nql_node *root;
  bool relative;
  srv_arena arena;     /* nodes and texts */
  srv_regex **regexes; /* owned */
  size_t n_regexes;
  size_t cap_regexes;
};

/* nql_eval.c: replaces the children of an OR that compare one string with many
 * texts by one NQL_AMONG, so that a list of thousands is searched, not walked,
 * for every run. False without memory. */
bool nql_gather(nql_node *any, srv_arena *arena);

#endif
