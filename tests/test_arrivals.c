/* The survey of arrivals against closed forms, and the figure that shows it. */
#include "sim/report/arrivals.h"
#include "sim/report/figures.h"

#include "tests/sandbox.h"
#include "tests/world.h"

#include <math.h>

enum { MESSAGE = 512 };

#define REST                                                                                       \
	"versions: {stable: {latency: 80ms, errors: 1%}, candidate: {like: stable}}\n"             \
	"cases: {healthy: []}\n"                                                                   \
	"rollouts:\n"                                                                              \
	"  one: {instant: {}, checks: [{metric: error_rate, threshold: {max: 3%}, window: 10s,"    \
	" every: 10s}]}\n"                                                                         \
	"horizon: 200s\nseed: 5\ntelemetry: {scrape: 10s}\n"

static const char steady[] = "scenario: steady\ntraffic: {poisson: {rate: 50/s}}\n" REST;

static const struct arrival_survey *survey(struct world *world, double budget)
{
	struct arrival_survey *survey = arena_take(&world->arena, sizeof *survey);
	arrivals_survey(&world->scenario.plans[0], budget, &world->arena, survey);
	return survey;
}

/* Within five standard errors; the interval reaches about two to either side. */
static void expect_near(struct estimate got, double truth, const char *what)
{
	cr_expect(got.low < got.value && got.value < got.high, "%s has no interval", what);
	double error = (got.high - got.low) / 3.92;
	cr_expect(fabs(got.value - truth) < 5 * error, "%s is %g, not %g", what, got.value, truth);
	cr_expect(error < 0.1 * truth, "%s is known to %g only", what, error);
}

/* ---- what is known in closed form */

Test(arrivals, of_poisson_traffic_have_dispersion_1_and_gaps_that_vary_as_much_as_they_last)
{
	struct world world;
	world_read(&world, steady);
	const struct arrival_survey *s = survey(&world, 1e6);
	cr_expect_eq(s->trials, 100, "%d trials", s->trials);
	expect_near(s->per_second, 50, "the rate");
	expect_near(s->gap_cv, 1, "the variation of gaps");
	cr_expect_eq(s->widths, 7);
	for (int k = 0; k < s->widths; k++)
		expect_near(s->width[k].dispersion, 1, "the dispersion");
	cr_expect_float_eq(s->width[s->widths - 1].seconds, 200.0 / 50, 1e-6);
	world_free(&world);
}

struct state {
	sim_time last;
};

/* Ten a second to the nanosecond. */
static int tick(const void *config, void *state, const struct arrivals *to, int room)
{
	struct state *s = state;
	int count = 0;
	(void)config;
	while (count < room && (double)(s->last + SIM_SECOND / 10) < to->until)
		to->ns[count++] = (double)(s->last += SIM_SECOND / 10);
	return count;
}

/* Independent pairs, 25 a second; `room` is even. */
static int come_in_pairs(const void *config, void *state, const struct arrivals *to, int room)
{
	struct state *s = state;
	int count = 0;
	(void)config;
	while (count < room) {
		s->last -= (sim_time)(log(rng_open_uniform(to->rng)) * SIM_SECOND / 25);
		if ((double)s->last >= to->until)
			break;
		to->ns[count] = to->ns[count + 1] = (double)s->last;
		count += 2;
	}
	return count;
}

static double no_rate(const void *config, sim_time at)
{
	(void)config, (void)at;
	return 50;
}

static double no_peak(const void *config)
{
	return no_rate(config, 0);
}

static void replace_traffic(struct world *world, struct traffic *own,
			    int (*fill)(const void *, void *, const struct arrivals *, int))
{
	*own = (struct traffic){.plugin = {.kind = PLUGIN_TRAFFIC,
					   .name = "own",
					   .state_size = sizeof(struct state)},
				.fill = fill,
				.rate = no_rate,
				.peak = no_peak};
	world->scenario.plans[0].traffic.plugin = &own->plugin;
}

/* Windows of 4 s / 2^k hold whole numbers of ticks down to 0.5 s. */
Test(arrivals, of_a_clock_do_not_vary)
{
	struct world world;
	struct traffic own;
	world_read(&world, steady);
	replace_traffic(&world, &own, tick);
	const struct arrival_survey *s = survey(&world, 1e5);
	cr_expect_eq(s->arrivals, 1999);
	cr_expect_eq(s->first_s, 0.1);
	cr_expect_eq(s->gap_cv.value, 0);
	cr_expect_eq(s->gap_cv.high, 0);
	cr_expect_eq(s->per_second.low, s->per_second.high);
	cr_expect_eq(s->widths, 5);
	for (int k = 0; k < s->widths; k++)
		cr_expect_lt(s->width[k].dispersion.value, k < 2 ? 0.26 : 1e-3, "%g s: %g",
			     s->width[k].seconds, s->width[k].dispersion.value);
	world_free(&world);
}

/* Half of the gaps are 0, half exponential with mean m: mean m / 2, mean square m^2. */
Test(arrivals, in_pairs_have_dispersion_2_and_gaps_with_a_variation_of_root_3)
{
	struct world world;
	struct traffic own;
	world_read(&world, steady);
	replace_traffic(&world, &own, come_in_pairs);
	const struct arrival_survey *s = survey(&world, 1e6);
	expect_near(s->per_second, 50, "the rate");
	expect_near(s->gap_cv, sqrt(3), "the variation of gaps");
	for (int k = 0; k < s->widths; k++)
		expect_near(s->width[k].dispersion, 2, "the dispersion");
	world_free(&world);
}

/* ---- what is shown is what a trial serves */

