/* coalmine list: what a scenario can name, and every parameter, from the tables the reader uses. */
#include "sim/cli/cli.h"

#include "models/list.h"
#include "sim/quantity.h"
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
	if (params)
		params_json(params, stdout);
	fputs("]}", stdout);
}

static bool is_asked(const char *kind, const char *name, const char *own, const char *row)
{
	return (!kind || !strcmp(kind, own)) && (!name || !strcmp(name, row));
}

static void print_json_rows(const char *kind, const char *name, int *count)
{
	struct quantity_row row[QUANTITY_ROWS];
	int quantities = quantity_rows(row);
	for (int m = 0; m < METRIC_KINDS; m++)
		if (is_asked(kind, name, "metric", metric_rows[m].name))
			print_json_entry("metric", metric_rows[m].name, metric_rows[m].about, NULL,
					 !(*count)++);
	for (int i = 0; i < quantities; i++)
		if (is_asked(kind, name, "quantity", row[i].name))
			print_json_entry("quantity", row[i].name, catalogue_quantity(&row[i]), NULL,
					 !(*count)++);
}

/* Everything, or what is of a kind and has a name. Returns how many. */
static int print_json(const char *kind, const char *name)
{
	int count = 0;
	putchar('[');
	for (int i = 0; models_all[i]; i++) {
		const struct plugin *p = models_all[i];
		const char *own = models_kind_names[p->kind];
		if (is_asked(kind, name, own, p->name))
			print_json_entry(own, p->name, p->about, p->params, !count++);
	}
	for (const struct scenario_part *part = scenario_parts; part->name; part++)
		if (is_asked(kind, name, "scenario", part->name))
			print_json_entry("scenario", part->name, part->about, part->params,
					 !count++);
	print_json_rows(kind, name, &count);
	puts("]");
	return count;
}

static int say_unknown(const char *kind, const char *name, const char *const *names)
{
	const char *near = error_nearest(name, names);
	return options_wrong(&command_list, "there is no %s called %s%s%s%s", kind, name,
			     near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static int list_scenario(const char *name)
{
	const char *names[64];
	int count = 0;
	if (!name) {
		print_parts();
		return EXIT_GOOD;
	}
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
	return say_unknown(models_kind_names[kind], name, names);
}

static int list_metric(const char *name)
{
	const char *names[METRIC_KINDS + 1] = {NULL};
	for (int m = 0; m < METRIC_KINDS; m++)
		names[m] = metric_rows[m].name;
	if (!name)
		catalogue_print_metrics();
	else if (!catalogue_print_metric(name))
		return say_unknown("metric", name, names);
	return EXIT_GOOD;
}

static int list_quantity(const char *name)
{
	struct quantity_row row[QUANTITY_ROWS];
	const char *names[QUANTITY_ROWS + 1] = {NULL};
	int count = quantity_rows(row);
	for (int i = 0; i < count; i++)
		names[i] = row[i].name;
	if (!name)
		catalogue_print_quantities();
	else if (!catalogue_print_quantity(name))
		return say_unknown("quantity", name, names);
	return EXIT_GOOD;
}

/* What is no plug-in. */
static const struct {
	const char *kind;
	int (*list)(const char *name);
} others[] = {{"metric", list_metric}, {"quantity", list_quantity}, {"scenario", list_scenario}};

enum { OTHERS = sizeof others / sizeof *others };

static int list_kind(enum plugin_kind kind, const char *name)
{
	if (name)
		return list_plugin(kind, name);
	if (kind == PLUGIN_FAULT)
		catalogue_print_faults();
	else if (kind == PLUGIN_DETECTOR)
		catalogue_print_detectors();
	else
		print_kind(kind);
	return EXIT_GOOD;
}

static int list_words(const char *kind, const char *name)
{
	if (!kind) {
		for (int k = 0; k < PLUGIN_KINDS; k++)
			print_kind((enum plugin_kind)k);
		print_parts();
		puts("\ncoalmine list KIND NAME shows the parameters, such as list strategy "
		     "canary. Also: list metric and list\nquantity, what checks look at and what "
		     "can "
		     "be expected of results.");
		return EXIT_GOOD;
	}
	for (int k = 0; k < PLUGIN_KINDS; k++)
		if (!strcmp(kind, models_kind_names[k]))
			return list_kind((enum plugin_kind)k, name);
	for (size_t o = 0; o < OTHERS; o++)
		if (!strcmp(kind, others[o].kind))
			return others[o].list(name);
	const char *kinds[PLUGIN_KINDS + OTHERS + 1] = {NULL};
	memcpy(kinds, models_kind_names, sizeof models_kind_names);
	for (size_t o = 0; o < OTHERS; o++)
		kinds[PLUGIN_KINDS + o] = others[o].kind;
	const char *near = error_nearest(kind, kinds);
	if (near)
		return options_wrong(&command_list, "there is no kind %s; did you mean %s?", kind,
				     near);
	return options_wrong(&command_list,
			     "there is no kind %s; there are traffic, shape, latency, fault, "
			     "detector, strategy, metric, quantity and scenario",
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
