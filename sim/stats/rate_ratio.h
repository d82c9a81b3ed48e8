/* Two streams of events: does the first have more of them than its share? Given that one has
 * happened, it is the first's with chance s, its share of the exposure, if both rates are equal,
 * and with chance r s / (1 - s + r s) if the first is r times as high (Przyborowski and Wilenski
 * 1940). No rate needs to be known, and the share may be another in every stretch of time. */
#ifndef SIM_STATS_RATE_RATIO_H
#define SIM_STATS_RATE_RATIO_H

/* The log likelihood ratio of "r times as high" to "equal" of x1 and x2 events. */
double rate_ratio_log(double ratio, double x1, double x2, double share);

/* Ratios from 1.08 to 12.2, even on a logarithmic scale: fewer than 1.08 takes more events than any
 * rollout has to tell. */
enum { RATE_RATIOS = 32 };

/* A mixture over ratios, each as likely as another: an e-process (Robbins 1970; Lindon and Malek
 * 2022 mix over the share instead, which must not change then). Of trials instead of events it is
 * valid, too: given how many fail, those of the first are hypergeometric, which is less than
 * binomial in convex order (Hoeffding 1963, theorem 4). Zero is a valid beginning. */
struct rate_ratio {
	double log_likelihood[RATE_RATIOS];
};

void rate_ratio_add(struct rate_ratio *mixture, double x1, double x2, double share);

/* The logarithm of the e-value against "the first has no more than its share". */
double rate_ratio_log_e(const struct rate_ratio *mixture);

/* The ratio that is the most likely of those in the mixture. */
double rate_ratio_likely(const struct rate_ratio *mixture);

#endif
