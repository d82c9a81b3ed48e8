/* Shapes must have the factors asked for, and arrivals must follow their product exactly: seen
 * through the integral of the rate, computed here in another way, they are as even as without
 * shapes (the time-rescaling theorem: Brown et al. 2002). */
#include "models/list.h"
#include "tests/arrivals.h"

#include <gsl/gsl_integration.h>
#include <stdlib.h>

/* ---- factors */

static double factor_of(struct world *world, int index, double seconds)
{
	const struct use *use = &world->scenario.plans[0].shape[index];
	const struct shape *shape = (const struct shape *)use->plugin;
	return shape->factor(use->config, NULL, seconds * 1e9);
}

struct known {
	double seconds, factor;
};

static void expect_factors(const char *shape, const struct known *known, int count, double peak)
{
	struct world world;
	char text[400];
	snprintf(text, sizeof text, "poisson: {rate: 1/m}, shapes: [{%s}]", shape);
	arrivals_read(&world, text, "1h");
	for (int i = 0; i < count; i++)
		cr_expect_float_eq(factor_of(&world, 0, known[i].seconds), known[i].factor, 1e-12,
				   "%s at %g", shape, known[i].seconds);
	cr_expect_float_eq(intensity_peak(&world.scenario.plans[0]), peak, 1e-12, "%s", shape);
	world_free(&world);
}

#define EXPECT_FACTORS(shape, peak, ...)                                                           \
	do {                                                                                       \
		const struct known known[] = {__VA_ARGS__};                                        \
		expect_factors(shape, known, sizeof known / sizeof *known, peak);                  \
	} while (0)

enum { HOUR = 3600, DAY = 24 * HOUR };

Test(shapes, diurnal_is_a_wave_from_trough_to_peak)
{
	EXPECT_FACTORS("diurnal: {peak: x1.5, trough: x0.5, peak_at: 14h, starts: 8h}", 1.5,
		       {6 * HOUR, 1.5}, {0, 1}, {12 * HOUR, 1}, {18 * HOUR, 0.5},
		       {6 * HOUR + 10 * DAY, 1.5}, {-18 * HOUR, 1.5},
		       {10 * HOUR, 1.25}); /* a third of the way down: cos 60 degrees */
}

Test(shapes, diurnal_takes_a_table_of_hours)
{
	EXPECT_FACTORS("diurnal: {hours: [x0.2 for 6h, x2 for 12h, x0.7 for 6h], starts: 5h}", 2,
		       {0, 0.2}, {HOUR - 1e-3, 0.2}, {HOUR, 2}, {13 * HOUR, 0.7}, {19 * HOUR, 0.2},
		       {DAY + HOUR, 2});
}

Test(shapes, weekly_knows_weekends_and_nights)
{
	/* Begins on Friday at 9:00. */
	EXPECT_FACTORS("weekly: {weekday: x1.1, weekend: x0.5, day: x2, night: x0.3, starts: 4d9h}",
		       2.2, {0, 2.2}, {11 * HOUR, 0.33}, {15 * HOUR, 0.15}, {23 * HOUR, 1},
		       {3 * DAY, 2.2}, {2.5 * DAY, 0.15}, {7 * DAY, 2.2}, {-2 * HOUR, 0.33});
}

Test(shapes, ramp_steps_flash_crowd_and_zero_are_as_written)
{
	EXPECT_FACTORS("ramp: {from: x1, to: x3, at: 10m, takes: 20m}", 3, {0, 1}, {600, 1},
		       {1200, 2}, {1500, 2.5}, {1800, 3}, {9999, 3});
	EXPECT_FACTORS("steps: {levels: [x1 for 1m, x4 for 2m, x0 for 1m]}", 4, {59, 1}, {60, 4},
		       {179, 4}, {180, 0}, {9999, 0});
	EXPECT_FACTORS("steps: {levels: [x1 for 1m, x4 for 2m], repeat: yes}", 4, {59, 1}, {60, 4},
		       {180, 1}, {239, 1}, {240, 4});
	EXPECT_FACTORS("flash_crowd: {peak: x9, at: 1m, rise: 2m, plateau: 3m, half_life: 1m}", 9,
		       {60, 1}, {90, 3}, {180, 9}, {360, 9}, {420, 5}, {480, 3}, {540, 2},
		       {36000, 1});
	EXPECT_FACTORS("zero: {at: 1m, duration: 1m}", 1, {59.9, 1}, {60, 0}, {119.9, 0}, {120, 1});
	EXPECT_FACTORS("zero: {at: 1m}", 1, {59.9, 1}, {60, 0}, {1e7, 0});
}

