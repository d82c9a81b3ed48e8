/* Quantiles must be those of Hyndman and Fan's seventh definition; their intervals must have the
 * ranks that the binomial law, summed term by term, calls for. */
#include "sim/stats/quantile.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdbool.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { MOST_VALUES = 300 };

struct known_quantile {
	double sorted[5];
	size_t n;
	double p, value;
};

/* Definition 7, computed outside this program (scipy 1.10.1 and R 4.2.2). */
static const struct known_quantile type7[] = {
	{{313.5185175262381}, 1, 0.5, 313.5185175262381},
	{{313.5185175262381}, 1, 0.9, 313.5185175262381},
	{{313.5185175262381}, 1, 0.95, 313.5185175262381},
	{{313.5185175262381}, 1, 0.99, 313.5185175262381},
	{{313.5185175262381}, 1, 1, 313.5185175262381},
	{{313.5185175262381}, 1, 0.20715070628661214, 313.5185175262381},
	{{313.5185175262381}, 1, 0.06385939849619171, 313.5185175262381},
	{{313.5185175262381}, 1, 0.8509170313491655, 313.5185175262381},
	{{-654022984.7697012, 431006770.6712816}, 2, 0.5, -111508107.04920983},
	{{-654022984.7697012, 431006770.6712816}, 2, 0.9, 322503795.1271833},
	{{-654022984.7697012, 431006770.6712816}, 2, 0.95, 376755282.8992324},
	{{-654022984.7697012, 431006770.6712816}, 2, 0.99, 420156473.1168717},
	{{-654022984.7697012, 431006770.6712816}, 2, 1, 431006770.6712816},
	{{-654022984.7697012, 431006770.6712816}, 2, 0.9844786645069751, 414165659.8171673},
	{{-654022984.7697012, 431006770.6712816}, 2, 0.9328065824803763, 358099913.29272044},
	{{-654022984.7697012, 431006770.6712816}, 2, 0.32426667666825126, -302183991.88668835},
	{{-86481253.85522246, 414968721.08387804, 912334000.2659051}, 3, 0.5, 414968721.08387804},
	{{-86481253.85522246, 414968721.08387804, 912334000.2659051}, 3, 0.9, 812860944.4294997},
	{{-86481253.85522246, 414968721.08387804, 912334000.2659051}, 3, 0.95, 862597472.3477024},
	{{-86481253.85522246, 414968721.08387804, 912334000.2659051}, 3, 0.99, 902386694.6822646},
	{{-86481253.85522246, 414968721.08387804, 912334000.2659051}, 3, 1, 912334000.2659051},
	{{-86481253.85522246, 414968721.08387804, 912334000.2659051},
	 3,
	 0.009487196990649593,
	 -76966544.46881537},
	{{-86481253.85522246, 414968721.08387804, 912334000.2659051},
	 3,
	 0.3149884840549597,
	 229420681.01570717},
	{{-86481253.85522246, 414968721.08387804, 912334000.2659051},
	 3,
	 0.6200149387118316,
	 534351248.08072597},
	{{84.91502384606709, 98.86610620480663, 377.7742892005231, 1181.7338752414705,
	  1359.177899609563},
	 5,
	 0.5,
	 377.7742892005231},
	{{84.91502384606709, 98.86610620480663, 377.7742892005231, 1181.7338752414705,
	  1359.177899609563},
	 5,
	 0.9,
	 1288.200289862326},
	{{84.91502384606709, 98.86610620480663, 377.7742892005231, 1181.7338752414705,
	  1359.177899609563},
	 5,
	 0.95,
	 1323.6890947359443},
	{{84.91502384606709, 98.86610620480663, 377.7742892005231, 1181.7338752414705,
	  1359.177899609563},
	 5,
	 0.99,
	 1352.0801386348392},
	{{84.91502384606709, 98.86610620480663, 377.7742892005231, 1181.7338752414705,
	  1359.177899609563},
	 5,
	 1,
	 1359.177899609563},
	{{84.91502384606709, 98.86610620480663, 377.7742892005231, 1181.7338752414705,
	  1359.177899609563},
	 5,
	 0.4337936768273437,
	 303.91234800487206},
	{{84.91502384606709, 98.86610620480663, 377.7742892005231, 1181.7338752414705,
	  1359.177899609563},
	 5,
	 0.9201051543151121,
	 1302.470447831186},
	{{84.91502384606709, 98.86610620480663, 377.7742892005231, 1181.7338752414705,
	  1359.177899609563},
	 5,
	 0.8104418879012774,
	 1224.6340825599016},
	{{-865263739.7825152, -571367012.9372182, -22107512.80790472, 609513210.4022791,
	  890096127.6121101},
	 5,
	 0.5,
	 -22107512.80790472},
	{{-865263739.7825152, -571367012.9372182, -22107512.80790472, 609513210.4022791,
	  890096127.6121101},
	 5,
	 0.9,
	 777862960.7281778},
	{{-865263739.7825152, -571367012.9372182, -22107512.80790472, 609513210.4022791,
	  890096127.6121101},
	 5,
	 0.95,
	 833979544.1701438},
	{{-865263739.7825152, -571367012.9372182, -22107512.80790472, 609513210.4022791,
	  890096127.6121101},
	 5,
	 0.99,
	 878872810.9237169},
	{{-865263739.7825152, -571367012.9372182, -22107512.80790472, 609513210.4022791,
	  890096127.6121101},
	 5,
	 1,
	 890096127.6121101},
	{{-865263739.7825152, -571367012.9372182, -22107512.80790472, 609513210.4022791,
	  890096127.6121101},
	 5,
	 0.839828743139412,
	 710330853.5996745},
	{{-865263739.7825152, -571367012.9372182, -22107512.80790472, 609513210.4022791,
	  890096127.6121101},
	 5,
	 0.9261381074928394,
	 807198586.5309179},
	{{-865263739.7825152, -571367012.9372182, -22107512.80790472, 609513210.4022791,
	  890096127.6121101},
	 5,
	 0.4204160528554026,
	 -196956468.91574177},
	{{-958106091.9651535, -865621484.1586887, -465265617.5323269, -229558440.56032062,
	  643694813.4562464},
	 5,
	 0.5,
	 -465265617.5323269},
	{{-958106091.9651535, -865621484.1586887, -465265617.5323269, -229558440.56032062,
	  643694813.4562464},
	 5,
	 0.9,
	 294393511.8496197},
	{{-958106091.9651535, -865621484.1586887, -465265617.5323269, -229558440.56032062,
	  643694813.4562464},
	 5,
	 0.95,
	 469044162.6529328},
	{{-958106091.9651535, -865621484.1586887, -465265617.5323269, -229558440.56032062,
	  643694813.4562464},
	 5,
	 0.99,
	 608764683.2955837},
	{{-958106091.9651535, -865621484.1586887, -465265617.5323269, -229558440.56032062,
	  643694813.4562464},
	 5,
	 1,
	 643694813.4562464},
	{{-958106091.9651535, -865621484.1586887, -465265617.5323269, -229558440.56032062,
	  643694813.4562464},
	 5,
	 0.8774062028888082,
	 215473084.45786625},
	{{-958106091.9651535, -865621484.1586887, -465265617.5323269, -229558440.56032062,
	  643694813.4562464},
	 5,
	 0.398894315979877,
	 -627178632.5192366},
	{{-958106091.9651535, -865621484.1586887, -465265617.5323269, -229558440.56032062,
	  643694813.4562464},
	 5,
	 0.47323093725406284,
	 -508134222.7900274},
};

