/* An A/B test keeps its design: equal versions are told apart as often as alpha says, and the
 * effect that it was planned for is found as often as power says; who peeks breaks the first, and
 * who tests sequentially keeps it. */
#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>

enum { TRIALS = 3000 };

/* How often the candidate wins or loses. */
static void count(const char *test, const char *faults, double share[2])
{
	struct world world;
	char text[2048];
	snprintf(text, sizeof text,
		 "scenario: design\ntraffic: {poisson: {rate: 50/s}}\n"
		 "versions: {stable: {latency: 80ms, errors: 5%%}, candidate: {like: stable}}\n"
		 "cases: {it: [%s]}\n"
		 "rollouts: {r: {ab_test: {effect: x1.4, alpha: 5%%, power: 80%%, srm: 0, every: "
		 "10s, "
		 "on_tie: pause%s}}}\nhorizon: 20m\n",
		 faults, test);
	world_read(&world, text);
	int won = 0, lost = 0;
	for (uint64_t t = 0; t < TRIALS; t++) {
		enum outcome outcome = (enum outcome)world_run(&world, 0, 0, t)->outcome;
		won += outcome == OUTCOME_PROMOTED;
		lost += outcome == OUTCOME_ROLLED_BACK;
	}
	share[0] = (double)won / TRIALS;
	share[1] = (double)lost / TRIALS;
	world_free(&world);
}

static void expect_share(double found, double promised)
{
	cr_assert_float_eq(found, promised, 4 * sqrt(promised * (1 - promised) / TRIALS) + 0.005,
			   "%g, not %g", found, promised);
}

Test(ab_test, equal_versions_are_told_apart_as_often_as_alpha_says)
{
	double share[2];
	count("", "", share);
	expect_share(share[0], 0.025);
	expect_share(share[1], 0.025);
}

/* The sample is full at some look, up to ten seconds later than planned. */
Test(ab_test, the_effect_it_was_planned_for_is_found_as_often_as_power_says)
{
	double share[2];
	count("", "step: {errors: x1.4}", share);
	cr_assert_geq(share[1], 0.80 - 4 * sqrt(0.16 / TRIALS));
	cr_assert_leq(share[1], 0.86);
	cr_assert_leq(share[0], 0.001);
}

Test(ab_test, who_peeks_breaks_the_promise_and_who_tests_sequentially_keeps_it)
{
	double share[2];
	count(", peek: yes", "", share);
	cr_assert_geq(share[0] + share[1], 0.09);
	count(", method: sequential", "", share);
	cr_assert_leq(share[0] + share[1], 0.05);
}
