/* A search is held against problems whose answer is known: a check that looks once at a fixed
 * number of requests errs with binomial chances. */
#include "sim/tune/answer.h"

#include "tests/binomial_check.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>

#include <math.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

static void tune(struct world *world, struct search *search, struct answer *answer,
		 const char *text)
{
	gsl_set_error_handler_off(); /* as the program does */
	world_read(world, text);
	search_init(search, &world->scenario, world->scenario.tuning->budget);
	search->bench.threads = 1;
	search_run(search);
	cr_assert_not(search->stopped);
	cr_assert(answer_find(answer, search));
}

static void forget(struct world *world, struct search *search, struct answer *answer)
{
	answer_free(answer);
	search_free(search);
	free(search);
	world_free(world);
}

/* ---- ranks */

Test(tune, ranks_are_fronts_and_ends_are_lonely)
{
	static const double aims[][2] = {{1, 5}, {2, 3}, {4, 2}, {2, 4}, {5, 5}, {3, 2.5}};
	static const int ranks[] = {0, 0, 0, 1, 2, 0};
	struct ranked points[LENGTH(ranks)];
	for (int i = 0; i < LENGTH(ranks); i++)
		points[i] = (struct ranked){.aim = aims[i]};
	rank_all(points, LENGTH(ranks), 2);
	for (int i = 0; i < LENGTH(ranks); i++)
		cr_expect_eq(points[i].rank, ranks[i], "point %d has rank %d", i, points[i].rank);
	cr_expect(isinf(points[0].crowding) && isinf(points[2].crowding));
	/* Between (1, 5) and (3, 2.5), over spans of 3 and 3. */
	cr_expect_float_eq(points[1].crowding, 2.0 / 3 + 2.5 / 3, 1e-12);
}

Test(tune, whoever_breaks_fewer_limits_dominates)
{
	static const double good[] = {9}, bad[] = {1};
	const struct ranked holds = {.aim = good}, breaks = {.aim = bad, .violation = 0.1},
			    worse = {.aim = bad, .violation = 0.2};
	cr_expect(rank_dominates(&holds, &breaks, 1));
	cr_expect(rank_dominates(&breaks, &worse, 1));
	cr_expect_not(rank_dominates(&breaks, &holds, 1));
	cr_expect_not(rank_dominates(&holds, &holds, 1));
}

/* ---- a front that is known */

static const char known_front[] =
	BINOMIAL_WORLD "trials: 1500\n"
		       "seed: 5\n"
		       "tune:\n"
		       "  parameters:\n"
		       "    rollouts.once.checks.0.threshold.max: " BINOMIAL_LIMITS "\n"
		       "    rollouts.once.canary.steps.0.share: [50%, 100%]\n"
		       "  minimise:\n"
		       "    - {quantity: false_rollback, case: healthy}\n"
		       "    - {quantity: missed, case: worse}\n"
		       "  budget: 90k\n";

static struct chances truth_of(const struct point *point)
{
	return point->choice[1] ? binomial_chances(point->choice[0])
				: binomial_chances_of_half(point->choice[0]);
}

static bool covers(struct estimate estimate, double truth)
{
	return estimate.low <= truth && truth <= estimate.high;
}

/* Some true front point is what the intervals allow the found one to be. */
static bool may_be_on_front(const struct answer *answer, const struct point *point)
{
	const struct demand demand = {LOOK_ONCE, 1e-3, 1};
	const struct problem *problem = &answer->search->problem;
	struct estimate alarm = evidence_aim(problem, 0, point, point->trials, &demand);
	struct estimate miss = evidence_aim(problem, 1, point, point->trials, &demand);
	for (int k = 0; k < BINOMIAL_CHOICES; k++) {
		struct chances chances = binomial_chances(k);
		if (chances.alarm >= alarm.low && chances.alarm <= alarm.high &&
		    chances.miss >= miss.low && chances.miss <= miss.high)
			return true;
	}
	return false;
}

Test(tune, a_front_of_binomial_checks_is_found_within_its_intervals)
{
	const struct demand demand = {LOOK_ONCE, 1e-4, 1};
	struct search *search = malloc(sizeof *search);
	struct answer answer;
	struct world world;
	tune(&world, search, &answer, known_front);
	cr_expect_eq(search->points, 2 * BINOMIAL_CHOICES);
	cr_expect_eq(answer.front, SEARCH_FRONT);
	for (int r = 0; r < answer.front; r++) {
		const struct point *point = answer.row[r].anew;
		struct chances chances = truth_of(point);
		for (int a = 0; a < 2; a++)
			cr_expect(covers(evidence_aim(&search->problem, a, point, point->trials,
						      &demand),
					 a ? chances.miss : chances.alarm),
				  "row %d, limit %s, share %s: aim %d is not what it should be", r,
				  answer_value(&answer, point, 0), answer_value(&answer, point, 1),
				  a);
		cr_expect(may_be_on_front(&answer, point), "row %d: limit %s, share %s", r,
			  answer_value(&answer, point, 0), answer_value(&answer, point, 1));
		cr_expect_eq(answer.row[r].standing, STANDING_HOLDS);
	}
	/* Both ends are there: hardly any false alarm, hardly any miss. */
	cr_expect_lt(truth_of(answer.row[0].anew).alarm, 0.01);
	cr_expect_lt(truth_of(answer.row[answer.front - 1].anew).miss, 0.01);
	forget(&world, search, &answer);
}

