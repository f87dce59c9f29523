/* base.c: see base.h. */
#include "base.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <nettle/base64.h>
#include <sqlite3.h>

bool srv_error_set(srv_error *err, int status, const char *type,
                   const char *format, ...)
{
  va_list args;
  if (err->status != 0) {
    return false;
  }
  err->status = status;
  err->type = type;
  va_start(args, format);
  sqlite3_vsnprintf((int)sizeof err->message, err->message, format, args);
  va_end(args);
  return false;
}

bool srv_error_nomem(srv_error *err)
{
  return srv_error_set(err, 503, "OUT_OF_MEMORY",
                       "the server is out of memory");
}

void srv_bytes_init(srv_bytes *bytes, size_t max)
{
  *bytes = (srv_bytes){.max = max};
}

void srv_bytes_dispose(srv_bytes *bytes)
{
  free(bytes->data);
  *bytes = (srv_bytes){.max = bytes->max};
}

unsigned char *srv_bytes_reserve(srv_bytes *bytes, size_t more)
{
  size_t need, cap;
  unsigned char *data;
  if (bytes->failed || more > bytes->max - bytes->len) {
    bytes->failed = true;
    return NULL;
  }
  need = bytes->len + more;
  if (need <= bytes->cap) {
    return bytes->data + bytes->len;
  }
  cap = bytes->cap < 256 ? 256 : bytes->cap;
  while (cap < need) {
    cap = cap > SIZE_MAX / 2 ? need : cap * 2;
  }
  data = realloc(bytes->data, cap);
  if (!data) {
    bytes->failed = true;
    return NULL;
  }
  bytes->data = data;
  bytes->cap = cap;
  return data + bytes->len;
}

void srv_bytes_append(srv_bytes *bytes, const void *data, size_t len)
{
  unsigned char *place = srv_bytes_reserve(bytes, len);
  if (place && len > 0) {
    memcpy(place, data, len);
    bytes->len += len;
  }
}

void srv_bytes_append_text(srv_bytes *bytes, const char *text)
{
  srv_bytes_append(bytes, text, strlen(text));
}

const char *srv_bytes_text(srv_bytes *bytes)
{
  unsigned char *place = srv_bytes_reserve(bytes, 1);
  if (!place) {
    return NULL;
  }
  *place = 0;
  return (const char *)bytes->data;
}

/* One piece of an arena; the memory follows the header. */
typedef struct srv_chunk {
  struct srv_chunk *next;
  size_t used;
  size_t cap;
  max_align_t memory[];
} srv_chunk;

enum { CHUNK_BYTES = 16384 };

void srv_arena_init(srv_arena *arena)
{
  arena->chunks = NULL;
}

void srv_arena_dispose(srv_arena *arena)
{
  while (arena->chunks) {
    srv_chunk *next = arena->chunks->next;
    free(arena->chunks);
    arena->chunks = next;
  }
}

void srv_arena_reset(srv_arena *arena)
{
  srv_chunk *chunk = arena->chunks;
  if (chunk) {
    srv_arena rest = {.chunks = chunk->next};
    srv_arena_dispose(&rest);
    chunk->next = NULL;
    chunk->used = 0;
  }
}

void *srv_arena_alloc(srv_arena *arena, size_t size)
{
  const size_t align = sizeof(max_align_t);
  srv_chunk *chunk = arena->chunks;
  size_t cap;
  void *place;
  if (size > SIZE_MAX / 2) {
    return NULL;
  }
  size = (size + align - 1) / align * align;
  if (!chunk || chunk->cap - chunk->used < size) {
    cap = size > CHUNK_BYTES ? size : CHUNK_BYTES;
    chunk = malloc(sizeof *chunk + cap);
    if (!chunk) {
      return NULL;
    }
    *chunk = (srv_chunk){.next = arena->chunks, .cap = cap};
    arena->chunks = chunk;
  }
  place = (unsigned char *)chunk->memory + chunk->used;
  chunk->used += size;
  return memset(place, 0, size);
}

void *srv_arena_array(srv_arena *arena, size_t count, size_t size)
{
  if (count > 0 && size > SIZE_MAX / 2 / count) {
    return NULL;
  }
  return srv_arena_alloc(arena, count * size);
}

char *srv_arena_copy(srv_arena *arena, const char *text, size_t len)
{
  char *copy = srv_arena_array(arena, len + 1, 1);
  if (copy && len > 0) {
    memcpy(copy, text, len);
  }
  return copy;
}

void *srv_array_new(size_t count, size_t size)
{
  return calloc(count > 0 ? count : 1, size);
}

