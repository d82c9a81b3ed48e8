/* The bytes of a file, a pipe or a piece of memory; gzip and zstd are unpacked, known by how they
 * begin and not by a name. Unpacking goes on in a thread of its own, a little ahead. */
#ifndef REPLAY_BYTES_H
#define REPLAY_BYTES_H

#include "replay/view.h"

#include <stdint.h>

struct unpacker;

struct bytes {
	int file;	    /* -1: memory */
	struct view memory; /* what has not been read yet */
	struct unpacker *unpacker;
	char start[4];	     /* of a file, while it is looked at */
	const char *packing; /* "gzip", "zstd" or "" */
	struct bytes *next;  /* whose bytes follow; NULL: nobody's */
	char why[160];	     /* the end of a sentence that begins with the name; "": all is well */
};

/* Takes over a file descriptor. What is wrong with the beginning shows when it is read. */
void bytes_open(struct bytes *bytes, int file);
void bytes_open_memory(struct bytes *bytes, struct view memory);

/* Puts the bytes of `next` behind all there are; it is closed with them. */
void bytes_join(struct bytes *bytes, struct bytes *next);

/* Reads at least one byte and at most `room`; 0 at the end, or after a mistake that `why` tells. */
size_t bytes_read(struct bytes *bytes, char *to, size_t room);
void bytes_close(struct bytes *bytes);

#endif
