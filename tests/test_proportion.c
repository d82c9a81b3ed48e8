/* Intervals must have the published limits and cover what they promise, counted from the binomial
 * law itself; and no count, however large or small, may break them. */
#include "sim/stats/proportion.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdbool.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { MOST_TRIALS = 400 };

struct known_interval {
	double successes, n, level, low, high;
};

/* scipy 1.10.1 and statsmodels 0.13.5, agreeing with R 4.2.2 prop.test; the last five from Newcombe
 * 1998, Table I, with the digits of the formula. */
static const struct known_interval wilson[] = {
	{2613, 2613, 0.99, 0.997467243771401, 1},
	{1, 174, 0.999, 0.00045095957664535724, 0.0689519246166045},
	{139, 151955, 0.99, 0.0007355936824095518, 0.0011374770883458088},
	{0, 15, 0.999, 0, 0.41922518363196193},
	{10946, 47780, 0.99, 0.2241772640646502, 0.23408130434018706},
	{105, 20065, 0.999, 0.0038031448257383723, 0.007196529555943129},
	{1, 528, 0.99, 0.00022239790079897105, 0.015928617784705612},
	{25, 141, 0.999, 0.09576100026523904, 0.3048748506861562},
	{0, 103, 0.99, 0, 0.060518108802224316},
	{72, 532, 0.999, 0.09375418473043416, 0.19147002977083455},
	{6508, 6508, 0.99, 0.9989815397629601, 1},
	{45, 519, 0.999, 0.05404641210622319, 0.1362561931345641},
	{194, 203, 0.99, 0.9018864173448984, 0.9806002439865567},
	{95, 1120, 0.999, 0.061245467193740646, 0.11634798045339088},
	{0, 44, 0.99, 0, 0.13103407030335285},
	{97653, 960112, 0.999, 0.10069942949582253, 0.10272957141782321},
	{361, 301131, 0.99, 0.0010470084913689844, 0.0013725990639975386},
	{0, 16, 0.999, 0, 0.40359852629878923},
	{124130, 283366, 0.99, 0.4356560635056229, 0.44045759153093433},
	{50969, 262395, 0.999, 0.19171660535039278, 0.1967992615103091},
	{2860, 2860, 0.99, 0.9976854755347851, 1},
	{2730, 539074, 0.999, 0.0047559049365932405, 0.0053924562978901},
	{711, 1146, 0.99, 0.5829006653909745, 0.65655070018358},
	{49, 3484, 0.999, 0.008844681018993213, 0.022294928621292075},
	{11638, 19425, 0.99, 0.5900351544306003, 0.6081468318248958},
	{496, 2408, 0.999, 0.18020649300366473, 0.23438592366796965},
	{0, 20, 0.95, 0, 0.1611251580528194},
	{5, 50, 0.95, 0.0434757649319, 0.213602314375},
	{1, 50, 0.95, 0.00353925927165, 0.104954435896},
	{5, 1000, 0.95, 0.00213753552732, 0.0116509553734},
	{10, 1000, 0.95, 0.00544075444553, 0.0183094688703},
};

/* scipy 1.10.1, agreeing with R 4.2.2 binom.test. The last three: the incomplete beta integral,
 * integrated and inverted with mpmath 1.3 at 40 digits. */
static const struct known_interval clopper_pearson[] = {
	{2613, 2613, 0.99, 0.9979743783544228, 1},
	{1, 174, 0.999, 2.8742777180047235e-06, 0.05600112257257324},
	{139, 151955, 0.99, 0.0007273233544501316, 0.0011341083041406408},
	{0, 15, 0.999, 0, 0.39753567719747507},
	{10946, 47780, 0.99, 0.22415618947012061, 0.23408124581481007},
	{105, 20065, 0.999, 0.0037165999346221693, 0.007129180981076487},
	{1, 528, 0.99, 9.49340536072145e-06, 0.01398683797047819},
	{25, 141, 0.999, 0.08711109995596493, 0.3026474070113348},
	{0, 103, 0.99, 0, 0.05013933582356469},
	{72, 532, 0.999, 0.09100615747608347, 0.1902203959952478},
	{6508, 6508, 0.99, 0.9991862075585876, 1},
	{45, 519, 0.999, 0.0512590729232121, 0.13446697328403612},
	{194, 203, 0.99, 0.9041342166073608, 0.9843808091361907},
	{95, 1120, 0.999, 0.05983041077513978, 0.11551626266834256},
	{0, 44, 0.99, 0, 0.11344871477289094},
	{97653, 960112, 0.999, 0.10069755684482991, 0.10272873085614828},
	{361, 301131, 0.99, 0.001042610570190928, 0.0013709956913041323},
	{0, 16, 0.999, 0, 0.37815001917722757},
	{124130, 283366, 0.99, 0.4356538778985814, 0.4404589581165001},
	{50969, 262395, 0.999, 0.19171089182489578, 0.1967973603690091},
	{2860, 2860, 0.99, 0.9981491564075979, 1},
	{2730, 539074, 0.999, 0.004752111531704661, 0.0053902920214887184},
	{711, 1146, 0.99, 0.5826120232708325, 0.6572118155023448},
	{49, 3484, 0.999, 0.008398444562185902, 0.021894394685819947},
	{11638, 19425, 0.99, 0.5900182893683106, 0.6081826573533582},
	{496, 2408, 0.999, 0.1796099973403014, 0.23421137524361751},
	{3e5, 1e6, 0.95, 0.29910191193358215, 0.30089924664225374},
	{1e6, 1e9, 0.95, 0.00099804196067584596, 0.0010019609288197938},
	{3e11, 1e12, 0.95, 0.29999910183174701, 0.30000089816941071},
};

