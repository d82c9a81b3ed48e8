/* Run lengths solve one integral equation; limits that still widen are followed until they have. */
#include "sim/stats/ewma.h"

#include "sim/stats/chart.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <math.h>

double ewma_limit_in_the_long_run(double lambda, double width)
{
	return width * sqrt(lambda / (2 - lambda));
}

/* What is missing of the long run's variance after so many numbers (Lucas and Saccucci 1990).
 */
double ewma_limit(const struct ewma *ewma, double lambda, double width)
{
	double reached = -expm1(2 * ewma->t * log1p(-lambda));
	return ewma_limit_in_the_long_run(lambda, width) * sqrt(reached);
}

/* ---- run lengths */

struct average {
	double lambda, shift;
};

static double averaged(const void *context, double value)
{
	const struct average *a = context;
	return (1 - a->lambda) * value + a->lambda * a->shift;
}

static struct chart chart_of(const struct average *average, double width)
{
	double limit = ewma_limit_in_the_long_run(average->lambda, width);
	return (struct chart){.low = -limit,
			      .high = limit,
			      .sd = average->lambda,
			      .floor = CHART_ALARMS_BELOW,
			      .mean = averaged,
			      .context = average};
}

double ewma_run_length(double lambda, double width, double shift)
{
	const struct average average = {lambda, shift};
	const struct chart chart = chart_of(&average, width);
	struct chart_times times;
	return chart_solve(&chart, &times) ? chart_time_from(&chart, &times, 0) : NAN;
}

/* How the average is distributed between its limits while no alarm came: the nodes of the long run,
 * drawn together to a share of it. */
struct inside {
	double share, density[CHART_NODES];
};

static double chance_inside(const struct chart_times *times, const struct inside *inside)
{
	double chance = 0;
	for (int i = 0; i < times->states; i++)
		chance += inside->share * times->weight[i] * inside->density[i];
	return chance;
}

static void advance(const struct chart *chart, const struct chart_times *times, double share,
		    struct inside *inside)
{
	struct inside next = {.share = share};
	for (int i = 0; i < times->states; i++) {
		double to = share * times->value[i];
		next.density[i] = 0;
		for (int j = 0; j < times->states; j++)
			next.density[i] +=
				inside->share * times->weight[j] * inside->density[j] *
				chart_density(chart, inside->share * times->value[j], to);
	}
	*inside = next;
}

/* Limits that lack less than this of their width are those of the long run. */
static const double settled = 1e-13;

double ewma_run_length_exact(double lambda, double width, double shift)
{
	const struct average average = {lambda, shift};
	const struct chart chart = chart_of(&average, width);
	struct chart_times times;
	if (!chart_solve(&chart, &times))
		return NAN;
	double kept = (1 - lambda) * (1 - lambda), lacks = kept, alive = 1, sum = 1;
	struct inside inside = {.share = sqrt(1 - kept)};
	for (int i = 0; i < times.states; i++)
		inside.density[i] = chart_density(&chart, 0, inside.share * times.value[i]);
	while (lacks > settled && alive > 1e-18 * sum) {
		alive = chance_inside(&times, &inside);
		sum += alive;
		lacks *= kept;
		advance(&chart, &times, sqrt(1 - lacks), &inside);
	}
	for (int i = 0; i < times.states; i++)
		sum += times.weight[i] * inside.density[i] * times.time[i];
	return sum;
}

double ewma_shewhart_run_length(double width, double shift)
{
	double above = erfc((width - shift) * M_SQRT1_2) / 2;
	double below = erfc((width + shift) * M_SQRT1_2) / 2;
	return 1 / (above + below);
}

/* ---- widths */

static double run_length_at(const void *lambda, double width)
{
	return ewma_run_length(*(const double *)lambda, width, 0);
}

static double exact_run_length_at(const void *lambda, double width)
{
	return ewma_run_length_exact(*(const double *)lambda, width, 0);
}

double ewma_shewhart_width(double run_length)
{
	assert(run_length >= 1);
	return gsl_cdf_ugaussian_Qinv(0.5 / run_length);
}

double ewma_width(double lambda, double run_length)
{
	double guess = ewma_shewhart_width(run_length);
	return chart_limit(run_length_at, &lambda, run_length, guess, 0.1, 1e-6);
}

double ewma_width_exact(double lambda, double run_length)
{
	double guess = ewma_width(lambda, run_length);
	return isnan(guess)
		       ? NAN
		       : chart_limit(exact_run_length_at, &lambda, run_length, guess, 0.02, 1e-6);
}
