/* Every arrival process against what can be written down about it: how many come in a window, how
 * much that varies over short windows and long, and that it has always been going on. */
#include "tests/arrivals.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

enum { TRIALS = 60, MOST = 200000 };

/* Variance of the number in a window of so many seconds. */
typedef double variance_of(double seconds);

struct process {
	const char *traffic, *horizon;
	double rate, seconds; /* of the horizon */
	variance_of *variance;
};

/* Squares and products of deviations from the true mean, averaged over the windows of a trial. */
static void measure(const double *at, int count, const struct process *p, double window,
		    double *square, double *product)
{
	int windows = (int)(p->seconds / window);
	double *number = calloc((size_t)windows, sizeof *number);
	for (int i = 0; i < count; i++)
		if (at[i] < windows * window)
			number[(int)(at[i] / window)]++;
	*square = *product = 0;
	for (int w = 0; w < windows; w++) {
		double here = number[w] - p->rate * window;
		*square += here * here / windows;
		if (w + 1 < windows)
			*product += here * (number[w + 1] - p->rate * window) / (windows - 1);
	}
	free(number);
}

/* Rate, index of dispersion and covariance of neighbours at a scale. A stationary process has the
 * covariance (V(2w) - 2 V(w)) / 2. */
static void expect_scale(struct world *world, const struct process *p, double window)
{
	double square[TRIALS], product[TRIALS], *at = malloc(MOST * sizeof *at);
	for (int t = 0; t < TRIALS; t++) {
		int count = arrivals_collect(world, (uint64_t)t, at, MOST);
		measure(at, count, p, window, &square[t], &product[t]);
	}
	double mean = p->rate * window, one = p->variance(window), two = p->variance(2 * window);
	for (int t = 0; t < TRIALS; t++) {
		square[t] /= mean;
		product[t] /= mean;
	}
	expect_mean(square, TRIALS, one / mean, 0.1 * one / mean + 0.01, p->traffic);
	expect_mean(product, TRIALS, (two - 2 * one) / 2 / mean, 0.1 * one / mean + 0.01,
		    p->traffic);
	free(at);
}

static void expect_rate(struct world *world, const struct process *p, double until)
{
	enum { SHORT = 4000 };
	double number[SHORT], seconds = until < p->seconds ? until : p->seconds;
	for (int t = 0; t < SHORT; t++) {
		struct requests *r = arrivals_begin(world, (uint64_t)t);
		bool early = true;
		number[t] = 0;
		while (early && batch_draw(r))
			for (int i = 0; i < r->batch.size; i++) {
				early = (double)r->batch.at[i] < seconds * 1e9;
				number[t] += early;
			}
	}
	expect_mean(number, SHORT, p->rate * seconds, p->rate * seconds, p->traffic);
}

static void expect_process(const struct process *p, const double *windows, int count)
{
	struct world world;
	arrivals_read(&world, p->traffic, p->horizon);
	const struct use *use = &world.scenario.plans[0].traffic;
	const struct traffic *traffic = (const struct traffic *)use->plugin;
	cr_expect_float_eq(traffic->rate(use->config, 0), p->rate, 1e-9 * p->rate);
	cr_expect_geq(traffic->peak(use->config), p->rate * (1 - 1e-12));
	for (int w = 0; w < count; w++)
		expect_scale(&world, p, windows[w]);
	/* From the first moment on it is as busy as it will ever be on average. */
	expect_rate(&world, p, 0.05);
	expect_rate(&world, p, 1);
	world_free(&world);
}

static const double scales[] = {0.05, 1, 5, 20};

/* ---- poisson */

static double poisson_variance(double t)
{
	return 50 * t;
}

Test(traffic, poisson_varies_as_much_as_it_brings)
{
	const struct process p = {"poisson: {rate: 50/s}", "400s", 50, 400, poisson_variance};
	expect_process(&p, scales, 4);
}

/* ---- uniform */

Test(traffic, uniform_brings_the_same_number_in_every_whole_window)
{
	struct world world;
	double at[4096], phase[500];
	arrivals_read(&world, "uniform: {rate: 40/s}", "100s");
	for (int t = 0; t < 500; t++) {
		int count = arrivals_collect(&world, (uint64_t)t, at, 4096);
		cr_assert_eq(count, 4000);
		for (int i = 1; i < count; i++)
			cr_assert_float_eq(at[i] - at[i - 1], 0.025, 2e-9);
		phase[t] = at[0] / 0.025;
	}
	expect_uniform(phase, 500, "the phase");
	world_free(&world);
}

