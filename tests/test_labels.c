/* What dashboards learn of quality, and when: against every label counted one by one, and against
 * the laws of those who make them. */
#include "sim/labels.h"

#include "sim/answers.h"
#include "sim/stats/ranking.h"
#include "tests/random.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* ---- slots */

Test(labels, take_bounded_memory_and_slots_that_end_at_scrapes)
{
	const sim_time scrape = 15 * SIM_SECOND, day = 86400 * SIM_SECOND;
	const sim_time horizons[] = {1, scrape, 3600 * SIM_SECOND, day, 7 * day, MAX_HORIZON};
	for (int h = 0; h < 6; h++)
		for (int keys = 1; keys <= MAX_KEYS; keys *= 2) {
			struct label_size size = labels_size(horizons[h], scrape, keys, true);
			cr_assert_leq(size.slots, MOST_SLOTS);
			cr_assert_leq(size.slots * keys, MOST_LABEL_TALLIES);
			cr_assert_eq(size.scored, size.slots * keys);
			cr_assert_eq(size.slot % scrape, 0);
			cr_assert_gt(size.slot * size.slots, horizons[h] - 1);
		}
	cr_assert_eq(labels_size(3600 * SIM_SECOND, scrape, 2, false).slot, scrape);
	cr_assert_eq(labels_size(day, scrape, 2, false).slot, 2 * scrape);
}

enum { KEYS = 4, VERSIONS = 2, EVENTS = 3000, HORIZON = 6000 };

struct label_event {
	sim_time at;
	int key;
	bool right;
};

/* The share of right ones among the labels of a version that came in (since, until]. A slot that
 * has not ended is not seen; one that `since` cuts is seen whole. */
static struct reading recount(const struct label_event *events, sim_time slot, sim_time since,
			      sim_time until, int version, uint32_t cohorts)
{
	double seen = 0, right = 0;
	for (int e = 0; e < EVENTS; e++) {
		sim_time end = (events[e].at / slot + 1) * slot;
		if (end > until || end <= since || events[e].key % VERSIONS != version ||
		    !(cohorts >> (events[e].key / VERSIONS) & 1))
			continue;
		seen++;
		right += events[e].right;
	}
	return seen > 0 ? reading_of_share(right, seen) : reading_of_nothing;
}

struct dashboard {
	struct arena arena;
	struct telemetry telemetry;
	struct labels labels;
};

static void open_dashboard(struct dashboard *d, struct telemetry_config config, sim_time slot)
{
	struct telemetry_size size = telemetry_size(&config, KEYS, 10, 10);
	struct label_size label_size = {HORIZON, slot, (int)(HORIZON / slot) + 1, KEYS, 0};
	memset(d, 0, sizeof *d);
	telemetry_allocate(&d->telemetry, &d->arena, &size);
	telemetry_reset(&d->telemetry, &config, &size, VERSIONS, false);
	labels_allocate(&d->labels, &d->arena, &label_size);
	labels_reset(&d->labels, &label_size, VERSIONS);
}

static void expect_readings(const struct dashboard *d, const struct label_event *events,
			    sim_time slot, sim_time now)
{
	const struct metric metric = {.kind = METRIC_ACCURACY};
	const sim_time windows[] = {20, 200, 900, PARAM_UNSET};
	sim_time head = telemetry_seen(&d->telemetry, STABLE, now);
	for (int w = 0; w < 4; w++)
		for (int version = 0; version < VERSIONS; version++)
			for (uint32_t cohorts = 1; cohorts < 4; cohorts++) {
				const struct lookback lookback = {windows[w], MARK_STAGE};
				sim_time since =
					windows[w] == PARAM_UNSET
						? d->telemetry.marked_at[MARK_STAGE][version]
						: head - windows[w];
				struct reading r = labels_read(&d->labels, &d->telemetry, now,
							       version, cohorts, &metric, &lookback,
							       &(struct counts){0});
				struct reading e =
					recount(events, slot, since > 0 ? since / slot * slot : 0,
						head, version, cohorts);
				cr_assert_eq(r.requests, e.requests);
				cr_assert(e.requests ? r.hits == e.hits && r.value == e.value
						     : isnan(r.value));
			}
}

