#include "memory.h"
#include "message.h"
#include "wire.h"

#include <check.h>
#include <string.h>

static nep_reader reader_of(const nep_bytes *bytes)
{
  return nep_reader_of(nep_bytes_view(bytes));
}

static void check_text(nep_text text, const char *expected)
{
  ck_assert_msg(nep_text_equal(text, nep_text_of(expected)), "%.*s, not %s",
                (int)text.size, text.data ? text.data : "", expected);
}

static void put_named_float(nep_bytes *entry, unsigned field, const char *path,
                            double number)
{
  nep_bytes attribute, value;

  message_init(&attribute);
  message_init(&value);
  message_text(&attribute, 1, path);
  message_text(&attribute, 2, "float");
  message_double(&value, 3, number);
  message_part(&attribute, 4, &value);
  message_part(entry, field, &attribute);
}

/* n runs, the i-th with i attributes, and the other fields in odd places. */
static void make_search(nep_bytes *page, int n)
{
  int i, j;

  message_init(page);
  for (i = 0; i < n; i++) {
    nep_bytes entry;
    char path[] = "attribute/?";
    message_init(&entry);
    message_text(&entry, 6, "ws");
    for (j = 0; j < i; j++) {
      path[10] = (char)('a' + j % 26);
      put_named_float(&entry, 7, path, i + j / 100.0);
    }
    message_text(&entry, 1, "uuid");
    message_text(&entry, 2, "run");
    message_text(&entry, 5, "p");
    message_part(page, 3, &entry);
    if (i == 1)
      message_varint(page, 1, 12345);
  }
}

START_TEST(a_search_answer_is_read_entry_by_entry)
{
  nep_entry entry = {0};
  nep_error error = {0};
  nep_bytes page;
  nep_reader reader;
  size_t n, i, j;
  sqlite3_int64 matching;

  make_search(&page, 100);
  ck_assert_int_eq(
      nep_wire_search_summary(nep_bytes_view(&page), &n, &matching, &error),
      SQLITE_OK);
  ck_assert_uint_eq(n, 100);
  ck_assert_int_eq(matching, 12345);
  reader = reader_of(&page);
  for (i = 0; i < n; i++) {
    ck_assert_int_eq(nep_wire_next_search_entry(&reader, &entry, &error),
                     SQLITE_ROW);
    check_text(entry.uuid, "uuid");
    check_text(entry.workspace, "ws");
    check_text(entry.project, "p");
    ck_assert_uint_eq(entry.sys_id.size, 0);
    ck_assert_uint_eq(entry.n_attributes, i);
    for (j = 0; j < i; j++)
      ck_assert_double_eq(entry.attributes[j].real,
                          (double)i + (double)j / 100.0);
  }
  ck_assert_int_eq(nep_wire_next_search_entry(&reader, &entry, &error),
                   SQLITE_DONE);
  nep_entry_dispose(&entry);
  nep_bytes_dispose(&page);
}
END_TEST

static void make_values(nep_bytes *page, const char *token)
{
  nep_bytes entry, next;

  message_init(page);
  message_init(&entry);
  put_named_float(&entry, 3, "a", 1);
  message_text(&entry, 2, "VIS-1");
  message_text(&entry, 1, "uuid-1");
  put_named_float(&entry, 3, "b", 2);
  message_part(page, 1, &entry);
  message_init(&next);
  message_varint(&next, 2, 3);
  if (token)
    message_text(&next, 1, token);
  message_part(page, 2, &next);
  message_init(&entry);
  message_text(&entry, 2, "VIS-2");
  put_named_float(&entry, 3, "a", 3);
  message_part(page, 1, &entry);
}

