/* Bounded queues between processes, with a robust mutex and a condition variable. */
#include "standin.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

queue_t *
queue_create (const segment_t *segment, int length)
{
  size_t size = sizeof (queue_t) + (size_t) length * sizeof (uint64_t);
  queue_t *queue = heap_allocate (segment, size);
  if (!queue)
    return NULL;
  memset (queue, 0, size);
  pthread_condattr_t attributes;
  pthread_condattr_init (&attributes);
  pthread_condattr_setpshared (&attributes, PTHREAD_PROCESS_SHARED);
  pthread_cond_init (&queue->condvar, &attributes);
  pthread_condattr_destroy (&attributes);
  robust_mutex_init (&queue->mutex);
  queue->maxsize = length;
  queue->elsize = sizeof (uint64_t);
  queue->consumer_pid = getpid ();
  queue->producer_evtfd = -1;
  queue->consumer_evtfd = -1;
  return queue;
}

static void
wait_for_change (queue_t *queue)
{
  if (pthread_cond_wait (&queue->condvar, &queue->mutex) == EOWNERDEAD)
    pthread_mutex_consistent (&queue->mutex);
}

int
queue_add (queue_t *queue, address_t element, bool wait)
{
  robust_mutex_lock (&queue->mutex);
  while (queue->cursize == queue->maxsize)
    {
      if (!wait)
	{
	  pthread_mutex_unlock (&queue->mutex);
	  return -1;
	}
      wait_for_change (queue);
    }
  queue->data[queue->tail] = element;
  queue->tail = (queue->tail + 1) % queue->maxsize;
  if (queue->cursize++ == 0)
    pthread_cond_broadcast (&queue->condvar);
  pthread_mutex_unlock (&queue->mutex);
  return 0;
}

int
queue_take (queue_t *queue, address_t *element, bool wait)
{
  robust_mutex_lock (&queue->mutex);
  while (queue->cursize == 0)
    {
      if (!wait)
	{
	  pthread_mutex_unlock (&queue->mutex);
	  return -1;
	}
      wait_for_change (queue);
    }
  *element = queue->data[queue->head];
  queue->head = (queue->head + 1) % queue->maxsize;
  if (queue->cursize-- == queue->maxsize)
    pthread_cond_broadcast (&queue->condvar);
  pthread_mutex_unlock (&queue->mutex);
  return 0;
}
