#include "wire.h"
#include <check.h>
Suite *wire_points_suite(void);
Suite *wire_points_suite(void)
{
  return suite_create("wire_points");
}
