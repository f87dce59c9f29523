#include "regex.h"

#include <new>
#include <string>
#include <re2/re2.h>

#define MAX_SHOWN 500 /* bytes of a pattern in an error */

struct nep_regex {
  RE2 compiled;
  nep_regex(const re2::StringPiece &pattern, const RE2::Options &options)
      : compiled(pattern, options)
  {
  }
};

static re2::StringPiece piece_of(nep_text text)
{
  return re2::StringPiece(text.data, text.size);
}

/* Where the piece that RE2 complains of starts; -1 where that is not certain:
** RE2 gives a copy, not a place. */
static long long position_of(const re2::StringPiece &pattern,
                             const std::string &piece)
{
  if (piece.empty() || piece.size() == pattern.size())
    return -1;
  re2::StringPiece::size_type at = pattern.find(piece);
  if (at == re2::StringPiece::npos || at != pattern.rfind(piece))
    return -1;
  return static_cast<long long>(at);
}

/* Bytes of text to show, whole characters. */
static int shown_size(nep_text text)
{
  size_t size = text.size < MAX_SHOWN ? text.size : MAX_SHOWN;

  while (size && size < text.size &&
         (static_cast<unsigned char>(text.data[size]) & 0xC0) == 0x80)
    size--;
  return static_cast<int>(size);
}

static void report(const RE2 &compiled, nep_text pattern, nep_error *error)
{
  const nep_text words = {compiled.error().data(), compiled.error().size()};
  long long at = position_of(piece_of(pattern), compiled.error_arg());

  nep_error_set(error, SQLITE_ERROR, "cannot use the pattern '%.*s': %.*s",
                shown_size(pattern), pattern.size ? pattern.data : "",
                shown_size(words), words.data);
  if (at >= 0 && error->message) {
    char *message = sqlite3_mprintf("%z, at byte %lld", error->message, at);
    error->message = message;
    if (!message)
      error->code = SQLITE_NOMEM;
  }
}

int nep_regex_new(nep_text pattern, nep_regex **regex, nep_error *error)
{
  nep_regex *made = nullptr;

  *regex = nullptr;
  try {
    RE2::Options options;
    options.set_log_errors(false);
    made = new nep_regex(piece_of(pattern), options);
    if (made->compiled.ok()) {
      *regex = made;
      return SQLITE_OK;
    }
    report(made->compiled, pattern, error);
  } catch (const std::bad_alloc &) {
    nep_error_no_memory(error);
  }
  nep_regex_free(made);
  return error->code;
}

int nep_regex_matches(const nep_regex *regex, nep_text text)
{
  try {
    return RE2::PartialMatch(piece_of(text), regex->compiled);
  } catch (const std::bad_alloc &) {
    return -1;
  }
}

void nep_regex_free(nep_regex *regex)
{
  delete regex;
}

static bool is_plain(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/* Not RE2::QuoteMeta, which allocates: sqlite3_str remembers its failures. */
void nep_regex_append_quoted(sqlite3_str *out, nep_text literal)
{
  for (size_t i = 0; i < literal.size; i++) {
    char c = literal.data[i];
    if (!c) {
      sqlite3_str_appendall(out, "\\x00");
      continue;
    }
    if (!is_plain(c))
      sqlite3_str_appendchar(out, 1, '\\');
    sqlite3_str_appendchar(out, 1, c);
  }
}
