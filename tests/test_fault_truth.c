/* Whether a case is the candidate's fault, and what a trial makes of it: harm, confounders, and
 * what hits everybody alike. */
#include "tests/faulty.h"

#include "models/list.h"
#include "sim/truth.h"

#include <math.h>

static const char *const cohorts = ", users: {count: 500}, segments: {premium: 20%, free: 80%}, "
				   "regions: {eu: 60%, us: 40%}";

/* Everybody at once after a minute, and nobody ever goes back; or everybody does at 5m. */
static const char *const rollouts =
	"stay: {instant: {}, start: 1m, sticky: no}\n"
	"  flee: {instant: {}, start: 1m, sticky: no, checks: [{metric: error_rate, threshold: "
	"{min: 101%}, every: 4m, watch: always}], rollback: {takes: 10s}}";

static void read_truth(struct world *world, const char *candidate, const char *faults)
{
	faulty_read(world, &(struct faulty){.rate = 30,
					    .traffic = cohorts,
					    .stable = "latency: {exponential: {mean: 80ms}}, "
						      "errors: 1%, calls: {db: 30%}",
					    .candidate = candidate,
					    .faults = faults,
					    .rollouts = rollouts,
					    .more = "slo: {latency: 200ms}\nhorizon: 15m"});
}

/* What is said of a case, and what trials find, agree. */
static void expect_truth(const char *candidate, const char *faults, bool harmful)
{
	struct world world;
	read_truth(&world, candidate, faults);
	const struct plan *plan = &world.scenario.plans[0];
	cr_assert_eq(truth_is_harmful(plan, &plan->case_[0]), harmful, "%s", faults);
	struct result stay = *world_run(&world, 0, 0, 0);
	cr_assert_eq(stay.missed, harmful, "%s", faults);
	cr_assert_eq(!isnan(stay.onset_time), harmful, "%s", faults);
	struct result flee = *world_run(&world, 1, 0, 0);
	cr_assert_eq(flee.missed, 0);
	if (flee.outcome == OUTCOME_ROLLED_BACK && !harmful)
		cr_assert_eq(flee.false_rollback, 1, "%s", faults);
	world_free(&world);
}

static const char *const same = "like: stable";

Test(fault_truth, each_kind_is_harm_or_is_not)
{
	static const struct {
		const char *faults;
		bool harmful;
	} cases[] = {
		{"step: {errors: +5%, at: 2m}", true},
		{"ramp: {errors: +5%, over: 5m}", true},
		{"burst: {errors: +30%, lasts: 20s, gap: 20s}", true},
		{"latency: {slowest: 20%, stretch: x4}", true},
		{"latency: {slowest: 5%, stretch: x4}", false}, /* they are too slow already */
		{"timeout: {hangs: 2%}", true},
		{"load_collapse: {begins: 20%, full: 50%, errors: +30%}", true},
		{"memory_leak: {per: 2000, latency: x1.5}", true},
		{"cold_start: {}", false},
		{"cold_start: {is: harm}", true},
		{"cache_cold: {}", false},
		{"cache_cold: {is: harm}", true},
		{"dependency_outage: {}", false},
		{"dependency_outage: {on: candidate}", true},
		{"dependency_outage: {on: candidate, is: confounder}", false},
		{"segment_regression: {segment: premium, errors: +5%, others_errors: x0.5}", true},
		{"segment_regression: {segment: premium, errors: x0.5, others_latency: x2}", true},
		{"segment_regression: {segment: premium, errors: x0.5}", false},
		{"region_outage: {region: eu}", false},
		{"region_outage: {region: eu, on: candidate}", true},
		{"bad_config: {share: 5%}", true},
		{"noisy_neighbour: {lasts: 20s, gap: 20s}", false},
		{"noisy_neighbour: {lasts: 20s, gap: 20s, is: harm}", true},
		{"silent_corruption: {wrong: 1%}", true},
		{"silent_corruption: {wrong: 1%, on: both}", false},
		{"clock_skew: {by: +50ms}", false},
		{"scrape_gap: {}", false},
		{"lag: {by: 2m}", false},
		{"nan: {}", false},
		{"stale: {}", false},
		{"counter_reset: {}", false},
		{"wrong_label: {counts: 50%}", false},
		{"duplicate: {counts: 50%}", false},
		{"weight_skew: {by: x1.5}", false},
		{"sticky_drift: {users: 50%}", false},
		{"slow_propagation: {}", false},
		{"rollback_fails: {}", false},
		{"slow_drain: {}", false},
		{"old_version_cold: {}", false},
		{"old_version_missing: {}", false},
		{"traffic_spike: {times: x3}", false},
		{"crash_loop: {up: 20s, down: 20s}", true},
		{"capacity_loss: {instances: 50%}", true},
		{"quality_drop: {accuracy: -1%, at: 3m}", true},
		{"quality_drop: {accuracy: -1%, on: both}", false},
		{"data_drift: {}", false},
		{"data_drift: {on: candidate, over: 8m}", true},
	};
	for (int i = 0; models_all[i]; i++) {
		size_t length = strlen(models_all[i]->name);
		bool found = models_all[i]->kind != PLUGIN_FAULT;
		for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
			found |= !strncmp(cases[c].faults, models_all[i]->name, length) &&
				 cases[c].faults[length] == ':';
		cr_assert(found, "whether %s is harm is not said here", models_all[i]->name);
	}
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
		expect_truth(same, cases[c].faults, cases[c].harmful);
}

