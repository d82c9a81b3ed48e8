/* One rollout a row: an hour of canary at 20 %, looked at every minute, of a candidate that is
 * stable's equal. Whatever is rolled back is a false alarm. */
#include "bench/calibration.h"

#include "sim/scenario/scenario.h"
#include "sim/stats/proportion.h"
#include "sim/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const calibration_conditions[CONDITIONS] = {"few requests", "many requests", "tides",
							"clumps"};

#define MINUTELY ", every: 1m"
#define ONCE	 ", every: 60m"
/* A promise of one false alarm in so many looks is one in sixty looks of 3 %. */
#define RUN	 2000
#define IN_SIXTY (1 - 0.9704455) /* 1 - exp(-60 / 2000) */

struct calibration_row calibration_rows[] = {
	{"ztest once", "error_rate, ztest: {alpha: 5%}" ONCE, 0.05, KEEPS, {0}, {{0, 0}}},
	{"ztest", "error_rate, ztest: {alpha: 5%}" MINUTELY, 0.05, BREAKS, {0}, {{0, 0}}},
	{"fisher once", "error_rate, fisher: {alpha: 5%}" ONCE, 0.05, KEEPS, {0}, {{0, 0}}},
	{"fisher", "error_rate, fisher: {alpha: 5%}" MINUTELY, 0.05, BREAKS, {0}, {{0, 0}}},
	{"score_interval",
	 "error_rate, score_interval: {margin: 0, alpha: 5%}" MINUTELY,
	 0.05,
	 BREAKS,
	 {0},
	 {{0, 0}}},
	{"bayes", "error_rate, bayes: {chance: 99%}" MINUTELY, NAN, SAYS_NOTHING, {0}, {{0, 0}}},
	{"sprt",
	 "error_rate, sprt: {harm: x2, alpha: 5%, beta: 5%}" MINUTELY,
	 0.05,
	 KEEPS,
	 {0},
	 {{0, 0}}},
	{"counting", "error_rate, counting: {alpha: 5%}" MINUTELY, 0.05, KEEPS, {0}, {{0, 0}}},
	{"betting", "error_rate, betting: {alpha: 5%}" MINUTELY, 0.05, KEEPS, {0}, {{0, 0}}},
	{"msprt", "error_rate, msprt: {alpha: 5%}" MINUTELY, 0.05, KEEPS, {0}, {{0, 0}}},
	{"confidence_sequence",
	 "error_rate, confidence_sequence: {alpha: 5%}" MINUTELY,
	 0.05,
	 KEEPS,
	 {0},
	 {{0, 0}}},
	{"group_sequential",
	 "error_rate, group_sequential: {looks: 60, alpha: 5%}" MINUTELY,
	 0.05,
	 KEEPS,
	 {0},
	 {{0, 0}}},
	{"cusum",
	 "error_rate, cusum: {alarm_every: 2000}" MINUTELY,
	 IN_SIXTY,
	 SAYS_NOTHING,
	 {0},
	 {{0, 0}}},
	{"ewma",
	 "error_rate, ewma: {alarm_every: 2000}" MINUTELY,
	 IN_SIXTY,
	 SAYS_NOTHING,
	 {0},
	 {{0, 0}}},
	{"shiryaev_roberts",
	 "error_rate, shiryaev_roberts: {alarm_every: 2000}" MINUTELY,
	 IN_SIXTY,
	 SAYS_NOTHING,
	 {0},
	 {{0, 0}}},
	{"page_hinkley", "error_rate, page_hinkley: {}" MINUTELY, NAN, SAYS_NOTHING, {0}, {{0, 0}}},
	{"adwin", "error_rate, adwin: {delta: 1%}" MINUTELY, NAN, SAYS_NOTHING, {0}, {{0, 0}}},
	{"bocpd", "error_rate, bocpd: {}" MINUTELY, NAN, SAYS_NOTHING, {0}, {{0, 0}}},
	{"mann_whitney once",
	 "latency_p95, mann_whitney: {alpha: 5%}" ONCE,
	 0.05,
	 KEEPS,
	 {0},
	 {{0, 0}}},
	{"mann_whitney",
	 "latency_p95, mann_whitney: {alpha: 5%}" MINUTELY,
	 0.05,
	 BREAKS,
	 {0},
	 {{0, 0}}},
	{"ks once", "latency_p95, ks: {alpha: 5%}" ONCE, 0.05, KEEPS, {0}, {{0, 0}}},
	{"ks", "latency_p95, ks: {alpha: 5%}" MINUTELY, 0.05, BREAKS, {0}, {{0, 0}}},
	{"welch once", "latency_mean, welch: {alpha: 5%}" ONCE, 0.05, KEEPS, {0}, {{0, 0}}},
	{"welch", "latency_mean, welch: {alpha: 5%}" MINUTELY, 0.05, BREAKS, {0}, {{0, 0}}},
	{"quantile_sequence",
	 "latency_p95, quantile_sequence: {alpha: 5%}" MINUTELY,
	 0.05,
	 KEEPS,
	 {0},
	 {{0, 0}}},
	{"srm once", "request_rate, srm: {alpha: 5%}" ONCE, 0.05, KEEPS, {0}, {{0, 0}}},
	{"srm", "request_rate, srm: {alpha: 5%}" MINUTELY, 0.05, BREAKS, {0}, {{0, 0}}},
	{NULL, NULL, 0, SAYS_NOTHING, {0}, {{0, 0}}},
};

