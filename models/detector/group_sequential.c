/* A test with a planned number of looks, whose level is spent look by look (Lan and DeMets 1983).
 * After the last planned look it says no more. */
#include "models/list.h"

#include "sim/stats/group_sequential.h"

enum { MOST_PLANNED = 200 };

struct config {
	double alpha, parameter;
	int64_t looks;
	int spending;
	double bound[MOST_PLANNED];
};

struct state {
	struct contrast contrast;
	int64_t looks;
};

static const char *const spending_names[] = {[SPENDING_OBRIEN_FLEMING] = "obrien_fleming",
					     [SPENDING_POCOCK] = "pocock",
					     [SPENDING_POWER] = "power",
					     [SPENDING_HSD] = "hsd",
					     NULL};

static const struct param params[] = {
	{"alpha", PARAM_SHARE, offsetof(struct config, alpha), "1%", 1e-12, 0.5,
	 .about = "the false alarm rate of all looks together"},
	{"looks", PARAM_COUNT, offsetof(struct config, looks), "20", 1, MOST_PLANNED,
	 .about = "how many looks are planned; no false alarm can come after them"},
	{"spending", PARAM_CHOICE, offsetof(struct config, spending), "obrien_fleming",
	 .choices = spending_names, .about = "how early the level is spent"},
	{"parameter", PARAM_NUMBER, offsetof(struct config, parameter), "2", -20, 20,
	 .about = "of power: the exponent; of hsd: gamma"},
	{0},
};

/* The boundaries of evenly spaced looks, once and for all. */
static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	double fraction[MOST_PLANNED];
	(void)why;
	(void)size;
	for (int64_t k = 0; k < c->looks; k++)
		fraction[k] = ((double)k + 1) / (double)c->looks;
	group_sequential_spend((enum spending)c->spending, c->alpha, c->parameter, fraction,
			       (int)c->looks, 0, c->bound);
	return NULL;
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct state *s = state;
	evidence_add(evidence, &s->contrast);
	double z = contrast_z(&s->contrast);
	bool planned = s->looks < c->looks;
	double bound = planned ? c->bound[s->looks++] : INFINITY;
	return verdict_of_limit(z >= bound, z, bound);
}

static double level(const void *config)
{
	return ((const struct config *)config)->alpha;
}

const struct detector detector_group_sequential = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "group_sequential",
		   .about = "a test with planned looks that spend its level",
		   .example = "group_sequential: {looks: 20, alpha: 1%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state),
		   .prepare = prepare},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS | OFFERS_VARIANCE,
	.anytime = true,
	.from_start = true,
	.look = look,
	.level = level,
};
