#include "wire_proto.h"

/* One of the values of a series. */
#define POINT_TAG NEP_TAG(2, NEP_BYTES)

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

/* Reads a point's fields in any order, on top of what point holds. */
static int read_point(nep_reader message, nep_point *point, nep_error *error)
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
    }
  }
  return code == SQLITE_DONE ? SQLITE_ROW : code;
}

/*
** The inner loop of every scan. Servers write the fields in the order of
** their numbers, so each is tried once where it would stand; read_point takes
** over at the first thing that is otherwise.
*/
int nep_wire_next_point(nep_reader *points, nep_point *point, nep_error *error)
{
  const unsigned char *at, *end;
  nep_point read = {0};
  nep_reader rest;
  int code = find_point(points, &at, &end, error);

  if (code != SQLITE_ROW)
    return code;
  if (at < end && *at == NEP_TAG(1, NEP_VARINT)) {
    sqlite3_uint64 time = 0;
    const unsigned char *byte = at + 1;
    unsigned shift = 0;
    while (byte < end && *byte >= 0x80 && shift < 56) {
      time |= (sqlite3_uint64)(*byte++ & 0x7F) << shift;
      shift += 7;
    }
    if (byte < end && *byte < 0x80) {
      read.time_ms = (sqlite3_int64)(time | (sqlite3_uint64)*byte << shift);
      at = byte + 1;
    }
  }
  if (end - at >= 9 && *at == NEP_TAG(2, NEP_FIXED64)) {
    read.step = nep_proto_load_double(at + 1);
    at += 9;
  }
  if (end - at >= 9 && *at == NEP_TAG(3, NEP_FIXED64)) {
    read.value = nep_proto_load_double(at + 1);
    at += 9;
  }
  if (end - at >= 2 && *at == NEP_TAG(4, NEP_VARINT) && at[1] < 0x80) {
    read.is_preview = at[1] != 0;
    at += 2;
  }
  if (end - at >= 5 && *at == NEP_TAG(5, NEP_FIXED32)) {
    read.completion = nep_proto_float(nep_proto_load_32(at + 1));
    at += 5;
  }
  *point = read;
  if (at == end)
    return SQLITE_ROW;
  rest.at = at;
  rest.end = end;
  return read_point(rest, point, error);
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
  code = read_point(last, &point, error);
  series->last_step = point.step;
  return code;
}

int nep_wire_next_series(nep_reader *page, size_t n_requests,
                         nep_series_answer *series, nep_error *error)
{
  nep_text id = {0}, points = {0};
  nep_reader message;
  nep_field next;
  int code = nep_proto_next_tagged(page, NEP_TAG(1, NEP_BYTES), &next, error);

  if (code != SQLITE_ROW)
    return code;
  memset(series, 0, sizeof(*series));
  message = nep_reader_of(next.bytes);
  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (next.tag == NEP_TAG(1, NEP_BYTES))
      id = next.bytes;
    else if (next.tag == NEP_TAG(2, NEP_BYTES))
      points = next.bytes;
  }
  if (code != SQLITE_DONE)
    return code;
  code = read_request_id(id, n_requests, &series->request, error);
  if (code != SQLITE_ROW)
    return code;
  series->points = nep_reader_of(points);
  return survey_points(series, error);
}
