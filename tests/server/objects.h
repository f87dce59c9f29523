/* objects.h: values of string, histogram and file series as protobuf, in the
 * answers for points and for attributes. */
#ifndef SRV_OBJECTS_H
#define SRV_OBJECTS_H

#include "base.h"
#include "model.h"

/* The most that objects_put writes. */
size_t objects_bound(model_type type, const model_object *object);

/* The value as the member with this field number, in room that the caller has
 * reserved; returns where it stopped. */
unsigned char *objects_put(unsigned char *at, unsigned field, model_type type,
                           const model_object *object);

/* Appends a point to the list `values` of message SeriesValues. deprecated: a
 * string stands where it stood before the other types came. */
void objects_append_point(srv_bytes *out, model_type type,
                          const model_point *point, bool deprecated);

#endif
