/* The family are the newest p-values, or e-values, of all checks of the rollout. */
#include "sim/correction.h"

#include "sim/stats/multiplicity.h"

#include <assert.h>
#include <math.h>

static const enum multiplicity methods[] = {
	[CORRECTION_BONFERRONI] = MULTIPLICITY_BONFERRONI,
	[CORRECTION_HOLM] = MULTIPLICITY_HOLM,
	[CORRECTION_BH] = MULTIPLICITY_BH,
};

/* Writes the values that there are, the check's own newest one among them; returns how many, and in
 * `own` which is the check's. */
static int gather(const struct rider *rider, int index, const struct verdict *verdict, bool logs,
		  double *values, int *own)
{
	int count = 0;
	for (int c = 0; c < rider->rollout->checks; c++) {
		const struct verdict *v = c == index ? verdict : &rider->check[c]->verdict;
		double value = logs ? v->log_e : v->p;
		if (isnan(value))
			continue;
		if (c == index)
			*own = count;
		values[count++] = value;
	}
	return count;
}

static bool is_discovery(const struct rider *rider, int index, const struct verdict *verdict)
{
	double values[MAX_CHECKS], least;
	int order[MAX_CHECKS], own = 0;
	int count = gather(rider, index, verdict, true, values, &own);
	assert(own < count);
	multiplicity_e_bh(values, order, count, verdict->level, &least);
	return values[own] >= least;
}

static bool is_rejected(const struct rider *rider, int index, const struct verdict *verdict)
{
	double values[MAX_CHECKS], adjusted[MAX_CHECKS];
	int order[MAX_CHECKS], own = 0;
	int count = gather(rider, index, verdict, false, values, &own);
	assert(own < count);
	multiplicity_adjust(methods[rider->rollout->correction], values, adjusted, order, count);
	return adjusted[own] < verdict->level;
}

struct verdict correction_apply(const struct rider *rider, int index, struct verdict verdict)
{
	enum correction correction = rider->rollout->correction;
	bool evidence = correction == CORRECTION_E_BH;
	if (correction == CORRECTION_NONE || isnan(evidence ? verdict.log_e : verdict.p) ||
	    verdict.kind != VERDICT_FAIL)
		return verdict;
	bool stands = evidence ? is_discovery(rider, index, &verdict)
			       : is_rejected(rider, index, &verdict);
	if (!stands)
		verdict.kind = VERDICT_PASS;
	return verdict;
}
