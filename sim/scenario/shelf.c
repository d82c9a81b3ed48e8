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

struct shelf_alias {
	const struct recording *recording;
	int count;
	double skew;
	const struct alias *alias;
	struct shelf_alias *next;
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

/* Moves a block, which a link holds, to the front. */
static struct shelf_block *raise_block(struct shelf *shelf, struct shelf_block **link)
{
	struct shelf_block *block = *link;
	*link = block->next;
	block->next = shelf->blocks;
	shelf->blocks = block;
	return block;
}

/* The block of these bytes, added if there is none. What all points of a sweep have in common stays
 * in front of what each has for itself. */
static struct shelf_block *find(struct shelf *shelf, const struct plugin *plugin, const void *bytes,
				size_t size)
{
	uint64_t hash = hash_of(bytes, size);
	for (struct shelf_block **link = &shelf->blocks; *link; link = &(*link)->next)
		if ((*link)->hash == hash && (*link)->plugin == plugin && (*link)->size == size &&
		    !memcmp((*link)->bytes, bytes, size))
			return raise_block(shelf, link);
	struct shelf_block *block;
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

const struct alias **shelf_alias(struct shelf *shelf, const struct recording *recording, int count,
				 double skew)
{
	struct shelf_alias *known = shelf->aliases;
	for (; known; known = known->next)
		if (known->recording == recording && known->count == count && known->skew == skew)
			return &known->alias;
	known = arena_take(shelf->arena, sizeof *known);
	*known = (struct shelf_alias){recording, count, skew, NULL, shelf->aliases};
	shelf->aliases = known;
	return &known->alias;
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
