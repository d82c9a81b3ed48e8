/* Poisson arrivals at a constant rate: many independent people, none of whom knows of the others.
 */
#include "models/list.h"

#include "sim/draw.h"
#include "sim/stats/lanes.h"

struct config {
	double rate; /* per second */
};

struct state {
	double last_ns;
};

static const struct param params[] = {
	{"rate", PARAM_RATE, offsetof(struct config, rate), NULL, 1e-6, 1e7,
	 .about = "how many requests arrive on average"},
	{0},
};

enum { CHUNK = 256 }; /* gaps drawn at a time; a multiple of four */

/* Gaps are -log(u) of the mean. Four are added up before they meet the clock: the sum that
 * everything waits for is then one step in four. */
static double add_gaps(const double *log_u, double mean_ns, double last, double *at, int count)
{
	for (int i = 0; i < count; i += 4) {
		double a = -log_u[i] * mean_ns, b = a - log_u[i + 1] * mean_ns;
		double c = b - log_u[i + 2] * mean_ns, d = c - log_u[i + 3] * mean_ns;
		at[i] = last + a;
		at[i + 1] = last + b;
		at[i + 2] = last + c;
		last = at[i + 3] = last + d;
	}
	return last;
}

static int fill(const void *config, void *state, struct rng *arrivals, sim_time horizon,
		sim_time *at, int room)
{
	const struct config *c = config;
	struct state *s = state;
	double log_u[CHUNK], ns[CHUNK], mean_ns = (double)SIM_SECOND / c->rate;
	int count = 0;
	while (count < room && (!count || at[count - 1] < horizon)) {
		int want = room - count < CHUNK ? room - count : CHUNK;
		/* In bulk, logarithms in vectors beat the ziggurat, one value at a time. */
		draw_fill_uniform(arrivals, log_u, (size_t)want);
		lanes_log(log_u, want);
		for (int i = want; i % 4; i++)
			log_u[i] = 0;
		s->last_ns = add_gaps(log_u, mean_ns, s->last_ns, ns, want);
		lanes_whole(ns, at + count, want, (double)MAX_HORIZON);
		count += want;
	}
	while (count && at[count - 1] >= horizon)
		count--;
	return count;
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
		   .state_size = sizeof(struct state)},
	.fill = fill,
	.rate = rate,
	.peak = peak,
};
