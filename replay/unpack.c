/* One thread unpacks into a ring of blocks; the reader takes them out in order. */
#include "replay/unpack.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum {
	BLOCK = 256 << 10,
	BLOCKS = 4,
	PIECE = 64 << 10, /* of packed bytes */
	WINDOW_LOG = 25,  /* 32 MiB: what zstd may ask us to remember */
	GZIP_WINDOW = 31, /* zlib: 15 bits, with a gzip header */
};

struct block {
	char bytes[BLOCK];
	size_t length, taken;
};

struct unpacker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct block ring[BLOCKS];
	unsigned filled, emptied; /* blocks, ever */
	bool ended, stop;
	char why[120];
	/* of the thread alone */
	enum packing packing;
	int file;
	unsigned char piece[PIECE];
	size_t piece_length;
};

enum packing unpack_kind(const unsigned char *start, size_t length)
{
	static const unsigned char gzip[] = {0x1f, 0x8b}, zstd[] = {0x28, 0xb5, 0x2f, 0xfd};
	if (length >= sizeof gzip && !memcmp(start, gzip, sizeof gzip))
		return PACKING_GZIP;
	if (length >= sizeof zstd && !memcmp(start, zstd, sizeof zstd))
		return PACKING_ZSTD;
	return PACKING_NONE;
}

/* ---- the thread's side */

/* An empty block to fill, or NULL if nobody wants any more. */
static struct block *next_empty(struct unpacker *unpacker)
{
	pthread_mutex_lock(&unpacker->lock);
	while (unpacker->filled - unpacker->emptied == BLOCKS && !unpacker->stop)
		pthread_cond_wait(&unpacker->changed, &unpacker->lock);
	bool stop = unpacker->stop;
	pthread_mutex_unlock(&unpacker->lock);
	struct block *block = &unpacker->ring[unpacker->filled % BLOCKS];
	block->length = block->taken = 0;
	return stop ? NULL : block;
}

static void hand_over(struct unpacker *unpacker)
{
	pthread_mutex_lock(&unpacker->lock);
	unpacker->filled++;
	pthread_cond_broadcast(&unpacker->changed);
	pthread_mutex_unlock(&unpacker->lock);
}

static bool fail(struct unpacker *unpacker, const char *what, const char *detail)
{
	snprintf(unpacker->why, sizeof unpacker->why, "%s%s", what, detail);
	return false;
}

/* More packed bytes; false at the end and after an error. */
static bool refill(struct unpacker *unpacker)
{
	ssize_t got;
	do
		got = read(unpacker->file, unpacker->piece, PIECE);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return fail(unpacker, "cannot be read: ", strerror(errno));
	unpacker->piece_length = (size_t)got;
	return got > 0;
}

/* The loop that both packings share: `step` unpacks from `in` into a block, and says whether it
 * stands between two members, where a file may end. */
struct stepper {
	bool (*step)(void *state, struct unpacker *unpacker, size_t *used, struct block *block);
	bool between;
};

static void unpack_all(struct unpacker *unpacker, struct stepper *stepper)
{
	size_t used = 0;
	struct block *block = next_empty(unpacker);
	while (block) {
		if (used == unpacker->piece_length) {
			used = 0;
			if (!refill(unpacker))
				break;
		}
		if (!stepper->step(stepper, unpacker, &used, block))
			break;
		if (block->length == BLOCK) {
			hand_over(unpacker);
			block = next_empty(unpacker);
		}
	}
	if (block && block->length)
		hand_over(unpacker);
	if (block && !*unpacker->why && !stepper->between)
		fail(unpacker, "ends in the middle of its packed data: it was cut off", "");
}

struct gzip {
	struct stepper stepper; /* first */
	z_stream stream;
	bool padding; /* zeros that tapes leave behind the last member */
};

static bool gzip_step(void *state, struct unpacker *unpacker, size_t *used, struct block *block)
{
	struct gzip *gzip = state;
	if (gzip->stepper.between && !unpacker->piece[*used]) {
		gzip->padding = true;
		++*used;
		return true;
	}
	if (gzip->padding)
		return fail(unpacker, "has something else behind its gzip data", "");
	if (gzip->stepper.between)
		inflateReset(&gzip->stream);
	gzip->stream.next_in = unpacker->piece + *used;
	gzip->stream.avail_in = (uInt)(unpacker->piece_length - *used);
	gzip->stream.next_out = (unsigned char *)block->bytes + block->length;
	gzip->stream.avail_out = (uInt)(BLOCK - block->length);
	int result = inflate(&gzip->stream, Z_NO_FLUSH);
	*used = unpacker->piece_length - gzip->stream.avail_in;
	block->length = BLOCK - gzip->stream.avail_out;
	gzip->stepper.between = result == Z_STREAM_END;
	if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR)
		return true;
	return fail(unpacker, "is damaged gzip: ", gzip->stream.msg ? gzip->stream.msg : "");
}

