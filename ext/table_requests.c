/* neptune_requests: the ring of HTTP requests. Needs no network. */
#include "values.h"
#include "vtab.h"

#include <math.h>

enum {
  COLUMN_ID,
  COLUMN_STARTED_AT,
  COLUMN_METHOD,
  COLUMN_PATH,
  COLUMN_QUERY,
  COLUMN_ROWS,
  COLUMN_REQUEST_BYTES,
  COLUMN_RESPONSE_BYTES,
  COLUMN_STATUS,
  COLUMN_ATTEMPTS,
  COLUMN_MILLISECONDS,
  COLUMN_ERROR
};

/* The state is the id of the current record; records made by other tables of
** the same statement may come up while it runs. */
static const nep_http_record *current(const nep_cursor *cursor)
{
  const sqlite3_int64 *id = cursor->state;
  return nep_http_record_from(nep_cursor_connection(cursor)->http, *id);
}

static int open_requests(nep_cursor *cursor, nep_error *error)
{
  sqlite3_int64 *id = sqlite3_malloc64(sizeof(*id));
  if (!id)
    return nep_error_no_memory(error);
  *id = 0;
  cursor->state = id;
  const nep_http_record *record = current(cursor);
  if (record)
    *id = record->id;
  cursor->is_eof = !record;
  return SQLITE_OK;
}

static int next_request(nep_cursor *cursor, nep_error *error)
{
  (void)error;
  sqlite3_int64 *id = cursor->state;
  (*id)++;
  const nep_http_record *record = current(cursor);
  if (record)
    *id = record->id;
  cursor->is_eof = !record;
  return SQLITE_OK;
}

static void close_requests(nep_cursor *cursor)
{
  sqlite3_free(cursor->state);
}

static void give_text(sqlite3_context *context, const char *text)
{
  if (text)
    nep_values_result_text(context, nep_text_of(text));
}

static int requests_column(nep_cursor *cursor, int column,
                           sqlite3_context *context, nep_error *error)
{
  (void)error;
  const nep_http_record *record = current(cursor);
  if (!record)
    return SQLITE_OK;
  switch (column) {
  case COLUMN_ID:
    sqlite3_result_int64(context, record->id);
    break;
  case COLUMN_STARTED_AT:
    nep_values_result_time(context, record->started_at_ms);
    break;
  case COLUMN_METHOD:
    give_text(context, record->method);
    break;
  case COLUMN_PATH:
    give_text(context, record->path);
    break;
  case COLUMN_QUERY:
    give_text(context, record->query);
    break;
  case COLUMN_ROWS:
    if (record->rows >= 0)
      sqlite3_result_int64(context, record->rows);
    break;
  case COLUMN_REQUEST_BYTES:
    sqlite3_result_int64(context, record->request_bytes);
    break;
  case COLUMN_RESPONSE_BYTES:
    sqlite3_result_int64(context, record->response_bytes);
    break;
  case COLUMN_STATUS:
    if (record->status)
      sqlite3_result_int(context, record->status);
    break;
  case COLUMN_ATTEMPTS:
    sqlite3_result_int(context, record->attempts);
    break;
  case COLUMN_MILLISECONDS:
    if (record->milliseconds >= 0)
      sqlite3_result_double(context, round(record->milliseconds * 1e3) / 1e3);
    break;
  case COLUMN_ERROR:
    give_text(context, record->error);
    break;
  default:
    break;
  }
  return SQLITE_OK;
}

const nep_table nep_table_requests = {
    &nep_schema_requests, open_requests, next_request, requests_column,
    close_requests,       NULL,          NULL,         NULL};
