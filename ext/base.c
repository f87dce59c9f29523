#include "base.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- text ---- */

nep_text nep_text_of(const char *terminated)
{
  nep_text text = {terminated, terminated ? strlen(terminated) : 0};
  return text;
}

bool nep_text_equal(nep_text a, nep_text b)
{
  return a.size == b.size && (!a.size || !memcmp(a.data, b.data, a.size));
}

static bool is_continuation(unsigned char byte)
{
  return (byte & 0xC0) == 0x80;
}

/* Bytes of the character at p of which left > 0 are there; 0 if it is not
** valid. The second byte's range excludes overlong forms, surrogates and what
** is beyond U+10FFFF. */
static size_t character_size(const unsigned char *p, size_t left)
{
  size_t size, i;
  unsigned char low = 0x80, high = 0xBF;

  if (p[0] < 0x80)
    return 1;
  if (p[0] < 0xC2 || p[0] > 0xF4)
    return 0;
  size = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
  if (left < size)
    return 0;
  if (p[0] == 0xE0)
    low = 0xA0;
  else if (p[0] == 0xED)
    high = 0x9F;
  else if (p[0] == 0xF0)
    low = 0x90;
  else if (p[0] == 0xF4)
    high = 0x8F;
  if (p[1] < low || p[1] > high)
    return 0;
  for (i = 2; i < size; i++) {
    if (!is_continuation(p[i]))
      return 0;
  }
  return size;
}

/* Whether eight bytes are all ASCII and none is 0: taking 1 from each sets the
** high bit of the first that is 0. */
static bool is_plain(const unsigned char *eight)
{
  const unsigned long long ones = 0x0101010101010101ULL;
  unsigned long long word;

  memcpy(&word, eight, sizeof(word));
  return !(((word - ones) | word) & (ones << 7));
}

bool nep_text_is_clean_utf8(nep_text text)
{
  const unsigned char *p = (const unsigned char *)text.data;
  size_t left = text.size;

  for (; left >= 8 && is_plain(p); left -= 8)
    p += 8;
  while (left) {
    size_t size = *p ? character_size(p, left) : 0;
    if (!size)
      return false;
    p += size;
    left -= size;
  }
  return true;
}

size_t nep_text_length(nep_text text)
{
  size_t i, length = 0;

  for (i = 0; i < text.size; i++)
    length += !is_continuation((unsigned char)text.data[i]);
  return length;
}

char *nep_text_copy(nep_text text)
{
  char *copy = sqlite3_malloc64((sqlite3_uint64)text.size + 1);

  if (!copy)
    return NULL;
  if (text.size)
    memcpy(copy, text.data, text.size);
  copy[text.size] = 0;
  return copy;
}

int nep_text_duplicate(const char *text, char **copy, nep_error *error)
{
  *copy = text ? nep_text_copy(nep_text_of(text)) : NULL;
  return text && !*copy ? nep_error_no_memory(error) : error->code;
}

/* volatile: or the compiler drops stores to memory that is freed next. */
static void overwrite(volatile char *at, size_t size)
{
  while (size--)
    *at++ = 0;
}

void nep_text_wipe(char *secret)
{
  overwrite(secret, secret ? strlen(secret) : 0);
  sqlite3_free(secret);
}

static size_t common_prefix(const char *a, const char *b)
{
  size_t n = 0;
  while (a[n] && a[n] == b[n])
    n++;
  return n;
}

/* Bytes of the longest part of secret that words begins with. */
static size_t longest_part(const char *words, const char *secret)
{
  size_t longest = 0;
  for (; *secret; secret++) {
    size_t n = *secret == *words ? common_prefix(words, secret) : 0;
    if (n > longest)
      longest = n;
  }
  return longest;
}

void nep_text_hide(char *words, const char *secret)
{
  size_t size = secret ? strlen(secret) : 0;
  if (!words || size == 0)
    return;
  const size_t least = size < NEP_SECRET_PART ? size : NEP_SECRET_PART;
  const char *from = words;
  while (*from) {
    size_t n = longest_part(from, secret);
    *words++ = n < least ? *from : '*';
    from += n < least ? 1 : n;
  }
  *words = '\0';
}

/* ---- errors ---- */

int nep_error_no_memory(nep_error *error)
{
  if (!error->code)
    error->code = SQLITE_NOMEM;
  return error->code;
}

/* One line: names, patterns and a server's words may hold line feeds. */
static void flatten(char *text)
{
  for (; text && *text; text++) {
    if ((unsigned char)*text < ' ' || *text == 127)
      *text = ' ';
  }
}

int nep_error_set(nep_error *error, int code, const char *format, ...)
{
  va_list arguments;

  assert(code != SQLITE_OK);
  if (error->code)
    return error->code;
  va_start(arguments, format);
  error->message = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  flatten(error->message);
  error->code = error->message ? code : SQLITE_NOMEM;
  return error->code;
}

