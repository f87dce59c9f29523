/*
** Prints the seconds that one load takes in this fresh process.
** usage: loading extension FILE, or loading libraries NAME…
*/
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* False, with a message, if it cannot be loaded. */
static int load_extension(const char *file, double *seconds)
{
  sqlite3 *db = NULL;
  char *message = NULL;
  double start;
  int code = sqlite3_open(":memory:", &db);
  if (!code)
    code =
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
  start = now();
  if (!code)
    code = sqlite3_load_extension(db, file, NULL, &message);
  *seconds = now() - start;
  if (code)
    fprintf(stderr, "%s\n", message ? message : sqlite3_errstr(code));
  sqlite3_free(message);
  sqlite3_close(db);
  return !code;
}

/* As SQLite loads extensions; none is closed. */
static int load_libraries(char **names, double *seconds)
{
  double start = now();
  for (; *names; names++) {
    if (!dlopen(*names, RTLD_NOW | RTLD_GLOBAL)) {
      fprintf(stderr, "%s\n", dlerror());
      return 0;
    }
  }
  *seconds = now() - start;
  return 1;
}

int main(int argc, char **argv)
{
  double seconds = 0;
  int ok;
  if (argc < 3 || sqlite3_initialize())
    return 2;
  ok = strcmp(argv[1], "extension") == 0 ? load_extension(argv[2], &seconds)
                                         : load_libraries(argv + 2, &seconds);
  if (ok)
    printf("%.9f\n", seconds);
  return !ok;
}
