/* Room doubles. */
#include "sim/calculator/buffer.h"

#include "sim/error.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 4096 };

char *buffer_room(struct buffer *buffer, size_t most)
{
	if (buffer->room - buffer->length < most) {
		size_t room = buffer->room ? buffer->room : FIRST_ROOM;
		while (room - buffer->length < most)
			room *= 2;
		buffer->text = realloc(buffer->text, room);
		if (!buffer->text)
			error_out_of_memory(room);
		buffer->room = room;
	}
	return buffer->text + buffer->length;
}

void buffer_add(struct buffer *buffer, const char *text, size_t length)
{
	if (!length)
		return;
	memcpy(buffer_room(buffer, length), text, length);
	buffer->length += length;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->text);
	*buffer = (struct buffer){NULL, 0, 0};
}
