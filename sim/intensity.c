/* The integral of the rate is known piece by piece: between instants at which some factor jumps or
 * has a kink, the product is a cubic to 1e-9, its integral a quartic, and that is inverted by
 * Newton's method, many arrivals at once. */
#include "sim/intensity.h"

#include "sim/stats/lanes.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { NODES = 4, TAME_STEPS = 3, WILD_STEPS = 200 };

/* Nodes and weights of Gauss and Legendre on [-1, 1]: Abramowitz & Stegun 1964, table 25.4. They
 * lie inside, so that no factor is ever asked at an instant at which it jumps. */
static const double node[NODES] = {-0.861136311594052575, -0.339981043584856265,
				   0.339981043584856265, 0.861136311594052575};
static const double weight[NODES] = {0.347854845137453857, 0.652145154862546143,
				     0.652145154862546143, 0.347854845137453857};

/* Where the factor changes by less than this share over a piece, three steps of Newton's method
 * are exact: a straight line is missed by at most 0.07, 4e-4, 1e-8, 1e-17 of the piece. */
static const double tame_from = 0.8;

/* ---- the factor at an instant */

static double surge_factor(const struct surge *surge, double ns)
{
	double into = ns - (double)surge->at;
	if (into < 0 || ns >= (double)surge->until)
		return 1;
	double risen = into < (double)surge->ramp ? into / (double)surge->ramp : 1;
	return 1 + risen * (surge->factor - 1);
}

static sim_time surge_next(const struct surge *surge, sim_time at)
{
	const sim_time changes[] = {surge->at, surge->at + surge->ramp, surge->until};
	sim_time next = SIM_NEVER;
	for (int i = 0; i < 3; i++)
		if (changes[i] > at && changes[i] < next)
			next = changes[i];
	return next;
}

static bool has_clocks(const struct intensity *it, const struct factor *f)
{
	return it->population->offsets && f->shape->periodic;
}

/* What all regions have in common, times the sum over the regions of what each has of its own. */
static double factor_at(const struct intensity *it, double ns)
{
	const struct population *p = it->population;
	double common = 1, sum = 0;
	for (int s = 0; s < it->surges; s++)
		common *= surge_factor(&it->surge[s], ns);
	for (int i = 0; i < it->factors; i++) {
		const struct factor *f = &it->factor[i];
		if (!has_clocks(it, f))
			common *= f->shape->factor(f->config, f->state, ns);
	}
	for (int r = 0; r < p->regions && p->offsets; r++) {
		double own = p->region_share[r];
		for (int i = 0; i < it->factors; i++) {
			const struct factor *f = &it->factor[i];
			if (has_clocks(it, f))
				own *= f->shape->factor(f->config, f->state,
							ns + (double)p->region_offset[r]);
		}
		sum += own;
	}
	return p->offsets ? common * sum : common;
}

/* ---- pieces */

static sim_time advance(struct intensity *it, struct factor *f, sim_time at)
{
	const struct population *p = it->population;
	sim_time next = SIM_NEVER;
	if (!has_clocks(it, f))
		return f->shape->advance(f->config, f->state, &f->rng, at);
	for (int r = 0; r < p->regions; r++) {
		sim_time there = at + p->region_offset[r];
		sim_time until = f->shape->advance(f->config, f->state, &f->rng, there);
		if (until != SIM_NEVER && until - p->region_offset[r] < next)
			next = until - p->region_offset[r];
	}
	return next;
}

static sim_time find_end(struct intensity *it, sim_time at)
{
	sim_time end = it->horizon;
	for (int i = 0; i < it->factors; i++) {
		sim_time next = advance(it, &it->factor[i], at);
		assert(next > at);
		end = next < end ? next : end;
	}
	for (int s = 0; s < it->surges; s++) {
		sim_time next = surge_next(&it->surge[s], at);
		end = next < end ? next : end;
	}
	return end;
}

/* Legendre's polynomials of degree 0 to 3 are orthogonal, also under Gauss's sum over the nodes:
 * so the cubic through the four values is found by projection. */
