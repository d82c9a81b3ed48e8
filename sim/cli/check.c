/* coalmine check: trials until every expectation of a scenario is decided. */
#include "sim/cli/announce.h"
#include "sim/cli/baseline.h"
#include "sim/cli/cli.h"
#include "sim/cli/earlier.h"
#include "sim/cli/folder.h"
#include "sim/cli/progress.h"
#include "sim/cli/signals.h"

#include "sim/results/file.h"
#include "sim/study.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	FIRST_BATCH_OF_TRIALS = 100,
	GROWTH = 4, /* each batch is a quarter of what there is: looks cost little, and are seldom
		       late */
};

struct check_options {
	const char *output, *trials, *seed, *filter, *time;
	int64_t threads;
	sim_time time_ns;
	bool quiet, force, undecided_fails, resume;
	struct announce_options say;
	struct settings settings;
	struct baseline_options against;
	const atomic_int *stop;
	struct timespec began;
};

/* What is wrong with a scenario is said at once, and in every report. */
static void fail(struct rulings *rulings, const char *file, const char *why)
{
	fprintf(stderr, "coalmine: %s\n", why);
	rulings_add_unchecked(rulings, &(struct unchecked){.file = file, .why = why, .line = 1});
}

/* ---- one scenario */

static const char *say_again(struct arena *arena, const struct judgement *j, const char *file,
			     const struct check_options *options, const struct results *results)
{
	if (j->worst < 0)
		return NULL;
	const char *text =
		arena_printf(arena, "coalmine explain %s --rollout %s --case %s --trial %d",
			     options_quote_path(arena, file),
			     options_quote(arena, results->rollout_names[j->rollout]),
			     options_quote(arena, results->case_names[j->case_]), j->worst);
	if (results->points > 1)
		text = arena_printf(arena, "%s --point %d", text, j->point);
	return options_print_settings(arena, text, &options->settings);
}

static void keep_rulings(struct rulings *rulings, const struct judgements *judgements,
			 const char *file, const struct check_options *options,
			 const struct results *results)
{
	struct arena *arena = &rulings->arena;
	for (int i = 0; i < judgements->count; i++) {
		const struct judgement *j = &judgements->judgement[i];
		rulings_add(rulings, &(struct ruling){
					     .file = file,
					     .suite = arena_copy(arena, results->title,
								 strlen(results->title)),
					     .name = judgement_name(arena, j, results),
					     .words = judgement_words(arena, j),
					     .again = say_again(arena, j, file, options, results),
					     .line = j->expectation->at.line,
					     .finding = j->finding,
					     .seen = j->seen,
					     .due = j->due,
					     .trials = j->trials,
				     });
	}
}

/* Those that the filter finds. */
static void select_some(struct judgements *judgements, const char *filter, const char *file,
			struct arena *arena, const struct results *results)
{
	int kept = 0;
	for (int i = 0; i < judgements->count; i++) {
		const struct judgement *j = &judgements->judgement[i];
		if (announce_finds(arena, filter, file, j->expectation->at.line,
				   judgement_name(arena, j, results)))
			judgements->judgement[kept++] = *j;
	}
	judgements->count = kept;
}

static bool is_late(const struct check_options *options)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	sim_time spent = (sim_time)(now.tv_sec - options->began.tv_sec) * SIM_SECOND + now.tv_nsec -
			 options->began.tv_nsec;
	return options->time_ns && spent >= options->time_ns;
}

/* Cells of which something is undecided, or that have fewer trials than their baseline. */
static int open_cells(const struct judgements *judgements, const struct baseline *baseline,
		      const struct results *results, int *cell)
{
	struct arena arena = {0};
	int all = results_cells(results), open = judgements_cells(judgements, results, cell);
	bool *wanted = arena_take(&arena, (size_t)all * sizeof *wanted);
	for (int i = 0; i < open; i++)
		wanted[cell[i]] = true;
	baseline_mark(baseline, results, wanted);
	open = 0;
	for (int at = 0; at < all; at++)
		if (wanted[at])
			cell[open++] = at;
	arena_free(&arena);
	return open;
}

