/* Markers of what happened in a trial, with labels that don't collide. */
#ifndef SIM_REPORT_FIGURE_MARKERS_H
#define SIM_REPORT_FIGURE_MARKERS_H

#include "sim/report/figure.h"

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
/* Arrays MARKER_AT (in units of the axis), _STYLE, _ROW, _LEFT, _TEXT. */
void figure_markers_write(struct figure *figure, const struct markers *markers, double unit_s);

enum { FIGURE_ROW = 20 }; /* pixels from row to row, as in plots/style.gp */

/* What part of the trial to show: all that matters and a little more. */
double figure_end(const struct results *results, const struct markers *markers);
/* The candidate's share in percent, a step a line, up to end_s; returns the highest share. */
double figure_share(struct figure *figure, const struct timeline *timeline, double end_s,
		    double unit_s);
/* Whom the trial rolled out: the first version whose routes moved, else the one after stable. */
int figure_candidate(const struct results *results, const struct timeline *timeline);

#endif
