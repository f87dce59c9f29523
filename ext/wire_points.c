#include "wire_proto.h"

#include <math.h>

/* One of the values of a series. */
#define POINT_TAG NEP_TAG(2, NEP_BYTES)
#define OBJECT_POINT_TAG NEP_TAG(1, NEP_BYTES)
/* In a series of an answer; the answer about floats has no search after, and
** its points stand where the other has it. */
#define POINTS_TAG NEP_TAG(2, NEP_BYTES)
#define SEARCH_AFTER_TAG NEP_TAG(2, NEP_BYTES)
#define OBJECTS_TAG NEP_TAG(4, NEP_BYTES)

/*
** Finds the next point: *at to *end. Nearly always the series holds nothing
** else and a point takes less than 128 bytes; all the rest goes the long way.
*/
static inline int find_point(nep_reader *points, const unsigned char **at,
                             const unsigned char **end, nep_error *error)
{
  size_t left = nep_proto_left(points);
  nep_field next;
  int code;

  if (left >= 2 && points->at[0] == POINT_TAG && points->at[1] < 0x80 &&
      points->at[1] <= left - 2) {
    *at = points->at + 2;
    *end = points->at = *at + points->at[1];
    return SQLITE_ROW;
  }
  code = nep_proto_next_tagged(points, POINT_TAG, &next, error);
  if (code == SQLITE_ROW) {
    *at = (const unsigned char *)next.bytes.data;
    *end = *at + next.bytes.size;
  }
  return code;
}

/* Which member of the oneof it is says the type. */
static int read_object(nep_reader message, nep_object *object, nep_error *error)
{
  nep_field next;
  int code;

  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    switch (next.tag) {
    case NEP_TAG(1, NEP_BYTES):
      *object = (nep_object){NEP_TYPE_STRING_SERIES, next.bytes};
      break;
    case NEP_TAG(2, NEP_BYTES):
      *object = (nep_object){NEP_TYPE_HISTOGRAM_SERIES, next.bytes};
      break;
    case NEP_TAG(3, NEP_BYTES):
      *object = (nep_object){NEP_TYPE_FILE_SERIES, next.bytes};
      break;
    }
  }
  return nep_proto_end(code);
}

/* Reads a point's fields in any order, on top of what point and object hold;
** object NULL: not wanted. */
static int read_point(nep_reader message, nep_point *point, nep_object *object,
                      nep_error *error)
{
  nep_field next;
  int code;

  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    switch (next.tag) {
    case NEP_TAG(1, NEP_VARINT):
      point->time_ms = (sqlite3_int64)next.bits;
      break;
    case NEP_TAG(2, NEP_FIXED64):
      point->step = nep_proto_double(next.bits);
      break;
    case NEP_TAG(3, NEP_FIXED64):
      point->value = nep_proto_double(next.bits);
      break;
    case NEP_TAG(4, NEP_VARINT):
      point->is_preview = next.bits != 0;
      break;
    case NEP_TAG(5, NEP_FIXED32):
      point->completion = nep_proto_float((unsigned)next.bits);
      break;
    case NEP_TAG(6, NEP_BYTES):
      if (object && read_object(nep_reader_of(next.bytes), object, error))
        return error->code;
      break;
    }
  }
  return code == SQLITE_DONE ? SQLITE_ROW : code;
}

/* A step that is no number has no place in the order that paging and joins rely
** on. code: of reading the point. */
static int check_step(int code, const nep_point *point, nep_error *error)
{
  if (code != SQLITE_ROW || isfinite(point->step))
    return code;
  return nep_proto_damaged(error, "the step of a point is no finite number");
}

/*
** Reads the varint after the tag at at, if it and what follows it take at
** least 8 bytes, as in all but odd points. Returns the place after it, or at.
** Eight bytes at once: a loop over them costs a third more a point.
*/
static inline const unsigned char *read_time(const unsigned char *at,
                                             const unsigned char *end,
                                             sqlite3_int64 *time_ms)
{
  sqlite3_uint64 bits, stop;

  if (end - at < 9)
    return at;
  bits = nep_proto_load_64(at + 1);
  stop = ~bits & 0x8080808080808080u; /* top bits of bytes that may be last */
  if (!stop)
    return at;
  bits &= stop ^ (stop - 1); /* up to the first such top bit, which is 0 */
  bits = (bits & 0x007F007F007F007Fu) | (bits & 0x7F007F007F007F00u) >> 1;
  bits = (bits & 0x00003FFF00003FFFu) | (bits & 0x3FFF00003FFF0000u) >> 2;
  bits = (bits & 0x000000000FFFFFFFu) | (bits & 0x0FFFFFFF00000000u) >> 4;
  *time_ms = (sqlite3_int64)bits;
  return at + 2 + __builtin_ctzll(stop) / 8;
}

