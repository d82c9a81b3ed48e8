/* Wald's sequential test: exact chances and mean numbers, and his approximations. */
#include "tests/oracles/published.h"

#include "sim/stats/sprt.h"

#include <math.h>
#include <string.h>

#define DIGITS 1e-9

/* Where the other program has no approximation, it wrote nan. */
static void compare_wald(struct oracle *o, int row, const char *column, double got)
{
	if (!isnan(oracle_number(o, row, column)))
		oracle_compare(o, row, column, got, DIGITS, 0);
}

static int compare_shares(void)
{
	struct oracle *o = oracle_open("sprt_bernoulli.csv");
	for (int row = 0; row < o->rows; row++) {
		double p0 = oracle_number(o, row, "p0"), p1 = oracle_number(o, row, "p1");
		double p = oracle_number(o, row, "p");
		struct sprt s =
			sprt_limits(oracle_number(o, row, "alpha"), oracle_number(o, row, "beta"));
		struct sprt_lines line = sprt_lines(&s, p0, p1);
		struct sprt_course exact = sprt_bernoulli(&s, p0, p1, p);
		struct sprt_course wald = sprt_bernoulli_wald(&s, p0, p1, p);
		oracle_compare(o, row, "h_accept_intercept", -line.accept, DIGITS, 0);
		oracle_compare(o, row, "h_reject_intercept", line.reject, DIGITS, 0);
		oracle_compare(o, row, "slope", line.slope, DIGITS, 0);
		oracle_compare(o, row, "exact_P_accept_H0", exact.accepts, DIGITS, 0);
		oracle_compare(o, row, "exact_P_reject_H0", exact.rejects, DIGITS, 0);
		oracle_compare(o, row, "exact_ASN", exact.mean, DIGITS, 0);
		compare_wald(o, row, "wald_P_accept", wald.accepts);
		compare_wald(o, row, "wald_ASN", wald.mean);
	}
	return !oracle_close(o);
}

/* The other program stopped with a chance of `unresolved_prob` left, of neither. */
static int compare_normal(void)
{
	struct oracle *o = oracle_open("sprt_normal.csv");
	for (int row = 0; row < o->rows; row++) {
		double delta = oracle_number(o, row, "delta_over_sigma");
		double theta = oracle_number(o, row, "theta");
		double left = oracle_number(o, row, "unresolved_prob");
		struct sprt s =
			sprt_limits(oracle_number(o, row, "alpha"), oracle_number(o, row, "beta"));
		struct sprt_course exact = sprt_normal(&s, delta, theta);
		struct sprt_course wald = sprt_normal_wald(&s, delta, theta);
		oracle_compare(o, row, "logA", s.reject, DIGITS, 0);
		oracle_compare(o, row, "logB", s.accept, DIGITS, 0);
		oracle_compare(o, row, "exact_P_accept_H0", exact.accepts, DIGITS, left);
		oracle_compare(o, row, "exact_ASN", exact.mean, DIGITS, 1000 * left);
		compare_wald(o, row, "wald_P_accept_H0", wald.accepts);
		compare_wald(o, row, "wald_ASN", wald.mean);
	}
	return !oracle_close(o);
}

int oracles_of_sprt(void)
{
	return compare_shares() + compare_normal();
}

/* ---- published values */

static struct sprt limits_of(const struct oracle *o, int row)
{
	return sprt_limits(published_input(o, row, "alpha"), published_input(o, row, "beta"));
}

static double mean_of_normal(const struct oracle *o, int row)
{
	double delta = published_input(o, row, "delta/sigma");
	struct sprt s = limits_of(o, row);
	return sprt_normal(&s, delta, published_says(o, row, "theta=theta1") ? delta : 0).mean;
}

/* "same": as in the row before; the file holds only every other one of those, and Montgomery's
 * example is the same everywhere. */
static double reject_intercept(void)
{
	struct sprt s = sprt_limits(0.05, 0.1);
	return sprt_lines(&s, 0.01, 0.06).reject;
}

static void compare(struct oracle *o, int row)
{
	struct sprt s = limits_of(o, row);
	double p0 = published_input(o, row, "p0"), p1 = published_input(o, row, "p1");
	if (published_says(o, row, "rejection intercept"))
		published_compare(o, row, reject_intercept());
	else if (published_says(o, row, "normal-mean SPRT exact ASN"))
		published_compare(o, row, mean_of_normal(o, row));
	else if (published_says(o, row, "Bernoulli SPRT exact ASN"))
		/* the other program left out the last 5e-11 of the chance */
		oracle_compare(o, row, "expected",
			       sprt_bernoulli(&s, p0, p1, published_input(o, row, "p")).mean, 1e-10,
			       1e-8);
	else
		published_compare(o, row, NAN);
}

const struct published published_sprt[] = {{"SPRT", compare}, {0}};
