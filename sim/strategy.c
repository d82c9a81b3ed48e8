/* What strategies have in common: their states, their readings, their words. */
#include "sim/strategy.h"

const char *const remark_words[REMARKS] = {
	[REMARK_NONE] = "",
	[REMARK_LATE] = "the rollout has taken longer than it may",
	[REMARK_PHASE] = "phase %s begins",
	[REMARK_WAVE] = "the wave of %s begins",
	[REMARK_WAVE_FAILED] = "the wave of %s has failed: it is undone, and others go on",
	[REMARK_WAVE_OUT] = "the wave of %s must wait: stable is out there, too",
};

size_t strategy_state_size(const struct use *strategy)
{
	const struct strategy *s = (const struct strategy *)strategy->plugin;
	return s->state_size_of ? s->state_size_of(strategy->config) : s->plugin.state_size;
}

struct decision strategy_decide(const struct use *strategy, void *state,
				const struct observation *observation, struct routes *routes)
{
	return ((const struct strategy *)strategy->plugin)
		->decide(strategy->config, state, observation, routes);
}

struct reading observation_read(const struct observation *o, int version,
				const struct metric *metric, const struct lookback *lookback)
{
	return o->lens ? o->lens->read(o->lens->world, version, o->cohorts, metric, lookback)
		       : reading_of_nothing;
}
