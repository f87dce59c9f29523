/* content.h: uploaded files. Their bytes lie in the folder <store>-files, each
 * under a name that is drawn at random; table content says which path of a
 * project is which. A store in memory only has a folder that ends with it. */
#ifndef SRV_CONTENT_H
#define SRV_CONTENT_H

#include "store.h"

enum { CONTENT_NAME = 33, CONTENT_MIME = 129, CONTENT_ETAG = 65 };

typedef struct content_info {
  int fd; /* owned by the caller; open for reading */
  int64_t size;
  char mime_type[CONTENT_MIME];
  char etag[CONTENT_ETAG]; /* without quotes */
} content_info;

/* Opens the file at a path of a project of the store. False if there is none,
 * or not all of its bytes are there.
 * For a handler that only reads (the gate is held as reader). */
bool content_find(const store *of, const model_project *project,
                  const char *path, content_info *info);

/* Stores data at the path, in place of what was there; it is on disk when this
 * returns. etag gets the digest. The gate must not be held. */
bool content_put(store *in, const model_project *project, const char *path,
                 const char *mime_type, const void *data, size_t size,
                 char etag[CONTENT_ETAG], srv_error *err);

/* Keeps a part of an upload. upload and part make its name: upload is a text
 * of content_upload_new. */
bool content_put_part(store *in, const char *upload, int64_t part,
                      const void *data, size_t size, char etag[CONTENT_ETAG],
                      srv_error *err);

/* Parts of an upload that make a file. */
typedef struct content_parts {
  const char *upload;
  const int64_t *numbers;   /* NULL: 1 … n */
  const char *const *etags; /* NULL, or NULL for a part: any will do */
  size_t n;
} content_parts;

/* Makes the file at the path of the parts, in their order; 400 if one is
 * missing or has another etag. The parts are gone afterwards. Without numbers
 * an upload makes one file: done before, it is done: true. */
bool content_complete(store *in, const model_project *project, const char *path,
                      const char *mime_type, const content_parts *parts,
                      srv_error *err);

/* How many bytes the parts of an upload have so far, and how many there are. */
int64_t content_upload_size(const store *of, const char *upload,
                            size_t *n_parts);

/* The name of a new upload; false without a random device. */
bool content_upload_new(char upload[CONTENT_NAME]);

/* For store.c: the folder beside the store (NULL: in memory only), and what
 * the table says. */
bool content_open(store *in, const char *store_path, srv_error *err);
void content_close(store *in);

#endif
