/* Charts for changes: what they say step by step, and how long they run. */
#include "tests/oracles/oracle.h"

#include "sim/stats/adwin.h"
#include "sim/stats/cusum.h"
#include "sim/stats/ewma.h"
#include "sim/stats/lattice.h"
#include "sim/stats/page_hinkley.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TRACE 1e-9

enum { LONGEST = 4096, ALARMS = 256 };

struct stream {
	double x[LONGEST];
	int n;
};

static void read_stream(const char *name, struct stream *stream)
{
	struct oracle *o = oracle_open("detector_streams.csv");
	stream->n = 0;
	for (int row = 0; row < o->rows; row++)
		if (!strcmp(oracle_text(o, row, "stream"), name))
			stream->n = oracle_list(o, row, "x", stream->x, LONGEST);
	oracle_free(o);
}

static int compare_cusum(void)
{
	struct oracle *o = oracle_open("trace_cusum.csv");
	static struct stream s;
	static double up[LONGEST], down[LONGEST];
	for (int row = 0; row < o->rows; row++) {
		struct cusum c = {0, 0};
		double k = oracle_number(o, row, "k"), h = oracle_number(o, row, "h"), first = -1;
		read_stream(oracle_text(o, row, "stream"), &s);
		oracle_list(o, row, "c_plus", up, LONGEST);
		oracle_list(o, row, "c_minus", down, LONGEST);
		for (int i = 0; i < s.n; i++) {
			cusum_add(&c, s.x[i], k);
			oracle_compare_to(o, row, "c_plus", c.up, up[i], TRACE, TRACE);
			oracle_compare_to(o, row, "c_minus", c.down, down[i], TRACE, TRACE);
			if (first < 0 && (c.up > h || c.down > h))
				first = i;
		}
		double wanted = oracle_number(o, row, "first_alarm_index0");
		oracle_compare_to(o, row, "first_alarm", first < 0 ? NAN : first,
				  wanted < 0 ? NAN : wanted, 0, 0);
	}
	return !oracle_close(o);
}

static int compare_ewma(void)
{
	struct oracle *o = oracle_open("trace_ewma.csv");
	static struct stream s;
	static double z[LONGEST], limit[LONGEST];
	for (int row = 0; row < o->rows; row++) {
		struct ewma e = {0, 0};
		double lambda = oracle_number(o, row, "lambda"), L = oracle_number(o, row, "L");
		double exact = NAN, late = NAN;
		read_stream(oracle_text(o, row, "stream"), &s);
		oracle_list(o, row, "z", z, LONGEST);
		oracle_list(o, row, "limit_exact", limit, LONGEST);
		for (int i = 0; i < s.n; i++) {
			ewma_add(&e, s.x[i], lambda);
			double now = ewma_limit(&e, lambda, L);
			oracle_compare_to(o, row, "z", e.z, z[i], TRACE, TRACE);
			oracle_compare_to(o, row, "limit", now, limit[i], TRACE, TRACE);
			if (isnan(exact) && fabs(e.z) > now)
				exact = i;
			if (isnan(late) && fabs(e.z) > ewma_limit_in_the_long_run(lambda, L))
				late = i;
		}
		oracle_compare(o, row, "first_alarm_exact_limits", isnan(exact) ? -1 : exact, 0, 0);
		oracle_compare(o, row, "first_alarm_asymptotic_limits", isnan(late) ? -1 : late, 0,
			       0);
	}
	return !oracle_close(o);
}

static void compare_alarms(struct oracle *o, int row, const char *column, const double *got,
			   int count)
{
	double wanted[ALARMS];
	int n = oracle_list(o, row, column, wanted, ALARMS);
	oracle_compare_to(o, row, "alarms", count, n, 0, 0);
	for (int i = 0; i < n && i < count; i++)
		oracle_compare_to(o, row, "alarm", got[i], wanted[i], 0, 0);
}

static int compare_page_hinkley(void)
{
	struct oracle *o = oracle_open("trace_page_hinkley.csv");
	static struct stream s;
	static double statistic[LONGEST];
	for (int row = 0; row < o->rows; row++) {
		struct page_hinkley p = {0, 0, 0};
		const struct page_hinkley_rule rule = {
			oracle_number(o, row, "delta"), oracle_number(o, row, "lambda"),
			oracle_number(o, row, "alpha"), oracle_number(o, row, "min_instances")};
		double alarm[ALARMS];
		int alarms = 0;
		read_stream(oracle_text(o, row, "stream"), &s);
		oracle_list(o, row, "statistic", statistic, LONGEST);
		for (int i = 0; i < s.n; i++) {
			bool alarmed = page_hinkley_add(&p, s.x[i], &rule);
			if (alarmed && alarms < ALARMS)
				alarm[alarms++] = i;
			if (!alarmed)
				oracle_compare_to(o, row, "statistic", p.sum, statistic[i], TRACE,
						  TRACE);
		}
		compare_alarms(o, row, "alarm_indices", alarm, alarms);
	}
	return !oracle_close(o);
}

