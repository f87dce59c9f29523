/* points.c: float series points, written by hand: ten million a second leave
 * no room for a message object per point.
 *   series: 1 {1 requestId; 2 {1 total_item_count; 2 values {…}}}
 *   values: 1 timestamp varint; 2 step, 3 value doubles; 4 is_preview bool;
 *           5 completion_ratio float; zeros are left out. */
#include "encode.h"
#include "put.h"

#include <math.h>
#include <string.h>

enum {
  POINT_BYTES = 2 + 11 + 9 + 9 + 2 + 5, /* the most that one point takes */
  CHUNK_POINTS = 512,
  HEAD_BYTES = 64 /* tags, lengths and counts before the points */
};

static unsigned char *put_point(unsigned char *at, const model_point *point)
{
  unsigned char *start = put_begin(at, 2);
  at = put_integer(start, 1, point->timestamp);
  at = put_double(at, 2, point->step);
  at = put_double(at, 3, point->value);
  at = put_integer(at, 4, point->is_preview);
  if (point->completion > 0 || point->completion < 0) {
    *at++ = PUT_TAG(5, PUT_FIXED32);
    memcpy(at, &point->completion, sizeof point->completion);
    at += sizeof point->completion;
  }
  start[-1] = (unsigned char)(at - start); /* at most POINT_BYTES */
  return at;
}

/* Points behind out->len; returns how many. */
static size_t append_points(srv_bytes *out, model_cursor *cursor, size_t limit)
{
  model_point points[CHUNK_POINTS];
  size_t written = 0, n, want;
  unsigned char *at;
  while (written < limit) {
    want = limit - written < CHUNK_POINTS ? limit - written : CHUNK_POINTS;
    n = cursor->project->ops->read_points(cursor, points, want);
    at = srv_bytes_reserve(out, n * POINT_BYTES);
    if (n == 0 || !at) {
      break;
    }
    for (size_t i = 0; i < n; i++) {
      at = put_point(at, &points[i]);
    }
    out->len = (size_t)(at - out->data);
    written += n;
  }
  return written;
}

/* The points are written first, behind room for the head, whose length
 * depends on theirs; then they move down to it. */
size_t encode_float_series(srv_bytes *out, const char *request_id,
                           model_cursor *cursor, size_t limit)
{
  size_t begin = out->len, id_len = strlen(request_id);
  size_t room = HEAD_BYTES + id_len, count, points, inner, outer;
  if (!srv_bytes_reserve(out, room)) {
    return 0;
  }
  out->len += room;
  count = append_points(out, cursor, limit);
  if (out->failed) {
    return 0;
  }
  points = out->len - begin - room;
  inner = points;
  if (cursor->total > 0) {
    inner += 1 + put_varint_size(cursor->total);
  }
  outer =
      1 + put_varint_size(id_len) + id_len + 1 + put_varint_size(inner) + inner;
  out->len = begin;
  encode_length(out, 1, outer);
  encode_length(out, 1, id_len);
  srv_bytes_append(out, request_id, id_len);
  encode_length(out, 2, inner);
  if (cursor->total > 0) {
    encode_varint(out, 1 << 3);
    encode_varint(out, cursor->total);
  }
  memmove(out->data + out->len, out->data + begin + room, points);
  out->len += points;
  return count;
}
