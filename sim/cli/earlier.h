/* What a check that was stopped left in its output: trials that need not be run again. */
#ifndef SIM_CLI_EARLIER_H
#define SIM_CLI_EARLIER_H

#include "sim/result.h"

enum { EARLIER_WHY = 512 };

struct earlier {
	struct results results;
	int64_t *trials_run; /* of each cell; NULL: there is nothing */
};

/* Takes all that is there into `results`, which holds no trials yet. Returns an exit code, with a
 * sentence in `why` if the file is of something else. */
int earlier_open(struct earlier *earlier, const char *path, struct results *results,
		 char why[EARLIER_WHY]);
void earlier_free(struct earlier *earlier);

/* Of the cells that want their trials up to `next`, those that lack some go into `left`; of the
 * others they count from now on. Returns how many are left. */
int earlier_take(const struct earlier *earlier, struct results *results, const int *cell, int cells,
		 int next, int *left);

#endif
