/* The smaller of u and 1 - u is a double whose exponent and first three bits of fraction name the
 * cell, and whose other bits are the place in it: there is no search, and nothing to compute. */
#include "sim/stats/inverse.h"

#include "sim/stats/bits.h"
#include "sim/stats/lanes.h"

#include <math.h>
#include <stdbool.h>

enum {
	SPLIT_BITS = 3, /* a cell is an eighth of an octave, or of the cell it refines */
	SPLIT = 1 << SPLIT_BITS,
	SIDE = INVERSE_CELLS / 2, /* cells of one tail */
	FRACTION_BITS = 52,
	LOWEST_EXPONENT = 1023 - 33,
	CHECKS = 3,
};

/* A cell is worth refining while so many draws fall into it that asking would cost. */
#define WORTH_REFINING 0x1p-14

/* The terms of a rough cell: the first makes its polynomial NaN, the second is the first of the
 * cells that refine it, or 0. */
enum { TERM_ROUGH = 0, TERM_FINER = 1 };

static inline double in_cell(uint64_t fraction)
{
	/* The bits of a fraction make a double from 1 to 2; cells reach from -1 to 1. */
	fraction &= (UINT64_C(1) << FRACTION_BITS) - 1;
	return 2 * double_of(fraction | UINT64_C(0x3ff) << FRACTION_BITS) - 3;
}

static inline double evaluate(const struct inverse_cell *cell, double s)
{
	const double *t = cell->term;
	return ((((((t[7] * s + t[6]) * s + t[5]) * s + t[4]) * s + t[3]) * s + t[2]) * s + t[1]) *
		       s +
	       t[0];
}

/* ---- the table */

struct tabulation {
	struct inverse_cell *cells;
	int count, used;
	inverse_quantile *quantile;
	const void *context;
};

/* A stretch of one tail. */
struct stretch {
	double from, width;
	bool upper;
};

/* The function at a place s of the stretch. As 1 - tail must be exact, the tail is rounded to what
 * that allows, and s with it. */
static double at_place(const struct tabulation *t, const struct stretch *stretch, double *s)
{
	double tail = stretch->from + 0.5 * stretch->width * (1 + *s), rest = 1 - tail;
	tail = 1 - rest;
	*s = 2 * (tail - stretch->from) / stretch->width - 1;
	return t->quantile(t->context, stretch->upper ? rest : tail);
}

/* Newton's polynomial through the Chebyshev points with both ends, so that neighbours meet. Equal
 * values have no differences: a flat stretch stays flat to the bit. */
static void interpolate(const struct tabulation *t, const struct stretch *stretch,
			struct inverse_cell *cell)
{
	enum { LAST = INVERSE_TERMS - 1 };
	double s[INVERSE_TERMS], d[INVERSE_TERMS];
	for (int i = 0; i <= LAST; i++) {
		s[i] = -cos(M_PI * i / LAST);
		d[i] = at_place(t, stretch, &s[i]);
	}
	for (int order = 1; order <= LAST; order++)
		for (int i = LAST; i >= order; i--)
			d[i] = (d[i] - d[i - 1]) / (s[i] - s[i - order]);
	for (int i = 0; i <= LAST; i++)
		cell->term[i] = 0;
	for (int i = LAST; i >= 0; i--) {
		for (int j = LAST; j > 0; j--)
			cell->term[j] = cell->term[j - 1] - s[i] * cell->term[j];
		cell->term[0] = d[i] - s[i] * cell->term[0];
	}
}

static bool is_good(const struct tabulation *t, const struct stretch *stretch,
		    const struct inverse_cell *cell)
{
	const double places[CHECKS] = {-0.95, 0.01, 0.8}; /* not near a node, nor symmetric */
	for (int i = 0; i < CHECKS; i++) {
		double s = places[i], x = at_place(t, stretch, &s);
		if (!(fabs(evaluate(cell, s) - x) <= INVERSE_ERROR * fabs(x)))
			return false;
	}
	return true;
}

