/* The trace and every sample go through the same measures; then each is put among the samples. */
#include "sim/report/fit_compare.h"

#include "sim/batch.h"
#include "sim/latency.h"

#include "sim/stats/dispersion.h"
#include "sim/stats/quantile.h"
#include "sim/stats/sort.h"

#include <math.h>
#include <string.h>

enum {
	TRIALS_MANY = 199, /* the fifth and the 195th enclose 95 % exactly, */
	TRIALS_FEW = 39,   /* as do the first and the last */
	TRIALS_QUICK = 19,
	FEW_ABOVE = 200000, /* requests: then each sample tells more, and costs more */
	GAPS_MOST = 1000000,
	WINDOWS_FEWEST = 10, /* of a dispersion */
	ROOM = 3,	     /* times as many arrivals as expected a sample may have */
};

#define LEVEL 0.95

/* Beyond the samples, but nobody's concern: a distance up to this; a ratio to their middle up to
 * that. */
#define CLOSE_DISTANCE 0.05

struct kind {
	bool distance; /* only more is worse */
	double close;  /* the distance, or the ratio, that still is */
};

static const struct kind kinds[FIT_MEASURES] = {
	[FIT_RATE] = {true, 0.1},
	[FIT_GAPS] = {true, CLOSE_DISTANCE},
	[FIT_SECOND] = {false, 1.25},
	[FIT_MINUTE] = {false, 1.25},
	[FIT_ANSWERS] = {true, CLOSE_DISTANCE},
	[FIT_ANSWERS_P50] = {false, 1.1},
	[FIT_ANSWERS_P95] = {false, 1.1},
	[FIT_ANSWERS_P99] = {false, 1.1},
	[FIT_FAILURES] = {true, CLOSE_DISTANCE},
	[FIT_FAILURES_P50] = {false, 1.1},
	[FIT_FAILURES_P95] = {false, 1.1},
	[FIT_FAILURES_P99] = {false, 1.1},
	[FIT_ERRORS] = {false, 1.1},
	[FIT_CLUMP_INDEX] = {false, 1.25},
	[FIT_CLUMP_RATIO] = {false, 1.25},
};

/* What is measured of one sample. */
struct measures {
	double value[FIT_MEASURES], dispersion[FIT_WIDTHS], bin[LEVELS_BINS];
};

struct comparing {
	const struct fit *fit;
	const struct plan *plan;
	struct fit_comparison *result;
	struct arena scratch;
	struct requests *requests;
	double expected[LEVELS_BINS]; /* requests of each bin */
	double *at_s, *work;	      /* of a sample; room */
	uint8_t *failed;
	uint32_t *bits;
	int64_t room, n;
	struct measures *measures; /* the trace's first, then one a sample */
};

/* ---- arrivals */

static double dispersion_at(const double *at_s, int64_t n, double width_s, double span_s)
{
	int64_t windows = (int64_t)floor(span_s / width_s), next = 0;
	struct moments counts = {.n = 0};
	for (int64_t w = 1; w <= windows; w++) {
		int64_t first = next;
		while (next < n && at_s[next] < (double)w * width_s)
			next++;
		moments_add(&counts, (double)(next - first));
	}
	return windows >= WINDOWS_FEWEST ? dispersion_index(&counts) : NAN;
}

static double gap_below(const void *context, double x)
{
	return gap_law_below(context, x);
}

static double gap_distance(struct comparing *c, const double *at_s, int64_t n)
{
	int64_t step = (n - 2) / GAPS_MOST + 1, gaps = 0;
	if (n < 2 || c->fit->gaps.kind == GAP_CLOCK)
		return NAN;
	memcpy(c->work, at_s, (size_t)n * sizeof *at_s);
	fit_rescale(&c->fit->rate, c->work, n);
	for (int64_t i = 0; i + 1 < n; i += step)
		c->work[gaps++] = c->work[i + 1] - c->work[i];
	sort_ascending(c->work, (size_t)gaps);
	return law_distance(c->work, (int)gaps, c->fit->tick, gap_below, &c->fit->gaps);
}

