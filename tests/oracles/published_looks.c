/* Published values of planned looks: what peeking costs, constants, spending, and what each method
 * does over fifty looks. */
#include "tests/oracles/looks.h"
#include "tests/oracles/published.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void peeking(struct oracle *o, int row)
{
	published_compare(o, row,
			  looks_peeking(published_input(o, row, "nominal alpha"),
					(int)published_input(o, row, "looks"), true));
}

static void pocock(struct oracle *o, int row)
{
	published_compare(o, row,
			  group_sequential_constant(published_input(o, row, "alpha"),
						    (int)published_input(o, row, "K"), 0.5));
}

static void inflation(struct oracle *o, int row)
{
	bool known = published_says(o, row, "Pocock, power 0.8");
	struct group_sequential_cost cost = group_sequential_cost(
		published_input(o, row, "alpha"), 0.8, (int)published_input(o, row, "K"), 0.5);
	published_compare(o, row, known ? cost.inflation : NAN);
}

/* The number of the look that a description names: "z_3". */
static int look_named(const struct oracle *o, int row)
{
	const char *z = strstr(oracle_text(o, row, "description"), " z_");
	return z ? atoi(z + 3) : 1;
}

struct plan {
	enum spending spending;
	double parameter, alpha;
	bool two_sided;
	double fraction[8];
	int looks;
};

static double boundary_of(const struct plan *plan, int look)
{
	double z[8];
	group_sequential_spend(plan->spending, plan->alpha, plan->parameter, plan->fraction,
			       plan->looks, plan->two_sided, z);
	return look <= plan->looks ? z[look - 1] : NAN;
}

/* Evenly at fifths, or as a canary grows: 1, 5, 10, 25, 50, 100 %. */
static void lan_demets(struct oracle *o, int row)
{
	static const double ramp[] = {0.01, 0.05, 0.1, 0.25, 0.5, 1};
	struct plan plan = {.two_sided = published_says(o, row, "symmetric two-sided")};
	char name[32] = "";
	sscanf(strstr(oracle_text(o, row, "description"), "spending "), "spending %31[^ ,]", name);
	plan.spending = looks_spending(name, &plan.parameter);
	if (published_says(o, row, "canary-ramp")) {
		plan.looks = 6;
		memcpy(plan.fraction, ramp, sizeof ramp);
		plan.alpha = published_input(o, row, "alpha_side");
	} else {
		plan.looks = 5;
		for (int k = 0; k < 5; k++)
			plan.fraction[k] = (k + 1) / 5.0;
		const char *alpha = strstr(oracle_text(o, row, "inputs"), "alpha=");
		plan.alpha = alpha ? atof(alpha + 6) : NAN;
	}
	published_compare(o, row, boundary_of(&plan, look_named(o, row)));
}

static void default_of_gsdesign(struct oracle *o, int row)
{
	const struct plan plan = {SPENDING_HSD, -4, 0.025, false, {1.0 / 3, 2.0 / 3, 1}, 3};
	published_compare(o, row, boundary_of(&plan, look_named(o, row)));
}

/* More came than were planned: fractions are of the last number. */
static void spotify(struct oracle *o, int row)
{
	const struct plan plan = {
		SPENDING_POWER, 2, 0.005, false, {250.0 / 810, 450.0 / 810, 630.0 / 810, 1}, 4};
	const char *look = strstr(oracle_text(o, row, "description"), "at look ");
	double z = boundary_of(&plan, look ? atoi(look + 8) : 1);
	published_compare(o, row, 2 * gsl_cdf_ugaussian_Q(z));
}

static void fifty_looks(struct oracle *o, int row)
{
	const char *method = strstr(oracle_text(o, row, "description"), ": ");
	double up[50], down[50];
	struct crossing_chances c =
		looks_of_fifty(method + 2, 100, published_input(o, row, "true diff"), up, down);
	published_compare(o, row, c.up + c.down);
}

const struct published published_looks[] = {
	{"AMR", peeking},
	{"POC", pocock},
	{"GSR", inflation},
	{"LDM", lan_demets},
	{"GSD", default_of_gsdesign},
	{"SPO", spotify},
	{"OC", fifty_looks},
	{0},
};
