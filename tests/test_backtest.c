/* Rules over recorded series: what they catch, and how often they cry wolf. */
#include "replay/alarm.h"
#include "tests/golden.h"
#include "tests/random.h"

#include <math.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

enum { SAMPLES = 2000 };

/* Values of a sample a minute, from a table that is written for the purpose. */
static void make_curve(struct curve *curve, double (*value)(uint64_t *state, int minute))
{
	char path[] = "/tmp/coalmine-curve-XXXXXX", why[CURVE_WHY];
	uint64_t state = 4;
	int file = mkstemp(path);
	FILE *out = file < 0 ? NULL : fdopen(file, "w");
	cr_assert(out);
	fputs("time,p95 (s),errors\n", out);
	for (int i = 0; i < SAMPLES; i++)
		fprintf(out, "%d,%.17g,%d\n", 1600000000 + 60 * i, value(&state, i), i % 2);
	fclose(out);
	struct columns columns = {.name = {"p95 (s)"}, .count = 1};
	cr_assert(curve_read(curve, path, NULL, &columns, why), "%s", why);
	cr_assert_eq(curve->samples, SAMPLES);
	cr_assert_eq(curve->step_ns, 60000000000);
	unlink(path);
}

static double noise(uint64_t *state, int minute)
{
	(void)minute;
	return random_share(state);
}

static enum alarm_answer check(const char *text, const struct curve *curve, int minute,
			       int64_t *alarm_ns)
{
	struct alarm_rule rule;
	char why[256];
	cr_assert(alarm_read(&rule, text, why, sizeof why), "%s", why);
	return alarm_check(&rule, curve, curve->at_ns[minute], INT64_C(180000000000), alarm_ns);
}

/* A check that begins with sample i looks at i+1, i+2 and i+3; the reference are those before i. */
Test(backtest, a_check_looks_at_the_samples_that_follow)
{
	struct curve curve;
	make_curve(&curve, noise);
	int alarms = 0;
	for (int i = 10; i < SAMPLES - 10; i++) {
		int64_t at = 0;
		double most = 0;
		for (int k = 1; k <= 3; k++)
			most = fmax(most, curve.value[i + k]);
		double sorted[4];
		for (int k = 0; k < 4; k++)
			sorted[k] = curve.value[i - 4 + k];
		for (int a = 0; a < 4; a++)
			for (int b = a + 1; b < 4; b++)
				if (sorted[b] < sorted[a]) {
					double other = sorted[a];
					sorted[a] = sorted[b];
					sorted[b] = other;
				}
		bool due = most >= 1.5 * (sorted[1] + sorted[2]) / 2;
		bool rings = check("p95 (s) >= x1.5 median 4m", &curve, i, &at) == ALARM_RINGS;
		cr_assert_eq(rings, due, "minute %d", i);
		cr_assert(!rings || (at > curve.at_ns[i] && at <= curve.at_ns[i + 3]));
		alarms += rings;
	}
	cr_expect_gt(alarms, 500);
	curve_free(&curve);
}

/* Uniform values: P(some of three above 0.9) = 1 - 0.9^3, within 4.5 standard errors of as many
 * checks as do not overlap. */
Test(backtest, a_level_is_broken_as_often_as_chance_says)
{
	struct curve curve;
	int64_t at;
	make_curve(&curve, noise);
	int alarms = 0, checks = 0;
	for (int i = 0; i + 4 < SAMPLES; i += 3, checks++)
		alarms += check("p95 (s) > 0.9", &curve, i, &at) == ALARM_RINGS;
	double due = 1 - 0.9 * 0.9 * 0.9, share = (double)alarms / checks;
	cr_expect_float_eq(share, due, 4.5 * sqrt(due * (1 - due) / checks), "%g", share);
	curve_free(&curve);
}

static double gaps(uint64_t *state, int minute)
{
	return minute / 10 % 2 ? NAN : random_share(state);
}

