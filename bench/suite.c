/* `coalmine check scenarios`, as CI runs it: the whole program, its results and its findings. The
 * right answer is that all expectations hold. */
#include "bench/suite.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct found {
	int holds, others;
	double trials; /* of the cells that are expected something of */
};

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* One line of the report in JSON: an expectation a line. */
static void take_line(struct found *found, const char *line)
{
	const char *trials = strstr(line, "\"trials\": ");
	if (!strstr(line, "\"finding\": "))
		return;
	bool holds = strstr(line, "\"finding\": \"holds\"");
	found->holds += holds;
	found->others += !holds;
	if (trials)
		found->trials += strtod(trials + strlen("\"trials\": "), NULL);
}

static bool check(const char *command, struct found *found)
{
	char *line = NULL;
	size_t room = 0;
	FILE *report = popen(command, "r");
	if (!report)
		return false;
	while (getline(&line, &room, report) > 0)
		take_line(found, line);
	free(line);
	return pclose(report) == 0;
}

void bench_suite(void)
{
	const char *program = getenv("COALMINE");
	char command[512];
	struct found found = {0, 0, 0};
	long threads = sysconf(_SC_NPROCESSORS_ONLN);
	if (!program) {
		puts("\nThe shipped suite is not checked: COALMINE names no program");
		return;
	}
	snprintf(command, sizeof command, "'%s' check scenarios --json -q -j %ld", program,
		 threads);
	double began = seconds();
	bool good = check(command, &found);
	double took = seconds() - began;
	printf("\nThe shipped suite, checked on %ld threads\n", threads);
	printf("  %d expectations hold, %d don't%s: %.0f s (at most 180), %.0f judged trials per "
	       "second\n",
	       found.holds, found.others, good ? "" : " (the check failed)", took,
	       found.trials / took);
}
