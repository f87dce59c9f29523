/* encode.c: attributes as protobuf, by protobuf-c. */
#include "encode.h"

#include <string.h>

#include <sqlite3.h>

#include "neptune.pb-c.h"

enum { WIRE_LENGTH = 2 };

void encode_varint(srv_bytes *out, uint64_t value)
{
  unsigned char *place = srv_bytes_reserve(out, 10);
  if (!place) {
    return;
  }
  while (value >= 0x80) {
    *place++ = (unsigned char)(value | 0x80);
    value >>= 7;
    out->len++;
  }
  *place = (unsigned char)value;
  out->len++;
}

void encode_length(srv_bytes *out, unsigned field, size_t len)
{
  encode_varint(out, field << 3 | WIRE_LENGTH);
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

/* -0 is not zero to proto3. */
static uint64_t bits_of(double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* All the submessages that an attribute may carry. */
typedef struct parts {
  Wire__Int integer;
  Wire__Float real;
  Wire__String string;
  Wire__Bool boolean;
  Wire__Datetime datetime;
  Wire__StringSet set;
  Wire__FloatSeries series;
  Wire__FileRef file;
} parts;

static void set_series(Wire__FloatSeries *to, const model_summary *from)
{
  wire__float_series__init(to);
  to->has_last_step = to->has_last = from->points > 0;
  to->last_step = from->last_step;
  to->last = from->last;
  to->has_min = to->has_max = to->has_average = to->has_variance =
      from->finite > 0;
  to->min = from->min;
  to->max = from->max;
  to->average = from->average;
  to->variance = from->variance;
  to->has_has_preview = to->has_preview = from->has_preview;
}

static void set_file(Wire__FileRef *to, const model_file *from)
{
  wire__file_ref__init(to);
  to->path = text_of(from->path.data);
  to->has_size_bytes = from->size_bytes != 0;
  to->size_bytes = from->size_bytes;
  to->mime_type = text_of(from->mime_type.data);
}

static void append_set(srv_bytes *out, unsigned field, Wire__Attribute *message,
                       parts *part, const model_value *value)
{
  srv_arena arena;
  char **items;
  srv_arena_init(&arena);
  items = srv_arena_array(&arena, value->as.set.count + 1, sizeof *items);
  out->failed = out->failed || !items;
  for (size_t i = 0; items && i < value->as.set.count; i++) {
    items[i] = text_of(value->as.set.items[i].data);
  }
  wire__string_set__init(&part->set);
  part->set.n_value = items ? value->as.set.count : 0;
  part->set.value = items;
  message->string_set = &part->set;
  append_message(out, field, &message->base);
  srv_arena_dispose(&arena);
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

static void append_string(srv_bytes *out, unsigned field,
                          Wire__Attribute *message, parts *part,
                          model_text text, size_t truncate)
{
  size_t len = cut_length(text, truncate);
  srv_arena arena;
  srv_arena_init(&arena);
  wire__string__init(&part->string);
  part->string.value = len < text.len ? srv_arena_copy(&arena, text.data, len)
                                      : text_of(text.data);
  out->failed = out->failed || !part->string.value;
  message->string_value = &part->string;
  append_message(out, field, &message->base);
  srv_arena_dispose(&arena);
}

void encode_attribute(srv_bytes *out, unsigned field, const model_def *def,
                      const model_value *value, size_t truncate)
{
  Wire__Attribute message = WIRE__ATTRIBUTE__INIT;
  parts part;
  message.name = text_of(def->path.data);
  message.type = text_of(model_type_api_name(def->type));
  switch (def->type) {
  case MODEL_INT:
    wire__int__init(&part.integer);
    part.integer.has_value = value->as.integer != 0;
    part.integer.value = value->as.integer;
    message.int_value = &part.integer;
    break;
  case MODEL_FLOAT:
    wire__float__init(&part.real);
    part.real.has_value = bits_of(value->as.real) != 0;
    part.real.value = value->as.real;
    message.float_value = &part.real;
    break;
  case MODEL_BOOL:
    wire__bool__init(&part.boolean);
    part.boolean.has_value = part.boolean.value = value->as.integer != 0;
    message.bool_value = &part.boolean;
    break;
  case MODEL_DATETIME:
    wire__datetime__init(&part.datetime);
    part.datetime.has_value = value->as.integer != 0;
    part.datetime.value = value->as.integer;
    message.datetime_value = &part.datetime;
    break;
  case MODEL_FLOAT_SERIES:
    set_series(&part.series, &value->as.series);
    message.float_series = &part.series;
    break;
  case MODEL_FILE:
    set_file(&part.file, &value->as.file);
    message.file_ref = &part.file;
    break;
  case MODEL_STRING:
  case MODEL_EXPERIMENT_STATE: /* the message has no place of its own */
    append_string(out, field, &message, &part, value->as.text, truncate);
    return;
  case MODEL_STRING_SET:
    append_set(out, field, &message, &part, value);
    return;
  case MODEL_STRING_SERIES:
  case MODEL_FILE_SERIES:
  case MODEL_HISTOGRAM_SERIES:
  case MODEL_COMPLEX:
  case MODEL_GIT_REF:
  case MODEL_ARTIFACT:
  case MODEL_TYPES:
    break;
  }
  append_message(out, field, &message.base);
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

void encode_run_head(srv_bytes *out, const model_project *project, size_t run,
                     srv_arena *arena)
{
  Wire__Attributes message = WIRE__ATTRIBUTES__INIT;
  char organization[37];
  model_text uuid =
      model_project_text(project, run, project->def_run_uuid, arena);
  encode_organization_id(project->workspace, organization);
  message.experiment_id = text_of(uuid.data);
  message.type = text_of("run");
  message.project_id = project->uuid;
  message.organization_id = organization;
  message.project_name = project->name;
  message.organization_name = project->workspace;
  append_packed(out, &message.base);
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

void encode_values_head(srv_bytes *out, const char *uuid, const char *sys_id)
{
  Wire__RunValues message = WIRE__RUN_VALUES__INIT;
  message.experiment_id = text_of(uuid);
  message.short_id = text_of(sys_id);
  append_packed(out, &message.base);
}

void encode_next_page(srv_bytes *out, const char *token, uint32_t limit)
{
  Wire__NextPage message = WIRE__NEXT_PAGE__INIT;
  message.token = text_of(token);
  message.has_limit = true;
  message.limit = limit;
  append_message(out, 2, &message.base);
}
