/* The record of a search, in a group of its own: beside the results of its front, or alone where it
 * was stopped. */
#ifndef SIM_RESULTS_TRIED_H
#define SIM_RESULTS_TRIED_H

#include "sim/tried.h"

#include <stddef.h>

struct hdf;

/* Group /tune, beside the results of the front. */
void tried_write(struct hdf *hdf, const struct tried *tried);

/* A file that holds nothing else, and as results_write whole or not at all. */
bool tried_save(const struct tried *tried, const char *path, char *error, size_t error_size);

/* What was tried, from either, without the answer; into the arena. As results_read it believes
 * nothing. */
bool tried_load(struct tried *tried, struct arena *arena, const char *path, char *error,
		size_t error_size);

#endif
