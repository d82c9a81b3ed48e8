/* How many it takes: sample size and power of the comparison of two shares or two means. */
#ifndef SIM_STATS_POWER_H
#define SIM_STATS_POWER_H

#include <stdbool.h>

struct design {
	double alpha, power;
	double ratio; /* n2 / n1 */
	bool two_sided;
};

double power_cohen_h(double p1, double p2); /* Cohen 1988: 2 asin sqrt p2 - 2 asin sqrt p1 */

/* Each is n1, not rounded; infinite where there is no difference. Arcsine: with both tails of a
 * two-sided test, or by the closed form that leaves the wrong one out. Pooled: Fleiss, Levin and
 * Paik 2003, without continuity correction. */
double power_size_arcsine(double p1, double p2, const struct design *design);
double power_size_closed(double p1, double p2, const struct design *design);
double power_size_pooled(double p1, double p2, const struct design *design);
double power_size_unpooled(double p1, double p2, const struct design *design);

/* Of two means with these standard deviations. */
double power_size_means(double difference, double sd1, double sd2, const struct design *design);

/* The power of n1 and ratio x n1, by arcsine. */
double power_of_size(double p1, double p2, double n1, const struct design *design);

/* The nearest p2 above p1, or below it, that n1 finds with the wanted power; NaN: none does. */
double power_detectable(double p1, double n1, bool above, const struct design *design);

#endif
