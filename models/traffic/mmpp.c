/* A Markov-modulated Poisson process of two states: quiet, and in bursts. Its states are a shape of
 * its own: in operational time it is a Poisson process. */
#include "models/list.h"

#include "models/traffic/gaps.h"
#include "sim/draw.h"

#include <math.h>
#include <stdio.h>

struct config {
	double rate, burst, share;
	sim_time lasts;
	double quiet_factor, quiet_ns; /* derived */
};

/* Of the states, beside that of the arrivals. */
struct stay {
	bool begun, bursting;
	sim_time until;
};

static const struct param params[] = {
	{"rate", PARAM_RATE, offsetof(struct config, rate), NULL, 1e-6, 1e7,
	 .about = "how many requests arrive on average, over all"},
	{"burst", PARAM_FACTOR, offsetof(struct config, burst), NULL, 1, 1e4,
	 .about = "the rate in a burst, as a factor on the average"},
	{"share", PARAM_SHARE, offsetof(struct config, share), "10%", 1e-4, 0.9999,
	 .about = "of the time that is spent in bursts"},
	{"lasts", PARAM_DURATION, offsetof(struct config, lasts), "10s", 1e6, 86400e9,
	 .about = "how long a burst lasts on average; its end comes like a coin toss"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	c->quiet_factor = (1 - c->share * c->burst) / (1 - c->share);
	c->quiet_ns = (double)c->lasts * (1 - c->share) / c->share;
	if (c->quiet_factor >= -1e-12) {
		c->quiet_factor = fmax(c->quiet_factor, 0);
		return NULL;
	}
	snprintf(why, size,
		 "bursts of x%g in %g%% of the time are more than all requests; burst can be at "
		 "most x%g",
		 c->burst, 100 * c->share, 1 / c->share);
	return "burst";
}

/* Begins in either state as often as it is in it, and stays have no memory: it is stationary. */
static sim_time advance(const void *config, void *state, struct rng *rng, sim_time at)
{
	const struct config *c = config;
	struct stay *s = state;
	if (!s->begun)
		s->bursting = rng_uniform(rng) < c->share;
	else if (at == s->until)
		s->bursting = !s->bursting;
	else
		return s->until;
	double mean_ns = s->bursting ? (double)c->lasts : c->quiet_ns;
	double stay_ns = fmin(draw_exponential(rng) * mean_ns, (double)MAX_HORIZON);
	s->until = at + (sim_time)stay_ns + 1;
	s->begun = true;
	return s->until;
}

static double factor(const void *config, const void *state, double ns)
{
	const struct config *c = config;
	(void)ns;
	return ((const struct stay *)state)->bursting ? c->burst : c->quiet_factor;
}

static double peak_factor(const void *config)
{
	return ((const struct config *)config)->burst;
}

static const struct shape stays = {
	.plugin = {.kind = PLUGIN_SHAPE, .name = "mmpp", .state_size = sizeof(struct stay)},
	.advance = advance,
	.factor = factor,
	.peak = peak_factor,
};

static int fill(const void *config, void *state, const struct arrivals *to, int room)
{
	return gaps_fill(to, ((const struct config *)config)->rate, state, room);
}

static double rate(const void *config, sim_time at)
{
	(void)at;
	return ((const struct config *)config)->rate;
}

static double peak(const void *config)
{
	const struct config *c = config;
	return c->rate * c->burst;
}

const struct traffic traffic_mmpp = {
	.plugin = {.kind = PLUGIN_TRAFFIC,
		   .name = "mmpp",
		   .about = "independent arrivals at a rate that jumps into bursts and back",
		   .example = "mmpp: {rate: 20/s, burst: x5, share: 10%, lasts: 10s}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(double),
		   .prepare = prepare},
	.fill = fill,
	.modulation = &stays,
	.rate = rate,
	.peak = peak,
};
