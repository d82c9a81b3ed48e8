/* Text that grows, to be written at once. */
#ifndef SIM_CALCULATOR_BUFFER_H
#define SIM_CALCULATOR_BUFFER_H

#include <stddef.h>

struct buffer {
	char *text;
	size_t length, room;
};

/* The end of the text, with room for at least `most` more bytes; `length` is the caller's to move.
 */
char *buffer_room(struct buffer *buffer, size_t most);
void buffer_add(struct buffer *buffer, const char *text, size_t length);
void buffer_free(struct buffer *buffer);

#endif
