/* Lists searched by hash: a file names a few laws, though a sweep may set thousands. */
#include "sim/scenario/shelf.h"

#include "sim/alike.h"
#include "sim/results/recording.h"

#include <stdint.h>
#include <string.h>

struct shelf_block {
	const struct plugin *plugin; /* NULL: plain bytes */
	uint64_t hash;
	size_t size;
	const void *bytes;
	const void *prepared;
	struct shelf_block *next;
};

struct shelf_trace {
	const char *paths; /* a line each */
	const struct recording *recording;
	struct shelf_trace *next;
};

struct shelf_alike {
	const struct recording *recording;
	const struct alike *alike;
	struct shelf_alike *next;
};

struct shelf_file {
	const char *path, *unit;
	const struct node *node;
	struct shelf_file *next;
};

/* FNV-1a, 64 bits (Fowler, Noll, Vo 1991). */
static uint64_t hash_of(const unsigned char *bytes, size_t size)
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < size; i++)
		h = (h ^ bytes[i]) * UINT64_C(1099511628211);
	return h;
}

/* The block of these bytes, added if there is none. */
static struct shelf_block *find(struct shelf *shelf, const struct plugin *plugin, const void *bytes,
				size_t size)
{
	uint64_t hash = hash_of(bytes, size);
	struct shelf_block *block = shelf->blocks;
	for (; block; block = block->next)
		if (block->hash == hash && block->plugin == plugin && block->size == size &&
		    !memcmp(block->bytes, bytes, size))
			return block;
	void *copy = arena_take(shelf->arena, size);
	memcpy(copy, bytes, size);
	block = arena_take(shelf->arena, sizeof *block);
	*block = (struct shelf_block){plugin, hash, size, copy, NULL, shelf->blocks};
	shelf->blocks = block;
	return block;
}

const void *shelf_keep(struct shelf *shelf, const void *bytes, size_t size)
{
	return find(shelf, NULL, bytes, size)->bytes;
}

/* Tables that `prepare` fills stand at the end of a config and are still zero: they are neither
 * hashed nor kept twice. */
static size_t length_of(const unsigned char *bytes, size_t size)
{
	while (size && !bytes[size - 1])
		size--;
	return size;
}

const void *shelf_prepare(struct shelf *shelf, const struct plugin *plugin, const void *config,
			  const char **key, char *why, size_t size)
{
	size_t length = length_of(config, plugin->config_size);
	struct shelf_block *block = find(shelf, plugin, config, length);
	*key = NULL;
	if (block->prepared)
		return block->prepared;
	void *copy = arena_take(shelf->arena, plugin->config_size);
	memcpy(copy, config, length);
	*key = plugin->prepare ? plugin->prepare(copy, why, size) : NULL;
	if (*key)
		return NULL;
	return block->prepared = copy;
}

const struct node **shelf_file(struct shelf *shelf, const char *path, const char *unit)
{
	struct shelf_file *file = shelf->files;
	unit = unit ? unit : "";
	for (; file; file = file->next)
		if (!strcmp(file->path, path) && !strcmp(file->unit, unit))
			return &file->node;
	file = arena_take(shelf->arena, sizeof *file);
	*file = (struct shelf_file){arena_copy(shelf->arena, path, strlen(path)),
				    arena_copy(shelf->arena, unit, strlen(unit)), NULL,
				    shelf->files};
	shelf->files = file;
	return &file->node;
}

const struct recording *shelf_traces(struct shelf *shelf, const char *const *paths, int count,
				     char *why, size_t size)
{
	const char *all = "";
	for (int p = 0; p < count; p++)
		all = arena_printf(shelf->arena, "%s%s\n", all, paths[p]);
	for (const struct shelf_trace *trace = shelf->traces; trace; trace = trace->next)
		if (!strcmp(trace->paths, all))
			return trace->recording;
	const struct recording *recording = recording_load(shelf->arena, paths, count, why, size);
	if (!recording)
		return NULL;
	struct shelf_trace *trace = arena_take(shelf->arena, sizeof *trace);
	*trace = (struct shelf_trace){all, recording, shelf->traces};
	shelf->traces = trace;
	return recording;
}

const struct alike *shelf_alike(struct shelf *shelf, const struct recording *recording,
				int in_common)
{
	for (const struct shelf_alike *known = shelf->alikes; known; known = known->next)
		if (known->recording == recording && known->alike->in_common == in_common)
			return known->alike;
	struct shelf_alike *known = arena_take(shelf->arena, sizeof *known);
	*known = (struct shelf_alike){recording, alike_make(shelf->arena, recording, in_common),
				      shelf->alikes};
	shelf->alikes = known;
	return known->alike;
}
