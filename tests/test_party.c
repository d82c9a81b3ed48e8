/* Settings that live one trial together must find what each finds alone, to the last byte. */
#include "sim/party.h"

#include "sim/study.h"
#include "tests/random.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

enum { MOST_SETTINGS = 64 };

/* The first plan of a scenario, again and again with other thresholds. */
struct sweep {
	struct world world;
	struct arena arena;
	struct plan plan[MOST_SETTINGS];
	int settings;
};

static double bent(double value, const struct param *param, uint64_t *random)
{
	double other = value * exp(2 * random_share(random) - 1);
	if (param->low == 0 && param->high == 0)
		return other;
	return fmin(fmax(other, param->low), param->high);
}

static void bend_param(const struct param *param, void *config, uint64_t *random)
{
	void *place = (char *)config + param->offset;
	double *number = place;
	if (param->type == PARAM_LEVEL)
		number = &((struct level *)place)->amount;
	else if (param->type != PARAM_SHARE && param->type != PARAM_NUMBER &&
		 param->type != PARAM_FACTOR && param->type != PARAM_CHANCE)
		return;
	*number = bent(*number, param, random);
}

/* A detector with other thresholds, if they make sense together. */
static void bend_detector(struct arena *arena, struct use *use, uint64_t *random)
{
	char why[256];
	void *config = arena_take(arena, use->plugin->config_size);
	memcpy(config, use->config, use->plugin->config_size);
	for (const struct param *p = use->plugin->params; p->key; p++)
		if (random_to(random, 1))
			bend_param(p, config, random);
	if (!use->plugin->prepare || !use->plugin->prepare(config, why, sizeof why))
		use->config = config;
}

static void bend_check(struct arena *arena, struct check_plan *check, uint64_t *random)
{
	bend_detector(arena, &check->detector, random);
	check->fail_limit = 1 + (int)random_to(random, 2);
	if (!random_to(random, 3))
		check->consecutive = !check->consecutive;
	if (!random_to(random, 3))
		check->lasting = random_to(random, 3) * 30 * SIM_SECOND;
	if (!random_to(random, 3))
		check->no_data = random_to(random, 1) ? NO_DATA_PASS : NO_DATA_FAIL;
	if (!random_to(random, 3))
		check->weight = (double)random_to(random, 3);
	if (!random_to(random, 3))
		check->critical = !check->critical;
	if (!check_goes_on(check) && !random_to(random, 3))
		check->min_requests *= (double)random_to(random, 4);
}

/* Some checks stay as they are, so that they are the same to all, but never all of a rollout. */
static void bend(struct arena *arena, struct rollout_plan *rollout, uint64_t same, uint64_t *random)
{
	for (int c = 0; c < rollout->checks; c++)
		if (c == (int)(same >> 32) % rollout->checks || !(same >> c & 1))
			bend_check(arena, &rollout->check[c], random);
}

static void make_sweep(struct sweep *sweep, int settings, uint64_t seed)
{
	const struct plan *first = sweep->world.scenario.plans;
	size_t rollouts = (size_t)first->rollouts;
	uint64_t random = seed, same = random_next(&random) >> 1;
	sweep->settings = settings;
	for (int s = 0; s < settings; s++) {
		struct plan *plan = &sweep->plan[s];
		*plan = *first;
		plan->rollout = arena_take(&sweep->arena, rollouts * sizeof *plan->rollout);
		memcpy(plan->rollout, first->rollout, rollouts * sizeof *plan->rollout);
		for (int r = 0; s && r < plan->rollouts; r++)
			bend(&sweep->arena, &plan->rollout[r], same, &random);
	}
}

static void open_sweep(struct sweep *sweep, const char *text, int settings, uint64_t seed)
{
	memset(sweep, 0, sizeof *sweep);
	world_read(&sweep->world, text);
	make_sweep(sweep, settings, seed);
}

