#include "wire_proto.h"

static int check_key(nep_text key, const char *what, nep_error *error)
{
  return nep_text_is_clean_utf8(key) ? SQLITE_OK
                                     : nep_proto_damaged(error, what);
}

/* ---- attributes ---- */

/* Numbers of the fields of Attribute that hold a value. */
enum { FIRST_VALUE = 3, LAST_VALUE = 13 };

static const nep_type type_of_value[LAST_VALUE + 1] = {
    [3] = NEP_TYPE_INT,
    [4] = NEP_TYPE_FLOAT,
    [5] = NEP_TYPE_STRING,
    [6] = NEP_TYPE_BOOL,
    [7] = NEP_TYPE_DATETIME,
    [8] = NEP_TYPE_STRING_SET,
    [9] = NEP_TYPE_FLOAT_SERIES,
    [10] = NEP_TYPE_FILE,
    [11] = NEP_TYPE_STRING_SERIES,
    [12] = NEP_TYPE_FILE_SERIES,
    [13] = NEP_TYPE_HISTOGRAM_SERIES,
};

/* The field where a value of that type stands. */
static unsigned value_field(nep_type type)
{
  unsigned number;

  for (number = FIRST_VALUE; number <= LAST_VALUE; number++) {
    if (type_of_value[number] == type)
      return number;
  }
  return 5; /* experimentState, complex, gitRef travel as strings */
}

static void set_number(nep_attribute *attribute, unsigned bit, double *number,
                       sqlite3_uint64 bits)
{
  attribute->has |= bit;
  *number = nep_proto_double(bits);
}

static void set_text(nep_attribute *attribute, nep_text text)
{
  attribute->text = text;
  attribute->has_text = true;
}

/* The value of int, bool, datetime, float or string, field 3 of its message;
** zero where it is left out. */
static int read_scalar(nep_reader message, unsigned wire_type, nep_field *value,
                       nep_error *error)
{
  nep_field next;
  int code;

  memset(value, 0, sizeof(*value));
  while ((code = nep_proto_next_tagged(&message, NEP_TAG(3, wire_type), &next,
                                       error)) == SQLITE_ROW)
    *value = next;
  return nep_proto_end(code);
}

static int read_text(nep_reader message, nep_attribute *attribute,
                     nep_error *error)
{
  nep_field value;
  int code = read_scalar(message, NEP_BYTES, &value, error);

  set_text(attribute, value.bytes);
  return code;
}

static int read_integer(nep_reader message, nep_attribute *attribute,
                        nep_error *error)
{
  nep_field value;
  int code = read_scalar(message, NEP_VARINT, &value, error);

  attribute->integer = (sqlite3_int64)value.bits;
  if (attribute->type == NEP_TYPE_BOOL)
    attribute->integer = value.bits != 0;
  return code;
}

static int read_real(nep_reader message, nep_attribute *attribute,
                     nep_error *error)
{
  nep_field value;
  int code = read_scalar(message, NEP_FIXED64, &value, error);

  attribute->real = nep_proto_double(value.bits);
  return code;
}

static int read_float_series(nep_reader message, nep_attribute *attribute,
                             nep_error *error)
{
  nep_field next;
  int code;

  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    switch (next.tag) {
    case NEP_TAG(3, NEP_FIXED64):
      set_number(attribute, NEP_HAS_LAST_STEP, &attribute->last_step,
                 next.bits);
      break;
    case NEP_TAG(4, NEP_FIXED64):
      set_number(attribute, NEP_HAS_LAST, &attribute->last, next.bits);
      break;
    case NEP_TAG(5, NEP_FIXED64):
      set_number(attribute, NEP_HAS_MIN, &attribute->min, next.bits);
      break;
    case NEP_TAG(6, NEP_FIXED64):
      set_number(attribute, NEP_HAS_MAX, &attribute->max, next.bits);
      break;
    case NEP_TAG(7, NEP_FIXED64):
      set_number(attribute, NEP_HAS_AVERAGE, &attribute->average, next.bits);
      break;
    case NEP_TAG(8, NEP_FIXED64):
      set_number(attribute, NEP_HAS_VARIANCE, &attribute->variance, next.bits);
      break;
    }
  }
  return nep_proto_end(code);
}

