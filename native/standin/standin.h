/*
 * A stand-in for libvppapiclient, for tests on machines without VPP: the client's functions
 * (client.c) and a server for them (server.c), over real POSIX shared memory.
 *
 * Only what a client can see is like VPP's: names and exported functions, timing, the fields of the
 * region, of the shared header and of the queues that stand before their first payload, the 16 bytes
 * before a message, the fixed message ids. The rest is as simple as it can be.
 */
#ifndef GOVPPMUX_STANDIN_H
#define GOVPPMUX_STANDIN_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__ ((visibility ("default")))

/* Ids of the messages that client and server exchange without the program seeing them. */
enum
{
  MEMCLNT_CREATE = 1,
  MEMCLNT_CREATE_REPLY = 2,
  MEMCLNT_DELETE = 3,
  MEMCLNT_DELETE_REPLY = 4,
  MEMCLNT_KEEPALIVE = 21,
  MEMCLNT_KEEPALIVE_REPLY = 22,
};

/*
 * Ids as the library of VPP 26.06 has them, which counts from 0 what VPP counts from 1: it does not
 * recognise a keepalive.
 */
enum
{
  LIBRARY_READ_TIMEOUT = 6,
  LIBRARY_KEEPALIVE = 20,
};

/* An address in shared memory: virtual_base plus the offset in the file. 0 is NULL. */
typedef uint64_t address_t;

/* The start of a shared-memory file. */
typedef struct
{
  volatile uint64_t version; /* REGION_READY once everything else is set */
  pthread_mutex_t mutex;
  pthread_cond_t condvar;
  int owner_pid;
  int owner_tag;
  uint64_t flags;
  uint64_t virtual_base; /* where every client maps the file */
  uint64_t virtual_size;
  address_t region_heap;
  address_t data_base;
  address_t data_heap;
  volatile address_t user_ctx; /* the shared header */
} region_t;

#define REGION_READY ((1 << 16) | 1)

/* A bounded queue of addresses. */
typedef struct
{
  pthread_mutex_t mutex; /* robust: a dead owner does not block the others */
  pthread_cond_t condvar;
  int head;
  int tail;
  volatile int cursize;
  int maxsize;
  int elsize;
  int consumer_pid;
  int producer_evtfd;
  int consumer_evtfd;
  uint64_t data[];
} queue_t;

#define POOL_SLOTS 1024
#define POOL_SLOT_SIZE 1088 /* bytes, with the message's header */

/* Slots that are handed out in turn; one that is still in use sends its caller to the heap. */
typedef struct
{
  pthread_mutex_t mutex;
  uint32_t next;
  address_t slots;
} pool_t;

#define NAME_SIZE 64

typedef struct
{
  uint16_t id;
  char name_crc[NAME_SIZE];
} table_entry_t;

typedef struct
{
  int version;
  volatile int server_pid;
  address_t input_queue; /* clients write here */
  address_t server_rings;
  address_t client_rings;
  uint32_t application_restarts;
  /* From here on the stand-in's own. */
  uint32_t table_length;
  address_t table;
  pool_t from_clients;
  pool_t from_server;
} shared_header_t;

#define SHARED_HEADER_VERSION 2

/* What precedes every message. */
typedef struct
{
  uint64_t pool; /* not 0: a slot in use; 0: a block of the heap */
  uint32_t data_len; /* big-endian, without this header */
  uint32_t gc_timestamp;
  uint8_t data[];
} message_t;

typedef struct __attribute__ ((packed))
{
  uint16_t id;
  uint32_t context;
  int32_t ctx_quota;
  address_t input_queue;
  char name[NAME_SIZE];
} memclnt_create_t;

typedef struct __attribute__ ((packed))
{
  uint16_t id;
  uint32_t context;
  int32_t response;
  uint64_t handle;
  uint32_t index;
  uint64_t message_table;
} memclnt_create_reply_t;

typedef struct __attribute__ ((packed))
{
  uint16_t id;
  uint32_t client_index;
  uint32_t context;
} memclnt_header_t;

/* A mapped file. */
typedef struct
{
  uint8_t *base;
  size_t size;
} segment_t;

region_t *segment_region (const segment_t *segment);
shared_header_t *segment_header (const segment_t *segment);
void *segment_at (const segment_t *segment, address_t address);
address_t segment_address (const segment_t *segment, const void *pointer);
/* "/prefix-name", or "/name" where prefix is NULL. */
void segment_name (char *out, size_t size, const char *prefix, const char *name);
/* Both return 0, or -1 with errno. */
int segment_create (segment_t *segment, const char *name, uint64_t virtual_base, size_t size);
int segment_open_fixed (segment_t *segment, const char *name);
void segment_unmap (segment_t *segment);

/* Blocks of any size behind the header. NULL: no room. */
void heap_init (const segment_t *segment, size_t offset);
void *heap_allocate (const segment_t *segment, size_t size);
void heap_free (const segment_t *segment, void *block);

int pool_init (const segment_t *segment, pool_t *pool);
/* The payload of a new message, or NULL. */
uint8_t *message_allocate (const segment_t *segment, pool_t *pool, uint32_t length);
void message_free (const segment_t *segment, void *payload);
uint32_t message_length (const void *payload);
uint16_t message_id (const void *payload);

void robust_mutex_init (pthread_mutex_t *mutex);
void robust_mutex_lock (pthread_mutex_t *mutex);

queue_t *queue_create (const segment_t *segment, int length);
/* Returns 0, or -1 where the queue is full and `wait` is false. */
int queue_add (queue_t *queue, address_t element, bool wait);
/* Returns 0, or -1 where the queue is empty and `wait` is false. */
int queue_take (queue_t *queue, address_t *element, bool wait);

#endif
