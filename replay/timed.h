/* Tables whose rows each have a time: series, and lists of incidents. */
#ifndef REPLAY_TIMED_H
#define REPLAY_TIMED_H

#include "replay/columns.h"
#include "replay/lines.h"
#include "replay/when.h"

enum { TIMED_WHY = 512 };

struct timed_file {
	struct bytes bytes;
	struct lines lines;
};

struct timed_table {
	const char *path;
	struct when when;
	char time[64];
	struct columns columns; /* the time is the first */
};

/* Called for each row: its time, and the texts of the columns behind that. False: one of them is
 * wrong. */
typedef bool timed_row(void *context, int64_t at_ns, const struct view *values);

/* realloc, which ends the program with a sentence where there is no memory. */
void *timed_grow(void *memory, size_t bytes);

/* False, with a sentence in `why`; to be closed anyway. */
bool timed_open(struct timed_file *source, const char *path, char *why);
void timed_close(struct timed_file *source);

/* The column that says when: `time`, with its unit behind a colon, or the first of the names that
 * is there. False, with a sentence in `why` that names the option by which it is said. */
bool timed_find(struct lines *lines, const char *path, const char *time, const char *const *names,
		const char *option, char name[64], struct when *when, char *why);

/* Reads all rows. False, with a sentence in `why`. */
bool timed_read(struct timed_table *table, struct timed_file *source, timed_row *take,
		void *context, char *why);

#endif
