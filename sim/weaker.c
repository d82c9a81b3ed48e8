/* Configs are compared, not what came of them: equal ones are never worse, however luck has it. */
#include "sim/weaker.h"

#include <math.h>

/* A limit that may be missing, which is the best. */
static bool is_tighter(int64_t limit, int64_t than)
{
	return limit != PARAM_UNSET && (than == PARAM_UNSET || limit < than);
}

static int64_t servers(const struct plan *plan, const struct fleet_config *fleet, int64_t replicas)
{
	return replicas * fleet->slots * (fleet->per_region ? plan->population.regions : 1);
}

/* Fewer servers, now or at most, or fewer places to wait. */
static bool is_smaller(const struct plan *plan, const struct fleet_config *it,
		       const struct fleet_config *than)
{
	if (!it->slots || !than->slots)
		return it->slots > 0; /* as many as needed are the most */
	return servers(plan, it, it->replicas) < servers(plan, than, than->replicas) ||
	       servers(plan, it, fleet_most(it)) < servers(plan, than, fleet_most(than)) ||
	       is_tighter(it->queue, than->queue) || is_tighter(it->shed_wait, than->shed_wait) ||
	       is_tighter(it->shed_in_flight, than->shed_in_flight);
}

/* Services that get slower, or instances that are slow or gone more often or for longer. */
static bool is_frailer(const struct fleet_config *it, const struct fleet_config *than)
{
	bool slows = it->slow_factor > 1 &&
		     (it->slow_factor > than->slow_factor || it->slow_from < than->slow_from);
	bool cold = it->cold_factor > 1 && (it->cold_factor > than->cold_factor ||
					    is_tighter(than->cold_requests, it->cold_requests) ||
					    is_tighter(than->cold_time, it->cold_time));
	bool crashes = it->crash_every != PARAM_UNSET &&
		       (is_tighter(it->crash_every, than->crash_every) ||
			it->restart + it->ready_after > than->restart + than->ready_after);
	return slows || cold || crashes;
}

static bool is_limited(const struct limiter_config *it, const struct limiter_config *than)
{
	return !isnan(it->rate) &&
	       (isnan(than->rate) || it->rate < than->rate || it->burst < than->burst);
}

/* Who turns requests away to nowhere, where stable would not. */
static bool is_refusing(const struct breaker_config *it, const struct breaker_config *than)
{
	return it->open != PARAM_UNSET && it->fallback == FALLBACK_REFUSE &&
	       than->open == PARAM_UNSET;
}

bool weaker_than_stable(const struct plan *plan, int version)
{
	const struct version_plan *it = &plan->version[version], *stable = &plan->version[STABLE];
	return is_smaller(plan, &it->fleet, &stable->fleet) ||
	       is_frailer(&it->fleet, &stable->fleet) || is_limited(&it->limit, &stable->limit) ||
	       is_refusing(&it->breaker, &stable->breaker);
}
