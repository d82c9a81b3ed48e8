/* What detectors make of evidence: each must see harm, must not see what is none, and must say so
 * in the numbers of its test. */
#include "models/list.h"

#include "sim/stats/histogram.h"
#include "sim/stats/rate_ratio.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a detector of its own, with the parameters a scenario would give it */

struct subject {
	struct world world;
	const struct detector *detector;
	const void *config;
	void *state;
	double level;
};

static void set_up(struct subject *subject, const char *metric, const char *use)
{
	char text[1024];
	gsl_set_error_handler_off();
	snprintf(text, sizeof text,
		 "scenario: detectors\n"
		 "traffic: {poisson: {rate: 1/s}}\n"
		 "versions:\n"
		 "  stable: {latency: {constant: {time: 80ms}}, errors: 1%%}\n"
		 "  candidate: {like: stable}\n"
		 "cases: {healthy: []}\n"
		 "rollouts: {r: {instant: {}, checks: [{metric: %s, %s}]}}\n"
		 "horizon: 1m\n",
		 metric, use);
	world_read(&subject->world, text);
	const struct check_plan *check = &subject->world.scenario.plans[0].rollout[0].check[0];
	subject->detector = (const struct detector *)check->detector.plugin;
	subject->config = check->detector.config;
	subject->state = calloc(1, subject->detector->plugin.state_size + 1);
	subject->level = subject->detector->level ? subject->detector->level(subject->config) : NAN;
}

static void tear_down(struct subject *subject)
{
	free(subject->state);
	world_free(&subject->world);
}

static struct verdict look(struct subject *subject, const struct evidence *evidence)
{
	return subject->detector->look(subject->config, subject->state, evidence);
}

static struct evidence shares(double bad1, double n1, double bad2, double n2)
{
	return (struct evidence){.candidate = reading_of_share(bad1, n1),
				 .baseline = reading_of_share(bad2, n2),
				 .expected_share = 0.1,
				 .quantile = NAN,
				 .budget = 0.001};
}

/* Looks at the same evidence until it fails; returns how many looks that took, or 0. */
static int looks_until_failure(struct subject *subject, const struct evidence *evidence, int most)
{
	for (int i = 1; i <= most; i++)
		if (look(subject, evidence).kind == VERDICT_FAIL)
			return i;
	return 0;
}

/* ---- every detector of shares */

static const char *const of_shares[] = {
	"ztest: {alpha: 1%}",
	"fisher: {alpha: 1%}",
	"score_interval: {margin: 0.5%, alpha: 1%}",
	"bayes: {chance: 99%}",
	"sprt: {harm: x2, alpha: 1%, beta: 5%}",
	"msprt: {alpha: 1%}",
	"confidence_sequence: {alpha: 1%}",
	"betting: {alpha: 1%}",
	"counting: {alpha: 1%}",
	"group_sequential: {looks: 200, alpha: 1%}",
	"cusum: {shift: 1, alarm_every: 2000}",
	"ewma: {lambda: 0.2, alarm_every: 2000}",
	"shiryaev_roberts: {shift: 1, alarm_every: 2000}",
	"bocpd: {chance: 99.9%}",
	"threshold: {max: 3%}",
	"ratio: {max: 2}",
	"delta: {max: 1%}",
	"welch: {alpha: 1%}",
};

enum { OF_SHARES = sizeof of_shares / sizeof *of_shares };

/* Errors of 5 % against 1 %, a hundred requests of the candidate a look. */
Test(detectors, see_errors_five_times_as_frequent)
{
	for (int d = 0; d < OF_SHARES; d++) {
		struct subject subject;
		set_up(&subject, "error_rate", of_shares[d]);
		struct evidence harm = shares(50, 1000, 90, 9000);
		int looks = looks_until_failure(&subject, &harm, 60);
		cr_expect(looks > 0, "%s has not seen it in 60 looks", of_shares[d]);
		tear_down(&subject);
	}
}

