/* Traffic before anything is rolled out, a row a setting of it: how it comes over time, and how
 * much its counts vary in windows of all lengths. */
#include "sim/report/arrival_words.h"
#include "sim/report/figure.h"
#include "sim/report/figure_scale.h"
#include "sim/report/figure_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum {
	WIDTH = 1600,
	LEFT = 116, /* pixels */
	RATE_WIDTH = 640,
	RIGHT = 860,
	WINDOW_WIDTH = 640,
	ROWS_MOST = 8,	   /* more would not fit on any screen */
	HIGH = 300,	   /* a panel in a figure of one row, */
	MIDDLE_HIGH = 230, /* of a few, */
	LOW = 160,	   /* of many */
	ROWS_FEW = 3,
	ROW_TITLE = 74, /* above a panel: two lines */
	ROW_GAP = 56,	/* below one: the ticks, and room */
	FOOT = 84,
	STYLE_RATE = 51, /* of plots/style.gp, as the others */
	STYLE_MEAN = 26,
	STYLE_INTERVAL = 42,
	LABEL_WIDEST = 1400,
};

/* Arrivals of all rows together: a second or two. Only where one trial has tens of millions
 * does it take longer, for there must be a few. */
#define BUDGET 1e8

/* Below this a count varies so little that the difference is nobody's concern. */
#define LEAST_DISPERSION 1e-2

struct rows {
	const struct scenario *scenario;
	int count, all; /* drawn; that there are */
	int point[ROWS_MOST];
	struct arrival_survey survey[ROWS_MOST];
};

/* ---- rows */

static bool is_traffic(const struct vary *vary)
{
	return strcmp(vary->key, "traffic") == 0 || strncmp(vary->key, "traffic.", 8) == 0;
}

static bool same_traffic(const struct scenario *scenario, int a, int b)
{
	for (int i = 0; i < scenario->varied; i++) {
		const struct vary *vary = &scenario->vary[i];
		if (is_traffic(vary) && strcmp(vary->values[a], vary->values[b]) != 0)
			return false;
	}
	return true;
}

/* Points that differ elsewhere have the same arrivals, to the nanosecond: one row will do. */
static void find_rows(struct rows *rows, const struct scenario *scenario)
{
	*rows = (struct rows){.scenario = scenario};
	for (int p = 0; p < scenario->points; p++) {
		bool known = false;
		for (int before = 0; before < p && !known; before++)
			known = same_traffic(scenario, before, p);
		if (known)
			continue;
		if (rows->count < ROWS_MOST)
			rows->point[rows->count++] = p;
		rows->all++;
	}
}

/* What varies of the traffic, or the process. */
static const char *label_of(struct arena *arena, const struct scenario *scenario, int point)
{
	const char *label = "";
	for (int i = 0; i < scenario->varied; i++) {
		const struct vary *vary = &scenario->vary[i];
		if (is_traffic(vary))
			label = arena_printf(arena, "%s%s%s: %s", label, *label ? ", " : "",
					     vary->key, vary->values[point]);
	}
	if (!*label)
		label = scenario->plans[point].traffic.plugin->name;
	return figure_cut(arena, figure_clean(arena, label), FIGURE_POINTS, LABEL_WIDEST);
}

/* ---- data */

/* Steps need an end. */
static void write_rates(struct figure *figure, const struct rows *rows, double unit_s)
{
	fprintf(figure->script, "# a block a row: time, rate in trial 0\n$rate << EOD\n");
	for (int r = 0; r < rows->count; r++) {
		const struct arrival_survey *s = &rows->survey[r];
		struct rate_unit unit = arrival_unit(s);
		for (int b = 0; b <= s->bins; b++) {
			double at = fmin(b * s->bin_s, s->horizon_s) / unit_s;
			double rate = s->rate[b < s->bins ? b : s->bins - 1];
			fprintf(figure->script, "%.7g %.6g\n", at, rate / unit.per_second);
		}
		fprintf(figure->script, "\n\n");
	}
	fprintf(figure->script, "EOD\n");
}

