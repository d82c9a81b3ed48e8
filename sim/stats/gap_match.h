/* An MMPP that has the dispersion of some counts, rather than the likeliest one: for traffic that
 * is none, but should be as rough in windows of every length. */
#ifndef SIM_STATS_GAP_MATCH_H
#define SIM_STATS_GAP_MATCH_H

#include "sim/stats/gap_law.h"

#include <stdbool.h>

/* Variance over mean of an MMPP's counts in windows of so many mean gaps (Fischer and
 * Meier-Hellstern 1993, section 3). */
double gap_match_index(const struct gap_law *law, double window);

/* The index at these windows, as closely as can be on a logarithmic scale; and of all MMPPs that
 * have it, the one nearest to the sorted gaps that
 * are not below a tick. False if counts vary less than Poisson's. */
bool gap_match(const double *window, const double *index, int windows, const double *sorted, int n,
	       double tick, struct gap_law *law);

#endif
