/* Areas under ROC curves of two scores of the same requests, and whether they differ: DeLong,
 * DeLong and Clarke-Pearson 1988. */
#ifndef SIM_STATS_DELONG_H
#define SIM_STATS_DELONG_H

struct delong {
	double area1, area2, variance1, variance2, covariance;
};

/* `positive` is above 0 where the request was. `work` is room for 6 n numbers. NaN without both
 * classes; variances need two of each. */
struct delong delong_compare(const double *positive, const double *score1, const double *score2,
			     int n, double *work);

#endif
