/* LinUCB with disjoint models (Li, Chu, Langford and Schapire 2010): how good an arm may be for a
 * context. */
#ifndef SIM_STATS_LINUCB_H
#define SIM_STATS_LINUCB_H

enum { LINUCB_MOST = 32 }; /* features of a context */

/* Of one arm: A = lambda I + sum x x', b = sum reward x. */
struct linucb {
	int d;
	double A[LINUCB_MOST * LINUCB_MOST], b[LINUCB_MOST];
};

void linucb_begin(struct linucb *arm, int d, double lambda);

/* A reward for one context; and the sum of those for so many pulls with the same. */
void linucb_learn(struct linucb *arm, const double *x, double reward);
void linucb_learn_many(struct linucb *arm, const double *x, double pulls, double rewards);
double linucb_index(const struct linucb *arm, const double *x, double alpha);

#endif
