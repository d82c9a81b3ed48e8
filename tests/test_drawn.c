/* Requests that are drawn add up to the series they are drawn from. The series are those of
 * tests/data/logs/prometheus_rate.json and _latency.json: (200 + 100 sin(i/6))/s in step i of 40,
 * of 15 s each; 4 in 5 of version v1; failures and durations as below. */
#include "replay/import.h"
#include "replay/law.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 40, VERSIONS = 2, BOUNDS = 5, CODES = 3 };

#define STEP_NS	     INT64_C(15000000000)
#define BEGIN_NS     INT64_C(1785600000000000000)
#define MOST_STRAYED 4.5 /* standard errors */

static const double share[VERSIONS] = {0.8, 0.2};
static const int code[CODES] = {200, 404, 500};
static const double of_code[VERSIONS][CODES] = {{0.97, 0.01, 0.02}, {0.9, 0.01, 0.09}};
static const double bound_s[BOUNDS + 1] = {0, 0.05, 0.1, 0.25, 0.5, 1};
static const double below[VERSIONS][BOUNDS + 1] = {{0, 0.2, 0.5, 0.85, 0.97, 0.995},
						   {0, 0.1, 0.3, 0.65, 0.9, 0.98}};

struct counts {
	double requests[VERSIONS], in_step[STEPS], with_code[VERSIONS][CODES];
	double up_to_bound[VERSIONS][BOUNDS + 1], up_to_middle[VERSIONS][BOUNDS];
	int64_t last_ns;
	const struct head *head;
};

static int version_of(const struct counts *counts, const struct row *row)
{
	cr_assert(row->version >= 0);
	return !strcmp(counts->head->versions.word[row->version], "v2");
}

static bool count(void *context, const struct row *row)
{
	struct counts *counts = context;
	int version = version_of(counts, row);
	double took_s = (double)row->duration_ns * 1e-9;
	cr_assert_geq(row->arrival_ns, counts->last_ns);
	counts->last_ns = row->arrival_ns;
	counts->requests[version]++;
	int64_t step = (row->arrival_ns - BEGIN_NS) / STEP_NS;
	cr_assert(step >= 0 && step < STEPS);
	counts->in_step[step]++;
	for (int c = 0; c < CODES; c++)
		counts->with_code[version][c] += row->status == code[c];
	for (int b = 1; b <= BOUNDS; b++) {
		counts->up_to_bound[version][b] += took_s < bound_s[b];
		counts->up_to_middle[version][b - 1] += took_s < (bound_s[b - 1] + bound_s[b]) / 2;
	}
	return true;
}

static void draw(const char *const *logs, int files, uint64_t seed, struct counts *counts)
{
	struct import_options options = {
		.log = logs, .logs = files, .window_ns = 1000000000, .seed = seed};
	char why[IMPORT_WHY] = "";
	bool unread;
	atomic_int stop = 0;
	struct import *import = import_begin(&options, why, &unread);
	cr_assert(import, "%s", why);
	*counts = (struct counts){.head = import_head(import)};
	bool ran = import_run(import, (struct sink){counts, count}, &stop, (struct ticker){0}, why);
	cr_assert(ran, "%s", why);
	counts->head = NULL;
	import_end(import);
}

static void expect_near(const char *what, int place, double found, double due, double variance)
{
	cr_expect_leq(fabs(found - due), MOST_STRAYED * sqrt(variance), "%s %d: %g, not %g", what,
		      place, found, due);
}

static void expect_share(const char *what, int place, double part, double all, double due)
{
	expect_near(what, place, part, all * due, all * due * (1 - due));
}

static void expect_rates(const struct counts *counts)
{
	double all = 0;
	for (int i = 0; i < STEPS; i++) {
		double due = 15 * (200 + 100 * sin(i / 6.0));
		expect_near("requests in step", i, counts->in_step[i], due, due);
		all += due;
	}
	for (int v = 0; v < VERSIONS; v++)
		expect_near("requests of version", v, counts->requests[v], all * share[v],
			    all * share[v]);
}

Test(drawn, rates_failures_and_durations_are_those_of_the_series)
{
	static const char *const logs[] = {"tests/data/logs/prometheus_latency.json",
					   "tests/data/logs/prometheus_rate.json"};
	struct counts counts;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		draw(logs, 2, seed, &counts);
		expect_rates(&counts);
		for (int v = 0; v < VERSIONS; v++) {
			double all = counts.requests[v];
			for (int c = 0; c < CODES; c++)
				expect_share("status", code[c], counts.with_code[v][c], all,
					     of_code[v][c]);
			for (int b = 1; b < BOUNDS; b++)
				expect_share("up to bound", b, counts.up_to_bound[v][b], all,
					     below[v][b]);
			for (int b = 0; b < BOUNDS; b++)
				expect_share("up to the middle of bucket", b,
					     counts.up_to_middle[v][b], all,
					     (below[v][b] + below[v][b + 1]) / 2);
		}
	}
}

Test(drawn, a_histogram_alone_says_how_many_come)
{
	static const char *const logs[] = {"tests/data/logs/prometheus_latency.json"};
	struct counts counts;
	draw(logs, 1, 4, &counts);
	expect_rates(&counts);
}

/* The answers are those of Prometheus' own tests, promqltest/testdata/histograms.test. */
Test(drawn, quantiles_of_a_histogram_are_those_of_prometheus)
{
	double bound[] = {0.1, 0.2, 1, INFINITY}, upto[] = {5, 7, 11, 12};
	static const double answer[][2] = {{0.2, 0.048}, {0.5, 0.15}, {0.8, 0.72}, {0.99, 1}};
	struct law law = {.bound = bound, .upto = upto, .count = 4};
	bool beyond;
	int at;
	cr_assert(law_settle(&law, &at));
	for (int i = 0; i < 4; i++) {
		double found = law_quantile(&law, answer[i][0], &beyond);
		cr_expect_float_eq(found, answer[i][1], 1e-12, "%g: %g", answer[i][0], found);
		cr_expect_eq(beyond, i == 3);
	}
}

Test(drawn, buckets_that_fall_a_little_are_made_level_and_others_are_not)
{
	double bound[] = {0.1, 0.2, INFINITY}, upto[] = {5, 4.999, 5}, fall[] = {5, 4, 5};
	struct law law = {.bound = bound, .upto = upto, .count = 3};
	int at;
	cr_expect(law_settle(&law, &at));
	cr_expect_eq(upto[1], 5);
	law = (struct law){.bound = bound, .upto = fall, .count = 3};
	cr_expect(!law_settle(&law, &at));
	cr_expect_eq(at, 1);
}