Test(shapes, factors_multiply_and_sum_up_to_the_requests_to_be_ready_for)
{
	struct world world;
	arrivals_read(&world,
		      "poisson: {rate: 10/s}, shapes: [{ramp: {from: x0, to: x2, takes: 1h}}, "
		      "{steps: {levels: [x1 for 30m, x3 for 30m]}}]",
		      "1h");
	/* 10/s times (1/2 x 1/2 + 3 x 3/2 x 1/2) of an hour */
	cr_expect_float_eq(intensity_most_requests(&world.scenario.plans[0]), 10 * 3600 * 2.5,
			   1e-4);
	cr_expect_eq(intensity_peak(&world.scenario.plans[0]), 6);
	world_free(&world);
}

/* ---- the inverse against quadrature */

/* The product of shapes, written down again. */
typedef double rate_of(double seconds);

static double call_rate(double seconds, void *rate)
{
	return (*(rate_of **)rate)(seconds);
}

/* From break to break, so that nothing jumps inside. */
static double integrate(rate_of *rate, double from, double to, double step)
{
	gsl_function f = {call_rate, &rate};
	gsl_integration_workspace *space = gsl_integration_workspace_alloc(1000);
	double sum = 0, part, error;
	while (from < to) {
		double end = fmin((floor(from / step + 1e-9) + 1) * step, to);
		gsl_integration_qag(&f, from, end, 1e-300, 1e-12, 1000, GSL_INTEG_GAUSS31, space,
				    &part, &error);
		sum += part;
		from = end;
	}
	gsl_integration_workspace_free(space);
	return sum;
}

/* Operational times at equal distances come back as real ones whose integral they are. */
static void expect_inverse(const char *shapes, rate_of *rate, double step, const char *horizon)
{
	enum { POINTS = 200 };
	struct world world;
	struct intensity it;
	char text[600];
	double ns[POINTS], until, last = 0, sum = 0;
	snprintf(text, sizeof text, "poisson: {rate: 1/s}, %s", shapes);
	arrivals_read(&world, text, horizon);
	until = (double)world.scenario.plans[0].horizon / 1e9;
	double total = integrate(rate, 0, until, step) * 1e9;
	for (int i = 0; i < POINTS; i++)
		ns[i] = total * (i + 0.5) / POINTS;
	cr_assert(intensity_begin(&it, &world.scenario.plans[0], 1, NULL, 0));
	cr_expect_float_eq(intensity_now(&it), rate(1e-9), 1e-6, "%s", shapes);
	intensity_invert(&it, ns, POINTS / 2);
	intensity_invert(&it, ns + POINTS / 2, POINTS / 2);
	for (int i = 0; i < POINTS; i++) {
		sum += integrate(rate, last, ns[i] / 1e9, step) * 1e9;
		last = ns[i] / 1e9;
		cr_expect_float_eq(sum, total * (i + 0.5) / POINTS, 1e-9 * total, "%s: %g at %g",
				   shapes, sum, last);
	}
	double beyond = total * 1.001;
	intensity_invert(&it, &beyond, 1);
	cr_expect_eq(beyond, until * 1e9);
	world_free(&world);
}

static double wave(double seconds)
{
	return 1 + 0.8 * cos(2 * M_PI * (seconds - 5 * HOUR) / DAY);
}

static double deep_wave(double seconds)
{
	return 1 + cos(2 * M_PI * (seconds - 5 * HOUR) / DAY);
}

static double ramp(double seconds)
{
	return 4 * fmin(fmax((seconds - HOUR) / (2 * HOUR), 0), 1);
}

static double crowd(double seconds)
{
	double into = seconds - HOUR;
	double height = into < 0	    ? 0
			: into < 0.5 * HOUR ? into / (0.5 * HOUR)
			: into < 1.5 * HOUR ? 1
					    : exp2(-(into - 1.5 * HOUR) / (0.5 * HOUR));
	return 1 + 19 * height;
}

static double week(double seconds)
{
	double day = floor(fmod(seconds / DAY + 4, 7)), hour = fmod(seconds, DAY) / HOUR;
	return (day < 5 ? 1 : 0.5) * (hour >= 8 && hour < 20 ? 1 : 0.25);
}

static double stairs(double seconds)
{
	static const double level[] = {1, 4, 0, 2};
	return level[(int)fmod(seconds / HOUR, 4)];
}

static double all_at_once(double seconds)
{
	bool stopped = seconds >= 3 * HOUR && seconds < 4 * HOUR;
	return stopped ? 0 : wave(seconds) * crowd(seconds) * stairs(seconds);
}