struct known_ranks {
	size_t n;
	double p;
	size_t low, high;
	double coverage;
};

/* Level 99 %, equal tails of the binomial law, computed outside this program (scipy 1.10.1). */
static const struct known_ranks ranks_99[] = {
	{10, 0.5, 1, 10, 0.998046875},
	{10, 0.9, 6, 11, 0.9983650626},
	{10, 0.95, 7, 11, 0.9989715020621094},
	{10, 0.99, 9, 11, 0.9957337997571686},
	{10, 0.999, 9, 11, 0.9999552393710069},
	{20, 0.5, 4, 17, 0.9974231719970703},
	{20, 0.9, 14, 21, 0.9976139105910339},
	{20, 0.95, 16, 21, 0.9974260596653477},
	{20, 0.99, 18, 21, 0.9989964238318999},
	{20, 0.999, 19, 21, 0.9998122655268227},
	{50, 0.5, 16, 35, 0.9933995520331891},
	{50, 0.9, 39, 51, 0.9967800788640901},
	{50, 0.95, 43, 51, 0.9968116567777024},
	{50, 0.99, 47, 51, 0.9984038269092671},
	{50, 0.999, 49, 51, 0.9988135174961821},
	{100, 0.5, 37, 64, 0.9933628794840739},
	{100, 0.9, 82, 98, 0.9934743611681155},
	{100, 0.95, 89, 101, 0.9957258175336341},
	{100, 0.99, 96, 101, 0.9965676784122455},
	{100, 0.999, 99, 101, 0.9953619316095758},
	{500, 0.5, 221, 280, 0.9917385781830175},
	{500, 0.9, 432, 467, 0.990973380047021},
	{500, 0.95, 462, 488, 0.9927839378771598},
	{500, 0.99, 488, 501, 0.9980995068161168},
	{500, 0.999, 497, 501, 0.9982641478593788},
	{1000, 0.5, 459, 542, 0.9913600509977394},
	{1000, 0.9, 875, 925, 0.9917080966907467},
	{1000, 0.95, 931, 968, 0.9928656062250273},
	{1000, 0.99, 981, 998, 0.994032208218481},
	{1000, 0.999, 996, 1001, 0.9963631219704782},
	{10000, 0.5, 4871, 5130, 0.9904058418741641},
	{10000, 0.9, 8922, 9078, 0.9906899219507175},
	{10000, 0.95, 9443, 9556, 0.9904794075181588},
	{10000, 0.99, 9873, 9926, 0.9923419346626166},
	{10000, 0.999, 9981, 9998, 0.9938021090935485},
	{100000, 0.5, 49593, 50408, 0.9900415411987187},
	{100000, 0.9, 89755, 90245, 0.9901932892658442},
	{100000, 0.95, 94822, 95178, 0.9901993475081453},
	{100000, 0.99, 98918, 99081, 0.9904161521141801},
	{100000, 0.999, 99873, 99926, 0.9920634521299514},
};

