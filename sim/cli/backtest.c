/* coalmine backtest: a rule over a recorded series with known incidents, as if it had been live. */
#include "sim/cli/cli.h"

#include "sim/report/json.h"
#include "sim/report/words.h"

#include "sim/stats/proportion.h"
#include "sim/stats/quantile.h"
#include "sim/stats/sort.h"

#include "replay/alarm.h"
#include "replay/incidents.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL 0.95

struct backtest {
	const char *labels, *time, *key, *check, *within, *effect;
	int64_t within_ns, effect_ns;
	bool json, list;
	struct alarm_rule rule;
	struct curve series;
	struct incidents incidents;
	int outside; /* incidents that do not lie in the series */
};

struct answered {
	int alarms, checks; /* checks that could see */
};

struct findings {
	struct answered caught, quiet, apart; /* apart: quiet checks that do not overlap */
	double delay_s;			      /* median, of what was caught */
};

/* ---- finding */

static void test_incidents(const struct backtest *b, struct findings *f)
{
	double *delay = calloc((size_t)b->incidents.count, sizeof *delay);
	if (!delay)
		error_out_of_memory((size_t)b->incidents.count * sizeof *delay);
	for (int i = 0; i < b->incidents.count; i++) {
		int64_t at_ns = b->incidents.at_ns[i], alarm_ns = 0;
		enum alarm_answer answer =
			alarm_check(&b->rule, &b->series, at_ns, b->within_ns, &alarm_ns);
		f->caught.checks += answer != ALARM_BLIND;
		if (answer == ALARM_RINGS)
			delay[f->caught.alarms++] = (double)(alarm_ns - at_ns) * 1e-9;
	}
	sort_ascending(delay, (size_t)f->caught.alarms);
	f->delay_s = quantile_of_sorted(delay, (size_t)f->caught.alarms, 0.5);
	free(delay);
}

/* From how far back a check looks. */
static int64_t look_back(const struct alarm_rule *rule)
{
	int64_t most = 0;
	for (int t = 0; t < rule->terms; t++)
		most = rule->term[t].median_ns > most ? rule->term[t].median_ns : most;
	return most;
}

/* Whether some incident, or what it left behind, lies in what a check looks at. */
static bool is_disturbed(const struct backtest *b, int64_t at_ns)
{
	int64_t from_ns = at_ns - look_back(&b->rule) - b->series.step_ns / 2;
	int64_t to_ns = at_ns + b->series.step_ns + b->within_ns;
	for (int i = 0; i < b->incidents.count; i++)
		if (b->incidents.at_ns[i] < to_ns && from_ns < b->incidents.at_ns[i] + b->effect_ns)
			return true;
	return false;
}

static void test_quiet(const struct backtest *b, struct findings *f)
{
	int64_t free_ns = INT64_MIN;
	for (int i = 0; i < b->series.samples; i++) {
		int64_t at_ns = b->series.at_ns[i], alarm_ns;
		if (is_disturbed(b, at_ns))
			continue;
		enum alarm_answer answer =
			alarm_check(&b->rule, &b->series, at_ns, b->within_ns, &alarm_ns);
		if (answer == ALARM_BLIND)
			continue;
		f->quiet.checks++;
		f->quiet.alarms += answer == ALARM_RINGS;
		if (at_ns < free_ns)
			continue;
		f->apart.checks++;
		f->apart.alarms += answer == ALARM_RINGS;
		free_ns = at_ns + b->within_ns;
	}
}

/* ---- saying */

/* The estimate is of all checks, its interval of those that do not depend on each other. */
static struct estimate estimate_of(struct answered all, struct answered apart)
{
	struct estimate estimate = {NAN, NAN, NAN};
	if (!apart.checks)
		return estimate;
	struct interval sure = proportion_clopper_pearson(apart.alarms, apart.checks, LEVEL);
	return (struct estimate){(double)all.alarms / all.checks, sure.low, sure.high};
}

static void print_share(const char *label, struct answered all, struct answered apart)
{
	char text[WORDS_TEXT];
	printf("%-13s %s", label,
	       all.checks ? words_share(text, estimate_of(all, apart)) : "nothing to look at\n");
}

