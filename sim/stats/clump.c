/* A hidden Markov chain of two states with binomial counts, climbed to from several places. */
#include "sim/stats/clump.h"

#include <math.h>

enum { MOST_STEPS = 200 };

#define LEAST_CHANCE 1e-9
/* Of the log likelihood, where steps are over. */
#define ENOUGH 1e-6

void clump_add(struct clump_pairs *pairs, int failed)
{
	pairs->requests++;
	pairs->failures += failed;
	pairs->after_failure += pairs->last;
	pairs->both += pairs->last && failed;
	pairs->last = failed;
}

double clump_ratio(const struct clump_pairs *pairs)
{
	return pairs->both / pairs->after_failure * (pairs->requests / pairs->failures);
}

double clump_index(const double *requests, const double *failures, int windows)
{
	double all = 0, failed = 0, sum = 0, count = 0;
	for (int i = 0; i < windows; i++) {
		all += requests[i];
		failed += failures[i];
	}
	double p = failed / all;
	for (int i = 0; i < windows; i++) {
		double off = failures[i] - p * requests[i];
		if (!(requests[i] > 0))
			continue;
		sum += off * off / (p * (1 - p) * requests[i]);
		count++;
	}
	return count >= 2 ? sum / (count - 1) : NAN;
}

double clump_sigmas(double index, const double *requests, double failures, int windows)
{
	double all = 0, inverse = 0, k = 0;
	for (int i = 0; i < windows; i++)
		all += requests[i];
	for (int i = 0; i < windows; i++) {
		if (!(requests[i] > 0))
			continue;
		inverse += all / requests[i];
		k++;
	}
	double variance = 2 * (k - 1) + (inverse - k * k - 2 * k + 2) / failures;
	return (index - 1) * (k - 1) / sqrt(variance);
}

/* ---- the hidden chain */

/* Up to what is the same for all chances. */
static double log_chance(double requests, double failures, double p)
{
	return failures * log(p) + (requests - failures) * log1p(-p);
}

/* For each window what its counts say for each state, less the larger; forward and backward
 * probabilities. */
struct tables {
	double *emission, *forward, *backward;
};

static double emit(const struct clump *c, const double *requests, const double *failures,
		   int windows, double *emission)
{
	double sum = 0;
	for (int i = 0; i < windows; i++) {
		double calm = log_chance(requests[i], failures[i], c->calm);
		double burst = log_chance(requests[i], failures[i], c->burst),
		       most = fmax(calm, burst);
		emission[2 * i] = exp(calm - most);
		emission[2 * i + 1] = exp(burst - most);
		sum += most;
	}
	return sum;
}

static double scale(double *pair)
{
	double sum = pair[0] + pair[1];
	pair[0] /= sum;
	pair[1] /= sum;
	return log(sum);
}

static double go_forward(const struct clump *c, int windows, const double *emission,
			 double *forward)
{
	double share = c->begins / (c->begins + c->ends), sum = 0;
	double calm = 1 - share, burst = share;
	for (int i = 0; i < windows; i++) {
		double *here = forward + 2 * i;
		here[0] = calm * emission[2 * i];
		here[1] = burst * emission[2 * i + 1];
		sum += scale(here);
		calm = here[0] * (1 - c->begins) + here[1] * c->ends;
		burst = here[0] * c->begins + here[1] * (1 - c->ends);
	}
	return sum;
}

static void go_backward(const struct clump *c, int windows, const double *emission,
			double *backward)
{
	backward[2 * windows - 2] = backward[2 * windows - 1] = 0.5;
	for (int i = windows - 2; i >= 0; i--) {
		double calm = backward[2 * i + 2] * emission[2 * i + 2];
		double burst = backward[2 * i + 3] * emission[2 * i + 3];
		backward[2 * i] = (1 - c->begins) * calm + c->begins * burst;
		backward[2 * i + 1] = c->ends * calm + (1 - c->ends) * burst;
		scale(backward + 2 * i);
	}
}

/* What is expected to have happened in each state. */
struct expected {
	double requests[2], failures[2], from[2], begun, ended;
};

static void expect_steps(struct expected *e, const struct clump *c, const struct tables *t, int i)
{
	const double *here = t->forward + 2 * i, *next = t->backward + 2 * i + 2;
	const double *emission = t->emission + 2 * i + 2;
	double calm = next[0] * emission[0], burst = next[1] * emission[1];
	double stay = here[0] * (1 - c->begins) * calm, begin = here[0] * c->begins * burst;
	double end = here[1] * c->ends * calm, go_on = here[1] * (1 - c->ends) * burst;
	double sum = stay + begin + end + go_on;
	e->from[0] += (stay + begin) / sum;
	e->from[1] += (end + go_on) / sum;
	e->begun += begin / sum;
	e->ended += end / sum;
}

static struct expected expect(const struct clump *c, const struct tables *t, const double *requests,
			      const double *failures, int windows)
{
	struct expected e = {{0}, {0}, {0}, 0, 0};
	for (int i = 0; i < windows; i++) {
		double state[2] = {t->forward[2 * i] * t->backward[2 * i],
				   t->forward[2 * i + 1] * t->backward[2 * i + 1]};
		scale(state);
		for (int k = 0; k < 2; k++) {
			e.requests[k] += state[k] * requests[i];
			e.failures[k] += state[k] * failures[i];
		}
		if (i + 1 < windows)
			expect_steps(&e, c, t, i);
	}
	return e;
}

static double chance(double part, double all)
{
	return fmin(fmax(all > 0 ? part / all : 0, LEAST_CHANCE), 1 - LEAST_CHANCE);
}

static void climb(struct clump *c, const double *requests, const double *failures, int windows,
		  const struct tables *t)
{
	for (int step = 0; step < MOST_STEPS; step++) {
		double before = c->log_likelihood;
		c->log_likelihood = emit(c, requests, failures, windows, t->emission);
		c->log_likelihood += go_forward(c, windows, t->emission, t->forward);
		if (c->log_likelihood - before < ENOUGH)
			break;
		go_backward(c, windows, t->emission, t->backward);
		struct expected e = expect(c, t, requests, failures, windows);
		c->calm = chance(e.failures[0], e.requests[0]);
		c->burst = chance(e.failures[1], e.requests[1]);
		c->begins = chance(e.begun, e.from[0]);
		c->ends = chance(e.ended, e.from[1]);
	}
}

struct clump clump_fit(const double *requests, const double *failures, int windows, double *work)
{
	static const double times[] = {3, 10, 40}, lengths[] = {2, 10, 60};
	struct tables tables = {work, work + 2 * windows, work + 4 * windows};
	struct clump best = {.log_likelihood = -INFINITY};
	double all = 0, failed = 0;
	for (int i = 0; i < windows; i++) {
		all += requests[i];
		failed += failures[i];
	}
	for (int g = 0; g < 9; g++) {
		double p = chance(failed, all), burst = fmin(times[g % 3] * p, 0.9);
		struct clump c = {p / 2, burst, 0.1 / lengths[g / 3], 1 / lengths[g / 3],
				  -INFINITY};
		climb(&c, requests, failures, windows, &tables);
		if (c.log_likelihood > best.log_likelihood)
			best = c;
	}
	if (best.calm > best.burst)
		best = (struct clump){best.burst, best.calm, best.ends, best.begins,
				      best.log_likelihood};
	return best;
}
