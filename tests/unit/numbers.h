/* Numbers that were printed by SQLite and read back. */
#ifndef UNIT_NUMBERS_H
#define UNIT_NUMBERS_H

#include <stdbool.h>

/* Whether they are the same; where long double is double, as Valgrind has it
** (nep_number_format's limit), whether they are near. */
bool numbers_same(double read, double printed);

#endif
