/* Speed against false alarms on a page of its own: the panel of the comparison, large enough for
 * many rollouts. */
#include "sim/report/figure.h"
#include "sim/report/figure_text.h"

enum {
	WIDTH = 1200,
	LEFT = 120, /* pixels */
	PANEL_WIDTH = WIDTH - LEFT - 60,
	PANEL_HEIGHT = 560,
	PANEL_TITLE = 46, /* above it */
	FOOT = 90,
};

static double write_head(struct figure *figure, int case_index)
{
	const struct results *results = figure->results;
	struct arena *arena = &figure->arena;
	size_t rollouts = (size_t)results->rollouts;
	struct legend *legend = arena_take(arena, rollouts * sizeof *legend);
	for (int r = 0; r < results->rollouts; r++) {
		const char *name = figure_clean(arena, results->rollout_names[r]);
		legend[r] = (struct legend){figure_cut(arena, name, FIGURE_POINTS, 300),
					    r % FIGURE_LOOKS + 1};
	}
	const char *title = arena_printf(arena, "How soon, and at what price: case %s",
					 figure_clean(arena, results->case_names[case_index]));
	const char *about =
		arena_printf(arena, "%s, common random numbers; bars are 95 %% intervals",
			     figure_trials(figure));
	return figure_head(figure, WIDTH, title, about, legend, results->rollouts);
}

void figure_tradeoff(struct figure *figure, int case_index)
{
	double top = write_head(figure, case_index) + PANEL_TITLE, base = top + PANEL_HEIGHT;
	figure_number(figure, "RIGHT", LEFT);
	figure_number(figure, "PANEL_WIDTH", PANEL_WIDTH);
	figure_number(figure, "PANEL_HEIGHT", PANEL_HEIGHT);
	figure_number(figure, "UPPER", top);
	figure_number(figure, "BASE", base);
	figure_number(figure, "HEIGHT", base + FOOT);
	figure_speed(figure, case_index, PANEL_WIDTH, PANEL_HEIGHT);
}