void *srv_array_grow(void *array, size_t *cap, size_t need, size_t size)
{
  size_t larger = *cap < 8 ? 8 : *cap;
  void *moved;
  if (need <= *cap) {
    return array;
  }
  while (larger < need) {
    if (larger > SIZE_MAX / 2 / size) {
      return NULL;
    }
    larger *= 2;
  }
  moved = realloc(array, larger * size);
  if (moved) {
    *cap = larger;
  }
  return moved;
}

char *srv_strdup(const char *text)
{
  size_t len = strlen(text) + 1;
  char *copy = malloc(len);
  return copy ? memcpy(copy, text, len) : NULL;
}

char *srv_base64_new(const void *data, size_t len)
{
  char *text = malloc(BASE64_ENCODE_RAW_LENGTH(len) + 1);
  if (text) {
    base64_encode_raw(text, len, data);
    text[BASE64_ENCODE_RAW_LENGTH(len)] = 0;
  }
  return text;
}

char *srv_base64url_new(const void *data, size_t len)
{
  char *text = srv_base64_new(data, len);
  char *p;
  if (!text) {
    return NULL;
  }
  for (p = text; *p && *p != '='; p++) {
    *p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
  }
  *p = 0;
  return text;
}

bool srv_base64url_append(srv_bytes *out, const char *text, size_t len)
{
  struct base64_decode_ctx ctx;
  unsigned char *place = srv_bytes_reserve(out, BASE64_DECODE_LENGTH(len) + 3);
  size_t written = 0, tail = 0;
  if (!place) {
    return false;
  }
  base64url_decode_init(&ctx);
  if (!base64_decode_update(&ctx, &written, place, len, text) ||
      !base64_decode_update(&ctx, &tail, place + written, (4 - len % 4) % 4,
                            "===") ||
      !base64_decode_final(&ctx)) {
    return false;
  }
  out->len += written + tail;
  return true;
}

bool srv_random(void *data, size_t len)
{
  FILE *device = fopen("/dev/urandom", "rb");
  size_t got = device ? fread(data, 1, len, device) : 0;
  if (device) {
    fclose(device);
  }
  return got == len;
}

uint64_t srv_mix(uint64_t x)
{
  x += UINT64_C(0x9e3779b97f4a7c15);
  x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

uint64_t srv_hash(const void *data, size_t len)
{
  const unsigned char *at = data;
  uint64_t hash = len * UINT64_C(0x9e3779b97f4a7c15), word;
  for (; len >= sizeof word; len -= sizeof word, at += sizeof word) {
    memcpy(&word, at, sizeof word);
    hash = (hash ^ word) * UINT64_C(0x9fb21c651e98df25);
    hash ^= hash >> 32;
  }
  word = 0;
  if (len > 0) {
    memcpy(&word, at, len);
  }
  return srv_mix(hash ^ word);
}

int64_t srv_clock_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t srv_clock_monotonic_us(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void srv_sleep_ms(int64_t ms)
{
  struct timespec left = {.tv_sec = (time_t)(ms / 1000),
                          .tv_nsec = (long)(ms % 1000) * 1000000};
  while (ms > 0 && nanosleep(&left, &left) != 0 && errno == EINTR) {}
}

/* The bytes of the character at text, 0 if there is none. */
static size_t character_length(const unsigned char *text, size_t len)
{
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t size = text[0] < 0x80                      ? 1
                : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
                : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
                : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
                                                    : 0;
  uint32_t code = size > 1 ? text[0] & (0x7fu >> size) : text[0];
  if (size > len) {
    return 0;
  }
  for (size_t i = 1; i < size; i++) {
    if ((text[i] & 0xc0) != 0x80) {
      return 0;
    }
    code = code << 6 | (text[i] & 0x3fu);
  }
  return code < least[size] || code > 0x10ffff || (code & ~0x7ffu) == 0xd800
             ? 0
             : size;
}

size_t srv_utf8_length(const char *text, size_t len)
{
  size_t at = 0, size;
  while (at < len) {
    size = character_length((const unsigned char *)text + at, len - at);
    if (size == 0) {
      break;
    }
    at += size;
  }
  return at;
}

void srv_utf8_clean(char *text)
{
  size_t len = strlen(text);
  size_t at = srv_utf8_length(text, len);
  while (at < len) {
    text[at++] = '?';
    at += srv_utf8_length(text + at, len - at);
  }
}

bool srv_parse_int64(const char *text, int64_t *value)
{
  char *end;
  long long number;
  if (!strchr("+-0123456789", text[0]) || !text[0]) {
    return false;
  }
  errno = 0;
  number = strtoll(text, &end, 10);
  if (errno != 0 || *end != 0 || end == text) {
    return false;
  }
  *value = number;
  return true;
}

bool srv_parse_double(const char *text, double *value)
{
  char *end;
  if (!text[0] || strpbrk(text, "xX ") || text[0] == '\t') {
    return false;
  }
  *value = strtod(text, &end);
  return *end == 0 && end != text;
}