/* Of a shipped scenario, whose files stand beside it. */
static void open_shipped(struct sweep *sweep, const char *path, int settings, uint64_t seed)
{
	char why[256];
	size_t length;
	struct complaints complaints;
	char *text = scenario_load(path, &length, why, sizeof why);
	cr_assert(text, "%s", why);
	memset(sweep, 0, sizeof *sweep);
	sweep->world.source = (struct source){path, text, length};
	complaints_init(&complaints);
	cr_assert(
		scenario_read(&sweep->world.scenario, &sweep->world.source, NULL, 0, &complaints));
	complaints_free(&complaints);
	make_sweep(sweep, settings, seed);
}

static void close_sweep(struct sweep *sweep)
{
	arena_free(&sweep->arena);
	world_free(&sweep->world);
}

/* Strangers live alone. */
static void estrange(struct sweep *sweep, bool strange)
{
	const struct plan *first = sweep->world.scenario.plans;
	for (int s = 0; s < sweep->settings; s++)
		for (int r = 0; r < first->rollouts; r++)
			sweep->plan[s].rollout[r].kin = strange ? 0 : first->rollout[r].kin;
}

static void run(const struct sweep *sweep, const int *cell, int cells, int trials, int threads,
		struct results *results)
{
	struct scenario scenario = sweep->world.scenario;
	scenario.plans = (struct plan *)sweep->plan;
	scenario.points = sweep->settings;
	scenario.trials = trials;
	scenario.varied = 0;
	scenario_describe(&scenario, results);
	const struct study study = {.plans = sweep->plan,
				    .points = sweep->settings,
				    .trials = trials,
				    .threads = threads,
				    .cell = cell,
				    .cells = cells};
	cr_assert(study_run(&study, results));
}

static size_t column_bytes(const struct results *results, const struct column *column)
{
	size_t bytes = column->type == COLUMN_FLAG ? 1 : 8;
	return bytes * (size_t)results_extent(results, column) * (size_t)results->trials;
}

static bool same_cell(const struct results *a, int cell, const struct results *b, int other,
		      const char **column)
{
	for (int c = 0; c < result_columns_count; c++) {
		size_t bytes = column_bytes(a, &result_columns[c]);
		*column = result_columns[c].name;
		if (memcmp((const char *)a->columns[c] + (size_t)cell * bytes,
			   (const char *)b->columns[c] + (size_t)other * bytes, bytes))
			return false;
	}
	return true;
}

/* Of the cells, those in which a setting found something else than the setting before it. */
static int count_parted(const struct results *results)
{
	const char *column;
	int parted = 0;
	for (int cell = 0; cell < results_cells(results); cell++)
		if (cell % results->points)
			parted += !same_cell(results, cell, results, cell - 1, &column);
	return parted;
}

/* Returns how many have parted. */
static int expect_same(struct sweep *sweep, const char *name, const int *cell, int cells,
		       int trials)
{
	struct results alone, together;
	const char *column = "";
	estrange(sweep, true);
	run(sweep, cell, cells, trials, 1, &alone);
	estrange(sweep, false);
	run(sweep, cell, cells, trials, 2, &together);
	for (int c = 0; c < results_cells(&alone); c++) {
		cr_assert_eq(alone.trials_run[c], together.trials_run[c]);
		cr_assert(same_cell(&alone, c, &together, c, &column), "%s: %s of cell %d", name,
			  column, c);
	}
	int parted = count_parted(&together);
	results_free(&alone);
	results_free(&together);
	return parted;
}

#define WORLD(traffic, more, rollout)                                                              \
	"scenario: party\n"                                                                        \
	"traffic: {" traffic ", segments: {a: 40%, b: 60%}}\n"                                     \
	"versions: {stable: {latency: {lognormal: {p50: 80ms, p99: 400ms}}, errors: 2%" more "}, " \
	"candidate: {like: stable}}\n"                                                             \
	"cases:\n"                                                                                 \
	"  healthy: []\n"                                                                          \
	"  burst: [{step: {at: 4m, errors: +3%}}]\n"                                               \
	"  slow: [{step: {at: 4m, latency: x1.5, ramp: 60s}}]\n"                                   \
	"rollouts:\n"                                                                              \
	"  one:\n" rollout "horizon: 20m\n"

