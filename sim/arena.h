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
void arena_free(struct arena *arena);

#endif
