/* Noise: a factor of mean 1 that wanders, and remembers for a while where it was. Its logarithm is
 * an autoregressive process of order 1, constant over each interval, different in each trial. */
#include "models/list.h"

#include "sim/draw.h"

#include <math.h>

struct config {
	double sigma, rho;
	sim_time every;
};

struct state {
	bool begun;
	double deviation; /* standard normal */
};

static const struct param params[] = {
	{"sigma", PARAM_NUMBER, offsetof(struct config, sigma), NULL, 0, 2,
	 .about = "standard deviation of the logarithm of the factor"},
	{"rho", PARAM_NUMBER, offsetof(struct config, rho), "0.8", 0, 1,
	 .about = "correlation of the logarithms in neighbouring intervals"},
	{"every", PARAM_DURATION, offsetof(struct config, every), "60s", 1e9, (double)MAX_HORIZON,
	 .about = "the length of an interval"},
	{0},
};

static sim_time advance(const void *config, void *state, struct rng *rng, sim_time at)
{
	const struct config *c = config;
	struct state *s = state;
	/* Other shapes may stop us inside of an interval. */
	if (!s->begun || at % c->every == 0) {
		double news = draw_normal(rng);
		s->deviation =
			s->begun ? c->rho * s->deviation + sqrt(1 - c->rho * c->rho) * news : news;
		s->begun = true;
	}
	return (at / c->every + 1) * c->every;
}

static double factor(const void *config, const void *state, double ns)
{
	const struct config *c = config;
	(void)ns;
	return exp(c->sigma * ((const struct state *)state)->deviation - c->sigma * c->sigma / 2);
}

/* One normal deviate in a billion is above 6. */
static double peak(const void *config)
{
	double sigma = ((const struct config *)config)->sigma;
	return exp(6 * sigma - sigma * sigma / 2);
}

const struct shape shape_noise = {
	.plugin = {.kind = PLUGIN_SHAPE,
		   .name = "noise",
		   .about = "a random factor of mean 1 that remembers where it was",
		   .example = "noise: {sigma: 0.3, rho: 0.8, every: 60s}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state)},
	.advance = advance,
	.factor = factor,
	.peak = peak,
};
