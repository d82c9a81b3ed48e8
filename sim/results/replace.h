/* Puts a file in its place whole, or leaves the place as it was. */
#ifndef SIM_RESULTS_REPLACE_H
#define SIM_RESULTS_REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct piece {
	const void *bytes;
	size_t size;
};

/* Writes the pieces one after the other; false with errno set. Survives a kill and a power cut at
 * any moment: `path` holds the old file or the new one. */
bool replace_file(const char *path, const struct piece *pieces, int count);

/* The same with whatever `print` prints, however long it is. */
bool replace_printed(const char *path, void (*print)(const void *context, FILE *out),
		     const void *context);

#endif
