/*
 * The client: the exported functions of libvppapiclient, with the traps that a program has to know.
 * One connection a process. A call that the real library answers with a crash ends in abort().
 */
#include "standin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum
{
  VAC_NOT_CONNECTED = -3,
  VAC_TIMEOUT = -5,
};

typedef void (*vac_callback_t) (unsigned char *data, int length);
typedef void (*vac_error_callback_t) (void *, unsigned char *, int);

static struct
{
  bool has_heap;
  bool connected;
  /* Kept as given, and kept from one connection to the next: the caller owns the memory. */
  const char *prefix;
  segment_t segment; /* base NULL: not mapped, and writing then crashes */
  queue_t *input;	/* the server writes here */
  uint32_t client_index;
} client;

/* The thread that ends a vac_read by posting a message to the client's own queue. */
static struct
{
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t start;
  pthread_cond_t cancel;
  bool stop;
  bool armed;
  bool cancelled;
  unsigned short seconds;
} timer;

static void
crash (const char *why)
{
  fprintf (stderr, "stand-in for libvppapiclient: %s: here the real library crashes\n", why);
  abort ();
}

static void
sleep_10_ms (void)
{
  nanosleep (&(struct timespec){ .tv_nsec = 10 * 1000 * 1000 }, NULL);
}

static void *
to_message (address_t address)
{
  return segment_at (&client.segment, address);
}

static void
send_to (queue_t *queue, const void *payload)
{
  queue_add (queue, segment_address (&client.segment, payload), true);
}

static queue_t *
server_queue (void)
{
  return segment_at (&client.segment, segment_header (&client.segment)->input_queue);
}

static void *
new_message (uint32_t length)
{
  return message_allocate (&client.segment, &segment_header (&client.segment)->from_clients,
			   length);
}

/* --- the read timeout --- */

static void
post_read_timeout (void)
{
  uint8_t *message = new_message (sizeof (uint16_t));
  uint16_t id = htons (LIBRARY_READ_TIMEOUT);
  memcpy (message, &id, sizeof id);
  send_to (client.input, message);
}

/* As in the real library the deadline's nanoseconds are 0: it may come up to a second early. */
static void
wait_for_deadline (void)
{
  struct timeval now;
  gettimeofday (&now, NULL);
  struct timespec deadline = { .tv_sec = now.tv_sec + timer.seconds };
  if (timer.cancelled)
    return;
  int rv = pthread_cond_timedwait (&timer.cancel, &timer.mutex, &deadline);
  if (rv == ETIMEDOUT && !timer.stop)
    post_read_timeout ();
}

static void *
timer_thread (void *unused)
{
  (void) unused;
  pthread_mutex_lock (&timer.mutex);
  while (!timer.stop)
    {
      while (!timer.armed)
	pthread_cond_wait (&timer.start, &timer.mutex);
      wait_for_deadline ();
      /* The real library lets go of its lock here, once a round. */
      pthread_mutex_unlock (&timer.mutex);
      pthread_mutex_lock (&timer.mutex);
    }
  pthread_mutex_unlock (&timer.mutex);
  return NULL;
}

static void
arm_timer (unsigned short seconds)
{
  pthread_mutex_lock (&timer.mutex);
  timer.seconds = seconds;
  timer.armed = true;
  timer.cancelled = false;
  pthread_cond_signal (&timer.start);
  pthread_mutex_unlock (&timer.mutex);
}

static void
disarm_timer (void)
{
  pthread_mutex_lock (&timer.mutex);
  timer.armed = false;
  timer.cancelled = true;
  pthread_cond_signal (&timer.cancel);
  pthread_mutex_unlock (&timer.mutex);
}

static int
start_timer (void)
{
  memset (&timer, 0, sizeof timer);
  pthread_mutex_init (&timer.mutex, NULL);
  pthread_cond_init (&timer.start, NULL);
  pthread_cond_init (&timer.cancel, NULL);
  return pthread_create (&timer.thread, NULL, timer_thread, NULL);
}

