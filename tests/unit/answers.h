/*
** What every reader of an answer about many series must bear: the same walks
** over damaged bytes for each of them.
*/
#ifndef UNIT_ANSWERS_H
#define UNIT_ANSWERS_H

#include "wire.h"

/* Reads the next series of page and all that is in it, adding its items to *n:
** SQLITE_ROW, SQLITE_DONE or an error. */
typedef int (*answers_read)(nep_reader *page, long *n, nep_error *error);

/* Reads all series: the number of items, or -1 for an error, which must have
** been recorded. */
long answers_count(answers_read read, nep_text page);
/* page, which holds n items, is read with any bit flipped and cut anywhere. */
void answers_check_damage(answers_read read, const nep_bytes *page, long n);
/* A cut leaves something valid in n_valid places only: between two fields of
** page, which consists of whole series. */
void answers_check_cuts(answers_read read, const nep_bytes *page,
                        size_t n_valid);
/* Reading page, which holds n items, takes no memory; the message of an error
** does, and may want it. */
void answers_check_memory(answers_read read, const nep_bytes *page, long n);

#endif
