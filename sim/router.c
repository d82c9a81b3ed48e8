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
	routes->rules = NULL;
	routes->on = 0;
	routes_withdraw(routes);
}

void routes_hold(struct routes *routes, const struct rules *rules)
{
	routes->rules = rules->count ? rules : NULL;
}

static void give(struct routes *routes, int row, int version, double share)
{
	assert(share >= 0 && share <= 1);
	assert(version >= 0 && version < routes->versions);
	for (int v = 0; v < routes->versions; v++)
		routes->share[row][v] = 0;
	routes->share[row][STABLE] = 1 - share;
	routes->share[row][version] = version == STABLE ? 1 : share;
}

void routes_withdraw(struct routes *routes)
{
	routes->chooser = NULL;
	routes->mirror_to = STABLE;
	routes->mirror = 0;
	memset(routes->running, 0, sizeof routes->running);
	for (int row = 0; row < ROUTE_ROWS; row = routes_next(routes, row))
		give(routes, row, STABLE, 1);
}

void routes_give(struct routes *routes, int version, double share)
{
	routes->chooser = NULL;
	for (int c = 0; c < routes->cohorts; c++)
		give(routes, c, version, share);
}

void routes_copy(struct routes *to, const struct routes *from)
{
	to->cohorts = from->cohorts;
	to->versions = from->versions;
	to->mirror_to = from->mirror_to;
	to->mirror = from->mirror;
	to->rules = from->rules;
	to->on = from->on;
	to->chooser = from->chooser;
	memcpy(to->running, from->running, sizeof to->running);
	memcpy(to->share, from->share, (size_t)from->cohorts * sizeof from->share[0]);
	if (from->on)
		memcpy(to->share + FIRST_RULE, from->share + FIRST_RULE,
		       (size_t)from->rules->count * sizeof from->share[0]);
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
	bool equal = a->mirror == b->mirror && a->mirror_to == b->mirror_to && a->on == b->on &&
		     a->chooser == b->chooser && routes_run_alike(a, b);
	for (int row = 0; row < ROUTE_ROWS && equal; row = routes_next(a, row))
		for (int v = 0; v < a->versions; v++)
			equal &= a->share[row][v] == b->share[row][v];
	return equal;
}

double routes_most(const struct routes *routes, int version)
{
	double most = 0;
	for (int row = 0; row < ROUTE_ROWS; row = routes_next(routes, row))
		most = fmax(most, routes->share[row][version]);
	return most;
}

/* ---- rules */

double routes_share(const struct routes *routes, int cohort, int version)
{
	double part[MAX_RULES + 1], sum = 0;
	if (!routes->on)
		return routes->share[cohort][version];
	rules_shares(routes->rules, routes->on, cohort, part);
	for (int r = 0; r < routes->rules->count; r++)
		sum += part[r] > 0 ? part[r] * routes->share[FIRST_RULE + r][version] : 0;
	return sum + part[routes->rules->count] * routes->share[cohort][version];
}

bool routes_serve(const struct routes *routes, const struct case_plan *case_, int cohort,
		  int version, uint32_t variants)
{
	bool plain = routes->share[cohort][version] > 0;
	if (!routes->on)
		return plain;
	uint32_t owners = (uint32_t)plain << routes->rules->count;
	for (uint32_t on = routes->on; on; on &= on - 1) {
		int rule = __builtin_ctz(on);
		owners |= (uint32_t)(routes->share[FIRST_RULE + rule][version] > 0) << rule;
	}
	return rules_meet(routes->rules, routes->on, cohort, case_, variants, owners);
}

void routes_rule(struct routes *routes, int rule, int version, double share)
{
	assert(rule < routes->rules->count);
	give(routes, FIRST_RULE + rule, version, share);
	routes->on |= UINT32_C(1) << rule;
}

void routes_unrule(struct routes *routes, int rule)
{
	routes->on &= ~(UINT32_C(1) << rule);
}

void routes_take_back(struct routes *routes, int version, double part)
{
	routes->chooser = NULL;
	for (int row = 0; row < ROUTE_ROWS; row = routes_next(routes, row)) {
		double given = part * routes->share[row][version];
		routes->share[row][version] -= given;
		routes->share[row][STABLE] += given;
	}
}

/* ---- portions */

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

/* ---- the table of buckets */

/* The version with every share, or -1. */
static int sole_version(const struct routes *routes)
{
	for (int v = 0; v < routes->versions; v++) {
		bool all = true;
		for (int row = 0; row < ROUTE_ROWS; row = routes_next(routes, row))
			all &= routes->share[row][v] >= 1;
		if (all)
			return v;
	}
	return -1;
}

void split_make(struct split *split, const struct routes *routes)
{
	split->only = sole_version(routes);
	split->on = routes->on;
	for (int row = 0; row < ROUTE_ROWS; row = routes_next(routes, row)) {
		double sum = 0;
		for (int v = 1; v < routes->versions; v++) {
			sum += routes->share[row][v];
			assert(routes->share[row][v] >= 0 && sum <= 1 + 1e-9);
			split->upper[row][v - 1] = (uint64_t)llround(fmin(sum, 1) * buckets);
		}
	}
}
