/* Hours that come again: of every day, or of every week. */
#ifndef SIM_SPAN_H
#define SIM_SPAN_H

#include "sim/vocabulary.h"

/* A stretch of every day or of every week, both ends in ns since midnight, or since Monday's. It
 * may end after it begins: past midnight, or into the next week. */
struct span {
	bool weekly;
	sim_time from, to;
};

/* Whether a moment, in ns since some Monday's midnight, lies in a span; and when the span next
 * begins or ends after it. */
bool span_holds(struct span span, sim_time moment);
sim_time span_next_edge(struct span span, sim_time moment);

/* The first moment from `moment` on that lies in none of the spans; SIM_NEVER if there is none. */
sim_time span_end_of_all(const struct span *spans, int count, sim_time moment);

#endif