Test(detectors, see_nothing_where_both_versions_are_alike)
{
	for (int d = 0; d < OF_SHARES; d++) {
		struct subject subject;
		set_up(&subject, "error_rate", of_shares[d]);
		struct evidence alike = shares(10, 1000, 90, 9000);
		cr_expect_eq(looks_until_failure(&subject, &alike, 200), 0, "%s", of_shares[d]);
		tear_down(&subject);
	}
}

Test(detectors, are_no_worse_pleased_by_a_better_candidate)
{
	for (int d = 0; d < OF_SHARES; d++) {
		struct subject subject;
		set_up(&subject, "error_rate", of_shares[d]);
		struct evidence better = shares(1, 1000, 270, 9000);
		cr_expect_eq(looks_until_failure(&subject, &better, 200), 0, "%s", of_shares[d]);
		tear_down(&subject);
	}
}

/* Successes instead of failures: the same evidence, told the other way round. */
Test(detectors, know_which_direction_is_worse)
{
	for (int d = 0; d < OF_SHARES; d++) {
		struct subject failures, successes;
		if (strstr(of_shares[d], "threshold") || strstr(of_shares[d], "ratio") ||
		    strstr(of_shares[d], "delta"))
			continue; /* limits of a value, not of harm */
		set_up(&failures, "error_rate", of_shares[d]);
		set_up(&successes, "success_rate", of_shares[d]);
		struct evidence bad = shares(30, 1000, 90, 9000);
		struct evidence good = shares(970, 1000, 8910, 9000);
		good.higher_is_better = true;
		for (int i = 0; i < 5; i++) {
			struct verdict a = look(&failures, &bad), b = look(&successes, &good);
			cr_expect_eq(a.kind, b.kind, "%s at look %d", of_shares[d], i);
			cr_expect(isnan(a.p) || fabs(a.p - b.p) <= 1e-9 * (1 + a.p), "%s: %g, %g",
				  of_shares[d], a.p, b.p);
		}
		tear_down(&failures);
		tear_down(&successes);
	}
}

Test(detectors, survive_evidence_of_nothing_and_of_everything)
{
	const struct evidence edges[] = {
		shares(0, 1, 0, 1),	  shares(1, 1, 0, 1),	    shares(0, 1, 1, 1),
		shares(1, 1, 1, 1),	  shares(0, 1000, 0, 1),    shares(1000, 1000, 0, 1e9),
		shares(0, 1e12, 0, 1e12), shares(5e11, 1e12, 1, 2), shares(1e3, 1e12, 1e3, 1e12),
	};
	for (int d = 0; d < OF_SHARES; d++) {
		struct subject subject;
		set_up(&subject, "error_rate", of_shares[d]);
		for (size_t e = 0; e < sizeof edges / sizeof *edges; e++) {
			struct verdict v = look(&subject, &edges[e]);
			cr_expect(v.kind >= VERDICT_PASS && v.kind <= VERDICT_NO_DATA);
			cr_expect(isnan(v.p) || (v.p >= 0 && v.p <= 1), "%s: p %g", of_shares[d],
				  v.p);
		}
		tear_down(&subject);
	}
}

/* ---- known answers */

/* fisher.test(matrix(c(8, 2, 92, 98), 2), alternative = "greater") of R 4.2: p = 0.05000. */
Test(detectors, fisher_gives_the_p_value_of_the_table)
{
	struct subject subject;
	set_up(&subject, "error_rate", "fisher: {alpha: 5.1%}");
	struct evidence e = shares(8, 100, 2, 100);
	struct verdict v = look(&subject, &e);
	/* By hypergeometric chances: sum over x >= 8 of C(100, x) C(100, 10 - x) / C(200, 10). */
	double p = 0;
	for (unsigned x = 8; x <= 10; x++)
		p += gsl_ran_hypergeometric_pdf(x, 100, 100, 10);
	cr_assert_float_eq(v.p, p, 1e-12);
	cr_assert_eq(v.kind, p < 0.051 ? VERDICT_FAIL : VERDICT_PASS);
	tear_down(&subject);
}

