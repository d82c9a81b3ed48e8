/* coalmine inspect: what is in a results file or a trace. */
#include "sim/cli/cli.h"

#include "sim/report/json.h"
#include "sim/report/recorded.h"
#include "sim/report/summary.h"
#include "sim/report/table.h"
#include "sim/results/file.h"
#include "sim/results/trace.h"

#include <stdlib.h>
#include <string.h>

struct inspect_options {
	bool scenario, summary, json;
	struct fit_options fit;
};

static void print_names(const char *what, const char *const *names, int count)
{
	printf("%-10s", what);
	for (int i = 0; i < count; i++)
		printf("%s%s", i ? ", " : "", names[i]);
	putchar('\n');
}

static void print_columns(void)
{
	static const char *const heads[] = {"column", "unit", "about"};
	struct arena arena = {0};
	struct table table;
	table_init(&table, &arena, 3, heads);
	for (int c = 0; c < result_columns_count && table_add(&table); c++) {
		table_put(&table, 0, result_columns[c].name);
		table_put(&table, 1, result_columns[c].unit);
		table_put(&table, 2, result_columns[c].about);
	}
	putchar('\n');
	table_print(&table, "  ", stdout);
	arena_free(&arena);
}

static void print_facts(const struct results *results)
{
	int64_t least = INT64_MAX;
	for (int c = 0; c < results_cells(results); c++)
		least = results->trials_run[c] < least ? results->trials_run[c] : least;
	printf("%-10s%s%s%s\n", "scenario", results->title, *results->question ? ": " : "",
	       results->question);
	printf("%-10scoalmine %s, seed %llu\n", "made by", results->program_version,
	       (unsigned long long)results->seed);
	printf("%-10s%s\n", "command", results->command);
	print_names("rollouts", results->rollout_names, results->rollouts);
	print_names("cases", results->case_names, results->cases);
	print_names("versions", results->version_names, results->versions);
	print_names("segments", results->segment_names, results->segments);
	printf("%-10s%d\n", "points", results->points);
	for (int i = 0; i < results->varied; i++)
		printf("%-10s%s\n", "  varied", results->vary[i].key);
	printf("%-10s%d planned, at least %lld run in every cell\n", "trials", results->trials,
	       (long long)least);
	printf("%-10s%d kept\n", "timelines", results->timelines);
	print_columns();
}

static void print_json_names(const char *what, const char *const *names, int count)
{
	printf(", \"%s\": [", what);
	for (int i = 0; i < count; i++) {
		fputs(i ? ", " : "", stdout);
		json_text(stdout, names[i]);
	}
	putchar(']');
}

static void print_json(const struct results *results)
{
	fputs("{\"scenario\": ", stdout);
	json_text(stdout, results->title);
	fputs(", \"version\": ", stdout);
	json_text(stdout, results->program_version);
	fputs(", \"command\": ", stdout);
	json_text(stdout, results->command);
	printf(", \"seed\": %llu, \"points\": %d, \"trials\": %d, \"timelines\": %d",
	       (unsigned long long)results->seed, results->points, results->trials,
	       results->timelines);
	print_json_names("rollouts", results->rollout_names, results->rollouts);
	print_json_names("cases", results->case_names, results->cases);
	print_json_names("versions", results->version_names, results->versions);
	print_json_names("segments", results->segment_names, results->segments);
	fputs(", \"columns\": [", stdout);
	for (int c = 0; c < result_columns_count; c++) {
		fputs(c ? ", " : "", stdout);
		json_text(stdout, result_columns[c].name);
	}
	puts("]}");
}

static int inspect_file(const struct inspect_options *options, const char *path)
{
	struct results results;
	char why[RESULTS_ERROR];
	if (!results_read(&results, path, why, sizeof why)) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	if (options->scenario)
		fputs(results.scenario, stdout);
	else if (options->summary && options->json)
		summary_json(&results, stdout);
	else if (options->summary)
		summary_print(&results, stdout);
	else if (options->json)
		print_json(&results);
	else
		print_facts(&results);
	results_free(&results);
	return EXIT_GOOD;
}

/* ---- traces */

static void print_line(const char *label, const char *text)
{
	printf("%-10s %s\n", label, text);
}

static void print_sources(const char *sources)
{
	size_t length = strcspn(sources, "\n");
	printf("%-10s %.*s%s\n", "made of", (int)length, sources,
	       sources[length] ? " and others" : "");
}

static void print_trace(const struct trace_facts *facts, const struct appraisal *appraisal,
			const struct head *head)
{
	printf("%-10s %s traffic, %lld rows, fingerprint %s\n", "trace",
	       *facts->drawn ? "drawn" : "recorded", (long long)facts->rows, facts->fingerprint);
	printf("%-10s coalmine %s: %s\n", "made by", facts->program_version, facts->command);
	print_sources(facts->sources);
	print_line("format", facts->format);
	print_line("time", facts->times);
	if (*facts->drawn)
		print_line("drawn", facts->drawn);
	printf("%-10s %lld read, of which %lld were mistakes\n", "records",
	       (long long)facts->records, (long long)facts->bad);
	recorded_print_rows(appraisal, head, stdout);
}

