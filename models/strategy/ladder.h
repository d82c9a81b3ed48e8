/* Ladders of stages, for the strategies that climb them: what they may look like, and when a stage
 * is over. */
#ifndef MODELS_STRATEGY_LADDER_H
#define MODELS_STRATEGY_LADDER_H

#include "sim/latency.h"
#include "sim/plan.h"

#include <math.h>
#include <stdio.h>

/* Complains unless shares rise. */
static inline const char *ladder_check(const struct stages *steps, char *why, size_t size)
{
	double last = 0;
	for (int i = 0; i < steps->count; i++) {
		double share = steps->step[i].share;
		if (share > 1 || share <= last) {
			snprintf(why, size,
				 "shares must rise and end at 100%% at most; step %d is %g%% after "
				 "%g%%",
				 i + 1, 100 * share, 100 * last);
			return "steps";
		}
		last = share;
	}
	return NULL;
}

/* Requests that are waited for are looked at whenever there may be news of them. */
static inline sim_time ladder_look_again(const struct observation *o)
{
	return o->now + o->plan->telemetry.scrape;
}

/* When the stage that began at `since` may be over at the earliest, if not by now; else now. */
static inline sim_time ladder_stage_end(const struct step *step, sim_time since,
					const struct observation *o)
{
	static const struct metric any = {.kind = METRIC_REQUEST_RATE};
	static const struct lookback stage = {.window = PARAM_UNSET, .mark = MARK_STAGE};
	if (step->hold != PARAM_UNSET && o->now < since + step->hold)
		return since + step->hold;
	if (step->requests == PARAM_UNSET)
		return o->now;
	struct reading seen = observation_read(o, o->candidate, &any, &stage);
	return seen.requests >= (double)step->requests ? o->now : ladder_look_again(o);
}

/* How long a person takes this time. */
static inline sim_time ladder_delay(const struct use *law, struct rng *rng)
{
	const struct latency *latency = (const struct latency *)law->plugin;
	double ns = latency->quantile(law->config, rng_open_uniform(rng));
	return (sim_time)fmin(ns, (double)MAX_HORIZON);
}

#endif
