/* The columns of a log that are wanted, each once, by the names that the log gives them. */
#ifndef REPLAY_COLUMNS_H
#define REPLAY_COLUMNS_H

#include "replay/mapping.h"

/* A bit each, and room for what a reader needs beside what is mapped. */
enum { MOST_COLUMNS = 64 };

struct columns {
	const char *name[MOST_COLUMNS];
	int count;
};

/* The place of a column, a new one if it has none; there must be room. */
int columns_add(struct columns *columns, const char *name);

#endif
