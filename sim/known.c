/* Keys to numbers, numbers to a member of a family, or to a sentence on why there is none. */
#include "sim/known.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct given meanings[] = {
	{"min", {KNOWN_QUANTILE, 0, 0}},
	{"p50", {KNOWN_QUANTILE, 0.5, 0}},
	{"p90", {KNOWN_QUANTILE, 0.9, 0}},
	{"p95", {KNOWN_QUANTILE, 0.95, 0}},
	{"p99", {KNOWN_QUANTILE, 0.99, 0}},
	{"p999", {KNOWN_QUANTILE, 0.999, 0}},
	{"scale", {KNOWN_QUANTILE, 0.6321205588285577, 0}}, /* 1 - 1/e */
	{"mean", {KNOWN_MEAN, 0, 0}},
	{"sd", {KNOWN_SD, 0, 0}},
};

static const void *value_of(const struct param *param, const void *config)
{
	return (const char *)config + param->offset;
}

int known_given(const struct param *params, const void *config, struct given given[KNOWN_MOST])
{
	int count = 0;
	for (const struct param *p = params; p->key; p++) {
		if (p->type != PARAM_DURATION)
			continue;
		sim_time time = *(const sim_time *)value_of(p, config);
		for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
			if (time != PARAM_UNSET && !strcmp(p->key, meanings[i].key)) {
				given[count] = meanings[i];
				given[count++].known.value = (double)time;
			}
	}
	return count;
}

void known_complain(const struct param *params, int found, char *why, size_t size)
{
	size_t used = (size_t)snprintf(why, size, "give exactly two of ");
	for (const struct param *p = params; p->key && used < size; p++)
		used += (size_t)snprintf(why + used, size - used, "%s%s",
					 p == params ? ""
					 : p[1].key  ? ", "
						     : " and ",
					 p->key);
	if (used < size)
		snprintf(why + used, size - used, "; found %d", found);
}

/* One over the spread; NaN where the law has no such row or none was given. */
static double shape_given(const struct param *params, const void *config)
{
	for (const struct param *p = params; p->key; p++)
		if (!strcmp(p->key, "shape"))
			return *(const double *)value_of(p, config);
	return NAN;
}

static void explain(const struct given *first, const struct given *second,
		    const struct interval *ratios, char *why, size_t size)
{
	double ratio = second->known.value / first->known.value;
	bool quantiles =
		first->known.kind == KNOWN_QUANTILE && second->known.kind == KNOWN_QUANTILE;
	if (quantiles && (second->known.p > first->known.p) != (ratio > 1))
		snprintf(why, size, "%s must be longer than %s",
			 second->known.p > first->known.p ? second->key : first->key,
			 second->known.p > first->known.p ? first->key : second->key);
	else if (isinf(ratios->high))
		snprintf(why, size, "%s is %.4g times %s; in this law it is at least %.4g times",
			 second->key, ratio, first->key, ratios->low);
	else
		snprintf(why, size, "%s is %.4g times %s; in this law it is %.4g to %.4g times",
			 second->key, ratio, first->key, ratios->low, ratios->high);
}

static const char *find_by_shape(const struct given *given, double shape,
				 const struct family *family, struct member *member, char *why,
				 size_t size)
{
	double number = family_number(family, 1 / shape, &given->known);
	if (isfinite(number)) {
		*member = family_scaled(family, 1 / shape, &given->known);
		return NULL;
	}
	snprintf(why, size, "with this shape the %s is infinite; give another number", given->key);
	return given->key;
}

const char *known_find(const struct param *params, const void *config, const struct family *family,
		       struct member *member, char *why, size_t size)
{
	struct given given[KNOWN_MOST];
	struct interval ratios;
	double shape = shape_given(params, config);
	int count = known_given(params, config, given);
	if (count + !isnan(shape) != 2) {
		known_complain(params, count + !isnan(shape), why, size);
		return "";
	}
	if (count == 1)
		return find_by_shape(&given[0], shape, family, member, why, size);
	if (family_find(family, &given[0].known, &given[1].known, member, &ratios))
		return NULL;
	explain(&given[0], &given[1], &ratios, why, size);
	return given[1].key;
}
