#include "answers.h"

#include "memory.h"
#include "message.h"

#include <check.h>

/* What the walks, which know no context, read with. */
static answers_read current;

long answers_count(answers_read read, nep_text page)
{
  nep_reader reader = nep_reader_of(page);
  nep_error error = {0};
  long n = 0;
  int code;

  do
    code = read(&reader, &n, &error);
  while (code == SQLITE_ROW);
  if (code != error.code + (error.code ? 0 : SQLITE_DONE))
    ck_abort_msg("code %d, recorded %d", code, error.code);
  nep_error_clear(&error);
  return code == SQLITE_DONE ? n : -1;
}

static void read_anything(nep_text page)
{
  answers_count(current, page);
}

void answers_check_damage(answers_read read, const nep_bytes *page, long n)
{
  ck_assert_int_eq(answers_count(read, nep_bytes_view(page)), n);
  current = read;
  message_damage(page, read_anything);
}

void answers_check_cuts(answers_read read, const nep_bytes *page,
                        size_t n_valid)
{
  size_t size, n = 0;

  for (size = 0; size <= page->size; size++) {
    nep_text cut = {page->data, size};
    n += answers_count(read, cut) >= 0;
  }
  ck_assert_uint_eq(n, n_valid);
}

static int read_damaged(nep_error *error)
{
  nep_text bytes = {"\x0A\x05x", 3};
  nep_reader reader = nep_reader_of(bytes);
  long n = 0;
  int code = current(&reader, &n, error);

  return code == SQLITE_CORRUPT ? error->code = SQLITE_OK : code;
}

void answers_check_memory(answers_read read, const nep_bytes *page, long n)
{
  memory_fail(1, true);
  ck_assert_int_eq(answers_count(read, nep_bytes_view(page)), n);
  ck_assert(!memory_failed());
  memory_fail(0, false);
  current = read;
  memory_check(read_damaged);
}
