/* Shared-memory files: their names, their mapping, addresses in them. */
#include "standin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

region_t *
segment_region (const segment_t *segment)
{
  return (region_t *) segment->base;
}

shared_header_t *
segment_header (const segment_t *segment)
{
  return segment_at (segment, segment_region (segment)->user_ctx);
}

void *
segment_at (const segment_t *segment, address_t address)
{
  return address ? segment->base + (address - segment_region (segment)->virtual_base) : NULL;
}

address_t
segment_address (const segment_t *segment, const void *pointer)
{
  return segment_region (segment)->virtual_base + ((const uint8_t *) pointer - segment->base);
}

void
segment_name (char *out, size_t size, const char *prefix, const char *name)
{
  if (prefix && prefix[0] == '/')
    prefix++;
  snprintf (out, size, "/%s%s%s", prefix ? prefix : "", prefix ? "-" : "", name);
}

int
segment_create (segment_t *segment, const char *name, uint64_t virtual_base, size_t size)
{
  shm_unlink (name);
  int fd = shm_open (name, O_RDWR | O_CREAT | O_EXCL, 0660);
  if (fd < 0)
    return -1;
  void *base = MAP_FAILED;
  if (ftruncate (fd, (off_t) size) == 0)
    base = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  if (base == MAP_FAILED)
    return -1;
  *segment = (segment_t){ .base = base, .size = size };
  region_t *region = base;
  region->virtual_base = virtual_base;
  region->virtual_size = size;
  return 0;
}

/* Maps the file where its region says, over whatever lies there, as the real client does. */
int
segment_open_fixed (segment_t *segment, const char *name)
{
  int fd = shm_open (name, O_RDWR, 0);
  if (fd < 0)
    return -1;
  region_t region;
  ssize_t got = pread (fd, &region, sizeof region, 0);
  if (got != (ssize_t) sizeof region || region.version != REGION_READY)
    {
      close (fd);
      errno = EAGAIN;
      return -1;
    }
  void *base = mmap ((void *) region.virtual_base, region.virtual_size, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_FIXED, fd, 0);
  close (fd);
  if (base == MAP_FAILED)
    return -1;
  *segment = (segment_t){ .base = base, .size = region.virtual_size };
  return 0;
}

void
segment_unmap (segment_t *segment)
{
  if (segment->base)
    munmap (segment->base, segment->size);
  *segment = (segment_t){ 0 };
}
