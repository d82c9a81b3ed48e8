/* A quantile function as a table: polynomials of degree 7 on a grid that is refined towards both
 * ends, so that 32 random bits become a value in a few nanoseconds, however much the function
 * itself costs. Between nodes the error is below INVERSE_ERROR; where the function jumps or bends
 * too much for that, the grid is refined, and where that is not enough, the function is asked. */
#ifndef SIM_STATS_INVERSE_H
#define SIM_STATS_INVERSE_H

#include <stdint.h>

enum {
	INVERSE_CELLS = 512, /* 8 an octave: of u from 2^-33 to 1/2, then of 1 - u likewise */
	INVERSE_TERMS = 8,   /* of each cell's polynomial: a cache line */
};

#define INVERSE_ERROR 5e-10 /* relative */

struct inverse_cell {
	double term[INVERSE_TERMS];
};

/* Must not fall as p grows. Is given the middles of the cells of width 2^-32, and other numbers p
 * for which 1 - p is exact. */
typedef double inverse_quantile(const void *context, double p);

/* `count` cells, at least INVERSE_CELLS: those beyond are for refining. Whatever the function
 * reads of `context` must not be the cells. */
void inverse_tabulate(struct inverse_cell *cells, int count, inverse_quantile *quantile,
		      const void *context);

/* The values at (bits + 1/2) / 2^32, by the table, or by the function where the table is rough. */
void inverse_fill(const struct inverse_cell *cells, inverse_quantile *quantile, const void *context,
		  const uint32_t *bits, double *x, int count);

#endif
