/*
** The server's formats, as bytes in and bytes out: request bodies (JSON) and
** a reader of the answers: JSON in wire.c, the only file that includes cJSON;
** protobuf in wire_values.c, wire_points.c, wire_buckets.c. No network.
**
** Protobuf answers are read where they lie: items are views into the page,
** valid while the page's bytes are, and no row costs an allocation. The reader
** is our own because it is the inner loop of every scan: a packaged runtime
** costs 4 to 14 times as much a point (shared design notes, sqlite-facts B d).
** Unknown fields are skipped, as is a known one of another wire type; the last
** of a repeated singular field wins, a message too; fields come in any order;
** whatever is damaged is SQLITE_CORRUPT with text.
**
** Texts that serve as keys (uuid, sys_id, path, token) are valid UTF-8 without
** U+0000, or the answer is damaged; other texts are handed on as they came.
*/
#ifndef NEP_WIRE_H
#define NEP_WIRE_H

#include "base.h"

/* An attribute's type; the order is that of the table in wire.c. */
typedef enum nep_type {
  NEP_TYPE_UNKNOWN,
  NEP_TYPE_FLOAT,
  NEP_TYPE_INT,
  NEP_TYPE_STRING,
  NEP_TYPE_BOOL,
  NEP_TYPE_DATETIME,
  NEP_TYPE_STRING_SET,
  NEP_TYPE_FLOAT_SERIES,
  NEP_TYPE_STRING_SERIES,
  NEP_TYPE_HISTOGRAM_SERIES,
  NEP_TYPE_FILE,
  NEP_TYPE_FILE_SERIES,
  NEP_TYPE_EXPERIMENT_STATE,
  NEP_TYPE_COMPLEX,
  NEP_TYPE_GIT_REF,
  NEP_TYPE_COUNT
} nep_type;

const char *nep_type_sql_name(nep_type type);  /* "float_series" */
const char *nep_type_wire_name(nep_type type); /* "floatSeries" */
/* NEP_TYPE_UNKNOWN for any other text. NEP_TYPE_UNKNOWN is named "unknown". */
nep_type nep_type_from_sql_name(nep_text name);
nep_type nep_type_from_wire_name(nep_text name);

/*
** ---- request bodies: *body is the caller's, freed with sqlite3_free ----
**
** SQLITE_ERROR where a text is not UTF-8: JSON cannot hold it.
*/

/* POST …/entries/search; texts are borrowed, NULL where absent. */
typedef struct nep_search_request {
  const char *nql; /* NULL or empty: no filter */
  bool heads;      /* experiments (head runs) only */
  bool is_global;  /* over all projects: takes no paths */
  const char *const *paths;
  size_t n_paths;
  sqlite3_int64 limit;
  sqlite3_int64 offset;
  const char *sort_path; /* NULL: the server's order, newest first */
  nep_type sort_type;
  const char *sort_aggregation; /* last min max average variance, or NULL */
  bool descending;
} nep_search_request;

int nep_wire_search_body(const nep_search_request *request, char **body,
                         nep_error *error);

/* A condition on names: all of must match, none of must_not (RE2, searched). */
typedef struct nep_name_alternative {
  const char *const *must;
  size_t n_must;
  const char *const *must_not;
  size_t n_must_not;
} nep_name_alternative;

/* What selects attributes in 2.2 and 2.3 of the wire contract. NULL or 0: no
** such condition. */
typedef struct nep_attribute_request {
  const char *project;        /* "ws/p"; set for definitions only */
  const char *const *run_ids; /* "ws/p/VIS-1" */
  size_t n_run_ids;
  bool has_run_ids;         /* false: of all runs */
  const char *const *names; /* exact paths; values endpoint only */
  size_t n_names;
  const char *const *patterns; /* RE2, searched, all must match */
  size_t n_patterns;
  const nep_name_alternative *alternatives; /* one must hold; not with names or
                                               patterns */
  size_t n_alternatives;
  const nep_type *types;
  size_t n_types;
  sqlite3_int64 limit;
  const char *page_token;
} nep_attribute_request;

/* names become one anchored, quoted pattern where the endpoint takes patterns
** only (definitions). */
int nep_wire_definitions_body(const nep_attribute_request *request, char **body,
                              nep_error *error);
