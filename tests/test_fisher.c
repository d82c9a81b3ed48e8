/* The score of a table must be the normal number of its exact chance, and must not jump where it
 * becomes the pooled z. */
#include "sim/stats/fisher.h"
#include "sim/stats/proportion.h"

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>

static const struct known_score {
	double a, b, c, d, score;
} known[] = {
	/* scipy 1.10.1: norm.isf(M.sf(a) + M.pmf(a) / 2), M = hypergeom(all, a + c, a + b); from
	 * the other tail where that is the smaller one. */
	{0, 60, 0, 240, 0},
	{1, 59, 0, 240, 1.28155156554},
	{0, 60, 1, 239, -0.253347103136},
	{1, 59, 4, 236, 0.0789228966408},
	{3, 57, 0, 240, 2.66577603104},
	{2, 58, 2, 238, 1.26446002726},
	{5, 55, 1, 239, 3.18145579427},
	{0, 60, 7, 233, -1.26459255036},
	{12, 588, 24, 2376, 1.88766140046},
	{3, 597, 24, 2376, -1.14560518115},
	{40, 560, 90, 2310, 2.98018325061},
	{1, 0, 0, 1, 0.674489750196},
	{0, 1, 1, 0, -0.674489750196},
	{8, 2, 1, 5, 2.2360323778},
	{30, 0, 0, 30, 8.59323254136},
	{600, 0, 2300, 100, 6.42320556287},
	{597, 3, 2380, 20, 0.792999946996},
	{100, 900, 100, 8900, 14.5331023731},
	{7, 93, 70, 930, 0.0461291215826},
	{250, 750, 2000, 8000, 3.65732219357},
	{0, 1000, 300, 699, -21.5106712954},
};

Test(fisher, score_is_the_normal_number_of_the_exact_chance)
{
	for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
		const struct known_score *k = &known[i];
		double got = fisher_score(k->a, k->b, k->c, k->d);
		cr_expect_float_eq(got, k->score, 1e-9 * (1 + fabs(k->score)),
				   "%g %g %g %g: %.12g, not %.12g", k->a, k->b, k->c, k->d, got,
				   k->score);
	}
}

Test(fisher, score_of_the_table_upside_down_is_the_opposite)
{
	for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
		const struct known_score *k = &known[i];
		cr_expect_float_eq(fisher_score(k->a, k->b, k->c, k->d),
				   -fisher_score(k->c, k->d, k->a, k->b),
				   1e-9 * (1 + fabs(k->score)));
	}
}

Test(fisher, score_without_either_kind_is_0_and_without_anything_nan)
{
	cr_expect_eq(fisher_score(0, 60, 0, 240), 0);
	cr_expect_eq(fisher_score(60, 0, 240, 0), 0);
	cr_expect_eq(fisher_score(0, 0, 3, 240), 0);
	cr_expect(isnan(fisher_score(0, 0, 0, 0)));
}

/* On either side of the count from which it is z. */
Test(fisher, score_of_large_counts_is_z)
{
	for (double n = 3e5; n < 1e13; n *= 7) {
		double bad = floor(n / 10 + 0.6 * sqrt(n)), bad_too = n / 10;
		double z = proportion_z(bad, n, bad_too, n);
		cr_expect_float_eq(fisher_score(bad, n - bad, bad_too, n - bad_too), z, 0.01,
				   "at %g", n);
	}
}

/* Over all tables of the same margins: no score is more likely to be passed than a normal number,
 * but for half of the chance of one table. */
Test(fisher, scores_are_spread_as_normal_numbers_or_less)
{
	double mean = 0, square = 0;
	for (unsigned a = 0; a <= 5; a++) {
		double chance = gsl_ran_hypergeometric_pdf(a, 5, 295, 60);
		double score = fisher_score(a, 60 - a, 5 - a, 235 + a);
		mean += chance * score;
		square += chance * score * score;
	}
	cr_expect_float_eq(mean, 0, 0.1);
	cr_expect_lt(square, 1);
}
