/*
** Buckets of float series: the request, the only one in protobuf, and the
** answer.
*/
#include "wire_proto.h"

#include <math.h>

/* ---- writing: what fails first is kept ---- */

typedef struct writer {
  nep_bytes bytes; /* owned */
  int code;
} writer;

static void put_bytes(writer *out, const void *data, size_t size)
{
  if (out->code == SQLITE_OK)
    out->code = nep_bytes_append(&out->bytes, data, size);
}

static void put_varint(writer *out, sqlite3_uint64 value)
{
  unsigned char bytes[10];
  size_t n = 0;

  for (; value > 0x7f; value >>= 7)
    bytes[n++] = (unsigned char)(value | 0x80);
  bytes[n++] = (unsigned char)value;
  put_bytes(out, bytes, n);
}

static void put_number(writer *out, unsigned field, sqlite3_uint64 value)
{
  put_varint(out, NEP_TAG(field, NEP_VARINT));
  put_varint(out, value);
}

static void put_text(writer *out, unsigned field, nep_text text)
{
  put_varint(out, NEP_TAG(field, NEP_BYTES));
  put_varint(out, text.size);
  put_bytes(out, text.data, text.size);
}

static void put_double(writer *out, unsigned field, double value)
{
  unsigned char bytes[8];
  sqlite3_uint64 bits;

  memcpy(&bits, &value, sizeof(bits));
  for (size_t i = 0; i < sizeof(bytes); i++)
    bytes[i] = (unsigned char)(bits >> 8 * i);
  put_varint(out, NEP_TAG(field, NEP_FIXED64));
  put_bytes(out, bytes, sizeof(bytes));
}

/* Ends and releases message, which becomes a field of out. */
static void put_message(writer *out, unsigned field, writer *message)
{
  if (out->code == SQLITE_OK)
    out->code = message->code;
  put_text(out, field, nep_bytes_view(&message->bytes));
  nep_bytes_dispose(&message->bytes);
}

static writer begin(void)
{
  return (writer){.bytes.limit = NEP_MAX_REQUEST};
}

/* "${path}", where what would end or begin a name is escaped. */
static void put_formula(writer *out, unsigned field, const char *path)
{
  writer formula = begin();

  put_bytes(&formula, "${", 2);
  for (const char *at = path; *at; at++) {
    if (strchr("\\${}", *at))
      put_bytes(&formula, "\\", 1);
    put_bytes(&formula, at, 1);
  }
  put_bytes(&formula, "}", 1);
  put_message(out, field, &formula);
}

/* ---- request ---- */

#define UUID_SIZE 36

/* A UUID of version 4 in form that begins with index. */
static void format_request_id(size_t index, char id[UUID_SIZE + 1])
{
  sqlite3_snprintf(UUID_SIZE + 1, id, "%08x-0000-4000-8000-000000000000",
                   (unsigned)index);
}

static void put_series(writer *out, const nep_buckets_request *request,
                       size_t i)
{
  writer series = begin();
  char id[UUID_SIZE + 1];

  format_request_id(i, id);
  put_text(&series, 1, nep_text_of(id));
  put_text(&series, 2, nep_text_of(request->series[i].run_id));
  put_formula(&series, 3, request->series[i].attribute);
  put_number(&series, 4, request->include_previews);
  if (request->lineage != NEP_LINEAGE_FULL)
    put_number(&series, 5, 1);
  if (request->lineage == NEP_LINEAGE_RUN)
    put_number(&series, 6, 1);
  put_message(out, 1, &series);
}

static void put_range(writer *out, const nep_range *range)
{
  if (range->has_from)
    put_double(out, 1, range->from);
  if (range->has_to)
    put_double(out, 2, range->to);
}

static void put_steps(writer *out, const nep_range *steps)
{
  writer range = begin(), filters = begin();

  put_range(&range, steps);
  put_message(&filters, 1, &range);
  put_message(out, 3, &filters);
}

static void put_axis(writer *out, const nep_view *view)
{
  static const unsigned fields[] = {[NEP_AXIS_STEP] = 1,
                                    [NEP_AXIS_TIME] = 2,
                                    [NEP_AXIS_RELATIVE_TIME] = 3,
                                    [NEP_AXIS_SERIES] = 4};
  writer kind = begin(), axis = begin();

  if (view->axis == NEP_AXIS_SERIES)
    put_formula(&kind, 1, view->axis_path);
  put_message(&axis, fields[view->axis], &kind);
  put_message(out, 7, &axis);
}

int nep_wire_buckets_body(const nep_buckets_request *request, nep_bytes *body,
                          nep_error *error)
{
  const nep_view *view = &request->view;
  writer out = begin(), shown = begin();

  for (size_t i = 0; i < request->n_series; i++)
    put_series(&out, request, i);
  put_range(&shown, &view->range);
  if (view->steps.has_from || view->steps.has_to)
    put_steps(&shown, &view->steps);
  put_number(&shown, 4, (sqlite3_uint64)view->n_buckets);
  put_number(&shown, 5, view->is_log);
  put_axis(&shown, view);
  put_message(&out, 2, &shown);
  *body = out.bytes;
  if (out.code == SQLITE_TOOBIG)
    return nep_error_set(error, out.code, "a request is too large");
  return out.code == SQLITE_OK ? SQLITE_OK : nep_error_no_memory(error);
}

