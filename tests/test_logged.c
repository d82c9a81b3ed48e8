/* What another policy would have earned: against plain arithmetic, and against the truth. */
#include "sim/report/logged.h"
#include "sim/stats/off_policy.h"
#include "tests/golden.h"
#include "tests/random.h"

#include <math.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

enum { ACTIONS = 4, CONTEXTS = 2, ROWS = 1000 };

static const char *const action_names[] = {"a", "b", "c", "d"};
static const double truth[CONTEXTS][ACTIONS] = {{0.1, 0.2, 0.3, 0.4}, {0.5, 0.1, 0.1, 0.2}};
static const double skewed[ACTIONS] = {0.1, 0.2, 0.3, 0.4};

static struct logged_row row[ROWS];

static struct logged draw_log(uint64_t *state, const double chance[ACTIONS])
{
	for (int i = 0; i < ROWS; i++) {
		double left = random_share(state);
		int action = 0;
		while (action < ACTIONS - 1 && left >= chance[action])
			left -= chance[action++];
		int context = random_share(state) < 0.5;
		row[i] = (struct logged_row){.action = (int16_t)action,
					     .context = (int16_t)context,
					     .reward = random_share(state) < truth[context][action],
					     .chance = chance[action]};
	}
	return (struct logged){row, ROWS, ACTIONS, CONTEXTS, true, action_names};
}

static struct policy read_policy(const struct logged *logged, const char *text)
{
	struct policy policy;
	char why[256];
	cr_assert(logged_read_policy(text, logged, &policy, why, sizeof why), "%s", why);
	return policy;
}

/* ---- plain arithmetic */

/* The mean reward of an action in a context, in the rows of the other half. */
static double plain_model(int i, int context, int action)
{
	double sum = 0, count = 0, all = 0, halves = 0;
	for (int j = 0; j < ROWS; j++) {
		if (j % 2 == i % 2)
			continue;
		all += row[j].reward;
		halves++;
		if (row[j].context == context && row[j].action == action) {
			sum += row[j].reward;
			count++;
		}
	}
	return count > 0 ? sum / count : all / halves;
}

/* Off-policy evaluation from matrices, which is held to tables of its own. */
Test(logged, estimates_are_those_of_the_matrices)
{
	static double action[ROWS], reward[ROWS], chance[ROWS], policy[ROWS * ACTIONS],
		model[ROWS * ACTIONS];
	static const char *const policies[] = {"uniform", "always:c"};
	uint64_t state = 3;
	struct logged logged = draw_log(&state, skewed);
	for (int p = 0; p < 2; p++) {
		for (int i = 0; i < ROWS; i++) {
			action[i] = row[i].action;
			reward[i] = row[i].reward;
			chance[i] = row[i].chance;
			for (int a = 0; a < ACTIONS; a++) {
				policy[i * ACTIONS + a] = p ? a == 2 : 0.25;
				model[i * ACTIONS + a] = plain_model(i, row[i].context, a);
			}
		}
		const struct off_policy_log matrices = {ROWS,	ACTIONS, action, reward,
							chance, policy,	 model};
		struct off_policy due = off_policy_evaluate(&matrices, INFINITY);
		struct policy read = read_policy(&logged, policies[p]);
		struct verdict_of_policy found = logged_judge(&logged, &read, 1);
		cr_expect_float_eq(found.by[0].value, due.ips, 1e-12);
		cr_expect_float_eq(found.by[1].value, due.snips, 1e-12);
		cr_expect_float_eq(found.by[2].value, due.dr, 1e-12);
		cr_expect_float_eq(found.ess, due.ess, 1e-6);
		cr_expect_float_eq(found.by[0].interval.high, due.ips + 1.959964 * due.se_ips,
				   1e-6);
		cr_expect_float_eq(found.by[2].interval.low, due.dr - 1.959964 * due.se_dr, 1e-6);
	}
}

Test(logged, replay_of_ucb1_is_that_of_the_calculator)
{
	static const double even[ACTIONS] = {0.25, 0.25, 0.25, 0.25};
	static double action[ROWS], reward[ROWS], accepted[ROWS];
	struct bandit_arm arm[ACTIONS];
	double total;
	uint64_t state = 8;
	struct logged logged = draw_log(&state, even);
	for (int i = 0; i < ROWS; i++) {
		row[i].context = 0;
		action[i] = row[i].action;
		reward[i] = row[i].reward;
	}
	logged.contexts = 1;
	int seen = off_policy_replay_ucb1(action, reward, ROWS, ACTIONS, accepted, &total, arm);
	struct policy ucb1 = read_policy(&logged, "ucb1");
	struct verdict_of_policy found = logged_judge(&logged, &ucb1, 1);
	cr_expect_eq(found.used, seen);
	cr_expect_float_eq(found.by[0].value, total / seen, 1e-12);
}

