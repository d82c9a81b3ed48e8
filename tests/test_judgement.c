/* What is found of expectations. */
#include "sim/report/judgement.h"
#include "tests/random.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

struct gate {
	struct world world;
	struct results results;
	struct judgements judgements;
};

static void open_gate(struct gate *gate, const char *expected, int trials)
{
	char text[1024];
	gsl_set_error_handler_off(); /* as the program does */
	snprintf(text, sizeof text,
		 "scenario: gate\ntraffic: {poisson: {rate: 1/s}}\n"
		 "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
		 "cases: {c: []}\nrollouts: {a: {instant: {}}, b: {instant: {}}}\n"
		 "horizon: 1m\ntrials: %d\nexpect: [{case: c, %s}]\n",
		 trials, expected);
	world_read(&gate->world, text);
	scenario_describe(&gate->world.scenario, &gate->results);
	judgements_list(&gate->judgements, &gate->results.arena, &gate->world.scenario.expect,
			&gate->results);
}

static void close_gate(struct gate *gate)
{
	results_free(&gate->results);
	world_free(&gate->world);
}

static void put(struct gate *gate, int cell, int trial, const struct result *row)
{
	results_store(&gate->results, cell, trial, row);
	gate->results.trials_run[cell] = trial + 1;
}

/* Half of the values are beyond the bound: as a median it just holds, as a 90th percentile it is
 * broken, as a 10th it holds. */
Test(judgement, a_quantile_is_judged_by_how_many_lie_beyond_its_bound)
{
	static const struct {
		const char *expected;
		enum finding finding;
		double value;
	} rows[] = {{"rollout: a, harmed_users.p90: \"<= 500\"", FINDING_BROKEN, 900.1},
		    {"rollout: a, harmed_users.p10: \"<= 500\"", FINDING_HOLDS, 100.9},
		    {"rollout: a, harmed_users.p10: \">= 500\"", FINDING_BROKEN, 100.9},
		    {"rollout: a, harmed_users.p90: \">= 500\"", FINDING_HOLDS, 900.1},
		    {"rollout: a, harmed_users.p50: \"<= 500\"", FINDING_UNDECIDED, 500.5},
		    {"rollout: a, harmed_users.max: \"<= 999\"", FINDING_BROKEN, 1000},
		    {"rollout: a, harmed_users.max: \"<= 1000\"", FINDING_HOLDS, 1000}};
	for (int i = 0; i < LENGTH(rows); i++) {
		struct gate gate;
		open_gate(&gate, rows[i].expected, 1000);
		for (int t = 0; t < 1000; t++)
			put(&gate, 0, t, &(struct result){.harmed_users = t + 1});
		struct judgement *j = &gate.judgements.judgement[0];
		judgement_look(j, &gate.results, 1000);
		cr_expect_eq(gate.judgements.count, 1);
		cr_expect_eq(j->finding, rows[i].finding, "%s: %d", rows[i].expected,
			     (int)j->finding);
		cr_expect_float_eq(j->value, rows[i].value, 1e-9, "%s: %g", rows[i].expected,
				   j->value);
		close_gate(&gate);
	}
}

/* What never happened is later than any bound; who was not hurt has nothing to be detected. */
Test(judgement, never_is_later_than_any_bound)
{
	struct gate gate;
	open_gate(&gate, "rollout: a, detection_time.p90: \"<= 5m\"", 1000);
	for (int t = 0; t < 1000; t++)
		put(&gate, 0, t,
		    &(struct result){.onset_time = t % 2 ? 10 : NAN,
				     .detection_time = t % 4 == 1 ? 20 : NAN});
	struct judgement *j = &gate.judgements.judgement[0];
	judgement_look(j, &gate.results, 1000);
	cr_expect_eq(j->finding, FINDING_BROKEN);
	cr_expect_eq(j->trials, 500);
	cr_expect_float_eq(j->seen.value, 0.5, 1e-12);
	cr_expect(isinf(j->value));
	cr_expect_eq(j->worst, 3);
	close_gate(&gate);
}

Test(judgement, a_difference_is_taken_trial_by_trial)
{
	struct gate gate;
	uint64_t state = 3;
	open_gate(&gate, "rollout: b - a, harmed_users.mean: \"<= 5\"", 400);
	/* The same luck on both sides, and three more on one. */
	for (int t = 0; t < 400; t++) {
		int64_t luck = random_to(&state, 1000);
		put(&gate, 0, t, &(struct result){.harmed_users = luck});
		put(&gate, 1, t, &(struct result){.harmed_users = luck + 3 + t % 2});
	}
	struct judgement *j = &gate.judgements.judgement[0];
	judgement_look(j, &gate.results, 400);
	cr_expect_eq(j->finding, FINDING_HOLDS);
	cr_expect_float_eq(j->seen.value, 3.5, 1e-9);
	cr_expect_lt(j->seen.high - j->seen.low, 0.5);
	close_gate(&gate);
}

Test(judgement, cells_that_are_decided_stop)
{
	struct gate gate;
	int cell[2];
	open_gate(&gate, "rollout: '*', promoted: \">= 50%\"", 400);
	for (int t = 0; t < 200; t++) {
		put(&gate, 0, t, &(struct result){.outcome = OUTCOME_PROMOTED});
		put(&gate, 1, t,
		    &(struct result){.outcome = t % 2 ? OUTCOME_PROMOTED : OUTCOME_ROLLED_BACK});
	}
	cr_expect_eq(judgements_cells(&gate.judgements, &gate.results, cell), 2);
	for (int i = 0; i < gate.judgements.count; i++)
		judgement_look(&gate.judgements.judgement[i], &gate.results, 400);
	cr_expect_eq(gate.judgements.judgement[0].finding, FINDING_HOLDS);
	cr_expect_eq(gate.judgements.judgement[1].finding, FINDING_UNDECIDED);
	cr_expect_eq(judgements_cells(&gate.judgements, &gate.results, cell), 1);
	cr_expect_eq(cell[0], 1);
	close_gate(&gate);
}
