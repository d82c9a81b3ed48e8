/* States are taken out one by one, the last first; who would have gone there goes where it leads.
 */
#include "sim/stats/absorbing.h"

#include <math.h>
#include <stdlib.h>

struct absorbing absorbing_make(int states)
{
	size_t n = (size_t)states;
	struct absorbing chain = {states, calloc(n * n, sizeof(double)), calloc(n, sizeof(double))};
	return chain;
}

void absorbing_free(struct absorbing *chain)
{
	free(chain->move);
	free(chain->end);
}

double absorbing_time(struct absorbing *c)
{
	size_t n = (size_t)c->states;
	double *steps = malloc(n * sizeof *steps);
	if (!steps || !c->move || !c->end) {
		free(steps);
		return NAN;
	}
	for (size_t i = 0; i < n; i++)
		steps[i] = 1;
	for (size_t out = n - 1; out > 0; out--) {
		const double *from = c->move + out * n;
		double leaves = c->end[out];
		for (size_t j = 0; j < out; j++)
			leaves += from[j];
		for (size_t i = 0; i < out; i++) {
			double share = c->move[i * n + out] / leaves;
			if (share == 0)
				continue;
			for (size_t j = 0; j < out; j++)
				c->move[i * n + j] += share * from[j];
			c->end[i] += share * c->end[out];
			steps[i] += share * steps[out];
		}
	}
	double time = steps[0] / c->end[0];
	free(steps);
	return time;
}
