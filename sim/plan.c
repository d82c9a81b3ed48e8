/* What follows from a plan: sizes, and what its versions have in common. */
#include "sim/plan.h"

#include "sim/intensity.h"

#include <math.h>
#include <string.h>

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

/* How long a scrape may be the newest that is known, at most: those after it fail or come late. */
static sim_time longest_wait(const struct plan *plan, const struct case_plan *case_)
{
	sim_time wait = 0;
	for (int f = 0; f < case_->faults; f++) {
		const struct use *use = &case_->fault[f].fault;
		const struct fault *kind = (const struct fault *)use->plugin;
		const struct fault_when *when = &case_->fault[f].when;
		const struct fault_context fully = {.strength = 1 + fmax(when->jitter, 0),
						    .selected = true};
		struct sight sight = {.gap = false};
		if (kind->blind)
			kind->blind(use->config, &fully, &sight);
		wait += sight.lag_ns < plan->horizon ? sight.lag_ns : plan->horizon;
		if (sight.gap)
			wait += when->duration == PARAM_UNSET ? plan->horizon : when->duration;
	}
	return wait < plan->horizon ? wait : plan->horizon;
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
	coupled |= plan->queued && plan->strategies_take_servers;
	return coupled;
}

/* What checks look at, and how far back at most; returns how many marks they need. */
static int describe_checks(struct plan *plan, sim_time *longest)
{
	int marks = MARKS;
	plan->watched = plan->strategies_watch;
	plan->needs_histograms = plan_watches(plan, METRIC_LATENCY_QUANTILE);
	*longest = plan->strategies_look_back;
	for (int r = 0; r < plan->rollouts; r++)
		for (int c = 0; c < plan->rollout[r].checks; c++) {
			const struct check_plan *check = &plan->rollout[r].check[c];
			plan->needs_histograms |= metric_is_of_latency(check->metric.kind);
			plan->watched |= UINT32_C(1) << check->metric.kind;
			if (check->lookback.window > *longest &&
			    !metric_is_of_quality(check->metric.kind))
				*longest = check->lookback.window;
			if (check->lookback.mark >= marks)
				marks = check->lookback.mark + 1;
		}
	return marks;
}

void plan_finish(struct plan *plan)
{
	sim_time longest = 0, latest = 0;
	int marks = describe_checks(plan, &longest);
	plan->queued = plan->drifts = false;
	plan->has_quality = plan->version[STABLE].quality;
	plan->cohorts = plan->population.segments * plan->population.regions;
	for (int v = 0; v < plan->versions; v++)
		plan->queued |= plan->version[v].pool.servers > 0;
	for (int v = 0; v < plan->versions && plan->has_quality; v++)
		plan->drifts |= plan->version[v].quality->drift_points > 0;
	compare_laws(plan);
	plan->coupled = is_coupled(plan);
	for (int c = 0; c < plan->cases; c++) {
		describe_case(&plan->case_[c], plan->versions);
		sim_time wait = longest_wait(plan, &plan->case_[c]);
		latest = wait > latest ? wait : latest;
	}
	plan->telemetry_size = telemetry_size(&plan->telemetry, plan->cohorts * plan->versions,
					      plan->timeout, longest + latest);
	plan->telemetry_size.marks = marks;
	plan->telemetry_size.metered = plan_watches_machines(plan) ? plan->versions : 0;
	if (plan->has_quality)
		plan->label_size =
			labels_size(plan->horizon, plan->telemetry.scrape,
				    plan->cohorts * plan->versions, plan_watches_scores(plan));
}

size_t plan_traffic_state(const struct plan *plan)
{
	const struct traffic *traffic = (const struct traffic *)plan->traffic.plugin;
	return traffic->state_size_of
		       ? traffic->state_size_of(plan->traffic.config, intensity_peak(plan))
		       : traffic->plugin.state_size;
}

/* Where all cohorts are shared alike, theirs is the answer to the last digit. */
double plan_share(const struct plan *plan, const struct routes *routes, int version)
{
	double sum = 0, first = 0;
	bool alike = true;
	for (int c = 0; c < plan->cohorts; c++) {
		double share = routes_share(routes, c, version);
		first = c ? first : share;
		alike &= share == first;
		sum += population_share(&plan->population, c) * share;
	}
	return alike ? first : sum;
}

double plan_accuracy(const struct plan *plan, int version, int cohort, sim_time now, double added)
{
	int segment = cohort / plan->population.regions;
	return quality_accuracy(plan->version[version].quality, segment, now, added);
}