START_TEST(an_entry_is_kept_and_read_again)
{
  nep_entry entry = {0};
  nep_error error = {0};
  nep_bytes page;
  nep_reader reader;
  nep_text kept = {0};
  int i;

  make_values(&page, NULL);
  reader = reader_of(&page);
  for (i = 0; i < 2; i++) {
    ck_assert_int_eq(nep_wire_next_values_entry(&reader, &entry, &error),
                     SQLITE_ROW);
    if (!i)
      kept = entry.raw;
  }
  ck_assert_int_eq(nep_wire_read_values_entry(kept, &entry, &error),
                   SQLITE_ROW);
  check_text(entry.sys_id, "VIS-1");
  ck_assert_uint_eq(entry.n_attributes, 2);
  nep_bytes_dispose(&page);
  make_search(&page, 2);
  reader = reader_of(&page);
  nep_wire_next_search_entry(&reader, &entry, &error);
  nep_wire_next_search_entry(&reader, &entry, &error);
  ck_assert_int_eq(nep_wire_read_search_entry(entry.raw, &entry, &error),
                   SQLITE_ROW);
  check_text(entry.project, "p");
  ck_assert_uint_eq(entry.n_attributes, 1);
  nep_entry_dispose(&entry);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(an_empty_page_has_no_entries_and_no_count)
{
  nep_entry entry = {0};
  nep_error error = {0};
  nep_reader reader = nep_reader_of(nep_text_of(NULL));
  nep_text token;
  size_t n, n_values;
  sqlite3_int64 matching;

  ck_assert_int_eq(
      nep_wire_search_summary(nep_text_of(NULL), &n, &matching, &error),
      SQLITE_OK);
  ck_assert_uint_eq(n, 0);
  ck_assert_int_eq(matching, -1);
  ck_assert_int_eq(
      nep_wire_values_summary(nep_text_of(NULL), &n, &n_values, &token, &error),
      SQLITE_OK);
  ck_assert_uint_eq(n + n_values + token.size, 0);
  ck_assert_int_eq(nep_wire_next_search_entry(&reader, &entry, &error),
                   SQLITE_DONE);
  ck_assert_int_eq(nep_wire_next_values_entry(&reader, &entry, &error),
                   SQLITE_DONE);
}
END_TEST

START_TEST(a_values_answer_is_read_entry_by_entry)
{
  nep_entry entry = {0};
  nep_error error = {0};
  nep_bytes page;
  nep_reader reader;
  nep_text token;
  size_t n, n_values;

  make_values(&page, "next\n");
  ck_assert_int_eq(nep_wire_values_summary(nep_bytes_view(&page), &n, &n_values,
                                           &token, &error),
                   SQLITE_OK);
  ck_assert_uint_eq(n, 2);
  ck_assert_uint_eq(n_values, 3);
  check_text(token, "next\n");
  reader = reader_of(&page);
  ck_assert_int_eq(nep_wire_next_values_entry(&reader, &entry, &error),
                   SQLITE_ROW);
  check_text(entry.sys_id, "VIS-1");
  check_text(entry.uuid, "uuid-1");
  ck_assert_uint_eq(entry.n_attributes, 2);
  ck_assert_int_eq(nep_wire_next_values_entry(&reader, &entry, &error),
                   SQLITE_ROW);
  check_text(entry.sys_id, "VIS-2");
  ck_assert_uint_eq(entry.uuid.size, 0);
  ck_assert_uint_eq(entry.n_attributes, 1);
  ck_assert_double_eq(entry.attributes[0].real, 3);
  ck_assert_int_eq(nep_wire_next_values_entry(&reader, &entry, &error),
                   SQLITE_DONE);
  nep_entry_dispose(&entry);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(a_last_values_page_has_no_token)
{
  nep_error error = {0};
  nep_bytes page;
  nep_text token;
  size_t n, n_values;

  make_values(&page, _i ? "" : NULL);
  ck_assert_int_eq(nep_wire_values_summary(nep_bytes_view(&page), &n, &n_values,
                                           &token, &error),
                   SQLITE_OK);
  ck_assert_uint_eq(token.size, 0);
  nep_bytes_dispose(&page);
}
END_TEST

/* Which key is not UTF-8: a path, an id, a sys/id or a page's token. */
START_TEST(keys_that_are_not_utf8_are_refused)
{
  nep_entry entry = {0};
  nep_error error = {0};
  nep_bytes page, part;
  nep_reader reader;
  nep_text token;
  size_t n, n_values;
  int code;

  message_init(&page);
  message_init(&part);
  if (_i == 0)
    put_named_float(&part, 3, "a\xFF", 1);
  else
    message_text(&part, _i == 2 ? 2 : 1, "\xFF");
  message_part(&page, _i == 3 ? 2 : 1, &part);
  reader = reader_of(&page);
  if (_i == 3)
    code = nep_wire_values_summary(nep_bytes_view(&page), &n, &n_values, &token,
                                   &error);
  else
    code = nep_wire_next_values_entry(&reader, &entry, &error);
  ck_assert_int_eq(code, SQLITE_CORRUPT);
  nep_error_clear(&error);
  nep_entry_dispose(&entry);
  nep_bytes_dispose(&page);
}
END_TEST

START_TEST(an_attribute_is_found_by_path_and_type)
{
  nep_attribute attributes[] = {
      {.path = {"a", 1}, .type = NEP_TYPE_INT},
      {.path = {"b", 1}, .type = NEP_TYPE_INT},
      {.path = {"b", 1}, .type = NEP_TYPE_STRING},
  };
  nep_entry entry = {.attributes = attributes, .n_attributes = 3};
  nep_entry none = {0};
  nep_text a = {"a", 1}, b = {"b", 1}, c = {"c", 1};
  size_t hint = 99;

  ck_assert_ptr_eq(nep_entry_find(&entry, a, NEP_TYPE_UNKNOWN, &hint),
                   &attributes[0]);
  ck_assert_ptr_eq(nep_entry_find(&entry, b, NEP_TYPE_STRING, &hint),
                   &attributes[2]);
  ck_assert_uint_eq(hint, 2);
  ck_assert_ptr_eq(nep_entry_find(&entry, b, NEP_TYPE_UNKNOWN, &hint),
                   &attributes[2]);
  ck_assert_ptr_eq(nep_entry_find(&entry, b, NEP_TYPE_INT, &hint),
                   &attributes[1]);
  ck_assert_ptr_null(nep_entry_find(&entry, a, NEP_TYPE_STRING, &hint));
  ck_assert_ptr_null(nep_entry_find(&entry, c, NEP_TYPE_UNKNOWN, &hint));
  ck_assert_uint_eq(hint, 1);
  ck_assert_ptr_null(nep_entry_find(&none, a, NEP_TYPE_UNKNOWN, &hint));
}
END_TEST

/* ---- damage and memory ---- */

static void read_damaged(nep_text page)
{
  nep_reader reader = nep_reader_of(page);
  nep_entry entry = {0};
  nep_error error = {0};
  nep_text token;
  size_t n, n_values;

  nep_wire_values_summary(page, &n, &n_values, &token, &error);
  nep_error_clear(&error);
  while (nep_wire_next_values_entry(&reader, &entry, &error) == SQLITE_ROW)
    continue;
  nep_entry_dispose(&entry);
  nep_error_clear(&error);
}

START_TEST(damaged_pages_do_no_harm)
{
  nep_bytes page;

  make_values(&page, "token");
  message_damage(&page, read_damaged);
  nep_bytes_dispose(&page);
}
END_TEST

/* Reads all entries of a search answer. */
static int read_entries(const nep_bytes *page, nep_error *error)
{
  nep_reader reader = reader_of(page);
  nep_entry entry = {0};
  int code;

  do
    code = nep_wire_next_search_entry(&reader, &entry, error);
  while (code == SQLITE_ROW);
  nep_entry_dispose(&entry);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

START_TEST(a_flood_of_attributes_is_refused)
{
  nep_bytes page, entry;
  nep_error error = {0};
  size_t i;

  message_init(&entry);
  message_init(&page);
  for (i = 0; i <= NEP_MAX_ATTRIBUTES; i++)
    nep_bytes_append(&entry, "\x3A", 2);
  message_part(&page, 3, &entry);
  ck_assert_int_eq(read_entries(&page, &error), SQLITE_TOOBIG);
  nep_error_clear(&error);
  nep_bytes_dispose(&page);
}
END_TEST

/* Sizes around those of a longer varint. */
static const size_t sizes[] = {1, 124, 125, 126, 16380, 16381, 70000, 2100000};

/* Two answers about one run, put behind each other, read as one. */
START_TEST(entries_are_put_into_a_page)
{
  nep_bytes first, second, page;
  nep_error error = {0};
  nep_entry entry = {0};
  char *text = sqlite3_malloc64(sizes[_i] + 1);

  memset(text, 'x', sizes[_i]);
  text[sizes[_i]] = 0;
  message_init(&first);
  message_init(&second);
  message_init(&page);
  put_named_float(&first, 7, "a", 1.5);
  message_text(&first, 6, text);
  put_named_float(&second, 7, "b", 2.5);
  message_raw(&first, second.data, second.size);
  for (int i = 0; i < 3; i++)
    ck_assert_int_eq(
        nep_wire_append_search_entry(
            &page, nep_bytes_view(i == 1 ? &second : &first), &error),
        SQLITE_OK);
  nep_reader reader = reader_of(&page);
  for (int i = 0; i < 3; i++) {
    size_t hint = 0;
    ck_assert_int_eq(nep_wire_next_search_entry(&reader, &entry, &error),
                     SQLITE_ROW);
    ck_assert(
        nep_text_equal(entry.raw, nep_bytes_view(i == 1 ? &second : &first)));
    ck_assert(nep_entry_find(&entry, nep_text_of("b"), NEP_TYPE_FLOAT, &hint));
    ck_assert_uint_eq(entry.n_attributes, i == 1 ? 1 : 2);
  }
  ck_assert_int_eq(nep_wire_next_search_entry(&reader, &entry, &error),
                   SQLITE_DONE);
  page.limit = page.size;
  ck_assert_int_eq(
      nep_wire_append_search_entry(&page, nep_bytes_view(&second), &error),
      SQLITE_TOOBIG);
  nep_error_clear(&error);
  nep_entry_dispose(&entry);
  nep_bytes_dispose(&first);
  nep_bytes_dispose(&second);
  nep_bytes_dispose(&page);
  sqlite3_free(text);
}
END_TEST

static nep_bytes recorded; /* set and disposed by the test below */

static int read_recorded(nep_error *error)
{
  return read_entries(&recorded, error);
}

START_TEST(entries_without_memory_are_an_error)
{
  make_search(&recorded, 100);
  memory_check(read_recorded);
  nep_bytes_dispose(&recorded);
}
END_TEST

Suite *wire_entries_suite(void);
Suite *wire_entries_suite(void)
{
  Suite *suite = suite_create("wire_entries");
  TCase *pages = tcase_create("pages"), *damage = tcase_create("damage");

  tcase_add_test(pages, a_search_answer_is_read_entry_by_entry);
  tcase_add_test(pages, an_entry_is_kept_and_read_again);
  tcase_add_loop_test(pages, entries_are_put_into_a_page, 0,
                      (int)NEP_COUNT(sizes));
  tcase_add_test(pages, an_empty_page_has_no_entries_and_no_count);
  tcase_add_test(pages, a_values_answer_is_read_entry_by_entry);
  tcase_add_loop_test(pages, a_last_values_page_has_no_token, 0, 2);
  tcase_add_loop_test(pages, keys_that_are_not_utf8_are_refused, 0, 4);
  tcase_add_test(pages, an_attribute_is_found_by_path_and_type);
  tcase_add_test(damage, damaged_pages_do_no_harm);
  tcase_add_test(damage, a_flood_of_attributes_is_refused);
  tcase_add_test(damage, entries_without_memory_are_an_error);
  suite_add_tcase(suite, pages);
  suite_add_tcase(suite, damage);
  return suite;
}
