/* Which figures there are, and how each becomes a script and images. A script is complete: data,
 * style and plot code, so that it can be sent to somebody who has nothing but gnuplot. */
#include "sim/report/figures.h"

#include "sim/error.h"
#include "sim/report/figure.h"
#include "sim/report/figure_fit.h"
#include "sim/report/figure_text.h"
#include "sim/results/replace.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { COULD_NOT_RUN = 3, COMPLAINT = 512 };

struct drawing {
	const struct results *results;	   /* NULL where a scenario is drawn, */
	const struct scenario *scenario;   /* and this one where results are */
	const struct fit_picture *picture; /* NULL but where a fit is drawn */
	const struct figure_options *options;
	FILE *log;
	char *error;
	size_t size;
	bool failed, no_gnuplot;
	struct figure figure; /* the one under construction */
	char *text;	      /* of its script so far */
	size_t length;
};

/* The first complaint is the one that is told: later ones mostly follow from it. */
__attribute__((format(printf, 2, 3))) static void fail(struct drawing *drawing, const char *format,
						       ...)
{
	va_list arguments;
	va_start(arguments, format);
	if (!drawing->failed)
		vsnprintf(drawing->error, drawing->size, format, arguments);
	va_end(arguments);
	drawing->failed = true;
}

__attribute__((format(printf, 2, 3))) static void tell(const struct drawing *drawing,
						       const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	if (drawing->log)
		vfprintf(drawing->log, format, arguments);
	va_end(arguments);
}

static const char *source(const char *name)
{
	const struct figure_source *row = figure_sources;
	while (row->name && strcmp(row->name, name) != 0)
		row++;
	return row->name ? row->text : "";
}

/* ---- one figure: begin, let its file write the data, end */

static const char head[] = "# Made by coalmine. `gnuplot %s.gp` draws it as SVG, and, with\n"
			   "# -e \"FORMAT='png'\" before the name, as PNG. Data first, then the "
			   "style, then the plot.\n"
			   "NAME = '%s'\n"
			   "if (!exists(\"FORMAT\")) FORMAT = 'svg'\n"
			   "# A browser finds every letter somewhere. 1 if the fonts of this "
			   "machine have them all, too.\n"
			   "ALL_LETTERS = FORMAT ne 'png'\n";

static struct figure *begin(struct drawing *drawing, const char *name)
{
	struct figure *figure = &drawing->figure;
	*figure = (struct figure){.results = drawing->results};
	figure->script = open_memstream(&drawing->text, &drawing->length);
	if (!figure->script)
		error_out_of_memory(COMPLAINT);
	fprintf(figure->script, head, name, name);
	return figure;
}

static void draw_image(struct drawing *drawing, const char *name, const char *format)
{
	const char *directory = drawing->options->directory;
	char said[COMPLAINT];
	switch (figure_run(directory, name, format, said, sizeof said)) {
	case GNUPLOT_DREW:
		tell(drawing, "wrote %s/%s.%s%s%s\n", directory, name, format,
		     *said ? "; gnuplot says: " : "", said);
		break;
	case GNUPLOT_FAILED:
		fail(drawing, "could not draw %s/%s.%s: gnuplot says: %s; the script %s.gp stays",
		     directory, name, format, *said ? said : "nothing", name);
		break;
	case GNUPLOT_MISSING:
		fail(drawing,
		     "could not draw %s/%s.%s: gnuplot is not installed, or not in PATH; the "
		     "scripts "
		     "stay, and `gnuplot %s.gp` in %s will draw it",
		     directory, name, format, name, directory);
		drawing->no_gnuplot = true;
		break;
	}
}

static void draw_images(struct drawing *drawing, const char *name)
{
	static const struct {
		enum figure_format bit;
		const char *name;
	} formats[] = {{FIGURE_SVG, "svg"}, {FIGURE_PNG, "png"}};
	for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
		if (drawing->options->formats & formats[f].bit && !drawing->options->script_only &&
		    !drawing->no_gnuplot)
			draw_image(drawing, name, formats[f].name);
}

static void end(struct drawing *drawing, const char *name, const char *plot)
{
	struct figure *figure = &drawing->figure;
	fprintf(figure->script, "\n%s\n%s", source("style"), source(plot));
	if (fclose(figure->script))
		error_out_of_memory(drawing->length);
	char *path = arena_printf(&figure->arena, "%s/%s.gp", drawing->options->directory, name);
	const struct piece piece = {drawing->text, drawing->length};
	if (replace_file(path, &piece, 1)) {
		tell(drawing, "wrote %s\n", path);
		draw_images(drawing, name);
	} else {
		fail(drawing, "could not write %s: %s", path, strerror(errno));
	}
	free(drawing->text);
	arena_free(&figure->arena);
}

/* ---- the kinds of figures */

/* One figure for each case that does harm. */
static void draw_cases(struct drawing *drawing, const char *plot,
		       void (*write)(struct figure *, int case_index))
{
	const struct results *results = drawing->results;
	struct arena names = {0};
	int harmful = 0;
	for (int c = 0; c < results->cases; c++) {
		if (!results->case_harmful[c])
			continue;
		const char *word = figure_file_word(&names, results->case_names, c);
		const char *name = arena_printf(&names, "%s_%s", plot, word);
		write(begin(drawing, name), c);
		end(drawing, name, plot);
		harmful++;
	}
	if (!harmful)
		tell(drawing, "skipped %s: no case does harm, so there is nothing to detect\n",
		     plot);
	arena_free(&names);
}

