/* Routes made, and turned into the table of buckets the request path reads. */
#include "sim/router.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const double buckets = 0x1p32;

void routes_reset(struct routes *routes, int cohorts, int versions)
{
	routes->cohorts = cohorts;
	routes->versions = versions;
	routes->mirror_to = STABLE;
	routes->mirror = 0;
	memset(routes->running, 0, sizeof routes->running);
	routes_give(routes, STABLE, 1);
}

void routes_give(struct routes *routes, int version, double share)
{
	assert(share >= 0 && share <= 1);
	assert(version >= 0 && version < routes->versions);
	for (int c = 0; c < routes->cohorts; c++) {
		for (int v = 0; v < routes->versions; v++)
			routes->share[c][v] = 0;
		routes->share[c][STABLE] = 1 - share;
		routes->share[c][version] = version == STABLE ? 1 : share;
	}
}

void routes_copy(struct routes *to, const struct routes *from)
{
	to->cohorts = from->cohorts;
	to->versions = from->versions;
	to->mirror_to = from->mirror_to;
	to->mirror = from->mirror;
	memcpy(to->running, from->running, sizeof to->running);
	memcpy(to->share, from->share, (size_t)from->cohorts * sizeof from->share[0]);
}

bool routes_run_alike(const struct routes *a, const struct routes *b)
{
	bool alike = true;
	for (int v = 0; v < MAX_VERSIONS; v++)
		alike &= a->running[v] == b->running[v];
	return alike;
}

bool routes_equal(const struct routes *a, const struct routes *b)
{
	bool equal =
		a->mirror == b->mirror && a->mirror_to == b->mirror_to && routes_run_alike(a, b);
	for (int c = 0; c < a->cohorts; c++)
		for (int v = 0; v < a->versions; v++)
			equal &= a->share[c][v] == b->share[c][v];
	return equal;
}

double routes_most(const struct routes *routes, int version)
{
	double most = 0;
	for (int c = 0; c < routes->cohorts; c++)
		most = fmax(most, routes->share[c][version]);
	return most;
}

/* What of a cohort lies outside of the portion: below it, the version's, above it, stable's. */
static double outside(const struct portion *p, int version)
{
	double above = 1 - p->within - p->below;
	return (version == p->version ? p->below : 0) + (version == STABLE ? above : 0);
}

void routes_inside(const struct portion *p, const struct routes *routes, struct routes *inside)
{
	routes_copy(inside, routes);
	for (int c = 0; c < routes->cohorts; c++)
		for (int v = 0; v < routes->versions; v++) {
			double share = (routes->share[c][v] - outside(p, v)) / p->within;
			inside->share[c][v] = fmin(fmax(share, 0), 1);
		}
}

void routes_place(const struct portion *p, const struct routes *inside, struct routes *routes)
{
	routes->mirror = inside->mirror;
	routes->mirror_to = inside->mirror_to;
	for (int c = 0; c < routes->cohorts; c++)
		for (int v = 0; v < routes->versions && p->cohorts >> c & 1; v++)
			routes->share[c][v] = p->within * inside->share[c][v] + outside(p, v);
}

/* The version with every share, or -1. */
static int sole_version(const struct routes *routes)
{
	for (int v = 0; v < routes->versions; v++) {
		int full = 0;
		for (int c = 0; c < routes->cohorts; c++)
			full += routes->share[c][v] >= 1;
		if (full == routes->cohorts)
			return v;
	}
	return -1;
}

void split_make(struct split *split, const struct routes *routes)
{
	split->only = sole_version(routes);
	for (int c = 0; c < routes->cohorts; c++) {
		double sum = 0;
		for (int v = 1; v < routes->versions; v++) {
			sum += routes->share[c][v];
			assert(routes->share[c][v] >= 0 && sum <= 1 + 1e-9);
			split->upper[c][v - 1] = (uint64_t)llround(fmin(sum, 1) * buckets);
		}
	}
}
