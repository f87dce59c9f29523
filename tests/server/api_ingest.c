/* api_ingest.c: runs are made and changed. What is answered is on disk; how it
 * ended is kept under the request's id, for ingest/check. */
#include <string.h>

#include <nettle/base16.h>

#include "ingest.h"
#include "server.h"
#include "store_write.h"

enum { ID_BYTES = 16, MAX_IDS = 100000 };

/* google.rpc.Code */
enum {
  RPC_OK = 0,
  RPC_INVALID_ARGUMENT = 3,
  RPC_NOT_FOUND = 5,
  RPC_ALREADY_EXISTS = 6,
  RPC_INTERNAL = 13
};

/* Where the messages of a request live. */
typedef struct memory {
  srv_arena *arena;
  bool is_out;
} memory;

static void *allocate(void *context, size_t size)
{
  memory *from = context;
  void *place = srv_arena_alloc(from->arena, size);
  from->is_out = from->is_out || !place;
  return place;
}

static void keep(void *context, void *place)
{
  (void)context;
  (void)place;
}

/* The body as a message, NULL and *err if it is none. */
static void *read_body(srv_request *request,
                       const ProtobufCMessageDescriptor *type, srv_error *err)
{
  memory from = {.arena = &request->arena};
  ProtobufCAllocator allocator = {
      .alloc = allocate, .free = keep, .allocator_data = &from};
  void *message = protobuf_c_message_unpack(type, &allocator, request->body.len,
                                            request->body.data);
  if (from.is_out) {
    srv_error_nomem(err);
    return NULL;
  }
  if (!message) {
    srv_error_set(err, 400, "BAD_REQUEST", "the body is no %s",
                  type->short_name);
  }
  return message;
}

static bool answer_message(srv_request *request,
                           const ProtobufCMessage *message, srv_error *err)
{
  size_t size = protobuf_c_message_get_packed_size(message);
  unsigned char *place =
      size > 0 ? srv_bytes_reserve(&request->answer, size) : NULL;
  if (size > 0 && !place) {
    return srv_error_nomem(err);
  }
  if (place) {
    request->answer.len += protobuf_c_message_pack(message, place);
  }
  srv_request_is_protobuf(request);
  return true;
}

static bool answer_id(srv_request *request, char *id, srv_error *err)
{
  Ingest__SubmitResponse response = INGEST__SUBMIT_RESPONSE__INIT;
  response.request_id = id;
  response.n_request_ids = 1;
  response.request_ids = &id;
  return answer_message(request, &response.base, err);
}

static bool id_new(char id[2 * ID_BYTES + 1], srv_error *err)
{
  uint8_t bytes[ID_BYTES];
  if (!srv_random(bytes, sizeof bytes)) {
    return srv_error_set(err, 503, "INTERNAL", "no random device");
  }
  base16_encode_update(id, sizeof bytes, bytes);
  id[2 * ID_BYTES] = 0;
  return true;
}

/* A copy of a name that ends with a zero byte; "", which nothing is called, if
 * there is one inside. */
static const char *name_of(srv_request *request, ProtobufCBinaryData bytes)
{
  model_text text = ingest_text(bytes);
  return memchr(text.data, 0, text.len)
             ? ""
             : srv_arena_copy(&request->arena, text.data, text.len);
}

/* The project that the store has under a name, NULL if it has none. */
static const model_project *find_project(srv_request *request, const char *name)
{
  srv_server *server = request->server;
  srv_error ignored = {0};
  const model_project *found;
  store_enter(server->stored);
  found = srv_server_project(server, name, &ignored);
  store_leave(server->stored);
  return found && store_has_project(server->stored, found) ? found : NULL;
}

/* Makes workspace/project. */
static const model_project *make_project(srv_request *request,
                                         const char *identifier,
                                         ingest_code *code, srv_error *err)
{
  const char *slash = strchr(identifier, '/');
  char *workspace = slash ? srv_arena_copy(&request->arena, identifier,
                                           (size_t)(slash - identifier))
                          : NULL;
  if (!workspace || !store_workspace_name_is_valid(workspace) ||
      !store_project_name_is_valid(slash + 1)) {
    *code = INGEST_PROJECT_INVALID_NAME;
    return NULL;
  }
  return srv_server_new_project(request->server, workspace, slash + 1, NULL,
                                "priv", err);
}