static void print_trace_json(const struct trace_facts *facts, const struct appraisal *appraisal,
			     const struct head *head)
{
	const struct {
		const char *name, *text;
	} texts[] = {
		{"{\"trace\": ", facts->fingerprint}, {", \"version\": ", facts->program_version},
		{", \"command\": ", facts->command},  {", \"sources\": ", facts->sources},
		{", \"format\": ", facts->format},    {", \"times\": ", facts->times}};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		fputs(texts[i].name, stdout);
		json_text(stdout, texts[i].text);
	}
	if (*facts->drawn) {
		fputs(", \"drawn\": ", stdout);
		json_text(stdout, facts->drawn);
	}
	printf(", \"records\": %lld, \"bad\": %lld", (long long)facts->records,
	       (long long)facts->bad);
	recorded_json_rows(appraisal, head, stdout);
	puts("}");
}

static int inspect_any(const struct inspect_options *options, const char *path)
{
	char why[TRACE_ERROR];
	bool other;
	struct trace_reader *reader = trace_open(path, &other, why, sizeof why);
	if (other && options->fit.path) {
		fprintf(stderr,
			"coalmine: %s holds no trace, and --fit describes one; coalmine import "
			"makes them\n",
			path);
		return EXIT_USAGE;
	}
	if (other)
		return inspect_file(options, path);
	if (reader && (options->scenario || options->summary)) {
		trace_close(reader);
		return options_wrong(&command_inspect,
				     "%s is a trace: --%s is for results of a run", path,
				     options->scenario ? "scenario" : "summary");
	}
	struct appraisal *appraisal = reader ? calloc(1, sizeof *appraisal) : NULL;
	bool good = appraisal != NULL;
	if (appraisal) {
		const struct row *row;
		appraisal_init(appraisal);
		appraisal->replay_place = 1 + head_number(trace_head(reader), "replayed_status");
		while ((row = trace_next(reader)))
			appraisal_row(appraisal, row);
		appraisal->resolution_ns = trace_facts(reader)->resolution_ns;
		appraisal->spread_ns = trace_facts(reader)->spread_ns;
		if (!options->fit.path && appraisal->kept == trace_facts(reader)->rows)
			(options->json ? print_trace_json : print_trace)(
				trace_facts(reader), appraisal, trace_head(reader));
	}
	if (reader)
		good = trace_close(reader) && good;
	if (!good)
		fprintf(stderr, "coalmine: %s\n", why);
	int code = good ? EXIT_GOOD : EXIT_CANNOT_RUN;
	if (good && options->fit.path)
		code = fit_file(&options->fit, path, appraisal);
	free(appraisal);
	return code;
}

static int inspect(int argc, char **argv)
{
	struct inspect_options options = {.json = false};
	const struct option_row rows[] = {
		{"scenario", 0, OPTION_FLAG, &options.scenario, NULL,
		 .about = "print the resolved scenario the results came from"},
		{"summary", 0, OPTION_FLAG, &options.summary, NULL,
		 .about = "print the summary again"},
		{"json", 0, OPTION_FLAG, &options.json, NULL, .about = "print it as JSON"},
		{"fit", 0, OPTION_TEXT, &options.fit.path, "SCENARIO",
		 .about = "write a synthetic scenario that resembles the trace, print how far it "
			  "does, and draw both beside it"},
		{"no-figure", 0, OPTION_FLAG, &options.fit.no_figure, NULL,
		 .about = "draw nothing of the fit"},
		{"force", 'f', OPTION_FLAG, &options.fit.force, NULL,
		 .about = "replace the fitted scenario and its figure"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_inspect, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (!arguments.count)
		return options_wrong(&command_inspect, "which file?");
	if (options.fit.path && arguments.count > 1)
		return options_wrong(&command_inspect,
				     "--fit describes one trace; there are %d files",
				     arguments.count);
	if (!options.fit.path && (options.fit.no_figure || options.fit.force))
		return options_wrong(&command_inspect, "--%s goes with --fit SCENARIO",
				     options.fit.no_figure ? "no-figure" : "force");
	options.fit.json = options.json;
	int worst = EXIT_GOOD;
	for (int i = 0; i < arguments.count; i++) {
		int code = inspect_any(&options, arguments.file[i]);
		worst = code > worst ? code : worst;
	}
	return worst;
}

const struct command command_inspect = {
	.name = "inspect",
	.arguments = "FILE...",
	.about = "Shows what is in a results file or a trace, and where it came from.",
	.example = "  coalmine inspect out.h5 --summary\n"
		   "  coalmine inspect trace.h5 --fit synthetic.yaml",
	.run = inspect,
};
