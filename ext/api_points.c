/*
** The stream of points of many series.
**
** Series travel in chunks, many to a request; what a series still has goes into
** the next chunk. So memory is a few pages, however many series and points
** there are. Series are taken up in the order of their index; those begun are
** finished first.
**
** A chunk asks each float series for as many points as fill the
** points_page_size setting together, and goes on with afterStep. Of series of
** other types the server decides how far a page goes and gives a token to go on
** with; those that it had no room for are asked for again.
** LIMIT: of these the tail of a series that fills many pages is held whole.
*/
#include "api.h"

#include <string.h>

#define FLOATS_PATH "/api/leaderboard/v1/proto/attributes/series/float"
#define OBJECTS_PATH "/api/leaderboard/v1/proto/attributes/series"

/* Chunks under way beside the one being read. LIMIT: more would hide more
** latency and hold more memory. */
#define MAX_CHUNKS 2
/* Points asked of each series before their lengths are known. */
#define FIRST_LIMIT 1000
/* Points between two looks at the transfers under way. */
#define PUMP_INTERVAL 4096
/* Size asked of a page of objects: so much for each point that it may hold. */
#define BYTES_OF_OBJECT 32
#define MAX_OBJECT_BYTES (4 << 20)
/* And where few rows are wanted. */
#define BYTES_OF_WANTED 1024
/* Series of objects that a request may ask for. */
#define MAX_OBJECT_SERIES 2000
/* Series that are worth a request however full the pages are. */
#define FEW_SERIES 16
/* Pages in a row without anything new, after which the server is taken to
** repeat itself. */
#define MAX_STALE_PAGES 3

/* One series of a chunk. */
typedef struct member {
  size_t series; /* index in the query */
  bool has_after;
  bool is_moved; /* goes on in another chunk; that one owns what it did */
  double after;  /* points up to here were given */
  char *token;   /* owned; NULL: from the start */
  sqlite3_int64 n_sent; /* points on all pages */
  nep_bytes tail; /* owned; its points in answers' order, see kept_point */
} member;

/* What follows the bytes of its object in a tail, which is read backwards. */
typedef struct kept_point {
  nep_point point;
  nep_type type;
  size_t size; /* of the object */
} kept_point;

typedef struct chunk {
  nep_request *request; /* owned */
  member *members;      /* owned */
  size_t n_members;
  sqlite3_int64 limit; /* points a series */
} chunk;

struct nep_points {
  nep_api *api;           /* borrowed */
  nep_points_query query; /* context borrowed */
  nep_series_limits limits;
  size_t next_series;        /* the first one not asked for */
  sqlite3_int64 max_objects; /* series of the next chunk, as pages hold them */
  int n_stale;               /* pages in a row that brought nothing new */
  member *unfinished;        /* owned; series with more points to come */
  size_t n_unfinished, unfinished_capacity;
  sqlite3_int64 longest; /* points of the longest series that ended, -1 none */
  chunk current;         /* the one being read; request NULL: none */
  chunk ahead[MAX_CHUNKS]; /* under way, in order */
  size_t n_ahead;
  nep_reader page;   /* rest of current's answer */
  nep_reader points; /* rest of the series being read */
  member *member;    /* the series being read, or NULL */
  bool has_last;
  double last;          /* step of the last point given of it */
  sqlite3_int64 n_rows; /* given of current */
  int until_pump;
};

/* Does step come behind after in the order of points? */
static bool is_behind(const nep_points *points, double step, double after)
{
  return points->query.is_descending ? step < after : step > after;
}

static bool is_float(const nep_points *points)
{
  return points->query.type == NEP_TYPE_FLOAT_SERIES;
}

static void dispose_members(member *members, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    sqlite3_free(members[i].token);
    nep_bytes_dispose(&members[i].tail);
  }
}

static void dispose_chunk(chunk *old)
{
  nep_http_request_free(old->request);
  dispose_members(old->members, old->n_members);
  sqlite3_free(old->members);
  *old = (chunk){0};
}

/* ---- asking ---- */

