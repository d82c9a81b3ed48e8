/* Scenarios fitted to traces: the estimators against answers found another way, and traces of known
 * models, which must come back as those models. */
#include "sim/draw.h"
#include "sim/report/fit_compare.h"
#include "sim/report/fit_model.h"
#include "sim/results/recording.h"
#include "sim/results/trace.h"
#include "sim/stats/clump.h"
#include "sim/stats/gap_match.h"
#include "sim/stats/law_fit.h"
#include "sim/stats/levels.h"
#include "sim/stats/zipf.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- estimators; the answers are from bisections, direct sums and Runge-Kutta steps in Python
 * 3.11, which share nothing with ours */

static const double dozen[] = {2.2, 3.1, 4.7, 5.2, 6.6, 7.9, 8.4, 9.3, 11.2, 14.8, 21.5, 40.2};

static void expect_law(enum law_kind kind, double one, double two, double likelihood)
{
	struct law_fit fit;
	cr_assert(law_fit(kind, dozen, 12, &fit));
	cr_expect_float_eq(fit.value[0], one, 1e-6 * fabs(one));
	cr_expect_float_eq(fit.value[1], two, 1e-6 * fabs(two));
	cr_expect_float_eq(fit.log_likelihood, likelihood, 1e-7 * fabs(likelihood));
}

Test(fit, laws_are_the_likeliest)
{
	expect_law(LAW_LOGNORMAL, 2.1083933342085257, 0.7725194968122704, -39.230806025716916);
	expect_law(LAW_GAMMA, 1.7470369970112194, 6.444244370665169, -40.102985318114705);
	expect_law(LAW_WEIBULL, 1.2677133547241821, 12.244084612301535, -40.48819867697004);
	expect_law(LAW_PARETO, 0.7576125053153479, 2.2, -40.63171877960368);
	expect_law(LAW_EXPONENTIAL, 11.258333333333333, 0, -41.05330314213783);
}

Test(fit, the_distance_of_a_law_is_kolmogorovs)
{
	struct law_fit fit;
	cr_assert(law_fit(LAW_LOGNORMAL, dozen, 12, &fit));
	cr_expect_float_eq(fit.distance, 0.10411795830673054, 1e-9);
}

Test(fit, gaps_and_counts_of_an_mmpp_are_known)
{
	const struct gap_law law = {.kind = GAP_MMPP, .burst = 3, .share = 0.2, .lasts = 10};
	cr_expect_float_eq(gap_law_below(&law, 0.5), 0.5497311685101538, 1e-9);
	cr_expect_float_eq(gap_law_below(&law, 2), 0.849042234958034, 1e-9);
	cr_expect_float_eq(gap_law_below(&law, 6), 0.9815849619982958, 1e-9);
	cr_expect_float_eq(gap_match_index(&law, 1), 1.959603530827716, 1e-7);
	cr_expect_float_eq(gap_match_index(&law, 20), 11.125343991050672, 1e-7);
}

Test(fit, zipf_finds_people_by_how_many_and_how_often)
{
	const struct zipf zipf = {500, 1.1};
	cr_expect_float_eq(zipf_coincidence(&zipf), 0.05482309787852016, 1e-5);
	cr_expect_float_eq(zipf_distinct(&zipf, 1000), 227.4504421150849, 0.05);
	struct zipf found = zipf_fit(1000, 227.4504, 0.0548231, 1e6);
	cr_expect_float_eq(found.count, 500, 5);
	cr_expect_float_eq(found.exponent, 1.1, 0.005);
}

Test(fit, levels_are_found_where_they_change_and_nowhere_else)
{
	double count[60], exposure[60];
	struct rate_level level[LEVELS_MOST];
	for (int b = 0; b < 60; b++) {
		count[b] = (b < 25 ? 100 : 150) + (b * 7 % 11 - 5);
		exposure[b] = 2;
	}
	cr_assert_eq(levels_fit(count, exposure, 60, 3, levels_spread(count, 60, 3), level), 2);
	cr_expect_eq(level[1].from, 25);
	cr_expect_float_eq(level[0].rate, 50, 1);
	cr_expect_eq(levels_fit(count, exposure, 25, 3, 1, level), 1);
}

