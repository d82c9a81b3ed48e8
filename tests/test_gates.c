/* A ladder with a threshold where its course has a closed form. */
#include "sim/stats/gates.h"
#include "sim/stats/proportion.h"

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>

enum { INTERVALS = 10 };

static const double even[INTERVALS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
static double fails[INTERVALS], rolled_back[INTERVALS];

static struct gates_course follow(struct gates g)
{
	double failed[INTERVALS + 1];
	g.share = even;
	g.intervals = INTERVALS;
	return gates_follow(&g, failed, fails, rolled_back);
}

Test(gates, failures_of_all_are_binomial_and_the_last_of_them_negative_binomial)
{
	for (int limit = 0; limit < INTERVALS; limit++) {
		struct gates_course c = follow((struct gates){.requests = 300,
							      .error_rate = 0.01,
							      .threshold = 0.015,
							      .failure_limit = limit});
		double q = proportion_at_least(5, 300, 0.01);
		double rollback = proportion_at_least(limit + 1, INTERVALS, q);
		cr_expect_float_eq(c.rollback / rollback, 1, 1e-12);
		cr_expect_float_eq(c.promote + c.rollback, 1, 1e-12);
		for (int k = limit; k < INTERVALS; k++) {
			double at =
				gsl_ran_negative_binomial_pdf((unsigned)(k - limit), q, limit + 1);
			cr_expect_float_eq(rolled_back[k] / at, 1, 1e-10);
		}
	}
}

/* Of ten fair tosses 504 of 1024 have no three heads in a row: the tribonacci numbers. */
Test(gates, failures_in_a_row_are_runs)
{
	struct gates_course c = follow((struct gates){.requests = 1,
						      .error_rate = 0.5,
						      .threshold = 0.5,
						      .failure_limit = 2,
						      .in_a_row = true});
	cr_expect_eq(c.promote, 504.0 / 1024);
	cr_expect_eq(c.rollback, 520.0 / 1024);
}

Test(gates, a_share_at_the_threshold_passes)
{
	const struct {
		double requests, threshold;
		int most;
	} cases[] = {{100, 0.29, 29}, {100, 0.07, 7}, {20, 0.05, 1}, {3, 0, 0}, {3, 1, 3}};
	for (int i = 0; i < 5; i++) {
		follow((struct gates){.requests = cases[i].requests,
				      .error_rate = 0.2,
				      .threshold = cases[i].threshold});
		cr_expect_eq(fails[0],
			     proportion_at_least(cases[i].most + 1, cases[i].requests, 0.2));
	}
}

Test(gates, without_requests_nothing_fails)
{
	struct gates_course c = follow((struct gates){.requests = 0.4, .error_rate = 1});
	cr_expect_eq(c.promote, 1);
	cr_expect_eq(c.requests, 0);
	cr_expect(isnan(c.rollback_interval));
}