static void follow(struct telemetry_config config, sim_time slot)
{
	struct dashboard d;
	struct label_event events[EVENTS];
	uint64_t random = 11;
	open_dashboard(&d, config, slot);
	for (int e = 0; e < EVENTS; e++) {
		events[e] = (struct label_event){random_to(&random, HORIZON + 100),
						 (int)random_to(&random, KEYS - 1),
						 random_share(&random) < 0.8};
		int place = labels_place(&d.labels, events[e].at, events[e].key);
		cr_assert_eq(place < 0, events[e].at >= HORIZON);
		if (place < 0)
			continue;
		d.labels.tally[place].count[LABEL_SEEN]++;
		d.labels.tally[place].count[LABEL_RIGHT] += events[e].right;
	}
	for (sim_time now = 10; now <= HORIZON; now += 10) {
		telemetry_scrape(&d.telemetry, random_share(&random) < config.loss);
		labels_scrape(&d.labels, now);
		if (now == 1230)
			telemetry_mark(&d.telemetry, MARK_STAGE);
		if (telemetry_seen(&d.telemetry, STABLE, now) > 0)
			expect_readings(&d, events, slot, now);
	}
	arena_free(&d.arena);
}

Test(labels, any_lookback_finds_what_arrived_in_it)
{
	follow((struct telemetry_config){10, 0, 0}, 10);
	follow((struct telemetry_config){10, 0, 0}, 70);
}

Test(labels, are_late_and_lost_as_scrapes_are)
{
	follow((struct telemetry_config){10, 35, 0.3}, 10);
	follow((struct telemetry_config){10, 35, 0.3}, 40);
}

/* ---- trials */

static void read_labelled(struct world *world, const char *labels, const char *quality,
			  const char *checks)
{
	char text[2048];
	snprintf(text, sizeof text,
		 "scenario: labels\n"
		 "traffic: {poisson: {rate: 1/s}}\n"
		 "versions:\n"
		 "  stable: {latency: 0s, errors: 2%%, quality: {accuracy: 90%%%s}}\n"
		 "  candidate: {like: stable}\n"
		 "telemetry: {scrape: 1m, labels: {%s}}\n"
		 "cases: {it: []}\n"
		 "rollouts: {all: {instant: {}, checks: [%s]}}\n"
		 "horizon: 2d\n",
		 quality, labels, checks);
	world_read(world, text);
}

/* Steps on until a time. */
static void run_to(struct world *world, sim_time time)
{
	while (world->trial->queue.heap[0].at <= time && trial_step(world->trial))
		;
}

/* What is known of the candidate since the beginning. */
static struct reading ask(const struct world *world, enum metric_kind kind, sim_time now)
{
	const struct metric metric = {.kind = kind};
	const struct lookback lookback = {PARAM_UNSET, MARK_START};
	const struct requests *r = &world->trial->requests;
	return labels_read(&r->answers->labels, &r->telemetry, now, 1, UINT32_MAX, &metric,
			   &lookback, &(struct counts){0});
}

static const sim_time hour = 3600 * SIM_SECOND;

/* Labels of a Poisson stream, delayed independently, are one with rate(t) = rate F(t); so as many
 * have come by t as the integral of the law's cdf says. */
static void expect_arrived(const char *labels, double share, double (*integral)(double))
{
	struct world world;
	read_labelled(&world, labels, "", "");
	trial_begin(world.trial, &world.scenario.plans[0], 0, 0, 3, NULL);
	for (int h = 1; h <= 45; h += 4) {
		run_to(&world, h * hour);
		struct reading r = ask(&world, METRIC_ACCURACY, h * hour);
		double expected = 0.98 * share * integral(h) * 3600;
		cr_assert_float_eq(r.requests, expected, 4.5 * sqrt(expected) + 1e-9,
				   "%d h: %g, not %g", h, r.requests, expected);
		if (r.requests > 0)
			cr_assert_float_eq(r.value, 0.9, 4.5 * sqrt(0.09 / r.requests));
	}
	while (trial_step(world.trial))
		;
	double expected = 0.98 * share * integral(48) * 3600;
	cr_assert_float_eq((double)world.trial->row.version_labels[1], expected,
			   4.5 * sqrt(expected));
	world_free(&world);
}

static double at_once(double h)
{
	return h;
}

static double after_six_hours(double h)
{
	return fmax(h - 6, 0);
}

static double exponential_of_five_hours(double h)
{
	return h + 5 * expm1(-h / 5);
}

/* Median 3 h, p99 48 h; the integral of the cdf by Simpson's rule, the normal law by erfc. */
static double lognormal_of_hours(double h)
{
	const double sigma = log(48.0 / 3) / 2.3263478740408408;
	const int pieces = 2000;
	double sum = 0;
	for (int i = 1; i <= 2 * pieces; i++) {
		double x = h * i / (2 * pieces);
		double cdf = 0.5 * erfc(-log(x / 3) / sigma / sqrt(2));
		sum += cdf * (i == 2 * pieces ? 1 : i % 2 ? 4 : 2);
	}
	return sum * h / (2 * pieces) / 3;
}