static const double shares[] = {0, 0.01, 0.1, 0.25, 0.5, 0.7, 0.95, 0.99, 1};
static const double levels[] = {0.5, 0.9, 0.95, 0.99, 0.999999};

/* Differ by at most `tolerance` of the larger, or are the same. */
static bool near(double a, double b, double tolerance)
{
	return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

Test(quantile, is_the_known_value)
{
	for (size_t i = 0; i < LENGTH(type7); i++) {
		const struct known_quantile *known = &type7[i];
		double got = quantile_of_sorted(known->sorted, known->n, known->p);
		cr_expect(near(got, known->value, 1e-14), "row %zu: %.17g, not %.17g", i, got,
			  known->value);
	}
}

/* Gauge readings after the NIST/SEMATECH e-Handbook 7.2.6.2, as Kayenta's StatisticSuite has them.
 */
Test(quantile, of_the_gauge_readings_is_as_published)
{
	static const double readings[] = {95.0610, 95.0925, 95.1195, 95.1442, 95.1567, 95.1591,
					  95.1682, 95.1772, 95.1772, 95.1937, 95.1959, 95.1990};
	cr_expect(near(quantile_of_sorted(readings, LENGTH(readings), 0.9), 95.19568, 1e-12));
}

Test(quantile, of_nothing_is_nan)
{
	cr_expect(isnan(quantile_of_sorted(NULL, 0, 0.5)));
}

Test(quantile, of_one_value_is_that_value)
{
	static const double one[] = {3.25};
	for (size_t i = 0; i < LENGTH(shares); i++)
		cr_expect_eq(quantile_of_sorted(one, 1, shares[i]), 3.25);
}

Test(quantile, reaches_both_ends)
{
	static const double two[] = {-1, 7};
	cr_expect_eq(quantile_of_sorted(two, 2, 0), -1);
	cr_expect_eq(quantile_of_sorted(two, 2, 0.25), 1);
	cr_expect_eq(quantile_of_sorted(two, 2, 1), 7);
}

Test(quantile, of_ties_is_the_tie)
{
	static const double tied[] = {0.1, 0.1, 0.1, 0.1, 0.3};
	for (int i = 0; i <= 1000; i++)
		cr_expect_eq(quantile_of_sorted(tied, 4, i / 1000.0), 0.1);
	cr_expect_eq(quantile_of_sorted(tied, 5, 0.6), 0.1);
	cr_expect_gt(quantile_of_sorted(tied, 5, 0.9), 0.1);
}

Test(quantile, of_what_never_happened_is_infinite_not_nan)
{
	static const double times[] = {1, 2, INFINITY, INFINITY};
	cr_expect_eq(quantile_of_sorted(times, 4, 1.0 / 3), 2);
	cr_expect_eq(quantile_of_sorted(times, 4, 0.5), INFINITY);
	cr_expect_eq(quantile_of_sorted(times, 4, 0.9), INFINITY);
	cr_expect_eq(quantile_of_sorted(times, 4, 1), INFINITY);
}

Test(quantile, does_not_overflow_between_far_neighbours)
{
	static const double far[] = {-1.5e308, 1.5e308};
	cr_expect_eq(quantile_of_sorted(far, 2, 0.5), 0);
}

Test(quantile, ranks_are_the_known_ones)
{
	for (size_t i = 0; i < LENGTH(ranks_99); i++) {
		const struct known_ranks *known = &ranks_99[i];
		struct quantile_ranks got = quantile_ranks(known->n, known->p, 0.99);
		cr_expect_eq(got.low, known->low, "row %zu: low %zu", i, got.low);
		cr_expect_eq(got.high, known->high, "row %zu: high %zu", i, got.high);
		cr_expect(near(got.coverage, known->coverage, 1e-12), "row %zu: covers %.17g", i,
			  got.coverage);
	}
}

/* The law of how many of n values lie below the quantile, outwards from the most likely count. */
static void binomial_law(int n, double p, long double law[MOST_VALUES + 1])
{
	for (int x = 0; x <= n; x++)
		law[x] = 0;
	if (p <= 0 || p >= 1) {
		law[p <= 0 ? 0 : n] = 1;
		return;
	}
	long double odds = (long double)p / (1 - (long double)p), sum = 1;
	int mode = (int)((n + 1) * p);
	mode = mode > n ? n : mode;
	law[mode] = 1;
	for (int x = mode + 1; x <= n; x++)
		sum += law[x] = law[x - 1] * (n - x + 1) / x * odds;
	for (int x = mode - 1; x >= 0; x--)
		sum += law[x] = law[x + 1] * (x + 1) / (n - x) / odds;
	for (int x = 0; x <= n; x++)
		law[x] /= sum;
}

static double sum(const long double *law, int from, int to)
{
	long double total = 0;
	for (int x = from; x <= to; x++)
		total += law[x];
	return (double)total;
}

static void check_ranks(int n, double p, double level)
{
	long double law[MOST_VALUES + 1];
	binomial_law(n, p, law);
	struct quantile_ranks got = quantile_ranks((size_t)n, p, level);
	int low = (int)got.low, high = (int)got.high;
	double covered = sum(law, low, high - 1), tail = (1 - level) / 2, slack = 1e-13;
	cr_expect_geq(covered, level - slack, "n %d p %g level %g covers %g", n, p, level, covered);
	cr_expect(near(got.coverage, covered, 1e-12), "n %d p %g level %g", n, p, level);
	/* One rank further in, either tail would be too heavy: the interval is the shortest. */
	cr_expect_leq(sum(law, 0, low - 1), tail + slack);
	cr_expect_geq(sum(law, 0, low), tail - slack);
	cr_expect_leq(sum(law, high, n), tail + slack);
	cr_expect_geq(sum(law, high - 1 > 0 ? high - 1 : 0, n), tail - slack);
}

Test(quantile, interval_covers_at_least_its_level_and_is_the_shortest)
{
	for (int n = 0; n <= MOST_VALUES; n += n < 12 ? 1 : 24)
		for (size_t s = 0; s < LENGTH(shares); s++)
			for (size_t l = 0; l < LENGTH(levels); l++)
				check_ranks(n, shares[s], levels[l]);
}

/* A law with ties can only be covered more often: here all 3^5 samples of {1, 2, 3} are tried. */
Test(quantile, interval_of_tied_values_covers_at_least_its_level)
{
	double covered = 0, level = 0.8;
	static const double weight[] = {0.2, 0.5, 0.3}; /* the median is 2 */
	for (int sample = 0; sample < 243; sample++) {
		int counts[3] = {0};
		double chance = 1, sorted[5];
		for (int i = 0, rest = sample; i < 5; i++, rest /= 3) {
			counts[rest % 3]++;
			chance *= weight[rest % 3];
		}
		for (int i = 0; i < 5; i++)
			sorted[i] = i < counts[0] ? 1 : i < counts[0] + counts[1] ? 2 : 3;
		struct interval median = quantile_interval(sorted, 5, 0.5, level);
		if (median.low <= 2 && 2 <= median.high)
			covered += chance;
	}
	cr_expect_geq(covered, level);
}

Test(quantile, interval_of_few_values_is_open_where_the_sample_sets_no_bound)
{
	static const double values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	struct interval none = quantile_interval(NULL, 0, 0.5, 0.95);
	cr_expect_eq(none.low, -INFINITY);
	cr_expect_eq(none.high, INFINITY);
	struct interval two = quantile_interval(values, 2, 0.5, 0.95);
	cr_expect_eq(two.low, -INFINITY);
	cr_expect_eq(two.high, INFINITY);
	/* Ranks 6 and 11 of 10 at 99 %, as in the table above. */
	struct interval late = quantile_interval(values, 10, 0.9, 0.99);
	cr_expect_eq(late.low, 6);
	cr_expect_eq(late.high, INFINITY);
	struct interval middle = quantile_interval(values, 10, 0.5, 0.99);
	cr_expect_eq(middle.low, 1);
	cr_expect_eq(middle.high, 10);
}

Test(quantile, certainty_sets_no_bound)
{
	struct quantile_ranks ranks = quantile_ranks(5000, 0.5, 1);
	cr_expect_eq(ranks.low, 0);
	cr_expect_eq(ranks.high, 5001);
	cr_expect_eq(ranks.coverage, 1);
}

/* So many values are normal: n p -+ 1.95996398 sqrt(n p (1 - p)). */
Test(quantile, ranks_of_very_many_values_are_normal)
{
	struct quantile_ranks ranks = quantile_ranks(1000000000000, 0.95, 0.95);
	double reach = 1.959963984540054 * sqrt(1e12 * 0.95 * 0.05);
	cr_expect_float_eq((double)ranks.low, 0.95e12 - reach, 3);
	cr_expect_float_eq((double)ranks.high, 0.95e12 + reach, 3);
	cr_expect(near(ranks.coverage, 0.95, 1e-5));
	cr_expect_geq(ranks.coverage, 0.95);
}