Test(fault_truth, what_hits_everybody_alike_is_nobodys_fault)
{
	expect_truth(same, "step: {on: both, errors: +50%, share: 30%}", false);
	expect_truth(same, "step: {on: both, errors: +50%, share: 30%, of: users}", false);
	expect_truth(same, "step: {on: both, latency: x3, jitter: 90%, ramp: 3m}", false);
	expect_truth(same, "burst: {on: both, errors: +50%, segment: premium}", false);
	expect_truth(same, "cold_start: {on: both, is: harm}", false);
	expect_truth(same, "memory_leak: {on: both, per: 100, errors: +1%}", false);
	expect_truth(same, "load_collapse: {on: both, begins: 10%, full: 90%, errors: +40%}",
		     false);
	expect_truth(same, "step: {on: stable, errors: +50%}", false);
}

Test(fault_truth, a_confounder_does_not_excuse_what_is_the_candidates_own)
{
	expect_truth(same, "{cold_start: {}}, {step: {errors: +3%, at: 5m}}", true);
	expect_truth(same,
		     "{noisy_neighbour: {lasts: 100ms, gap: 100ms}}, {step: {errors: +3%, "
		     "at: 14m}}",
		     true);
	expect_truth(same,
		     "{step: {on: both, errors: +3%, duration: 1s, every: 2s}}, {step: "
		     "{errors: +3%, at: 14m}}",
		     true);
	expect_truth(same, "{dependency_outage: {}}, {timeout: {hangs: 1%}}", true);
}

/* ---- what versions call */

Test(fault_truth, who_calls_more_of_what_fails_is_worse)
{
	expect_truth("like: stable, calls: {db: 60%}", "dependency_outage: {on: db}", true);
	expect_truth("like: stable, calls: {db: 10%}", "dependency_outage: {on: db}", false);
	expect_truth(same, "dependency_outage: {on: db}", false);
	expect_truth("like: stable, calls: {db: 60%}", "step: {on: db, latency: x3}", true);
	expect_truth("like: stable, calls: {db: 60%}",
		     "dependency_outage: {on: db, is: confounder}", false);
	expect_truth("like: stable, calls: {db: 60%}", "dependency_outage: {}", false);
	expect_truth("like: stable, calls: {db: 60%}", "dependency_outage: {on: db, errors: x1}",
		     false);
}

/* Whatever is called, sums of equal parts are equal. */
Test(fault_truth, calls_alone_make_nobody_worse)
{
	for (int percent = 0; percent <= 100; percent += 7) {
		char candidate[80];
		snprintf(candidate, sizeof candidate, "like: stable, calls: {db: %d%%}", percent);
		expect_truth(candidate,
			     "{step: {on: db, errors: +0%}}, {bad_config: {share: 33%, errors: "
			     "x1}}, {cold_start: {share: 21%}}",
			     false);
	}
}

/* ---- shares of requests */

Test(fault_truth, harm_to_a_few_is_harm)
{
	expect_truth(same, "step: {errors: +100%, share: 0.1%}", true);
	expect_truth(same, "step: {errors: +1%, share: 1%, of: users, segment: premium}", true);
	expect_truth(same, "step: {errors: +100%, share: 0%}", false);
	expect_truth(same, "{step: {errors: +10%, share: 10%}}, {step: {errors: x0.1}}", true);
}

/* ---- chance */

static bool is_harmful(const char *faults)
{
	struct world world;
	read_truth(&world, same, faults);
	const struct plan *plan = &world.scenario.plans[0];
	bool harmful = truth_is_harmful(plan, &plan->case_[0]);
	world_free(&world);
	return harmful;
}

Test(fault_truth, what_may_begin_before_the_horizon_is_harm)
{
	cr_assert(is_harmful("step: {errors: +5%, at: 14m, within: 20h}"));
	cr_assert(is_harmful("step: {errors: +5%, share_above: 99%}"));
	cr_assert(is_harmful("step: {errors: +5%, after: 20000}"));
	cr_assert(is_harmful("step: {errors: +5%, load_above: 29/s, at: 3m}"));
	cr_assert(is_harmful("memory_leak: {per: 20000, errors: +5%, at: 14m}"));
}

