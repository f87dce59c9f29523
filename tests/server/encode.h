/* encode.h: values -> protobuf and JSON. A message with many parts is written
 * part by part: a repeated field may follow its message's other fields. */
#ifndef SRV_ENCODE_H
#define SRV_ENCODE_H

#include "base.h"
#include "model.h"

#include <cjson/cJSON.h>

/* A varint, and a tag with the length of what follows. */
void encode_varint(srv_bytes *out, uint64_t value);
void encode_length(srv_bytes *out, unsigned field, size_t len);

/* Message `Attribute` of the API as field `field` of the message in out.
 * Strings are cut to `truncate` characters. */
void encode_attribute(srv_bytes *out, unsigned field, const model_def *def,
                      const model_value *value, size_t truncate);

/* The run's own fields of message `Attributes` (1 to 6). */
void encode_run_head(srv_bytes *out, const model_project *project, size_t run,
                     srv_arena *arena);

void encode_search_head(srv_bytes *out, int64_t matching);
void encode_definition(srv_bytes *out, const model_def *def);

/* Fields 1 and 2 of a run in the answer to a query for values. */
void encode_values_head(srv_bytes *out, const char *uuid, const char *sys_id);
void encode_next_page(srv_bytes *out, const char *token, uint32_t limit);

/* The points of a cursor, up to limit, as one series of the answer to a query
 * for float series. Returns how many were written. */
size_t encode_float_series(srv_bytes *out, const char *request_id,
                           model_cursor *cursor, size_t limit);

/* The same as encode_attribute for the JSON answer; NULL without memory. */
cJSON *encode_attribute_json(const model_def *def, const model_value *value,
                             size_t truncate);

/* The organisation's id of a workspace: a UUID made of its name. */
void encode_organization_id(const char *workspace, char id[37]);

#endif
