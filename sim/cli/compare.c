/* coalmine compare: two results files, and whether the second is worse. */
#include "sim/cli/cli.h"

#include "sim/report/comparison.h"
#include "sim/report/figures.h"
#include "sim/results/file.h"

#include <string.h>

struct compare_options {
	const char *quantities, *plot;
	struct settings fail_above;
	bool json;
	const char *quantity[COMPARISON_QUANTITIES];
	struct tolerance tolerance[COMPARISON_QUANTITIES];
	struct comparison_options options;
	struct arena arena;
};

/* ---- options */

static int read_quantities(struct compare_options *o)
{
	for (const char *at = o->quantities; at;
	     at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
		if (o->options.quantities == COMPARISON_QUANTITIES)
			return options_wrong(&command_compare, "more than %d quantities",
					     COMPARISON_QUANTITIES);
		o->quantity[o->options.quantities++] = arena_copy(&o->arena, at, strcspn(at, ","));
	}
	return EXIT_GOOD;
}

static int read_tolerances(struct compare_options *o)
{
	char why[COMPARISON_WHY];
	for (int i = 0; i < o->fail_above.count; i++) {
		const struct setting *setting = &o->fail_above.setting[i];
		if (i == COMPARISON_QUANTITIES)
			return options_wrong(&command_compare, "more than %d tolerances",
					     COMPARISON_QUANTITIES);
		if (!tolerance_read(&o->tolerance[i], setting->path, setting->value, why))
			return options_wrong(&command_compare, "--fail-above %s=%s: %s",
					     setting->path, setting->value, why);
		o->options.tolerances++;
	}
	return EXIT_GOOD;
}

static int read_options(struct compare_options *o)
{
	int code = read_quantities(o);
	o->options.quantity = o->quantity;
	o->options.tolerance = o->tolerance;
	return code ? code : read_tolerances(o);
}

/* ---- the command */

static int draw(const struct compare_options *o, const struct comparison *comparison)
{
	char why[RESULTS_ERROR];
	const struct figure_options figure = {.directory = o->plot,
					      .formats = FIGURE_SVG | FIGURE_PNG};
	bool any = false;
	for (int i = 0; i < comparison->rows && !any; i++)
		any = comparison_shows(comparison, &comparison->row[i]);
	if (o->plot && !any)
		fprintf(stderr, "skipped difference: there is nothing to show\n");
	if (!o->plot || !any ||
	    !figures_draw_difference(comparison, &figure, stderr, why, sizeof why))
		return EXIT_GOOD;
	fprintf(stderr, "coalmine: %s\n", why);
	return EXIT_CANNOT_RUN;
}

static int hold(const struct compare_options *o, const struct results *before,
		const struct results *after)
{
	char why[COMPARISON_WHY];
	struct comparison comparison;
	int code = EXIT_GOOD;
	if (!comparison_make(&comparison, before, after, &o->options, why)) {
		code = options_wrong(&command_compare, "%s", why);
	} else {
		comparison_hold(&comparison);
		(o->json ? comparison_json : comparison_print)(&comparison, stdout);
		code = draw(o, &comparison);
		if (!code && !comparison.rows)
			code = EXIT_NOTHING;
		else if (!code && comparison_fails(&comparison))
			code = EXIT_BROKEN;
	}
	comparison_free(&comparison);
	return code;
}

static int compare_files(const struct compare_options *o, const char *const *file)
{
	struct results results[2];
	char why[RESULTS_ERROR];
	int code = EXIT_GOOD, read = 0;
	for (; read < 2 && results_read(&results[read], file[read], why, sizeof why); read++)
		continue;
	if (read == 2) {
		code = hold(o, &results[0], &results[1]);
	} else {
		fprintf(stderr, "coalmine: %s\n", why);
		code = EXIT_CANNOT_RUN;
	}
	while (read)
		results_free(&results[--read]);
	return code;
}

static int compare(int argc, char **argv)
{
	struct compare_options o = {.json = false};
	const struct option_row rows[] = {
		{"quantity", 0, OPTION_TEXT, &o.quantities, "NAME,...",
		 .about = "what to compare, as in expect: missed, harmed_users.p95. Left out: what "
			  "fits each case"},
		{"fail-above", 0, OPTION_SETTING, &o.fail_above, "NAME=AMOUNT",
		 .about = "fail if it is worse by more than that for certain, as in missed=1% or "
			  "harmed_users.mean=5%"},
		{"all", 'a', OPTION_FLAG, &o.options.all, NULL,
		 .about = "show what cannot be told apart, too"},
		{"json", 0, OPTION_FLAG, &o.json, NULL, .about = "print it as JSON"},
		{"plot", 'p', OPTION_TEXT, &o.plot, "DIR",
		 .about = "draw what is shown into this folder, as SVG and PNG"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_compare, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count != 2)
		return options_wrong(&command_compare, "which two results files?");
	int code = read_options(&o);
	if (!code)
		code = compare_files(&o, arguments.file);
	arena_free(&o.arena);
	return code;
}

const struct command command_compare = {
	.name = "compare",
	.arguments = "BEFORE.h5 AFTER.h5",
	.about = "Is one run better or worse than another? Trial by trial, where they can be.",
	.example = "  coalmine compare base.h5 out.h5 --fail-above harmed_users.mean=5%",
	.run = compare,
};
