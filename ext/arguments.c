/* Arguments of CREATE VIRTUAL TABLE: see arguments.h. */
#include "arguments.h"

#include <string.h>

/* What a part of a column's declaration is. */
typedef enum part_kind {
  PART_NONE,
  PART_WORD,
  PART_QUOTED,
  PART_BAD
} part_kind;

static bool is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static nep_text trimmed(nep_text text)
{
  while (text.size && is_space(text.data[0])) {
    text.data++;
    text.size--;
  }
  while (text.size && is_space(text.data[text.size - 1]))
    text.size--;
  return text;
}

static char closing_quote(char c)
{
  if (c == '\'' || c == '"' || c == '`')
    return c;
  return c == '[' ? ']' : '\0';
}

/* The size of the quoted text at the start of text, quotes and all; 0 where it
** does not end. */
static size_t quoted_size(nep_text text)
{
  char quote = closing_quote(text.data[0]);
  for (size_t i = 1; i < text.size; i++) {
    if (text.data[i] != quote)
      continue;
    if (quote == ']' || i + 1 == text.size || text.data[i + 1] != quote)
      return i + 1;
    i++;
  }
  return 0;
}

/* A copy of quoted text without its quotes ('it''s' is it's), which the caller
** frees; NULL when out of memory. */
static char *unquoted(nep_text text)
{
  char quote = closing_quote(text.data[0]), *copy = sqlite3_malloc64(text.size);
  size_t length = 0;
  if (!copy)
    return NULL;
  for (size_t i = 1; i + 1 < text.size; i++) {
    copy[length++] = text.data[i];
    if (text.data[i] == quote)
      i++;
  }
  copy[length] = '\0';
  return copy;
}

/* ---- project and nql ---- */

static int set_text(char **goal, nep_text name, nep_text value,
                    nep_error *error)
{
  if (*goal)
    return nep_error_set(error, SQLITE_ERROR, "argument %.*s is given twice",
                         (int)name.size, name.data);
  value = trimmed(value);
  bool is_quoted = value.size && (*value.data == '\'' || *value.data == '"');
  if (is_quoted && quoted_size(value) != value.size)
    return nep_error_set(error, SQLITE_ERROR,
                         "argument %.*s: a comma is missing after the quoted "
                         "text, or its last quote",
                         (int)name.size, name.data);
  *goal = is_quoted ? unquoted(value) : nep_text_copy(value);
  return *goal ? SQLITE_OK : nep_error_no_memory(error);
}

static int unknown_argument(nep_text argument, bool can_declare,
                            nep_error *error)
{
  char *shown = nep_text_copy(argument);
  if (!shown)
    return nep_error_no_memory(error);
  nep_error_set(
      error, SQLITE_ERROR,
      "unknown argument \"%!.100s\"; a table takes project = "
      "'workspace/project' and nql = 'filter'%s. Address and token "
      "are never arguments: set NEPTUNE_API_TOKEN or call "
      "neptune_config()",
      shown, can_declare ? ", and columns such as lr FLOAT 'config/lr'" : "");
  sqlite3_free(shown);
  return error->code;
}

/* ---- columns ---- */

/* Skips spaces and comments; false for a comment that does not end. */
static bool skip_blank(nep_text *in)
{
  for (;;) {
    size_t skipped = 0;
    bool is_line = in->size > 1 && memcmp(in->data, "--", 2) == 0;
    bool is_block = in->size > 1 && memcmp(in->data, "/*", 2) == 0;
    if (in->size && is_space(*in->data)) {
      skipped = 1;
    } else if (is_line) {
      const char *end = memchr(in->data, '\n', in->size);
      skipped = end ? (size_t)(end - in->data) : in->size;
    } else if (is_block) {
      size_t i = 2;
      while (i + 1 < in->size && memcmp(in->data + i, "*/", 2) != 0)
        i++;
      if (i + 1 >= in->size)
        return false;
      skipped = i + 2;
    }
    if (skipped == 0)
      return true;
    in->data += skipped;
    in->size -= skipped;
  }
}

static bool begins_comment(nep_text in)
{
  return in.size > 1 &&
         (memcmp(in.data, "--", 2) == 0 || memcmp(in.data, "/*", 2) == 0);
}

static size_t word_size(nep_text in)
{
  size_t size = 0;
  while (size < in.size && !is_space(in.data[size]) &&
         !strchr("'\"`[]=(),;", in.data[size]) &&
         !begins_comment((nep_text){in.data + size, in.size - size}))
    size++;
  return size;
}

