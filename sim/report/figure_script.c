/* Writes the variables of a script, and the head that all figures have: a title, a line about the
 * run, and the legend. */
#include "sim/report/figure.h"
#include "sim/report/figure_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum {
	MARGIN = 28,	       /* pixels, left of the title and right of the legend */
	LEGEND_TOP = 106,      /* middle of its first row */
	LEGEND_ROW = 30,       /* from row to row */
	LEGEND_SAMPLE = 44,    /* the piece of line before the text */
	LEGEND_GAP = 36,       /* between two entries */
	SCENARIO_WIDEST = 360, /* its title, in the line about the run */
	LEGEND_WIDEST = 420,   /* a longer text is cut */
};

/* Letters of the title are bold, hence wider than the table says. */
#define BOLD 1.12

static void print_number(FILE *script, double value)
{
	char text[40] = "NaN";
	if (!isnan(value))
		snprintf(text, sizeof text, "%.10g", value);
	fprintf(script, "%s%s", text, strpbrk(text, ".eN") ? "" : ".0");
}

void figure_number(struct figure *figure, const char *name, double value)
{
	fprintf(figure->script, "%s = ", name);
	print_number(figure->script, value);
	fputc('\n', figure->script);
}

void figure_text(struct figure *figure, const char *name, const char *text)
{
	fprintf(figure->script, "%s = %s\n", name, figure_quote(&figure->arena, text));
}

/* gnuplot has no empty arrays. */
static void declare(struct figure *figure, const char *name, int count)
{
	fprintf(figure->script, "array %s[%d]\n", name, count > 0 ? count : 1);
}

void figure_numbers(struct figure *figure, const char *name, const double *values, int count)
{
	declare(figure, name, count);
	for (int i = 0; i < count; i++) {
		fprintf(figure->script, "%s[%d] = ", name, i + 1);
		print_number(figure->script, values[i]);
		fputc('\n', figure->script);
	}
}

void figure_texts(struct figure *figure, const char *name, const char *const *texts, int count)
{
	declare(figure, name, count);
	for (int i = 0; i < count; i++)
		fprintf(figure->script, "%s[%d] = %s\n", name, i + 1,
			figure_quote(&figure->arena, texts[i]));
}

/* Entries follow each other, and go to the next row where one is full. */
static int write_legend(struct figure *figure, double width, const struct legend *legend, int count)
{
	double *x = arena_take(&figure->arena, 3 * (size_t)count * sizeof *x);
	double *y = x + count, *style = y + count, at = MARGIN;
	const char **text = arena_take(&figure->arena, (size_t)count * sizeof *text);
	int row = 0;
	for (int i = 0; i < count; i++) {
		text[i] = figure_cut(&figure->arena, legend[i].text, FIGURE_POINTS, LEGEND_WIDEST);
		double needs = LEGEND_SAMPLE + figure_width(text[i], FIGURE_POINTS);
		if (at > MARGIN && at + needs > width - MARGIN) {
			at = MARGIN;
			row++;
		}
		x[i] = at;
		y[i] = LEGEND_TOP + LEGEND_ROW * row;
		style[i] = legend[i].style;
		at += needs + LEGEND_GAP;
	}
	fprintf(figure->script, "LEGENDS = %d\n", count);
	figure_numbers(figure, "LEGEND_X", x, count);
	figure_numbers(figure, "LEGEND_Y", y, count);
	figure_numbers(figure, "LEGEND_STYLE", style, count);
	figure_texts(figure, "LEGEND_TEXT", text, count);
	return row + 1;
}

double figure_head(struct figure *figure, double width, const char *title, const char *about,
		   const struct legend *legend, int entries)
{
	double room = width - 2 * MARGIN;
	figure_number(figure, "WIDTH", width);
	figure_text(figure, "TITLE", figure_cut(&figure->arena, title, FIGURE_LARGE * BOLD, room));
	figure_text(figure, "ABOUT", figure_cut(&figure->arena, about, FIGURE_POINTS, room));
	int rows = entries ? write_legend(figure, width, legend, entries) : 0;
	if (!entries)
		fprintf(figure->script, "LEGENDS = 0\n");
	return LEGEND_TOP + LEGEND_ROW * (rows - 0.5);
}

const char *figure_title(struct figure *figure)
{
	return figure_cut(&figure->arena, figure_clean(&figure->arena, figure->results->title),
			  FIGURE_POINTS, SCENARIO_WIDEST);
}

const char *figure_trials(struct figure *figure)
{
	const struct results *results = figure->results;
	int64_t least = INT64_MAX, most = 0;
	for (int c = 0; c < results_cells(results); c++) {
		int64_t run = results->trials_run[c];
		least = run < least ? run : least;
		most = run > most ? run : most;
	}
	const char *count = arena_printf(&figure->arena, "%" PRId64, most);
	if (least != most)
		count = arena_printf(&figure->arena, "%" PRId64 " to %s", least, count);
	return arena_printf(&figure->arena, "%s; %s trial%s a cell, seed %" PRIu64,
			    figure_title(figure), count, most == 1 ? "" : "s", results->seed);
}
