/* Each stretch weighs n1 n2 / (n1 + n2): where all variances are alike, that is the inverse of its
 * variance, and no other weights would know the difference better. */
#include "sim/stats/contrast.h"

#include <math.h>

void contrast_add(struct contrast *c, double n1, double n2, double difference, double variance1,
		  double variance2)
{
	double weight = n1 * n2 / (n1 + n2);
	c->n1 += n1;
	c->n2 += n2;
	c->weight += weight;
	c->sum += weight * difference;
	c->variance += weight * weight * (variance1 / n1 + variance2 / n2);
}

double contrast_estimate(const struct contrast *c)
{
	return c->sum / c->weight;
}

double contrast_error(const struct contrast *c)
{
	return sqrt(c->variance) / c->weight;
}

double contrast_z(const struct contrast *c)
{
	return c->sum == 0 ? 0 : c->sum / sqrt(c->variance);
}
