/* Families of laws: all that differ by a scale and by how far they spread. Two numbers known of a
 * law find it among them. */
#ifndef SIM_STATS_FAMILY_H
#define SIM_STATS_FAMILY_H

#include "sim/stats/interval.h"

#include <stdbool.h>

/* Numbers of the member of scale 1. The mean and the deviation may be infinite. */
struct family {
	double narrowest, widest;		     /* spreads, above 0 */
	double (*quantile)(double spread, double p); /* 0 <= p < 1 */
	double (*mean)(double spread);
	double (*sd)(double spread);
};

struct known {
	enum { KNOWN_QUANTILE, KNOWN_MEAN, KNOWN_SD } kind;
	double p; /* of a quantile */
	double value;
};

struct member {
	double spread, scale;
};

/* What is known of one member of scale 1. */
double family_number(const struct family *family, double spread, const struct known *known);

/* The member of a given spread with one known number. */
struct member family_scaled(const struct family *family, double spread, const struct known *known);

/* The member with two known numbers. Where several have both, as many laws with a mean and a high
 * quantile do, the one that spreads least is meant. Where none has, returns false and tells between
 * what bounds the ratio of the second to the first lies in this family. */
bool family_find(const struct family *family, const struct known *first, const struct known *second,
		 struct member *member, struct interval *ratios);

#endif
