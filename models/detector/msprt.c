/* The mixture sequential probability ratio test (Johari, Koomen, Pekelis and Walsh 2022): is there
 * any harm, however often one looks? Exact for normal means; with few failures it is not. */
#include "models/list.h"

#include "sim/stats/mixture.h"

struct config {
	double alpha, effect, least;
};

struct state {
	struct contrast contrast;
	double spread; /* deviation of the effects it expects, in the metric's unit; 0: not yet set
			*/
};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of all looks together"},
	{"effect", PARAM_SHARE, offsetof(struct config, effect), "100%", 1e-6, 1000,
	 .about = "the harm it finds soonest, as a share of stable's value"},
	{"min_failures", PARAM_NUMBER, offsetof(struct config, least), "10", 0, 1e9,
	 .about = "of a share: says nothing before so many failures are to be expected of the "
		  "candidate"},
	{0},
};

/* What stable does badly: failures a request, or the value itself. */
static double badness(const struct evidence *e)
{
	const struct reading *b = &e->baseline;
	return isnan(b->hits) ? fabs(b->value) : evidence_bad(e, b) / b->requests;
}

/* A normal law is only near where the candidate has had its share of failures. */
static bool is_early(const struct config *c, const struct state *s, const struct evidence *e)
{
	return !isnan(e->baseline.hits) && s->contrast.n1 * badness(e) < c->least;
}

/* The half of the mixture in which the candidate is worse. */
static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct state *s = state;
	evidence_add(evidence, &s->contrast);
	if (s->spread == 0)
		s->spread = c->effect * badness(evidence);
	if (is_early(c, s, evidence) || !(s->contrast.variance > 0) || s->spread == 0)
		return verdict_of_limit(false, contrast_z(&s->contrast), NAN);
	/* In units of the weighted sum, an effect of deviation tau has precision 1 / (w tau)^2. */
	double unit = s->contrast.variance / (s->contrast.weight * s->spread);
	double log_e = mixture_normal(s->contrast.sum, s->contrast.variance, unit * unit, true);
	return verdict_of_e(log_e, c->alpha, contrast_z(&s->contrast));
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_msprt = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "msprt",
		   .about = "the mixture SPRT of a share or mean",
		   .example = "msprt: {alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state)},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS | OFFERS_VARIANCE,
	.anytime = true,
	.from_start = true,
	.look = look,
	.level = level,
};
