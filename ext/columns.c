/* Declared columns: see columns.h. */
#include "columns.h"

#include <stdlib.h>
#include <string.h>

/* ---- type words ---- */

typedef struct type_word {
  const char *text;
  nep_type type;
  unsigned part;
  nep_kind kind;
  const char *declared;
  const char *function; /* of NQL, around the attribute; NULL: none */
} type_word;

/* NQL has no operator for what is PLAIN here. */
static const type_word type_words[] = {
    {"FLOAT", NEP_TYPE_FLOAT, 0, NEP_KIND_FLOAT, "REAL", NULL},
    {"INT", NEP_TYPE_INT, 0, NEP_KIND_INT, "INTEGER", NULL},
    {"STRING", NEP_TYPE_STRING, 0, NEP_KIND_STRING, "TEXT", NULL},
    {"BOOL", NEP_TYPE_BOOL, 0, NEP_KIND_BOOL, "INTEGER", NULL},
    {"DATETIME", NEP_TYPE_DATETIME, 0, NEP_KIND_DATETIME, "TEXT", NULL},
    {"STRING_SET", NEP_TYPE_STRING_SET, 0, NEP_KIND_SET, "TEXT", NULL},
    {"FLOAT_SERIES", NEP_TYPE_FLOAT_SERIES, 0, NEP_KIND_SERIES, "REAL", "last"},
    {"STRING_SERIES", NEP_TYPE_STRING_SERIES, 0, NEP_KIND_STRING_SERIES, "TEXT",
     NULL},
    {"HISTOGRAM_SERIES", NEP_TYPE_HISTOGRAM_SERIES, 0, NEP_KIND_PLAIN, "TEXT",
     NULL},
    {"FILE", NEP_TYPE_FILE, 0, NEP_KIND_FILE, "TEXT", NULL},
    {"FILE_SERIES", NEP_TYPE_FILE_SERIES, 0, NEP_KIND_PLAIN, "TEXT", NULL},
    {"EXPERIMENT_STATE", NEP_TYPE_EXPERIMENT_STATE, 0, NEP_KIND_STATE, "TEXT",
     NULL},
    {"COMPLEX", NEP_TYPE_COMPLEX, 0, NEP_KIND_PLAIN, "TEXT", NULL},
    {"GIT_REF", NEP_TYPE_GIT_REF, 0, NEP_KIND_PLAIN, "TEXT", NULL},
    {"LAST", NEP_TYPE_FLOAT_SERIES, NEP_HAS_LAST, NEP_KIND_SERIES, "REAL",
     "last"},
    {"MIN", NEP_TYPE_FLOAT_SERIES, NEP_HAS_MIN, NEP_KIND_SERIES, "REAL", "min"},
    {"MAX", NEP_TYPE_FLOAT_SERIES, NEP_HAS_MAX, NEP_KIND_SERIES, "REAL", "max"},
    {"AVERAGE", NEP_TYPE_FLOAT_SERIES, NEP_HAS_AVERAGE, NEP_KIND_SERIES, "REAL",
     "average"},
    {"VARIANCE", NEP_TYPE_FLOAT_SERIES, NEP_HAS_VARIANCE, NEP_KIND_SERIES,
     "REAL", "variance"},
    {"LAST_STEP", NEP_TYPE_UNKNOWN, NEP_HAS_LAST_STEP, NEP_KIND_PLAIN, "REAL",
     NULL}, /* of a series of any type */
};

static const type_word *find_word(const char *text)
{
  for (size_t i = 0; i < NEP_COUNT(type_words); i++) {
    if (sqlite3_stricmp(type_words[i].text, text) == 0)
      return &type_words[i];
  }
  return NULL;
}

/* The word of the value of an attribute, or NULL for a type without one. */
static const type_word *word_of_type(nep_type type, unsigned part)
{
  for (size_t i = 0; i < NEP_COUNT(type_words); i++) {
    if (type_words[i].type == type && type_words[i].part == part)
      return &type_words[i];
  }
  return NULL;
}

