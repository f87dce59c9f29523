/* regex.h: RE2 behind three C functions. Search, not anchored. */
#ifndef SRV_REGEX_H
#define SRV_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct srv_regex srv_regex;

/* Compiles pattern. NULL when RE2 rejects it (its words are put into message,
 * a buffer of size bytes) or, with an empty message, without memory. */
srv_regex *srv_regex_new(const char *pattern, size_t len, char *message,
                         size_t size);
void srv_regex_free(srv_regex *regex);

/* True if the pattern is found anywhere in text. Safe from many threads. */
bool srv_regex_search(const srv_regex *regex, const char *text, size_t len);

#ifdef __cplusplus
}
#endif

#endif
