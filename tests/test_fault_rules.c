/* What holds for all faults, those of the list being found here by being in it: of no size they
 * change nothing, of any size they move nobody's luck, and threads don't matter to them. */
#include "models/list.h"
#include "sim/study.h"

#include "tests/faulty.h"
#include "tests/walk.h"

#include <math.h>

enum { FAULTY, HEALTHY, BAD_AND_FAULTY, BAD };

/* Everything at once, so that whatever a fault could touch is there. */
static const struct faulty busy = {
	.rate = 40,
	.traffic = ", timeout: 2s, users: {count: 3000}, segments: {premium: 20%, free: 80%}, "
		   "regions: {eu: 60%, us: 40%}",
	.stable = "latency: {lognormal: {p50: 80ms, p99: 400ms}}, errors: 1%, failed_latency: "
		  "{exponential: {mean: 30ms}}, calls: {db: 20%}",
	.candidate = "like: stable, latency: {exponential: {mean: 90ms}}, calls: {db: 50%}",
	.rollouts =
		"canary: {canary: {steps: [5% for 2m, 30% for 2m, 50% for 2m]},\n"
		"    checks: [{metric: error_rate, ztest: {alpha: 1%}, every: 30s, watch: always},"
		" {metric: latency_p95, ratio: {max: 1.8}, every: 20s, window: 1m}],\n"
		"    rollback: {takes: {exponential: {mean: 20s}}, fails: 30%, retry_after: 10s}}"
		"\n  shadow: {blue_green: {preview: 3m, mirror: 30%, soak: 3m}, sticky: no,\n"
		"    checks: [{metric: error_rate, threshold: {max: 6%}, every: 30s}]}",
	.more = "telemetry: {scrape: 10s, delay: 5s, loss: 5%}\nhorizon: 10m",
};

static const struct faulty queued = {
	.rate = 40,
	.traffic = ", timeout: 2s, segments: {premium: 20%, free: 80%}, regions: {eu: 60%, us: "
		   "40%}",
	.stable = "latency: {exponential: {mean: 30ms}}, errors: 1%, pool: {slots: 2, queue: 9}",
	.candidate = "like: stable",
	.rollouts = "canary: {canary: {steps: [20% for 2m, 50% for 2m]}, checks: [{metric: "
		    "error_rate, threshold: {max: 5%}}]}\n"
		    "  shadow: {blue_green: {preview: 3m, mirror: 50%, soak: 3m}}",
	.more = "horizon: 10m",
};

static void read_with(struct world *world, const struct faulty *setting, const char *fault)
{
	static const char *const bad = "step: {at: 3m, errors: +8%, segment: free}";
	struct faulty all = *setting;
	char cases[1024];
	snprintf(cases, sizeof cases, "  healthy: []\n  both: [{%s}, {%s}]\n  bad: [{%s}]\n", bad,
		 fault, bad);
	all.faults = fault;
	all.cases = cases;
	faulty_read(world, &all);
}

/* ---- of no size */

static const struct {
	const char *name, *fault;
} of_no_size[] = {
	{"step", "step: {errors: +0%, latency: x1, ramp: 1m}"},
	{"step", "step: {errors: +100%, share: 0%}"},
	{"step", "step: {errors: +100%, share: 0%, of: requests, on: both, jitter: 50%}"},
	{"step", "step: {on: db, errors: x1, latency: +0ms}"},
	{"step", "step: {errors: +90%, load_above: 1000/s}"},
	{"ramp", "ramp: {errors: +0%, latency: x1, over: 5m}"},
	{"burst", "burst: {errors: x1, latency: +0ms}"},
	{"latency", "latency: {all: x1, slowest: 5%, stretch: x1}"},
	{"latency", "latency: {slowest: 0%, stretch: x9}"},
	{"timeout", "timeout: {hangs: 0%}"},
	{"load_collapse", "load_collapse: {begins: 1%, full: 2%, errors: +0%, latency: x1}"},
	{"load_collapse", "load_collapse: {begins_load: 1k/s, full_load: 2k/s, errors: +90%}"},
	{"memory_leak", "memory_leak: {per: 10, errors: x1, latency: +0ms}"},
	{"memory_leak", "memory_leak: {per: 10, errors: x5, most: x0}"},
	{"cold_start", "cold_start: {latency: x1, errors: +0%}"},
	{"cache_cold", "cache_cold: {latency: x1}"},
	{"dependency_outage", "dependency_outage: {errors: +0%}"},
	{"dependency_outage", "dependency_outage: {errors: +0%, on: db, is: harm}"},
	{"segment_regression",
	 "segment_regression: {segment: premium, errors: +0%, others_latency: x1}"},
	{"region_outage", "region_outage: {region: eu, errors: +0%}"},
	{"bad_config", "bad_config: {share: 50%, errors: +0%}"},
	{"bad_config", "bad_config: {share: 0%}"},
	{"noisy_neighbour", "noisy_neighbour: {stretch: x1}"},
	{"silent_corruption", "silent_corruption: {wrong: 0%}"},
	{"clock_skew", "clock_skew: {by: +0ms}"},
	{"scrape_gap", "scrape_gap: {chance: 0%}"},
	{"lag", "lag: {by: 0s}"},
	{"nan", "nan: {chance: 0%, jitter: 100%}"},
	{"stale", "stale: {chance: 0%}"},
	{"counter_reset", "counter_reset: {chance: 0%, every: 1m, duration: 10s}"},
	{"wrong_label", "wrong_label: {counts: 0%}"},
	{"duplicate", "duplicate: {counts: 0%}"},
	{"weight_skew", "weight_skew: {by: +0%, jitter: 30%}"},
	{"weight_skew", "weight_skew: {by: x1}"},
	{"sticky_drift", "sticky_drift: {users: 0%}"},
	{"slow_propagation", "slow_propagation: {delay: 0s, over: 0s}"},
	{"rollback_fails", "rollback_fails: {attempts: 0%}"},
	{"slow_drain", "slow_drain: {takes: x1}"},
	{"slow_drain", "slow_drain: {takes: +0s}"},
	{"old_version_cold", "old_version_cold: {latency: x1}"},
	{"old_version_missing", "old_version_missing: {redeploy: 0s}"},
	{"capacity_loss", "capacity_loss: {instances: 0%}"},
	{"crash_loop", "crash_loop: {instances: 0%, up: 20s, down: 10s}"},
	{"quality_drop", "quality_drop: {accuracy: +0%}"},
	{"data_drift", "data_drift: {accuracy: -0%, over: 5m}"},
	{"traffic_spike", "traffic_spike: {times: x1, at: 1m, duration: 2m}"},
};