/* Of a constant 80 ms with an objective of 200 ms only a strong jitter crosses it. */
Test(fault_truth, a_jitter_is_harm_if_its_strongest_is)
{
	const struct {
		const char *fault;
		bool harmful;
	} cases[] = {{"step: {latency: +100ms}", false},
		     {"step: {latency: +100ms, jitter: 10%}", false},
		     {"step: {latency: +100ms, jitter: 25%}", true}};
	for (int c = 0; c < 3; c++) {
		struct world world;
		faulty_read(&world,
			    &(struct faulty){.faults = cases[c].fault,
					     .more = "slo: {latency: 200ms}\nhorizon: 15m"});
		const struct plan *plan = &world.scenario.plans[0];
		bool onset = false;
		for (uint64_t t = 0; t < 10; t++)
			onset |= !isnan(world_run(&world, 0, 0, t)->onset_time);
		cr_assert_eq(truth_is_harmful(plan, &plan->case_[0]), cases[c].harmful, "%s",
			     cases[c].fault);
		cr_assert_eq(onset, cases[c].harmful, "%s", cases[c].fault);
		world_free(&world);
	}
}

/* Onset is when harm begins: a scrape after the strength that was drawn, or a ramp, allows it. */
Test(fault_truth, nobody_is_harmed_before_onset)
{
	static const char *const faults[] = {"step: {latency: +100ms, jitter: 90%}",
					     "memory_leak: {per: 9000, latency: x4}",
					     "ramp: {latency: +300ms, over: 9m}",
					     "load_collapse: {begins: 5%, full: 60%, latency: "
					     "x9}",
					     "{step: {latency: +90ms, jitter: 40%}}, {step: "
					     "{latency: +1ms, jitter: 10%, at: 100s, "
					     "duration: 1s, every: 2s}}"};
	for (int f = 0; f < 5; f++) {
		struct world world;
		static struct diary diary;
		faulty_read(&world,
			    &(struct faulty){.stable = "latency: 80ms",
					     .faults = faults[f],
					     .rollouts = "r: {canary: {steps: [10% for 3m, 50% "
							 "for 3m]}, sticky: no}",
					     .more = "slo: {latency: 200ms}\nhorizon: 12m"});
		for (uint64_t t = 0; t < 5; t++) {
			int first = 0;
			struct result row = diary_run(&diary, &world, 0, 0, t);
			while (first < diary.windows && diary.window[first][1].harmed == 0)
				first++;
			cr_assert_lt(first, diary.windows, "%s", faults[f]);
			double began = 15 * first;
			cr_assert(row.onset_time >= began - 15 && row.onset_time < began + 15,
				  "%s: harm from %g s, onset at %g s", faults[f], began,
				  row.onset_time);
			cr_assert_float_eq(row.evidence_time, began + 15 - row.onset_time, 1e-6);
		}
		world_free(&world);
	}
}

/* ---- Simpson */

/* Premium users are a fifth: their errors rise from 1 % to 6 %, those of others fall to nothing,
 * so all together rise not at all: 0.2 x 6 % + 0.8 x 0.25 % = 1.4 %; with x0.05: 1.24 %. */
Test(fault_truth, an_aggregate_may_look_as_good_while_one_segment_suffers)
{
	struct world world;
	faulty_read(&world,
		    &(struct faulty){.traffic = ", segments: {premium: 20%, free: 80%}",
				     .stable = "latency: 80ms, errors: 2%",
				     .faults = "segment_regression: {segment: premium, errors: "
					       "+4%, others_errors: x0.25}",
				     .rollouts = "r: {canary: {steps: [50% for 1h]}, sticky: no}",
				     .more = "horizon: 60m"});
	struct result row = *world_run(&world, 0, 0, 0);
	double n[2], rate[2];
	for (int v = 0; v < 2; v++) {
		n[v] = (double)row.version_requests[v];
		rate[v] = (double)row.version_failures[v] / n[v];
	}
	const double expected[] = {0.02, 0.2 * 0.06 + 0.8 * 0.005};
	for (int v = 0; v < 2; v++)
		cr_assert_float_eq(rate[v], expected[v],
				   5 * sqrt(expected[v] * (1 - expected[v]) / n[v]));
	cr_assert_lt(rate[1], rate[0], "the aggregate looks better");
	double premium = (double)row.segment_exposed[0];
	cr_assert_float_eq((double)row.segment_harmed[0], 0.04 * premium, 5 * sqrt(0.04 * premium));
	cr_assert_eq(row.segment_harmed[1], 0);
	cr_assert_eq(row.missed, 1);
	world_free(&world);
}
