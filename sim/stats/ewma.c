/* The run length is the expected number of visits of a chain between the limits: one integral
 * equation. */
#include "sim/stats/ewma.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>

double ewma_limit_in_the_long_run(double lambda, double width)
{
	return width * sqrt(lambda / (2 - lambda));
}

double ewma_limit(const struct ewma *e, double lambda, double width)
{
	double left = pow(1 - lambda, 2 * e->t);
	return width * sqrt(lambda / (2 - lambda) * (1 - left));
}

enum { NODES = 128 };

struct rule {
	double node[NODES], weight[NODES];
};

static void find_nodes(struct rule *rule, double h, const gsl_integration_glfixed_table *table)
{
	for (size_t i = 0; i < NODES; i++)
		gsl_integration_glfixed_point(-h, h, i, &rule->node[i], &rule->weight[i], table);
}

/* Density of the next average, from one at u. */
static double density(double lambda, double shift, double u, double y)
{
	return gsl_ran_ugaussian_pdf((y - (1 - lambda) * u) / lambda - shift) / lambda;
}

/* At each node: L(u) = 1 + int density(u, y) L(y) dy, between long-run limits. */
static void find_lengths(double lambda, double shift, const struct rule *rule, double length[NODES])
{
	gsl_matrix *a = gsl_matrix_alloc(NODES, NODES);
	gsl_vector_view view = gsl_vector_view_array(length, NODES);
	gsl_permutation *order = gsl_permutation_alloc(NODES);
	int sign;
	for (size_t i = 0; i < NODES; i++)
		for (size_t j = 0; j < NODES; j++)
			gsl_matrix_set(a, i, j,
				       (i == j) - rule->weight[j] * density(lambda, shift,
									    rule->node[i],
									    rule->node[j]));
	gsl_vector_set_all(&view.vector, 1);
	gsl_linalg_LU_decomp(a, order, &sign);
	gsl_linalg_LU_svx(a, order, &view.vector);
	gsl_permutation_free(order);
	gsl_matrix_free(a);
}

double ewma_run_length(double lambda, double width, double shift)
{
	struct rule rule;
	double length[NODES], at_start = 1;
	gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
	find_nodes(&rule, ewma_limit_in_the_long_run(lambda, width), table);
	gsl_integration_glfixed_table_free(table);
	find_lengths(lambda, shift, &rule, length);
	for (int j = 0; j < NODES; j++)
		at_start += rule.weight[j] * density(lambda, shift, 0, rule.node[j]) * length[j];
	return at_start;
}

/* How the average is distributed as long as it has stayed inside, number by number, until the
 * limits no longer move: from there on the run lengths are known. */
double ewma_run_length_exact(double lambda, double width, double shift)
{
	struct rule now, next;
	double inside[NODES], moved[NODES], length[NODES], sum = 1;
	gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
	find_nodes(&now, ewma_limit_in_the_long_run(lambda, width), table);
	find_lengths(lambda, shift, &now, length);
	int settled = lambda < 1 ? (int)ceil(log(1e-15) / (2 * log(1 - lambda))) : 1;
	for (int t = 1; t <= settled; t++) {
		struct ewma at = {0, t};
		find_nodes(&next, ewma_limit(&at, lambda, width), table);
		for (int j = 0; j < NODES; j++) {
			moved[j] = t == 1 ? density(lambda, shift, 0, next.node[j]) : 0;
			for (int i = 0; i < NODES && t > 1; i++)
				moved[j] += now.weight[i] * inside[i] *
					    density(lambda, shift, now.node[i], next.node[j]);
		}
		now = next;
		for (int j = 0; j < NODES; j++) {
			inside[j] = moved[j];
			sum += t < settled ? now.weight[j] * inside[j] : 0;
		}
	}
	for (int j = 0; j < NODES; j++)
		sum += now.weight[j] * inside[j] * length[j];
	gsl_integration_glfixed_table_free(table);
	return sum;
}

double ewma_width(double lambda, double run_length)
{
	double low = 0.1, high = 8;
	for (int i = 0; i < 30; i++) {
		double middle = (low + high) / 2;
		if (ewma_run_length(lambda, middle, 0) < run_length)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

double ewma_shewhart_run_length(double width, double shift)
{
	return 1 / (gsl_cdf_ugaussian_Q(width + shift) + gsl_cdf_ugaussian_Q(width - shift));
}
