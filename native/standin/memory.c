/* Messages in shared memory: slots of fixed size, and a heap for what does not fit. */
#include "standin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#define ALIGNMENT 16

/* Blocks lie one behind the other up to the segment's end; a free one swallows free followers. */
typedef struct
{
  uint32_t size; /* with this header */
  uint32_t used;
  uint64_t pad;
} block_t;

void
robust_mutex_init (pthread_mutex_t *mutex)
{
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init (&attributes);
  pthread_mutexattr_setpshared (&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust (&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init (mutex, &attributes);
  pthread_mutexattr_destroy (&attributes);
}

void
robust_mutex_lock (pthread_mutex_t *mutex)
{
  if (pthread_mutex_lock (mutex) == EOWNERDEAD)
    pthread_mutex_consistent (mutex);
}

void
heap_init (const segment_t *segment, size_t offset)
{
  block_t *block = (block_t *) (segment->base + offset);
  *block = (block_t){ .size = (uint32_t) (segment->size - offset) };
  segment_region (segment)->data_base = segment_address (segment, block);
  robust_mutex_init (&segment_region (segment)->mutex);
}

static block_t *
next_block (const segment_t *segment, block_t *block)
{
  uint8_t *next = (uint8_t *) block + block->size;
  return next < segment->base + segment->size ? (block_t *) next : NULL;
}

static void
merge_followers (const segment_t *segment, block_t *block)
{
  for (block_t *next; (next = next_block (segment, block)) && !next->used;)
    block->size += next->size;
}

static void
take_block (block_t *block, uint32_t size)
{
  uint32_t rest = block->size - size;
  if (rest > sizeof (block_t))
    {
      block->size = size;
      *(block_t *) ((uint8_t *) block + size) = (block_t){ .size = rest };
    }
  block->used = 1;
}

void *
heap_allocate (const segment_t *segment, size_t wanted)
{
  region_t *region = segment_region (segment);
  uint32_t size = (uint32_t) ((wanted + sizeof (block_t) + ALIGNMENT - 1) & ~(ALIGNMENT - 1UL));
  robust_mutex_lock (&region->mutex);
  block_t *block = segment_at (segment, region->data_base);
  for (; block; block = next_block (segment, block))
    {
      if (block->used)
	continue;
      merge_followers (segment, block);
      if (block->size >= size)
	break;
    }
  if (block)
    take_block (block, size);
  pthread_mutex_unlock (&region->mutex);
  return block ? block + 1 : NULL;
}

void
heap_free (const segment_t *segment, void *data)
{
  region_t *region = segment_region (segment);
  robust_mutex_lock (&region->mutex);
  ((block_t *) data - 1)->used = 0;
  pthread_mutex_unlock (&region->mutex);
}

int
pool_init (const segment_t *segment, pool_t *pool)
{
  size_t size = (size_t) POOL_SLOTS * POOL_SLOT_SIZE;
  void *slots = heap_allocate (segment, size);
  if (!slots)
    return -1;
  memset (slots, 0, size);
  robust_mutex_init (&pool->mutex);
  pool->next = 0;
  pool->slots = segment_address (segment, slots);
  return 0;
}

static message_t *
take_slot (const segment_t *segment, pool_t *pool)
{
  robust_mutex_lock (&pool->mutex);
  uint8_t *slots = segment_at (segment, pool->slots);
  message_t *slot = (message_t *) (slots + (size_t) pool->next * POOL_SLOT_SIZE);
  bool is_free = slot->pool == 0;
  if (is_free)
    {
      slot->pool = pool->slots;
      pool->next = (pool->next + 1) % POOL_SLOTS;
    }
  pthread_mutex_unlock (&pool->mutex);
  return is_free ? slot : NULL;
}

uint8_t *
message_allocate (const segment_t *segment, pool_t *pool, uint32_t length)
{
  size_t size = sizeof (message_t) + length;
  message_t *message = size <= POOL_SLOT_SIZE ? take_slot (segment, pool) : NULL;
  if (!message)
    {
      message = heap_allocate (segment, size);
      if (!message)
	return NULL;
      message->pool = 0;
    }
  message->data_len = htonl (length);
  message->gc_timestamp = 0;
  return message->data;
}

static message_t *
message_of (const void *payload)
{
  return (message_t *) ((uint8_t *) payload - offsetof (message_t, data));
}

void
message_free (const segment_t *segment, void *payload)
{
  message_t *message = message_of (payload);
  if (message->pool)
    __atomic_store_n (&message->pool, 0, __ATOMIC_RELEASE);
  else
    heap_free (segment, message);
}

uint32_t
message_length (const void *payload)
{
  return ntohl (message_of (payload)->data_len);
}

uint16_t
message_id (const void *payload)
{
  uint16_t id;
  memcpy (&id, payload, sizeof id);
  return ntohs (id);
}
