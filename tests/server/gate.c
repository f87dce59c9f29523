/* gate.c: see gate.h. */
#include "gate.h"

bool srv_gate_init(srv_gate *gate)
{
  if (pthread_mutex_init(&gate->turn, NULL) != 0) {
    return false;
  }
  if (pthread_rwlock_init(&gate->lock, NULL) != 0) {
    pthread_mutex_destroy(&gate->turn);
    return false;
  }
  return true;
}

void srv_gate_dispose(srv_gate *gate)
{
  pthread_rwlock_destroy(&gate->lock);
  pthread_mutex_destroy(&gate->turn);
}

void srv_gate_read(srv_gate *gate)
{
  pthread_mutex_lock(&gate->turn);
  pthread_rwlock_rdlock(&gate->lock);
  pthread_mutex_unlock(&gate->turn);
}

void srv_gate_write(srv_gate *gate)
{
  pthread_mutex_lock(&gate->turn);
  pthread_rwlock_wrlock(&gate->lock);
  pthread_mutex_unlock(&gate->turn);
}

void srv_gate_leave(srv_gate *gate)
{
  pthread_rwlock_unlock(&gate->lock);
}
