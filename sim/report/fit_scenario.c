/* The fitted scenario as text, written as people write theirs: a question, comments that say where
 * each number is from, and enough of a rollout that it can be run at once. */
#include "sim/report/fit_law.h"

#include "sim/error.h"
#include "sim/units.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DIGITS = 3,
	LINE = 96,		    /* columns */
	TRIAL_REQUESTS = 500000,    /* of one trial, */
	STUDY_REQUESTS = 200000000, /* and of all: some seconds */
	TRIALS_FEWEST = 20,
	TRIALS_MOST = 200,
	SEED = 42,
	NAME_MOST = 40,
};

/* Calm times with fewer failures have none. */
#define LEAST_FACTOR 1e-4

/* A trial is at most a day, whatever the trace is. */
#define LONGEST_S 86400.0

struct writer {
	const struct fit *fit;
	FILE *out;
	double horizon_s;
};

static void print_share(const struct writer *w, const char *before, double share)
{
	char text[UNITS_TEXT];
	fprintf(w->out, "%s%s", before, units_print_share(text, fit_round(share, DIGITS)));
}

/* ---- traffic */

static void print_process(const struct writer *w)
{
	const struct gap_law *gaps = &w->fit->gaps;
	char rate[UNITS_TEXT], lasts[UNITS_TEXT], share[UNITS_TEXT];
	double per_second = w->fit->rate.per_second;
	units_print_rate(rate, per_second);
	switch (gaps->kind) {
	case GAP_CLOCK:
		fprintf(w->out, "  uniform: {rate: %s}\n", rate);
		break;
	case GAP_GAMMA:
	case GAP_LOGNORMAL:
		fprintf(w->out, "  renewal: {rate: %s, cv: %.3g, law: %s}\n", rate, gaps->cv,
			gaps->kind == GAP_GAMMA ? "gamma" : "lognormal");
		break;
	case GAP_MMPP:
		fprintf(w->out, "  mmpp: {rate: %s, burst: x%.4g, share: %s, lasts: %s}\n", rate,
			gaps->burst, units_print_share(share, gaps->share),
			fit_duration(lasts, fmin(fmax(gaps->lasts / per_second, 1e-3), LONGEST_S),
				     DIGITS));
		break;
	default:
		fprintf(w->out, "  poisson: {rate: %s}\n", rate);
	}
}

/* Levels as `x1.2 for 10m`, as many on a line as fit. */
static void print_levels(const struct writer *w)
{
	const struct fit_rate *rate = &w->fit->rate;
	int column = LINE;
	for (int k = 0; k < rate->levels; k++) {
		char spell[UNITS_TEXT];
		struct spell level = {rate->factor[k], llround(rate->lasts_s[k] * SIM_SECOND)};
		units_print_spell(spell, level);
		if (column + (int)strlen(spell) + 2 > LINE)
			column = fprintf(w->out, "%s\n          ", k ? "," : "") - 1;
		else
			column += fprintf(w->out, ", ");
		column += fprintf(w->out, "%s", spell);
	}
}

static void print_shape(const struct writer *w)
{
	const struct fit_rate *rate = &w->fit->rate;
	char starts[UNITS_TEXT];
	if (rate->levels < 2)
		return;
	fprintf(w->out,
		rate->daily ? "  shapes:                          # hour by hour, in UTC\n"
			    : "  shapes:                          # in the order of the trace\n");
	fprintf(w->out, "    - %s:\n        %s: [", rate->daily ? "diurnal" : "steps",
		rate->daily ? "hours" : "levels");
	print_levels(w);
	fputs("]\n", w->out);
	if (rate->daily)
		fprintf(w->out, "        starts: %s\n",
			units_print_duration(starts, llround(rate->starts_s) * SIM_SECOND));
}

static void print_users(const struct writer *w)
{
	const struct fit *fit = w->fit;
	char count[UNITS_TEXT];
	if (!fit->has_users)
		return;
	fprintf(w->out, "  users: {count: %s, skew: %.3g",
		units_print_count(count, llround(fit->users.count)), fit->users.exponent);
	if (fit->anonymous > 0)
		print_share(w, ", anonymous: ", fit->anonymous);
	fputs("}\n", w->out);
}

/* A name that needs no quotes. */
static void print_name(const struct writer *w, const char *name)
{
	for (int i = 0; i < NAME_MOST && name[i]; i++) {
		unsigned char c = (unsigned char)name[i];
		fputc(isalnum(c) || c == '_' || (c == '-' && i) ? c : '_', w->out);
	}
}

