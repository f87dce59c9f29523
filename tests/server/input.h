/* input.h: reads JSON bodies. Each function sets *err (400) when a member has
 * the wrong type; null counts as absent. */
#ifndef SRV_INPUT_H
#define SRV_INPUT_H

#include "server.h"

/* The body as an object, kept in request->json; an empty body is {} if
 * may_be_empty. NULL if it is anything else. */
const cJSON *input_object(srv_request *request, bool may_be_empty,
                          srv_error *err);

/* A member of an object that is an object itself, NULL if absent. */
const cJSON *input_member(const cJSON *object, const char *name,
                          srv_error *err);

/* A member that is an array, NULL if absent. */
const cJSON *input_array(const cJSON *object, const char *name, srv_error *err);

/* The text of a member, or otherwise if it is absent. */
const char *input_text(const cJSON *object, const char *name,
                       const char *otherwise, srv_error *err);

/* A whole number from low to high, or otherwise if it is absent. */
int64_t input_integer(const cJSON *object, const char *name, int64_t low,
                      int64_t high, int64_t otherwise, srv_error *err);

bool input_bool(const cJSON *object, const char *name, bool otherwise,
                srv_error *err);

/* False if the member is absent. */
bool input_number(const cJSON *object, const char *name, double *value,
                  srv_error *err);

#endif
