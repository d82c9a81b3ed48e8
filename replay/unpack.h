/* Unpacks gzip and zstd in a thread, at most a few blocks ahead of whoever reads. */
#ifndef REPLAY_UNPACK_H
#define REPLAY_UNPACK_H

#include <stddef.h>

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_ZSTD };

struct unpacker;

/* The packing of a file that begins so; four bytes tell. */
enum packing unpack_kind(const unsigned char *start, size_t length);

/* `start` was read from the file already; NULL with errno set if there is no thread to be had. */
struct unpacker *unpack_start(enum packing packing, int file, const void *start, size_t length);

/* At least one byte; 0 at the end, or after a mistake, of which *why then is a sentence's end. */
size_t unpack_read(struct unpacker *unpacker, char *to, size_t room, const char **why);
void unpack_stop(struct unpacker *unpacker);

#endif