/* For those who write SQLite's types. */
static const char *hint_of(const char *word)
{
  static const char *const hints[][2] = {
      {"REAL", " (write FLOAT, or FLOAT_SERIES for a metric)"},
      {"DOUBLE", " (write FLOAT, or FLOAT_SERIES for a metric)"},
      {"TEXT", " (write STRING)"},
      {"VARCHAR", " (write STRING)"},
      {"INTEGER", " (write INT)"},
      {"BOOLEAN", " (write BOOL)"}};
  for (size_t i = 0; i < NEP_COUNT(hints); i++) {
    if (sqlite3_stricmp(hints[i][0], word) == 0)
      return hints[i][1];
  }
  return "";
}

static int unknown_word(const char *name, const char *word, nep_error *error)
{
  sqlite3_str *words = sqlite3_str_new(NULL);
  for (size_t i = 0; i < NEP_COUNT(type_words); i++)
    sqlite3_str_appendf(words, "%s%s", i ? ", " : "", type_words[i].text);
  char *list = sqlite3_str_finish(words);
  if (!list)
    return nep_error_no_memory(error);
  nep_error_set(error, SQLITE_ERROR,
                "column \"%!.100s\" has the unknown type \"%!.60s\"%s; the "
                "types are %s",
                name, word, hint_of(word), list);
  sqlite3_free(list);
  return error->code;
}

/* ---- one column ---- */

/* "max(`metrics/acc`:floatSeries)"; nothing where NQL cannot ask for it: how a
** backquote in a name is escaped is not known. */
static void append_operand(sqlite3_str *out, const type_word *word,
                           const char *path)
{
  if (word->kind == NEP_KIND_PLAIN || strchr(path, '`'))
    return;
  if (word->function)
    sqlite3_str_appendf(out, "%s(", word->function);
  sqlite3_str_appendf(out, "`%s`:%s", path, nep_type_wire_name(word->type));
  if (word->function)
    sqlite3_str_appendall(out, ")");
}

static int reserve(nep_columns *columns, nep_error *error)
{
  if (columns->n < columns->capacity)
    return SQLITE_OK;
  nep_column *items = nep_array_grow(columns->items, &columns->capacity,
                                     sizeof(nep_column), error);
  if (!items)
    return error->code;
  columns->items = items;
  return SQLITE_OK;
}

/* *column's texts become one piece, at its name. */
static int make_column(const char *name, const type_word *word,
                       const char *path, nep_column *column, nep_error *error)
{
  size_t name_size = strlen(name) + 1, path_size = strlen(path) + 1;
  sqlite3_str *texts = sqlite3_str_new(NULL);
  sqlite3_str_append(texts, name, (int)name_size);
  sqlite3_str_append(texts, path, (int)path_size);
  append_operand(texts, word, path);
  char *piece = sqlite3_str_finish(texts);
  if (!piece)
    return nep_error_no_memory(error);
  const char *operand = piece + name_size + path_size;
  *column = (nep_column){.name = piece,
                         .declared = word->declared,
                         .kind = *operand ? word->kind : NEP_KIND_PLAIN,
                         .type = word->type,
                         .path = piece + name_size,
                         .operand = *operand ? operand : NULL,
                         .part = word->part};
  return SQLITE_OK;
}

static int add_column(nep_columns *columns, const char *name,
                      const type_word *word, const char *path, nep_error *error)
{
  int rc = reserve(columns, error);
  if (rc == SQLITE_OK)
    rc = make_column(name, word, path, &columns->items[columns->n], error);
  if (rc == SQLITE_OK)
    columns->n++;
  return rc;
}

int nep_columns_of_attribute(nep_type type, const char *path,
                             nep_column *column, nep_error *error)
{
  const type_word *word = word_of_type(type, 0);
  *column = (nep_column){0};
  return word ? make_column("", word, path, column, error) : SQLITE_OK;
}

