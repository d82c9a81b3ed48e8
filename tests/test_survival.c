/* The curve and its limits must be those published for the leukaemia trial of Freireich et al.
 * 1963; where nobody, or everybody, saw the event, nothing may be claimed that the data do not say.
 */
#include "sim/stats/survival.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { MOST = 64 };

struct known_step {
	double time;
	size_t at_risk, events;
	double waiting, printed_error; /* as survfit prints them: 3 digits, 3 or 4 digits */
	double greenwood, low, high;   /* NaN: the log-log scale has none */
};

struct curve {
	struct survival_step steps[MOST];
	size_t count;
};

/* Weeks of remission, Freireich et al. 1963, Blood 21: 699; negative: censored. */
static const double mercaptopurine[] = {6,   6,	  6,   -6, 7,  -9,  10,	 -10, -11, 13, 16,
					-17, -19, -20, 22, 23, -25, -32, -32, -34, -35};
static const double placebo[] = {1, 1, 2,  2,  3,  4,  4,  5,  5,  8, 8,
				 8, 8, 11, 11, 12, 12, 15, 17, 22, 23};

/* Shares and standard errors as R's survfit prints them. The last three columns: the same sums and
 * log-log limits at 95 %, with mpmath 1.3 at 30 digits. */
static const struct known_step mercaptopurine_curve[] = {
	{6, 21, 3, 0.857, 0.0764, 0.007936507936507937, 0.6197179552659838, 0.951551747646997},
	{7, 17, 1, 0.807, 0.0869, 0.01161297852474323, 0.5631465646222333, 0.9228090192028805},
	{10, 15, 1, 0.753, 0.0963, 0.01637488328664799, 0.5031995107999564, 0.8893618351692656},
	{13, 12, 1, 0.690, 0.1068, 0.02395064086240557, 0.431610222486184, 0.8490659633494508},
	{16, 11, 1, 0.627, 0.1141, 0.03304154995331466, 0.367510855987502, 0.8049121894718413},
	{22, 7, 1, 0.538, 0.1282, 0.05685107376283847, 0.267778936767135, 0.7467907176353946},
	{23, 6, 1, 0.448, 0.1346, 0.0901844070961718, 0.1880520059592323, 0.6801426284952415},
};
static const struct known_step placebo_curve[] = {
	{1, 21, 2, 0.9048, 0.0641, 0.005012531328320802, 0.6700458822350335, 0.9752941490381125},
	{2, 19, 2, 0.8095, 0.0857, 0.01120448179271709, 0.5689050599241725, 0.9238888285592948},
	{3, 17, 1, 0.7619, 0.0929, 0.01488095238095238, 0.5193914153284287, 0.8932571097824872},
	{4, 16, 2, 0.6667, 0.1029, 0.02380952380952381, 0.4253504355652472, 0.8250440087973401},
	{5, 14, 2, 0.5714, 0.1080, 0.03571428571428571, 0.337976953859493, 0.7492407099432165},
	{8, 12, 4, 0.3810, 0.1060, 0.07738095238095238, 0.1830665488203943, 0.577788677745831},
	{11, 8, 2, 0.2857, 0.0986, 0.119047619047619, 0.1165613264367646, 0.4818196480090255},
	{12, 6, 2, 0.1905, 0.0857, 0.2023809523809524, 0.05948170136117523, 0.3774348905851501},
	{15, 4, 1, 0.1429, 0.0764, 0.2857142857142857, 0.0356573551906667, 0.3211615746808693},
	{17, 3, 1, 0.0952, 0.0641, 0.4523809523809524, 0.01625926021224701, 0.2612499819686869},
	{22, 2, 1, 0.0476, 0.0465, 0.9523809523809524, 0.003324463042531174, 0.1970449056989461},
	{23, 1, 1, 0, NAN, INFINITY, NAN, NAN},
};

struct known_quantile {
	double p, time, low, high;
};

/* By the definition in the header, from the limits above, with a separate program; the medians 23
 * and 8 weeks are the published ones. */
static const struct known_quantile mercaptopurine_quantiles[] = {
	{0.1, 6, 6, 10},
	{0.25, 13, 6, 22},
	{0.5, 23, 13, INFINITY},
	{0.75, INFINITY, 23, INFINITY},
	{0.9, INFINITY, INFINITY, INFINITY},
};
static const struct known_quantile placebo_quantiles[] = {
	{0.1, 2, 1, 3},	   {0.25, 4, 1, 5},	    {0.5, 8, 4, 11},
	{0.75, 12, 8, 22}, {0.9, 17, 12, INFINITY},
};

static struct curve curve_of(const double *signed_times, size_t n)
{
	struct survival_time times[MOST];
	struct curve curve;
	cr_assert_leq(n, MOST);
	/* Backwards, so that sorting has work to do. */
	for (size_t i = 0; i < n; i++)
		times[n - 1 - i] =
			(struct survival_time){fabs(signed_times[i]), signed_times[i] > 0};
	curve.count = survival_curve(times, n, curve.steps);
	return curve;
}

