/* A canary's way through the gates as a Markov chain: its state is how many intervals have failed
 * so far. */
#include "sim/stats/gates.h"

#include "sim/stats/proportion.h"

#include <math.h>
#include <string.h>

/* The fewest of n errors whose share is above the threshold, compared as a check compares it. */
static double fewest_above(double threshold, double n)
{
	double errors = floor(threshold * n);
	while (errors > 0 && (errors - 1) / n > threshold)
		errors--;
	while (errors / n <= threshold)
		errors++;
	return errors;
}

/* What becomes of an interval, each by itself: the difference from 1 would lose the digits of what
 * is rare. */
struct outcome {
	double fails, passes;
};

static struct outcome outcome_of(const struct gates *g, double n)
{
	double errors = n > 0 ? fewest_above(g->threshold, n) : 1;
	return (struct outcome){proportion_at_least(errors, n, g->error_rate),
				proportion_at_most(errors - 1, n, g->error_rate)};
}

/* Goes on by one interval; returns the chance of its rollback. */
static double step(const struct gates *g, struct outcome interval, double *failed)
{
	double passes = 0, rollback = failed[g->failure_limit] * interval.fails;
	for (int count = g->failure_limit; count >= 0; count--) {
		double pass = failed[count] * interval.passes;
		failed[count] = g->in_a_row ? 0 : pass;
		passes += pass;
		if (count > 0)
			failed[count] += failed[count - 1] * interval.fails;
	}
	if (g->in_a_row)
		failed[0] = passes;
	return rollback;
}

static double sum(const double *number, int count)
{
	double total = 0;
	for (int i = 0; i < count; i++)
		total += number[i];
	return total;
}

struct gates_course gates_follow(const struct gates *g, double *failed, double *fails,
				 double *rolled_back)
{
	struct gates_course c = {0};
	double rollback_at = 0;
	memset(failed, 0, ((size_t)g->failure_limit + 1) * sizeof *failed);
	failed[0] = 1;
	for (int k = 0; k < g->intervals; k++) {
		double n = nearbyint(g->share[k] * g->requests);
		double undecided = sum(failed, g->failure_limit + 1);
		struct outcome interval = outcome_of(g, n);
		fails[k] = interval.fails;
		c.requests += undecided * n;
		rolled_back[k] = step(g, interval, failed);
		c.rollback += rolled_back[k];
		rollback_at += (k + 1) * rolled_back[k];
	}
	c.promote = sum(failed, g->failure_limit + 1);
	c.rollback_interval = rollback_at / c.rollback;
	c.errors = c.requests * g->error_rate;
	return c;
}
