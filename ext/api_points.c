/*
** The stream of points of many float series.
**
** Series travel in chunks, many to a request. A chunk asks each of its series
** for as many points as fill the points_page_size setting together; what a
** series still has goes, with afterStep, into the next chunk. So memory is a
** few pages, however many series and points there are. Series are taken up in
** the order of their index; those begun are finished first.
*/
#include "api.h"

#include <string.h>

#define POINTS_PATH "/api/leaderboard/v1/proto/attributes/series/float"

/* Chunks under way beside the one being read. LIMIT: more would hide more
** latency and hold more memory. */
#define MAX_CHUNKS 2
/* Points asked of each series before their lengths are known. */
#define FIRST_LIMIT 1000
/* Points between two looks at the transfers under way. */
#define PUMP_INTERVAL 4096

/* One series of a chunk. */
typedef struct member {
  size_t series; /* index in the query */
  bool has_after;
  double after; /* points up to here were given */
} member;

typedef struct chunk {
  nep_request *request; /* owned */
  member *members;      /* owned */
  size_t n_members;
  sqlite3_int64 limit; /* points a series */
} chunk;

struct nep_points {
  nep_api *api;                                      /* borrowed */
  nep_points_query query;                            /* context borrowed */
  sqlite3_int64 page_points, max_members, max_bytes; /* settings */
  size_t next_series; /* the first one not asked for */
  member *unfinished; /* owned; series with more points to come */
  size_t n_unfinished, unfinished_capacity;
  sqlite3_int64 longest; /* points of the longest series that ended, -1 none */
  chunk current;         /* the one being read; request NULL: none */
  chunk ahead[MAX_CHUNKS]; /* under way, in order */
  size_t n_ahead;
  nep_reader page;      /* rest of current's answer */
  nep_reader points;    /* rest of the series being read */
  const member *member; /* the series being read, or NULL */
  bool has_last;
  double last;     /* step of the last point given of it */
  nep_point *tail; /* owned; points of the series being read, reversed */
  size_t n_tail, tail_capacity;
  sqlite3_int64 n_rows; /* given of current */
  unsigned until_pump;
};

static void dispose_chunk(chunk *old)
{
  nep_http_request_free(old->request);
  sqlite3_free(old->members);
  *old = (chunk){0};
}

/* ---- asking ---- */

/* How many series the next chunk may hold, by what is known of their
** lengths. */
static size_t members_wanted(const nep_points *points)
{
  sqlite3_int64 each = FIRST_LIMIT, budget = points->page_points;
  if (points->query.tail > 0)
    each = points->query.tail;
  else if (points->longest >= 0)
    each = points->longest + points->longest / 4 + 1;
  if (points->query.rows_wanted > 0 && budget > points->query.rows_wanted)
    budget = points->query.rows_wanted;
  sqlite3_int64 n = budget / each;
  if (n > points->max_members)
    n = points->max_members;
  return n < 1 ? 1 : (size_t)n;
}

static sqlite3_int64 limit_of(const nep_points *points, size_t n_members)
{
  if (points->query.tail > 0)
    return points->query.tail;
  sqlite3_int64 budget = points->page_points;
  if (points->query.rows_wanted > 0 && budget > points->query.rows_wanted)
    budget = points->query.rows_wanted;
  sqlite3_int64 limit = budget / (sqlite3_int64)n_members;
  return limit < 1 ? 1 : limit;
}

/* Fills members and the texts of the request from what is unfinished and what
** was not asked for yet. */
static void choose_members(nep_points *points, chunk *fresh,
                           nep_series_request *series, size_t most)
{
  size_t bytes = 0, from_unfinished = 0;
  const nep_points_query *query = &points->query;
  while (fresh->n_members < most && (from_unfinished < points->n_unfinished ||
                                     points->next_series < query->n_series)) {
    member *chosen = &fresh->members[fresh->n_members];
    bool is_begun = from_unfinished < points->n_unfinished;
    if (is_begun)
      *chosen = points->unfinished[from_unfinished];
    else
      *chosen = (member){.series = points->next_series};
    nep_series_request *request = &series[fresh->n_members];
    *request = (nep_series_request){.has_after_step = chosen->has_after,
                                    .after_step = chosen->after};
    query->series_at(query->context, chosen->series, request);
    bytes += strlen(request->run_id) + strlen(request->attribute);
    if (fresh->n_members > 0 && bytes > (size_t)points->max_bytes)
      break;
    from_unfinished += is_begun;
    points->next_series += !is_begun;
    fresh->n_members++;
  }
  points->n_unfinished -= from_unfinished;
  if (points->n_unfinished > 0)
    memmove(points->unfinished, points->unfinished + from_unfinished,
            points->n_unfinished * sizeof(member));
}