int nep_error_add_context(nep_error *error, const char *format, ...)
{
  va_list arguments;
  char *context, *message;

  if (!error->code || !error->message)
    return error->code;
  va_start(arguments, format);
  context = sqlite3_vmprintf(format, arguments);
  va_end(arguments);
  flatten(context);
  message = context ? sqlite3_mprintf("%s: %s", context, error->message) : NULL;
  sqlite3_free(context);
  sqlite3_free(error->message);
  error->message = message;
  if (!message)
    error->code = SQLITE_NOMEM;
  return error->code;
}

void nep_error_clear(nep_error *error)
{
  sqlite3_free(error->message);
  error->code = SQLITE_OK;
  error->message = NULL;
}

void *nep_array_grow(void *items, size_t *capacity, size_t item_size,
                     nep_error *error)
{
  size_t larger = *capacity ? *capacity * 2 : 16;
  void *grown = sqlite3_realloc64(items, larger * item_size);
  if (!grown)
    nep_error_no_memory(error);
  else
    *capacity = larger;
  return grown;
}

/* ---- buffers ---- */

/* Makes room for size bytes and a NUL; size is within the limit. */
static int reserve(nep_bytes *bytes, size_t size)
{
  size_t capacity = bytes->capacity < 32 ? 64 : bytes->capacity * 2;
  char *data;

  if (size < bytes->capacity)
    return SQLITE_OK;
  if (capacity > bytes->limit)
    capacity = bytes->limit + 1;
  if (capacity <= size)
    capacity = size + 1;
  data = sqlite3_realloc64(bytes->data, capacity);
  if (!data)
    return SQLITE_NOMEM;
  bytes->data = data;
  bytes->capacity = capacity;
  return SQLITE_OK;
}

int nep_bytes_append(nep_bytes *bytes, const void *data, size_t size)
{
  int code;

  if (bytes->size > bytes->limit || size > bytes->limit - bytes->size)
    return SQLITE_TOOBIG;
  code = reserve(bytes, bytes->size + size);
  if (code)
    return code;
  if (size)
    memcpy(bytes->data + bytes->size, data, size);
  bytes->size += size;
  bytes->data[bytes->size] = 0;
  return SQLITE_OK;
}

void nep_bytes_reset(nep_bytes *bytes)
{
  bytes->size = 0;
  if (bytes->data)
    bytes->data[0] = 0;
}

void nep_bytes_dispose(nep_bytes *bytes)
{
  sqlite3_free(bytes->data);
  bytes->data = NULL;
  bytes->size = bytes->capacity = 0;
}

void nep_bytes_wipe(nep_bytes *bytes)
{
  overwrite(bytes->data, bytes->capacity);
  nep_bytes_dispose(bytes);
}

nep_text nep_bytes_view(const nep_bytes *bytes)
{
  nep_text text = {bytes->data, bytes->size};
  return text;
}

/* ---- time ---- */

#define MS_PER_DAY 86400000

/* Days from 0000-01-01 to the first day of year, proleptic Gregorian. */
static int days_before_year(int year)
{
  return 365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
}

