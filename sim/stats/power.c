/* Normal theory throughout; what has no closed form is found by halving. */
#include "sim/stats/power.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static double z_alpha(const struct design *d)
{
	return gsl_cdf_ugaussian_Qinv(d->two_sided ? d->alpha / 2 : d->alpha);
}

static double z_power(const struct design *d)
{
	return gsl_cdf_ugaussian_Pinv(d->power);
}

double power_cohen_h(double p1, double p2)
{
	return 2 * (asin(sqrt(p2)) - asin(sqrt(p1)));
}

/* `reach`: by how many standard errors the truth is off. */
static double power_at(double reach, const struct design *d)
{
	double z = z_alpha(d), power = gsl_cdf_ugaussian_Q(z - reach);
	return d->two_sided ? power + gsl_cdf_ugaussian_Q(z + reach) : power;
}

double power_of_size(double p1, double p2, double n1, const struct design *d)
{
	double n = n1 * d->ratio / (1 + d->ratio);
	return power_at(fabs(power_cohen_h(p1, p2)) * sqrt(n), d);
}

/* How many standard errors off has the wanted power. */
static double wanted_reach(const struct design *d)
{
	double high = z_alpha(d) + fmax(z_power(d), 0), low = 0;
	if (!d->two_sided)
		return z_alpha(d) + z_power(d);
	for (int i = 0; i < 200; i++) {
		double middle = (low + high) / 2;
		if (middle == low || middle == high)
			break;
		if (power_at(middle, d) < d->power)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

static double size_for(double reach, double effect, const struct design *d)
{
	double root = reach / effect;
	return root * root * (1 + 1 / d->ratio);
}

double power_size_arcsine(double p1, double p2, const struct design *d)
{
	return size_for(wanted_reach(d), power_cohen_h(p1, p2), d);
}

double power_size_closed(double p1, double p2, const struct design *d)
{
	return size_for(z_alpha(d) + z_power(d), power_cohen_h(p1, p2), d);
}

double power_size_pooled(double p1, double p2, const struct design *d)
{
	double p = (p1 + d->ratio * p2) / (1 + d->ratio);
	double null = sqrt((1 + 1 / d->ratio) * p * (1 - p));
	double truth = sqrt(p1 * (1 - p1) + p2 * (1 - p2) / d->ratio);
	double root = (z_alpha(d) * null + z_power(d) * truth) / (p1 - p2);
	return root * root;
}

double power_size_unpooled(double p1, double p2, const struct design *d)
{
	return power_size_means(p1 - p2, sqrt(p1 * (1 - p1)), sqrt(p2 * (1 - p2)), d);
}

double power_size_means(double difference, double sd1, double sd2, const struct design *d)
{
	double root = (z_alpha(d) + z_power(d)) / difference;
	return root * root * (sd1 * sd1 + sd2 * sd2 / d->ratio);
}

double power_detectable(double p1, double n1, bool above, const struct design *d)
{
	double n = n1 * d->ratio / (1 + d->ratio), h = wanted_reach(d) / sqrt(n);
	double angle = asin(sqrt(p1)) + (above ? h : -h) / 2;
	double sine = sin(angle);
	return angle >= 0 && angle <= M_PI / 2 ? sine * sine : NAN;
}
