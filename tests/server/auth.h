/* auth.h: the API token and the tokens that it is exchanged for. */
#ifndef SRV_AUTH_H
#define SRV_AUTH_H

#include "base.h"

typedef struct srv_auth {
  unsigned char secret[32]; /* signs tokens and links */
  char api_key[65];         /* hexadecimal */
  char base_url[64];
  int64_t token_seconds;
} srv_auth;

/* Draws the secrets, or takes those that the file <store_path>-key keeps since
 * the store was first served: tokens stay good when the server starts again.
 * Only its owner may read that file. Without a store (NULL), or where no file
 * can be made, they are new at each start. False and *err without a random
 * device or memory, or if the file holds something else. */
bool srv_auth_init(srv_auth *auth, const char *store_path,
                   int64_t token_seconds, srv_error *err);

/* The API token that clients are given, malloc'ed, or NULL. */
char *srv_auth_api_token(const srv_auth *auth);

/* True if text is an API token with this server's key. */
bool srv_auth_accepts(const srv_auth *auth, const char *text);

/* A signed JWT (typ is "Bearer" or "Refresh"), malloc'ed, or NULL. */
char *srv_auth_sign(const srv_auth *auth, const char *typ, int64_t seconds);

/* True if the JWT is of this server, of this typ and not yet expired; else
 * *err says what is wrong, with the given status and errorType. */
bool srv_auth_check(const srv_auth *auth, const char *typ, const char *token,
                    int status, const char *error_type, srv_error *err);

#endif
