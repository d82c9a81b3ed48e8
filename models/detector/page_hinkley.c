/* Page and Hinkley's test (Hinkley 1971) of how much worse the candidate is at each look, in
 * standard errors: it compares with the mean of all looks so far, so it finds changes but no steady
 * harm. */
#include "models/list.h"

#include "sim/stats/page_hinkley.h"

struct config {
	double delta, lambda;
	int64_t least;
};

static const struct param params[] = {
	{"delta", PARAM_NUMBER, offsetof(struct config, delta), "0.5", 0, 100,
	 .about = "a change up to this is tolerated, in standard errors of one look"},
	{"lambda", PARAM_NUMBER, offsetof(struct config, lambda), "8", 0.01, 1e6,
	 .about = "fails when what lies beyond adds up to this"},
	{"min_looks", PARAM_COUNT, offsetof(struct config, least), "5", 1, 1000000,
	 .about = "says nothing before so many looks"},
	{0},
};

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct page_hinkley *s = state;
	const struct page_hinkley_rule rule = {c->delta, c->lambda, 1, (double)c->least};
	double z = evidence_score(evidence);
	bool alarm = isfinite(z) && page_hinkley_add(s, z, &rule);
	return verdict_of_limit(alarm, alarm ? c->lambda : s->sum, c->lambda);
}

const struct detector detector_page_hinkley = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "page_hinkley",
		   .about = "finds that the harm has grown over its mean so far",
		   .example = "page_hinkley: {delta: 0.5, lambda: 8}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct page_hinkley)},
	.evidence = EVIDENCE_INCREMENTS,
	.compares = true,
	.takes = OFFERS_HITS | OFFERS_VARIANCE,
	.from_start = true,
	.look = look,
};
