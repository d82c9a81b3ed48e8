/* A span comes again and again: only where a moment lies in its day or its week matters. */
#include "sim/span.h"

static const sim_time one_day = 86400 * SIM_SECOND, one_week = 7 * 86400 * SIM_SECOND;

static sim_time period(struct span span)
{
	return span.weekly ? one_week : one_day;
}

bool span_holds(struct span span, sim_time moment)
{
	sim_time now = moment % period(span);
	return span.from < span.to ? now >= span.from && now < span.to
				   : now >= span.from || now < span.to;
}

sim_time span_next_edge(struct span span, sim_time moment)
{
	sim_time round = period(span), now = moment % round;
	sim_time to_begin = (span.from - now + round) % round;
	sim_time to_end = (span.to - now + round) % round;
	to_begin += to_begin ? 0 : round;
	to_end += to_end ? 0 : round;
	return moment + (to_begin < to_end ? to_begin : to_end);
}

sim_time span_end_of_all(const struct span *spans, int count, sim_time moment)
{
	sim_time start = moment;
	for (int i = 0; i < count; i++)
		if (span_holds(spans[i], moment)) {
			moment = span_next_edge(spans[i], moment);
			i = -1;
			if (moment - start > one_week)
				return SIM_NEVER;
		}
	return moment;
}
