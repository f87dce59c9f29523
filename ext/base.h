/*
** What every other file uses: errors, views of text, capped buffers, UTC time.
** Pure: no network, no clock, no connection. All memory is SQLite's
** (sqlite3_malloc64, sqlite3_free).
*/
#ifndef NEP_BASE_H
#define NEP_BASE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef NEPTUNE_STATIC
#include <sqlite3.h>
#else
#include <sqlite3ext.h>
/* One table of SQLite's routines a process: defined in neptune.c. */
extern const sqlite3_api_routines *sqlite3_api;
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define NEP_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Maxima, all in one place: no size from the network is trusted. */
/* Bytes of a secret that are never shown together. */
#define NEP_SECRET_PART 12
#define NEP_MAX_RESPONSE ((size_t)256 << 20)  /* decoded bytes of one answer */
#define NEP_MAX_REQUEST ((size_t)64 << 20)    /* a body in protobuf */
#define NEP_MAX_ERROR_BODY ((size_t)64 << 10) /* kept of an error answer */
#define NEP_MAX_TOKEN ((size_t)64 << 10)      /* an API token */
#define NEP_MAX_JSON_VALUES ((size_t)1 << 20) /* in one JSON answer */
#define NEP_MAX_ATTRIBUTES ((size_t)1 << 18)  /* of one run in one answer */
#define NEP_MAX_DEFINITIONS ((size_t)1 << 20) /* attributes of one project */

/*
** The first error of an operation. code is an SQLite result code, SQLITE_OK
** while nothing failed; message is owned, NULL when out of memory.
*/
typedef struct nep_error {
  int code;
  char *message;
} nep_error;

/*
** Records code and the message in sqlite3_mprintf's format, unless an error is
** recorded already (the first one wins). Returns the code in force, so that
** `return nep_error_set(…)` reads well. A message is one line: its control
** characters become spaces, here and below.
*/
int nep_error_set(nep_error *error, int code, const char *format, ...);
/* The same for SQLITE_NOMEM, which has no message. */
int nep_error_no_memory(nep_error *error);
/* Prepends "context: " to the message of a recorded error. Returns the code. */
int nep_error_add_context(nep_error *error, const char *format, ...);
void nep_error_clear(nep_error *error);

/* A borrowed piece of text or bytes, not NUL-terminated; data may be NULL
** only where size is 0. */
typedef struct nep_text {
  const char *data;
  size_t size;
} nep_text;

nep_text nep_text_of(const char *terminated); /* NULL gives the empty text */
bool nep_text_equal(nep_text a, nep_text b);
/* True for valid UTF-8 without U+0000. */
bool nep_text_is_clean_utf8(nep_text text);
/* Code points in valid UTF-8. */
size_t nep_text_length(nep_text text);
/* A NUL-terminated copy that the caller frees with sqlite3_free; NULL when out
** of memory. */
char *nep_text_copy(nep_text text);
/* The same of a text that ends in NUL: sets *copy, to NULL for NULL. Returns
** the error in force. */
int nep_text_duplicate(const char *text, char **copy, nep_error *error);
/* Overwrites a secret with zeroes, then frees it (sqlite3_free). NULL is
** accepted. */
void nep_text_wipe(char *secret);
/* Puts * in place of each part of secret (NEP_SECRET_PART bytes or more; or all
** of it) in words. NULL is accepted for both. */
void nep_text_hide(char *words, const char *secret);

/*
** Room for more items of item_size bytes: what items becomes, with *capacity
** raised; or NULL and an error, items and *capacity as they were.
*/
void *nep_array_grow(void *items, size_t *capacity, size_t item_size,
                     nep_error *error);

/*
** A growing buffer with a maximum. Zero it and set limit to start. data is
** owned and NUL-terminated beyond size once something was appended.
*/
typedef struct nep_bytes {
  char *data;
  size_t size;     /* bytes in use */
  size_t capacity; /* bytes allocated */
  size_t limit;    /* size never exceeds this */
} nep_bytes;

/* SQLITE_OK, SQLITE_NOMEM, or SQLITE_TOOBIG past the limit; on failure the
** content stays as it was. */
int nep_bytes_append(nep_bytes *bytes, const void *data, size_t size);
/* Forgets the content, keeps the memory. */
void nep_bytes_reset(nep_bytes *bytes);
void nep_bytes_dispose(nep_bytes *bytes);
/* The same for a secret: overwrites it with zeroes first. */
void nep_bytes_wipe(nep_bytes *bytes);
nep_text nep_bytes_view(const nep_bytes *bytes);

/*
** Where the body of an answer goes piece by piece, instead of into memory. Both
** are false where that fails, which ends the request.
*/
typedef struct nep_sink {
  void *context;                  /* of the two */
  bool (*restart)(void *context); /* an attempt begins: forget what came */
  bool (*take)(void *context, const char *data, size_t size);
} nep_sink;

/*
** UTC milliseconds since 1970 <-> "YYYY-MM-DD HH:MM:SS.SSS", years 0000 to
** 9999, the form of every time column. Order of texts is order of times.
*/
#define NEP_TIME_SIZE 24                 /* with the NUL */
#define NEP_TIME_MIN (-62167219200000LL) /* 0000-01-01 00:00:00.000 */
#define NEP_TIME_MAX 253402300799999LL   /* 9999-12-31 23:59:59.999 */
/* False (and out is "") for a time outside those years. */
bool nep_time_format(sqlite3_int64 ms, char out[NEP_TIME_SIZE]);
/*
** The earliest time whose text is >= text in SQLite's BINARY order; *equal
** tells whether it is the same text. False where every time's text is less.
** So any text at all, not only a well-formed time, can bound a time column.
*/
bool nep_time_lower_bound(nep_text text, sqlite3_int64 *ms, bool *equal);

/*
** A finite number as text that reads back as the same number, whatever the
** version of SQLite; with 15 digits where they do, else 17.
*/
#define NEP_NUMBER_SIZE 40 /* with the NUL */
void nep_number_format(double number, char out[NEP_NUMBER_SIZE]);

/*
** Base64, standard or URL alphabet, padding optional, white space skipped.
** Appends the bytes to out. False for text that is not base64 or when out of
** memory or past out's limit.
*/
bool nep_base64_decode(nep_text text, nep_bytes *out);

/* FNV-1a, for tables of names inside one process. */
unsigned long long nep_hash(nep_text text);

#ifdef __cplusplus
}
#endif

#endif
