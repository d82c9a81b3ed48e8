/* Panel b of the comparison: false alarms against speed, a mark for each rollout at each point. Who
 * is quick only because it cries wolf is seen here. */
#include "sim/report/figure.h"
#include "sim/report/figure_scale.h"
#include "sim/report/figure_text.h"

#include "sim/stats/proportion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAME_WIDEST = 230, /* pixels */
	MARK_RADIUS = 8,
	BAR_HALF = 3,
	LINE_HEIGHT = 18,
	LABEL_DISTANCE = 11,
};

struct speed {
	int rollout, point;
	struct estimate median_s, alarms; /* alarms: percent */
	struct estimate at_s;		  /* the median as drawn: never has a place, too */
};

struct speeds {
	int count;
	struct speed *speed;
	double low_s, high_s, never_s, end_s, top; /* of the axes */
	int front;				   /* settings that no other beats in both */
	struct speed *best;			   /* them, fastest first */
	bool never;				   /* a median is not reached */
};

/* All harmless cases together. They share their streams, so with several of them the interval is
 * a little narrower than it should be. */
static struct estimate false_alarms(const struct results *results, int rollout, int point)
{
	const struct column *flag = results_column("false_rollback");
	int64_t count = 0, trials = 0;
	for (int c = 0; c < results->cases; c++) {
		int cell = results_cell(results, rollout, c, point);
		for (int t = 0; !results->case_harmful[c] && t < results->trials_run[cell]; t++) {
			count += results_value(results, flag, cell, t, 0) > 0;
			trials++;
		}
	}
	struct interval interval =
		proportion_clopper_pearson((double)count, (double)trials, CELL_LEVEL);
	return trials ? (struct estimate){100.0 * (double)count / (double)trials,
					  100 * interval.low, 100 * interval.high}
		      : (struct estimate){NAN, NAN, NAN};
}

/* A rollout that hurt nobody has no median, and no mark. */
static void collect(struct figure *figure, int case_index, struct speeds *speeds)
{
	const struct results *results = figure->results;
	size_t room = (size_t)results->rollouts * (size_t)results->points;
	speeds->speed = arena_take(&figure->arena, room * sizeof *speeds->speed);
	for (int r = 0; r < results->rollouts; r++)
		for (int p = 0; p < results->points; p++) {
			struct cell cell;
			cell_summarise(results, r, case_index, p, &cell);
			struct speed speed = {r, p, cell.detection_p50, false_alarms(results, r, p),
					      cell.detection_p50};
			if (!isnan(speed.median_s.value) && !isnan(speed.alarms.value))
				speeds->speed[speeds->count++] = speed;
		}
}

static double on_axis(const struct speeds *speeds, double seconds, double never_s)
{
	return isinf(seconds) && seconds > 0 ? never_s : fmax(seconds, speeds->low_s);
}

static struct ticks find_axes(const struct results *results, struct speeds *speeds)
{
	const double margin = 1.2, column = 0.28; /* of the axis, for "never" */
	double low = INFINITY, high = 0, top = 0;
	for (int i = 0; i < speeds->count; i++) {
		const struct speed *s = &speeds->speed[i];
		speeds->never |= isinf(s->median_s.value) || isinf(s->median_s.high);
		top = fmax(top, s->alarms.high);
		if (isinf(s->median_s.value))
			continue;
		low = fmin(low, s->median_s.low > 0 ? s->median_s.low : s->median_s.value);
		high = fmax(high, isinf(s->median_s.high) ? s->median_s.value : s->median_s.high);
	}
	speeds->low_s = isinf(low) ? results->horizon_s / 10 : low / margin;
	speeds->high_s = isinf(low) ? results->horizon_s : high * margin;
	struct ticks ticks;
	figure_log_times(&ticks, &speeds->low_s, &speeds->high_s,
			 speeds->never ? 1 / (1 + column) : 1);
	double stretch = speeds->high_s / speeds->low_s;
	speeds->never_s = speeds->high_s * pow(stretch, column / 2);
	speeds->end_s = speeds->high_s * pow(stretch, column);
	if (!speeds->never)
		speeds->end_s = speeds->high_s;
	speeds->top = figure_round_up(fmax(top, 0.5));
	return ticks;
}

/* Medians never reached are spread over their column, which has no scale, so that they don't hide
 * each other. */
