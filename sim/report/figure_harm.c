/* Panel c of the comparison: harmed requests, a box beside the trials themselves. Zeros are the
 * best news a rollout can give, so a logarithmic axis gets a row for them. */
#include "sim/report/figure.h"
#include "sim/report/figure_text.h"

#include "sim/error.h"
#include "sim/stats/quantile.h"

#include <math.h>
#include <stdlib.h>

enum {
	DOTS_MOST = 400,   /* a rollout; more are a blot */
	SLOTS_FEWEST = 3,  /* as in plots/compare.gp: one or two boxes would be too wide */
	SLOT_GAP = 12,	   /* pixels between two names */
	DOTS_FEW = 100,	   /* so few can be larger */
	TILT = 30,	   /* degrees, where words of names would have to be broken */
	TILTED_MOST = 118, /* pixels of a name: half as many below the axis, as three lines take */
};

struct sample {
	double *sorted;
	size_t count, zeros;
};

static struct sample harm(const struct results *results, int cell)
{
	size_t bytes = ((size_t)results->trials_run[cell] + 1) * sizeof(double);
	struct sample sample = {.sorted = malloc(bytes)};
	if (!sample.sorted)
		error_out_of_memory(bytes);
	sample.count =
		cell_values(results, results_column("harmed_requests"), cell, 0, sample.sorted);
	while (sample.zeros < sample.count && sample.sorted[sample.zeros] <= 0)
		sample.zeros++;
	return sample;
}

static void write_box(FILE *script, int rollout, const struct sample *sample)
{
	static const double at[] = {0.05, 0.25, 0.5, 0.75, 0.95};
	fprintf(script, "%d", rollout + 1);
	for (size_t i = 0; i < sizeof at / sizeof *at; i++)
		fprintf(script, " %.7g", quantile_of_sorted(sample->sorted, sample->count, at[i]));
	fputc('\n', script);
}

/* A number in [-1/2, 1/2) that looks random and is the same every time: the finalizer of SplitMix
 * (Steele, Lea and Flood 2014). A regular sequence would show stripes. */
static double scatter(uint64_t n)
{
	n *= 0x9E3779B97F4A7C15;
	n = (n ^ n >> 30) * 0xBF58476D1CE4E5B9;
	n = (n ^ n >> 27) * 0x94D049BB133111EB;
	return (double)((n ^ n >> 31) >> 11) * 0x1p-53 - 0.5;
}

/* Every n-th of the sorted values, the smallest and the largest among them. */
static void write_dots(FILE *script, int rollout, const struct sample *sample)
{
	size_t dots = sample->count < DOTS_MOST ? sample->count : DOTS_MOST;
	for (size_t i = 0; i < dots; i++) {
		size_t rank = dots > 1 ? i * (sample->count - 1) / (dots - 1) : 0;
		fprintf(script, "%d %.7g %.4f %.4f\n", rollout + 1, sample->sorted[rank],
			scatter(2 * i + 1), scatter(2 * i + 2));
	}
}

/* Ticks at powers of ten; between them too where the axis is short. */
static void write_axis(struct figure *figure, double least, double most, bool zeros)
{
	double low = isinf(least) ? 0 : floor(log10(least)), high = most > 0 ? log10(most) : 0;
	high = fmax(high + 0.04 * (high - low), low + 1);
	figure_number(figure, "HARM_LOW", low);
	figure_number(figure, "HARM_HIGH", high);
	fprintf(figure->script, "HARM_ZEROS = %d\nHARM_FINE = %d\n", zeros, high - low < 2.2);
}

static void write_samples(FILE *script, const struct sample *samples, int count)
{
	fprintf(script, "# rollout; harmed requests: 5 %%, quartiles, 95 %% of the trials\n"
			"$harm_box << EOD\n");
	for (int r = 0; r < count; r++)
		if (samples[r].count)
			write_box(script, r, &samples[r]);
	fprintf(script, "EOD\n# rollout, harmed requests of a trial, where to put its dot\n"
			"$harm << EOD\n");
	for (int r = 0; r < count; r++)
		write_dots(script, r, &samples[r]);
	fprintf(script, "EOD\n");
}

static void write_names(struct figure *figure, double width)
{
	const struct results *results = figure->results;
	const char **names = arena_take(&figure->arena, (size_t)results->rollouts * sizeof *names);
	double slots = fmax(results->rollouts, SLOTS_FEWEST) + 0.2, room = width / slots - SLOT_GAP;
	bool tilted = false;
	for (int r = 0; r < results->rollouts; r++) {
		names[r] = figure_clean(&figure->arena, results->rollout_names[r]);
		tilted |= !figure_wraps_well(names[r], FIGURE_POINTS, room);
	}
	for (int r = 0; r < results->rollouts; r++)
		names[r] = tilted ? figure_cut(&figure->arena, names[r], FIGURE_POINTS, TILTED_MOST)
				  : figure_wrap(&figure->arena, names[r], FIGURE_POINTS, room,
						NAME_LINES);
	fprintf(figure->script, "HARM_TILT = %d\n", tilted ? TILT : 0);
	figure_texts(figure, "HARM_NAME", names, results->rollouts);
	figure_number(figure, "HARM_WIDTH", width);
}

static void write_dot_style(struct figure *figure, size_t most_trials)
{
	const char *dots = most_trials > DOTS_MOST
				   ? arena_printf(&figure->arena, "%d of the trials", DOTS_MOST)
				   : "trials";
	figure_text(figure, "HARM_DOTS", dots);
	figure_number(figure, "HARM_DOT", most_trials <= DOTS_FEW ? 0.6 : 0.3);
	fprintf(figure->script, "HARM_TRIALS = %d\n", most_trials > 0);
}

void figure_harm(struct figure *figure, int case_index, double width)
{
	const struct results *results = figure->results;
	size_t rollouts = (size_t)results->rollouts, most_trials = 0;
	struct sample *samples = arena_take(&figure->arena, rollouts * sizeof *samples);
	double least = INFINITY, most = 0;
	bool zeros = false;
	for (int r = 0; r < results->rollouts; r++) {
		struct sample *s = &samples[r];
		*s = harm(results, results_cell(results, r, case_index, 0));
		zeros |= s->zeros > 0;
		most_trials = s->count > most_trials ? s->count : most_trials;
		if (s->zeros < s->count) {
			least = fmin(least, s->sorted[s->zeros]);
			most = fmax(most, s->sorted[s->count - 1]);
		}
	}
	write_axis(figure, least, most, zeros);
	write_names(figure, width);
	write_dot_style(figure, most_trials);
	write_samples(figure->script, samples, results->rollouts);
	for (int r = 0; r < results->rollouts; r++)
		free(samples[r].sorted);
}
