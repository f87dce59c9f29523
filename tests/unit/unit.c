/*
** usage: unit [SUITE…]
** Runs all suites or those named. Environment variables are check's own, such
** as CK_FORK=no, CK_RUN_SUITE, CK_RUN_CASE, CK_VERBOSITY=verbose.
*/
#include "memory.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NAME stands for NAME_suite in NAME_test.c. */
#define SUITES(X)                                                              \
  X(arguments)                                                                 \
  X(base)                                                                      \
  X(binding)                                                                   \
  X(count)                                                                     \
  X(gzip)                                                                      \
  X(nql)                                                                       \
  X(patterns)                                                                  \
  X(plan)                                                                      \
  X(plan_cost)                                                                 \
  X(plan_order)                                                                \
  X(plan_text)                                                                 \
  X(like)                                                                      \
  X(regex)                                                                     \
  X(schema)                                                                    \
  X(set)                                                                       \
  X(values)                                                                    \
  X(retry)                                                                     \
  X(ring)                                                                      \
  X(settings)                                                                  \
  X(url)                                                                       \
  X(wire)                                                                      \
  X(wire_buckets)                                                              \
  X(wire_entries)                                                              \
  X(wire_json)                                                                 \
  X(wire_objects)                                                              \
  X(wire_points)                                                               \
  X(wire_values)

#define DECLARE(name) Suite *name##_suite(void);
#define ROW(name) {#name, name##_suite},

SUITES(DECLARE)

static const struct {
  const char *name;
  Suite *(*make)(void);
} suites[] = {SUITES(ROW)};

static bool add_named(SRunner *runner, const char *name)
{
  size_t i;

  for (i = 0; i < NEP_COUNT(suites); i++) {
    if (!strcmp(suites[i].name, name)) {
      srunner_add_suite(runner, suites[i].make());
      return true;
    }
  }
  fprintf(stderr, "unit: there is no suite %s\n", name);
  return false;
}

int main(int n_arguments, char **arguments)
{
  SRunner *runner;
  int i, n_failed;

  memory_install();
  /* Seconds for a test: so many that no slow machine needs them. */
  setenv("CK_DEFAULT_TIMEOUT", "300", 0);
  runner = srunner_create(NULL);
  for (i = 1; i < n_arguments; i++) {
    if (!add_named(runner, arguments[i]))
      return 2;
  }
  for (i = 0; n_arguments < 2 && i < (int)NEP_COUNT(suites); i++)
    srunner_add_suite(runner, suites[i].make());
  srunner_run_all(runner, CK_ENV);
  n_failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