/* Batches until all is decided, or the budget is spent; false if threads could not be started. */
static bool decide(const struct check_options *options, const struct scenario *scenario,
		   struct judgements *judgements, const struct baseline *baseline,
		   const struct earlier *earlier, struct results *results)
{
	struct arena arena = {0};
	struct progress progress;
	int *cell = arena_take(&arena, (size_t)results_cells(results) * sizeof *cell);
	int *left = arena_take(&arena, (size_t)results_cells(results) * sizeof *left);
	int done = 0, cells = open_cells(judgements, baseline, results, cell);
	bool ran = true;
	progress_begin(&progress, scenario->title, "trials", options->quiet);
	while (ran && cells && done < scenario->trials && !atomic_load(options->stop) &&
	       !is_late(options)) {
		int next = done ? done + done / GROWTH : FIRST_BATCH_OF_TRIALS;
		next = next < scenario->trials ? next : scenario->trials;
		const struct study study = {
			.plans = scenario->plans,
			.points = scenario->points,
			.trials = next,
			.threads = (int)options->threads,
			.from = done,
			.cell = left,
			.cells = earlier_take(earlier, results, cell, cells, next, left),
			.stop = options->stop,
			.progress = progress_show,
			.context = &progress};
		ran = !study.cells || study_run(&study, results);
		for (int i = 0; i < judgements->count && !atomic_load(options->stop); i++)
			judgement_look(&judgements->judgement[i], results, scenario->trials);
		cells = open_cells(judgements, baseline, results, cell);
		done = next;
	}
	progress_end(&progress);
	arena_free(&arena);
	return ran;
}

/* Runs what is not there yet, and saves it before anything is said of it. */
static int run(const struct check_options *options, const struct scenario *scenario,
	       struct judgements *judgements, const struct baseline *baseline, const char *path,
	       struct results *results, char why[EARLIER_WHY])
{
	struct earlier earlier = {.trials_run = NULL};
	int code = EXIT_GOOD;
	if (options->resume && !access(path, F_OK))
		code = earlier_open(&earlier, path, results, why);
	if (!code && !decide(options, scenario, judgements, baseline, &earlier, results)) {
		snprintf(why, EARLIER_WHY, "cannot start a thread: %s", strerror(errno));
		code = EXIT_CANNOT_RUN;
	}
	if (!code && *path && !results_write(results, path, why, EARLIER_WHY))
		code = EXIT_CANNOT_RUN;
	earlier_free(&earlier);
	return code;
}

static int check_scenario(const struct check_options *options, const struct scenario *scenario,
			  const char *file, const char *path, struct rulings *rulings)
{
	struct results results;
	struct judgements judgements;
	struct baseline baseline;
	char why[BASELINE_WHY];
	scenario_describe(scenario, &results);
	judgements_list(&judgements, &results.arena, &scenario->expect, &results);
	if (options->filter)
		select_some(&judgements, options->filter, file, &results.arena, &results);
	int code = baseline_open(&baseline, &options->against, file, scenario, &results, why);
	bool opened = !code;
	if (opened && judgements.count + baseline.comparison.rows && !options->say.list) {
		results.command =
			options_command(&results.arena, "check", &options->settings, file);
		if (options->filter)
			results.command =
				arena_printf(&results.arena, "%s --filter %s", results.command,
					     options_quote(&results.arena, options->filter));
		if (options->against.path)
			results.command = arena_printf(
				&results.arena, "%s --against %s", results.command,
				options_quote_path(&results.arena, options->against.path));
		code = run(options, scenario, &judgements, &baseline, path, &results, why);
		opened = code != EXIT_USAGE;
	}
	if (code)
		fail(rulings, file, why);
	if (opened) {
		keep_rulings(rulings, &judgements, file, options, &results);
		baseline_judge(&baseline, file, options->say.list, rulings);
	}
	baseline_free(&baseline);
	results_free(&results);
	return code;
}

