/*
 * The server: what the simulator calls to stand where VPP stands. Nothing here waits; the caller
 * polls, as VPP's main loop does.
 */
#include "standin.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The API segment lies within the addresses of the global region, as VPP's does. */
#define GLOBAL_BASE 0x130000000UL
#define GLOBAL_SIZE (64UL << 20)
#define SEGMENT_BASE (GLOBAL_BASE + (1UL << 20))
#define SEGMENT_SIZE (32UL << 20)
#define HEADER_OFFSET 4096
#define MAX_CLIENTS 64
#define RESTARTS 1

/* What standin_server_read found. */
enum
{
  NOTHING = 0,
  MESSAGE = 1,
  CONNECTED = 2,
  DISCONNECTED = 3,
};

enum
{
  WRITE_UNKNOWN_CLIENT = -1,
  WRITE_QUEUE_FULL = -2,
  WRITE_NO_MEMORY = -3,
};

typedef struct
{
  queue_t *queue; /* NULL: free */
  uint32_t keepalives; /* answered */
} client_slot_t;

typedef struct
{
  char files[2][128]; /* the global region, the API region */
  segment_t global;
  segment_t segment;
  queue_t *input;
  client_slot_t clients[MAX_CLIENTS];
} server_t;

/* As VPP: the slot, above eight bits that count restarts of the server in the same memory. */
static uint32_t
client_index_of (uint32_t slot)
{
  return slot << 8 | RESTARTS;
}

static client_slot_t *
client_slot (server_t *server, uint32_t client_index)
{
  uint32_t slot = client_index >> 8;
  if (slot >= MAX_CLIENTS || !server->clients[slot].queue)
    return NULL;
  return &server->clients[slot];
}

/* `table` has one message a line: its name with the CRC, a space, its id. */
static int
store_table (server_t *server, const char *table)
{
  shared_header_t *header = segment_header (&server->segment);
  uint32_t lines = 0;
  for (const char *c = table; *c; c++)
    lines += *c == '\n';
  table_entry_t *entries = heap_allocate (&server->segment, (lines + 1) * sizeof *entries);
  if (!entries)
    return -1;
  uint32_t count = 0;
  int used;
  while (count < lines
	 && sscanf (table, "%63s %hu%n", entries[count].name_crc, &entries[count].id, &used) == 2)
    {
      table += used;
      count++;
    }
  header->table = segment_address (&server->segment, entries);
  header->table_length = count;
  return 0;
}

static int
fill_segment (server_t *server, const char *table, int queue_length)
{
  segment_t *segment = &server->segment;
  region_t *region = segment_region (segment);
  shared_header_t *header = (shared_header_t *) (segment->base + HEADER_OFFSET);
  address_t header_address = segment_address (segment, header);
  heap_init (segment, HEADER_OFFSET + 4096);
  region->user_ctx = header_address;
  header->version = SHARED_HEADER_VERSION;
  header->server_pid = getpid ();
  server->input = queue_create (segment, queue_length);
  if (!server->input || pool_init (segment, &header->from_clients) < 0
      || pool_init (segment, &header->from_server) < 0 || store_table (server, table) < 0)
    return -1;
  header->input_queue = segment_address (segment, server->input);
  region->version = REGION_READY;
  return 0;
}

static void
unmap (server_t *server)
{
  segment_unmap (&server->segment);
  segment_unmap (&server->global);
}

/*
 * Creates /dev/shm/<prefix->global_vm and -vpe-api, over those of an earlier server. NULL on
 * failure, with errno. `prefix` may be NULL.
 */
EXPORT void *
standin_server_open (const char *prefix, const char *table, int queue_length)
{
  server_t *server = calloc (1, sizeof *server);
  if (!server)
    return NULL;
  segment_name (server->files[0], sizeof server->files[0], prefix, "global_vm");
  segment_name (server->files[1], sizeof server->files[1], prefix, "vpe-api");
  if (segment_create (&server->global, server->files[0], GLOBAL_BASE, GLOBAL_SIZE) < 0
      || segment_create (&server->segment, server->files[1], SEGMENT_BASE, SEGMENT_SIZE) < 0
      || fill_segment (server, table, queue_length) < 0)
    {
      unmap (server);
      free (server);
      return NULL;
    }
  segment_region (&server->global)->version = REGION_READY;
  return server;
}

static int
send_to_client (server_t *server, client_slot_t *client, const void *data, uint32_t length)
{
  segment_t *segment = &server->segment;
  uint8_t *message = message_allocate (segment, &segment_header (segment)->from_server, length);
  if (!message)
    return WRITE_NO_MEMORY;
  memcpy (message, data, length);
  if (queue_add (client->queue, segment_address (segment, message), false) == 0)
    return 0;
  message_free (segment, message);
  return WRITE_QUEUE_FULL;
}

