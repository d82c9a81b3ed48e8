/* Routers are many machines: a change reaches them one after the other. */
#include "sim/propagation.h"

#include <math.h>

enum { STEPS = 8 }; /* of a change that spreads: eight groups of routers */

/* From one group to the next: the last one is there when all of it ends. */
static sim_time step_length(const struct propagation *p)
{
	return (p->ends - p->begins) / (STEPS - 1);
}

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
	if (present->chooser != routes->chooser)
		p->from.chooser = NULL; /* who chose does so no more: its last shares stand */
	p->begins = now + hindrance->late_ns;
	p->ends = p->begins + hindrance->spread_ns;
}

/* How many of the steps have been taken. */
static int steps_taken(const struct propagation *p, sim_time now)
{
	if (now < p->begins)
		return 0;
	sim_time step = step_length(p);
	if (now >= p->ends || !step)
		return STEPS;
	sim_time taken = 1 + (now - p->begins) / step;
	return taken < STEPS ? (int)taken : STEPS - 1;
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
	for (int row = 0; row < ROUTE_ROWS; row = routes_next(routes, row)) {
		double left = 1;
		for (int v = 1; v < routes->versions; v++) {
			double share = fmin(skew(routes->share[row][v], hindrance), left);
			routes->share[row][v] = share;
			left -= share;
		}
		routes->share[row][STABLE] = left;
	}
}

/* Rules come and go with the first group of routers; their shares spread as all others do. */
static void spread_shares(const struct propagation *p, double done, struct routes *routes)
{
	for (int row = 0; row < ROUTE_ROWS; row = routes_next(routes, row)) {
		if (row >= FIRST_RULE && !(p->from.on >> (row - FIRST_RULE) & 1))
			continue;
		for (int v = 0; v < routes->versions; v++)
			routes->share[row][v] +=
				(1 - done) * (p->from.share[row][v] - routes->share[row][v]);
	}
}

/* Copies begin and end with the routers that know of them. */
static void spread_copies(const struct propagation *p, double done, struct routes *routes)
{
	if (p->asked.mirror <= 0)
		routes->mirror_to = p->from.mirror_to;
	routes->mirror = done * p->asked.mirror + (1 - done) * p->from.mirror;
}

void propagation_routes(const struct propagation *p, const struct hindrance *hindrance,
			sim_time now, struct routes *routes)
{
	int taken = steps_taken(p, now);
	double done = (double)taken / STEPS;
	routes_copy(routes, taken ? &p->asked : &p->from);
	if (!taken)
		return;
	skew_routes(routes, hindrance);
	if (done < 1) {
		spread_shares(p, done, routes);
		spread_copies(p, done, routes);
		routes->chooser = p->from.chooser;
	}
}

sim_time propagation_next(const struct propagation *p, sim_time now)
{
	sim_time step = step_length(p);
	if (now < p->begins)
		return p->begins;
	if (now >= p->ends)
		return SIM_NEVER;
	sim_time next = p->begins + ((now - p->begins) / (step + !step) + 1) * step;
	return step && next < p->ends ? next : p->ends;
}
