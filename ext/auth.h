/*
** The API token, its exchange for an access token, refresh, expiry (wire
** contract section 1). One per connection. Secrets go to the server named in
** the API token and to no other: a refresh address on another origin is not
** used, the API token is exchanged anew instead.
**
** Policy. An access token counts as expired 30 s before its time (a quarter of
** its life where it lives shorter than two minutes); its life is measured on
** the monotonic clock from its arrival (exp - iat where iat is there), so a
** wrong local clock does no harm. A new api_token setting drops everything.
*/
#ifndef NEP_AUTH_H
#define NEP_AUTH_H

#include "http.h"

typedef struct nep_auth nep_auth;

int nep_auth_new(nep_http *http, const nep_settings *settings, nep_auth **auth,
                 nep_error *error);
void nep_auth_free(nep_auth *auth); /* wipes its secrets; NULL is accepted */

/*
** The server's address from the API token, "https://host[:port][/prefix]": a
** path in it is kept as a prefix of all paths, without the slash at its end. No
** request. Borrowed until the api_token changes.
** SQLITE_ERROR says what is wrong with the token (missing: name the variable
** and neptune_config; malformed; address with user info, a query, control
** characters or another scheme than http and https) and shows none of it.
*/
int nep_auth_address(nep_auth *auth, const char **address, nep_error *error);
/*
** "Authorization: Bearer …", fetching or refreshing first where needed (waits,
** may be interrupted). Borrowed until the next call. SQLITE_AUTH where the
** server rejects the API token: the message names the server and the setting.
*/
int nep_auth_bearer(nep_auth *auth, const char **header, nep_error *error);
/* The server answered request with 401: forgets its bearer, if that is still
** the one in force, so that the next nep_auth_bearer refreshes. */
void nep_auth_reject(nep_auth *auth, const nep_request *request);

#endif
