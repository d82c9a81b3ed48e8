/* Resamples are counts of sorted values, so that a quantile needs no sorting and a value left out
 * is a count of 0. */
#include "sim/stats/bootstrap.h"

#include "sim/stats/moments.h"
#include "sim/stats/quantile.h"
#include "sim/stats/sort.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double bootstrap_mean(const double *sorted, const int *times, int n, double of)
{
	double sum = 0, total = 0;
	(void)of;
	for (int i = 0; i < n; i++) {
		sum += times[i] * sorted[i];
		total += times[i];
	}
	return sum / total;
}

double bootstrap_sd(const double *sorted, const int *times, int n, double of)
{
	double mean = bootstrap_mean(sorted, times, n, of), sum = 0, total = 0;
	for (int i = 0; i < n; i++) {
		double off = sorted[i] - mean;
		sum += times[i] * off * off;
		total += times[i];
	}
	return sqrt(sum / (total - 1));
}

double bootstrap_quantile(const double *sorted, const int *times, int n, double of)
{
	double total = 0, below = 0;
	for (int i = 0; i < n; i++)
		total += times[i];
	double place = (total - 1) * of, fraction = place - floor(place);
	int i = 0;
	for (; i < n - 1 && below + times[i] <= floor(place); i++)
		below += times[i];
	int next = i;
	if (below + times[i] <= floor(place) + 1)
		for (next++; next < n && !times[next];)
			next++;
	double low = sorted[i], high = next < n ? sorted[next] : low;
	return fraction > 0 && low != high ? (1 - fraction) * low + fraction * high : low;
}

void bootstrap_add_influence(struct bootstrap_influence *sum, const double *without, int n)
{
	double mean = 0;
	for (int i = 0; i < n; i++)
		mean += (without[i] - mean) / (i + 1);
	for (int i = 0; i < n; i++) {
		double pull = (n - 1) * (mean - without[i]) / n;
		sum->squares += pull * pull;
		sum->cubes += pull * pull * pull;
	}
}

double bootstrap_acceleration(const struct bootstrap_influence *sum)
{
	return sum->squares > 0 ? sum->cubes / (6 * pow(sum->squares, 1.5)) : 0;
}

/* The share of replicates below the estimate, those equal to it half. */
static double share_below(const double *replicates, int count, double estimate)
{
	double below = 0;
	for (int i = 0; i < count; i++)
		below += replicates[i] < estimate ? 1 : replicates[i] == estimate ? 0.5 : 0;
	return below / count;
}

/* Efron 1987, equation 6.8. */
static struct interval accelerated(double estimate, const double *sorted, int count,
				   double acceleration, double z)
{
	double z0 = gsl_cdf_ugaussian_Pinv(share_below(sorted, count, estimate));
	double low = z0 + (z0 - z) / (1 - acceleration * (z0 - z));
	double high = z0 + (z0 + z) / (1 - acceleration * (z0 + z));
	if (!isfinite(low) || !isfinite(high))
		return (struct interval){NAN, NAN};
	return (struct interval){
		quantile_of_sorted(sorted, (size_t)count, gsl_cdf_ugaussian_P(low)),
		quantile_of_sorted(sorted, (size_t)count, gsl_cdf_ugaussian_P(high))};
}

struct bootstrap bootstrap_of(double estimate, double *replicates, int count, double acceleration,
			      double level)
{
	struct moments m = {0};
	double tail = (1 - level) / 2, z = gsl_cdf_ugaussian_Qinv(tail);
	for (int i = 0; i < count; i++)
		moments_add(&m, replicates[i]);
	sort_ascending(replicates, (size_t)count);
	struct interval p = {quantile_of_sorted(replicates, (size_t)count, tail),
			     quantile_of_sorted(replicates, (size_t)count, 1 - tail)};
	return (struct bootstrap){
		.se = sqrt(moments_variance(&m)),
		.bias = m.mean - estimate,
		.percentile = p,
		.basic = {2 * estimate - p.high, 2 * estimate - p.low},
		.bca = accelerated(estimate, replicates, count, acceleration, z),
	};
}
