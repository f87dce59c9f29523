/* synth.h: a project of any size that is computed, not stored. Every value is
 * a function of the seed and of where it stands.
 *
 * synthetic/project, runs SYN-1 … SYN-N. Run i (from 0): custom id
 * run-0000000i, experiment experiment-0000000i (so every run is a head), made
 * i minutes after 2024-01-01. Config k (from 0) is config/<type>_<k>, the
 * type by k % 6: float int string bool datetime string_set. Series j is
 * metrics/series_<j>: steps 0 … P-1, a second apart; a falling curve with
 * noise, scaled and shifted by run and series. logs/string_<j> and
 * distributions/histogram_<j> have the same steps; synth_object.h says what
 * their points are. */
#ifndef SRV_SYNTH_H
#define SRV_SYNTH_H

#include "base.h"
#include "model.h"

typedef struct synth_size {
  int64_t runs;
  int64_t configs;
  int64_t series;
  int64_t strings;    /* series of strings */
  int64_t histograms; /* series of histograms */
  int64_t points;
  int64_t seed;
} synth_size;

/* "runs=N,configs=C,series=S,points=P[,strings=T][,histograms=H][,seed=K]" in
 * any order; false if it is
 * not that. */
bool synth_size_parse(const char *text, synth_size *size);

/* NULL without memory. */
model_project *synth_new(const synth_size *size);
void synth_free(model_project *project);

#endif
