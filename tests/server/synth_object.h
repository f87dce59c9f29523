/* synth_object.h: the points of computed series of strings and histograms.
 * Run i, series j, step k (all from 0):
 *   string:    "run i series j step k"
 *   histogram: COUNTING, edges 0, 1, … 16, count b is (i + j + k + b) % 100 */
#ifndef SRV_SYNTH_OBJECT_H
#define SRV_SYNTH_OBJECT_H

#include "model.h"

enum { SYNTH_BINS = 16, SYNTH_TEXT = 80 };

/* A value and the memory that it points to. */
typedef struct synth_object {
  model_object value;
  char text[SYNTH_TEXT];
  double counts[SYNTH_BINS];
} synth_object;

/* Fills in *room, which may not move as long as the value is used. */
void synth_object_set(synth_object *room, model_type type, uint64_t run,
                      uint64_t series, uint64_t step);

/* A value of the type for who reads none. */
const model_object *synth_object_none(void);

#endif
