/* At each time of an event the events are dealt to those at risk as cards are. */
#include "sim/stats/log_rank.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* A group, walked through by time. */
struct walk {
	const struct survival_time *times;
	size_t n, at; /* at: the first that is still at risk */
};

static double next_time(const struct walk *w)
{
	return w->at < w->n ? w->times[w->at].time : INFINITY;
}

static double leave(struct walk *w, double time)
{
	double events = 0;
	for (; w->at < w->n && w->times[w->at].time == time; w->at++)
		events += w->times[w->at].happened;
	return events;
}

struct log_rank log_rank_of(struct survival_time *first, size_t n1, struct survival_time *second,
			    size_t n2)
{
	survival_sort(first, n1);
	survival_sort(second, n2);
	struct walk one = {first, n1, 0}, two = {second, n2, 0};
	struct log_rank sum = {0};
	while (one.at < n1 || two.at < n2) {
		double time = fmin(next_time(&one), next_time(&two));
		double at_risk1 = (double)(n1 - one.at), at_risk = at_risk1 + (double)(n2 - two.at);
		double events1 = leave(&one, time), events = events1 + leave(&two, time);
		double share = at_risk1 / at_risk;
		sum.observed += events1;
		sum.expected += events * share;
		if (at_risk > 1)
			sum.variance +=
				events * share * (1 - share) * (at_risk - events) / (at_risk - 1);
	}
	return sum;
}

double log_rank_z(const struct log_rank *test)
{
	return (test->observed - test->expected) / sqrt(test->variance);
}

double log_rank_hazard_ratio(const struct log_rank *test)
{
	return exp((test->observed - test->expected) / test->variance);
}

struct interval log_rank_hazard_ratio_interval(const struct log_rank *test, double level)
{
	double centre = (test->observed - test->expected) / test->variance;
	double half = gsl_cdf_ugaussian_Qinv((1 - level) / 2) / sqrt(test->variance);
	return (struct interval){exp(centre - half), exp(centre + half)};
}
