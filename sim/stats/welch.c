/* The degrees of freedom are those of Satterthwaite 1946. */
#include "sim/stats/welch.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

struct welch welch_test(const struct moments *x, const struct moments *y)
{
	double vx = moments_variance(x) / x->n, vy = moments_variance(y) / y->n, v = vx + vy;
	struct welch w = {.difference = x->mean - y->mean, .error = sqrt(v)};
	w.t = w.difference == 0 ? 0 * v : w.difference / w.error;
	w.df = v > 0 ? v * v / (vx * vx / (x->n - 1) + vy * vy / (y->n - 1)) : x->n + y->n - 2;
	w.less = gsl_cdf_tdist_P(w.t, w.df);
	w.greater = gsl_cdf_tdist_Q(w.t, w.df);
	w.two_sided = 2 * gsl_cdf_tdist_Q(fabs(w.t), w.df);
	return w;
}

/* The library's quantile is good to nine digits; Newton's method finds the rest. */
static double upper_quantile(double tail, double df)
{
	double t = gsl_cdf_tdist_Qinv(tail, df);
	for (int i = 0; i < 2; i++)
		t += (gsl_cdf_tdist_Q(t, df) - tail) / gsl_ran_tdist_pdf(t, df);
	return t;
}

struct interval welch_interval(const struct welch *w, double level)
{
	double half = upper_quantile((1 - level) / 2, w->df) * w->error;
	return (struct interval){w->difference - half, w->difference + half};
}