Test(arrivals, of_trial_0_are_the_requests_of_trial_0)
{
	struct world world;
	world_read(&world, steady);
	const struct arrival_survey *s = survey(&world, 1e5);
	double requests = 0, all = 0, highest = 0;
	for (int b = 0; b < s->bins; b++) {
		requests += s->rate[b] * fmin(s->bin_s, s->horizon_s - b * s->bin_s);
		highest = fmax(highest, s->rate[b]);
	}
	for (int b = 0; b < s->mean_bins; b++)
		all += s->mean[b] * fmin(s->mean_bin_s, s->horizon_s - b * s->mean_bin_s);
	cr_expect_eq(world_run(&world, 0, 0, 0)->requests, s->arrivals);
	cr_expect_float_eq(requests, (double)s->arrivals, 1e-6);
	cr_expect_float_eq(all / s->horizon_s, s->per_second.value, 1e-6);
	cr_expect_eq(highest, s->busiest);
	world_free(&world);
}

Test(arrivals, that_are_few_are_not_judged)
{
	struct world world;
	world_read(&world, "scenario: few\ntraffic: {poisson: {rate: 0.02/s}}\n" REST);
	const struct arrival_survey *s = survey(&world, 1e6);
	cr_expect_eq(s->trials, 400);
	cr_expect_eq(s->widths, 0);
	cr_expect(isnan(s->gap_cv.value));
	expect_near(s->per_second, 0.02, "the rate");
	world_free(&world);
}

/* ---- the figure */

struct drawn {
	char directory[64], log[1024], error[MESSAGE];
	char *script;
};

static void draw(struct drawn *drawn, const char *text, bool script_only)
{
	struct world world;
	char path[128];
	*drawn = (struct drawn){.directory = "/tmp/coalmine-arrivals-XXXXXX"};
	cr_assert(mkdtemp(drawn->directory));
	world_read(&world, text);
	const struct figure_options options = {drawn->directory, FIGURE_SVG, script_only, NULL};
	FILE *log = fmemopen(drawn->log, sizeof drawn->log, "w");
	int code = figures_draw_scenario(&world.scenario, &options, log, drawn->error, MESSAGE);
	fclose(log);
	cr_assert_eq(code, 0, "%s", drawn->error);
	snprintf(path, sizeof path, "%s/arrivals.gp", drawn->directory);
	FILE *file = fopen(path, "rb");
	cr_assert(file);
	drawn->script = sandbox_slurp(file);
	fclose(file);
	world_free(&world);
}

static void drawn_free(struct drawn *drawn)
{
	char path[128];
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/arrivals.%s", drawn->directory, i ? "svg" : "gp");
		unlink(path);
	}
	rmdir(drawn->directory);
	free(drawn->script);
}

static void expect_text(const struct drawn *drawn, const char *part)
{
	cr_expect(strstr(drawn->script, part) != NULL, "the script lacks: %s", part);
}

Test(arrivals, are_drawn_as_the_same_bytes_every_time)
{
	struct drawn a, b;
	draw(&a, steady, true);
	draw(&b, steady, true);
	cr_expect_str_eq(a.script, b.script);
	expect_text(&a, "TITLE = 'Traffic of steady'\n");
	expect_text(&a, "ROW_LABEL[1] = 'poisson'\n");
	expect_text(&a, "mean 50.0");
	expect_text(&a, "/s [");
	expect_text(&a, "coefficient of variation of the gaps: 1.00");
	drawn_free(&a);
	drawn_free(&b);
}

Test(arrivals, get_a_row_for_each_setting_of_the_traffic_and_eight_at_most)
{
	struct drawn drawn;
	draw(&drawn,
	     "scenario: many\ntraffic: {poisson: {rate: 1/s}}\n" REST "vary:\n"
	     "  rollouts.one.checks.0.threshold.max: [1%, 2%]\n"
	     "  traffic.poisson.rate: [1/s, 2/s, 3/s, 4/s, 5/s, 6/s, 7/s, 8/s, 9/s]\n",
	     true);
	expect_text(&drawn, "ROWS = 8\n");
	expect_text(&drawn, "the first 8 of 9 settings");
	expect_text(&drawn, "ROW_LABEL[8] = 'traffic.poisson.rate: 8/s'\n");
	cr_expect_null(strstr(drawn.script, "threshold.max"), "what is no traffic is no label");
	drawn_free(&drawn);
}

Test(arrivals, that_hardly_come_are_told_in_words)
{
	struct drawn drawn;
	draw(&drawn,
	     "scenario: hardly\ntraffic: {poisson: {rate: 1/s}}\n" REST
	     "vary: {traffic.poisson.rate: [0.000001/s, 0.003/s, 0.1/s, 3/s, 1000/s]}\n",
	     false);
	expect_text(&drawn, "NO_RATE[1] = 'no request in trial 0'\n");
	expect_text(&drawn, "NO_RATE[2] = 'one request in trial 0, after ");
	expect_text(&drawn, "NO_RATE[3] = ''\n");
	expect_text(&drawn, "NO_DISPERSION[3] = 'too few requests a trial");
	expect_text(&drawn, "NO_DISPERSION[4] = ''\n");
	cr_expect_null(strstr(drawn.log, "gnuplot says"), "%s", drawn.log);
	drawn_free(&drawn);
}

Test(arrivals, with_hostile_names_are_drawn_and_do_nothing)
{
	struct drawn drawn;
	draw(&drawn,
	     "scenario: \"'; set print 'hit' # {/:Bold `touch /tmp/coalmine-arrivals-hit`\"\n"
	     "traffic: {poisson: {rate: 1/s}}\n" REST,
	     false);
	cr_expect_null(strstr(drawn.log, "gnuplot says"), "%s", drawn.log);
	cr_expect_neq(access("/tmp/coalmine-arrivals-hit", F_OK), 0);
	drawn_free(&drawn);
}
