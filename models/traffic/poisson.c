/* Poisson arrivals at a constant rate: many independent people, none of whom knows of the others.
 */
#include "models/list.h"

#include "models/traffic/gaps.h"

struct config {
	double rate; /* per second */
};

static const struct param params[] = {
	{"rate", PARAM_RATE, offsetof(struct config, rate), NULL, 1e-6, 1e7,
	 .about = "how many requests arrive on average"},
	{0},
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
	return ((const struct config *)config)->rate;
}

const struct traffic traffic_poisson = {
	.plugin = {.kind = PLUGIN_TRAFFIC,
		   .name = "poisson",
		   .about = "independent arrivals at a constant rate",
		   .example = "poisson: {rate: 120/s}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(double)},
	.fill = fill,
	.rate = rate,
	.peak = peak,
};
