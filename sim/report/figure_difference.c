/* What changed between two results: a panel a quantity, a row a cell, with the interval of each
 * difference. */
#include "sim/report/comparison.h"
#include "sim/report/figure.h"
#include "sim/report/figure_scale.h"
#include "sim/report/figure_text.h"
#include "sim/report/words.h"

#include <math.h>
#include <string.h>

enum {
	WIDTH = 1600, /* pixels */
	MARGIN = 28,
	NAME_WIDEST = 460,
	ROLLOUT_WIDEST = 190, /* and a case: what follows tells cells apart */
	NAME_GAP = 18,
	BEHIND = 440, /* of a panel: what it was and what it is */
	ROW_HEIGHT = 32,
	PANEL_TITLE = 54,
	PANEL_GAP = 56, /* the axis */
	FOOT = 20,
	MOST_ROWS = 80, /* more are no picture */
	STYLE_BETTER = 51,
	STYLE_WORSE = 24,
	STYLE_UNKNOWN = 21,
	STYLE_OTHER = 26,
};

/* Cells in which the same quantity is held against each other, and more of it means the same. */
struct panel {
	const struct quantity *quantity;
	int worse; /* 1: what lies to the right is; -1: to the left; 0: neither */
	int rows;
	double low, high; /* of what is finite, and 0 */
	double factor;
	const char *unit;
};

struct layout {
	const struct comparison *comparison;
	const struct compared *row[MOST_ROWS]; /* those that are drawn, panel by panel */
	int rows, left_out;
	struct panel panel[MOST_ROWS];
	int panels;
};

static int worse_of(const struct comparison *c, const struct compared *row)
{
	return quantity_worse(&row->before.quantity, c->before->case_harmful[row->case_]);
}

static bool belongs(const struct comparison *c, const struct panel *panel,
		    const struct compared *row)
{
	return !strcmp(panel->quantity->text, row->before.quantity.text) &&
	       panel->worse == worse_of(c, row);
}

/* In the order in which quantities are met first. */
static void list_panels(struct layout *layout)
{
	const struct comparison *c = layout->comparison;
	int shown = 0;
	for (int i = 0; i < c->rows; i++) {
		const struct compared *row = &c->row[i];
		int p = 0;
		if (!comparison_shows(c, row))
			continue;
		if (shown++ >= MOST_ROWS) {
			layout->left_out++;
			continue;
		}
		while (p < layout->panels && !belongs(c, &layout->panel[p], row))
			p++;
		if (p == layout->panels)
			layout->panel[layout->panels++] = (struct panel){
				&row->before.quantity, worse_of(c, row), 0, 0, 0, 1, ""};
		layout->panel[p].rows++;
	}
}

static void list_rows(struct layout *layout)
{
	const struct comparison *c = layout->comparison;
	for (int p = 0; p < layout->panels; p++)
		for (int i = 0, taken = 0; i < c->rows && taken < layout->panel[p].rows; i++)
			if (comparison_shows(c, &c->row[i]) &&
			    belongs(c, &layout->panel[p], &c->row[i])) {
				layout->row[layout->rows++] = &c->row[i];
				taken++;
			}
}

/* ---- axes */

static void widen(struct panel *panel, double side)
{
	if (!isfinite(side))
		return;
	panel->low = fmin(panel->low, side);
	panel->high = fmax(panel->high, side);
}

/* Changes may go below 0, and times get the unit that suits how far they go. */
static void scale(struct panel *panel, const struct compared *const *row)
{
	for (int r = 0; r < panel->rows; r++) {
		widen(panel, row[r]->duel.change.value);
		widen(panel, row[r]->duel.change.low);
		widen(panel, row[r]->duel.change.high);
	}
	bool times = !strcmp(panel->quantity->column->unit, "s");
	double span = panel->high - panel->low;
	span = span > 0 ? span : times ? 60 : 1;
	panel->low -= 0.06 * span;
	panel->high += 0.06 * span;
	if (quantity_is_share(panel->quantity)) {
		panel->factor = 100;
		panel->unit = ", in percentage points";
	} else if (times) {
		struct time_axis axis = figure_time_axis(fmax(-panel->low, panel->high));
		panel->factor = 1 / axis.seconds;
		panel->unit = axis.unit;
	}
}