static void
stop_timer (void)
{
  pthread_mutex_lock (&timer.mutex);
  timer.stop = true;
  timer.armed = true;
  timer.cancelled = true;
  pthread_cond_signal (&timer.start);
  pthread_cond_signal (&timer.cancel);
  pthread_mutex_unlock (&timer.mutex);
  pthread_join (timer.thread, NULL);
}

/* --- connecting --- */

static bool
wait_for_file (const char *name)
{
  for (int i = 0; i < 10000; i++) /* 100 seconds */
    {
      sleep_10_ms ();
      int fd = shm_open (name, O_RDWR, 0);
      if (fd < 0)
	continue;
      close (fd);
      return true;
    }
  return false;
}

static bool
map_segment (const char *name)
{
  for (int i = 0; i < 10000; i++) /* 100 seconds */
    {
      if (segment_open_fixed (&client.segment, name) == 0)
	return true;
      if (errno != EAGAIN)
	return false;
      sleep_10_ms ();
    }
  return false;
}

/* Milliseconds that vac_connect waits for the server's reply: 10 s, as in the real library. */
static int
reply_wait_ms (void)
{
  const char *text = getenv ("GOVPPMUX_STANDIN_REPLY_MS");
  return text ? atoi (text) : 10000;
}

static void
take_create_reply (const uint8_t *payload)
{
  memclnt_create_reply_t reply;
  memcpy (&reply, payload, sizeof reply);
  client.client_index = reply.index;
}

static bool
wait_for_create_reply (void)
{
  for (int waited = 0; waited < reply_wait_ms (); waited += 10)
    {
      address_t address;
      if (queue_take (client.input, &address, false) < 0)
	{
	  sleep_10_ms ();
	  continue;
	}
      void *payload = to_message (address);
      bool is_reply = message_id (payload) == MEMCLNT_CREATE_REPLY;
      if (is_reply)
	take_create_reply (payload);
      message_free (&client.segment, payload);
      if (is_reply)
	return true;
    }
  fprintf (stderr, "stand-in for libvppapiclient: memclnt_create_reply timeout\n");
  return false;
}

static bool
introduce (const char *name, int queue_length)
{
  client.input = queue_create (&client.segment, queue_length);
  if (!client.input)
    return false;
  memclnt_create_t create = {
    .id = htons (MEMCLNT_CREATE),
    .input_queue = segment_address (&client.segment, client.input),
  };
  snprintf (create.name, sizeof create.name, "%s", name);
  void *message = new_message (sizeof create);
  memcpy (message, &create, sizeof create);
  send_to (server_queue (), message);
  return wait_for_create_reply ();
}

EXPORT void
vac_mem_init (size_t size)
{
  (void) size;
  client.has_heap = true;
}

EXPORT int
vac_connect (char *name, char *prefix, vac_callback_t callback, int queue_length)
{
  if (!client.has_heap)
    crash ("vac_connect without a heap (vac_mem_init)");
  if (callback)
    return -1; /* not provided here */
  if (prefix)
    client.prefix = prefix;
  if (client.connected)
    {
      segment_unmap (&client.segment); /* the real library takes the first connection down */
      return -1;
    }
  char file[128];
  segment_name (file, sizeof file, client.prefix, "vpe-api");
  if (!wait_for_file (file) || !map_segment (file))
    return -2;
  if (!introduce (name, queue_length) || start_timer () != 0)
    {
      segment_unmap (&client.segment);
      return -1;
    }
  client.connected = true;
  return 0;
}

/* True: the server has confirmed. It gets one to two seconds, whole seconds of the clock. */
static bool
wait_for_delete_reply (void)
{
  time_t begin = time (NULL);
  while (time (NULL) < begin + 2)
    {
      address_t address;
      if (queue_take (client.input, &address, false) < 0)
	continue;
      void *payload = to_message (address);
      uint16_t id = message_id (payload);
      message_free (&client.segment, payload);
      if (id == MEMCLNT_DELETE_REPLY)
	return true;
      fprintf (stderr, "stand-in for libvppapiclient: queue drain: %d\n", id);
    }
  fprintf (stderr, "stand-in for libvppapiclient: peer unresponsive, give up\n");
  return false;
}

