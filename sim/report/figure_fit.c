/* A trace and the model fitted to it, one over the other: the rate, the dispersion of counts, the
 * durations, the gaps. */
#include "sim/report/figure_fit.h"

#include "sim/latency.h"
#include "sim/report/figure.h"
#include "sim/report/figure_scale.h"
#include "sim/report/figure_text.h"
#include "sim/report/fit_report.h"
#include "sim/report/words.h"

#include "sim/stats/quantile.h"
#include "sim/stats/sort.h"

#include <math.h>
#include <string.h>

enum {
	WIDTH = 1600, /* pixels */
	LEFT = 116,
	RIGHT = 868,
	PANEL_WIDTH = 640,
	PANEL_HEIGHT = 280,
	ROW_TITLE = 60,
	ROW_GAP = 76,
	FOOT = 84,
	STYLE_TRACE = 26, /* of plots/style.gp, as the others */
	STYLE_MODEL = 51,
	STYLE_INTERVAL = 42,
	STYLE_FAILURES = 22,
	POINTS = 240, /* of a curve */
	GAPS_MOST = 1000000,
};

#define TEN_THOUSANDTH 1e-4

/* ---- the rate */

struct rate_scale {
	double per_second;
	const char *name;
};

static struct rate_scale scale_of(double per_second)
{
	if (per_second >= 0.5)
		return (struct rate_scale){1, "requests / s"};
	return per_second >= 0.5 / 60 ? (struct rate_scale){1.0 / 60, "requests / min"}
				      : (struct rate_scale){1.0 / 3600, "requests / h"};
}

/* Less than half a bin at the end says too little of the rate to be drawn beside whole ones. */
static int bins_drawn(const struct fit_rate *rate)
{
	bool partial = rate->bins > 1 && rate->exposure[rate->bins - 1] < rate->bin_s / 2;
	return rate->bins - partial;
}

/* Steps need an end: the last bin is written twice. */
static void write_rate(struct figure *figure, const struct fit_picture *picture)
{
	const struct fit_rate *rate = &picture->fit->rate;
	double span_s = picture->fit->span_s, top = 0;
	struct rate_scale unit = scale_of(rate->per_second);
	struct time_axis axis = figure_time_axis(span_s);
	fputs("# time, rate of the trace, of the model, what samples of it show\n$rate << EOD\n",
	      figure->script);
	const int bins = bins_drawn(rate);
	for (int b = 0; b <= bins; b++) {
		int at = b < bins ? b : b - 1;
		const struct fit_value *bin = &picture->comparison->bin[at];
		double from = fmin(b * rate->bin_s, span_s);
		double model = rate->per_second *
			       fit_factor(rate, at * rate->bin_s + rate->exposure[at] / 2);
		fprintf(figure->script, "%.7g %.6g %.6g %.6g %.6g\n", from / axis.seconds,
			bin->trace / unit.per_second, model / unit.per_second,
			bin->low / unit.per_second, bin->high / unit.per_second);
		top = fmax(top, fmax(bin->trace, bin->high) / unit.per_second);
	}
	fputs("EOD\n", figure->script);
	figure_text(figure, "UNIT", axis.unit);
	figure_number(figure, "TIME_STEP", axis.step);
	figure_number(figure, "TIME_END", span_s / axis.seconds);
	figure_text(figure, "RATE_UNIT", unit.name);
	figure_number(figure, "RATE_TOP", 1.06 * top);
}

/* ---- the dispersion */

static void write_dispersion(struct figure *figure, const struct fit_picture *picture)
{
	const struct fit_comparison *c = picture->comparison;
	struct ticks ticks;
	double low = 0.5, high = 2, shortest = 1, longest = 2;
	fputs("# window in s, trace, model, what samples show\n$dispersion << EOD\n",
	      figure->script);
	for (int k = 0; k < c->widths; k++) {
		const struct fit_value *v = &c->dispersion[k];
		if (v->verdict == FIT_NOTHING)
			continue;
		fprintf(figure->script, "%.7g %.6g %.6g %.6g %.6g\n", c->width_s[k], v->trace,
			v->middle, v->low, v->high);
		low = fmin(low, 0.8 * fmin(v->trace, v->low));
		high = fmax(high, 1.25 * fmax(v->trace, v->high));
	}
	fputs("EOD\n", figure->script);
	if (c->widths) {
		shortest = c->width_s[0];
		longest = c->width_s[c->widths - 1];
	}
	figure_log_times(&ticks, &shortest, &longest, 1);
	figure_ticks(figure, "WINDOW", &ticks);
	figure_number(figure, "WINDOWS", c->widths);
	figure_number(figure, "DISPERSION_LOW", fmax(low, 1e-3));
	figure_number(figure, "DISPERSION_HIGH", high);
}

/* ---- the durations */

/* From 1 in 1000 to 999 of them. */
static double share_of(int point)
{
	return 0.001 + 0.998 * point / (POINTS - 1);
}