static void measure_bins(const struct comparing *c, const double *at_s, int64_t n,
			 struct measures *m)
{
	const struct fit_rate *rate = &c->fit->rate;
	double square = 0;
	for (int b = 0; b < rate->bins; b++)
		m->bin[b] = 0;
	for (int64_t i = 0; i < n; i++)
		m->bin[(int)fmin(at_s[i] / rate->bin_s, rate->bins - 1)]++;
	for (int b = 0; b < rate->bins; b++) {
		double off = (m->bin[b] - c->expected[b]) / rate->exposure[b];
		square += off * off / rate->bins;
		m->bin[b] /= rate->exposure[b];
	}
	m->value[FIT_RATE] = sqrt(square) * c->fit->span_s / (double)c->fit->n;
}

static void measure_arrivals(struct comparing *c, const double *at_s, int64_t n, struct measures *m)
{
	double span_s = c->fit->span_s;
	measure_bins(c, at_s, n, m);
	for (int k = 0; k < c->result->widths; k++)
		m->dispersion[k] = dispersion_at(at_s, n, c->result->width_s[k], span_s);
	m->value[FIT_SECOND] = dispersion_at(at_s, n, 1, span_s);
	m->value[FIT_MINUTE] = dispersion_at(at_s, n, 60, span_s);
	m->value[FIT_GAPS] = gap_distance(c, at_s, n);
}

/* ---- durations */

struct law_use {
	const struct latency *law;
	const void *config;
};

static double law_below(const void *context, double ns)
{
	const struct law_use *use = context;
	return use->law->cdf(use->config, ns);
}

static void measure_times(const struct use *use, const double *sorted, int n,
			  enum fit_measure first, struct measures *m)
{
	struct law_use law = {(const struct latency *)use->plugin, use->config};
	bool constant = !strcmp(use->plugin->name, "constant");
	m->value[first] = constant ? NAN : law_distance(sorted, n, 0, law_below, &law);
	m->value[first + 1] = quantile_of_sorted(sorted, (size_t)n, 0.5);
	m->value[first + 2] = quantile_of_sorted(sorted, (size_t)n, 0.95);
	m->value[first + 3] = quantile_of_sorted(sorted, (size_t)n, 0.99);
}

static void sample_times(struct comparing *c, const struct use *use, int n, uint64_t trial,
			 enum fit_measure first, struct measures *m)
{
	static const char *const streams[] = {"latency", "failed_latency"};
	struct rng rng;
	rng_stream(&rng, c->plan->seed, trial, streams[first == FIT_FAILURES]);
	rng_fill32(&rng, c->bits, ((size_t)n + 1) & ~(size_t)1);
	((const struct latency *)use->plugin)->fill(use->config, c->bits, c->work, n);
	sort_ascending(c->work, (size_t)n);
	measure_times(use, c->work, n, first, m);
}

/* ---- failures */

static void measure_failures(struct comparing *c, const double *at_s, const uint8_t *failed,
			     int64_t n, struct measures *m)
{
	const struct fit_errors *errors = &c->fit->errors;
	struct clump_pairs pairs = {.requests = 0};
	int windows = (int)ceil(c->fit->span_s / errors->window_s);
	double *requests = c->work, *failures = c->work + windows;
	memset(requests, 0, 2 * (size_t)windows * sizeof *requests);
	for (int64_t i = 0; i < n; i++) {
		int at = (int)fmin(at_s[i] / errors->window_s, windows - 1);
		clump_add(&pairs, failed[i]);
		requests[at]++;
		failures[at] += failed[i];
	}
	m->value[FIT_ERRORS] = pairs.failures / pairs.requests;
	m->value[FIT_CLUMP_INDEX] = clump_index(requests, failures, windows);
	m->value[FIT_CLUMP_RATIO] = pairs.failures > 0 ? clump_ratio(&pairs) : NAN;
}

static const struct case_plan *find_case(const struct plan *plan, const char *name)
{
	for (int i = 0; i < plan->cases; i++)
		if (!strcmp(plan->case_[i].name, name))
			return &plan->case_[i];
	return &plan->case_[0];
}

static sim_time next_change(const struct course *course, sim_time now)
{
	sim_time next = SIM_NEVER;
	for (int f = 0; f < course->case_->faults; f++) {
		sim_time change = course_next(course, f, now);
		next = change < next ? change : next;
	}
	return next;
}

