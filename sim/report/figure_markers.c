/* What happened in a kept trial, as markers on its time axis with labels that don't collide. */
#include "sim/report/figure_markers.h"

#include "sim/report/figure_scale.h"
#include "sim/report/figure_text.h"

#include <math.h>
#include <string.h>

enum {
	ROWS_MOST = 5,	   /* of labels above a panel; what finds no room goes without */
	NAME_WIDEST = 260, /* pixels, of a check */
	LABEL_OFFSET = 5,  /* from the marker to its text */
	LABEL_GAP = 14,	   /* between two labels of a row */
	OVERHANG = 36,	   /* a label may reach so far beyond the panel */
	FAULTS_TOLD = 32,  /* MAX_FAULTS of a case */
};

static double seconds(sim_time at)
{
	return (double)at / SIM_SECOND;
}

static const char *check_name(const struct results *results, const struct timeline *timeline,
			      int check)
{
	bool known = check >= 0 && check < results->checks_most;
	return known ? results->check_names[timeline->rollout * results->checks_most + check] : "";
}

static const char *name_alarm(struct figure *figure, const struct timeline *timeline, int check)
{
	const char *name =
		figure_clean(&figure->arena, check_name(figure->results, timeline, check));
	name = figure_cut(&figure->arena, name, FIGURE_SMALL, NAME_WIDEST);
	return *name ? arena_printf(&figure->arena, "alarm: %s", name) : "alarm";
}

/* Counted from the onset if there was one: that is what the columns of the results say. */
static const char *since_onset(struct figure *figure, const struct markers *markers, double at_s,
			       const char *what)
{
	if (isnan(markers->onset_s) || at_s < markers->onset_s)
		return what;
	return arena_printf(&figure->arena, "%s (+%s)", what,
			    figure_duration(&figure->arena, at_s - markers->onset_s));
}

static int count_faults(const struct timeline *timeline)
{
	int most = 0;
	for (int i = 0; i < timeline->happenings; i++)
		if (timeline->happened[i].kind == HAPPENING_FAULT &&
		    timeline->happened[i].index >= most)
			most = timeline->happened[i].index + 1;
	return most;
}

/* A fault moves many times while it grows; only its starts and ends are marked, and only the first
 * of them are named: flapping would crowd out all other labels. */
static const char *name_fault(struct figure *figure, const struct happening *happening,
			      const struct markers *markers, int *changes, int faults,
			      enum marker_kind *kind)
{
	int index = happening->index;
	bool strong = happening->value != 0;
	if (index < 0 || index >= FAULTS_TOLD || (changes[index] % 2 == 1) == strong)
		return NULL;
	*kind = strong ? MARKER_FAULT : MARKER_FAULT_ENDS;
	if (changes[index]++ >= 2)
		return isnan(markers->safe_s) ? "" : NULL; /* nobody feels it any more */
	const char *name =
		faults > 1 ? arena_printf(&figure->arena, "fault %d", index + 1) : "fault";
	return strong ? name : arena_printf(&figure->arena, "%s ends", name);
}

/* NULL where there is nothing to mark. */
static const char *name_marker(struct figure *figure, const struct timeline *timeline,
			       const struct happening *happening, const struct markers *markers,
			       enum marker_kind *kind)
{
	static const enum marker_kind kinds[HAPPENING_KINDS] = {
		[HAPPENING_ONSET] = MARKER_ONSET,     [HAPPENING_ALARM] = MARKER_ALARM,
		[HAPPENING_PROMOTE] = MARKER_PROMOTE, [HAPPENING_ROLLBACK] = MARKER_ROLLBACK,
		[HAPPENING_RETRY] = MARKER_RETRY,     [HAPPENING_SAFE] = MARKER_SAFE,
		[HAPPENING_PAUSE] = MARKER_PAUSE,
	};
	double at_s = seconds(happening->at);
	*kind = kinds[happening->kind];
	switch (happening->kind) {
	case HAPPENING_ONSET:
		return "harm begins";
	case HAPPENING_ALARM:
		return name_alarm(figure, timeline, happening->index);
	case HAPPENING_PROMOTE:
		return "promoted";
	case HAPPENING_ROLLBACK:
		return since_onset(figure, markers, at_s, "rollback decided");
	case HAPPENING_RETRY:
		return "rollback failed";
	case HAPPENING_SAFE:
		return since_onset(figure, markers, at_s, "safe");
	case HAPPENING_PAUSE:
		return "paused for a person";
	default:
		return NULL;
	}
}

/* Markers at one instant share a line and a label, causes before effects. */
static void add_marker(struct figure *figure, struct markers *markers, double at_s,
		       enum marker_kind kind, const char *text)
{
	struct marker *last = markers->count ? &markers->marker[markers->count - 1] : NULL;
	if (last && last->at_s == at_s) {
		const char *comma = *last->text && *text ? ", " : "";
		bool cause = kind == MARKER_FAULT;
		last->text = arena_printf(&figure->arena, "%s%s%s", cause ? text : last->text,
					  comma, cause ? last->text : text);
		last->kind = kind > last->kind ? kind : last->kind;
	} else {
		markers->marker[markers->count++] = (struct marker){at_s, kind, text, -1, false};
	}
	markers->last_s = at_s;
}

