/* A trace fitted, one side of it after another: when requests come, how long they take, which of
 * them fail, who sends them. */
#include "sim/report/fit.h"

#include "sim/hash.h"
#include "sim/vocabulary.h"

#include "sim/stats/sort.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	GAPS_MOST = 50000,   /* for a process; of more, five pieces */
	TIES_SPREAD = 100,   /* of so many requests one at the time of another: spread them */
	CLUMP_FAILURES = 20, /* fewer say nothing of each other */
	CLUMP_WINDOWS = 20000,
	USERS_MOST = 10000000, /* of a scenario */
};

/* How much more than by chance failures must clump before anybody cares, and how sure that is. */
#define CLUMP_INDEX 1.3
#define CLUMP_Z	    4.0

double fit_round(double value, int digits)
{
	char text[40];
	snprintf(text, sizeof text, "%.*g", digits, value);
	double rounded;
	return sscanf(text, "%lf", &rounded) == 1 ? rounded : value;
}

/* ---- arrivals, as far as the clock shows them */

static double tick_place(int64_t i)
{
	return (double)(hash_of(0, (uint64_t)i, 2, 0) >> 11) * 0x1p-53;
}

/* The clock may have ticks in which many came: where in it they did is anybody's guess. */
static void find_arrivals(struct fit *fit, struct arena *arena)
{
	const struct recording *r = fit->source.recording;
	const struct clock_use *clock = &fit->source.clock;
	double tick_ns = (double)clock_tick(clock);
	fit->coarse = clock_is_coarse(clock);
	fit->spread = tick_ns > 0 &&
		      (clock->ties * TIES_SPREAD > fit->n || clock_rows(clock) * TIES_SPREAD > 1);
	fit->at_s = arena_take(arena, (size_t)fit->n * sizeof *fit->at_s);
	for (int64_t i = 0; i < fit->n; i++) {
		double tick = fit->spread ? tick_ns * tick_place(i) : 0;
		fit->at_s[i] = ((double)r->at[i] + tick) * 1e-9;
	}
	if (fit->spread)
		sort_ascending(fit->at_s, (size_t)fit->n);
	double first = fit->at_s[0];
	for (int64_t i = 0; i < fit->n; i++)
		fit->at_s[i] -= first;
	fit->span_s = fit->at_s[fit->n - 1];
}

/* ---- what is left: the process */

/* All gaps, or five pieces of them. */
static int choose_gaps(const struct fit *fit, const double *rescaled, double *gap)
{
	int64_t gaps = fit->n - 1, pieces = gaps <= GAPS_MOST ? 1 : GAPS_MOST / GAP_PIECE;
	int64_t length = pieces == 1 ? gaps : GAP_PIECE;
	int count = 0;
	for (int64_t p = 0; p < pieces; p++) {
		int64_t from = pieces == 1 ? 0 : p * (gaps - length) / (pieces - 1);
		for (int64_t i = from; i < from + length; i++)
			gap[count++] = rescaled[i + 1] - rescaled[i];
	}
	return count;
}

void fit_round_gaps(struct gap_law *law)
{
	law->cv = fit_round(law->cv, 3);
	law->burst = fit_round(law->burst, 3);
	law->share = fit_round(law->share, 3);
	law->lasts = fit_round(law->lasts, 3);
	if (law->kind == GAP_MMPP && law->burst * law->share > 1)
		law->burst = floor(1e3 / law->share) / 1e3;
}

static void fit_process(struct fit *fit)
{
	struct arena scratch = {0};
	double *rescaled = arena_take(&scratch, (size_t)fit->n * sizeof *rescaled);
	double *gap = arena_take(&scratch, GAPS_MOST * sizeof *gap);
	memcpy(rescaled, fit->at_s, (size_t)fit->n * sizeof *rescaled);
	fit_rescale(&fit->rate, rescaled, fit->n);
	int count = choose_gaps(fit, rescaled, gap);
	fit->tick = 1e-9 * (double)clock_tick(&fit->source.clock) * fit->rate.per_second;
	fit->gaps = gap_law_choose(gap, count, fit->tick, fit->gap_laws);
	fit_round_gaps(&fit->gaps);
	arena_free(&scratch);
}

