/* points.c: float series points, written by hand: ten million a second leave
 * no room for a message object per point.
 *   series: 1 {1 requestId; 2 {1 total_item_count; 2 values {…}}}
 *   values: 1 timestamp varint; 2 step, 3 value doubles; 4 is_preview bool;
 *           5 completion_ratio float; zeros are left out. */
#include "encode.h"

#include <math.h>
#include <string.h>

enum {
  POINT_BYTES = 2 + 11 + 9 + 9 + 2 + 5, /* the most that one point takes */
  CHUNK_POINTS = 512,
  HEAD_BYTES = 64 /* tags, lengths and counts before the points */
};

static unsigned char *put_varint(unsigned char *at, uint64_t value)
{
  while (value >= 0x80) {
    *at++ = (unsigned char)(value | 0x80);
    value >>= 7;
  }
  *at++ = (unsigned char)value;
  return at;
}

/* LIMIT: doubles are copied as they are, so the machine must be
 * little-endian, as is every one that Debian 12 is built for but s390x. */
static unsigned char *put_double(unsigned char *at, unsigned char tag,
                                 double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (bits == 0) {
    return at;
  }
  *at++ = tag;
  memcpy(at, &bits, sizeof bits);
  return at + sizeof bits;
}

static unsigned char *put_point(unsigned char *at, const model_point *point)
{
  unsigned char *length, *start;
  *at++ = 2 << 3 | 2;
  length = at++;
  start = at;
  if (point->timestamp != 0) {
    *at++ = 1 << 3;
    at = put_varint(at, (uint64_t)point->timestamp);
  }
  at = put_double(at, 2 << 3 | 1, point->step);
  at = put_double(at, 3 << 3 | 1, point->value);
  if (point->is_preview) {
    *at++ = 4 << 3;
    *at++ = 1;
  }
  if (point->completion > 0 || point->completion < 0) {
    *at++ = 5 << 3 | 5;
    memcpy(at, &point->completion, sizeof point->completion);
    at += sizeof point->completion;
  }
  *length = (unsigned char)(at - start);
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

static size_t varint_size(uint64_t value)
{
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    size++;
  }
  return size;
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
    inner += 1 + varint_size(cursor->total);
  }
  outer = 1 + varint_size(id_len) + id_len + 1 + varint_size(inner) + inner;
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
