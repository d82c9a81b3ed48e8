/* The comparison of all rollouts in one harmful case: time to detect, speed against false alarms,
 * blast radius, and how one trial went. */
#include "sim/report/figure.h"
#include "sim/report/figure_markers.h"
#include "sim/report/figure_scale.h"
#include "sim/report/figure_text.h"

enum {
	WIDTH = 1600,
	LEFT = 104, /* pixels */
	RIGHT = 914,
	PANEL_WIDTH = 640,
	PANEL_HEIGHT = 350,
	WIDE_PANEL = RIGHT + PANEL_WIDTH - LEFT, /* panel c, if there is no panel d */
	PANEL_TITLE = 46,			 /* above a panel */
	PANEL_GAP = 122,			 /* below one: axis and the next one's title */
	FOOT = 90,
};

static const struct timeline *first_kept(const struct results *results, int case_index)
{
	for (int i = 0; i < results->timelines; i++)
		if (results->timeline[i].case_index == case_index)
			return &results->timeline[i];
	return NULL;
}

/* One rollout in one case at the first point has nobody it could hurt. */
static bool hurts(const struct results *results, int rollout, int case_index)
{
	int cell = results_cell(results, rollout, case_index, 0);
	const struct column *onset = results_column("onset_time");
	for (int t = 0; t < results->trials_run[cell]; t++)
		if (results_value(results, onset, cell, t, 0) >= 0)
			return true;
	return results->trials_run[cell] == 0;
}

static double write_head(struct figure *figure, int case_index)
{
	const struct results *results = figure->results;
	struct arena *arena = &figure->arena;
	size_t rollouts = (size_t)results->rollouts;
	struct legend *legend = arena_take(arena, rollouts * sizeof *legend);
	for (int r = 0; r < results->rollouts; r++) {
		const char *name = figure_clean(arena, results->rollout_names[r]);
		name = figure_cut(arena, name, FIGURE_POINTS, 300);
		if (!hurts(results, r, case_index))
			name = arena_printf(arena, "%s (hurt nobody)", name);
		legend[r] = (struct legend){name, r % FIGURE_LOOKS + 1};
	}
	const char *title = arena_printf(arena, "Rollouts compared: case %s",
					 figure_clean(arena, results->case_names[case_index]));
	const char *about =
		arena_printf(arena, "%s, common random numbers; bars are 95 %% intervals",
			     figure_trials(figure));
	if (results->points > 1)
		about = arena_printf(arena, "%s; a, c, d show the first of %d settings", about,
				     results->points);
	return figure_head(figure, WIDTH, title, about, legend, results->rollouts);
}

/* Returns how many rows of labels the panel needs above it. */
static int write_trial(struct figure *figure, const struct timeline *timeline)
{
	const unsigned kinds = 1u << MARKER_FAULT | 1u << MARKER_FAULT_ENDS | 1u << MARKER_PROMOTE |
			       1u << MARKER_ROLLBACK | 1u << MARKER_SAFE | 1u << MARKER_PAUSE;
	const struct results *results = figure->results;
	struct arena *arena = &figure->arena;
	struct markers markers = figure_markers(figure, timeline, kinds);
	double end_s = figure_end(results, &markers);
	struct time_axis axis = figure_time_axis(end_s);
	const char *name = figure_clean(arena, results->rollout_names[timeline->rollout]);
	figure_markers_place(&markers, end_s, PANEL_WIDTH);
	figure_markers_write(figure, &markers, axis.seconds);
	figure_text(figure, "TRIAL",
		    arena_printf(arena, "trial %d of %s", timeline->trial,
				 figure_cut(arena, name, FIGURE_POINTS, 280)));
	/* What the candidate doesn't get goes to stable, if there is nobody else. */
	figure_text(figure, "OTHERS",
		    results->versions > 2 ? "everybody else"
					  : figure_clean(arena, results->version_names[STABLE]));
	figure_text(figure, "UNIT", axis.unit);
	figure_number(figure, "TIME_STEP", axis.step);
	figure_number(figure, "TIME_END", end_s / axis.seconds);
	fprintf(figure->script, "TRIAL_STYLE = %d\n", timeline->rollout + 1);
	figure_share(figure, timeline, end_s, axis.seconds);
	return markers.rows;
}

/* The titles of c and d are level; labels push the top of d down. */
static void write_layout(struct figure *figure, double head, int rows)
{
	double upper = head + PANEL_TITLE, lower = upper + PANEL_HEIGHT + PANEL_GAP;
	double top = lower + FIGURE_ROW * rows, base = top + PANEL_HEIGHT;
	figure_number(figure, "LEFT", LEFT);
	figure_number(figure, "RIGHT", RIGHT);
	figure_number(figure, "PANEL_WIDTH", PANEL_WIDTH);
	figure_number(figure, "PANEL_HEIGHT", PANEL_HEIGHT);
	figure_number(figure, "UPPER", upper);
	figure_number(figure, "LOWER", lower);
	figure_number(figure, "TOP", top);
	figure_number(figure, "BASE", base);
	figure_number(figure, "HEIGHT", base + FOOT);
}

void figure_compare(struct figure *figure, int case_index)
{
	const struct results *results = figure->results;
	const struct timeline *timeline = first_kept(results, case_index);
	double head = write_head(figure, case_index);
	fprintf(figure->script, "ROLLOUTS = %d\nKEPT = %d\n", results->rollouts, timeline != NULL);
	write_layout(figure, head, timeline ? write_trial(figure, timeline) : 0);
	figure_detection(figure, case_index);
	figure_speed(figure, case_index, PANEL_WIDTH, PANEL_HEIGHT);
	figure_harm(figure, case_index, timeline ? PANEL_WIDTH : WIDE_PANEL);
}
