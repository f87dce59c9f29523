/*
** Tables, columns and pushdown rules. To let the server decide a further kind
** of condition, add a row to nep_schema_rules and its wording to nql.c.
*/
#include "schema.h"

#include <string.h>

#define ATTRIBUTE(name, declared, kind, type, wire, path, key)                 \
  {                                                                            \
    name, declared, kind, type, path, "`" path "`:" wire, key, false, 0, false \
  }
#define STRING(name, path)                                                     \
  ATTRIBUTE(name, "TEXT", NEP_KIND_STRING, NEP_TYPE_STRING, "string", path,    \
            false)
#define DATETIME(name, path)                                                   \
  ATTRIBUTE(name, "TEXT", NEP_KIND_DATETIME, NEP_TYPE_DATETIME, "datetime",    \
            path, false)
#define FLOAT(name, path)                                                      \
  ATTRIBUTE(name, "REAL", NEP_KIND_FLOAT, NEP_TYPE_FLOAT, "float", path, false)
#define BOOL(name, kind, path)                                                 \
  ATTRIBUTE(name, "INTEGER", kind, NEP_TYPE_BOOL, "bool", path, false)
#define SET(name, path)                                                        \
  {                                                                            \
    name, "TEXT", NEP_KIND_SET, NEP_TYPE_STRING_SET, path,                     \
        "`" path "`:stringSet", false, false, 0, false                         \
  }
#define PLAIN(name, declared)                                                  \
  {                                                                            \
    name, declared, NEP_KIND_PLAIN, NEP_TYPE_UNKNOWN, NULL, NULL, false,       \
        false, 0, false                                                        \
  }
#define KEY(name, declared, kind)                                              \
  {                                                                            \
    name, declared, kind, NEP_TYPE_UNKNOWN, NULL, NULL, true, false, 0, false  \
  }
#define HIDDEN(name, declared, kind)                                           \
  {                                                                            \
    name, declared, kind, NEP_TYPE_UNKNOWN, NULL, NULL, false, true, 0, false  \
  }

#define RUN_KEYS                                                               \
  STRING("experiment", "sys/name"), STRING("run_id", "sys/custom_run_id"),     \
      ATTRIBUTE("sys_id", "TEXT", NEP_KIND_STRING, NEP_TYPE_STRING, "string",  \
                "sys/id", true)

#define RUN_COLUMNS(running_time_path)                                         \
  RUN_KEYS, DATETIME("creation_time", "sys/creation_time"),                    \
      DATETIME("modification_time", "sys/modification_time"),                  \
      DATETIME("ping_time", "sys/ping_time"), STRING("owner", "sys/owner"),    \
      STRING("description", "sys/description"),                                \
      ATTRIBUTE("state", "TEXT", NEP_KIND_STATE, NEP_TYPE_EXPERIMENT_STATE,    \
                "experimentState", "sys/state", false),                        \
      SET("tags", "sys/tags"), SET("group_tags", "sys/group_tags"),            \
      BOOL("failed", NEP_KIND_BOOL, "sys/failed"),                             \
      BOOL("archived", NEP_KIND_ARCHIVED, "sys/archived"),                     \
      FLOAT("running_time_seconds", running_time_path),                        \
      {"parent_run_id",                                                        \
       "TEXT",                                                                 \
       NEP_KIND_PLAIN,                                                         \
       NEP_TYPE_STRING,                                                        \
       "sys/forking/parent",                                                   \
       NULL,                                                                   \
       false,                                                                  \
       false,                                                                  \
       0,                                                                      \
       false},                                                                 \
      FLOAT("fork_step", "sys/forking/step"),                                  \
      KEY("project", "TEXT", NEP_KIND_PROJECT),                                \
      HIDDEN("nql", "TEXT", NEP_KIND_NQL),                                     \
      HIDDEN("attributes", "TEXT", NEP_KIND_PLAIN)

static const nep_column experiments_columns[] = {
    RUN_COLUMNS("sys/experiment/running_time_seconds")};
static const nep_column runs_columns[] = {
    RUN_COLUMNS("sys/running_time_seconds")};

static const nep_column attributes_columns[] = {
    RUN_KEYS,
    KEY("attribute", "TEXT", NEP_KIND_PATH),
    {"type", "TEXT", NEP_KIND_TYPE, NEP_TYPE_UNKNOWN, NULL, NULL, false, false,
     0, false},
    {"value", "", NEP_KIND_VALUE, NEP_TYPE_UNKNOWN, NULL, NULL, false, false, 0,
     false},
    PLAIN("last_step", "REAL"),
    PLAIN("min", "REAL"),
    PLAIN("max", "REAL"),
    PLAIN("average", "REAL"),
    PLAIN("variance", "REAL"),
    KEY("project", "TEXT", NEP_KIND_PROJECT),
    HIDDEN("nql", "TEXT", NEP_KIND_NQL)};

