#include "gzip.h"
#include "memory.h"

#include <check.h>
#include <string.h>
#include <zlib.h>

#define PLAIN_SIZE 200000

static char plain[PLAIN_SIZE];
static unsigned char zipped[PLAIN_SIZE];
static size_t zipped_size;

/* Text that shrinks, but not to nothing. */
static void make(void)
{
  z_stream stream = {0};
  size_t i;

  for (i = 0; i < PLAIN_SIZE; i++)
    plain[i] = (char)('a' + (i * i >> 7) % 23);
  ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8,
                                Z_DEFAULT_STRATEGY),
                   Z_OK);
  stream.next_in = (z_const Bytef *)plain;
  stream.avail_in = PLAIN_SIZE;
  stream.next_out = zipped;
  stream.avail_out = sizeof(zipped);
  ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
  zipped_size = sizeof(zipped) - stream.avail_out;
  deflateEnd(&stream);
}

/* Feeds size bytes in steps; SQLITE_DONE or what went wrong. */
static int read_all(nep_gzip *gzip, const unsigned char *data, size_t size,
                    size_t step, nep_bytes *out)
{
  size_t at;

  for (at = 0; at < size; at += step) {
    size_t n = size - at < step ? size - at : step;
    nep_text piece;
    int code;
    nep_gzip_feed(gzip, data + at, n);
    while ((code = nep_gzip_next(gzip, &piece)) == SQLITE_ROW) {
      if (nep_bytes_append(out, piece.data, piece.size))
        return SQLITE_NOMEM;
    }
    if (code != SQLITE_DONE)
      return code;
  }
  return SQLITE_DONE;
}

static int read_once(const unsigned char *data, size_t size, size_t step,
                     nep_bytes *out, bool *is_whole)
{
  nep_gzip *gzip = nep_gzip_new();
  int code;

  *out = (nep_bytes){.limit = 2 * PLAIN_SIZE};
  if (!gzip)
    return SQLITE_NOMEM;
  code = read_all(gzip, data, size, step, out);
  *is_whole = nep_gzip_is_whole(gzip);
  nep_gzip_free(gzip);
  return code;
}

START_TEST(pieces_of_any_size_give_the_same)
{
  static const size_t steps[] = {1, 7, 1000, PLAIN_SIZE};
  nep_bytes out;
  bool is_whole;
  size_t i;

  make();
  for (i = 0; i < NEP_COUNT(steps); i++) {
    ck_assert_int_eq(read_once(zipped, zipped_size, steps[i], &out, &is_whole),
                     SQLITE_DONE);
    ck_assert(is_whole);
    ck_assert_uint_eq(out.size, PLAIN_SIZE);
    ck_assert_mem_eq(out.data, plain, PLAIN_SIZE);
    nep_bytes_dispose(&out);
  }
}
END_TEST

START_TEST(a_cut_off_body_is_not_whole)
{
  nep_bytes out;
  bool is_whole;
  size_t size;

  make();
  for (size = 0; size < zipped_size; size += size < zipped_size - 99 ? 97 : 1) {
    ck_assert_int_eq(read_once(zipped, size, PLAIN_SIZE, &out, &is_whole),
                     SQLITE_DONE);
    ck_assert(!is_whole);
    nep_bytes_dispose(&out);
  }
}
END_TEST

START_TEST(a_damaged_body_is_refused)
{
  static const size_t places[] = {0, 1, 2};
  nep_bytes out;
  bool is_whole;
  size_t i;

  make();
  for (i = 0; i < NEP_COUNT(places); i++) {
    zipped[places[i]] ^= 1;
    ck_assert_int_eq(read_once(zipped, zipped_size, 50, &out, &is_whole),
                     SQLITE_CORRUPT);
    zipped[places[i]] ^= 1;
    nep_bytes_dispose(&out);
  }
  zipped[zipped_size - 5] ^= 1; /* in the checksum */
  ck_assert_int_eq(read_once(zipped, zipped_size, 50, &out, &is_whole),
                   SQLITE_CORRUPT);
  ck_assert(!is_whole);
  nep_bytes_dispose(&out);
}
END_TEST

START_TEST(what_goes_on_behind_its_end_is_refused)
{
  static const size_t steps[] = {1, PLAIN_SIZE};
  nep_bytes out;
  bool is_whole;
  size_t i;

  make();
  zipped[zipped_size] = 0;
  for (i = 0; i < NEP_COUNT(steps); i++) {
    ck_assert_int_eq(
        read_once(zipped, zipped_size + 1, steps[i], &out, &is_whole),
        SQLITE_CORRUPT);
    nep_bytes_dispose(&out);
  }
}
END_TEST

static int read_or_fail(nep_error *error)
{
  nep_bytes out;
  bool is_whole;

  if (read_once(zipped, zipped_size, 1000, &out, &is_whole) == SQLITE_NOMEM)
    nep_error_no_memory(error);
  nep_bytes_dispose(&out);
  return error->code;
}

START_TEST(without_memory_it_fails)
{
  make();
  memory_check(read_or_fail);
}
END_TEST

Suite *gzip_suite(void);
Suite *gzip_suite(void)
{
  Suite *suite = suite_create("gzip");
  TCase *bodies = tcase_create("bodies");

  tcase_add_test(bodies, pieces_of_any_size_give_the_same);
  tcase_add_test(bodies, a_cut_off_body_is_not_whole);
  tcase_add_test(bodies, a_damaged_body_is_refused);
  tcase_add_test(bodies, what_goes_on_behind_its_end_is_refused);
  tcase_add_test(bodies, without_memory_it_fails);
  suite_add_tcase(suite, bodies);
  return suite;
}
