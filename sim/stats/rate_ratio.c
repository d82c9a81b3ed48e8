/* All ratios of the mixture are followed side by side. */
#include "sim/stats/rate_ratio.h"

#include <math.h>

#define LOG_STEP (2.5 / RATE_RATIOS)

static double log_ratio(int place)
{
	return (place + 1) * LOG_STEP;
}

double rate_ratio_log(double ratio, double x1, double x2, double share)
{
	return x1 * log(ratio) - (x1 + x2) * log1p(share * (ratio - 1));
}

void rate_ratio_add(struct rate_ratio *m, double x1, double x2, double share)
{
	if (x1 + x2 == 0)
		return;
	for (int i = 0; i < RATE_RATIOS; i++)
		m->log_likelihood[i] +=
			x1 * log_ratio(i) - (x1 + x2) * log1p(share * expm1(log_ratio(i)));
}

double rate_ratio_log_e(const struct rate_ratio *m)
{
	double most = m->log_likelihood[0], sum = 0;
	for (int i = 1; i < RATE_RATIOS; i++)
		most = fmax(most, m->log_likelihood[i]);
	for (int i = 0; i < RATE_RATIOS; i++)
		sum += exp(m->log_likelihood[i] - most);
	return most + log(sum / RATE_RATIOS);
}

double rate_ratio_likely(const struct rate_ratio *m)
{
	int best = 0;
	for (int i = 1; i < RATE_RATIOS; i++)
		if (m->log_likelihood[i] > m->log_likelihood[best])
			best = i;
	return exp(log_ratio(best));
}
