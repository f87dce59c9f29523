#include "wire.h"
#include <check.h>
Suite *wire_values_suite(void);
Suite *wire_values_suite(void)
{
  return suite_create("wire_values");
}
