/* Wald's approximations leave out by how much the last observation goes beyond a limit, which makes
 * the mean number up to a third too small; the exact answers do not. */
#include "sim/stats/sprt.h"

#include "sim/stats/absorption.h"
#include "sim/stats/legendre.h"
#include "sim/stats/root.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct sprt_course unknown = {NAN, NAN, NAN};

struct sprt sprt_limits(double alpha, double beta)
{
	return (struct sprt){log(beta / (1 - alpha)), log((1 - beta) / alpha)};
}

/* ---- Wald's approximations */

/* (exp(h a) - 1) / (exp(h a) - exp(h b)) for a > 0 > b, whatever the sign of h. */
static double chance_of_lower(double h, double a, double b)
{
	if (h == 0)
		return a / (a - b);
	return h > 0 ? expm1(-h * a) / expm1(-h * (a - b))
		     : exp(-h * b) * expm1(h * a) / expm1(h * (a - b));
}

/* `h` solves E exp(h z) = 1 for the step z of the logarithm; where E z = 0 it is 0. */
static struct sprt_course wald(const struct sprt *s, double h, double mean, double square)
{
	double accepts = chance_of_lower(h, s->reject, s->accept);
	double rejects = chance_of_lower(-h, -s->accept, -s->reject);
	double sum = accepts * s->accept + rejects * s->reject;
	return (struct sprt_course){accepts, rejects,
				    h == 0 ? -s->accept * s->reject / square : sum / mean};
}

/* By how much a failure and a success move the logarithm. */
struct steps {
	double up, down, p;
};

static struct steps steps_of(double p0, double p1, double p)
{
	return (struct steps){log(p1 / p0), log1p((p0 - p1) / (1 - p0)), p};
}

static double mean_step(const struct steps *z)
{
	return z->p * z->up + (1 - z->p) * z->down;
}

/* log E exp(h z), over h: its root at 0 is taken out. */
static double growth(const void *context, double h)
{
	const struct steps *z = context;
	if (h == 0)
		return mean_step(z);
	double up = h * z->up, down = h * z->down, most = fmax(up, down);
	return (most + log(z->p * exp(up - most) + (1 - z->p) * exp(down - most))) / h;
}

/* The logarithm is convex: its other root lies opposite to its slope at 0; infinitely far if all
 * steps are alike. */
static double other_root(const struct steps *z)
{
	double slope = mean_step(z), far = slope < 0 ? 1 : -1;
	if (slope == 0)
		return 0;
	while (isfinite(far) && growth(z, far) * slope > 0)
		far *= 2;
	return isfinite(far) ? root_find(growth, z, fmin(far, 0), fmax(far, 0), 1e-15) : far;
}

struct sprt_course sprt_bernoulli_wald(const struct sprt *s, double p0, double p1, double p)
{
	struct steps z = steps_of(p0, p1, p);
	double slope = mean_step(&z), square = p * z.up * z.up + (1 - p) * z.down * z.down;
	bool level = fabs(slope) <= 1e-9 * sqrt(square); /* nearer, rounding is worse */
	return wald(s, level ? 0 : other_root(&z), slope, square);
}

struct sprt_course sprt_normal_wald(const struct sprt *s, double delta, double mean)
{
	double step = delta * (mean - delta / 2);
	return wald(s, 1 - 2 * mean / delta, step, delta * delta);
}

/* ---- counts of failures, exactly */

struct sprt_lines sprt_lines(const struct sprt *s, double p0, double p1)
{
	struct steps z = steps_of(p0, p1, p0);
	double rise = z.up - z.down;
	return (struct sprt_lines){s->accept / rise, s->reject / rise, -z.down / rise};
}

static const double most_work = 1e9;	  /* counts moved on, a second's */
static const double nothing_left = 1e-15; /* chance that it still goes on */

/* How likely it still goes on, by the count of failures so far. */
struct counts {
	double *chance;
	int number;
	double first; /* the count of chance[0] */
};

/* One more observation. */
static void observe(struct counts *c, double p)
{
	c->chance[c->number] = p * c->chance[c->number - 1];
	for (int i = c->number - 1; i > 0; i--)
		c->chance[i] = (1 - p) * c->chance[i] + p * c->chance[i - 1];
	c->chance[0] *= 1 - p;
	c->number++;
}

