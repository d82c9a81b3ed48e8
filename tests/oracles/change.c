/* Detectors of change: their states step by step, and the run lengths of charts. */
#include "tests/oracles/published.h"

#include "sim/stats/adwin.h"
#include "sim/stats/cusum.h"
#include "sim/stats/ewma.h"
#include "sim/stats/ladder.h"
#include "sim/stats/lattice.h"
#include "sim/stats/page_hinkley.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRACE 1e-9

enum { MOST_STEPS = 1 << 16 };

/* ---- run lengths */

/* Ten digits are printed. The reference solved its linear equations in doubles, where an error of a
 * few last places grows with the run length itself: 1e9 steps leave seven digits, 1e14 one. */
static double printed(double wanted)
{
	return 1e-9 + 4e-15 * wanted;
}

static void compare_run_length(struct oracle *o, int row, const char *column, double got)
{
	oracle_compare(o, row, column, got, printed(oracle_number(o, row, column)), 0);
}

static int cusum_run_lengths(void)
{
	struct oracle *o = oracle_open("cusum_arl.csv");
	for (int row = 0; row < o->rows; row++) {
		bool two_sided = !strcmp(oracle_text(o, row, "chart"), "two-sided");
		double k = oracle_number(o, row, "k"), h = oracle_number(o, row, "h");
		double headstart = oracle_number(o, row, "headstart");
		double shift = oracle_number(o, row, "shift_sigma");
		double got = two_sided ? cusum_run_length_two_sided(k, h, headstart, shift)
				       : cusum_run_length(k, h, headstart, shift);
		compare_run_length(o, row, "ARL", got);
	}
	return !oracle_close(o);
}

/* While limits widen the reference follows the average on a coarser grid. */
static int ewma_run_lengths(void)
{
	struct oracle *o = oracle_open("ewma_arl.csv");
	for (int row = 0; row < o->rows; row++) {
		bool exact = !strncmp(oracle_text(o, row, "limits"), "exact", 5);
		double lambda = oracle_number(o, row, "lambda"), L = oracle_number(o, row, "L");
		double shift = oracle_number(o, row, "shift_sigma");
		double got = exact ? ewma_run_length_exact(lambda, L, shift)
				   : ewma_run_length(lambda, L, shift);
		oracle_compare(o, row, "ARL", got,
			       exact ? 1e-7 : printed(oracle_number(o, row, "ARL")), 0);
	}
	return !oracle_close(o);
}

static int shewhart_run_lengths(void)
{
	struct oracle *o = oracle_open("shewhart_arl.csv");
	for (int row = 0; row < o->rows; row++)
		compare_run_length(o, row, "ARL",
				   ewma_shewhart_run_length(oracle_number(o, row, "L"),
							    oracle_number(o, row, "shift_sigma")));
	return !oracle_close(o);
}

static double bernoulli_run_length(double m, double h, double p)
{
	struct ladder_level *scratch = malloc((size_t)m * sizeof *scratch);
	double got = scratch ? lattice_bernoulli_run_length((int)m, h, p, scratch) : NAN;
	free(scratch);
	return got;
}

static int bernoulli_run_lengths(void)
{
	struct oracle *o = oracle_open("bernoulli_cusum_arl.csv");
	for (int row = 0; row < o->rows; row++)
		compare_run_length(o, row, "ARL_observations_from_0",
				   bernoulli_run_length(oracle_number(o, row, "m(step +m-1 / -1)"),
							oracle_number(o, row, "H"),
							oracle_number(o, row, "p")));
	return !oracle_close(o);
}

static double poisson_run_length(double k, double h, double lambda)
{
	size_t states = (size_t)lattice_poisson_states(k, h);
	double *scratch = malloc(states * (states + 2) * sizeof *scratch);
	double got = scratch ? lattice_poisson_run_length(k, h, lambda, scratch) : NAN;
	free(scratch);
	return got;
}