/* Everybody is stable's; faults come and go as in any trial. */
static void sample_failures(struct comparing *c, uint64_t trial)
{
	const struct viewpoint stable = {.version = STABLE, .apart = true};
	struct course course;
	struct rng rng;
	rng_stream(&rng, c->plan->seed, trial, "outcome");
	course_begin(&course, c->plan, find_case(c->plan, FIT_CASE_CLUMPED), trial);
	sim_time next = next_change(&course, -1);
	double errors = course_behaviour(&course, &stable, 0).errors;
	for (int64_t i = 0; i < c->n; i++) {
		while (c->at_s[i] * SIM_SECOND >= (double)next) {
			sim_time now = next;
			for (int f = 0; f < course.case_->faults; f++)
				if (course_next(&course, f, now - 1) <= now)
					course_change(&course, f, now);
			errors = course_behaviour(&course, &stable, now).errors;
			next = next_change(&course, now);
		}
		c->failed[i] = rng_uniform(&rng) < errors;
	}
}

/* ---- samples */

static void sample_arrivals(struct comparing *c, uint64_t trial)
{
	struct requests *r = c->requests;
	requests_reset(r, c->plan, find_case(c->plan, "healthy"), false, trial);
	c->n = 0;
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size && c->n < c->room; i++) {
			double at_s = (double)r->batch.at[i] / SIM_SECOND;
			if (at_s < c->fit->span_s)
				c->at_s[c->n++] = at_s;
		}
}

static const struct use *law_of(const struct plan *plan, bool failures)
{
	const struct service_plan *service = &plan->version[STABLE].service[0];
	return failures ? &service->failed : &service->latency;
}

static void measure_sample(struct comparing *c, uint64_t trial, struct measures *m)
{
	const struct fit *fit = c->fit;
	sample_arrivals(c, trial);
	measure_arrivals(c, c->at_s, c->n, m);
	if (fit->answers.n)
		sample_times(c, law_of(c->plan, false), fit->answers.n, trial, FIT_ANSWERS, m);
	if (fit->failures.n)
		sample_times(c, law_of(c->plan, true), fit->failures.n, trial, FIT_FAILURES, m);
	if (!fit->errors.known)
		return;
	sample_failures(c, trial);
	measure_failures(c, c->at_s, c->failed, c->n, m);
}

static void measure_trace(struct comparing *c, struct measures *m)
{
	const struct fit *fit = c->fit;
	measure_arrivals(c, fit->at_s, fit->n, m);
	if (fit->answers.n)
		measure_times(law_of(c->plan, false), fit->answers.sorted, fit->answers.n,
			      FIT_ANSWERS, m);
	if (fit->failures.n)
		measure_times(law_of(c->plan, true), fit->failures.sorted, fit->failures.n,
			      FIT_FAILURES, m);
	if (fit->errors.known)
		measure_failures(c, fit->served_s, fit->failed, fit->served, m);
}

/* ---- the trace among the samples */

static enum fit_verdict judge(const struct fit_value *v, const struct kind *kind)
{
	if (isnan(v->trace) || isnan(v->high))
		return FIT_NOTHING;
	if (v->trace >= v->low && v->trace <= v->high)
		return FIT_SAME;
	if (kind->distance)
		return v->trace <= kind->close ? FIT_CLOSE : FIT_OFF;
	return fabs(log(v->trace / v->middle)) <= log(kind->close) ? FIT_CLOSE : FIT_OFF;
}

/* Values lie as far apart as measures do. */
static struct fit_value place(struct comparing *c, const double *values, const struct kind *kind)
{
	size_t stride = sizeof *c->measures / sizeof *values;
	int trials = c->result->trials, known = 0;
	for (int t = 1; t <= trials; t++)
		if (!isnan(values[(size_t)t * stride]))
			c->work[known++] = values[(size_t)t * stride];
	struct fit_value v = {values[0], NAN, NAN, NAN, FIT_NOTHING};
	if (known < trials * 9 / 10)
		return v;
	sort_ascending(c->work, (size_t)known);
	double tail = kind->distance ? 1 - LEVEL : (1 - LEVEL) / 2;
	int rank = (int)fmax(round(tail * (known + 1)), 1);
	v.low = kind->distance ? 0 : c->work[rank - 1];
	v.middle = c->work[known / 2];
	v.high = c->work[known - rank];
	v.verdict = judge(&v, kind);
	return v;
}