/* How many series the next chunk may hold, by what is known of their
** lengths. */
static size_t members_wanted(const nep_points *points)
{
  sqlite3_int64 each = FIRST_LIMIT, budget = points->limits.page_points;
  if (!is_float(points)) {
    each = 1;
    budget = points->max_objects;
  } else if (points->query.tail > 0)
    each = points->query.tail;
  else if (points->query.per_series > 0)
    each = points->query.per_series;
  else if (points->longest >= 0)
    each = points->longest + points->longest / 4 + 1;
  if (points->query.series.rows_wanted > 0 &&
      budget > points->query.series.rows_wanted)
    budget = points->query.series.rows_wanted;
  sqlite3_int64 n = budget / each;
  if (n > points->limits.series)
    n = points->limits.series;
  return n < 1 ? 1 : (size_t)n;
}

/* Points asked of each series; 0: all. */
static sqlite3_int64 limit_of(const nep_points *points, size_t n_members)
{
  sqlite3_int64 budget = points->limits.page_points;
  sqlite3_int64 wanted = points->query.series.rows_wanted;
  if (points->query.tail > 0 || !is_float(points))
    return points->query.tail;
  if (points->query.per_series > 0)
    return points->query.per_series;
  if (wanted > 0 && budget > wanted)
    budget = wanted;
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
                                     points->next_series < query->series.n)) {
    member *chosen = &fresh->members[fresh->n_members];
    bool is_begun = from_unfinished < points->n_unfinished;
    if (is_begun)
      *chosen = points->unfinished[from_unfinished];
    else
      *chosen = (member){.series = points->next_series};
    nep_series_request *request = &series[fresh->n_members];
    *request = (nep_series_request){.has_after_step =
                                        is_float(points) && chosen->has_after,
                                    .after_step = chosen->after,
                                    .token = chosen->token};
    query->series.at(query->series.context, chosen->series, request);
    bytes += strlen(request->run_id) + strlen(request->attribute);
    bytes += chosen->token ? strlen(chosen->token) : 0;
    if (fresh->n_members > 0 && bytes > (size_t)points->limits.bytes)
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

/* Bytes asked of a page of objects. */
static sqlite3_int64 size_limit_of(const nep_points *points)
{
  sqlite3_int64 wanted = points->query.series.rows_wanted;
  sqlite3_int64 most = points->limits.page_points * BYTES_OF_OBJECT;
  if (most > MAX_OBJECT_BYTES)
    most = MAX_OBJECT_BYTES;
  if (wanted > 0 && wanted * BYTES_OF_WANTED < most)
    return wanted * BYTES_OF_WANTED;
  return most;
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
  if (query->steps.has_from)
    sqlite3_str_appendf(out, " | step >= %!.15g", query->steps.from);
  if (query->steps.has_to)
    sqlite3_str_appendf(out, " | step <= %!.15g", query->steps.to);
  if (query->only_first)
    sqlite3_str_appendall(out, " | first point");
  else if (query->tail > 0)
    sqlite3_str_appendf(out, " | tail %lld", query->tail);
  if (query->is_descending)
    sqlite3_str_appendall(out, " | order step desc");
  if (query->per_series > 0)
    sqlite3_str_appendf(out, " | first %lld", query->per_series);
  if (series[0].has_after_step)
    sqlite3_str_appendf(out, " | after step %!.15g", series[0].after_step);
  if (series[0].token)
    sqlite3_str_appendall(out, " | next page");
  return sqlite3_str_finish(out);
}

static bool is_descending(const nep_points_query *query)
{
  return query->is_descending || (query->tail > 0 && !query->only_first);
}

static int send_chunk(nep_points *points, chunk *fresh,
                      const nep_series_request *series, nep_error *error)
{
  const nep_points_query *query = &points->query;
  fresh->limit = limit_of(points, fresh->n_members);
  nep_points_request request = {.type = query->type,
                                .series = series,
                                .n_series = fresh->n_members,
                                .lineage = query->lineage,
                                .include_previews = query->include_previews,
                                .steps = query->steps,
                                .descending = is_descending(query),
                                .limit = fresh->limit,
                                .size_limit = size_limit_of(points)};
  char *body = NULL;
  char *shown = shown_points_query(points, fresh, series);
  int rc = nep_wire_points_body(&request, &body, error);
  if (rc == SQLITE_OK)
    rc = nep_api_start(
        points->api,
        &(nep_api_call){.project = points->query.series.project,
                        .path = is_float(points) ? FLOATS_PATH : OBJECTS_PATH,
                        .url_query = is_float(points)
                                         ? NULL
                                         : "useDeprecatedStringFields=false",
                        .body = nep_text_of(body),
                        .shown = shown},
        &fresh->request, error);
  sqlite3_free(shown);
  sqlite3_free(body);
  return rc;
}

/* Asks for one more chunk; nothing is left to ask: n_ahead stays. */
static int start_chunk(nep_points *points, nep_error *error)
{
  size_t left =
      points->n_unfinished + (points->query.series.n - points->next_series);
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
  int rc = nep_api_series_limits(api, &opened->limits, error);
  if (!is_float(opened) && opened->limits.series > MAX_OBJECT_SERIES)
    opened->limits.series = MAX_OBJECT_SERIES;
  opened->max_objects = opened->limits.series;
  return rc == SQLITE_OK ? start_chunk(opened, error) : rc;
}

/* ---- tails: points held to be given the other way round ---- */

static int keep_point(nep_bytes *tail, const nep_point *point,
                      const nep_object *object, nep_error *error)
{
  kept_point kept = {*point, object->type, object->bytes.size};
  tail->limit = NEP_MAX_RESPONSE;
  int rc = nep_bytes_append(tail, object->bytes.data, object->bytes.size);
  if (rc == SQLITE_OK)
    rc = nep_bytes_append(tail, &kept, sizeof(kept));
  if (rc == SQLITE_TOOBIG)
    return nep_error_set(error, rc, "the tail of a series is too large");
  return rc == SQLITE_OK ? rc : nep_error_no_memory(error);
}

/* The last point kept: SQLITE_ROW or SQLITE_DONE. */
static int take_point(nep_bytes *tail, nep_point *point, nep_object *object)
{
  kept_point kept;
  if (tail->size == 0)
    return SQLITE_DONE;
  tail->size -= sizeof(kept);
  memcpy(&kept, tail->data + tail->size, sizeof(kept));
  tail->size -= kept.size;
  *point = kept.point;
  *object = (nep_object){kept.type, {tail->data + tail->size, kept.size}};
  return SQLITE_ROW;
}

static int next_wire_point(const nep_points *points, nep_reader *reader,
                           nep_point *point, nep_object *object,
                           nep_error *error)
{
  if (is_float(points))
    return nep_wire_next_point(reader, point, error);
  return nep_wire_next_object_point(reader, point, object, error);
}

static int keep_points(const nep_points *points, nep_reader reader,
                       nep_bytes *tail, nep_error *error)
{
  nep_point point;
  nep_object object = {0};
  int rc;
  while ((rc = next_wire_point(points, &reader, &point, &object, error)) ==
         SQLITE_ROW) {
    rc = keep_point(tail, &point, &object, error);
    if (rc != SQLITE_OK)
      return rc;
  }
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- what a page leaves to ask for ---- */

/* Moves begun to the unfinished ones, *moved is it there. */
static int keep_unfinished(nep_points *points, member *begun, member **moved,
                           nep_error *error)
{
  if (points->n_unfinished == points->unfinished_capacity) {
    member *larger =
        nep_array_grow(points->unfinished, &points->unfinished_capacity,
                       sizeof(member), error);
    if (!larger)
      return error->code;
    points->unfinished = larger;
  }
  *moved = &points->unfinished[points->n_unfinished++];
  **moved = *begun;
  begun->is_moved = true;
  begun->token = NULL;
  begun->tail = (nep_bytes){0};
  return SQLITE_OK;
}

/* Notes which series have more points, before the first one is read. */
static int survey_floats(nep_points *points, nep_error *error)
{
  nep_reader page = points->page;
  nep_series_answer answer;
  int rc;
  if (points->query.tail > 0 || points->query.per_series > 0)
    return SQLITE_OK; /* one answer is all of a series */
  while ((rc = nep_wire_next_series(&page, points->current.n_members, &answer,
                                    error)) == SQLITE_ROW) {
    member *begun = &points->current.members[answer.request];
    member *moved = begun;
    sqlite3_int64 n = (sqlite3_int64)answer.n_points;
    if (n < points->current.limit) {
      if (!begun->has_after && n > points->longest)
        points->longest = n;
      continue;
    }
    if (n > points->longest && points->longest >= 0)
      points->longest = n;
    if (begun->has_after && !is_behind(points, answer.last_step, begun->after))
      return nep_error_set(error, SQLITE_ERROR,
                           "the server gives the same points again and again");
    rc = keep_unfinished(points, begun, &moved, error);
    if (rc != SQLITE_OK)
      return rc;
    moved->has_after = true;
    moved->after = answer.last_step;
  }
  return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* What a page of objects brought. */
typedef struct tally {
  sqlite3_int64 n_reached;  /* series that it tells the end of */
  sqlite3_int64 n_finished; /* of them */
  bool is_new;              /* a series ended or went on */
} tally;

/* Lets a series go on behind the answer. */
static int go_on(nep_points *points, member *begun,
                 const nep_series_answer *answer, nep_error *error)
{
  member *moved = begun;
  char *token = NULL;
  int rc = SQLITE_OK;
  if (answer->token.size > 0) {
    token = nep_text_copy(answer->token);
    if (!token)
      return nep_error_no_memory(error);
  }
  if (points->query.tail > 0)
    rc = keep_points(points, answer->points, &begun->tail, error);
  if (rc == SQLITE_OK)
    rc = keep_unfinished(points, begun, &moved, error);
  if (rc != SQLITE_OK) {
    sqlite3_free(token);
    return rc;
  }
  sqlite3_free(moved->token);
  moved->token = token;
  if (answer->n_points > 0 && points->query.tail == 0) {
    moved->has_after = true;
    moved->after = answer->last_step;
  }
  return SQLITE_OK;
}

static int note_answer(nep_points *points, const nep_series_answer *answer,
                       tally *seen, nep_error *error)
{
  member *begun = &points->current.members[answer->request];
  member *moved = begun;
  if (begun->is_moved)
    return SQLITE_OK; /* answered twice */
  if (!answer->is_reached)
    return keep_unfinished(points, begun, &moved, error);
  seen->n_reached++;
  begun->n_sent += (sqlite3_int64)answer->n_points;
  bool is_finished =
      answer->is_finished ||
      (points->query.tail > 0 && begun->n_sent >= points->query.tail);
  bool is_further =
      answer->n_points > 0 &&
      (!begun->has_after || is_behind(points, answer->last_step, begun->after));
  seen->is_new = seen->is_new || is_finished || is_further;
  seen->n_finished += is_finished;
  return is_finished ? SQLITE_OK : go_on(points, begun, answer, error);
}

/* The same where the server decides how far a page goes. A page that reaches no
** series says that none of them exists. */
static int survey_objects(nep_points *points, nep_error *error)
{
  nep_reader page = points->page;
  nep_series_answer answer;
  tally seen = {0};
  size_t before = points->n_unfinished;
  int rc;
  while ((rc = nep_wire_next_object_series(&page, points->current.n_members,
                                           &answer, error)) == SQLITE_ROW) {
    rc = note_answer(points, &answer, &seen, error);
    if (rc != SQLITE_OK)
      return rc;
  }
  if (rc != SQLITE_DONE)
    return rc;
  if (seen.n_reached == 0) {
    dispose_members(points->unfinished + before, points->n_unfinished - before);
    points->n_unfinished = before;
  }
  bool is_done = points->n_unfinished == before;
  points->n_stale = is_done || seen.is_new ? 0 : points->n_stale + 1;
  if (points->n_stale >= MAX_STALE_PAGES)
    return nep_error_set(error, SQLITE_ERROR,
                         "the server gives the same points again and again");
  sqlite3_int64 n = is_done ? points->max_objects : seen.n_finished;
  n = n * 2 > FEW_SERIES ? n * 2 : FEW_SERIES;
  points->max_objects = n < points->limits.series ? n : points->limits.series;
  return SQLITE_OK;
}

/* ---- reading ---- */

/* Asks for what comes next; ahead of need only where all rows are wanted. */
static int fill_ahead(nep_points *points, nep_error *error)
{
  int rc = SQLITE_OK;
  while (rc == SQLITE_OK && points->query.series.rows_wanted == 0 &&
         points->n_ahead < MAX_CHUNKS &&
         (sqlite3_int64)points->n_ahead < points->limits.workers) {
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
    if (points->query.series.rows_wanted > 0 &&
        points->query.series.rows_wanted < points->limits.page_points)
      points->query.series.rows_wanted *= 4;
    int rc = start_chunk(points, error);
    if (rc != SQLITE_OK || points->n_ahead == 0)
      return rc == SQLITE_OK ? SQLITE_DONE : rc;
  }
  int rc = nep_api_finish(points->api, points->ahead[0].request,
                          points->query.series.project, error);
  if (rc != SQLITE_OK)
    return rc;
  points->current = points->ahead[0];
  points->n_ahead--;
  memmove(points->ahead, points->ahead + 1, points->n_ahead * sizeof(chunk));
  points->page = nep_reader_of(nep_http_body(points->current.request));
  rc = is_float(points) ? survey_floats(points, error)
                        : survey_objects(points, error);
  if (rc != SQLITE_OK)
    return nep_api_blame(points->api, points->query.series.project, error);
  rc = fill_ahead(points, error);
  return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

/* The next series of the page becomes the one being read. */
static int turn_series(nep_points *points, nep_error *error)
{
  nep_series_answer answer;
  size_t n = points->current.n_members;
  int rc = is_float(points)
               ? nep_wire_next_series(&points->page, n, &answer, error)
               : nep_wire_next_object_series(&points->page, n, &answer, error);
  if (rc != SQLITE_ROW)
    return rc;
  points->member = &points->current.members[answer.request];
  points->points = answer.points;
  points->has_last = points->member->has_after;
  points->last = points->member->after;
  if (points->query.tail == 0 || points->member->is_moved)
    return SQLITE_ROW;
  rc = keep_points(points, answer.points, &points->member->tail, error);
  return rc == SQLITE_OK ? SQLITE_ROW : rc;
}

/* Next point of the series being read, whichever way it came. */
static int read_point(nep_points *points, nep_point *point, nep_object *object,
                      nep_error *error)
{
  if (points->query.tail > 0)
    return take_point(&points->member->tail, point, object);
  return next_wire_point(points, &points->points, point, object, error);
}

/* Not given: what came before, or out of order (once is enough), and what the
** path holds in a run where it is a series of another type. */
static bool is_unwanted(const nep_points *points, const nep_point *point,
                        const nep_object *object)
{
  if (points->has_last && !is_behind(points, point->step, points->last))
    return true;
  return !is_float(points) && object->type != points->query.type &&
         object->type != NEP_TYPE_UNKNOWN;
}

/* The series was read: it is not given twice, should it come twice. */
static void leave_series(nep_points *points)
{
  points->member->has_after = points->has_last;
  points->member->after = points->last;
  nep_bytes_dispose(&points->member->tail);
  points->member = NULL;
}

int nep_api_points_next(nep_points *points, nep_point *point,
                        nep_object *object, size_t *series, nep_error *error)
{
  for (;;) {
    int rc = SQLITE_DONE;
    if (points->member) {
      rc = read_point(points, point, object, error);
      if (rc == SQLITE_ROW) {
        if (is_unwanted(points, point, object))
          continue;
        points->has_last = true;
        points->last = point->step;
        *series = points->member->series;
        points->n_rows++;
        nep_api_pump(points->api, &points->until_pump, PUMP_INTERVAL);
        return SQLITE_ROW;
      }
      if (rc == SQLITE_DONE)
        leave_series(points);
    }
    if (rc == SQLITE_DONE && points->current.request)
      rc = turn_series(points, error);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
      return nep_api_blame(points->api, points->query.series.project, error);
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
  dispose_members(points->unfinished, points->n_unfinished);
  sqlite3_free(points->unfinished);
  sqlite3_free(points);
}
