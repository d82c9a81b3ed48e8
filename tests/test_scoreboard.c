/* The league table's arithmetic, on leagues whose answers are known. */
#include "bench/scoreboard.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

enum { TRIALS = 100 };

/* Two worlds, the first healthy; the rollouts are alike until a test changes some. */
static void make_league(struct league *league, int rollouts)
{
	static const char *const names[] = {"a", "b", "c"};
	*league = (struct league){.rollouts = 0};
	league_allocate(league, 2, rollouts, TRIALS);
	league->world[0] = (struct league_world){"s", "healthy", false};
	league->world[1] = (struct league_world){"s", "bad", true};
	for (int r = 0; r < rollouts; r++) {
		league->rollout[r] = names[r];
		for (int t = 0; t < TRIALS; t++) {
			league_trials(league, FALSE_ROLLBACKS, 0, r)[t] = t < 10;
			league_trials(league, PROMOTION, 0, r)[t] =
				t < 10 ? (double)INFINITY : 60.0 + t;
			league_trials(league, MISSED, 1, r)[t] = 0;
			league_trials(league, HARM, 1, r)[t] = 99 + (t % 2 ? 10 : -10);
			league_trials(league, DETECTION, 1, r)[t] = t < 60 ? INFINITY : 30;
		}
	}
}

Test(scoreboard, those_who_are_alike_share_the_first_place)
{
	struct league league;
	struct scoreboard board;
	make_league(&league, 3);
	scoreboard_fill(&board, &league);
	for (int r = 0; r < 3; r++) {
		cr_expect_eq(board.order[r], r);
		cr_expect_eq(board.mean_rank[r], 1);
		cr_expect_eq(board.score[r][HARM].value, 1);
		cr_expect_eq(board.score[r][HARM].low, 1, "it is compared with itself");
	}
	league_free(&league);
}

/* Clopper and Pearson's interval of 10 in 100 is in tables: 4.9 % to 17.6 %. */
Test(scoreboard, shares_and_medians_have_intervals)
{
	struct league league;
	struct scoreboard board;
	make_league(&league, 2);
	scoreboard_fill(&board, &league);
	const struct score *share = &board.score[0][FALSE_ROLLBACKS];
	cr_expect_float_eq(share->value, 0.1, 1e-12);
	cr_expect_float_eq(share->low, 0.0490, 5e-5);
	cr_expect_float_eq(share->high, 0.1762, 5e-5);
	/* 90 times from 70 s on, 10 times never: the middle of 100 is the 51st, 70 + 50 s. Ranks 40
	 * and 61 enclose it with 95 %, by the binomial law of 100 tosses. */
	cr_expect_eq(board.score[0][PROMOTION].value, 120);
	cr_expect_eq(board.score[0][PROMOTION].low, 109);
	cr_expect_eq(board.score[0][PROMOTION].high, 130);
	cr_expect_eq(board.score[0][DETECTION].value, INFINITY, "more than half were never found");
	league_free(&league);
}

/* c finds one in ten more, in the same trials: 10 discordant pairs, all for c, p = 2/1024; of three
 * pairs that is enough. */
Test(scoreboard, who_is_surely_better_ranks_before_the_others)
{
	struct league league;
	struct scoreboard board;
	make_league(&league, 3);
	for (int t = 0; t < 10; t++)
		league_trials(&league, FALSE_ROLLBACKS, 0, 2)[t] = 0;
	scoreboard_fill(&board, &league);
	cr_expect_eq(board.score[2][FALSE_ROLLBACKS].rank, 1);
	cr_expect_eq(board.score[0][FALSE_ROLLBACKS].rank, 2);
	cr_expect_eq(board.score[1][FALSE_ROLLBACKS].rank, 2);
	cr_expect_eq(board.order[0], 2);
	/* With five of them p is 2/32. */
	for (int t = 0; t < 5; t++)
		league_trials(&league, FALSE_ROLLBACKS, 0, 2)[t] = 1;
	scoreboard_fill(&board, &league);
	cr_expect_eq(board.score[0][FALSE_ROLLBACKS].rank, 1);
	league_free(&league);
}

/* a harms 99 and b 9 on average: (1 + 9) / (1 + 99) = 0.1. By the delta method the standard error
 * of its logarithm is that of x / 10 - y / 100: of +1 and -1 by turns less +0.1 and -0.1 so, 0.9 /
 * sqrt(99). */
Test(scoreboard, harm_is_relative_to_the_first_rollout)
{
	struct league league;
	struct scoreboard board;
	make_league(&league, 2);
	for (int t = 0; t < TRIALS; t++)
		league_trials(&league, HARM, 1, 1)[t] = 9 + (t % 2 ? 10 : -10);
	scoreboard_fill(&board, &league);
	double half = 1.959964 * 0.9 / sqrt(99);
	cr_expect_float_eq(board.score[1][HARM].value, 0.1, 1e-12);
	cr_expect_float_eq(board.score[1][HARM].low, 0.1 * exp(-half), 1e-6);
	cr_expect_float_eq(board.score[1][HARM].high, 0.1 * exp(half), 1e-6);
	cr_expect_eq(board.score[1][HARM].rank, 1);
	cr_expect_eq(board.score[0][HARM].rank, 2);
	league_free(&league);
}

Test(scoreboard, every_shipped_scenario_lets_the_league_in)
{
	struct league league;
	gsl_set_error_handler_off();
	cr_assert(league_play_shipped(&league, 1, 2));
	cr_expect_eq(league.rollouts, 11);
	cr_expect_geq(league.worlds, 100);
	league_free(&league);
}
