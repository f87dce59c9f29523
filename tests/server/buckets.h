/* buckets.h: cuts a range of x into buckets and counts points into them. No
 * I/O. With n buckets and w = (to - from) / (n - 1): bucket 0 is all up to
 * from, bucket i is (from + w (i - 1), from + w i], bucket n all beyond to. */
#ifndef SRV_BUCKETS_H
#define SRV_BUCKETS_H

#include "base.h"

typedef struct bucket_point {
  double x;
  double y;
} bucket_point;

/* from = to: one bucket, from there on. from > to: no point was seen. */
typedef struct bucket_range {
  double from;
  double to;
  int64_t count; /* n >= 2 */
  bool is_log;   /* equally wide in the logarithm of x, which is positive */
} bucket_range;

/* A bucket with a point in it. Without a finite y in it first, last, minimum
 * and maximum are NaN and the sum is 0. */
typedef struct bucket {
  int64_t index;
  double from_x; /* exclusive, but for the only bucket */
  double to_x;   /* inclusive */
  bucket_point first;
  bucket_point last;
  double min;
  double max;
  double sum;
  int64_t finite;
  int64_t nan;
  int64_t positive_inf;
  int64_t negative_inf;
} bucket;

/* Counts points, which ascend in x, into buckets, and hands each that is not
 * empty to take, in ascending order. Points that no bucket holds are left
 * out. */
void buckets_fill(const bucket_range *range, const bucket_point *points,
                  size_t n, void (*take)(void *context, const bucket *full),
                  void *context);

#endif
