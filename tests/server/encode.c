/* encode.c: attributes as protobuf: by hand what comes once per value or run,
 * by protobuf-c the rest. */
#include "encode.h"

#include <string.h>

#include <sqlite3.h>

#include "neptune.pb-c.h"
#include "objects.h"
#include "put.h"

void encode_varint(srv_bytes *out, uint64_t value)
{
  unsigned char *at = srv_bytes_reserve(out, PUT_NUMBER_BYTES);
  if (at) {
    out->len = (size_t)(put_varint(at, value) - out->data);
  }
}

void encode_length(srv_bytes *out, unsigned field, size_t len)
{
  encode_varint(out, PUT_TAG(field, PUT_BYTES));
  encode_varint(out, len);
}

static void append_packed(srv_bytes *out, const ProtobufCMessage *message)
{
  size_t size = protobuf_c_message_get_packed_size(message);
  unsigned char *place = srv_bytes_reserve(out, size);
  if (place) {
    out->len += protobuf_c_message_pack(message, place);
  }
}

static void append_message(srv_bytes *out, unsigned field,
                           const ProtobufCMessage *message)
{
  encode_length(out, field, protobuf_c_message_get_packed_size(message));
  append_packed(out, message);
}

/* protobuf-c only reads what a message points to. */
static char *text_of(const char *text)
{
  return (char *)(uintptr_t)text;
}

static model_text text_from(const char *text)
{
  return (model_text){.data = text, .len = strlen(text)};
}

size_t encode_begin(srv_bytes *out, unsigned field)
{
  unsigned char *at = srv_bytes_reserve(out, PUT_HEAD_BYTES);
  if (at) {
    out->len = (size_t)(put_begin(at, field) - out->data);
  }
  return out->len;
}

void encode_end(srv_bytes *out, size_t start)
{
  unsigned char *at = srv_bytes_reserve(out, PUT_HEAD_BYTES);
  if (at) {
    out->len = (size_t)(put_end(out->data + start, at) - out->data);
  }
}

void encode_text(srv_bytes *out, unsigned field, model_text text)
{
  unsigned char *at = srv_bytes_reserve(out, PUT_HEAD_BYTES + text.len);
  if (at) {
    out->len = (size_t)(put_text(at, field, text) - out->data);
  }
}

/* The bytes of the first `characters` characters. */
static size_t cut_length(model_text text, size_t characters)
{
  size_t seen = 0;
  if (text.len <= characters) {
    return text.len;
  }
  for (size_t i = 0; i < text.len; i++) {
    if (((unsigned char)text.data[i] & 0xc0) != 0x80 && ++seen > characters) {
      return i;
    }
  }
  return text.len;
}

static unsigned char *put_series(unsigned char *at, const model_summary *from)
{
  if (from->points > 0) {
    at = put_present(at, 3, from->last_step);
    at = put_present(at, 4, from->last);
  }
  if (from->finite > 0) {
    at = put_present(at, 5, from->min);
    at = put_present(at, 6, from->max);
    at = put_present(at, 7, from->average);
    at = put_present(at, 8, from->variance);
  }
  return put_integer(at, 10, from->has_preview);
}

static unsigned char *put_file(unsigned char *at, const model_file *from)
{
  at = put_text(at, 3, from->path);
  at = put_integer(at, 4, from->size_bytes);
  return put_text(at, 5, from->mime_type);
}

/* The most that the value's message takes. */
static size_t value_bound(model_type type, const model_value *value)
{
  size_t bound = 8 * PUT_NUMBER_BYTES;
  if (type == MODEL_STRING || type == MODEL_EXPERIMENT_STATE) {
    bound += value->as.text.len;
  } else if (type == MODEL_FILE) {
    bound += value->as.file.path.len + value->as.file.mime_type.len;
  } else if (type == MODEL_STRING_SERIES || type == MODEL_FILE_SERIES ||
             type == MODEL_HISTOGRAM_SERIES) {
    bound += value->as.series.points == 0
                 ? 0
                 : objects_bound(type, value->as.series.last_object);
  } else if (type == MODEL_STRING_SET) {
    for (size_t i = 0; i < value->as.set.count; i++) {
      bound += PUT_HEAD_BYTES + value->as.set.items[i].len;
    }
  }
  return bound;
}

