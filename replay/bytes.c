/* Plain bytes come straight from the file; packed ones from the thread that unpacks them. */
#include "replay/bytes.h"

#include "replay/unpack.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static size_t read_file(struct bytes *bytes, char *to, size_t room)
{
	ssize_t got;
	do
		got = read(bytes->file, to, room);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		snprintf(bytes->why, sizeof bytes->why, "cannot be read: %s", strerror(errno));
	return got > 0 ? (size_t)got : 0;
}

void bytes_open(struct bytes *bytes, int file)
{
	static const char *const names[] = {"", "gzip", "zstd"};
	*bytes = (struct bytes){.file = file};
	size_t length = 0, got = 1;
	while (length < sizeof bytes->start && got)
		length += got =
			read_file(bytes, bytes->start + length, sizeof bytes->start - length);
	bytes->memory = (struct view){bytes->start, length};
	enum packing packing = unpack_kind((const unsigned char *)bytes->start, length);
	bytes->packing = names[packing];
	if (packing == PACKING_NONE)
		return;
	bytes->memory.length = 0;
	bytes->unpacker = unpack_start(packing, file, bytes->start, length);
	if (!bytes->unpacker)
		snprintf(bytes->why, sizeof bytes->why, "cannot be unpacked: %s", strerror(errno));
}

void bytes_open_memory(struct bytes *bytes, struct view memory)
{
	*bytes = (struct bytes){.file = -1, .memory = memory, .packing = ""};
}

void bytes_join(struct bytes *bytes, struct bytes *next)
{
	while (bytes->next)
		bytes = bytes->next;
	bytes->next = next;
}

static size_t read_own(struct bytes *bytes, char *to, size_t room)
{
	if (bytes->memory.length) {
		size_t taken = bytes->memory.length < room ? bytes->memory.length : room;
		memcpy(to, bytes->memory.at, taken);
		bytes->memory = view_from(bytes->memory, taken);
		return taken;
	}
	if (!bytes->unpacker)
		return bytes->file < 0 ? 0 : read_file(bytes, to, room);
	const char *why;
	size_t got = unpack_read(bytes->unpacker, to, room, &why);
	snprintf(bytes->why, sizeof bytes->why, "%s", why);
	return got;
}

size_t bytes_read(struct bytes *bytes, char *to, size_t room)
{
	size_t got = 0;
	for (struct bytes *from = bytes; from && !got && !*bytes->why; from = from->next) {
		if (!*from->why)
			got = read_own(from, to, room);
		if (from != bytes)
			memcpy(bytes->why, from->why, sizeof bytes->why);
	}
	return got;
}

void bytes_close(struct bytes *bytes)
{
	if (bytes->unpacker)
		unpack_stop(bytes->unpacker);
	if (bytes->file > STDERR_FILENO)
		close(bytes->file);
	if (bytes->next)
		bytes_close(bytes->next);
}
