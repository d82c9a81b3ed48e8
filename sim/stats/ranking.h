/* How well a score ranks two classes: the area under the ROC curve. */
#ifndef SIM_STATS_RANKING_H
#define SIM_STATS_RANKING_H

#include <stdint.h>

struct ranking {
	double area;	 /* the chance that a positive scores above a negative; NaN without both */
	double variance; /* of the area; NaN with fewer than two of either */
};

/* From histograms of the scores with the same bins; within a bin, ties count half (Mann and Whitney
 * 1947). The variance is that of DeLong, DeLong and Clarke-Pearson 1988. */
struct ranking ranking_of(const uint64_t *positive, const uint64_t *negative, int bins);

#endif
