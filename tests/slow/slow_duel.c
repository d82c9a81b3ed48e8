/* What is the same is seldom called worse or better, and what differs by a known amount has it in
 * its interval as often as promised: of shares, means with a long tail, and times that may never
 * come; of pairs that go together, and of strangers. */
#include "sim/report/duel.h"

#include "tests/random.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

enum { SEEDS = 2000, TRIALS = 200 };

/* A value of one trial by its luck, and by how much it is worse. */
typedef double drawing(double luck, double worse);

static double draw_flag(double luck, double worse)
{
	return luck < 0.1 + worse;
}

/* One in five never. */
static double draw_time(double luck, double worse)
{
	return luck < 0.8 ? -60 * log(1 - luck) + worse : (double)NAN;
}

static double draw_harm(double luck, double worse)
{
	return exp(2 * luck + luck * luck) + worse;
}

struct kind {
	const char *quantity;
	size_t offset;
	bool flag;
	drawing *draw;
	double worse; /* its unit */
};

static const struct kind kinds[] = {
	{"false_rollback", offsetof(struct result, false_rollback), true, draw_flag, 0.05},
	{"time_to_promote.p50", offsetof(struct result, time_to_promote), false, draw_time, 10},
	{"harmed_share.mean", offsetof(struct result, harmed_share), false, draw_harm, 0.5},
};

static void put(struct results *results, const struct kind *kind, int trial, double value)
{
	struct result row = {.harmed_share = 0};
	int8_t flag = value > 0;
	if (kind->flag)
		memcpy((char *)&row + kind->offset, &flag, sizeof flag);
	else
		memcpy((char *)&row + kind->offset, &value, sizeof value);
	results_store(results, 0, trial, &row);
	results->trials_run[0] = trial + 1;
}

/* Pairs share two thirds of their luck: it is the same in so many of them. */
static struct duel fight(const struct world *world, const struct kind *kind, double worse,
			 const struct terms *terms, uint64_t *state)
{
	const struct quantity_names names = {NULL, NULL, 0, 0};
	struct results results[2];
	struct duelist side[2];
	struct duel duel;
	char why[QUANTITY_WHY];
	for (int s = 0; s < 2; s++) {
		scenario_describe(&world->scenario, &results[s]);
		side[s] = (struct duelist){.results = &results[s], .cell = 0};
		cr_assert(quantity_read(&side[s].quantity, kind->quantity, &names, why));
	}
	for (int t = 0; t < TRIALS; t++) {
		double luck = random_share(state), other = random_share(state);
		bool together = terms->paired && random_share(state) < 2 / 3.0;
		put(&results[0], kind, t, kind->draw(luck, 0));
		put(&results[1], kind, t, kind->draw(together ? luck : other, worse));
	}
	duel_hold(&duel, &side[0], &side[1], terms);
	results_free(&results[0]);
	results_free(&results[1]);
	return duel;
}

/* How often an interval does not hold the truth. */
static int count_wrong(const struct kind *kind, double worse, bool paired)
{
	struct world world;
	uint64_t state = 5;
	int wrong = 0;
	gsl_set_error_handler_off(); /* as the program does */
	world_read(&world, "scenario: duel\ntraffic: {poisson: {rate: 1/s}}\n"
			   "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
			   "cases: {c: []}\nrollouts: {r: {instant: {}}}\n"
			   "horizon: 1m\ntrials: 200\n");
	const struct terms terms = {paired, true, 0.95};
	for (int s = 0; s < SEEDS; s++) {
		struct duel duel = fight(&world, kind, worse, &terms, &state);
		wrong += duel.change.low > worse || duel.change.high < worse;
		cr_assert(worse > 0 || duel.end == DUEL_UNKNOWN || duel.change.low > 0 ||
			  duel.change.high < 0);
	}
	world_free(&world);
	return wrong;
}

Test(duel, intervals_hold_the_truth_as_often_as_promised)
{
	double most = SEEDS * (0.05 + 4 * sqrt(0.05 * 0.95 / SEEDS));
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (int paired = 0; paired < 2; paired++)
			for (int differs = 0; differs < 2; differs++) {
				int wrong = count_wrong(&kinds[k], differs ? kinds[k].worse : 0,
							paired);
				cr_log_info("%s, %s, %s: %d of %d", kinds[k].quantity,
					    paired ? "pairs" : "strangers",
					    differs ? "worse" : "the same", wrong, SEEDS);
				cr_expect_leq(wrong, most, "%s: %d of %d", kinds[k].quantity, wrong,
					      SEEDS);
			}
}
