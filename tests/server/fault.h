/* fault.h: rules that make requests fail on purpose, so that tests can see
 * how a client bears it. */
#ifndef SRV_FAULT_H
#define SRV_FAULT_H

#include "base.h"

/* One --fault rule; the members are what srv_fault_help explains. */
typedef struct srv_fault {
  struct srv_fault *next;
  char *text; /* owned; the rule, cut into the strings below */
  const char *path;
  const char *method;
  const char *contains;
  int64_t after;
  int64_t times; /* -1: always */
  int64_t status;
  const char *headers[8]; /* "Name: value" */
  size_t n_headers;
  const char *body; /* text, or @file */
  int64_t cut;      /* -1: none */
  int64_t reset;    /* -1: none */
  int64_t stall_ms;
  int64_t stall_at;
  int64_t trickle_ms;
  int64_t flip; /* -1: none */
  bool no_length;
  int64_t matched; /* how many requests it saw */
} srv_fault;

extern const char srv_fault_help[];

/* Parses a rule and puts it at the end of *list. False, and what is wrong in
 * err->message. */
bool srv_fault_parse(srv_fault **list, const char *rule, srv_error *err);
void srv_fault_free(srv_fault *list);

/* The first rule that applies to a request, NULL if none does. Counts, so the
 * caller lets one thread at a time in. */
srv_fault *srv_fault_match(srv_fault *list, const char *method,
                           const char *path, const unsigned char *body,
                           size_t len);

#endif