static void place_all(struct comparing *c)
{
	struct fit_comparison *r = c->result;
	const struct kind ratio = {false, 1.25};
	for (int m = 0; m < FIT_MEASURES; m++)
		r->value[m] = place(c, &c->measures[0].value[m], &kinds[m]);
	for (int k = 0; k < r->widths; k++)
		r->dispersion[k] = place(c, &c->measures[0].dispersion[k], &ratio);
	for (int b = 0; b < c->fit->rate.bins; b++)
		r->bin[b] = place(c, &c->measures[0].bin[b], &ratio);
}

/* ---- all of it */

/* Windows from two mean gaps or a tick on, as long as there are enough. */
static void choose_widths(const struct fit *fit, struct fit_comparison *r)
{
	double least =
		fmax(2 / fit->rate.per_second, 2e-9 * (double)clock_tick(&fit->source.clock));
	for (int power = -4; power <= 7; power++)
		for (int m = 0; m < 3; m++) {
			double width = pow(10, power) * (m == 2 ? 5 : m + 1);
			if (width >= least && width * WINDOWS_FEWEST * 2 <= fit->span_s &&
			    r->widths < FIT_WIDTHS)
				r->width_s[r->widths++] = width;
		}
}

static void allocate(struct comparing *c)
{
	const struct fit *fit = c->fit;
	struct requests_size size = {.people = 0};
	c->requests = arena_take(&c->scratch, sizeof *c->requests);
	requests_measure(&size, c->plan);
	requests_allocate(c->requests, &c->scratch, &size);
	c->room = ROOM * fit->n + 1000;
	size_t times =
		(size_t)(fit->answers.n > fit->failures.n ? fit->answers.n : fit->failures.n);
	size_t windows = 2 * (size_t)ceil(fit->span_s / fit->errors.window_s);
	size_t room = (size_t)c->room + times + windows;
	c->at_s = arena_take(&c->scratch, (size_t)c->room * sizeof *c->at_s);
	c->failed = arena_take(&c->scratch, (size_t)c->room);
	c->work = arena_take(&c->scratch, room * sizeof *c->work);
	c->bits = arena_take(&c->scratch, (times + 2) * sizeof *c->bits);
	c->measures =
		arena_take(&c->scratch, (size_t)(c->result->trials + 1) * sizeof *c->measures);
	for (int t = 0; t <= c->result->trials; t++)
		for (int m = 0; m < FIT_MEASURES; m++)
			c->measures[t].value[m] = NAN;
}

static void begin(struct comparing *c, const struct fit *fit, const struct plan *plan,
		  struct fit_comparison *comparison, int trials)
{
	*c = (struct comparing){.fit = fit, .plan = plan, .result = comparison};
	*comparison = (struct fit_comparison){.trials = trials};
	choose_widths(fit, comparison);
	allocate(c);
	fit_expect(&fit->rate, c->expected);
}

void fit_compare(const struct fit *fit, const struct plan *plan, struct fit_comparison *comparison)
{
	struct comparing c;
	begin(&c, fit, plan, comparison, fit->n > FEW_ABOVE ? TRIALS_FEW : TRIALS_MANY);
	measure_trace(&c, &c.measures[0]);
	for (int t = 1; t <= comparison->trials; t++)
		measure_sample(&c, (uint64_t)t, &c.measures[t]);
	place_all(&c);
	arena_free(&c.scratch);
}

void fit_compare_arrivals(const struct fit *fit, const struct plan *plan,
			  struct fit_comparison *comparison)
{
	struct comparing c;
	begin(&c, fit, plan, comparison, TRIALS_QUICK);
	measure_arrivals(&c, fit->at_s, fit->n, &c.measures[0]);
	for (int t = 1; t <= comparison->trials; t++) {
		sample_arrivals(&c, (uint64_t)t);
		measure_arrivals(&c, c.at_s, c.n, &c.measures[t]);
	}
	place_all(&c);
	arena_free(&c.scratch);
}

const char *fit_verdict_words(enum fit_verdict verdict)
{
	static const char *const words[] = {"unknown", "indistinguishable", "close", "off"};
	return words[verdict];
}