static bool is_leap_year(int year)
{
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from the year's first day to the first of month (0 to 12). */
static int days_before_month(int year, int month)
{
  static const short days[] = {0,   31,  59,  90,  120, 151, 181,
                               212, 243, 273, 304, 334, 365};
  return days[month] + (month > 1 && is_leap_year(year));
}

/* Writes value as width digits; returns the place after them. */
static char *put_digits(char *at, int value, int width)
{
  int i;

  for (i = width - 1; i >= 0; i--) {
    at[i] = (char)('0' + value % 10);
    value /= 10;
  }
  return at + width;
}

/* day: from 0000-01-01. */
static char *put_date(char *at, int day)
{
  int year = (int)((sqlite3_int64)day * 400 / 146097);
  int month = 0;

  while (days_before_year(year) > day)
    year--;
  while (days_before_year(year + 1) <= day)
    year++;
  day -= days_before_year(year);
  while (days_before_month(year, month + 1) <= day)
    month++;
  day -= days_before_month(year, month);
  at = put_digits(at, year, 4);
  *at++ = '-';
  at = put_digits(at, month + 1, 2);
  *at++ = '-';
  return put_digits(at, day + 1, 2);
}

/* ms: from midnight. */
static char *put_time(char *at, int ms)
{
  at = put_digits(at, ms / 3600000, 2);
  *at++ = ':';
  at = put_digits(at, ms / 60000 % 60, 2);
  *at++ = ':';
  at = put_digits(at, ms / 1000 % 60, 2);
  *at++ = '.';
  return put_digits(at, ms % 1000, 3);
}

bool nep_time_format(sqlite3_int64 ms, char out[NEP_TIME_SIZE])
{
  sqlite3_int64 since_year_0;
  char *at = out;

  *out = 0;
  if (ms < NEP_TIME_MIN || ms > NEP_TIME_MAX)
    return false;
  since_year_0 = ms - NEP_TIME_MIN;
  at = put_date(at, (int)(since_year_0 / MS_PER_DAY));
  *at++ = ' ';
  at = put_time(at, (int)(since_year_0 % MS_PER_DAY));
  *at = 0;
  return true;
}

/* Sign of (the time's text) - text in BINARY order. */
static int compare_time(sqlite3_int64 ms, nep_text text)
{
  const size_t length = NEP_TIME_SIZE - 1;
  char formatted[NEP_TIME_SIZE];
  size_t common = text.size < length ? text.size : length;
  int order;

  nep_time_format(ms, formatted);
  order = common ? memcmp(formatted, text.data, common) : 0;
  if (order)
    return order;
  return length < text.size ? -1 : length > text.size;
}

bool nep_time_lower_bound(nep_text text, sqlite3_int64 *ms, bool *equal)
{
  sqlite3_int64 low = NEP_TIME_MIN, high = NEP_TIME_MAX;

  *equal = false;
  if (compare_time(high, text) < 0)
    return false;
  while (low < high) {
    sqlite3_int64 middle = low + (high - low) / 2;
    if (compare_time(middle, text) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  *ms = low;
  *equal = compare_time(low, text) == 0;
  return true;
}

/* ---- numbers ---- */

/* Numbers of 17 digits, without the point. */
#define LEAST_MANTISSA 10000000000000000LL
/* Of them, how many next to SQLite's are tried. */
#define MOST_TRIED 2000

/* The number of 17 digits next to SQLite's text that reads back. (A mantissa
** without a point is read in any locale.) */
static void format_exactly(double number, char out[NEP_NUMBER_SIZE])
{
  char digits[NEP_NUMBER_SIZE];
  sqlite3_snprintf(NEP_NUMBER_SIZE, out, "%!.16e", number);
  const char *sign = number < 0 ? "-" : "";
  char *point = strchr(out, '.'), *power = strchr(out, 'e');
  if (!point || !power)
    return; /* not finite */
  int exponent = (int)strtol(power + 1, NULL, 10);
  memmove(point, point + 1, strlen(point));
  long long mantissa = strtoll(out + strlen(sign), NULL, 10);
  while (mantissa > 0 && mantissa < LEAST_MANTISSA)
    mantissa *= 10;
  for (int i = 0; i < MOST_TRIED; i++) {
    mantissa += i % 2 ? i : -i; /* one above, one below, two above, … */
    sqlite3_snprintf(NEP_NUMBER_SIZE, out, "%s%llde%d", sign, mantissa,
                     exponent - 16);
    if (strtod(out, NULL) == number)
      break;
  }
  sqlite3_snprintf(NEP_NUMBER_SIZE, digits, "%lld", mantissa);
  sqlite3_snprintf(NEP_NUMBER_SIZE, out, "%s%c.%se%+d", sign, digits[0],
                   digits + 1, exponent + (int)strlen(digits) - 17);
}

/* SQLite's own text is shorter, but near the ends of the range its rounding is
** not exact. A locale whose strtod reads no points costs digits only. */
void nep_number_format(double number, char out[NEP_NUMBER_SIZE])
{
  static const int precisions[] = {15, 17};
  for (size_t i = 0; i < NEP_COUNT(precisions); i++) {
    sqlite3_snprintf(NEP_NUMBER_SIZE, out, "%!.*g", precisions[i], number);
    if (strtod(out, NULL) == number)
      return;
  }
  format_exactly(number, out);
}

/* ---- base64 ---- */

static int base64_digit(char c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == '+' || c == '-')
    return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

static bool is_space(char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Appends what n digits (1 to 4, in the high bits of 24) stand for. */
static bool append_group(nep_bytes *out, unsigned bits, size_t n)
{
  unsigned char bytes[3];

  if (n < 2)
    return false;
  bytes[0] = (unsigned char)(bits >> 16);
  bytes[1] = (unsigned char)(bits >> 8);
  bytes[2] = (unsigned char)bits;
  return nep_bytes_append(out, bytes, n - 1) == SQLITE_OK;
}

static bool decode_base64(nep_text text, nep_bytes *out)
{
  unsigned bits = 0;
  size_t i, n = 0, padding = 0;

  for (i = 0; i < text.size; i++) {
    int digit = base64_digit(text.data[i]);
    if (is_space(text.data[i]))
      continue;
    if (text.data[i] == '=') {
      padding++;
      continue;
    }
    if (digit < 0 || padding)
      return false;
    bits |= (unsigned)digit << (18 - 6 * n);
    if (++n == 4) {
      if (!append_group(out, bits, n))
        return false;
      bits = 0;
      n = 0;
    }
  }
  if (padding && (!n || n + padding != 4))
    return false;
  return !n || append_group(out, bits, n);
}

bool nep_base64_decode(nep_text text, nep_bytes *out)
{
  size_t size = out->size;

  if (decode_base64(text, out))
    return true;
  out->size = size;
  if (out->data)
    out->data[size] = 0;
  return false;
}

unsigned long long nep_hash(nep_text text)
{
  unsigned long long hash = 14695981039346656037ULL;
  size_t i;

  for (i = 0; i < text.size; i++)
    hash = (hash ^ (unsigned char)text.data[i]) * 1099511628211ULL;
  return hash;
}