static void check_curve(const struct curve *curve, const struct known_step *known, size_t count)
{
	cr_assert_eq(curve->count, count);
	for (size_t i = 0; i < count; i++) {
		const struct survival_step *step = &curve->steps[i];
		cr_expect_eq(step->time, known[i].time);
		cr_expect_eq(step->at_risk, known[i].at_risk, "at %g", step->time);
		cr_expect_eq(step->events, known[i].events, "at %g", step->time);
		cr_expect_float_eq(step->waiting, known[i].waiting, 5.1e-4, "at %g", step->time);
		if (step->waiting <= 0) {
			cr_expect_eq(step->greenwood, INFINITY);
			continue;
		}
		cr_expect_float_eq(step->waiting * sqrt(step->greenwood), known[i].printed_error,
				   5.1e-5, "at %g", step->time);
		cr_expect_float_eq(step->greenwood, known[i].greenwood, 1e-14, "at %g", step->time);
	}
}

static void check_limits(const struct curve *curve, const struct known_step *known, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (isnan(known[i].low))
			continue;
		struct interval got =
			survival_interval(curve->steps, curve->count, known[i].time, 0.95);
		cr_expect_float_eq(got.low, known[i].low, 1e-13, "at %g", known[i].time);
		cr_expect_float_eq(got.high, known[i].high, 1e-13, "at %g", known[i].time);
	}
}

static void check_quantiles(const struct curve *curve, const struct known_quantile *known,
			    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double p = known[i].p;
		struct interval got =
			survival_quantile_interval(curve->steps, curve->count, p, 0.95);
		cr_expect_eq(survival_quantile(curve->steps, curve->count, p), known[i].time);
		cr_expect_eq(got.low, known[i].low, "p %g: low %g", p, got.low);
		cr_expect_eq(got.high, known[i].high, "p %g: high %g", p, got.high);
	}
}

Test(survival, of_freireichs_patients_is_as_published)
{
	struct curve treated = curve_of(mercaptopurine, LENGTH(mercaptopurine));
	check_curve(&treated, mercaptopurine_curve, LENGTH(mercaptopurine_curve));
	struct curve control = curve_of(placebo, LENGTH(placebo));
	check_curve(&control, placebo_curve, LENGTH(placebo_curve));
}

Test(survival, limits_are_those_of_the_log_log_scale)
{
	struct curve treated = curve_of(mercaptopurine, LENGTH(mercaptopurine));
	check_limits(&treated, mercaptopurine_curve, LENGTH(mercaptopurine_curve));
	struct curve control = curve_of(placebo, LENGTH(placebo));
	check_limits(&control, placebo_curve, LENGTH(placebo_curve));
}

Test(survival, quantiles_and_their_limits_are_the_known_times)
{
	struct curve treated = curve_of(mercaptopurine, LENGTH(mercaptopurine));
	check_quantiles(&treated, mercaptopurine_quantiles, LENGTH(mercaptopurine_quantiles));
	struct curve control = curve_of(placebo, LENGTH(placebo));
	check_quantiles(&control, placebo_quantiles, LENGTH(placebo_quantiles));
}

Test(survival, without_censoring_is_the_share_of_later_times)
{
	struct curve curve = curve_of(placebo, LENGTH(placebo));
	for (double time = 0; time <= 25; time += 0.5) {
		double later = 0;
		for (size_t i = 0; i < LENGTH(placebo); i++)
			later += placebo[i] > time;
		cr_expect_float_eq(survival_at(curve.steps, curve.count, time), later / 21, 1e-15,
				   "at %g", time);
	}
}

Test(survival, falls_at_the_time_of_the_event_not_after)
{
	struct curve curve = curve_of(mercaptopurine, LENGTH(mercaptopurine));
	cr_expect_eq(survival_at(curve.steps, curve.count, 5.999), 1);
	cr_expect_float_eq(survival_at(curve.steps, curve.count, 6), 18.0 / 21, 1e-15);
	cr_expect_float_eq(survival_at(curve.steps, curve.count, 6.999), 18.0 / 21, 1e-15);
	cr_expect_eq(survival_at(curve.steps, curve.count, INFINITY),
		     curve.steps[curve.count - 1].waiting);
}

/* Who is censored at the time of an event was still at risk then. */
Test(survival, counts_the_censored_at_risk_at_their_own_time)
{
	struct curve curve = curve_of((const double[]){-3, 3, -3, 5}, 4);
	cr_assert_eq(curve.count, 2);
	cr_expect_eq(curve.steps[0].at_risk, 4);
	cr_expect_eq(curve.steps[0].waiting, 0.75);
	cr_expect_eq(curve.steps[1].at_risk, 1);
	cr_expect_eq(curve.steps[1].waiting, 0);
}

