/* What versions are measured by, for the strategies that look for the best. */
#ifndef MODELS_STRATEGY_YARDSTICK_H
#define MODELS_STRATEGY_YARDSTICK_H

#include "sim/plan.h"

#include <stdio.h>

static const char *const yardstick_names[] = {
	"conversion_rate", "error_rate", "success_rate", "accuracy", "value_per_request", NULL};
static const enum metric_kind yardstick_kinds[] = {METRIC_CONVERSION_RATE, METRIC_ERROR_RATE,
						   METRIC_SUCCESS_RATE, METRIC_ACCURACY,
						   METRIC_VALUE_PER_REQUEST};

/* Complains where there is nothing to measure. */
static inline const char *yardstick_check(int metric, const struct plan *plan, char *why,
					  size_t size)
{
	const struct quality *quality = plan->version[STABLE].quality;
	enum metric_kind kind = yardstick_kinds[metric];
	bool brings = kind == METRIC_CONVERSION_RATE || kind == METRIC_VALUE_PER_REQUEST;
	if (!metric_is_of_quality(kind) || (quality && (!brings || quality->converts)))
		return NULL;
	snprintf(why, size, "there is no %s to compare: stable has no %s", yardstick_names[metric],
		 brings ? "conversion in its quality" : "quality");
	return "metric";
}

#endif
