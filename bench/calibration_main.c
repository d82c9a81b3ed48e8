/* make calibration: false alarms of all detectors in all conditions, as a table and as a figure;
 * and what they find, how late. */
#include "bench/calibration.h"

#include "bench/picture.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRIALS = 1000 };

/* Of the conditions in which nothing is wrong. */
enum { CALM = HARM };

struct table {
	struct calibration_rate rate[CONDITIONS][CALIBRATION_MOST];
};

static void print_share(FILE *out, double share, struct interval between, int width)
{
	char text[64];
	snprintf(text, sizeof text, "%.3g %% [%.3g, %.3g]", 100 * share, 100 * between.low,
		 100 * between.high);
	fprintf(out, "  %-*s", width, text);
}

static void print_alarms(FILE *out, const struct table *table)
{
	fprintf(out,
		"False alarms over an hour of canary, %d trials each, 95 %% intervals; a healthy "
		"candidate.\nA test for one look keeps its promise when it looks once; sixty looks "
		"break it.\n\n%-20s %9s",
		TRIALS, "detector", "promised");
	for (int c = 0; c < CALM; c++)
		fprintf(out, "  %-20s", calibration_conditions[c]);
	fputc('\n', out);
	for (int r = 0; calibration_rows[r].name; r++) {
		double promised = calibration_rows[r].promised;
		if (isnan(promised))
			fprintf(out, "%-20s %9s", calibration_rows[r].name, "-");
		else
			fprintf(out, "%-20s %7.3g %%", calibration_rows[r].name, 100 * promised);
		for (int c = 0; c < CALM; c++)
			print_share(out, table->rate[c][r].alarms, table->rate[c][r].alarms_between,
				    20);
		fputc('\n', out);
	}
}

static void print_minutes(FILE *out, double seconds)
{
	if (isfinite(seconds))
		fprintf(out, "%.3g", seconds / 60);
	else
		fputs("never", out);
}

static void print_power(FILE *out, const struct table *table)
{
	fprintf(out,
		"\nThe same hour with 40 requests a second, and after 20 minutes the candidate "
		"has errors of 1.3 %% (1 %%),\nis 2 %% slower and right in 89 %% (90 %%). What "
		"looks once does so at the end: the test of fixed size.\n\n%-20s  %-20s  %-20s  "
		"%s\n",
		"detector", "rolled back before", "found", "median delay, min");
	for (int r = 0; calibration_rows[r].name; r++) {
		const struct calibration_rate *rate = &table->rate[HARM][r];
		fprintf(out, "%-20s", calibration_rows[r].name);
		print_share(out, rate->alarms, rate->alarms_between, 20);
		print_share(out, rate->found, rate->found_between, 20);
		fputs("  ", out);
		print_minutes(out, rate->delay);
		fputs(" [", out);
		print_minutes(out, rate->delay_between.low);
		fputs(", ", out);
		print_minutes(out, rate->delay_between.high);
		fputs("]\n", out);
	}
}

static void write_rates(FILE *out, const struct table *table)
{
	for (int r = 0; calibration_rows[r].name; r++) {
		fprintf(out, "%d %.6g", r + 1, 100 * calibration_rows[r].promised);
		for (int c = 0; c < CALM; c++) {
			const struct calibration_rate *rate = &table->rate[c][r];
			fprintf(out, " %.6g %.6g %.6g", 100 * rate->alarms,
				100 * rate->alarms_between.low, 100 * rate->alarms_between.high);
		}
		fputc('\n', out);
	}
}

static void write_script(FILE *out, const void *numbers)
{
	const struct table *table = numbers;
	int rows = 0;
	while (calibration_rows[rows].name)
		rows++;
	fputs("NAME = 'calibration'\nif (!exists(\"FORMAT\")) FORMAT = 'svg'\n"
	      "ALL_LETTERS = 1\n# row, promised, then measured, low, high of each condition; in %\n"
	      "$rates << EOD\n",
	      out);
	write_rates(out, table);
	fprintf(out, "EOD\nROWS = %d\nCONDITIONS = %d\nFLOOR = %.6g\nTRIALS = %d\n", rows, CALM,
		100 * 0.5 / TRIALS, TRIALS);
	fprintf(out, "array ROW_NAME[%d]\narray CONDITION_NAME[%d]\n", rows, CALM);
	for (int r = 0; r < rows; r++)
		fprintf(out, "ROW_NAME[%d] = '%s'\n", r + 1, calibration_rows[r].name);
	for (int c = 0; c < CALM; c++)
		fprintf(out, "CONDITION_NAME[%d] = '%s'\n", c + 1, calibration_conditions[c]);
	fprintf(out, "\n%s\n%s", picture_source("calibration_head"), picture_source("style"));
	fputs(picture_source("calibration"), out);
}

int main(void)
{
	struct table *table = calloc(1, sizeof *table);
	int threads = (int)sysconf(_SC_NPROCESSORS_ONLN);
	gsl_set_error_handler_off();
	for (int c = 0; table && c < CONDITIONS; c++)
		if (!calibration_run((enum calibration_condition)c, TRIALS, threads,
				     table->rate[c])) {
			fprintf(stderr, "calibration: cannot run: %s\n", strerror(errno));
			return 3;
		}
	if (!table)
		return 3;
	print_alarms(stdout, table);
	print_power(stdout, table);
	int code = picture_draw("calibration", write_script, table);
	free(table);
	return code;
}
