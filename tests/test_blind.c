/* What dashboards see through faults, against a dashboard written down again, naively; and that
 * nobody else feels them. */
#include "tests/faulty.h"
#include "tests/random.h"

#include "models/list.h"

#include <math.h>

enum { VERSIONS = 2, WINDOWS = 40, SCRAPE = 10, ALL = 1 };

static const struct metric errors = {.kind = METRIC_ERROR_RATE};
static const struct metric saturation = {.kind = METRIC_SATURATION};

/* ---- the naive dashboard: every scrape there ever was, as numbers */

struct shown {
	int64_t requests, errors;
	int64_t busy, slots; /* of machines */
};

struct naive {
	int count, kept; /* scrapes taken; how many of the last ones are remembered */
	sim_time delay, late[WINDOWS][VERSIONS];
	bool lost[WINDOWS][VERSIONS], unreadable[WINDOWS][VERSIONS];
	struct shown counter[VERSIONS], shown[WINDOWS][VERSIONS], marked[VERSIONS];
	sim_time marked_at;
};

static void add(struct shown *to, struct shown n, int times)
{
	to->requests += n.requests * times;
	to->errors += n.errors * times;
}

static void add_machines(struct shown *to, struct shown n)
{
	to->busy += n.busy;
	to->slots += n.slots;
}

/* Labels and duplicates concern all or nothing, so that there is nothing to draw; and requests, but
 * no machines. */
static void naive_scrape(struct naive *d, const struct shown happened[VERSIONS],
			 const struct sight sight[VERSIONS])
{
	int w = d->count++;
	for (int v = 0; v < VERSIONS; v++) {
		int times = sight[v].doubled > 0 ? 2 : 1;
		if (sight[v].reset)
			continue;
		add(&d->counter[sight[v].mislabelled > 0 ? STABLE : v], happened[v], times);
		add_machines(&d->counter[v], happened[v]);
	}
	for (int v = 0; v < VERSIONS; v++) {
		d->shown[w][v] = sight[v].stale && w ? d->shown[w - 1][v] : d->counter[v];
		d->lost[w][v] = sight[v].gap;
		d->unreadable[w][v] = sight[v].unreadable;
		d->late[w][v] = sight[v].lag_ns;
	}
}

static void naive_mark(struct naive *d)
{
	d->marked_at = SCRAPE * d->count;
	for (int v = 0; v < VERSIONS; v++)
		d->marked[v] = d->count ? d->shown[d->count - 1][v] : (struct shown){0};
}

/* Where a window before a scrape begins; -1: the beginning of the trial. */
static int naive_base(const struct naive *d, int version, int head, sim_time window)
{
	int oldest = d->count > d->kept ? d->count - d->kept : 0, first = -1, base = -1;
	if (SCRAPE * (head + 1) <= window)
		return -1;
	for (int w = head; w >= oldest; w--) {
		if (d->lost[w][version])
			continue;
		first = w;
		if (base < 0 && SCRAPE * (w + 1) <= SCRAPE * (head + 1) - window)
			base = w;
	}
	return base < 0 ? first : base;
}

/* What is known at `now` of the window before; a window of -1 begins at the mark. */
static struct shown naive_read(const struct naive *d, int version, sim_time now, sim_time window)
{
	const struct shown nothing = {0};
	int oldest = d->count > d->kept ? d->count - d->kept : 0, head = -1;
	for (int w = oldest; w < d->count; w++)
		if (!d->lost[w][version] &&
		    SCRAPE * (w + 1) + d->delay + d->late[w][version] <= now)
			head = w;
	if (head < 0 || d->unreadable[head][version])
		return nothing;
	struct shown sum = d->shown[head][version], base = nothing;
	if (window < 0) {
		if (SCRAPE * (head + 1) <= d->marked_at)
			return nothing;
		base = d->marked[version];
	} else {
		int from = naive_base(d, version, head, window);
		if (from == head)
			return nothing;
		base = from < 0 ? nothing : d->shown[from][version];
	}
	return (struct shown){sum.requests - base.requests, sum.errors - base.errors,
			      sum.busy - base.busy, sum.slots - base.slots};
}

