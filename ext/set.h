/*
** A string set as SQL shows it: a JSON array of texts. Pure.
*/
#ifndef NEP_SET_H
#define NEP_SET_H

#include "base.h"

/* Is member one of the strings of the JSON array? False where json is no array;
** what else stands in it (numbers, arrays, …) is passed over. */
bool nep_set_has(nep_text json, nep_text member);

#endif
