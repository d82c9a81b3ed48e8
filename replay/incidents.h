/* Incidents that somebody labelled: when each began. */
#ifndef REPLAY_INCIDENTS_H
#define REPLAY_INCIDENTS_H

#include <stdbool.h>
#include <stdint.h>

enum { MOST_INCIDENTS = 1000000, INCIDENTS_WHY = 512 };

struct incidents {
	int64_t *at_ns; /* ascending */
	int count;
};

/* Reads a table with a column, or JSON with a key at any depth, that says when incidents began.
 * NULL: inject_timestamp, timestamp, time or start, whichever there is. */
bool incidents_read(struct incidents *incidents, const char *path, const char *key,
		    char why[INCIDENTS_WHY]);
void incidents_free(struct incidents *incidents);

#endif
