/* nql.h: the query language: text -> tree -> does a run match?
 * A query is parsed for one project, whose definitions give every operand a
 * number; evaluation asks for values by that number. */
#ifndef SRV_NQL_H
#define SRV_NQL_H

#include "base.h"
#include "model.h"

typedef struct nql_query nql_query;

/* What a query needs to know about a project. */
typedef struct nql_schema {
  const void *context;
  /* The number of (path, type), MODEL_NO_DEF if the project has it not. */
  uint32_t (*find)(const void *context, const char *path, size_t len,
                   model_type type);
  int64_t now_ms; /* what relative times count from */
} nql_schema;

/* Where values come from. False: this run lacks the definition. Texts need
 * to live only until the next call. */
typedef bool (*nql_lookup)(void *context, uint32_t def, model_value *value);

/* Parses text; the wholly empty one matches everything. NULL and *err (400,
 * with the place of the mistake) if it is not NQL, if an operator does not
 * fit its operand's type, or if an operand without a type is ambiguous. */
nql_query *nql_query_new(const char *text, size_t len, const nql_schema *schema,
                         srv_error *err);
void nql_query_free(nql_query *query);

/* Safe from many threads at once. */
bool nql_query_matches(const nql_query *query, nql_lookup lookup,
                       void *context);

bool nql_query_is_empty(const nql_query *query);

/* True if the result depends on the time of the call. */
bool nql_query_is_relative(const nql_query *query);

/* Text -> microseconds since 1970 UTC: ISO 8601 (no offset means UTC), or
 * relative to now_ms: -2h, -5d, -1M (s m h d w M y). */
bool nql_datetime_parse(const char *text, int64_t now_ms, int64_t *us,
                        bool *relative);

/* A number with a unit of bytes: 100MB, 50 MB. Units are powers of 1024. */
bool nql_size_parse(const char *text, double *bytes);

#endif