/* Drawn from middle to middle, and on to both ends. */
static void write_means(struct figure *figure, const struct rows *rows, double unit_s)
{
	fprintf(figure->script, "# a block a row: time, mean rate of all trials\n$mean << EOD\n");
	for (int r = 0; r < rows->count; r++) {
		const struct arrival_survey *s = &rows->survey[r];
		struct rate_unit unit = arrival_unit(s);
		int last = s->mean_bins - 1;
		fprintf(figure->script, "0 %.6g\n", s->mean[0] / unit.per_second);
		for (int b = 0; b <= last; b++) {
			double from = b * s->mean_bin_s;
			double to = fmin(from + s->mean_bin_s, s->horizon_s);
			fprintf(figure->script, "%.7g %.6g\n", (from + to) / 2 / unit_s,
				s->mean[b] / unit.per_second);
		}
		fprintf(figure->script, "%.7g %.6g\n\n\n", s->horizon_s / unit_s,
			s->mean[last] / unit.per_second);
	}
	fprintf(figure->script, "EOD\n");
}

/* Five ticks or fewer: more would touch in low panels. */
static double tick_step(double top)
{
	double power = pow(10, floor(log10(top / 5))), step = top / 5 / power;
	return power * (step <= 1 ? 1 : step <= 2 ? 2 : step <= 5 ? 5 : 10);
}

static void write_rate_axes(struct figure *figure, const struct rows *rows)
{
	double top[ROWS_MOST], step[ROWS_MOST];
	const char *name[ROWS_MOST];
	for (int r = 0; r < rows->count; r++) {
		const struct arrival_survey *s = &rows->survey[r];
		struct rate_unit unit = arrival_unit(s);
		double most = s->busiest;
		for (int b = 0; b < s->mean_bins; b++)
			most = fmax(most, s->mean[b]);
		top[r] = most > 0 ? 1.06 * most / unit.per_second : 1;
		step[r] = tick_step(top[r]);
		name[r] = unit.name;
	}
	figure_numbers(figure, "RATE_TOP", top, rows->count);
	figure_numbers(figure, "RATE_STEP", step, rows->count);
	figure_texts(figure, "RATE_UNIT", name, rows->count);
}

/* A row without a panel still takes its place among the blocks; gnuplot warns of empty ones. */
static void write_dispersions(struct figure *figure, const struct rows *rows, double low,
			      double high)
{
	fprintf(figure->script, "# a block a row: length of the window in s; variance over mean of "
				"the counts; its interval\n$dispersion << EOD\n");
	for (int r = 0; r < rows->count; r++) {
		const struct arrival_survey *s = &rows->survey[r];
		for (int k = 0; k < s->widths; k++) {
			struct estimate e = s->width[k].dispersion;
			fprintf(figure->script, "%.7g %.6g %.6g %.6g\n", s->width[k].seconds,
				fmax(e.value, low), fmin(fmax(e.low, low), high),
				fmin(fmax(e.high, low), high));
		}
		fprintf(figure->script, s->widths ? "\n\n" : "1 1 1 1\n\n\n");
	}
	fprintf(figure->script, "EOD\n");
}

/* A bound far from its estimate does not set the scale. */
static void find_scale(const struct rows *rows, double *low, double *high)
{
	*low = 0.5;
	*high = 2;
	for (int r = 0; r < rows->count; r++)
		for (int k = 0; k < rows->survey[r].widths; k++) {
			struct estimate e = rows->survey[r].width[k].dispersion;
			*low = fmin(*low, 0.8 * fmax(e.low, e.value / 3));
			*high = fmax(*high, 1.25 * fmin(e.high, 3 * e.value));
		}
	*low = fmax(*low, LEAST_DISPERSION);
}

/* 1, 2, 5, 10 on a short axis, powers of ten on a longer one, every second on a long one. */
static void write_dispersion_ticks(struct figure *figure, double low, double high)
{
	struct ticks ticks = {.count = 0};
	double decades = log10(high / low);
	int step = decades > 5 ? 2 : 1;
	for (int power = -4; power <= 12; power += step)
		for (int m = 0; m < 3; m++) {
			double at = pow(10, power) * (m == 2 ? 5 : m + 1);
			if (at < low || at > high || (m && decades > 2) ||
			    ticks.count == TICKS_MOST)
				continue;
			ticks.at[ticks.count] = at;
			/* At the floor lies what is below it, too. */
			ticks.text[ticks.count++] =
				at <= LEAST_DISPERSION ? arena_printf(&figure->arena, "≤%g", at)
				: at >= 1e6 ? arena_printf(&figure->arena, "%gM", at / 1e6)
				: at >= 1e4 ? arena_printf(&figure->arena, "%gk", at / 1e3)
					    : arena_printf(&figure->arena, "%g", at);
		}
	figure_ticks(figure, "DISPERSION", &ticks);
}