/* ---- both side by side */

struct bench {
	struct arena arena;
	struct telemetry telemetry;
	struct rng rng;
	struct naive naive;
};

static void set_up(struct bench *bench, sim_time delay, sim_time longest)
{
	const struct telemetry_config config = {SCRAPE, delay, 0};
	struct telemetry_size size = telemetry_size(&config, VERSIONS, 100, longest);
	size.metered = VERSIONS;
	memset(bench, 0, sizeof *bench);
	telemetry_allocate(&bench->telemetry, &bench->arena, &size);
	telemetry_reset(&bench->telemetry, &config, &size, VERSIONS, true);
	telemetry_distort(&bench->telemetry);
	rng_stream(&bench->rng, 1, 1, "test");
	bench->naive.delay = delay;
	bench->naive.kept = size.scrapes;
}

static struct sight random_sight(uint64_t *random, int kinds)
{
	return (struct sight){
		.gap = kinds & 1 && random_to(random, 3) == 0,
		.stale = kinds & 2 && random_to(random, 2) == 0,
		.unreadable = kinds & 4 && random_to(random, 5) == 0,
		.reset = kinds & 8 && random_to(random, 5) == 0,
		.lag_ns = kinds & 16 ? random_to(random, 45) : 0,
		.mislabelled = kinds & 32 && random_to(random, 1) ? 1 : 0,
		.doubled = kinds & 64 && random_to(random, 1) ? 1 : 0,
	};
}

static void expect_same(struct bench *bench, sim_time now, sim_time window)
{
	const struct lookback lookback = {window < 0 ? PARAM_UNSET : window, MARK_STAGE};
	for (int v = 0; v < VERSIONS; v++) {
		struct shown n = naive_read(&bench->naive, v, now, window);
		struct reading r = telemetry_read(&bench->telemetry, now, v, ALL, &errors,
						  &lookback, &(struct counts){0});
		cr_assert_eq(r.requests, n.requests, "version %d, window %d, at %d: %g, not %lld",
			     v, (int)window, (int)now, r.requests, (long long)n.requests);
		cr_assert(n.requests ? r.hits == (double)n.errors : isnan(r.value));
		r = telemetry_read(&bench->telemetry, now, v, ALL, &saturation, &lookback,
				   &(struct counts){0});
		cr_assert(n.requests && n.slots ? r.value == (double)n.busy / (double)n.slots
						: isnan(r.value));
	}
}

static void run_window(struct bench *bench, uint64_t *random, int kinds)
{
	struct shown happened[VERSIONS];
	struct sight sight[MAX_VERSIONS];
	for (int v = 0; v < VERSIONS; v++) {
		struct tally *tally = telemetry_current(&bench->telemetry) + v;
		happened[v] = (struct shown){.requests = random_to(random, 30)};
		happened[v].errors = random_to(random, happened[v].requests);
		happened[v].busy = random_to(random, 50);
		happened[v].slots = happened[v].busy + random_to(random, 1) * 50;
		struct usage *used = &bench->telemetry.meters.used[v];
		used->busy_ns += (double)happened[v].busy;
		used->slot_ns += (double)happened[v].slots;
		tally->flags[0] += (uint32_t)(happened[v].requests - happened[v].errors);
		tally->flags[FLAG_ERROR | FLAG_BAD] += (uint32_t)happened[v].errors;
		sight[v] = random_sight(random, kinds);
	}
	telemetry_scrape_through(&bench->telemetry, false, sight, &bench->rng);
	naive_scrape(&bench->naive, happened, sight);
}

static void expect_naive(uint64_t *random, int kinds)
{
	struct bench bench;
	set_up(&bench, random_to(random, 1) * 7, 100 + 45);
	for (int w = 0; w < WINDOWS; w++) {
		run_window(&bench, random, kinds);
		if (random_to(random, 4) == 0) {
			telemetry_mark(&bench.telemetry, MARK_STAGE);
			naive_mark(&bench.naive);
		}
		for (sim_time late = 0; late < SCRAPE; late += 3) {
			expect_same(&bench, SCRAPE * (w + 1) + late, 10);
			expect_same(&bench, SCRAPE * (w + 1) + late, 35);
			expect_same(&bench, SCRAPE * (w + 1) + late, 100);
			expect_same(&bench, SCRAPE * (w + 1) + late, -1);
		}
	}
	arena_free(&bench.arena);
}

