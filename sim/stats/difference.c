/* Score intervals end where their statistics reach the level: one falls as the difference rises,
 * the other rises on either side of the observed ratio. */
#include "sim/stats/difference.h"

#include "sim/stats/proportion.h"
#include "sim/stats/root.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

static bool is_empty(const struct two_shares *s)
{
	return !(s->n1 > 0 && s->n2 > 0);
}

static const struct interval none = {NAN, NAN};

static double half_quantile(double level)
{
	return gsl_cdf_ugaussian_Qinv((1 - level) / 2);
}

static double joined(double a, double b, double bond)
{
	return sqrt(fmax(a * a - 2 * bond * a * b + b * b, 0));
}

struct interval difference_mover(double a, struct interval of_a, double b, struct interval of_b,
				 double bond)
{
	return (struct interval){a - b - joined(a - of_a.low, of_b.high - b, bond),
				 a - b + joined(of_a.high - a, b - of_b.low, bond)};
}

struct interval difference_newcombe(const struct two_shares *s, double level)
{
	if (is_empty(s))
		return none;
	struct interval a = proportion_wilson(s->x1, s->n1, level);
	struct interval b = proportion_wilson(s->x2, s->n2, level);
	return difference_mover(s->x1 / s->n1, a, s->x2 / s->n2, b, 0);
}

double difference_bond(const struct paired_shares *s)
{
	double n = s->both + s->first + s->second + s->neither;
	double apart = s->both * s->neither - s->first * s->second;
	double spread = (s->both + s->first) * (s->second + s->neither) * (s->both + s->second) *
			(s->first + s->neither);
	if (apart > 0)
		apart = fmax(apart - n / 2, 0);
	return spread > 0 ? apart / sqrt(spread) : 0;
}

struct interval difference_paired(const struct paired_shares *s, double level)
{
	double n = s->both + s->first + s->second + s->neither;
	if (!(n > 0))
		return none;
	double x1 = s->both + s->first, x2 = s->both + s->second;
	return difference_mover(x1 / n, proportion_wilson(x1, n, level), x2 / n,
				proportion_wilson(x2, n, level), difference_bond(s));
}

static struct interval around(double x1, double n1, double x2, double n2, double level)
{
	double p1 = x1 / n1, p2 = x2 / n2, d = p1 - p2;
	double half = half_quantile(level) * sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2);
	return (struct interval){d - half, d + half};
}

struct interval difference_wald(const struct two_shares *s, double level)
{
	return is_empty(s) ? none : around(s->x1, s->n1, s->x2, s->n2, level);
}

struct interval difference_agresti_caffo(const struct two_shares *s, double level)
{
	return is_empty(s) ? none : around(s->x1 + 1, s->n1 + 2, s->x2 + 1, s->n2 + 2, level);
}

/* The most likely p2 if p1 = p2 + delta: the root of a cubic in trigonometric form (Miettinen and
 * Nurminen 1985, appendix). */
static double constrained(const struct two_shares *s, double delta)
{
	double n = s->n1 + s->n2, x = s->x1 + s->x2;
	double c2 = (s->n1 + 2 * s->n2) * delta - n - x;
	double c1 = (s->n2 * delta - n - 2 * s->x2) * delta + x;
	double c0 = s->x2 * delta * (1 - delta);
	double third = c2 / (3 * n);
	double q = third * third * third - c1 * c2 / (6 * n * n) + c0 / (2 * n);
	double p = sqrt(fmax(third * third - c1 / (3 * n), 0));
	if (p == 0)
		return -third;
	p = q > 0 ? p : -p;
	double cosine = fmin(fmax(q / (p * p * p), -1), 1);
	return 2 * p * cos((M_PI + acos(cosine)) / 3) - third;
}