static int check_file(const struct check_options *options, const char *file,
		      struct rulings *rulings)
{
	struct loaded loaded;
	struct unchecked unchecked = {.file = file, .why = loaded.why, .line = 1};
	char path[OUTPUT_PATH] = "";
	if (options->output)
		output_path(options->output, output_is_directory(options->output), file, path);
	int code = load_scenario(&loaded, file, &options->settings);
	if (code) {
		unchecked.line = loaded.line ? loaded.line : 1;
	} else if (!output_fits_memory(&loaded.scenario)) {
		code = EXIT_CANNOT_RUN;
		unchecked.why = "its results do not fit into the memory";
	}
	if (code)
		rulings_add_unchecked(rulings, &unchecked);
	else
		code = check_scenario(options, &loaded.scenario, file, path, rulings);
	load_free(&loaded);
	return code;
}

/* ---- all of them */

static int check_all(const struct check_options *options, const struct files *files)
{
	struct rulings rulings = {.undecided_fails = options->undecided_fails};
	int worst = EXIT_GOOD;
	for (int i = 0; i < files->count; i++) {
		const struct unchecked not_run = {.file = files->file[i],
						  .why = "stopped by a signal",
						  .line = 1,
						  .not_run = true};
		if (atomic_load(options->stop)) {
			rulings_add_unchecked(&rulings, &not_run);
			continue;
		}
		int code = check_file(options, files->file[i], &rulings);
		worst = code > worst ? code : worst;
	}
	bool any = rulings.count || rulings.unchecked;
	int said = any ? announce(&options->say, &rulings) : EXIT_GOOD;
	int found = worst ? worst : announce_code(&options->say, &rulings);
	worst = said > worst ? said : worst;
	rulings_free(&rulings);
	if (atomic_load(options->stop)) {
		fprintf(stderr, "coalmine: stopped; what is finished is judged%s\n",
			options->output ? ", and saved. The same command with --resume goes on, to "
					  "the same findings."
					: "; with -o it would have been saved, too.");
		return EXIT_SIGNAL + atomic_load(options->stop);
	}
	return worst ? worst : found;
}

/* What would stop it in the end stops it before the first trial. */
static int refuse_outputs(const struct check_options *options, const struct files *files)
{
	const struct announce_beside beside = {files->file, files->count, options->output,
					       options->against.path};
	char path[OUTPUT_PATH];
	if (!output_serves_all(&command_check, options->output, files->file, files->count))
		return EXIT_USAGE;
	if (options->say.list)
		return EXIT_GOOD;
	int code = announce_check(&options->say, &beside);
	bool folder = output_is_directory(options->output);
	for (int i = 0; i < files->count && options->output && !code; i++)
		code = output_of(options->output, folder, files->file[i],
				 options->force || options->resume, path);
	return code;
}

/* Options that don't go together, or say nothing. */
static int refuse_options(struct check_options *options, int files)
{
	const char *wrong =
		options->time ? units_parse_duration(options->time, &options->time_ns) : NULL;
	if (!files)
		return options_wrong(&command_check, "which scenario?");
	if (options->say.tap && options->say.json)
		return options_wrong(&command_check, "--tap and --json are two ways to print it");
	if (options->say.list &&
	    (options->say.tap || options->say.json || options->say.junit || options->say.github))
		return options_wrong(&command_check, "--list runs nothing, so that there is "
						     "nothing to report: leave out --tap, --json, "
						     "--junit and --github");
	if (options->resume && !options->output)
		return options_wrong(&command_check,
				     "--resume goes on from a file: name it with -o");
	if (options->against.worse.count && !options->against.path)
		return options_wrong(&command_check, "--worse than what? --against names it");
	if (wrong)
		return options_wrong(&command_check, "--time: expected %s; found \"%s\"", wrong,
				     options->time);
	if (options->time && !options->time_ns)
		return options_wrong(&command_check, "--time must be above 0; found \"%s\"",
				     options->time);
	return EXIT_GOOD;
}

