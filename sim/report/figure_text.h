/* Text that fits: clean, not too wide, quoted. Widths are in pixels, sizes in points. */
#ifndef SIM_REPORT_FIGURE_TEXT_H
#define SIM_REPORT_FIGURE_TEXT_H

#include "sim/arena.h"

#include <stdbool.h>

/* Valid UTF-8 without control characters, whatever came in. */
const char *figure_clean(struct arena *arena, const char *text);
double figure_width(const char *text, double points);
const char *figure_cut(struct arena *arena, const char *text, double points, double width);
/* On so many lines at most; the last is cut if that does not do. */
bool figure_wraps_well(const char *text, double points, double width); /* breaks no word */
const char *figure_wrap(struct arena *arena, const char *text, double points, double width,
			int lines);
/* Clean text as an expression of gnuplot that shows just this text in enhanced mode. */
const char *figure_quote(struct arena *arena, const char *text);
/* A name as part of a file's name; differs for different names of the list. */
const char *figure_file_word(struct arena *arena, const char *const *names, int index);

/* Sizes in points, and lines for the name of a rollout. */
enum { NAME_LINES = 3, FIGURE_POINTS = 13, FIGURE_SMALL = 11, FIGURE_LARGE = 16 };

#endif
