/* nql_value.c: times and sizes as queries write them. */
#include "nql.h"

#include <stdlib.h>
#include <string.h>

enum { US_PER_SECOND = 1000000, SECONDS_PER_DAY = 86400 };

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
  int64_t y = month <= 2 ? year - 1 : year;
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t year_of_era = y - era * 400;
  int64_t day_of_year =
      (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

/* The reverse of days_of. */
static void date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
  int64_t z = days + 719468;
  int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  int64_t day_of_era = z - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                         day_of_era / 146096) /
                        365;
  int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * day_of_year + 2) / 153;
  *day = day_of_year - (153 * shifted + 2) / 5 + 1;
  *month = shifted < 10 ? shifted + 3 : shifted - 9;
  *year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

static int64_t days_in_month(int64_t year, int64_t month)
{
  int64_t next_year = month == 12 ? year + 1 : year;
  int64_t next_month = month == 12 ? 1 : month + 1;
  return days_of(next_year, next_month, 1) - days_of(year, month, 1);
}

/* Exactly n digits at *text, which moves on. */
static bool digits(const char **text, int n, int64_t *value)
{
  *value = 0;
  for (int i = 0; i < n; i++) {
    char c = (*text)[i];
    if (c < '0' || c > '9') {
      return false;
    }
    *value = *value * 10 + (c - '0');
  }
  *text += n;
  return true;
}

static bool expect(const char **text, char c)
{
  if (**text != c) {
    return false;
  }
  (*text)++;
  return true;
}

/* .123456789 -> microseconds; further digits are dropped. */
static int64_t fraction(const char **text)
{
  int64_t us = 0, scale = US_PER_SECOND / 10;
  while (**text >= '0' && **text <= '9') {
    us += (**text - '0') * scale;
    scale /= 10;
    (*text)++;
  }
  return us;
}

/* Z, +09, +0900, +09:00 or nothing -> seconds east of UTC. */
static bool offset(const char **text, int64_t *seconds)
{
  int64_t sign, hours, minutes = 0;
  *seconds = 0;
  if (**text == 0 || expect(text, 'Z') || expect(text, 'z')) {
    return true;
  }
  sign = **text == '-' ? -1 : 1;
  if ((!expect(text, '+') && !expect(text, '-')) || !digits(text, 2, &hours)) {
    return false;
  }
  if (**text != 0) {
    (void)expect(text, ':');
    if (!digits(text, 2, &minutes)) {
      return false;
    }
  }
  *seconds = sign * (hours * 3600 + minutes * 60);
  return hours < 24 && minutes < 60;
}

static bool time_of_day(const char **text, int64_t *us)
{
  int64_t hour, minute, second = 0;
  *us = 0;
  if (!digits(text, 2, &hour) || !expect(text, ':') ||
      !digits(text, 2, &minute)) {
    return false;
  }
  if (expect(text, ':')) {
    if (!digits(text, 2, &second)) {
      return false;
    }
    if (expect(text, '.') || expect(text, ',')) {
      *us = fraction(text);
    }
  }
  *us += (hour * 3600 + minute * 60 + second) * US_PER_SECOND;
  return hour < 24 && minute < 60 && second <= 60;
}

static bool parse_absolute(const char *text, int64_t *us)
{
  int64_t year, month, day, of_day = 0, east = 0;
  if (!digits(&text, 4, &year) || !expect(&text, '-') ||
      !digits(&text, 2, &month) || !expect(&text, '-') ||
      !digits(&text, 2, &day) || month < 1 || month > 12 || day < 1 ||
      day > days_in_month(year, month)) {
    return false;
  }
  if (expect(&text, 'T') || expect(&text, 't') || expect(&text, ' ')) {
    if (!time_of_day(&text, &of_day)) {
      return false;
    }
  }
  if (!offset(&text, &east) || *text != 0) {
    return false;
  }
  *us = (days_of(year, month, day) * SECONDS_PER_DAY - east) * US_PER_SECOND +
        of_day;
  return true;
}

/* now less count months, the day cut to the month's length. */
static int64_t months_before(int64_t now_us, int64_t count)
{
  const int64_t us_per_day = (int64_t)SECONDS_PER_DAY * US_PER_SECOND;
  int64_t days = now_us / us_per_day, year, month, day, months, last;
  date_of(days, &year, &month, &day);
  months = year * 12 + (month - 1) - count;
  year = (months >= 0 ? months : months - 11) / 12;
  month = months - year * 12 + 1;
  last = days_in_month(year, month);
  return days_of(year, month, day < last ? day : last) * us_per_day +
         now_us % us_per_day;
}

static bool parse_relative(const char *text, int64_t now_ms, int64_t *us)
{
  const struct {
    char unit;
    int64_t seconds;
  } units[] = {{'s', 1},     {'m', 60},     {'h', 3600},
               {'d', 86400}, {'w', 604800}, {'\0', 0}};
  int64_t count = 0, now = now_ms * 1000;
  int n = 0;
  if (!expect(&text, '-')) {
    return false;
  }
  for (; *text >= '0' && *text <= '9' && n < 7; n++, text++) {
    count = count * 10 + (*text - '0');
  }
  if (n == 0 || text[0] == 0 || text[1] != 0) {
    return false;
  }
  if (text[0] == 'M' || text[0] == 'y') {
    *us = months_before(now, text[0] == 'M' ? count : count * 12);
    return true;
  }
  for (size_t i = 0; units[i].unit != 0; i++) {
    if (units[i].unit == text[0]) {
      *us = now - count * units[i].seconds * US_PER_SECOND;
      return true;
    }
  }
  return false;
}

bool nql_datetime_parse(const char *text, int64_t now_ms, int64_t *us,
                        bool *relative)
{
  *relative = false;
  if (parse_absolute(text, us)) {
    return true;
  }
  *relative = parse_relative(text, now_ms, us);
  return *relative;
}

bool nql_size_parse(const char *text, double *bytes)
{
  const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  const size_t n_units = sizeof units / sizeof units[0];
  double scale = 1;
  char *end;
  *bytes = strtod(text, &end);
  if (end == text || strpbrk(text, "xX")) {
    return false;
  }
  while (*end == ' ') {
    end++;
  }
  if (*end == 'k' && strcmp(end, "kB") == 0) {
    *bytes *= 1024;
    return true;
  }
  for (size_t i = 0; i < n_units; i++, scale *= 1024) {
    if (strcmp(end, units[i]) == 0) {
      *bytes *= scale;
      return true;
    }
  }
  return *end == 0;
}
