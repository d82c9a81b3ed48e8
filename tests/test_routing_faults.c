/* Routers that do not do what they are asked, and ways back that are barred: shares, users and
 * times against what can be worked out by hand. */
#include "tests/faulty.h"
#include "tests/random.h"
#include "tests/walk.h"

#include "sim/propagation.h"

#include <math.h>

enum { USERS = 4000 };

static void expect_share(double count, double total, double share, const char *what)
{
	double error = sqrt(share * (1 - share) / total);
	cr_assert_float_eq(count / total, share, 5 * error + 1e-3, "%s: %g of %g should be %g",
			   what, count, total, share);
}

/* ---- weights */

/* Asked for 5 %, 25 %, 50 % and everything. */
static void expect_shares(const char *fault, const double share[4])
{
	struct world world;
	static struct diary diary;
	int from = 0, n = 0;
	faulty_read(&world, &(struct faulty){
				    .faults = fault,
				    .rollouts = "r: {canary: {steps: [5% for 90s, 25% for 90s, 50% "
						"for 90s]}, sticky: no}"});
	struct result row = diary_run(&diary, &world, 0, 0, 0);
	const struct happening *h = diary_find(&diary, HAPPENING_SHARE, 1, &from);
	cr_assert_eq(h->value, 0, "before the rollout");
	for (; (h = diary_find(&diary, HAPPENING_SHARE, 1, &from)); n++) {
		cr_assert_lt(n, 4);
		cr_assert_eq(h->at, n * 90 * SIM_SECOND, "%s: %d at %g s", fault, n,
			     (double)h->at / SIM_SECOND);
		cr_assert_float_eq(h->value, share[n], 1e-12, "%s: %g", fault, h->value);
	}
	cr_assert_eq(n, 4);
	cr_assert_eq(row.outcome, OUTCOME_PROMOTED);
	cr_assert_float_eq(row.peak_share, 1, 1e-12);
	for (int s = 0; s < 3; s++) { /* 6 scrapes of 15 s each */
		double candidate = 0, all = 0;
		for (int w = 6 * s; w < 6 * (s + 1); w++) {
			candidate += diary.window[w][1].requests;
			all += diary.window[w][0].requests + diary.window[w][1].requests;
		}
		expect_share(candidate, all, share[s], fault);
	}
	world_free(&world);
}

Test(routing_faults, a_router_that_misses_its_weights_sends_others_and_means_all_by_all)
{
	expect_shares("weight_skew: {by: +3%}", (const double[]){0.08, 0.28, 0.53, 1});
	expect_shares("weight_skew: {by: x1.6}", (const double[]){0.08, 0.4, 0.8, 1});
	expect_shares("weight_skew: {by: x1.9}", (const double[]){0.095, 0.475, 0.95, 1});
	expect_shares("weight_skew: {by: -4%}", (const double[]){0.01, 0.21, 0.46, 1});
	expect_shares("{weight_skew: {by: x1.8}}, {weight_skew: {by: +1%}}",
		      (const double[]){0.10, 0.46, 0.91, 1});
	expect_shares("weight_skew: {by: +0%}", (const double[]){0.05, 0.25, 0.5, 1});
}

Test(routing_faults, a_router_may_begin_and_cease_to_miss_its_weights)
{
	const struct {
		int at;
		double share;
	} expected[] = {{0, 0}, {0, 0.1}, {60, 0.2}, {180, 0.1}};
	struct world world;
	struct diary diary;
	int from = 0;
	faulty_read(&world,
		    &(struct faulty){.faults = "weight_skew: {by: x2, at: 1m, duration: 2m}",
				     .rollouts = "r: {canary: {steps: [10% for 1h]}}"});
	diary_run(&diary, &world, 0, 0, 0);
	for (int i = 0; i < 4; i++) {
		const struct happening *h = diary_find(&diary, HAPPENING_SHARE, 1, &from);
		cr_assert_eq(h->at, expected[i].at * SIM_SECOND);
		cr_assert_float_eq(h->value, expected[i].share, 1e-12);
	}
	cr_assert_null(diary_find(&diary, HAPPENING_SHARE, 1, &from));
	world_free(&world);
}

/* ---- users who lose their version */

/* With n requests on average, Poisson, a user who is routed anew each time meets both versions
 * with probability 1 - e^-(n p) - e^-(n q) + e^-n, a sticky one never. */
