/* The sum is of what lies above the mean, never below 0. */
#include "sim/stats/page_hinkley.h"

#include <math.h>

bool page_hinkley_add(struct page_hinkley *s, double x, const struct page_hinkley_rule *rule)
{
	s->n++;
	s->mean += (x - s->mean) / s->n;
	s->sum = fmax(0, rule->alpha * s->sum + (x - s->mean - rule->delta));
	if (s->sum < rule->lambda || s->n + 1 < rule->least)
		return false;
	*s = (struct page_hinkley){0, 0, 0};
	return true;
}