static const struct {
	const char *rate, *users, *fault;
} worlds[CONDITIONS] = {
	[CALM_FEW] = {"5/s", "", ""},
	[CALM_MANY] = {"200/s", "", ""},
	[TIDES] = {"40/s", "", "{step: {on: both, errors: x5, every: 7m, duration: 2m}}"},
	[CLUMPS] = {"40/s", ", users: {count: 300, skew: 1}",
		    "{bad_config: {on: both, of: users, share: 10%, errors: +10%}}"},
};

/* The scenario of a condition, in memory the caller frees. */
static char *write_scenario(enum calibration_condition condition, int trials)
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
		"  stable: {latency: {lognormal: {p50: 60ms, p99: 300ms}}, errors: 1%%}\n"
		"  candidate: {like: stable}\n"
		"telemetry: {scrape: 20s}\n"
		"cases: {alike: [%s]}\n"
		"rollouts:\n",
		worlds[condition].rate, worlds[condition].users, worlds[condition].fault);
	for (const struct calibration_row *row = calibration_rows; row->name; row++)
		fprintf(out,
			"  %s: {canary: {steps: [20%% for 60m], patience: 1s}, checks: [{metric: "
			"%s}]}\n",
			row->name, row->check);
	fprintf(out, "horizon: 61m\ntrials: %d\nseed: %d\n", trials, 31 + (int)condition);
	fclose(out);
	return text;
}

static void take_rates(const struct results *results, enum calibration_condition condition)
{
	const struct column *outcome = results_column("outcome");
	for (int r = 0; calibration_rows[r].name; r++) {
		int64_t alarms = 0, n = results->trials_run[r];
		for (int t = 0; t < n; t++)
			alarms += (int)results_value(results, outcome, r, t, 0) ==
				  OUTCOME_ROLLED_BACK;
		calibration_rows[r].measured[condition] = (double)alarms / (double)n;
		calibration_rows[r].interval[condition] =
			proportion_clopper_pearson((double)alarms, (double)n, 0.95);
	}
}

bool calibration_run(enum calibration_condition condition, int trials, int threads)
{
	struct complaints complaints;
	struct scenario scenario;
	struct results results;
	char *text = write_scenario(condition, trials);
	const struct source source = {"calibration", text, text ? strlen(text) : 0};
	complaints_init(&complaints);
	bool good = text && scenario_read(&scenario, &source, NULL, 0, &complaints);
	complaints_print(&complaints, stderr);
	complaints_free(&complaints);
	if (good) {
		scenario_describe(&scenario, &results);
		const struct study study = {
			.plans = scenario.plans, .points = 1, .trials = trials, .threads = threads};
		good = study_run(&study, &results);
		if (good)
			take_rates(&results, condition);
		results_free(&results);
		scenario_free(&scenario);
	}
	free(text);
	return good;
}
