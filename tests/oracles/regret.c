/* Regret of bandits where it has a closed form, and the schedule of sequential halving. */
#include "tests/oracles/oracle.h"

#include "sim/stats/regret.h"

#include <stdio.h>
#include <string.h>

#define CLOSED_FORM 1e-9

static int compare_explore_then_commit(void)
{
	struct oracle *o = oracle_open("etc_exact_regret.csv");
	for (int row = 0; row < o->rows; row++)
		oracle_compare(o, row, "exact_expected_regret",
			       regret_explore_then_commit(oracle_number(o, row, "horizon"),
							  oracle_number(o, row, "gap"),
							  oracle_number(o, row, "m_per_arm")),
			       CLOSED_FORM, 0);
	return !oracle_close(o);
}

static int compare_bounds(void)
{
	struct oracle *o = oracle_open("lai_robbins.csv");
	for (int row = 0; row < o->rows; row++) {
		double share[64];
		int arms = oracle_list(o, row, "arms", share, 64);
		struct regret_bound ucb1 = regret_ucb1(share, arms);
		oracle_compare(o, row, "lai_robbins_constant", regret_lai_robbins(share, arms),
			       CLOSED_FORM, 0);
		oracle_compare(o, row, "ucb1_bound_coeff_8sum1/gap", ucb1.slope, CLOSED_FORM, 0);
		oracle_compare(o, row, "ucb1_bound_const", ucb1.constant, CLOSED_FORM, 0);
	}
	return !oracle_close(o);
}

static int compare_halving(void)
{
	struct oracle *o = oracle_open("sequential_halving.csv");
	for (int row = 0; row < o->rows; row++) {
		double budget = oracle_number(o, row, "budget"), used = 0;
		struct halving round = halving_first((int)oracle_number(o, row, "K"), budget);
		char schedule[512] = "";
		oracle_compare(o, row, "rounds", round.rounds, 0, 0);
		for (int r = 0; r < round.rounds; r++, round = halving_next(&round, budget)) {
			size_t length = strlen(schedule);
			snprintf(schedule + length, sizeof schedule - length, "%s%d:%g",
				 r ? ";" : "", round.arms, round.pulls);
			used += round.arms * round.pulls;
		}
		oracle_compare_to(o, row, "schedule",
				  !strcmp(schedule, oracle_text(o, row, "schedule")), 1, 0, 0);
		oracle_compare(o, row, "pulls_used", used, 0, 0);
	}
	return !oracle_close(o);
}

int oracles_of_regret(void)
{
	return compare_explore_then_commit() + compare_bounds() + compare_halving();
}