static int poisson_run_lengths(void)
{
	struct oracle *o = oracle_open("poisson_cusum_arl.csv");
	for (int row = 0; row < o->rows; row++)
		compare_run_length(o, row, "ARL_from_0",
				   poisson_run_length(oracle_number(o, row, "k"),
						      oracle_number(o, row, "h"),
						      oracle_number(o, row, "lambda")));
	return !oracle_close(o);
}

/* ---- published values */

static void published_cusum(struct oracle *o, int row)
{
	double k = published_input(o, row, "k"), h = published_input(o, row, "h");
	double headstart = published_says(o, row, "headstart h/2") ? h / 2 : 0;
	double shift = published_input(o, row, "shift");
	compare_run_length(o, row, "expected", cusum_run_length_two_sided(k, h, headstart, shift));
}

static void published_ewma(struct oracle *o, int row)
{
	double lambda = published_input(o, row, "lambda"), L = published_input(o, row, "L");
	double shift = published_input(o, row, "shift");
	bool asymptotic = published_says(o, row, "asymptotic");
	compare_run_length(o, row, "expected",
			   asymptotic ? ewma_run_length(lambda, L, shift)
				      : ewma_run_length_exact(lambda, L, shift));
}

static void published_shewhart(struct oracle *o, int row)
{
	compare_run_length(o, row, "expected",
			   ewma_shewhart_run_length(published_input(o, row, "L"),
						    published_input(o, row, "shift")));
}

static void published_poisson(struct oracle *o, int row)
{
	compare_run_length(o, row, "expected",
			   poisson_run_length(published_input(o, row, "k"),
					      published_input(o, row, "h"),
					      published_input(o, row, "lambda")));
}

static void published_bernoulli(struct oracle *o, int row)
{
	compare_run_length(o, row, "expected",
			   bernoulli_run_length(published_input(o, row, "m"),
						published_input(o, row, "H"),
						published_input(o, row, "p")));
}

const struct published published_charts[] = {
	{"CUSUM", published_cusum},  {"EWMA", published_ewma},	    {"SHEW", published_shewhart},
	{"PCUS", published_poisson}, {"BCUS", published_bernoulli}, {0},
};

/* ---- traces */

struct stream {
	double x[MOST_STEPS];
	int n;
};

static void read_stream(const char *name, struct stream *stream)
{
	struct oracle *o = oracle_open("detector_streams.csv");
	stream->n = 0;
	for (int row = 0; row < o->rows; row++)
		if (!strcmp(oracle_text(o, row, "stream"), name))
			stream->n = oracle_list(o, row, "x", stream->x, MOST_STEPS);
	oracle_free(o);
}

/* What a detector said at every step of a row's stream. */
struct trace {
	struct stream stream;
	double got[2][MOST_STEPS];
	double alarm[MOST_STEPS];
	int alarms;
};

static struct trace trace;

static void note_alarm(int step)
{
	trace.alarm[trace.alarms++] = step;
}

static double first_alarm(void)
{
	return trace.alarms ? trace.alarm[0] : -1;
}

static void compare_list(struct oracle *o, int row, const char *column, const double *got, int n)
{
	static double wanted[MOST_STEPS];
	int count = oracle_list(o, row, column, wanted, MOST_STEPS);
	oracle_compare_to(o, row, column, n, count, 0, 0);
	for (int i = 0; i < n && i < count; i++)
		oracle_compare_to(o, row, column, got[i], wanted[i], TRACE, 1e-12);
}

typedef void row_trace(struct oracle *o, int row);

static int compare_traces(const char *file, row_trace *compare)
{
	struct oracle *o = oracle_open(file);
	for (int row = 0; row < o->rows; row++) {
		read_stream(oracle_text(o, row, "stream"), &trace.stream);
		trace.alarms = 0;
		compare(o, row);
	}
	return !oracle_close(o);
}