static void unpack_gzip(struct unpacker *unpacker)
{
	struct gzip gzip = {.stepper = {gzip_step, false}};
	if (inflateInit2(&gzip.stream, GZIP_WINDOW) != Z_OK) {
		fail(unpacker, "cannot be unpacked: ", "zlib does not start");
		return;
	}
	unpack_all(unpacker, &gzip.stepper);
	inflateEnd(&gzip.stream);
}

struct zstd {
	struct stepper stepper; /* first */
	ZSTD_DStream *stream;
};

static bool zstd_step(void *state, struct unpacker *unpacker, size_t *used, struct block *block)
{
	struct zstd *zstd = state;
	ZSTD_inBuffer in = {unpacker->piece, unpacker->piece_length, *used};
	ZSTD_outBuffer out = {block->bytes, BLOCK, block->length};
	size_t result = ZSTD_decompressStream(zstd->stream, &out, &in);
	*used = in.pos;
	block->length = out.pos;
	zstd->stepper.between = result == 0;
	if (!ZSTD_isError(result))
		return true;
	return fail(unpacker, "is damaged zstd: ", ZSTD_getErrorName(result));
}

static void unpack_zstd(struct unpacker *unpacker)
{
	struct zstd zstd = {.stepper = {zstd_step, false}, .stream = ZSTD_createDStream()};
	if (!zstd.stream ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(zstd.stream, ZSTD_d_windowLogMax, WINDOW_LOG)))
		fail(unpacker, "cannot be unpacked: ", "zstd does not start");
	else
		unpack_all(unpacker, &zstd.stepper);
	ZSTD_freeDStream(zstd.stream);
}

static void *run(void *state)
{
	struct unpacker *unpacker = state;
	if (unpacker->packing == PACKING_GZIP)
		unpack_gzip(unpacker);
	else
		unpack_zstd(unpacker);
	pthread_mutex_lock(&unpacker->lock);
	unpacker->ended = true;
	pthread_cond_broadcast(&unpacker->changed);
	pthread_mutex_unlock(&unpacker->lock);
	return NULL;
}

/* ---- the reader's side */

struct unpacker *unpack_start(enum packing packing, int file, const void *start, size_t length)
{
	struct unpacker *unpacker = calloc(1, sizeof *unpacker);
	if (!unpacker)
		return NULL;
	unpacker->packing = packing;
	unpacker->file = file;
	memcpy(unpacker->piece, start, length);
	unpacker->piece_length = length;
	pthread_mutex_init(&unpacker->lock, NULL);
	pthread_cond_init(&unpacker->changed, NULL);
	int error = pthread_create(&unpacker->thread, NULL, run, unpacker);
	if (!error)
		return unpacker;
	free(unpacker);
	errno = error;
	return NULL;
}

size_t unpack_read(struct unpacker *unpacker, char *to, size_t room, const char **why)
{
	pthread_mutex_lock(&unpacker->lock);
	while (unpacker->filled == unpacker->emptied && !unpacker->ended)
		pthread_cond_wait(&unpacker->changed, &unpacker->lock);
	bool empty = unpacker->filled == unpacker->emptied;
	pthread_mutex_unlock(&unpacker->lock);
	*why = empty ? unpacker->why : "";
	if (empty)
		return 0;
	struct block *block = &unpacker->ring[unpacker->emptied % BLOCKS];
	size_t left = block->length - block->taken, taken = left < room ? left : room;
	memcpy(to, block->bytes + block->taken, taken);
	block->taken += taken;
	if (taken == left) {
		pthread_mutex_lock(&unpacker->lock);
		unpacker->emptied++;
		pthread_cond_broadcast(&unpacker->changed);
		pthread_mutex_unlock(&unpacker->lock);
	}
	return taken;
}

void unpack_stop(struct unpacker *unpacker)
{
	pthread_mutex_lock(&unpacker->lock);
	unpacker->stop = true;
	pthread_cond_broadcast(&unpacker->changed);
	pthread_mutex_unlock(&unpacker->lock);
	pthread_join(unpacker->thread, NULL);
	pthread_mutex_destroy(&unpacker->lock);
	pthread_cond_destroy(&unpacker->changed);
	free(unpacker);
}