/* x1, n1, x2, n2, z: statsmodels 0.13.5. */
static const double two_samples[][5] = {
	{14, 173, 92, 1176, 0.12293380499626286},
	{173, 15716, 3433, 410306, 3.5466667316248723},
	{52, 11574, 459, 91975, -0.7200642330674876},
	{4, 409, 1, 133729, 32.32228362277433},
	{1398, 784182, 1, 155, -1.3774132866438054},
	{5, 638, 3211, 512632, 0.50328556710868},
	{7, 1129, 0, 27, 0.41039573033238314},
	{1464, 6687, 36, 125, -1.8463268770759935},
	{3720, 848374, 442, 108259, 1.422035831826626},
	{1, 195, 9771, 848648, -0.8357799988015226},
	{0, 42, 21, 491, -1.3674837382725684},
	{64, 41662, 4, 312, -4.937659814142509},
	{26480, 546130, 3, 35, -1.0253149799126298},
	{2278, 87678, 17473, 668839, -0.24958298628986328},
	{51, 13298, 9, 3005, 0.6869098830383215},
	{40, 1009, 2, 66, 0.3794043098604234},
	{7, 4661, 0, 1299, 1.3975560437839825},
	{754, 28571, 2, 428, 2.798785457820458},
	{8374, 41553, 6, 41, 0.8805243961077328},
	{4398, 103055, 1177, 29488, 2.08325489468714},
	{44, 30667, 9, 4413, -0.9669535996258289},
	{1427, 8506, 103303, 670387, 3.4683351046766977},
	{13129, 369572, 4, 108, -0.08488513708017144},
	{24, 64, 2281, 11726, 3.6306533352007313},
	{9, 11979, 48, 62971, -0.03981612989738994},
};

/* x, n, p, P(at least x): sums of exact terms or the beta integral, by mpmath 1.3 at 45 digits. */
static const double at_least[][4] = {
	{1, 1, 0.25, 0.25},
	{3, 10, 0.125, 0.11950215324759483},
	{7, 10, 0.5, 0.171875},
	{10, 10, 0.75, 0.056313514709472656},
	{20, 100, 0.125, 0.022030050509865661},
	{400, 1000, 0.375, 0.055205335020959959},
	{3, 1000, 0.0009765625, 0.075951403642070414},
	{1990, 2000, 0.99, 0.010522510740821936},
	{5200, 10000, 0.5, 3.296757799336221e-5},
	{501000, 1000000, 0.5, 0.022804149932691043},
	{510, 1000000, 0.00048828125, 0.16824077106639312},
	{300000000.0, 1e+09, 0.29997, 0.019216518930966114},
	{250000500000.0, 1e+12, 0.25, 0.12410678914460582},
	{500001000000.0, 1e+12, 0.5, 0.022750185939172716},
};

static const double levels[] = {0.5, 0.8, 0.9, 0.95, 0.99, 0.999};

/* Differ by at most `tolerance` of the larger, or are the same. */
static bool near(double a, double b, double tolerance)
{
	return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

typedef struct interval interval_of(double successes, double n, double level);

static void check_intervals(interval_of *of, const struct known_interval *known, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct interval got = of(known[i].successes, known[i].n, known[i].level);
		cr_expect(near(got.low, known[i].low, 1e-11), "%g of %g: low %.17g, not %.17g",
			  known[i].successes, known[i].n, got.low, known[i].low);
		cr_expect(near(got.high, known[i].high, 1e-11), "%g of %g: high %.17g, not %.17g",
			  known[i].successes, known[i].n, got.high, known[i].high);
	}
}

/* The law of n trials, term by term, outwards from the most likely count. */
static void binomial_law(int n, double p, long double law[MOST_TRIALS + 1])
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

