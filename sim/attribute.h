/* Attributes of requests: a number or a word each, held as 32 random bits of which the law makes a
 * value, so that a condition on values is a range of bits. */
#ifndef SIM_ATTRIBUTE_H
#define SIM_ATTRIBUTE_H

#include "sim/param.h"

/* Numbers from their laws; words with their shares. */
enum attribute_law {
	ATTRIBUTE_UNIFORM,
	ATTRIBUTE_NORMAL,
	ATTRIBUTE_LOGNORMAL,
	ATTRIBUTE_PARETO,
	ATTRIBUTE_QUANTILES, /* straight between values at equal steps of the share below */
	ATTRIBUTE_WORDS
};

struct attribute {
	const char *name;
	bool per_request; /* otherwise everybody keeps theirs */
	enum attribute_law law;
	double a, b; /* low, high; mean, sd; median, sigma; low, shape */
	int values;  /* of quantiles or words */
	const double *quantile;
	const char *word[MAX_CATEGORIES];
	uint64_t upper[MAX_CATEGORIES]; /* below it lie the bits of words 0 to this */
};

/* Bits from `from` to below `to`. */
struct bit_range {
	uint64_t from, to;
};

/* The share of requests with a lower value; words have none. */
double attribute_below(const struct attribute *attribute, double value);

/* What a condition such as `age between 18 and 25`, `value > 1000` or `device = ios` asks of which
 * of the attributes. False, with a sentence in `why`, if it asks nothing that can be. */
bool attribute_condition(const struct attribute *attributes, int count, const char *text,
			 int *attribute, struct bit_range *range, char *why, size_t size);

#endif