#define ERRORS "{metric: error_rate, ztest: {alpha: 5%}, every: 30s, min_requests: 20}"
#define RATIO  "{metric: latency_p95, ratio: {max: 1.4}, every: 30s, window: 2m}"
#define CANARY "    canary: {steps: [10% for 3m, 30% for 3m, 60% for 3m]}\n"

static const struct {
	const char *name, *text;
} worlds[] = {
	{"canary", WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
			 CANARY "    checks: [" ERRORS ", " RATIO "]\n"
				"    rollback: {takes: {exponential: {mean: 40s}}, fails: 30%}\n")},
	{"half first", WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
			     CANARY "    checks: [" ERRORS ", " RATIO "]\n"
				    "    rollback: {policy: staged, observe: 90s, restores: 2, "
				    "cool_down: 1m}\n")},
	{"halves and people",
	 WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
	       CANARY "    checks: [{metric: error_rate, ztest: {alpha: 5%}, action: pause}, "
		      "{metric: latency_p95, ratio: {max: 1.4}, window: 2m, action: halve}]\n")},
	{"sequential",
	 WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
	       CANARY "    checks: [{metric: error_rate, sprt: {harm: x2}}, {metric: "
		      "error_rate, msprt: {}}, {metric: error_rate, cusum: {}, every: 20s}, "
		      "{metric: latency_mean, ewma: {}}, {metric: error_rate, betting: {}}, "
		      "{metric: latency_p90, quantile_sequence: {}}]\n")},
	{"stages begin anew",
	 WORLD("poisson: {rate: 30/s}, users: {count: 300}", "",
	       "    canary: {steps: [30% for 3m, 50% for 3m, 60% for 3m]}\n"
	       "    checks: [{metric: error_rate, sprt: {harm: x3}, since: stage}, {metric: "
	       "error_rate, cusum: {}, since: stage}, {metric: error_rate, msprt: {}, since: "
	       "stage}]\n")},
	{"learning", WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
			   CANARY "    checks: [{metric: error_rate, adwin: {}}, {metric: "
				  "error_rate, bocpd: {}}, {metric: error_rate, page_hinkley: {}}, "
				  "{metric: error_rate, slo_burn: {}, watch: always}]\n")},
	{"corrected",
	 WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
	       CANARY "    correction: holm\n"
		      "    checks: [" ERRORS ", {metric: latency_mean, welch: {alpha: 10%}}, "
		      "{metric: error_rate, fisher: {alpha: 10%}, by: segment}]\n")},
	{"weighed",
	 WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
	       "    canary: {steps: [10% for 3m, 30% for 3m], promote_at: 80%, "
	       "abort_below: 60%, patience: 4m}\n"
	       "    checks: [" ERRORS ", " RATIO
	       ", {metric: latency_mean, delta: {max: 10ms}, window: 1m, weight: 2}]\n")},
	{"few data", WORLD("poisson: {rate: 0.3/s}, users: {count: 300}", "",
			   CANARY "    checks: [{metric: error_rate, threshold: {max: 5%}, window: "
				  "30s, min_requests: 2, no_data: fail, fail_limit: 3}]\n"
				  "    out_of_time: roll_back\n    max_duration: 12m\n")},
	{"approved", WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
			   "    canary: {steps: [{share: 20%, for: 2m, approval: {exponential: "
			   "{mean: 2m}}}, {share: 50%, requests: 500}]}\n"
			   "    checks: [" ERRORS ", " RATIO "]\n")},
	{"waves", WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
			"    waves: {each: {canary: {steps: [50% for 2m]}}, by: segment, bake: 2m, "
			"on_failure: continue}\n"
			"    checks: [" ERRORS ", " RATIO "]\n")},
	{"staged", WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
			 "    staged: {evidence: reset, phases: [{shadow: {mirror: 30%, for: 2m}}, "
			 "{canary: {steps: [20% for 3m]}, checks: [" RATIO
			 "]}, {blue_green: {preview: 1m, soak: 5m}}]}\n"
			 "    checks: [" ERRORS "]\n")},
	{"rolling",
	 WORLD("poisson: {rate: 8/s}, users: {count: 300}", ", pool: {replicas: 4, slots: 2}",
	       "    rolling: {}\n    checks: [" ERRORS ", " RATIO "]\n")},
	{"retries", WORLD("poisson: {rate: 8/s}, users: {count: 300}, retries: {attempts: 3}",
			  ", pool: {replicas: 2, slots: 1, queue: 20}",
			  CANARY "    checks: [" ERRORS ", " RATIO "]\n")},
	{"visitors who wait", WORLD("closed: {clients: 20, think: {exponential: {mean: 2s}}}", "",
				    CANARY "    checks: [" ERRORS ", " RATIO "]\n")},
	{"bandit by request", WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
				    "    sticky: no\n    bandit: {choice: by_request, delay: "
				    "{exponential: {mean: 5s}}}\n"
				    "    checks: [" ERRORS ", " RATIO "]\n")},
};