int nep_wire_values_body(const nep_attribute_request *request, char **body,
                         nep_error *error);

/* One series of a request for points. */
typedef struct nep_series_request {
  const char *run_id;    /* "ws/p/VIS-1" */
  const char *attribute; /* path */
  bool has_after_step;
  double after_step; /* finite; only points beyond it in the order asked for */
  const char *token; /* instead of after_step where type is no float series:
                        where the answer before ended, NULL: from the start */
} nep_series_request;

typedef enum nep_lineage {
  NEP_LINEAGE_FULL,
  NEP_LINEAGE_EXPERIMENT,
  NEP_LINEAGE_RUN
} nep_lineage;

/* Inclusive bounds; infinite: open. */
typedef struct nep_range {
  bool has_from, has_to;
  double from, to;
} nep_range;

/* POST …/attributes/series/float or, for the other types, …/attributes/series.
** Request ids are the indices in series[], as decimal text. */
typedef struct nep_points_request {
  nep_type type; /* of all series */
  const nep_series_request *series;
  size_t n_series;
  nep_lineage lineage;
  bool include_previews;
  nep_range steps;
  bool descending;
  sqlite3_int64 limit;      /* points a series; 0: all, not for floats */
  sqlite3_int64 size_limit; /* bytes of the answer, a wish; not for floats */
} nep_points_request;

int nep_wire_points_body(const nep_points_request *request, char **body,
                         nep_error *error);

/* What x is in a request for buckets. */
typedef enum nep_axis {
  NEP_AXIS_STEP,
  NEP_AXIS_TIME,          /* ms since 1970 */
  NEP_AXIS_RELATIVE_TIME, /* ms since the series' first point */
  NEP_AXIS_SERIES         /* the value of another series at the same step */
} nep_axis;

/* How points are put into buckets. */
typedef struct nep_view {
  nep_axis axis;
  const char *axis_path; /* borrowed: of the other series */
  bool is_log;           /* buckets of equal ratio, not width */
  sqlite3_int64 n_buckets;
  nep_range range; /* of x, finite; an end that is not given is that of all
                      series of a request */
  nep_range steps; /* of the points that count; finite */
} nep_view;

/* POST …/timeseries/buckets. Request ids are UUIDs that begin with the index in
** series[]; of these only run_id and attribute are read. */
typedef struct nep_buckets_request {
  const nep_series_request *series;
  size_t n_series;
  nep_lineage lineage;
  bool include_previews;
  nep_view view;
} nep_buckets_request;

/* Appends to body, which may be NEP_MAX_REQUEST bytes; texts are clean UTF-8.
 */
int nep_wire_buckets_body(const nep_buckets_request *request, nep_bytes *body,
                          nep_error *error);

/* POST …/signedUrl, for one file that is to be read. */
int nep_wire_sign_body(const char *project, const char *path, char **body,
                       nep_error *error);

/* ---- protobuf answers ---- */

/* What is left to read of a message. */
typedef struct nep_reader {
  const unsigned char *at;
  const unsigned char *end;
} nep_reader;

nep_reader nep_reader_of(nep_text bytes);

/* Which of the optional numbers of a series summary are there. */
enum {
  NEP_HAS_LAST_STEP = 1,
  NEP_HAS_LAST = 2,
  NEP_HAS_MIN = 4,
  NEP_HAS_MAX = 8,
  NEP_HAS_AVERAGE = 16,
  NEP_HAS_VARIANCE = 32
};

/* One attribute of a run: a view into the page. */
typedef struct nep_attribute {
  nep_text path;
  nep_type type;         /* from the name, else from the submessage present */
  bool has_value;        /* false: no submessage came, the value is NULL */
  sqlite3_int64 integer; /* int; bool 0/1; datetime ms; file size in bytes */
  double real;           /* float */
  nep_text text;         /* string, state, git ref…; path of a file; last of a
                            string series */
  bool has_text;         /* false: no text; a series may lack its last */
  nep_text mime_type;    /* file */
  nep_reader items;      /* string_set: nep_wire_next_string;
                            histogram_series: its last, nep_wire_histogram */
  unsigned has;          /* NEP_HAS_… bits, series of all types only */
  double last_step, last, min, max, average, variance;
} nep_attribute;