EXPORT int
vac_disconnect (void)
{
  if (!client.connected)
    return 0;
  if (!client.segment.base)
    crash ("vac_disconnect of a connection that a second vac_connect took down");
  stop_timer ();
  memclnt_header_t farewell = {
    .id = htons (MEMCLNT_DELETE),
    .client_index = client.client_index,
  };
  void *message = new_message (sizeof farewell);
  memcpy (message, &farewell, sizeof farewell);
  send_to (server_queue (), message);
  if (wait_for_delete_reply ())
    heap_free (&client.segment, client.input);
  segment_unmap (&client.segment);
  client.connected = false;
  return 0;
}

/* --- reading and writing --- */

static void
answer_keepalive (const uint8_t *keepalive)
{
  memclnt_header_t reply;
  memcpy (&reply, keepalive, sizeof reply);
  reply.id = htons (MEMCLNT_KEEPALIVE_REPLY);
  void *message = new_message (sizeof reply);
  memcpy (message, &reply, sizeof reply);
  send_to (server_queue (), message);
}

EXPORT int
vac_read (char **data, int *length, unsigned short timeout)
{
  if (!client.connected)
    return VAC_NOT_CONNECTED;
  *length = 0;
  if (timeout)
    arm_timer (timeout);
  for (;;)
    {
      address_t address;
      queue_take (client.input, &address, true);
      void *payload = to_message (address);
      uint16_t id = message_id (payload);
      if (id == LIBRARY_KEEPALIVE)
	answer_keepalive (payload);
      if (id == LIBRARY_KEEPALIVE || id == LIBRARY_READ_TIMEOUT)
	message_free (&client.segment, payload);
      if (id == LIBRARY_KEEPALIVE)
	continue;
      if (timeout)
	disarm_timer ();
      if (id == LIBRARY_READ_TIMEOUT)
	return VAC_TIMEOUT;
      *length = (int) message_length (payload);
      *data = payload;
      return 0;
    }
}

EXPORT int
vac_write (char *data, int length)
{
  if (!client.segment.base)
    crash ("vac_write while disconnected");
  uint8_t *message = new_message ((uint32_t) length);
  if (!message)
    return -1;
  memcpy (message, data, (size_t) length);
  memcpy (message + offsetof (memclnt_header_t, client_index), &client.client_index,
	  sizeof client.client_index);
  send_to (server_queue (), message);
  return 0;
}

/* --- what the real library brings along in libsvm and libvlibapi --- */

EXPORT int
svm_queue_add (queue_t *queue, const uint8_t *element, int nowait)
{
  address_t address;
  memcpy (&address, element, sizeof address);
  return queue_add (queue, address, !nowait) < 0 ? -2 : 0;
}

EXPORT void
vl_set_memory_root_path (const char *prefix)
{
  client.prefix = prefix;
}

EXPORT void *
vl_msg_api_alloc (int length)
{
  return new_message ((uint32_t) length);
}

EXPORT void
vac_free (void *payload)
{
  message_free (&client.segment, payload);
}

EXPORT int
vac_msg_table_size (void)
{
  return client.connected ? (int) segment_header (&client.segment)->table_length : 0;
}

EXPORT int
vac_get_msg_index (char *name_crc)
{
  if (!client.connected)
    return -1;
  shared_header_t *header = segment_header (&client.segment);
  table_entry_t *table = segment_at (&client.segment, header->table);
  for (uint32_t i = 0; i < header->table_length; i++)
    if (strncmp (table[i].name_crc, name_crc, NAME_SIZE) == 0)
      return table[i].id;
  return -1;
}

/* There is never an rx thread here, so that these do nothing in the real library as well. */
EXPORT void
vac_rx_suspend (void)
{
}

EXPORT void
vac_rx_resume (void)
{
}

EXPORT void
vac_set_error_handler (vac_error_callback_t callback)
{
  (void) callback;
}
