/* Planned looks: constants, spending, what peeking costs, and what each method does over fifty
 * looks. */
#include "tests/oracles/looks.h"

#include "sim/stats/always_valid.h"
#include "sim/stats/crossing.h"
#include "sim/stats/group_sequential.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LOOKS = 2000 };

#define QUADRATURE 1e-9

static int compare_constants(void)
{
	struct oracle *o = oracle_open("gs_constants.csv");
	static const double powers[] = {0.8, 0.9};
	for (int row = 0; row < o->rows; row++) {
		double alpha = oracle_number(o, row, "alpha_two_sided");
		int k = (int)oracle_number(o, row, "K");
		double pocock = group_sequential_constant(alpha, k, 0.5);
		double obf = group_sequential_constant(alpha, k, 0);
		oracle_compare(o, row, "pocock_c", pocock, QUADRATURE, 0);
		oracle_compare(o, row, "pocock_nominal_p", 2 * gsl_cdf_ugaussian_Q(pocock),
			       QUADRATURE, 0);
		oracle_compare(o, row, "obf_c", obf, QUADRATURE, 0);
		oracle_compare(o, row, "obf_first_look_z", obf * sqrt(k), QUADRATURE, 0);
		oracle_compare(o, row, "wang_tsiatis_0.25_c",
			       group_sequential_constant(alpha, k, 0.25), QUADRATURE, 0);
		for (int p = 0; p < 2; p++)
			for (int b = 0; b < 2; b++) {
				static const char *const names[2][2][3] = {
					{{"RP_power.8", "EN0_P_.8", "EN1_P_.8"},
					 {"RB_power.8", "EN0_B_.8", "EN1_B_.8"}},
					{{"RP_power.9", "EN0_P_.9", "EN1_P_.9"},
					 {"RB_power.9", "EN0_B_.9", "EN1_B_.9"}}};
				struct group_sequential_cost c =
					group_sequential_cost(alpha, powers[p], k, b ? 0 : 0.5);
				oracle_compare(o, row, names[p][b][0], c.inflation, QUADRATURE, 0);
				oracle_compare(o, row, names[p][b][1], c.mean_at_null, QUADRATURE,
					       0);
				oracle_compare(o, row, names[p][b][2], c.mean_at_effect, QUADRATURE,
					       0);
			}
	}
	return !oracle_close(o);
}

enum spending looks_spending(const char *name, double *parameter)
{
	*parameter = 0;
	if (!strncmp(name, "power_rho", 9)) {
		*parameter = atof(name + 9);
		return SPENDING_POWER;
	}
	if (!strncmp(name, "HSD_gamma", 9)) {
		*parameter = atof(name + 9);
		return SPENDING_HSD;
	}
	return !strcmp(name, "OBF") ? SPENDING_OBRIEN_FLEMING : SPENDING_POCOCK;
}

static int compare_spending(void)
{
	struct oracle *o = oracle_open("lan_demets.csv");
	for (int from = 0, to; from < o->rows; from = to) {
		double fraction[MOST_LOOKS], z[MOST_LOOKS], parameter;
		for (to = from; to < o->rows && to - from < MOST_LOOKS &&
				(to == from || oracle_number(o, to, "look") > 1);
		     to++)
			fraction[to - from] = oracle_number(o, to, "info_fraction");
		double alpha = oracle_number(o, from, "alpha_side");
		int mirrored = oracle_text(o, from, "sides")[0] == 's';
		enum spending s = looks_spending(oracle_text(o, from, "spending"), &parameter);
		group_sequential_spend(s, alpha, parameter, fraction, to - from, mirrored, z);
		for (int row = from; row < to; row++) {
			oracle_compare(
				o, row, "cum_alpha_spent",
				group_sequential_spent(s, alpha, parameter, fraction[row - from]),
				QUADRATURE, 1e-15);
			if (oracle_number(o, row, "z_boundary") > 6.5)
				continue; /* how little is nothing differs between programs */
			oracle_compare(o, row, "z_boundary", z[row - from], 1e-8, 0);
			oracle_compare(o, row, "nominal_one_sided_p",
				       gsl_cdf_ugaussian_Q(z[row - from]), 1e-7, 0);
		}
	}
	return !oracle_close(o);
}

double looks_peeking(double alpha, int looks, bool two)
{
	static double information[MOST_LOOKS], low[MOST_LOOKS], high[MOST_LOOKS];
	double z = gsl_cdf_ugaussian_Qinv(two ? alpha / 2 : alpha);
	for (int k = 0; k < looks && k < MOST_LOOKS; k++) {
		information[k] = k + 1;
		high[k] = z;
		low[k] = two ? -z : -INFINITY;
	}
	struct crossing_chances c = crossing_run(information, low, high, looks, 0, NULL, NULL);
	return c.up + c.down;
}

static int compare_peeking(void)
{
	struct oracle *o = oracle_open("peeking_inflation.csv");
	for (int row = 0; row < o->rows; row++)
		oracle_compare(o, row, "actual_type1",
			       looks_peeking(oracle_number(o, row, "nominal_alpha"),
					     (int)oracle_number(o, row, "looks"),
					     !strcmp(oracle_text(o, row, "sides"), "two-sided")),
			       QUADRATURE, 0);
	return !oracle_close(o);
}

