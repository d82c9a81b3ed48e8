/* Mean and variance of a stream of numbers, by updates that never subtract two large sums. */
#include "sim/stats/moments.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <math.h>

void moments_add(struct moments *moments, double x)
{
	double before = x - moments->mean;
	moments->low = moments->n > 0 ? fmin(moments->low, x) : x;
	moments->high = moments->n > 0 ? fmax(moments->high, x) : x;
	moments->n++;
	moments->mean += before / moments->n;
	moments->m2 += before * (x - moments->mean);
}

void moments_merge(struct moments *into, const struct moments *from)
{
	if (from->n <= 0)
		return;
	if (into->n <= 0) {
		*into = *from;
		return;
	}
	double n = into->n + from->n;
	double apart = from->mean - into->mean;
	into->m2 += from->m2 + apart * apart * into->n * (from->n / n);
	into->mean += apart * (from->n / n);
	into->n = n;
	into->low = fmin(into->low, from->low);
	into->high = fmax(into->high, from->high);
}

double moments_variance(const struct moments *moments)
{
	return moments->n < 2 ? NAN : moments->m2 / (moments->n - 1);
}

/* The point that Student's t exceeds with the given chance. With one degree of freedom it is
 * Cauchy's, whose far tail GSL loses to rounding. */
static double student_point(double chance, double freedom)
{
	return freedom <= 1 ? 1 / tan(M_PI * chance) : gsl_cdf_tdist_Qinv(chance, freedom);
}

struct interval moments_mean_interval(const struct moments *moments, double level)
{
	assert(level >= 0);
	assert(level <= 1);
	if (moments->n < 2 || level >= 1)
		return (struct interval){-INFINITY, INFINITY};
	double error = sqrt(moments_variance(moments) / moments->n);
	double reach = student_point((1 - level) / 2, moments->n - 1) * error;
	return (struct interval){moments->mean - reach, moments->mean + reach};
}
