/* Batches are the same whenever they are run, so a check goes on as if it had never been stopped:
 * each look sees as many trials as it would have seen, whether they are new or not. */
#include "sim/cli/earlier.h"

#include "sim/cli/cli.h"
#include "sim/results/file.h"

#include <string.h>

/* NULL, or what is not the same. */
static const char *find_difference(const struct results *a, const struct results *b)
{
	if (strcmp(a->program_version, b->program_version) != 0)
		return "it was made by another version";
	if (strcmp(a->scenario, b->scenario) != 0 || a->trials != b->trials)
		return "it is of another scenario, or of other settings";
	return strcmp(a->command, b->command) != 0 ? "it was made by another command" : NULL;
}

int earlier_open(struct earlier *earlier, const char *path, struct results *results,
		 char why[EARLIER_WHY])
{
	*earlier = (struct earlier){.trials_run = NULL};
	if (!results_read(&earlier->results, path, why, EARLIER_WHY))
		return EXIT_CANNOT_RUN;
	const char *difference = find_difference(&earlier->results, results);
	if (difference) {
		snprintf(why, EARLIER_WHY, "cannot go on from %.400s: %s", path, difference);
		return EXIT_USAGE;
	}
	results_copy_columns(results, &earlier->results);
	earlier->trials_run = earlier->results.trials_run;
	return EXIT_GOOD;
}

void earlier_free(struct earlier *earlier)
{
	results_free(&earlier->results);
}

int earlier_take(const struct earlier *earlier, struct results *results, const int *cell, int cells,
		 int next, int *left)
{
	int count = 0;
	for (int i = 0; i < cells; i++)
		if (earlier->trials_run && earlier->trials_run[cell[i]] >= next)
			results->trials_run[cell[i]] = next;
		else
			left[count++] = cell[i];
	return count;
}
