/* Run lengths of charts must be those of independent solutions and of published tables, thresholds
 * must give back the run length they were asked for, and rare alarms keep their digits. */
#include "sim/stats/chart.h"
#include "sim/stats/cusum.h"
#include "sim/stats/ewma.h"
#include "sim/stats/shiryaev_roberts.h"
#include "tests/random.h"

#include <criterion/criterion.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static bool near(double a, double b, double tolerance)
{
	return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

/* A published value is the true one rounded: half a unit of its last digit, and what the authors'
 * Markov chains of some 100 states were off by. */
static bool rounds_to(double exact, double published, double unit)
{
	return fabs(exact - published) <= 0.51 * unit + 0.002 * published;
}

/* ---- CUSUM */

/* k, h, head start, shift, one-sided and two-sided run length: Nystrom's method in R 4.2.2 with
 * nodes from the eigenvalues of Jacobi's matrix and solve(). */
static const double cusums[][6] = {
	{0.89, 2.69, 0, 0.14, 275.90561050286, 225.81617496423},
	{0.06, 1.84, 0.73, 0.61, 3.0270177385033, 2.6329522516014},
	{0.87, 1.41, 0, 0.86, 6.7337558800544, 6.6881868405225},
	{0.15, 1.77, 0.68, 0.1, 8.1157634980101, 4.2992426938077},
	{0.41, 0.97, 0, 1.08, 2.2242339609254, 2.1861982309131},
	{0.01, 5.92, 0.94, 1.24, 4.8145444457551, 4.8145379657855},
	{0.27, 5.98, 0, 1.8, 4.5802669201816, 4.5802669201416},
	{0.89, 0.86, 0.27, 0.93, 3.635142796316, 3.561923154883},
	{0.87, 2.49, 0, 1.33, 5.7028535193683, 5.7027919112113},
	{0.24, 1.52, 0.14, 0.7, 3.5457380597541, 3.3721220009665},
	{0.76, 3.24, 0, 1.56, 4.7928093920968, 4.7928087695906},
	{0.75, 3.01, 1.2, 0.7, 16.996775978925, 16.966612817408},
	{0.68, 2.9, 0, 1.8, 3.3247048705116, 3.3247043087145},
	{0.29, 0.95, 0.39, 1.79, 1.2077816562616, 1.201639063855},
	{0.87, 3.65, 0, 1.41, 7.2566815997017, 7.2566813223432},
	{0.7, 3.95, 1.43, 0.71, 21.547659455504, 21.542041879197},
	{0.15, 1.53, 0, 0.72, 3.2971571451296, 3.1379947785045},
	{0.25, 1.56, 0.39, 1.5, 1.6819000028479, 1.6771449561002},
	{0.62, 3.49, 0, 1.28, 5.9628534328238, 5.9628459868411},
	{0.42, 3.15, 0.53, 0.79, 7.4752146931471, 7.4670129075923},
	{0.26, 3.81, 0, 1.67, 3.3921745330763, 3.3921739788464},
	{0.56, 1.24, 0.35, 0.83, 3.4997650298332, 3.3957473129085},
	{0.39, 3.93, 0, 1.86, 3.3541794209298, 3.3541793997381},
	{0.8, 5.33, 0.65, 1.46, 8.0270714225976, 8.0270714218625},
};

/* k, h, head start, run length of the upper sum without a shift: mpmath 1.3 at 25 digits, 60 nodes.
 */
static const double rare_cusums[][4] = {
	{1, 10, 5, 2362513968.35489485},    {0.5, 10, 0, 140264.979510015106},
	{0.75, 10, 5, 16300325.2905776822}, {1, 8, 0, 43271577.0241677450},
	{2, 4, 0, 79848363.4676801644},	    {3, 3, 1.5, 924804484.624531006},
	{0.25, 12, 0, 5713.63857910207158},
};

/* Shift, run length at h = 4 and at h = 5, k = 1/2, two-sided: Montgomery, Introduction to
 * Statistical Quality Control, table 9.3; from head starts of h / 2, Lucas and Crosier 1982, table
 * 2. */
static const double published_cusums[][5] = {
	{0, 168, 465, 149, 430},       {0.25, 74.2, 139, 62.7, 122},
	{0.5, 26.6, 38.0, 20.1, 28.7}, {0.75, 13.3, 17.0, 8.97, 11.2},
	{1, 8.38, 10.4, 5.29, 6.35},   {1.5, 4.75, 5.75, 2.86, 3.37},
	{2, 3.34, 4.01, 2.01, 2.36},   {2.5, 2.62, 3.11, 1.59, 1.86},
	{3, 2.19, 2.57, 1.32, 1.54},   {4, 1.71, 2.01, 1.07, 1.16},
	{5, 1.31, 1.69, 1.01, 1.02},
};

Test(chart, cusum_runs_as_long_as_an_independent_solution_says)
{
	for (size_t i = 0; i < LENGTH(cusums); i++) {
		const double *r = cusums[i];
		double one = cusum_run_length(r[0], r[1], r[2], r[3]);
		double two = cusum_run_length_two_sided(r[0], r[1], r[2], r[3]);
		cr_expect(near(one, r[4], 1e-11), "row %zu: %.15g, not %.15g", i, one, r[4]);
		cr_expect(near(two, r[5], 1e-11), "row %zu: %.15g, not %.15g", i, two, r[5]);
	}
}

Test(chart, rare_alarms_keep_their_digits)
{
	for (size_t i = 0; i < LENGTH(rare_cusums); i++) {
		const double *r = rare_cusums[i];
		double got = cusum_run_length(r[0], r[1], r[2], 0);
		cr_expect(near(got, r[3], 1e-12), "row %zu: %.17g, not %.17g", i, got, r[3]);
	}
}

Test(chart, cusum_runs_as_long_as_published)
{
	for (size_t i = 0; i < LENGTH(published_cusums); i++) {
		const double *r = published_cusums[i];
		for (int c = 1; c < 5; c++) {
			double h = c % 2 ? 4 : 5, head = c > 2 ? h / 2 : 0;
			double got = cusum_run_length_two_sided(0.5, h, head, r[0]);
			double unit = r[c] >= 100 ? 1 : r[c] >= 10 ? 0.1 : 0.01;
			cr_expect(rounds_to(got, r[c], unit), "shift %g, h %g from %g: %g, not %g",
				  r[0], h, head, got, r[c]);
		}
	}
}

/* By hand: at h = 0 every number above k alarms. */
Test(chart, cusum_without_room_alarms_at_the_first_number_above_k)
{
	for (double k = 0; k < 4; k += 0.25)
		cr_expect(near(cusum_run_length(k, 1e-9, 0, 0), 1 / gsl_cdf_ugaussian_Q(k), 1e-8));
}

Test(chart, cusum_two_sided_is_symmetric)
{
	for (double shift = 0; shift < 3; shift += 0.3)
		cr_expect(near(cusum_run_length_two_sided(0.4, 4, 1, shift),
			       cusum_run_length_two_sided(0.4, 4, 1, -shift), 1e-14));
}

Test(chart, cusum_beyond_what_is_resolved_is_nan)
{
	cr_expect(isnan(cusum_run_length(0.5, 131, 0, 0)));
	cr_expect(isnan(cusum_run_length_two_sided(0.5, 4, 2.6, 0)), "both sums start high");
	cr_expect(isnan(cusum_threshold(0, 1e6)));
	cr_expect(isnan(cusum_threshold(0.001, 1e9)));
}

/* ---- EWMA */

/* lambda, width, shift, run length with long-run limits and with those of the time: R 4.2.2, by
 * quadrature with 160 nodes and solve(). */
static const double ewmas[][5] = {
	{0.42, 1, -0.62, 2.9001388073756, 2.6008619997581},
	{0.77, 1.67, 0.67, 5.5669069710215, 5.5033564028164},
	{0.38, 0.82, 0, 3.1704321827996, 2.7429780804796},
	{0.92, 1.26, 1.89, 1.3522205002601, 1.3504638068218},
	{0.59, 2.15, 0.42, 18.381848070091, 18.035860678937},
	{0.83, 1.27, 0, 5.0057880682701, 4.972325612506},
	{0.43, 2.02, 0.99, 5.0685321319539, 4.6895293246193},
	{0.42, 2.41, 0.38, 31.771109729266, 30.973242217893},
	{0.96, 0.91, 0, 2.7586302537823, 2.7575694690983},
	{0.78, 1.31, 1.74, 1.4867535315219, 1.4701143273801},
	{0.43, 0.95, 1.95, 1.2459495388116, 1.1819573284614},
	{0.64, 2.37, 0, 59.902712006102, 59.457782540984},
	{0.59, 2.77, -0.26, 113.60771302108, 113.06277086628},
	{0.84, 2.13, 0.89, 7.9582237376368, 7.9192611783177},
	{0.59, 1.35, 0, 6.4861216196197, 6.2202429372767},
	{0.72, 1.6, 2.04, 1.477651614155, 1.4457812045168},
	{0.2, 2.36, -0.57, 16.04349147717, 14.607907562129},
	{0.87, 2.75, 0, 168.49202893366, 168.42121298922},
	{0.79, 2.06, 2.5, 1.4590237531069, 1.4369864597203},
	{0.67, 3.04, 2.24, 3.1050842417305, 2.9895068134473},
	{0.77, 2.81, 0, 204.42052443414, 204.1911688912},
	{0.68, 2.08, -0.29, 21.066969981945, 20.830974013236},
	{0.58, 1.47, 1.88, 1.5380324441253, 1.4640656119903},
	{0.23, 3.11, 0, 734.52108159284, 730.0084976158},
};

/* Exact limits again: the recursion of densities in mpmath 1.3 at 25 digits. */
static const double exact_ewmas[][4] = {
	{0.4, 3.054, 3, 1.664695355319833},
	{0.4, 3.054, 4, 1.17744909625165},
	{0.5, 3.071, 4, 1.183220750007814},
};

/* Shift and the run lengths of five charts: Lucas and Saccucci 1990, table 3. */
static const double published_lambda[] = {0.4, 0.25, 0.2, 0.1, 0.05};
static const double published_width[] = {3.054, 2.998, 2.962, 2.814, 2.615};
static const double published_ewmas[][6] = {
	{0, 500, 500, 500, 500, 500},	     {0.25, 224, 170, 150, 106, 84.1},
	{0.5, 71.2, 48.2, 41.8, 31.3, 28.8}, {0.75, 28.4, 20.1, 18.2, 15.9, 16.4},
	{1, 14.3, 11.1, 10.5, 10.3, 11.4},   {1.5, 5.9, 5.5, 5.5, 6.1, 7.1},
	{2, 3.5, 3.6, 3.7, 4.4, 5.2},	     {2.5, 2.5, 2.7, 2.9, 3.4, 4.2},
	{3, 2.0, 2.3, 2.4, 2.9, 3.5},	     {4, 1.4, 1.7, 1.9, 2.2, 2.7},
};

Test(chart, ewma_runs_as_long_as_an_independent_solution_says)
{
	for (size_t i = 0; i < LENGTH(ewmas); i++) {
		const double *r = ewmas[i];
		double wide = ewma_run_length(r[0], r[1], r[2]);
		double exact = ewma_run_length_exact(r[0], r[1], r[2]);
		cr_expect(near(wide, r[3], 1e-11), "row %zu: %.15g, not %.15g", i, wide, r[3]);
		cr_expect(near(exact, r[4], 1e-11), "row %zu: %.15g, not %.15g", i, exact, r[4]);
	}
	for (size_t i = 0; i < LENGTH(exact_ewmas); i++) {
		const double *r = exact_ewmas[i];
		double got = ewma_run_length_exact(r[0], r[1], r[2]);
		cr_expect(near(got, r[3], 1e-13), "row %zu: %.17g, not %.17g", i, got, r[3]);
	}
}

Test(chart, ewma_runs_as_long_as_published)
{
	for (size_t i = 0; i < LENGTH(published_ewmas); i++)
		for (size_t c = 0; c < LENGTH(published_lambda); c++) {
			double published = published_ewmas[i][c + 1], shift = published_ewmas[i][0];
			double got =
				ewma_run_length(published_lambda[c], published_width[c], shift);
			double unit = published >= 100 ? 1 : 0.1;
			cr_expect(rounds_to(got, published, unit),
				  "lambda %g, shift %g: %g, not %g", published_lambda[c], shift,
				  got, published);
		}
}

Test(chart, ewma_that_forgets_everything_is_shewharts_chart)
{
	for (double width = 0.5; width < 8; width += 0.5)
		for (double shift = -1; shift < 3; shift += 0.5) {
			double known = ewma_shewhart_run_length(width, shift);
			cr_expect(near(ewma_run_length(1, width, shift), known, 1e-12));
			cr_expect(near(ewma_run_length_exact(1, width, shift), known, 1e-12));
		}
}

Test(chart, ewma_runs_shorter_while_its_limits_are_narrow)
{
	for (double lambda = 0.05; lambda <= 0.9; lambda += 0.17)
		for (double shift = 0; shift <= 2; shift++)
			cr_expect_lt(ewma_run_length_exact(lambda, 2.7, shift),
				     ewma_run_length(lambda, 2.7, shift));
}

Test(chart, ewma_beyond_what_is_resolved_is_nan)
{
	cr_expect(isnan(ewma_run_length(0.001, 3, 0)));
	cr_expect(isnan(ewma_run_length_exact(0.001, 3, 0)));
	cr_expect(isnan(ewma_width(0.001, 1e9)));
	cr_expect(isnan(ewma_width_exact(0.001, 1e9)));
}

/* width, shift, run length: R 4.2.2 pnorm. */
static const double shewharts[][3] = {
	{3.83, -0.97, 471.92108065717}, {2.34, 1.57, 4.531117792112},	{4.74, 0, 467905.82716999},
	{5.14, 2.18, 650.11254247077},	{1.7, 2.11, 1.5170673652263},	{1.81, 0, 14.22560355728},
	{1.31, 3.33, 1.0221708360861},	{6.57, 3.77, 391.36946874742},	{0.75, 0, 2.2062650194515},
	{2.71, 3.06, 1.5702761667172},	{2.76, 2.86, 1.8524424145247},	{0.36, 0, 1.3911163490936},
	{4.34, 0.7, 7323.2289858063},	{0.42, -2.08, 1.044111149414},	{6.59, 0, 22736234105.801},
	{5.08, 2.28, 391.36946873334},	{3.18, 0.01, 678.62924590388},	{4.96, 0, 1418576.9533645},
	{5.37, -1.04, 134128.44944322}, {6.56, -2.67, 19951.274599668},
};

Test(chart, shewhart_runs_as_long_as_its_tails_say)
{
	for (size_t i = 0; i < LENGTH(shewharts); i++) {
		const double *r = shewharts[i];
		double got = ewma_shewhart_run_length(r[0], r[1]);
		cr_expect(near(got, r[2], 1e-12), "row %zu: %.15g, not %.15g", i, got, r[2]);
	}
	cr_expect(near(ewma_shewhart_run_length(3, 0), 370.3983473449592, 1e-13));
}

/* ---- Shiryaev and Roberts */

/* Shift it looks for, threshold, start, true shift, run length: R 4.2.2, with 300 nodes and
 * solve(). */
static const double sums[][5] = {
	{0.39, 2290, 0, -0.27, 2585144.900196}, {2.74, 4.46, 0.9, 0.22, 18.270110626229},
	{2.45, 44.7, 0, 0, 181.44072045342},	{2.37, 2800, 2300, 1.09, 9.1172902521843},
	{2.58, 55.3, 0, 1.16, 8.1802909169314}, {1.66, 66.5, 23, 0, 152.84413156285},
	{2.48, 5.54, 0, 0.56, 8.8987816402633}, {1.29, 532, 190, 1.33, 2.3178858848997},
	{1.3, 304, 0, 0, 644.56353315103},	{0.35, 54, 39, 1.95, 1.2037607045205},
	{2.86, 10.7, 0, 0.15, 45.41961031836},	{2.79, 349, 260, 0, 1490.5559668245},
	{1.88, 1.9, 0, 1.5, 1.6026736724936},	{0.97, 9.63, 6.9, 1.67, 1.2095284352867},
	{2.18, 1.64, 0, 0, 9.2683757317454},	{1.45, 14.1, 13, 0.6, 4.1520426183377},
	{1.31, 266, 0, 1.68, 4.5876564284866},	{2.23, 34.3, 16, 0, 113.02357168246},
	{2.63, 2.61, 0, -0.46, 56.87866436607}, {1.96, 36.7, 2, 0.49, 20.764436287025},
	{2.56, 62.6, 0, 0, 266.23908964533},	{2.58, 15, 12, 1.31, 2.8498673689722},
};

/* Threshold, run length without a shift and with one: Moustakides, Polunchenko and Tartakovsky
 * 2009, table 2, for a shift of 0.1. */
static const double published_sums[][3] = {
	{47.17, 50.29, 41.40},
	{94.34, 100.28, 72.32},
	{471.70, 500.28, 209.44},
	{943.41, 1000.28, 298.50},
};

/* True shift and run length for a shift of 1 and a threshold of 390: Knoth 2006, table 2. */
static const double knoth[][2] = {{0, 697}, {0.5, 33},	{1, 10.4}, {1.5, 6.2},
				  {2, 4.4}, {2.5, 3.5}, {3, 2.9}};

Test(chart, shiryaev_roberts_runs_as_long_as_an_independent_solution_says)
{
	for (size_t i = 0; i < LENGTH(sums); i++) {
		const double *r = sums[i];
		double got = shiryaev_roberts_run_length(r[0], r[1], r[2], r[3]);
		/* R's solver loses the digits that the run length has. */
		double tolerance = 1e-11 + 2e-14 * r[4];
		cr_expect(near(got, r[4], tolerance), "row %zu: %.15g, not %.15g", i, got, r[4]);
	}
}

Test(chart, shiryaev_roberts_runs_as_long_as_published)
{
	for (size_t i = 0; i < LENGTH(published_sums); i++) {
		const double *r = published_sums[i];
		double quiet = shiryaev_roberts_run_length(0.1, r[0], 0, 0);
		double shifted = shiryaev_roberts_run_length(0.1, r[0], 0, 0.1);
		cr_expect_float_eq(quiet, r[1], 0.006, "%g: %g, not %g", r[0], quiet, r[1]);
		cr_expect_float_eq(shifted, r[2], 0.006, "%g: %g, not %g", r[0], shifted, r[2]);
	}
	for (size_t i = 0; i < LENGTH(knoth); i++) {
		double got = shiryaev_roberts_run_length(1, 390, 0, knoth[i][0]);
		double unit = knoth[i][1] > 30 ? 1 : 0.1;
		cr_expect_float_eq(got, knoth[i][1], 0.51 * unit, "shift %g: %g", knoth[i][0], got);
	}
}

static double normal(uint64_t *state)
{
	return gsl_cdf_ugaussian_Pinv(random_share(state));
}

/* The sum less the time is a martingale: the run length is the mean sum at the alarm. Both are
 * counted here. */
Test(chart, shiryaev_roberts_runs_as_long_as_its_martingale_says)
{
	enum { RUNS = 20000 };
	uint64_t state = 11;
	double known = shiryaev_roberts_run_length(1.2, 20, 0, 0), time = 0, squares = 0, sum = 0;
	for (int i = 0; i < RUNS; i++) {
		struct shiryaev_roberts s = {0};
		double log_sum, n = 0;
		do {
			double step = shiryaev_roberts_normal(normal(&state), 1.2);
			log_sum = shiryaev_roberts_add(&s, step);
			n++;
		} while (log_sum < log(20));
		time += n / RUNS;
		squares += n * n / RUNS;
		sum += exp(log_sum) / RUNS;
	}
	double error = sqrt((squares - time * time) / RUNS);
	cr_expect_float_eq(time, known, 4 * error, "%g, not %g", time, known);
	cr_expect_float_eq(sum, known, 5 * error, "%g, not %g", sum, known);
	cr_expect_geq(known, 20, "a threshold is never passed sooner");
}

/* ---- thresholds */

static const double wanted[] = {5, 20, 100, 370.4, 500, 2000, 1e4, 1e6};

Test(chart, cusum_threshold_gives_the_run_length_back)
{
	for (double k = 0.2; k < 2; k += 0.3)
		for (size_t i = 0; i < LENGTH(wanted); i++) {
			double h = cusum_threshold(k, wanted[i]);
			double two = cusum_threshold_two_sided(k, wanted[i]);
			if (h > 0)
				cr_expect(near(cusum_run_length(k, h, 0, 0), wanted[i], 1e-8),
					  "k %g: %g at %g", k, wanted[i], h);
			if (two > 0)
				cr_expect(near(cusum_run_length_two_sided(k, two, 0, 0), wanted[i],
					       1e-8),
					  "k %g: %g at %g", k, wanted[i], two);
		}
}

/* Montgomery, table 9.4 (Hawkins 1993): h for two-sided run lengths of 370. */
Test(chart, cusum_threshold_is_the_published_one)
{
	static const double hawkins[][2] = {{0.25, 8.01}, {0.5, 4.77},	{0.75, 3.34},
					    {1, 2.52},	  {1.25, 1.99}, {1.5, 1.61}};
	for (size_t i = 0; i < LENGTH(hawkins); i++) {
		double h = cusum_threshold_two_sided(hawkins[i][0], 370);
		cr_expect_float_eq(h, hawkins[i][1], 0.0065, "k %g: %g", hawkins[i][0], h);
	}
}

Test(chart, threshold_is_0_where_every_one_runs_longer)
{
	cr_expect_eq(cusum_threshold(0.5, 1), 0);
	cr_expect_eq(cusum_threshold(0.5, 3.2), 0, "a number is above 0.5 once in 3.24");
	cr_expect_gt(cusum_threshold(0.5, 3.3), 0);
	cr_expect_eq(ewma_width(0.3, 1), 0);
	cr_expect_eq(ewma_width_exact(0.3, 1), 0);
	cr_expect_eq(ewma_shewhart_width(1), 0);
	cr_expect_eq(shiryaev_roberts_exact_threshold(1, 1), 0);
}

Test(chart, ewma_width_gives_the_run_length_back)
{
	for (double lambda = 0.1; lambda <= 1; lambda += 0.3)
		for (size_t i = 0; i < LENGTH(wanted); i++) {
			double width = ewma_width(lambda, wanted[i]);
			cr_expect(near(ewma_run_length(lambda, width, 0), wanted[i], 1e-8));
			if (lambda < 0.3 && wanted[i] > 400)
				continue;
			double exact = ewma_width_exact(lambda, wanted[i]);
			cr_expect(near(ewma_run_length_exact(lambda, exact, 0), wanted[i], 1e-8));
			cr_expect_geq(exact, width * (1 - 1e-9));
		}
	for (size_t c = 0; c < LENGTH(published_lambda); c++) {
		double width = ewma_width(published_lambda[c], 500);
		cr_expect_float_eq(width, published_width[c], 0.001, "%g", width);
	}
	for (size_t i = 0; i < LENGTH(wanted); i++)
		cr_expect(near(ewma_shewhart_run_length(ewma_shewhart_width(wanted[i]), 0),
			       wanted[i], 1e-11));
}

Test(chart, shiryaev_roberts_threshold_gives_the_run_length_back)
{
	for (double shift = 0.2; shift < 4; shift += 0.45)
		for (size_t i = 0; i < LENGTH(wanted); i++) {
			double threshold = shiryaev_roberts_exact_threshold(wanted[i], shift);
			double got = shiryaev_roberts_run_length(shift, threshold, 0, 0);
			cr_expect(near(got, wanted[i], 1e-8), "shift %g: %g at %g", shift, got,
				  threshold);
			cr_expect_leq(threshold, wanted[i]);
		}
}

/* Where the equation is too wide, the mean overshoot takes over; near there both are good. */
Test(chart, shiryaev_roberts_threshold_of_small_shifts_is_continuous)
{
	double solved = shiryaev_roberts_exact_threshold(1e5, 0.1) / 1e5;
	double overshoot = shiryaev_roberts_exact_threshold(1e8, 0.1) / 1e8;
	cr_expect(near(solved, overshoot, 1e-4), "%.9g, %.9g", solved, overshoot);
	double sum = shiryaev_roberts_exact_threshold(1e9, 0.0201) / 1e9;
	double short_sum = shiryaev_roberts_exact_threshold(1e9, 0.0199) / 1e9;
	cr_expect(near(sum, short_sum, 2e-4), "%.9g, %.9g", sum, short_sum);
}
