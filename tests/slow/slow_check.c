/* A gate keeps its word: what is exactly as bad as it may be is called broken no more often than
 * promised, however often one looks; what is clearly wrong is never called holding. */
#include "sim/report/judgement.h"

#include "tests/random.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

enum { SEEDS = 1000, BUDGET = 1000, FIRST = 100 };

/* A value of one trial, when the truth is `truth`. */
typedef double drawing(uint64_t *state, double truth);

static double draw_flag(uint64_t *state, double truth)
{
	return random_share(state) < truth;
}

/* The p80 of an exponential law that has it at `truth`. */
static double draw_time(uint64_t *state, double truth)
{
	return -log(random_share(state)) * truth / log(5);
}

/* A long tail: the mean of a lognormal law of sigma 1. */
static double draw_harm(uint64_t *state, double truth)
{
	double normal = sqrt(-2 * log(random_share(state))) * cos(2 * M_PI * random_share(state));
	return truth * exp(normal - 0.5);
}

struct kind {
	const char *expected;
	size_t offset;
	bool flag;
	drawing *draw;
	double bound, worse; /* exactly as bad as it may be; clearly worse */
};

static const struct kind kinds[] = {
	{"false_rollback: \"<= 5%\"", offsetof(struct result, false_rollback), true, draw_flag,
	 0.05, 0.15},
	{"time_to_promote.p80: \"<= 60s\"", offsetof(struct result, time_to_promote), false,
	 draw_time, 60, 120},
	{"harmed_share.mean: \"<= 10%\"", offsetof(struct result, harmed_share), false, draw_harm,
	 0.1, 0.2},
};

static enum finding decide(const struct scenario *scenario, const struct kind *kind, double truth,
			   uint64_t seed)
{
	struct results results;
	struct judgements judgements;
	uint64_t state = seed * 7919 + 1;
	scenario_describe(scenario, &results);
	judgements_list(&judgements, &results.arena, &scenario->expect, &results);
	struct judgement *j = &judgements.judgement[0];
	for (int done = 0, next = FIRST; done < BUDGET && j->finding == FINDING_UNDECIDED;
	     done = next, next += next / 4) {
		for (int t = done; t < next && t < BUDGET; t++) {
			struct result row = {.harmed_share = 0};
			double value = kind->draw(&state, truth);
			int8_t flag = value > 0;
			if (kind->flag)
				memcpy((char *)&row + kind->offset, &flag, sizeof flag);
			else
				memcpy((char *)&row + kind->offset, &value, sizeof value);
			results_store(&results, 0, t, &row);
			results.trials_run[0] = t + 1;
		}
		judgement_look(j, &results, BUDGET);
	}
	enum finding finding = j->finding;
	results_free(&results);
	return finding;
}

static void count(const struct kind *kind, double truth, int found[FINDINGS])
{
	struct world world;
	char text[512];
	gsl_set_error_handler_off(); /* as the program does */
	snprintf(text, sizeof text,
		 "scenario: gate\ntraffic: {poisson: {rate: 1/s}}\n"
		 "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
		 "cases: {c: []}\nrollouts: {r: {instant: {}}}\n"
		 "horizon: 1m\ntrials: %d\nexpect: [{%s}]\n",
		 BUDGET, kind->expected);
	world_read(&world, text);
	memset(found, 0, FINDINGS * sizeof *found);
	for (uint64_t seed = 0; seed < SEEDS; seed++)
		found[decide(&world.scenario, kind, truth, seed)]++;
	world_free(&world);
}

Test(check, what_is_exactly_true_is_seldom_called_broken)
{
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		int found[FINDINGS];
		count(&kinds[k], kinds[k].bound, found);
		cr_log_info("%s: %d broken, %d hold of %d", kinds[k].expected,
			    found[FINDING_BROKEN], found[FINDING_HOLDS], SEEDS);
		cr_expect_leq(found[FINDING_BROKEN], SEEDS / 20, "%s: %d", kinds[k].expected,
			      found[FINDING_BROKEN]);
		/* On the bound either verdict is wrong half of the time at most. */
		cr_expect_leq(found[FINDING_HOLDS], SEEDS / 20, "%s: %d", kinds[k].expected,
			      found[FINDING_HOLDS]);
	}
}

Test(check, what_is_clearly_wrong_is_broken_and_never_holds)
{
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		int found[FINDINGS];
		count(&kinds[k], kinds[k].worse, found);
		cr_expect_eq(found[FINDING_HOLDS], 0, "%s: %d", kinds[k].expected,
			     found[FINDING_HOLDS]);
		cr_expect_geq(found[FINDING_BROKEN], SEEDS * 99 / 100, "%s: %d", kinds[k].expected,
			      found[FINDING_BROKEN]);
	}
}