Test(labels, have_arrived_as_the_law_of_their_delay_says)
{
	expect_arrived("", 1, at_once);
	expect_arrived("share: 20%, delay: 6h", 0.2, after_six_hours);
	expect_arrived("share: 50%, delay: {exponential: {mean: 5h}}", 0.5,
		       exponential_of_five_hours);
	expect_arrived("delay: {lognormal: {p50: 3h, p99: 48h}}", 1, lognormal_of_hours);
}

/* ---- scores */

/* All that binning leaves of a binormal area, computed exactly. */
Test(labels, bins_of_scores_keep_the_area)
{
	for (double accuracy = 0.5; accuracy < 0.9995; accuracy += 0.0125) {
		double margin = gsl_cdf_ugaussian_Pinv(accuracy), area = 0, below = 0;
		for (int b = 0; b < SCORE_BINS; b++) {
			double low = b ? (b - SCORE_BINS / 2) / 8.0 : -INFINITY;
			double high =
				b < SCORE_BINS - 1 ? (b + 1 - SCORE_BINS / 2) / 8.0 : INFINITY;
			double positive = gsl_cdf_ugaussian_P(high - margin) -
					  gsl_cdf_ugaussian_P(low - margin);
			double negative = gsl_cdf_ugaussian_P(high + margin) -
					  gsl_cdf_ugaussian_P(low + margin);
			area += positive * (below + negative / 2);
			below += negative;
		}
		cr_assert_float_eq(area, gsl_cdf_ugaussian_P(M_SQRT2 * margin), 0.0005,
				   "accuracy %g: %g", accuracy, area);
	}
}

static void expect_area(const char *labels, double area)
{
	struct world world;
	read_labelled(&world, labels, "", "{metric: auc, threshold: {min: 0.1}}");
	trial_begin(world.trial, &world.scenario.plans[0], 0, 0, 1, NULL);
	run_to(&world, 47 * hour);
	struct reading r = ask(&world, METRIC_AUC, 47 * hour);
	double error = sqrt(r.variance / r.requests);
	cr_assert_gt(r.requests, 25000);
	cr_assert_lt(error, 0.01);
	cr_assert_float_eq(r.value, area, 4.5 * error + 0.0005, "%s: %g, not %g +- %g", labels,
			   r.value, area, error);
	r = ask(&world, METRIC_ACCURACY, 47 * hour);
	double accuracy = quality_of_area(area);
	cr_assert_float_eq(r.value, accuracy, 4.5 * sqrt(accuracy * (1 - accuracy) / r.requests));
	world_free(&world);
}

/* Phi(sqrt 2 Phi^-1(0.9)) = Phi(sqrt 2 x 1.281552) = Phi(1.812388), from the normal table. */
Test(labels, measure_the_area_of_the_binormal_model)
{
	expect_area("", 0.965037);
	expect_area("prevalence: 3%", 0.965037);
	expect_area("share: 20%, delay: 5h, prevalence: 70%", 0.965037);
}

Test(labels, of_one_class_alone_say_nothing_of_the_area)
{
	struct world world;
	read_labelled(&world, "prevalence: 0%", "", "{metric: auc, threshold: {min: 0.9999}}");
	cr_assert_eq(world_run(&world, 0, 0, 0)->outcome, OUTCOME_PROMOTED);
	cr_assert_eq(ask(&world, METRIC_AUC, 47 * hour).requests, 0);
	world_free(&world);
}

/* ---- conversions */

static void expect_mean(struct reading r, double mean, double variance, const char *what)
{
	cr_assert_float_eq(r.value, mean, 4.5 * sqrt(variance / r.requests), "%s: %g, not %g", what,
			   r.value, mean);
	cr_assert_float_eq(r.variance, variance, 0.1 * variance, "%s: variance %g, not %g", what,
			   r.variance, variance);
}

/* Served well 98 %, then 0.9 x 30 % + 0.1 x 10 %; a lognormal value with mean m and cv c has the
 * second moment m^2 (1 + c^2). */