/* ---- fifty looks at two arms of 100 more each, by every method; boundaries are of |z| */

double looks_boundary(const char *method, int look, int looks, double per_look)
{
	static double pocock, obf;
	double n = per_look * look, variance = 2 / n; /* of the difference, deviations being 1 */
	if (!strncmp(method, "fixed", 5))
		return look == looks ? gsl_cdf_ugaussian_Qinv(0.025) : 1000;
	if (!strncmp(method, "naive", 5))
		return gsl_cdf_ugaussian_Qinv(0.025);
	if (!strncmp(method, "Bonf", 4))
		return gsl_cdf_ugaussian_Qinv(0.025 / looks);
	if (!strncmp(method, "Pocock", 6))
		return pocock = look == 1 ? group_sequential_constant(0.05, looks, 0.5) : pocock;
	if (!strncmp(method, "O", 1)) {
		obf = look == 1 ? group_sequential_constant(0.05, looks, 0) : obf;
		return obf * sqrt((double)looks / look);
	}
	if (!strncmp(method, "Hayb", 4))
		return look == looks ? 1.959963984540054 : 3;
	if (!strncmp(method, "mSPRT", 5)) {
		double tau2 = atof(strchr(method, '=') + 1);
		return always_valid_msprt_half(variance, tau2, 0.05) / sqrt(variance);
	}
	double rho = always_valid_rho(0.05, atof(strchr(method, '=') + 1));
	return always_valid_half(variance, 2 * n, rho, 0.05) / sqrt(variance);
}

static int compare_boundaries(void)
{
	struct oracle *o = oracle_open("oc_gaussian_boundaries.csv");
	for (int c = 2; c < o->columns; c++)
		for (int look = 1; look <= 50; look++) {
			double z = looks_boundary(o->head[c], look, 50, 100);
			for (int row = 0; row < o->rows; row++)
				if (oracle_number(o, row, "look") == look)
					oracle_compare_to(o, row, o->head[c], z,
							  atof(o->field[row * o->columns + c]),
							  QUADRATURE, 0);
		}
	return !oracle_close(o);
}

static double sum_to(const double *chances, int looks)
{
	double sum = 0;
	for (int k = 0; k < looks; k++)
		sum += chances[k];
	return sum;
}

struct crossing_chances looks_of_fifty(const char *method, double per_look, double difference,
				       double up[50], double down[50])
{
	double information[50], low[50], high[50];
	for (int k = 0; k < 50; k++) {
		information[k] = (k + 1) * per_look / 2;
		high[k] = looks_boundary(method, k + 1, 50, per_look);
		low[k] = -high[k];
	}
	return crossing_run(information, low, high, 50, difference, up, down);
}

static int compare_characteristics(void)
{
	struct oracle *o = oracle_open("oc_gaussian_two_arm.csv");
	for (int row = 0; row < o->rows; row++) {
		double up[50], down[50];
		struct crossing_chances c = looks_of_fifty(
			oracle_text(o, row, "method"), oracle_number(o, row, "m_per_arm_per_look"),
			oracle_number(o, row, "true_diff"), up, down);
		oracle_compare(o, row, "p_reject", c.up + c.down, QUADRATURE, 0);
		oracle_compare(o, row, "p_reject_positive", c.up, QUADRATURE, 0);
		oracle_compare(o, row, "p_reject_negative", c.down, 1e-6, 1e-14);
		oracle_compare(o, row, "p_by_look5", sum_to(up, 5) + sum_to(down, 5), QUADRATURE,
			       1e-14);
		oracle_compare(o, row, "p_by_look25", sum_to(up, 25) + sum_to(down, 25), QUADRATURE,
			       1e-14);
		oracle_compare(o, row, "mean_n_per_arm_at_stop", 2 * c.mean_information, QUADRATURE,
			       0);
	}
	return !oracle_close(o);
}

/* A look after every observation of one sample. */
static int compare_every_observation(void)
{
	struct oracle *o = oracle_open("oc_every_observation.csv");
	for (int row = 0; row < o->rows; row++) {
		static double information[MOST_LOOKS], low[MOST_LOOKS], high[MOST_LOOKS];
		const char *method = oracle_text(o, row, "method"), *tau = strstr(method, "tau2=");
		int n = (int)oracle_number(o, row, "n");
		double alpha = oracle_number(o, row, "alpha");
		for (int k = 0; k < n; k++) {
			double variance = 1.0 / (k + 1);
			information[k] = k + 1;
			high[k] = tau ? always_valid_msprt_half(variance, atof(tau + 5), alpha) /
						  sqrt(variance)
				      : gsl_cdf_ugaussian_Qinv(alpha / 2);
			low[k] = -high[k];
		}
		struct crossing_chances c = crossing_run(
			information, low, high, n, oracle_number(o, row, "theta"), NULL, NULL);
		oracle_compare(o, row, "p_reject_by_n", c.up + c.down, 1e-8, 0);
	}
	return !oracle_close(o);
}

int oracles_of_looks(void)
{
	return compare_constants() + compare_spending() + compare_peeking() + compare_boundaries() +
	       compare_characteristics() + compare_every_observation();
}
