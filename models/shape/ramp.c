/* A ramp: growth, or decline, along a straight line from one factor to another. */
#include "models/list.h"

#include <math.h>

struct config {
	double from, to;
	sim_time at, takes;
};

static const struct param params[] = {
	{"from", PARAM_FACTOR, offsetof(struct config, from), "x1", 0, 1e6,
	 .about = "the factor before it"},
	{"to", PARAM_FACTOR, offsetof(struct config, to), NULL, 0, 1e6,
	 .about = "the factor after it"},
	{"at", PARAM_DURATION, offsetof(struct config, at), "0s", 0, (double)MAX_HORIZON,
	 .about = "when it begins"},
	{"takes", PARAM_DURATION, offsetof(struct config, takes), NULL, 1e9, (double)MAX_HORIZON,
	 .about = "how long it takes"},
	{0},
};

/* A straight line needs no pieces, but short ones change little, and are inverted faster. */
enum { PIECES = 32 };

static sim_time advance(const void *config, void *state, struct rng *rng, sim_time at)
{
	const struct config *c = config;
	sim_time step = c->takes / PIECES + 1, end = c->at + c->takes;
	(void)state;
	(void)rng;
	if (at < c->at)
		return c->at;
	if (at >= end)
		return SIM_NEVER;
	sim_time next = c->at + ((at - c->at) / step + 1) * step;
	return next < end ? next : end;
}

static double factor(const void *config, const void *state, double ns)
{
	const struct config *c = config;
	double done = (ns - (double)c->at) / (double)c->takes;
	(void)state;
	return c->from + (c->to - c->from) * fmin(fmax(done, 0), 1);
}

static double peak(const void *config)
{
	const struct config *c = config;
	return fmax(c->from, c->to);
}

const struct shape shape_ramp = {
	.plugin = {.kind = PLUGIN_SHAPE,
		   .name = "ramp",
		   .about = "grows or declines along a straight line",
		   .example = "ramp: {from: x1, to: x3, at: 10m, takes: 20m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.advance = advance,
	.factor = factor,
	.peak = peak,
};
