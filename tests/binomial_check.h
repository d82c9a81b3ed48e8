/* A rollout whose errors are known in closed form: after five minutes one check looks at 600
 * requests of the candidate, all there are, and compares the failures with a fixed limit. */
#ifndef TESTS_BINOMIAL_CHECK_H
#define TESTS_BINOMIAL_CHECK_H

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#define BINOMIAL_WORLD                                                                             \
	"scenario: known\n"                                                                        \
	"traffic: {uniform: {rate: 2/s}}\n"                                                        \
	"versions: {stable: {latency: 10ms, errors: 2%}, candidate: {like: stable}}\n"             \
	"cases: {healthy: [], worse: [{step: {errors: +1.5%}}]}\n"                                 \
	"rollouts:\n"                                                                              \
	"  once:\n"                                                                                \
	"    canary: {steps: [{share: 100%, for: 5m}]}\n"                                          \
	"    checks: [{metric: error_rate, threshold: {max: 3.083%}, every: 5m}]\n"                \
	"horizon: 6m\n"

/* Between k and k + 1 failures of 600, for k from 8 on. */
#define BINOMIAL_LIMITS                                                                            \
	"[1.417%, 1.583%, 1.75%, 1.917%, 2.083%, 2.25%, 2.417%, 2.583%, 2.75%, 2.917%, 3.083%, "   \
	"3.25%, 3.417%, 3.583%, 3.75%, 3.917%, 4.083%]"

enum { BINOMIAL_REQUESTS = 600, BINOMIAL_FIRST = 8, BINOMIAL_CHOICES = 17 };

#define BINOMIAL_HEALTHY 0.02
#define BINOMIAL_WORSE	 0.035

struct chances {
	double alarm, miss;
};

/* With the limit at this place in the list. */
static inline struct chances binomial_chances(int choice)
{
	unsigned most = (unsigned)(BINOMIAL_FIRST + choice);
	return (struct chances){gsl_cdf_binomial_Q(most, BINOMIAL_HEALTHY, BINOMIAL_REQUESTS),
				gsl_cdf_binomial_P(most, BINOMIAL_WORSE, BINOMIAL_REQUESTS)};
}

/* The same where half of the requests, as a coin says, are the candidate's. */
static inline struct chances binomial_chances_of_half(int choice)
{
	struct chances sum = {0, 0};
	double limit = (BINOMIAL_FIRST + choice + 0.5) / BINOMIAL_REQUESTS;
	for (unsigned n = 1; n <= BINOMIAL_REQUESTS; n++) {
		double chance = gsl_ran_binomial_pdf(n, 0.5, BINOMIAL_REQUESTS);
		unsigned most = (unsigned)(limit * n);
		sum.alarm += chance * gsl_cdf_binomial_Q(most, BINOMIAL_HEALTHY, n);
		sum.miss += chance * gsl_cdf_binomial_P(most, BINOMIAL_WORSE, n);
	}
	return sum;
}

#endif
