#include "wire.h"
#include <check.h>
Suite *wire_suite(void);
Suite *wire_suite(void)
{
  return suite_create("wire");
}