Test(fit, failures_that_are_spread_evenly_do_not_clump)
{
	double requests[100], failures[100];
	for (int i = 0; i < 100; i++) {
		requests[i] = 50;
		failures[i] = i % 10 == 0 ? 10 : 0;
	}
	/* Each tenth window has 10 of 50, p = 0.02: by hand 100 (0.9 1 + 0.1 81) / 0.98 / 99. */
	double index = clump_index(requests, failures, 100);
	cr_expect_float_eq(index, 100 * (0.9 * 1 + 0.1 * 81) / 0.98 / 99, 1e-9);
	cr_expect_gt(clump_sigmas(index, requests, 100, 100), 10);
	for (int i = 0; i < 100; i++)
		failures[i] = 1;
	cr_expect_lt(clump_index(requests, failures, 100), 1e-9);
}

/* ---- traces of known models */

enum { ROWS = 20000 };

struct made {
	char path[64];
	struct row *row;
	int rows;
	bool parties; /* versions v1 and v2, segments free and paid! */
	struct rng rng;
	struct arena arena;
	struct fit fit;
};

static void begin(struct made *made, int rows)
{
	*made = (struct made){.rows = rows};
	made->row = calloc((size_t)rows, sizeof *made->row);
	cr_assert(made->row);
	rng_stream(&made->rng, 7, 0, "made");
	for (int i = 0; i < rows; i++)
		made->row[i] = (struct row){.arrival_ns = 1000000000,
					    .duration_ns = -1,
					    .bytes = -1,
					    .route = -1,
					    .segment = -1,
					    .version = -1,
					    .status = 200,
					    .outcome = ROW_SUCCESS};
}

static void end(struct made *made)
{
	unlink(made->path);
	free(made->row);
	arena_free(&made->arena);
}

/* Gaps in seconds, one before each row but the first. */
static void come(struct made *made, double (*gap)(struct made *made, int i))
{
	double at = 1e9;
	for (int i = 0; i < made->rows; i++) {
		made->row[i].arrival_ns = (int64_t)at;
		at += 1e9 * gap(made, i);
	}
}

static void take(struct made *made, double (*seconds)(struct made *made, int i))
{
	for (int i = 0; i < made->rows; i++)
		made->row[i].duration_ns = (int64_t)(1e9 * seconds(made, i));
}

static double lognormal_time(struct made *made, int i)
{
	(void)i;
	return 0.08 * exp(0.7 * draw_normal(&made->rng));
}

static double poisson_gap(struct made *made, int i)
{
	(void)i;
	return draw_exponential(&made->rng) / 20;
}

/* A CV of 4. */
static double clumped_gap(struct made *made, int i)
{
	(void)i;
	return draw_gamma(&made->rng, 1.0 / 16) * 16 / 20;
}

/* 90 in a row at 100/s, then 10 at 2/s: a mean of 90 to 0.9 s, 10 to 5 s. */
static double bursty_gap(struct made *made, int i)
{
	static bool burst;
	if (!i || rng_uniform(&made->rng) < (burst ? 0.01 : 0.1))
		burst = !burst;
	return draw_exponential(&made->rng) / (burst ? 100 : 2);
}

static void save(struct made *made)
{
	char error[TRACE_ERROR];
	struct head head;
	struct trace_facts facts = {
		.program_version = "", .command = "", .format = "", .sources = "", .times = ""};
	strcpy(made->path, "/tmp/coalmine-fit-XXXXXX");
	int file = mkstemp(made->path);
	cr_assert(file >= 0);
	close(file);
	cr_assert(head_init(&head, &(struct mapping){.count = 0}, error, sizeof error));
	if (made->parties) {
		dictionary_add(&head.versions, view_of("v1"));
		dictionary_add(&head.versions, view_of("v2"));
		dictionary_add(&head.segments, view_of("free"));
		dictionary_add(&head.segments, view_of("paid!"));
	}
	struct trace_writer *writer = trace_create(made->path, &head, error, sizeof error);
	cr_assert(writer, "%s", error);
	for (int i = 0; i < made->rows; i++)
		cr_assert(trace_put(writer, &made->row[i]));
	cr_assert(trace_finish(writer, &facts), "%s", error);
	head_free(&head);
}

