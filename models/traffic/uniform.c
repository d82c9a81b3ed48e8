/* Uniform arrivals: one machine that calls like clockwork, begun at a random moment. */
#include "models/list.h"

#include "sim/rng.h"

struct config {
	double rate; /* per second */
};

struct state {
	bool begun;
	double phase;  /* of a gap: when the first comes */
	int64_t count; /* how many have come */
};

static const struct param params[] = {
	{"rate", PARAM_RATE, offsetof(struct config, rate), NULL, 1e-6, 1e7,
	 .about = "how many requests arrive"},
	{0},
};

static int fill(const void *config, void *state, const struct arrivals *to, int room)
{
	struct state *s = state;
	double gap_ns = (double)SIM_SECOND / ((const struct config *)config)->rate;
	if (!s->begun)
		s->phase = rng_uniform(to->rng);
	s->begun = true;
	for (int i = 0; i < room; i++, s->count++) {
		to->ns[i] = ((double)s->count + s->phase) * gap_ns;
		if (to->ns[i] >= to->until)
			return i;
	}
	return room;
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

const struct traffic traffic_uniform = {
	.plugin = {.kind = PLUGIN_TRAFFIC,
		   .name = "uniform",
		   .about = "arrivals at equal distances, from a random moment on",
		   .example = "uniform: {rate: 20/s}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state)},
	.fill = fill,
	.rate = rate,
	.peak = peak,
};