int nep_columns_add(nep_columns *columns, const char *name, const char *word,
                    const char *path, nep_error *error)
{
  const type_word *found = find_word(word);
  if (!path)
    path = name;
  if (!*name || !*path)
    return nep_error_set(error, SQLITE_ERROR,
                         "a column's name or path is empty");
  if (!nep_text_is_clean_utf8(nep_text_of(name)) ||
      !nep_text_is_clean_utf8(nep_text_of(path)))
    return nep_error_set(error, SQLITE_ERROR,
                         "a column's name or path is not valid UTF-8");
  if (!found)
    return unknown_word(name, word, error);
  return add_column(columns, name, found, path, error);
}

static void append_quoted(sqlite3_str *out, const char *text)
{
  sqlite3_str_appendf(out, "'%q'", text);
}

void nep_columns_append(sqlite3_str *out, const nep_column *column)
{
  append_quoted(out, column->name);
  sqlite3_str_appendf(out, " %s",
                      word_of_type(column->type, column->part)->text);
  if (strcmp(column->name, column->path) != 0) {
    sqlite3_str_appendchar(out, 1, ' ');
    append_quoted(out, column->path);
  }
}

void nep_columns_dispose(nep_columns *columns)
{
  for (size_t i = 0; i < columns->n; i++)
    sqlite3_free((char *)columns->items[i].name);
  sqlite3_free(columns->items);
  *columns = (nep_columns){0};
}

/* ---- the whole schema ---- */

static int compare_names(const void *a, const void *b)
{
  const nep_column *const *left = a, *const *right = b;
  int order = sqlite3_stricmp((*left)->name, (*right)->name);
  return order ? order : (*left > *right) - (*left < *right);
}

static int compare_labels(const void *a, const void *b)
{
  const nep_column *const *left = a, *const *right = b;
  int order = strcmp(nep_schema_label(*left), nep_schema_label(*right));
  return order ? order : (*left > *right) - (*left < *right);
}

static int check_names(nep_column *const *sorted, size_t n, nep_error *error)
{
  for (size_t i = 1; i < n; i++) {
    if (sqlite3_stricmp(sorted[i - 1]->name, sorted[i]->name) == 0)
      return nep_error_set(error, SQLITE_ERROR,
                           "the table has two columns \"%!.200s\" (upper and "
                           "lower case are one); give one another name, as in "
                           "my_name FLOAT 'path'",
                           sorted[i]->name);
  }
  return SQLITE_OK;
}

static int settle(nep_column *columns, size_t n, nep_error *error)
{
  nep_column **sorted = sqlite3_malloc64(n * sizeof(*sorted) + 1);
  if (!sorted)
    return nep_error_no_memory(error);
  for (size_t i = 0; i < n; i++)
    sorted[i] = &columns[i];
  qsort(sorted, n, sizeof(*sorted), compare_names);
  int rc = check_names(sorted, n, error);
  qsort(sorted, n, sizeof(*sorted), compare_labels);
  for (size_t i = 1; i < n; i++)
    sorted[i]->is_twin = strcmp(nep_schema_label(sorted[i - 1]),
                                nep_schema_label(sorted[i])) == 0;
  sqlite3_free(sorted);
  return rc;
}

int nep_columns_extend(const nep_columns *columns, const nep_table_schema *base,
                       nep_table_schema *schema, nep_error *error)
{
  *schema = (nep_table_schema){base->name, NULL, 0, base->type};
  size_t n = base->n_columns + columns->n;
  nep_column *all = sqlite3_malloc64(n * sizeof(nep_column) + 1);
  if (!all)
    return nep_error_no_memory(error);
  memcpy(all, base->columns, base->n_columns * sizeof(nep_column));
  if (columns->n)
    memcpy(all + base->n_columns, columns->items,
           columns->n * sizeof(nep_column));
  schema->columns = all;
  schema->n_columns = n;
  return settle(all, n, error);
}