static char *shown_points_query(const nep_points *points, const chunk *fresh,
                                const nep_series_request *series)
{
  const nep_points_query *query = &points->query;
  sqlite3_str *out = sqlite3_str_new(NULL);
  sqlite3_str_appendf(out, "%d series: %s %s", (int)fresh->n_members,
                      series[0].run_id, series[0].attribute);
  if (fresh->n_members > 1)
    sqlite3_str_appendall(out, ", …");
  if (query->has_from)
    sqlite3_str_appendf(out, " | step >= %!.15g", query->from);
  if (query->has_to)
    sqlite3_str_appendf(out, " | step <= %!.15g", query->to);
  if (query->tail > 0)
    sqlite3_str_appendf(out, " | tail %lld", query->tail);
  if (series[0].has_after_step)
    sqlite3_str_appendf(out, " | after step %!.15g", series[0].after_step);
  return sqlite3_str_finish(out);
}

static int send_chunk(nep_points *points, chunk *fresh,
                      const nep_series_request *series, nep_error *error)
{
  const nep_points_query *query = &points->query;
  fresh->limit = limit_of(points, fresh->n_members);
  nep_points_request request = {.series = series,
                                .n_series = fresh->n_members,
                                .lineage = query->lineage,
                                .include_previews = query->include_previews,
                                .has_from = query->has_from,
                                .has_to = query->has_to,
                                .from = query->from,
                                .to = query->to,
                                .descending = query->tail > 0,
                                .limit = fresh->limit};
  char *body = NULL;
  char *shown = shown_points_query(points, fresh, series);
  int rc = nep_wire_points_body(&request, &body, error);
  if (rc == SQLITE_OK)
    rc = nep_api_start(points->api, POINTS_PATH, NULL, body, shown, false,
                       &fresh->request, error);
  sqlite3_free(shown);
  sqlite3_free(body);
  return rc;
}

/* Asks for one more chunk; nothing is left to ask: n_ahead stays. */
static int start_chunk(nep_points *points, nep_error *error)
{
  size_t left =
      points->n_unfinished + (points->query.n_series - points->next_series);
  size_t most = members_wanted(points);
  if (most > left)
    most = left;
  if (most == 0)
    return SQLITE_OK;
  chunk *fresh = &points->ahead[points->n_ahead];
  *fresh = (chunk){.members = sqlite3_malloc64(most * sizeof(member))};
  nep_series_request *series =
      sqlite3_malloc64(most * sizeof(nep_series_request));
  int rc = SQLITE_NOMEM;
  if (fresh->members && series) {
    choose_members(points, fresh, series, most);
    rc = send_chunk(points, fresh, series, error);
  } else {
    nep_error_no_memory(error);
  }
  sqlite3_free(series);
  if (rc == SQLITE_OK)
    points->n_ahead++;
  else
    dispose_chunk(fresh);
  return rc;
}

int nep_api_points_open(nep_api *api, const nep_points_query *query,
                        nep_points **points, nep_error *error)
{
  nep_points *opened = sqlite3_malloc64(sizeof(*opened));
  *points = opened;
  if (!opened)
    return nep_error_no_memory(error);
  *opened = (nep_points){.api = api, .query = *query, .longest = -1};
  const nep_settings *settings = api->settings;
  int rc = nep_settings_integer(settings, NEP_KEY_POINTS_PAGE_SIZE,
                                &opened->page_points, error);
  if (rc == SQLITE_OK)
    rc = nep_settings_integer(settings, NEP_KEY_SERIES_BATCH_SIZE,
                              &opened->max_members, error);
  if (rc == SQLITE_OK)
    rc = nep_settings_integer(settings, NEP_KEY_MAX_REQUEST_SIZE,
                              &opened->max_bytes, error);
  return rc == SQLITE_OK ? start_chunk(opened, error) : rc;
}

/* ---- reading ---- */

static int keep_unfinished(nep_points *points, const member *begun,
                           double last_step, nep_error *error)
{
  if (points->n_unfinished == points->unfinished_capacity) {
    size_t capacity = points->unfinished_capacity * 2 + 16;
    member *larger =
        sqlite3_realloc64(points->unfinished, capacity * sizeof(member));
    if (!larger)
      return nep_error_no_memory(error);
    points->unfinished = larger;
    points->unfinished_capacity = capacity;
  }
  points->unfinished[points->n_unfinished++] =
      (member){.series = begun->series, .has_after = true, .after = last_step};
  return SQLITE_OK;
}

