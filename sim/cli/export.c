/* coalmine export: the rows of a results file for other programs. */
#include "sim/cli/cli.h"

#include "sim/report/export.h"
#include "sim/results/file.h"
#include "sim/results/replace.h"

#include <errno.h>
#include <string.h>

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

static int write_out(const struct export_options *options, const struct results *results)
{
	void (*print)(const void *, FILE *) = options->json ? print_json_lines : print_csv;
	if (!options->output) {
		print(results, stdout);
		return EXIT_GOOD;
	}
	if (replace_printed(options->output, print, results))
		return EXIT_GOOD;
	fprintf(stderr, "coalmine: cannot write %s: %s\n", options->output, strerror(errno));
	return EXIT_CANNOT_RUN;
}

static int export_results(int argc, char **argv)
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
		return options_wrong(&command_export, "which results file? one at a time");
	int refused = options.output
			      ? output_check(options.output, arguments.file[0], options.force)
			      : EXIT_GOOD;
	if (refused)
		return refused;
	struct results results;
	char why[RESULTS_ERROR];
	if (!results_read(&results, arguments.file[0], why, sizeof why)) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	int code = write_out(&options, &results);
	results_free(&results);
	return code;
}

const struct command command_export = {
	.name = "export",
	.arguments = "RESULTS [-o FILE]",
	.about = "Writes one line a trial, as CSV or JSON lines, for other programs.",
	.example = "  coalmine export out.h5 > trials.csv",
	.run = export_results,
};