static int check(int argc, char **argv)
{
	struct check_options options = {.threads = sysconf(_SC_NPROCESSORS_ONLN)};
	const struct option_row rows[] = {
		{"output", 'o', OPTION_TEXT, &options.output, "FILE",
		 .about = "write the results here (HDF5); a directory for several scenarios"},
		{"max-trials", 'n', OPTION_TEXT, &options.trials, "N",
		 .about = "at most so many of a cell, instead of the scenario's trials"},
		{"time", 0, OPTION_TEXT, &options.time, "TIME",
		 .about = "begin no batch of trials later than this; findings then depend on the "
			  "machine"},
		{"seed", 0, OPTION_TEXT, &options.seed, "N", .about = "instead of the scenario's"},
		{"set", 's', OPTION_SETTING, &options.settings, "KEY=VALUE",
		 .about = "set any value of the scenario"},
		{"resume", 0, OPTION_FLAG, &options.resume, NULL,
		 .about = "go on from what a check that was stopped left in its output"},
		{"filter", 0, OPTION_TEXT, &options.filter, "PATTERN",
		 .about = "only expectations whose line in --list matches, as in '*burst*'"},
		{"list", 'l', OPTION_FLAG, &options.say.list, NULL,
		 .about = "print what is expected, and run nothing"},
		{"fail-on-undecided", 0, OPTION_FLAG, &options.undecided_fails, NULL,
		 .about = "an expectation that the budget does not decide is a failure"},
		{"against", 0, OPTION_TEXT, &options.against.path, "BASE.h5",
		 .about = "nothing that is expected may be worse than in these results, trial by "
			  "trial; a folder for several scenarios"},
		{"worse", 0, OPTION_SETTING, &options.against.worse, "NAME=AMOUNT",
		 .about = "how much worse, as in harmed_users.mean=5% or missed=1%; of every "
			  "rollout, expected or not"},
		{"junit", 0, OPTION_TEXT, &options.say.junit, "FILE",
		 .about = "write JUnit's XML, too; an older one is replaced"},
		{"github", 0, OPTION_FLAG, &options.say.github, NULL,
		 .about = "print annotations, and add a table to GITHUB_STEP_SUMMARY"},
		{"tap", 0, OPTION_FLAG, &options.say.tap, NULL,
		 .about = "print it in the Test Anything Protocol"},
		{"json", 0, OPTION_FLAG, &options.say.json, NULL, .about = "print it as JSON"},
		{"threads", 'j', OPTION_COUNT, &options.threads, "N",
		 "the findings don't depend on it", 1, MAX_THREADS},
		{"force", 'f', OPTION_FLAG, &options.force, NULL,
		 .about = "replace an existing output, and what is no report at --junit"},
		{"quiet", 'q', OPTION_FLAG, &options.quiet, NULL, .about = "no progress"},
		{0},
	};
	struct arguments arguments;
	struct files files = {.count = 0};
	enum options_result result = options_read(&command_check, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (refuse_options(&options, arguments.count) || baseline_read_options(&options.against))
		return EXIT_USAGE;
	options.against.filter = options.filter;
	options.say.force = options.force;
	options_set(&options.settings, "trials", "--max-trials", options.trials);
	options_set(&options.settings, "seed", "--seed", options.seed);
	options.stop = signals_listen();
	clock_gettime(CLOCK_MONOTONIC, &options.began);
	int code = folder_files(&files, &arguments);
	if (!code)
		code = refuse_outputs(&options, &files);
	if (!code)
		code = check_all(&options, &files);
	arena_free(&files.arena);
	return code;
}

const struct command command_check = {
	.name = "check",
	.arguments = "SCENARIO|FOLDER...",
	.about = "Runs trials until what scenarios expect is known to hold or to be broken.",
	.example = "  coalmine check scenarios --junit report.xml",
	.run = check,
};
