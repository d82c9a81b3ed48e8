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

void routes_withdraw(struct routes *routes)
{
	routes->mirror_to = STABLE;
	routes->mirror = 0;
	memset(routes->running, 0, sizeof routes->running);
	routes_give(routes, STABLE, 1);
	for (uint32_t on = routes->on; on; on &= on - 1)
		routes_rule(routes, __builtin_ctz(on), STABLE, 1);
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
	to->rules = from->rules;
	to->on = from->on;
	if (from->rules)
		memcpy(to->ruled, from->ruled, (size_t)from->rules->count * sizeof from->ruled[0]);
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
	equal &= a->on == b->on;
	for (uint32_t on = a->on; on && equal; on &= on - 1) {
		int rule = __builtin_ctz(on);
		for (int v = 0; v < a->versions; v++)
			equal &= a->ruled[rule][v] == b->ruled[rule][v];
	}
	return equal;
}

double routes_most(const struct routes *routes, int version)
{
	double most = 0;
	for (int c = 0; c < routes->cohorts; c++)
		most = fmax(most, routes->share[c][version]);
	for (uint32_t on = routes->on; on; on &= on - 1)
		most = fmax(most, routes->ruled[__builtin_ctz(on)][version]);
	return most;
}

double routes_share(const struct routes *routes, int cohort, int version)
{
	double share[MAX_RULES + 1], sum = 0;
	if (!routes->on)
		return routes->share[cohort][version];
	rules_shares(routes->rules, routes->on, cohort, share);
	for (uint32_t on = routes->on; on; on &= on - 1) {
		int rule = __builtin_ctz(on);
		sum += share[rule] * routes->ruled[rule][version];
	}
	return sum + share[routes->rules->count] * routes->share[cohort][version];
}

bool routes_serve(const struct routes *routes, const struct case_plan *case_, int cohort,
		  int version, uint32_t variants)
{
	bool plain = routes->share[cohort][version] > 0;
	if (!routes->on)
		return plain;
	uint32_t owners = (uint32_t)plain << routes->rules->count;
	for (int r = 0; r < routes->rules->count; r++)
		owners |= (uint32_t)(routes->ruled[r][version] > 0) << r;
	return rules_meet(routes->rules, routes->on, cohort, case_, variants, owners);
}

/* ---- rules */

void routes_rule(struct routes *routes, int rule, int version, double share)
{
	assert(share >= 0 && share <= 1 && rule < routes->rules->count);
	memset(routes->ruled[rule], 0, sizeof routes->ruled[rule]);
	routes->ruled[rule][STABLE] = 1 - share;
	routes->ruled[rule][version] = version == STABLE ? 1 : share;
	routes->on |= UINT32_C(1) << rule;
}

void routes_unrule(struct routes *routes, int rule)
{
	routes->on &= ~(UINT32_C(1) << rule);
}

static void take_back(double share[MAX_VERSIONS], int version, double part)
{
	double given = part * share[version];
	share[version] -= given;
	share[STABLE] += given;
}

void routes_take_back(struct routes *routes, int version, double part)
{
	for (int c = 0; c < routes->cohorts; c++)
		take_back(routes->share[c], version, part);
	for (uint32_t on = routes->on; on; on &= on - 1)
		take_back(routes->ruled[__builtin_ctz(on)], version, part);
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
		bool all = true;
		for (int c = 0; c < routes->cohorts; c++)
			all &= routes->share[c][v] >= 1;
		for (uint32_t on = routes->on; on; on &= on - 1)
			all &= routes->ruled[__builtin_ctz(on)][v] >= 1;
		if (all)
			return v;
	}
	return -1;
}

/* The ends of the versions' ranges, one after the other. */
static void find_ends(const double share[MAX_VERSIONS], int versions, uint64_t upper[MAX_VERSIONS])
{
	double sum = 0;
	for (int v = 1; v < versions; v++) {
		sum += share[v];
		assert(share[v] >= 0 && sum <= 1 + 1e-9);
		upper[v - 1] = (uint64_t)llround(fmin(sum, 1) * buckets);
	}
}

void split_make(struct split *split, const struct routes *routes)
{
	split->only = sole_version(routes);
	split->on = routes->on;
	for (int c = 0; c < routes->cohorts; c++)
		find_ends(routes->share[c], routes->versions, split->upper[c]);
	for (uint32_t on = routes->on; on; on &= on - 1) {
		int rule = __builtin_ctz(on);
		find_ends(routes->ruled[rule], routes->versions, split->ruled[rule]);
	}
}
