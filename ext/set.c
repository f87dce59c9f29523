/* Looks for a string in a JSON array, without a copy of either. */
#include "set.h"

#include <string.h>

typedef struct scanner {
  const char *at, *end;
} scanner;

static bool is_at(const scanner *in, char c)
{
  return in->at < in->end && *in->at == c;
}

static bool accept(scanner *in, char c)
{
  if (!is_at(in, c))
    return false;
  in->at++;
  return true;
}

static void skip_blanks(scanner *in)
{
  while (is_at(in, ' ') || is_at(in, '\t') || is_at(in, '\n') ||
         is_at(in, '\r'))
    in->at++;
}

/* Four hexadecimal digits. */
static bool scan_unit(scanner *in, unsigned *unit)
{
  *unit = 0;
  for (int i = 0; i < 4; i++) {
    static const char digits[] = "0123456789abcdef";
    char c = in->at < in->end ? *in->at++ : '\0';
    const char *digit =
        c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;
    if (!digit)
      return false;
    *unit = *unit * 16 + (unsigned)(digit - digits);
  }
  return true;
}

/* What follows \u, as UTF-8; half of a pair as U+FFFD. */
static bool scan_code(scanner *in, char out[4], size_t *size)
{
  unsigned code, low;
  if (!scan_unit(in, &code))
    return false;
  scanner ahead = *in;
  if (code >= 0xD800 && code < 0xDC00 && accept(&ahead, '\\') &&
      accept(&ahead, 'u') && scan_unit(&ahead, &low) && low >= 0xDC00 &&
      low < 0xE000) {
    *in = ahead;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  } else if (code >= 0xD800 && code < 0xE000) {
    code = 0xFFFD;
  }
  *size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = *size; i-- > 1; code >>= 6)
    out[i] = (char)(0x80 | (code & 0x3F));
  out[0] = (char)(marks[*size] | code);
  return true;
}

/* One character, or one byte of it. */
static bool scan_character(scanner *in, char out[4], size_t *size)
{
  static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  *size = 1;
  out[0] = *in->at++;
  if (out[0] != '\\')
    return true;
  if (accept(in, 'u'))
    return scan_code(in, out, size);
  char c = in->at < in->end ? *in->at++ : '\0';
  const char *name = c ? strchr(names, c) : NULL;
  if (name)
    out[0] = meant[name - names];
  return name != NULL;
}

/* Reads a string, its first quote read already. */
static bool scan_string(scanner *in, nep_text member, bool *is_member)
{
  size_t n = 0;
  *is_member = true;
  while (in->at < in->end && *in->at != '"') {
    char piece[4];
    size_t size;
    if (!scan_character(in, piece, &size))
      return false;
    if (*is_member && size <= member.size - n &&
        memcmp(member.data + n, piece, size) == 0)
      n += size;
    else
      *is_member = false;
  }
  *is_member = *is_member && n == member.size;
  return accept(in, '"');
}

/* Passes over any other value, up to what ends it. */
static bool skip_value(scanner *in)
{
  size_t depth = 0;
  const char *start = in->at;
  while (in->at < in->end) {
    bool ignored;
    char c = *in->at;
    if (depth == 0 && (c == ',' || c == ']'))
      return in->at > start;
    in->at++;
    if (c == '"' && !scan_string(in, (nep_text){"", 0}, &ignored))
      return false;
    depth += c == '[' || c == '{';
    if ((c == ']' || c == '}') && depth-- == 0)
      return false;
  }
  return false;
}

bool nep_set_has(nep_text json, nep_text member)
{
  scanner in = {json.data, json.data + json.size};
  bool is_found = false;
  skip_blanks(&in);
  if (!accept(&in, '['))
    return false;
  skip_blanks(&in);
  if (is_at(&in, ']'))
    return false;
  do {
    bool is_this = false;
    skip_blanks(&in);
    if (accept(&in, '"') ? !scan_string(&in, member, &is_this)
                         : !skip_value(&in))
      return false;
    is_found |= is_this;
    skip_blanks(&in);
  } while (accept(&in, ','));
  if (!accept(&in, ']'))
    return false;
  skip_blanks(&in);
  return is_found && in.at == in.end;
}
