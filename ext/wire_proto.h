/*
** Protobuf's fields, one after the other, for the wire_….c files only.
*/
#ifndef NEP_WIRE_PROTO_H
#define NEP_WIRE_PROTO_H

#include "wire.h"

#include <string.h>

/* Wire types. Groups (3, 4) are no part of proto3; 6 and 7 do not exist. */
enum { NEP_VARINT = 0, NEP_FIXED64 = 1, NEP_BYTES = 2, NEP_FIXED32 = 5 };

/* A field's number and wire type as they stand in its tag, so that one switch
** picks a known field of the right type and leaves all others alone. */
#define NEP_TAG(number, wire_type) ((unsigned)(number) << 3 | (wire_type))

/* What is set depends on the wire type. */
typedef struct nep_field {
  unsigned tag;
  sqlite3_uint64 bits; /* of a varint or a fixed number */
  nep_text bytes;
} nep_field;

static inline size_t nep_proto_left(const nep_reader *reader)
{
  return (size_t)(reader->end - reader->at);
}

/* Little-endian, at any address; compilers make one load of it. */
static inline sqlite3_uint64 nep_proto_load_64(const unsigned char *at)
{
  return (sqlite3_uint64)at[0] | (sqlite3_uint64)at[1] << 8 |
         (sqlite3_uint64)at[2] << 16 | (sqlite3_uint64)at[3] << 24 |
         (sqlite3_uint64)at[4] << 32 | (sqlite3_uint64)at[5] << 40 |
         (sqlite3_uint64)at[6] << 48 | (sqlite3_uint64)at[7] << 56;
}

static inline unsigned nep_proto_load_32(const unsigned char *at)
{
  return (unsigned)at[0] | (unsigned)at[1] << 8 | (unsigned)at[2] << 16 |
         (unsigned)at[3] << 24;
}

static inline double nep_proto_double(sqlite3_uint64 bits)
{
  double number;
  memcpy(&number, &bits, sizeof(number));
  return number;
}

static inline double nep_proto_load_double(const unsigned char *at)
{
  return nep_proto_double(nep_proto_load_64(at));
}

static inline double nep_proto_float(unsigned bits)
{
  float number;
  memcpy(&number, &bits, sizeof(number));
  return (double)number;
}

/* Records SQLITE_CORRUPT and what is wrong. */
int nep_proto_damaged(nep_error *error, const char *what);
/* nep_proto_next for fields of every form. */
int nep_proto_next_any(nep_reader *message, nep_field *next, nep_error *error);

/* The next field: SQLITE_ROW, SQLITE_DONE at the message's end or an error.
** Nearly all fields are short bytes with a small number, read here. */
static inline int nep_proto_next(nep_reader *message, nep_field *next,
                                 nep_error *error)
{
  const unsigned char *at = message->at;

  if (nep_proto_left(message) >= 2 && at[0] >= NEP_TAG(1, NEP_VARINT) &&
      at[0] < 0x80 && (at[0] & 7) == NEP_BYTES && at[1] < 0x80 &&
      at[1] <= nep_proto_left(message) - 2) {
    next->tag = at[0];
    next->bytes.data = (const char *)at + 2;
    next->bytes.size = at[1];
    message->at = at + 2 + at[1];
    return SQLITE_ROW;
  }
  return nep_proto_next_any(message, next, error);
}

/* The same for the next one with that tag; others are skipped. */
int nep_proto_next_tagged(nep_reader *message, unsigned tag, nep_field *next,
                          nep_error *error);

/* The result of a loop over all fields: SQLITE_DONE becomes SQLITE_OK. */
static inline int nep_proto_end(int code)
{
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

#endif