static void expect_switchers(double lost, double share)
{
	static int met[USERS];
	struct world world;
	struct walk walk;
	char fault[80];
	double n = 60000.0 / USERS, both = 0, candidate = 0, all = 0;
	snprintf(fault, sizeof fault, "sticky_drift: {users: %g%%}", 100 * lost);
	faulty_read(&world, &(struct faulty){.traffic = ", users: {count: 4000, skew: 0}",
					     .faults = fault,
					     .more = "telemetry: {scrape: 1d}\nhorizon: 10m"});
	memset(met, 0, sizeof met);
	walk_begin(&walk, &world, 0, 0, 1, share);
	walk.requests->drift = (uint64_t)(course_hindrance(&walk.course, 0).drift * 0x1p32);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++, all++) {
			met[walk.user[i]] |= 1 << walk.key[i];
			candidate += walk.key[i];
		}
	for (int u = 0; u < USERS; u++)
		both += met[u] == 3;
	expect_share(both, USERS, lost * (1 - exp(-n * share) - exp(-n * (1 - share)) + exp(-n)),
		     fault);
	/* Of users, whose requests come together. */
	cr_assert_float_eq(candidate / all, share, 5 * sqrt(share * (1 - share) / USERS));
	world_free(&world);
}

Test(routing_faults, users_who_lose_their_version_meet_both)
{
	expect_switchers(0, 0.3);
	expect_switchers(0.2, 0.3);
	expect_switchers(0.7, 0.05);
	expect_switchers(1, 0.3);
}

/* ---- routes that spread */

/* Eight groups of routers, the first after the delay, the last when all of it is over. */
static double spread(double from, double to, double delay, double over, double s)
{
	int know = 0;
	for (int g = 0; g < 8; g++)
		know += s >= delay + g * over / 7;
	return from + (to - from) * know / 8;
}

Test(routing_faults, routes_take_effect_late_and_group_by_group)
{
	struct world world;
	struct diary diary;
	faulty_read(&world,
		    &(struct faulty){.faults = "slow_propagation: {delay: 20s, over: 70s}",
				     .rollouts = "r: {canary: {steps: [40% for 2m, 80% for 1h]}}"});
	diary_run(&diary, &world, 0, 0, 0);
	for (int s = 0; s < 300; s++) {
		double found = 0, expected = s < 120 ? spread(0, 0.4, 20, 70, s)
						     : spread(0.4, 0.8, 20, 70, s - 120);
		for (int i = 0; i < diary.count; i++)
			if (diary.entry[i].kind == HAPPENING_SHARE &&
			    diary.entry[i].at <= s * SIM_SECOND)
				found = diary.entry[i].value;
		cr_assert_float_eq(found, expected, 1e-12, "at %d s: %g, not %g", s, found,
				   expected);
	}
	world_free(&world);
}

Test(routing_faults, a_new_wish_begins_where_the_one_before_has_got_to)
{
	struct routes routes[3], now;
	struct propagation p;
	const struct hindrance h = {
		.skew_factor = 1, .late_ns = 10, .spread_ns = 70, .back_factor = 1};
	const double wish[] = {0, 0.8, 0.2};
	for (int i = 0; i < 3; i++) {
		routes_reset(&routes[i], 2, 2);
		routes_give(&routes[i], 1, wish[i]);
	}
	propagation_reset(&p, &routes[0]);
	propagation_ask(&p, &routes[1], &routes[0], &h, 100);
	propagation_routes(&p, &h, 145, &now); /* four groups know */
	cr_assert_float_eq(now.share[1][1], 0.4, 1e-12);
	propagation_ask(&p, &routes[2], &now, &h, 145);
	for (sim_time at = 145; at < 300; at++) {
		propagation_routes(&p, &h, at, &now);
		double expected = spread(0.4, 0.2, 10, 70, (double)(at - 145));
		cr_assert_float_eq(now.share[0][1], expected, 1e-12, "at %d", (int)at);
		cr_assert_float_eq(now.share[1][0], 1 - expected, 1e-12);
	}
}

