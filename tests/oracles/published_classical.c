/* Published values of classical tests, intervals and sample sizes. */
#include "tests/oracles/published.h"

#include "sim/stats/difference.h"
#include "sim/stats/fisher.h"
#include "sim/stats/kolmogorov.h"
#include "sim/stats/mann_whitney.h"
#include "sim/stats/multiplicity.h"
#include "sim/stats/posterior.h"
#include "sim/stats/power.h"
#include "sim/stats/proportion.h"
#include "sim/stats/quantile.h"
#include "sim/stats/sort.h"
#include "sim/stats/welch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VALUES = 256 };

/* The numbers that a text begins with: 1;2;3 or [1, 2, 3]. */
static int read_values(const char *text, double values[MOST_VALUES])
{
	char *end;
	for (int n = 0;; n++, text = end) {
		text += strspn(text, "[;, ");
		double value = strtod(text, &end);
		if (end == text || n == MOST_VALUES)
			return n;
		values[n] = value;
	}
}

/* What the description asks for: "lower", "upper" or "(lo;hi)". */
static void compare_interval(struct oracle *o, int row, struct interval got)
{
	if (published_says(o, row, "(lo;hi)"))
		published_compare_list(o, row, (const double[]){got.low, got.high}, 2);
	else if (published_says(o, row, " upper "))
		published_compare(o, row, got.high);
	else
		published_compare(o, row, published_says(o, row, " lower ") ? got.low : NAN);
}

static void wilson(struct oracle *o, int row)
{
	double x = published_input(o, row, "x"), n = published_input(o, row, "n");
	compare_interval(o, row, proportion_wilson(x, n, 0.95));
}

static void clopper_pearson(struct oracle *o, int row)
{
	double x = published_input(o, row, "x"), n = published_input(o, row, "n");
	compare_interval(o, row, proportion_clopper_pearson(x, n, 0.95));
}

static void difference(struct oracle *o, int row)
{
	const char *first = published_input_text(o, row, "x1/n1");
	const char *second = published_input_text(o, row, "x2/n2");
	struct two_shares s = {NAN, NAN, NAN, NAN};
	if (first && second) {
		sscanf(first, "%lf/%lf", &s.x1, &s.n1);
		sscanf(second, "%lf/%lf", &s.x2, &s.n2);
	}
	compare_interval(o, row,
			 published_says(o, row, "Newcombe hybrid") ? difference_newcombe(&s, 0.95)
			 : published_says(o, row, "Miettinen-Nurminen")
				 ? difference_score(&s, 0.95)
				 : (struct interval){NAN, NAN});
}

/* Where only Cohen's h is given, two shares that have it. */
static void sample_size(struct oracle *o, int row)
{
	const struct design design = {0.05, 0.8, 1, true};
	double h = published_input(o, row, "h"), got = NAN;
	double p1 = isnan(h) ? published_input(o, row, "p1") : 0;
	double p2 = isnan(h) ? published_input(o, row, "p2") : pow(sin(h / 2), 2);
	if (published_says(o, row, "Cohen h"))
		got = power_size_closed(p1, p2, &design);
	else if (published_says(o, row, "unpooled"))
		got = power_size_unpooled(p1, p2, &design);
	else if (published_says(o, row, "pooled"))
		got = power_size_pooled(p1, p2, &design);
	published_compare(o, row, got);
}

static void fisher(struct oracle *o, int row)
{
	double n[4] = {NAN, NAN, NAN, NAN};
	sscanf(oracle_text(o, row, "inputs"), "%lf,%lf;%lf,%lf", &n[0], &n[1], &n[2], &n[3]);
	published_compare(o, row, fisher_exact(n[0], n[1], n[2], n[3]).two_sided);
}

struct samples {
	double x[MOST_VALUES], y[MOST_VALUES];
	int n1, n2;
};