Test(survival, does_not_depend_on_the_order_of_the_times)
{
	struct survival_time times[LENGTH(mercaptopurine)];
	struct curve straight = curve_of(mercaptopurine, LENGTH(mercaptopurine)), shuffled;
	for (size_t i = 0; i < LENGTH(times); i++) {
		double time = mercaptopurine[i * 8 % LENGTH(times)];
		times[i] = (struct survival_time){fabs(time), time > 0};
	}
	shuffled.count = survival_curve(times, LENGTH(times), shuffled.steps);
	cr_assert_eq(shuffled.count, straight.count);
	cr_expect_eq(
		memcmp(shuffled.steps, straight.steps, straight.count * sizeof *straight.steps), 0);
	for (size_t i = 1; i < LENGTH(times); i++)
		cr_expect(times[i - 1].time < times[i].time ||
			  (times[i - 1].time == times[i].time &&
			   times[i - 1].happened >= times[i].happened));
}

static void expect_nothing_known(const struct survival_step *steps, size_t count)
{
	cr_expect_eq(count, 0);
	cr_expect_eq(survival_at(steps, count, 10), 1);
	struct interval limits = survival_interval(steps, count, 10, 0.95);
	cr_expect_eq(limits.low, 0);
	cr_expect_eq(limits.high, 1);
	cr_expect_eq(survival_quantile(steps, count, 0.5), INFINITY);
	struct interval median = survival_quantile_interval(steps, count, 0.5, 0.95);
	cr_expect_eq(median.low, INFINITY);
	cr_expect_eq(median.high, INFINITY);
}

Test(survival, of_nobody_has_no_steps)
{
	struct survival_step none[1];
	expect_nothing_known(none, survival_curve(NULL, 0, none));
}

Test(survival, of_all_censored_has_no_steps)
{
	struct curve curve = curve_of((const double[]){-1, -2, -2, -600}, 4);
	expect_nothing_known(curve.steps, curve.count);
}

Test(survival, of_one_who_saw_the_event_falls_to_0)
{
	struct curve curve = curve_of((const double[]){4}, 1);
	cr_assert_eq(curve.count, 1);
	cr_expect_eq(curve.steps[0].waiting, 0);
	struct interval limits = survival_interval(curve.steps, 1, 4, 0.95);
	cr_expect_eq(limits.low, 0);
	cr_expect_eq(limits.high, 1);
	cr_expect_eq(survival_quantile(curve.steps, 1, 0), 4);
	cr_expect_eq(survival_quantile(curve.steps, 1, 1), 4);
	struct interval median = survival_quantile_interval(curve.steps, 1, 0.5, 0.95);
	cr_expect_eq(median.low, 4);
	cr_expect_eq(median.high, INFINITY);
}

/* Survival only falls: where the curve is 1 or 0 the nearest limits still hold. */
Test(survival, limits_before_the_first_and_after_the_last_event_are_those_beside)
{
	struct curve curve = curve_of(placebo, LENGTH(placebo));
	struct interval before = survival_interval(curve.steps, curve.count, 0.5, 0.95);
	cr_expect_float_eq(before.low, placebo_curve[0].low, 1e-13);
	cr_expect_eq(before.high, 1);
	struct interval after = survival_interval(curve.steps, curve.count, 23, 0.95);
	cr_expect_eq(after.low, 0);
	cr_expect_float_eq(after.high, placebo_curve[10].high, 1e-13);
}

Test(survival, limits_enclose_the_curve_and_widen_with_the_level)
{
	static const double levels[] = {0, 0.5, 0.95, 1 - 1e-6, 1 - 0x1p-53, 1};
	struct curve curve = curve_of(mercaptopurine, LENGTH(mercaptopurine));
	for (double time = 0; time <= 40; time++) {
		double width = -1, waiting = survival_at(curve.steps, curve.count, time);
		for (size_t l = 0; l < LENGTH(levels); l++) {
			struct interval limits =
				survival_interval(curve.steps, curve.count, time, levels[l]);
			cr_expect(0 <= limits.low && limits.low <= waiting + 1e-15 &&
					  waiting - 1e-15 <= limits.high && limits.high <= 1,
				  "at %g, level %g", time, levels[l]);
			cr_expect_geq(limits.high - limits.low, width - 1e-15);
			width = limits.high - limits.low;
		}
		cr_expect_eq(width, 1, "certainty excludes nothing");
	}
}

Test(survival, quantile_limits_enclose_the_quantile)
{
	struct curve curve = curve_of(placebo, LENGTH(placebo));
	for (int i = 0; i <= 100; i++) {
		double p = i / 100.0, time = survival_quantile(curve.steps, curve.count, p);
		struct interval limits =
			survival_quantile_interval(curve.steps, curve.count, p, 0.9);
		cr_expect(limits.low <= time && time <= limits.high, "p %g", p);
	}
}

/* Ten times 1 to 10: by time k exactly k tenths have seen the event, however products round. */
Test(survival, quantiles_of_whole_tenths_are_exact)
{
	static const double times[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	struct curve curve = curve_of(times, 10);
	for (int k = 1; k <= 10; k++)
		cr_expect_eq(survival_quantile(curve.steps, curve.count, k / 10.0), k);
}
