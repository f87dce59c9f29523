/* content.c: see content.h. A file is written under its name, synced and only
 * then put into the table, so what the table names is whole. LIMIT: a crash in
 * between leaves a file behind that nothing names. */
#include "content.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nettle/base16.h>
#include <nettle/sha2.h>

#include "store_data.h"

enum { COPY_BYTES = 1 << 20, ETAG_DIGITS = 2 * SHA256_DIGEST_SIZE };

/* One row of table content. Never changes once requests can see it. */
typedef struct file_row {
  int64_t project_id;
  int64_t size;
  char name[CONTENT_NAME];
  char mime_type[CONTENT_MIME];
  char etag[CONTENT_ETAG];
  bool is_hidden; /* not committed yet */
  char path[];
} file_row;

static int compare(const void *a, const void *b)
{
  const file_row *x = a, *y = b;
  if (x->project_id != y->project_id) {
    return x->project_id < y->project_id ? -1 : 1;
  }
  return strcmp(x->path, y->path);
}

/* A copy that ends with a zero byte, cut to what fits. */
static void copy_text(char *to, size_t size, const char *from)
{
  size_t len = from ? strlen(from) : 0;
  len = len < size ? len : srv_utf8_length(from, size - 1);
  if (len > 0) {
    memcpy(to, from, len);
  }
  to[len] = 0;
}

static file_row *row_new(const model_project *project, const char *path)
{
  size_t len = strlen(path) + 1;
  file_row *made = malloc(sizeof *made + len);
  if (made) {
    *made = (file_row){
        .project_id =
            ((const store_project_data *)(const void *)project)->project_id};
    memcpy(made->path, path, len);
  }
  return made;
}

static bool failed(srv_error *err, const char *what)
{
  return srv_error_set(err, 500, "STORAGE", "%s: %s", what, strerror(errno));
}

/* Where a file lies, or a part (0: none) of it; for sqlite3_free. */
static char *place_of(const store *of, const char *name, int64_t part)
{
  return part == 0
             ? sqlite3_mprintf("%s/%s", of->folder, name)
             : sqlite3_mprintf("%s/%s.%lld", of->folder, name, (long long)part);
}

static bool write_all(int fd, const unsigned char *data, size_t size)
{
  while (size > 0) {
    ssize_t n = write(fd, data, size);
    if (n < 0 && errno != EINTR) {
      return false;
    }
    data += n > 0 ? n : 0;
    size -= n > 0 ? (size_t)n : 0;
  }
  return true;
}

/* Opens a new file for writing, in a new folder if need be; -1 and *err. */
static int create(const store *in, const char *place, srv_error *err)
{
  const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  int fd = open(place, flags, 0600);
  if (fd < 0 && errno == ENOENT &&
      (mkdir(in->folder, 0700) == 0 || errno == EEXIST)) {
    fd = open(place, flags, 0600);
  }
  if (fd < 0) {
    failed(err, "a file cannot be made");
  }
  return fd;
}