static const model_project *project_of(srv_request *request,
                                       const Ingest__RunOperation *operation,
                                       ingest_code *code, srv_error *err)
{
  const char *name = name_of(request, operation->project);
  const model_project *found = name ? find_project(request, name) : NULL;
  if (!name) {
    srv_error_nomem(err);
    return NULL;
  }
  *code = found ? INGEST_OK : INGEST_PROJECT_NOT_FOUND;
  if (!found && operation->create_missing_project) {
    found = make_project(request, name, code, err);
    if (err->status == 409) { /* another client was faster */
      *err = (srv_error){0};
      found = find_project(request, name);
    }
  }
  *code = found ? INGEST_OK : *code;
  return found;
}

/* A text that ends with a zero byte where nothing is, too. */
static model_text optional_text(bool has, ProtobufCBinaryData bytes)
{
  model_text text = ingest_text(bytes);
  return has && text.len > 0 ? text : (model_text){.data = NULL};
}

static model_text copy_text(srv_request *request, model_text text,
                            srv_error *err)
{
  model_text copy = {.data = NULL, .len = text.len};
  if (text.data) {
    copy.data = srv_arena_copy(&request->arena, text.data, text.len);
    if (!copy.data) {
      srv_error_nomem(err);
    }
  }
  return copy;
}

/* False if the run's fork or time cannot be. */
static bool read_run(srv_request *request, const Ingest__RunOperation *from,
                     const model_project *project, store_new_run *run,
                     srv_error *err)
{
  const Ingest__Run *create = from->create;
  const Ingest__ForkPoint *fork = create->fork_point;
  model_text parent_project;
  *run = (store_new_run){.created = srv_clock_ms(),
                         .inherits = create->inherit_configs};
  run->custom_id = copy_text(
      request,
      ingest_text(from->run_id.len > 0 ? from->run_id : create->run_id), err);
  run->experiment = copy_text(
      request, optional_text(create->has_experiment_id, create->experiment_id),
      err);
  run->family = copy_text(
      request, optional_text(create->has_family, create->family), err);
  if (create->creation_time &&
      !ingest_time(create->creation_time, &run->created)) {
    return false;
  }
  if (!fork) {
    return true;
  }
  run->is_fork = true;
  run->parent = copy_text(request, ingest_text(fork->parent_run_id), err);
  parent_project = ingest_text(fork->parent_project);
  if (parent_project.len > 0 &&
      (parent_project.len != strlen(project->identifier) ||
       memcmp(parent_project.data, project->identifier, parent_project.len) !=
           0)) {
    run->parent_is_elsewhere = true;
  }
  return ingest_step(fork->step, &run->fork_step) == INGEST_OK;
}

static bool create(srv_request *request, const Ingest__RunOperation *operation,
                   const model_project *project, const char *id, srv_error *err)
{
  store *stored = request->server->stored;
  ingest_outcome outcome = {.counts = {[INGEST_RUN_INVALID] = 1}};
  store_new_run run;
  bool ok = read_run(request, operation, project, &run, err);
  if (err->status != 0) {
    return false;
  }
  return ok ? store_run_create(stored, project, &run, id, err)
            : store_submission_add(stored, id, &outcome, err);
}

static bool update(srv_request *request, const Ingest__RunOperation *operation,
                   const model_project *project, const char *id, srv_error *err)
{
  const Ingest__UpdateRunSnapshots *batch_of = operation->update_batch;
  Ingest__UpdateRunSnapshot *one = operation->update;
  Ingest__UpdateRunSnapshot *const *snapshots =
      batch_of ? batch_of->snapshots : &one;
  size_t n = batch_of ? batch_of->n_snapshots : 1;
  int64_t now = srv_clock_ms();
  const char *run = name_of(request, operation->run_id);
  store_batch *batch =
      run ? store_batch_new(request->server->stored, project, run, now, err)
          : NULL;
  bool ok = batch != NULL;
  for (size_t i = 0; ok && i < n; i++) {
    ok = ingest_snapshot(batch, snapshots[i], now);
    request->rows += snapshots[i]->n_append;
  }
  ok = ok && store_batch_commit(batch, id, err);
  store_batch_free(batch);
  return ok || srv_error_nomem(err);
}

/* Does what the request wants; its outcome is kept under id. */
static bool run_operation(srv_request *request,
                          const Ingest__RunOperation *operation, const char *id,
                          srv_error *err)
{
  ingest_outcome outcome = {.counts = {0}};
  ingest_code code = INGEST_OK;
  const model_project *project = project_of(request, operation, &code, err);
  if (err->status != 0) {
    return false;
  }
  if (!project) {
    outcome.counts[code] = 1;
    return store_submission_add(request->server->stored, id, &outcome, err);
  }
  return operation->create ? create(request, operation, project, id, err)
                           : update(request, operation, project, id, err);
}