/* Whatever the times: routes change exactly when announced, and arrive. */
Test(routing_faults, every_step_of_a_spread_is_announced)
{
	uint64_t random = 5;
	for (int round = 0; round < 300; round++) {
		struct routes none, half, before, after;
		struct propagation p;
		const struct hindrance h = {.skew_factor = 1,
					    .late_ns = random_to(&random, 30),
					    .spread_ns = random_to(&random, 90)};
		routes_reset(&none, 1, 2);
		routes_reset(&half, 1, 2);
		routes_give(&half, 1, 0.5);
		half.mirror = 0.3;
		half.mirror_to = 1;
		propagation_ask(&p, &half, &none, &h, 7);
		propagation_routes(&p, &h, 7, &before);
		sim_time next = propagation_next(&p, 7);
		for (sim_time at = 8; at < 200; at++) {
			propagation_routes(&p, &h, at, &after);
			cr_assert(routes_equal(&before, &after) || at == next);
			cr_assert_geq(after.share[0][1], before.share[0][1]);
			cr_assert_float_eq(after.mirror, 0.6 * after.share[0][1], 1e-12);
			if (at == next)
				next = propagation_next(&p, at);
			cr_assert_gt(next, at);
			routes_copy(&before, &after);
		}
		cr_assert_eq(next, SIM_NEVER);
		cr_assert(routes_equal(&after, &half));
	}
}

Test(routing_faults, copies_end_as_late_as_the_routers_know)
{
	struct routes copies, none, now;
	struct propagation p;
	const struct hindrance h = {.skew_factor = 1, .late_ns = 10, .spread_ns = 70};
	routes_reset(&none, 1, 2);
	routes_reset(&copies, 1, 2);
	copies.mirror = 0.8;
	copies.mirror_to = 1;
	propagation_ask(&p, &none, &copies, &h, 0);
	for (sim_time at = 0; at < 100; at++) {
		propagation_routes(&p, &h, at, &now);
		cr_assert_float_eq(now.mirror, spread(0.8, 0, 10, 70, (double)at), 1e-12);
		cr_assert(now.mirror == 0 || now.mirror_to == 1);
	}
}

/* ---- the way back */

/* Fails from 2m on, is seen at 2m30s, and is undone in 30 s. */
static const char *const guarded =
	"all: {instant: {}, checks: [{metric: error_rate, threshold: {max: 10%%}, every: 30s, "
	"window: 15s, watch: always}], rollback: {takes: 30s%s}}";

static void read_guarded(struct world *world, double rate, const char *fault, const char *way)
{
	char rollouts[300], faults[300];
	snprintf(rollouts, sizeof rollouts, guarded, way);
	snprintf(faults, sizeof faults, "{step: {errors: +90%%, at: 2m}}, {%s}", fault);
	faulty_read(world, &(struct faulty){.rate = rate,
					    .stable = "latency: 80ms",
					    .faults = faults,
					    .rollouts = rollouts,
					    .more = "slo: {latency: 100ms}\nhorizon: 60m"});
}

/* The way back takes so long, and harms as if it were so long and sudden. */
static void expect_slow_way_back(const char *fault, double takes, double harms)
{
	struct world world;
	read_guarded(&world, 100, fault, "");
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_assert_eq(row->outcome, OUTCOME_ROLLED_BACK);
	cr_assert_eq(row->onset_time, 120);
	cr_assert_eq(row->decision_time, 150);
	cr_assert_float_eq(row->mitigation_time, 30 + takes, 1e-6, "%s: %g s", fault,
			   row->mitigation_time - 30);
	cr_assert_float_eq((double)row->harmed_requests, 90 * (30 + harms),
			   5 * sqrt(100 * (30 + harms)));
	world_free(&world);
}

static void expect_way_back(const char *fault, double takes)
{
	expect_slow_way_back(fault, takes, takes);
}

Test(routing_faults, the_way_back_takes_as_long_as_faults_make_it)
{
	expect_way_back("slow_drain: {takes: x1}", 30);
	expect_way_back("slow_drain: {takes: x5}", 150);
	expect_way_back("slow_drain: {takes: +45s}", 75);
	expect_way_back("slow_drain: {takes: -45s}", 0);
	expect_way_back("old_version_missing: {redeploy: 10m}", 630);
	expect_way_back("slow_drain: {takes: x2}}, {old_version_missing: {redeploy: 1m}", 120);
	expect_way_back("slow_drain: {takes: x5, at: 151s}", 30);
	expect_way_back("slow_drain: {takes: x5, duration: 2m}", 30);
	expect_way_back("old_version_missing: {redeploy: 10m, duration: 149s}", 30);
	/* Then 7/8, 6/8 ... 1/8 for 10 s each. */
	expect_slow_way_back("slow_propagation: {delay: 10s, over: 70s, at: 1m}", 110, 75);
}

