/* Whether what is recommended keeps its limits: on a check whose chances are known, over many
 * searches, and as another program would find out, by trying it on new seeds. */
#include "sim/tune/answer.h"

#include "tests/binomial_check.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>

static const char world_text[] =
	BINOMIAL_WORLD "trials: 400\n"
		       "tune:\n"
		       "  parameters: {rollouts.once.checks.0.threshold.max: " BINOMIAL_LIMITS "}\n"
		       "  minimise: [{quantity: missed, case: worse}]\n"
		       "  subject_to: [{case: healthy, false_rollback: \"<= 10%\"}]\n"
		       "  budget: 12k\n";

struct searches {
	int searches, recommended, broken, away; /* away: far from the best that holds the limit */
	int covered, estimates; /* true chances in 95 % intervals of fresh trials */
	int lucky;		/* misses that the search took for fewer than they are */
};

static void count(struct searches *tally, const struct answer *answer)
{
	int best = 0;
	while (binomial_chances(best).alarm > 0.1)
		best++;
	if (answer->knee < 0)
		return;
	const struct answer_row *row = &answer->row[answer->knee];
	struct chances truth = binomial_chances(row->found->choice[0]);
	struct estimate miss = answer_aim(answer, 0, row->anew);
	tally->recommended++;
	tally->broken += truth.alarm > 0.1;
	tally->away += row->found->choice[0] > best + 3;
	tally->estimates++;
	tally->covered += miss.low <= truth.miss && truth.miss <= miss.high;
	tally->lucky += answer_aim(answer, 0, row->found).value < truth.miss;
}

static void search_once(struct searches *tally, int seed)
{
	char text[sizeof world_text + 32];
	struct search *search = malloc(sizeof *search);
	struct answer answer;
	struct world world;
	snprintf(text, sizeof text, "%sseed: %d\n", world_text, seed);
	world_read(&world, text);
	search_init(search, &world.scenario, world.scenario.tuning->budget);
	search->bench.threads = 1;
	search_run(search);
	cr_assert(answer_find(&answer, search));
	tally->searches++;
	count(tally, &answer);
	answer_free(&answer);
	search_free(search);
	free(search);
	world_free(&world);
}

/* Limits are promised at 95 %: of 400 searches, at most 20 may recommend what breaks one, give or
 * take three standard errors. */
Test(slow_tune, what_is_recommended_keeps_its_limits_as_often_as_promised)
{
	struct searches tally = {.searches = 0};
	gsl_set_error_handler_off();
	for (int seed = 1; seed <= 400; seed++)
		search_once(&tally, seed);
	printf("%d searches: %d recommend, %d break the limit, %d are far from the best; %d of %d "
	       "intervals cover the truth\n",
	       tally.searches, tally.recommended, tally.broken, tally.away, tally.covered,
	       tally.estimates);
	cr_expect_geq(tally.recommended, 360);
	cr_expect_leq(tally.broken, 20 + 3 * sqrt(20 * 0.95));
	cr_expect_leq(tally.away, tally.recommended / 10);
	double expected = 0.95 * tally.estimates;
	cr_expect_geq(tally.covered, expected - 3 * sqrt(expected * 0.05));
}
