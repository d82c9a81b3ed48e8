/* The p-values of one test: either direction, and both. */
#ifndef SIM_STATS_TAILS_H
#define SIM_STATS_TAILS_H

struct tails {
	double two_sided, less, greater;
};

#endif