/* Wald: log((1 - beta) / alpha) and log(beta / (1 - alpha)); each failure of the candidate among x
 * is worth log 2 - log(1 + s), each of stable - log(1 + s). */
Test(detectors, sprt_adds_up_the_likelihood_ratio_and_stops_at_walds_bounds)
{
	struct subject subject;
	set_up(&subject, "error_rate", "sprt: {harm: x2, alpha: 1%, beta: 5%}");
	struct evidence e = shares(3, 100, 4, 300);
	double share = 0.25, each = 3 * log(2) - 7 * log(1 + share);
	for (int i = 1; i <= 4; i++) {
		struct verdict v = look(&subject, &e);
		cr_assert_float_eq(v.statistic, i * each, 1e-12);
		cr_assert_float_eq(v.threshold, log(0.95 / 0.01), 1e-12);
		cr_assert_eq(v.kind, VERDICT_UNSURE);
	}
	struct evidence fine = shares(0, 1000, 40, 3000);
	struct verdict v = look(&subject, &fine);
	cr_assert_eq(v.kind, VERDICT_PASS);
	/* It goes on from the bound that it passed, not from where it was. */
	struct verdict again = look(&subject, &e);
	cr_assert_float_eq(again.statistic, log(0.05 / 0.99) + each, 1e-12);
	tear_down(&subject);
}

/* The mixture over ratios, by its definition. */
Test(detectors, counting_is_the_mean_of_likelihood_ratios)
{
	struct subject subject;
	set_up(&subject, "error_rate", "counting: {alpha: 1%}");
	struct evidence looks[] = {shares(4, 100, 5, 900), shares(2, 400, 1, 400)};
	double sum = 0;
	for (int i = 1; i <= RATE_RATIOS; i++) {
		double r = exp(2.5 * i / RATE_RATIOS);
		sum += pow(r, 6) / (pow(1 + 0.1 * (r - 1), 9) * pow(1 + 0.5 * (r - 1), 3));
	}
	look(&subject, &looks[0]);
	struct verdict v = look(&subject, &looks[1]);
	cr_assert_float_eq(v.log_e, log(sum / RATE_RATIOS), 1e-10);
	cr_assert_float_eq(v.p, fmin(1, RATE_RATIOS / sum), 1e-10);
	tear_down(&subject);
}

/* Summed over all that may happen, chance times e-value is at most 1: whoever wins has been lucky.
 */
static void expect_fair(const char *use, double n1, double n2, double rate)
{
	double mean = 0;
	for (int x1 = 0; x1 <= (int)n1; x1++)
		for (int x2 = 0; x2 <= (int)n2; x2++) {
			struct subject subject;
			double chance = gsl_ran_binomial_pdf((unsigned)x1, rate, (unsigned)n1) *
					gsl_ran_binomial_pdf((unsigned)x2, rate, (unsigned)n2);
			if (chance < 1e-9)
				continue;
			set_up(&subject, "error_rate", use);
			struct evidence first = shares(2, 20, 1, 20); /* so that it bets */
			struct evidence then = shares(x1, n1, x2, n2);
			double before = look(&subject, &first).log_e;
			mean += chance * exp(look(&subject, &then).log_e - before);
			tear_down(&subject);
		}
	cr_expect_leq(mean, 1 + 1e-6, "%s: %g", use, mean);
	cr_expect_gt(mean, 0.3, "%s gives too much away: %g", use, mean);
}

Test(detectors, e_values_are_fair_on_small_samples_by_enumeration)
{
	expect_fair("counting: {alpha: 1%}", 8, 8, 0.3);
	expect_fair("counting: {alpha: 1%}", 4, 12, 0.1);
	expect_fair("betting: {alpha: 1%}", 8, 8, 0.3);
	expect_fair("betting: {alpha: 1%}", 4, 12, 0.1);
	expect_fair("sprt: {harm: x2}", 6, 10, 0.2);
}

