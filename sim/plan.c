/* What follows from a plan: sizes, and what its versions have in common. */
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

static void compare_laws(struct plan *plan)
{
	plan->one_law = plan->one_service = true;
	plan->fails_apart = false;
	for (int v = 0; v < plan->versions; v++)
		for (int c = 0; c < plan->cohorts; c++) {
			struct service_plan *service = &plan->version[v].service[c];
			const struct service_plan *first = &plan->version[v].service[0];
			service->shares_law = same_law(&service->latency,
						       &plan->version[STABLE].service[c].latency);
			plan->one_law &= service->shares_law;
			plan->one_service &= same_law(&service->latency, &first->latency);
			plan->fails_apart |= service->failed.plugin != NULL;
		}
}

/* Versions that call what fails to different extents: whom it hits depends on who serves. */
static bool is_uneven(const struct selection *selection, int versions)
{
	bool uneven = false;
	for (int v = 0; v < versions; v++)
		uneven |= selection->from[v] != selection->from[STABLE] ||
			  selection->to[v] != selection->to[STABLE];
	return uneven;
}

static void describe_case(struct case_plan *case_, int versions)
{
	for (int s = 0; s < case_->selections; s++)
		case_->uneven |= is_uneven(&case_->selection[s], versions);
	for (int f = 0; f < case_->faults; f++) {
		const struct fault_plan *fault = &case_->fault[f];
		const struct fault *kind = (const struct fault *)fault->fault.plugin;
		case_->restless |= kind->dynamic || fault->when.jitter > 0;
		case_->waiting |= fault_waits(&fault->when);
		case_->blinding |= kind->blind != NULL;
		case_->hindering |= kind->hinder != NULL;
	}
}

/* How late a scrape may come in a case, at most. */
static sim_time longest_lag(const struct plan *plan, const struct case_plan *case_)
{
	struct sight sight = {.gap = false};
	for (int f = 0; f < case_->faults; f++) {
		const struct use *use = &case_->fault[f].fault;
		const struct fault *kind = (const struct fault *)use->plugin;
		const struct fault_context fully = {
			.strength = 1 + fmax(case_->fault[f].when.jitter, 0), .selected = true};
		if (kind->blind)
			kind->blind(use->config, &fully, &sight);
	}
	return sight.lag_ns < plan->horizon ? sight.lag_ns : plan->horizon;
}

static bool takes_servers(const struct case_plan *case_)
{
	for (int f = 0; f < case_->faults; f++)
		if (((const struct fault *)case_->fault[f].fault.plugin)->takes_servers)
			return true;
	return false;
}

/* Plain pools know when each request will be done as it arrives; whatever may change that later
 * couples requests. */
static bool is_coupled(const struct plan *plan)
{
	bool coupled = plan->clients.count > 0 || plan->retry.attempts > 1 ||
		       plan->retry.timeout != PARAM_UNSET;
	for (int v = 0; v < plan->versions; v++)
		coupled |= !fleet_is_plain(&plan->version[v].fleet) ||
			   plan->version[v].breaker.open != PARAM_UNSET ||
			   !isnan(plan->version[v].limit.rate);
	for (int c = 0; c < plan->cases; c++)
		coupled |= plan->queued && takes_servers(&plan->case_[c]);
	return coupled;
}

void plan_finish(struct plan *plan)
{
	sim_time longest = 0, latest = 0;
	plan->needs_histograms = false;
	for (int r = 0; r < plan->rollouts; r++)
		for (int c = 0; c < plan->rollout[r].checks; c++) {
			const struct check_plan *check = &plan->rollout[r].check[c];
			plan->needs_histograms |= is_latency_metric(&check->metric);
			if (check->lookback.window > longest)
				longest = check->lookback.window;
		}
	plan->queued = false;
	plan->cohorts = plan->population.segments * plan->population.regions;
	for (int v = 0; v < plan->versions; v++)
		plan->queued |= plan->version[v].pool.servers > 0;
	compare_laws(plan);
	plan->coupled = is_coupled(plan);
	for (int c = 0; c < plan->cases; c++) {
		describe_case(&plan->case_[c], plan->versions);
		sim_time lag = longest_lag(plan, &plan->case_[c]);
		latest = lag > latest ? lag : latest;
	}
	plan->telemetry_size = telemetry_size(&plan->telemetry, plan->cohorts * plan->versions,
					      plan->timeout, longest + latest);
}