/* ---- durations */

static void fit_times(struct fit_law *law, struct arena *arena, const struct recorded_law *recorded)
{
	int64_t count = recorded->count;
	law->count = count;
	law->n = (int)(count < FIT_TIMES_MOST ? count : FIT_TIMES_MOST);
	double *sorted = arena_take(arena, (size_t)(law->n + 1) * sizeof *sorted);
	for (int i = 0; i < law->n; i++) {
		int64_t place = (int64_t)(((double)i + 0.5) * (double)count / law->n);
		/* A time of 0 is one that the clock did not see. */
		sorted[i] = fmax(recorded->sorted[place], 1);
	}
	law->sorted = sorted;
	law->reach = fmax(FIT_REACH, FIT_CHANCE / sqrt(fmax(law->n, 1)));
	if (law->n)
		law->empirical = !law_fit_choose(sorted, law->n, law->reach, law->all, &law->law);
}

/* ---- failures */

/* Whose requests count: of several versions that which served the most. */
static const struct recorded_version *find_stable(const struct recording *r)
{
	const struct recorded_version *stable = r->versions == 1 ? &r->version_of[0] : &r->all;
	for (int v = 0; v < r->versions && r->versions > 1; v++)
		if (stable == &r->all || r->version_of[v].requests > stable->requests)
			stable = &r->version_of[v];
	return stable;
}

/* A recording keeps outcomes as bits below the share of failures; see sim/recording.h. */
static bool has_failed(const struct recording *r, int64_t i)
{
	const struct recorded_version *version =
		r->version && r->version[i] >= 0 ? &r->version_of[r->version[i]] : &r->all;
	return r->outcome && r->outcome[i] < (uint64_t)llround(recording_errors(version) * 0x1p32);
}

static void find_served(struct fit *fit, struct arena *arena)
{
	const struct recording *r = fit->source.recording;
	int whose = r->versions ? (int)(fit->stable - r->version_of) : 0;
	fit->failed = arena_take(arena, (size_t)fit->n);
	fit->served_s = arena_take(arena, (size_t)fit->n * sizeof *fit->served_s);
	for (int64_t i = 0; i < fit->n; i++) {
		if (r->version && r->version[i] != whose)
			continue;
		fit->failed[fit->served] = has_failed(r, i);
		fit->served_s[fit->served++] = fit->at_s[i];
	}
}

static int count_windows(const struct fit *fit, double window_s, double *requests, double *failures)
{
	int windows = (int)ceil(fit->span_s / window_s);
	for (int64_t i = 0; i < fit->served; i++) {
		int at = (int)fmin(fit->served_s[i] / window_s, windows - 1);
		requests[at]++;
		failures[at] += fit->failed[i];
	}
	return windows;
}

/* Long enough to have something in it, short enough to see a burst. */
static void fit_bursts(struct fit *fit, struct arena *scratch)
{
	struct fit_errors *e = &fit->errors;
	double window_s =
		fit_bin(fmax(fit->span_s / CLUMP_WINDOWS, fit->span_s / (double)fit->served));
	size_t most = (size_t)ceil(fit->span_s / window_s);
	double *requests = arena_take(scratch, 8 * most * sizeof *requests);
	double *failures = requests + most;
	int windows = count_windows(fit, window_s, requests, failures);
	struct clump clump = clump_fit(requests, failures, windows, failures + most);
	double lit = clump.begins / (clump.begins + clump.ends);
	/* Their mean is the share that healthy requests fail with. */
	double scale = e->share / (clump.calm * (1 - lit) + clump.burst * lit);
	e->calm = fit_round(fmin(clump.calm * scale, 1), 3);
	e->burst = fit_round(fmin(clump.burst * scale, 1), 3);
	e->lasts_s = fit_round(window_s / clump.ends, 3);
	e->gap_s = fit_round(window_s / clump.begins, 3);
}