double difference_score_z(const struct two_shares *s, double delta)
{
	if (is_empty(s))
		return NAN;
	double p2 = fmin(fmax(constrained(s, delta), fmax(0, -delta)), fmin(1, 1 - delta));
	double p1 = fmin(fmax(p2 + delta, 0), 1), n = s->n1 + s->n2;
	double variance = (p1 * (1 - p1) / s->n1 + p2 * (1 - p2) / s->n2) * n / (n - 1);
	double excess = s->x1 / s->n1 - s->x2 / s->n2 - delta;
	return excess == 0 ? 0 : excess / sqrt(variance);
}

/* The difference at which the statistic is z, between the observed one and an end. */
static double find(const struct two_shares *s, double z, double end)
{
	double inner = s->x1 / s->n1 - s->x2 / s->n2, outer = end;
	if (fabs(inner - end) <= 0)
		return end;
	for (int i = 0; i < 200 && inner != outer; i++) {
		double middle = inner + (outer - inner) / 2;
		if (middle == inner || middle == outer)
			break;
		if (fabs(difference_score_z(s, middle)) < z)
			inner = middle;
		else
			outer = middle;
	}
	return inner;
}

struct interval difference_score(const struct two_shares *s, double level)
{
	if (is_empty(s))
		return none;
	double z = half_quantile(level);
	return (struct interval){find(s, z, -1), find(s, z, 1)};
}

struct interval difference_ratio(const struct two_shares *s, double level)
{
	if (is_empty(s))
		return none;
	if (s->x1 <= 0 || s->x2 <= 0)
		return (struct interval){0, INFINITY};
	double centre = log(s->x1 / s->n1) - log(s->x2 / s->n2);
	double half = half_quantile(level) *
		      sqrt((s->n1 - s->x1) / s->n1 / s->x1 + (s->n2 - s->x2) / s->n2 / s->x2);
	return (struct interval){exp(centre - half), exp(centre + half)};
}

/* Koopman 1984, equation 3: the most likely p2 if p1 = ratio x p2, and chi-square of that. */
static double ratio_chi_square(const struct two_shares *s, double ratio)
{
	double a = (s->n1 + s->n2) * ratio, b = (s->n1 + s->x2) * ratio + s->x1 + s->n2;
	double c = s->x1 + s->x2;
	double p2 = 2 * c / (b + sqrt(fmax(b * b - 4 * a * c, 0))), p1 = ratio * p2;
	double off1 = s->x1 - s->n1 * p1, off2 = s->x2 - s->n2 * p2, chi_square = 0;
	if (off1 != 0)
		chi_square += off1 * off1 / (s->n1 * p1 * (1 - p1));
	if (off2 != 0)
		chi_square += off2 * off2 / (s->n2 * p2 * (1 - p2));
	return chi_square;
}

struct excess {
	const struct two_shares *shares;
	double chi_square;
};

static double excess_at(const void *context, double log_ratio)
{
	const struct excess *e = context;
	return ratio_chi_square(e->shares, exp(log_ratio)) - e->chi_square;
}

/* Further off than any ratio of counts, and its square is still a number. */
static const double furthest = 300;

/* From the observed ratio away, as far as the test does not reject. */
static double edge(const struct excess *e, double observed, double direction)
{
	double inner = fmin(fmax(log(observed), -furthest), furthest), outer = inner;
	for (double step = 1; excess_at(e, outer) < 0; step *= 2) {
		if (fabs(outer) > furthest)
			return direction > 0 ? INFINITY : 0;
		outer += direction * step;
	}
	return exp(root_find(excess_at, e, fmin(inner, outer), fmax(inner, outer), 0));
}

struct interval difference_ratio_score(const struct two_shares *s, double level)
{
	if (is_empty(s))
		return none;
	double z = half_quantile(level), observed = s->x1 / s->n1 * (s->n2 / s->x2);
	struct excess e = {s, z * z};
	return (struct interval){s->x1 > 0 ? edge(&e, observed, -1) : 0,
				 s->x2 > 0 ? edge(&e, observed, 1) : INFINITY};
}