static double law_between(int low, int high, int n, double p)
{
	long double law[MOST_TRIALS + 1], sum = 0;
	binomial_law(n, p, law);
	for (int x = low; x <= high; x++)
		sum += law[x];
	return (double)sum;
}

Test(proportion, wilson_has_the_known_limits)
{
	check_intervals(proportion_wilson, wilson, LENGTH(wilson));
}

Test(proportion, clopper_pearson_has_the_known_limits)
{
	check_intervals(proportion_clopper_pearson, clopper_pearson, LENGTH(clopper_pearson));
}

Test(proportion, z_is_the_known_statistic)
{
	for (size_t i = 0; i < LENGTH(two_samples); i++) {
		const double *row = two_samples[i];
		double z = proportion_z(row[0], row[1], row[2], row[3]);
		cr_expect(near(z, row[4], 1e-13), "row %zu: %.17g, not %.17g", i, z, row[4]);
	}
}

Test(proportion, tails_are_exact_at_any_size)
{
	for (size_t i = 0; i < LENGTH(at_least); i++) {
		const double *row = at_least[i];
		double above = proportion_at_least(row[0], row[1], row[2]);
		double below = proportion_at_most(row[0] - 1, row[1], row[2]);
		cr_expect(near(above, row[3], 1e-12), "row %zu: %.17g, not %.17g", i, above,
			  row[3]);
		cr_expect(near(below, 1 - row[3], 1e-12), "row %zu: %.17g below", i, below);
	}
}

Test(proportion, tails_are_sums_of_the_law)
{
	static const double shares[] = {1e-5, 0.003, 0.2, 0.5, 0.77, 0.999, 1 - 1e-5};
	for (int n = 1; n <= 60; n += n < 8 ? 1 : 13)
		for (size_t s = 0; s < LENGTH(shares); s++)
			for (int x = 0; x <= n; x++) {
				double p = shares[s];
				cr_expect(near(proportion_at_least(x, n, p),
					       law_between(x, n, n, p), 1e-12),
					  "at least %d of %d at %g", x, n, p);
				cr_expect(near(proportion_at_most(x, n, p), law_between(0, x, n, p),
					       1e-12),
					  "at most %d of %d at %g", x, n, p);
			}
}

Test(proportion, tails_are_certain_where_the_share_is_0_or_1)
{
	cr_expect_eq(proportion_at_least(0, 5, 0), 1);
	cr_expect_eq(proportion_at_least(1, 5, 0), 0);
	cr_expect_eq(proportion_at_least(5, 5, 1), 1);
	cr_expect_eq(proportion_at_least(6, 5, 1), 0);
	cr_expect_eq(proportion_at_most(0, 5, 0), 1);
	cr_expect_eq(proportion_at_most(-1, 5, 0), 0);
	cr_expect_eq(proportion_at_most(4, 5, 1), 0);
	cr_expect_eq(proportion_at_most(5, 5, 1), 1);
}

/* Not by simulation: the chance of every count whose interval holds p is added up. */
static double coverage(const struct interval *intervals, int n, double p)
{
	long double law[MOST_TRIALS + 1], covered = 0;
	binomial_law(n, p, law);
	for (int x = 0; x <= n; x++)
		if (intervals[x].low <= p && p <= intervals[x].high)
			covered += law[x];
	return (double)covered;
}

static double least_coverage(interval_of *of, int n, double level)
{
	struct interval intervals[MOST_TRIALS + 1];
	for (int x = 0; x <= n; x++)
		intervals[x] = of(x, n, level);
	double least = 1;
	for (int i = 0; i <= 1000; i++)
		least = fmin(least, coverage(intervals, n, i / 1000.0));
	/* Coverage is lowest just outside a limit. */
	for (int x = 0; x <= n; x++) {
		double above = intervals[x].high * (1 + 1e-9),
		       below = intervals[x].low * (1 - 1e-9);
		least = fmin(least, coverage(intervals, n, fmin(above, 1)));
		least = fmin(least, coverage(intervals, n, below));
	}
	return least;
}

Test(proportion, clopper_pearson_covers_at_least_its_level)
{
	static const int sizes[] = {1, 2, 3, 5, 10, 20, 37, 60};
	for (size_t i = 0; i < LENGTH(sizes); i++)
		for (size_t l = 0; l < LENGTH(levels); l++) {
			double least =
				least_coverage(proportion_clopper_pearson, sizes[i], levels[l]);
			cr_expect_geq(least, levels[l] - 1e-12, "n %d, level %g: covers %.15g",
				      sizes[i], levels[l], least);
		}
}

Test(proportion, wilson_does_not_always_cover_its_level)
{
	cr_expect_lt(least_coverage(proportion_wilson, 20, 0.95), 0.9);
}