/* Each alone, and all together. */
Test(blind, dashboards_show_what_a_naive_one_would)
{
	uint64_t random = 33;
	for (int round = 0; round < 40; round++) {
		for (int kind = 1; kind < 128; kind *= 2)
			expect_naive(&random, kind);
		expect_naive(&random, 127);
		expect_naive(&random, 0);
	}
}

/* ---- counts that go astray one by one */

static void expect_count(double found, double n, double p, const char *what)
{
	cr_assert_float_eq(found, n * p, 5 * sqrt(n * p * (1 - p)), "%s: %g of %g", what, found, n);
}

Test(blind, labels_and_duplicates_go_astray_by_chance)
{
	enum { COUNT = 200000 };
	struct bench bench;
	struct sight sight[MAX_VERSIONS] = {{.gap = false}, {.mislabelled = 0.2, .doubled = 0.3}};
	set_up(&bench, 0, 100);
	struct tally *tally = telemetry_current(&bench.telemetry) + 1;
	tally->flags[0] = COUNT;
	tally->flags[FLAG_ERROR] = COUNT / 10;
	telemetry_scrape_through(&bench.telemetry, false, sight, &bench.rng);
	const struct lookback all = {1000, MARK_START};
	struct reading stable =
		telemetry_read(&bench.telemetry, 10, 0, ALL, &errors, &all, &(struct counts){0});
	struct reading candidate =
		telemetry_read(&bench.telemetry, 10, 1, ALL, &errors, &all, &(struct counts){0});
	double counted = stable.requests + candidate.requests;
	expect_count(counted - 1.1 * COUNT, 1.1 * COUNT, 0.3, "counted twice");
	expect_count(stable.requests, counted, 0.2, "counted as stable's");
	expect_count(stable.hits, stable.hits + candidate.hits, 0.2, "errors of stable");
	expect_count(candidate.hits, candidate.requests, 1 / 11.0, "errors");
	arena_free(&bench.arena);
}

/* ---- in trials */

static const char *const looks = /* every scrape, so that somebody asks */
	"r: {canary: {steps: [50% for 20m]}, checks: [{metric: latency_p50, threshold: {max: 1h}, "
	"window: 1m, no_data: pass}]}";

struct watch {
	struct world world;
};

static void watch_begin(struct watch *watch, const char *fault, uint64_t number)
{
	faulty_read(&watch->world, &(struct faulty){.faults = fault, .rollouts = looks});
	trial_begin(watch->world.trial, &watch->world.scenario.plans[0], 0, 0, number, NULL);
}

/* Everything up to and including `now` happens. */
static void watch_to(struct watch *watch, sim_time now)
{
	while (watch->world.trial->queue.heap[0].at <= now)
		trial_step(watch->world.trial);
}

static struct reading watch_read(const struct watch *watch, sim_time now, int version,
				 enum metric_kind kind, sim_time window)
{
	const struct metric metric = {.kind = kind, .quantile = 0.5};
	const struct lookback lookback = {window, MARK_START};
	return telemetry_read(&watch->world.trial->requests.telemetry, now, version, ALL, &metric,
			      &lookback, &(struct counts){0});
}

/* How much of the trial a dashboard knows at `now`, in s: since its beginning 100/s were served. */
static double knows(const struct watch *watch, sim_time now, int version)
{
	struct reading r = watch_read(watch, now, version, METRIC_ERROR_RATE, 3600 * SIM_SECOND);
	return r.requests / 50;
}

/* Known is what `known(s)` says at every second, but for chance: 50/s have a standard error of
 * sqrt(s / 50). */
