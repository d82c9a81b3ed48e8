/* What sequential tests do with counts, by the law of all counts there may be: each decision is
 * this program's own. */
#include "tests/oracles/looks.h"
#include "tests/oracles/published.h"

#include "sim/stats/evalue.h"
#include "sim/stats/proportion.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS 1e-9

static const double nothing = 1e-20; /* a chance that is left out */

/* ---- two shares, compared at each look by the pooled z */

struct shares {
	const char *method;
	int more[2], looks; /* requests a look: control, canary */
	double p[2];
};

struct share_course {
	double higher, lower, by_look[32], mean_looks; /* of the canary; by_look[k]: up to look k */
};

/* chance[x1 * (n2 + 1) + x2] */
struct grid {
	int n1, n2;
	double *chance;
};

static struct grid grid_of(int n1, int n2)
{
	return (struct grid){n1, n2, calloc((size_t)(n1 + 1) * (size_t)(n2 + 1), sizeof(double))};
}

/* As many more requests, whose failures are added; in the direction in which places lie `stride`
 * apart. */
static void spread(const double *from, double *to, int stride, const double *law, int more)
{
	if (*from < nothing)
		return;
	for (int x = 0; x <= more; x++)
		if (law[x] >= nothing)
			to[x * stride] += *from * law[x];
}

static void fill_law(double *law, int n, double p)
{
	for (int x = 0; x <= n; x++)
		law[x] = gsl_ran_binomial_pdf((unsigned)x, p, (unsigned)n);
}

static struct grid observe(struct grid g, const struct shares *s)
{
	double law[2][512];
	for (int arm = 0; arm < 2; arm++)
		fill_law(law[arm], s->more[arm], s->p[arm]);
	struct grid half = grid_of(g.n1, g.n2 + s->more[1]);
	struct grid whole = grid_of(g.n1 + s->more[0], half.n2);
	for (int x1 = 0; x1 <= g.n1; x1++)
		for (int x2 = 0; x2 <= g.n2; x2++)
			spread(&g.chance[x1 * (g.n2 + 1) + x2],
			       &half.chance[x1 * (half.n2 + 1) + x2], 1, law[1], s->more[1]);
	for (int x1 = 0; x1 <= g.n1; x1++)
		for (int x2 = 0; x2 <= half.n2; x2++)
			spread(&half.chance[x1 * (half.n2 + 1) + x2],
			       &whole.chance[x1 * (whole.n2 + 1) + x2], whole.n2 + 1, law[0],
			       s->more[0]);
	free(g.chance);
	free(half.chance);
	return whole;
}

/* Takes away what rejects; returns its chance. */
static double reject(struct grid *g, double limit, struct share_course *course)
{
	double sum = 0;
	for (int x1 = 0; x1 <= g->n1; x1++)
		for (int x2 = 0; x2 <= g->n2; x2++) {
			double *chance = &g->chance[x1 * (g->n2 + 1) + x2];
			double z = *chance > 0 ? proportion_z(x2, g->n2, x1, g->n1) : 0;
			if (!(fabs(z) >= limit))
				continue;
			*(z > 0 ? &course->higher : &course->lower) += *chance;
			sum += *chance;
			*chance = 0;
		}
	return sum;
}

/* Of O'Brien and Fleming the table takes the constant as printed (Jennison and Turnbull 2000, table
 * 2.3), 2.087 for 2.08650: some counts lie between. */
static double limit_at(const struct shares *s, int look)
{
	double limit = looks_boundary(s->method, look, s->looks, s->more[0]);
	bool printed = !strcmp(s->method, "OBF K=10");
	return printed ? 2.087 * sqrt((double)s->looks / look) : limit;
}

static struct share_course follow(const struct shares *s)
{
	struct share_course course = {0};
	struct grid g = grid_of(0, 0);
	double left = 1;
	g.chance[0] = 1;
	for (int look = 1; look <= s->looks; look++) {
		course.mean_looks += left;
		g = observe(g, s);
		left -= reject(&g, limit_at(s, look), &course);
		course.by_look[look] = course.higher + course.lower;
	}
	free(g.chance);
	return course;
}

