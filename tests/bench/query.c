/*
** Runs one query, keeps its values and prints what that took in this fresh
** process: {"seconds": …, "cpu": …, "mib": …, "answer": […]}, where mib is how
** far the peak of memory rose and answer has all values as texts. AFTER runs
** then, not measured: its values are "after".
** usage: query EXTENSION SETUP SQL [AFTER]; EXTENSION "-": none
*/
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double seconds_of(clockid_t clock)
{
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* KiB that the kernel gives for VmRSS or VmHWM, -1: not known. */
static long memory(const char *name)
{
  char line[256];
  long kib = -1;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status)) {
    if (strncmp(line, name, strlen(name)) == 0)
      kib = strtol(line + strlen(name) + 1, NULL, 10);
  }
  if (status)
    fclose(status);
  return kib;
}

/* Lets VmHWM begin anew at what is in use now. */
static void forget_peak(void)
{
  FILE *refs = fopen("/proc/self/clear_refs", "w");
  if (refs) {
    fputs("5", refs);
    fclose(refs);
  }
}

/* The values, each ended by a 0 byte. */
typedef struct values {
  char *text; /* owned */
  size_t size, capacity;
} values;

static void keep(values *kept, const char *text)
{
  size_t size = text ? strlen(text) + 1 : 1;
  if (kept->size + size > kept->capacity) {
    kept->capacity = 2 * (kept->size + size);
    kept->text = realloc(kept->text, kept->capacity);
    if (!kept->text)
      abort();
  }
  memcpy(kept->text + kept->size, text ? text : "", size);
  kept->size += size;
}

static int run(sqlite3 *db, const char *sql, values *kept)
{
  sqlite3_stmt *statement = NULL;
  int i, code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (code)
    return code;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    for (i = 0; i < sqlite3_column_count(statement); i++)
      keep(kept, (const char *)sqlite3_column_text(statement, i));
  }
  return sqlite3_finalize(statement);
}

static void print_values(const values *kept)
{
  const char *c, *text = kept->text, *end = text + kept->size;
  for (; text < end; text = c + 1) {
    fputs(text == kept->text ? "\"" : ", \"", stdout);
    for (c = text; *c; c++) {
      if (*c == '"' || *c == '\\')
        putchar('\\');
      putchar(*c);
    }
    putchar('"');
  }
}

static int measure(sqlite3 *db, const char *sql)
{
  values kept = {0};
  double start, seconds, cpu;
  long before;
  int code;
  forget_peak();
  before = memory("VmRSS");
  cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  start = seconds_of(CLOCK_MONOTONIC);
  code = run(db, sql, &kept);
  seconds = seconds_of(CLOCK_MONOTONIC) - start;
  cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  if (code)
    return code;
  printf("{\"seconds\": %.6f, \"cpu\": %.6f, \"mib\": %.3f, \"answer\": [",
         seconds, cpu, (double)(memory("VmHWM") - before) / 1024);
  print_values(&kept);
  fputs("]", stdout);
  free(kept.text);
  return 0;
}

static int run_after(sqlite3 *db, const char *sql)
{
  values kept = {0};
  int code = run(db, sql, &kept);
  fputs(", \"after\": [", stdout);
  print_values(&kept);
  fputs("]", stdout);
  free(kept.text);
  return code;
}

int main(int argc, char **argv)
{
  sqlite3 *db = NULL;
  char *message = NULL;
  int code;
  if (argc != 4 && argc != 5)
    return 2;
  code = sqlite3_open(":memory:", &db);
  if (!code && strcmp(argv[1], "-") != 0) {
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
    code = sqlite3_load_extension(db, argv[1], NULL, &message);
  }
  if (!code)
    code = sqlite3_exec(db, argv[2], NULL, NULL, &message);
  if (!code)
    code = measure(db, argv[3]);
  if (!code && argc > 4)
    code = run_after(db, argv[4]);
  puts("}");
  if (code)
    fprintf(stderr, "%s\n", message ? message : sqlite3_errmsg(db));
  sqlite3_free(message);
  sqlite3_close(db);
  return code != 0;
}
