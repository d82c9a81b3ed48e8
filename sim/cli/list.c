/* coalmine list: what a scenario can name, and every parameter, from the tables the reader uses. */
#include "sim/cli/cli.h"

#include "models/list.h"
#include "sim/report/catalogue.h"
#include "sim/report/json.h"
#include "sim/report/params.h"

#include <string.h>

static void print_params(const struct param *params)
{
	if (params->key)
		params_print(params, "", "", 0, stdout);
	else
		puts("  It has no parameters.");
}

static void print_plugin(const struct plugin *plugin)
{
	printf("%s %s: %s\n\n", models_kind_names[plugin->kind], plugin->name, plugin->about);
	print_params(plugin->params);
	printf("\n  Example: %s\n", plugin->example);
}

enum { NAME_WIDTH = 18 }; /* of the longest name but one */

static void print_kind(enum plugin_kind kind)
{
	printf("%s\n", models_kind_names[kind]);
	for (int i = 0; models_all[i]; i++)
		if (models_all[i]->kind == kind)
			printf("  %-*s %s\n", NAME_WIDTH, models_all[i]->name,
			       models_all[i]->about);
}

static void print_parts(void)
{
	puts("scenario");
	for (const struct scenario_part *part = scenario_parts; part->name; part++)
		printf("  %-*s %s\n", NAME_WIDTH, part->name, part->about);
}

static void print_json_entry(const char *kind, const char *name, const char *about,
			     const struct param *params, bool first)
{
	fputs(first ? "" : ",\n", stdout);
	fputs("{\"kind\": ", stdout);
	json_text(stdout, kind);
	fputs(", \"name\": ", stdout);
	json_text(stdout, name);
	fputs(", \"about\": ", stdout);
	json_text(stdout, about);
	fputs(", \"parameters\": [", stdout);
	params_json(params, stdout);
	fputs("]}", stdout);
}

/* Everything, or what is of a kind and has a name. Returns how many. */
static int print_json(const char *kind, const char *name)
{
	int count = 0;
	putchar('[');
	for (int i = 0; models_all[i]; i++) {
		const struct plugin *p = models_all[i];
		const char *own = models_kind_names[p->kind];
		if ((!kind || !strcmp(kind, own)) && (!name || !strcmp(name, p->name)))
			print_json_entry(own, p->name, p->about, p->params, !count++);
	}
	for (const struct scenario_part *part = scenario_parts; part->name; part++)
		if ((!kind || !strcmp(kind, "scenario")) && (!name || !strcmp(name, part->name)))
			print_json_entry("scenario", part->name, part->about, part->params,
					 !count++);
	puts("]");
	return count;
}

static int list_scenario(const char *name)
{
	const char *names[64];
	int count = 0;
	for (const struct scenario_part *part = scenario_parts; part->name; part++) {
		names[count++] = part->name;
		if (strcmp(part->name, name))
			continue;
		printf("%s: %s\n\n", part->name, part->about);
		print_params(part->params);
		return EXIT_GOOD;
	}
	names[count] = NULL;
	const char *near = error_nearest(name, names);
	return options_wrong(&command_list, "a scenario has no part %s%s%s%s", name,
			     near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static int list_plugin(enum plugin_kind kind, const char *name)
{
	const char *names[MODELS_MOST];
	const struct plugin *plugin = models_find(kind, name);
	if (plugin) {
		print_plugin(plugin);
		return EXIT_GOOD;
	}
	models_names(kind, names);
	const char *near = error_nearest(name, names);
	return options_wrong(&command_list, "there is no %s called %s%s%s%s",
			     models_kind_names[kind], name, near ? "; did you mean " : "",
			     near ? near : "", near ? "?" : "");
}

static int list_words(const char *kind, const char *name)
{
	if (!kind) {
		for (int k = 0; k < PLUGIN_KINDS; k++)
			print_kind((enum plugin_kind)k);
		print_parts();
		puts("\ncoalmine list KIND NAME shows the parameters, such as list strategy "
		     "canary");
		return EXIT_GOOD;
	}
	if (!strcmp(kind, "metric") && !name) {
		catalogue_print_metrics();
		return EXIT_GOOD;
	}
	if (!strcmp(kind, "scenario")) {
		if (name)
			return list_scenario(name);
		print_parts();
		return EXIT_GOOD;
	}
	for (int k = 0; k < PLUGIN_KINDS; k++)
		if (!strcmp(kind, models_kind_names[k])) {
			if (name)
				return list_plugin((enum plugin_kind)k, name);
			if (k == PLUGIN_FAULT)
				catalogue_print_faults();
			else if (k == PLUGIN_DETECTOR)
				catalogue_print_detectors();
			else
				print_kind((enum plugin_kind)k);
			return EXIT_GOOD;
		}
	const char *kinds[PLUGIN_KINDS + 3];
	memcpy(kinds, models_kind_names, sizeof models_kind_names);
	kinds[PLUGIN_KINDS] = "metric";
	kinds[PLUGIN_KINDS + 1] = "scenario";
	kinds[PLUGIN_KINDS + 2] = NULL;
	const char *near = error_nearest(kind, kinds);
	if (near)
		return options_wrong(&command_list, "there is no kind %s; did you mean %s?", kind,
				     near);
	return options_wrong(&command_list,
			     "there is no kind %s; there are traffic, shape, latency, fault, "
			     "detector, strategy, metric and scenario",
			     kind);
}

static int list(int argc, char **argv)
{
	bool json = false;
	const struct option_row rows[] = {
		{"json", 0, OPTION_FLAG, &json, NULL, .about = "print it as JSON"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_list, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count > 2)
		return options_wrong(&command_list, "a kind and a name are enough");
	const char *kind = arguments.count > 0 ? arguments.file[0] : NULL;
	const char *name = arguments.count > 1 ? arguments.file[1] : NULL;
	if (json && !print_json(kind, name)) {
		fprintf(stderr, "coalmine list: nothing is called %s%s%s\n", kind ? kind : "",
			name ? " " : "", name ? name : "");
		return EXIT_NOTHING;
	}
	if (json)
		return EXIT_GOOD;
	return list_words(kind, name);
}

const struct command command_list = {
	.name = "list",
	.arguments = "[KIND [NAME]]",
	.about = "Shows what a scenario can name, and every parameter with its default.",
	.example = "  coalmine list strategy canary",
	.run = list,
};
