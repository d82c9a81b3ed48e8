/* Near 0 the cdf is a small difference of large numbers, so there it is integrated; the quantile
 * starts from the normal one and is made exact to the last digits where those cancelled. */
#include "sim/stats/positive_normal.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_erf.h>
#include <math.h>

enum { POLISH = 3 }; /* Newton steps; the start is good to at least three digits */

/* phi(x - peak) / Phi(peak); where both vanish, by the hazard function, their quotient at 0. */
static double density(double peak, double x)
{
	if (peak > 0)
		return exp(-0.5 * (x - peak) * (x - peak)) * (M_SQRT1_2 / sqrt(M_PI)) /
		       gsl_cdf_ugaussian_P(peak);
	return gsl_sf_hazard(-peak) * exp(x * (peak - 0.5 * x));
}

/* The integral of the density from 0 by Gauss's rule of eight nodes (Abramowitz and Stegun 1964,
 * table 25.4): exact to the last digits where the density changes by less than a factor of e. */
static double integral_from_zero(double peak, double x)
{
	static const double node[] = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267,
				      0.9602898564975363};
	static const double weight[] = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745,
					0.1012285362903763};
	double sum = 0;
	for (int i = 0; i < 4; i++)
		sum += weight[i] * (density(peak, 0.5 * x * (1 - node[i])) +
				    density(peak, 0.5 * x * (1 + node[i])));
	return 0.5 * x * sum;
}

static double above(double peak, double x)
{
	return gsl_cdf_ugaussian_Q(x - peak) / gsl_cdf_ugaussian_P(peak);
}

double positive_normal_cdf(double peak, double x)
{
	if (!(x > 0))
		return 0;
	if (x * (1 + fabs(peak)) < 1)
		return integral_from_zero(peak, x);
	if (peak < 0 || x > peak)
		return 1 - above(peak, x);
	return (gsl_cdf_ugaussian_P(x - peak) - gsl_cdf_ugaussian_P(-peak)) /
	       gsl_cdf_ugaussian_P(peak);
}

/* Where the lower tail is all but a straight line, the difference of peak and z has no digits. */
static double start(double peak, double p)
{
	double cut = gsl_cdf_ugaussian_P(-peak), kept = gsl_cdf_ugaussian_P(peak);
	double line = p / density(peak, 0);
	if (line * (1 + fabs(peak)) < 1e-3)
		return line;
	return p > 0.5 || peak < 0 ? peak - gsl_cdf_ugaussian_Pinv((1 - p) * kept)
				   : peak + gsl_cdf_ugaussian_Pinv(cut + p * kept);
}

double positive_normal_quantile(double peak, double p)
{
	double x = start(peak, p);
	for (int i = 0; i < POLISH && p <= 0.5; i++)
		x -= (positive_normal_cdf(peak, x) - p) / density(peak, x);
	return x;
}

double positive_normal_mean(double peak)
{
	return peak + density(peak, 0);
}

/* Johnson, Kotz and Balakrishnan 1994, section 13.10.1. */
double positive_normal_sd(double peak)
{
	return sqrt(1 - density(peak, 0) * positive_normal_mean(peak));
}
