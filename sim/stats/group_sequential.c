/* Constants by root finding on the exact crossing probability; spent levels look by look. */
#include "sim/stats/group_sequential.h"

#include "sim/stats/crossing.h"
#include "sim/stats/root.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

void group_sequential_bounds(double constant, int looks, double delta, double *z)
{
	for (int k = 0; k < looks; k++)
		z[k] = constant * pow((k + 1.0) / looks, delta - 0.5);
}

struct design {
	double alpha, delta, power, constant;
	int looks;
	double *information, *low, *high;
};

static struct design make_design(double alpha, int looks, double delta)
{
	size_t n = (size_t)looks;
	double *room = malloc(3 * n * sizeof *room);
	struct design d = {.alpha = alpha,
			   .delta = delta,
			   .looks = looks,
			   .information = room,
			   .low = room + n,
			   .high = room + 2 * n};
	for (int k = 0; k < looks; k++)
		d.information[k] = (k + 1.0) / looks;
	return d;
}

static void set_bounds(struct design *d, double constant)
{
	group_sequential_bounds(constant, d->looks, d->delta, d->high);
	for (int k = 0; k < d->looks; k++)
		d->low[k] = -d->high[k];
}

static double excess_alpha(const void *context, double constant)
{
	struct design d = *(const struct design *)context;
	set_bounds(&d, constant);
	struct crossing_chances c =
		crossing_run(d.information, d.low, d.high, d.looks, 0, NULL, NULL);
	return c.up + c.down - d.alpha;
}

double group_sequential_constant(double alpha, int looks, double delta)
{
	struct design d = make_design(alpha, looks, delta);
	double one = gsl_cdf_ugaussian_Qinv(alpha / 2);
	double constant = looks > 1 ? root_find(excess_alpha, &d, one * 0.9, one + 4, 1e-13) : one;
	free(d.information);
	return constant;
}

static double excess_power(const void *context, double drift)
{
	const struct design *d = context;
	return crossing_run(d->information, d->low, d->high, d->looks, drift, NULL, NULL).up -
	       d->power;
}

struct group_sequential_cost group_sequential_cost(double alpha, double power, int looks,
						   double delta)
{
	struct design d = make_design(alpha, looks, delta);
	set_bounds(&d, group_sequential_constant(alpha, looks, delta));
	d.power = power;
	double once = gsl_cdf_ugaussian_Qinv(alpha / 2) + gsl_cdf_ugaussian_Pinv(power);
	double drift = root_find(excess_power, &d, 0, 3 * once + 3, 1e-12);
	double inflation = drift * drift / (once * once);
	struct crossing_chances null =
		crossing_run(d.information, d.low, d.high, looks, 0, NULL, NULL);
	struct crossing_chances effect =
		crossing_run(d.information, d.low, d.high, looks, drift, NULL, NULL);
	free(d.information);
	return (struct group_sequential_cost){inflation, inflation * null.mean_information,
					      inflation * effect.mean_information};
}

/* ---- spending */

double group_sequential_spent(enum spending spending, double alpha, double parameter, double t)
{
	if (t <= 0)
		return 0;
	if (t >= 1)
		return alpha;
	switch (spending) {
	case SPENDING_OBRIEN_FLEMING:
		return 2 * gsl_cdf_ugaussian_Q(gsl_cdf_ugaussian_Qinv(alpha / 2) / sqrt(t));
	case SPENDING_POCOCK:
		return alpha * log1p(expm1(1) * t);
	case SPENDING_POWER:
		return alpha * pow(t, parameter);
	case SPENDING_HSD:
		break;
	}
	return fabs(parameter) < 1e-12 ? alpha * t
				       : alpha * expm1(-parameter * t) / expm1(-parameter);
}

struct look {
	const struct crossing *crossing;
	double information, wanted;
};

/* In logarithms: what is spent early may be a millionth of a millionth. */
static double excess_spent(const void *context, double z)
{
	const struct look *look = context;
	return log(crossing_above(look->crossing, look->information, z) / look->wanted);
}

void group_sequential_spend(enum spending spending, double alpha, double parameter,
			    const double *fraction, int looks, int mirrored, double *z)
{
	struct crossing c;
	double before = 0;
	crossing_begin(&c, 0);
	for (int k = 0; k < looks; k++) {
		double spent = group_sequential_spent(spending, alpha, parameter, fraction[k]);
		struct look look = {&c, fraction[k], spent - before};
		before = spent;
		z[k] = look.wanted > 1e-17 ? root_find(excess_spent, &look, -8, 9, 1e-13)
					   : INFINITY;
		if (k + 1 < looks)
			crossing_go_on(&c, fraction[k], fraction[k + 1],
				       mirrored ? -z[k] : -INFINITY, z[k]);
	}
	crossing_free(&c);
}
