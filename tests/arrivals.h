/* Worlds made for their traffic: arrivals of trials collected, and means held against theory. */
#ifndef TESTS_ARRIVALS_H
#define TESTS_ARRIVALS_H

#include "sim/batch.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

/* The text is what stands in `traffic:`. */
static inline void arrivals_read(struct world *world, const char *traffic, const char *horizon)
{
	char text[2048];
	snprintf(text, sizeof text,
		 "scenario: arrivals\n"
		 "traffic: {%s}\n"
		 "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
		 "telemetry: {scrape: 1d}\n"
		 "cases: {healthy: []}\n"
		 "rollouts: {all: {instant: {}}}\n"
		 "horizon: %s\n"
		 "seed: 23\n",
		 traffic, horizon);
	world_read(world, text);
}

static inline struct requests *arrivals_begin(struct world *world, uint64_t trial)
{
	struct requests *r = &world->trial->requests;
	const struct plan *plan = &world->scenario.plans[0];
	requests_reset(r, plan, plan->case_, true, trial);
	return r;
}

/* All arrivals of a trial, in seconds; returns how many. */
static inline int arrivals_collect(struct world *world, uint64_t trial, double *seconds, int most)
{
	struct requests *r = arrivals_begin(world, trial);
	sim_time last = 0;
	int count = 0;
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++) {
			sim_time at = r->batch.at[i];
			cr_assert_lt(count, most);
			cr_assert(at >= last && at < world->scenario.plans[0].horizon);
			seconds[count++] = (double)at / 1e9;
			last = at;
		}
	return count;
}

/* The mean of independent values must be the truth within 4.5 of its standard errors, which must be
 * small enough to tell. */
static inline void expect_mean(const double *value, int count, double truth, double precision,
			       const char *what)
{
	double sum = 0, squares = 0;
	for (int i = 0; i < count; i++)
		sum += value[i];
	double mean = sum / count;
	for (int i = 0; i < count; i++)
		squares += (value[i] - mean) * (value[i] - mean);
	double error = sqrt(squares / (count - 1) / count);
	cr_expect_lt(error, precision, "%s is too uncertain: %g +- %g", what, mean, error);
	cr_expect_float_eq(mean, truth, 4.5 * error + 1e-9 * fabs(truth),
			   "%s should be %g and is %g +- %g", what, truth, mean, error);
}

static inline int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Kolmogorov's distance of values from the uniform law, against its limit (Stephens 1970): passed
 * once in 100,000. Sorts the values. */
static inline void expect_uniform(double *u, int count, const char *what)
{
	double most = 0, n = count;
	qsort(u, (size_t)count, sizeof *u, compare_doubles);
	for (int i = 0; i < count; i++)
		most = fmax(most, fmax(u[i] - i / n, (i + 1) / n - u[i]));
	double scaled = most * (sqrt(n) + 0.12 + 0.11 / sqrt(n));
	cr_expect_lt(scaled, 2.5, "%s: %d values are %g from their law", what, count, scaled);
}

#endif