/* Two regions, one of them half a day ahead. */
static double two_clocks(double seconds)
{
	return stairs(seconds) * (0.3 * deep_wave(seconds) + 0.7 * deep_wave(seconds + 9 * HOUR));
}

#define WAVE	  "{diurnal: {peak: x1.8, trough: x0.2, peak_at: 14h, starts: 9h}}"
#define DEEP_WAVE "{diurnal: {peak: x2, trough: x0, peak_at: 14h, starts: 9h}}"
#define RAMP	  "{ramp: {from: x0, to: x4, at: 1h, takes: 2h}}"
#define CROWD	  "{flash_crowd: {peak: x20, at: 1h, rise: 30m, plateau: 1h, half_life: 30m}}"
#define WEEK	  "{weekly: {night: x0.25, starts: 4d}}"
#define STAIRS	  "{steps: {levels: [x1 for 1h, x4 for 1h, x0 for 1h, x2 for 1h], repeat: yes}}"
#define STOP	  "{zero: {at: 3h, duration: 1h}}"

static const struct {
	const char *shapes;
	rate_of *rate;
	const char *horizon;
} laws[] = {
	{"shapes: [" WAVE "]", wave, "2d"},
	{"shapes: [" DEEP_WAVE "]", deep_wave, "1d"},
	{"shapes: [" RAMP "]", ramp, "4h"},
	{"shapes: [" CROWD "]", crowd, "6h"},
	{"shapes: [" WEEK "]", week, "8d"},
	{"shapes: [" STAIRS "]", stairs, "12h"},
	{"shapes: [" WAVE ", " CROWD ", " STAIRS ", " STOP "]", all_at_once, "12h"},
	{"shapes: [" DEEP_WAVE ", " STAIRS "], regions: {eu: 30%, asia: {share: 70%, offset: 9h}}",
	 two_clocks, "1d"},
};

enum { LAWS = sizeof laws / sizeof *laws };

Test(shapes, operational_time_is_inverted_to_one_in_a_billion)
{
	for (int i = 0; i < LAWS; i++)
		expect_inverse(laws[i].shapes, laws[i].rate, HOUR / 2, laws[i].horizon);
}

/* ---- arrivals, rescaled */

/* The integral of the rate at the middle of many cells; nothing jumps inside of one. */
struct compensator {
	int cells;
	double cell, *until;
};

static void compensate(struct compensator *c, rate_of *rate, double seconds)
{
	c->cell = 15;
	c->cells = (int)(seconds / c->cell);
	c->until = calloc((size_t)c->cells + 1, sizeof *c->until);
	for (int i = 0; i < c->cells; i++)
		c->until[i + 1] = c->until[i] + c->cell * rate((i + 0.5) * c->cell);
}

static double compensated(const struct compensator *c, double at)
{
	int i = (int)(at / c->cell);
	double share = at / c->cell - i;
	return c->until[i] + share * (c->until[i + 1] - c->until[i]);
}

/* Gaps of a unit Poisson process, made uniform. */
static void expect_rescaled(const double *at, int count, double per_second,
			    const struct compensator *c, const char *what)
{
	double last = 0, *u = malloc((size_t)count * sizeof *u);
	cr_assert_gt(count, 5000, "%s: %d", what, count);
	for (int i = 0; i < count; i++) {
		double now = per_second * compensated(c, at[i]);
		u[i] = -expm1(-(now - last));
		last = now;
	}
	expect_uniform(u, count, what);
	free(u);
}

Test(shapes, poisson_arrivals_are_even_in_operational_time)
{
	static double at[200000];
	for (int i = 0; i < LAWS; i++) {
		struct world world;
		struct compensator c;
		char text[600];
		snprintf(text, sizeof text, "poisson: {rate: 0.3/s}, %s", laws[i].shapes);
		arrivals_read(&world, text, laws[i].horizon);
		int count = arrivals_collect(&world, 3, at, 200000);
		compensate(&c, laws[i].rate, (double)world.scenario.plans[0].horizon / 1e9);
		expect_rescaled(at, count, 0.3, &c, laws[i].shapes);
		free(c.until);
		world_free(&world);
	}
}

