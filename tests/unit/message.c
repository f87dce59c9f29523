#include "message.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

void message_init(nep_bytes *message)
{
  memset(message, 0, sizeof(*message));
  message->limit = (size_t)1 << 30;
  message_raw(message, NULL, 0);
}

void message_raw(nep_bytes *message, const void *data, size_t size)
{
  ck_assert_int_eq(nep_bytes_append(message, data, size), SQLITE_OK);
}

void message_number(nep_bytes *message, unsigned long long number)
{
  unsigned char byte;

  for (; number >= 128; number >>= 7) {
    byte = (unsigned char)(number | 128);
    message_raw(message, &byte, 1);
  }
  byte = (unsigned char)number;
  message_raw(message, &byte, 1);
}

static void put_tag(nep_bytes *message, unsigned field, unsigned wire_type)
{
  message_number(message, (unsigned long long)field << 3 | wire_type);
}

static void put_fixed(nep_bytes *message, unsigned long long bits, int size)
{
  for (; size; size--, bits >>= 8) {
    unsigned char byte = (unsigned char)bits;
    message_raw(message, &byte, 1);
  }
}

void message_varint(nep_bytes *message, unsigned field,
                    unsigned long long number)
{
  put_tag(message, field, 0);
  message_number(message, number);
}

void message_double(nep_bytes *message, unsigned field, double number)
{
  unsigned long long bits;

  memcpy(&bits, &number, sizeof(bits));
  put_tag(message, field, 1);
  put_fixed(message, bits, 8);
}

void message_float(nep_bytes *message, unsigned field, float number)
{
  unsigned bits;

  memcpy(&bits, &number, sizeof(bits));
  put_tag(message, field, 5);
  put_fixed(message, bits, 4);
}

void message_bytes(nep_bytes *message, unsigned field, nep_text bytes)
{
  put_tag(message, field, 2);
  message_number(message, bytes.size);
  message_raw(message, bytes.data, bytes.size);
}

void message_text(nep_bytes *message, unsigned field, const char *text)
{
  message_bytes(message, field, nep_text_of(text));
}

void message_part(nep_bytes *message, unsigned field, nep_bytes *part)
{
  message_bytes(message, field, nep_bytes_view(part));
  nep_bytes_dispose(part);
}

/* A copy of the first size bytes with a bit (or none, if < 0) flipped. */
static void damage(const nep_bytes *message, size_t size, long bit,
                   void (*action)(nep_text damaged))
{
  char *copy = malloc(size ? size : 1);
  nep_text damaged = {copy, size};

  ck_assert_ptr_nonnull(copy);
  if (size)
    memcpy(copy, message->data, size);
  if (bit >= 0)
    copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
  action(damaged);
  free(copy);
}

void message_damage(const nep_bytes *message, void (*action)(nep_text damaged))
{
  size_t size;
  long bit;

  for (size = 0; size <= message->size; size++)
    damage(message, size, -1, action);
  for (bit = 0; bit < (long)message->size * 8; bit++)
    damage(message, message->size, bit, action);
}
