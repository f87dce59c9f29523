/* store.h: projects that lie in a SQLite file, schema.sql. All of it is
 * loaded into memory when the server starts; requests are answered from
 * there. What changes is on disk first and in memory then. LIMIT: what another
 * program writes meanwhile is seen after the next start. */
#ifndef SRV_STORE_H
#define SRV_STORE_H

#include "base.h"
#include "model.h"

typedef struct store store;

/* Opens the file at path (NULL: a store in memory only), makes an empty one
 * with a project local/project if there is none or the file is empty, and
 * loads it. NULL and a one-line *err if the file belongs to another program,
 * is damaged, or without memory. */
store *store_open(const char *path, srv_error *err);
void store_close(store *closed);

/* Between the two nothing changes that the projects of the store show. A
 * thread must not call store_enter twice, nor what changes the store. */
void store_enter(store *of);
void store_leave(store *of);

/* As store_enter, but alone: for changing what stands beside the store. */
void store_enter_alone(store *of);

/* True for a project of the store, false for a synthetic one. */
bool store_has_project(const store *of, const model_project *project);

/* of may be NULL: no projects. */
size_t store_project_count(const store *of);
const model_project *store_project(const store *of, size_t i);

#endif
