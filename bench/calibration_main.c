/* make calibration: the table of all detectors in all conditions, and the same as a figure. */
#include "bench/calibration.h"

#include "sim/report/figure.h"
#include "sim/report/figures.h"
#include "sim/results/replace.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIALS = 1000 };

static void print_table(FILE *out)
{
	fprintf(out,
		"False alarms over an hour of canary, %d trials each, 95 %% intervals; a healthy "
		"candidate.\nA test for one look keeps its promise when it looks once; sixty looks "
		"break it.\n\n%-20s %9s",
		TRIALS, "detector", "promised");
	for (int c = 0; c < CONDITIONS; c++)
		fprintf(out, "  %-20s", calibration_conditions[c]);
	fputc('\n', out);
	for (const struct calibration_row *row = calibration_rows; row->name; row++) {
		if (isnan(row->promised))
			fprintf(out, "%-20s %9s", row->name, "-");
		else
			fprintf(out, "%-20s %7.3g %%", row->name, 100 * row->promised);
		for (int c = 0; c < CONDITIONS; c++) {
			char text[64];
			snprintf(text, sizeof text, "%.3g %% [%.3g, %.3g]", 100 * row->measured[c],
				 100 * row->interval[c].low, 100 * row->interval[c].high);
			fprintf(out, "  %-20s", text);
		}
		fputc('\n', out);
	}
}

static const char *source_of(const char *name)
{
	const struct figure_source *source = figure_sources;
	while (source->name && strcmp(source->name, name) != 0)
		source++;
	return source->name ? source->text : "";
}

static void write_script(FILE *out)
{
	int rows = 0;
	fputs("NAME = 'calibration'\nif (!exists(\"FORMAT\")) FORMAT = 'svg'\n"
	      "ALL_LETTERS = 1\n# row, promised, then measured, low, high of each condition; in %\n"
	      "$rates << EOD\n",
	      out);
	for (const struct calibration_row *row = calibration_rows; row->name; row++) {
		fprintf(out, "%d %.6g", ++rows, 100 * row->promised);
		for (int c = 0; c < CONDITIONS; c++)
			fprintf(out, " %.6g %.6g %.6g", 100 * row->measured[c],
				100 * row->interval[c].low, 100 * row->interval[c].high);
		fputc('\n', out);
	}
	fprintf(out, "EOD\nROWS = %d\nCONDITIONS = %d\nFLOOR = %.6g\nTRIALS = %d\n", rows,
		CONDITIONS, 100 * 0.5 / TRIALS, TRIALS);
	fprintf(out, "array ROW_NAME[%d]\narray CONDITION_NAME[%d]\n", rows, CONDITIONS);
	for (int r = 0; r < rows; r++)
		fprintf(out, "ROW_NAME[%d] = '%s'\n", r + 1, calibration_rows[r].name);
	for (int c = 0; c < CONDITIONS; c++)
		fprintf(out, "CONDITION_NAME[%d] = '%s'\n", c + 1, calibration_conditions[c]);
	fprintf(out, "\n%s\n%s", source_of("calibration_head"), source_of("style"));
	fputs(source_of("calibration"), out);
}

static int draw(void)
{
	char *text, said[512];
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return 3;
	write_script(out);
	fclose(out);
	const struct piece piece = {text, size};
	mkdir("out", 0777);
	int code = replace_file("out/calibration.gp", &piece, 1) ? 0 : 3;
	for (int f = 0; f < 2 && !code; f++) {
		const char *format = f ? "png" : "svg";
		enum gnuplot_end end = figure_run("out", "calibration", format, said, sizeof said);
		if (end == GNUPLOT_DREW)
			printf("wrote out/calibration.%s\n", format);
		else
			fprintf(stderr, "could not draw out/calibration.%s: %s\n", format, said);
		code = end == GNUPLOT_DREW ? 0 : 3;
	}
	free(text);
	return code;
}

int main(void)
{
	gsl_set_error_handler_off();
	for (int c = 0; c < CONDITIONS; c++)
		if (!calibration_run((enum calibration_condition)c, TRIALS,
				     (int)sysconf(_SC_NPROCESSORS_ONLN))) {
			fprintf(stderr, "calibration: cannot run: %s\n", strerror(errno));
			return 3;
		}
	print_table(stdout);
	return draw();
}