static void fit_made(struct made *made)
{
	char why[512];
	save(made);
	const struct recording *recording =
		recording_load(&made->arena, (const char *[]){made->path}, 1, why, sizeof why);
	cr_assert(recording, "%s", why);
	const struct fit_source source = {.name = "made.h5",
					  .recording = recording,
					  .first_ns = made->row[0].arrival_ns,
					  .clock = {.tick_ns = 1}};
	cr_assert(fit_trace(&made->fit, &made->arena, &source, why, sizeof why), "%s", why);
	fit_choose(&made->fit);
}

static void compare(struct made *made, struct fit_comparison *comparison)
{
	struct fit_model model;
	const char *text = fit_scenario(&made->fit, &made->arena, "made", "a test");
	cr_assert(fit_model_read(&model, &made->fit, "made.yaml", text), "%s", text);
	fit_compare(&made->fit, &model.scenario.plans[0], comparison);
	fit_model_free(&model);
}

Test(fit, independent_arrivals_come_back_as_poisson)
{
	struct made made;
	begin(&made, ROWS);
	come(&made, poisson_gap);
	fit_made(&made);
	cr_expect_eq(made.fit.gaps.kind, GAP_POISSON);
	cr_expect_eq(made.fit.rate.levels, 1);
	cr_expect_float_eq(made.fit.rate.per_second, 20, 0.6);
	end(&made);
}

Test(fit, clumped_gaps_come_back_with_their_cv)
{
	struct made made;
	begin(&made, ROWS);
	come(&made, clumped_gap);
	fit_made(&made);
	cr_expect_eq(made.fit.gaps.kind, GAP_GAMMA);
	cr_expect_float_eq(made.fit.gaps.cv, 4, 0.15);
	cr_expect_eq(made.fit.rate.levels, 1);
	end(&made);
}

/* Bursts are 0.9 / (0.9 + 5) of the time, and last a mean of a second. */
Test(fit, bursts_come_back_as_an_mmpp)
{
	struct made made;
	begin(&made, ROWS);
	come(&made, bursty_gap);
	fit_made(&made);
	cr_expect_eq(made.fit.gaps.kind, GAP_MMPP);
	double share = made.fit.gaps.share, rate = made.fit.rate.per_second;
	cr_expect_float_eq(share, 1 / (1 + 5.0), 0.03);
	cr_expect_float_eq(made.fit.gaps.burst * rate, 100, 5);
	cr_expect_float_eq(made.fit.gaps.lasts / rate, 1, 0.15);
	end(&made);
}

Test(fit, a_rate_that_jumps_comes_back_as_steps)
{
	struct made made;
	begin(&made, ROWS);
	come(&made, poisson_gap);
	/* The second half twice as fast. */
	int64_t half = made.row[ROWS / 2].arrival_ns;
	for (int i = ROWS / 2; i < ROWS; i++)
		made.row[i].arrival_ns = half + (made.row[i].arrival_ns - half) / 2;
	fit_made(&made);
	cr_assert_eq(made.fit.rate.levels, 2);
	cr_expect_float_eq(made.fit.rate.factor[1] / made.fit.rate.factor[0], 2, 0.1);
	cr_expect_eq(made.fit.gaps.kind, GAP_POISSON);
	end(&made);
}

/* Three days, busy from 8 to 20 hours: four times as much as at night. */
static double daily_gap(struct made *made, int i)
{
	static double at_s;
	at_s = i ? at_s : 0;
	double hour = fmod(at_s / 3600, 24);
	double gap = draw_exponential(&made->rng) / (hour >= 8 && hour < 20 ? 0.12 : 0.03);
	at_s += gap;
	return gap;
}