#define POINTS_COLUMNS(value)                                                  \
  RUN_KEYS, KEY("attribute", "TEXT", NEP_KIND_PATH),                           \
      KEY("step", "REAL", NEP_KIND_STEP), PLAIN("timestamp", "TEXT"),          \
      PLAIN("value", value), PLAIN("is_preview", "INTEGER"),                   \
      PLAIN("preview_completion", "REAL"),                                     \
      KEY("project", "TEXT", NEP_KIND_PROJECT),                                \
      HIDDEN("nql", "TEXT", NEP_KIND_NQL),                                     \
      HIDDEN("include_previews", "INTEGER", NEP_KIND_OPTION),                  \
      HIDDEN("lineage", "TEXT", NEP_KIND_OPTION),                              \
      HIDDEN("tail", "INTEGER", NEP_KIND_OPTION)

static const nep_column metric_points_columns[] = {POINTS_COLUMNS("REAL")};
static const nep_column object_points_columns[] = {POINTS_COLUMNS("TEXT")};

static const nep_column metric_buckets_columns[] = {
    RUN_KEYS,
    KEY("attribute", "TEXT", NEP_KIND_PATH),
    KEY("bucket", "INTEGER", NEP_KIND_PLAIN),
    PLAIN("from_x", "REAL"),
    PLAIN("to_x", "REAL"),
    PLAIN("finite_count", "INTEGER"),
    PLAIN("nan_count", "INTEGER"),
    PLAIN("positive_infinite_count", "INTEGER"),
    PLAIN("negative_infinite_count", "INTEGER"),
    PLAIN("first_x", "REAL"),
    PLAIN("first", "REAL"),
    PLAIN("last_x", "REAL"),
    PLAIN("last", "REAL"),
    PLAIN("min", "REAL"),
    PLAIN("max", "REAL"),
    PLAIN("sum", "REAL"),
    KEY("project", "TEXT", NEP_KIND_PROJECT),
    HIDDEN("nql", "TEXT", NEP_KIND_NQL),
    HIDDEN("buckets", "INTEGER", NEP_KIND_OPTION),
    HIDDEN("x_from", "REAL", NEP_KIND_OPTION),
    HIDDEN("x_to", "REAL", NEP_KIND_OPTION),
    HIDDEN("x_axis", "TEXT", NEP_KIND_OPTION),
    HIDDEN("x_attribute", "TEXT", NEP_KIND_OPTION),
    HIDDEN("x_scale", "TEXT", NEP_KIND_OPTION),
    HIDDEN("step_from", "REAL", NEP_KIND_OPTION),
    HIDDEN("step_to", "REAL", NEP_KIND_OPTION),
    HIDDEN("include_previews", "INTEGER", NEP_KIND_OPTION),
    HIDDEN("lineage", "TEXT", NEP_KIND_OPTION)};

static const nep_column files_columns[] = {
    RUN_KEYS,
    KEY("attribute", "TEXT", NEP_KIND_PATH),
    PLAIN("path", "TEXT"),
    PLAIN("size_bytes", "INTEGER"),
    PLAIN("mime_type", "TEXT"),
    KEY("project", "TEXT", NEP_KIND_PROJECT),
    HIDDEN("nql", "TEXT", NEP_KIND_NQL)};

static const nep_column projects_columns[] = {
    KEY("project", "TEXT", NEP_KIND_PLAIN),
    PLAIN("workspace", "TEXT"),
    PLAIN("name", "TEXT"),
    PLAIN("key", "TEXT"),
    PLAIN("project_id", "TEXT"),
    PLAIN("visibility", "TEXT")};

static const nep_column requests_columns[] = {
    KEY("id", "INTEGER", NEP_KIND_PLAIN),
    PLAIN("started_at", "TEXT"),
    PLAIN("method", "TEXT"),
    PLAIN("path", "TEXT"),
    PLAIN("query", "TEXT"),
    PLAIN("rows", "INTEGER"),
    PLAIN("request_bytes", "INTEGER"),
    PLAIN("response_bytes", "INTEGER"),
    PLAIN("status", "INTEGER"),
    PLAIN("attempts", "INTEGER"),
    PLAIN("milliseconds", "REAL"),
    PLAIN("error", "TEXT")};