enum { OF_NO_SIZE = sizeof of_no_size / sizeof *of_no_size };

Test(fault_rules, every_fault_can_be_of_no_size)
{
	for (int i = 0; models_all[i]; i++) {
		bool found = models_all[i]->kind != PLUGIN_FAULT;
		for (int z = 0; z < OF_NO_SIZE; z++)
			found |= !strcmp(of_no_size[z].name, models_all[i]->name);
		cr_assert(found, "there is no %s of no size", models_all[i]->name);
	}
}

static void expect_same_rows(struct world *world, int one, int other, const char *fault)
{
	for (int rollout = 0; rollout < 2; rollout++)
		for (uint64_t t = 0; t < 2; t++) {
			struct result row = *world_run(world, rollout, one, t);
			cr_assert_eq(memcmp(world_run(world, rollout, other, t), &row, sizeof row),
				     0, "%s, rollout %d, trial %d", fault, rollout, (int)t);
		}
}

Test(fault_rules, of_no_size_a_fault_changes_not_one_byte)
{
	for (int z = 0; z < OF_NO_SIZE; z++)
		for (int w = 0; w < 2; w++) {
			struct world world;
			if (w && strstr(of_no_size[z].fault, "db"))
				continue; /* which nobody calls there */
			read_with(&world, w ? &queued : &busy, of_no_size[z].fault);
			expect_same_rows(&world, FAULTY, HEALTHY, of_no_size[z].fault);
			expect_same_rows(&world, BAD_AND_FAULTY, BAD, of_no_size[z].fault);
			world_free(&world);
		}
}

/* Otherwise the test before this one would prove nothing. What only dashboards feel need not change
 * a decision; what comes after the horizon changes none. */
Test(fault_rules, of_some_size_every_fault_changes_something)
{
	for (int i = 0; models_all[i]; i++) {
		const struct plugin *p = models_all[i];
		struct world world;
		bool same = true;
		if (p->kind != PLUGIN_FAULT || ((const struct fault *)p)->blind ||
		    strstr(p->example, "10m"))
			continue;
		read_with(&world, &busy, p->example);
		for (uint64_t t = 0; t < 4; t++) {
			struct result row = *world_run(&world, 0, BAD_AND_FAULTY, t);
			same &= !memcmp(world_run(&world, 0, BAD, t), &row, sizeof row);
		}
		cr_assert_not(same, "%s", p->example);
		world_free(&world);
	}
}

/* ---- common random numbers */

/* All but more traffic, which must move arrivals. */
static bool leaves_traffic(const struct plugin *plugin)
{
	return plugin->kind == PLUGIN_FAULT && !((const struct fault *)plugin)->surge;
}

/* Side by side, request by request; both walks are at the same batch. */
static void expect_same_luck(const struct walk *a, const struct walk *b, bool users,
			     const char *name)
{
	const struct batch *one = &a->requests->batch, *other = &b->requests->batch;
	cr_assert_eq(a->count, b->count, "%s", name);
	for (int i = 0; i < a->count; i++) {
		cr_assert_eq(a->at[i], b->at[i], "%s", name);
		cr_assert(!users || a->user[i] == b->user[i], "%s", name);
		cr_assert_eq(a->law_ns[i], b->law_ns[i], "%s", name);
		cr_assert_eq(a->key[i], b->key[i], "%s", name);
		cr_assert_eq(one->latency[i], other->latency[i], "%s", name);
		cr_assert_eq(one->outcome[i], other->outcome[i], "%s", name);
	}
}

