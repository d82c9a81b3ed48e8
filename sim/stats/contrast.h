/* The difference of two means, added up stretch by stretch of time: within each the two are
 * compared like with like, so that neither tides of both nor a change of their shares becomes a
 * difference (Mantel and Haenszel 1959). Zero is a valid beginning. */
#ifndef SIM_STATS_CONTRAST_H
#define SIM_STATS_CONTRAST_H

struct contrast {
	double weight, sum, variance; /* of the weighted sum of differences */
	double n1, n2;
};

/* A stretch: how many of each, the difference of their means, the variances of one of each. */
void contrast_add(struct contrast *contrast, double n1, double n2, double difference,
		  double variance1, double variance2);

double contrast_estimate(const struct contrast *contrast); /* NaN before anything was added */
double contrast_error(const struct contrast *contrast);	   /* standard error of the estimate */

/* The estimate in standard errors; 0 where there is no difference. */
double contrast_z(const struct contrast *contrast);

#endif