struct markers figure_markers(struct figure *figure, const struct timeline *timeline,
			      unsigned kinds)
{
	struct markers markers = {.onset_s = NAN, .safe_s = NAN};
	int changes[FAULTS_TOLD] = {0};
	int faults = count_faults(timeline);
	markers.marker = arena_take(&figure->arena,
				    ((size_t)timeline->happenings + 1) * sizeof *markers.marker);
	for (int i = 0; i < timeline->happenings; i++) {
		const struct happening *happening = &timeline->happened[i];
		enum marker_kind kind;
		if (happening->kind == HAPPENING_ONSET)
			markers.onset_s = seconds(happening->at);
		if (happening->kind == HAPPENING_SAFE)
			markers.safe_s = seconds(happening->at);
		const char *text =
			happening->kind == HAPPENING_FAULT
				? name_fault(figure, happening, &markers, changes, faults, &kind)
				: name_marker(figure, timeline, happening, &markers, &kind);
		if (text && (kinds >> kind & 1))
			add_marker(figure, &markers, seconds(happening->at), kind, text);
	}
	return markers;
}

/* ---- labels above the panel: a flag on a pole each, none crossed by another's pole */

struct flag {
	double pole, from, to; /* pixels */
};

static struct flag flag_of(const struct marker *marker, double end_s, double width)
{
	double pole = marker->at_s / end_s * width;
	double length = figure_width(marker->text, FIGURE_SMALL);
	return marker->left ? (struct flag){pole, pole - LABEL_OFFSET - length, pole}
			    : (struct flag){pole, pole, pole + LABEL_OFFSET + length};
}

static bool crossed(struct flag flag, int row, double pole, int pole_row)
{
	return pole_row >= row && pole > flag.from && pole < flag.to;
}

static bool collide(struct flag a, int row_a, struct flag b, int row_b)
{
	bool touch = row_a == row_b && a.from < b.to + LABEL_GAP && b.from < a.to + LABEL_GAP;
	return touch || crossed(a, row_a, b.pole, row_b) || crossed(b, row_b, a.pole, row_a);
}

static bool row_is_free(const struct markers *markers, int index, int row, double end_s,
			double width)
{
	struct flag flag = flag_of(&markers->marker[index], end_s, width);
	for (int i = 0; i < markers->count; i++) {
		const struct marker *other = &markers->marker[i];
		if (i != index && other->row >= 0 &&
		    collide(flag, row, flag_of(other, end_s, width), other->row))
			return false;
	}
	return true;
}

static void place(struct markers *markers, int index, double end_s, double width)
{
	struct marker *marker = &markers->marker[index];
	for (int row = 0; *marker->text && row < ROWS_MOST && marker->row < 0; row++)
		if (row_is_free(markers, index, row, end_s, width))
			marker->row = row;
	if (marker->row >= markers->rows)
		markers->rows = marker->row + 1;
}

/* Flags that point right, from the last marker to the first: each pole rises above those to its
 * right. Then the few at the end that must point left, above what they would cover. */
void figure_markers_place(struct markers *markers, double end_s, double width)
{
	for (int i = markers->count - 1; i >= 0; i--) {
		struct marker *marker = &markers->marker[i];
		marker->left = flag_of(marker, end_s, width).to > width + OVERHANG;
		if (!marker->left)
			place(markers, i, end_s, width);
	}
	for (int i = 0; i < markers->count; i++)
		if (markers->marker[i].left)
			place(markers, i, end_s, width);
}

void figure_markers_write(struct figure *figure, const struct markers *markers, double unit_s)
{
	enum { FIRST_STYLE = 21 }; /* of MARKER_ALARM in plots/style.gp */
	size_t room = (size_t)markers->count + 1;
	double *at = arena_take(&figure->arena, 4 * room * sizeof *at);
	double *style = at + room, *row = style + room, *left = row + room;
	const char **text = arena_take(&figure->arena, room * sizeof *text);
	for (int i = 0; i < markers->count; i++) {
		const struct marker *marker = &markers->marker[i];
		at[i] = marker->at_s / unit_s;
		style[i] = FIRST_STYLE + (int)marker->kind;
		row[i] = marker->row;
		left[i] = marker->left;
		text[i] = marker->row < 0 ? "" : marker->text;
	}
	fprintf(figure->script, "MARKERS = %d\n", markers->count);
	figure_numbers(figure, "MARKER_AT", at, markers->count);
	figure_numbers(figure, "MARKER_STYLE", style, markers->count);
	figure_numbers(figure, "MARKER_ROW", row, markers->count);
	figure_numbers(figure, "MARKER_LEFT", left, markers->count);
	figure_texts(figure, "MARKER_TEXT", text, markers->count);
}

/* ---- the trial itself */

double figure_end(const struct results *results, const struct markers *markers)
{
	const double more = 1.5; /* enough to see that nothing happens any more */
	double end_s = results->horizon_s;
	if (markers->count && !isnan(markers->safe_s) && markers->last_s > 0)
		end_s = fmin(end_s, markers->last_s * more);
	return end_s;
}

int figure_candidate(const struct results *results, const struct timeline *timeline)
{
	for (int i = 0; i < timeline->happenings; i++) {
		int version = timeline->happened[i].index;
		if (timeline->happened[i].kind == HAPPENING_SHARE && version >= 0 &&
		    version < results->versions)
			return version;
	}
	return results->versions > 1 ? STABLE + 1 : STABLE;
}

double figure_share(struct figure *figure, const struct timeline *timeline, double end_s,
		    double unit_s)
{
	double share = 0, most = 0;
	fprintf(figure->script, "# time, the candidate's share of the traffic in percent\n"
				"$share << EOD\n0 0\n");
	for (int i = 0; i < timeline->happenings; i++) {
		const struct happening *happening = &timeline->happened[i];
		if (happening->kind != HAPPENING_SHARE || seconds(happening->at) > end_s)
			continue;
		share = happening->value;
		most = fmax(most, share);
		fprintf(figure->script, "%.7g %.6g\n", seconds(happening->at) / unit_s,
			100 * share);
	}
	fprintf(figure->script, "%.7g %.6g\nEOD\n", end_s / unit_s, 100 * share);
	return most;
}
