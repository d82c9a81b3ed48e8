/* What a look of each detector costs: an hour of a canary that is looked at every minute, over and
 * over, each time begun anew. The floor reads both versions' buckets once, as whoever compares
 * distributions must. */
#include "bench/looks.h"

#include "models/list.h"

#include "sim/rng.h"
#include "sim/scenario/scenario.h"
#include "sim/stats/histogram.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOKS = 60, ROUNDS = 40, CANDIDATES = 600, STABLES = 2400, BINS = HISTOGRAM_BUCKETS };

/* One version in one minute, and in all minutes so far. */
struct minute {
	double bad, requests;
	uint64_t counts[BINS];
};

struct hour {
	struct minute minute[2][LOOKS], sum[2][LOOKS];
};

static double cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void add_request(struct minute *m, struct rng *rng)
{
	double ns = 6e7 * exp(0.7 * (rng_uniform(rng) + rng_uniform(rng) + rng_uniform(rng) - 1.5));
	m->requests++;
	m->bad += rng_uniform(rng) < 0.01;
	m->counts[histogram_bucket(ns)]++;
}

static void add_minute(struct minute *sum, const struct minute *m)
{
	sum->bad += m->bad;
	sum->requests += m->requests;
	for (int b = 0; b < BINS; b++)
		sum->counts[b] += m->counts[b];
}

static struct hour *make_hour(void)
{
	struct rng rng;
	struct hour *hour = calloc(1, sizeof *hour);
	if (!hour)
		exit(3);
	rng_stream(&rng, 1, 0, "looks");
	for (int version = 0; version < 2; version++)
		for (int i = 0; i < LOOKS; i++) {
			struct minute *m = &hour->minute[version][i];
			for (int r = 0; r < (version ? STABLES : CANDIDATES); r++)
				add_request(m, &rng);
			if (i > 0)
				hour->sum[version][i] = hour->sum[version][i - 1];
			add_minute(&hour->sum[version][i], m);
		}
	return hour;
}

static struct reading reading_of(const struct minute *m, const struct detector *detector)
{
	struct reading reading = reading_of_share(m->bad, m->requests);
	reading.seconds = 60;
	if (detector->takes && !(detector->takes & OFFERS_HITS)) {
		reading.value = 6e7;
		reading.hits = NAN;
		reading.counts = m->counts;
		reading.bins = BINS;
	}
	return reading;
}

static struct evidence evidence_of(const struct hour *hour, const struct detector *detector, int i)
{
	bool whole = detector->evidence == EVIDENCE_WHOLE;
	return (struct evidence){
		.candidate = reading_of(&(whole ? hour->sum : hour->minute)[0][i], detector),
		.baseline = reading_of(&(whole ? hour->sum : hour->minute)[1][i], detector),
		.expected_share = 0.2,
		.quantile = 0.95,
		.budget = 0.001};
}

/* Seconds a look. */
static double time_looks(const struct hour *hour, const struct use *use, void *state)
{
	const struct detector *detector = (const struct detector *)use->plugin;
	double best = INFINITY;
	for (int round = 0; round < ROUNDS; round++) {
		memset(state, 0, detector->plugin.state_size);
		double began = cpu_seconds();
		for (int i = 0; i < LOOKS; i++) {
			struct evidence evidence = evidence_of(hour, detector, i);
			detector->look(use->config, state, &evidence);
		}
		best = fmin(best, (cpu_seconds() - began) / LOOKS);
	}
	return best;
}

static double time_floor(const struct hour *hour)
{
	double best = INFINITY;
	volatile uint64_t kept = 0;
	for (int round = 0; round < ROUNDS; round++) {
		double began = cpu_seconds();
		for (int i = 0; i < LOOKS; i++) {
			uint64_t sum = 0;
			for (int b = 0; b < BINS; b++)
				sum = sum * 3 +
				      (hour->sum[0][i].counts[b] ^ hour->sum[1][i].counts[b]);
			kept = kept + sum;
		}
		best = fmin(best, (cpu_seconds() - began) / LOOKS);
	}
	return best;
}

/* A rollout for each detector, as its own example has it. */
static char *write_scenario(void)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		exit(3);
	fputs("scenario: looks\ntraffic: {poisson: {rate: 50/s}}\nversions:\n"
	      "  stable: {latency: {constant: {time: 60ms}}, errors: 1%, quality: {accuracy: "
	      "90%}}\n  candidate: {like: stable}\ncases: {alike: []}\nrollouts:\n",
	      out);
	for (int i = 0; models_all[i]; i++) {
		const struct plugin *plugin = models_all[i];
		if (plugin->kind != PLUGIN_DETECTOR)
			continue;
		int takes = ((const struct detector *)plugin)->takes;
		fprintf(out, "  %s: {instant: {}, checks: [{metric: %s, %s}]}\n", plugin->name,
			takes == OFFERS_AREA	       ? "auc"
			: takes == OFFERS_DISTRIBUTION ? "latency_p95"
						       : "error_rate",
			plugin->example);
	}
	fputs("horizon: 1h\n", out);
	fclose(out);
	return text;
}

void bench_looks(void)
{
	struct complaints complaints;
	struct scenario scenario;
	struct hour *hour = make_hour();
	char *text = write_scenario();
	const struct source source = {"looks", text, strlen(text)};
	gsl_set_error_handler_off();
	complaints_init(&complaints);
	if (!scenario_read(&scenario, &source, NULL, 0, &complaints)) {
		complaints_print(&complaints, stderr);
		exit(3);
	}
	double least = time_floor(hour);
	printf("\nA look of each detector (at most a few us)\n"
	       "  floor: read the buckets of both     %6.2f us\n",
	       1e6 * least);
	for (int r = 0; r < scenario.plans->rollouts; r++) {
		const struct use *use = &scenario.plans->rollout[r].check[0].detector;
		void *state = malloc(use->plugin->state_size + 1);
		double seconds = state ? time_looks(hour, use, state) : NAN;
		printf("  %-34s  %6.2f us %6.2f x\n", use->plugin->name, 1e6 * seconds,
		       seconds / least);
		free(state);
	}
	scenario_free(&scenario);
	complaints_free(&complaints);
	free(text);
	free(hour);
}
