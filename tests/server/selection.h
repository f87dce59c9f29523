/* selection.h: what the series endpoints are asked for: which series of which
 * run, which of its points. */
#ifndef SRV_SELECTION_H
#define SRV_SELECTION_H

#include "input.h"

/* Answers one of a body's requests; shared is of all of them, scratch is empty
 * for each. */
typedef bool selection_answer(srv_request *request, const cJSON *item,
                              void *shared, srv_arena *scratch, srv_error *err);

/* The requests of a body; an error if there are none. */
const cJSON *selection_read_requests(const cJSON *body, srv_error *err);

/* Calls answer for each of the requests until one fails; what is answered is
 * protobuf. */
bool selection_answer_each(srv_request *request, const cJSON *requests,
                           selection_answer *answer, void *shared,
                           srv_error *err);

/* The series of one of the requests and its id (borrowed from item); NULL: an
 * error, one of them lacks. */
const cJSON *selection_read_series(const cJSON *item, const char **id,
                                   srv_error *err);

/* stepRange and order of a body, which all its series share. */
bool selection_read_range(const cJSON *body, model_window *window,
                          srv_error *err);

/* lineage, lineageEntityType and includePreview of a series. */
bool selection_read_lineage(const cJSON *series, model_window *window,
                            srv_error *err);

/* The holder and the attribute of a series: sets project and run of the
 * cursor and *path (borrowed from series). *known is false if there is no such
 * run. */
bool selection_read_holder(srv_request *request, const cJSON *series,
                           model_cursor *cursor, const char **path, bool *known,
                           srv_error *err);

#endif
