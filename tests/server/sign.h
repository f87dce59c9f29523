/* sign.h: URLs that open one file of a project for a while, to whoever holds
 * them: {base}/files/<project's UUID>/<path>?<members>. The members that say
 * until when, for what, and prove it, are named as the storage provider names
 * them. LIMIT: clients resolve . and .. in a URL, so a path with such a segment
 * (or with a slash at its end) cannot be opened. */
#ifndef SRV_SIGN_H
#define SRV_SIGN_H

#include "auth.h"
#include "model.h"

struct srv_request;

typedef enum sign_provider { SIGN_AWS, SIGN_GCP, SIGN_AZURE } sign_provider;

typedef enum sign_access { SIGN_READ, SIGN_WRITE } sign_access;

/* What a signed URL gives access to. */
typedef struct sign_claim {
  sign_provider provider;
  const model_project *project;
  const char *path;   /* in the request */
  const char *detail; /* in the request; "" if the URL has none */
} sign_claim;

/* aws, gcp or azure. */
const char *sign_provider_name(sign_provider provider);
bool sign_provider_from_name(const char *name, sign_provider *provider);

/* A URL for so many seconds from now, malloc'ed, or NULL without memory.
 * detail (NULL: none) is signed, too; azure's client drops it. */
char *sign_url(const srv_auth *auth, sign_provider provider, sign_access access,
               const model_project *project, const char *path,
               const char *detail, int64_t seconds);

/* Reads the URL of a request. An expired one is 400, or 403 from azure; one
 * that is not ours, or for the other access, is 403. False and *err. */
bool sign_check(struct srv_request *request, sign_access wanted,
                sign_claim *claim, srv_error *err);

#endif
