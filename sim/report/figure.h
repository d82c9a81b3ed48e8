/* What the figures share: a script under construction, and how text and scales get into it. Each
 * figure writes data and variables; the code that plots them is in plots/. */
#ifndef SIM_REPORT_FIGURE_H
#define SIM_REPORT_FIGURE_H

#include "sim/report/cell.h"

#include <stdio.h>

struct figure {
	const struct results *results;
	struct arena arena; /* as long as the script is being written */
	FILE *script;
};

/* ---- the figures, one file each; `write` fills the script */

void figure_compare(struct figure *figure, int case_index);
void figure_timeline(struct figure *figure, const struct timeline *timeline);
void figure_matrix(struct figure *figure);

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

/* ---- text (figure_text.c); widths in pixels, sizes in points */

/* Valid UTF-8 without control characters, whatever came in. */
const char *figure_clean(struct arena *arena, const char *text);
double figure_width(const char *text, double points);
const char *figure_cut(struct arena *arena, const char *text, double points, double width);
/* On so many lines at most; the last is cut if that does not do. */
const char *figure_wrap(struct arena *arena, const char *text, double points, double width,
			int lines);
/* Clean text as an expression of gnuplot that shows just this text in enhanced mode. */
const char *figure_quote(struct arena *arena, const char *text);
/* A name as part of a file's name; differs for different names of the list. */
const char *figure_file_word(struct arena *arena, const char *const *names, int index);

/* Sizes in points, and lines for the name of a rollout. */
enum { NAME_LINES = 3, FIGURE_POINTS = 13, FIGURE_SMALL = 11, FIGURE_LARGE = 16 };

/* ---- scales (figure_scale.c) */

enum { TICKS_MOST = 40 };

struct ticks {
	int count;
	double at[TICKS_MOST];
	const char *text[TICKS_MOST];
};

/* A logarithmic axis of times, in seconds; widens the range to whole ticks. */
void figure_log_times(struct ticks *ticks, double *low_s, double *high_s);
void figure_ticks(struct figure *figure, const char *name, const struct ticks *ticks);

/* A linear axis of times in the unit that suits it. */
struct time_axis {
	const char *unit;
	double seconds, step; /* of the unit; in units */
};

struct time_axis figure_time_axis(double span_s);

double figure_round_up(double value); /* 1.2, 1.5, 2, 2.5, 3, 4 ... times a power of ten */
const char *figure_duration(struct arena *arena, double seconds); /* 2 min 45 s */
/* A share, or one of its limits, with the digits that its interval leaves meaningful. */
const char *figure_percent(struct arena *arena, struct estimate share, double value);
const char *figure_interval(struct arena *arena, struct estimate share); /* 9.4–14.7 % */

/* ---- markers of what happened in a trial (figure_markers.c) */

/* One more than the other is more important: of markers at the same instant, it gives the style. */
enum marker_kind {
	MARKER_ALARM,
	MARKER_ONSET,
	MARKER_FAULT_ENDS,
	MARKER_FAULT,
	MARKER_RETRY,
	MARKER_SAFE,
	MARKER_PAUSE,
	MARKER_PROMOTE,
	MARKER_ROLLBACK,
	MARKER_KINDS
};

struct marker {
	double at_s;
	enum marker_kind kind;
	const char *text;
	int row;   /* of its label, from 0 at the panel; -1: no room for a label */
	bool left; /* label left of the marker */
};

struct markers {
	int count, rows;
	struct marker *marker;
	double onset_s, safe_s, last_s; /* onset and safe: NaN if never; last: of the markers */
};

/* The markers whose bit is in `kinds`. */
struct markers figure_markers(struct figure *figure, const struct timeline *timeline,
			      unsigned kinds);
/* Finds rows for the labels above a panel that shows [0, end_s] on `width` pixels. */
void figure_markers_place(struct markers *markers, double end_s, double width);
/* Arrays PREFIX_AT (in units of the axis), _STYLE, _ROW, _LEFT, _TEXT. */
void figure_markers_write(struct figure *figure, const struct markers *markers, double unit_s);

enum { FIGURE_ROW = 20 }; /* pixels from row to row, as in plots/style.gp */

/* What part of the trial to show: all that matters and a little more. */
double figure_end(const struct results *results, const struct markers *markers);
/* The candidate's share in percent, a step a line, up to end_s; returns the highest share. */
double figure_share(struct figure *figure, const struct timeline *timeline, double end_s,
		    double unit_s);
/* Whom the trial rolled out: the first version whose routes moved, else the one after stable. */
int figure_candidate(const struct results *results, const struct timeline *timeline);

/* ---- gnuplot (figure_run.c) */

enum gnuplot_end { GNUPLOT_DREW, GNUPLOT_FAILED, GNUPLOT_MISSING };

/* Draws directory/NAME.gp as directory/NAME.FORMAT, whole or not at all. `said` gets the last
 * line of gnuplot's complaint, or is empty. */
enum gnuplot_end figure_run(const char *directory, const char *name, const char *format, char *said,
			    size_t size);

#endif