static void draw_compare(struct drawing *drawing)
{
	draw_cases(drawing, "compare", figure_compare);
}

static void draw_speed(struct drawing *drawing)
{
	draw_cases(drawing, "speed", figure_tradeoff);
}

static bool is_first_kept(const struct results *results, int index)
{
	const struct timeline *timeline = &results->timeline[index];
	for (int i = 0; i < index; i++)
		if (results->timeline[i].rollout == timeline->rollout &&
		    results->timeline[i].case_index == timeline->case_index)
			return false;
	return true;
}

static void draw_timelines(struct drawing *drawing)
{
	const struct results *results = drawing->results;
	struct arena names = {0};
	for (int i = 0; i < results->timelines; i++) {
		const struct timeline *timeline = &results->timeline[i];
		if (!is_first_kept(results, i))
			continue;
		const char *name = arena_printf(
			&names, "timeline_%s_%s_%d",
			figure_file_word(&names, results->rollout_names, timeline->rollout),
			figure_file_word(&names, results->case_names, timeline->case_index),
			timeline->trial);
		figure_timeline(begin(drawing, name), timeline);
		end(drawing, name, "timeline");
	}
	if (!results->timelines)
		tell(drawing, "skipped timeline: no trial's history was kept\n");
	arena_free(&names);
}

static void draw_matrix(struct drawing *drawing)
{
	figure_matrix(begin(drawing, "matrix"));
	end(drawing, "matrix", "matrix");
}

static void draw_arrivals(struct drawing *drawing)
{
	figure_arrivals(begin(drawing, "arrivals"), drawing->scenario);
	end(drawing, "arrivals", "arrivals");
}

const char *const figure_names[] = {"compare", "speed", "timeline", "matrix", NULL};
const char *const figure_names_of_scenario[] = {"arrivals", NULL};

/* In the order of the names. */
static void (*const draw[])(struct drawing *) = {draw_compare, draw_speed, draw_timelines,
						 draw_matrix};
static void (*const draw_scenario[])(struct drawing *) = {draw_arrivals};

static bool make_directory(struct drawing *drawing)
{
	if (mkdir(drawing->options->directory, 0777) == 0 || errno == EEXIST)
		return true;
	fail(drawing, "could not make %s: %s", drawing->options->directory, strerror(errno));
	return false;
}

static int draw_wanted(struct drawing *drawing, const char *const *names,
		       void (*const *draws)(struct drawing *))
{
	const char *only = drawing->options->only;
	drawing->error[0] = '\0';
	bool known = false, ready = make_directory(drawing);
	for (int f = 0; names[f] && ready; f++) {
		bool wanted = !only || strcmp(only, names[f]) == 0;
		known |= wanted;
		if (wanted)
			draws[f](drawing);
	}
	if (!known && ready)
		fail(drawing, "there is no figure \"%s\" of %s", only,
		     drawing->scenario ? "a scenario: there is arrivals"
				       : "results: there are compare, speed, timeline and matrix");
	return drawing->failed ? COULD_NOT_RUN : 0;
}

int figures_draw(const struct results *results, const struct figure_options *options, FILE *log,
		 char *error, size_t size)
{
	struct drawing drawing = {results, NULL, NULL, options, log, error, size, .failed = false};
	return draw_wanted(&drawing, figure_names, draw);
}

int figures_draw_scenario(const struct scenario *scenario, const struct figure_options *options,
			  FILE *log, char *error, size_t size)
{
	struct drawing drawing = {NULL, scenario, NULL, options, log, error, size, .failed = false};
	return draw_wanted(&drawing, figure_names_of_scenario, draw_scenario);
}

int figures_draw_fit(const struct fit_picture *picture, const char *name,
		     const struct figure_options *options, FILE *log, char *error, size_t size)
{
	struct drawing drawing = {NULL, NULL, picture, options, log, error, size, .failed = false};
	drawing.error[0] = '\0';
	figure_fit(begin(&drawing, name), drawing.picture);
	end(&drawing, name, "fit");
	return drawing.failed ? COULD_NOT_RUN : 0;
}

int figures_draw_tuned(const struct answer *answer, const struct figure_options *options, FILE *log,
		       char *error, size_t size)
{
	struct drawing drawing = {NULL, NULL, NULL, options, log, error, size, .failed = false};
	drawing.error[0] = '\0';
	if (make_directory(&drawing)) {
		figure_tune(begin(&drawing, "tune"), answer);
		end(&drawing, "tune", "tune");
	}
	return drawing.failed ? COULD_NOT_RUN : 0;
}

int figures_draw_difference(const struct comparison *comparison,
			    const struct figure_options *options, FILE *log, char *error,
			    size_t size)
{
	struct drawing drawing = {NULL, NULL, NULL, options, log, error, size, .failed = false};
	drawing.error[0] = '\0';
	if (make_directory(&drawing)) {
		figure_difference(begin(&drawing, "difference"), comparison);
		end(&drawing, "difference", "difference");
	}
	return drawing.failed ? COULD_NOT_RUN : 0;
}