/* The largest ones, in hundredths of a percent that sum to all; the last is all the others. */
static void print_segments(const struct writer *w)
{
	const struct recording *r = w->fit->source.recording;
	int64_t known = 0, rest = 10000;
	int order[MOST_RECORDED_SEGMENTS], count = 0;
	for (int s = 0; s < r->segments; s++) {
		int at = count++;
		for (; at && r->segment_requests[order[at - 1]] < r->segment_requests[s]; at--)
			order[at] = order[at - 1];
		order[at] = s;
		known += r->segment_requests[s];
	}
	bool others = known < r->requests || count > MAX_SEGMENTS;
	int named = count < MAX_SEGMENTS - others ? count : MAX_SEGMENTS - others;
	if (!known || named + others < 2)
		return;
	fputs("  segments: {", w->out);
	for (int k = 0; k < named; k++) {
		double share = (double)r->segment_requests[order[k]] / (double)r->requests;
		int64_t part = k == named - 1 && !others ? rest : llround(1e4 * share);
		part = part < rest ? part : rest;
		rest -= part;
		fputs(k ? ", " : "", w->out);
		print_name(w, r->segment_name[order[k]]);
		print_share(w, ": ", (double)part / 1e4);
	}
	if (others)
		fprintf(w->out, ", other_segments: %.4g%%", (double)rest / 100);
	fputs("}\n", w->out);
}

/* ---- versions */

static void print_versions(const struct writer *w)
{
	const struct fit *fit = w->fit;
	const struct recording *r = fit->source.recording;
	fputs("\nversions:\n", w->out);
	if (r->versions > 1)
		fprintf(w->out,
			"  # %d versions served; these are the numbers of the one that "
			"served the most.\n",
			r->versions);
	fputs("  stable:\n", w->out);
	if (!fit->answers.n)
		fputs("    # The trace does not say how long requests took: put in what you "
		      "know.\n",
		      w->out);
	fputs("    latency: {", w->out);
	if (fit->answers.n)
		fit_print_law(&fit->answers, w->out);
	else
		fputs("constant: {time: 100ms}", w->out);
	fputs("}\n", w->out);
	if (fit->failures.n) {
		fputs("    failed_latency: {", w->out);
		fit_print_law(&fit->failures, w->out);
		fputs("}\n", w->out);
	}
	if (!fit->errors.known)
		fputs("    # The trace does not say which of them failed.\n", w->out);
	print_share(w, "    errors: ", fit->errors.share);
	fputs("\n  candidate: {like: stable}\n", w->out);
}

/* ---- what may happen, and what one might do */

/* The longest time that people would say, up to a part of the trial. */
static const char *part(const struct writer *w, char text[UNITS_TEXT], double share)
{
	static const double nice[] = {1,   2,	5,    10,   15,	  20,	30,   60,    120,   300,
				      600, 900, 1200, 1800, 3600, 5400, 7200, 10800, 14400, 21600};
	double length = w->horizon_s * share, best = fit_round(length, 1);
	for (size_t i = 0; i < sizeof nice / sizeof *nice; i++)
		if (nice[i] <= length)
			best = nice[i];
	return fit_duration(text, best, DIGITS);
}

/* Requests fail with their average chance, unless this says how it jumps. */
static void print_clumped(const struct writer *w)
{
	const struct fit_errors *e = &w->fit->errors;
	char lasts[UNITS_TEXT], gap[UNITS_TEXT], factor[UNITS_TEXT], more[UNITS_TEXT];
	double calm = fit_round(e->calm / e->share, DIGITS);
	if (!e->clumped)
		return;
	fprintf(w->out,
		"  # Failures came together: where healthy has the same share at any time, here it "
		"jumps\n  # between calm and bursts, as long and as frequent as in the trace on "
		"average. When they\n  # came, and whom they hit, is not in it.\n "
		" " FIT_CASE_CLUMPED ":\n");
	fprintf(w->out, "    - {step: {on: both, errors: %s}}\n",
		units_print_factor(factor, calm < LEAST_FACTOR ? 0 : calm));
	fprintf(w->out, "    - {burst: {on: both, errors: +%s, lasts: %s, gap: %s}}\n",
		units_print_share(more, fit_round(e->burst - e->calm, DIGITS)),
		fit_duration(lasts, e->lasts_s, DIGITS), fit_duration(gap, e->gap_s, DIGITS));
}