Test(fit, days_and_nights_come_back_as_such)
{
	struct made made;
	begin(&made, ROWS);
	come(&made, daily_gap);
	fit_made(&made);
	cr_assert(made.fit.rate.daily);
	cr_assert_eq(made.fit.rate.levels, 3);
	cr_expect_float_eq(made.fit.rate.lasts_s[1], 12 * 3600, 1);
	cr_expect_float_eq(made.fit.rate.factor[1] / made.fit.rate.factor[0], 4, 0.4);
	cr_expect_eq(made.fit.gaps.kind, GAP_POISSON);
	const char *text = fit_scenario(&made.fit, &made.arena, "made", "a test");
	cr_expect(strstr(text, "- diurnal:"), "%s", text);
	end(&made);
}

/* Fifty people, the first most often; two versions, of which the second serves a quarter. */
Test(fit, people_segments_and_versions_are_described)
{
	struct made made;
	struct fit_comparison comparison;
	begin(&made, ROWS);
	made.parties = true;
	come(&made, poisson_gap);
	take(&made, lognormal_time);
	for (int i = 0; i < ROWS; i++) {
		double rank = floor(pow(51, rng_uniform(&made.rng)));
		made.row[i].user = (uint64_t)rank;
		made.row[i].segment = (int16_t)(i % 5 == 0);
		made.row[i].version = (int16_t)(i % 4 == 0);
		if (i % 4 == 0)
			made.row[i].outcome = ROW_SERVER_ERROR;
	}
	fit_made(&made);
	cr_expect_float_eq(made.fit.users.count, 50, 3);
	cr_expect_float_eq(made.fit.users.exponent, 1, 0.15);
	cr_expect_str_eq(made.fit.stable->name, "v1");
	cr_expect_eq(made.fit.errors.failed, 0);
	compare(&made, &comparison);
	const char *text = fit_scenario(&made.fit, &made.arena, "made", "a test");
	cr_expect(strstr(text, "segments: {free: 80%, paid_: 20%}"), "%s", text);
	end(&made);
}

/* A tenth misses the cache. */
static double mixed_time(struct made *made, int i)
{
	(void)i;
	bool slow = rng_uniform(&made->rng) < 0.1;
	return (slow ? 1 : 0.02) * exp(0.3 * draw_normal(&made->rng));
}

/* Half an even spread, half a lump: no formula has that. */
static double odd_time(struct made *made, int i)
{
	return i % 2 ? 0.1 : 0.2 + rng_uniform(&made->rng);
}

Test(fit, durations_come_back_as_their_law)
{
	struct made made;
	begin(&made, ROWS);
	come(&made, poisson_gap);
	take(&made, lognormal_time);
	fit_made(&made);
	cr_expect_eq(made.fit.answers.law.kind, LAW_LOGNORMAL);
	cr_expect_float_eq(exp(made.fit.answers.law.value[0]) * 1e-9, 0.08, 0.002);
	cr_expect_float_eq(made.fit.answers.law.value[1], 0.7, 0.015);
	end(&made);
}

Test(fit, a_cache_comes_back_as_a_mixture)
{
	struct made made;
	begin(&made, ROWS);
	come(&made, poisson_gap);
	take(&made, mixed_time);
	fit_made(&made);
	const struct law_fit *law = &made.fit.answers.law;
	cr_assert_eq(law->kind, LAW_TWO_LOGNORMALS);
	cr_expect_float_eq(law->share, 0.9, 0.01);
	cr_expect_float_eq(exp(law->value[0]) * 1e-9, 0.02, 0.0005);
	cr_expect_float_eq(exp(law->value[2]) * 1e-9, 1, 0.03);
	end(&made);
}

Test(fit, what_no_formula_is_near_is_written_down_as_quantiles)
{
	struct made made;
	begin(&made, ROWS);
	come(&made, poisson_gap);
	take(&made, odd_time);
	fit_made(&made);
	cr_expect(made.fit.answers.empirical);
	const char *text = fit_scenario(&made.fit, &made.arena, "made", "a test");
	cr_expect(strstr(text, "empirical: {quantiles:"));
	end(&made);
}

