/* objects.c: see objects.h.
 *   values: 1 timestamp varint; 2 step double; 3 string of old; 4 is_preview
 *           bool; 5 completion_ratio float; 6 {1 string | 2 histogram | 3 file}
 *   histogram: 1 type; 2 edges, 3 values packed doubles
 *   file: 1 path; 2 size varint; 3 MIME type */
#include "objects.h"

#include <string.h>

#include "put.h"

enum { FIXED_BYTES = 8 * PUT_NUMBER_BYTES };

size_t objects_bound(model_type type, const model_object *object)
{
  size_t bound = 4 * PUT_HEAD_BYTES;
  if (type == MODEL_STRING_SERIES) {
    return bound + object->text.len;
  }
  if (type == MODEL_HISTOGRAM_SERIES) {
    return bound + strlen(model_histogram_type(&object->histogram)) +
           (2 * object->histogram.n_values + 1) * sizeof(double);
  }
  return bound + PUT_NUMBER_BYTES + object->file.path.len +
         object->file.mime_type.len;
}

static unsigned char *put_doubles(unsigned char *at, unsigned field,
                                  const double *values, size_t n)
{
  const char *bytes = (const char *)values;
  return put_text(at, field,
                  (model_text){.data = bytes, .len = n * sizeof *values});
}

unsigned char *objects_put(unsigned char *at, unsigned field, model_type type,
                           const model_object *object)
{
  const model_histogram *histogram = &object->histogram;
  unsigned char *start;
  const char *word;
  if (type == MODEL_STRING_SERIES) {
    return put_item(at, field, object->text);
  }
  start = at = put_begin(at, field);
  if (type == MODEL_HISTOGRAM_SERIES) {
    word = model_histogram_type(histogram);
    at = put_text(at, 1, (model_text){.data = word, .len = strlen(word)});
    at = put_doubles(at, 2, histogram->edges, histogram->n_values + 1);
    at = put_doubles(at, 3, histogram->values, histogram->n_values);
  } else {
    at = put_text(at, 1, object->file.path);
    at = put_integer(at, 2, object->file.size_bytes);
    at = put_text(at, 3, object->file.mime_type);
  }
  return put_end(start, at);
}

/* The member of the oneof that holds a value. */
static unsigned member_of(model_type type)
{
  return type == MODEL_STRING_SERIES ? 1 : type == MODEL_FILE_SERIES ? 3 : 2;
}

void objects_append_point(srv_bytes *out, model_type type,
                          const model_point *point, bool deprecated)
{
  unsigned char *start, *inner;
  unsigned char *at =
      srv_bytes_reserve(out, FIXED_BYTES + objects_bound(type, point->object));
  if (!at) {
    return;
  }
  start = at = put_begin(at, 1);
  at = put_integer(at, 1, point->timestamp);
  at = put_double(at, 2, point->step);
  if (deprecated && type == MODEL_STRING_SERIES) {
    at = objects_put(at, 3, type, point->object);
  }
  at = put_integer(at, 4, point->is_preview);
  if (point->completion > 0) {
    *at++ = PUT_TAG(5, PUT_FIXED32);
    memcpy(at, &point->completion, sizeof point->completion);
    at += sizeof point->completion;
  }
  if (!(deprecated && type == MODEL_STRING_SERIES)) {
    inner = at = put_begin(at, 6);
    at = put_end(inner, objects_put(at, member_of(type), type, point->object));
  }
  out->len = (size_t)(put_end(start, at) - out->data);
}
