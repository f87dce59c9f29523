#include "url.h"

#include <string.h>

static bool is_alphanumeric(char c)
{
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z');
}

/* True if text has only letters, digits and characters of others. */
static bool has_only(nep_text text, const char *others)
{
  size_t i;

  for (i = 0; i < text.size; i++) {
    char c = text.data[i];
    if (!is_alphanumeric(c) && (!c || !strchr(others, c)))
      return false;
  }
  return true;
}

static char lower(char c)
{
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equal_ignoring_case(nep_text a, nep_text b)
{
  size_t i;

  if (a.size != b.size)
    return false;
  for (i = 0; i < a.size; i++) {
    if (lower(a.data[i]) != lower(b.data[i]))
      return false;
  }
  return true;
}

static nep_text drop_start(nep_text text, size_t size)
{
  nep_text rest = {text.data + size, text.size - size};

  return rest;
}

/* Takes what precedes the first of the characters in ends, or all. */
static nep_text take_until(nep_text *text, const char *ends)
{
  nep_text taken = {text->data, 0};

  while (taken.size < text->size &&
         (!text->data[taken.size] || !strchr(ends, text->data[taken.size])))
    taken.size++;
  *text = drop_start(*text, taken.size);
  return taken;
}

static bool take_scheme(nep_text *text, const char *scheme)
{
  nep_text start = {text->data, strlen(scheme)};

  if (text->size < start.size ||
      !equal_ignoring_case(start, nep_text_of(scheme)))
    return false;
  *text = drop_start(*text, start.size);
  return true;
}

static bool read_port(nep_text digits, int *port)
{
  size_t i;

  *port = 0;
  for (i = 0; i < digits.size; i++) {
    if (digits.data[i] < '0' || digits.data[i] > '9')
      return false;
    *port = *port * 10 + (digits.data[i] - '0');
    if (*port > 65535)
      return false;
  }
  return *port > 0;
}

/* Splits an authority without user info into url's host and port. */
static const char *read_authority(nep_text authority, nep_url *url)
{
  bool is_bracketed = authority.size && authority.data[0] == '[';

  url->host = take_until(&authority, is_bracketed ? "]" : ":");
  if (is_bracketed) {
    nep_text inside;
    if (!authority.size)
      return "has a bad host name";
    url->host.size++;
    authority = drop_start(authority, 1);
    inside = drop_start(url->host, 1);
    inside.size--;
    if (!inside.size || !has_only(inside, ":.%-_"))
      return "has a bad host name";
  } else if (!url->host.size || !has_only(url->host, ".-_")) {
    return url->host.size ? "has a bad host name" : "names no host";
  }
  url->port = url->is_https ? 443 : 80;
  if (!authority.size)
    return NULL;
  if (authority.data[0] != ':' ||
      !read_port(drop_start(authority, 1), &url->port))
    return "has a bad port";
  return NULL;
}

const char *nep_url_read(nep_text address, nep_url *url)
{
  const nep_url none = {{NULL, 0}, {NULL, 0}, {NULL, 0}, 0, false};
  nep_text authority, rest = address;
  const char *problem;

  *url = none;
  url->is_https = take_scheme(&rest, "https://");
  if (!url->is_https && !take_scheme(&rest, "http://"))
    return "does not begin with https:// or http://";
  authority = take_until(&rest, "/?#\\");
  if (memchr(authority.data, '@', authority.size))
    return "has user info";
  problem = read_authority(authority, url);
  if (problem)
    return problem;
  if (rest.size && memchr(rest.data, '?', rest.size))
    return "has a query";
  if (!nep_url_is_escaped(rest))
    return "has characters that an address cannot have";
  while (rest.size && rest.data[rest.size - 1] == '/')
    rest.size--;
  url->path = rest;
  url->origin.data = address.data;
  url->origin.size = (size_t)(authority.data - address.data) + authority.size;
  return NULL;
}

bool nep_url_same_origin(const nep_url *a, const nep_url *b)
{
  return a->is_https == b->is_https && a->port == b->port &&
         equal_ignoring_case(a->host, b->host);
}

bool nep_url_is_escaped(nep_text path)
{
  return has_only(path, "-._~!$&'()*+,;=:@%/?");
}