Test(labels, tell_of_conversions_and_their_value)
{
	struct world world;
	const double p = 0.98 * (0.9 * 0.3 + 0.1 * 0.1), second = 400 * (1 + 0.25);
	read_labelled(&world, "delay: 40h, conversion_delay: 2h",
		      ", conversion: {right: 30%, wrong: 10%, value: 20, cv: 0.5}", "");
	trial_begin(world.trial, &world.scenario.plans[0], 0, 0, 5, NULL);
	run_to(&world, 30 * hour);
	struct reading rate = ask(&world, METRIC_CONVERSION_RATE, 30 * hour);
	cr_assert_eq(ask(&world, METRIC_ACCURACY, 30 * hour).requests, 0);
	cr_assert_float_eq(rate.requests, 28 * 3600, 4.5 * sqrt(28 * 3600));
	cr_assert_float_eq(rate.value, p, 4.5 * sqrt(p * (1 - p) / rate.requests));
	cr_assert_eq(rate.hits, round(rate.value * rate.requests));
	expect_mean(ask(&world, METRIC_VALUE_PER_REQUEST, 30 * hour), 20 * p,
		    p * second - 400 * p * p, "value");
	const struct result *row = trial_run(world.trial);
	cr_assert_eq(row->regret, 0, "equal versions convert equally");
	cr_assert_gt((double)row->version_conversions[1], rate.hits);
	world_free(&world);
}

/* On the same uniform: 92 % x 30 % of stable's, served well in 98 %, against 80 % x 25 %, of value
 * 10 each; nothing of copies. */
Test(labels, regret_is_the_value_that_stable_would_have_brought)
{
	static const char *const text =
		"scenario: regret\n"
		"traffic: {poisson: {rate: 10/s}}\n"
		"versions:\n"
		"  stable: {latency: 10ms, errors: 2%, quality: {accuracy: 92%, conversion: "
		"{right: "
		"30%, value: 10}}}\n"
		"  candidate: {like: stable, quality: {accuracy: 80%, conversion: {right: 25%}}}\n"
		"cases: {it: [], slow: [{step: {latency: x9}}]}\n"
		"slo: {latency: 50ms}\n"
		"rollouts: {all: {instant: {}}, shadow: {blue_green: {preview: 1d, mirror: "
		"100%}}}\n"
		"horizon: 5h\n";
	struct world world;
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 2);
	double lost = 0.98 * (0.92 * 0.30 - 0.80 * 0.25), n = (double)row->requests;
	cr_assert_float_eq(row->regret / n, 10 * lost, 45 * sqrt(lost / n));
	row = world_run(&world, 0, 1, 2);
	cr_assert_eq(row->version_conversions[1], 0, "too slow to convert anybody");
	cr_assert_float_eq(row->regret / n, 9.8 * 0.276, 45 * sqrt(0.2 / n));
	row = world_run(&world, 1, 0, 2);
	cr_assert_eq(row->regret, 0);
	cr_assert_eq(row->version_conversions[1], 0);
	world_free(&world);
}

/* ---- ratings and copies */

/* 1 + Binomial(4, (m - 1) / 4) has the variance (m - 1) (5 - m) / 4; right and wrong are mixed. */
Test(labels, come_with_ratings)
{
	struct world world;
	read_labelled(&world, "share: 50%", ", satisfaction: {right: 4, wrong: 2}",
		      "{metric: satisfaction, threshold: {min: 1}}");
	trial_begin(world.trial, &world.scenario.plans[0], 0, 0, 5, NULL);
	run_to(&world, 47 * hour);
	struct reading r = ask(&world, METRIC_SATISFACTION, 47 * hour);
	cr_assert_eq(r.requests, ask(&world, METRIC_ACCURACY, 47 * hour).requests);
	expect_mean(r, 0.9 * 4 + 0.1 * 2, 0.75 + 0.09 * 4, "satisfaction");
	world_free(&world);
}

Test(labels, of_slow_answers_come_with_bad_ratings)
{
	struct world world;
	read_labelled(&world, "", ", satisfaction: {bad: 1}",
		      "{metric: satisfaction, threshold: {min: 0.5}}");
	world.scenario.plans[0].objective.latency = -1;
	trial_begin(world.trial, &world.scenario.plans[0], 0, 0, 5, NULL);
	run_to(&world, 4 * hour);
	struct reading r = ask(&world, METRIC_SATISFACTION, 4 * hour);
	cr_assert_gt(r.requests, 10000);
	cr_assert_eq(r.value, 1);
	cr_assert_eq(r.variance, 0);
	world_free(&world);
}