Test(proportion, clopper_pearson_leaves_half_the_rest_beyond_each_limit)
{
	for (int n = 1; n <= MOST_TRIALS; n = 3 * n - 1 + (n == 1))
		for (int x = 0; x <= n; x += 1 + n / 20) {
			struct interval limits = proportion_clopper_pearson(x, n, 0.95);
			if (x > 0)
				cr_expect(near(law_between(x, n, n, limits.low), 0.025, 1e-10),
					  "%d of %d: low", x, n);
			if (x < n)
				cr_expect(near(law_between(0, x, n, limits.high), 0.025, 1e-10),
					  "%d of %d: high", x, n);
		}
}

static void expect_everything(struct interval interval)
{
	cr_expect_eq(interval.low, 0);
	cr_expect_eq(interval.high, 1);
}

Test(proportion, nothing_observed_excludes_nothing)
{
	expect_everything(proportion_wilson(0, 0, 0.95));
	expect_everything(proportion_clopper_pearson(0, 0, 0.95));
}

Test(proportion, certainty_excludes_nothing)
{
	expect_everything(proportion_wilson(3, 1e12, 1));
	expect_everything(proportion_clopper_pearson(3, 1e12, 1));
	expect_everything(proportion_clopper_pearson(0, 5, 1));
}

Test(proportion, intervals_reach_0_and_1_exactly_when_counts_do)
{
	static const double sizes[] = {1, 2, 7, 400, 1e6, 1e12};
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		double n = sizes[i];
		cr_expect_eq(proportion_wilson(0, n, 0.95).low, 0);
		cr_expect_eq(proportion_wilson(n, n, 0.95).high, 1);
		cr_expect_lt(proportion_wilson(0, n, 0.95).high, 1);
		cr_expect_gt(proportion_wilson(n, n, 0.95).low, 0);
		struct interval none = proportion_clopper_pearson(0, n, 0.95);
		struct interval all = proportion_clopper_pearson(n, n, 0.95);
		cr_expect_eq(none.low, 0);
		cr_expect_eq(all.high, 1);
		/* Closed form: (1 - p)^n = 0.025. */
		cr_expect(near(none.high, -expm1(log(0.025) / n), 1e-11));
		cr_expect(near(all.low, exp(log(0.025) / n), 1e-11));
	}
}

static void expect_around(struct interval interval, double share)
{
	cr_expect_geq(interval.low, 0);
	cr_expect_leq(interval.low, share * (1 + 1e-15));
	cr_expect_geq(interval.high, share * (1 - 1e-15));
	cr_expect_leq(interval.high, 1);
}

Test(proportion, intervals_hold_the_estimate_and_widen_with_the_level)
{
	static const double rising[] = {0, 0.5, 0.95, 1 - 1e-6, 1 - 1e-12, 1 - 0x1p-53, 1};
	static const double counts[][2] = {{0, 1},   {1, 1},	 {1, 2},    {3, 400},	 {399, 400},
					   {1, 1e6}, {5e5, 1e6}, {1, 1e12}, {5e11, 1e12}};
	for (size_t c = 0; c < LENGTH(counts); c++) {
		double x = counts[c][0], n = counts[c][1], exact_width = -1, score_width = -1;
		for (size_t l = 0; l < LENGTH(rising); l++) {
			struct interval exact = proportion_clopper_pearson(x, n, rising[l]);
			struct interval score = proportion_wilson(x, n, rising[l]);
			expect_around(exact, x / n);
			expect_around(score, x / n);
			cr_expect_geq(exact.high - exact.low, exact_width, "%g of %g", x, n);
			cr_expect_geq(score.high - score.low, score_width, "%g of %g", x, n);
			exact_width = exact.high - exact.low;
			score_width = score.high - score.low;
		}
	}
}

Test(proportion, z_of_samples_alike_is_0)
{
	cr_expect_eq(proportion_z(0, 10, 0, 1e12), 0);
	cr_expect_eq(proportion_z(10, 10, 1e12, 1e12), 0);
	cr_expect_eq(proportion_z(1, 3, 2, 6), 0);
}

Test(proportion, z_of_no_sample_is_nan)
{
	cr_expect(isnan(proportion_z(0, 0, 1, 2)));
	cr_expect(isnan(proportion_z(1, 2, 0, 0)));
}

Test(proportion, z_is_finite_at_the_extremes)
{
	cr_expect(near(proportion_z(1, 1, 0, 1), sqrt(2), 1e-15));
	cr_expect(near(proportion_z(0, 1, 1, 1), -sqrt(2), 1e-15));
	/* 1e12 failures against one success: pooled by hand. */
	cr_expect(near(proportion_z(1, 1e12, 0, 1e12), 1, 1e-11));
}