/* ---- answer ---- */

static int read_request_id(nep_text id, size_t n_requests, size_t *request,
                           nep_error *error)
{
  char expected[UUID_SIZE + 1];
  size_t index = 0;

  for (size_t i = 0; i < id.size && i < 8; i++) {
    char c = id.data[i];
    unsigned digit = c <= '9' ? (unsigned)c - '0' : (unsigned)c - 'a' + 10;
    index = index * 16 + (digit & 15); /* compared below as a whole */
  }
  format_request_id(index, expected);
  if (index >= n_requests || !nep_text_equal(id, nep_text_of(expected)))
    return nep_proto_damaged(error, "it holds a series that was not asked for");
  *request = index;
  return SQLITE_ROW;
}

int nep_wire_next_buckets(nep_reader *page, size_t n_requests, size_t *request,
                          nep_reader *buckets, nep_error *error)
{
  nep_text id = {0};
  nep_reader message;
  nep_field next;
  int code = nep_proto_next_tagged(page, NEP_TAG(1, NEP_BYTES), &next, error);

  if (code != SQLITE_ROW)
    return code;
  message = nep_reader_of(next.bytes);
  *buckets = message; /* its other fields are skipped there */
  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (next.tag == NEP_TAG(1, NEP_BYTES))
      id = next.bytes;
  }
  if (code != SQLITE_DONE)
    return code;
  return read_request_id(id, n_requests, request, error);
}

static int read_finite_point(nep_reader message, double *x, double *y,
                             nep_error *error)
{
  nep_field next;
  int code;

  *x = *y = 0;
  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (next.tag == NEP_TAG(1, NEP_FIXED64))
      *x = nep_proto_double(next.bits);
    else if (next.tag == NEP_TAG(2, NEP_FIXED64))
      *y = nep_proto_double(next.bits);
  }
  return nep_proto_end(code);
}

/* Reads one field into bucket: SQLITE_OK or an error. */
static int read_field(const nep_field *next, nep_bucket *bucket,
                      nep_error *error)
{
  switch (next->tag) {
  case NEP_TAG(1, NEP_VARINT):
    bucket->index = (sqlite3_int64)next->bits;
    break;
  case NEP_TAG(2, NEP_FIXED64):
    bucket->from_x = nep_proto_double(next->bits);
    break;
  case NEP_TAG(3, NEP_FIXED64):
    bucket->to_x = nep_proto_double(next->bits);
    break;
  case NEP_TAG(4, NEP_BYTES):
    return read_finite_point(nep_reader_of(next->bytes), &bucket->first_x,
                             &bucket->first, error);
  case NEP_TAG(5, NEP_BYTES):
    return read_finite_point(nep_reader_of(next->bytes), &bucket->last_x,
                             &bucket->last, error);
  case NEP_TAG(6, NEP_FIXED64):
    bucket->min = nep_proto_double(next->bits);
    break;
  case NEP_TAG(7, NEP_FIXED64):
    bucket->max = nep_proto_double(next->bits);
    break;
  case NEP_TAG(8, NEP_VARINT):
    bucket->n_finite = (sqlite3_int64)next->bits;
    break;
  case NEP_TAG(9, NEP_VARINT):
    bucket->n_nan = (sqlite3_int64)next->bits;
    break;
  case NEP_TAG(10, NEP_VARINT):
    bucket->n_positive_infinite = (sqlite3_int64)next->bits;
    break;
  case NEP_TAG(11, NEP_VARINT):
    bucket->n_negative_infinite = (sqlite3_int64)next->bits;
    break;
  case NEP_TAG(12, NEP_FIXED64):
    bucket->sum = nep_proto_double(next->bits);
    break;
  }
  return SQLITE_OK;
}

/* Servers fill in 0 or NaN where there is no finite value. */
static void forget_values(nep_bucket *bucket)
{
  bucket->first_x = bucket->first = bucket->last_x = bucket->last = NAN;
  bucket->min = bucket->max = bucket->sum = NAN;
}

int nep_wire_next_bucket(nep_reader *buckets, nep_bucket *bucket,
                         nep_error *error)
{
  nep_reader message;
  nep_field next;
  int code =
      nep_proto_next_tagged(buckets, NEP_TAG(2, NEP_BYTES), &next, error);

  if (code != SQLITE_ROW)
    return code;
  *bucket = (nep_bucket){0};
  forget_values(bucket);
  message = nep_reader_of(next.bytes);
  while ((code = nep_proto_next(&message, &next, error)) == SQLITE_ROW) {
    if (read_field(&next, bucket, error) != SQLITE_OK)
      return error->code;
  }
  if (code != SQLITE_DONE)
    return code;
  if (bucket->index < 0)
    return nep_proto_damaged(error, "a bucket has a negative number");
  if (bucket->n_finite == 0)
    forget_values(bucket);
  return SQLITE_ROW;
}
