/* Queries of many threads at once, each checked.
 * usage: threads EXTENSION MODE THREADS ROUNDS
 *   own       each thread has connections of its own, one a round
 *   shared    all use one connection
 *   handed    a connection is opened, used and closed by three threads
 *   interrupt as own, and each is interrupted at any time
 * Prints what went wrong, or how many answers were right and how many were
 * interrupted. The first answers, of one thread alone, are what is right. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_THREADS 64
#define N_QUERIES 5

static const char *const queries[N_QUERIES] = {
    "SELECT count(*) || max(creation_time) FROM experiments",
    "SELECT count(*) || max(length(attributes)) FROM runs",
    "SELECT count(*) || sum(last_step) FROM attributes WHERE type = "
    "'float_series' OR attribute REGEXP '^config'",
    "SELECT count(*) || ' ' || sum(step) FROM metric_points WHERE step > 3",
    "SELECT count(*) FROM experiments JOIN metric_points USING (sys_id)"};

typedef struct shared {
  const char *extension;
  int rounds;
  sqlite3 *db;              /* of all threads, or NULL */
  char *answers[N_QUERIES]; /* owned */
  atomic_int n_right, n_interrupted, n_wrong;
  atomic_bool is_over;
  _Atomic(sqlite3 *) current[MAX_THREADS]; /* may be interrupted */
  pthread_mutex_t closing[MAX_THREADS];    /* held to close or interrupt */
} shared;

typedef struct worker {
  shared *all;
  int number;
  sqlite3 *db; /* handed from thread to thread */
} worker;

static void complain(shared *all, const char *what, const char *words)
{
  fprintf(stderr, "%s: %s\n", what, words ? words : "NULL");
  atomic_fetch_add(&all->n_wrong, 1);
}

static sqlite3 *open_database(shared *all)
{
  sqlite3 *db = NULL;
  char *message = NULL;
  int code = sqlite3_open_v2(
      ":memory:", &db,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, NULL);
  if (!code)
    code =
        sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
  if (!code)
    code = sqlite3_load_extension(db, all->extension, NULL, &message);
  if (code)
    complain(all, "could not load", message ? message : sqlite3_errmsg(db));
  sqlite3_free(message);
  return db;
}

static void close_database(shared *all, sqlite3 *db)
{
  if (sqlite3_close(db))
    complain(all, "could not close", sqlite3_errmsg(db));
}

/* The first value of the first row, for the caller to free; NULL: *code. */
static char *ask(sqlite3 *db, const char *sql, int *code)
{
  sqlite3_stmt *statement = NULL;
  char *answer = NULL;
  *code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  /* SQLite's words for an interrupt while it connects an eponymous table. */
  if (*code == SQLITE_ERROR && strcmp(sqlite3_errmsg(db), "interrupted") == 0)
    *code = SQLITE_INTERRUPT;
  if (!*code)
    *code = sqlite3_step(statement);
  if (*code == SQLITE_ROW)
    answer = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  return answer;
}

static void ask_all(shared *all, sqlite3 *db, int first)
{
  for (int i = 0; i < N_QUERIES; i++) {
    int code, n = (first + i) % N_QUERIES;
    char *answer = ask(db, queries[n], &code);
    if (answer && strcmp(answer, all->answers[n]) == 0)
      atomic_fetch_add(&all->n_right, 1);
    else if (!answer && code == SQLITE_INTERRUPT)
      atomic_fetch_add(&all->n_interrupted, 1);
    else
      complain(all, queries[n], answer ? answer : sqlite3_errmsg(db));
    sqlite3_free(answer);
  }
}

static void *work_alone(void *argument)
{
  worker *own = argument;
  shared *all = own->all;
  for (int round = 0; round < all->rounds; round++) {
    sqlite3 *db = open_database(all);
    atomic_store(&all->current[own->number], db);
    ask_all(all, db, own->number);
    pthread_mutex_lock(&all->closing[own->number]);
    atomic_store(&all->current[own->number], NULL);
    pthread_mutex_unlock(&all->closing[own->number]);
    close_database(all, db);
  }
  return NULL;
}

static void *work_together(void *argument)
{
  worker *own = argument;
  for (int round = 0; round < own->all->rounds; round++)
    ask_all(own->all, own->all->db, own->number);
  return NULL;
}

static void *open_one(void *argument)
{
  worker *own = argument;
  own->db = open_database(own->all);
  return NULL;
}

static void *use_one(void *argument)
{
  worker *own = argument;
  ask_all(own->all, own->db, own->number);
  return NULL;
}

static void *close_one(void *argument)
{
  worker *own = argument;
  close_database(own->all, own->db);
  return NULL;
}

static void *interrupt_all(void *argument)
{
  shared *all = argument;
  const struct timespec pause = {.tv_nsec = 3000000};
  for (int i = 0; !atomic_load(&all->is_over); i = (i + 1) % MAX_THREADS) {
    pthread_mutex_lock(&all->closing[i]);
    sqlite3 *db = atomic_load(&all->current[i]);
    if (db)
      sqlite3_interrupt(db);
    pthread_mutex_unlock(&all->closing[i]);
    if (db)
      nanosleep(&pause, NULL);
  }
  return NULL;
}

static void run(worker *workers, int n, void *(*work)(void *))
{
  pthread_t threads[MAX_THREADS];
  for (int i = 0; i < n; i++) {
    if (pthread_create(&threads[i], NULL, work, &workers[i]))
      abort();
  }
  for (int i = 0; i < n; i++)
    pthread_join(threads[i], NULL);
}

static void run_mode(shared *all, worker *workers, int n, const char *mode)
{
  pthread_t thread;
  if (strcmp(mode, "own") == 0)
    run(workers, n, work_alone);
  if (strcmp(mode, "shared") == 0) {
    all->db = open_database(all);
    run(workers, n, work_together);
    close_database(all, all->db);
  }
  for (int i = 0; strcmp(mode, "handed") == 0 && i < all->rounds; i++) {
    run(workers, n, open_one);
    run(workers, n, use_one);
    run(workers, n, close_one);
  }
  if (strcmp(mode, "interrupt") == 0) {
    if (pthread_create(&thread, NULL, interrupt_all, all))
      abort();
    run(workers, n, work_alone);
    atomic_store(&all->is_over, true);
    pthread_join(thread, NULL);
  }
}

int main(int argc, char **argv)
{
  static shared all;
  static worker workers[MAX_THREADS];
  int n = argc == 5 ? (int)strtol(argv[3], NULL, 10) : 0;
  if (n < 1 || n > MAX_THREADS) {
    fputs("usage: threads EXTENSION MODE THREADS ROUNDS\n", stderr);
    return 2;
  }
  all.extension = argv[1];
  all.rounds = (int)strtol(argv[4], NULL, 10);
  sqlite3 *db = open_database(&all);
  for (int i = 0, code; i < N_QUERIES; i++) {
    all.answers[i] = ask(db, queries[i], &code);
    if (!all.answers[i])
      complain(&all, queries[i], sqlite3_errmsg(db));
  }
  close_database(&all, db);
  for (int i = 0; i < MAX_THREADS; i++) {
    workers[i] = (worker){.all = &all, .number = i};
    pthread_mutex_init(&all.closing[i], NULL);
  }
  if (!all.n_wrong)
    run_mode(&all, workers, n, argv[2]);
  for (int i = 0; i < N_QUERIES; i++)
    sqlite3_free(all.answers[i]);
  printf("%d %d\n", all.n_right, all.n_interrupted);
  if (sqlite3_memory_used() != 0)
    complain(&all, "memory is left", "");
  return all.n_wrong != 0;
}
