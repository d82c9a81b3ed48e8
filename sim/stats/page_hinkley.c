/* The sum is of what lies above the mean, never below 0: without forgetting that is its height over
 * its lowest point. As the library river has it, to the count of observations. */
#include "sim/stats/page_hinkley.h"

#include <math.h>

bool page_hinkley_add(struct page_hinkley *s, double x, const struct page_hinkley_rule *rule)
{
	if (s->alarmed)
		*s = (struct page_hinkley){0};
	s->n++;
	s->mean += (x - s->mean) / s->n;
	s->sum = fmax(0, rule->alpha * s->sum + (x - s->mean - rule->delta));
	s->alarmed = s->sum >= rule->lambda && s->n + 1 >= rule->least;
	return s->alarmed;
}
