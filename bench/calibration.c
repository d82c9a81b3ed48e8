/* One rollout a row: an hour of canary at 20 %, looked at every minute. Where the candidate is
 * stable's equal, whatever is rolled back is a false alarm. */
#include "bench/calibration.h"

#include "sim/scenario/scenario.h"
#include "sim/stats/proportion.h"
#include "sim/stats/quantile.h"
#include "sim/study.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const calibration_conditions[CONDITIONS] = {"few requests", "many requests", "tides",
							"clumps", "harm"};

#define CANARY	 "canary: {steps: [20% for 60m], patience: 1s}"
#define COPIES	 "blue_green: {preview: 60m, mirror: 20%, soak: 1s}"
#define MINUTELY ", every: 1m"
#define ONCE	 ", every: 60m"
/* A promise of one false alarm in so many looks is one in sixty looks of 3 %. */
#define RUN	 2000
#define IN_SIXTY (1 - 0.9704455) /* 1 - exp(-60 / 2000) */

const struct calibration_row calibration_rows[] = {
	{"ztest once", CANARY, "error_rate, ztest: {alpha: 5%}" ONCE, 0.05, KEEPS, false},
	{"ztest", CANARY, "error_rate, ztest: {alpha: 5%}" MINUTELY, 0.05, BREAKS, false},
	{"fisher once", CANARY, "error_rate, fisher: {alpha: 5%}" ONCE, 0.05, KEEPS, false},
	{"fisher", CANARY, "error_rate, fisher: {alpha: 5%}" MINUTELY, 0.05, BREAKS, false},
	{"score_interval", CANARY, "error_rate, score_interval: {margin: 0, alpha: 5%}" MINUTELY,
	 0.05, BREAKS, false},
	{"bayes", CANARY, "error_rate, bayes: {chance: 99%}" MINUTELY, NAN, SAYS_NOTHING, false},
	{"sprt", CANARY, "error_rate, sprt: {harm: x2, alpha: 5%, beta: 5%}" MINUTELY, 0.05, KEEPS,
	 false},
	{"counting", CANARY, "error_rate, counting: {alpha: 5%}" MINUTELY, 0.05, KEEPS, false},
	{"betting", CANARY, "error_rate, betting: {alpha: 5%}" MINUTELY, 0.05, KEEPS, false},
	{"msprt", CANARY, "error_rate, msprt: {alpha: 5%}" MINUTELY, 0.05, KEEPS, false},
	{"confidence_sequence", CANARY, "error_rate, confidence_sequence: {alpha: 5%}" MINUTELY,
	 0.05, KEEPS, false},
	{"group_sequential", CANARY,
	 "error_rate, group_sequential: {looks: 60, alpha: 5%}" MINUTELY, 0.05, KEEPS, false},
	{"cusum", CANARY, "error_rate, cusum: {alarm_every: 2000}" MINUTELY, IN_SIXTY, KEEPS,
	 false},
	{"ewma", CANARY, "error_rate, ewma: {alarm_every: 2000}" MINUTELY, IN_SIXTY, KEEPS, false},
	{"shiryaev_roberts", CANARY, "error_rate, shiryaev_roberts: {alarm_every: 2000}" MINUTELY,
	 IN_SIXTY, KEEPS, false},
	{"page_hinkley", CANARY, "error_rate, page_hinkley: {}" MINUTELY, NAN, SAYS_NOTHING, false},
	{"adwin", CANARY, "error_rate, adwin: {delta: 1%}" MINUTELY, NAN, SAYS_NOTHING, false},
	{"bocpd", CANARY, "error_rate, bocpd: {}" MINUTELY, NAN, SAYS_NOTHING, false},
	{"threshold", CANARY, "error_rate, threshold: {max: 2%}, window: 5m" MINUTELY, NAN,
	 SAYS_NOTHING, false},
	{"ratio", CANARY, "error_rate, ratio: {max: 1.5}, window: 5m" MINUTELY, NAN, SAYS_NOTHING,
	 false},
	{"delta", CANARY, "error_rate, delta: {max: 0.5%}, window: 5m" MINUTELY, NAN, SAYS_NOTHING,
	 false},
	{"slo_burn", CANARY, "error_rate, slo_burn: {budget: 1%, fast: 4, slow: 2}" MINUTELY, NAN,
	 SAYS_NOTHING, false},
	{"mann_whitney once", CANARY, "latency_p95, mann_whitney: {alpha: 5%}" ONCE, 0.05, KEEPS,
	 false},
	{"mann_whitney", CANARY, "latency_p95, mann_whitney: {alpha: 5%}" MINUTELY, 0.05, BREAKS,
	 false},
	{"ks once", CANARY, "latency_p95, ks: {alpha: 5%}" ONCE, 0.05, KEEPS, false},
	{"ks", CANARY, "latency_p95, ks: {alpha: 5%}" MINUTELY, 0.05, BREAKS, false},
	{"welch once", CANARY, "latency_mean, welch: {alpha: 5%}" ONCE, 0.05, KEEPS, false},
	{"welch", CANARY, "latency_mean, welch: {alpha: 5%}" MINUTELY, 0.05, BREAKS, false},
	{"quantile_sequence", CANARY, "latency_p95, quantile_sequence: {alpha: 5%}" MINUTELY, 0.05,
	 KEEPS, false},
	{"drift", CANARY, "latency_p95, drift: {max: 0.25}" MINUTELY, NAN, SAYS_NOTHING, false},
	{"srm once", CANARY, "request_rate, srm: {alpha: 5%}" ONCE, 0.05, KEEPS, false},
	{"srm", CANARY, "request_rate, srm: {alpha: 5%}" MINUTELY, 0.05, BREAKS, false},
	{"auc once", CANARY, "auc, auc: {alpha: 5%}" ONCE, 0.05, KEEPS, true},
	{"auc", CANARY, "auc, auc: {alpha: 5%}" MINUTELY, 0.05, BREAKS, true},
	{"agreement once", COPIES, "agreement, agreement: {min: 96%, alpha: 5%}, every: 59m", 0.05,
	 KEEPS, true},
	{"agreement", COPIES, "agreement, agreement: {min: 96%, alpha: 5%}" MINUTELY, 0.05, BREAKS,
	 true},
	{NULL, NULL, NULL, 0, SAYS_NOTHING, false},
};

