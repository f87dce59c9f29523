/*
** sqlite-neptune: a Neptune project as SQL tables.
**
** The library exports one symbol, the entry point that SQLite calls when the
** extension is loaded (`.load ./neptune`). A program that links it statically
** registers it once, before it opens connections:
**
**   sqlite3_auto_extension((void (*)(void))sqlite3_neptune_init);
*/
#ifndef NEPTUNE_H
#define NEPTUNE_H

#include <sqlite3.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sqlite3_api_routines;

/*
** Registers the tables and functions on db. Touches no network and needs no
** token. On failure returns an SQLite code and sets *error_message, which the
** caller frees with sqlite3_free(). api is used only by a loadable build.
*/
int sqlite3_neptune_init(sqlite3 *db, char **error_message,
                         const struct sqlite3_api_routines *api);

#ifdef __cplusplus
}
#endif

#endif