static void print_list(const struct backtest *b)
{
	static const char *const words[] = {"missed", "caught", "nothing was recorded"};
	puts("");
	for (int i = 0; i < b->incidents.count; i++) {
		char text[WHEN_TEXT];
		int64_t at_ns = b->incidents.at_ns[i], alarm_ns = 0;
		enum alarm_answer answer =
			alarm_check(&b->rule, &b->series, at_ns, b->within_ns, &alarm_ns);
		printf("  %s  %s", when_print(text, at_ns), words[answer]);
		if (answer == ALARM_RINGS)
			printf(" after %.0f s", (double)(alarm_ns - at_ns) * 1e-9);
		putchar('\n');
	}
}

static void print_findings(const struct backtest *b, const struct findings *f, const char *path)
{
	char first[WHEN_TEXT], last[WHEN_TEXT];
	const struct curve *s = &b->series;
	printf("%-13s %s: %d rows, one every %.4g s, %s to %s\n", "series", path, s->samples,
	       (double)s->step_ns * 1e-9, when_print(first, s->at_ns[0]),
	       when_print(last, s->at_ns[s->samples - 1]));
	printf("%-13s %s: %d", "incidents", b->labels, b->incidents.count);
	if (b->outside)
		printf(", of which %d lie%s outside the series", b->outside,
		       b->outside == 1 ? "s" : "");
	putchar('\n');
	printf("%-13s %s, within %s. In brackets: 95 %% intervals.\n\n", "check", b->check,
	       b->within);
	print_share("caught", f->caught, f->caught);
	if (f->caught.checks)
		printf(": %d of %d incidents%s", f->caught.alarms, f->caught.checks,
		       f->caught.alarms ? "" : "\n");
	if (f->caught.alarms)
		printf(", half of them within %.0f s\n", f->delay_s);
	print_share("false alarms", f->quiet, f->apart);
	if (f->quiet.checks)
		printf(": %d of %d checks in which nothing happened\n%-13s (they overlap; the "
		       "interval is of the %d that do not)\n",
		       f->quiet.alarms, f->quiet.checks, "", f->apart.checks);
	if (b->list)
		print_list(b);
}

static void json_answered(const char *name, struct answered all, struct answered apart)
{
	struct estimate estimate = estimate_of(all, apart);
	printf(", \"%s\": {\"alarms\": %d, \"checks\": %d, \"share\": ", name, all.alarms,
	       all.checks);
	json_number(stdout, estimate.value);
	fputs(", \"low\": ", stdout);
	json_number(stdout, estimate.low);
	fputs(", \"high\": ", stdout);
	json_number(stdout, estimate.high);
	putchar('}');
}

static void json_findings(const struct backtest *b, const struct findings *f)
{
	fputs("{\"check\": ", stdout);
	json_text(stdout, b->check);
	printf(", \"rows\": %d, \"incidents\": %d, \"outside\": %d", b->series.samples,
	       b->incidents.count, b->outside);
	json_answered("caught", f->caught, f->caught);
	json_answered("false_alarms", f->quiet, f->apart);
	fputs(", \"delay_p50_s\": ", stdout);
	json_number(stdout, f->delay_s);
	puts("}");
}

/* ---- the command */

static int read_options(struct backtest *b)
{
	char why[256];
	sim_time time;
	if (!b->labels || !b->check)
		return options_wrong(&command_backtest, "it wants --labels and --check");
	const char *expected = units_parse_duration(b->within, &time);
	if (expected || time <= 0)
		return options_wrong(&command_backtest, "--within: expected %s; found \"%s\"",
				     expected ? expected : "more than nothing", b->within);
	b->within_ns = time;
	expected = units_parse_duration(b->effect, &time);
	if (expected)
		return options_wrong(&command_backtest, "--effect: expected %s; found \"%s\"",
				     expected, b->effect);
	b->effect_ns = time;
	if (!alarm_read(&b->rule, b->check, why, sizeof why))
		return options_wrong(&command_backtest, "--check: %s", why);
	return EXIT_GOOD;
}

