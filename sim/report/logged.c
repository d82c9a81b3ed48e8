/* One pass for the sums, one for their errors. */
#include "sim/report/logged.h"

#include "sim/draw.h"
#include "sim/error.h"
#include "sim/rng.h"
#include "sim/units.h"

#include "sim/stats/bandit.h"
#include "sim/stats/moments.h"
#include "sim/stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"logged", "uniform", "always",   "greedy", "epsilon_greedy",
				    "ucb1",   "kl_ucb",	 "thompson", NULL};

#define LEVEL (LOGGED_LEVEL / 100.0)

/* ---- reading a policy */

static bool read_action(const char *name, const struct logged *logged, int *action, char *why,
			size_t size)
{
	for (int a = 0; a < logged->actions; a++)
		if (!strcmp(logged->action_name[a], name)) {
			*action = a;
			return true;
		}
	snprintf(why, size, "the log has no action \"%.60s\"", name);
	return false;
}

bool logged_read_policy(const char *text, const struct logged *logged, struct policy *policy,
			char *why, size_t size)
{
	size_t length = strcspn(text, ":");
	const char *more = text[length] ? text + length + 1 : NULL;
	*policy = (struct policy){.epsilon = 0.1};
	int kind = 0;
	while (names[kind] && (strlen(names[kind]) != length || strncmp(names[kind], text, length)))
		kind++;
	policy->kind = (enum logged_policy)kind;
	if (!names[kind]) {
		snprintf(why, size,
			 "there is no policy \"%.40s\"; there are logged, uniform, always:ACTION, "
			 "greedy, epsilon_greedy:0.1, ucb1, kl_ucb, thompson",
			 text);
		return false;
	}
	if (policy->kind == LOGGED_ALWAYS && more)
		return read_action(more, logged, &policy->action, why, size);
	if (policy->kind == LOGGED_EPSILON_GREEDY && more) {
		const char *expected = units_parse_chance(more, &policy->epsilon);
		if (!expected && policy->epsilon <= 1)
			return true;
		snprintf(why, size,
			 "epsilon_greedy: expected a number from 0 to 1; found \"%.40s\"", more);
		return false;
	}
	bool needs = policy->kind == LOGGED_ALWAYS;
	if (needs || more)
		snprintf(why, size,
			 needs ? "always wants an action: always:ACTION"
			       : "%.40s takes nothing behind it",
			 names[kind]);
	return !needs && !more;
}

/* ---- the model: mean rewards of actions in contexts, of either half of the log */

enum { HALVES = 2 };

struct model {
	struct bandit_arm *arm; /* halves x contexts x actions */
	double mean[HALVES];	/* of all rewards of a half: for what it never saw */
	const struct logged *logged;
};

static struct bandit_arm *arms_of(const struct model *model, int half, int context)
{
	const struct logged *l = model->logged;
	return model->arm +
	       ((size_t)half * (size_t)l->contexts + (size_t)context) * (size_t)l->actions;
}

static void fit(struct model *model, const struct logged *logged)
{
	size_t count = HALVES * (size_t)logged->contexts * (size_t)logged->actions;
	struct bandit_arm all[HALVES] = {{0, 0}};
	*model = (struct model){.arm = calloc(count, sizeof *model->arm), .logged = logged};
	if (!model->arm)
		error_out_of_memory(count * sizeof *model->arm);
	for (int64_t i = 0; i < logged->rows; i++) {
		const struct logged_row *d = &logged->row[i];
		struct bandit_arm *arm = &arms_of(model, (int)(i % 2), d->context)[d->action];
		arm->pulls++;
		arm->rewards += d->reward;
		all[i % 2].pulls++;
		all[i % 2].rewards += d->reward;
	}
	for (int h = 0; h < HALVES; h++)
		model->mean[h] = all[h].pulls > 0 ? all[h].rewards / all[h].pulls : 0;
}

static double expected(const struct model *model, int half, int context, int action)
{
	const struct bandit_arm *arm = &arms_of(model, half, context)[action];
	return arm->pulls > 0 ? arm->rewards / arm->pulls : model->mean[half];
}

/* The first of the best in the other half, of those that it saw. */
static int best_of(const struct model *model, int half, int context)
{
	const struct bandit_arm *arm = arms_of(model, half, context);
	int best = 0;
	for (int a = 1; a < model->logged->actions; a++)
		if (arm[a].pulls > 0 &&
		    (arm[best].pulls <= 0 ||
		     arm[a].rewards * arm[best].pulls > arm[best].rewards * arm[a].pulls))
			best = a;
	return best;
}

/* ---- fixed policies */

/* What a policy says of a row, and the model of that. */
struct weighed {
	double weight, value, model;
};

static struct weighed weigh(const struct model *model, const struct policy *policy, int64_t i)
{
	const struct logged *l = model->logged;
	const struct logged_row *d = &l->row[i];
	int half = (int)((i + 1) % 2);
	struct weighed w = {.model = expected(model, half, d->context, d->action)};
	if (policy->kind == LOGGED_UNIFORM) {
		for (int a = 0; a < l->actions; a++)
			w.value += expected(model, half, d->context, a) / l->actions;
		w.weight = 1 / (d->chance * l->actions);
		return w;
	}
	int action =
		policy->kind == LOGGED_GREEDY ? best_of(model, half, d->context) : policy->action;
	w.value = expected(model, half, d->context, action);
	w.weight = action == d->action ? 1 / d->chance : 0;
	return w;
}

/* By the normal law; what rewards of 0 and 1 cannot be on average is left out. */
static struct interval around(const struct logged *l, double value, double error)
{
	double reach = gsl_cdf_ugaussian_Qinv((1 - LEVEL) / 2) * error;
	double low = value - reach, high = value + reach;
	return (struct interval){l->binary ? fmax(low, 0) : low, l->binary ? fmin(high, 1) : high};
}

