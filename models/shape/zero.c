/* Zero: traffic stops, because something in front of us has failed. */
#include "models/list.h"

struct config {
	sim_time at, duration;
};

static const struct param params[] = {
	{"at", PARAM_DURATION, offsetof(struct config, at), NULL, 0, (double)MAX_HORIZON,
	 .about = "when nobody comes any more"},
	{"duration", PARAM_DURATION, offsetof(struct config, duration), "", 1, (double)MAX_HORIZON,
	 .about = "for how long; left out: to the end"},
	{0},
};

static sim_time end_of(const struct config *c)
{
	return c->duration == PARAM_UNSET ? SIM_NEVER : c->at + c->duration;
}

static sim_time advance(const void *config, void *state, struct rng *rng, sim_time at)
{
	const struct config *c = config;
	(void)state;
	(void)rng;
	return at < c->at ? c->at : at < end_of(c) ? end_of(c) : SIM_NEVER;
}

static double factor(const void *config, const void *state, double ns)
{
	const struct config *c = config;
	(void)state;
	return ns < (double)c->at || ns >= (double)end_of(c);
}

static double peak(const void *config)
{
	(void)config;
	return 1;
}

const struct shape shape_zero = {
	.plugin = {.kind = PLUGIN_SHAPE,
		   .name = "zero",
		   .about = "traffic stops for a while, or for good",
		   .example = "zero: {at: 10m, duration: 3m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.advance = advance,
	.factor = factor,
	.peak = peak,
};