/* More failures; where nearly all fail, only slower ones are worse. */
static void print_cases(const struct writer *w)
{
	double share = w->fit->errors.share;
	double more = fit_round(fmin(fmax(0.03, 2 * share), (1 - share) / 2), 1);
	char at[UNITS_TEXT];
	fputs("\ncases:\n  healthy: []\n", w->out);
	print_clumped(w);
	fprintf(w->out, "  worse: [{step: {on: candidate, at: %s, ", part(w, at, 0.1));
	if (more >= 0.01)
		print_share(w, "errors: +", more);
	else
		fputs("latency: x2", w->out);
	fputs("}}]\n", w->out);
}

static void print_rollouts(const struct writer *w)
{
	char one[UNITS_TEXT], two[UNITS_TEXT], three[UNITS_TEXT], every[UNITS_TEXT],
		window[UNITS_TEXT];
	fprintf(w->out,
		"\nrollouts:\n  cautious:\n    canary: {steps: [5%% for %s, 25%% for %s, 50%% for "
		"%s]}\n    checks:\n",
		part(w, one, 0.2), part(w, two, 0.2), part(w, three, 0.25));
	part(w, every, 0.01);
	fprintf(w->out,
		"      - {metric: error_rate, ztest: {alpha: 0.1%%}, every: %s, "
		"min_requests: 100}\n",
		every);
	if (w->fit->answers.n && w->fit->answers.law.kind != LAW_CONSTANT)
		fprintf(w->out,
			"      - {metric: latency_p95, ratio: {max: 2}, every: %s, window: %s, "
			"fail_limit: 2, min_requests: 100}\n",
			part(w, every, 0.03), part(w, window, 0.17));
	fputs("    rollback: {takes: 20s}\n", w->out);
}

static void print_end(const struct writer *w)
{
	double requests = w->fit->rate.per_second * w->horizon_s;
	double cells = w->fit->errors.clumped ? 3 : 2;
	double trials = floor(STUDY_REQUESTS / (requests * cells));
	char text[UNITS_TEXT];
	fprintf(w->out, "\nhorizon: %s\ntrials: %.0f\nseed: %d\n",
		units_print_duration(text, llround(w->horizon_s * SIM_SECOND)),
		fmin(fmax(trials, TRIALS_FEWEST), TRIALS_MOST), SEED);
}

/* As long as the trace, unless that is too long to be run at once. */
static double horizon_of(const struct fit *fit)
{
	double most = fmin(LONGEST_S, TRIAL_REQUESTS / fit->rate.per_second);
	if (fit->span_s > most)
		return most >= 60 ? 60 * floor(most / 60) : most >= 1 ? floor(most) : most;
	return fit->span_s >= 1 ? ceil(fit->span_s) : fit->span_s;
}

/* ---- the file */

static const char *process_words(const struct fit *fit)
{
	static const char *const words[GAP_KINDS] = {
		"like clockwork", "independently of each other", "with gaps of a gamma law",
		"with gaps of a lognormal law", "independently, at a rate that jumps into bursts"};
	return words[fit->gaps.kind];
}

static void print_head(const struct writer *w, const char *title, const char *command)
{
	const struct fit *fit = w->fit;
	char span[UNITS_TEXT];
	fprintf(w->out, "# What would a rollout do in traffic like that of %s?\nscenario: ",
		fit->source.name);
	print_name(w, title);
	fprintf(w->out,
		"\n\n# Fitted to a trace of %lld rows over %s, fingerprint %s, by\n#   %s\n"
		"# It holds models of the trace, no request and no user of it.\n",
		(long long)fit->n, fit_duration(span, fit->span_s, DIGITS),
		fit->source.recording->fingerprint, command);
	if (fit->coarse)
		fputs("# The clock of the trace is coarser than its traffic: how requests came "
		      "within a tick\n# is not known, and was taken to be even. coalmine import "
		      "--jitter spreads them, too.\n",
		      w->out);
	fprintf(w->out, "\ntraffic:\n  # Requests come %s.\n", process_words(fit));
}

const char *fit_scenario(const struct fit *fit, struct arena *arena, const char *title,
			 const char *command)
{
	char *text;
	size_t length;
	struct writer w = {fit, open_memstream(&text, &length), horizon_of(fit)};
	if (!w.out)
		error_out_of_memory(4096);
	print_head(&w, title, command);
	print_process(&w);
	print_shape(&w);
	print_users(&w);
	print_segments(&w);
	print_versions(&w);
	print_cases(&w);
	print_rollouts(&w);
	print_end(&w);
	if (fclose(w.out))
		error_out_of_memory(length);
	const char *copy = arena_copy(arena, text, length);
	free(text);
	return copy;
}