/* Of rewards of 0 and 1 exactly (Clopper and Pearson 1934): none of ten may well be one of ten. */
static struct estimate_of_policy plain_mean(const struct logged *l, const char *method,
					    const struct moments *rewards)
{
	double n = rewards->n;
	struct interval interval =
		l->binary && n > 0 ? proportion_clopper_pearson(round(rewards->mean * n), n, LEVEL)
				   : moments_mean_interval(rewards, LEVEL);
	return (struct estimate_of_policy){method, n > 0 ? rewards->mean : NAN, interval};
}

static void judge_fixed(const struct logged *l, const struct policy *policy,
			struct verdict_of_policy *verdict)
{
	struct model model;
	struct moments ips = {0}, dr = {0};
	double weights = 0, weighted = 0, squares = 0, spread = 0;
	fit(&model, l);
	for (int64_t i = 0; i < l->rows; i++) {
		struct weighed w = weigh(&model, policy, i);
		double reward = l->row[i].reward;
		moments_add(&ips, w.weight * reward);
		moments_add(&dr, w.value + w.weight * (reward - w.model));
		weights += w.weight;
		weighted += w.weight * reward;
		squares += w.weight * w.weight;
		verdict->used += w.weight > 0;
		verdict->heaviest = fmax(verdict->heaviest, w.weight);
	}
	double snips = weighted / weights;
	for (int64_t i = 0; i < l->rows; i++) {
		double w = weigh(&model, policy, i).weight, miss = l->row[i].reward - snips;
		spread += w * w * miss * miss;
	}
	free(model.arm);
	double n = (double)l->rows;
	verdict->ess = weights * weights / squares;
	verdict->methods = 3;
	verdict->by[0] = (struct estimate_of_policy){
		"IPS", ips.mean, around(l, ips.mean, sqrt(moments_variance(&ips) / n))};
	verdict->by[1] = (struct estimate_of_policy){"SNIPS", snips,
						     around(l, snips, sqrt(spread) / weights)};
	verdict->by[2] = (struct estimate_of_policy){
		"DR", dr.mean, around(l, dr.mean, sqrt(moments_variance(&dr) / n))};
}

/* ---- policies that learn */

static int choose(const struct policy *policy, const struct bandit_arm *arm, int arms, double seen,
		  struct rng *rng)
{
	double highest = -INFINITY;
	int best = 0;
	switch (policy->kind) {
	case LOGGED_UCB1:
		return bandit_highest(BANDIT_UCB1, arm, arms, seen);
	case LOGGED_KL_UCB:
		return bandit_highest(BANDIT_KL_UCB, arm, arms, seen);
	case LOGGED_EPSILON_GREEDY:
		return rng_uniform(rng) < policy->epsilon
			       ? (int)(rng_uniform(rng) * arms)
			       : bandit_highest(BANDIT_EPSILON_GREEDY, arm, arms, seen);
	default:
		break;
	}
	for (int a = 0; a < arms; a++) {
		double draw = draw_beta(rng, 1 + arm[a].rewards, 1 + arm[a].pulls - arm[a].rewards);
		if (draw > highest) {
			highest = draw;
			best = a;
		}
	}
	return best;
}

static double least_chance(const struct logged *l)
{
	double least = 1;
	for (int64_t i = 0; i < l->rows; i++)
		least = fmin(least, l->row[i].chance);
	return least;
}

/* A row that was likelier than the least likely is taken less often: then the rest was drawn
 * evenly.
 */
static void judge_learning(const struct logged *l, const struct policy *policy, uint64_t seed,
			   struct verdict_of_policy *verdict)
{
	size_t count = (size_t)l->contexts * (size_t)l->actions;
	struct bandit_arm *arms = calloc(count, sizeof *arms);
	double *seen = calloc((size_t)l->contexts, sizeof *seen), least = least_chance(l);
	struct moments rewards = {0};
	struct rng thin, own;
	if (!arms || !seen)
		error_out_of_memory(count * sizeof *arms);
	rng_stream(&thin, seed, 0, "thinning");
	rng_stream(&own, seed, 0, "policy");
	for (int64_t i = 0; i < l->rows; i++) {
		const struct logged_row *d = &l->row[i];
		if (d->chance > least && rng_uniform(&thin) * d->chance >= least)
			continue;
		struct bandit_arm *arm = arms + (size_t)d->context * (size_t)l->actions;
		if (choose(policy, arm, l->actions, seen[d->context], &own) != d->action)
			continue;
		arm[d->action].pulls++;
		arm[d->action].rewards += d->reward;
		seen[d->context]++;
		moments_add(&rewards, d->reward);
	}
	free(arms);
	free(seen);
	verdict->used = (int64_t)rewards.n;
	verdict->methods = 1;
	verdict->by[0] = plain_mean(l, "replay", &rewards);
}

static void judge_logged(const struct logged *l, struct verdict_of_policy *verdict)
{
	struct moments rewards = {0};
	for (int64_t i = 0; i < l->rows; i++)
		moments_add(&rewards, l->row[i].reward);
	verdict->used = l->rows;
	verdict->methods = 1;
	verdict->by[0] = plain_mean(l, "mean", &rewards);
}

struct verdict_of_policy logged_judge(const struct logged *logged, const struct policy *policy,
				      uint64_t seed)
{
	struct verdict_of_policy verdict = {.ess = NAN};
	if (policy->kind == LOGGED_AS_LOGGED)
		judge_logged(logged, &verdict);
	else if (policy->kind <= LOGGED_GREEDY)
		judge_fixed(logged, policy, &verdict);
	else
		judge_learning(logged, policy, seed, &verdict);
	return verdict;
}
