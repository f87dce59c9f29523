#include "memory.h"

#include <cjson/cJSON.h>
#include <check.h>
#include <stdlib.h>

static sqlite3_mem_methods plain;
static int countdown;
static bool keep_failing, has_failed;
static long pieces;

static bool must_fail(void)
{
  if (!countdown || (countdown > 1 && countdown--))
    return false;
  if (!keep_failing)
    countdown = 0;
  has_failed = true;
  return true;
}

void *memory_take(size_t size)
{
  void *piece = must_fail() ? NULL : malloc(size ? size : 1);

  pieces += piece != NULL;
  return piece;
}

void memory_give(void *piece)
{
  pieces -= piece != NULL;
  free(piece);
}

static void *take_for_sqlite(int size)
{
  void *piece = must_fail() ? NULL : plain.xMalloc(size);

  pieces += piece != NULL;
  return piece;
}

static void *resize_for_sqlite(void *piece, int size)
{
  return must_fail() ? NULL : plain.xRealloc(piece, size);
}

static void give_for_sqlite(void *piece)
{
  pieces -= piece != NULL;
  plain.xFree(piece);
}

void memory_install(void)
{
  cJSON_Hooks hooks = {memory_take, memory_give};
  sqlite3_mem_methods methods;

  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain);
  methods = plain;
  methods.xMalloc = take_for_sqlite;
  methods.xRealloc = resize_for_sqlite;
  methods.xFree = give_for_sqlite;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
  sqlite3_initialize();
  cJSON_InitHooks(&hooks);
}

void memory_fail(int k, bool persistent)
{
  countdown = k;
  keep_failing = persistent;
  has_failed = false;
}

bool memory_failed(void)
{
  return has_failed;
}

long memory_pieces(void)
{
  return pieces;
}

/* False where no allocation failed: the loop's end. */
static bool check_once(int (*action)(nep_error *error), int k, bool persistent,
                       bool leaks_count)
{
  nep_error error = {0};
  long before = memory_pieces();
  bool failed;
  int code;

  memory_fail(k, persistent);
  code = action(&error);
  failed = memory_failed();
  memory_fail(0, false);
  ck_assert_msg(code == error.code || code == SQLITE_NOMEM,
                "allocation %d: code %d, recorded %d", k, code, error.code);
  nep_error_clear(&error);
  if (failed && persistent)
    ck_assert_msg(code == SQLITE_NOMEM, "allocation %d on: code %d", k, code);
  else if (failed)
    ck_assert_msg(code == SQLITE_NOMEM || code == SQLITE_OK,
                  "allocation %d: code %d", k, code);
  if (leaks_count)
    ck_assert_msg(memory_pieces() == before, "allocation %d: %ld leaked", k,
                  memory_pieces() - before);
  return failed;
}

static void check_all(int (*action)(nep_error *error), bool leaks_count)
{
  int k = 1;

  while (check_once(action, k, false, leaks_count) &&
         check_once(action, k, true, leaks_count))
    k++;
  ck_assert_msg(k > 1, "nothing was allocated%s", "");
}

void memory_check(int (*action)(nep_error *error))
{
  check_all(action, true);
}

void memory_check_but_leaks(int (*action)(nep_error *error))
{
  check_all(action, false);
}
