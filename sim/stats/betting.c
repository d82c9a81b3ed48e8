/* Bets are sized by the variance so far, which the next number cannot know. */
#include "sim/stats/betting.h"

#include <math.h>
#include <stdbool.h>

#define BOLDEST 0.5 /* share of what may be set without risking all (ibid., section 4.2) */

/* Mean and variance so far, shrunk to 1/2 and 1/4. */
struct running {
	double t, sum, squares;
};

static double running_variance(const struct running *r)
{
	return (0.25 + r->squares) / (r->t + 1);
}

static void running_add(struct running *r, double x)
{
	r->t++;
	r->sum += x;
	double mean = fmin((0.5 + r->sum) / (r->t + 1), 1);
	r->squares += (x - mean) * (x - mean);
}

static double next_bet(const struct running *r, double alpha)
{
	double t = r->t + 1;
	return sqrt(-2 * log(alpha) / (t * log1p(t) * running_variance(r)));
}

/* Each side has half of alpha. */
struct hedged_capital betting_hedged(const double *x, int n, double m, double alpha)
{
	struct running r = {0};
	struct hedged_capital capital = {0, 0};
	for (int i = 0; i < n; i++) {
		double bet = next_bet(&r, alpha / 2);
		capital.plus += log1p(fmin(bet, BOLDEST / m) * (x[i] - m));
		capital.minus += log1p(-fmin(bet, BOLDEST / (1 - m)) * (x[i] - m));
		running_add(&r, x[i]);
	}
	return capital;
}

static bool rejects(const double *x, int n, double m, double alpha)
{
	struct hedged_capital capital = betting_hedged(x, n, m, alpha);
	return log(0.5) + fmax(capital.plus, capital.minus) >= -log(alpha);
}

/* Between the mean, shrunk a little, and an end. */
static double find_end(const double *x, int n, double alpha, double inner, double end)
{
	double outer = end;
	for (int i = 0; i < 200; i++) {
		double middle = (inner + outer) / 2;
		if (middle == inner || middle == outer)
			break;
		if (rejects(x, n, middle, alpha))
			outer = middle;
		else
			inner = middle;
	}
	return outer;
}

struct interval betting_interval(const double *x, int n, double alpha)
{
	double sum = 0.5;
	for (int i = 0; i < n; i++)
		sum += x[i];
	double mean = sum / (n + 1);
	return (struct interval){find_end(x, n, alpha, mean, 0), find_end(x, n, alpha, mean, 1)};
}

static double lower_bernstein(const double *x, int n, double alpha, bool mirrored)
{
	struct running r = {0};
	double bets = 0, weighted = 0, variance = 0, plain = 0;
	for (int i = 0; i < n; i++) {
		double value = mirrored ? 1 - x[i] : x[i], before = i ? plain / i : 0;
		double bet = fmin(next_bet(&r, alpha / 2), BOLDEST);
		bets += bet;
		weighted += bet * value;
		variance += (value - before) * (value - before) * (-log1p(-bet) - bet);
		plain += value;
		running_add(&r, value);
	}
	return (weighted + log(alpha / 2) - variance) / bets;
}

struct interval betting_bernstein(const double *x, int n, double alpha)
{
	return (struct interval){lower_bernstein(x, n, alpha, false),
				 1 - lower_bernstein(x, n, alpha, true)};
}
