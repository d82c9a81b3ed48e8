/* Reads an object of JSON into the columns that are wanted of it: keys, or keys joined by points
 * that lead into objects in objects. */
#ifndef REPLAY_OBJECT_H
#define REPLAY_OBJECT_H

#include "replay/columns.h"
#include "replay/scan.h"
#include "replay/scratch.h"

#include <stdint.h>

enum { OBJECT_KEYS = 64, OBJECT_KEY = 32 };

/* Objects of one log have their keys in one order, mostly: what the key at a place was, and the
 * column it is wanted for. */
struct guess {
	char key[OBJECT_KEY];
	size_t length;
	int column; /* -1: not wanted */
};

struct object {
	const struct columns *columns;
	struct guess guess[OBJECT_KEYS];
	uint64_t seen; /* columns that have a value already; no key may come twice */
	struct scratch scratch;
};

void object_begin(struct object *object, const struct columns *columns);
void object_end(struct object *object);

/* Before each record, of at most so many bytes: no column has a value. */
void object_clear(struct object *object, size_t bytes, struct view *values);

/* Reads an object whose keys are the names of columns behind `prefix`. */
bool object_read(struct object *object, struct scan *scan, struct view prefix, struct view *values);

/* The column that is called PREFIX and the key, -1: none; *inside: there are columns that are
 * called so up to a point, and go on. */
int object_column(const struct columns *columns, struct view prefix, struct view key, bool *inside);

/* Gives a column its value; false if it has one. */
bool object_keep(struct object *object, int column, enum scan_kind kind, struct view value,
		 struct view *values);

#endif
