/* name_filter.h: which attributes a request for definitions or values asks
 * for: names, patterns and types. */
#ifndef SRV_NAME_FILTER_H
#define SRV_NAME_FILTER_H

#include "input.h"
#include "regex.h"

typedef struct name_filter name_filter;

/* Reads attributeNameFilter, attributeFilter and attributeNamesFilter of a
 * body. NULL and *err (400) if one is not well formed, or a pattern is not
 * one of RE2. */
name_filter *name_filter_new(const cJSON *body, srv_error *err);
void name_filter_free(name_filter *filter);

bool name_filter_accepts(const name_filter *filter, const model_def *def);

#endif
