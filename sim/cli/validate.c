/* coalmine validate: is the scenario right, and what does it say with every default filled in? */
#include "sim/cli/cli.h"

#include "sim/scenario/tree.h"

static int validate(int argc, char **argv)
{
	struct settings settings = {.count = 0};
	bool resolved = false;
	const struct option_row rows[] = {
		{"resolved", 'r', OPTION_FLAG, &resolved, NULL,
		 .about = "print the scenario with every default filled in"},
		{"set", 's', OPTION_SETTING, &settings, "KEY=VALUE",
		 .about = "set a value before reading"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_validate, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (!arguments.count)
		return options_wrong(&command_validate, "which file?");
	int worst = EXIT_GOOD;
	for (int i = 0; i < arguments.count; i++) {
		struct loaded loaded;
		int code = load_scenario(&loaded, arguments.file[i], &settings);
		const struct plan *plan = loaded.scenario.plans;
		if (code == EXIT_GOOD && resolved)
			tree_print(loaded.scenario.resolved, stdout);
		else if (code == EXIT_GOOD)
			printf("%s: good: %d rollout%s, %d case%s, %d point%s, %d trial%s each\n",
			       loaded.source.name, plan->rollouts, plan->rollouts == 1 ? "" : "s",
			       plan->cases, plan->cases == 1 ? "" : "s", loaded.scenario.points,
			       loaded.scenario.points == 1 ? "" : "s", loaded.scenario.trials,
			       loaded.scenario.trials == 1 ? "" : "s");
		worst = code > worst ? code : worst;
		load_free(&loaded);
	}
	return worst;
}

const struct command command_validate = {
	.name = "validate",
	.arguments = "FILE...",
	.about = "Checks scenario files: every mistake with line, column and what is allowed.",
	.example = "  coalmine validate --resolved scenarios/checkout-canary.yaml",
	.run = validate,
};
