/* search.h: filters, sorts and pages the runs of one or more projects. */
#ifndef SRV_SEARCH_H
#define SRV_SEARCH_H

#include "base.h"
#include "model.h"

typedef enum search_aggregate {
  SEARCH_LAST,
  SEARCH_MIN,
  SEARCH_MAX,
  SEARCH_AVERAGE,
  SEARCH_VARIANCE
} search_aggregate;

/* What is searched for and how it is ordered. Runs that lack the sort
 * attribute, or have NaN, come last; equal ones in the order of arrival, or
 * its reverse where the order descends. */
typedef struct search_query {
  const model_project *const *projects;
  size_t n_projects;
  bool heads_only;
  const char *nql;
  const char *sort_path;
  bool has_sort_type; /* else: the type that the project has for the path */
  model_type sort_type;
  search_aggregate aggregate; /* of a float series */
  bool descending;
} search_query;

typedef struct search_ref {
  uint32_t project; /* index into the query's projects */
  uint32_t run;
} search_ref;

typedef struct search_result search_result;
typedef struct search_cache search_cache;

/* Results of the last searches, so that paging does not search again. */
search_cache *search_cache_new(void);
void search_cache_free(search_cache *cache);

/* Finds, from the cache or anew. NULL and *err (400 for a bad query). The
 * result is borrowed until search_result_release. Safe from many threads. */
search_result *search_find(search_cache *cache, const search_query *query,
                           srv_error *err);
void search_result_release(search_cache *cache, search_result *result);

size_t search_result_count(const search_result *result);
search_ref search_result_at(const search_result *result, size_t i);

#endif