/* ---- renewal: the variance grows by cv^2 times the mean, from an offset that depends on the third
 * moment (Cox 1962, equation 4.5.19, for the equilibrium process); the rest of it dies out. */

static double renewal_variance(double numbers, double cv2, double third)
{
	return cv2 * numbers + 1.0 / 6 + cv2 * cv2 / 2 - third / 3;
}

static double gamma_variance(double t)
{
	return renewal_variance(50 * t, 4, 2 * 16);
}

static double lognormal_variance(double t)
{
	return renewal_variance(50 * t, 2.25, (3.25 + 2) * 2.25 * 2.25);
}

static double even_variance(double t)
{
	return renewal_variance(50 * t, 0.04, 2 * 0.04 * 0.04);
}

Test(traffic, renewal_disperses_by_the_square_of_its_cv)
{
	const struct process gamma = {"renewal: {rate: 50/s, cv: 2}", "400s", 50, 400,
				      gamma_variance};
	const struct process lognormal = {"renewal: {rate: 50/s, cv: 1.5, law: lognormal}", "400s",
					  50, 400, lognormal_variance};
	const struct process even = {"renewal: {rate: 50/s, cv: 0.2}", "400s", 50, 400,
				     even_variance};
	expect_process(&gamma, scales + 1, 3);
	expect_process(&lognormal, scales + 2, 2);
	expect_process(&even, scales + 1, 3);
}

static void expect_gaps(const char *traffic, double cv)
{
	struct world world;
	double at[40000], mean[TRIALS], square[TRIALS];
	arrivals_read(&world, traffic, "400s");
	for (int t = 0; t < TRIALS; t++) {
		int count = arrivals_collect(&world, (uint64_t)t, at, 40000);
		/* The first thousand: which gaps fit before the horizon is no fair choice. */
		mean[t] = (at[1000] - at[0]) / 1000 * 50;
		square[t] = 0;
		cr_assert_gt(count, 1001);
		for (int i = 0; i < 1000; i++)
			square[t] += pow((at[i + 1] - at[i]) * 50, 2) / 1000;
	}
	expect_mean(mean, TRIALS, 1, 0.1, traffic);
	expect_mean(square, TRIALS, 1 + cv * cv, 0.2 * (1 + cv * cv), traffic);
	world_free(&world);
}

Test(traffic, renewal_gaps_have_the_cv_asked_for)
{
	expect_gaps("renewal: {rate: 50/s, cv: 2}", 2);
	expect_gaps("renewal: {rate: 50/s, cv: 0.3}", 0.3);
	expect_gaps("renewal: {rate: 50/s, cv: 5}", 5);
	expect_gaps("renewal: {rate: 50/s, cv: 0.6, law: lognormal}", 0.6);
	expect_gaps("renewal: {rate: 50/s, cv: 1.5, law: lognormal}", 1.5);
}

/* The integral of 1 - F, over the mean. */
static double gamma_residual(double x, double shape)
{
	double scale = 1 / shape;
	return x * gsl_cdf_gamma_Q(x, shape, scale) + gsl_cdf_gamma_P(x, shape + 1, scale);
}

static double lognormal_residual(double x, double cv)
{
	double sigma = sqrt(log1p(cv * cv)), z = (log(x) + sigma * sigma / 2) / sigma;
	return x * gsl_cdf_ugaussian_Q(z) + gsl_cdf_ugaussian_P(z - sigma);
}

static void expect_first_gap(const char *traffic, double cv, bool gamma)
{
	enum { FIRSTS = 3000 };
	struct world world;
	double u[FIRSTS];
	int count = 0;
	/* Long enough that nothing ever comes later. */
	arrivals_read(&world, traffic, "100d");
	for (uint64_t t = 0; t < FIRSTS; t++) {
		struct requests *r = arrivals_begin(&world, t);
		cr_assert(batch_draw(r));
		double x = (double)(r->batch.at[0] + 1) / 1e9;
		u[count++] = gamma ? gamma_residual(x, 1 / (cv * cv)) : lognormal_residual(x, cv);
	}
	expect_uniform(u, count, traffic);
	world_free(&world);
}

Test(traffic, renewal_begins_in_the_middle_of_a_gap)
{
	expect_first_gap("renewal: {rate: 1/s, cv: 2}", 2, true);
	expect_first_gap("renewal: {rate: 1/s, cv: 0.3}", 0.3, true);
	expect_first_gap("renewal: {rate: 1/s, cv: 13}", 13, true);
	expect_first_gap("renewal: {rate: 1/s, cv: 1.5, law: lognormal}", 1.5, false);
	expect_first_gap("renewal: {rate: 1/s, cv: 20, law: lognormal}", 20, false);
}