/* ---- the truth */

/* Intervals of 95 % hold the truth so often: within 4.5 standard errors of a thousand logs, and a
 * little less where the normal law is not quite right. */
Test(logged, intervals_hold_the_truth_as_often_as_they_say)
{
	enum { LOGS = 1000 };
	uint64_t state = 21;
	int held[3] = {0};
	for (int l = 0; l < LOGS; l++) {
		struct logged logged = draw_log(&state, skewed);
		struct policy policy = read_policy(&logged, "always:a");
		struct verdict_of_policy found = logged_judge(&logged, &policy, 1);
		double value = (truth[0][0] + truth[1][0]) / 2;
		for (int m = 0; m < 3; m++)
			held[m] += found.by[m].interval.low <= value &&
				   value <= found.by[m].interval.high;
	}
	for (int m = 0; m < 3; m++)
		cr_expect(held[m] > 915 && held[m] < 981, "method %d: %d of %d", m, held[m], LOGS);
}

/* A policy that always draws evenly is replayed from a log that was not: the thinning evens it. */
Test(logged, replay_of_an_uneven_log_is_what_an_even_one_would_give)
{
	enum { LOGS = 300 };
	uint64_t state = 33;
	double sum = 0, squares = 0, value = 0;
	for (int c = 0; c < CONTEXTS; c++)
		for (int a = 0; a < ACTIONS; a++)
			value += truth[c][a] / (CONTEXTS * ACTIONS);
	for (int l = 0; l < LOGS; l++) {
		struct logged logged = draw_log(&state, skewed);
		struct policy any = read_policy(&logged, "epsilon_greedy:1");
		double found = logged_judge(&logged, &any, (uint64_t)l).by[0].value;
		sum += found;
		squares += found * found;
	}
	double mean = sum / LOGS, error = sqrt((squares / LOGS - mean * mean) / LOGS);
	cr_expect_float_eq(mean, value, 4.5 * error, "%g, not %g", mean, value);
	cr_expect_lt(error, 0.01);
}

/* Greedy looks at the other half only, and so does not flatter itself. */
Test(logged, greedy_is_no_better_on_paper_than_it_is)
{
	enum { LOGS = 300 };
	uint64_t state = 55;
	double sum = 0, squares = 0;
	static const double even[ACTIONS] = {0.25, 0.25, 0.25, 0.25};
	for (int l = 0; l < LOGS; l++) {
		struct logged logged = draw_log(&state, even);
		for (int i = 0; i < ROWS; i++)
			row[i].reward = random_share(&state) < 0.2; /* no action is better */
		struct policy greedy = read_policy(&logged, "greedy");
		double found = logged_judge(&logged, &greedy, 1).by[0].value;
		sum += found;
		squares += found * found;
	}
	double mean = sum / LOGS, error = sqrt((squares / LOGS - mean * mean) / LOGS);
	cr_expect_float_eq(mean, 0.2, 4.5 * error, "%g", mean);
}

/* ---- what people see */

#define BANDIT "coalmine import data/logs/decisions.csv -q -o b.h5 --map time=t:s,action=a,reward=r"

Test(logged, answers_come_with_what_is_wrong_with_them)
{
	static const struct line lines[] = {
		{"policy_help", 0, "coalmine replay-policy --help"},
		{"policy_table", 0,
		 BANDIT ",propensity=p,word.plan=c > /dev/null; coalmine replay-policy b.h5"},
		{"policy_context", 0,
		 BANDIT ",propensity=p,word.plan=c > /dev/null; coalmine replay-policy b.h5 "
			"--context plan -p uniform,always:blue,kl_ucb --json"},
		{"policy_no_chance", 0,
		 BANDIT " > /dev/null; coalmine replay-policy b.h5 -p uniform,always:green"},
		{"policy_unknown", 2,
		 BANDIT " > /dev/null; coalmine replay-policy b.h5 -p uniform,best"},
		{"policy_no_action", 2,
		 BANDIT " > /dev/null; coalmine replay-policy b.h5 -p always:pink"},
		{"policy_epsilon", 2,
		 BANDIT " > /dev/null; coalmine replay-policy b.h5 -p epsilon_greedy:2"},
		{"policy_no_context", 2,
		 BANDIT " > /dev/null; coalmine replay-policy b.h5 --context plan"},
		{"policy_no_decisions", 2, "coalmine replay-policy scenarios/tuesday.h5"},
		{"policy_no_trace", 3, "coalmine replay-policy data/good.yaml"},
		{"policy_which", 2, "coalmine replay-policy"},
	};
	expect_lines(lines, LENGTH(lines));
}
