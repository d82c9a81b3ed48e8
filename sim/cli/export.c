/* coalmine export: the rows of a results file or a trace, for other programs. */
#include "sim/cli/cli.h"

#include "sim/report/export.h"
#include "sim/report/trace_export.h"
#include "sim/results/file.h"
#include "sim/results/replace.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct export_options {
	const char *output;
	bool json, force;
};

static void print_csv(const void *results, FILE *out)
{
	export_csv(results, out);
}

static void print_json_lines(const void *results, FILE *out)
{
	export_json_lines(results, out);
}

static int cannot_write(const char *path)
{
	fprintf(stderr, "coalmine: cannot write %s: %s\n", path, strerror(errno));
	return EXIT_CANNOT_RUN;
}

static int write_out(const struct export_options *options, const struct results *results)
{
	void (*print)(const void *, FILE *) = options->json ? print_json_lines : print_csv;
	if (!options->output) {
		print(results, stdout);
		return EXIT_GOOD;
	}
	return replace_printed(options->output, print, results) ? EXIT_GOOD
								: cannot_write(options->output);
}

static int export_results(const struct export_options *options, const char *path)
{
	struct results results;
	char why[RESULTS_ERROR];
	if (!results_read(&results, path, why, sizeof why)) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	int code = write_out(options, &results);
	results_free(&results);
	return code;
}

/* ---- traces: they are read while they are written, and may turn out to be broken */

static int print_trace(const struct export_options *options, const char *path, FILE *out)
{
	char why[TRACE_ERROR];
	struct trace_reader *reader = trace_open(path, why, sizeof why);
	if (reader)
		(options->json ? trace_print_json : trace_print_csv)(reader, out);
	if (reader && trace_close(reader))
		return EXIT_GOOD;
	fprintf(stderr, "coalmine: %s\n", why);
	return EXIT_CANNOT_RUN;
}

static int export_trace(const struct export_options *options, const char *path)
{
	struct replacement replacement;
	if (!options->output)
		return print_trace(options, path, stdout);
	if (!replacement_open(&replacement, options->output))
		return cannot_write(options->output);
	FILE *out = fdopen(dup(replacement.file), "w");
	int code = out ? print_trace(options, path, out) : EXIT_CANNOT_RUN;
	bool written = out && !fflush(out) && !ferror(out);
	int cause = errno;
	if (out)
		fclose(out);
	errno = cause;
	if (replacement_close(&replacement, written && code == EXIT_GOOD))
		return EXIT_GOOD;
	return code == EXIT_GOOD || !written ? cannot_write(options->output) : code;
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
	return (trace_is(arguments.file[0]) ? export_trace : export_results)(&options,
									     arguments.file[0]);
}

const struct command command_export = {
	.name = "export",
	.arguments = "FILE [-o FILE]",
	.about = "Writes one line a trial of results, one a request of a trace, as CSV or JSON "
		 "lines.",
	.example = "  coalmine export out.h5 > trials.csv",
	.run = export,
};
