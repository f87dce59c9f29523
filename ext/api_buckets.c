/*
** Float series cut into buckets by the server, many series to a request.
**
** A request has one range of x for all of its series, and where it names none
** the server takes that of the series in it. So that a series' buckets do not
** depend on which others are asked for with it, each has its own range, unless
** the query gives one:
** - x is the step: the first and the last point of each series are asked for
**   first, many series to a request; then series of one range go together;
** - x is a time or another series, or on a log scale: the server alone can
**   tell the range, so each series goes into a request of its own, and several
**   of these are under way at once.
*/
#include "api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS_PATH "/api/leaderboard/v1/proto/attributes/timeseries/buckets"

/* Series that a request may ask for. */
#define MAX_SERIES 1000
/* Requests under way beside the one being read. */
#define MAX_CHUNKS 16
/* A bucket takes as many bytes as so many points. */
#define POINTS_OF_BUCKET 4
/* Pages' worth of buckets that may be under way. */
#define MAX_PAGES 2
/* Buckets between two looks at the transfers under way. */
#define PUMP_INTERVAL 1024

/* One series that is asked for. */
typedef struct member {
  size_t series;   /* index in the query */
  nep_range range; /* of x */
  bool is_answered;
} member;

typedef struct chunk {
  nep_request *request; /* owned */
  size_t first, n;      /* its members */
} chunk;

struct nep_buckets {
  nep_api *api;            /* borrowed */
  nep_buckets_query query; /* context borrowed */
  nep_series_limits limits;
  sqlite3_int64 page_buckets;
  member *members; /* owned; those of one range together */
  size_t n_members;
  size_t next;   /* the first one not asked for */
  chunk current; /* the one being read; request NULL: none */
  chunk ahead[MAX_CHUNKS];
  size_t n_ahead;
  nep_reader page;      /* rest of current's answer */
  nep_reader buckets;   /* rest of the series being read */
  member *member;       /* the series being read, or NULL */
  size_t n_answered;    /* series of current that have answers */
  unsigned char *given; /* owned: the buckets of current that were given, a bit
                           each; given_size bytes for a series */
  size_t given_size;
  sqlite3_int64 n_rows;
  int until_pump;
};

static bool is_whole(const nep_range *range)
{
  return range->has_from && range->has_to;
}

bool nep_api_buckets_are_alone(const nep_buckets_query *query)
{
  return !is_whole(&query->view.range) &&
         (query->view.axis != NEP_AXIS_STEP || query->view.is_log);
}

/* ---- which series, and their ranges ---- */

/* All series, with the range of the query. */
static void take_all(nep_buckets *buckets)
{
  buckets->n_members = buckets->query.series.n;
  for (size_t i = 0; i < buckets->n_members; i++)
    buckets->members[i] =
        (member){.series = i, .range = buckets->query.view.range};
}

/* Some x above end, or below it; end itself where there is none. */
static double some_x(double end, bool is_above)
{
  double away = fabs(end) > 1 ? fabs(end) : 1;
  double x = is_above ? end + away : end - away;
  return isfinite(x) ? x : end;
}

/* Sets the end that is given, if one is. Where the series lies beyond it as a
** whole, the other one may be any: all points are in the bucket before the
** range, or in the one behind it. */
static void complete(const nep_range *given, nep_range *range)
{
  if (given->has_from) {
    if (range->to < given->from)
      range->to = some_x(given->from, true);
    range->from = given->from;
  }
  if (given->has_to) {
    if (range->from > given->to)
      range->from = some_x(given->to, false);
    range->to = given->to;
  }
}