/* Published: O'Brien and Fleming's boundaries for five looks at one-sided 2.5 % by spending, 4.8769
 * 3.3569 2.6803 2.2898 2.0310 (Lan and DeMets 1983), with a mirrored lower boundary: without it
 * they lie 2e-4 apart at most. */
Test(detectors, group_sequential_holds_z_against_the_published_boundaries)
{
	static const double published[] = {4.8769, 3.3569, 2.6803, 2.2898, 2.0310};
	struct subject subject;
	set_up(&subject, "error_rate", "group_sequential: {looks: 5, alpha: 2.5%}");
	struct evidence e = shares(10, 1000, 90, 9000);
	for (int k = 0; k < 5; k++) {
		double threshold = look(&subject, &e).threshold;
		cr_assert_float_eq(threshold, published[k], 2e-4, "%d: %g", k, threshold);
	}
	struct verdict late = look(&subject, &e);
	cr_assert(isinf(late.threshold), "no look more is planned");
	tear_down(&subject);
}

/* One-sided charts with reference 1/2: h 4.0 runs 335.4 looks on average (twice the 167.7 of the
 * two-sided chart of Lucas and Crosier 1982). */
Test(detectors, cusum_finds_the_published_threshold_and_adds_up)
{
	struct subject subject;
	set_up(&subject, "error_rate", "cusum: {shift: 1, alarm_every: 335}");
	struct evidence e = shares(30, 1000, 180, 9000);
	const double z = 1.9982488586850773; /* scipy 1.10.1: of the hypergeometric chance */
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		struct verdict v = look(&subject, &e);
		sum += z - 0.5;
		cr_assert_float_eq(v.statistic, sum, 1e-9);
		cr_assert_float_eq(v.threshold, 4.0, 0.01);
		cr_assert_eq(v.kind, sum > v.threshold ? VERDICT_FAIL : VERDICT_PASS);
	}
	tear_down(&subject);
}

/* ---- distributions */

static uint64_t bucket_of[2][HISTOGRAM_BUCKETS];

static struct evidence latencies(double ms1, uint64_t n1, double ms2, uint64_t n2)
{
	struct counts counts = {0};
	const struct metric p95 = {.kind = METRIC_LATENCY_QUANTILE, .quantile = 0.5};
	struct evidence e = {.quantile = 0.5};
	const double ms[2] = {ms1, ms2};
	const uint64_t n[2] = {n1, n2};
	for (int v = 0; v < 2; v++) {
		memset(counts.bucket, 0, sizeof counts.bucket);
		counts.flags[0] = n[v];
		for (uint64_t i = 0; i < n[v]; i++) {
			double u = ((double)i + 0.5) / (double)n[v];
			counts.bucket[histogram_bucket(-ms[v] * 1e6 * log(u))]++;
		}
		memcpy(bucket_of[v], counts.bucket, sizeof counts.bucket);
		struct reading r = metric_judge(&counts, &p95, 60);
		r.counts = bucket_of[v];
		*(v ? &e.baseline : &e.candidate) = r;
	}
	return e;
}

static const char *const of_distributions[] = {
	"mann_whitney: {alpha: 1%}",
	"ks: {alpha: 1%}",
	"drift: {max: 0.05}",
	"quantile_sequence: {alpha: 1%}",
	"welch: {alpha: 1%}",
	"ztest: {alpha: 1%}",
	"cusum: {shift: 1, alarm_every: 2000}",
};

Test(detectors, see_latencies_that_are_half_as_long_again)
{
	for (size_t d = 0; d < sizeof of_distributions / sizeof *of_distributions; d++) {
		struct subject subject;
		set_up(&subject, "latency_p50", of_distributions[d]);
		struct evidence slow = latencies(150, 1000, 100, 9000);
		cr_expect_gt(looks_until_failure(&subject, &slow, 10), 0, "%s",
			     of_distributions[d]);
		tear_down(&subject);
		set_up(&subject, "latency_p50", of_distributions[d]);
		struct evidence alike = latencies(100, 1000, 100, 9000);
		cr_expect_eq(looks_until_failure(&subject, &alike, 50), 0, "%s",
			     of_distributions[d]);
		tear_down(&subject);
	}
}

