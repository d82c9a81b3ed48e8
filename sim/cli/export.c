/* coalmine export: the rows of a results file or a trace, for other programs. */
#include "sim/cli/cli.h"

#include "sim/report/export.h"
#include "sim/report/trace_export.h"
#include "sim/results/file.h"
#include "sim/results/replace.h"

#include <errno.h>
#include <string.h>

struct export_options {
	const char *output;
	bool json, force;
};

static int cannot_write(const char *path)
{
	fprintf(stderr, "coalmine: cannot write %s: %s\n", path, strerror(errno));
	return EXIT_CANNOT_RUN;
}

/* Prints, or writes to a file; what could not be read whole was complained of in `why`. */
static int write_out(const struct export_options *options, bool (*print)(void *, FILE *),
		     void *context, const char *why)
{
	bool printed = options->output ? replace_printed(options->output, print, context)
				       : print(context, stdout);
	if (printed)
		return EXIT_GOOD;
	if (!*why)
		return options->output ? cannot_write(options->output) : EXIT_CANNOT_RUN;
	fprintf(stderr, "coalmine: %s\n", why);
	return EXIT_CANNOT_RUN;
}

/* ---- results */

static bool print_csv(void *results, FILE *out)
{
	export_csv(results, out);
	return true;
}

static bool print_json_lines(void *results, FILE *out)
{
	export_json_lines(results, out);
	return true;
}

static int export_results(const struct export_options *options, const char *path)
{
	struct results results;
	char why[RESULTS_ERROR] = "";
	if (!results_read(&results, path, why, sizeof why)) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	int code = write_out(options, options->json ? print_json_lines : print_csv, &results, why);
	results_free(&results);
	return code;
}

/* ---- traces: they are read while they are printed, and may turn out to be broken */

static bool print_trace_csv(void *reader, FILE *out)
{
	return trace_print_csv(reader, out);
}

static bool print_trace_json(void *reader, FILE *out)
{
	return trace_print_json(reader, out);
}

static int export_any(const struct export_options *options, const char *path)
{
	char why[TRACE_ERROR] = "";
	bool other;
	struct trace_reader *reader = trace_open(path, &other, why, sizeof why);
	if (other)
		return export_results(options, path);
	if (!reader) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	if (*trace_facts(reader)->drawn)
		fputs("coalmine: these requests were drawn from series, none was recorded; what is "
		      "exported does not say so\n",
		      stderr);
	int code =
		write_out(options, options->json ? print_trace_json : print_trace_csv, reader, why);
	trace_close(reader);
	return code;
}

static int export(int argc, char **argv)
{
	struct export_options options = {NULL, false, false};
	const struct option_row rows[] = {
		{"output", 'o', OPTION_TEXT, &options.output, "FILE",
		 .about = "instead of printing"},
		{"json", 0, OPTION_FLAG, &options.json, NULL, .about = "JSON lines instead of CSV"},
		{"force", 'f', OPTION_FLAG, &options.force, NULL,
		 .about = "replace an existing output"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_export, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count != 1)
		return options_wrong(&command_export, "which file? one at a time");
	int refused = options.output
			      ? output_check(options.output, arguments.file[0], options.force)
			      : EXIT_GOOD;
	if (refused)
		return refused;
	return export_any(&options, arguments.file[0]);
}

const struct command command_export = {
	.name = "export",
	.arguments = "FILE [-o FILE]",
	.about = "Writes one line a trial of results, one a request of a trace, as CSV or JSON "
		 "lines.",
	.example = "  coalmine export out.h5 > trials.csv",
	.run = export,
};
