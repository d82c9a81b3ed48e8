/* An arena: memory that is taken piece by piece and given back all at once. */
#ifndef SIM_ARENA_H
#define SIM_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *newest;
};

/* Zeroed memory, aligned for anything the vector units touch. Running out of memory ends the
 * program with exit code 3 and a sentence: no caller could do better. */
void *arena_take(struct arena *arena, size_t bytes);
char *arena_copy(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Gives everything back but the newest and largest block, so that what comes next finds room. */
void arena_reset(struct arena *arena);

/* How many bytes have been taken. */
size_t arena_used(const struct arena *arena);

/* What an arena held at some instant. To be zeroed before it is first used. */
struct arena_image {
	struct arena_block *newest;
	size_t used, room;
	unsigned char *bytes;
};

/* Everything that has been taken is written down; and put back to where it was, so that pointers
 * into it still hold: what was taken in between is gone. The image may be put back again, or used
 * anew; of several, the last one saved is the first to be put back. */
void arena_save(const struct arena *arena, struct arena_image *image);
void arena_restore(struct arena *arena, const struct arena_image *image);
void arena_image_free(struct arena_image *image);

void arena_free(struct arena *arena);

#endif
