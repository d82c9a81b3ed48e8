/* Draws from distributions. Each takes its numbers from the stream it is handed, and nowhere else.
 */
#ifndef SIM_DRAW_H
#define SIM_DRAW_H

#include "sim/rng.h"

double draw_exponential(struct rng *rng);	       /* mean 1; ziggurat */
double draw_normal(struct rng *rng);		       /* mean 0, variance 1; ziggurat */
double draw_gamma(struct rng *rng, double shape);      /* scale 1; shape > 0 */
double draw_beta(struct rng *rng, double a, double b); /* a, b > 0 */
uint64_t draw_binomial(struct rng *rng, uint64_t n, double p);
uint64_t draw_poisson(struct rng *rng, double mean);
void draw_multinomial(struct rng *rng, uint64_t n, int cells, const double *share, uint64_t *out);

void draw_fill_uniform(struct rng *rng, double *out, size_t count); /* open interval */
void draw_fill_exponential(struct rng *rng, double *out, size_t count);
void draw_fill_normal(struct rng *rng, double *out, size_t count);

#endif