void nep_columns_release(nep_table_schema *schema)
{
  sqlite3_free((nep_column *)schema->columns);
  *schema = (nep_table_schema){0};
}

/* ---- attributes that were found ---- */

/* Names that are taken, as SQLite compares them. */
typedef struct name_set {
  const char **slots; /* owned array of borrowed texts; NULL: free */
  size_t capacity;    /* a power of two, more than twice what will be added */
} name_set;

static size_t slot_of(const name_set *set, const char *name)
{
  size_t hash = 5381;
  for (const char *c = name; *c; c++) {
    bool is_upper = *c >= 'A' && *c <= 'Z';
    hash = hash * 33 + (unsigned char)(is_upper ? *c + 32 : *c);
  }
  size_t i = hash & (set->capacity - 1);
  while (set->slots[i] && sqlite3_stricmp(set->slots[i], name) != 0)
    i = (i + 1) & (set->capacity - 1);
  return i;
}

static int make_set(name_set *set, const nep_table_schema *base, size_t n,
                    nep_error *error)
{
  set->capacity = 64;
  while (set->capacity < (n + base->n_columns + 1) * 2)
    set->capacity *= 2;
  sqlite3_uint64 size = set->capacity * sizeof(*set->slots);
  set->slots = sqlite3_malloc64(size);
  if (!set->slots)
    return nep_error_no_memory(error);
  memset(set->slots, 0, size);
  for (size_t i = 0; i < base->n_columns; i++)
    set->slots[slot_of(set, base->columns[i].name)] = base->columns[i].name;
  return SQLITE_OK;
}

/* A name that is not taken: wanted, wanted_2, … NULL: out of memory. */
static char *free_name(const name_set *set, const char *wanted)
{
  char *name = sqlite3_mprintf("%s", wanted);
  for (int i = 2; name && set->slots[slot_of(set, name)]; i++) {
    sqlite3_free(name);
    name = sqlite3_mprintf("%s_%d", wanted, i);
  }
  return name;
}

/* Has another the same path? They are sorted. */
static bool has_rival(const nep_definition *attributes, size_t n, size_t i)
{
  return (i > 0 && strcmp(attributes[i - 1].path, attributes[i].path) == 0) ||
         (i + 1 < n && strcmp(attributes[i + 1].path, attributes[i].path) == 0);
}

static int add_attribute(nep_columns *columns, name_set *set,
                         const nep_definition *attribute, bool is_rival,
                         nep_error *error)
{
  const type_word *word = word_of_type(attribute->type, 0);
  if (!word)
    return SQLITE_OK;
  char *wanted = is_rival ? sqlite3_mprintf("%s:%s", attribute->path,
                                            nep_type_sql_name(attribute->type))
                          : sqlite3_mprintf("%s", attribute->path);
  char *name = wanted ? free_name(set, wanted) : NULL;
  int rc = name ? add_column(columns, name, word, attribute->path, error)
                : nep_error_no_memory(error);
  sqlite3_free(name);
  sqlite3_free(wanted);
  if (rc != SQLITE_OK)
    return rc;
  const char *kept = columns->items[columns->n - 1].name;
  set->slots[slot_of(set, kept)] = kept;
  return SQLITE_OK;
}

int nep_columns_add_attributes(nep_columns *columns,
                               const nep_table_schema *base,
                               const nep_definition *attributes, size_t n,
                               nep_error *error)
{
  name_set set = {0};
  int rc = make_set(&set, base, n, error);
  for (size_t i = 0; i < n && rc == SQLITE_OK; i++)
    rc = add_attribute(columns, &set, &attributes[i],
                       has_rival(attributes, n, i), error);
  sqlite3_free(set.slots);
  return rc;
}
