/* The columns of a log that are wanted, each once, by the names that the log gives them. */
#ifndef REPLAY_COLUMNS_H
#define REPLAY_COLUMNS_H

#include "replay/mapping.h"

struct columns {
	const char *name[MOST_MAPPED];
	int count;
};

/* The place of a column, a new one if it has none. */
int columns_add(struct columns *columns, const char *name);

#endif
