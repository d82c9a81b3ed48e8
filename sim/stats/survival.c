/* Times to an event that some never see: the curve of Kaplan and Meier 1958, whose limits are taken
 * on the log-log scale because there they stay between 0 and 1. */
#include "sim/stats/survival.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

static int compare_times(const void *left, const void *right)
{
	const struct survival_time *a = left, *b = right;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return (int)b->happened - (int)a->happened;
}

void survival_sort(struct survival_time *times, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert(!isnan(times[i].time));
	if (n > 0)
		qsort(times, n, sizeof(*times), compare_times);
}

size_t survival_curve(struct survival_time *times, size_t n, struct survival_step *steps)
{
	survival_sort(times, n);
	size_t count = 0;
	double waiting = 1, greenwood = 0;
	for (size_t i = 0; i < n;) {
		size_t first = i, events = 0;
		double time = times[i].time;
		for (; i < n && times[i].time == time; i++)
			events += times[i].happened;
		if (events == 0)
			continue;
		double at_risk = (double)(n - first), spared = at_risk - (double)events;
		waiting *= spared / at_risk;
		greenwood += (double)events / (at_risk * spared);
		steps[count++] =
			(struct survival_step){time, waiting, greenwood, n - first, events};
	}
	return count;
}

/* How many steps the curve has taken by a time. */
static size_t steps_by(const struct survival_step *steps, size_t count, double time)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (steps[middle].time <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

double survival_at(const struct survival_step *steps, size_t count, double time)
{
	assert(!isnan(time));
	size_t taken = steps_by(steps, count, time);
	return taken == 0 ? 1 : steps[taken - 1].waiting;
}

/* S to the power exp(-+ z se / |log S|). */
static struct interval log_log(const struct survival_step *step, double z)
{
	double hazard = -log(step->waiting);
	double reach = z * sqrt(step->greenwood) / hazard;
	return (struct interval){exp(-hazard * exp(reach)), exp(-hazard * exp(-reach))};
}

/* The limits after some steps. The scale has no limits where the curve is still 1 or already 0;
 * there the nearest step's limit holds, because survival only falls. */
static struct interval limits_after(const struct survival_step *steps, size_t taken, size_t count,
				    double z)
{
	struct interval limits = {0, 1};
	if (taken == 0) {
		if (count > 0 && steps[0].waiting > 0)
			limits.low = log_log(&steps[0], z).low;
		return limits;
	}
	if (steps[taken - 1].waiting > 0)
		return log_log(&steps[taken - 1], z);
	if (taken > 1)
		limits.high = log_log(&steps[taken - 2], z).high;
	return limits;
}

static double normal_point(double level)
{
	assert(level >= 0);
	assert(level <= 1);
	return gsl_cdf_ugaussian_Qinv((1 - level) / 2);
}

struct interval survival_interval(const struct survival_step *steps, size_t count, double time,
				  double level)
{
	assert(!isnan(time));
	return limits_after(steps, steps_by(steps, count, time), count, normal_point(level));
}

struct interval survival_plain_interval(const struct survival_step *steps, size_t count,
					double time, double level)
{
	size_t taken = steps_by(steps, count, time);
	if (taken == 0)
		return (struct interval){1, 1};
	const struct survival_step *step = &steps[taken - 1];
	if (step->waiting <= 0)
		return (struct interval){0, 0};
	double half = normal_point(level) * step->waiting * sqrt(step->greenwood);
	return (struct interval){fmax(step->waiting - half, 0), fmin(step->waiting + half, 1)};
}

/* From the last step to the first, so that the area after each is at hand. */
struct survival_mean survival_restricted_mean(const struct survival_step *steps, size_t count,
					      double horizon)
{
	assert(horizon >= 0);
	double area = 0, variance = 0, end = horizon;
	for (size_t i = steps_by(steps, count, horizon); i > 0; i--) {
		const struct survival_step *step = &steps[i - 1];
		double events = (double)step->events, spared = (double)step->at_risk - events;
		area += step->waiting * (end - step->time);
		end = step->time;
		if (area > 0)
			variance += area * area * events / ((double)step->at_risk * spared);
	}
	return (struct survival_mean){area + end, variance};
}

/* Shares closer than this are one: products and 1 - p round. */
static const double same_share = 1e-12;

double survival_quantile(const struct survival_step *steps, size_t count, double p)
{
	assert(p >= 0);
	assert(p <= 1);
	for (size_t i = 0; i < count; i++)
		if (steps[i].waiting <= 1 - p + same_share)
			return steps[i].time;
	return INFINITY;
}

/* Low: the first time at which the curve's lower limit has come down to 1 - p. High: the first at
 * which its upper limit has. */
struct interval survival_quantile_interval(const struct survival_step *steps, size_t count,
					   double p, double level)
{
	assert(p >= 0);
	assert(p <= 1);
	double z = normal_point(level);
	struct interval times = {INFINITY, INFINITY};
	for (size_t i = count; i > 0; i--) {
		struct interval limits = limits_after(steps, i, count, z);
		if (limits.low <= 1 - p + same_share)
			times.low = steps[i - 1].time;
		if (limits.high <= 1 - p + same_share)
			times.high = steps[i - 1].time;
	}
	return times;
}
