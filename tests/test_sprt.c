/* Wald's test at the ends of what it may be asked; its numbers are held to other programs in
 * tests/answers. */
#include "sim/stats/sprt.h"

#include <criterion/criterion.h>
#include <math.h>

Test(sprt, never_promises_less_than_it_keeps)
{
	/* Wald 1945: both errors together are no more than wanted, as are each over one less the
	 * other. */
	for (double p0 = 0.001; p0 < 0.6; p0 *= 3)
		for (double alpha = 0.001; alpha < 0.4; alpha *= 4) {
			double p1 = 1.6 * p0, beta = 0.3 - alpha / 2;
			struct sprt s = sprt_limits(alpha, beta);
			struct sprt_course good = sprt_bernoulli(&s, p0, p1, p0);
			struct sprt_course bad = sprt_bernoulli(&s, p0, p1, p1);
			cr_expect_leq(good.rejects / bad.rejects, alpha / (1 - beta) + 1e-12);
			cr_expect_leq(bad.accepts / good.accepts, beta / (1 - alpha) + 1e-12);
			cr_expect_float_eq(good.accepts + good.rejects, 1, 1e-12);
		}
}

Test(sprt, is_walds_where_nothing_overshoots)
{
	struct sprt s = sprt_limits(0.05, 0.1);
	struct sprt_course exact = sprt_normal(&s, 0.02, 0.013);
	struct sprt_course wald = sprt_normal_wald(&s, 0.02, 0.013);
	cr_expect_float_eq(exact.accepts, wald.accepts, 0.002);
	cr_expect_float_eq(exact.mean / wald.mean, 1, 0.02);
}

Test(sprt, counts_alike_failures_and_alike_successes)
{
	struct sprt s = sprt_limits(0.05, 0.1);
	struct sprt_lines line = sprt_lines(&s, 0.01, 0.02);
	struct sprt_course none = sprt_bernoulli(&s, 0.01, 0.02, 0);
	struct sprt_course all = sprt_bernoulli(&s, 0.01, 0.02, 1);
	cr_expect_eq(none.accepts, 1);
	cr_expect_eq(none.mean, ceil(-line.accept / line.slope));
	cr_expect_eq(all.rejects, 1);
	cr_expect_eq(all.mean, ceil(line.reject / (1 - line.slope)));
	cr_expect_float_eq(sprt_bernoulli_wald(&s, 0.01, 0.02, 0).mean, -line.accept / line.slope,
			   1e-9);
	cr_expect_float_eq(sprt_bernoulli_wald(&s, 0.01, 0.02, 1).mean,
			   line.reject / (1 - line.slope), 1e-9);
}

Test(sprt, says_so_where_it_would_take_too_long)
{
	struct sprt s = sprt_limits(0.05, 0.1);
	cr_expect(isnan(sprt_bernoulli(&s, 1e-8, 2e-8, 1e-8).mean));
	cr_expect(isnan(sprt_normal(&s, 1e-3, 0).mean));
	cr_expect_float_eq(sprt_normal_wald(&s, 1e-3, 5e-4).mean,
			   2.890371757896165 * 2.251291798606495 / 1e-6, 1e-3);
}
