#include "retry.h"

#include <string.h>

static double smaller(double a, double b)
{
  return a < b ? a : b;
}

static double backoff(int failures, unsigned random)
{
  double longest = NEP_RETRY_FIRST_WAIT;

  while (--failures > 0 && longest < NEP_RETRY_LONGEST_WAIT)
    longest *= 2;
  return smaller(longest, NEP_RETRY_LONGEST_WAIT) * (random / 4294967295.0);
}

bool nep_retry_next(nep_retry *retry, double now, double retry_after,
                    unsigned random, double *wait)
{
  double left;

  if (retry_after >= 0) {
    *wait = smaller(retry_after, retry->soft);
    retry->extension += *wait;
    retry->failures = 0;
    if (*wait < NEP_RETRY_SHORTEST_AFTER)
      *wait = NEP_RETRY_SHORTEST_AFTER;
  } else {
    if (retry->failures < 100)
      retry->failures++;
    *wait = backoff(retry->failures, random);
  }
  left = smaller(retry->hard, retry->soft + retry->extension) -
         (now - retry->started);
  *wait = smaller(*wait, left);
  return left > 0;
}

/* Reads exactly width digits at the start of text and drops them; -1 if there
** are others. */
static int take_number(nep_text *text, size_t width)
{
  int number = 0;

  if (text->size < width)
    return -1;
  text->size -= width;
  for (; width; width--, text->data++) {
    if (*text->data < '0' || *text->data > '9')
      return -1;
    number = number * 10 + (*text->data - '0');
  }
  return number;
}

static bool take_word(nep_text *text, const char *word)
{
  size_t size = strlen(word);

  if (text->size < size || memcmp(text->data, word, size) != 0)
    return false;
  text->data += size;
  text->size -= size;
  return true;
}

/* 1 to 12, or 0. */
static int take_month(nep_text *text)
{
  static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int i;

  for (i = 0; i < 12; i++) {
    if (take_word(text, names[i]))
      return i + 1;
  }
  return 0;
}

bool nep_retry_read_date(nep_text value, sqlite3_int64 *ms)
{
  char text[64];
  int day, month, year, hour, minute, second;
  bool is_equal;

  if (value.size < 5 || memcmp(value.data + 3, ", ", 2) != 0)
    return false;
  value.data += 5;
  value.size -= 5;
  day = take_number(&value, 2);
  if (!take_word(&value, " "))
    return false;
  month = take_month(&value);
  if (!take_word(&value, " "))
    return false;
  year = take_number(&value, 4);
  if (!take_word(&value, " "))
    return false;
  hour = take_number(&value, 2);
  if (!take_word(&value, ":"))
    return false;
  minute = take_number(&value, 2);
  if (!take_word(&value, ":"))
    return false;
  second = take_number(&value, 2);
  if (!take_word(&value, " GMT") || value.size)
    return false;
  /* A part that is missing or out of range makes no text of a time. */
  sqlite3_snprintf(sizeof(text), text, "%04d-%02d-%02d %02d:%02d:%02d.000",
                   year, month, day, hour, minute, second == 60 ? 59 : second);
  return nep_time_lower_bound(nep_text_of(text), ms, &is_equal) && is_equal;
}

/* A decimal number such as 120 or 0.5; -1 for other text. */
static double read_seconds(nep_text value)
{
  double number = 0, unit = 1;
  bool is_fraction = false, has_digit = false;
  size_t i;

  for (i = 0; i < value.size; i++) {
    char c = value.data[i];
    if (c == '.' && !is_fraction) {
      is_fraction = true;
      continue;
    }
    if (c < '0' || c > '9')
      return -1;
    has_digit = true;
    if (is_fraction)
      unit /= 10;
    number = is_fraction ? number + unit * (c - '0') : number * 10 + (c - '0');
  }
  return has_digit ? number : -1;
}

double nep_retry_read_after(nep_text value, sqlite3_int64 now_ms)
{
  sqlite3_int64 until;
  double seconds;

  if (!nep_retry_read_date(value, &until))
    return read_seconds(value);
  seconds = (double)(until - now_ms) / 1000;
  return seconds > 0 ? seconds : 0;
}