/* Kayenta stops at an absolute tolerance, and does not see what happens to values of size 1e-5;
 * ranks do not know how large values are. */
Test(detectors, the_scale_of_a_metric_does_not_matter_to_ranks)
{
	struct subject subject;
	set_up(&subject, "latency_p50", "mann_whitney: {alpha: 1%}");
	struct evidence large = latencies(150, 500, 100, 500), small = large;
	double z = look(&subject, &large).statistic;
	uint64_t shifted[2][HISTOGRAM_BUCKETS];
	for (int v = 0; v < 2; v++) {
		memcpy(shifted[v], bucket_of[v], sizeof shifted[v]);
		memmove(shifted[v], shifted[v] + 64, (HISTOGRAM_BUCKETS - 64) * sizeof(uint64_t));
		memset(shifted[v] + HISTOGRAM_BUCKETS - 64, 0, 64 * sizeof(uint64_t));
		uint64_t lost = 0;
		for (int b = 0; b < 64; b++)
			lost += bucket_of[v][b];
		shifted[v][0] += lost;
	}
	small.candidate.counts = shifted[0];
	small.baseline.counts = shifted[1];
	double of_small = look(&subject, &small).statistic;
	cr_assert_float_eq(of_small, z, 0.05);
	cr_assert_gt(z, 5);
	tear_down(&subject);
}

/* ---- others */

Test(detectors, srm_is_pearsons_chi_square_of_the_routed_share)
{
	struct subject subject;
	set_up(&subject, "request_rate", "srm: {alpha: 0.1%}");
	struct evidence e = shares(0, 1100, 0, 8900);
	struct verdict v = look(&subject, &e);
	cr_assert_float_eq(v.statistic, 100.0 * 100 / (10000 * 0.1 * 0.9), 1e-9);
	cr_assert_float_eq(v.p, gsl_cdf_chisq_Q(v.statistic, 1), 1e-15);
	cr_assert_eq(v.kind, VERDICT_FAIL);
	struct evidence routed = shares(0, 1010, 0, 8990);
	cr_assert_eq(look(&subject, &routed).kind, VERDICT_PASS);
	tear_down(&subject);
}

Test(detectors, agreement_waits_until_it_is_sure)
{
	struct subject subject;
	set_up(&subject, "error_rate", "agreement: {min: 95%, alpha: 1%}");
	struct evidence few = shares(19, 20, 0, 1), good = shares(1990, 2000, 0, 1);
	struct evidence bad = shares(1800, 2000, 0, 1);
	cr_assert_eq(look(&subject, &few).kind, VERDICT_UNSURE);
	cr_assert_eq(look(&subject, &good).kind, VERDICT_PASS);
	cr_assert_eq(look(&subject, &bad).kind, VERDICT_FAIL);
	tear_down(&subject);
}

/* Site Reliability Workbook, chapter 5: at 14.4 times the budget's pace 2 % of a month's budget is
 * gone in an hour, and the alert ends minutes after the burn does. */
Test(detectors, slo_burn_wants_both_windows_to_burn)
{
	struct subject subject;
	set_up(&subject, "error_rate", "slo_burn: {budget: 0.1%, slow: 1000}");
	struct evidence burning = shares(20, 1000, 0, 1), calm = shares(0, 1000, 0, 1);
	burning.candidate.seconds = calm.candidate.seconds = 60;
	for (int i = 0; i < 60; i++)
		look(&subject, &calm);
	int looks = looks_until_failure(&subject, &burning, 120);
	cr_assert(looks >= 42 && looks <= 46, "20 times the pace for 43 of 60 min; %d", looks);
	int after = 0;
	while (look(&subject, &calm).kind == VERDICT_FAIL)
		after++;
	cr_assert_leq(after, 5);
	tear_down(&subject);
}