/* The field of message Attribute where a value stands; 0: nowhere. */
static unsigned value_field(model_type type)
{
  switch (type) {
  case MODEL_INT:
    return 3;
  case MODEL_FLOAT:
    return 4;
  case MODEL_STRING:
  case MODEL_EXPERIMENT_STATE: /* the message has no place of its own */
    return 5;
  case MODEL_BOOL:
    return 6;
  case MODEL_DATETIME:
    return 7;
  case MODEL_STRING_SET:
    return 8;
  case MODEL_FLOAT_SERIES:
    return 9;
  case MODEL_FILE:
    return 10;
  case MODEL_STRING_SERIES:
    return 11;
  case MODEL_FILE_SERIES:
    return 12;
  case MODEL_HISTOGRAM_SERIES:
    return 13;
  case MODEL_COMPLEX:
  case MODEL_GIT_REF:
  case MODEL_ARTIFACT:
  case MODEL_TYPES:
    break;
  }
  return 0;
}

/* A text is cut, as it is in an attribute of type string. */
static unsigned char *put_last(unsigned char *at, const model_value *value,
                               size_t truncate)
{
  const model_summary *from = &value->as.series;
  model_object last;
  if (from->points == 0) {
    return at;
  }
  at = put_present(at, 3, from->last_step);
  last = *from->last_object;
  if (value->type == MODEL_STRING_SERIES) {
    last.text.len = cut_length(last.text, truncate);
  }
  return objects_put(at, 4, value->type, &last);
}

/* What stands in the value's message. */
static unsigned char *put_value(unsigned char *at, unsigned field,
                                const model_value *value, size_t truncate)
{
  model_text text;
  switch (field) {
  case 3:
  case 6:
  case 7:
    return put_integer(at, 3, value->as.integer);
  case 4:
    return put_double(at, 3, value->as.real);
  case 5:
    text = value->as.text;
    text.len = cut_length(text, truncate);
    return put_text(at, 3, text);
  case 8:
    for (size_t i = 0; i < value->as.set.count; i++) {
      at = put_item(at, 3, value->as.set.items[i]);
    }
    return at;
  case 9:
    return put_series(at, &value->as.series);
  case 10:
    return put_file(at, &value->as.file);
  case 11:
  case 12:
  case 13:
    return put_last(at, value, truncate);
  default:
    return at;
  }
}

void encode_attribute(srv_bytes *out, unsigned field, const model_def *def,
                      const model_value *value, size_t truncate)
{
  model_text type = text_from(model_type_api_name(def->type));
  unsigned number = value_field(def->type);
  unsigned char *start, *inner,
      *at =
          srv_bytes_reserve(out, 4 * PUT_HEAD_BYTES + def->path.len + type.len +
                                     value_bound(def->type, value));
  if (!at) {
    return;
  }
  start = put_begin(at, field);
  at = put_text(start, 1, def->path);
  at = put_text(at, 2, type);
  if (number > 0) {
    inner = put_begin(at, number);
    at = put_end(inner, put_value(inner, number, value, truncate));
  }
  out->len = (size_t)(put_end(start, at) - out->data);
}

void encode_organization_id(const char *workspace, char id[37])
{
  uint64_t high = 0, low;
  for (const char *c = workspace; *c; c++) {
    high = srv_mix(high ^ (unsigned char)*c);
  }
  low = srv_mix(high);
  sqlite3_snprintf(
      37, id, "%08llx-%04llx-4%03llx-a%03llx-%012llx",
      (sqlite3_uint64)(high >> 32), (sqlite3_uint64)(high >> 16 & 0xffff),
      (sqlite3_uint64)(high & 0xfff), (sqlite3_uint64)(low >> 48 & 0xfff),
      (sqlite3_uint64)(low & UINT64_C(0xffffffffffff)));
}

void encode_project_head(srv_bytes *out, const model_project *project)
{
  char organization[37];
  encode_organization_id(project->workspace, organization);
  encode_text(out, 2, text_from("run"));
  encode_text(out, 3, text_from(project->uuid));
  encode_text(out, 4, text_from(organization));
  encode_text(out, 5, text_from(project->name));
  encode_text(out, 6, text_from(project->workspace));
}

void encode_search_head(srv_bytes *out, int64_t matching)
{
  Wire__SearchResult message = WIRE__SEARCH_RESULT__INIT;
  message.has_matching_item_count = matching != 0;
  message.matching_item_count = matching;
  append_packed(out, &message.base);
}

void encode_definition(srv_bytes *out, const model_def *def)
{
  Wire__Definition message = WIRE__DEFINITION__INIT;
  message.name = text_of(def->path.data);
  message.type = text_of(model_type_api_name(def->type));
  append_message(out, 1, &message.base);
}

void encode_next_page(srv_bytes *out, const char *token, uint32_t limit)
{
  Wire__NextPage message = WIRE__NEXT_PAGE__INIT;
  message.token = text_of(token);
  message.has_limit = true;
  message.limit = limit;
  append_message(out, 2, &message.base);
}