/* ---- data */

/* What has no end goes on to the edge; what changed from or to never lies on it. */
static void put_row(struct figure *figure, const struct panel *panel, int place,
		    const struct compared *row)
{
	struct estimate change = row->duel.change;
	double value = fmin(fmax(change.value, panel->low), panel->high);
	bool bounded = isfinite(change.value);
	double low = isfinite(change.low) ? change.low : bounded ? panel->low : value;
	double high = isfinite(change.high) ? change.high : bounded ? panel->high : value;
	fprintf(figure->script, "%d %.6g %.6g %.6g %d\n", place, panel->factor * value,
		panel->factor * low, panel->factor * high, (int)row->duel.end);
}

static void write_rows(struct figure *figure, struct layout *layout)
{
	int first = 0;
	fputs("# place of the row, change, low, high, and what it is: 2 cannot be told apart, 3 "
	      "better,\n# 4 worse, 5 neither; a block a panel\n$changes << EOD\n",
	      figure->script);
	for (int p = 0; p < layout->panels; p++) {
		struct panel *panel = &layout->panel[p];
		scale(panel, layout->row + first);
		for (int r = 0; r < panel->rows; r++)
			put_row(figure, panel, r + 1, layout->row[first + r]);
		fputs(p + 1 < layout->panels ? "\n\n" : "", figure->script);
		first += panel->rows;
	}
	fputs("EOD\n", figure->script);
}

/* A cell, with the values of what varies; the head says what that is. */
static const char *name_cell(struct arena *arena, const struct results *results,
			     const struct compared *row)
{
	const char *rollout = figure_clean(arena, results->rollout_names[row->rollout]);
	const char *case_name = figure_clean(arena, results->case_names[row->case_]);
	const char *text = arena_printf(
		arena, "%s, %s", figure_cut(arena, rollout, FIGURE_POINTS, ROLLOUT_WIDEST),
		figure_cut(arena, case_name, FIGURE_POINTS, ROLLOUT_WIDEST));
	for (int v = 0; v < results->varied; v++)
		text = arena_printf(arena, "%s, %s", text,
				    figure_clean(arena, results->vary[v].values[row->point]));
	return figure_cut(arena, text, FIGURE_POINTS, NAME_WIDEST);
}

/* Names before the rows, and behind them what was and what is; returns the width of the widest
 * name. */
static double write_words(struct figure *figure, const struct layout *layout)
{
	struct arena *arena = &figure->arena;
	const char *name[MOST_ROWS], *words[MOST_ROWS];
	double widest = 0;
	for (int i = 0; i < layout->rows; i++) {
		const struct compared *row = layout->row[i];
		const struct quantity *quantity = &row->before.quantity;
		char before[WORDS_TEXT], after[WORDS_TEXT];
		name[i] = name_cell(arena, layout->comparison->before, row);
		widest = fmax(widest, figure_width(name[i], FIGURE_POINTS));
		words[i] =
			figure_cut(arena,
				   arena_printf(arena, "%s → %s",
						words_quantity(before, quantity, row->duel.before),
						words_quantity(after, quantity, row->duel.after)),
				   FIGURE_SMALL, BEHIND - NAME_GAP);
	}
	figure_texts(figure, "ROW_NAME", name, layout->rows);
	figure_texts(figure, "ROW_WORDS", words, layout->rows);
	return widest;
}

