/* coalmine plot: figures of a results file. */
#include "sim/cli/cli.h"

#include "sim/report/figures.h"
#include "sim/results/file.h"

#include <string.h>

static bool is_figure(const char *name)
{
	for (int i = 0; figure_names[i]; i++)
		if (!strcmp(figure_names[i], name))
			return true;
	const char *near = error_nearest(name, figure_names);
	options_wrong(&command_plot, "there is no figure %s%s%s%s", name,
		      near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	return false;
}

static int plot(int argc, char **argv)
{
	const char *directory = ".", *only = NULL;
	bool svg = false, png = false, script_only = false;
	const struct option_row rows[] = {
		{"output", 'o', OPTION_TEXT, &directory, "DIR",
		 .about = "where to; made if missing"},
		{"only", 0, OPTION_TEXT, &only, "FIGURE", .about = "compare, timeline or matrix"},
		{"svg", 0, OPTION_FLAG, &svg, NULL,
		 .about = "SVG only; both kinds if none is named"},
		{"png", 0, OPTION_FLAG, &png, NULL, .about = "PNG only"},
		{"script-only", 0, OPTION_FLAG, &script_only, NULL,
		 .about = "write the gnuplot scripts and draw nothing"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_plot, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count != 1)
		return options_wrong(&command_plot, "which results file? one at a time");
	if (only && !is_figure(only))
		return EXIT_USAGE;
	struct results results;
	char why[RESULTS_ERROR];
	if (!results_read(&results, arguments.file[0], why, sizeof why)) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	const struct figure_options options = {
		.directory = directory,
		.formats = svg == png ? FIGURE_SVG | FIGURE_PNG
			   : svg      ? FIGURE_SVG
				      : FIGURE_PNG,
		.script_only = script_only,
		.only = only,
	};
	int code = figures_draw(&results, &options, stdout, why, sizeof why);
	if (code)
		fprintf(stderr, "coalmine: %s\n", why);
	results_free(&results);
	return code ? EXIT_CANNOT_RUN : EXIT_GOOD;
}

const struct command command_plot = {
	.name = "plot",
	.arguments = "RESULTS [-o DIR]",
	.about = "Draws figures: strategies compared, one trial's timeline, case by rollout.",
	.example = "  coalmine plot out.h5 -o figures --png",
	.run = plot,
};
