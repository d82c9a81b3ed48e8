/* coalmine plot: figures of a results file, or of a scenario before it is run. */
#include "sim/cli/cli.h"

#include "sim/report/figures.h"
#include "sim/results/file.h"

#include <string.h>

static bool has(const char *const *names, const char *name)
{
	for (int i = 0; names[i]; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static bool is_figure(const char *name)
{
	const char *all[8] = {NULL}, *near;
	int count = 0;
	for (int i = 0; figure_names[i]; i++)
		all[count++] = figure_names[i];
	for (int i = 0; figure_names_of_scenario[i]; i++)
		all[count++] = figure_names_of_scenario[i];
	if (has(all, name))
		return true;
	near = error_nearest(name, all);
	options_wrong(&command_plot, "there is no figure %s%s%s%s", name,
		      near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
	return false;
}

static int tell_end(int code, const char *why)
{
	if (code)
		fprintf(stderr, "coalmine: %s\n", why);
	return code ? EXIT_CANNOT_RUN : EXIT_GOOD;
}

static int plot_results(const char *path, const struct figure_options *options,
			const struct settings *settings)
{
	struct results results;
	char why[RESULTS_ERROR];
	if (options->only && !has(figure_names, options->only))
		return options_wrong(&command_plot, "%s is drawn of a scenario; %s holds results",
				     options->only, path);
	if (settings->count)
		return options_wrong(&command_plot,
				     "--set changes a scenario; %s holds results, which are done",
				     path);
	if (!results_read(&results, path, why, sizeof why))
		return tell_end(EXIT_CANNOT_RUN, why);
	int code = figures_draw(&results, options, stdout, why, sizeof why);
	results_free(&results);
	return tell_end(code, why);
}

static int plot_scenario(const char *path, const struct figure_options *options,
			 const struct settings *settings)
{
	struct loaded loaded;
	char why[RESULTS_ERROR];
	if (options->only && !has(figure_names_of_scenario, options->only))
		return options_wrong(&command_plot,
				     "%s is drawn of results; run the scenario first, with -o FILE",
				     options->only);
	int code = load_scenario(&loaded, path, settings);
	if (code == EXIT_GOOD)
		code = tell_end(
			figures_draw_scenario(&loaded.scenario, options, stdout, why, sizeof why),
			why);
	load_free(&loaded);
	return code;
}

static int plot(int argc, char **argv)
{
	struct figure_options options = {.directory = "."};
	struct settings settings = {.count = 0};
	bool svg = false, png = false;
	const struct option_row rows[] = {
		{"output", 'o', OPTION_TEXT, &options.directory, "DIR",
		 .about = "where to; made if missing"},
		{"only", 0, OPTION_TEXT, &options.only, "FIGURE",
		 .about = "compare, speed, timeline or matrix; arrivals of a scenario"},
		{"svg", 0, OPTION_FLAG, &svg, NULL,
		 .about = "SVG only; both kinds if none is named"},
		{"png", 0, OPTION_FLAG, &png, NULL, .about = "PNG only"},
		{"script-only", 0, OPTION_FLAG, &options.script_only, NULL,
		 .about = "write the gnuplot scripts and draw nothing"},
		{"set", 's', OPTION_SETTING, &settings, "KEY=VALUE",
		 .about = "set any value of the scenario"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_plot, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count != 1)
		return options_wrong(&command_plot, "which results or scenario? one at a time");
	if (options.only && !is_figure(options.only))
		return EXIT_USAGE;
	options.formats = svg == png ? FIGURE_SVG | FIGURE_PNG : svg ? FIGURE_SVG : FIGURE_PNG;
	const char *path = arguments.file[0];
	return load_is_results(path) ? plot_results(path, &options, &settings)
				     : plot_scenario(path, &options, &settings);
}

const struct command command_plot = {
	.name = "plot",
	.arguments = "RESULTS|SCENARIO [-o DIR]",
	.about = "Draws figures: of results, or of a scenario's traffic before it is run.",
	.example = "  coalmine plot out.h5 -o figures --png\n"
		   "  coalmine plot scenarios/checkout-canary.yaml -o figures",
	.run = plot,
};
