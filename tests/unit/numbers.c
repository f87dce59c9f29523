#include "numbers.h"

#include <float.h>
#include <math.h>

bool numbers_same(double read, double printed)
{
  volatile long double wide = 1, least = LDBL_EPSILON;

  if (wide + least != 1)
    return read == printed;
  return read == printed ||
         fabs(read - printed) <= fabs(printed) * 1e-14 + DBL_MIN ||
         (isinf(read) && fabs(printed) > 0.9 * DBL_MAX);
}