Test(backtest, where_nothing_was_recorded_nothing_is_said)
{
	struct curve curve;
	int64_t at;
	make_curve(&curve, gaps);
	cr_expect_eq(check("p95 (s) > 2", &curve, 2, &at), ALARM_QUIET);
	cr_expect_eq(check("p95 (s) > 2", &curve, 12, &at), ALARM_BLIND);
	cr_expect_eq(check("p95 (s) > x2 median 5m", &curve, 19, &at), ALARM_BLIND);
	curve_free(&curve);
}

Test(backtest, a_rule_is_read_or_refused)
{
	static const char *const bad[] = {"",
					  "p95",
					  "p95 >",
					  "> 5",
					  "p95 > five",
					  "p95 > x2",
					  "p95 > x2 median",
					  "p95 > x2 mean 5m",
					  "p95 > 5 or",
					  "p95 > 5 and q > 2",
					  "p95 > x2 median 0s"};
	struct alarm_rule rule;
	char why[256];
	for (int i = 0; i < LENGTH(bad); i++)
		cr_expect(!alarm_read(&rule, bad[i], why, sizeof why), "%s", bad[i]);
	cr_assert(alarm_read(&rule, "Latency P95(s) >= x1.5 median 3.5m or ok(%) < 99.5 or a>1",
			     why, sizeof why));
	cr_expect_eq(rule.terms, 3);
	cr_expect_eq(rule.columns.count, 3);
	cr_expect_str_eq(rule.columns.name[0], "Latency P95(s)");
	cr_expect(rule.term[0].equal && !rule.term[0].below && rule.term[1].below);
	cr_expect_eq(rule.term[0].median_ns, 210000000000);
	cr_expect_eq(rule.term[1].level, 99.5);
}

/* ---- what people see */

Test(backtest, findings_have_their_intervals)
{
#define FRONT "coalmine backtest data/logs/front.csv "
	static const struct line lines[] = {
		{"backtest_help", 0, "coalmine backtest --help"},
		{"backtest", 0, FRONT "-l data/logs/faults.json -c 'p95 >= x1.5 median 5m' --list"},
		{"backtest_or", 0,
		 FRONT "-l data/logs/faults.csv --key began -c 'p95 > 1 or ok < 99' --json"},
		{"backtest_never", 0, FRONT "-l data/logs/faults.json -c 'p95 > 1000'"},
		{"backtest_wants", 2, FRONT "-c 'p95 > 1'"},
		{"backtest_rule", 2, FRONT "-l data/logs/faults.json -c 'p95 is high'"},
		{"backtest_column", 2, FRONT "-l data/logs/faults.json -c 'p50 > 1'"},
		{"backtest_labels", 2, FRONT "-l data/logs/front.csv --key began -c 'p95 > 1'"},
		{"backtest_no_labels", 2, "echo '{}' > l; " FRONT "-l l -c 'p95 > 1'"},
		{"backtest_bad_label", 2,
		 "echo '[{\"time\": \"soon\"}]' > l; " FRONT "-l l -c 'p95 > 1'"},
		{"backtest_bad_json", 2, "echo '[{\"time\": 1' > l; " FRONT "-l l -c 'p95 > 1'"},
		{"backtest_order", 2,
		 "{ head -1 data/logs/front.csv; tail -3 data/logs/front.csv; sed -n 5p "
		 "data/logs/front.csv; } > s; coalmine backtest s -l "
		 "data/logs/faults.json -c 'p95 > 1'"},
		{"backtest_number", 2,
		 "{ head -4 data/logs/front.csv; echo 1900000000,x,y; } > s; coalmine backtest s "
		 "-l "
		 "data/logs/faults.json -c 'p95 > 1'"},
		{"backtest_time", 2, "echo a,p95 > s; coalmine backtest s -l s -c 'p95 > 1'"},
		{"backtest_elsewhere", 2,
		 "echo '[{\"time\": 1500000000}]' > l; " FRONT "-l l -c 'p95 > 1'"},
		{"backtest_outside", 0,
		 "{ cat data/logs/faults.csv; echo cpu,1500000000; } "
		 "> l; " FRONT "-l l --key began -c 'p95 > 1'"},
		{"backtest_missing", 3, "coalmine backtest nowhere -l nowhere -c 'p95 > 1'"},
	};
	expect_lines(lines, LENGTH(lines));
#undef FRONT
}
