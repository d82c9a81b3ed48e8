/* Bayesian online changepoint detection (Adams and MacKay 2007): how long has the present run
 * lasted? The parameters of its law are drawn anew at each change, and changes are as likely after
 * any number. */
#ifndef SIM_STATS_BOCPD_H
#define SIM_STATS_BOCPD_H

enum { BOCPD_RUNS = 256 }; /* lengths, from 0; longer runs are counted as of the last */

/* What a run's numbers have taught of a normal law: the mean is N(mean, variance / strength), and
 * 1 / variance Gamma(shape, rate scale). As a prior: strength is worth so many numbers, twice the
 * shape likewise. */
struct bocpd_normal {
	double mean, strength, shape, scale;
};

/* The same of a share: Beta(failures, successes). */
struct bocpd_share {
	double failures, successes;
};

struct bocpd_run {
	double log_chance; /* that this is the present run */
	union {
		struct bocpd_normal normal;
		struct bocpd_share share;
	};
	double constant; /* of the law of its next number */
};

/* Zero is the beginning. All numbers of one stream are added by the same function, and the chance
 * of a change, `hazard`, lies between 0 and 1. A number costs up to 20 microseconds. */
struct bocpd {
	int runs;
	struct bocpd_run run[BOCPD_RUNS];
};

/* A normal number of variance 1, whose mean is drawn from N(0, spread^2). */
void bocpd_add(struct bocpd *bocpd, double x, double hazard, double spread);

/* A normal number of unknown mean and variance. */
void bocpd_add_normal(struct bocpd *bocpd, double x, double hazard,
		      const struct bocpd_normal *prior);

/* So many failures among n. */
void bocpd_add_share(struct bocpd *bocpd, double failures, double n, double hazard,
		     const struct bocpd_share *prior);

/* The chance that the present run's mean lies above `limit`, all run lengths considered; of numbers
 * of variance 1. */
double bocpd_above(const struct bocpd *bocpd, double limit, double spread);

/* The chance that the run is at most so long. A run of length 0 begins with the next number. */
double bocpd_younger(const struct bocpd *bocpd, int length);

/* The same, but for the run that began with the stream: that a change was seen. */
double bocpd_changed(const struct bocpd *bocpd, int length);

/* The likeliest length of the present run. */
int bocpd_likeliest(const struct bocpd *bocpd);

/* The mean that the present run is expected to have, and the share, by what it has taught: a run of
 * no length has no say. NaN before the first number, or where every number is a change. */
double bocpd_mean(const struct bocpd *bocpd);
double bocpd_share_of(const struct bocpd *bocpd);

#endif
