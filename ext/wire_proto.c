#include "wire_proto.h"

int nep_proto_damaged(nep_error *error, const char *what)
{
  return nep_error_set(error, SQLITE_CORRUPT,
                       "the server's answer is damaged: %s", what);
}

nep_reader nep_reader_of(nep_text bytes)
{
  /* Never NULL: pointers are compared and subtracted. */
  const unsigned char *at =
      (const unsigned char *)(bytes.size ? bytes.data : "");
  nep_reader reader = {at, at + bytes.size};
  return reader;
}

/* False at the end of the bytes and for what 64 bits do not hold. */
static bool read_varint(nep_reader *reader, sqlite3_uint64 *value)
{
  const unsigned char *at = reader->at;
  sqlite3_uint64 result = 0;
  unsigned shift;

  for (shift = 0; shift < 70 && at < reader->end; shift += 7) {
    unsigned char byte = *at++;
    if (shift == 63 && byte > 1)
      return false;
    result |= (sqlite3_uint64)(byte & 0x7F) << shift;
    if (byte < 0x80) {
      reader->at = at;
      *value = result;
      return true;
    }
  }
  return false;
}

static int read_fixed(nep_reader *reader, size_t size, sqlite3_uint64 *bits,
                      nep_error *error)
{
  if (nep_proto_left(reader) < size)
    return nep_proto_damaged(error, "a number is cut off");
  *bits =
      size == 8 ? nep_proto_load_64(reader->at) : nep_proto_load_32(reader->at);
  reader->at += size;
  return SQLITE_ROW;
}

static int read_bytes(nep_reader *reader, nep_text *bytes, nep_error *error)
{
  sqlite3_uint64 size;

  if (!read_varint(reader, &size))
    return nep_proto_damaged(error, "a length is not valid");
  if (size > nep_proto_left(reader))
    return nep_proto_damaged(error, "a length runs past the end");
  bytes->data = (const char *)reader->at;
  bytes->size = (size_t)size;
  reader->at += size;
  return SQLITE_ROW;
}

int nep_proto_next_any(nep_reader *message, nep_field *next, nep_error *error)
{
  sqlite3_uint64 tag;

  if (message->at == message->end)
    return SQLITE_DONE;
  if (!read_varint(message, &tag) || tag >> 32 || !(tag >> 3))
    return nep_proto_damaged(error, "a field's tag is not valid");
  next->tag = (unsigned)tag;
  switch (tag & 7) {
  case NEP_VARINT:
    if (!read_varint(message, &next->bits))
      return nep_proto_damaged(error, "a number is not valid");
    return SQLITE_ROW;
  case NEP_FIXED64:
    return read_fixed(message, 8, &next->bits, error);
  case NEP_FIXED32:
    return read_fixed(message, 4, &next->bits, error);
  case NEP_BYTES:
    return read_bytes(message, &next->bytes, error);
  }
  return nep_proto_damaged(error, "a field is of no known wire type");
}

int nep_proto_next_tagged(nep_reader *message, unsigned tag, nep_field *next,
                          nep_error *error)
{
  int code;

  do
    code = nep_proto_next(message, next, error);
  while (code == SQLITE_ROW && next->tag != tag);
  return code;
}