static void fit_cubic(const double value[NODES], double cubic[4])
{
	double a[4] = {0};
	for (int i = 0; i < NODES; i++) {
		double u = node[i], share = weight[i] * value[i] / 2;
		a[0] += share;
		a[1] += share * 3 * u;
		a[2] += share * 5 * (1.5 * u * u - 0.5);
		a[3] += share * 7 * (2.5 * u * u - 1.5) * u;
	}
	cubic[0] = a[0] - a[2] / 2;
	cubic[1] = a[1] - a[3] * 1.5;
	cubic[2] = a[2] * 1.5;
	cubic[3] = a[3] * 2.5;
}

static void make_piece(struct intensity *it)
{
	struct piece *p = &it->piece;
	double value[NODES], low = INFINITY, high = 0;
	p->half = 0.5 * (double)(p->until - p->from);
	for (int i = 0; i < NODES; i++) {
		value[i] = factor_at(it, (double)p->from + (1 + node[i]) * p->half);
		assert(value[i] >= 0);
		low = fmin(low, value[i]);
		high = fmax(high, value[i]);
	}
	p->kind = low == high ? PIECE_FLAT : low >= tame_from * high ? PIECE_TAME : PIECE_WILD;
	fit_cubic(value, p->cubic);
	if (p->kind == PIECE_FLAT)
		p->cubic[0] = low;
	/* The odd powers cancel. */
	p->ends = p->begins +
		  (p->kind == PIECE_FLAT ? 2 * low : 2 * (p->cubic[0] + p->cubic[2] / 3)) * p->half;
}

static void next_piece(struct intensity *it)
{
	struct piece *p = &it->piece;
	p->from = p->until;
	p->begins = p->ends;
	p->until = find_end(it, p->from);
	make_piece(it);
}

/* ---- inversion within a piece */

static inline double cubic_at(const double c[4], double u)
{
	return c[0] + u * (c[1] + u * (c[2] + u * c[3]));
}

/* From -1 to u. */
static inline double integral_to(const double c[4], double u)
{
	double at_u = u * (c[0] + u * (c[1] / 2 + u * (c[2] / 3 + u * c[3] / 4)));
	return at_u + (c[0] - c[1] / 2 + c[2] / 3 - c[3] / 4);
}

static void invert_flat(const struct piece *p, double *ns, int count)
{
	double scale = 1 / p->cubic[0];
	for (int i = 0; i < count; i++)
		ns[i] = (double)p->from + (ns[i] - p->begins) * scale;
}

LANES_CLONED static void invert_tame(const struct piece *p, double *ns, int count)
{
	const double c[4] = {p->cubic[0], p->cubic[1], p->cubic[2], p->cubic[3]};
	double from = (double)p->from, begins = p->begins, half = p->half;
	double scale = 1 / half, guess = 2 / (p->ends - begins);
	for (int i = 0; i < count; i++) {
		double wanted = (ns[i] - begins) * scale, u = (ns[i] - begins) * guess - 1;
		for (int step = 0; step < TAME_STEPS; step++)
			u -= (integral_to(c, u) - wanted) / cubic_at(c, u);
		ns[i] = from + (1 + u) * half;
	}
}

/* Newton's method kept between two bounds, which halve wherever it would leave them. */
static double solve(const double c[4], double wanted)
{
	double low = -1, high = 1, u = 0;
	for (int step = 0; step < WILD_STEPS && high - low > 0x1p-52; step++) {
		double miss = integral_to(c, u) - wanted, next = u - miss / cubic_at(c, u);
		if (miss > 0)
			high = u;
		else
			low = u;
		if (!(next > low && next < high))
			next = 0.5 * (low + high);
		if (fabs(next - u) < 0x1p-52)
			break;
		u = next;
	}
	return u;
}

static void invert_wild(const struct piece *p, double *ns, int count)
{
	for (int i = 0; i < count; i++)
		ns[i] = (double)p->from +
			(1 + solve(p->cubic, (ns[i] - p->begins) / p->half)) * p->half;
}

