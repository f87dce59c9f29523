/* Closed cursors that may serve again: see park.h. */
#include "park.h"

#include "statement.h"

#include <string.h>

/* A closed cursor's rows are not shown again when they are older, in case it is
** another statement that asks. */
#define PARK_SECONDS 2.0
/* Of a clause of a closed cursor that has no rows. */
#define MOST_VALUES_PARKED 100

/* Does the scan go on that its keys were seen in? */
static bool has_source(const nep_connection *connection,
                       const nep_cursor *cursor)
{
  const nep_cursor *open = connection->cursors;
  while (open && open->scan != cursor->source)
    open = open->next_open;
  return open && cursor->is_shelved && cursor->source;
}

static void note_statement(const nep_connection *connection, nep_cursor *cursor)
{
  cursor->statement = nep_statement_alone(connection->db, &cursor->run);
  cursor->n_plans = connection->n_plans;
}

/* Is the only statement under way still the same? Another one at its address
** was planned after it. */
static bool has_statement(const nep_connection *connection,
                          const nep_cursor *cursor)
{
  int run;
  return cursor->statement && cursor->n_plans == connection->n_plans &&
         cursor->statement == nep_statement_alone(connection->db, &run) &&
         cursor->run == run;
}

/* May it serve again? Its shelf must be young, and of these settings. */
static bool is_fresh(const nep_connection *connection, const nep_cursor *cursor)
{
  if (cursor->is_shelved &&
      (cursor->settings_version != connection->settings.version ||
       nep_http_monotonic_seconds() - cursor->filled_at >= PARK_SECONDS))
    return false;
  return has_source(connection, cursor) || has_statement(connection, cursor);
}

/* Is there more to keep than a plan? */
static bool is_worth_parking(const nep_cursor *cursor)
{
  if (!nep_cursor_vtab(cursor)->table->show || cursor->scan == 0 ||
      cursor->plan.is_count || cursor->plan.is_of_definitions)
    return false;
  for (size_t i = 0; i < cursor->binding.n_clauses; i++) {
    if (cursor->binding.clauses[i].n_values > MOST_VALUES_PARKED)
      return cursor->is_shelved;
  }
  return true;
}

bool nep_park_put(nep_cursor *cursor)
{
  nep_connection *connection = nep_cursor_connection(cursor);
  if (!is_worth_parking(cursor))
    return false;
  note_statement(connection, cursor);
  if (!is_fresh(connection, cursor))
    return false;
  if (!cursor->is_shelved) {
    nep_cursor_vtab(cursor)->table->close(cursor);
    cursor->state = NULL;
    cursor->is_eof = true;
  }
  cursor->next_open = connection->parked;
  connection->parked = cursor;
  return true;
}

static nep_cursor *take(nep_cursor **link)
{
  nep_cursor *taken = *link;
  *link = taken->next_open;
  return taken;
}

nep_cursor *nep_park_take(nep_connection *connection, const sqlite3_vtab *table,
                          const char *plan_text)
{
  for (nep_cursor **link = &connection->parked; *link;
       link = &(*link)->next_open) {
    if ((*link)->base.pVtab == table &&
        (!plan_text || (strcmp((*link)->plan_text, plan_text) == 0 &&
                        is_fresh(connection, *link))))
      return take(link);
  }
  return NULL;
}

nep_cursor *nep_park_take_stale(nep_connection *connection)
{
  for (nep_cursor **link = &connection->parked; *link;
       link = &(*link)->next_open) {
    if (!is_fresh(connection, *link))
      return take(link);
  }
  return NULL;
}