static void write_panels(struct figure *figure, const struct layout *layout, double top)
{
	struct arena *arena = &figure->arena;
	const char *title[MOST_ROWS], *axis[MOST_ROWS];
	double low[MOST_ROWS], high[MOST_ROWS], worse[MOST_ROWS], rows[MOST_ROWS], upper[MOST_ROWS];
	for (int p = 0; p < layout->panels; p++) {
		const struct panel *panel = &layout->panel[p];
		bool time = *panel->unit && *panel->unit != ',';
		title[p] = figure_clean(arena, panel->quantity->text);
		axis[p] = arena_printf(arena, time ? "change (%s)" : "change%s", panel->unit);
		low[p] = panel->factor * panel->low;
		high[p] = panel->factor * panel->high;
		worse[p] = panel->worse;
		rows[p] = panel->rows;
		upper[p] = top + PANEL_TITLE;
		top = upper[p] + ROW_HEIGHT * panel->rows + PANEL_GAP;
	}
	figure_texts(figure, "PANEL_NAME", title, layout->panels);
	figure_texts(figure, "PANEL_AXIS", axis, layout->panels);
	figure_numbers(figure, "PANEL_LOW", low, layout->panels);
	figure_numbers(figure, "PANEL_HIGH", high, layout->panels);
	figure_numbers(figure, "PANEL_WORSE", worse, layout->panels);
	figure_numbers(figure, "PANEL_ROWS", rows, layout->panels);
	figure_numbers(figure, "PANEL_TOP", upper, layout->panels);
	figure_number(figure, "HEIGHT", top + FOOT);
}

/* ---- all of it */

static double write_head(struct figure *figure, const struct layout *layout)
{
	static const struct {
		enum duel_end end;
		struct legend legend;
	} all[] = {{DUEL_WORSE, {"worse", STYLE_WORSE}},
		   {DUEL_BETTER, {"better", STYLE_BETTER}},
		   {DUEL_UNKNOWN, {"cannot be told apart", STYLE_UNKNOWN}},
		   {DUEL_OTHER, {"differs, for better or worse", STYLE_OTHER}}};
	const struct comparison *c = layout->comparison;
	struct arena *arena = &figure->arena;
	struct legend legend[4];
	int entries = 0;
	for (int i = 0; i < 4; i++) {
		bool any = false;
		for (int r = 0; r < layout->rows; r++)
			any = any || layout->row[r]->duel.end == all[i].end;
		if (any)
			legend[entries++] = all[i].legend;
	}
	const char *before = figure_clean(arena, c->before->title);
	const char *after = figure_clean(arena, c->after->title);
	const char *title =
		strcmp(before, after) != 0
			? arena_printf(arena, "What changed: %s, against %s", after, before)
			: arena_printf(arena, "What changed: %s", after);
	const char *about = arena_printf(
		arena, "%s; bars: intervals that hold all %d differences together at 95 %%",
		c->paired ? "trial by trial, on the same traffic with the same luck"
			  : "not trial by trial",
		c->rows);
	for (int v = 0; v < c->before->varied; v++)
		about = arena_printf(arena, "%s%s%s", about, v ? ", " : "; last in a name: ",
				     figure_clean(arena, c->before->vary[v].key));
	if (layout->left_out)
		about = arena_printf(arena, "%s; %d more are not drawn", about, layout->left_out);
	return figure_head(figure, WIDTH, title, about, legend, entries);
}

void figure_difference(struct figure *figure, const struct comparison *comparison)
{
	struct layout *layout = arena_take(&figure->arena, sizeof *layout);
	layout->comparison = comparison;
	list_panels(layout);
	list_rows(layout);
	double top = write_head(figure, layout);
	write_rows(figure, layout);
	double left = MARGIN + write_words(figure, layout) + NAME_GAP;
	write_panels(figure, layout, top);
	fprintf(figure->script, "PANELS = %d\n", layout->panels);
	figure_number(figure, "LEFT", left);
	figure_number(figure, "PANEL_WIDTH", WIDTH - left - BEHIND);
	figure_number(figure, "ROW_HEIGHT", ROW_HEIGHT);
}