static void trace_cusum(struct oracle *o, int row)
{
	double k = oracle_number(o, row, "k"), h = oracle_number(o, row, "h");
	struct cusum cusum = {0};
	for (int i = 0; i < trace.stream.n; i++) {
		cusum_add(&cusum, trace.stream.x[i], k);
		if (cusum.up > h || cusum.down > h)
			note_alarm(i);
		trace.got[0][i] = cusum.up;
		trace.got[1][i] = cusum.down;
	}
	oracle_compare(o, row, "first_alarm_index0", first_alarm(), 0, 0);
	compare_list(o, row, "c_plus", trace.got[0], trace.stream.n);
	compare_list(o, row, "c_minus", trace.got[1], trace.stream.n);
}

static void trace_ewma(struct oracle *o, int row)
{
	double lambda = oracle_number(o, row, "lambda"), L = oracle_number(o, row, "L");
	double wide = ewma_limit_in_the_long_run(lambda, L), late_alarm = -1;
	struct ewma ewma = {0};
	for (int i = 0; i < trace.stream.n; i++) {
		ewma_add(&ewma, trace.stream.x[i], lambda);
		trace.got[0][i] = ewma.z;
		trace.got[1][i] = ewma_limit(&ewma, lambda, L);
		if (fabs(ewma.z) > trace.got[1][i])
			note_alarm(i);
		if (late_alarm < 0 && fabs(ewma.z) > wide)
			late_alarm = i;
	}
	oracle_compare(o, row, "first_alarm_exact_limits", first_alarm(), 0, 0);
	oracle_compare(o, row, "first_alarm_asymptotic_limits", late_alarm, 0, 0);
	compare_list(o, row, "z", trace.got[0], trace.stream.n);
	compare_list(o, row, "limit_exact", trace.got[1], trace.stream.n);
}

static void trace_page_hinkley(struct oracle *o, int row)
{
	const struct page_hinkley_rule rule = {
		oracle_number(o, row, "delta"), oracle_number(o, row, "lambda"),
		oracle_number(o, row, "alpha"), oracle_number(o, row, "min_instances")};
	struct page_hinkley test = {0};
	for (int i = 0; i < trace.stream.n; i++) {
		if (page_hinkley_add(&test, trace.stream.x[i], &rule))
			note_alarm(i);
		trace.got[0][i] = test.sum;
	}
	compare_list(o, row, "alarm_indices", trace.alarm, trace.alarms);
	compare_list(o, row, "statistic", trace.got[0], trace.stream.n);
}

static void trace_adwin(struct oracle *o, int row)
{
	const struct adwin_rule rule = {
		.delta = oracle_number(o, row, "delta"),
		.buckets = (int)oracle_number(o, row, "M"),
		.clock = (int)oracle_number(o, row, "clock"),
		.least_part = (int)oracle_number(o, row, "min_subwindow"),
		.grace = (int)oracle_number(o, row, "grace"),
		.skip_newest = oracle_number(o, row, "skip_newest_bucket_of_row") > 0,
		.begin_anew = oracle_number(o, row, "recreate_after_alarm") > 0,
	};
	struct adwin adwin = {0};
	for (int i = 0; i < trace.stream.n; i++) {
		if (adwin_add(&adwin, trace.stream.x[i], &rule))
			note_alarm(i);
		trace.got[0][i] = adwin.n;
	}
	compare_list(o, row, "alarm_indices", trace.alarm, trace.alarms);
	compare_list(o, row, "window_length", trace.got[0], trace.stream.n);
}

int oracles_of_changes(void)
{
	return cusum_run_lengths() + ewma_run_lengths() + shewhart_run_lengths() +
	       bernoulli_run_lengths() + poisson_run_lengths() +
	       compare_traces("trace_cusum.csv", trace_cusum) +
	       compare_traces("trace_ewma.csv", trace_ewma) +
	       compare_traces("trace_page_hinkley.csv", trace_page_hinkley) +
	       compare_traces("trace_adwin.csv", trace_adwin);
}