static const struct {
	const char *rate, *users, *fault;
} worlds[CONDITIONS] = {
	[CALM_FEW] = {"5/s", "", ""},
	[CALM_MANY] = {"200/s", "", ""},
	[TIDES] = {"40/s", "", "{step: {on: both, errors: x5, every: 7m, duration: 2m}}"},
	[CLUMPS] = {"40/s", ", users: {count: 300, skew: 1}",
		    "{bad_config: {on: both, of: users, share: 10%, errors: +10%}}"},
	[HARM] = {"40/s", "", "{step: {on: candidate, at: 20m, errors: +0.3%, latency: x1.02}}"},
};

/* Whether somebody's answers are right costs time, so rows that ask have a scenario of their own.
 */
struct run {
	enum calibration_condition condition;
	bool answers;
	int trials, threads;
};

/* The scenario of a run, in memory the caller frees. */
static char *write_scenario(const struct run *run)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	fprintf(out,
		"scenario: calibration\n"
		"traffic: {poisson: {rate: %s}%s}\n"
		"versions:\n"
		"  stable: {latency: {lognormal: {p50: 60ms, p99: 300ms}}, errors: 1%%%s}\n"
		"  candidate: {like: stable%s}\n"
		"telemetry: {scrape: 20s%s}\n"
		"cases: {it: [%s%s]}\n"
		"rollouts:\n",
		worlds[run->condition].rate, worlds[run->condition].users,
		run->answers ? ", quality: {accuracy: 90%}" : "",
		run->answers ? ", quality: {agreement: 96%}" : "",
		run->answers ? ", labels: {share: 100%, delay: {constant: {time: 1s}}}" : "",
		worlds[run->condition].fault,
		run->answers && run->condition == HARM
			? ", {quality_drop: {on: candidate, at: 20m, accuracy: -1%}}"
			: "");
	for (const struct calibration_row *row = calibration_rows; row->name; row++)
		if (row->answers == run->answers)
			fprintf(out, "  %s: {%s, checks: [{metric: %s}]}\n", row->name,
				row->strategy, row->check);
	fprintf(out, "horizon: 61m\ntrials: %d\nseed: %d\n", run->trials, 31 + (int)run->condition);
	fclose(out);
	return text;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

#define HARM_AT 1200.0 /* seconds */

/* Who never finds the harm finds it after an infinite time. */
static void take_delays(struct calibration_rate *rate, double *delay, int64_t n)
{
	qsort(delay, (size_t)n, sizeof *delay, ascending);
	rate->delay = delay[(n - 1) / 2];
	rate->delay_between = quantile_interval(delay, (size_t)n, 0.5, 0.95);
}

static void take_rate(const struct results *results, int cell, bool harm,
		      struct calibration_rate *rate, double *delay)
{
	const struct column *decision = results_column("decision_time");
	int64_t alarms = 0, found = 0, n = results->trials_run[cell];
	for (int t = 0; t < n; t++) {
		double after = results_value(results, decision, cell, t, 0) - HARM_AT;
		bool right = harm && after >= 0; /* not where it is NaN: no decision */
		found += right;
		alarms += !right && !isnan(after);
		delay[t] = right ? after : INFINITY;
	}
	rate->alarms = (double)alarms / (double)n;
	rate->alarms_between = proportion_clopper_pearson((double)alarms, (double)n, 0.95);
	rate->found = (double)found / (double)n;
	rate->found_between = proportion_clopper_pearson((double)found, (double)n, 0.95);
	take_delays(rate, delay, n);
}

static void take_rates(const struct results *results, const struct run *run,
		       struct calibration_rate rates[CALIBRATION_MOST])
{
	double *delay = calloc((size_t)run->trials, sizeof *delay);
	int cell = 0;
	for (int r = 0; delay && calibration_rows[r].name; r++) {
		assert(r < CALIBRATION_MOST);
		if (calibration_rows[r].answers == run->answers)
			take_rate(results, cell++, run->condition == HARM, &rates[r], delay);
	}
	free(delay);
}

static bool run_rows(const struct run *run, struct calibration_rate rates[CALIBRATION_MOST])
{
	struct complaints complaints;
	struct scenario scenario;
	struct results results;
	char *text = write_scenario(run);
	const struct source source = {"calibration", text, text ? strlen(text) : 0};
	complaints_init(&complaints);
	bool good = text && scenario_read(&scenario, &source, NULL, 0, &complaints);
	complaints_print(&complaints, stderr);
	complaints_free(&complaints);
	if (good) {
		scenario_describe(&scenario, &results);
		const struct study study = {.plans = scenario.plans,
					    .points = 1,
					    .trials = run->trials,
					    .threads = run->threads};
		good = study_run(&study, &results);
		if (good)
			take_rates(&results, run, rates);
		results_free(&results);
		scenario_free(&scenario);
	}
	free(text);
	return good;
}

bool calibration_run(enum calibration_condition condition, int trials, int threads,
		     struct calibration_rate rates[CALIBRATION_MOST])
{
	const struct run plain = {condition, false, trials, threads};
	const struct run answers = {condition, true, trials, threads};
	return run_rows(&plain, rates) && run_rows(&answers, rates);
}