#define TABLE(name)                                                            \
  {                                                                            \
#name, name##_columns, NEP_COUNT(name##_columns), NEP_TYPE_UNKNOWN         \
  }

const nep_table_schema nep_schema_experiments = TABLE(experiments);
const nep_table_schema nep_schema_runs = TABLE(runs);
const nep_table_schema nep_schema_attributes = TABLE(attributes);
#define POINTS(name, columns, type)                                            \
  {                                                                            \
    name, columns, NEP_COUNT(columns), type                                    \
  }
const nep_table_schema nep_schema_metric_points =
    POINTS("metric_points", metric_points_columns, NEP_TYPE_FLOAT_SERIES);
const nep_table_schema nep_schema_string_points =
    POINTS("string_points", object_points_columns, NEP_TYPE_STRING_SERIES);
const nep_table_schema nep_schema_histogram_points = POINTS(
    "histogram_points", object_points_columns, NEP_TYPE_HISTOGRAM_SERIES);
const nep_table_schema nep_schema_file_points =
    POINTS("file_points", object_points_columns, NEP_TYPE_FILE_SERIES);
const nep_table_schema nep_schema_metric_buckets =
    POINTS("metric_buckets", metric_buckets_columns, NEP_TYPE_FLOAT_SERIES);
const nep_table_schema nep_schema_files = TABLE(files);
const nep_table_schema nep_schema_projects = TABLE(projects);
const nep_table_schema nep_schema_requests = {
    "neptune_requests", requests_columns, NEP_COUNT(requests_columns),
    NEP_TYPE_UNKNOWN};