static void find_places(struct speeds *speeds)
{
	int nevers = 0, rank = 0;
	for (int i = 0; i < speeds->count; i++)
		nevers += isinf(speeds->speed[i].median_s.value);
	double column = speeds->end_s / speeds->high_s;
	for (int i = 0; i < speeds->count; i++) {
		struct speed *s = &speeds->speed[i];
		double never_s = speeds->never_s;
		if (isinf(s->median_s.value))
			never_s = speeds->high_s * pow(column, ++rank / (nevers + 1.0));
		s->at_s.value = on_axis(speeds, s->median_s.value, never_s);
		s->at_s.low = on_axis(speeds, s->median_s.low, never_s);
		s->at_s.high = on_axis(speeds, s->median_s.high, never_s);
	}
}

static void write_speeds(FILE *script, const struct speeds *speeds)
{
	fprintf(script,
		"# rollout, point, median of detection in seconds with its interval, rate of "
		"false rollbacks in\n# percent with its interval; beyond SPEED_HIGH: never "
		"reached\n$speed << EOD\n");
	for (int i = 0; i < speeds->count; i++) {
		const struct speed *s = &speeds->speed[i];
		if (i > 0 && s->rollout != s[-1].rollout)
			fputc('\n', script);
		fprintf(script, "%d %d %.7g %.7g %.7g %.6g %.6g %.6g\n", s->rollout + 1, s->point,
			s->at_s.value, s->at_s.low, s->at_s.high, s->alarms.value, s->alarms.low,
			s->alarms.high);
	}
	fprintf(script, "EOD\n");
}

static int by_speed(const void *a, const void *b)
{
	const struct speed *x = a, *y = b;
	double more = x->median_s.value != y->median_s.value ? x->median_s.value - y->median_s.value
							     : x->alarms.value - y->alarms.value;
	return (more > 0) - (more < 0);
}

/* Each of the front must have fewer false alarms than all that are faster. */
static void find_front(struct figure *figure, struct speeds *speeds)
{
	size_t bytes = (size_t)speeds->count * sizeof *speeds->best;
	struct speed *sorted = arena_take(&figure->arena, bytes + 1);
	memcpy(sorted, speeds->speed, bytes);
	qsort(sorted, (size_t)speeds->count, sizeof *sorted, by_speed);
	double fewest = INFINITY;
	for (int i = 0; i < speeds->count; i++) {
		if (isinf(sorted[i].median_s.value) || sorted[i].alarms.value >= fewest)
			continue;
		fewest = sorted[i].alarms.value;
		sorted[speeds->front++] = sorted[i];
	}
	speeds->best = sorted;
}

/* gnuplot warns of a block without numbers, even if it is not drawn. */
static void write_front(FILE *script, const struct speeds *speeds)
{
	bool worth = speeds->count > 2 && speeds->front > 1;
	fprintf(script, "# settings that no other beats in both\n$front << EOD\n");
	for (int i = 0; i < speeds->front; i++)
		fprintf(script, "%.7g %.6g\n", speeds->best[i].median_s.value,
			speeds->best[i].alarms.value);
	if (!speeds->front)
		fprintf(script, "0 0\n");
	fprintf(script, "EOD\nFRONT = %d\n", worth);
}

/* ---- names beside the marks, if there is room for all */

struct box {
	double left, top, right, bottom; /* pixels; y grows downwards */
};

struct panel {
	const struct speeds *speeds;
	double width, height;
};

static double x_of(const struct panel *panel, double seconds)
{
	const struct speeds *speeds = panel->speeds;
	return log(seconds / speeds->low_s) / log(speeds->end_s / speeds->low_s) * panel->width;
}

static double y_of(const struct panel *panel, double percent)
{
	/* The axis goes on by a fiftieth at both ends, so that marks at 0 % are seen whole. */
	return (1.02 - percent / panel->speeds->top) / 1.04 * panel->height;
}

