/* The two-sample z test: is the candidate's share or mean worse than stable's by more than chance?
 * Its promise holds for one look; every further look at growing data adds false alarms. */
#include "models/list.h"

#include "sim/stats/proportion.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

struct config {
	double alpha;
	enum { ONE_SIDED, TWO_SIDED } sides;
};

static const char *const side_names[] = {"one", "two", NULL};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "5%", 1e-12, 0.5,
	 .about = "the false alarm rate of one look"},
	{"sides", PARAM_CHOICE, offsetof(struct config, sides), "one", .choices = side_names,
	 .about = "one: only worse fails; two: any difference does"},
	{0},
};

/* Welch 1938: each mean has the variance of its own sample. */
static double mean_z(const struct reading *a, const struct reading *b)
{
	double difference = a->value - b->value;
	double error = sqrt(a->variance / a->requests + b->variance / b->requests);
	return difference == 0 ? 0 : difference / error;
}

/* Above 0: the candidate is worse. */
static double z_of(const struct evidence *evidence)
{
	const struct reading *a = &evidence->candidate, *b = &evidence->baseline;
	double z = isnan(a->hits) ? mean_z(a, b)
				  : proportion_z(a->hits, a->requests, b->hits, b->requests);
	return evidence->higher_is_better ? 0 - z : z;
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	(void)state;
	double z = z_of(evidence);
	double p =
		c->sides == ONE_SIDED ? gsl_cdf_ugaussian_Q(z) : 2 * gsl_cdf_ugaussian_Q(fabs(z));
	return (struct verdict){p < c->alpha ? VERDICT_FAIL : VERDICT_PASS, z};
}

const struct detector detector_ztest = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "ztest",
		   .about = "fails when a share or mean is significantly worse than stable's",
		   .example = "ztest: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.compares = true,
	.shares_only = true,
	.means = true,
	.look = look,
};
