/* Times are chosen in proportion to their length: first a stratum by the time that is spent in it,
 * then a time within by rejection. */
#include "models/traffic/residual.h"

#include <math.h>

/* Where a stratum begins, as a share of the law. */
static double edge(int stratum)
{
	return -expm1(-M_LN2 / 8 * stratum);
}

void residual_prepare(struct residual *r, const struct latency *law, const void *config)
{
	const double off = 0.5 / sqrt(3); /* two points of Gauss */
	double sum = 0;
	r->law = law;
	r->config = config;
	for (int i = 0; i < RESIDUAL_STRATA; i++) {
		double middle = 0.5 * (edge(i) + edge(i + 1)), width = edge(i + 1) - edge(i);
		sum += 0.5 * width *
		       (law->quantile(config, middle - off * width) +
			law->quantile(config, middle + off * width));
		r->mass[i] = sum;
	}
	for (int i = 0; i < RESIDUAL_STRATA; i++)
		r->mass[i] /= sum;
}

double residual_draw(const struct residual *r, struct rng *rng)
{
	double u = rng_uniform(rng), ns;
	int low = 0, high = RESIDUAL_STRATA - 1;
	while (low < high) {
		int middle = (low + high) / 2;
		if (r->mass[middle] > u)
			high = middle;
		else
			low = middle + 1;
	}
	double most = r->law->quantile(r->config, edge(low + 1));
	do {
		double p = edge(low) + rng_open_uniform(rng) * (edge(low + 1) - edge(low));
		ns = r->law->quantile(r->config, p);
	} while (rng_uniform(rng) * most > ns);
	return ns * rng_uniform(rng);
}
