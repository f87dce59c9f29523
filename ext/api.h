/*
** The server's endpoints as streams of items: one opener, one "next" and one
** closer each. The seam behind which another source of the same rows could
** stand. Takes strings, never a plan. All paging is here.
**
** Policy. One page is read where it lies while the next is under way. An item
** is a view that lasts until the next call on its stream. Every stream ends or
** fails: a page or token that repeats is an error, a row that comes twice over
** a page boundary (runs were added meanwhile) is given once. Errors name the
** project, the server and its words. 401 refreshes the access token once.
*/
#ifndef NEP_API_H
#define NEP_API_H

#include "auth.h"
#include "wire.h"

/* What a connection needs to ask a server; all borrowed. */
typedef struct nep_api {
  const nep_settings *settings;
  nep_http *http;
  nep_auth *auth;
} nep_api;

/* ---- runs and experiments (wire contract 2.1) ---- */

/* Texts are borrowed until the stream is closed. */
typedef struct nep_search_query {
  const char *project;      /* "ws/p"; NULL: all projects of the caller, whose
                               runs come with sys/id, sys/name and
                               sys/custom_run_id only */
  const char *nql;          /* NULL: every run */
  bool heads;               /* experiments only */
  const char *const *paths; /* projection, sys/id first; NULL where project is;
                               may exceed what one search may ask for */
  size_t n_paths;
  sqlite3_int64 rows_wanted; /* 0: all; else first pages are small, and no
                                page is asked for ahead of need */
  sqlite3_int64 page_limit;  /* 0: the page_size setting */
  sqlite3_int64 first_page;  /* 0: as the others, else at most so many runs */
  const char *sort_path;     /* NULL: the server's order, newest first */
  nep_type sort_type;
  const char *sort_aggregation; /* of a float series: last, min, …; or NULL */
  bool is_descending;
  bool counts; /* rows behind the first page are not fetched where the server's
                  count tells how many there are */
} nep_search_query;

typedef struct nep_search nep_search;

/* Starts the first request and returns without waiting for it. */
int nep_api_search_open(nep_api *api, const nep_search_query *query,
                        nep_search **search, nep_error *error);
/* Next run: SQLITE_ROW, SQLITE_DONE or an error. *entry is NULL for a run that
** is only counted. */
int nep_api_search_next(nep_search *search, const nep_entry **entry,
                        nep_error *error);
/* Fetches the run that next() counted last, and counts no more. */
int nep_api_search_fetch(nep_search *search, const nep_entry **entry,
                         nep_error *error);
/* What of the current page next() has not given yet: to look ahead with
** nep_wire_next_search_entry. */
nep_reader nep_api_search_rest(const nep_search *search);
void nep_api_search_close(nep_search *search); /* NULL is accepted */

/* ---- attribute values (2.3) ---- */

/* Selects attributes of runs. Texts are borrowed until the stream is closed. */
typedef struct nep_values_query {
  const char *project;
  const char *const *run_ids; /* "ws/p/SYS-1"; ignored unless has_run_ids */
  size_t n_run_ids;
  bool has_run_ids;         /* false: all runs of the project */
  const char *const *names; /* exact paths; 0: any */
  size_t n_names;
  const char *const *patterns; /* RE2, all searched for */
  size_t n_patterns;
  const nep_type *types; /* 0: any */
  size_t n_types;
  sqlite3_int64 rows_wanted; /* as in nep_search_query */
} nep_values_query;

typedef struct nep_values nep_values;

int nep_api_values_open(nep_api *api, const nep_values_query *query,
                        nep_values **values, nep_error *error);
/* Next run with some of its attributes (a run may come again with others):
** SQLITE_ROW, SQLITE_DONE or an error. */
int nep_api_values_next(nep_values *values, const nep_entry **entry,
                        nep_error *error);
/* What of the current page next() has not given yet: to look ahead with
** nep_wire_next_values_entry. */
nep_reader nep_api_values_rest(const nep_values *values);
void nep_api_values_close(nep_values *values); /* NULL is accepted */

/* ---- attribute definitions (2.2), in api_definitions.c ---- */

/* All attributes of the project's runs whose name meets one of the
** alternatives, sorted by path and type, each once. shown is what
** neptune_requests shows. found is the caller's (nep_definitions_dispose), on
** failure too. */
int nep_api_definitions(nep_api *api, const char *project,
                        const nep_name_alternative *alternatives,
                        size_t n_alternatives, const char *shown,
                        nep_definitions *found, nep_error *error);

typedef struct nep_definition_pages nep_definition_pages;

/* The same page by page, in the server's order, with query's conditions: one
** may come twice. */
int nep_api_definitions_open(nep_api *api, const nep_values_query *query,
                             nep_definition_pages **pages, nep_error *error);
/* Next definition, a view until the next call: SQLITE_ROW, SQLITE_DONE or an
** error. */
int nep_api_definitions_next(nep_definition_pages *pages,
                             const nep_definition **definition,
                             nep_error *error);
/* NULL is accepted. */
void nep_api_definitions_close(nep_definition_pages *pages);

/* ---- which series are asked for, of points and of buckets ---- */

typedef struct nep_series_list {
  const char *project;       /* for messages */
  sqlite3_int64 rows_wanted; /* as in nep_search_query */
  size_t n;
  /* Sets run_id and attribute of the i-th series, borrowed from context. */
  void (*at)(const void *context, size_t i, nep_series_request *series);
  const void *context; /* borrowed until the stream is closed */
} nep_series_list;

/* ---- points of series (2.4, 2.5), in api_points.c ---- */