static void write_law(struct figure *figure, const struct fit_law *law, const struct use *use,
		      double *low, double *high)
{
	const struct latency *model = (const struct latency *)use->plugin;
	for (int k = 0; k < POINTS && law->n; k++) {
		double p = share_of(k);
		double trace = 1e-9 * quantile_of_sorted(law->sorted, (size_t)law->n, p);
		double fitted = 1e-9 * model->quantile(use->config, p);
		fprintf(figure->script, "%.6g %.6g %.6g\n", 100 * p, trace, fitted);
		*low = fmin(*low, fmin(trace, fitted));
		*high = fmax(*high, fmax(trace, fitted));
	}
	fputs(law->n ? "\n\n" : "1 1 1\n\n\n", figure->script);
}

static void write_durations(struct figure *figure, const struct fit_picture *picture)
{
	const struct fit *fit = picture->fit;
	const struct service_plan *service = &picture->plan->version[STABLE].service[0];
	struct ticks ticks;
	double low = INFINITY, high = 0;
	fputs("# answers, then failures: percent, time of the trace, of the model\n$times << EOD\n",
	      figure->script);
	write_law(figure, &fit->answers, &service->latency, &low, &high);
	write_law(figure, &fit->failures, &service->failed, &low, &high);
	fputs("EOD\n", figure->script);
	low = fmax(low, 1e-9);
	if (!(high > low))
		high = low < INFINITY ? 2 * low : (low = 1, 2);
	figure_log_times(&ticks, &low, &high, 1);
	figure_ticks(figure, "TIMES", &ticks);
	figure_number(figure, "ANSWERS", fit->answers.n);
	figure_number(figure, "FAILURES", fit->failures.n);
}

/* ---- the gaps */

/* At even steps of the logarithm of how many are longer. */
static void write_gaps(struct figure *figure, const struct fit_picture *picture)
{
	const struct fit *fit = picture->fit;
	int64_t n = fit->n - 1 < GAPS_MOST ? fit->n - 1 : GAPS_MOST;
	double *gap = arena_take(&figure->arena, (size_t)(n + 1) * sizeof *gap);
	double least = fmax(1.0 / (double)n, TEN_THOUSANDTH), low = INFINITY;
	memcpy(gap, fit->at_s, (size_t)(n + 1) * sizeof *gap);
	fit_rescale(&fit->rate, gap, n + 1);
	for (int64_t i = 0; i < n; i++)
		gap[i] = gap[i + 1] - gap[i];
	sort_ascending(gap, (size_t)n);
	fputs("# gap, share longer in the trace, in the model, of independent arrivals\n$gaps << "
	      "EOD\n",
	      figure->script);
	for (int k = 0; k < POINTS; k++) {
		double longer = 0.99 * pow(least / 0.99, (double)k / (POINTS - 1));
		double x = gap[(int64_t)fmin((1 - longer) * (double)n, (double)n - 1)];
		fprintf(figure->script, "%.6g %.6g %.6g %.6g\n", x, longer,
			fmax(1 - gap_law_below(&fit->gaps, x), 1e-9), fmax(exp(-x), 1e-9));
		low = x > 0 ? fmin(low, x) : low;
	}
	fputs("EOD\n", figure->script);
	figure_number(figure, "GAP_LOW", fmax(fmin(low, 0.1), 1e-4));
	figure_number(figure, "GAP_HIGH", fmax(gap[n - 1], 10));
	figure_number(figure, "LEAST", least);
}

/* ---- all of it */

static double write_head(struct figure *figure, const struct fit_picture *picture)
{
	static const struct legend legend[] = {
		{"trace", STYLE_TRACE},
		{"model", STYLE_MODEL},
		{"95 % of samples of the model", STYLE_INTERVAL},
		{"model of the failures", STYLE_FAILURES},
	};
	struct arena *arena = &figure->arena;
	const struct fit *fit = picture->fit;
	char span[WORDS_TEXT];
	const char *title = arena_printf(arena, "A trace and what was fitted to it: %s",
					 figure_clean(arena, picture->title));
	const char *about = arena_printf(
		arena, "%lld requests over %s; arrivals: %s; answers: %s; %d samples",
		(long long)fit->n, words_seconds(span, fit->span_s), fit_arrivals_words(arena, fit),
		fit_law_words(&fit->answers), picture->comparison->trials);
	return figure_head(figure, WIDTH, title, about, legend, fit->failures.n ? 4 : 3);
}

void figure_fit(struct figure *figure, const struct fit_picture *picture)
{
	double head = write_head(figure, picture), row = ROW_TITLE + PANEL_HEIGHT + ROW_GAP;
	figure_number(figure, "LEFT", LEFT);
	figure_number(figure, "RIGHT", RIGHT);
	figure_number(figure, "PANEL_WIDTH", PANEL_WIDTH);
	figure_number(figure, "PANEL_HEIGHT", PANEL_HEIGHT);
	figure_number(figure, "UPPER", head + ROW_TITLE);
	figure_number(figure, "LOWER", head + row + ROW_TITLE);
	figure_number(figure, "HEIGHT", head + 2 * row - ROW_GAP + FOOT);
	write_rate(figure, picture);
	write_dispersion(figure, picture);
	write_durations(figure, picture);
	write_gaps(figure, picture);
}
