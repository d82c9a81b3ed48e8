/* coalmine run: simulate, write the results, print what was found. */
#include "sim/cli/cli.h"
#include "sim/cli/progress.h"
#include "sim/cli/signals.h"

#include "sim/report/needs.h"
#include "sim/report/summary.h"
#include "sim/results/file.h"
#include "sim/study.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct run_options {
	const char *output, *seed, *trials, *rollouts;
	int64_t threads;
	bool json, quiet, force;
	struct settings settings;
	const atomic_int *stop; /* the signal that came; 0: none did */
	int printed;		/* summaries; those of several scenarios are one array of JSON */
};

static void print_json(struct run_options *options, const struct results *results)
{
	if (options->printed++)
		fputs(",\n", stdout);
	summary_json(results, stdout);
}

static int finish(struct run_options *options, const struct results *results, const char *path)
{
	char why[512];
	int code = EXIT_GOOD;
	if (path && !results_write(results, path, why, sizeof why)) {
		fprintf(stderr, "coalmine: %s\n", why);
		code = EXIT_CANNOT_RUN;
	}
	if (options->json)
		print_json(options, results);
	else
		summary_print(results, stdout);
	fflush(stdout); /* before the words on stderr */
	if (path && code == EXIT_GOOD && !ferror(stdout) && !options->quiet)
		fprintf(stderr, "Results are in %s; coalmine plot %s -o DIR draws them.\n", path,
			path);
	return code;
}

static int simulate(struct run_options *options, const struct scenario *scenario, const char *file,
		    const char *path)
{
	struct results results;
	struct progress progress;
	if (!output_fits_memory(scenario))
		return EXIT_CANNOT_RUN;
	scenario_describe(scenario, &results);
	results.command = options_command(&results.arena, "run", &options->settings, file);
	if (!options->json)
		needs_print_recorded(&scenario->plans[0], stderr);
	if (!options->quiet && !options->json)
		needs_print(&scenario->plans[0], stderr);
	progress_begin(&progress, scenario->title, "trials", options->quiet);
	const struct study study = {
		.plans = scenario->plans,
		.points = scenario->points,
		.trials = scenario->trials,
		.threads = (int)options->threads,
		.stop = options->stop,
		.progress = progress_show,
		.context = &progress,
	};
	bool ran = study_run(&study, &results);
	progress_end(&progress);
	if (!ran)
		fprintf(stderr, "coalmine: cannot start a thread: %s\n", strerror(errno));
	/* Whoever asked us to stop should not wait for trials to be run again. */
	if (atomic_load(options->stop))
		fprintf(stderr, "coalmine: stopped by signal %d; what is finished is kept\n",
			atomic_load(options->stop));
	else if (ran)
		study_keep_timelines(&study, scenario->timelines, &results);
	int code = ran ? finish(options, &results, path) : EXIT_CANNOT_RUN;
	results_free(&results);
	return atomic_load(options->stop) ? EXIT_SIGNAL + atomic_load(options->stop) : code;
}

static int run_file(struct run_options *options, const char *file, bool directory)
{
	struct loaded loaded;
	char path[OUTPUT_PATH];
	if (options->output) {
		int refused = output_of(options->output, directory, file, options->force, path);
		if (refused)
			return refused;
	}
	int code = load_scenario(&loaded, file, &options->settings);
	if (code == EXIT_GOOD)
		code = simulate(options, &loaded.scenario, file, options->output ? path : NULL);
	load_free(&loaded);
	return code;
}

static int run(int argc, char **argv)
{
	struct run_options options = {.threads = sysconf(_SC_NPROCESSORS_ONLN)};
	const struct option_row rows[] = {
		{"output", 'o', OPTION_TEXT, &options.output, "FILE",
		 .about = "write the results here (HDF5); a directory for several scenarios"},
		{"trials", 'n', OPTION_TEXT, &options.trials, "N",
		 .about = "instead of the scenario's"},
		{"seed", 0, OPTION_TEXT, &options.seed, "N", .about = "instead of the scenario's"},
		{"rollouts", 0, OPTION_TEXT, &options.rollouts, "FILE",
		 .about = "send these rollouts, a map of a YAML file, instead of the scenario's"},
		{"set", 's', OPTION_SETTING, &options.settings, "KEY=VALUE",
		 .about = "set any value of the scenario"},
		{"threads", 'j', OPTION_COUNT, &options.threads, "N",
		 "the results don't depend on it", 1, MAX_THREADS},
		{"force", 'f', OPTION_FLAG, &options.force, NULL,
		 .about = "replace an existing output"},
		{"json", 0, OPTION_FLAG, &options.json, NULL,
		 .about = "print the summary as JSON; those of several scenarios as an array"},
		{"quiet", 'q', OPTION_FLAG, &options.quiet, NULL, .about = "no progress"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_run, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (!arguments.count)
		return options_wrong(&command_run, "which scenario?");
	bool directory = output_is_directory(options.output);
	if (!output_serves_all(&command_run, options.output, arguments.file, arguments.count))
		return EXIT_USAGE;
	options_set(&options.settings, "trials", "--trials", options.trials);
	options_set(&options.settings, "seed", "--seed", options.seed);
	options.stop = signals_listen();
	int worst = load_rollouts(&options.settings, options.rollouts);
	if (worst)
		return worst;
	bool array = options.json && arguments.count > 1;
	fputs(array ? "[" : "", stdout);
	for (int i = 0; i < arguments.count && !atomic_load(options.stop); i++) {
		int code = run_file(&options, arguments.file[i], directory);
		worst = code > worst ? code : worst;
	}
	fputs(array ? "]\n" : "", stdout);
	load_forget(&options.settings);
	return worst;
}

const struct command command_run = {
	.name = "run",
	.arguments = "SCENARIO... [-o FILE]",
	.about = "Simulates every rollout in every case and prints what was found.",
	.example = "  coalmine run scenarios/checkout-canary.yaml -o out.h5 --trials 200",
	.run = run,
};
