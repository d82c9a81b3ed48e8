/* coalmine tune: the values of a rollout that are worth choosing among. */
#include "sim/cli/cli.h"
#include "sim/cli/progress.h"
#include "sim/cli/signals.h"

#include "sim/report/figures.h"
#include "sim/report/tuned.h"
#include "sim/results/file.h"
#include "sim/results/tried.h"
#include "sim/tune/record.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct tune_options {
	const char *output, *seed, *trials, *budget, *plot;
	int64_t threads;
	bool json, quiet, force, resume;
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

/* ---- what is kept */

static int fail(const char *why)
{
	fprintf(stderr, "coalmine: %s\n", why);
	return EXIT_CANNOT_RUN;
}

static const char *command_of(struct arena *arena, const struct tune_options *options,
			      const char *file)
{
	return options_command(arena, "tune", &options->settings, file);
}

static int save(const struct tune_options *options, struct answer *answer, const char *file)
{
	char why[RESULTS_ERROR];
	struct tried tried;
	struct results *results = &answer->results;
	if (!options->output || !answer->rows)
		return EXIT_GOOD;
	record_make(&tried, &results->arena, answer->search, answer);
	answer_describe_points(answer);
	results->command = command_of(&results->arena, options, file);
	results->tried = &tried;
	bool saved = results_write(results, options->output, why, sizeof why);
	results->tried = NULL;
	return saved ? EXIT_GOOD : fail(why);
}

/* Says why it stopped, keeps what is finished, and how to go on. */
static int stop(const struct tune_options *options, const struct search *search, const char *file)
{
	int number = atomic_load(options->stop);
	struct arena arena = {0};
	struct tried tried;
	char why[RESULTS_ERROR];
	if (!number)
		return fail(arena_printf(&arena, "cannot start a thread: %s", strerror(errno)));
	const char *again = options_print_settings(
		&arena, arena_printf(&arena, "coalmine tune %s", options_quote_path(&arena, file)),
		&options->settings);
	record_make(&tried, &arena, search, NULL);
	tried.command = command_of(&arena, options, file);
	bool saved = options->output && tried_save(&tried, options->output, why, sizeof why);
	if (saved)
		fprintf(stderr,
			"coalmine: stopped by signal %d; what was tried is in %s. To go on:\n"
			"  %s -o %s%s%s --resume\n",
			number, options->output, again, options_quote_path(&arena, options->output),
			options->plot ? " -p " : "",
			options->plot ? options_quote_path(&arena, options->plot) : "");
	else
		fprintf(stderr, "coalmine: stopped by signal %d; nothing is kept: %s\n", number,
			options->output ? why : "-o names no file");
	arena_free(&arena);
	return EXIT_SIGNAL + number;
}

static int draw(const struct tune_options *options, const struct answer *answer)
{
	char why[RESULTS_ERROR];
	const struct figure_options figure = {.directory = options->plot,
					      .formats = FIGURE_SVG | FIGURE_PNG};
	FILE *log = options->quiet ? NULL : stderr;
	if (!options->plot || !answer->rows ||
	    !figures_draw_tuned(answer, &figure, log, why, sizeof why))
		return EXIT_GOOD;
	return fail(why);
}

static int recall(const struct tune_options *options, struct search *search, struct tried *before)
{
	char why[RESULTS_ERROR];
	if (!options->resume || !options->output || access(options->output, F_OK))
		return EXIT_GOOD;
	if (!tried_load(before, &search->arena, options->output, why, sizeof why))
		return fail(why);
	const char *refused = record_refuse(before, search);
	if (refused) {
		fprintf(stderr, "coalmine: cannot go on from %s: %s\n", options->output, refused);
		return EXIT_USAGE;
	}
	search->before = before;
	return EXIT_GOOD;
}

/* ---- a scenario */

/* The front's fresh trials are held whole; what the search keeps is less. */
static bool fits_memory(const struct search *search)
{
	struct scenario front = *search->problem.scenario;
	front.points = SEARCH_FRONT + ANSWER_RESERVES + 1;
	front.trials = search->fresh;
	return output_fits_memory(&front);
}
static int answer(const struct tune_options *options, struct search *search, struct teller *teller,
		  const char *file)
{
	struct answer answer;
	begin_progress(teller, "the front anew", options->quiet);
	bool found = answer_find(&answer, search);
	progress_end(&teller->progress);
	int code = found ? save(options, &answer, file) : stop(options, search, file);
	if (found && options->json)
		tuned_json(&answer, stdout);
	else if (found)
		tuned_print(&answer, stdout);
	fflush(stdout); /* before the words on stderr */
	int drawn = found ? draw(options, &answer) : EXIT_GOOD;
	code = code ? code : drawn;
	if (!code && answer.knee < 0)
		code = EXIT_UNDECIDED;
	answer_free(&answer);
	return code;
}

static int tune(const struct tune_options *options, struct scenario *scenario, const char *file)
{
	struct search *search = arena_take(&scenario->arena, sizeof *search);
	struct teller teller = {.scenario = scenario->title};
	struct tried before;
	search_init(search, scenario, scenario->tuning->budget);
	search->bench.threads = (int)options->threads;
	search->bench.stop = options->stop;
	search->bench.progress = show;
	search->bench.context = &teller;
	search->tell = tell_front;
	search->context = &teller;
	int code = fits_memory(search) ? recall(options, search, &before) : EXIT_CANNOT_RUN;
	if (!code) {
		snprintf(teller.title, sizeof teller.title, "%.150s", scenario->title);
		begin_progress(&teller, teller.title, options->quiet);
		search_run(search);
		progress_end(&teller.progress);
		code = search->stopped ? stop(options, search, file)
				       : answer(options, search, &teller, file);
	}
	search_free(search);
	return code;
}

static int tune_file(const struct tune_options *options, const char *file)
{
	struct loaded loaded;
	int code = EXIT_GOOD;
	if (options->output)
		code = output_check(options->output, file, options->force || options->resume);
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
		{"plot", 'p', OPTION_TEXT, &options.plot, "DIR",
		 .about = "draw the front there, as SVG and PNG"},
		{"budget", 0, OPTION_TEXT, &options.budget, "N",
		 .about = "trials of the search, instead of the scenario's budget"},
		{"trials", 'n', OPTION_TEXT, &options.trials, "N",
		 .about = "trials that a setting gets at most in the search, instead of the "
			  "scenario's; "
			  "fresh ones are as many, or more where limits take more to be shown"},
		{"seed", 0, OPTION_TEXT, &options.seed, "N", .about = "instead of the scenario's"},
		{"set", 's', OPTION_SETTING, &options.settings, "KEY=VALUE",
		 .about = "set any value of the scenario"},
		{"threads", 'j', OPTION_COUNT, &options.threads, "N",
		 "the findings don't depend on it", 1, MAX_THREADS},
		{"force", 'f', OPTION_FLAG, &options.force, NULL,
		 .about = "replace an existing output"},
		{"resume", 0, OPTION_FLAG, &options.resume, NULL,
		 .about = "go on from what -o has of a search that was stopped"},
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
	if (options.resume && !options.output)
		return options_wrong(&command_tune,
				     "--resume goes on from a file: name it with -o");
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
