/* Renewal arrivals: independent gaps, more even or far more clumped than those of independent
 * people. Seen from a random moment, as every trial begins, the first gap is not like the others:
 * long gaps are more likely to be met, and half of what is met is over. */
#include "models/list.h"

#include "models/traffic/gaps.h"
#include "sim/draw.h"
#include "sim/stats/lanes.h"

#include <math.h>

enum law { LAW_GAMMA, LAW_LOGNORMAL };

struct config {
	double rate, cv;
	int law;
	double mu, sigma; /* of the logarithm of a gap in mean gaps; derived */
};

struct state {
	bool begun;
	double last_ns;
};

static const char *const laws[] = {"gamma", "lognormal", NULL};

static const struct param params[] = {
	{"rate", PARAM_RATE, offsetof(struct config, rate), NULL, 1e-6, 1e7,
	 .about = "how many requests arrive on average"},
	{"cv", PARAM_NUMBER, offsetof(struct config, cv), NULL, 0.05, 20,
	 .about = "standard deviation of the gaps in mean gaps; 1: as poisson"},
	{"law", PARAM_CHOICE, offsetof(struct config, law), "gamma", .choices = laws,
	 .about = "of the gaps"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	(void)why;
	(void)size;
	c->sigma = sqrt(log1p(c->cv * c->cv));
	c->mu = -c->sigma * c->sigma / 2;
	return NULL;
}

/* The gap that holds a random moment has the law x f(x): a gamma of shape one higher, a lognormal
 * moved up by its variance. The moment is anywhere in it (Cox 1962, section 5.4). */
static double first_gap(const struct config *c, struct rng *rng)
{
	double shape = 1 / (c->cv * c->cv);
	double gap = c->law == LAW_GAMMA
			     ? draw_gamma(rng, shape + 1) / shape
			     : exp(c->mu + c->sigma * c->sigma + c->sigma * draw_normal(rng));
	return gap * rng_uniform(rng);
}

static void draw_gaps(const struct config *c, struct rng *rng, double *gap, int count)
{
	if (c->law == LAW_GAMMA) {
		double shape = 1 / (c->cv * c->cv);
		for (int i = 0; i < count; i++)
			gap[i] = draw_gamma(rng, shape) / shape;
		return;
	}
	draw_fill_normal(rng, gap, (size_t)count);
	for (int i = 0; i < count; i++)
		gap[i] = c->mu + c->sigma * gap[i];
	lanes_exp(gap, count);
}

static int fill(const void *config, void *state, const struct arrivals *to, int room)
{
	const struct config *c = config;
	struct state *s = state;
	bool first = !s->begun;
	s->begun = true;
	draw_gaps(c, to->rng, to->ns, room);
	if (first)
		to->ns[0] = first_gap(c, to->rng);
	gaps_add(to->ns, (double)SIM_SECOND / c->rate, &s->last_ns, room);
	while (room && to->ns[room - 1] >= to->until)
		room--;
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

const struct traffic traffic_renewal = {
	.plugin = {.kind = PLUGIN_TRAFFIC,
		   .name = "renewal",
		   .about = "independent gaps as even or as clumped as their cv says",
		   .example = "renewal: {rate: 20/s, cv: 4}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state),
		   .prepare = prepare},
	.fill = fill,
	.rate = rate,
	.peak = peak,
};
