/* Steps: one level after another, as load tests are driven. */
#include "models/list.h"

#include "models/shape/spells.h"

#include <math.h>

struct config {
	struct spells levels;
	bool repeat;
};

static const struct param params[] = {
	{"levels", PARAM_SPELLS, offsetof(struct config, levels), NULL,
	 .about = "one after another; the last stays"},
	{"repeat", PARAM_FLAG, offsetof(struct config, repeat), "no",
	 .about = "begin again after the last"},
	{0},
};

/* Since the levels last began. */
static double position(const struct config *c, double ns)
{
	double total = (double)spells_total(&c->levels);
	return c->repeat ? ns - floor(ns / total) * total : ns;
}

static sim_time advance(const void *config, void *state, struct rng *rng, sim_time at)
{
	const struct config *c = config;
	sim_time into = (sim_time)position(c, (double)at), until;
	(void)state;
	(void)rng;
	spells_find(&c->levels, (double)into, &until);
	return into < until ? at + until - into : SIM_NEVER;
}

static double factor(const void *config, const void *state, double ns)
{
	const struct config *c = config;
	sim_time until;
	(void)state;
	return spells_find(&c->levels, position(c, ns), &until)->factor;
}

static double peak(const void *config)
{
	return spells_peak(&((const struct config *)config)->levels);
}

const struct shape shape_steps = {
	.plugin = {.kind = PLUGIN_SHAPE,
		   .name = "steps",
		   .about = "one level after another, once or again and again",
		   .example = "steps: {levels: [x1 for 10m, x2 for 10m, x0.5 for 5m]}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.advance = advance,
	.factor = factor,
	.peak = peak,
};