static bool check_stored(const srv_request *request, srv_error *err)
{
  return request->server->stored ||
         srv_error_set(err, 403, "ACCESS_DENIED",
                       "a synthetic project cannot be written");
}

bool api_ingest(srv_request *request, srv_error *err)
{
  Ingest__RunOperation *operation;
  char id[2 * ID_BYTES + 1];
  if (!check_stored(request, err)) {
    return false;
  }
  operation = read_body(request, &ingest__run_operation__descriptor, err);
  if (!operation) {
    return false;
  }
  if (!operation->create && !operation->update && !operation->update_batch) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "RunOperation names no operation");
  }
  return id_new(id, err) && run_operation(request, operation, id, err) &&
         answer_id(request, id, err);
}

static int rpc_code(ingest_code code)
{
  switch ((int)code) {
  case INGEST_OK:
    return RPC_OK;
  case INGEST_PROJECT_NOT_FOUND:
  case INGEST_RUN_NOT_FOUND:
  case INGEST_FORK_PARENT_NOT_FOUND:
    return RPC_NOT_FOUND;
  case INGEST_RUN_DUPLICATE:
  case INGEST_RUN_CONFLICTING:
  case INGEST_POINT_DUPLICATE:
    return RPC_ALREADY_EXISTS;
  case INGEST_INTERNAL:
    return RPC_INTERNAL;
  default:
    return RPC_INVALID_ARGUMENT;
  }
}

/* Fills in how a request ended; false without memory. */
static bool describe(srv_request *request, const ingest_outcome *outcome,
                     Ingest__RequestStatus *status)
{
  Ingest__CodeByCount *counts =
      srv_arena_array(&request->arena, INGEST_CODES, sizeof *counts);
  Ingest__CodeByCount **list = srv_arena_array(&request->arena, INGEST_CODES,
                                               sizeof(Ingest__CodeByCount *));
  size_t n = 0;
  if (!counts || !list) {
    return false;
  }
  for (int code = 0; code < INGEST_CODES; code++) {
    if (outcome->counts[code] > 0) {
      ingest__code_by_count__init(&counts[n]);
      counts[n].has_code = code != INGEST_OK;
      counts[n].code = rpc_code((ingest_code)code);
      counts[n].has_count = true;
      counts[n].count = outcome->counts[code];
      counts[n].has_detail = code != INGEST_OK;
      counts[n].detail = code;
      list[n] = &counts[n];
      n++;
    }
  }
  status->code_by_count = list;
  status->n_code_by_count = n;
  return true;
}

static bool answer_check(srv_request *request, const Ingest__RequestIdList *ids,
                         srv_error *err)
{
  Ingest__BulkRequestStatus answer = INGEST__BULK_REQUEST_STATUS__INIT;
  size_t n = ids->n_ids;
  Ingest__RequestStatus *statuses =
      srv_arena_array(&request->arena, n + 1, sizeof *statuses);
  answer.statuses =
      srv_arena_array(&request->arena, n + 1, sizeof(Ingest__RequestStatus *));
  if (!statuses || !answer.statuses) {
    return srv_error_nomem(err);
  }
  for (size_t i = 0; i < n; i++) {
    ingest_outcome outcome;
    ingest__request_status__init(&statuses[i]);
    if (!ids->ids[i]->value ||
        !store_submission_find(request->server->stored, ids->ids[i]->value,
                               &outcome)) {
      outcome = (ingest_outcome){.counts = {[INGEST_INTERNAL] = 1}};
    }
    if (!describe(request, &outcome, &statuses[i])) {
      return srv_error_nomem(err);
    }
    answer.statuses[i] = &statuses[i];
  }
  answer.n_statuses = n;
  request->rows = n;
  return answer_message(request, &answer.base, err);
}

bool api_ingest_check(srv_request *request, srv_error *err)
{
  Ingest__RequestIdList *ids;
  if (!check_stored(request, err)) {
    return false;
  }
  ids = read_body(request, &ingest__request_id_list__descriptor, err);
  if (ids && ids->n_ids > MAX_IDS) {
    return srv_error_set(err, 400, "BAD_REQUEST",
                         "at most %d requests are checked at once", MAX_IDS);
  }
  return ids && answer_check(request, ids, err);
}
