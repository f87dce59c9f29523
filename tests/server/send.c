/* send.c: sends an answer, whole and at once, or broken as a fault wants. */
#include "server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A body that is sent piece by piece by a rule. */
typedef struct broken_body {
  srv_request *request; /* borrowed; outlives the response */
  const srv_fault *fault;
  bool stalled;
} broken_body;

/* Drops the connection with a TCP reset. */
static void reset_connection(struct MHD_Connection *connection)
{
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  if (info) {
    (void)connect(info->connect_fd, &nobody, sizeof nobody);
  }
}

static uint64_t body_size(const srv_request *request)
{
  return request->file.fd >= 0 ? request->file.size : request->answer.len;
}

/* Up to n bytes of the body from a position; 0 where a file ends early. */
static size_t read_body(const srv_request *request, uint64_t position,
                        char *out, size_t n)
{
  ssize_t got = (ssize_t)n;
  if (request->file.fd >= 0) {
    got = pread(request->file.fd, out, n,
                (off_t)(request->file.offset + position));
  } else {
    memcpy(out, request->answer.data + position, n);
  }
  return got > 0 ? (size_t)got : 0;
}

/* Flips a bit of the whole body if it is in the n bytes from position. */
static void flip_bit(char *bytes, uint64_t position, size_t n, int64_t bit)
{
  uint64_t at = (uint64_t)bit / 8;
  if (bit >= 0 && at >= position && at - position < n) {
    bytes[at - position] = (char)(bytes[at - position] ^ 1 << bit % 8);
  }
}

static ssize_t read_broken(void *context, uint64_t position, char *out,
                           size_t max)
{
  broken_body *body = context;
  const srv_fault *fault = body->fault;
  uint64_t end = body_size(body->request);
  size_t n;
  if (fault->reset >= 0 && position >= (uint64_t)fault->reset) {
    reset_connection(body->request->connection);
    return MHD_CONTENT_READER_END_WITH_ERROR;
  }
  if (fault->cut >= 0 && position >= (uint64_t)fault->cut) {
    return fault->no_length ? MHD_CONTENT_READER_END_OF_STREAM
                            : MHD_CONTENT_READER_END_WITH_ERROR;
  }
  if (position >= end) {
    return MHD_CONTENT_READER_END_OF_STREAM;
  }
  if (fault->cut >= 0 && (uint64_t)fault->cut < end) {
    end = (uint64_t)fault->cut;
  }
  if (fault->reset >= 0 && (uint64_t)fault->reset < end) {
    end = (uint64_t)fault->reset;
  }
  if (fault->stall_at > 0 && !body->stalled) {
    if (position == (uint64_t)fault->stall_at) {
      srv_server_pause(body->request->server, fault->stall_ms);
      body->stalled = true;
    } else if ((uint64_t)fault->stall_at < end) {
      end = (uint64_t)fault->stall_at;
    }
  }
  if (fault->trickle_ms > 0) {
    srv_server_pause(body->request->server,
                     position > 0 ? fault->trickle_ms : 0);
    end = position + 1;
  }
  n = end - position < max ? (size_t)(end - position) : max;
  n = read_body(body->request, position, out, n);
  flip_bit(out, position, n, fault->flip);
  return n > 0 ? (ssize_t)n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *broken_response(srv_request *request,
                                            const srv_fault *fault)
{
  broken_body *body = srv_array_new(1, sizeof *body);
  uint64_t size = fault->no_length ? MHD_SIZE_UNKNOWN : body_size(request);
  struct MHD_Response *response;
  if (!body) {
    return NULL;
  }
  *body = (broken_body){.request = request, .fault = fault};
  response =
      MHD_create_response_from_callback(size, 1 << 16, read_broken, body, free);
  if (!response) {
    free(body);
    return NULL;
  }
  if (fault->no_length) {
    MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
                             MHD_RO_END);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
  }
  return response;
}

static bool breaks_body(const srv_fault *fault)
{
  return fault->cut >= 0 || fault->reset >= 0 || fault->stall_at > 0 ||
         fault->trickle_ms > 0 || fault->no_length || fault->flip >= 0;
}

/* "Name: value", "Name:value" */
static void add_header(struct MHD_Response *response, const char *header)
{
  char name[64];
  const char *colon = strchr(header, ':');
  size_t len = colon ? (size_t)(colon - header) : sizeof name;
  if (len < sizeof name) {
    memcpy(name, header, len);
    name[len] = 0;
    MHD_add_response_header(response, name, colon + 1 + (colon[1] == ' '));
  }
}

/* The answer as it is. */
static struct MHD_Response *whole_response(srv_request *request)
{
  struct MHD_Response *response;
  if (request->file.fd < 0) {
    /* The request outlives the response, so the body is not copied. */
    return MHD_create_response_from_buffer(
        request->answer.len, request->answer.data, MHD_RESPMEM_PERSISTENT);
  }
  response = MHD_create_response_from_fd_at_offset64(
      request->file.size, request->file.fd, request->file.offset);
  if (response) {
    request->file.fd = -1; /* the response closes it */
  }
  return response;
}

enum MHD_Result srv_send(srv_request *request, const srv_fault *fault)
{
  struct MHD_Response *response;
  enum MHD_Result result;
  if (fault) {
    if (fault->stall_at == 0) {
      srv_server_pause(request->server, fault->stall_ms);
    }
  }
  if (fault && breaks_body(fault)) {
    response = broken_response(request, fault);
  } else {
    response = whole_response(request);
  }
  if (!response) {
    return MHD_NO;
  }
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                          request->content_type);
  if (request->retry_after) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER,
                            request->retry_after);
  }
  for (size_t i = 0; i < request->n_headers; i++) {
    MHD_add_response_header(response, request->headers[i].name,
                            request->headers[i].value);
  }
  for (size_t i = 0; fault && i < fault->n_headers; i++) {
    add_header(response, fault->headers[i]);
  }
  result = MHD_queue_response(request->connection, (unsigned)request->status,
                              response);
  MHD_destroy_response(response);
  return result;
}