/* path: the number of the first of the three fields, in order path, size,
** mime type; what the message is called differs, what it holds does not. */
static int read_file(nep_reader message, unsigned path,
                     nep_attribute *attribute, nep_error *error)
{
  nep_field next;
  int code;

  attribute->has_text = true;
  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (next.tag == NEP_TAG(path, NEP_BYTES))
      attribute->text = next.bytes;
    else if (next.tag == NEP_TAG(path + 1, NEP_VARINT))
      attribute->integer = (sqlite3_int64)next.bits;
    else if (next.tag == NEP_TAG(path + 2, NEP_BYTES))
      attribute->mime_type = next.bytes;
  }
  return nep_proto_end(code);
}

/* The last value, or any other, of a string, file or histogram series. */
static int read_last(nep_text last, nep_attribute *attribute, nep_error *error)
{
  if (attribute->type == NEP_TYPE_FILE_SERIES)
    return read_file(nep_reader_of(last), 1, attribute, error);
  if (attribute->type == NEP_TYPE_STRING_SERIES)
    set_text(attribute, last);
  else
    attribute->items = nep_reader_of(last);
  return SQLITE_OK;
}

int nep_wire_read_object(const nep_object *object, nep_attribute *attribute,
                         nep_error *error)
{
  *attribute = (nep_attribute){.type = object->type,
                               .has_value = object->type != NEP_TYPE_UNKNOWN};
  if (!attribute->has_value)
    return SQLITE_OK;
  return read_last(object->bytes, attribute, error);
}

/* string, file and histogram series: field 3 is the last step, 4 the last. */
static int read_other_series(nep_reader message, nep_attribute *attribute,
                             nep_error *error)
{
  nep_text last = {0};
  nep_field next;
  int code;

  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (next.tag == NEP_TAG(3, NEP_FIXED64)) {
      set_number(attribute, NEP_HAS_LAST_STEP, &attribute->last_step,
                 next.bits);
    } else if (next.tag == NEP_TAG(4, NEP_BYTES)) {
      attribute->has |= NEP_HAS_LAST;
      last = next.bytes;
    }
  }
  if (code != SQLITE_DONE || !(attribute->has & NEP_HAS_LAST))
    return nep_proto_end(code);
  return read_last(last, attribute, error);
}

/* Reads message, the value of an attribute whose type is known. */
static int read_value(nep_reader message, nep_attribute *attribute,
                      nep_error *error)
{
  attribute->has_value = true;
  switch (attribute->type) {
  case NEP_TYPE_STRING:
  case NEP_TYPE_EXPERIMENT_STATE:
  case NEP_TYPE_COMPLEX:
  case NEP_TYPE_GIT_REF:
    return read_text(message, attribute, error);
  case NEP_TYPE_BOOL:
  case NEP_TYPE_INT:
  case NEP_TYPE_DATETIME:
    return read_integer(message, attribute, error);
  case NEP_TYPE_FLOAT:
    return read_real(message, attribute, error);
  case NEP_TYPE_STRING_SET:
    attribute->items = message;
    return SQLITE_OK;
  case NEP_TYPE_FLOAT_SERIES:
    return read_float_series(message, attribute, error);
  case NEP_TYPE_FILE:
    return read_file(message, 3, attribute, error);
  case NEP_TYPE_STRING_SERIES:
  case NEP_TYPE_FILE_SERIES:
  case NEP_TYPE_HISTOGRAM_SERIES:
    return read_other_series(message, attribute, error);
  case NEP_TYPE_UNKNOWN:
  case NEP_TYPE_COUNT:
    break;
  }
  attribute->has_value = false;
  return SQLITE_OK;
}

