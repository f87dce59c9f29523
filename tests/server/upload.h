/* upload.h: where the bytes of a file are sent to. */
#ifndef SRV_UPLOAD_H
#define SRV_UPLOAD_H

#include "server.h"
#include "sign.h"

/* Adds url, provider and, for a large file at Amazon's, multipart to the answer
 * `file` of a request to sign a URL for writing. size -1: not known. */
bool upload_describe(srv_request *request, sign_provider provider,
                     const model_project *project, const char *path,
                     int64_t size, cJSON *file, srv_error *err);

/* upload_azure.c: takes a PUT of Azure's client, which writes a block blob: the
 * whole blob, one block, or the list of blocks that make it. */
bool upload_azure(srv_request *request, const sign_claim *claim,
                  srv_error *err);

#endif