static void write_windows(struct figure *figure, const struct rows *rows)
{
	struct ticks ticks;
	double low, high, shortest = INFINITY, longest = 0;
	for (int r = 0; r < rows->count; r++) {
		const struct arrival_survey *s = &rows->survey[r];
		if (!s->widths)
			continue;
		shortest = fmin(shortest, s->width[0].seconds);
		longest = fmax(longest, s->width[s->widths - 1].seconds);
	}
	if (longest <= 0)
		shortest = longest = 1;
	figure_log_times(&ticks, &shortest, &longest, 1);
	figure_ticks(figure, "WINDOW", &ticks);
	find_scale(rows, &low, &high);
	write_dispersion_ticks(figure, low, high);
	figure_number(figure, "DISPERSION_LOW", low);
	figure_number(figure, "DISPERSION_HIGH", high);
	write_dispersions(figure, rows, low, high);
}

static void write_row_texts(struct figure *figure, const struct rows *rows)
{
	const char *label[ROWS_MOST], *about[ROWS_MOST], *left[ROWS_MOST], *right[ROWS_MOST];
	struct arena *arena = &figure->arena;
	for (int r = 0; r < rows->count; r++) {
		label[r] = label_of(arena, rows->scenario, rows->point[r]);
		about[r] = arrival_about(arena, &rows->survey[r]);
		left[r] = arrival_no_rate(arena, &rows->survey[r]);
		right[r] = arrival_no_dispersion(arena, &rows->survey[r]);
	}
	figure_texts(figure, "ROW_LABEL", label, rows->count);
	figure_texts(figure, "ROW_ABOUT", about, rows->count);
	figure_texts(figure, "NO_RATE", left, rows->count);
	figure_texts(figure, "NO_DISPERSION", right, rows->count);
}

/* ---- layout */

static double write_head(struct figure *figure, const struct rows *rows)
{
	const struct scenario *scenario = rows->scenario;
	struct arena *arena = &figure->arena;
	static const struct legend legend[] = {
		{"trial 0", STYLE_RATE},
		{"mean of all trials", STYLE_MEAN},
		{"95 % interval (jackknife over trials)", STYLE_INTERVAL},
	};
	const char *title =
		arena_printf(arena, "Traffic of %s", figure_clean(arena, scenario->title));
	const char *about = arena_printf(
		arena,
		"seed %" PRIu64 "; left: arrivals over time; right: variance over mean of the "
		"counts in windows, 1 for independent arrivals",
		scenario->plans[0].seed);
	if (rows->all > rows->count)
		about = arena_printf(arena, "%s; the first %d of %d settings", about, rows->count,
				     rows->all);
	return figure_head(figure, WIDTH, title, about, legend, sizeof legend / sizeof *legend);
}

static void write_layout(struct figure *figure, double head, int rows)
{
	double high = rows == 1 ? HIGH : rows <= ROWS_FEW ? MIDDLE_HIGH : LOW;
	double row = ROW_TITLE + high + ROW_GAP;
	fprintf(figure->script, "ROWS = %d\n", rows);
	figure_number(figure, "LEFT", LEFT);
	figure_number(figure, "RIGHT", RIGHT);
	figure_number(figure, "RATE_WIDTH", RATE_WIDTH);
	figure_number(figure, "WINDOW_WIDTH", WINDOW_WIDTH);
	figure_number(figure, "PANEL_HEIGHT", high);
	figure_number(figure, "ROW_HEIGHT", row);
	figure_number(figure, "TOP", head + ROW_TITLE);
	figure_number(figure, "HEIGHT", head + rows * row - ROW_GAP + FOOT);
}

void figure_arrivals(struct figure *figure, const struct scenario *scenario)
{
	struct rows rows;
	find_rows(&rows, scenario);
	for (int r = 0; r < rows.count; r++)
		arrivals_survey(&scenario->plans[rows.point[r]], BUDGET / rows.count,
				&figure->arena, &rows.survey[r]);
	double horizon_s = rows.survey[0].horizon_s; /* the same at every point */
	struct time_axis axis = figure_time_axis(horizon_s);
	write_layout(figure, write_head(figure, &rows), rows.count);
	figure_text(figure, "UNIT", axis.unit);
	figure_number(figure, "TIME_STEP", axis.step);
	figure_number(figure, "TIME_END", horizon_s / axis.seconds);
	write_row_texts(figure, &rows);
	write_rate_axes(figure, &rows);
	write_rates(figure, &rows, axis.seconds);
	write_means(figure, &rows, axis.seconds);
	write_windows(figure, &rows);
}