static void tabulate(struct tabulation *t, const struct stretch *stretch, int index);

/* Takes the cells that refine one, if there are any left. */
static int refine(struct tabulation *t, const struct stretch *stretch)
{
	int first = t->used;
	if (stretch->width < WORTH_REFINING || t->count - first < SPLIT)
		return 0;
	t->used += SPLIT;
	for (int i = 0; i < SPLIT; i++) {
		double width = stretch->width / SPLIT;
		tabulate(t, &(struct stretch){stretch->from + i * width, width, stretch->upper},
			 first + i);
	}
	return first;
}

static void tabulate(struct tabulation *t, const struct stretch *stretch, int index)
{
	struct inverse_cell *cell = &t->cells[index];
	interpolate(t, stretch, cell);
	if (is_good(t, stretch, cell))
		return;
	*cell = (struct inverse_cell){{[TERM_ROUGH] = NAN}};
	cell->term[TERM_FINER] = refine(t, stretch);
}

/* From the middle outwards, so that refining cells go where draws do. */
void inverse_tabulate(struct inverse_cell *cells, int count, inverse_quantile *quantile,
		      const void *context)
{
	struct tabulation t = {cells, count, INVERSE_CELLS, quantile, context};
	for (int i = SIDE - 1; i >= 0; i--) {
		double octave = ldexp(1, i / SPLIT - 33), width = octave / SPLIT;
		struct stretch stretch = {octave + i % SPLIT * width, width, false};
		tabulate(&t, &stretch, i);
		stretch.upper = true;
		tabulate(&t, &stretch, SIDE + i);
	}
}

/* ---- values */

/* The smaller of u and 1 - u, exact. */
static inline double tail_of(uint32_t bits)
{
	return ((double)(bits >> 31 ? ~bits : bits) + 0.5) * 0x1p-32;
}

static inline uint64_t cell_of(uint32_t bits, uint64_t tail_bits)
{
	uint64_t eighths = tail_bits >> (FRACTION_BITS - SPLIT_BITS);
	return eighths - LOWEST_EXPONENT * SPLIT + (bits >> 31 ? SIDE : 0);
}

/* Whether some came out rough. */
LANES_CLONED static bool evaluate_all(const struct inverse_cell *restrict cells,
				      const uint32_t *restrict bits, double *restrict x, int count)
{
	int rough = 0;
	for (int i = 0; i < count; i++) {
		uint64_t tail = bits_of(tail_of(bits[i]));
		x[i] = evaluate(&cells[cell_of(bits[i], tail)], in_cell(tail << SPLIT_BITS));
		rough += x[i] != x[i];
	}
	return rough > 0;
}

static double settle(const struct inverse_cell *cells, inverse_quantile *quantile,
		     const void *context, uint32_t bits)
{
	double tail = tail_of(bits);
	uint64_t left = bits_of(tail);
	const struct inverse_cell *cell = &cells[cell_of(bits, left)];
	left <<= SPLIT_BITS;
	while (isnan(cell->term[TERM_ROUGH]) && cell->term[TERM_FINER] > 0) {
		uint64_t eighth = left >> (FRACTION_BITS - SPLIT_BITS) & (SPLIT - 1);
		cell = &cells[(uint64_t)cell->term[TERM_FINER] + eighth];
		left <<= SPLIT_BITS;
	}
	double x = evaluate(cell, in_cell(left));
	return isnan(x) ? quantile(context, bits >> 31 ? 1 - tail : tail) : x;
}

void inverse_fill(const struct inverse_cell *cells, inverse_quantile *quantile, const void *context,
		  const uint32_t *bits, double *x, int count)
{
	if (!evaluate_all(cells, bits, x, count))
		return;
	for (int i = 0; i < count; i++)
		if (isnan(x[i]))
			x[i] = settle(cells, quantile, context, bits[i]);
}