static int compare_shares(void)
{
	struct oracle *o = oracle_open("oc_bernoulli_two_arm.csv");
	for (int row = 0; row < o->rows; row++) {
		const struct shares s = {
			oracle_text(o, row, "method"),
			{(int)oracle_number(o, row, "m1_per_look"),
			 (int)oracle_number(o, row, "m2_per_look")},
			(int)oracle_number(o, row, "looks"),
			{oracle_number(o, row, "p_control"), oracle_number(o, row, "p_canary")}};
		struct share_course c = follow(&s);
		double rejects = c.higher + c.lower;
		oracle_compare(o, row, "p_reject", rejects, DIGITS, 0);
		oracle_compare(o, row, "p_reject_canary_higher", c.higher, DIGITS, 0);
		oracle_compare(o, row, "p_reject_canary_lower", c.lower, DIGITS, 1e-14);
		oracle_compare(o, row, "p_by_look1", c.by_look[1], DIGITS, 1e-17);
		oracle_compare(o, row, "p_by_look5", c.by_look[5], DIGITS, 0);
		oracle_compare(o, row, "mean_looks", c.mean_looks, DIGITS, 0);
		oracle_compare(o, row, "p_no_reject", 1 - rejects, DIGITS, 1e-12);
	}
	return !oracle_close(o);
}

/* ---- events of two kinds, looked at one by one */

struct events {
	double theta0, k, alpha, theta; /* theta: the true chance of the first kind */
};

static bool rejects(const struct events *e, int x, int n)
{
	const double count[2] = {x, n - x}, share[2] = {e->theta0, 1 - e->theta0};
	return evalue_multinomial(count, share, 2, e->k) >= -log(e->alpha);
}

struct event_course {
	double stops, higher, mean;
};

/* For each number of events, the first kind's counts up to `low` and from `high` on reject: both
 * only grow. The sum of the chances of each count x after n events goes on. */
static struct event_course watch(const struct events *e, int events)
{
	struct event_course course = {0, 0, 0};
	double *chance = calloc((size_t)events + 2, sizeof *chance), left = 1;
	int low = -1, high = 1;
	chance[0] = 1;
	for (int n = 1; n <= events; n++) {
		course.mean += left;
		for (int x = n; x > 0; x--)
			chance[x] = (1 - e->theta) * chance[x] + e->theta * chance[x - 1];
		chance[0] *= 1 - e->theta;
		while (high <= n && !(high > n * e->theta0 && rejects(e, high, n)))
			high++;
		while (low + 1 < n * e->theta0 && rejects(e, low + 1, n))
			low++;
		for (int x = high; x <= n; x++) {
			course.higher += chance[x];
			left -= chance[x];
			chance[x] = 0;
		}
		for (int x = 0; x <= low; x++) {
			left -= chance[x];
			course.stops += chance[x];
			chance[x] = 0;
		}
	}
	course.stops += course.higher;
	free(chance);
	return course;
}

static int compare_events(void)
{
	struct oracle *o = oracle_open("eprocess_exact_oc.csv");
	for (int row = 0; row < o->rows; row++) {
		const struct events e = {oracle_number(o, row, "theta0"),
					 oracle_number(o, row, "k"), oracle_number(o, row, "alpha"),
					 oracle_number(o, row, "theta")};
		struct event_course c = watch(&e, (int)oracle_number(o, row, "n_events"));
		oracle_compare(o, row, "p_stop_by_n", c.stops, DIGITS, 0);
		oracle_compare(o, row, "p_stop_canary_higher", c.higher, DIGITS, 1e-14);
		oracle_compare(o, row, "mean_events_at_min", c.mean, DIGITS, 0);
	}
	return !oracle_close(o);
}

int oracles_of_counts(void)
{
	return compare_shares() + compare_events();
}

/* ---- published values */

/* "p=(0.01;0.01);m=(100;100)/look;K=10" */
static void published_shares(struct oracle *o, int row)
{
	const char *method = strstr(oracle_text(o, row, "description"), "pooled z, ");
	struct shares s = {.method = method ? method + strlen("pooled z, ") : ""};
	int read = sscanf(oracle_text(o, row, "inputs"), "p=(%lf;%lf);m=(%d;%d)/look;K=%d", &s.p[0],
			  &s.p[1], &s.more[0], &s.more[1], &s.looks);
	struct share_course c = read == 5 ? follow(&s) : (struct share_course){.higher = NAN};
	published_compare(o, row, c.higher + c.lower);
}

static void published_events(struct oracle *o, int row)
{
	double theta0 = published_input(o, row, "theta0");
	const char *ratio_at = strstr(oracle_text(o, row, "inputs"), "rate ratio=");
	double ratio = ratio_at ? atof(ratio_at + strlen("rate ratio=")) : NAN;
	const struct events e = {theta0, published_input(o, row, "k"),
				 published_input(o, row, "alpha"),
				 theta0 * ratio / (1 - theta0 + theta0 * ratio)};
	published_compare(o, row, watch(&e, (int)published_input(o, row, "N")).stops);
}

const struct published published_counts[] = {
	{"OCB", published_shares},
	{"EPR", published_events},
	{0},
};
