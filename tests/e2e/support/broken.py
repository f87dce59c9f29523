"""Rules to break: what is wrong then, the file, what stands there, instead.

Verdicts are not among them: SQLite rechecks every condition, and EXACT only
lets LIMIT be a hint, so a wrong one changes requests and no rows.
"""

RULES = """
    {NEP_KIND_OPTION, NEP_OP_EQ, NEP_EXACT, "a member of the request"},
"""


def rule(kind, op):
    """A row more in the table of rules."""
    return RULES, RULES + (f"    {{NEP_KIND_{kind}, NEP_OP_{op}, NEP_SUPERSET, "
                           '"broken"},\n')


def operator(name, instead):
    """Another meaning of an operator of SQLite."""
    line = f"{{SQLITE_INDEX_CONSTRAINT_{name}, NEP_OP_"
    meant = {"NE": "NE", "ISNOT": "IS_NOT", "ISNULL": "IS_NULL",
             "ISNOTNULL": "NOT_NULL"}.get(name, name)
    return line + meant + "}", line + instead + "}"


def binary(kind):
    """Any collation is taken for BINARY."""
    place = "bool nep_schema_needs_binary(nep_kind kind)\n{\n"
    return place, place + f"  if (kind == NEP_KIND_{kind})\n    return false;\n"


