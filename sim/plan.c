/* What can be said of a plan: sizes, behaviours, the truth about a case. */
#include "sim/plan.h"

#include <math.h>
#include <string.h>

static bool is_latency_metric(const struct metric *metric)
{
	return metric->kind == METRIC_LATENCY_MEAN || metric->kind == METRIC_LATENCY_QUANTILE;
}

/* A law is stable's own when the plug-in and every byte of its config agree. */
static bool same_law(const struct use *a, const struct use *b)
{
	return a->plugin == b->plugin && !memcmp(a->config, b->config, a->plugin->config_size);
}

void plan_finish(struct plan *plan)
{
	sim_time longest = 0;
	plan->needs_histograms = false;
	for (int r = 0; r < plan->rollouts; r++)
		for (int c = 0; c < plan->rollout[r].checks; c++) {
			const struct check_plan *check = &plan->rollout[r].check[c];
			plan->needs_histograms |= is_latency_metric(&check->metric);
			if (check->lookback.window > longest)
				longest = check->lookback.window;
		}
	plan->queued = false;
	for (int v = 0; v < plan->versions; v++) {
		plan->version[v].shares_law =
			same_law(&plan->version[v].latency, &plan->version[STABLE].latency);
		plan->queued |= plan->version[v].pool.servers > 0;
	}
	plan->cohorts = plan->population.segments * plan->population.regions;
	plan->telemetry_size = telemetry_size(&plan->telemetry, plan->cohorts * plan->versions,
					      plan->timeout, longest);
}

struct behaviour plan_behaviour(const struct plan *plan, const struct case_plan *case_, int version,
				int cohort, sim_time now)
{
	struct behaviour b = {plan->version[version].errors, 1, 0};
	for (int f = 0; f < case_->faults; f++) {
		const struct fault_plan *fault = &case_->fault[f];
		double strength = fault_strength(&fault->when, now);
		if (strength > 0 && fault->versions >> version & 1 && fault->cohorts >> cohort & 1)
			((const struct fault *)fault->fault.plugin)
				->bend(fault->fault.config, strength, &b);
	}
	b.errors = fmin(fmax(b.errors, 0), 1);
	b.latency_factor = fmax(b.latency_factor, 0);
	return b;
}

/* The share of answers too slow for the objective, or for the client, before any queue. */
static double slow_share(const struct plan *plan, int version, const struct behaviour *b)
{
	const struct use *law = &plan->version[version].latency;
	double longest = fmin((double)plan->objective.latency, (double)plan->timeout);
	double limit = (longest - b->latency_add_ns) / b->latency_factor;
	return limit > 0 ? 1 - ((const struct latency *)law->plugin)->cdf(law->config, limit) : 1;
}

/* Fewer servers or fewer places to wait: worse as soon as load is high enough. */
static bool is_smaller(const struct pool_config *pool, const struct pool_config *than)
{
	bool fewer = pool->servers && (!than->servers || pool->servers < than->servers);
	bool shorter = pool->servers && than->servers && pool->queue >= 0 &&
		       (than->queue < 0 || pool->queue < than->queue);
	return fewer || shorter;
}

bool plan_is_worse(const struct plan *plan, const struct case_plan *case_, int version, int cohort,
		   sim_time now)
{
	struct behaviour it = plan_behaviour(plan, case_, version, cohort, now);
	struct behaviour stable = plan_behaviour(plan, case_, STABLE, cohort, now);
	return it.errors > stable.errors ||
	       slow_share(plan, version, &it) > slow_share(plan, STABLE, &stable) ||
	       is_smaller(&plan->version[version].pool, &plan->version[STABLE].pool);
}

/* Whether some rollout's candidate is worse than stable at an instant. */
static bool is_harmful_at(const struct plan *plan, const struct case_plan *case_, sim_time now)
{
	for (int r = 0; r < plan->rollouts; r++)
		for (int c = 0; c < plan->cohorts; c++)
			if (plan_is_worse(plan, case_, plan->rollout[r].candidate, c, now))
				return true;
	return false;
}

/* A fault is at its strongest when its ramp or its time is over, and absent before and after. */
bool plan_case_is_harmful(const struct plan *plan, const struct case_plan *case_)
{
	if (is_harmful_at(plan, case_, 0) || is_harmful_at(plan, case_, plan->horizon - 1))
		return true;
	for (int f = 0; f < case_->faults; f++) {
		const struct fault_when *when = &case_->fault[f].when;
		sim_time length = when->duration == PARAM_UNSET ? 0 : when->duration;
		const sim_time times[] = {when->at, when->at + when->ramp, when->at + length - 1,
					  when->at + length};
		for (int t = 0; t < 4; t++)
			if (times[t] >= 0 && times[t] < plan->horizon &&
			    is_harmful_at(plan, case_, times[t]))
				return true;
	}
	return false;
}
