/*
** neptune_download(): a file of a project, written below the download folder.
*/
#ifndef NEP_DOWNLOAD_H
#define NEP_DOWNLOAD_H

#include "api.h"

/*
** Fetches path of project ("ws/p") to local_path, which is relative to the
** setting download_dir and stays below it: no "..", no link on the way; folders
** on the way are made. The goal must not exist. What comes goes to a temporary
** file beside it, which takes the goal's name when it is whole, and vanishes
** otherwise. *size: in bytes.
*/
int nep_download(nep_api *api, const char *project, const char *path,
                 const char *local_path, sqlite3_int64 *size, nep_error *error);

#endif
