/* selection.h: what the series endpoints are asked for: which series of which
 * run, which of its points. */
#ifndef SRV_SELECTION_H
#define SRV_SELECTION_H

#include "input.h"

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