enum { WORLDS = sizeof worlds / sizeof *worlds };

Test(party, random_thresholds_find_together_what_they_find_alone)
{
	for (int w = 0; w < WORLDS; w++) {
		struct sweep sweep;
		open_sweep(&sweep, worlds[w].text, 24, 17 + (uint64_t)w);
		int parted = expect_same(&sweep, worlds[w].name, NULL, 0, 6);
		cr_assert_gt(parted, 5, "%s: only %d settings parted", worlds[w].name, parted);
		close_sweep(&sweep);
	}
}

/* A few cells of every shipped scenario. */
static int try_shipped(const char *path, uint64_t seed)
{
	enum { SETTINGS = 8, BLOCKS = 3 };
	struct sweep sweep;
	int cell[SETTINGS * BLOCKS];
	uint64_t random = seed;
	open_shipped(&sweep, path, SETTINGS, seed);
	int blocks = sweep.plan[0].rollouts * sweep.plan[0].cases;
	int first = (int)random_to(&random, blocks - 1), count = blocks < BLOCKS ? blocks : BLOCKS;
	for (int i = 0; i < count * SETTINGS; i++)
		cell[i] = (first + i / SETTINGS * (blocks / count)) % blocks * SETTINGS +
			  i % SETTINGS;
	int parted = expect_same(&sweep, path, cell, count * SETTINGS, 1);
	close_sweep(&sweep);
	free((char *)sweep.world.source.text);
	return parted;
}

Test(party, shipped_scenarios_find_together_what_they_find_alone)
{
	static const char *const paths[] = {
		"scenarios/blind-dashboards.yaml", "scenarios/checkout-canary.yaml",
		"scenarios/confounders.yaml",	   "scenarios/detectors.yaml",
		"scenarios/failures.yaml",	   "scenarios/language.yaml",
		"scenarios/overload.yaml",	   "scenarios/quality.yaml",
		"scenarios/recorded-tuesday.yaml", "scenarios/small-shop.yaml",
		"scenarios/strategies.yaml",	   "scenarios/way-back.yaml",
	};
	int parted = 0;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		parted += try_shipped(paths[i], 5 + i);
	cr_assert_gt(parted, 20, "only %d settings parted", parted);
}