/*
** Text is compared byte by byte by the server and by SQLite's BINARY. Texts of
** 1000 characters and more, of which a server indexes only the beginning, are
** never sent as values (plan.c). Times are compared as texts in SQL; any text
** bounds them exactly (nep_time_lower_bound). An int is compared with integers
** whose neighbours are all doubles, in case the server compares as such. What a
** series' aggregate is where a value is not finite is uncertain, but it is the
** same in an answer and in NQL, where NaN matches nothing. archived is a
** superset because two attributes may stand for it. The bounds of step are
** inclusive on the server. Whether != finds runs without the attribute is
** uncertain: it is a superset for <>, and for IS NOT with those without it. A
** float exists where its value is NaN, which is NULL here, and a datetime where
** no text can show it. An attribute's value IS NOT NULL in nearly every row, so
** a search for the runs would only cost.
*/
#define VALUE_SENT "NQL, by the rule of the attribute's type"
const nep_rule nep_schema_rules[] = {
    {NEP_KIND_STRING, NEP_OP_EQ, NEP_EXACT, "NQL ="},
    {NEP_KIND_STRING, NEP_OP_IN, NEP_EXACT, "NQL = … OR = …"},
    {NEP_KIND_STRING, NEP_OP_REGEXP, NEP_SUPERSET, "NQL MATCHES"},
    {NEP_KIND_STRING, NEP_OP_NE, NEP_SUPERSET, "NQL !="},
    {NEP_KIND_STRING, NEP_OP_IS_NOT, NEP_SUPERSET, "NQL != OR NOT EXISTS"},
    {NEP_KIND_STRING, NEP_OP_LIKE, NEP_SUPERSET, "NQL MATCHES"},
    {NEP_KIND_STRING, NEP_OP_GLOB, NEP_SUPERSET, "NQL MATCHES"},
    {NEP_KIND_STRING, NEP_OP_CONTAINS, NEP_SUPERSET, "NQL CONTAINS"},
    {NEP_KIND_STRING, NEP_OP_IS_NULL, NEP_EXACT, "NQL NOT EXISTS"},
    {NEP_KIND_STRING, NEP_OP_NOT_NULL, NEP_EXACT, "NQL EXISTS"},
    {NEP_KIND_STRING_SERIES, NEP_OP_EQ, NEP_EXACT, "NQL ="},
    {NEP_KIND_STRING_SERIES, NEP_OP_IN, NEP_EXACT, "NQL = … OR = …"},
    {NEP_KIND_STRING_SERIES, NEP_OP_REGEXP, NEP_SUPERSET, "NQL MATCHES"},
    {NEP_KIND_STRING_SERIES, NEP_OP_NE, NEP_SUPERSET, "NQL !="},
    {NEP_KIND_STRING_SERIES, NEP_OP_LIKE, NEP_SUPERSET, "NQL MATCHES"},
    {NEP_KIND_STRING_SERIES, NEP_OP_GLOB, NEP_SUPERSET, "NQL MATCHES"},
    {NEP_KIND_STRING_SERIES, NEP_OP_CONTAINS, NEP_SUPERSET, "NQL CONTAINS"},
    {NEP_KIND_STRING_SERIES, NEP_OP_NOT_NULL, NEP_SUPERSET, "NQL EXISTS"},
    {NEP_KIND_STATE, NEP_OP_EQ, NEP_EXACT, "NQL ="},
    {NEP_KIND_STATE, NEP_OP_IN, NEP_EXACT, "NQL = … OR = …"},
    {NEP_KIND_STATE, NEP_OP_NE, NEP_SUPERSET, "NQL !="},
    {NEP_KIND_FLOAT, NEP_OP_EQ, NEP_EXACT, "NQL ="},
    {NEP_KIND_FLOAT, NEP_OP_LT, NEP_EXACT, "NQL <"},
    {NEP_KIND_FLOAT, NEP_OP_LE, NEP_EXACT, "NQL <="},
    {NEP_KIND_FLOAT, NEP_OP_GT, NEP_EXACT, "NQL >"},
    {NEP_KIND_FLOAT, NEP_OP_GE, NEP_EXACT, "NQL >="},
    {NEP_KIND_FLOAT, NEP_OP_IN, NEP_EXACT, "NQL = … OR = …"},
    {NEP_KIND_FLOAT, NEP_OP_NE, NEP_SUPERSET, "NQL !="},
    {NEP_KIND_FLOAT, NEP_OP_NOT_NULL, NEP_SUPERSET, "NQL EXISTS"},
    {NEP_KIND_INT, NEP_OP_EQ, NEP_EXACT, "NQL ="},
    {NEP_KIND_INT, NEP_OP_LT, NEP_EXACT, "NQL <"},
    {NEP_KIND_INT, NEP_OP_LE, NEP_EXACT, "NQL <="},
    {NEP_KIND_INT, NEP_OP_GT, NEP_EXACT, "NQL >"},
    {NEP_KIND_INT, NEP_OP_GE, NEP_EXACT, "NQL >="},
    {NEP_KIND_INT, NEP_OP_IN, NEP_EXACT, "NQL = … OR = …"},
    {NEP_KIND_INT, NEP_OP_NE, NEP_SUPERSET, "NQL !="},
    {NEP_KIND_INT, NEP_OP_IS_NOT, NEP_SUPERSET, "NQL != OR NOT EXISTS"},
    {NEP_KIND_INT, NEP_OP_IS_NULL, NEP_EXACT, "NQL NOT EXISTS"},
    {NEP_KIND_INT, NEP_OP_NOT_NULL, NEP_EXACT, "NQL EXISTS"},
    {NEP_KIND_SERIES, NEP_OP_EQ, NEP_EXACT, "NQL ="},
    {NEP_KIND_SERIES, NEP_OP_LT, NEP_EXACT, "NQL <"},
    {NEP_KIND_SERIES, NEP_OP_LE, NEP_EXACT, "NQL <="},
    {NEP_KIND_SERIES, NEP_OP_GT, NEP_EXACT, "NQL >"},
    {NEP_KIND_SERIES, NEP_OP_GE, NEP_EXACT, "NQL >="},
    {NEP_KIND_SERIES, NEP_OP_IN, NEP_EXACT, "NQL = … OR = …"},
    {NEP_KIND_SERIES, NEP_OP_NE, NEP_SUPERSET, "NQL !="},
    {NEP_KIND_BOOL, NEP_OP_EQ, NEP_EXACT, "NQL ="},
    {NEP_KIND_BOOL, NEP_OP_IN, NEP_EXACT, "NQL = … OR = …"},
    {NEP_KIND_BOOL, NEP_OP_NE, NEP_SUPERSET, "NQL !="},
    {NEP_KIND_BOOL, NEP_OP_IS_NOT, NEP_SUPERSET, "NQL != OR NOT EXISTS"},
    {NEP_KIND_BOOL, NEP_OP_IS_NULL, NEP_EXACT, "NQL NOT EXISTS"},
    {NEP_KIND_BOOL, NEP_OP_NOT_NULL, NEP_EXACT, "NQL EXISTS"},
    {NEP_KIND_ARCHIVED, NEP_OP_EQ, NEP_SUPERSET,
     "NQL = on sys/archived OR sys/trashed"},
    {NEP_KIND_ARCHIVED, NEP_OP_IN, NEP_SUPERSET,
     "NQL = on sys/archived OR sys/trashed"},
    {NEP_KIND_DATETIME, NEP_OP_EQ, NEP_EXACT, "NQL ="},
    {NEP_KIND_DATETIME, NEP_OP_LT, NEP_EXACT, "NQL <"},
    {NEP_KIND_DATETIME, NEP_OP_LE, NEP_EXACT, "NQL <="},
    {NEP_KIND_DATETIME, NEP_OP_GT, NEP_EXACT, "NQL >"},
    {NEP_KIND_DATETIME, NEP_OP_GE, NEP_EXACT, "NQL >="},
    {NEP_KIND_DATETIME, NEP_OP_IN, NEP_EXACT, "NQL = … OR = …"},
    {NEP_KIND_DATETIME, NEP_OP_NE, NEP_SUPERSET, "NQL !="},
    {NEP_KIND_DATETIME, NEP_OP_NOT_NULL, NEP_SUPERSET, "NQL EXISTS"},
    {NEP_KIND_SET, NEP_OP_HAS, NEP_EXACT, "NQL CONTAINS"},
    {NEP_KIND_SET, NEP_OP_IS_NULL, NEP_EXACT, "NQL NOT EXISTS"},
    {NEP_KIND_SET, NEP_OP_NOT_NULL, NEP_EXACT, "NQL EXISTS"},
    {NEP_KIND_FILE, NEP_OP_IS_NULL, NEP_EXACT, "NQL NOT EXISTS"},
    {NEP_KIND_FILE, NEP_OP_NOT_NULL, NEP_EXACT, "NQL EXISTS"},
    {NEP_KIND_PROJECT, NEP_OP_EQ, NEP_EXACT, "projectIdentifier"},
    {NEP_KIND_PROJECT, NEP_OP_IN, NEP_EXACT, "projectIdentifier, one by one"},
    {NEP_KIND_NQL, NEP_OP_EQ, NEP_EXACT, "the NQL itself"},
    {NEP_KIND_PATH, NEP_OP_EQ, NEP_EXACT, "the attribute's name"},
    {NEP_KIND_PATH, NEP_OP_IN, NEP_EXACT, "the attributes' names"},
    {NEP_KIND_PATH, NEP_OP_REGEXP, NEP_SUPERSET, "mustMatchRegexes"},
    {NEP_KIND_PATH, NEP_OP_LIKE, NEP_SUPERSET, "mustMatchRegexes"},
    {NEP_KIND_PATH, NEP_OP_GLOB, NEP_SUPERSET, "mustMatchRegexes"},
    {NEP_KIND_PATH, NEP_OP_CONTAINS, NEP_SUPERSET, "mustMatchRegexes"},
    {NEP_KIND_TYPE, NEP_OP_EQ, NEP_EXACT, "attributeType"},
    {NEP_KIND_TYPE, NEP_OP_IN, NEP_EXACT, "attributeType, several"},
    {NEP_KIND_VALUE, NEP_OP_EQ, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_LT, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_LE, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_GT, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_GE, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_IN, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_REGEXP, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_NE, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_LIKE, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_GLOB, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_CONTAINS, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_VALUE, NEP_OP_HAS, NEP_SUPERSET, VALUE_SENT},
    {NEP_KIND_STEP, NEP_OP_EQ, NEP_EXACT, "stepRange from = to"},
    {NEP_KIND_STEP, NEP_OP_LT, NEP_SUPERSET, "stepRange to"},
    {NEP_KIND_STEP, NEP_OP_LE, NEP_EXACT, "stepRange to"},
    {NEP_KIND_STEP, NEP_OP_GT, NEP_SUPERSET, "stepRange from"},
    {NEP_KIND_STEP, NEP_OP_GE, NEP_EXACT, "stepRange from"},
    {NEP_KIND_OPTION, NEP_OP_EQ, NEP_EXACT, "a member of the request"},
};
const size_t nep_schema_n_rules = NEP_COUNT(nep_schema_rules);

