/* coalmine explain: one trial, told as a timeline. */
#include "sim/cli/cli.h"

#include "sim/report/story.h"
#include "sim/results/file.h"
#include "sim/timeline.h"

#include <stdlib.h>
#include <string.h>

struct explain_options {
	const char *rollout, *case_name;
	int64_t trial, point;
	bool all, json;
	struct settings settings;
};

static int64_t most_trials(const struct results *results)
{
	int64_t most = 0;
	for (int c = 0; c < results_cells(results); c++)
		most = results->trials_run[c] > most ? results->trials_run[c] : most;
	return most;
}

/* Of results those trials are told that are in them. */
static void refuse_trial(const char *path, int64_t trials)
{
	if (trials)
		options_wrong(&command_explain, "%s holds %lld trials, from 0 to %lld", path,
			      (long long)trials, (long long)trials - 1);
	else
		options_wrong(&command_explain, "no trial of %s was finished", path);
}

/* The scenario inside a results file, or the file itself. */
static int load(struct loaded *loaded, const char *path, const struct explain_options *options)
{
	const struct settings *settings = &options->settings;
	char why[RESULTS_ERROR];
	if (!load_is_results(path))
		return load_scenario(loaded, path, settings);
	struct results results;
	memset(loaded, 0, sizeof *loaded);
	if (!results_read(&results, path, why, sizeof why)) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	int64_t trials = most_trials(&results);
	if (options->trial >= trials) {
		results_free(&results);
		refuse_trial(path, trials);
		return EXIT_USAGE;
	}
	char *text = strdup(results.scenario);
	results_free(&results);
	if (!text)
		error_out_of_memory(1);
	return load_scenario_text(loaded, path, text, strlen(text), settings);
}

/* The place of a name among rollouts or cases; the only one, or the first, where none is given. */
static int find(const char *what, const char *name, const char *const *names)
{
	for (int i = 0; names[i] && name; i++)
		if (!strcmp(names[i], name))
			return i;
	if (!name)
		return 0;
	const char *near = error_nearest(name, names);
	char all[512] = "";
	for (int i = 0; names[i]; i++)
		snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "",
			 names[i]);
	if (near)
		options_wrong(&command_explain, "there is no %s %s; did you mean %s?", what, name,
			      near);
	else
		options_wrong(&command_explain, "there is no %s %s; there are %s", what, name, all);
	return -1;
}

static void tell(const struct explain_options *options, const struct plan *plan, int rollout,
		 int case_index)
{
	struct arena arena = {0};
	struct trial *trial = arena_take(&arena, sizeof *trial);
	struct trial_size size = {.strategy_state = 0};
	struct timeline timeline;
	trial_measure(&size, plan);
	trial_allocate(trial, &arena, &size);
	timeline_record(trial, plan, rollout, case_index, (int)options->trial, &arena, &timeline);
	if (options->json)
		story_json(plan, &timeline, &trial->row, stdout);
	else
		story_print(plan, &timeline, &trial->row, options->all, stdout);
	arena_free(&arena);
}

static int explain_scenario(const struct explain_options *options, const struct scenario *scenario)
{
	if (options->point >= scenario->points)
		return options_wrong(&command_explain, "there are only %d points, counted from 0",
				     scenario->points);
	const struct plan *plan = &scenario->plans[options->point];
	struct arena arena = {0};
	const char **rollouts = arena_take(&arena, (size_t)(plan->rollouts + 1) * sizeof(char *));
	const char **cases = arena_take(&arena, (size_t)(plan->cases + 1) * sizeof(char *));
	for (int r = 0; r < plan->rollouts; r++)
		rollouts[r] = plan->rollout[r].name;
	for (int c = 0; c < plan->cases; c++)
		cases[c] = plan->case_[c].name;
	int rollout = find("rollout", options->rollout, rollouts);
	int case_index = rollout < 0 ? -1 : find("case", options->case_name, cases);
	arena_free(&arena);
	if (case_index < 0)
		return EXIT_USAGE;
	tell(options, plan, rollout, case_index);
	return EXIT_GOOD;
}

static int explain(int argc, char **argv)
{
	struct explain_options options = {.trial = 0};
	const struct option_row rows[] = {
		{"rollout", 'r', OPTION_TEXT, &options.rollout, "NAME",
		 .about = "the first if left out"},
		{"case", 'c', OPTION_TEXT, &options.case_name, "NAME",
		 .about = "the first if left out"},
		{"trial", 't', OPTION_COUNT, &options.trial, "N", "which one, from 0", 0,
		 INT32_MAX},
		{"point", 'p', OPTION_COUNT, &options.point, "N",
		 "of the varied parameters, from 0", 0, INT32_MAX},
		{"all", 'a', OPTION_FLAG, &options.all, NULL,
		 .about = "every look of every check, not only news"},
		{"json", 0, OPTION_FLAG, &options.json, NULL, .about = "one JSON object a line"},
		{"set", 's', OPTION_SETTING, &options.settings, "KEY=VALUE",
		 .about = "set any value of the scenario"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_explain, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count != 1)
		return options_wrong(&command_explain, "which file? one scenario or results file");
	struct loaded loaded;
	int code = load(&loaded, arguments.file[0], &options);
	if (code == EXIT_GOOD)
		code = explain_scenario(&options, &loaded.scenario);
	load_free(&loaded);
	return code;
}

const struct command command_explain = {
	.name = "explain",
	.arguments = "FILE [--rollout NAME] [--case NAME] [--trial N]",
	.about = "Tells one trial as a timeline: what happened, what the checks saw, why.",
	.example = "  coalmine explain out.h5 --rollout cautious --case burst --trial 7",
	.run = explain,
};
