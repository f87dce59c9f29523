#include "gzip.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

#define ONLY_GZIP (16 + MAX_WBITS) /* no zlib or raw stream */

struct nep_gzip {
  z_stream stream;
  size_t left; /* fed and not yet in stream */
  bool is_whole;
  unsigned char piece[32768];
};

static void *take(void *unused, uInt count, uInt size)
{
  (void)unused;
  return sqlite3_malloc64((sqlite3_uint64)count * size);
}

static void give(void *unused, void *memory)
{
  (void)unused;
  sqlite3_free(memory);
}

nep_gzip *nep_gzip_new(void)
{
  nep_gzip *gzip = sqlite3_malloc64(sizeof(*gzip));

  if (!gzip)
    return NULL;
  memset(gzip, 0, sizeof(*gzip));
  gzip->stream.zalloc = take;
  gzip->stream.zfree = give;
  if (inflateInit2(&gzip->stream, ONLY_GZIP) == Z_OK)
    return gzip;
  sqlite3_free(gzip);
  return NULL;
}

void nep_gzip_feed(nep_gzip *gzip, const void *data, size_t size)
{
  gzip->stream.next_in = (z_const Bytef *)data;
  gzip->stream.avail_in = 0;
  gzip->left = size;
}

/* zlib counts in unsigned int. */
static void refill(nep_gzip *gzip)
{
  if (gzip->stream.avail_in)
    return;
  gzip->stream.avail_in = gzip->left < UINT_MAX ? (uInt)gzip->left : UINT_MAX;
  gzip->left -= gzip->stream.avail_in;
}

int nep_gzip_next(nep_gzip *gzip, nep_text *piece)
{
  int code;

  *piece = nep_text_of(NULL);
  refill(gzip);
  if (gzip->is_whole)
    return gzip->stream.avail_in ? SQLITE_CORRUPT : SQLITE_DONE;
  gzip->stream.next_out = gzip->piece;
  gzip->stream.avail_out = sizeof(gzip->piece);
  code = inflate(&gzip->stream, Z_NO_FLUSH);
  if (code == Z_MEM_ERROR)
    return SQLITE_NOMEM;
  if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
    return SQLITE_CORRUPT;
  gzip->is_whole = code == Z_STREAM_END;
  piece->data = (const char *)gzip->piece;
  piece->size = sizeof(gzip->piece) - gzip->stream.avail_out;
  if (piece->size || gzip->left || (gzip->is_whole && gzip->stream.avail_in))
    return SQLITE_ROW;
  return SQLITE_DONE;
}

bool nep_gzip_is_whole(const nep_gzip *gzip)
{
  return gzip->is_whole;
}

void nep_gzip_free(nep_gzip *gzip)
{
  if (gzip)
    inflateEnd(&gzip->stream);
  sqlite3_free(gzip);
}
