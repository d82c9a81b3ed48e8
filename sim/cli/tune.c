/* coalmine tune: the values of a rollout that are worth choosing among. */
#include "sim/cli/cli.h"
#include "sim/cli/progress.h"
#include "sim/cli/signals.h"

#include "sim/report/tuned.h"
#include "sim/results/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct tune_options {
	const char *output, *seed, *trials, *budget;
	int64_t threads;
	bool json, quiet, force;
	struct settings settings;
	const atomic_int *stop;
};

/* ---- progress: how much is done, and the front so far */

struct teller {
	struct progress progress;
	const char *scenario;
	char title[256];
};

static void tell_front(void *context, const struct search *search)
{
	struct teller *teller = context;
	int front = 0;
	for (int i = 0; i < search->points; i++) {
		const struct point *point = search->point[i];
		front += point->fate == FATE_RUNS && point->trials && !search->ranked[i].rank &&
			 !(search->ranked[i].violation > 0);
	}
	snprintf(teller->title, sizeof teller->title, "%.150s, %d settings, %d on the front",
		 teller->scenario, search->points, front);
}

static void show(void *context, int64_t done, int64_t total)
{
	struct teller *teller = context;
	progress_show(&teller->progress, done, total);
}

static void begin_progress(struct teller *teller, const char *title, bool quiet)
{
	progress_begin(&teller->progress, title, "trials", quiet);
}

/* ---- */

static int save(const char *path, const struct answer *answer)
{
	char why[512];
	if (!path || !answer->rows || results_write(&answer->results, path, why, sizeof why))
		return EXIT_GOOD;
	fprintf(stderr, "coalmine: %s\n", why);
	return EXIT_CANNOT_RUN;
}

static int stopped(const struct tune_options *options)
{
	int number = atomic_load(options->stop);
	if (!number) {
		fprintf(stderr, "coalmine: cannot start a thread: %s\n", strerror(errno));
		return EXIT_CANNOT_RUN;
	}
	fprintf(stderr, "coalmine: stopped by signal %d\n", number);
	return EXIT_SIGNAL + number;
}

static int tune(const struct tune_options *options, struct scenario *scenario, const char *file)
{
	static struct search search;
	struct answer answer;
	struct teller teller = {.scenario = scenario->title};
	(void)file;
	search_init(&search, scenario, scenario->tuning->budget);
	search.bench.threads = (int)options->threads;
	search.bench.stop = options->stop;
	search.bench.progress = show;
	search.bench.context = &teller;
	search.tell = tell_front;
	search.context = &teller;
	snprintf(teller.title, sizeof teller.title, "%.150s", scenario->title);
	begin_progress(&teller, teller.title, options->quiet);
	search_run(&search);
	progress_end(&teller.progress);
	if (search.stopped) {
		search_free(&search);
		return stopped(options);
	}
	begin_progress(&teller, "the front anew", options->quiet);
	bool found = answer_find(&answer, &search);
	progress_end(&teller.progress);
	int code = found ? save(options->output, &answer) : stopped(options);
	if (found && options->json)
		tuned_json(&answer, stdout);
	else if (found)
		tuned_print(&answer, stdout);
	if (found && !code && answer.knee < 0)
		code = EXIT_UNDECIDED;
	answer_free(&answer);
	search_free(&search);
	return code;
}

static int tune_file(const struct tune_options *options, const char *file)
{
	struct loaded loaded;
	int code =
		options->output ? output_check(options->output, file, options->force) : EXIT_GOOD;
	if (code)
		return code;
	code = load_scenario(&loaded, file, &options->settings);
	if (code == EXIT_GOOD && !loaded.scenario.tuning) {
		fprintf(stderr,
			"coalmine: %s says nothing of what is to be tuned: coalmine list scenario "
			"tune shows what can be said\n",
			file);
		code = EXIT_NOTHING;
	}
	if (code == EXIT_GOOD)
		code = tune(options, &loaded.scenario, file);
	load_free(&loaded);
	return code;
}

static int run_tune(int argc, char **argv)
{
	struct tune_options options = {.threads = sysconf(_SC_NPROCESSORS_ONLN)};
	const struct option_row rows[] = {
		{"output", 'o', OPTION_TEXT, &options.output, "FILE",
		 .about = "write the fresh trials of the front, and all that was tried, here "
			  "(HDF5)"},
		{"budget", 0, OPTION_TEXT, &options.budget, "N",
		 .about = "trials of the search, instead of the scenario's budget"},
		{"trials", 'n', OPTION_TEXT, &options.trials, "N",
		 .about = "trials that a setting gets at most, instead of the scenario's"},
		{"seed", 0, OPTION_TEXT, &options.seed, "N", .about = "instead of the scenario's"},
		{"set", 's', OPTION_SETTING, &options.settings, "KEY=VALUE",
		 .about = "set any value of the scenario"},
		{"threads", 'j', OPTION_COUNT, &options.threads, "N",
		 "the findings don't depend on it", 1, MAX_THREADS},
		{"force", 'f', OPTION_FLAG, &options.force, NULL,
		 .about = "replace an existing output"},
		{"json", 0, OPTION_FLAG, &options.json, NULL, .about = "print it as JSON"},
		{"quiet", 'q', OPTION_FLAG, &options.quiet, NULL, .about = "no progress"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_tune, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count != 1)
		return options_wrong(&command_tune, arguments.count
							    ? "one scenario is tuned at a time"
							    : "which scenario?");
	options_set(&options.settings, "trials", "--trials", options.trials);
	options_set(&options.settings, "seed", "--seed", options.seed);
	options_set(&options.settings, "tune.budget", "--budget", options.budget);
	options.stop = signals_listen();
	return tune_file(&options, arguments.file[0]);
}

const struct command command_tune = {
	.name = "tune",
	.arguments = "SCENARIO [-o FILE]",
	.about = "Searches the thresholds of a rollout for those worth choosing among.",
	.example = "  coalmine tune scenarios/tune-checkout.yaml -o tuned.h5",
	.run = run_tune,
};
