/* Each estimate is a mean of one number a row. */
#include "sim/stats/off_policy.h"

#include <math.h>

struct row {
	double weight, reward, model, value; /* value: what the model says of the new policy */
};

static struct row row_at(const struct off_policy_log *log, int i)
{
	int at = i * log->actions, done = (int)log->action[i];
	struct row row = {.weight = log->policy[at + done] / log->chance[i],
			  .reward = log->reward[i],
			  .model = log->model ? log->model[at + done] : 0};
	for (int a = 0; a < log->actions && log->model; a++)
		row.value += log->policy[at + a] * log->model[at + a];
	return row;
}

static void add_row(struct off_policy *sum, const struct row *r, double lambda, double *weights,
		    double *correction)
{
	double cut = fmin(r->weight, lambda), kept = r->weight <= lambda ? r->weight : 0;
	double miss = r->reward - r->model;
	sum->ips += r->weight * r->reward;
	sum->clipped_ips += cut * r->reward;
	sum->dm += r->value;
	sum->dr_clipped += r->value + cut * miss;
	sum->switch_dr += r->value + kept * miss;
	*weights += r->weight;
	*correction += r->weight * miss;
	sum->ess += r->weight * r->weight;
}

/* Standard errors of the means of w r, and of the doubly robust rows. */
static void find_errors(const struct off_policy_log *log, struct off_policy *e)
{
	double ips = 0, dr = 0, n = log->n;
	for (int i = 0; i < log->n; i++) {
		struct row r = row_at(log, i);
		double a = r.weight * r.reward - e->ips;
		double b = r.value + r.weight * (r.reward - r.model) - e->dr;
		ips += a * a;
		dr += b * b;
	}
	e->se_ips = sqrt(ips / (n - 1) / n);
	e->se_dr = sqrt(dr / (n - 1) / n);
}

struct off_policy off_policy_evaluate(const struct off_policy_log *log, double lambda)
{
	struct off_policy e = {0};
	double weights = 0, correction = 0, n = log->n;
	for (int i = 0; i < log->n; i++) {
		struct row row = row_at(log, i);
		add_row(&e, &row, lambda, &weights, &correction);
	}
	e.snips = e.ips / weights;
	e.ips /= n;
	e.clipped_ips /= n;
	e.dm /= n;
	e.dr = e.dm + correction / n;
	e.sndr = e.dm + correction / weights;
	e.dr_clipped /= n;
	e.switch_dr /= n;
	e.ess = weights * weights / e.ess;
	find_errors(log, &e);
	return e;
}

/* ---- replay */

int off_policy_replay_ucb1(const double *action, const double *reward, int n, int arms,
			   double *accepted, double *total, struct bandit_arm *arm)
{
	int seen = 0;
	for (int a = 0; a < arms; a++)
		arm[a] = (struct bandit_arm){0, 0};
	*total = 0;
	for (int i = 0; i < n; i++) {
		int choice = bandit_highest(BANDIT_UCB1, arm, arms, seen);
		if (choice != (int)action[i])
			continue;
		accepted[seen++] = choice;
		arm[choice].pulls++;
		arm[choice].rewards += reward[i];
		*total += reward[i];
	}
	return seen;
}
