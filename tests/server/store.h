/* store.h: projects that lie in a SQLite file, schema.sql. All of it is
 * loaded into memory when the server starts; requests are answered from
 * there. LIMIT: what another program writes meanwhile is seen after the next
 * start. */
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

/* of may be NULL: no projects. */
size_t store_project_count(const store *of);
const model_project *store_project(const store *of, size_t i);

#endif
