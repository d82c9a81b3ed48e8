/* Wald's sequential probability ratio test (1945): how it decides between two hypotheses, and after
 * how many observations, by his approximations and exactly. */
#ifndef SIM_STATS_SPRT_H
#define SIM_STATS_SPRT_H

/* Observations go on while the logarithm of the likelihood ratio lies between these. */
struct sprt {
	double accept, reject; /* H0; below 0, above 0 */
};

/* For a chance of about alpha to reject H0 wrongly and of about beta to accept it wrongly. */
struct sprt sprt_limits(double alpha, double beta);

/* What becomes of it. */
struct sprt_course {
	double accepts, rejects; /* chances that H0 is */
	double mean;		 /* number of observations */
};

/* Failures come with chance p, H0 says p0 and H1 says p1 > p0. In counts: H0 is accepted after n
 * observations with `accept` + `slope` n failures or fewer, rejected with `reject` + `slope` n or
 * more. */
struct sprt_lines {
	double accept, reject, slope;
};
struct sprt_lines sprt_lines(const struct sprt *sprt, double p0, double p1);
struct sprt_course sprt_bernoulli_wald(const struct sprt *sprt, double p0, double p1, double p);

/* Followed count by count; NaN where that takes more than about a second. */
struct sprt_course sprt_bernoulli(const struct sprt *sprt, double p0, double p1, double p);

/* Normal observations of this mean, in standard deviations; H0 says 0 and H1 says `delta` > 0. */
struct sprt_course sprt_normal_wald(const struct sprt *sprt, double delta, double mean);

/* By Page's integral equation (1954), to about ten digits; NaN where the limits are more than 330
 * steps apart. */
struct sprt_course sprt_normal(const struct sprt *sprt, double delta, double mean);

#endif