/* What another beats for sure is dropped, and nothing else, but for a percentage point. */
Test(tune, whoever_is_dominated_for_sure_is_dropped)
{
	struct search *search = malloc(sizeof *search);
	struct world world;
	int dropped = 0, wrongly = 0;
	gsl_set_error_handler_off();
	world_read(&world, known_front);
	search_init(search, &world.scenario, world.scenario.tuning->budget);
	search->bench.threads = 1;
	search_begin(search);
	cr_assert(search_spend(search, search->point, search->points, 800));
	cr_assert(search_race(search, 800));
	for (int i = 0; i < search->points; i++) {
		const struct point *point = search->point[i];
		if (point->fate != FATE_DOMINATED)
			continue;
		struct chances own = truth_of(point), better = truth_of(search->point[point->by]);
		dropped++;
		wrongly += better.alarm > own.alarm + 0.01 || better.miss > own.miss + 0.01;
	}
	cr_expect_geq(dropped, 2, "%d were dropped", dropped);
	cr_expect_eq(wrongly, 0);
	search_free(search);
	free(search);
	world_free(&world);
}

/* ---- a limit whose best setting is known */

static const char known_limit[] =
	BINOMIAL_WORLD "trials: 1500\n"
		       "seed: 5\n"
		       "tune:\n"
		       "  parameters: {rollouts.once.checks.0.threshold.max: " BINOMIAL_LIMITS "}\n"
		       "  minimise: [{quantity: missed, case: worse}]\n"
		       "  subject_to: [{case: healthy, false_rollback: \"<= 5%\"}]\n"
		       "  budget: 60k\n";

Test(tune, the_best_setting_that_can_be_shown_to_hold_a_limit_is_recommended)
{
	struct search *search = malloc(sizeof *search);
	struct answer answer;
	struct world world;
	int best = 0;
	tune(&world, search, &answer, known_limit);
	while (binomial_chances(best).alarm > 0.05)
		best++;
	cr_assert_geq(answer.knee, 0);
	int found = answer.row[answer.knee].found->choice[0];
	cr_expect(found >= best && found <= best + 2, "%d is recommended, %d is best", found, best);
	cr_expect_eq(answer.row[answer.knee].standing, STANDING_HOLDS);
	/* A step to a lower limit misses less. */
	cr_assert_gt(answer.steps, 0);
	cr_expect_lt(answer_change(&answer, 0, 0).value, 0);
	forget(&world, search, &answer);
}

/* With each that is taken the limit is held at more distance, if anybody does; the first of them is
 * the best in its aim. */
Test(tune, reserves_hold_all_limits_at_more_and_more_distance)
{
	struct search *search = malloc(sizeof *search);
	bool taken[SEARCH_POINTS] = {false};
	struct world world;
	int last = -1;
	gsl_set_error_handler_off();
	world_read(&world, known_limit);
	search_init(search, &world.scenario, world.scenario.tuning->budget);
	search->bench.threads = 1;
	search_run(search);
	cr_assert_eq(search->fronts, 1);
	taken[search->front[0]] = true;
	last = search->point[search->front[0]]->choice[0];
	for (int errors = 2; errors <= 4; errors++) {
		int found = search_reserve(search, taken, errors);
		cr_assert_geq(found, 0, "at %d errors", errors);
		const struct point *point = search->point[found];
		search->distance = errors;
		cr_expect_eq(search_violation(search, point), 0);
		search->distance = 0;
		cr_expect_eq(point->trials, search->most);
		cr_expect_eq(point->fate, FATE_RUNS);
		cr_expect_gt(point->choice[0], last, "%d after %d", point->choice[0], last);
		cr_expect_lt(binomial_chances(point->choice[0]).alarm, 0.05);
		last = point->choice[0];
		taken[found] = true;
	}
	cr_expect_leq(search->spent, search->budget);
	search_free(search);
	free(search);
	world_free(&world);
}

Test(tune, without_a_budget_there_is_no_reserve_and_it_is_said_why)
{
	struct search *search = malloc(sizeof *search);
	bool taken[SEARCH_POINTS] = {false};
	struct world world;
	gsl_set_error_handler_off();
	world_read(&world, known_limit);
	search_init(search, &world.scenario, 2000);
	search->bench.threads = 1;
	search_begin(search);
	cr_assert(search_look_at_new(search, 10));
	cr_expect_eq(search_reserve(search, taken, 1), -1);
	cr_expect(search->spent_out);
	cr_expect_leq(search->spent, search->budget);
	search_free(search);
	free(search);
	world_free(&world);
}

/* Binomial chances of one look at n requests: nothing is below 5 % on both sides. */
static const char impossible[] =
	BINOMIAL_WORLD "trials: 600\n"
		       "seed: 5\n"
		       "tune:\n"
		       "  parameters: {rollouts.once.checks.0.threshold.max: " BINOMIAL_LIMITS "}\n"
		       "  minimise: [{quantity: missed, case: worse}]\n"
		       "  subject_to:\n"
		       "    - {case: healthy, false_rollback: \"<= 1%\"}\n"
		       "    - {case: worse, missed: \"<= 1%\"}\n"
		       "  budget: 60k\n";

Test(tune, where_no_setting_holds_all_limits_it_says_which_bind_and_what_would_do)
{
	struct search *search = malloc(sizeof *search);
	struct answer answer;
	struct world world;
	tune(&world, search, &answer, impossible);
	cr_expect_eq(answer.knee, -1);
	cr_expect(answer.binds);
	cr_expect(answer.limit[0].binds && answer.limit[1].binds);
	/* The rates lie as far apart as 600 requests make them: 1.5 % over the root of p q / 600.
	 */
	double deviation = sqrt(0.02 * 0.98 / 600) / 2 + sqrt(0.035 * 0.965 / 600) / 2;
	cr_expect_float_eq(answer.distance, 0.015 / deviation, 0.35, "%g %g", answer.distance,
			   0.015 / deviation);
	cr_expect_float_eq(answer.needed, 2 * 2.3263, 1e-3, "%g", answer.needed);
	forget(&world, search, &answer);
}
