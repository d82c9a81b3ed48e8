/* The Shiryaev-Roberts procedure: the chances that the candidate has become worse at any look so
 * far, added up. Of all detectors with as few false alarms it finds, on average, changes that come
 * late the soonest (Pollak and Tartakovsky 2009). */
#include "models/list.h"

#include "sim/stats/shiryaev_roberts.h"

struct config {
	double shift, log_limit;
	int64_t alarm_every;
};

static const struct param params[] = {
	{"shift", PARAM_NUMBER, offsetof(struct config, shift), "1", 0.1, 6,
	 .about = "the harm it looks for, in standard errors of one look"},
	{"alarm_every", PARAM_COUNT, offsetof(struct config, alarm_every), "2000", 2, 1000000,
	 .about = "so many looks pass between false alarms, on average"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	(void)why;
	(void)size;
	c->log_limit = log(shiryaev_roberts_exact_threshold((double)c->alarm_every, c->shift));
	return NULL;
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct shiryaev_roberts *s = state;
	double z = evidence_score(evidence);
	double sum = isfinite(z) ? shiryaev_roberts_add(s, shiryaev_roberts_normal(z, c->shift))
				 : -INFINITY;
	return verdict_of_limit(sum >= c->log_limit, sum, c->log_limit);
}

static double run_length(const void *config)
{
	return (double)((const struct config *)config)->alarm_every;
}

const struct detector detector_shiryaev_roberts = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "shiryaev_roberts",
		   .about = "adds up the chances of a change at any look so far",
		   .example = "shiryaev_roberts: {shift: 1, alarm_every: 2000}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct shiryaev_roberts),
		   .prepare = prepare},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS | OFFERS_VARIANCE,
	.from_start = true,
	.look = look,
	.run_length = run_length,
};