static void expect_known(const char *fault, int version, double (*known)(int s))
{
	struct watch watch;
	watch_begin(&watch, fault, 2);
	for (int s = 1; s < 599; s++) {
		sim_time now = s * SIM_SECOND;
		watch_to(&watch, now);
		double expected = known(s), found = knows(&watch, now, version);
		cr_assert_float_eq(found, expected, 5 * sqrt(expected / 50) + 0.1,
				   "%s at %d s: %g s, not %g", fault, s, found, expected);
	}
	world_free(&watch.world);
}

static double scraped(int s)
{
	return s / 15 * 15;
}

/* The scrapes at 300, 315 ... 405 fail. */
static double gapped(int s)
{
	return s >= 300 && s < 420 ? 285 : scraped(s);
}

static double lagging(int s)
{
	return s < 300 ? scraped(s) : fmax(scraped(s - 60), 285);
}

static double unreadable(int s)
{
	return s >= 300 && s < 420 ? 0 : scraped(s);
}

/* What lies between the scrapes at 90 and 105, 240 and 255, 390 and 405, 540 and 555 is lost. */
static double reset(int s)
{
	return scraped(s) - 15 * ((s >= 105) + (s >= 255) + (s >= 405) + (s >= 555));
}

static double doubled(int s)
{
	return 2 * scraped(s);
}

static double taken(int s)
{
	return s < 300 ? scraped(s) : 285; /* the scrape at 300 comes after the fault */
}

static double given(int s)
{
	return s < 300 ? scraped(s) : 2 * scraped(s) - 285;
}

Test(blind, a_gap_hides_a_while_and_then_nothing)
{
	expect_known("scrape_gap: {at: 5m, duration: 2m}", 0, gapped);
	expect_known("scrape_gap: {at: 5m, duration: 2m}", 1, gapped);
	expect_known("scrape_gap: {at: 5m, duration: 2m, on: candidate}", 1, gapped);
	expect_known("scrape_gap: {at: 5m, duration: 2m, on: candidate}", 0, scraped);
	expect_known("scrape_gap: {at: 5m, duration: 2m, chance: 0%}", 0, scraped);
}

Test(blind, an_exporter_that_hangs_repeats_itself)
{
	expect_known("stale: {at: 5m, duration: 2m}", 1, gapped);
	expect_known("stale: {at: 5m, duration: 2m}", 0, scraped);
}

Test(blind, late_scrapes_are_seen_late)
{
	expect_known("lag: {by: 1m, at: 5m}", 1, lagging);
	expect_known("lag: {by: 1m, at: 5m}", 0, lagging);
}

Test(blind, nothing_can_be_said_of_numbers_that_are_none)
{
	expect_known("nan: {at: 5m, duration: 2m}", 1, unreadable);
	expect_known("nan: {at: 5m, duration: 2m}", 0, scraped);
}

Test(blind, a_counter_that_begins_anew_loses_a_window_once_a_start)
{
	expect_known("counter_reset: {at: 100s, duration: 100s, every: 150s}", 1, reset);
	expect_known("counter_reset: {at: 100s, duration: 100s, every: 150s}", 0, scraped);
}

Test(blind, duplicates_and_wrong_labels_move_counts)
{
	expect_known("duplicate: {counts: 100%}", 1, doubled);
	expect_known("duplicate: {counts: 100%}", 0, scraped);
	expect_known("wrong_label: {counts: 100%, at: 5m}", 1, taken);
	expect_known("wrong_label: {counts: 100%, at: 5m}", 0, given);
}

/* Constant answers of 80 ms; a histogram is exact to a few per cent. */
static void expect_median(const char *fault, double ms)
{
	struct watch watch;
	watch_begin(&watch, fault, 0);
	watch_to(&watch, 120 * SIM_SECOND);
	struct reading r =
		watch_read(&watch, 120 * SIM_SECOND, 1, METRIC_LATENCY_QUANTILE, 15 * SIM_SECOND);
	cr_assert_float_eq(r.value / 1e6, ms, 0.05 * ms + 1e-3, "%s: %g ms", fault, r.value / 1e6);
	cr_assert_float_eq(world_run(&watch.world, 0, 0, 0)->version_p50[1], 0.08, 0.004);
	world_free(&watch.world);
}

