/* gate.h: many readers or one writer; a writer that waits goes before readers
 * that come after it, so that a stream of readers cannot keep it out. */
#ifndef SRV_GATE_H
#define SRV_GATE_H

#include <pthread.h>
#include <stdbool.h>

typedef struct srv_gate {
  pthread_mutex_t turn; /* held while one waits to go in */
  pthread_rwlock_t lock;
} srv_gate;

bool srv_gate_init(srv_gate *gate);
void srv_gate_dispose(srv_gate *gate);

/* A reader must not go in twice. */
void srv_gate_read(srv_gate *gate);
void srv_gate_write(srv_gate *gate);
void srv_gate_leave(srv_gate *gate);

#endif
