/* inspect --fit: a scenario that resembles a trace, and how far it does. */
#include "sim/cli/cli.h"

#include "replay/appraisal.h"
#include "sim/report/figure_fit.h"
#include "sim/report/figures.h"
#include "sim/report/fit_model.h"
#include "sim/report/fit_report.h"
#include "sim/results/file.h"
#include "sim/results/recording.h"
#include "sim/results/replace.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

struct fitting {
	const struct fit_options *options;
	const char *trace;
	const char *directory, *name; /* of the scenario; the name without its ending */
	struct arena arena;
	struct fit fit;
	struct fit_comparison comparison;
	const char *text;
};

static int fail_with(const char *why)
{
	fprintf(stderr, "coalmine: %s\n", why);
	return EXIT_CANNOT_RUN;
}

/* It is named in a comment, which ends with its line. */
static const char *base_of(struct arena *arena, const char *path)
{
	char *base = basename(arena_copy(arena, path, strlen(path)));
	for (char *c = base; *c; c++)
		*c = (char)((unsigned char)*c < ' ' ? '?' : *c);
	return base;
}

static void find_names(struct fitting *f)
{
	const char *path = f->options->path;
	char *name = arena_copy(&f->arena, base_of(&f->arena, path), strlen(path));
	char *dot = strrchr(name, '.');
	f->directory = dirname(arena_copy(&f->arena, path, strlen(path)));
	if (dot && dot != name && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml")))
		*dot = '\0';
	for (char *c = name; *c; c++) /* it is named in gnuplot's language, too */
		*c = (char)(strchr("'\"\\", *c) || (unsigned char)*c < ' ' ? '_' : *c);
	f->name = name;
}

/* All that will be written, before any work is done. */
static int check_outputs(struct fitting *f)
{
	static const char *const endings[] = {"gp", "svg", "png"};
	const struct fit_options *options = f->options;
	int code = output_check(options->path, f->trace, options->force);
	for (int e = 0; e < 3 && !code && !options->no_figure; e++)
		code = output_check(
			arena_printf(&f->arena, "%s/%s.%s", f->directory, f->name, endings[e]),
			f->trace, options->force);
	return code;
}

static int fit_rows(struct fitting *f, const struct appraisal *appraisal)
{
	char why[RESULTS_ERROR];
	const struct recording *recording =
		recording_load(&f->arena, &f->trace, 1, why, sizeof why);
	if (!recording)
		return fail_with(why);
	const struct fit_source source = {.name = base_of(&f->arena, f->trace),
					  .recording = recording,
					  .first_ns = appraisal->first_ns,
					  .clock = appraisal_clock(appraisal)};
	if (!fit_trace(&f->fit, &f->arena, &source, why, sizeof why))
		return fail_with(arena_printf(&f->arena, "cannot fit a scenario: %s", why));
	fit_choose(&f->fit);
	const char *command = arena_printf(&f->arena, "coalmine inspect %s --fit %s", source.name,
					   base_of(&f->arena, f->options->path));
	f->text = fit_scenario(&f->fit, &f->arena, f->name, command);
	return EXIT_GOOD;
}

static int write_scenario(struct fitting *f)
{
	const struct piece piece = {f->text, strlen(f->text)};
	const char *path = f->options->path;
	if (!replace_file(path, &piece, 1))
		return fail_with(
			arena_printf(&f->arena, "could not write %s: %s", path, strerror(errno)));
	if (!f->options->json)
		printf("\nwrote %s\n", path);
	return EXIT_GOOD;
}

/* The scenario is there without its figure, too. */
static void draw(struct fitting *f, const struct fit_model *model)
{
	char why[RESULTS_ERROR];
	const struct figure_options options = {.directory = f->directory,
					       .formats = FIGURE_SVG | FIGURE_PNG};
	const struct fit_picture picture = {&f->fit, &f->comparison, &model->scenario.plans[0],
					    model->scenario.title};
	if (figures_draw_fit(&picture, f->name, &options, f->options->json ? NULL : stdout, why,
			     sizeof why))
		fprintf(stderr, "coalmine: %s\n", why);
}

static int compare_and_write(struct fitting *f)
{
	struct fit_model model;
	bool good = fit_model_read(&model, &f->fit, f->options->path, f->text);
	int code = good ? EXIT_GOOD : fail_with("the fitted scenario is not valid");
	if (!code) {
		fit_compare(&f->fit, &model.scenario.plans[0], &f->comparison);
		if (f->options->json)
			fit_json(&f->fit, &f->comparison, f->options->path, stdout);
		else
			fit_print(&f->fit, &f->comparison, stdout);
		code = write_scenario(f);
	}
	if (!code && !f->options->no_figure)
		draw(f, &model);
	fit_model_free(&model);
	return code;
}

int fit_file(const struct fit_options *options, const char *trace,
	     const struct appraisal *appraisal)
{
	struct fitting *f = calloc(1, sizeof *f);
	if (!f)
		error_out_of_memory(sizeof *f);
	f->options = options;
	f->trace = trace;
	find_names(f);
	int code = check_outputs(f);
	if (!code)
		code = fit_rows(f, appraisal);
	if (!code)
		code = compare_and_write(f);
	arena_free(&f->arena);
	free(f);
	return code;
}
