/* Extended patterns: see patterns.h. */
#include "patterns.h"
#include "regex.h"

#include <string.h>

static bool is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char *skip_space(char *at)
{
  while (is_space(*at))
    at++;
  return at;
}

/* Cuts the piece up to the first operator off *rest, which becomes what is
** behind it, or NULL at the end. */
static char *cut_piece(char **rest, char sign)
{
  char *piece = *rest;
  *rest = NULL;
  for (char *at = piece; *at; at++) {
    if (!is_space(*at))
      continue;
    char *end = skip_space(at);
    if (*end == sign && is_space(end[1])) {
      *at = '\0';
      *rest = skip_space(end + 1);
      break;
    }
    at = end - 1;
  }
  return piece;
}

static void trim_end(char *text)
{
  size_t size = strlen(text);
  while (size && is_space(text[size - 1]))
    text[--size] = '\0';
}

static int check_part(const char *part, nep_error *error)
{
  nep_regex *regex = NULL;
  int rc = nep_regex_new(nep_text_of(part), &regex, error);
  nep_regex_free(regex);
  return rc;
}

/* *must and *must_not are where the next part of either kind goes. */
static int parse_alternative(nep_name_alternative *alternative, char *text,
                             const char ***must, const char ***must_not,
                             nep_error *error)
{
  *alternative = (nep_name_alternative){.must = *must, .must_not = *must_not};
  while (text) {
    char *part = cut_piece(&text, '&');
    bool is_negated = *part == '!';
    if (is_negated)
      part = skip_space(part + 1);
    int rc = check_part(part, error);
    if (rc != SQLITE_OK)
      return rc;
    if (is_negated) {
      *(*must_not)++ = part;
      alternative->n_must_not++;
    } else {
      *(*must)++ = part;
      alternative->n_must++;
    }
  }
  return SQLITE_OK;
}

/* More than text can have parts. */
static size_t count_parts(const char *text)
{
  size_t n = 1;
  for (; *text; text++)
    n += *text == '|' || *text == '&';
  return n;
}

int nep_patterns_parse(nep_patterns *patterns, const char *text,
                       nep_error *error)
{
  size_t n = count_parts(text);
  *patterns = (nep_patterns){.text = nep_text_copy(nep_text_of(text))};
  patterns->items = sqlite3_malloc64(n * sizeof(*patterns->items));
  patterns->parts = sqlite3_malloc64(2 * n * sizeof(*patterns->parts));
  if (!patterns->text || !patterns->items || !patterns->parts)
    return nep_error_no_memory(error);
  const char **must = patterns->parts, **must_not = patterns->parts + n;
  char *rest = skip_space(patterns->text);
  trim_end(rest);
  while (rest) {
    char *alternative = cut_piece(&rest, '|');
    int rc = parse_alternative(&patterns->items[patterns->n++], alternative,
                               &must, &must_not, error);
    if (rc != SQLITE_OK)
      return rc;
  }
  return SQLITE_OK;
}

void nep_patterns_dispose(nep_patterns *patterns)
{
  sqlite3_free(patterns->items);
  sqlite3_free(patterns->parts);
  sqlite3_free(patterns->text);
  *patterns = (nep_patterns){0};
}
