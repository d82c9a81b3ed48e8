/* Cells held against each other: shares, means and quantiles by what is known of them. */
#include "sim/report/duel.h"
#include "sim/stats/difference.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>

/* ---- intervals of differences */

/* Newcombe 1998, paired data, table II: the second is what his method gives where one side holds
 * the other. */
Test(duel, pairs_have_the_interval_that_is_published)
{
	const struct paired_shares tables[] = {{36, 12, 2, 0}, {36, 14, 0, 0}};
	static const double due[][2] = {{0.0569, 0.3404}, {0.1528, 0.4167}};
	for (int i = 0; i < 2; i++) {
		struct interval interval = difference_paired(&tables[i], 0.95);
		cr_expect_float_eq(interval.low, due[i][0], 5e-5, "%g", interval.low);
		cr_expect_float_eq(interval.high, due[i][1], 5e-5, "%g", interval.high);
	}
	struct interval nobody = difference_paired(&(struct paired_shares){0, 0, 0, 0}, 0.95);
	cr_expect(isnan(nobody.low));
}

/* Pairs that have nothing to do with each other are two samples. */
Test(duel, pairs_without_a_bond_are_two_samples)
{
	struct interval pairs = difference_paired(&(struct paired_shares){12, 28, 18, 42}, 0.9);
	struct interval two = difference_newcombe(&(struct two_shares){40, 100, 30, 100}, 0.9);
	cr_expect_float_eq(pairs.low, two.low, 1e-12);
	cr_expect_float_eq(pairs.high, two.high, 1e-12);
}

Test(duel, the_difference_of_two_numbers_reaches_as_far_as_they_do)
{
	const struct interval a = {7, 14}, b = {0, 7};
	struct interval i = difference_mover(10, a, 4, b, 0);
	cr_expect_float_eq(i.low, 6 - hypot(3, 3), 1e-12);
	cr_expect_float_eq(i.high, 6 + hypot(4, 4), 1e-12);
	i = difference_mover(10, a, 4, b, 1); /* together: what is left is how they differ */
	cr_expect_float_eq(i.low, 6, 1e-12);
	cr_expect_float_eq(i.high, 6, 1e-12);
}

/* ---- cells */

enum { TRIALS = 40 };

struct pair {
	struct world world;
	struct results results[2];
};

static void begin(struct pair *pair)
{
	world_read(&pair->world,
		   "scenario: pair\ntraffic: {poisson: {rate: 1/s}}\n"
		   "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
		   "cases: {c: []}\nrollouts: {r: {instant: {}}}\nhorizon: 1m\ntrials: 40\n");
	for (int i = 0; i < 2; i++)
		scenario_describe(&pair->world.scenario, &pair->results[i]);
}

static void end(struct pair *pair)
{
	results_free(&pair->results[0]);
	results_free(&pair->results[1]);
	world_free(&pair->world);
}

static void put(struct pair *pair, int side, const struct result *row)
{
	int64_t *run = pair->results[side].trials_run;
	results_store(&pair->results[side], 0, (int)*run, row);
	++*run;
}

static struct duel hold(const struct pair *pair, const char *name, bool paired, bool harmful)
{
	const struct quantity_names names = {NULL, NULL, 0, 0};
	const struct terms terms = {paired, harmful, 0.95};
	struct duelist side[2];
	struct duel duel;
	char why[QUANTITY_WHY];
	for (int i = 0; i < 2; i++) {
		side[i] = (struct duelist){.results = &pair->results[i], .cell = 0};
		cr_assert(quantity_read(&side[i].quantity, name, &names, why), "%s", why);
	}
	duel_hold(&duel, &side[0], &side[1], &terms);
	return duel;
}

/* Trials that differ much, and by one each: only pairs show it. */
Test(duel, pairs_show_what_strangers_do_not)
{
	struct pair pair;
	begin(&pair);
	for (int t = 0; t < TRIALS; t++) {
		put(&pair, 0, &(struct result){.harmed_users = 100 * t});
		put(&pair, 1, &(struct result){.harmed_users = 100 * t + 1 + t % 2});
	}
	struct duel duel = hold(&pair, "harmed_users.mean", true, true);
	double error = sqrt(0.25 * TRIALS / (TRIALS - 1.0) / TRIALS);
	cr_expect_float_eq(duel.change.value, 1.5, 1e-9);
	cr_expect_float_eq(duel.change.high, 1.5 + 2.0226909 * error, 1e-6); /* t of 39 */
	cr_expect_eq(duel.end, DUEL_WORSE);
	cr_expect_eq(hold(&pair, "harmed_users.mean", false, true).end, DUEL_UNKNOWN);
	cr_expect_eq(hold(&pair, "requests.mean", true, true).end, DUEL_SAME);
	cr_expect_eq(hold(&pair, "harmed_users.max", true, true).end, DUEL_NOTHING);
	end(&pair);
}

/* A canary that is no longer promoted: good news where it is bad, bad news where it is good. */
Test(duel, what_is_worse_depends_on_the_case)
{
	struct pair pair;
	begin(&pair);
	for (int t = 0; t < TRIALS; t++) {
		put(&pair, 0, &(struct result){.outcome = OUTCOME_PROMOTED});
		put(&pair, 1, &(struct result){.outcome = OUTCOME_ROLLED_BACK});
	}
	cr_expect_eq(hold(&pair, "promoted", true, true).end, DUEL_BETTER);
	cr_expect_eq(hold(&pair, "promoted", true, false).end, DUEL_WORSE);
	cr_expect_eq(hold(&pair, "rolled_back", false, true).end, DUEL_BETTER);
	cr_expect_eq(hold(&pair, "rolled_back", false, false).end, DUEL_WORSE);
	end(&pair);
}

/* What never happens is later than all. */
Test(duel, never_is_later_than_any_time)
{
	struct pair pair;
	begin(&pair);
	for (int t = 0; t < TRIALS; t++) {
		put(&pair, 0, &(struct result){.time_to_promote = 10 + t});
		put(&pair, 1, &(struct result){.time_to_promote = t < 5 ? 10.0 + t : (double)NAN});
	}
	struct duel duel = hold(&pair, "time_to_promote.p50", true, false);
	cr_expect_float_eq(duel.before.value, 29.5, 1e-9);
	cr_expect(isinf(duel.after.value));
	cr_expect_eq(duel.end, DUEL_WORSE);
	cr_expect_eq(hold(&pair, "time_to_promote.p5", true, false).end, DUEL_UNKNOWN);
	end(&pair);
}

Test(duel, few_trials_say_nothing_of_means)
{
	struct pair pair;
	begin(&pair);
	for (int t = 0; t < DUEL_FEWEST - 1; t++) {
		put(&pair, 0, &(struct result){.harmed_users = 1});
		put(&pair, 1, &(struct result){.harmed_users = 1000});
	}
	cr_expect_eq(hold(&pair, "harmed_users.mean", true, true).end, DUEL_UNKNOWN);
	end(&pair);
}
