/* upload.h: where the bytes of a file are sent to. */
#ifndef SRV_UPLOAD_H
#define SRV_UPLOAD_H

#include "server.h"

/* Adds url, provider and, for a large file, multipart to the answer `file` of
 * a request to sign a URL for writing. Google's way if the server speaks for
 * that provider, else Amazon's. size -1: not known. */
bool upload_describe(srv_request *request, const model_project *project,
                     const char *path, int64_t size, cJSON *file,
                     srv_error *err);

#endif
