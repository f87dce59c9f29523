/*
** A small protobuf encoder, the tests' own: each function appends one field.
** Buffers grow without failing; assertions see to that.
*/
#ifndef UNIT_MESSAGE_H
#define UNIT_MESSAGE_H

#include "base.h"

/* Sets bytes up as an empty message. The caller disposes it. */
void message_init(nep_bytes *message);
void message_raw(nep_bytes *message, const void *data, size_t size);
/* A number as varint without a tag. */
void message_number(nep_bytes *message, unsigned long long number);
void message_varint(nep_bytes *message, unsigned field,
                    unsigned long long number);
void message_double(nep_bytes *message, unsigned field, double number);
void message_float(nep_bytes *message, unsigned field, float number);
void message_bytes(nep_bytes *message, unsigned field, nep_text bytes);
void message_text(nep_bytes *message, unsigned field, const char *text);
/* Appends part as a submessage and disposes it. */
void message_part(nep_bytes *message, unsigned field, nep_bytes *part);

/*
** Calls action with every prefix of message, then with every bit of it
** flipped, each time in a heap piece of exactly that size, so that a sanitizer
** sees a byte read beyond it. action must end; what it returns is its own
** business.
*/
void message_damage(const nep_bytes *message, void (*action)(nep_text damaged));

#endif