MUTATIONS = (
    # Operators that must not be sent for a kind of column.
    ("FLOAT IS NULL is sent, as if there were no NaN", "schema.c",
     *rule("FLOAT", "IS_NULL")),
    ("FLOAT_SERIES IS NULL is sent, as if each had points", "schema.c",
     *rule("SERIES", "IS_NULL")),
    ("the order of texts is left to the server", "schema.c",
     *rule("STRING", "LT")),
    ("STRING_SERIES IS NULL is sent, as if each had points", "schema.c",
     *rule("STRING_SERIES", "IS_NULL")),
    ("FLOAT IS NOT is sent, as if there were no NaN", "schema.c",
     *rule("FLOAT", "IS_NOT")),
    # Operators that are taken for another one.
    ("<> is sent as =", "plan.c", *operator("NE", "EQ")),
    ("IS NOT is sent without NOT EXISTS", "plan.c", *operator("ISNOT", "NE")),
    ("< is sent as >", "plan.c", *operator("LT", "GT")),
    ("<= is sent as <", "plan.c", *operator("LE", "LT")),
    ("> is sent as >=, >= as >", "plan.c", *operator("GE", "GT")),
    ("IS NULL is sent as EXISTS", "plan.c", *operator("ISNULL", "NOT_NULL")),
    ("IS NOT NULL is sent as NOT EXISTS", "plan.c",
     *operator("ISNOTNULL", "IS_NULL")),
    ("GLOB is translated as LIKE", "plan.c", *operator("GLOB", "LIKE")),
    ("LIKE is translated as GLOB", "plan.c", *operator("LIKE", "GLOB")),
    ("REGEXP is translated as GLOB", "plan.c", *operator("REGEXP", "GLOB")),
    # Collations.
    ("text is sent under any collation", "schema.c", *binary("STRING")),
    ("a path is sent under any collation", "schema.c", *binary("PATH")),
    ("a time is sent under any collation", "schema.c", *binary("DATETIME")),
    ("a type is sent under any collation", "schema.c", *binary("TYPE")),
    ("a project is sent under any collation", "schema.c", *binary("PROJECT")),
    # NULL.
    ("IS with a bound NULL finds nothing", "binding.c",
     "bound->is_sent = !(is_is && is_null);", "bound->is_sent = true;"),
    ("what is equal to nothing differs from nothing", "binding.c",
     "bound->is_sent &= !differs || is_null;", ""),
    # Values of other types.
    ("a value that cannot be sent is left out of a list", "binding.c",
     "      nep_value_dispose(value);\n      bound->is_sent = false;",
     "      nep_value_dispose(value);"),
    ("no text equals a number", "binding.c",
     "if (value->type != NEP_VALUE_TEXT || !nep_text_is_clean_utf8(text))\n"
     "    return FATE_LOCAL;\n  if (op == NEP_OP_REGEXP)",
     "if (value->type != NEP_VALUE_TEXT)\n"
     "    return FATE_NEVER;\n  if (op == NEP_OP_REGEXP)"),
    ("no number equals a text", "binding.c",
     "return op == NEP_OP_IN ? FATE_NEVER : FATE_LOCAL;\n  case NEP_VALUE_NULL",
     "return FATE_NEVER;\n  case NEP_VALUE_NULL"),
    ("integers are compared as doubles", "binding.c",
     "#define EXACT_INTEGER (1LL << 53)", "#define EXACT_INTEGER (1LL << 60)"),
    ("a text value is turned into a number", "vtab.c",
     "int type = is_numeric ? sqlite3_value_numeric_type(value)\n"
     "                        : sqlite3_value_type(value);",
     "int type = sqlite3_value_numeric_type(value); (void)is_numeric;"),
    # Bounds.
    ("infinity is sent as a number", "binding.c",
     "return isfinite(value->real) ? FATE_SEND : FATE_LOCAL;",
     "value->real = isfinite(value->real) ? value->real : 1e308;\n"
     "    return FATE_SEND;"),
    ("no integer differs from a fraction", "binding.c",
     "if (!is_order(*op))\n      return FATE_NEVER;\n    *op",
     "if (*op == NEP_OP_EQ || *op == NEP_OP_IN)\n"
     "      return FATE_NEVER;\n    *op"),
    ("no time is before a text that is none", "binding.c",
     "return is_above || *op == NEP_OP_EQ || *op == NEP_OP_IN ? FATE_NEVER\n"
     "                                                            : FATE_LOCAL;",
     "return FATE_NEVER;"),
    ("no time is behind a text that is none", "binding.c",
     "return is_above ? FATE_LOCAL : FATE_NEVER;", "return FATE_NEVER;"),
    ("the bound of integers is rounded up", "binding.c",
     "double floor_of = floor(value->real);",
     "double floor_of = ceil(value->real);"),
    ("the bound of integers is one too low", "binding.c",
     "value->integer = (sqlite3_int64)floor_of;",
     "value->integer = (sqlite3_int64)floor_of - 1;"),
    ("a bool is turned", "binding.c", "value->integer = value->real == 1;",
     "value->integer = value->real != 1;"),
    ("archived is turned in a list only", "binding.c",
     "value->integer = value->real == 1;",
     "value->integer = (value->real == 1) != (op == NEP_OP_IN);"),
    ("the bound of times is a millisecond too late", "binding.c",
     "  value->integer = ms;", "  value->integer = ms + 1;"),
    ("a time differs from a text that is none only where it is not next",
     "binding.c", "  if (!is_order(*op)) {\n    if (!equal)",
     "  if (*op == NEP_OP_EQ || *op == NEP_OP_IN) {\n    if (!equal)"),
    ("a text behind all times is taken for one before them", "binding.c",
     "bool is_above = *op == NEP_OP_GT || *op == NEP_OP_GE;",
     "bool is_above = *op == NEP_OP_LT || *op == NEP_OP_LE;"),
    ("steps begin one too late", "options.c",
     "      range.from = value;", "      range.from = value + 1;"),
    ("steps end at the widest of several bounds, exclusively",
     "options.c", "      range.to = value;",
     "      range.to = value - 0.5;"),
    ("the bounds of steps change places", "options.c",
     "bound->op == NEP_OP_EQ || bound->op == NEP_OP_GT ||",
     "bound->op == NEP_OP_EQ || bound->op == NEP_OP_LT ||"),
    # Projects.
    ("only the first of several projects is asked", "scope.c",
     "return i < bound->n_values ?", "return i < 1 && bound->n_values ?"),
    # Lists.
    ("the last value of a longer list is left out", "binding.c",
     "  bound->n_values = kept;",
     "  bound->n_values = kept > 2 ? kept - 1 : kept;"),
    ("a list that is cut is not continued", "nql.c",
     "  *position = next;", "  *position = 0;"),
    ("only the first of several names is asked for", "selected.c",
     "else\n        selected->names[selected->n_names++] =",
     "else if (v == 0)\n        selected->names[selected->n_names++] ="),
    ("only the first of several types is asked for", "selected.c",
     "if (type != NEP_TYPE_UNKNOWN)", "if (type != NEP_TYPE_UNKNOWN && v == 0)"),
    # Orders.
    ("runs without a value stand anywhere", "plan.c",
     "  return true;\n}\n\n/* LIMIT", "  return false;\n}\n\n/* LIMIT"),
    ("IS NOT NULL in ON is taken for one in WHERE", "plan.c",
     "(op == NEP_OP_NOT_NULL && !leaves_doubtful)", "op == NEP_OP_NOT_NULL"),
    ("IS NOT is taken for <>", "plan.c",
     "sqlite_op == SQLITE_INDEX_CONSTRAINT_GE;",
     "sqlite_op >= SQLITE_INDEX_CONSTRAINT_GE;"),
    ("each order is descending", "plan.c",
     "plan->is_descending = options->is_descending;",
     "plan->is_descending = true;"),
    ("of several terms the first is enough", "plan.c",
     "if (options->n_order != 1 ||", "if (options->n_order == 0 ||"),
    ("NULL always comes last", "table_runs.c",
     "  state->scope.part = is_descending ?", "  state->scope.part = true ?"),
    ("NaN is taken for a value", "nql.c",
     "if (column->kind == NEP_KIND_INT) {",
     "if (column->kind != NEP_KIND_DATETIME) {"),
    ("series are sorted by their last values", "table_runs.c",
     "if (column->kind != NEP_KIND_SERIES)", "if (column)"),
    ("points of several series are taken for sorted", "plan.c",
     "return has_equality(plan, NEP_POINTS_ATTRIBUTE) &&", "return"),
    ("points that come from the end are behind none", "api_points.c",
     "return points->query.is_descending ? step < after : step > after;",
     "return step > after;"),
    ("one point too few of each series is asked for", "api_points.c",
     "    return points->query.per_series;",
     "    return points->query.per_series - 1;"),
    # Counts.
    ("what SQLite must recheck is counted", "count.c",
     "return clause->verdict == NEP_EXACT && clause->literal &&\n"
     "         !nep_op_is_doubtful(clause->op) &&",
     "return clause->literal &&"),
    ("a value that cannot be sent is counted as if it were", "count.c",
     "if (rc == SQLITE_OK && is_sent_whole(&binding)) {",
     "if (rc == SQLITE_OK) {"),
    ("the first page is counted twice", "api.c",
     "search->n_uncounted = matching - search->n_rows;",
     "search->n_uncounted = matching;"),
    ("only the first page is counted", "api.c",
     "search->n_uncounted--;", "search->n_uncounted = 0;"),
    # Texts.
    ("long texts are compared with the server's index", "binding.c",
     "#define INDEXED_CHARACTERS 1000", "#define INDEXED_CHARACTERS 100000"),
    ("a pattern is matched with the server's index only", "nql.c",
     "return op == NEP_OP_REGEXP || op == NEP_OP_CONTAINS;",
     "return op == NEP_OP_CONTAINS;"),
    ("quotes are not escaped", "nql.c",
     "if (text.data[i] == '\"' || text.data[i] == '\\\\')",
     "if (text.data[i] == '\\\\')"),
    ("backslashes are not escaped", "nql.c",
     "if (text.data[i] == '\"' || text.data[i] == '\\\\')",
     "if (text.data[i] == '\"')"),
    ("numbers are printed with six digits", "nql.c",
     "nep_number_format(value->real, number);",
     'sqlite3_snprintf(NEP_NUMBER_SIZE, number, "%.6g", value->real);'),
    # Rows that are kept for the next rows of a join or subquery.
    ("rows kept for one condition are shown for another", "join.c",
     "    if (!is_any &&\n", "    if (false &&\n"),
    ("a loop over the same rows shows the first of them", "table_runs.c",
     "  if (row > 0)\n    return SQLITE_DONE;\n",
     "  if (row > 0 || item->order > 1)\n    return SQLITE_DONE;\n"),
    # Functions.
    ("a part is equal to the text", "plan.c",
     "{NEP_CONSTRAINT_CONTAINS, NEP_OP_CONTAINS}",
     "{NEP_CONSTRAINT_CONTAINS, NEP_OP_EQ}"),
    ("a part is sought in the server's index only", "nql.c",
     "return op == NEP_OP_REGEXP || op == NEP_OP_CONTAINS;",
     "return op == NEP_OP_REGEXP;"),
    ("a number has no parts", "binding.c",
     "      text.size == 0 || nep_text_length(text) >= INDEXED_CHARACTERS)\n"
     "    return FATE_LOCAL;",
     "      text.size == 0 || nep_text_length(text) >= INDEXED_CHARACTERS)\n"
     "    return value->type == NEP_VALUE_TEXT ? FATE_LOCAL : FATE_NEVER;"),
    ("a part of a path is a regular expression", "binding.c",
     "take_regex(op, value, nep_like_regex_of_part(text))",
     "take_regex(op, value, nep_text_copy(text))"),
    ("a part of a set's text is one of its members", "schema.c",
     *rule("SET", "CONTAINS")),
    # Values of attributes.
    ("a value is that of an attribute of any type", "binding.c",
     "nep_text type = single_text(plan, binding, NEP_KIND_TYPE);",
     'nep_text type = {"int", 3};'),
    ("a value is sent by another rule than its type's", "binding.c",
     "          !nep_schema_rule(binding->attribute.kind, op));", "          0);"),
    # Definitions.
    ("rows that are counted are dropped as doubles", "vtab.c",
     "sqlite3_vtab_distinct(info) >= 2", "sqlite3_vtab_distinct(info) >= 1"),
    ("rows are taken for doubles whatever is read", "plan.c",
     "    if (plan->is_used[i] && !is_known(plan, i))\n      return;", ""),
    ("a key that is not sent is taken for that of all runs",
     "table_attributes.c",
     "!is_one_value(&cursor->binding.clauses[i]))", "0)"),
    ("the attributes of all runs are those of the runs chosen", "selected.c",
     "      .has_run_ids = selected->is_searching,", ""),
    # Patterns.
    ("LIKE tells a from A", "like.c", '"(?is)"', '"(?s)"'),
    ("no pattern of LIKE or GLOB matches behind a new line", "like.c",
     'translate(like, "(?is)"', 'translate(like, "(?i)"'),
    ("characters of patterns are not escaped", "like.c",
     "if (!is_plain(c))", "if (c == '\"')"),
    ("_ and ? match themselves", "like.c",
     "pattern.data[i] == one)", "pattern.data[i] == any)"),
    ("a pattern's inner % matches one character", "like.c",
     'sqlite3_str_appendall(out, ".*");', 'sqlite3_str_appendall(out, ".");'),
    ("each pattern is anchored", "like.c",
     "if (end > 0 && pattern.data[0] != any)", "if (end > 0)"),
    ("a set of GLOB matches its first character", "like.c",
     "if (sets && pattern.data[i] == '[')", "if (sets && !pattern.data[i])"),
)