/* One run with the attributes asked for. Dispose frees the array only. */
typedef struct nep_entry {
  nep_text uuid;               /* experiment_id */
  nep_text sys_id;             /* values endpoint only */
  nep_text workspace, project; /* search only; empty where not sent */
  nep_text raw;                /* the whole message, to keep and read again */
  nep_attribute *attributes;   /* owned; valid up to n_attributes */
  size_t n_attributes, capacity;
} nep_entry;

void nep_entry_dispose(nep_entry *entry);
/* The attribute with that path (and type, unless NEP_TYPE_UNKNOWN), or NULL.
** *hint is where to look first; it is set to the place found, so that equal
** shaped entries cost one comparison. */
const nep_attribute *nep_entry_find(const nep_entry *entry, nep_text path,
                                    nep_type type, size_t *hint);

/* Counts the entries of a search answer and reads matching_item_count (-1 if
** absent), checking the outer framing of the whole page. */
int nep_wire_search_summary(nep_text page, size_t *n_entries,
                            sqlite3_int64 *matching, nep_error *error);
/* The same for an attribute values answer: entries, values in all of them,
** and the next page's token (a view; size 0: the last page). */
int nep_wire_values_summary(nep_text page, size_t *n_entries, size_t *n_values,
                            nep_text *next_token, nep_error *error);
/* Next entry of either answer. SQLITE_ROW, SQLITE_DONE or an error. The
** entry's array is reused from call to call. */
int nep_wire_next_search_entry(nep_reader *page, nep_entry *entry,
                               nep_error *error);
int nep_wire_next_values_entry(nep_reader *page, nep_entry *entry,
                               nep_error *error);
/* Reads the raw message of an entry: SQLITE_ROW or an error. */
int nep_wire_read_search_entry(nep_text raw, nep_entry *entry,
                               nep_error *error);
int nep_wire_read_values_entry(nep_text raw, nep_entry *entry,
                               nep_error *error);
/* Appends an entry with that raw message to the page of a search answer. */
int nep_wire_append_search_entry(nep_bytes *page, nep_text raw,
                                 nep_error *error);
/* Next member of a string set: SQLITE_ROW, SQLITE_DONE or an error. */
int nep_wire_next_string(nep_reader *items, nep_text *text, nep_error *error);

/* A repeated double, packed or not. */
typedef struct nep_doubles {
  nep_reader message;
  unsigned field;    /* its number in message */
  nep_reader packed; /* rest of the packed piece at hand */
} nep_doubles;

/* A histogram: edges and values are read with nep_wire_next_double. */
typedef struct nep_histogram {
  nep_text type;
  nep_doubles edges;
  nep_doubles values;
} nep_histogram;
int nep_wire_histogram(nep_reader message, nep_histogram *histogram,
                       nep_error *error);
/* SQLITE_ROW, SQLITE_DONE or an error. */
int nep_wire_next_double(nep_doubles *numbers, double *number,
                         nep_error *error);

typedef struct nep_point {
  double step;
  double value;
  double completion;     /* preview_completion, 0 to 1 */
  sqlite3_int64 time_ms; /* UTC */
  bool is_preview;
} nep_point;

/* One series of a points answer. */
typedef struct nep_series_answer {
  size_t request; /* index in nep_points_request.series */
  size_t n_points;
  double last_step; /* of the last point in the answer's order */
  nep_reader points;
  /* Not of float series: */
  bool is_reached;  /* it says how far it goes; else this page had no room */
  bool is_finished; /* no point is left */
  nep_text token;   /* where to go on */
} nep_series_answer;

/* Next float series: SQLITE_ROW, SQLITE_DONE or an error (also when its request
** id is not below n_requests). Counts its points and finds its last step. */
int nep_wire_next_series(nep_reader *page, size_t n_requests,
                         nep_series_answer *series, nep_error *error);
/* Next point: SQLITE_ROW, SQLITE_DONE or an error. The hot loop. */
int nep_wire_next_point(nep_reader *points, nep_point *point, nep_error *error);