/* ---- mmpp: a Poisson process of a random rate, whose covariance dies out at the sum of the rates
 * at which its states are left (Fischer and Meier-Hellstern 1993). */

static double mmpp_variance(double t)
{
	double share = 0.2, high = 50 * 3, low = 50 * 0.5, leaves = 1 / 2.0 + 1 / 8.0;
	double covariance = share * (1 - share) * (high - low) * (high - low);
	double decay = -expm1(-leaves * t);
	return 50 * t + 2 * covariance * (t / leaves - decay / leaves / leaves);
}

Test(traffic, mmpp_disperses_as_its_two_states_say)
{
	const struct process p = {"mmpp: {rate: 50/s, burst: x3, share: 20%, lasts: 2s}", "1000s",
				  50, 1000, mmpp_variance};
	expect_process(&p, scales, 4);
}

Test(traffic, mmpp_can_be_silent_between_its_bursts)
{
	struct world world;
	double at[20000];
	int silences = 0;
	arrivals_read(&world, "mmpp: {rate: 20/s, burst: x10, share: 10%, lasts: 1s}", "500s");
	int count = arrivals_collect(&world, 1, at, 20000);
	for (int i = 1; i < count; i++)
		silences += at[i] - at[i - 1] > 1;
	/* Some 50 bursts of 200/s; a pause of a second within one has probability e^-200. */
	cr_expect(silences > 25 && silences < 80, "%d", silences);
	world_free(&world);
}

/* ---- sessions: a request is followed, at a distance t, by others of its session at the rate
 * p b exp(-b (1 - p) t), where p = 1 - 1/requests and pauses last 1/b: a Poisson cluster process
 * (Daley and Vere-Jones 2003, section 6.3). */

static double sessions_variance(double t)
{
	double rate = 50, p = 0.8, b = 1 / 0.5, a = b * (1 - p);
	return rate * t + 2 * rate * p * b * (t / a + expm1(-a * t) / a / a);
}

Test(traffic, sessions_cluster_as_their_requests_and_pauses_say)
{
	const struct process p = {
		"sessions: {rate: 10/s, requests: 5, think: {exponential: {mean: 500ms}}}", "1000s",
		50, 1000, sessions_variance};
	expect_process(&p, scales, 4);
}

/* With other pauses the rate is the same from the beginning: what is left of those that have begun
 * is drawn from the right law. */
Test(traffic, sessions_have_always_been_going_on)
{
	static const char *const laws[] = {"constant: {time: 2s}",
					   "lognormal: {p50: 500ms, p99: 20s}"};
	for (int l = 0; l < 2; l++) {
		struct world world;
		char text[200];
		snprintf(text, sizeof text, "sessions: {rate: 10/s, requests: 5, think: {%s}}",
			 laws[l]);
		const struct process p = {text, "60s", 50, 60, NULL};
		arrivals_read(&world, text, "60s");
		expect_rate(&world, &p, 0.1);
		expect_rate(&world, &p, 3);
		world_free(&world);
	}
}

Test(traffic, sessions_make_a_geometric_number_of_requests)
{
	enum { SESSIONS = 40000 };
	static int made[SESSIONS];
	static double pause[200000], last[SESSIONS];
	struct world world;
	arrivals_read(&world,
		      "sessions: {rate: 10/s, requests: 3, think: {exponential: {mean: 2s}}}",
		      "2000s");
	struct requests *r = arrivals_begin(&world, 1);
	int pauses = 0, whole = 0, ones = 0;
	double sum = 0;
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++) {
			uint32_t s = r->batch.session[i];
			cr_assert_lt(s, SESSIONS);
			if (made[s]++)
				pause[pauses++] = -expm1(-((double)r->batch.at[i] - last[s]) / 2e9);
			last[s] = (double)r->batch.at[i];
		}
	/* Neither those that were there already nor those that have not ended. */
	for (int s = 100; s < 19000; s++, whole++) {
		cr_assert_gt(made[s], 0);
		sum += made[s];
		ones += made[s] == 1;
	}
	cr_expect_float_eq(sum / whole, 3, 4.5 * sqrt(6.0 / whole));
	cr_expect_float_eq((double)ones / whole, 1 / 3.0, 4.5 * sqrt(2 / 9.0 / whole));
	expect_uniform(pause, pauses, "pauses");
	world_free(&world);
}