/* Sets an end of the ranges to the steps that points gives; closes it. */
static int read_ends(nep_buckets *buckets, nep_points *points, bool is_last,
                     nep_error *error)
{
  nep_point point;
  nep_object object;
  size_t i;
  int rc;
  while ((rc = nep_api_points_next(points, &point, &object, &i, error)) ==
         SQLITE_ROW) {
    nep_range *range = &buckets->members[i].range;
    *(is_last ? &range->has_to : &range->has_from) = true;
    *(is_last ? &range->to : &range->from) = point.step;
  }
  nep_api_points_close(points);
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int compare_members(const void *a, const void *b)
{
  const member *p = a, *q = b;
  if (p->range.from < q->range.from || p->range.from > q->range.from)
    return p->range.from < q->range.from ? -1 : 1;
  if (p->range.to < q->range.to || p->range.to > q->range.to)
    return p->range.to < q->range.to ? -1 : 1;
  return p->series < q->series ? -1 : p->series > q->series;
}

/* Leaves out series without points, and puts those of one range together. */
static void arrange(nep_buckets *buckets)
{
  const nep_range *given = &buckets->query.view.range;
  size_t kept = 0;
  for (size_t i = 0; i < buckets->n_members; i++) {
    member found = buckets->members[i];
    if (!is_whole(&found.range))
      continue;
    complete(given, &found.range);
    buckets->members[kept++] = found;
  }
  buckets->n_members = kept;
  if (kept > 0)
    qsort(buckets->members, kept, sizeof(member), compare_members);
}

/* Finds each series' own range of steps. */
static int find_ranges(nep_buckets *buckets, nep_error *error)
{
  const nep_buckets_query *query = &buckets->query;
  nep_points_query ends = {.series = query->series,
                           .type = NEP_TYPE_FLOAT_SERIES,
                           .lineage = query->lineage,
                           .include_previews = query->include_previews,
                           .steps = query->view.steps,
                           .tail = 1};
  ends.series.rows_wanted = 0;
  nep_points *first = NULL, *last = NULL;
  for (size_t i = 0; i < buckets->n_members; i++)
    buckets->members[i].range = (nep_range){0};
  int rc = nep_api_points_open(buckets->api, &ends, &last, error);
  ends.only_first = true;
  if (rc == SQLITE_OK)
    rc = nep_api_points_open(buckets->api, &ends, &first, error);
  if (rc == SQLITE_OK) {
    rc = read_ends(buckets, last, true, error);
    last = NULL;
  }
  if (rc == SQLITE_OK) {
    rc = read_ends(buckets, first, false, error);
    first = NULL;
  }
  nep_api_points_close(last);
  nep_api_points_close(first);
  if (rc == SQLITE_OK)
    arrange(buckets);
  return rc;
}

/* One series alone, with neither end given, has the range that the server takes
** anyway. */
static bool needs_ranges(const nep_buckets_query *query)
{
  const nep_range *given = &query->view.range;
  if (is_whole(given) || nep_api_buckets_are_alone(query))
    return false;
  return query->series.n > 1 || given->has_from || given->has_to;
}

/* ---- asking ---- */

static bool is_same_range(const nep_range *a, const nep_range *b)
{
  return is_whole(a) && is_whole(b) && a->from >= b->from &&
         a->from <= b->from && a->to >= b->to && a->to <= b->to;
}

/* Takes the next members that fit into one request. */
static void choose_members(nep_buckets *buckets, chunk *fresh,
                           nep_series_request *series)
{
  const nep_buckets_query *query = &buckets->query;
  sqlite3_int64 budget = buckets->page_buckets;
  if (query->series.rows_wanted > 0 && query->series.rows_wanted < budget)
    budget = query->series.rows_wanted;
  sqlite3_int64 most = budget / query->view.n_buckets;
  if (most > buckets->limits.series)
    most = buckets->limits.series;
  size_t bytes = 0;
  *fresh = (chunk){.first = buckets->next};
  while (buckets->next < buckets->n_members) {
    const member *chosen = &buckets->members[buckets->next];
    nep_series_request *request = &series[fresh->n];
    *request = (nep_series_request){0};
    query->series.at(query->series.context, chosen->series, request);
    bytes += strlen(request->run_id) + strlen(request->attribute);
    if (fresh->n > 0 &&
        ((sqlite3_int64)fresh->n >= most ||
         bytes > (size_t)buckets->limits.bytes ||
         !is_same_range(&chosen->range, &buckets->members[fresh->first].range)))
      break;
    fresh->n++;
    buckets->next++;
  }
}

static char *shown_query(const nep_buckets_request *request)
{
  static const char *const axes[] = {[NEP_AXIS_STEP] = "step",
                                     [NEP_AXIS_TIME] = "time",
                                     [NEP_AXIS_RELATIVE_TIME] =
                                         "relative time"};
  const nep_view *view = &request->view;
  sqlite3_str *out = sqlite3_str_new(NULL);
  sqlite3_str_appendf(out, "%d series: %s %s", (int)request->n_series,
                      request->series[0].run_id, request->series[0].attribute);
  if (request->n_series > 1)
    sqlite3_str_appendall(out, ", …");
  sqlite3_str_appendf(out, " | %lld buckets of %s", view->n_buckets,
                      view->axis == NEP_AXIS_SERIES ? view->axis_path
                                                    : axes[view->axis]);
  if (view->is_log)
    sqlite3_str_appendall(out, ", log");
  if (view->range.has_from)
    sqlite3_str_appendf(out, " | from %!.15g", view->range.from);
  if (view->range.has_to)
    sqlite3_str_appendf(out, " | to %!.15g", view->range.to);
  if (view->steps.has_from)
    sqlite3_str_appendf(out, " | step >= %!.15g", view->steps.from);
  if (view->steps.has_to)
    sqlite3_str_appendf(out, " | step <= %!.15g", view->steps.to);
  return sqlite3_str_finish(out);
}

static int send_chunk(nep_buckets *buckets, chunk *fresh,
                      const nep_series_request *series, nep_error *error)
{
  const nep_buckets_query *query = &buckets->query;
  nep_buckets_request request = {.series = series,
                                 .n_series = fresh->n,
                                 .lineage = query->lineage,
                                 .include_previews = query->include_previews,
                                 .view = query->view};
  nep_bytes body = {0};
  request.view.range = buckets->members[fresh->first].range;
  int rc = nep_wire_buckets_body(&request, &body, error);
  char *shown = shown_query(&request);
  if (rc == SQLITE_OK)
    rc = nep_api_start(buckets->api,
                       &(nep_api_call){.project = query->series.project,
                                       .path = BUCKETS_PATH,
                                       .body = nep_bytes_view(&body),
                                       .sends_protobuf = true,
                                       .shown = shown},
                       &fresh->request, error);
  sqlite3_free(shown);
  nep_bytes_dispose(&body);
  return rc;
}

/* Asks for one more chunk, if any member is left. */
static int start_chunk(nep_buckets *buckets, nep_error *error)
{
  size_t left = buckets->n_members - buckets->next;
  size_t most = (size_t)buckets->limits.series + 1;
  if (left == 0)
    return SQLITE_OK;
  nep_series_request *series =
      sqlite3_malloc64((left < most ? left : most) * sizeof(*series));
  if (!series)
    return nep_error_no_memory(error);
  chunk *fresh = &buckets->ahead[buckets->n_ahead];
  choose_members(buckets, fresh, series);
  int rc = send_chunk(buckets, fresh, series, error);
  sqlite3_free(series);
  if (rc == SQLITE_OK)
    buckets->n_ahead++;
  return rc;
}

static int read_settings(nep_buckets *buckets, nep_error *error)
{
  nep_series_limits *limits = &buckets->limits;
  int rc = nep_api_series_limits(buckets->api, limits, error);
  buckets->page_buckets = limits->page_points / POINTS_OF_BUCKET;
  if (limits->series > MAX_SERIES)
    limits->series = MAX_SERIES;
  return rc;
}

int nep_api_buckets_open(nep_api *api, const nep_buckets_query *query,
                         nep_buckets **buckets, nep_error *error)
{
  nep_buckets *opened = sqlite3_malloc64(sizeof(*opened));
  *buckets = opened;
  if (!opened)
    return nep_error_no_memory(error);
  *opened = (nep_buckets){.api = api, .query = *query};
  opened->members = sqlite3_malloc64(query->series.n * sizeof(member) + 1);
  if (!opened->members)
    return nep_error_no_memory(error);
  int rc = read_settings(opened, error);
  take_all(opened);
  if (rc == SQLITE_OK && needs_ranges(query))
    rc = find_ranges(opened, error);
  return rc == SQLITE_OK ? start_chunk(opened, error) : rc;
}

/* ---- reading ---- */

/* Asks ahead of need only where all rows are wanted. */
static int fill_ahead(nep_buckets *buckets, nep_error *error)
{
  sqlite3_int64 under_way = 0;
  int rc = SQLITE_OK;
  for (size_t i = 0; i < buckets->n_ahead; i++)
    under_way += (sqlite3_int64)buckets->ahead[i].n;
  while (rc == SQLITE_OK && buckets->query.series.rows_wanted == 0 &&
         buckets->n_ahead < MAX_CHUNKS &&
         (sqlite3_int64)buckets->n_ahead < buckets->limits.workers &&
         (buckets->n_ahead == 0 || under_way * buckets->query.view.n_buckets <
                                       MAX_PAGES * buckets->page_buckets)) {
    size_t before = buckets->n_ahead;
    rc = start_chunk(buckets, error);
    if (buckets->n_ahead == before)
      break;
    under_way += (sqlite3_int64)buckets->ahead[before].n;
  }
  return rc;
}

static void drop_current(nep_buckets *buckets)
{
  if (buckets->current.request)
    nep_http_note_rows(buckets->current.request, buckets->n_rows);
  nep_http_request_free(buckets->current.request);
  buckets->current = (chunk){0};
  buckets->member = NULL;
  buckets->n_rows = 0;
  buckets->n_answered = 0;
}

/* Of current no bucket was given yet. */
static int clear_given(nep_buckets *buckets, nep_error *error)
{
  buckets->given_size = (size_t)buckets->query.view.n_buckets / 8 + 1;
  size_t size = buckets->current.n * buckets->given_size;
  sqlite3_free(buckets->given);
  buckets->given = sqlite3_malloc64(size + 1);
  if (!buckets->given)
    return nep_error_no_memory(error);
  memset(buckets->given, 0, size);
  return SQLITE_OK;
}

/* The next chunk becomes the current one: SQLITE_ROW, SQLITE_DONE, error. */
static int turn_chunk(nep_buckets *buckets, nep_error *error)
{
  drop_current(buckets);
  if (buckets->n_ahead == 0) {
    /* The rows wanted were not enough after all. */
    if (buckets->query.series.rows_wanted < buckets->page_buckets)
      buckets->query.series.rows_wanted *= 4;
    int rc = start_chunk(buckets, error);
    if (rc != SQLITE_OK || buckets->n_ahead == 0)
      return rc == SQLITE_OK ? SQLITE_DONE : rc;
  }
  int rc = nep_api_finish(buckets->api, buckets->ahead[0].request,
                          buckets->query.series.project, error);
  if (rc != SQLITE_OK)
    return rc;
  buckets->current = buckets->ahead[0];
  buckets->n_ahead--;
  memmove(buckets->ahead, buckets->ahead + 1, buckets->n_ahead * sizeof(chunk));
  buckets->page = nep_reader_of(nep_http_body(buckets->current.request));
  rc = clear_given(buckets, error);
  if (rc == SQLITE_OK)
    rc = fill_ahead(buckets, error);
  return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

/* The next series of the page becomes the one being read. Each must have an
** answer, a missing one too: else the page is not whole. */
static int turn_series(nep_buckets *buckets, nep_error *error)
{
  const chunk *current = &buckets->current;
  size_t i;
  int rc = nep_wire_next_buckets(&buckets->page, current->n, &i,
                                 &buckets->buckets, error);
  if (rc == SQLITE_DONE && buckets->n_answered < current->n)
    return nep_error_set(error, SQLITE_CORRUPT,
                         "the server's answer is damaged: it leaves out a "
                         "series that was asked for");
  if (rc != SQLITE_ROW)
    return rc;
  buckets->member = &buckets->members[current->first + i];
  buckets->n_answered += !buckets->member->is_answered;
  buckets->member->is_answered = true;
  return SQLITE_ROW;
}

/* SQLITE_ROW where the bucket was not given yet; notes that it is now. */
static int take_bucket(nep_buckets *buckets, const nep_bucket *bucket,
                       nep_error *error)
{
  size_t at =
      (size_t)(buckets->member - buckets->members) - buckets->current.first;
  if (bucket->index > buckets->query.view.n_buckets)
    return nep_error_set(error, SQLITE_CORRUPT,
                         "the server's answer is damaged: it holds a bucket "
                         "that was not asked for");
  unsigned char *byte =
      &buckets->given[at * buckets->given_size + (size_t)bucket->index / 8];
  unsigned char bit = (unsigned char)(1 << bucket->index % 8);
  if (*byte & bit)
    return SQLITE_DONE;
  *byte |= bit;
  return SQLITE_ROW;
}

/* Next bucket of the series being read, in any order, each once. */
static int read_bucket(nep_buckets *buckets, nep_bucket *bucket,
                       nep_error *error)
{
  for (;;) {
    int rc = nep_wire_next_bucket(&buckets->buckets, bucket, error);
    if (rc != SQLITE_ROW)
      return rc;
    rc = take_bucket(buckets, bucket, error);
    if (rc != SQLITE_DONE)
      return rc;
  }
}

int nep_api_buckets_next(nep_buckets *buckets, nep_bucket *bucket,
                         size_t *series, nep_error *error)
{
  for (;;) {
    int rc = SQLITE_DONE;
    if (buckets->member) {
      rc = read_bucket(buckets, bucket, error);
      if (rc == SQLITE_ROW) {
        *series = buckets->member->series;
        buckets->n_rows++;
        nep_api_pump(buckets->api, &buckets->until_pump, PUMP_INTERVAL);
        return SQLITE_ROW;
      }
    }
    if (rc == SQLITE_DONE && buckets->current.request)
      rc = turn_series(buckets, error);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
      return nep_api_blame(buckets->api, buckets->query.series.project, error);
    if (rc == SQLITE_DONE)
      rc = turn_chunk(buckets, error);
    if (rc != SQLITE_ROW)
      return rc;
  }
}

/* Answers tell series in the order in which they were asked for, or a little
** otherwise. */
bool nep_api_buckets_coming(const nep_buckets *buckets, size_t n,
                            size_t *series)
{
  if (!buckets->member)
    return false;
  size_t i = (size_t)(buckets->member - buckets->members);
  if (n >= buckets->n_members - i)
    return false;
  *series = buckets->members[i + n].series;
  return true;
}

void nep_api_buckets_close(nep_buckets *buckets)
{
  if (!buckets)
    return;
  drop_current(buckets);
  for (size_t i = 0; i < buckets->n_ahead; i++)
    nep_http_request_free(buckets->ahead[i].request);
  sqlite3_free(buckets->given);
  sqlite3_free(buckets->members);
  sqlite3_free(buckets);
}