static void read_samples(const struct oracle *o, int row, struct samples *s)
{
	const char *x = published_input_text(o, row, "x"), *y = published_input_text(o, row, "y");
	s->n1 = x ? read_values(x, s->x) : 0;
	s->n2 = y ? read_values(y, s->y) : 0;
}

static struct moments moments_of(const double *values, int n)
{
	struct moments moments = {0};
	for (int i = 0; i < n; i++)
		moments_add(&moments, values[i]);
	return moments;
}

static void welch(struct oracle *o, int row)
{
	struct samples s;
	read_samples(o, row, &s);
	struct moments x = moments_of(s.x, s.n1), y = moments_of(s.y, s.n2);
	published_compare(o, row, welch_test(&x, &y).t);
}

static void mann_whitney(struct oracle *o, int row)
{
	struct samples s;
	read_samples(o, row, &s);
	published_compare(o, row, mann_whitney_of(s.x, s.n1, s.y, s.n2).u1);
}

/* "same": as in the row before. */
static void rejections(struct oracle *o, int row)
{
	bool same = !strcmp(oracle_text(o, row, "inputs"), "same");
	double p[MOST_VALUES], adjusted[MOST_VALUES], count = 0;
	int order[MOST_VALUES], n = read_values(oracle_text(o, row - same, "inputs"), p);
	bool bh = published_says(o, row, "BH"), holm = published_says(o, row, "Holm");
	multiplicity_adjust(bh ? MULTIPLICITY_BH : MULTIPLICITY_HOLM, p, adjusted, order, n);
	for (int i = 0; i < n; i++)
		count += adjusted[i] <= 0.05;
	published_compare(o, row, bh || holm ? count : NAN);
}

static void kolmogorov(struct oracle *o, int row)
{
	published_compare(o, row, kolmogorov_tail(published_input(o, row, "lambda")));
}

static void bayes(struct oracle *o, int row)
{
	struct beta_law A, B;
	bool read = sscanf(oracle_text(o, row, "description"),
			   "P(B>A), A~Beta(%lf,%lf), B~Beta(%lf,%lf)", &A.a, &A.b, &B.a, &B.b) == 4;
	published_compare(o, row, read ? posterior_above(A, B, 1e-15) : NAN);
}

static void quantile(struct oracle *o, int row)
{
	double values[MOST_VALUES], percent = NAN;
	int n = read_values(oracle_text(o, row, "inputs"), values);
	sort_ascending(values, (size_t)n);
	bool read = sscanf(oracle_text(o, row, "description"), "type-7 %lfth percentile",
			   &percent) == 1;
	published_compare(o, row,
			  read ? quantile_of_sorted(values, (size_t)n, percent / 100) : NAN);
}

/* Kayenta's own test: its search ends 1e-4 from a root, where the middle of all differences lies
 * between two values and any place between them is a root. */
static void kayenta(struct oracle *o, int row)
{
	const double x[] = {10, 20, 30, 40}, y[] = {1, 2, 3, 4};
	struct interval ci = mann_whitney_shift_interval(x, 4, y, 4, 0.95, 1e-4);
	if (!published_input_text(o, row, "experiment"))
		printf("%s %s: its sample is not in the folder\n", o->file,
		       oracle_text(o, row, "id"));
	else if (published_says(o, row, "Hodges-Lehmann"))
		published_compare(o, row, mann_whitney_shift(x, 4, y, 4, 1e-4));
	else
		published_compare(o, row, published_says(o, row, "CI lower") ? ci.low : NAN);
}

const struct published published_classical[] = {
	{"WIL", wilson},
	{"CLP", clopper_pearson},
	{"DIFF", difference},
	{"SS", sample_size},
	{"FIS", fisher},
	{"WEL", welch},
	{"MWU", mann_whitney},
	{"BH", rejections},
	{"KS", kolmogorov},
	{"BAY", bayes},
	{"QNT", quantile},
	{"KAY", kayenta},
	{0},
};