static void measure_clumps(struct fit *fit, struct arena *scratch)
{
	struct fit_errors *e = &fit->errors;
	size_t most = (size_t)ceil(fit->span_s / e->window_s);
	double *requests = arena_take(scratch, 2 * most * sizeof *requests);
	struct clump_pairs pairs = {.requests = 0};
	for (int64_t i = 0; i < fit->served; i++)
		clump_add(&pairs, fit->failed[i]);
	int windows = count_windows(fit, e->window_s, requests, requests + most);
	e->ratio = clump_ratio(&pairs);
	e->index = clump_index(requests, requests + most, windows);
	double expected = pairs.after_failure * e->share;
	bool follows = pairs.both - expected > CLUMP_Z * sqrt(fmax(expected, 1));
	bool varies = e->index > CLUMP_INDEX &&
		      clump_sigmas(e->index, requests, (double)e->failed, windows) > CLUMP_Z;
	e->clumped = e->failed >= CLUMP_FAILURES && (follows || varies);
}

static void fit_failures(struct fit *fit)
{
	struct fit_errors *e = &fit->errors;
	struct arena scratch = {0};
	e->known = fit->source.recording->outcome != NULL;
	e->requests = fit->served;
	for (int64_t i = 0; i < fit->served; i++)
		e->failed += fit->failed[i];
	e->share = e->known ? fit_round((double)e->failed / (double)e->requests, 3) : 0;
	e->ratio = e->index = NAN;
	e->window_s = fit->span_s >= 600 ? 60 : fit_bin(fit->span_s / 20);
	if (e->failed && e->failed < e->requests)
		measure_clumps(fit, &scratch);
	if (e->clumped)
		fit_bursts(fit, &scratch);
	arena_free(&scratch);
}

/* ---- users */

static void fit_users(struct fit *fit)
{
	const struct recording *r = fit->source.recording;
	struct arena scratch = {0};
	double known = 0, twice = 0;
	if (!r->user || r->users < 2)
		return;
	double *often = arena_take(&scratch, (size_t)r->users * sizeof *often);
	for (int64_t i = 0; i < r->requests; i++)
		if (r->user[i] != NOBODY) {
			twice += often[r->user[i]]++;
			known++;
		}
	double coincidence = 2 * twice / (known * (known - 1));
	fit->has_users = true;
	fit->users = zipf_fit(known, r->users, coincidence, USERS_MOST);
	fit->users.count = fit_round(fit->users.count, 3);
	fit->users.exponent = fit_round(fit->users.exponent, 3);
	fit->anonymous = fit_round(1 - known / (double)r->requests, 3);
	arena_free(&scratch);
}

bool fit_trace(struct fit *fit, struct arena *arena, const struct fit_source *source, char *why,
	       size_t size)
{
	const struct recording *r = source->recording;
	*fit = (struct fit){.source = *source, .n = r->requests, .stable = find_stable(r)};
	if (r->requests < FIT_ROWS_FEWEST) {
		snprintf(why, size, "%s has %lld row%s; a model needs at least %d", source->name,
			 (long long)r->requests, r->requests == 1 ? "" : "s", FIT_ROWS_FEWEST);
		return false;
	}
	if (r->trace[0].span >= MAX_HORIZON) {
		snprintf(
			why, size,
			"%s lasts for more than 100 days, which no trial does; import a part of it",
			source->name);
		return false;
	}
	if (!r->trace[0].span) {
		snprintf(why, size,
			 "all stamps of %s are the same: nothing can be said of how requests come",
			 source->name);
		return false;
	}
	find_arrivals(fit, arena);
	fit_slow_rate(fit);
	fit_process(fit);
	fit_times(&fit->answers, arena, &fit->stable->answers);
	fit_times(&fit->failures, arena, &fit->stable->failures);
	find_served(fit, arena);
	fit_failures(fit);
	fit_users(fit);
	return true;
}
