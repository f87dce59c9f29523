/* synth_object.c: see synth_object.h. */
#include "synth_object.h"

#include <string.h>

static const double edges[SYNTH_BINS + 1] = {0, 1,  2,  3,  4,  5,  6,  7, 8,
                                             9, 10, 11, 12, 13, 14, 15, 16};

static char *put_word(char *at, const char *word)
{
  size_t len = strlen(word);
  memcpy(at, word, len);
  return at + len;
}

static char *put_number(char *at, uint64_t number)
{
  char digits[20];
  size_t n = 0;
  do {
    digits[n++] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (n > 0) {
    *at++ = digits[--n];
  }
  return at;
}

static void set_text(synth_object *room, uint64_t run, uint64_t series,
                     uint64_t step)
{
  char *at = put_number(put_word(room->text, "run "), run);
  at = put_number(put_word(at, " series "), series);
  at = put_number(put_word(at, " step "), step);
  *at = 0;
  room->value.text =
      (model_text){.data = room->text, .len = (size_t)(at - room->text)};
}

void synth_object_set(synth_object *room, model_type type, uint64_t run,
                      uint64_t series, uint64_t step)
{
  if (type == MODEL_STRING_SERIES) {
    set_text(room, run, series, step);
    return;
  }
  for (uint64_t i = 0; i < SYNTH_BINS; i++) {
    room->counts[i] = (double)((run + series + step + i) % 100);
  }
  room->value.histogram = (model_histogram){
      .edges = edges, .values = room->counts, .n_values = SYNTH_BINS};
}

const model_object *synth_object_none(void)
{
  static const model_object none = {.text = {.data = "", .len = 0}};
  return &none;
}
