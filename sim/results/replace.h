/* Puts a file in its place whole, or leaves the place as it was. */
#ifndef SIM_RESULTS_REPLACE_H
#define SIM_RESULTS_REPLACE_H

#include "sim/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct piece {
	const void *bytes;
	size_t size;
};

/* Writes the pieces one after the other; false with errno set. Survives a kill and a power cut at
 * any moment: `path` holds the old file or the new one. A device or a pipe is written to. */
bool replace_file(const char *path, const struct piece *pieces, int count);

/* The same with whatever `print` prints, however long it is; false from it with errno 0: what it
 * printed is not whole, and must not be kept. */
bool replace_printed(const char *path, bool (*print)(void *context, FILE *out), void *context);

/* The same for what is written bit by bit. */
struct replacement {
	const char *path, *part; /* NULL where it is no file that is replaced */
	int file;		 /* to write to, and, if it is a file, to read */
	struct arena arena;
};

/* False with errno set. */
bool replacement_open(struct replacement *replacement, const char *path);

/* Writes on at the end of the file; false with errno set. */
bool replacement_add(const struct replacement *replacement, struct piece piece);

/* Puts the file in its place if it was written well, else takes it away. False if it is not in its
 * place, with the errno of what went wrong first. */
bool replacement_close(struct replacement *replacement, bool written);

#endif