static double take_last(struct counts *c)
{
	return c->chance[--c->number];
}

static double take_first(struct counts *c)
{
	double first = c->chance[0];
	c->number--;
	c->first++;
	memmove(c->chance, c->chance + 1, (size_t)c->number * sizeof *c->chance);
	return first;
}

static double sum_of(const struct counts *c)
{
	double sum = 0;
	for (int i = 0; i < c->number; i++)
		sum += c->chance[i];
	return sum;
}

static struct sprt_course follow(struct counts *c, const struct sprt_lines *line, double p,
				 double most_steps)
{
	struct sprt_course course = {0, 0, 0};
	double left = 1;
	for (double n = 1; left > nothing_left; n++) {
		if (n > most_steps)
			return unknown;
		course.mean += left;
		observe(c, p);
		while (c->number > 0 && c->first + c->number - 1 >= line->reject + line->slope * n)
			course.rejects += take_last(c);
		while (c->number > 0 && c->first <= line->accept + line->slope * n)
			course.accepts += take_first(c);
		left = sum_of(c);
	}
	return course;
}

struct sprt_course sprt_bernoulli(const struct sprt *s, double p0, double p1, double p)
{
	struct sprt_lines line = sprt_lines(s, p0, p1);
	double width = line.reject - line.accept + 3;
	if (width * fmax(width, sprt_bernoulli_wald(s, p0, p1, p).mean) > most_work)
		return unknown;
	struct counts c = {calloc((size_t)width + 1, sizeof *c.chance), 1, 0};
	if (!c.chance)
		return unknown;
	c.chance[0] = 1;
	struct sprt_course course = follow(&c, &line, p, most_work / width);
	free(c.chance);
	return course;
}

/* ---- normal observations, exactly */

enum { MOST_NODES = 1024 };

/* The value of the logarithm before each step: 0 where it starts, and the nodes of a rule. */
struct walk {
	int states;
	double mean, sd; /* of a step */
	double *value, *weight, *move, *leave, *total;
};

/* The chances to leave beyond either limit from a state. */
static double below(const struct walk *w, const struct sprt *s, int i)
{
	return gsl_cdf_gaussian_P(s->accept - w->value[i] - w->mean, w->sd);
}

static double above(const struct walk *w, const struct sprt *s, int i)
{
	return gsl_cdf_gaussian_Q(s->reject - w->value[i] - w->mean, w->sd);
}

/* What is gathered from the start, if each visit counts for what `total` says. */
static double gather(struct walk *w, const struct sprt *s)
{
	for (int i = 0; i < w->states; i++) {
		double next = w->value[i] + w->mean, *row = w->move + i * w->states;
		for (int j = 0; j < w->states; j++)
			row[j] = w->weight[j] * gsl_ran_gaussian_pdf(w->value[j] - next, w->sd);
		w->leave[i] = below(w, s, i) + above(w, s, i);
	}
	absorption_totals(w->states, w->move, w->leave, w->total);
	return w->total[0];
}

static struct sprt_course gather_all(struct walk *w, const struct sprt *s)
{
	struct sprt_course course;
	for (int i = 0; i < w->states; i++)
		w->total[i] = below(w, s, i);
	course.accepts = gather(w, s);
	for (int i = 0; i < w->states; i++)
		w->total[i] = above(w, s, i);
	course.rejects = gather(w, s);
	for (int i = 0; i < w->states; i++)
		w->total[i] = 1;
	course.mean = gather(w, s);
	return course;
}

struct sprt_course sprt_normal(const struct sprt *s, double delta, double mean)
{
	double nodes = ceil(16 + 3 * (s->reject - s->accept) / delta);
	if (!(nodes <= MOST_NODES))
		return unknown;
	struct walk w = {.states = (int)nodes + 1, .mean = delta * (mean - delta / 2), .sd = delta};
	size_t n = (size_t)w.states;
	double *memory = calloc(n * (n + 4), sizeof *memory);
	if (!memory)
		return unknown;
	w.value = memory;
	w.weight = w.value + n;
	w.leave = w.weight + n;
	w.total = w.leave + n;
	w.move = w.total + n;
	legendre_rule((int)nodes, s->accept, s->reject, w.value + 1, w.weight + 1);
	struct sprt_course course = gather_all(&w, s);
	free(memory);
	return course;
}
