/* Ten-point Gauss-Legendre panels, narrower than the steps before and after; what is nine
 * deviations out is nothing. */
#include "sim/stats/crossing.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { POINTS = 10 };

#define PANEL 0.8  /* of a step's deviation */
#define FAR   9.0  /* deviations of the sum */
#define BAND  10.0 /* deviations of a step */

/* Nodes and weights on [-1, 1] (Abramowitz and Stegun 1964, table 25.4), each with its mirror
 * image. */
static const double rule[POINTS / 2][2] = {
	{0.1488743389816312108848260, 0.2955242247147528701738930},
	{0.4333953941292471907992659, 0.2692667193099963550912269},
	{0.6794095682990244062343274, 0.2190863625159820439955349},
	{0.8650633666889845107320967, 0.1494513491505805931457763},
	{0.9739065285171717200779640, 0.0666713443086881375935688},
};

void crossing_begin(struct crossing *c, double drift)
{
	*c = (struct crossing){.drift = drift};
}

void crossing_free(struct crossing *c)
{
	free(c->node);
	free(c->mass);
	*c = (struct crossing){0};
}

double crossing_above(const struct crossing *c, double information, double z)
{
	double step = information - c->information, limit = z * sqrt(information);
	double deviation = sqrt(step), mean = c->drift * step, sum = 0;
	if (!c->count)
		return gsl_cdf_ugaussian_Q((limit - mean) / deviation);
	for (int i = 0; i < c->count; i++)
		sum += c->mass[i] * gsl_cdf_ugaussian_Q((limit - c->node[i] - mean) / deviation);
	return sum;
}

double crossing_below(const struct crossing *c, double information, double z)
{
	double step = information - c->information, limit = z * sqrt(information);
	double deviation = sqrt(step), mean = c->drift * step, sum = 0;
	if (!c->count)
		return gsl_cdf_ugaussian_P((limit - mean) / deviation);
	for (int i = 0; i < c->count; i++)
		sum += c->mass[i] * gsl_cdf_ugaussian_P((limit - c->node[i] - mean) / deviation);
	return sum;
}

/* Density of the sum at s. The nodes ascend: those too far away are skipped. */
static double density_at(const struct crossing *c, double s, double mean, double deviation,
			 int *first)
{
	const double norm = 0.39894228040143267794; /* 1 / sqrt(2 pi) */
	double sum = 0, inverse = 1 / deviation;
	if (!c->count) {
		double z = (s - mean) * inverse;
		return norm * inverse * exp(-z * z / 2);
	}
	while (*first < c->count && c->node[*first] < s - mean - BAND * deviation)
		(*first)++;
	double last = s - mean + BAND * deviation;
	for (int i = *first; i < c->count && c->node[i] <= last; i++) {
		double z = (s - c->node[i] - mean) * inverse;
		sum += c->mass[i] * exp(-z * z / 2);
	}
	return norm * inverse * sum;
}

static double clamp(double z, double information, double centre)
{
	double deviation = sqrt(information), s = z * deviation;
	return fmin(fmax(s, centre - FAR * deviation), centre + FAR * deviation);
}

void crossing_go_on(struct crossing *c, double information, double next, double low_z,
		    double high_z)
{
	double step = information - c->information, deviation = sqrt(step);
	double centre = c->drift * information, mean = c->drift * step;
	double low = clamp(low_z, information, centre), high = clamp(high_z, information, centre);
	double gap = next > information ? fmin(step, next - information) : step;
	int panels = (int)ceil((high - low) / (PANEL * sqrt(gap))), n = 0, first = 0;
	panels = panels < 1 ? 1 : panels;
	size_t bytes = (size_t)panels * POINTS * sizeof(double);
	double *node = malloc(bytes), *mass = malloc(bytes), half = (high - low) / panels / 2;
	for (int p = 0; p < panels && node && mass && high > low; p++)
		for (int i = 0; i < POINTS; i++, n++) {
			int r = i < POINTS / 2 ? POINTS / 2 - 1 - i : i - POINTS / 2;
			double x = i < POINTS / 2 ? -rule[r][0] : rule[r][0];
			node[n] = low + half * (2 * p + 1 + x);
			mass[n] =
				half * rule[r][1] * density_at(c, node[n], mean, deviation, &first);
		}
	free(c->node);
	free(c->mass);
	c->node = node;
	c->mass = mass;
	c->count = n;
	c->information = information;
}

struct crossing_chances crossing_run(const double *information, const double *low_z,
				     const double *high_z, int looks, double drift, double *up,
				     double *down)
{
	struct crossing c;
	struct crossing_chances chances = {0, 0, 0};
	double left = 1;
	crossing_begin(&c, drift);
	for (int k = 0; k < looks; k++) {
		double above = crossing_above(&c, information[k], high_z[k]);
		double below = crossing_below(&c, information[k], low_z[k]);
		bool last = k == looks - 1;
		if (up)
			up[k] = above;
		if (down)
			down[k] = below;
		chances.up += above;
		chances.down += below;
		chances.mean_information += information[k] * (last ? left : above + below);
		left -= above + below;
		if (!last)
			crossing_go_on(&c, information[k], information[k + 1], low_z[k], high_z[k]);
	}
	crossing_free(&c);
	return chances;
}