/* Attempts of 30 s fail independently; a minute lies between them. */
static void expect_attempts(const char *fault, const char *way, double fails)
{
	enum { TRIALS = 400 };
	struct world world;
	double sum = 0, first = 0;
	read_guarded(&world, 2, fault, way);
	for (uint64_t t = 0; t < TRIALS; t++) {
		const struct result *row = world_run(&world, 0, 0, t);
		double again = (row->mitigation_time - 60) / 90;
		if (isnan(again))
			again = 37; /* the horizon came first: with 0.8^37 once in 4000 */
		cr_assert_float_eq(again, round(again), 1e-9);
		sum += again;
		first += again == 0;
	}
	expect_share(first, TRIALS, 1 - fails, fault);
	double mean = fails / (1 - fails), deviation = sqrt(fails) / (1 - fails);
	cr_assert_float_eq(sum / TRIALS, mean, 5 * deviation / sqrt(TRIALS), "%s: %g, not %g",
			   fault, sum / TRIALS, mean);
	world_free(&world);
}

Test(routing_faults, attempts_to_roll_back_fail_as_often_as_they_should)
{
	expect_attempts("rollback_fails: {attempts: 50%}", "", 0.5);
	expect_attempts("rollback_fails: {attempts: 60%}", ", fails: 50%", 0.8);
	expect_attempts("rollback_fails: {attempts: 50%}}, {rollback_fails: {attempts: 20%}", "",
			0.6);
	expect_attempts("rollback_fails: {attempts: 0%}", "", 0);
	expect_attempts("rollback_fails: {attempts: 90%, duration: 150s}", "", 0);
}

/* ---- the old version */

/* Undone at 3m; then three times as slow, which is too slow as long as less than 7/8 of 200 s have
 * passed. Coldness is looked at at every scrape. */
static void expect_cold(const char *faults, bool guilty)
{
	struct world world;
	static struct diary diary;
	char rollouts[300];
	snprintf(rollouts, sizeof rollouts, guarded, "");
	faulty_read(&world, &(struct faulty){.stable = "latency: 80ms",
					     .faults = faults,
					     .rollouts = rollouts,
					     .more = "slo: {latency: 100ms}\nhorizon: 10m"});
	struct result row = diary_run(&diary, &world, 0, 0, 0);
	cr_assert_eq(row.false_rollback, !guilty);
	for (int w = 12; w < diary.windows; w++) {
		const struct deeds *stable = &diary.window[w][0];
		bool cold = 15 * (w - 12) < 175;
		cr_assert_gt(stable->requests, 1000);
		/* Who came before the scrape and was served after it is of the window before. */
		cr_assert_float_eq(stable->harmed, cold ? stable->requests : 0, 50, "window %d", w);
		cr_assert_eq(diary.window[w][1].requests > 30, false);
	}
	world_free(&world);
}

Test(routing_faults, a_cold_old_version_harms_those_who_come_back_to_it)
{
	expect_cold("{step: {errors: +90%, at: 2m}}, "
		    "{old_version_cold: {latency: x3, warm_after: 200s}}",
		    true);
	/* A false alarm: the only harm is that of the way back. */
	expect_cold("{step: {on: both, errors: +90%, at: 2m, duration: 59s}}, "
		    "{old_version_cold: {latency: x3, warm_after: 200s}}",
		    false);
}

Test(routing_faults, an_old_version_is_not_cold_where_nobody_comes_back)
{
	struct world world;
	faulty_read(&world, &(struct faulty){.stable = "latency: 80ms",
					     .faults = "old_version_cold: {latency: x3}",
					     .rollouts = "r: {canary: {steps: [50% for 1h]}}",
					     .more = "slo: {latency: 100ms}\nhorizon: 10m"});
	cr_assert_eq(world_run(&world, 0, 0, 0)->harmed_requests, 0);
	cr_assert_float_eq(world_run(&world, 0, 0, 0)->version_p99[0], 0.08, 0.004);
	world_free(&world);
}
