/* Page's cumulative sum (1954) of how much worse the candidate is at each look, in standard errors:
 * small harm that stays adds up. */
#include "models/list.h"

#include "sim/stats/cusum.h"

struct config {
	double shift, limit;
	int64_t alarm_every;
};

static const struct param params[] = {
	{"shift", PARAM_NUMBER, offsetof(struct config, shift), "1", 0.1, 6,
	 .about = "the harm it finds soonest, in standard errors of one look"},
	{"alarm_every", PARAM_COUNT, offsetof(struct config, alarm_every), "2000", 2, 1000000,
	 .about = "so many looks pass between false alarms, on average"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	(void)why;
	(void)size;
	c->limit = cusum_threshold(c->shift / 2, (double)c->alarm_every);
	return NULL;
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct cusum *s = state;
	double z = evidence_score(evidence);
	if (isfinite(z))
		cusum_add(s, z, c->shift / 2);
	return verdict_of_limit(s->up > c->limit, s->up, c->limit);
}

static double run_length(const void *config)
{
	return (double)((const struct config *)config)->alarm_every;
}

const struct detector detector_cusum = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "cusum",
		   .about = "a cumulative sum of harm: finds small changes that stay",
		   .example = "cusum: {shift: 1, alarm_every: 2000}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct cusum),
		   .prepare = prepare},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS | OFFERS_VARIANCE,
	.from_start = true,
	.look = look,
	.run_length = run_length,
};
