/* ADWIN (Bifet and Gavalda 2007): a window of looks that grows while its parts agree. What it
 * compares are the looks' normal scores, so that numbers lie between 0 and 1 whatever the metric;
 * fails when the newer part of a cut window is worse. */
#include "models/list.h"

#include "sim/stats/adwin.h"

#include <gsl/gsl_cdf.h>

struct config {
	double delta;
	int64_t clock;
};

static const struct param params[] = {
	{"delta", PARAM_SHARE, offsetof(struct config, delta), "1%", 1e-12, 0.5,
	 .about = "the chance to see a change that is none, at one test"},
	{"clock", PARAM_COUNT, offsetof(struct config, clock), "1", 1, 1000000,
	 .about = "tests after every so many looks"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct adwin *s = state;
	const struct adwin_rule rule = {
		.delta = c->delta, .clock = (int)c->clock, .least_part = 5, .grace = 10};
	double z = evidence_z(evidence);
	if (isnan(z))
		return verdict_of_limit(false, NAN, NAN);
	double before = s->n > 0 ? s->sum / s->n : 0.5;
	bool cut = adwin_add(s, gsl_cdf_ugaussian_P(z), &rule);
	double now = s->sum / s->n;
	return verdict_of_limit(cut && now > before, now, NAN);
}

const struct detector detector_adwin = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "adwin",
		   .about = "a window of looks that is cut when its parts differ",
		   .example = "adwin: {delta: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct adwin)},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS | OFFERS_VARIANCE,
	.from_start = true,
	.look = look,
};
