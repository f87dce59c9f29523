#include "regex.h"

#include <new>
#include <string>
#include <re2/re2.h>

#define MAX_SHOWN 500 /* bytes of a pattern in an error */
#define MAX_TRIES 100 /* to find the place of an error */

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

/* Is pattern refused for the same reason? */
static bool fails_alike(const RE2 &compiled, const re2::StringPiece &pattern)
{
  RE2::Options options;
  options.set_log_errors(false);
  RE2 part(pattern, options);
  return part.error_code() == compiled.error_code();
}

/* Where piece stands first so that the pattern fails there: RE2 reads from left
** to right and gives a copy, not a place. */
static long long find_piece(const RE2 &compiled,
                            const re2::StringPiece &pattern,
                            const re2::StringPiece &piece)
{
  size_t at = pattern.find(piece);
  for (int i = 0; i < MAX_TRIES && at != re2::StringPiece::npos; i++) {
    if (fails_alike(compiled, pattern.substr(0, at + piece.size())))
      return static_cast<long long>(at);
    at = pattern.find(piece, at + 1);
  }
  return -1;
}

/* The first ) that closes nothing, else the last ( that nothing closes. */
static long long find_parenthesis(const RE2 &compiled,
                                  const re2::StringPiece &pattern)
{
  size_t at = pattern.find(')');
  int i;
  for (i = 0; i < MAX_TRIES && at != re2::StringPiece::npos; i++) {
    if (fails_alike(compiled, pattern.substr(0, at + 1)) &&
        !fails_alike(compiled, pattern.substr(0, at)))
      return static_cast<long long>(at);
    at = pattern.find(')', at + 1);
  }
  for (at = pattern.size(); at > 0 && i < 2 * MAX_TRIES; at--) {
    if (pattern[at - 1] != '(')
      continue;
    i++;
    if (fails_alike(compiled, pattern.substr(at - 1)) &&
        !fails_alike(compiled, pattern.substr(at)))
      return static_cast<long long>(at - 1);
  }
  return -1;
}

static long long find_bad_character(nep_text text)
{
  size_t at = 0, end;
  for (; at < text.size; at = end) {
    end = at + 1;
    while (end < text.size &&
           (static_cast<unsigned char>(text.data[end]) & 0xC0) == 0x80)
      end++;
    nep_text character = {text.data + at, end - at};
    if (text.data[at] && !nep_text_is_clean_utf8(character))
      break;
  }
  return static_cast<long long>(at);
}

/* The byte at which the pattern cannot be read; -1 where that is none: it is
** too large as a whole, or finding out would take too long. */
static long long position_of(const RE2 &compiled, nep_text pattern)
{
  const re2::StringPiece whole = piece_of(pattern);
  const std::string &piece = compiled.error_arg();
  switch (compiled.error_code()) {
  case RE2::ErrorBadUTF8:
    return find_bad_character(pattern);
  case RE2::ErrorTrailingBackslash:
    return static_cast<long long>(pattern.size) - 1;
  case RE2::ErrorMissingBracket: /* the piece goes to the end */
    return static_cast<long long>(pattern.size) -
           static_cast<long long>(piece.size());
  case RE2::ErrorPatternTooLarge:
    return -1;
  default:
    break;
  }
  if (piece.empty())
    return -1;
  bool is_whole = piece.size() >= pattern.size;
  bool is_parenthesis = compiled.error_code() == RE2::ErrorMissingParen ||
                        compiled.error_code() == RE2::ErrorUnexpectedParen;
  return is_whole && is_parenthesis ? find_parenthesis(compiled, whole)
                                    : find_piece(compiled, whole, piece);
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
  long long at = position_of(compiled, pattern);

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
