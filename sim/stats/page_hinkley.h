/* Page and Hinkley's test (Hinkley 1971): a number that keeps lying above the mean so far, by more
 * than delta, has changed. It sees rises; give it -x for falls. */
#ifndef SIM_STATS_PAGE_HINKLEY_H
#define SIM_STATS_PAGE_HINKLEY_H

#include <stdbool.h>

/* Zero is the beginning. */
struct page_hinkley {
	double n, mean, sum;
	bool alarmed;
};

struct page_hinkley_rule {
	double delta, lambda; /* tolerated; alarm at this sum */
	double alpha;	      /* how much of the sum is kept; 1: all */
	double least;	      /* observations before an alarm, one less */
};

/* True: alarm. The mean includes x. After an alarm the sum stays to be read, and the next number
 * begins anew. */
bool page_hinkley_add(struct page_hinkley *state, double x, const struct page_hinkley_rule *rule);

#endif