/* The type by its name, else by the value: the field that is there. */
static nep_type find_type(nep_text name, unsigned number)
{
  nep_type by_value = type_of_value[number];
  nep_type by_name;

  if (!name.size ||
      nep_text_equal(name, nep_text_of(nep_type_wire_name(by_value))))
    return by_value;
  by_name = nep_type_from_wire_name(name);
  return by_name == NEP_TYPE_UNKNOWN ? by_value : by_name;
}

/* The parts of an Attribute. */
typedef struct parts {
  nep_text type;   /* its name */
  nep_text value;  /* the last that came, of whatever type */
  unsigned number; /* of the field that value came from; 0: none did */
} parts;

static int read_parts(nep_reader message, nep_text *path, parts *found,
                      nep_error *error)
{
  nep_field next;
  int code;

  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    unsigned at = next.tag >> 3;
    if (next.tag == NEP_TAG(1, NEP_BYTES)) {
      *path = next.bytes;
    } else if (next.tag == NEP_TAG(2, NEP_BYTES)) {
      found->type = next.bytes;
    } else if (next.tag == NEP_TAG(at, NEP_BYTES) && at <= LAST_VALUE) {
      found->value = next.bytes;
      found->number = at;
    }
  }
  return nep_proto_end(code);
}

/* Sets found to the last value in field number, where another came behind. */
static int read_part(nep_reader message, unsigned number, parts *found,
                     nep_error *error)
{
  nep_field next;
  int code;

  found->number = 0;
  while ((code = nep_proto_next_tagged(&message, NEP_TAG(number, NEP_BYTES),
                                       &next, error)) == SQLITE_ROW) {
    found->value = next.bytes;
    found->number = number;
  }
  return nep_proto_end(code);
}

static int read_attribute(nep_reader message, nep_attribute *attribute,
                          nep_error *error)
{
  parts found = {0};
  unsigned number;

  memset(attribute, 0, sizeof(*attribute));
  if (read_parts(message, &attribute->path, &found, error) ||
      check_key(attribute->path, "an attribute's name is not UTF-8", error))
    return error->code;
  attribute->type = find_type(found.type, found.number);
  number = value_field(attribute->type);
  if (found.number && found.number != number &&
      read_part(message, number, &found, error))
    return error->code;
  if (!found.number)
    return SQLITE_OK;
  return read_value(nep_reader_of(found.value), attribute, error);
}

/* ---- entries: runs with their attributes ---- */

void nep_entry_dispose(nep_entry *entry)
{
  sqlite3_free(entry->attributes);
  memset(entry, 0, sizeof(*entry));
}

const nep_attribute *nep_entry_find(const nep_entry *entry, nep_text path,
                                    nep_type type, size_t *hint)
{
  size_t n = entry->n_attributes;
  size_t tried, at = *hint < n ? *hint : 0;

  for (tried = 0; tried < n; tried++) {
    const nep_attribute *attribute = &entry->attributes[at];
    if ((type == NEP_TYPE_UNKNOWN || type == attribute->type) &&
        nep_text_equal(path, attribute->path)) {
      *hint = at;
      return attribute;
    }
    at = at + 1 < n ? at + 1 : 0;
  }
  return NULL;
}

static int append_attribute(nep_entry *entry, nep_text message,
                            nep_error *error)
{
  if (entry->n_attributes >= NEP_MAX_ATTRIBUTES)
    return nep_error_set(error, SQLITE_TOOBIG,
                         "the server sent more than %llu attributes of a run",
                         (unsigned long long)NEP_MAX_ATTRIBUTES);
  if (entry->n_attributes == entry->capacity) {
    nep_attribute *larger = nep_array_grow(entry->attributes, &entry->capacity,
                                           sizeof(nep_attribute), error);
    if (!larger)
      return error->code;
    entry->attributes = larger;
  }
  if (read_attribute(nep_reader_of(message),
                     &entry->attributes[entry->n_attributes], error))
    return error->code;
  entry->n_attributes++;
  return SQLITE_OK;
}