/* Every process has its rate, bent by the shapes: over many trials, as many come in each hour. */
Test(shapes, every_process_follows_them)
{
	static const char *const processes[] = {
		"uniform: {rate: 0.1/s}", "renewal: {rate: 0.1/s, cv: 2}",
		"mmpp: {rate: 0.1/s, burst: x3, share: 20%, lasts: 60s}",
		"sessions: {rate: 0.02/s, requests: 5, think: {exponential: {mean: 1s}}}"};
	enum { TRIALS = 200, HOURS = 12 };
	static double at[100000], number[HOURS][TRIALS];
	for (int p = 0; p < 4; p++) {
		struct world world;
		char text[600];
		snprintf(text, sizeof text,
			 "%s, shapes: [" WAVE ", " CROWD ", " STAIRS ", " STOP "]", processes[p]);
		arrivals_read(&world, text, "12h");
		memset(number, 0, sizeof number);
		for (int t = 0; t < TRIALS; t++) {
			int count = arrivals_collect(&world, (uint64_t)t, at, 100000);
			for (int i = 0; i < count; i++)
				number[(int)(at[i] / HOUR)][t]++;
		}
		for (int h = 0; h < HOURS; h++) {
			double truth =
				0.1 * integrate(all_at_once, h * HOUR, (h + 1) * HOUR, HOUR / 2);
			/* Sessions outlive the hour they began in by seconds. */
			double slack = p == 3 ? 0.01 * 0.1 * 40 * HOUR : 0;
			if (truth > slack)
				expect_mean(number[h], TRIALS, truth, 0.05 * truth + 1,
					    processes[p]);
		}
		world_free(&world);
	}
}

/* ---- noise */

/* The factors of a trial, from the shape itself and the stream it is given. */
static void replay_noise(struct world *world, int index, uint64_t trial, double *factor, int count)
{
	const struct use *use = &world->scenario.plans[0].shape[index];
	_Alignas(max_align_t) unsigned char state[SHAPE_STATE] = {0};
	struct rng rng;
	char name[] = "shape 0";
	name[6] = (char)('0' + index);
	rng_stream(&rng, world->scenario.plans[0].seed, trial, name);
	for (int i = 0; i < count; i++) {
		sim_time until = shape_noise.advance(use->config, state, &rng, i * 60 * SIM_SECOND);
		cr_assert_eq(until, (i + 1) * 60 * SIM_SECOND);
		factor[i] = shape_noise.factor(use->config, state, 0);
	}
}

/* Lognormal factors whose logarithms have correlation r have correlation
 * (exp(r sigma^2) - 1) / (exp(sigma^2) - 1). */
Test(shapes, noise_has_mean_1_and_remembers_as_told)
{
	enum { TRIALS = 400, STEPS = 400, LAGS = 3 };
	const double sigma = 0.5, rho = 0.8, variance = expm1(sigma * sigma);
	static double mean[TRIALS], product[LAGS][TRIALS], factor[STEPS];
	struct world world;
	arrivals_read(&world, "poisson: {rate: 1/s}, shapes: [{noise: {sigma: 0.5}}]", "1h");
	for (int t = 0; t < TRIALS; t++) {
		replay_noise(&world, 0, (uint64_t)t, factor, STEPS);
		for (int i = 0; i < STEPS - LAGS; i++) {
			mean[t] += factor[i] / (STEPS - LAGS);
			for (int l = 0; l < LAGS; l++)
				product[l][t] += (factor[i] - 1) * (factor[i + l] - 1) /
						 (STEPS - LAGS) / variance;
		}
	}
	expect_mean(mean, TRIALS, 1, 0.01, "the mean");
	for (int l = 0; l < LAGS; l++)
		expect_mean(product[l], TRIALS, expm1(pow(rho, l) * sigma * sigma) / variance, 0.03,
			    "the autocorrelation");
	world_free(&world);
}

Test(shapes, arrivals_follow_the_noise_of_their_trial)
{
	static double at[60000], factor[400];
	struct world world;
	struct compensator c = {400, 60, calloc(401, sizeof(double))};
	arrivals_read(&world,
		      "poisson: {rate: 1/s}, shapes: [{ramp: {from: x1, to: x1, takes: 1h}}, "
		      "{noise: {sigma: 0.7}}]",
		      "24000s");
	int count = arrivals_collect(&world, 5, at, 60000);
	replay_noise(&world, 1, 5, factor, 400);
	for (int i = 0; i < 400; i++)
		c.until[i + 1] = c.until[i] + 60 * factor[i];
	expect_rescaled(at, count, 1, &c, "noise");
	int other = arrivals_collect(&world, 6, at, 60000);
	cr_expect_neq(count, other);
	free(c.until);
	world_free(&world);
}

/* ---- surges, and what stays the same whatever happens */