const char *nep_op_text(nep_op op)
{
  static const char *const texts[NEP_OP_COUNT] = {
      [NEP_OP_EQ] = "=",
      [NEP_OP_IS] = "IS",
      [NEP_OP_LT] = "<",
      [NEP_OP_LE] = "<=",
      [NEP_OP_GT] = ">",
      [NEP_OP_GE] = ">=",
      [NEP_OP_IN] = "IN",
      [NEP_OP_REGEXP] = "REGEXP",
      [NEP_OP_NE] = "!=",
      [NEP_OP_IS_NOT] = "IS NOT",
      [NEP_OP_LIKE] = "LIKE",
      [NEP_OP_GLOB] = "GLOB",
      [NEP_OP_CONTAINS] = "CONTAINS",
      [NEP_OP_HAS] = "HAS",
      [NEP_OP_IS_NULL] = "NOT EXISTS",
      [NEP_OP_NOT_NULL] = "EXISTS"};
  return texts[op];
}

bool nep_op_has_value(nep_op op)
{
  return op != NEP_OP_IS_NULL && op != NEP_OP_NOT_NULL;
}

bool nep_op_is_doubtful(nep_op op)
{
  return op == NEP_OP_NE || op == NEP_OP_IS_NOT || op == NEP_OP_LIKE ||
         op == NEP_OP_GLOB || op == NEP_OP_REGEXP || op == NEP_OP_CONTAINS ||
         op == NEP_OP_HAS || !nep_op_has_value(op);
}

