/* put.h: protobuf by hand, where a message object per value would cost too
 * much. Everything is written to room that the caller has reserved, and zeros
 * are left out, as proto3 does. Each returns where it stopped. */
#ifndef SRV_PUT_H
#define SRV_PUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model.h"

enum {
  PUT_VARINT = 0, /* wire types */
  PUT_FIXED64 = 1,
  PUT_BYTES = 2,
  PUT_FIXED32 = 5,
  PUT_NUMBER_BYTES = 11, /* the most that a tag below 16 and a number take */
  PUT_HEAD_BYTES = 11    /* the same for a tag and a length */
};

#define PUT_TAG(field, type) ((unsigned char)((field) << 3 | (type)))

static inline unsigned char *put_varint(unsigned char *at, uint64_t value)
{
  while (value >= 0x80) {
    *at++ = (unsigned char)(value | 0x80);
    value >>= 7;
  }
  *at++ = (unsigned char)value;
  return at;
}

static inline size_t put_varint_size(uint64_t value)
{
  size_t size = 1;
  while (value >= 0x80) {
    value >>= 7;
    size++;
  }
  return size;
}

static inline unsigned char *put_integer(unsigned char *at, unsigned field,
                                         int64_t value)
{
  if (value == 0) {
    return at;
  }
  *at++ = PUT_TAG(field, PUT_VARINT);
  return put_varint(at, (uint64_t)value);
}

/* A double that is present, zero or not. LIMIT: it is copied as it is, so the
 * machine must be little-endian, as is every one that Debian 12 is built for
 * but s390x. */
static inline unsigned char *put_present(unsigned char *at, unsigned field,
                                         double value)
{
  *at++ = PUT_TAG(field, PUT_FIXED64);
  memcpy(at, &value, sizeof value);
  return at + sizeof value;
}

/* -0 is not zero to proto3. */
static inline unsigned char *put_double(unsigned char *at, unsigned field,
                                        double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits == 0 ? at : put_present(at, field, value);
}

/* A text that is present, empty or not. */
static inline unsigned char *put_item(unsigned char *at, unsigned field,
                                      model_text text)
{
  *at++ = PUT_TAG(field, PUT_BYTES);
  at = put_varint(at, text.len);
  memcpy(at, text.data, text.len);
  return at + text.len;
}

static inline unsigned char *put_text(unsigned char *at, unsigned field,
                                      model_text text)
{
  return text.len == 0 ? at : put_item(at, field, text);
}

/* Begins a submessage, whose length is not known yet. */
static inline unsigned char *put_begin(unsigned char *at, unsigned field)
{
  *at++ = PUT_TAG(field, PUT_BYTES);
  return at + 1;
}

/* Ends what began at start. A length of more than one byte moves it up, by
 * less than PUT_HEAD_BYTES. */
static inline unsigned char *put_end(unsigned char *start, unsigned char *at)
{
  size_t len = (size_t)(at - start), more = put_varint_size(len) - 1;
  if (more > 0) {
    memmove(start + more, start, len);
  }
  put_varint(start - 1, len);
  return at + more;
}

#endif
