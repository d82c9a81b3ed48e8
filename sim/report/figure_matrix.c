/* All cases against all rollouts: how often each rollout went back. In the rows without harm that
 * is a false alarm, in the others a catch, so the two are set apart. */
#include "sim/report/figure.h"
#include "sim/report/figure_scale.h"
#include "sim/report/figure_text.h"

#include "sim/stats/proportion.h"

#include <inttypes.h>
#include <math.h>

enum {
	LEAST_WIDTH = 1000, /* room for the title */
	CELL_WIDEST = 190,  /* pixels */
	CELL_NARROWEST = 118,
	CELL_HEIGHT = 64,
	GRID_WIDEST = 900,
	CASE_WIDEST = 320, /* name of a case */
	MARGIN = 40,
	RIGHT = 250,   /* of the grid: what the rows mean, and the colours */
	GRID_TOP = 70, /* below the head: names of the rollouts */
	GRID_BOTTOM = 40,
	LEAST_GRID = 200, /* high enough for the colours beside it */
};

/* Of a harmful case only what was rolled back because of it: a decision before onset caught
 * nothing. */
static int64_t count_rolled_back(const struct cell *cell, bool harmful)
{
	int64_t count = cell->outcomes[OUTCOME_ROLLED_BACK];
	if (harmful && cell->trials)
		count -= llround(cell->false_rollback.value * (double)cell->trials);
	return count;
}

static struct estimate rolled_back(const struct cell *cell, bool harmful)
{
	double count = (double)count_rolled_back(cell, harmful), trials = (double)cell->trials;
	struct interval interval = proportion_clopper_pearson(count, trials, CELL_LEVEL);
	return (struct estimate){trials > 0 ? count / trials : NAN, interval.low, interval.high};
}

/* "12 %" above "9–15 %". Nothing out of n is not zero: what is known is a bound. */
static void describe(struct arena *arena, const struct cell *cell, bool harmful,
		     struct estimate share, const char **large, const char **small)
{
	int64_t count = count_rolled_back(cell, harmful);
	*large = "no trials";
	*small = "";
	if (cell->trials == 0)
		return;
	*large = figure_percent(arena, share, share.value);
	*small = figure_interval(arena, share);
	if (count == 0 || count == cell->trials) {
		double bound = count ? share.low : share.high;
		*large = arena_printf(arena, "%s %s", count ? ">" : "<",
				      figure_percent(arena, share, bound));
		*small = arena_printf(arena, "%" PRId64 " of %" PRId64, count, cell->trials);
	}
}

static void write_cells(struct figure *figure, const int *order)
{
	const struct results *results = figure->results;
	size_t cells = (size_t)results->cases * (size_t)results->rollouts;
	const char **large = arena_take(&figure->arena, 2 * cells * sizeof *large);
	const char **small = large + cells;
	int next = 0;
	fprintf(figure->script,
		"# row, column, percent of the trials rolled back with its interval, "
		"trials\n$rolled_back << EOD\n");
	for (int row = 0; row < results->cases; row++)
		for (int r = 0; r < results->rollouts; r++, next++) {
			struct cell cell;
			cell_summarise(results, r, order[row], 0, &cell);
			bool harmful = results->case_harmful[order[row]];
			struct estimate share = rolled_back(&cell, harmful);
			describe(&figure->arena, &cell, harmful, share, &large[next], &small[next]);
			fprintf(figure->script, "%d %d %.6g %.6g %.6g %" PRId64 "\n", row + 1,
				r + 1, cell.trials ? 100 * share.value : -1, 100 * share.low,
				100 * share.high, cell.trials);
		}
	fprintf(figure->script, "EOD\n");
	figure_texts(figure, "CELL_LARGE", large, next);
	figure_texts(figure, "CELL_SMALL", small, next);
}

/* Cases without harm first; returns how many those are. */
static int sort_cases(const struct results *results, int *order)
{
	int count = 0, healthy;
	for (int c = 0; c < results->cases; c++)
		if (!results->case_harmful[c])
			order[count++] = c;
	healthy = count;
	for (int c = 0; c < results->cases; c++)
		if (results->case_harmful[c])
			order[count++] = c;
	return healthy;
}

static double write_case_names(struct figure *figure, const int *order)
{
	const struct results *results = figure->results;
	const char **names = arena_take(&figure->arena, (size_t)results->cases * sizeof *names);
	double widest = 0;
	for (int row = 0; row < results->cases; row++) {
		names[row] = figure_clean(&figure->arena, results->case_names[order[row]]);
		names[row] = figure_cut(&figure->arena, names[row], FIGURE_POINTS, CASE_WIDEST);
		widest = fmax(widest, figure_width(names[row], FIGURE_POINTS));
	}
	figure_texts(figure, "CASE_NAME", names, results->cases);
	return widest;
}

static void write_rollout_names(struct figure *figure, double cell_width)
{
	const struct results *results = figure->results;
	const char **names = arena_take(&figure->arena, (size_t)results->rollouts * sizeof *names);
	for (int r = 0; r < results->rollouts; r++)
		names[r] = figure_wrap(&figure->arena,
				       figure_clean(&figure->arena, results->rollout_names[r]),
				       FIGURE_POINTS, cell_width - 8, NAME_LINES);
	figure_texts(figure, "ROLLOUT_NAME", names, results->rollouts);
}

static double write_head(struct figure *figure, double width)
{
	const struct results *results = figure->results;
	struct arena *arena = &figure->arena;
	const char *title = arena_printf(arena, "Trials rolled back within %s",
					 figure_duration(arena, results->horizon_s));
	const char *about = arena_printf(arena, "%s; small: 95 %% interval (Clopper–Pearson)",
					 figure_trials(figure));
	if (results->points > 1)
		about = arena_printf(arena, "%s; first of %d settings", about, results->points);
	return figure_head(figure, width, title, about, NULL, 0);
}

void figure_matrix(struct figure *figure)
{
	const struct results *results = figure->results;
	int *order = arena_take(&figure->arena, (size_t)results->cases * sizeof *order);
	int healthy = sort_cases(results, order);
	double cell_width = fmin(CELL_WIDEST, (double)GRID_WIDEST / results->rollouts);
	cell_width = fmax(cell_width, CELL_NARROWEST);
	double left = write_case_names(figure, order) + 2 * MARGIN;
	double grid = cell_width * results->rollouts;
	double height = fmax(CELL_HEIGHT * results->cases, LEAST_GRID);
	double top = GRID_TOP + write_head(figure, fmax(left + grid + RIGHT, LEAST_WIDTH));
	write_rollout_names(figure, cell_width);
	figure_number(figure, "LEFT", left);
	figure_number(figure, "GRID_WIDTH", grid);
	figure_number(figure, "GRID_HEIGHT", height);
	figure_number(figure, "TOP", top);
	figure_number(figure, "BASE", top + height);
	figure_number(figure, "HEIGHT", top + height + GRID_BOTTOM);
	fprintf(figure->script, "CASES = %d\nROLLOUTS = %d\nHEALTHY = %d\n", results->cases,
		results->rollouts, healthy);
	write_cells(figure, order);
}
