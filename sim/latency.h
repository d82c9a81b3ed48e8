/* Latency laws: how long a service takes. Sampled by inverse CDF, one uniform a value, so that
 * the same request is slow on every version. */
#ifndef SIM_LATENCY_H
#define SIM_LATENCY_H

#include "sim/plugin.h"

struct latency {
	struct plugin plugin;
	/* The quantiles, in ns, of uniforms given as 32 random bits; see latency_share. */
	void (*fill)(const void *config, const uint32_t *bits, double *ns, int count);
	/* The least time by which the cdf has reached p; 0 < p < 1. Either may jump. */
	double (*quantile)(const void *config, double p);
	double (*cdf)(const void *config, double ns);
	double (*mean)(const void *config); /* in ns; may be infinite */
};

/* A law that is one part of a mixture. */
struct part {
	double share;
	struct use law;
};

/* 32 bits resolve tails to 1 in 4e9 requests and halve the cost of drawing. Never 0 or 1. For
 * many at a time see lanes_uniform. */
static inline double latency_share(uint32_t bits)
{
	return ((double)bits + 0.5) * 0x1p-32;
}

enum { LATENCY_CHUNK = 1024 }; /* requests gathered at a time */

/* Draws for the requests whose label is the wanted one: they are gathered, drawn together and put
 * back. */
void latency_fill_where(const struct use *law, const uint8_t *label, int wanted,
			const uint32_t *bits, double *ns, int count);

#endif
