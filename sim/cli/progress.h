/* Progress on a terminal: how much is done, how fast, how long it will take. */
#ifndef SIM_CLI_PROGRESS_H
#define SIM_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct progress {
	const char *title, *unit;
	bool shown; /* stderr is a terminal and nobody asked for quiet */
	struct timespec began;
};

void progress_begin(struct progress *progress, const char *title, const char *unit, bool quiet);
void progress_show(void *progress, int64_t done, int64_t total); /* as struct study wants it */
void progress_end(struct progress *progress);

#endif