Test(labels, of_copies_count_and_copies_show_the_agreement_at_once)
{
	static const char *const text =
		"scenario: copies\n"
		"traffic: {poisson: {rate: 10/s}}\n"
		"versions:\n"
		"  stable: {latency: 10ms, errors: 2%, quality: {accuracy: 92%, conversion: "
		"{right: "
		"10%}}}\n"
		"  candidate: {like: stable, quality: {accuracy: 85%, agreement: 88%}}\n"
		"telemetry: {scrape: 1m, labels: {delay: 3h, conversion_delay: 0s}}\n"
		"cases: {it: []}\n"
		"rollouts: {shadow: {blue_green: {preview: 1d, mirror: 30%}}}\n"
		"horizon: 6h\n";
	struct world world;
	world_read(&world, text);
	trial_begin(world.trial, &world.scenario.plans[0], 0, 0, 5, NULL);
	run_to(&world, 2 * hour);
	struct reading agreement = ask(&world, METRIC_AGREEMENT, 2 * hour);
	double n = 0.3 * 0.98 * 2 * 3600 * 10;
	cr_assert_float_eq(agreement.requests, n, 4.5 * sqrt(n));
	cr_assert_float_eq(agreement.value, 0.88, 4.5 * sqrt(0.88 * 0.12 / n));
	cr_assert_eq(ask(&world, METRIC_ACCURACY, 2 * hour).requests, 0);
	cr_assert_eq(ask(&world, METRIC_CONVERSION_RATE, 2 * hour).requests, 0);
	run_to(&world, 5 * hour);
	struct reading accuracy = ask(&world, METRIC_ACCURACY, 5 * hour);
	cr_assert_float_eq(accuracy.requests, n, 4.5 * sqrt(n));
	cr_assert_float_eq(accuracy.value, 0.85, 4.5 * sqrt(0.85 * 0.15 / n));
	const struct result *row = trial_run(world.trial);
	cr_assert_eq(row->wrong_answers,
		     (int64_t)round((1 - row->version_accuracy[0]) *
				    (double)(row->version_requests[0] - row->version_failures[0])));
	cr_assert_eq(row->quality_harmed, 0, "copies are shown to nobody");
	world_free(&world);
}

/* ---- the whole of it */

/* Errors and latencies are those of stable; only the answers are worse. */
Test(labels, a_bad_release_that_only_a_check_of_quality_catches)
{
	static const char *const text =
		"scenario: model\n"
		"traffic: {poisson: {rate: 5/s}}\n"
		"versions:\n"
		"  stable: {latency: {lognormal: {p50: 80ms, p99: 400ms}}, errors: 1%, quality: "
		"{accuracy: 92%}}\n"
		"  candidate: {like: stable, quality: {accuracy: 86%}}\n"
		"  same: {like: stable}\n"
		"telemetry: {scrape: 1m, labels: {share: 20%, delay: {lognormal: {p50: 1h, p99: "
		"4h}}}}\n"
		"cases: {it: []}\n"
		"rollouts:\n"
		"  blind:\n"
		"    canary: {steps: [20% for 1d]}\n"
		"    checks:\n"
		"      - {metric: error_rate, ztest: {alpha: 0.001%}, every: 30m, window: 6h}\n"
		"      - {metric: latency_p95, ratio: {max: 1.5}, every: 30m, min_requests: 100}\n"
		"  seeing:\n"
		"    like: blind\n"
		"    checks: [{metric: accuracy, ztest: {alpha: 0.01%}, every: 30m, window: 12h, "
		"min_requests: 200}]\n"
		"  spared: {like: seeing, candidate: same}\n"
		"horizon: 30h\n";
	struct world world;
	world_read(&world, text);
	for (uint64_t t = 0; t < 5; t++) {
		const struct result *row = world_run(&world, 0, 0, t);
		cr_assert_eq(row->outcome, OUTCOME_PROMOTED);
		cr_assert_eq(row->missed, 1);
		int64_t harmed = row->quality_harmed;
		row = world_run(&world, 1, 0, t);
		cr_assert_eq(row->outcome, OUTCOME_ROLLED_BACK);
		cr_assert_eq(row->false_rollback, 0);
		cr_assert_eq(row->missed, 0);
		cr_assert_eq(row->onset_time, 0);
		cr_assert_eq(row->evidence_time, 60, "the first minute has some wrong answer");
		cr_assert_gt(row->detection_time, 3600, "labels take their time");
		cr_assert_lt(row->quality_harmed, harmed / 4);
		row = world_run(&world, 2, 0, t);
		cr_assert_eq(row->outcome, OUTCOME_PROMOTED);
		cr_assert_eq(row->missed, 0);
	}
	world_free(&world);
}
