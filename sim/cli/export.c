/* coalmine export: the rows of a results file for other programs. */
#include "sim/cli/cli.h"

#include "sim/report/export.h"
#include "sim/results/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct export_options {
	const char *output;
	bool json, force;
};

/* Written beside its place and moved there whole. */
static int write_file(const struct export_options *options, const struct results *results)
{
	char part[4096];
	if (snprintf(part, sizeof part, "%s.part", options->output) >= (int)sizeof part)
		return options_wrong(&command_export, "the name of the output is too long");
	FILE *out = fopen(part, "w");
	bool good = out != NULL;
	if (good) {
		(options->json ? export_json_lines : export_csv)(results, out);
		good = !fflush(out) && !ferror(out) && !fsync(fileno(out));
	}
	int code = errno;
	if (out && fclose(out)) {
		code = good ? errno : code;
		good = false;
	}
	if (good && rename(part, options->output)) {
		code = errno;
		good = false;
	}
	if (good)
		return EXIT_GOOD;
	unlink(part);
	fprintf(stderr, "coalmine: cannot write %s: %s\n", options->output, strerror(code));
	return EXIT_CANNOT_RUN;
}

static int write_out(const struct export_options *options, const struct results *results)
{
	if (options->output)
		return write_file(options, results);
	(options->json ? export_json_lines : export_csv)(results, stdout);
	return EXIT_GOOD;
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
