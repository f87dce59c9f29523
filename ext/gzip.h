/*
** Reading a gzip body piece by piece, and whether it came whole: curl's own
** decoder takes one that was cut off for a short one. Pure. The only part of
** the extension that includes zlib.
*/
#ifndef NEP_GZIP_H
#define NEP_GZIP_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct nep_gzip nep_gzip;

/* NULL when out of memory. */
nep_gzip *nep_gzip_new(void);
/* Gives it the body's next piece (borrowed until nep_gzip_next is through). */
void nep_gzip_feed(nep_gzip *gzip, const void *data, size_t size);
/*
** The next decoded piece of what was fed, a view until the next call.
** SQLITE_ROW, SQLITE_DONE (feed it more), SQLITE_NOMEM, or SQLITE_CORRUPT for
** a body that is damaged or goes on behind its end.
*/
int nep_gzip_next(nep_gzip *gzip, nep_text *piece);
/* Whether the end was reached and its checksum is right. */
bool nep_gzip_is_whole(const nep_gzip *gzip);
void nep_gzip_free(nep_gzip *gzip); /* NULL is accepted */

#ifdef __cplusplus
}
#endif

#endif
