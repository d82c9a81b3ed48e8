/* Panel a of the comparison: what share of the trials was detected by when. Kaplan and Meier's
 * estimate, because trials end before their fault is found. */
#include "sim/report/figure.h"
#include "sim/report/figure_scale.h"

#include "sim/error.h"

#include <math.h>
#include <stdlib.h>

/* Steps lower than this are less than a pixel: large runs would only make large files. */
#define LEAST_STEP 0.001

struct curve {
	struct survival_step *steps;
	size_t count, hurt;
	double watched_s; /* the longest time any trial was watched after onset */
};

static double watched(const struct results *results, int cell)
{
	const struct column *onset = results_column("onset_time");
	double longest = NAN;
	for (int t = 0; t < results->trials_run[cell]; t++)
		longest = fmax(longest,
			       results->horizon_s - results_value(results, onset, cell, t, 0));
	return longest;
}

static struct curve estimate(const struct results *results, int cell)
{
	size_t bytes = ((size_t)results->trials_run[cell] + 1) * sizeof(struct survival_step);
	struct curve curve = {.steps = malloc(bytes), .watched_s = watched(results, cell)};
	if (!curve.steps)
		error_out_of_memory(bytes);
	curve.count = cell_detection_curve(results, cell, curve.steps, &curve.hurt);
	return curve;
}

static void write_curve(FILE *script, const struct curve *curve, double low_s)
{
	double shown = 0;
	fprintf(script, "%.7g 0\n", low_s);
	for (size_t i = 0; i < curve->count; i++) {
		double detected = 1 - curve->steps[i].waiting;
		if (detected - shown < LEAST_STEP && i + 1 < curve->count)
			continue;
		shown = detected;
		fprintf(script, "%.7g %.6g\n", fmax(curve->steps[i].time, low_s), 100 * detected);
	}
	/* As long as anybody looked; two rows at least, or gnuplot calls it empty. */
	double end_s = curve->hurt ? fmax(curve->watched_s, low_s) : low_s;
	fprintf(script, "%.7g %.6g\n\n\n", end_s, 100 * shown);
}

/* The axis begins at the first detection anywhere, or shows the last tenth if there is none. */
static struct ticks axis(const struct curve *curves, int count, double horizon_s, double *low_s)
{
	double first = INFINITY, last = 0;
	for (int i = 0; i < count; i++) {
		if (curves[i].count)
			first = fmin(first, curves[i].steps[0].time);
		last = fmax(last, curves[i].hurt ? curves[i].watched_s : 0);
	}
	last = last > 0 ? last : horizon_s;
	*low_s = isinf(first) ? last / 10 : first;
	struct ticks ticks;
	figure_log_times(&ticks, low_s, &last, 1);
	return ticks;
}

void figure_detection(struct figure *figure, int case_index)
{
	const struct results *results = figure->results;
	size_t bytes = (size_t)results->rollouts * sizeof(struct curve);
	struct curve *curves = arena_take(&figure->arena, bytes);
	for (int r = 0; r < results->rollouts; r++)
		curves[r] = estimate(results, results_cell(results, r, case_index, 0));
	double low_s;
	struct ticks ticks = axis(curves, results->rollouts, results->horizon_s, &low_s);
	figure_ticks(figure, "DETECTION", &ticks);
	fprintf(figure->script, "# seconds from onset to decision, percent of the trials detected; "
				"one block a rollout\n$detection << EOD\n");
	for (int r = 0; r < results->rollouts; r++) {
		write_curve(figure->script, &curves[r], low_s);
		free(curves[r].steps);
	}
	fprintf(figure->script, "EOD\n");
}
