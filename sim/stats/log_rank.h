/* Did the event come later to one group than to another? Mantel 1966, Peto and Peto 1972. */
#ifndef SIM_STATS_LOG_RANK_H
#define SIM_STATS_LOG_RANK_H

#include "sim/stats/survival.h"

struct log_rank {
	double observed, expected; /* events of the first group, and had both been alike */
	double variance;	   /* hypergeometric */
};

/* Sorts both groups. */
struct log_rank log_rank_of(struct survival_time *first, size_t n1, struct survival_time *second,
			    size_t n2);

/* Above 0: the event came sooner to the first. NaN where there is nothing to compare. */
double log_rank_z(const struct log_rank *test);

/* The first group's hazard over the second's, one step from 1 (Peto et al. 1977): nearly right
 * where it is between 1/3 and 3. */
double log_rank_hazard_ratio(const struct log_rank *test);
struct interval log_rank_hazard_ratio_interval(const struct log_rank *test, double level);

#endif