static int count_outside(const struct backtest *b)
{
	int64_t first_ns = b->series.at_ns[0] - b->series.step_ns;
	int64_t last_ns = b->series.at_ns[b->series.samples - 1] + b->series.step_ns;
	int count = 0;
	for (int i = 0; i < b->incidents.count; i++)
		count += b->incidents.at_ns[i] < first_ns || b->incidents.at_ns[i] > last_ns;
	return count;
}

/* What nothing lies in would be called quiet all over. */
static int refuse_elsewhere(const struct backtest *b, const char *path)
{
	char first[WHEN_TEXT], last[WHEN_TEXT], from[WHEN_TEXT], to[WHEN_TEXT];
	fprintf(stderr,
		"coalmine: no incident of %s lies in %s: they began from %s to %s, the series goes "
		"from %s to %s. Is a unit or a time zone wrong? --time COLUMN:ms and --key say "
		"what to read\n",
		b->labels, path, when_print(from, b->incidents.at_ns[0]),
		when_print(to, b->incidents.at_ns[b->incidents.count - 1]),
		when_print(first, b->series.at_ns[0]),
		when_print(last, b->series.at_ns[b->series.samples - 1]));
	return EXIT_USAGE;
}

static int test(struct backtest *b, const char *path)
{
	char why[CURVE_WHY];
	struct findings findings = {.delay_s = NAN};
	if (!curve_read(&b->series, path, b->time, &b->rule.columns, why) ||
	    !incidents_read(&b->incidents, b->labels, b->key, why)) {
		fprintf(stderr, "coalmine: %s\n", why);
		return strncmp(why, "cannot read ", 12) ? EXIT_USAGE : EXIT_CANNOT_RUN;
	}
	b->outside = count_outside(b);
	if (b->outside == b->incidents.count)
		return refuse_elsewhere(b, path);
	test_incidents(b, &findings);
	test_quiet(b, &findings);
	if (b->json)
		json_findings(b, &findings);
	else
		print_findings(b, &findings, path);
	return EXIT_GOOD;
}

static int backtest(int argc, char **argv)
{
	struct backtest b = {.within = "3m", .effect = "10m"};
	const struct option_row rows[] = {
		{"labels", 'l', OPTION_TEXT, &b.labels, "FILE",
		 .about = "when incidents began: a table, or JSON"},
		{"check", 'c', OPTION_TEXT, &b.check, "RULE",
		 .about = "COLUMN > VALUE, or COLUMN >= x1.5 median 3.5m; several joined by or"},
		{"within", 0, OPTION_TEXT, &b.within, "TIME",
		 .about = "after an incident began; a check lasts as long: 3m"},
		{"effect", 0, OPTION_TEXT, &b.effect, "TIME",
		 .about = "how long an incident may be felt: what lies there is not quiet: 10m"},
		{"time", 0, OPTION_TEXT, &b.time, "COLUMN",
		 .about = "of the series; COLUMN:ms says the unit. Left out: timestamp or time"},
		{"key", 0, OPTION_TEXT, &b.key, "KEY",
		 .about =
			 "of the labels, or its column. Left out: inject_timestamp, timestamp ..."},
		{"list", 0, OPTION_FLAG, &b.list, NULL,
		 .about = "say of each incident what became "
			  "of it"},
		{"json", 0, OPTION_FLAG, &b.json, NULL, .about = "print it as JSON"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_backtest, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count != 1)
		return options_wrong(&command_backtest, "which series? one at a time");
	int code = read_options(&b);
	if (code == EXIT_GOOD)
		code = test(&b, arguments.file[0]);
	curve_free(&b.series);
	incidents_free(&b.incidents);
	return code;
}

const struct command command_backtest = {
	.name = "backtest",
	.arguments = "SERIES --labels FILE --check RULE",
	.about = "Would a rule have caught recorded incidents, and how often does it cry wolf?",
	.example = "  coalmine backtest front_service.csv --labels fault_list.json \\\n"
		   "    --check 'LatencyP95(s) >= x1.5 median 3.5m'",
	.run = backtest,
};