/* Forgets the entry before, but keeps its array. */
static void reset_entry(nep_entry *entry)
{
  nep_entry empty = {.attributes = entry->attributes,
                     .capacity = entry->capacity};
  *entry = empty;
}

static int finish_entry(const nep_entry *entry, int code, nep_error *error)
{
  if (error->code)
    return error->code;
  if (check_key(entry->uuid, "a run's id is not UTF-8", error) ||
      check_key(entry->sys_id, "a run's sys/id is not UTF-8", error))
    return error->code;
  return code == SQLITE_DONE ? SQLITE_ROW : code;
}

/* The tags of an entry's members in one kind of answer; 0: not in it. */
typedef struct entry_form {
  unsigned uuid, sys_id, project, workspace, attribute;
} entry_form;

static int read_entry(nep_text raw, const entry_form *form, nep_entry *entry,
                      nep_error *error)
{
  nep_reader message = nep_reader_of(raw);
  nep_field next;
  int code = SQLITE_DONE;

  reset_entry(entry);
  entry->raw = raw;
  while (!error->code &&
         (code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (next.tag == form->attribute)
      append_attribute(entry, next.bytes, error);
    else if (next.tag == form->uuid)
      entry->uuid = next.bytes;
    else if (next.tag == form->sys_id)
      entry->sys_id = next.bytes;
    else if (next.tag == form->project)
      entry->project = next.bytes;
    else if (next.tag == form->workspace)
      entry->workspace = next.bytes;
  }
  return finish_entry(entry, code, error);
}

int nep_wire_read_search_entry(nep_text raw, nep_entry *entry, nep_error *error)
{
  static const entry_form form = {.uuid = NEP_TAG(1, NEP_BYTES),
                                  .project = NEP_TAG(5, NEP_BYTES),
                                  .workspace = NEP_TAG(6, NEP_BYTES),
                                  .attribute = NEP_TAG(7, NEP_BYTES)};
  return read_entry(raw, &form, entry, error);
}

int nep_wire_next_search_entry(nep_reader *page, nep_entry *entry,
                               nep_error *error)
{
  nep_field next;
  int code = nep_proto_next_tagged(page, NEP_TAG(3, NEP_BYTES), &next, error);

  return code == SQLITE_ROW
             ? nep_wire_read_search_entry(next.bytes, entry, error)
             : code;
}

int nep_wire_append_search_entry(nep_bytes *page, nep_text raw,
                                 nep_error *error)
{
  unsigned char head[11] = {NEP_TAG(3, NEP_BYTES)};
  size_t n = 1, size = raw.size;
  int code;

  for (; size > 0x7f; size >>= 7)
    head[n++] = (unsigned char)(size | 0x80);
  head[n++] = (unsigned char)size;
  code = nep_bytes_append(page, head, n);
  if (!code)
    code = nep_bytes_append(page, raw.data, raw.size);
  if (code == SQLITE_TOOBIG)
    return nep_error_set(error, code, "the attributes of a page are too large");
  return code ? nep_error_no_memory(error) : SQLITE_OK;
}

int nep_wire_read_values_entry(nep_text raw, nep_entry *entry, nep_error *error)
{
  static const entry_form form = {.uuid = NEP_TAG(1, NEP_BYTES),
                                  .sys_id = NEP_TAG(2, NEP_BYTES),
                                  .attribute = NEP_TAG(3, NEP_BYTES)};
  return read_entry(raw, &form, entry, error);
}

int nep_wire_next_values_entry(nep_reader *page, nep_entry *entry,
                               nep_error *error)
{
  nep_field next;
  int code = nep_proto_next_tagged(page, NEP_TAG(1, NEP_BYTES), &next, error);

  return code == SQLITE_ROW
             ? nep_wire_read_values_entry(next.bytes, entry, error)
             : code;
}

int nep_wire_search_summary(nep_text page, size_t *n_entries,
                            sqlite3_int64 *matching, nep_error *error)
{
  nep_reader message = nep_reader_of(page);
  nep_field next;
  int code;

  *n_entries = 0;
  *matching = -1;
  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (next.tag == NEP_TAG(1, NEP_VARINT))
      *matching = (sqlite3_int64)next.bits;
    else if (next.tag == NEP_TAG(3, NEP_BYTES))
      ++*n_entries;
  }
  return nep_proto_end(code);
}