void intensity_invert(struct intensity *it, double *ns, int count)
{
	struct piece *p = &it->piece;
	for (int i = 0, end; i < count; i = end) {
		while (ns[i] >= p->ends && p->until < it->horizon)
			next_piece(it);
		for (end = i; end < count && ns[end] < p->ends; end++)
			;
		if (end > i && p->kind == PIECE_FLAT)
			invert_flat(p, ns + i, end - i);
		else if (end > i && p->kind == PIECE_TAME)
			invert_tame(p, ns + i, end - i);
		else if (end > i)
			invert_wild(p, ns + i, end - i);
		if (p->until >= it->horizon)
			for (; end < count; end++)
				ns[end] = (double)it->horizon;
	}
}

double intensity_now(const struct intensity *it)
{
	return cubic_at(it->piece.cubic, it->piece.kind == PIECE_FLAT ? 0 : -1);
}

/* ---- the whole plan */

static void add_factor(struct intensity *it, const struct shape *shape, const void *config)
{
	struct factor *f = &it->factor[it->factors++];
	assert(shape->plugin.state_size <= SHAPE_STATE);
	f->shape = shape;
	f->config = config;
	memset(f->state, 0, shape->plugin.state_size);
}

/* The stream of a shape is named by its place. */
static void open_streams(struct intensity *it, uint64_t seed, uint64_t trial)
{
	char name[] = "shape 0";
	for (int i = 0; i < it->factors; i++) {
		name[sizeof name - 2] = (char)('0' + i);
		if (it->factor[i].shape->plugin.state_size)
			rng_stream(&it->factor[i].rng, seed, trial, name);
	}
}

static void begin(struct intensity *it, const struct plan *plan)
{
	it->population = &plan->population;
	it->horizon = plan->horizon;
	it->factors = it->surges = 0;
	it->piece = (struct piece){.from = 0};
}

bool intensity_begin(struct intensity *it, const struct plan *plan, uint64_t trial,
		     const struct surge *surges, int count)
{
	const struct shape *own = ((const struct traffic *)plan->traffic.plugin)->modulation;
	if (!own && !plan->shapes && !count)
		return false;
	begin(it, plan);
	for (int i = 0; i < plan->shapes; i++)
		add_factor(it, (const struct shape *)plan->shape[i].plugin, plan->shape[i].config);
	if (own)
		add_factor(it, own, plan->traffic.config);
	open_streams(it, plan->seed, trial);
	it->surges = count;
	for (int s = 0; s < count; s++)
		it->surge[s] = surges[s];
	next_piece(it);
	return true;
}

void intensity_regions(const struct plan *plan, sim_time at, double weights[MAX_REGIONS])
{
	const struct population *p = &plan->population;
	for (int r = 0; r < p->regions; r++) {
		weights[r] = p->region_share[r];
		for (int i = 0; i < plan->shapes; i++) {
			const struct shape *shape = (const struct shape *)plan->shape[i].plugin;
			if (shape->periodic)
				weights[r] *= shape->factor(plan->shape[i].config, NULL,
							    (double)(at + p->region_offset[r]));
		}
	}
}

double intensity_peak(const struct plan *plan)
{
	double peak = plan->surge;
	for (int i = 0; i < plan->shapes; i++)
		peak *= ((const struct shape *)plan->shape[i].plugin)->peak(plan->shape[i].config);
	return peak;
}

/* Shapes whose course is known are integrated; the others are at their highest. */
double intensity_most_requests(const struct plan *plan)
{
	const struct traffic *traffic = (const struct traffic *)plan->traffic.plugin;
	struct intensity it;
	double high = traffic->peak(plan->traffic.config) * plan->surge / SIM_SECOND;
	begin(&it, plan);
	for (int i = 0; i < plan->shapes; i++) {
		const struct shape *shape = (const struct shape *)plan->shape[i].plugin;
		if (shape->plugin.state_size)
			high *= shape->peak(plan->shape[i].config);
		else
			add_factor(&it, shape, plan->shape[i].config);
	}
	while (it.piece.until < plan->horizon)
		next_piece(&it);
	return high * it.piece.ends;
}
