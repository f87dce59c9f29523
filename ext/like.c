/* LIKE and GLOB as regular expressions. */
#include "like.h"

#include <string.h>

/* A text ends here for SQLite, which stops at U+0000. */
#define END "(\\x00|$)"

static bool is_plain(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == ' ' || (c & 0x80);
}

static void append_literal(sqlite3_str *out, char c)
{
  if ((unsigned char)c < ' ') {
    sqlite3_str_appendf(out, "\\x%02x", (unsigned)c);
    return;
  }
  if (!is_plain(c))
    sqlite3_str_appendchar(out, 1, '\\');
  sqlite3_str_appendchar(out, 1, c);
}

/* Behind the set that begins at i, or i where it does not end. */
static size_t end_of_set(nep_text glob, size_t i)
{
  size_t at = i + 1;
  if (at < glob.size && glob.data[at] == '^')
    at++;
  if (at < glob.size && glob.data[at] == ']')
    at++;
  while (at < glob.size && glob.data[at] != ']')
    at++;
  return at < glob.size ? at + 1 : i;
}

/* any: characters; one: character. sets: [...] is a set. */
static char *translate(nep_text pattern, const char *flags, char any, char one,
                       bool sets)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  size_t i = 0, end = pattern.size;
  bool is_open = false; /* the text may go on behind the pattern */
  while (end > 0 && pattern.data[end - 1] == any) {
    end--;
    is_open = true;
  }
  sqlite3_str_appendall(out, flags);
  if (end > 0 && pattern.data[0] != any)
    sqlite3_str_appendall(out, "^");
  while (i < end && pattern.data[i] == any)
    i++;
  while (i < end) {
    size_t behind = i;
    if (sets && pattern.data[i] == '[')
      behind = end_of_set(pattern, i);
    if (behind > end)
      is_open = true;
    if (behind > i || pattern.data[i] == one)
      sqlite3_str_appendall(out, ".");
    else if (pattern.data[i] == any)
      sqlite3_str_appendall(out, ".*");
    else
      append_literal(out, pattern.data[i]);
    i = behind > i ? behind : i + 1;
  }
  if (!is_open)
    sqlite3_str_appendall(out, end > 0 ? END : "^" END);
  return sqlite3_str_finish(out);
}

char *nep_like_regex(nep_text like)
{
  return translate(like, "(?is)", '%', '_', false);
}

char *nep_like_regex_of_glob(nep_text glob)
{
  return translate(glob, "(?s)", '*', '?', true);
}

char *nep_like_regex_of_part(nep_text part)
{
  sqlite3_str *out = sqlite3_str_new(NULL);
  for (size_t i = 0; i < part.size; i++)
    append_literal(out, part.data[i]);
  return sqlite3_str_finish(out);
}