/* Adds the number of fields with that tag to *n. */
static int count_tagged(nep_reader message, unsigned tag, size_t *n,
                        nep_error *error)
{
  nep_field next;
  int code;

  while ((code = nep_proto_next_tagged(&message, tag, &next, error)) ==
         SQLITE_ROW)
    ++*n;
  return nep_proto_end(code);
}

static int read_page_token(nep_reader message, nep_text *token,
                           nep_error *error)
{
  nep_field next;
  int code;

  token->size = 0;
  while ((code = nep_proto_next_tagged(&message, NEP_TAG(1, NEP_BYTES), &next,
                                       error)) == SQLITE_ROW)
    *token = next.bytes;
  if (code != SQLITE_DONE)
    return code;
  return check_key(*token, "a page's token is not UTF-8", error);
}

int nep_wire_values_summary(nep_text page, size_t *n_entries, size_t *n_values,
                            nep_text *next_token, nep_error *error)
{
  nep_reader message = nep_reader_of(page);
  nep_field next;
  int code;

  *n_entries = *n_values = 0;
  memset(next_token, 0, sizeof(*next_token));
  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (next.tag == NEP_TAG(1, NEP_BYTES)) {
      ++*n_entries;
      count_tagged(nep_reader_of(next.bytes), NEP_TAG(3, NEP_BYTES), n_values,
                   error);
    } else if (next.tag == NEP_TAG(2, NEP_BYTES)) {
      read_page_token(nep_reader_of(next.bytes), next_token, error);
    }
    if (error->code)
      return error->code;
  }
  return nep_proto_end(code);
}

/* ---- sets and histograms ---- */

int nep_wire_next_string(nep_reader *items, nep_text *text, nep_error *error)
{
  nep_field next;
  int code = nep_proto_next_tagged(items, NEP_TAG(3, NEP_BYTES), &next, error);

  if (code == SQLITE_ROW)
    *text = next.bytes;
  return code;
}

int nep_wire_histogram(nep_reader message, nep_histogram *histogram,
                       nep_error *error)
{
  nep_doubles numbers = {.message = message,
                         .packed = {message.end, message.end}};
  nep_field next;
  int code;

  memset(histogram, 0, sizeof(*histogram));
  histogram->edges = histogram->values = numbers;
  histogram->edges.field = 2;
  histogram->values.field = 3;
  while ((code = nep_proto_next_tagged(&message, NEP_TAG(1, NEP_BYTES), &next,
                                       error)) == SQLITE_ROW)
    histogram->type = next.bytes;
  return nep_proto_end(code);
}

int nep_wire_next_double(nep_doubles *numbers, double *number, nep_error *error)
{
  nep_field next;

  while (numbers->packed.at == numbers->packed.end) {
    int code = nep_proto_next(&numbers->message, &next, error);
    if (code != SQLITE_ROW)
      return code;
    if (next.tag == NEP_TAG(numbers->field, NEP_FIXED64)) {
      *number = nep_proto_double(next.bits);
      return SQLITE_ROW;
    }
    if (next.tag == NEP_TAG(numbers->field, NEP_BYTES))
      numbers->packed = nep_reader_of(next.bytes);
  }
  if (nep_proto_left(&numbers->packed) < 8)
    return nep_proto_damaged(error, "a list of numbers is cut off");
  *number = nep_proto_load_double(numbers->packed.at);
  numbers->packed.at += 8;
  return SQLITE_ROW;
}
