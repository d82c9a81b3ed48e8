/* Shares added up over cohorts: of errors, of right answers, of conversions. */
#include "sim/expected.h"

#include <math.h>

/* The share of a cohort's requests that are answered in time and without an error. */
static double served_well(const struct plan *plan, const struct service_plan *service)
{
	const struct latency *law = (const struct latency *)service->latency.plugin;
	double limit = fmin((double)plan->objective.latency, (double)plan->timeout);
	return (1 - service->errors) * law->cdf(service->latency.config, limit);
}

static double share_of_cohort(const struct plan *plan, int version, int cohort,
			      enum metric_kind kind)
{
	const struct version_plan *v = &plan->version[version];
	int segment = cohort / plan->population.regions;
	double errors = v->service[cohort].errors;
	double right = v->quality ? quality_accuracy(v->quality, segment, 0, 0) : NAN;
	switch (kind) {
	case METRIC_ERROR_RATE:
		return errors;
	case METRIC_SUCCESS_RATE:
		return 1 - errors;
	case METRIC_ACCURACY:
		return right;
	case METRIC_CONVERSION_RATE:
		return v->quality && v->quality->converts
			       ? quality_conversions(v->quality, right) *
					 served_well(plan, &v->service[cohort])
			       : NAN;
	default:
		return NAN;
	}
}

double expected_share(const struct plan *plan, int version, uint32_t cohorts, enum metric_kind kind)
{
	int count = plan->population.segments * plan->population.regions;
	double share = 0, people = 0;
	for (int c = 0; c < count; c++) {
		double part = population_share(&plan->population, c);
		if (!(cohorts >> c & 1))
			continue;
		share += part * share_of_cohort(plan, version, c, kind);
		people += part;
	}
	return people > 0 ? share / people : NAN;
}