Test(blind, clocks_that_disagree_move_what_is_measured)
{
	expect_median("clock_skew: {by: +50ms}", 130);
	expect_median("clock_skew: {by: -50ms}", 30);
	expect_median("clock_skew: {by: -500ms}", 0);
	expect_median("clock_skew: {by: +0ms}", 80);
	expect_median("clock_skew: {by: +50ms, on: stable}", 80);
	expect_median("clock_skew: {by: +500ms, ramp: 4m}", 80 + 500 * 0.5);
}

/* Independently at every scrape: in 100 trials of 40 scrapes. */
Test(blind, a_chance_is_the_share_of_scrapes_that_it_happens_to)
{
	enum { TRIALS = 100 };
	struct watch watch;
	int hidden = 0, pairs = 0, looked = 0;
	watch_begin(&watch, "nan: {chance: 30%}", 0);
	for (uint64_t t = 0; t < TRIALS; t++) {
		bool last = false;
		trial_begin(watch.world.trial, watch.world.scenario.plans, 0, 0, t, NULL);
		for (int w = 1; w <= 39; w++, looked++) {
			sim_time now = 15 * w * SIM_SECOND;
			watch_to(&watch, now);
			bool now_hidden = knows(&watch, now, 1) == 0;
			hidden += now_hidden;
			pairs += now_hidden && last;
			last = now_hidden;
		}
	}
	expect_count(hidden, looked, 0.3, "hidden");
	expect_count(pairs, looked * 38 / 39.0, 0.09, "hidden twice in a row");
	world_free(&watch.world);
}

/* However late a jitter makes them, scrapes are kept until they have arrived. */
Test(blind, a_lag_with_a_jitter_never_leaves_dashboards_without_anything)
{
	struct watch watch;
	watch_begin(&watch, "lag: {by: 2m, jitter: 100%}", 1);
	for (int s = 260; s < 599; s++) {
		watch_to(&watch, s * SIM_SECOND);
		cr_assert_gt(
			watch_read(&watch, s * SIM_SECOND, 1, METRIC_ERROR_RATE, 60 * SIM_SECOND)
				.requests,
			1000, "at %d s", s);
	}
	world_free(&watch.world);
}

/* ---- nobody else feels them */

Test(blind, as_long_as_nobody_decides_differently_nothing_else_changes)
{
	for (int i = 0; models_all[i]; i++) {
		const struct plugin *p = models_all[i];
		struct world world;
		if (p->kind != PLUGIN_FAULT || !((const struct fault *)p)->blind)
			continue;
		faulty_read(&world, &(struct faulty){.traffic = ", users: {count: 500}",
						     .faults = p->example,
						     .cases = "  healthy: []\n",
						     .rollouts = looks,
						     .more = "horizon: 15m"});
		for (uint64_t t = 0; t < 3; t++) {
			struct result blind = *world_run(&world, 0, 0, t);
			const struct result *sighted = world_run(&world, 0, 1, t);
			cr_assert_eq(memcmp(&blind, sighted, sizeof blind), 0, "%s", p->name);
		}
		world_free(&world);
	}
}

/* A trial must not find what distorted counters the one before has left. */
Test(blind, a_trial_begins_with_clean_counters)
{
	struct world world;
	faulty_read(&world,
		    &(struct faulty){.faults = "wrong_label: {counts: 90%}",
				     .cases = "  jump: [{wrong_label: {counts: 90%}}, {step: "
					      "{latency: x20}}]\n",
				     .rollouts = "r: {canary: {steps: [0.02% for 20m]}, checks: "
						 "[{metric: latency_p50, threshold: {max: 200ms}, "
						 "min_requests: 1, window: 1h}], sticky: no}"});
	for (uint64_t t = 0; t < 100; t++) {
		struct result clean = *world_run(&world, 0, 0, t);
		for (uint64_t before = 0; before < 3; before++) {
			world_run(&world, 0, 1, 1000 + 3 * t + before);
			const struct result *row = world_run(&world, 0, 0, t);
			cr_assert_eq(memcmp(row, &clean, sizeof clean), 0);
		}
	}
	world_free(&world);
}