/* The fault is on from the beginning. */
static void begin_faulty(struct walk *walk, struct world *world)
{
	walk_begin(walk, world, 0, 0, 5, 0.3);
	walk->course.run[0].due = 0;
	course_change(&walk->course, 0, 0);
	requests_treat(walk->requests, &walk->course, 0);
}

static void expect_common_numbers(const struct plugin *plugin, const struct faulty *setting,
				  const char *sticky)
{
	struct faulty still = *setting;
	struct world faulty, healthy;
	struct walk one, other;
	char rollouts[64];
	snprintf(rollouts, sizeof rollouts, "r: {instant: {}, sticky: %s}", sticky);
	still.more = "telemetry: {scrape: 1d}\nhorizon: 11m";
	still.rollouts = rollouts;
	still.faults = plugin->example;
	faulty_read(&faulty, &still);
	still.faults = "";
	faulty_read(&healthy, &still);
	begin_faulty(&one, &faulty);
	walk_begin(&other, &healthy, 0, 0, 5, 0.3);
	while (walk_on(&other)) {
		cr_assert(walk_on(&one));
		expect_same_luck(&one, &other, strstr(setting->traffic, "users"), plugin->name);
	}
	cr_assert_not(walk_on(&one));
	cr_assert_eq(one.requests->arrivals_sum, other.requests->arrivals_sum);
	world_free(&faulty);
	world_free(&healthy);
}

Test(fault_rules, no_fault_but_more_traffic_moves_an_arrival_a_user_or_a_bit)
{
	for (int i = 0; models_all[i]; i++) {
		if (!leaves_traffic(models_all[i]))
			continue;
		expect_common_numbers(models_all[i], &busy, "yes");
		expect_common_numbers(models_all[i], &busy, "no");
		expect_common_numbers(models_all[i], &queued, "no");
	}
}

Test(fault_rules, whole_trials_see_the_same_people_come)
{
	for (int i = 0; models_all[i]; i++) {
		struct world world;
		if (!leaves_traffic(models_all[i]))
			continue;
		struct faulty longer = busy;
		longer.more = "horizon: 15m";
		read_with(&world, &longer, models_all[i]->example);
		for (int rollout = 0; rollout < 2; rollout++) {
			const struct requests *r = &world.trial->requests;
			int64_t requests = world_run(&world, rollout, HEALTHY, 9)->requests;
			uint64_t sum = r->arrivals_sum;
			cr_assert_eq(world_run(&world, rollout, FAULTY, 9)->requests, requests);
			cr_assert_eq(r->arrivals_sum, sum, "%s", models_all[i]->name);
		}
		world_free(&world);
	}
}

/* ---- threads */

static void run_study(const struct world *world, int threads, struct results *results)
{
	struct study study = {.plans = world->scenario.plans,
			      .points = world->scenario.points,
			      .trials = 12,
			      .threads = threads};
	memset(results, 0, sizeof *results);
	scenario_describe(&world->scenario, results);
	cr_assert(study_run(&study, results));
}

static bool same_value(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static void expect_same_results(const struct results *a, const struct results *b)
{
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		for (int cell = 0; cell < results_cells(a); cell++)
			for (int t = 0; t < 12; t++)
				for (int s = 0; s < results_extent(a, column); s++)
					cr_assert(same_value(results_value(a, column, cell, t, s),
							     results_value(b, column, cell, t, s)),
						  "%s, cell %d, trial %d", column->name, cell, t);
	}
}

Test(fault_rules, threads_change_nothing)
{
	static const char *const faults =
		"{burst: {errors: +20%, share: 30%, of: users}}, {dependency_outage: {on: db, at: "
		"4m}}, {wrong_label: {counts: 30%, jitter: 50%}}, {slow_propagation: {}}, "
		"{weight_skew: {by: x1.5, jitter: 40%}}, {sticky_drift: {users: 20%}}, "
		"{old_version_cold: {}}, {rollback_fails: {}}, {step: {errors: +9%, within: 9m}}, "
		"{memory_leak: {per: 900, latency: x1.5, segment: free}}";
	struct faulty setting = busy;
	struct results one, two;
	struct world world;
	setting.faults = faults;
	setting.cases = "  blind: [{stale: {chance: 30%}}, {lag: {by: 1m, after: 300}}, {nan: "
			"{chance: 20%}}]\ntrials: 12\n";
	faulty_read(&world, &setting);
	run_study(&world, 1, &one);
	run_study(&world, 2, &two);
	expect_same_results(&one, &two);
	results_free(&two);
	run_study(&world, 5, &two);
	expect_same_results(&one, &two);
	results_free(&one);
	results_free(&two);
	world_free(&world);
}