static double surged(double seconds)
{
	double risen = fmin(fmax((seconds - HOUR) / (HOUR / 2.0), 0), 1);
	return wave(seconds) * (seconds < 3 * HOUR ? 1 + 4 * risen : 1);
}

Test(shapes, a_surge_multiplies_what_is_there)
{
	enum { POINTS = 100 };
	struct world world;
	struct intensity it;
	const struct surge surge = {HOUR * SIM_SECOND, 3 * HOUR * SIM_SECOND, HOUR / 2 * SIM_SECOND,
				    5};
	double ns[POINTS];
	arrivals_read(&world, "poisson: {rate: 1/s}, shapes: [" WAVE "]", "6h");
	double total = integrate(surged, 0, 6 * HOUR, HOUR / 2);
	for (int i = 0; i < POINTS; i++)
		ns[i] = total * 1e9 * (i + 0.5) / POINTS;
	cr_assert(intensity_begin(&it, &world.scenario.plans[0], 1, &surge, 1));
	intensity_invert(&it, ns, POINTS);
	for (int i = 0; i < POINTS; i++)
		cr_expect_float_eq(integrate(surged, 0, ns[i] / 1e9, HOUR / 2),
				   total * (i + 0.5) / POINTS, 1e-9 * total);
	world_free(&world);
}

Test(shapes, traffic_without_any_has_no_intensity)
{
	struct world world;
	struct intensity it;
	arrivals_read(&world, "poisson: {rate: 1/s}", "6h");
	cr_expect_not(intensity_begin(&it, &world.scenario.plans[0], 1, NULL, 0));
	world_free(&world);
}

/* A factor of 1 moves nothing but by rounding. */
Test(shapes, a_factor_of_one_leaves_arrivals_where_they_are)
{
	static double plain[20000], shaped[20000];
	struct world a, b;
	arrivals_read(&a, "poisson: {rate: 3/s}", "1h");
	arrivals_read(&b,
		      "poisson: {rate: 3/s}, shapes: [{steps: {levels: [x1 for 7m, x1 for 1m], "
		      "repeat: yes}}]",
		      "1h");
	int count = arrivals_collect(&a, 1, plain, 20000);
	cr_assert_eq(arrivals_collect(&b, 1, shaped, 20000), count);
	for (int i = 0; i < count; i++)
		cr_assert_float_eq(plain[i], shaped[i], 2.1e-9);
	world_free(&a);
	world_free(&b);
}

/* ---- all of them */

/* The cubic through four points of a piece, elsewhere in it, by Lagrange's formula. */
static double lagrange(const struct shape *shape, const void *config, const void *state,
		       double from, double length, double x)
{
	static const double point[] = {0.1, 0.35, 0.65, 0.9};
	double sum = 0;
	for (int i = 0; i < 4; i++) {
		double part = shape->factor(config, state, from + point[i] * length);
		for (int j = 0; j < 4; j++)
			part *= j == i ? 1 : (x - point[j]) / (point[i] - point[j]);
		sum += part;
	}
	return sum;
}

Test(shapes, each_is_smooth_between_the_instants_it_names)
{
	for (int m = 0; models_all[m]; m++) {
		struct world world;
		struct rng rng;
		char text[400];
		_Alignas(max_align_t) unsigned char state[SHAPE_STATE] = {0};
		if (models_all[m]->kind != PLUGIN_SHAPE)
			continue;
		const struct shape *shape = (const struct shape *)models_all[m];
		cr_assert_leq(shape->plugin.state_size, sizeof state);
		cr_assert(!shape->periodic || !shape->plugin.state_size, "%s", shape->plugin.name);
		snprintf(text, sizeof text, "poisson: {rate: 1/m}, shapes: [{%s}]",
			 shape->plugin.example);
		arrivals_read(&world, text, "9d");
		const void *config = world.scenario.plans[0].shape[0].config;
		double peak = shape->peak(config);
		rng_stream(&rng, 1, 1, "shape 0");
		sim_time end = world.scenario.plans[0].horizon, at = 0;
		while (at < end) {
			sim_time until = shape->advance(config, state, &rng, at);
			cr_assert_gt(until, at, "%s", shape->plugin.name);
			until = until < end ? until : end;
			double from = (double)at, length = (double)(until - at);
			for (double x = 0.05; x < 1; x += 0.15) {
				double there = shape->factor(config, state, from + x * length);
				cr_assert(there >= 0 && there <= peak, "%s", shape->plugin.name);
				cr_assert_float_eq(lagrange(shape, config, state, from, length, x),
						   there, 1e-9 * peak, "%s", shape->plugin.name);
			}
			at = until;
		}
		world_free(&world);
	}
}