/* Notes which series have more points, before the first one is read. */
static int survey(nep_points *points, nep_error *error)
{
  nep_reader page = points->page;
  nep_series_answer answer;
  int rc;
  if (points->query.tail > 0)
    return SQLITE_OK; /* one answer is all of a series */
  while ((rc = nep_wire_next_series(&page, points->current.n_members, &answer,
                                    error)) == SQLITE_ROW) {
    const member *begun = &points->current.members[answer.request];
    sqlite3_int64 n = (sqlite3_int64)answer.n_points;
    if (n < points->current.limit) {
      if (!begun->has_after && n > points->longest)
        points->longest = n;
      continue;
    }
    if (n > points->longest && points->longest >= 0)
      points->longest = n;
    if (begun->has_after && answer.last_step <= begun->after)
      return nep_error_set(error, SQLITE_ERROR,
                           "the server gives the same points again and again");
    rc = keep_unfinished(points, begun, answer.last_step, error);
    if (rc != SQLITE_OK)
      return rc;
  }
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Asks for what comes next; ahead of need only where all rows are wanted. */
static int fill_ahead(nep_points *points, nep_error *error)
{
  sqlite3_int64 workers;
  int rc = nep_settings_integer(points->api->settings, NEP_KEY_MAX_WORKERS,
                                &workers, error);
  while (rc == SQLITE_OK && points->query.rows_wanted == 0 &&
         points->n_ahead < MAX_CHUNKS &&
         (sqlite3_int64)points->n_ahead < workers) {
    size_t before = points->n_ahead;
    rc = start_chunk(points, error);
    if (points->n_ahead == before)
      break;
  }
  return rc;
}

/* The next chunk becomes the current one: SQLITE_ROW, SQLITE_DONE, error. */
static int turn_chunk(nep_points *points, nep_error *error)
{
  if (points->current.request)
    nep_http_note_rows(points->current.request, points->n_rows);
  dispose_chunk(&points->current);
  points->member = NULL;
  points->n_rows = 0;
  if (points->n_ahead == 0) {
    /* The rows wanted were not enough after all. */
    if (points->query.rows_wanted > 0 &&
        points->query.rows_wanted < points->page_points)
      points->query.rows_wanted *= 4;
    int rc = start_chunk(points, error);
    if (rc != SQLITE_OK || points->n_ahead == 0)
      return rc == SQLITE_OK ? SQLITE_DONE : rc;
  }
  int rc = nep_api_finish(points->api, points->ahead[0].request,
                          points->query.project, error);
  if (rc != SQLITE_OK)
    return rc;
  points->current = points->ahead[0];
  points->n_ahead--;
  memmove(points->ahead, points->ahead + 1, points->n_ahead * sizeof(chunk));
  points->page = nep_reader_of(nep_http_body(points->current.request));
  rc = survey(points, error);
  if (rc != SQLITE_OK)
    return nep_api_blame(points->api, points->query.project, error);
  rc = fill_ahead(points, error);
  return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

/* Reads a whole series, latest point first, to give it the other way round. */
static int read_tail(nep_points *points, size_t n, nep_error *error)
{
  if (n > points->tail_capacity) {
    nep_point *larger = sqlite3_realloc64(points->tail, n * sizeof(nep_point));
    if (!larger)
      return nep_error_no_memory(error);
    points->tail = larger;
    points->tail_capacity = n;
  }
  points->n_tail = 0;
  int rc;
  while (points->n_tail < n &&
         (rc = nep_wire_next_point(&points->points,
                                   &points->tail[points->n_tail], error)) ==
             SQLITE_ROW)
    points->n_tail++;
  if (points->n_tail < n && rc != SQLITE_DONE)
    return rc;
  return SQLITE_OK;
}

/* The next series of the page becomes the one being read. */
static int turn_series(nep_points *points, nep_error *error)
{
  nep_series_answer answer;
  int rc = nep_wire_next_series(&points->page, points->current.n_members,
                                &answer, error);
  if (rc != SQLITE_ROW)
    return rc;
  points->member = &points->current.members[answer.request];
  points->points = answer.points;
  points->has_last = points->member->has_after;
  points->last = points->member->after;
  if (points->query.tail == 0)
    return SQLITE_ROW;
  rc = read_tail(points, answer.n_points, error);
  return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

/* Next point of the series being read, whichever way it came. */
static int read_point(nep_points *points, nep_point *point, nep_error *error)
{
  if (points->query.tail == 0)
    return nep_wire_next_point(&points->points, point, error);
  if (points->n_tail == 0)
    return SQLITE_DONE;
  *point = points->tail[--points->n_tail];
  return SQLITE_ROW;
}

/* A step for some call to pump. */
static void pump_now_and_then(nep_points *points)
{
  points->n_rows++;
  if (points->until_pump-- > 0)
    return;
  points->until_pump = PUMP_INTERVAL;
  nep_http_pump(points->api->http);
}

int nep_api_points_next(nep_points *points, nep_point *point, size_t *series,
                        nep_error *error)
{
  for (;;) {
    int rc = SQLITE_DONE;
    if (points->member) {
      rc = read_point(points, point, error);
      if (rc == SQLITE_ROW) {
        if (points->has_last && point->step <= points->last)
          continue; /* given before, or out of order: once is enough */
        points->has_last = true;
        points->last = point->step;
        *series = points->member->series;
        pump_now_and_then(points);
        return SQLITE_ROW;
      }
    }
    if (rc == SQLITE_DONE && points->current.request)
      rc = turn_series(points, error);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
      return nep_api_blame(points->api, points->query.project, error);
    if (rc == SQLITE_DONE)
      rc = turn_chunk(points, error);
    if (rc != SQLITE_ROW)
      return rc;
  }
}

void nep_api_points_close(nep_points *points)
{
  if (!points)
    return;
  if (points->current.request)
    nep_http_note_rows(points->current.request, points->n_rows);
  dispose_chunk(&points->current);
  for (size_t i = 0; i < points->n_ahead; i++)
    dispose_chunk(&points->ahead[i]);
  sqlite3_free(points->unfinished);
  sqlite3_free(points->tail);
  sqlite3_free(points);
}
