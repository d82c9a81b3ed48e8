/* Which bandits make no sense, by themselves or in their world. */
#include "models/strategy/bandit.h"

#include "models/strategy/yardstick.h"
#include "sim/detector.h"

#include <math.h>
#include <string.h>

const char *bandit_prepare(void *config, char *why, size_t size)
{
	const struct bandit_config *c = config;
	bool gaussian = c->rules.policy == THOMPSON_GAUSSIAN;
	if (c->rules.window != PARAM_UNSET && c->rules.discount < 1) {
		snprintf(why, size, "old rewards are either discounted or left out; not both");
		return "window";
	}
	if (yardstick_kinds[c->rules.metric] == METRIC_VALUE_PER_REQUEST && !gaussian) {
		snprintf(why, size, "%s is a mean: thompson_gaussian alone understands it",
			 yardstick_names[c->rules.metric]);
		return "policy";
	}
	if (c->rules.discount < 1 && gaussian) {
		snprintf(why, size, "thompson_gaussian forgets by a window, not by a discount");
		return "discount";
	}
	if (c->rules.window != PARAM_UNSET && c->rules.policy == EXP3) {
		snprintf(why, size, "exp3 adds rewards up; it knows no window");
		return "window";
	}
	if (c->rules.window != PARAM_UNSET && c->choice == BY_REQUEST) {
		snprintf(why, size, "by request old rewards are forgotten by a discount");
		return "window";
	}
	if (c->delay.plugin && c->choice == BY_UPDATE) {
		snprintf(why, size,
			 "dashboards show rewards by update when they have them; only a choice "
			 "by_request takes a delay");
		return "delay";
	}
	if (c->rules.policy == LINUCB && c->per_segment) {
		snprintf(why, size,
			 "linucb learns of segments and regions what they have in "
			 "common; leave out per_segment");
		return "per_segment";
	}
	return NULL;
}

int bandit_find_version(const struct plan *plan, const char *name)
{
	for (int v = 0; v < plan->versions; v++)
		if (!strcmp(plan->version[v].name, name))
			return v;
	return -1;
}

static const char *check_arms(const struct bandit_config *c, const struct plan *plan,
			      const struct rollout_plan *rollout, char *why, size_t size)
{
	uint32_t seen = 0;
	for (int i = 0; i < c->arms.count; i++) {
		int version = bandit_find_version(plan, c->arms.word[i]);
		if (version < 0 || seen >> version & 1) {
			snprintf(why, size,
				 version < 0 ? "there is no version \"%.40s\""
					     : "\"%.40s\" stands there twice",
				 c->arms.word[i]);
			return "arms";
		}
		seen |= UINT32_C(1) << version;
	}
	if (rollout->baseline != STABLE && !(seen >> rollout->baseline & 1)) {
		snprintf(why, size, "the baseline, %.40s, is not among the arms",
			 plan->version[rollout->baseline].name);
		return "arms";
	}
	if (c->arms.count == 1 || (c->arms.count && !(seen >> rollout->candidate & 1))) {
		snprintf(why, size,
			 c->arms.count == 1 ? "with one arm there is nothing to choose"
					    : "the candidate is not among the arms");
		return "arms";
	}
	return NULL;
}

/* Whether something in the world contradicts a choice for each request. */
static bool check_choice(const struct plan *plan, const struct rollout_plan *rollout, char *why,
			 size_t size)
{
	if (rollout->sticky && plan->population.users) {
		snprintf(why, size,
			 "a choice for each request keeps no user with a version: the "
			 "rollout needs \"sticky: no\"");
		return true;
	}
	for (int i = 0; i < rollout->checks; i++) {
		const struct plugin *plugin = rollout->check[i].detector.plugin;
		if (!plugin || !((const struct detector *)plugin)->asks_share)
			continue;
		snprintf(why, size,
			 "nobody knows in advance what share each arm gets, which %s compares with",
			 plugin->name);
		return true;
	}
	return false;
}

const char *bandit_object(const void *config, const struct plan *plan,
			  const struct rollout_plan *rollout, char *why, size_t size)
{
	const struct bandit_config *c = config;
	int arms = c->arms.count ? c->arms.count : 2;
	const char *key = yardstick_check(c->rules.metric, plan, why, size);
	if (key)
		return key;
	if (c->rules.policy == LINUCB &&
	    plan->population.segments * plan->population.regions == 1) {
		snprintf(why, size, "traffic has neither segments nor regions for linucb to go by");
		return "policy";
	}
	if (arms * c->rules.floor > 1 || arms * c->rules.ceiling < 1) {
		bool low = arms * c->rules.floor > 1;
		snprintf(why, size, "%d arms cannot each have at %s %g%%", arms,
			 low ? "least" : "most", 100 * (low ? c->rules.floor : c->rules.ceiling));
		return low ? "floor" : "ceiling";
	}
	return c->choice == BY_REQUEST && check_choice(plan, rollout, why, size)
		       ? "choice"
		       : check_arms(c, plan, rollout, why, size);
}
