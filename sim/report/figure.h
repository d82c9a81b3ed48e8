/* What the figures share: a script under construction, and gnuplot, which draws it. The code that
 * plots is in plots/. */
#ifndef SIM_REPORT_FIGURE_H
#define SIM_REPORT_FIGURE_H

#include "sim/report/cell.h"
#include "sim/scenario/scenario.h"

#include <stdio.h>

struct figure {
	const struct results *results; /* NULL in a figure of a scenario */
	struct arena arena;	       /* as long as the script is being written */
	FILE *script;
};

/* ---- the figures, one file each; they fill the script with data and variables */

void figure_compare(struct figure *figure, int case_index);
void figure_tradeoff(struct figure *figure, int case_index);
void figure_timeline(struct figure *figure, const struct timeline *timeline);
void figure_matrix(struct figure *figure);
void figure_arrivals(struct figure *figure, const struct scenario *scenario);
struct answer;
void figure_tune(struct figure *figure, const struct answer *answer);
struct comparison;
void figure_difference(struct figure *figure, const struct comparison *comparison);
struct fit_picture;
void figure_fit(struct figure *figure, const struct fit_picture *picture);

/* The panels of the comparison. */
void figure_detection(struct figure *figure, int case_index);
void figure_speed(struct figure *figure, int case_index, double panel_width, double panel_height);
void figure_harm(struct figure *figure, int case_index, double width);

/* ---- variables of the script (figure_script.c) */

/* Always a real number: 1/1000 is 0 in gnuplot. */
void figure_number(struct figure *figure, const char *name, double value);
void figure_text(struct figure *figure, const char *name, const char *text);
void figure_numbers(struct figure *figure, const char *name, const double *values, int count);
void figure_texts(struct figure *figure, const char *name, const char *const *texts, int count);

struct legend {
	const char *text;
	int style; /* line style, or line type, of plots/style.gp */
};

/* Title, a line below it, and the legend, laid out in rows; sets WIDTH. Returns their height: what
 * follows is placed in pixels from the top left corner, and must end by setting HEIGHT. */
double figure_head(struct figure *figure, double width, const char *title, const char *about,
		   const struct legend *legend, int entries);

/* The scenario's title; and with it how many trials, or their range if cells stopped early, and the
 * seed. */
const char *figure_title(struct figure *figure);
const char *figure_trials(struct figure *figure);

/* ---- gnuplot (figure_run.c) */

/* Lines and points of plots/style.gp tell so many rollouts apart, colours so many. */
enum { FIGURE_LOOKS = 18, FIGURE_COLOURS = 6 };

enum gnuplot_end { GNUPLOT_DREW, GNUPLOT_FAILED, GNUPLOT_MISSING };

/* Draws directory/NAME.gp as directory/NAME.FORMAT, whole or not at all. `said` gets the last
 * line of gnuplot's complaint, or is empty. */
enum gnuplot_end figure_run(const char *directory, const char *name, const char *format, char *said,
			    size_t size);

#endif
