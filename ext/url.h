/*
** Addresses of servers as text: checked strictly, since they come from a token
** or from a server, and secrets go where they point. Pure.
*/
#ifndef NEP_URL_H
#define NEP_URL_H

#include "base.h"

/* Views into the text that was read. */
typedef struct nep_url {
  nep_text origin; /* "https://host:port", as written */
  nep_text host;   /* an IPv6 address in its brackets */
  nep_text path;   /* "" or "/prefix", without a slash at the end */
  int port;        /* the scheme's where none is written */
  bool is_https;
} nep_url;

/*
** Reads http(s)://host[:port][/path]. NULL: *url is set. Else what is wrong, a
** phrase such as "has user info" (static, shows nothing of the address).
*/
const char *nep_url_read(nep_text address, nep_url *url);
/* Same scheme, host (in any case) and port: may get the same secrets. */
bool nep_url_same_origin(const nep_url *a, const nep_url *b);
/* True for a path with or without a query that needs no more escaping: no
** control characters, spaces, quotes, fragment, or bytes beyond ASCII. */
bool nep_url_is_escaped(nep_text path);

#endif
