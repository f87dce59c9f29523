#include "download.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

typedef struct target {
  const char *local_path; /* borrowed, for messages */
  const char *name;       /* its last part */
  int folder;             /* owned: that it goes to; -1: none */
  int file;               /* owned: the temporary one; -1: none */
  char temporary[40];     /* its name */
  sqlite3_int64 size;     /* written so far */
  int problem;            /* errno of what failed, 0: nothing */
} target;

static int path_error(const target *goal, const char *problem, nep_error *error)
{
  return nep_error_set(error, SQLITE_ERROR, "cannot download to '%!.200s': %s",
                       goal->local_path, problem);
}

/* With the system's words for errno. */
static int system_error(const target *goal, int problem, nep_error *error)
{
  char words[100] = "";
  if (strerror_r(problem, words, sizeof(words)) != 0)
    return path_error(goal, "the system refuses it", error);
  return path_error(goal, words, error);
}

/* ---- the way to the folder ---- */

static bool is_fit(const char *part, size_t size)
{
  return size > 0 && !(size == 1 && part[0] == '.') &&
         !(size == 2 && memcmp(part, "..", 2) == 0);
}

/* Looked at before anything is made. */
static int check_path(const target *goal, nep_error *error)
{
  const char *at = goal->local_path;
  for (;;) {
    size_t size = strcspn(at, "/");
    if (!is_fit(at, size))
      return path_error(goal,
                        "give a path below the folder that is set by "
                        "neptune_config('download_dir', …), without . and ..",
                        error);
    if (!at[size])
      return SQLITE_OK;
    at += size + 1;
  }
}

/* Steps into the folder called part, which is made where it is missing. A link
** is no folder: it could lead anywhere. */
static int enter(target *goal, const char *part, nep_error *error)
{
  if (mkdirat(goal->folder, part, 0777) != 0 && errno != EEXIST)
    return system_error(goal, errno, error);
  int inner = openat(goal->folder, part, FOLDER_FLAGS);
  if (inner < 0)
    return system_error(goal, errno, error);
  close(goal->folder);
  goal->folder = inner;
  return SQLITE_OK;
}

static int open_folder(target *goal, const char *root, nep_error *error)
{
  goal->folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (goal->folder < 0)
    return nep_error_set(error, SQLITE_ERROR,
                         "cannot open the download_dir '%!.200s'; it must be "
                         "a folder that exists",
                         root);
  int rc = SQLITE_OK;
  const char *slash;
  goal->name = goal->local_path;
  while (rc == SQLITE_OK && (slash = strchr(goal->name, '/'))) {
    char *part =
        nep_text_copy((nep_text){goal->name, (size_t)(slash - goal->name)});
    rc = part ? enter(goal, part, error) : nep_error_no_memory(error);
    sqlite3_free(part);
    goal->name = slash + 1;
  }
  return rc;
}

/* ---- the file ---- */

static int check_goal(const target *goal, nep_error *error)
{
  struct stat found;
  if (fstatat(goal->folder, goal->name, &found, AT_SYMLINK_NOFOLLOW) == 0)
    return path_error(goal, "it exists already", error);
  return errno == ENOENT ? SQLITE_OK : system_error(goal, errno, error);
}

static int make_temporary(target *goal, nep_error *error)
{
  sqlite3_uint64 random;
  sqlite3_randomness(sizeof(random), &random);
  sqlite3_snprintf(sizeof(goal->temporary), goal->temporary,
                   ".neptune-%016llx.part", random);
  goal->file =
      openat(goal->folder, goal->temporary,
             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  return goal->file < 0 ? system_error(goal, errno, error) : SQLITE_OK;
}

static bool restart(void *context)
{
  target *goal = context;
  goal->size = 0;
  if (ftruncate(goal->file, 0) == 0 && lseek(goal->file, 0, SEEK_SET) == 0)
    return true;
  goal->problem = errno;
  return false;
}

static bool take(void *context, const char *data, size_t size)
{
  target *goal = context;
  while (size > 0) {
    ssize_t n = write(goal->file, data, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      goal->problem = errno;
      return false;
    }
    data += n;
    size -= (size_t)n;
    goal->size += n;
  }
  return true;
}

/* A new name beside the old one fails where the goal exists, in one step; some
** file systems have no such names, there a rename must do. */
static int give_name(target *goal, nep_error *error)
{
  int closed = close(goal->file);
  goal->file = -1;
  if (closed != 0)
    return system_error(goal, errno, error);
  if (linkat(goal->folder, goal->temporary, goal->folder, goal->name, 0) == 0)
    return SQLITE_OK;
  if (errno == EEXIST)
    return path_error(goal, "it exists already", error);
  int rc = check_goal(goal, error);
  if (rc == SQLITE_OK &&
      renameat(goal->folder, goal->temporary, goal->folder, goal->name) != 0)
    rc = system_error(goal, errno, error);
  return rc;
}

static int fetch(nep_api *api, const char *project, const char *path,
                 target *goal, nep_error *error)
{
  const nep_sink sink = {goal, restart, take};
  int rc = make_temporary(goal, error);
  if (rc != SQLITE_OK)
    return rc;
  rc = nep_api_fetch_file(api, project, path, &sink, error);
  if (rc != SQLITE_OK && goal->problem) {
    nep_error_clear(error);
    rc = system_error(goal, goal->problem, error);
  }
  if (rc == SQLITE_OK)
    rc = give_name(goal, error);
  if (goal->file >= 0)
    close(goal->file);
  unlinkat(goal->folder, goal->temporary, 0);
  return rc;
}

int nep_download(nep_api *api, const char *project, const char *path,
                 const char *local_path, sqlite3_int64 *size, nep_error *error)
{
  target goal = {.local_path = local_path, .folder = -1, .file = -1};
  const char *root = nep_settings_text(api->settings, NEP_KEY_DOWNLOAD_DIR);
  if (!root || !*root)
    return nep_error_set(error, SQLITE_ERROR,
                         "no download folder is set: call "
                         "neptune_config('download_dir', folder)");
  int rc = check_path(&goal, error);
  if (rc == SQLITE_OK)
    rc = open_folder(&goal, root, error);
  if (rc == SQLITE_OK)
    rc = check_goal(&goal, error);
  if (rc == SQLITE_OK)
    rc = fetch(api, project, path, &goal, error);
  if (goal.folder >= 0)
    close(goal.folder);
  *size = goal.size;
  return rc;
}
