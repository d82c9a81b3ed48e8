/* The Fredholm equation of a chart's run length, L(u) = 1 + integral of f(y | u) L(y) dy (Page
 * 1954), at the nodes of Gauss and Legendre (Nystrom 1930). The densities are entire functions, so
 * three nodes a standard deviation give ten digits. What a node's row lacks of 1 is put on its
 * diagonal: the rule's small error then changes how often the value moves, not how rarely it
 * leaves, and a run length of 1e15 is as exact as one of 10. */
#include "sim/stats/chart.h"

#include "sim/stats/absorption.h"
#include "sim/stats/legendre.h"
#include "sim/stats/root.h"

#include <gsl/gsl_math.h>
#include <math.h>

static double upper_tail(double z)
{
	return erfc(z * M_SQRT1_2) / 2;
}

static double standard(const struct chart *chart, double from, double to)
{
	return (to - chart->mean(chart->context, from)) / chart->sd;
}

double chart_density(const struct chart *chart, double from, double to)
{
	double z = standard(chart, from, to);
	return M_SQRT1_2 * M_2_SQRTPI / 2 / chart->sd * exp(-z * z / 2);
}

static double chance_below(const struct chart *chart, double from)
{
	return upper_tail(-standard(chart, from, chart->low));
}

static double chance_of_alarm(const struct chart *chart, double from)
{
	double chance = upper_tail(standard(chart, from, chart->high));
	return chart->floor == CHART_ALARMS_BELOW ? chance + chance_below(chart, from) : chance;
}

/* The nodes, and before them the floor if the value may stop there. */
static bool place(const struct chart *chart, struct chart_times *times)
{
	double width = (chart->high - chart->low) / chart->sd;
	if (!(width <= CHART_WIDEST))
		return false;
	int nodes = (int)fmin(16 + 3 * width, CHART_NODES);
	int floors = chart->floor == CHART_STOPS_BELOW;
	times->states = nodes + floors;
	times->value[0] = chart->low;
	times->weight[0] = 0;
	legendre_rule(nodes, chart->low, chart->high, times->value + floors,
		      times->weight + floors);
	return true;
}

/* The chances of a step to each state. */
static void chances(const struct chart *chart, const struct chart_times *times, double from,
		    double *chance)
{
	for (int j = 0; j < times->states; j++)
		chance[j] = times->weight[j] * chart_density(chart, from, times->value[j]);
	if (chart->floor == CHART_STOPS_BELOW)
		chance[0] = chance_below(chart, from);
}

bool chart_solve(const struct chart *chart, struct chart_times *times)
{
	double move[CHART_STATES * CHART_STATES], leave[CHART_STATES];
	if (!place(chart, times))
		return false;
	for (int i = 0; i < times->states; i++) {
		chances(chart, times, times->value[i], move + i * times->states);
		leave[i] = chance_of_alarm(chart, times->value[i]);
	}
	absorption_times(times->states, move, leave, times->time);
	return true;
}

double chart_time_from(const struct chart *chart, const struct chart_times *times, double value)
{
	double chance[CHART_STATES], time = 1;
	chances(chart, times, value, chance);
	for (int j = 0; j < times->states; j++)
		time += chance[j] * times->time[j];
	return time;
}

/* ---- the limit of a run length */

struct wanted {
	chart_run_length *run_length;
	const void *context;
	double log_length;
};

static double excess(const void *context, double limit)
{
	const struct wanted *wanted = context;
	return log(wanted->run_length(wanted->context, limit)) - wanted->log_length;
}

double chart_limit(chart_run_length *run_length, const void *context, double wanted, double guess,
		   double step, double least)
{
	const struct wanted w = {run_length, context, log(wanted)};
	double low = fmax(guess - step, least), high = fmax(guess, least) + step, at_high;
	while (low > least && excess(&w, low) > 0)
		low = fmax(low - (step *= 2), least);
	if (excess(&w, low) >= 0)
		return 0;
	while ((at_high = excess(&w, high)) < 0)
		high += step *= 2;
	return isnan(at_high) ? NAN : root_find(excess, &w, low, high, 1e-10);
}
