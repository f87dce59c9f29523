/* store_value.h: values that need memory of their own, and their JSON as it
 * stands in the store. Each is one malloc'ed block, for free(). */
#ifndef SRV_STORE_VALUE_H
#define SRV_STORE_VALUE_H

#include "model.h"

/* What became of reading JSON. */
typedef enum store_read {
  STORE_READ_OK,
  STORE_DAMAGED,
  STORE_NO_MEMORY
} store_read;

/* Set *value's part for its type and return the block that it points to, NULL
 * without memory. */
void *store_value_text(model_value *value, model_text text);
void *store_value_file(model_value *value, const model_file *file);

/* items are sorted in place; the set holds each once. */
void *store_value_set(model_value *value, model_text *items, size_t count);

/* JSON -> a set or a file. */
store_read store_value_read(const char *json, model_value *value, void **block);

/* The value of a point, NULL without memory. */
model_object *store_object_text(model_text text);
model_object *store_object_file(const model_file *file);
model_object *store_object_histogram(const model_histogram *histogram);

/* JSON or, of a string series, text -> the value of a point. */
store_read store_object_read(model_type series, const char *text, size_t len,
                             model_object **object);

/* malloc'ed JSON, NULL without memory. An infinite edge is 9e999. */
char *store_json_set(const model_value *set);
char *store_json_file(const model_file *file);
char *store_json_histogram(const model_histogram *histogram);

/* Order of texts by bytes. */
int store_text_compare(const void *a, const void *b);

#endif
