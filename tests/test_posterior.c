/* The integral over two beta laws against exact sums and against mpmath. */
#include "sim/stats/posterior.h"

#include <criterion/criterion.h>
#include <math.h>

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

Test(posterior, a_million_million_requests_leave_ten_digits)
{
	const struct beta_law half = {5e11, 5e11};
	cr_expect_float_eq(posterior_above(half, half, 1e-15), 0.5, 1e-11);
	/* The difference is normal; E max(0, it) is its deviation over the root of 2 pi. */
	double wanted = sqrt(2 * 0.25 / 1e12) / sqrt(2 * M_PI);
	cr_expect_float_eq(posterior_loss(half, half, 1e-15) / wanted, 1, 1e-10);
}

Test(posterior, what_is_far_apart_loses_the_difference_of_means)
{
	const struct beta_law A = {2570370, 972793}, B = {0.173383, 7709930};
	double difference = A.a / (A.a + A.b) - B.a / (B.a + B.b);
	cr_expect_float_eq(posterior_loss(A, B, 1e-14) / difference, 1, 1e-12);
	cr_expect_eq(posterior_above(A, B, 1e-14), 0);
	cr_expect_float_eq(posterior_above(B, A, 1e-14), 1, 1e-14);
}

/* Integrals of hypergeometric functions by mpmath, with 25 digits. */
Test(posterior, laws_that_pile_up_at_the_ends_keep_their_digits)
{
	const struct {
		struct beta_law A, B;
		double above, loss;
	} piled[] = {
		{{2248.1, 0.0509565},
		 {7883.12, 0.0746342},
		 0.44023998252811186,
		 8.437446976702984e-6},
		{{0.60563, 1981.4}, {0.20072, 116.6}, 0.5205151937678519, 0.00016217106809348695},
		{{0.12764, 0.76082}, {2971.4, 0.50061}, 0.9998152704596075, 4.451937243038503e-8},
		{{3.2378, 0.17474}, {0.8579, 2735.2}, 3.189362956606212e-12, 0.9484811860963057},
		{{1013.6, 30.036}, {0.23885, 0.10152}, 0.5057338075392881, 0.282727988042873},
		{{2.0705, 100.49}, {11.926, 63.597}, 0.9998068503263378, 1.9877060505138853e-6},
	};
	for (int i = 0; i < 6; i++) {
		double above = posterior_above(piled[i].A, piled[i].B, 1e-15);
		double loss = posterior_loss(piled[i].A, piled[i].B, 1e-15);
		cr_expect_float_eq(above / piled[i].above, 1, 1e-11, "%d: %.17g", i, above);
		cr_expect_float_eq(loss / piled[i].loss, 1, 1e-8, "%d: %.17g", i, loss);
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
