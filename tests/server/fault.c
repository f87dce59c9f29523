/* fault.c: parses and matches --fault rules; http.c carries them out. */
#include "fault.h"

#include <stdlib.h>
#include <string.h>

const char srv_fault_help[] =
    "  --fault RULE          make requests fail; may be given many times, the\n"
    "                        first rule that fits a request applies to it.\n"
    "                        RULE is a list of KEY=VALUE with commas between\n"
    "                        (\\, for a comma inside a value):\n"
    "    path=TEXT             requests whose path contains TEXT (else: all)\n"
    "    method=GET            … with this method\n"
    "    contains=TEXT         … whose body contains TEXT\n"
    "    after=N               not the first N of them\n"
    "    times=N               only N of them\n"
    "    status=N              answer this status with an error as body\n"
    "    body=TEXT             answer this body; body=@FILE: a file's bytes\n"
    "    header=NAME: VALUE    add a header; may be given up to 8 times\n"
    "    retry-after=TEXT      add a Retry-After header\n"
    "    cut=N                 close the connection after N bytes of the "
    "body,\n"
    "                          Content-Length being that of the whole body\n"
    "    no-length             send no Content-Length, close at the end\n"
    "    reset=N               reset the connection after N bytes of the body\n"
    "    stall-ms=N            pause so long, before the answer or …\n"
    "    stall-at=N            … after N bytes of the body (from 1)\n"
    "    trickle-ms=N          pause so long after each byte of the body\n"
    "    flip=N                turn over bit N of the body\n";

static bool set_number(const char *value, int64_t *number)
{
  return srv_parse_int64(value, number) && *number >= 0;
}

static bool add_header(srv_fault *fault, const char *value)
{
  const size_t most = sizeof fault->headers / sizeof fault->headers[0];
  if (!strstr(value, ": ") || fault->n_headers == most) {
    return false;
  }
  fault->headers[fault->n_headers++] = value;
  return true;
}

/* Sets one member; value stands behind "key=" in fault->text. */
static bool set_member(srv_fault *fault, const char *key, char *value)
{
  const struct {
    const char *key;
    int64_t *number;
  } numbers[] = {
      {"after", &fault->after},          {"times", &fault->times},
      {"status", &fault->status},        {"cut", &fault->cut},
      {"reset", &fault->reset},          {"stall-ms", &fault->stall_ms},
      {"stall-at", &fault->stall_at},    {"flip", &fault->flip},
      {"trickle-ms", &fault->trickle_ms}};
  const struct {
    const char *key;
    const char **text;
  } texts[] = {{"path", &fault->path},
               {"method", &fault->method},
               {"contains", &fault->contains},
               {"body", &fault->body}};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    if (strcmp(numbers[i].key, key) == 0) {
      return set_number(value, numbers[i].number);
    }
  }
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    if (strcmp(texts[i].key, key) == 0) {
      *texts[i].text = value;
      return true;
    }
  }
  return strcmp(key, "header") == 0 && add_header(fault, value);
}

/* Ends the member at *text with a zero byte, takes out the backslashes before
 * commas, and returns the next member, NULL at the end. */
static char *split(char *text)
{
  char *to = text;
  for (; *text; text++) {
    if (*text == '\\' && text[1] == ',') {
      text++;
    } else if (*text == ',') {
      *to = 0;
      return text + 1;
    }
    *to++ = *text;
  }
  *to = 0;
  return NULL;
}

static bool parse_members(srv_fault *fault, char *at)
{
  char *next, *equals;
  const char retry[] = "retry-after=";
  for (; at; at = next) {
    next = split(at);
    if (strcmp(at, "no-length") == 0) {
      fault->no_length = true;
      continue;
    }
    if (strncmp(at, retry, strlen(retry)) == 0) { /* becomes a header */
      at[strlen(retry) - 1] = ':';
      if (fault->n_headers == sizeof fault->headers / sizeof *fault->headers) {
        return false;
      }
      fault->headers[fault->n_headers++] = at;
      continue;
    }
    equals = strchr(at, '=');
    if (!equals) {
      return false;
    }
    *equals = 0;
    if (!set_member(fault, at, equals + 1)) {
      return false;
    }
  }
  return true;
}

bool srv_fault_parse(srv_fault **list, const char *rule, srv_error *err)
{
  srv_fault *fault = srv_array_new(1, sizeof *fault);
  char *text = srv_strdup(rule);
  if (!fault || !text) {
    free(fault);
    free(text);
    return srv_error_nomem(err);
  }
  *fault = (srv_fault){
      .text = text, .times = -1, .cut = -1, .reset = -1, .flip = -1};
  if (!parse_members(fault, text)) {
    srv_fault_free(fault);
    return srv_error_set(err, 400, "FAULT", "bad --fault rule %s", rule);
  }
  while (*list) {
    list = &(*list)->next;
  }
  *list = fault;
  return true;
}

void srv_fault_free(srv_fault *list)
{
  while (list) {
    srv_fault *next = list->next;
    free(list->text);
    free(list);
    list = next;
  }
}

static bool contains(const unsigned char *body, size_t len, const char *text)
{
  size_t part = strlen(text);
  for (size_t i = 0; i + part <= len; i++) {
    if (memcmp(body + i, text, part) == 0) {
      return true;
    }
  }
  return false;
}

srv_fault *srv_fault_match(srv_fault *list, const char *method,
                           const char *path, const unsigned char *body,
                           size_t len)
{
  for (; list; list = list->next) {
    if ((list->path && !strstr(path, list->path)) ||
        (list->method && strcmp(list->method, method) != 0) ||
        (list->contains && !contains(body, len, list->contains))) {
      continue;
    }
    list->matched++;
    if (list->matched > list->after &&
        (list->times < 0 || list->matched <= list->after + list->times)) {
      return list;
    }
  }
  return NULL;
}
