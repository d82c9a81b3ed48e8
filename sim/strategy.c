/* What strategies have in common: their states, their readings, their words. */
#include "sim/strategy.h"

const char *const remark_words[REMARKS] = {
	[REMARK_NONE] = "",
	[REMARK_LATE] = "the rollout has taken longer than it may",
	[REMARK_PHASE] = "phase %s begins",
	[REMARK_WAVE] = "the wave of %s begins",
	[REMARK_WAVE_FAILED] = "the wave of %s has failed: it is undone, and others go on",
	[REMARK_FIX_ERRORS] = "fix errors: %s fails more often than it may",
	[REMARK_DISAGREEMENT] = "investigate disagreement: %s answers too much otherwise",
	[REMARK_OPTIMISE] = "optimise latency: %s is slower than it may be",
	[REMARK_TOO_FEW] = "gives up: %s requests of the candidate are too few to judge",
	[REMARK_WINNER] = "%s wins",
	[REMARK_LOSER] = "%s loses",
	[REMARK_TIE] = "a tie: %s makes no difference that matters",
	[REMARK_INCONCLUSIVE] = "inconclusive: whether %s makes a difference cannot be said",
	[REMARK_UNEVEN] =
		"the samples are not of the sizes that were asked for: %s cannot be judged",
	[REMARK_PROBES] = "validation fails: %s %% of the probes pass",
	[REMARK_INCOMPATIBLE] =
		"green is not compatible: %s %% of the probes are answered as by stable",
	[REMARK_UNHEALTHY] = "%s is not healthy enough",
	[REMARK_NOT_READY] = "%s instances have not become ready: it gives up",
	[REMARK_SEGMENT_WORSE] = "it is worse for %s",
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
