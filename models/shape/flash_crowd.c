/* A flash crowd: a link is shared, everybody comes, and then, slowly, nobody cares any more. */
#include "models/list.h"

#include <math.h>

struct config {
	sim_time at, rise, plateau, half_life;
	double peak;
};

static const struct param params[] = {
	{"peak", PARAM_FACTOR, offsetof(struct config, peak), NULL, 1, 1e6,
	 .about = "the factor at its height"},
	{"at", PARAM_DURATION, offsetof(struct config, at), "0s", 0, (double)MAX_HORIZON,
	 .about = "when it begins"},
	{"rise", PARAM_DURATION, offsetof(struct config, rise), "60s", 0, (double)MAX_HORIZON,
	 .about = "how long it rises, along a straight line"},
	{"plateau", PARAM_DURATION, offsetof(struct config, plateau), "5m", 0, (double)MAX_HORIZON,
	 .about = "how long it stays at its height"},
	{"half_life", PARAM_DURATION, offsetof(struct config, half_life), "5m", 1e9,
	 (double)MAX_HORIZON, .about = "the time in which half of the excess is gone"},
	{0},
};

enum {
	RISES = 32, /* pieces of the rise: as of a ramp */
	FALLS = 32, /* pieces of a half-life: a cubic through four points is off by 6e-12 */
	GONE = 60,  /* half-lives, after which the excess is lost in any double */
};

static sim_time piece_end(sim_time from, sim_time length, int pieces, sim_time at)
{
	sim_time step = length / pieces + 1;
	return from + ((at - from) / step + 1) * step;
}

static sim_time advance(const void *config, void *state, struct rng *rng, sim_time at)
{
	const struct config *c = config;
	sim_time top = c->at + c->rise, fall = top + c->plateau;
	(void)state;
	(void)rng;
	if (at < c->at)
		return c->at;
	if (at < top) {
		sim_time next = piece_end(c->at, c->rise, RISES, at);
		return next < top ? next : top;
	}
	if (at < fall)
		return fall;
	return at - fall < GONE * c->half_life ? piece_end(fall, c->half_life, FALLS, at)
					       : SIM_NEVER;
}

static double factor(const void *config, const void *state, double ns)
{
	const struct config *c = config;
	double into = ns - (double)c->at, rise = (double)c->rise, height = 0;
	(void)state;
	if (into >= rise) {
		double fallen = fmax(into - rise - (double)c->plateau, 0) / (double)c->half_life;
		height = fallen < GONE ? exp2(-fallen) : 0;
	} else if (into > 0) {
		height = into / rise;
	}
	return 1 + (c->peak - 1) * height;
}

static double peak(const void *config)
{
	return ((const struct config *)config)->peak;
}

const struct shape shape_flash_crowd = {
	.plugin = {.kind = PLUGIN_SHAPE,
		   .name = "flash_crowd",
		   .about = "a rise, a plateau and a slow decay",
		   .example = "flash_crowd: {peak: x8, at: 15m, rise: 60s, plateau: 5m}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.advance = advance,
	.factor = factor,
	.peak = peak,
};