static bool overlap(struct box a, struct box b)
{
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

static bool touches_mark(const struct panel *panel, struct box label, const struct speed *s)
{
	double x = x_of(panel, s->at_s.value), y = y_of(panel, s->alarms.value);
	struct box mark = {x - MARK_RADIUS, y - MARK_RADIUS, x + MARK_RADIUS, y + MARK_RADIUS};
	struct box across = {x_of(panel, s->at_s.low), y - BAR_HALF, x_of(panel, s->at_s.high),
			     y + BAR_HALF};
	struct box upright = {x - BAR_HALF, y_of(panel, s->alarms.high), x + BAR_HALF,
			      y_of(panel, s->alarms.low)};
	return overlap(label, mark) || overlap(label, across) || overlap(label, upright);
}

/* Its line goes on at a setting's rate until the next, better one, and then down to that. */
static bool touches_front(const struct panel *panel, struct box label)
{
	const struct speeds *speeds = panel->speeds;
	for (int i = 0; i + 1 < speeds->front; i++) {
		double x = x_of(panel, speeds->best[i].median_s.value);
		double next_x = x_of(panel, speeds->best[i + 1].median_s.value);
		double y = y_of(panel, speeds->best[i].alarms.value);
		double next_y = y_of(panel, speeds->best[i + 1].alarms.value);
		struct box flat = {x, y - BAR_HALF, next_x, y + BAR_HALF};
		struct box drop = {next_x - BAR_HALF, y, next_x + BAR_HALF, next_y};
		if (overlap(label, flat) || overlap(label, drop))
			return true;
	}
	return false;
}

static bool is_free(const struct panel *panel, const struct box *taken, int count, struct box label)
{
	if (label.left < 0 || label.right > panel->width || label.top < 0 ||
	    label.bottom > panel->height || touches_front(panel, label))
		return false;
	for (int i = 0; i < count; i++)
		if (overlap(label, taken[i]))
			return false;
	for (int i = 0; i < panel->speeds->count; i++)
		if (touches_mark(panel, label, &panel->speeds->speed[i]))
			return false;
	return true;
}

/* Beside the bars, in each of the four corners; else beyond their ends. */
static bool place(const struct panel *panel, const struct box *taken, int count,
		  const char *const *names, struct box *label)
{
	const struct speed *s = &panel->speeds->speed[count];
	double width = figure_width(names[count], FIGURE_SMALL), away = LABEL_DISTANCE;
	double x = x_of(panel, s->at_s.value), y = y_of(panel, s->alarms.value);
	const double tries[][2] = {
		{x + away, y - away - 4},
		{x - away - width, y - away - 4},
		{x + away, y + away + 4},
		{x - away - width, y + away + 4},
		{x - width / 2, y_of(panel, s->alarms.high) - away},
		{x - width / 2, y_of(panel, s->alarms.low) + away},
	};
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		double left = tries[i][0], top = tries[i][1] - LINE_HEIGHT / 2.0;
		*label = (struct box){left, top, left + width, top + LINE_HEIGHT};
		if (is_free(panel, taken, count, *label))
			return true;
	}
	return false;
}

static void write_names(struct figure *figure, const struct panel *panel)
{
	const struct results *results = figure->results;
	size_t room = (size_t)results->rollouts + 1;
	int count = panel->speeds->count;
	const char **names = arena_take(&figure->arena, room * sizeof *names);
	struct box *label = arena_take(&figure->arena, room * sizeof *label);
	double *x = arena_take(&figure->arena, 2 * room * sizeof *x), *y = x + room;
	bool fit = results->points == 1;
	for (int i = 0; i < count && fit; i++) {
		const char *name = results->rollout_names[panel->speeds->speed[i].rollout];
		names[i] = figure_cut(&figure->arena, figure_clean(&figure->arena, name),
				      FIGURE_SMALL, NAME_WIDEST);
		fit = place(panel, label, i, names, &label[i]);
		x[i] = label[i].left / panel->width;
		y[i] = 1 - (label[i].top + label[i].bottom) / 2 / panel->height;
	}
	count = fit ? count : 0;
	fprintf(figure->script, "NAMES = %d\n", count);
	figure_numbers(figure, "NAME_X", x, count);
	figure_numbers(figure, "NAME_Y", y, count);
	figure_texts(figure, "NAME_TEXT", names, count);
}

/* What to say where there is nothing to draw. */
static const char *reason(const struct results *results)
{
	for (int c = 0; c < results->cases; c++)
		if (!results->case_harmful[c])
			return "nobody was hurt: nothing to detect";
	return "no case is without harm: false alarms are unknown";
}

void figure_speed(struct figure *figure, int case_index, double panel_width, double panel_height)
{
	struct speeds speeds = {.count = 0};
	collect(figure, case_index, &speeds);
	struct ticks ticks = find_axes(figure->results, &speeds);
	find_places(&speeds);
	find_front(figure, &speeds);
	figure_ticks(figure, "SPEED", &ticks);
	fprintf(figure->script, "SPEEDS = %d\n", speeds.count);
	figure_text(figure, "NO_SPEED", reason(figure->results));
	figure_number(figure, "SPEED_LOW", speeds.low_s);
	figure_number(figure, "SPEED_HIGH", speeds.high_s);
	figure_number(figure, "SPEED_END", speeds.end_s);
	figure_number(figure, "SPEED_TOP", speeds.top);
	figure_number(figure, "NEVER", speeds.never ? speeds.never_s : NAN);
	fprintf(figure->script, "SPEED_NEVER = %d\n", speeds.never);
	write_speeds(figure->script, &speeds);
	write_front(figure->script, &speeds);
	write_names(figure, &(struct panel){&speeds, panel_width, panel_height});
}