/* Two seconds in forty half of them fail, else one in 500. */
static void fail_in_bursts(struct made *made)
{
	for (int i = 0; i < made->rows; i++) {
		double second = fmod((double)made->row[i].arrival_ns * 1e-9, 40);
		bool failed = rng_uniform(&made->rng) < (second < 2 ? 0.5 : 0.002);
		made->row[i].outcome = failed ? ROW_SERVER_ERROR : ROW_SUCCESS;
		made->row[i].status = failed ? 500 : 200;
	}
}

Test(fit, failures_that_come_together_come_back_as_bursts)
{
	struct made made;
	struct fit_comparison comparison;
	begin(&made, ROWS);
	come(&made, poisson_gap);
	fail_in_bursts(&made);
	fit_made(&made);
	cr_assert(made.fit.errors.clumped);
	cr_expect_float_eq(made.fit.errors.burst, 0.5, 0.1);
	cr_expect_float_eq(made.fit.errors.calm, 0.002, 0.001);
	cr_expect_float_eq(made.fit.errors.lasts_s, 2, 0.5);
	cr_expect_float_eq(made.fit.errors.gap_s, 38, 10);
	compare(&made, &comparison);
	cr_expect_eq(comparison.value[FIT_ERRORS].verdict, FIT_SAME);
	cr_expect_eq(comparison.value[FIT_CLUMP_RATIO].verdict, FIT_SAME);
	end(&made);
}

Test(fit, failures_that_come_alone_are_not_clumped)
{
	struct made made;
	begin(&made, ROWS);
	come(&made, poisson_gap);
	for (int i = 0; i < ROWS; i++)
		made.row[i].outcome =
			rng_uniform(&made.rng) < 0.01 ? ROW_SERVER_ERROR : ROW_SUCCESS;
	fit_made(&made);
	cr_expect_not(made.fit.errors.clumped);
	cr_expect_float_eq(made.fit.errors.share, 0.01, 0.002);
	end(&made);
}

Test(fit, the_right_model_is_indistinguishable_and_a_wrong_one_is_off)
{
	struct made made;
	struct fit_comparison comparison;
	begin(&made, ROWS);
	come(&made, clumped_gap);
	take(&made, lognormal_time);
	fit_made(&made);
	compare(&made, &comparison);
	for (int m = FIT_GAPS; m <= FIT_ANSWERS_P99; m++)
		cr_expect_eq(comparison.value[m].verdict, FIT_SAME, "measure %d", m);
	made.fit.gaps = (struct gap_law){.kind = GAP_POISSON};
	made.fit.answers.law.kind = LAW_EXPONENTIAL;
	made.fit.answers.law.value[0] = 1e8;
	compare(&made, &comparison);
	cr_expect_eq(comparison.value[FIT_GAPS].verdict, FIT_OFF);
	cr_expect_eq(comparison.value[FIT_SECOND].verdict, FIT_OFF);
	cr_expect_eq(comparison.value[FIT_ANSWERS].verdict, FIT_OFF);
	end(&made);
}

/* All the same but for a few, and nothing fails outside of two bursts: what is written must still
 * be a scenario. */
Test(fit, odd_traces_give_scenarios_that_are_valid)
{
	struct made made;
	struct fit_comparison comparison;
	begin(&made, 4000);
	come(&made, poisson_gap);
	for (int i = 0; i < made.rows; i++) {
		bool failed = (i > 1000 && i < 1100) || (i > 3000 && i < 3100);
		made.row[i].duration_ns = i % 3 ? 80000000 + i % 2 : 1000000000 + i;
		made.row[i].outcome = failed ? ROW_SERVER_ERROR : ROW_SUCCESS;
	}
	fit_made(&made);
	cr_expect(made.fit.errors.clumped);
	compare(&made, &comparison);
	end(&made);
	begin(&made, 100);
	come(&made, poisson_gap);
	for (int i = 0; i < made.rows; i++) {
		made.row[i].duration_ns = i % 2;
		made.row[i].outcome = i ? ROW_SERVER_ERROR : ROW_SUCCESS;
	}
	fit_made(&made);
	compare(&made, &comparison);
	end(&made);
}