static void
send_header (server_t *server, client_slot_t *client, uint16_t id, uint32_t client_index)
{
  memclnt_header_t message = {
    .id = htons (id),
    .client_index = client_index,
    .context = client_index,
  };
  send_to_client (server, client, &message, sizeof message);
}

/* Returns the new client's index, or -1 where there are too many. */
static int64_t
add_client (server_t *server, const memclnt_create_t *create)
{
  for (uint32_t slot = 0; slot < MAX_CLIENTS; slot++)
    {
      client_slot_t *client = &server->clients[slot];
      if (client->queue)
	continue;
      client->queue = segment_at (&server->segment, create->input_queue);
      client->keepalives = 0;
      memclnt_create_reply_t reply = {
	.id = htons (MEMCLNT_CREATE_REPLY),
	.index = client_index_of (slot),
      };
      send_to_client (server, client, &reply, sizeof reply);
      return client_index_of (slot);
    }
  return -1;
}

static void
remove_client (server_t *server, uint32_t client_index)
{
  client_slot_t *client = client_slot (server, client_index);
  send_header (server, client, MEMCLNT_DELETE_REPLY, client_index);
  client->queue = NULL;
}

static int
report (int32_t *info, int kind, uint32_t client_index, uint32_t length)
{
  info[0] = kind;
  info[1] = (int32_t) client_index;
  info[2] = (int32_t) length;
  return kind;
}

static int
take_create (server_t *server, const uint8_t *payload, uint8_t *buffer, int32_t *info)
{
  memclnt_create_t create;
  memcpy (&create, payload, sizeof create);
  int64_t client_index = add_client (server, &create);
  if (client_index < 0)
    return NOTHING;
  memcpy (buffer, create.name, NAME_SIZE);
  return report (info, CONNECTED, (uint32_t) client_index, (uint32_t) strnlen (create.name, NAME_SIZE));
}

/* Messages that client and server exchange among themselves; NOTHING where there is no more to it. */
static int
take_message (server_t *server, const uint8_t *payload, uint8_t *buffer, int32_t *info)
{
  if (message_id (payload) == MEMCLNT_CREATE)
    return take_create (server, payload, buffer, info);
  memclnt_header_t header;
  memcpy (&header, payload, sizeof header);
  client_slot_t *client = client_slot (server, header.client_index);
  if (!client)
    return NOTHING;
  switch (message_id (payload))
    {
    case MEMCLNT_DELETE:
      remove_client (server, header.client_index);
      return report (info, DISCONNECTED, header.client_index, 0);
    case MEMCLNT_KEEPALIVE_REPLY: /* its context is where a header has the client index */
      client->keepalives++;
      return NOTHING;
    default:
      memcpy (buffer, payload, message_length (payload));
      return report (info, MESSAGE, header.client_index, message_length (payload));
    }
}

/*
 * Takes what clients have sent. Returns NOTHING where the queue is empty, else what it is, with
 * `info` = {kind, client index, length} and the message, or a new client's name, in `buffer`. A
 * message that is longer than `capacity` (at least 64) is dropped.
 */
EXPORT int
standin_server_read (void *handle, uint8_t *buffer, int capacity, int32_t *info)
{
  server_t *server = handle;
  address_t address;
  int kind = NOTHING;
  while (kind == NOTHING && queue_take (server->input, &address, false) == 0)
    {
      void *payload = segment_at (&server->segment, address);
      if (message_length (payload) <= (uint32_t) capacity)
	kind = take_message (server, payload, buffer, info);
      message_free (&server->segment, payload);
    }
  return kind;
}

/* Returns 0, or one of the WRITE_ errors. */
EXPORT int
standin_server_write (void *handle, uint32_t client_index, const uint8_t *data, int length)
{
  server_t *server = handle;
  client_slot_t *client = client_slot (server, client_index);
  if (!client)
    return WRITE_UNKNOWN_CLIENT;
  return send_to_client (server, client, data, (uint32_t) length);
}

/* Asks a client whether it is alive. Returns how often it has answered, or -1 for no such client. */
EXPORT int
standin_server_keepalive (void *handle, uint32_t client_index)
{
  server_t *server = handle;
  client_slot_t *client = client_slot (server, client_index);
  if (!client)
    return -1;
  send_header (server, client, MEMCLNT_KEEPALIVE, client_index);
  return (int) client->keepalives;
}

/* An orderly end: the files go. */
EXPORT void
standin_server_close (void *handle)
{
  server_t *server = handle;
  shm_unlink (server->files[1]);
  shm_unlink (server->files[0]);
  unmap (server);
  free (server);
}

/* An abrupt end: the files stay, and nobody reads the queue any more. */
EXPORT void
standin_server_die (void *handle)
{
  unmap (handle);
  free (handle);
}
