/* Beginnings cut the sample in two at some quantile; the likeliest end wins. */
#include "sim/stats/two_lognormals.h"

#include <math.h>

enum { MOST_STEPS = 500 };

#define LEAST_SHARE 1e-3
/* Of the log likelihood a value, where steps are over. */
#define ENOUGH 1e-9

static double log_density(double x, double mu, double sigma)
{
	double z = (x - mu) / sigma;
	return -0.5 * z * z - log(sigma) - 0.5 * log(2 * M_PI);
}

/* The logarithm of exp(a) + exp(b). */
static double log_sum(double a, double b)
{
	return fmax(a, b) + log1p(exp(-fabs(a - b)));
}

double two_normals_log_density(const struct two_normals *law, double x)
{
	return log_sum(log(law->share) + log_density(x, law->mu[0], law->sigma[0]),
		       log1p(-law->share) + log_density(x, law->mu[1], law->sigma[1]));
}

/* Weighted sums of one part. */
struct part {
	double n, sum, square;
};

static void add(struct part *part, double weight, double x)
{
	part->n += weight;
	part->sum += weight * x;
	part->square += weight * x * x;
}

static void settle(struct two_normals *law, const struct part part[2], int n, double least)
{
	for (int k = 0; k < 2; k++) {
		law->mu[k] = part[k].sum / part[k].n;
		double variance = part[k].square / part[k].n - law->mu[k] * law->mu[k];
		law->sigma[k] = fmax(sqrt(fmax(variance, 0)), least);
	}
	law->share = fmin(fmax(part[0].n / n, LEAST_SHARE), 1 - LEAST_SHARE);
}

static void step(struct two_normals *law, const double *x, int n, double least)
{
	struct part part[2] = {{0, 0, 0}, {0, 0, 0}};
	law->log_likelihood = 0;
	for (int i = 0; i < n; i++) {
		double first = log(law->share) + log_density(x[i], law->mu[0], law->sigma[0]);
		double both = two_normals_log_density(law, x[i]), p = exp(first - both);
		add(&part[0], p, x[i]);
		add(&part[1], 1 - p, x[i]);
		law->log_likelihood += both;
	}
	if (part[0].n > 0 && part[1].n > 0)
		settle(law, part, n, least);
}

static struct two_normals begin(const double *sorted, int n, double cut, double least)
{
	struct two_normals law = {.log_likelihood = -INFINITY};
	struct part part[2] = {{0, 0, 0}, {0, 0, 0}};
	int first = (int)fmin(fmax(cut * n, 1), n - 1);
	for (int i = 0; i < n; i++)
		add(&part[i >= first], 1, sorted[i]);
	settle(&law, part, n, least);
	return law;
}

static void climb(struct two_normals *law, const double *x, int n, int steps, double least)
{
	for (int i = 0; i < steps; i++) {
		double before = law->log_likelihood;
		step(law, x, n, least);
		if (law->log_likelihood - before < ENOUGH * n)
			break;
	}
}

struct two_normals two_normals_fit(const double *sorted, int n, double least)
{
	static const double cuts[] = {0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98};
	enum { FEW = 30 };
	struct two_normals best = {.log_likelihood = -INFINITY};
	for (int c = 0; c < 7; c++) {
		struct two_normals law = begin(sorted, n, cuts[c], least);
		climb(&law, sorted, n, FEW, least);
		if (law.log_likelihood > best.log_likelihood)
			best = law;
	}
	climb(&best, sorted, n, MOST_STEPS, least);
	if (best.mu[0] > best.mu[1])
		best = (struct two_normals){{best.mu[1], best.mu[0]},
					    {best.sigma[1], best.sigma[0]},
					    1 - best.share,
					    best.log_likelihood};
	return best;
}
