/* Routers are many machines: a change reaches them one after the other. */
#include "sim/propagation.h"

#include <math.h>

enum { STEPS = 8 }; /* of a change that spreads: eight groups of routers */

void propagation_reset(struct propagation *p, const struct routes *routes)
{
	routes_copy(&p->asked, routes);
	routes_copy(&p->from, routes);
	p->begins = p->ends = 0;
}

void propagation_ask(struct propagation *p, const struct routes *routes,
		     const struct routes *present, const struct hindrance *hindrance, sim_time now)
{
	routes_copy(&p->asked, routes);
	routes_copy(&p->from, present);
	p->begins = now + hindrance->late_ns;
	p->ends = p->begins + hindrance->spread_ns;
}

static sim_time step_length(const struct propagation *p)
{
	return (p->ends - p->begins) / (STEPS - 1);
}

/* How many of the steps have been taken: the first at the beginning, the last at the end. */
static int steps_taken(const struct propagation *p, sim_time now)
{
	if (now < p->begins)
		return 0;
	sim_time step = step_length(p);
	return now >= p->ends || !step ? STEPS : 1 + (int)((now - p->begins) / step);
}

/* A share that was asked for, off by what the router gets wrong. All or nothing it gets right. */
static double skew(double share, const struct hindrance *hindrance)
{
	if (share <= 0 || share >= 1)
		return share;
	return fmin(fmax(share * hindrance->skew_factor + hindrance->skew_add, 0), 1);
}

static void skew_routes(struct routes *routes, const struct hindrance *hindrance)
{
	for (int c = 0; c < routes->cohorts; c++) {
		double left = 1;
		for (int v = 1; v < routes->versions; v++) {
			double share = fmin(skew(routes->share[c][v], hindrance), left);
			routes->share[c][v] = share;
			left -= share;
		}
		routes->share[c][STABLE] = left;
	}
}

void propagation_routes(const struct propagation *p, const struct hindrance *hindrance,
			sim_time now, struct routes *routes)
{
	double done = (double)steps_taken(p, now) / STEPS;
	routes_copy(routes, done > 0 ? &p->asked : &p->from);
	if (done == 0)
		return;
	skew_routes(routes, hindrance);
	for (int c = 0; c < routes->cohorts && done < 1; c++)
		for (int v = 0; v < routes->versions; v++)
			routes->share[c][v] +=
				(1 - done) * (p->from.share[c][v] - routes->share[c][v]);
	if (done < 1 && p->from.mirror > 0) {
		routes->mirror_to = p->from.mirror_to;
		routes->mirror = p->from.mirror;
	}
}

sim_time propagation_next(const struct propagation *p, sim_time now)
{
	int taken = steps_taken(p, now);
	sim_time next = p->begins + taken * step_length(p);
	return taken == STEPS ? SIM_NEVER : taken == STEPS - 1 ? p->ends : next;
}