/* How many kindreds the cells of a scenario with two rollouts, three cases and some points make. */
static int count_kindreds(const char *vary)
{
	char text[2000];
	struct world world;
	struct arena arena = {0};
	int count;
	snprintf(text, sizeof text, "%svary: {%s}\n",
		 WORLD("poisson: {rate: 8/s}, users: {count: 300}", "",
		       CANARY "    checks: [" ERRORS ", {metric: error_rate, sprt: {harm: x2}}]\n"
			      "  two: {instant: {}}\n"),
		 vary);
	world_read(&world, text);
	const struct scenario *s = &world.scenario;
	const struct cells cells = {.plans = s->plans,
				    .points = s->points,
				    .cases = 3,
				    .count = 2 * 3 * s->points,
				    .riders_most = MAX_POINTS};
	kindred_find_all(&arena, &cells, &count);
	arena_free(&arena);
	world_free(&world);
	return count;
}

Test(party, those_are_kin_who_differ_only_in_how_they_judge)
{
	static const char *const alike[] = {
		"rollouts.one.checks.0.ztest.alpha: [1%, 2%, 5%]",
		"rollouts.one.checks.0.fail_limit: [1, 2, 5]",
		"rollouts.one.checks.0.min_requests: [1, 20, 50]",
		"rollouts.one.checks.0.no_data: [hold, pass, fail]",
		"rollouts.one.checks.1.sprt.harm: [x2, x3, x4]",
		"rollouts.one.checks.1.sprt: [{harm: x2}, {harm: x3}, {harm: x2, alpha: 1%}]",
	};
	for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
		cr_assert_eq(count_kindreds(alike[i]), 6, "%s", alike[i]);
	cr_assert_eq(count_kindreds("rollouts.one.checks.0.ztest.alpha: [1%, 2%], "
				    "rollouts.one.checks.1.sprt.harm: [x2, x3, x4]"),
		     6);
}

/* What others do is nothing to a rollout, unless it changes what telemetry must keep. */
Test(party, those_are_not_kin_whose_worlds_may_differ)
{
	static const char *const apart[] = {
		"rollouts.one.checks.0.every: [30s, 40s, 50s]",
		"rollouts.one.rollback.fails: [0%, 10%, 20%]",
		"rollouts.one.checks.1.min_requests: [1, 20, 50]",
		"rollouts.one.canary.steps.0: [1% for 1m, 2% for 1m, 2% for 2m]",
		"rollouts.one.checks.0.action: [usual, halve, pause]",
	};
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		cr_assert_eq(count_kindreds(apart[i]), 3 * 3 + 3, "%s", apart[i]);
	static const char *const all[] = {
		"traffic.poisson.rate: [1/s, 2/s, 3/s]",
		"versions.candidate.errors: [1%, 2%, 3%]",
		"cases.burst.0.step.errors: [+1%, +2%, +3%]",
		"rollouts.one.checks.0.window: [1m, 2m, 3m]",
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		cr_assert_eq(count_kindreds(all[i]), 6 * 3, "%s", all[i]);
}

/* Two at a time, where there is room for no more. */
Test(party, every_cell_that_runs_is_in_one_kindred)
{
	struct sweep sweep;
	struct arena arena = {0};
	const int cell[] = {70, 3, 5, 4, 68};
	int count, riders = 0;
	open_sweep(&sweep, worlds[0].text, 24, 1);
	const struct cells cells = {.plans = sweep.plan,
				    .points = 24,
				    .cases = 3,
				    .count = 5,
				    .cell = cell,
				    .riders_most = 2};
	const struct kindred *kindred = kindred_find_all(&arena, &cells, &count);
	cr_assert_eq(count, 3);
	for (int k = 0; k < count; k++)
		for (int r = 0; r < kindred[k].riders; r++, riders++)
			cr_assert_eq(kindred[k].judge[r],
				     sweep.plan[kindred[k].cell[r] % 24].rollout);
	cr_assert_eq(riders, 5);
	cr_assert_eq(kindred[0].cell[1], 5, "not that of the third");
	cr_assert_eq(kindred[1].cell[0], 4);
	cr_assert_eq(kindred[2].case_index, 2);
	arena_free(&arena);
	close_sweep(&sweep);
}