/* What a point of a string, histogram or file series holds. */
typedef struct nep_object {
  nep_type type;  /* of its series; NEP_TYPE_UNKNOWN: it holds nothing */
  nep_text bytes; /* the string, or a message: a view into the page */
} nep_object;

/* The same for string, histogram and file series; point's value is 0. */
int nep_wire_next_object_series(nep_reader *page, size_t n_requests,
                                nep_series_answer *series, nep_error *error);
int nep_wire_next_object_point(nep_reader *points, nep_point *point,
                               nep_object *object, nep_error *error);
/* Reads object as the last value of its series: SQLITE_OK or an error. */
int nep_wire_read_object(const nep_object *object, nep_attribute *attribute,
                         nep_error *error);

typedef struct nep_bucket {
  sqlite3_int64 index;
  double from_x, to_x; /* without from_x, with to_x; infinite at the ends */
  /* Of the finite values; NaN where there are none: */
  double first_x, first, last_x, last, min, max, sum;
  sqlite3_int64 n_finite, n_nan, n_positive_infinite, n_negative_infinite;
} nep_bucket;

/* Next series of a buckets answer, the index of its request and its buckets:
** SQLITE_ROW, SQLITE_DONE or an error (also when its request id is none of
** the first n_requests). */
int nep_wire_next_buckets(nep_reader *page, size_t n_requests, size_t *request,
                          nep_reader *buckets, nep_error *error);
/* Next bucket: SQLITE_ROW, SQLITE_DONE or an error. */
int nep_wire_next_bucket(nep_reader *buckets, nep_bucket *bucket,
                         nep_error *error);

/*
** ---- JSON answers ----
**
** SQLITE_CORRUPT for what is not JSON, and for U+0000 inside: cJSON would cut
** the text there.
*/

typedef struct nep_definition {
  char *path; /* owned by nep_definitions */
  nep_type type;
} nep_definition;

typedef struct nep_definitions {
  nep_definition *items; /* owned */
  size_t n_items;
  char *next_token; /* owned, NULL on the last page */
} nep_definitions;

int nep_wire_read_definitions(nep_text json, nep_definitions *definitions,
                              nep_error *error);
void nep_definitions_dispose(nep_definitions *definitions);

/* Texts are empty where the server leaves them out. */
typedef struct nep_project {
  char *workspace, *name; /* never empty */
  char *key;              /* of a sys_id, what stands before the number */
  char *id;
  char *visibility;
} nep_project;

/* One page of a list of projects. */
typedef struct nep_project_page {
  nep_project *items; /* owned, with their texts */
  size_t n_items;
  sqlite3_int64 matching; /* on all pages; -1 where it is not said */
} nep_project_page;

int nep_wire_read_projects(nep_text json, nep_project_page *page,
                           nep_error *error);
void nep_project_page_dispose(nep_project_page *page);

/* The link in an answer about one file; *link is the caller's. */
int nep_wire_read_link(nep_text json, char **link, nep_error *error);

/*
** The decoded API token's address: api_url, else api_address; *address is the
** caller's (sqlite3_free). SQLITE_ERROR where it is not JSON or names none:
** the message shows nothing of the token.
*/
int nep_wire_read_api_token(nep_text json, char **address, nep_error *error);

/* Answer of the exchange ("accessToken") or of a refresh ("access_token"). The
** access token is checked to be fit for a header. Texts are the caller's
** (sqlite3_free); refresh_token may be NULL. */
int nep_wire_read_tokens(nep_text json, char **access_token,
                         char **refresh_token, nep_error *error);

/* Payload of an access token (JWT): times in seconds since 1970, 0 where
** absent; texts the caller's, NULL where absent. */
typedef struct nep_jwt {
  sqlite3_int64 expires_at; /* exp */
  sqlite3_int64 issued_at;  /* iat */
  char *issuer;             /* iss */
  char *client_id;          /* azp */
} nep_jwt;
int nep_wire_read_jwt(nep_text access_token, nep_jwt *jwt, nep_error *error);
void nep_jwt_dispose(nep_jwt *jwt);

/* "message" and "errorType" of an error answer; both NULL where the body is
** not such JSON. The caller frees both. Never fails but for memory. */
int nep_wire_read_error(nep_text json, char **message, char **error_type,
                        nep_error *error);

#endif
