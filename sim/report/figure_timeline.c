/* One kept trial as its operator would have seen it: who got the traffic, how often it failed, how
 * slow it was, and what was done about it. */
#include "sim/report/figure.h"
#include "sim/report/figure_markers.h"
#include "sim/report/figure_scale.h"
#include "sim/report/figure_text.h"

#include "sim/stats/proportion.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum {
	WIDTH = 1400,
	LEFT = 104, /* pixels */
	PANEL_WIDTH = 1256,
	SHARE_HEIGHT = 180,
	PANEL_HEIGHT = 260,
	PANEL_TITLE = 26,
	PANEL_GAP = 36,
	FOOT = 78,
	REQUESTS_FEWEST = 50, /* a ribbon of fewer says nothing, and doesn't set the scale */
	POINTS_MOST = 600,    /* along the axis: two pixels each */
	STYLE_STABLE = 41,    /* of plots/style.gp, as the other two */
	STYLE_RIBBON,
	STYLE_HARM,
	STYLE_CANDIDATE = 50, /* and the number of the rollout's colour */
};

/* Scrapes, several together where a trial has more of them than the figure has pixels. */
struct series {
	const struct timeline *timeline;
	int versions, together, points;
	double scrape_s, unit_s;
};

/* Counts add up; of the quantiles the worst is kept, because quantiles don't. */
static struct series_bin merge(const struct series *series, int point, int version)
{
	struct series_bin sum = {.latency_p99 = NAN};
	const struct timeline *timeline = series->timeline;
	int first = point * series->together, last = first + series->together;
	for (int b = first; b < last && b < timeline->bins; b++) {
		const struct series_bin *bin = &timeline->bin[b * series->versions + version];
		sum.requests += bin->requests;
		sum.errors += bin->errors;
		sum.latency_p99 = fmax(sum.latency_p99, bin->latency_p99);
	}
	return sum;
}

struct tops {
	double errors, ribbon, latency_s;
};

/* A blank line where there was no traffic, so that nothing is drawn across the gap. Returns whether
 * there was any. */
static bool write_series(struct figure *figure, const struct series *series, const char *name,
			 int version, struct tops *tops)
{
	fprintf(figure->script,
		"# time; errors in percent with their interval; p99 latency in s\n$%s << EOD\n",
		name);
	bool any = false;
	for (int i = 0; i < series->points; i++) {
		struct series_bin bin = merge(series, i, version);
		double middle_s = (i + 0.5) * series->together * series->scrape_s;
		if (!(bin.requests > 0)) {
			fputc('\n', figure->script);
			continue;
		}
		any = true;
		struct interval wilson = proportion_wilson(bin.errors, bin.requests, CELL_LEVEL);
		double rate = bin.errors / bin.requests;
		fprintf(figure->script, "%.7g %.6g %.6g %.6g ", middle_s / series->unit_s,
			100 * rate, 100 * wilson.low, 100 * wilson.high);
		fprintf(figure->script, isnan(bin.latency_p99) ? "NaN\n" : "%.6g\n",
			bin.latency_p99);
		tops->errors = fmax(tops->errors, rate);
		if (bin.requests >= REQUESTS_FEWEST)
			tops->ribbon = fmax(tops->ribbon, wilson.high);
		tops->latency_s = fmax(tops->latency_s, bin.latency_p99);
	}
	/* gnuplot warns of a block without numbers, even if it is not drawn. */
	fprintf(figure->script, any ? "EOD\n" : "0 0 0 0 0\nEOD\n");
	return any;
}

static void write_telemetry(struct figure *figure, const struct series *series, int candidate)
{
	struct tops tops = {0};
	const int version[] = {STABLE, candidate};
	const char *const name[] = {"stable", "candidate"}, *const has[] = {"STABLE", "CANDIDATE"};
	for (int i = 0; i < 2; i++) {
		bool any = write_series(figure, series, name[i], version[i], &tops);
		fprintf(figure->script, "%s = %d\n", has[i], any);
	}
	/* Wide ribbons may be cut where the rates would get flat. */
	double top = fmax(fmin(tops.ribbon, 4 * tops.errors), 1.1 * tops.errors);
	figure_number(figure, "ERROR_TOP", 100 * fmin(fmax(top * 1.05, 0.005), 1));
	bool in_seconds = tops.latency_s >= 2;
	figure_text(figure, "LATENCY_UNIT", in_seconds ? "s" : "ms");
	figure_number(figure, "LATENCY_FACTOR", in_seconds ? 1 : 1000);
	double latency_top = tops.latency_s > 0 ? tops.latency_s * 1.1 : 1e-3;
	figure_number(figure, "LATENCY_TOP", latency_top * (in_seconds ? 1 : 1000));
}

