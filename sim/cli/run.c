/* coalmine run: simulate, write the results, print what was found. */
#include "sim/cli/cli.h"
#include "sim/cli/progress.h"
#include "sim/cli/signals.h"

#include "sim/report/needs.h"
#include "sim/report/summary.h"
#include "sim/results/file.h"
#include "sim/study.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct run_options {
	const char *output, *seed, *trials;
	int64_t threads;
	bool json, quiet, force;
	struct settings settings;
	const atomic_int *stop; /* the signal that came; 0: none did */
};

/* Where the results of a scenario go: the file named, or one in the directory named. */
static bool find_output(const struct run_options *options, const char *scenario, bool directory,
			char *path, size_t size)
{
	if (!directory)
		return (size_t)snprintf(path, size, "%s", options->output) < size;
	char copy[4096];
	snprintf(copy, sizeof copy, "%s", scenario);
	char *base = basename(copy), *dot = strrchr(base, '.');
	if (dot && dot != base)
		*dot = 0;
	return (size_t)snprintf(path, size, "%s/%s.h5", options->output, base) < size;
}

/* Results are held in memory until they are written. */
static bool fits_memory(const struct scenario *scenario)
{
	const struct plan *plan = scenario->plans;
	double rows = (double)plan->rollouts * plan->cases * scenario->points * scenario->trials;
	double bytes = rows * (double)sizeof(struct result);
	double memory = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
	if (bytes < 0.8 * memory)
		return true;
	fprintf(stderr,
		"coalmine: the results of %.3g trials need up to %.3g GB of memory; there are "
		"%.3g GB: run fewer trials or points at a time\n",
		rows, bytes / 1e9, memory / 1e9);
	return false;
}

/* The command that gives the same bytes again: threads and file names don't change them. */
static const char *describe_command(struct arena *arena, const struct run_options *options,
				    const char *file)
{
	char *name = arena_copy(arena, file, strlen(file));
	char *text = arena_printf(arena, "coalmine run %s", basename(name));
	for (int i = 0; i < options->settings.count; i++)
		text = arena_printf(arena, "%s --set '%s=%s'", text,
				    options->settings.setting[i].path,
				    options->settings.setting[i].value);
	return text;
}

static int finish(const struct run_options *options, const struct results *results,
		  const char *path)
{
	char why[512];
	int code = EXIT_GOOD;
	if (path && !results_write(results, path, why, sizeof why)) {
		fprintf(stderr, "coalmine: %s\n", why);
		code = EXIT_CANNOT_RUN;
	}
	if (options->json)
		summary_json(results, stdout);
	else
		summary_print(results, stdout);
	fflush(stdout); /* before the words on stderr */
	if (path && code == EXIT_GOOD && !ferror(stdout) && !options->quiet)
		fprintf(stderr, "Results are in %s; coalmine plot %s -o DIR draws them.\n", path,
			path);
	return code;
}

static int simulate(const struct run_options *options, const struct scenario *scenario,
		    const char *file, const char *path)
{
	struct results results;
	struct progress progress;
	if (!fits_memory(scenario))
		return EXIT_CANNOT_RUN;
	scenario_describe(scenario, &results);
	results.command = describe_command(&results.arena, options, file);
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

static int run_file(const struct run_options *options, const char *file, bool directory)
{
	struct loaded loaded;
	char path[4096];
	if (options->output) {
		if (!find_output(options, file, directory, path, sizeof path)) {
			fprintf(stderr, "coalmine: the name of the output is too long\n");
			return EXIT_USAGE;
		}
		int refused = output_check(path, file, options->force);
		if (refused)
			return refused;
	}
	int code = load_scenario(&loaded, file, &options->settings);
	if (code == EXIT_GOOD)
		code = simulate(options, &loaded.scenario, file, options->output ? path : NULL);
	load_free(&loaded);
	return code;
}

/* Two scenarios of one name would write one file. */
static const char *find_twin(const struct run_options *options, const struct arguments *arguments)
{
	char path[4096], other[4096];
	for (int i = 0; i < arguments->count; i++)
		for (int j = 0; j < i; j++)
			if (find_output(options, arguments->file[i], true, path, sizeof path) &&
			    find_output(options, arguments->file[j], true, other, sizeof other) &&
			    !strcmp(path, other))
				return arguments->file[i];
	return NULL;
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
		{"set", 's', OPTION_SETTING, &options.settings, "KEY=VALUE",
		 .about = "set any value of the scenario"},
		{"threads", 'j', OPTION_COUNT, &options.threads, "N",
		 "the results don't depend on it", 1, MAX_THREADS},
		{"force", 'f', OPTION_FLAG, &options.force, NULL,
		 .about = "replace an existing output"},
		{"json", 0, OPTION_FLAG, &options.json, NULL, .about = "print the summary as JSON"},
		{"quiet", 'q', OPTION_FLAG, &options.quiet, NULL, .about = "no progress"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_run, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (!arguments.count)
		return options_wrong(&command_run, "which scenario?");
	struct stat status;
	bool directory =
		options.output && !stat(options.output, &status) && S_ISDIR(status.st_mode);
	if (arguments.count > 1 && options.output && !directory)
		return options_wrong(&command_run,
				     "several scenarios need a directory as --output; %s is none",
				     options.output);
	const char *twin = directory ? find_twin(&options, &arguments) : NULL;
	if (twin)
		return options_wrong(&command_run,
				     "%s and another scenario would write the same file in %s",
				     twin, options.output);
	options_set(&options.settings, "trials", "--trials", options.trials);
	options_set(&options.settings, "seed", "--seed", options.seed);
	options.stop = signals_listen();
	int worst = EXIT_GOOD;
	for (int i = 0; i < arguments.count && !atomic_load(options.stop); i++) {
		int code = run_file(&options, arguments.file[i], directory);
		worst = code > worst ? code : worst;
	}
	return worst;
}

const struct command command_run = {
	.name = "run",
	.arguments = "SCENARIO... [-o FILE]",
	.about = "Simulates every rollout in every case and prints what was found.",
	.example = "  coalmine run scenarios/checkout-canary.yaml -o out.h5 --trials 200",
	.run = run,
};
