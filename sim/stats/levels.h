/* A rate that changes now and then: counts in bins of time as stretches of constant rates, found
 * together and exactly (segment neighbourhood search, Auger and Lawrence 1989). */
#ifndef SIM_STATS_LEVELS_H
#define SIM_STATS_LEVELS_H

enum { LEVELS_MOST = 24, LEVELS_BINS = 240 };

struct rate_level {
	int from; /* its first bin; the next one's is its end */
	double rate;
};

/* How many times as much counts vary as Poisson's do, whatever slow change they follow: from second
 * differences, to which a slope is nothing (Gasser, Sroka and Jennen-Steinmetz 1986), by their
 * median, to which a jump is little. Of bins and of `together` bins the larger; at least 1. */
double levels_spread(const double *count, int bins, int together);

/* Levels of at least `shortest` bins each. As many as minimise the Poisson deviance over `spread`,
 * a quasi-likelihood (Wedderburn 1974), plus 2 log(bins) a level: one for its height, one for its
 * beginning (Schwarz 1978; Yao 1988). Returns how many. */
int levels_fit(const double *count, const double *exposure, int bins, int shortest, double spread,
	       struct rate_level level[LEVELS_MOST]);

#endif
