/* The integral over two beta laws against exact sums and against mpmath. */
#include "sim/stats/posterior.h"

#include <criterion/criterion.h>

Test(posterior, counts_agree_with_the_integral)
{
	const struct beta_law laws[] = {{1, 1}, {1, 30}, {40, 2}, {17, 23}, {120, 80}};
	for (int l = 0; l < 5; l++)
		for (int n = 0; n <= 200; n += 25) {
			double chance[201];
			posterior_above_counts(laws[l], n, chance);
			for (int s = 0; s <= n; s++) {
				struct beta_law B = {1 + s, 1 + n - s};
				double wanted = posterior_above(laws[l], B, 1e-14);
				cr_assert_float_eq(chance[s] / wanted, 1, 1e-11, "%d %d %d", l, n,
						   s);
			}
		}
}

/* By mpmath, with 40 digits. */
Test(posterior, far_tails_keep_their_digits)
{
	const struct {
		struct beta_law A, B;
		double wanted;
	} far[] = {{{535.34, 482.456}, {1.294, 428.775}, 2.609388450493965e-108},
		   {{104.743, 10.112}, {50.65, 841.907}, 1.321043263077884e-91}};
	for (int i = 0; i < 2; i++) {
		double above = posterior_above(far[i].A, far[i].B, 1e-14);
		cr_expect_float_eq(above / far[i].wanted, 1, 1e-11, "%.17g", above);
	}
}