static const char *outcome_of(struct figure *figure, const struct timeline *timeline)
{
	static const char *const words[] = {"promoted", "rolled back", "paused", "unfinished",
					    "refused"};
	const struct results *results = figure->results;
	int cell = results_cell(results, timeline->rollout, timeline->case_index, 0);
	if (timeline->trial >= results->trials_run[cell])
		return "";
	double outcome =
		results_value(results, results_column("outcome"), cell, timeline->trial, 0);
	double harmed =
		results_value(results, results_column("harmed_requests"), cell, timeline->trial, 0);
	if (!(outcome >= 0 && outcome < OUTCOMES))
		return "";
	return arena_printf(&figure->arena, "; %s, harmed requests: %.0f", words[(int)outcome],
			    harmed);
}

static double write_head(struct figure *figure, const struct series *series, int candidate,
			 bool harmed)
{
	const struct results *results = figure->results;
	struct arena *arena = &figure->arena;
	const struct timeline *timeline = series->timeline;
	const char *title =
		arena_printf(arena, "Trial %d of %s: case %s", timeline->trial,
			     figure_clean(arena, results->rollout_names[timeline->rollout]),
			     figure_clean(arena, results->case_names[timeline->case_index]));
	const char *about =
		arena_printf(arena, "%s; seed %" PRIu64 "%s; a point is %s of telemetry%s",
			     figure_title(figure), results->seed, outcome_of(figure, timeline),
			     figure_duration(arena, series->scrape_s * series->together),
			     series->together > 1 ? ", its p99 the worst scrape's" : "");
	struct legend legend[] = {
		{figure_clean(arena, results->version_names[candidate]),
		 STYLE_CANDIDATE + timeline->rollout % FIGURE_COLOURS + 1},
		{figure_clean(arena, results->version_names[STABLE]), STYLE_STABLE},
		{"95 % interval (Wilson)", STYLE_RIBBON},
		{"the candidate harms users", STYLE_HARM},
	};
	return figure_head(figure, WIDTH, title, about, legend, harmed ? 4 : 3);
}

static struct series find_series(const struct results *results, const struct timeline *timeline,
				 double end_s, double unit_s)
{
	double bins = fmin(ceil(end_s / results->scrape_s - 1e-9), timeline->bins);
	struct series series = {timeline,  results->versions, 1,
				(int)bins, results->scrape_s, unit_s};
	series.together = (int)ceil(fmax(bins, 1) / POINTS_MOST);
	series.points = (int)ceil(bins / series.together);
	return series;
}

static void write_layout(struct figure *figure, double head, int rows)
{
	double top = head + PANEL_TITLE + FIGURE_ROW * rows;
	double middle = top + SHARE_HEIGHT + PANEL_GAP, lower = middle + PANEL_HEIGHT + PANEL_GAP;
	figure_number(figure, "LEFT", LEFT);
	figure_number(figure, "PANEL_WIDTH", PANEL_WIDTH);
	figure_number(figure, "PANEL_HEIGHT", PANEL_HEIGHT);
	figure_number(figure, "SHARE_HEIGHT", SHARE_HEIGHT);
	figure_number(figure, "TOP", top);
	figure_number(figure, "MIDDLE", middle);
	figure_number(figure, "LOWER", lower);
	figure_number(figure, "BASE", lower + PANEL_HEIGHT);
	figure_number(figure, "HEIGHT", lower + PANEL_HEIGHT + FOOT);
}

void figure_timeline(struct figure *figure, const struct timeline *timeline)
{
	const struct results *results = figure->results;
	struct markers markers = figure_markers(figure, timeline, ~0u);
	double end_s = figure_end(results, &markers);
	struct time_axis axis = figure_time_axis(end_s);
	struct series series = find_series(results, timeline, end_s, axis.seconds);
	int candidate = figure_candidate(results, timeline);
	bool harmed = !isnan(markers.onset_s);
	double head = write_head(figure, &series, candidate, harmed);
	figure_markers_place(&markers, end_s, PANEL_WIDTH);
	figure_markers_write(figure, &markers, axis.seconds);
	write_layout(figure, head, markers.rows);
	figure_text(figure, "UNIT", axis.unit);
	figure_number(figure, "TIME_STEP", axis.step);
	figure_number(figure, "TIME_END", end_s / axis.seconds);
	fprintf(figure->script, "HARM = %d\nTRIAL_STYLE = %d\n", harmed, timeline->rollout + 1);
	double until_s = fmin(end_s, isnan(markers.safe_s) ? end_s : markers.safe_s);
	figure_number(figure, "HARM_FROM", harmed ? markers.onset_s / axis.seconds : 0);
	figure_number(figure, "HARM_TO", until_s / axis.seconds);
	double most = figure_share(figure, timeline, end_s, axis.seconds);
	figure_number(figure, "SHARE_TOP", 100 * fmin(fmax(most * 1.08, 0.01), 1));
	write_telemetry(figure, &series, candidate);
}
