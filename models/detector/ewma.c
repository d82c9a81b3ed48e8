/* Roberts's moving average (1959) of how much worse the candidate is at each look, in standard
 * errors: fails when it leaves its limits upwards. */
#include "models/list.h"

#include "sim/stats/ewma.h"

struct config {
	double lambda, width;
	int64_t alarm_every;
};

static const struct param params[] = {
	{"lambda", PARAM_NUMBER, offsetof(struct config, lambda), "0.2", 0.01, 1,
	 .about = "weight of the newest look"},
	{"alarm_every", PARAM_COUNT, offsetof(struct config, alarm_every), "2000", 2, 1000000,
	 .about = "so many looks pass between false alarms, on average"},
	{0},
};

/* Only one of the two limits is watched, so that either may be passed twice as often. */
static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	(void)why;
	(void)size;
	c->width = ewma_width(c->lambda, (double)c->alarm_every / 2);
	return NULL;
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct ewma *s = state;
	double z = evidence_score(evidence);
	if (isfinite(z))
		ewma_add(s, z, c->lambda);
	double limit = ewma_limit(s, c->lambda, c->width);
	return verdict_of_limit(s->t > 0 && s->z > limit, s->z, limit);
}

static double run_length(const void *config)
{
	return (double)((const struct config *)config)->alarm_every;
}

const struct detector detector_ewma = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "ewma",
		   .about = "a moving average of harm, held against its limits",
		   .example = "ewma: {lambda: 0.2, alarm_every: 2000}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct ewma),
		   .prepare = prepare},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS | OFFERS_VARIANCE,
	.from_start = true,
	.look = look,
	.run_length = run_length,
};