Test(traffic, requests_of_a_session_come_from_one_person)
{
	static uint32_t user[40000];
	static uint8_t cohort[40000];
	struct world world;
	int again = 0;
	arrivals_read(&world,
		      "sessions: {rate: 10/s, requests: 4, think: {exponential: {mean: 2s}}}, "
		      "users: {count: 1000, new: 10/s, anonymous: 30%}, "
		      "shapes: [{diurnal: {peak: x1, trough: x0.2}}], "
		      "regions: {eu: {share: 40%, offset: 12h}, us: 60%}",
		      "500s");
	struct requests *r = arrivals_begin(&world, 1);
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++) {
			uint32_t s = r->batch.session[i];
			if (user[s]) {
				cr_assert_eq(user[s],
					     r->batch.user[i] + 1 + (r->batch.user[i] == NOBODY));
				cr_assert_eq(cohort[s], r->batch.cohort[i]);
				again++;
			}
			user[s] = r->batch.user[i] + 1 + (r->batch.user[i] == NOBODY);
			cohort[s] = r->batch.cohort[i];
		}
	cr_assert_gt(again, 5000);
	world_free(&world);
}

/* ---- mistakes */

static void expect_refused(const char *traffic, const char *horizon, const char *sentence)
{
	char text[1024], *said = NULL;
	size_t length = 0;
	struct scenario scenario;
	struct complaints complaints;
	snprintf(text, sizeof text,
		 "scenario: x\ntraffic: {%s}\n"
		 "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
		 "cases: {healthy: []}\nrollouts: {all: {instant: {}}}\nhorizon: %s\n",
		 traffic, horizon);
	const struct source source = {"test", text, strlen(text)};
	complaints_init(&complaints);
	cr_expect_not(scenario_read(&scenario, &source, NULL, 0, &complaints), "%s", traffic);
	FILE *out = open_memstream(&said, &length);
	complaints_print(&complaints, out);
	fclose(out);
	cr_expect(strstr(said, sentence), "%s: %s", traffic, said);
	free(said);
	complaints_free(&complaints);
	scenario_free(&scenario);
}

Test(traffic, contradictions_are_told_in_a_sentence)
{
	expect_refused("mmpp: {rate: 10/s, burst: x5, share: 30%}", "1h",
		       "mmpp: bursts of x5 in 30% of the time are more than all requests; burst "
		       "can be at most x3.33333");
	expect_refused("sessions: {rate: 1000/s, requests: 1000, think: 1h}", "1h",
		       "so many visitors may be present at once");
	expect_refused("poisson: {rate: 10/s}, shapes: [{diurnal: {peak: x2}}]", "1h",
		       "diurnal: give peak and trough, or hours");
	expect_refused("poisson: {rate: 10/s}, shapes: [{diurnal: {hours: [x1 for 8h]}}]", "1h",
		       "diurnal: the hours must fill a day; they last 8h");
	expect_refused("poisson: {rate: 10/s}, shapes: [{steps: {levels: [x1 for 8m, 2]}}]", "1h",
		       "expected a spell such as x2 for 10m; found \"2\"");
	expect_refused("poisson: {rate: 10/s}, shapes: [{steps: {levels: [x1 for 8ms]}}]", "1h",
		       "a spell must last from 1s to 100d");
	expect_refused("poisson: {rate: 10/s}, shapes: [{weekly: {day_from: 9h, day_until: 8h}}]",
		       "1h", "weekly: day_until must come after day_from");
	expect_refused("poisson: {rate: 10/s}, shapes: [{dirunal: {}}]", "1h",
		       "did you mean \"diurnal\"?");
	expect_refused("poisson: {rate: 1000/s}, shapes: [{ramp: {to: x99999, takes: 1h}}]", "1h",
		       "a trial would serve up to 1.8e+11 requests");
	expect_refused("poisson: {rate: 10/s}, users: {count: 100, new: 1000000/s}", "1h",
		       "there would be 3.6e+09 people in a trial; at most 100000000 are possible");
	expect_refused("poisson: {rate: 10/s}, regions: {a: {share: 40%, offset: 9d}, b: 60%}",
		       "1h", "offset must be from -1w to 1w; found \"9d\"");
	expect_refused("poisson: {rate: 10/s}, regions: {a: {share: 50%}, b: 60%}", "1h",
		       "the shares of regions sum to 110%, not to 100%");
}