/* Reads the next part of a declaration, *text being as it stands. */
static part_kind read_part(nep_text *in, nep_text *text)
{
  if (!skip_blank(in))
    return PART_BAD;
  *text = (nep_text){in->data, 0};
  if (in->size == 0)
    return PART_NONE;
  bool is_quoted = closing_quote(*in->data);
  text->size = is_quoted ? quoted_size(*in) : word_size(*in);
  in->data += text->size;
  in->size -= text->size;
  if (text->size == 0)
    return PART_BAD;
  return is_quoted ? PART_QUOTED : PART_WORD;
}

static int bad_column(nep_text argument, nep_error *error)
{
  char *shown = nep_text_copy(argument);
  if (!shown)
    return nep_error_no_memory(error);
  nep_error_set(error, SQLITE_ERROR,
                "cannot read the column \"%!.100s\": it takes a name, a type "
                "and a path in quotes, as in lr FLOAT 'config/lr'; a project "
                "is given as project = 'workspace/project'",
                shown);
  sqlite3_free(shown);
  return error->code;
}

/* The parts of one column as they stand. */
typedef struct declaration {
  nep_text name, word, path;
  part_kind name_kind, path_kind;
} declaration;

static bool read_declaration(nep_text in, declaration *read)
{
  nep_text rest;
  *read = (declaration){.name_kind = PART_NONE};
  read->name_kind = read_part(&in, &read->name);
  if (read->name_kind != PART_WORD && read->name_kind != PART_QUOTED)
    return false;
  if (read_part(&in, &read->word) != PART_WORD)
    return false;
  read->path_kind = read_part(&in, &read->path);
  if (read->path_kind != PART_QUOTED && read->path_kind != PART_NONE)
    return false;
  return read_part(&in, &rest) == PART_NONE;
}

static int add_declared(nep_arguments *arguments, const declaration *read,
                        nep_error *error)
{
  bool has_path = read->path_kind == PART_QUOTED;
  char *name = read->name_kind == PART_QUOTED ? unquoted(read->name)
                                              : nep_text_copy(read->name);
  char *word = nep_text_copy(read->word);
  char *path = has_path ? unquoted(read->path) : NULL;
  int rc = name && word && (path || !has_path)
               ? nep_columns_add(&arguments->columns, name, word, path, error)
               : nep_error_no_memory(error);
  sqlite3_free(name);
  sqlite3_free(word);
  sqlite3_free(path);
  return rc;
}

/* ---- all ---- */

static int parse_argument(nep_arguments *arguments, bool can_declare,
                          nep_text argument, nep_error *error)
{
  nep_text rest = argument, name = {NULL, 0};
  part_kind kind = read_part(&rest, &name);
  bool is_assigned =
      kind == PART_WORD && skip_blank(&rest) && rest.size && *rest.data == '=';
  nep_text value = {NULL, 0};
  if (is_assigned)
    value = (nep_text){rest.data + 1, rest.size - 1};
  if (is_assigned && nep_text_equal(name, nep_text_of("project")))
    return set_text(&arguments->project, name, value, error);
  if (is_assigned && nep_text_equal(name, nep_text_of("nql")))
    return set_text(&arguments->nql, name, value, error);
  if (is_assigned || !can_declare)
    return unknown_argument(is_assigned ? name : argument, can_declare, error);
  declaration read;
  if (!read_declaration(argument, &read))
    return bad_column(argument, error);
  return add_declared(arguments, &read, error);
}

int nep_arguments_parse(nep_arguments *arguments, const nep_table_schema *base,
                        int n, const char *const *argv, nep_error *error)
{
  bool can_declare =
      base == &nep_schema_experiments || base == &nep_schema_runs;
  for (int i = 0; i < n; i++) {
    nep_text argument = trimmed(nep_text_of(argv[i]));
    if (argument.size == 0 && n == 1)
      break; /* experiments() */
    int rc = parse_argument(arguments, can_declare, argument, error);
    if (rc != SQLITE_OK)
      return rc;
  }
  return SQLITE_OK;
}

void nep_arguments_dispose(nep_arguments *arguments)
{
  sqlite3_free(arguments->project);
  sqlite3_free(arguments->nql);
  nep_columns_dispose(&arguments->columns);
  *arguments = (nep_arguments){0};
}
