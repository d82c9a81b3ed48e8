/* Windows fill and empty in proportion to time, so all of it is proportions. */
#include "sim/stats/burn_rate.h"

#include <math.h>

double burn_rate(double bad, double requests, double budget)
{
	return requests > 0 ? bad / requests / budget : NAN;
}

double burn_rate_threshold(double spent, double window, double period)
{
	return spent * period / window;
}

double burn_rate_spent(double threshold, double window, double period)
{
	return threshold * window / period;
}

bool burn_rate_fires(double long_rate, double short_rate, double threshold)
{
	return long_rate >= threshold && short_rate >= threshold;
}

double burn_rate_detection(double rate, double threshold, double window)
{
	return rate >= threshold ? window * threshold / rate : INFINITY;
}

double burn_rate_reset(double rate, double threshold, double window)
{
	return rate >= threshold ? window - window * threshold / rate : 0;
}

double burn_rate_exhaustion(double rate, double period)
{
	return rate > 0 ? period / rate : INFINITY;
}