const nep_rule *nep_schema_rule(nep_kind kind, nep_op op)
{
  if (op == NEP_OP_IS)
    op = NEP_OP_EQ;
  for (size_t i = 0; i < nep_schema_n_rules; i++) {
    if (nep_schema_rules[i].kind == kind && nep_schema_rules[i].op == op)
      return &nep_schema_rules[i];
  }
  return NULL;
}

bool nep_schema_needs_binary(nep_kind kind)
{
  switch (kind) {
  case NEP_KIND_STRING:
  case NEP_KIND_STRING_SERIES:
  case NEP_KIND_STATE:
  case NEP_KIND_SET:
  case NEP_KIND_FILE:
  case NEP_KIND_DATETIME:
  case NEP_KIND_PROJECT:
  case NEP_KIND_NQL:
  case NEP_KIND_PATH:
  case NEP_KIND_TYPE:
  case NEP_KIND_VALUE:
  case NEP_KIND_OPTION:
    return true;
  case NEP_KIND_PLAIN:
  case NEP_KIND_FLOAT:
  case NEP_KIND_INT:
  case NEP_KIND_SERIES:
  case NEP_KIND_BOOL:
  case NEP_KIND_ARCHIVED:
  case NEP_KIND_STEP:
    return false;
  }
  return true;
}

bool nep_schema_is_input(nep_kind kind)
{
  return kind == NEP_KIND_PROJECT || kind == NEP_KIND_NQL ||
         kind == NEP_KIND_OPTION;
}

bool nep_schema_is_of_all_runs(const nep_column *column)
{
  static const char *const paths[] = {"sys/creation_time",
                                      "sys/modification_time", "sys/ping_time"};
  for (size_t i = 0; i < NEP_COUNT(paths); i++) {
    if (column->type == NEP_TYPE_DATETIME && column->path &&
        strcmp(column->path, paths[i]) == 0)
      return true;
  }
  return false;
}

bool nep_schema_is_like(const nep_table_schema *schema,
                        const nep_table_schema *table)
{
  return strcmp(schema->name, table->name) == 0;
}

const char *nep_schema_label(const nep_column *column)
{
  return column->path ? column->path : column->name;
}

/* The key's columns, project first. */
static void append_key(sqlite3_str *sql, const nep_table_schema *schema)
{
  const char *separator = "";
  for (int pass = 0; pass < 2; pass++) {
    for (size_t i = 0; i < schema->n_columns; i++) {
      const nep_column *column = &schema->columns[i];
      if (!column->is_key || (column->kind == NEP_KIND_PROJECT) != (pass == 0))
        continue;
      sqlite3_str_appendf(sql, "%s\"%w\"", separator, column->name);
      separator = ", ";
    }
  }
}

char *nep_schema_declaration(const nep_table_schema *schema)
{
  sqlite3_str *sql = sqlite3_str_new(NULL);
  sqlite3_str_appendf(sql, "CREATE TABLE x(");
  for (size_t i = 0; i < schema->n_columns; i++) {
    const nep_column *column = &schema->columns[i];
    sqlite3_str_appendf(sql, "\"%w\"%s%s%s, ", column->name,
                        column->declared[0] ? " " : "", column->declared,
                        column->is_hidden ? " HIDDEN" : "");
  }
  sqlite3_str_appendall(sql, "PRIMARY KEY(");
  append_key(sql, schema);
  sqlite3_str_appendall(sql, ")) WITHOUT ROWID");
  return sqlite3_str_finish(sql);
}
