/* A host with the extension linked in: registers it as include/neptune.h says,
 * opens two connections and prints the number of runs that each one sees. */
#include "neptune.h"

#include <stdio.h>

static int print_value(void *user, int n, char **values, char **names)
{
  (void)user;
  (void)names;
  return n == 1 && printf("%s", values[0]) < 0;
}

static int ask(void)
{
  sqlite3 *db = NULL;
  char *message = NULL;
  int rc = sqlite3_open(":memory:", &db);
  if (rc == SQLITE_OK)
    rc = sqlite3_exec(db, "SELECT count(*) FROM runs", print_value, NULL,
                      &message);
  if (message)
    fprintf(stderr, "%s\n", message);
  sqlite3_free(message);
  return sqlite3_close(db) != SQLITE_OK || rc != SQLITE_OK;
}

int main(void)
{
  if (sqlite3_auto_extension((void (*)(void))sqlite3_neptune_init) || ask() ||
      printf(" ") < 0 || ask())
    return 1;
  puts("");
  sqlite3_reset_auto_extension();
  return sqlite3_memory_used() != 0;
}
