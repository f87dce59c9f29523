/* buckets.c: see buckets.h. */
#include "buckets.h"

#include <math.h>

/* The upper end of bucket i < n. */
static double upper_end(const bucket_range *range, int64_t i)
{
  double last = (double)(range->count - 1);
  if (!range->is_log) {
    return range->from + (range->to - range->from) / last * (double)i;
  }
  return i == range->count - 1
             ? range->to
             : range->from * pow(range->to / range->from, (double)i / last);
}

/* The index of the bucket that holds x, by the very ends that are told. */
static int64_t index_of(const bucket_range *range, double x)
{
  int64_t low = 0, high = range->count;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (x <= upper_end(range, middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

static bucket begin(const bucket_range *range, int64_t index)
{
  bucket empty = {.index = index,
                  .from_x = -INFINITY,
                  .to_x = INFINITY,
                  .first = {NAN, NAN},
                  .last = {NAN, NAN},
                  .min = NAN,
                  .max = NAN};
  if (!(range->from < range->to)) {
    empty.from_x = range->from;
    return empty;
  }
  if (index > 0) {
    empty.from_x = upper_end(range, index - 1);
  }
  if (index < range->count) {
    empty.to_x = upper_end(range, index);
  }
  return empty;
}

static void add(bucket *to, const bucket_point *point)
{
  if (isnan(point->y)) {
    to->nan++;
  } else if (isinf(point->y)) {
    to->positive_inf += point->y > 0;
    to->negative_inf += point->y < 0;
  } else {
    if (to->finite++ == 0) {
      to->first = *point;
      to->min = to->max = point->y;
    }
    to->last = *point;
    to->min = point->y < to->min ? point->y : to->min;
    to->max = point->y > to->max ? point->y : to->max;
    to->sum += point->y;
  }
}

static bool is_within(const bucket_range *range, double x)
{
  if (isnan(x) || (range->is_log && !(x > 0))) {
    return false;
  }
  return range->from < range->to || x >= range->from;
}

void buckets_fill(const bucket_range *range, const bucket_point *points,
                  size_t n, void (*take)(void *context, const bucket *full),
                  void *context)
{
  bool is_one = !(range->from < range->to), any = false;
  bucket current = {0};
  for (size_t i = 0; i < n; i++) {
    int64_t index;
    if (!is_within(range, points[i].x)) {
      continue;
    }
    index = is_one ? 0 : index_of(range, points[i].x);
    if (any && current.index != index) {
      take(context, &current);
    }
    if (!any || current.index != index) {
      current = begin(range, index);
      any = true;
    }
    add(&current, &points[i]);
  }
  if (any) {
    take(context, &current);
  }
}
