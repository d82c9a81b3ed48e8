/* An arena is a list of blocks, each twice as large as the one before. */
#include "sim/arena.h"

#include "sim/error.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ALIGNMENT = 64,		 /* a cache line, and the widest vector register */
	FIRST_BLOCK = 16 * 1024, /* most scenarios fit */
	LARGEST_STEP = 1 << 24,	 /* growth stops doubling here */
};

struct arena_block {
	struct arena_block *older;
	size_t size, used;
	unsigned char *bytes;
};

static size_t round_up(size_t bytes)
{
	return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void add_block(struct arena *arena, size_t at_least)
{
	size_t size = arena->newest ? 2 * arena->newest->size : FIRST_BLOCK;
	if (size > LARGEST_STEP)
		size = LARGEST_STEP;
	if (size < at_least)
		size = at_least;
	struct arena_block *block = malloc(sizeof *block);
	unsigned char *bytes = aligned_alloc(ALIGNMENT, round_up(size));
	if (!block || !bytes)
		error_out_of_memory(size);
	memset(bytes, 0, size);
	block->older = arena->newest;
	block->size = size;
	block->used = 0;
	block->bytes = bytes;
	arena->newest = block;
}

void *arena_take(struct arena *arena, size_t bytes)
{
	if (bytes > SIZE_MAX / 2)
		error_out_of_memory(bytes);
	size_t size = round_up(bytes ? bytes : 1);
	if (!arena->newest || arena->newest->size - arena->newest->used < size)
		add_block(arena, size);
	struct arena_block *block = arena->newest;
	void *memory = block->bytes + block->used;
	block->used += size;
	return memory;
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_take(arena, length + 1);
	memcpy(copy, text, length);
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list measure, write;
	va_start(measure, format);
	va_copy(write, measure);
	int length = vsnprintf(NULL, 0, format, measure);
	va_end(measure);
	char *text = arena_take(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, write);
	va_end(write);
	return text;
}

/* Of a list, those that are newer than `last`; NULL: all. */
static void free_blocks(struct arena_block *block, const struct arena_block *last)
{
	while (block != last) {
		struct arena_block *older = block->older;
		free(block->bytes);
		free(block);
		block = older;
	}
}

void arena_reset(struct arena *arena)
{
	struct arena_block *block = arena->newest;
	if (!block)
		return;
	free_blocks(block->older, NULL);
	block->older = NULL;
	memset(block->bytes, 0, block->used);
	block->used = 0;
}

void arena_free(struct arena *arena)
{
	free_blocks(arena->newest, NULL);
	arena->newest = NULL;
}

size_t arena_used(const struct arena *arena)
{
	size_t bytes = 0;
	for (const struct arena_block *b = arena->newest; b; b = b->older)
		bytes += b->used;
	return bytes;
}

static void make_room(struct arena_image *image, size_t bytes)
{
	if (bytes <= image->room)
		return;
	free(image->bytes);
	image->bytes = malloc(bytes);
	if (!image->bytes)
		error_out_of_memory(bytes);
	image->room = bytes;
}

void arena_save(const struct arena *arena, struct arena_image *image)
{
	make_room(image, arena_used(arena));
	unsigned char *to = image->bytes;
	for (const struct arena_block *b = arena->newest; b; to += b->used, b = b->older)
		memcpy(to, b->bytes, b->used);
	image->newest = arena->newest;
	image->used = arena->newest ? arena->newest->used : 0;
}

/* Only the newest block can have grown. */
void arena_restore(struct arena *arena, const struct arena_image *image)
{
	free_blocks(arena->newest, image->newest);
	arena->newest = image->newest;
	if (!arena->newest)
		return;
	memset(arena->newest->bytes + image->used, 0, arena->newest->used - image->used);
	arena->newest->used = image->used;
	const unsigned char *from = image->bytes;
	for (struct arena_block *b = arena->newest; b; from += b->used, b = b->older)
		memcpy(b->bytes, from, b->used);
}

void arena_image_free(struct arena_image *image)
{
	free(image->bytes);
	*image = (struct arena_image){.bytes = NULL};
}