static int compare_adwin(void)
{
	struct oracle *o = oracle_open("trace_adwin.csv");
	static struct stream s;
	static double length[LONGEST];
	for (int row = 0; row < o->rows; row++) {
		static struct adwin a;
		const struct adwin_rule rule = {
			.delta = oracle_number(o, row, "delta"),
			.clock = (int)oracle_number(o, row, "clock"),
			.least_part = (int)oracle_number(o, row, "min_subwindow"),
			.grace = (int)oracle_number(o, row, "grace"),
			.skip_newest = oracle_number(o, row, "skip_newest_bucket_of_row") > 0};
		bool anew = oracle_number(o, row, "recreate_after_alarm") > 0;
		double alarm[ALARMS];
		int alarms = 0;
		memset(&a, 0, sizeof a);
		read_stream(oracle_text(o, row, "stream"), &s);
		oracle_list(o, row, "window_length", length, LONGEST);
		for (int i = 0; i < s.n; i++) {
			bool cut = adwin_add(&a, s.x[i], &rule);
			oracle_compare_to(o, row, "window_length", a.n, length[i], 0, 0);
			if (cut && alarms < ALARMS)
				alarm[alarms++] = i;
			if (cut && anew)
				memset(&a, 0, sizeof a);
		}
		compare_alarms(o, row, "alarm_indices", alarm, alarms);
	}
	return !oracle_close(o);
}

/* Ten digits are printed; and who solves the equations in doubles loses as many digits as the run
 * length has. */
static double printed(const struct oracle *o, int row, const char *column, double digits)
{
	return digits + 4e-15 * fabs(oracle_number(o, row, column));
}

static int compare_run_lengths(void)
{
	struct oracle *o = oracle_open("cusum_arl.csv");
	for (int row = 0; row < o->rows; row++) {
		double k = oracle_number(o, row, "k"), h = oracle_number(o, row, "h");
		double head = oracle_number(o, row, "headstart");
		double shift = oracle_number(o, row, "shift_sigma");
		bool two = !strcmp(oracle_text(o, row, "chart"), "two-sided");
		double got = two ? cusum_run_length_two_sided(k, h, head, shift)
				 : cusum_run_length(k, h, head, shift);
		oracle_compare(o, row, "ARL", got, printed(o, row, "ARL", 1e-8), 0);
	}
	int bad = !oracle_close(o);
	o = oracle_open("ewma_arl.csv");
	for (int row = 0; row < o->rows; row++)
		oracle_compare(o, row, "ARL",
			       ewma_run_length_exact(oracle_number(o, row, "lambda"),
						     oracle_number(o, row, "L"),
						     oracle_number(o, row, "shift_sigma")),
			       1e-7, 0); /* its own nodes are few */
	bad += !oracle_close(o);
	o = oracle_open("shewhart_arl.csv");
	for (int row = 0; row < o->rows; row++)
		oracle_compare(o, row, "ARL",
			       ewma_shewhart_run_length(oracle_number(o, row, "L"),
							oracle_number(o, row, "shift_sigma")),
			       1e-8, 0);
	return bad + !oracle_close(o);
}

static int compare_lattices(void)
{
	struct oracle *o = oracle_open("bernoulli_cusum_arl.csv");
	for (int row = 0; row < o->rows; row++)
		oracle_compare(o, row, "ARL_observations_from_0",
			       lattice_bernoulli_run_length(oracle_number(o, row, "m"),
							    oracle_number(o, row, "H"),
							    oracle_number(o, row, "p")),
			       1e-9, 0);
	int bad = !oracle_close(o);
	o = oracle_open("poisson_cusum_arl.csv");
	for (int row = 0; row < o->rows; row++)
		oracle_compare(o, row, "ARL_from_0",
			       lattice_poisson_run_length(oracle_number(o, row, "k"),
							  oracle_number(o, row, "h"),
							  oracle_number(o, row, "lambda")),
			       printed(o, row, "ARL_from_0", 1e-9), 0);
	return bad + !oracle_close(o);
}

int oracles_of_changes(void)
{
	return compare_cusum() + compare_ewma() + compare_page_hinkley() + compare_adwin() +
	       compare_run_lengths() + compare_lattices();
}