#define NEP_MAX_TAIL 1000000 /* points a request may ask of one series */

typedef struct nep_points_query {
  nep_series_list series;
  nep_type type; /* of all series: float, string, histogram or file */
  nep_lineage lineage;
  bool include_previews;
  nep_range steps;          /* these are counted by tail */
  sqlite3_int64 tail;       /* 0: all points; n: the last n of each series */
  bool is_descending;       /* from the last step to the first: of floats only,
                               not with tail */
  sqlite3_int64 per_series; /* 0: all points; n: the first n of each float
                               series in that order; not with tail */
  bool only_first;          /* with tail 1: the first point instead */
} nep_points_query;

typedef struct nep_points nep_points;

int nep_api_points_open(nep_api *api, const nep_points_query *query,
                        nep_points **points, nep_error *error);
/* Next point and the index of its series: SQLITE_ROW, SQLITE_DONE or an error.
** Points of one series come in ascending order of step, each once. object: its
** value, a view until the next call; not set for float series. */
int nep_api_points_next(nep_points *points, nep_point *point,
                        nep_object *object, size_t *series, nep_error *error);
void nep_api_points_close(nep_points *points); /* NULL is accepted */

/* ---- buckets of float series (2.6), in api_buckets.c ---- */

/* That a request may ask for: as many as the query client asks. */
#define NEP_MIN_BUCKETS 2
#define NEP_MAX_BUCKETS 1001

typedef struct nep_buckets_query {
  nep_series_list series;
  nep_view view; /* an end of x that is not given is each series' own */
  nep_lineage lineage;
  bool include_previews;
} nep_buckets_query;

typedef struct nep_buckets nep_buckets;

/* True where each series costs a request of its own, so that series that may
** not exist are better left out. */
bool nep_api_buckets_are_alone(const nep_buckets_query *query);
int nep_api_buckets_open(nep_api *api, const nep_buckets_query *query,
                         nep_buckets **buckets, nep_error *error);
/* Next bucket and the index of its series: SQLITE_ROW, SQLITE_DONE or an error.
** Buckets of one series come together, each once, in the order of the answer.
*/
int nep_api_buckets_next(nep_buckets *buckets, nep_bucket *bucket,
                         size_t *series, nep_error *error);
/* The index of the n-th series (0: the current one) in the order in which they
** come; false beyond the last one. */
bool nep_api_buckets_coming(const nep_buckets *buckets, size_t n,
                            size_t *series);
void nep_api_buckets_close(nep_buckets *buckets); /* NULL is accepted */

/* ---- projects (2.8), in api_projects.c ---- */

typedef struct nep_projects nep_projects;

/* The projects that the token's owner may read. */
int nep_api_projects_open(nep_api *api, nep_projects **projects,
                          nep_error *error);
/* Next project, a view until the next call: SQLITE_ROW, SQLITE_DONE or an
** error. */
int nep_api_projects_next(nep_projects *projects, const nep_project **project,
                          nep_error *error);
void nep_api_projects_close(nep_projects *projects); /* NULL is accepted */

/* ---- files (2.7), in api_files.c ---- */

/* Fetches a file of a project into sink; a link that expired is asked for
** anew. SQLITE_IOERR where the sink fails. */
int nep_api_fetch_file(nep_api *api, const char *project, const char *path,
                       const nep_sink *sink, nep_error *error);

/* ---- shared by the files of this level ---- */

/* What to ask a retrieval endpoint; texts are borrowed for the call. */
typedef struct nep_api_call {
  const char *project; /* for messages, NULL: all projects */
  const char *path;
  const char *url_query; /* escaped, or NULL */
  nep_text body;         /* data NULL: a GET */
  bool sends_protobuf;   /* else JSON */
  bool wants_json;       /* else protobuf */
  const char *shown;     /* what neptune_requests shows as query, or NULL */
} nep_api_call;

/* What is asked, for neptune_requests: names and patterns. Freed with
** sqlite3_free; NULL: nothing, or no memory. */
char *nep_api_show_query(const nep_values_query *query);
/* Sends call with a bearer. */
int nep_api_start(nep_api *api, const nep_api_call *call, nep_request **request,
                  nep_error *error);
/* Waits; SQLITE_OK means status 200 and a body of the form asked for. project
** is for messages, NULL: all projects. */
int nep_api_finish(nep_api *api, nep_request *request, const char *project,
                   nep_error *error);
/* page holds n_rows runs with the first n_paths (2 or more) of query's paths:
** fetches the others, and puts the page with all of them in *merged. In
** api_wide.c. */
int nep_api_widen(nep_api *api, const nep_search_query *query, size_t n_paths,
                  nep_text page, size_t n_rows, nep_bytes *merged,
                  nep_error *error);
/* How much a request for series may ask for, by the settings. */
typedef struct nep_series_limits {
  sqlite3_int64 page_points;
  sqlite3_int64 series;
  sqlite3_int64 bytes;   /* of the series' names */
  sqlite3_int64 workers; /* requests at once */
} nep_series_limits;

int nep_api_series_limits(const nep_api *api, nep_series_limits *limits,
                          nep_error *error);
/* To be called for each row, so that what comes next keeps flowing while a page
** is read: looks at the transfers under way every interval rows. *until, first
** 0, counts them. */
static inline void nep_api_pump(nep_api *api, int *until, int interval)
{
  if ((*until)-- > 0)
    return;
  *until = interval;
  nep_http_pump(api->http);
}
/* Adds to error which project and server its answer was about. Returns its
** code. */
int nep_api_blame(nep_api *api, const char *project, nep_error *error);

#endif