/*
** The inner loop of every scan. Servers write the fields in the order of
** their numbers, so each is tried once where it would stand; read_point takes
** over at the first thing that is otherwise.
*/
int nep_wire_next_point(nep_reader *points, nep_point *point, nep_error *error)
{
  nep_reader rest;
  const unsigned char *at, *end;
  sqlite3_int64 time_ms = 0;
  double step = 0, value = 0, completion = 0;
  bool is_preview = false;
  int code = find_point(points, &at, &end, error);

  if (code != SQLITE_ROW)
    return code;
  if (at < end && *at == NEP_TAG(1, NEP_VARINT))
    at = read_time(at, end, &time_ms);
  if (end - at >= 9 && *at == NEP_TAG(2, NEP_FIXED64)) {
    step = nep_proto_load_double(at + 1);
    at += 9;
  }
  if (end - at >= 9 && *at == NEP_TAG(3, NEP_FIXED64)) {
    value = nep_proto_load_double(at + 1);
    at += 9;
  }
  if (end - at >= 2 && *at == NEP_TAG(4, NEP_VARINT) && at[1] < 0x80) {
    is_preview = at[1] != 0;
    at += 2;
  }
  if (end - at >= 5 && *at == NEP_TAG(5, NEP_FIXED32)) {
    completion = nep_proto_float(nep_proto_load_32(at + 1));
    at += 5;
  }
  point->step = step;
  point->value = value;
  point->completion = completion;
  point->time_ms = time_ms;
  point->is_preview = is_preview;
  if (at == end)
    return check_step(SQLITE_ROW, point, error);
  rest.at = at;
  rest.end = end;
  return check_step(read_point(rest, point, NULL, error), point, error);
}

/* Our request ids are indices in decimal. */
static int read_request_id(nep_text id, size_t n_requests, size_t *request,
                           nep_error *error)
{
  size_t i, index = 0;

  for (i = 0; i < id.size; i++) {
    if (id.data[i] < '0' || id.data[i] > '9')
      break;
    index = index * 10 + (size_t)(id.data[i] - '0');
    if (index >= n_requests)
      break;
  }
  if (!id.size || i < id.size)
    return nep_proto_damaged(error, "it holds a series that was not asked for");
  *request = index;
  return SQLITE_ROW;
}

/* Checks the framing of the points, counts them, reads the last one's step. */
static int survey_points(nep_series_answer *series, nep_error *error)
{
  nep_reader points = series->points;
  nep_reader last = {0};
  nep_point point;
  int code;

  while ((code = find_point(&points, &last.at, &last.end, error)) == SQLITE_ROW)
    series->n_points++;
  if (code != SQLITE_DONE)
    return code;
  if (!series->n_points)
    return SQLITE_ROW;
  memset(&point, 0, sizeof(point));
  code = check_step(read_point(last, &point, NULL, error), &point, error);
  series->last_step = point.step;
  return code;
}

/* ---- string, histogram and file series ---- */

int nep_wire_next_object_point(nep_reader *points, nep_point *point,
                               nep_object *object, nep_error *error)
{
  nep_field next;
  int code = nep_proto_next_tagged(points, OBJECT_POINT_TAG, &next, error);

  if (code != SQLITE_ROW)
    return code;
  *point = (nep_point){0};
  *object = (nep_object){0};
  code = read_point(nep_reader_of(next.bytes), point, object, error);
  return check_step(code, point, error);
}

static int survey_objects(nep_series_answer *series, nep_error *error)
{
  nep_reader points = series->points;
  nep_field next;
  nep_text last = {0};
  nep_point point = {0};
  int code;

  while ((code = nep_proto_next_tagged(&points, OBJECT_POINT_TAG, &next,
                                       error)) == SQLITE_ROW) {
    last = next.bytes;
    series->n_points++;
  }
  if (code != SQLITE_DONE)
    return code;
  code = read_point(nep_reader_of(last), &point, NULL, error);
  code = check_step(code, &point, error);
  series->last_step = point.step;
  return code;
}

/* Where the answer ends, for the request that goes on. */
static int read_search_after(nep_reader message, nep_series_answer *series,
                             nep_error *error)
{
  nep_field next;
  int code;

  series->is_reached = true;
  series->is_finished = false;
  series->token = (nep_text){0};
  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (next.tag == NEP_TAG(1, NEP_VARINT))
      series->is_finished = next.bits != 0;
    else if (next.tag == NEP_TAG(2, NEP_BYTES))
      series->token = next.bytes;
  }
  if (code == SQLITE_DONE && !nep_text_is_clean_utf8(series->token))
    return nep_proto_damaged(error, "a series' token is not UTF-8");
  return nep_proto_end(code);
}

/* points: the tag of the field that holds them. */
static int next_series(nep_reader *page, size_t n_requests, unsigned points,
                       nep_series_answer *series, nep_error *error)
{
  nep_text id = {0};
  nep_reader message;
  nep_field next;
  int code = nep_proto_next_tagged(page, NEP_TAG(1, NEP_BYTES), &next, error);

  if (code != SQLITE_ROW)
    return code;
  *series = (nep_series_answer){.points = nep_reader_of((nep_text){0})};
  message = nep_reader_of(next.bytes);
  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (next.tag == NEP_TAG(1, NEP_BYTES))
      id = next.bytes;
    else if (next.tag == points)
      series->points = nep_reader_of(next.bytes);
    else if (next.tag == SEARCH_AFTER_TAG &&
             read_search_after(nep_reader_of(next.bytes), series, error))
      return error->code;
  }
  if (code != SQLITE_DONE)
    return code;
  return read_request_id(id, n_requests, &series->request, error);
}

int nep_wire_next_series(nep_reader *page, size_t n_requests,
                         nep_series_answer *series, nep_error *error)
{
  int code = next_series(page, n_requests, POINTS_TAG, series, error);

  return code == SQLITE_ROW ? survey_points(series, error) : code;
}

int nep_wire_next_object_series(nep_reader *page, size_t n_requests,
                                nep_series_answer *series, nep_error *error)
{
  int code = next_series(page, n_requests, OBJECTS_TAG, series, error);

  return code == SQLITE_ROW ? survey_objects(series, error) : code;
}
