/* base.h: what every file of the server uses: errors, growing buffers,
 * arenas, base64url, randomness and clocks. No I/O but the random device. */
#ifndef SRV_BASE_H
#define SRV_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An error as it is answered: HTTP status, errorType and message. The first
 * one that is set wins; status 0 means none. */
typedef struct srv_error {
  int status;
  const char *type; /* static text */
  char message[512];
} srv_error;

#if defined(__GNUC__)
#define SRV_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define SRV_PRINTF(text, first)
#endif

/* Sets *err unless one is set already. format is SQLite's printf dialect.
 * Always returns false, so that a caller can return it. */
bool srv_error_set(srv_error *err, int status, const char *type,
                   const char *format, ...) SRV_PRINTF(4, 5);

/* srv_error_set for the lack of memory: 503, so that clients try again. */
bool srv_error_nomem(srv_error *err);

/* A byte buffer that grows up to max bytes. A failed append (no memory, or
 * max reached) sets failed and leaves the content; further appends do
 * nothing. Callers check failed once, at the end. */
typedef struct srv_bytes {
  unsigned char *data; /* owned, malloc */
  size_t len;
  size_t cap;
  size_t max;
  bool failed;
} srv_bytes;

void srv_bytes_init(srv_bytes *bytes, size_t max);
void srv_bytes_dispose(srv_bytes *bytes);

/* Makes room for more bytes behind len and returns where they begin, or NULL.
 * The caller adds to len what it wrote. */
unsigned char *srv_bytes_reserve(srv_bytes *bytes, size_t more);
void srv_bytes_append(srv_bytes *bytes, const void *data, size_t len);
void srv_bytes_append_text(srv_bytes *bytes, const char *text);

/* Ends the content with a zero byte that len does not count and returns it
 * as text (borrowed), NULL when failed. */
const char *srv_bytes_text(srv_bytes *bytes);

/* Memory that is freed all at once. */
typedef struct srv_arena {
  struct srv_chunk *chunks; /* owned; newest first */
} srv_arena;

void srv_arena_init(srv_arena *arena);
void srv_arena_dispose(srv_arena *arena);

/* Gives all memory back for new allocations; keeps at most one piece. */
void srv_arena_reset(srv_arena *arena);

/* size bytes of zeros, aligned for any object; NULL without memory. They
 * live until srv_arena_dispose. */
void *srv_arena_alloc(srv_arena *arena, size_t size);
void *srv_arena_array(srv_arena *arena, size_t count, size_t size);

/* A copy of len bytes of text with a zero byte behind it, or NULL. */
char *srv_arena_copy(srv_arena *arena, const char *text, size_t len);

/* count items of zeros, malloc'ed; NULL on failure. */
void *srv_array_new(size_t count, size_t size);

/* The array, moved if need be, so that it holds need items; *cap doubles.
 * NULL without memory, and then all is as it was. */
void *srv_array_grow(void *array, size_t *cap, size_t need, size_t size);
char *srv_strdup(const char *text);

/* base64url without padding, as text in a malloc'ed string, or NULL. */
char *srv_base64url_new(const void *data, size_t len);

/* Decodes base64url without padding; false if it is none. */
bool srv_base64url_append(srv_bytes *out, const char *text, size_t len);

/* base64 with padding, malloc'ed, or NULL. */
char *srv_base64_new(const void *data, size_t len);

/* Fills data from the system's random device; false if it cannot. */
bool srv_random(void *data, size_t len);

/* One step of a small deterministic generator: a well mixed function of x. */
uint64_t srv_mix(uint64_t x);

/* For hash tables of this process: not the same on every machine. */
uint64_t srv_hash(const void *data, size_t len);

int64_t srv_clock_ms(void);           /* wall clock, since 1970 UTC */
int64_t srv_clock_monotonic_us(void); /* for durations only */
void srv_sleep_ms(int64_t ms);

/* The length of the longest beginning of text that is UTF-8. */
size_t srv_utf8_length(const char *text, size_t len);

/* Puts ? in the place of every byte of text that is not UTF-8. */
void srv_utf8_clean(char *text);

/* Whole text as a decimal number; false if it is none or out of range. */
bool srv_parse_int64(const char *text, int64_t *value);
bool srv_parse_double(const char *text, double *value);

#endif
