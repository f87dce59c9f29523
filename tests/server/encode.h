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

/* Between the two the parts of a message are written: its field's number, and
 * what encode_begin returned. */
size_t encode_begin(srv_bytes *out, unsigned field);
void encode_end(srv_bytes *out, size_t start);

/* An empty text is left out. */
void encode_text(srv_bytes *out, unsigned field, model_text text);

/* What all runs of a project have in common in message `Attributes`: its
 * fields 2 to 6. Field 1 is the run's UUID. */
void encode_project_head(srv_bytes *out, const model_project *project);

void encode_search_head(srv_bytes *out, int64_t matching);
void encode_definition(srv_bytes *out, const model_def *def);

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