/* Ends the writing of a file: it and its name are on disk. */
static bool finish(const store *in, int fd, bool ok, srv_error *err)
{
  int folder;
  ok = ok && fsync(fd) == 0;
  ok = close(fd) == 0 && ok;
  folder = ok ? open(in->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  ok = folder >= 0 && fsync(folder) == 0;
  if (folder >= 0) {
    close(folder);
  }
  return ok || failed(err, "a file cannot be written");
}

static void digest_text(struct sha256_ctx *hash, char etag[CONTENT_ETAG])
{
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(hash, sizeof digest, digest);
  base16_encode_update(etag, sizeof digest, digest);
  etag[ETAG_DIGITS] = 0;
}

static bool write_file(const store *in, const char *name, int64_t part,
                       const void *data, size_t size, char etag[CONTENT_ETAG],
                       srv_error *err)
{
  char *place = place_of(in, name, part);
  struct sha256_ctx hash;
  int fd = place ? create(in, place, err) : -1;
  bool ok = fd >= 0;
  if (!place) {
    return srv_error_nomem(err);
  }
  ok = ok && finish(in, fd, write_all(fd, data, size), err);
  if (!ok) {
    unlink(place);
  }
  sqlite3_free(place);
  sha256_init(&hash);
  sha256_update(&hash, size, data);
  digest_text(&hash, etag);
  return ok;
}

static void remove_file(const store *in, const char *name, int64_t part)
{
  char *place = place_of(in, name, part);
  if (place) {
    unlink(place);
  }
  sqlite3_free(place);
}

bool content_upload_new(char upload[CONTENT_NAME])
{
  uint8_t bytes[(CONTENT_NAME - 1) / 2];
  if (!srv_random(bytes, sizeof bytes)) {
    return false;
  }
  base16_encode_update(upload, sizeof bytes, bytes);
  upload[CONTENT_NAME - 1] = 0;
  return true;
}

static bool insert_row(store *in, const file_row *row)
{
  sqlite3_stmt *stmt = store_sql(in, STORE_SET_CONTENT);
  if (stmt) {
    sqlite3_bind_int64(stmt, 1, row->project_id);
    sqlite3_bind_text(stmt, 2, row->path, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 3, row->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 4, row->size);
    sqlite3_bind_text(stmt, 5, row->mime_type, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 6, row->etag, -1, SQLITE_STATIC);
  }
  return store_sql_run(stmt);
}

/* Puts row into the tree and the table; takes it. What it replaces, or row
 * itself when that fails, is returned in *gone. `writing` is held. */
static bool replace_row(store *in, file_row *row, file_row **gone,
                        srv_error *err)
{
  file_row **node;
  bool ok;
  row->is_hidden = true;
  srv_gate_write(&in->gate);
  node = tsearch(row, &in->contents, compare);
  srv_gate_leave(&in->gate);
  *gone = row;
  if (!node) {
    return srv_error_nomem(err);
  }
  ok = insert_row(in, row) ||
       srv_error_set(err, 500, "STORE", "a file cannot be stored: %s",
                     sqlite3_errmsg(in->db));
  srv_gate_write(&in->gate);
  if (ok) {
    *gone = *node == row ? NULL : *node;
    row->is_hidden = false;
    *node = row;
  } else if (*node == row) {
    tdelete(row, &in->contents, compare);
  }
  srv_gate_leave(&in->gate);
  return ok;
}

/* Makes a written file the content of its path. */
static bool publish(store *in, file_row *row, srv_error *err)
{
  file_row *gone;
  bool ok;
  pthread_mutex_lock(&in->writing);
  ok = replace_row(in, row, &gone, err);
  pthread_mutex_unlock(&in->writing);
  if (gone) {
    remove_file(in, gone->name, 0);
  }
  free(gone);
  return ok;
}

bool content_put(store *in, const model_project *project, const char *path,
                 const char *mime_type, const void *data, size_t size,
                 char etag[CONTENT_ETAG], srv_error *err)
{
  file_row *row = row_new(project, path);
  if (!row || !content_upload_new(row->name)) {
    free(row);
    return srv_error_nomem(err);
  }
  row->size = (int64_t)size;
  copy_text(row->mime_type, sizeof row->mime_type, mime_type);
  if (!write_file(in, row->name, 0, data, size, row->etag, err)) {
    free(row);
    return false;
  }
  copy_text(etag, CONTENT_ETAG, row->etag);
  return publish(in, row, err);
}

/* An upload's name comes from a client. */
static bool is_upload(const char *upload)
{
  return strlen(upload) == CONTENT_NAME - 1 &&
         strspn(upload, "0123456789abcdef") == CONTENT_NAME - 1;
}

bool content_put_part(store *in, const char *upload, int64_t part,
                      const void *data, size_t size, char etag[CONTENT_ETAG],
                      srv_error *err)
{
  if (!is_upload(upload) || part < 1) {
    return srv_error_set(err, 400, "BAD_REQUEST", "no such upload");
  }
  return write_file(in, upload, part, data, size, etag, err);
}

int64_t content_upload_size(const store *of, const char *upload,
                            size_t *n_parts)
{
  int64_t size = 0;
  bool ok = is_upload(upload);
  *n_parts = 0;
  while (ok) {
    char *place = place_of(of, upload, (int64_t)*n_parts + 1);
    struct stat part;
    ok = place && stat(place, &part) == 0;
    size += ok ? part.st_size : 0;
    *n_parts += ok;
    sqlite3_free(place);
  }
  return size;
}

/* Adds one part to fd; *etag is set to its digest. */
static bool copy_part(const store *in, int fd, const char *upload, int64_t part,
                      file_row *row, struct sha256_ctx *whole,
                      char etag[CONTENT_ETAG], srv_error *err)
{
  char *place = place_of(in, upload, part);
  int from = place ? open(place, O_RDONLY | O_CLOEXEC) : -1;
  unsigned char *buffer = malloc(COPY_BYTES);
  struct sha256_ctx hash;
  ssize_t n = 0;
  bool ok = from >= 0 && buffer;
  sha256_init(&hash);
  while (ok && (n = read(from, buffer, COPY_BYTES)) > 0) {
    sha256_update(&hash, (size_t)n, buffer);
    sha256_update(whole, (size_t)n, buffer);
    row->size += n;
    ok = write_all(fd, buffer, (size_t)n) || failed(err, "a file");
  }
  digest_text(&hash, etag);
  if (from >= 0) {
    close(from);
  }
  free(buffer);
  sqlite3_free(place);
  return (ok && n == 0) ||
         srv_error_set(err, 400, "BAD_REQUEST", "part %lld is missing",
                       (long long)part);
}

static int64_t number_of(const content_parts *parts, size_t i)
{
  return parts->numbers ? parts->numbers[i] : (int64_t)i + 1;
}

static bool join_parts(const store *in, file_row *row,
                       const content_parts *parts, srv_error *err)
{
  char *place = place_of(in, row->name, 0);
  char etag[CONTENT_ETAG];
  struct sha256_ctx whole;
  int fd = place ? create(in, place, err) : -1;
  bool ok = fd >= 0;
  sha256_init(&whole);
  for (size_t i = 0; ok && i < parts->n; i++) {
    const char *wanted = parts->etags ? parts->etags[i] : NULL;
    ok = copy_part(in, fd, parts->upload, number_of(parts, i), row, &whole,
                   etag, err);
    if (ok && wanted && strcmp(etag, wanted) != 0) {
      ok = srv_error_set(err, 400, "BAD_REQUEST", "part %lld has another etag",
                         (long long)number_of(parts, i));
    }
  }
  digest_text(&whole, row->etag);
  ok = fd >= 0 && finish(in, fd, ok, err) && ok;
  if (!ok && place) {
    unlink(place);
  }
  sqlite3_free(place);
  return ok || srv_error_nomem(err);
}

/* True if the upload is what the path holds already. */
static bool is_complete(store *in, const file_row *row)
{
  file_row *const *node;
  bool is_same;
  srv_gate_read(&in->gate);
  node = tfind(row, &in->contents, compare);
  is_same =
      node && !(*node)->is_hidden && strcmp((*node)->name, row->name) == 0;
  srv_gate_leave(&in->gate);
  return is_same;
}

/* The row of the file that parts will make. Parts with numbers make a new
 * one each time, others the one that is named as the upload. */
static file_row *row_of_parts(const model_project *project, const char *path,
                              const char *mime_type, const content_parts *parts,
                              srv_error *err)
{
  file_row *row = row_new(project, path);
  if (row) {
    copy_text(row->name, sizeof row->name, parts->upload);
    copy_text(row->mime_type, sizeof row->mime_type, mime_type);
  }
  if (!row || (parts->numbers && !content_upload_new(row->name))) {
    free(row);
    srv_error_nomem(err);
    return NULL;
  }
  return row;
}

bool content_complete(store *in, const model_project *project, const char *path,
                      const char *mime_type, const content_parts *parts,
                      srv_error *err)
{
  file_row *row;
  bool ok;
  if (!is_upload(parts->upload)) {
    return srv_error_set(err, 400, "BAD_REQUEST", "no such upload");
  }
  row = row_of_parts(project, path, mime_type, parts, err);
  if (!row) {
    return false;
  }
  if (is_complete(in, row)) {
    free(row);
    return true;
  }
  if (!join_parts(in, row, parts, err)) {
    free(row);
    return false;
  }
  ok = publish(in, row, err);
  for (size_t i = 0; ok && i < parts->n; i++) {
    remove_file(in, parts->upload, number_of(parts, i));
  }
  return ok;
}

/* Opens the bytes; -1 if they are gone, or not all there. */
static int open_whole(const char *place, int64_t size)
{
  int fd = open(place, O_RDONLY | O_CLOEXEC);
  struct stat found;
  if (fd >= 0 && (fstat(fd, &found) != 0 || found.st_size != size)) {
    close(fd);
    fd = -1;
  }
  return fd;
}

bool content_find(const store *of, const model_project *project,
                  const char *path, content_info *info)
{
  file_row *key = project->ops == &store_ops ? row_new(project, path) : NULL;
  file_row *const *node = key ? tfind(key, &of->contents, compare) : NULL;
  const file_row *row = node ? *node : NULL;
  char *place = NULL;
  info->fd = -1;
  if (row && !row->is_hidden) {
    info->size = row->size;
    copy_text(info->mime_type, sizeof info->mime_type, row->mime_type);
    copy_text(info->etag, sizeof info->etag, row->etag);
    place = place_of(of, row->name, 0);
    info->fd = place ? open_whole(place, row->size) : -1;
  }
  sqlite3_free(place);
  free(key);
  return info->fd >= 0;
}

static bool read_row(store *in, sqlite3_stmt *stmt, srv_error *err)
{
  const char *path = (const char *)sqlite3_column_text(stmt, 1);
  size_t len = (size_t)sqlite3_column_bytes(stmt, 1) + 1;
  file_row *row = path ? malloc(sizeof *row + len) : NULL;
  file_row **node;
  if (!row) {
    return srv_error_nomem(err);
  }
  *row = (file_row){.project_id = sqlite3_column_int64(stmt, 0),
                    .size = sqlite3_column_int64(stmt, 3)};
  memcpy(row->path, path, len);
  copy_text(row->name, sizeof row->name,
            (const char *)sqlite3_column_text(stmt, 2));
  copy_text(row->mime_type, sizeof row->mime_type,
            (const char *)sqlite3_column_text(stmt, 4));
  copy_text(row->etag, sizeof row->etag,
            (const char *)sqlite3_column_text(stmt, 5));
  node = tsearch(row, &in->contents, compare);
  if (!node) {
    free(row);
    return srv_error_nomem(err);
  }
  return true;
}

static bool read_rows(store *in, srv_error *err)
{
  sqlite3_stmt *stmt = NULL;
  bool ok = sqlite3_prepare_v2(in->db,
                               "SELECT project_id, path, name, size,"
                               " mime_type, etag FROM content",
                               -1, &stmt, NULL) == SQLITE_OK;
  while (ok && sqlite3_step(stmt) == SQLITE_ROW) {
    ok = read_row(in, stmt, err);
  }
  ok = sqlite3_finalize(stmt) == SQLITE_OK && ok;
  return ok || srv_error_set(err, 500, "STORE", "store is damaged: %s",
                             sqlite3_errmsg(in->db));
}

bool content_open(store *in, const char *store_path, srv_error *err)
{
  const char *base = getenv("TMPDIR");
  char name[CONTENT_NAME];
  in->is_temporary = store_path == NULL;
  if (store_path) {
    in->folder = sqlite3_mprintf("%s-files", store_path);
  } else if (content_upload_new(name)) {
    in->folder = sqlite3_mprintf("%s/neptune-server-%s",
                                 base && *base ? base : "/tmp", name);
  }
  return in->folder ? read_rows(in, err) : srv_error_nomem(err);
}

/* Removes the folder with all that is in it. */
static void remove_folder(const store *of)
{
  DIR *folder = of->folder ? opendir(of->folder) : NULL;
  const struct dirent *file;
  while (folder && (file = readdir(folder)) != NULL) {
    if (file->d_name[0] != '.') {
      remove_file(of, file->d_name, 0);
    }
  }
  if (folder) {
    closedir(folder);
    rmdir(of->folder);
  }
}

void content_close(store *in)
{
  while (in->contents) {
    file_row *row = *(file_row **)in->contents;
    tdelete(row, &in->contents, compare);
    free(row);
  }
  if (in->is_temporary) {
    remove_folder(in);
  }
  sqlite3_free(in->folder);
  in->folder = NULL;
}
