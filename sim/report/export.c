/* Rows in order of rollout, case, point and trial; a column per version or segment gets its name
 * behind a dot. */
#include "sim/report/export.h"

#include "sim/report/json.h"

#include <math.h>
#include <string.h>

static const char *sub_name(const struct results *results, const struct column *column, int sub)
{
	if (column->extent == PER_VERSION)
		return results->version_names[sub];
	return column->extent == PER_SEGMENT ? results->segment_names[sub] : NULL;
}

/* The word of a flag's value, NULL where it has none. */
static const char *meaning(const struct column *column, double value, char *word, size_t size)
{
	const char *at = column->meanings;
	if (!at || value < 0)
		return NULL;
	for (int skip = (int)value; skip; skip--) {
		at = strchr(at, ' ');
		if (!at)
			return NULL;
		at++;
	}
	snprintf(word, size, "%.*s", (int)strcspn(at, " "), at);
	return word;
}

static void csv_text(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void csv_head(const struct results *results, FILE *out)
{
	fputs("rollout,case,point", out);
	for (int i = 0; i < results->varied; i++) {
		fputc(',', out);
		csv_text(out, results->vary[i].key);
	}
	fputs(",trial", out);
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		for (int sub = 0; sub < results_extent(results, column); sub++) {
			const char *name = sub_name(results, column, sub);
			char text[256];
			snprintf(text, sizeof text, "%s%s%s", column->name, name ? "." : "",
				 name ? name : "");
			fputc(',', out);
			csv_text(out, text);
		}
	}
	fputs("\r\n", out);
}

static void csv_value(const struct column *column, double value, FILE *out)
{
	char word[64];
	fputc(',', out);
	if (meaning(column, value, word, sizeof word))
		csv_text(out, word);
	else if (!isnan(value) && !(column->type != COLUMN_REAL && value < 0))
		json_number(out, value);
}

static void csv_row(const struct results *results, int rollout, int case_index, int point,
		    int trial, FILE *out)
{
	int cell = results_cell(results, rollout, case_index, point);
	csv_text(out, results->rollout_names[rollout]);
	fputc(',', out);
	csv_text(out, results->case_names[case_index]);
	fprintf(out, ",%d", point);
	for (int i = 0; i < results->varied; i++) {
		fputc(',', out);
		csv_text(out, results->vary[i].values[point]);
	}
	fprintf(out, ",%d", trial);
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		for (int sub = 0; sub < results_extent(results, column); sub++)
			csv_value(column, results_value(results, column, cell, trial, sub), out);
	}
	fputs("\r\n", out);
}

static void json_value(const struct column *column, double value, FILE *out)
{
	char word[64];
	if (meaning(column, value, word, sizeof word))
		json_text(out, word);
	else if (column->type != COLUMN_REAL && value < 0)
		fputs("null", out);
	else
		json_number(out, value);
}

static void json_column(const struct results *results, const struct column *column, int cell,
			int trial, FILE *out)
{
	int extent = results_extent(results, column);
	fputs(", ", out);
	json_text(out, column->name);
	fputs(": ", out);
	if (column->extent == PER_TRIAL) {
		json_value(column, results_value(results, column, cell, trial, 0), out);
		return;
	}
	fputc('{', out);
	for (int sub = 0; sub < extent; sub++) {
		fputs(sub ? ", " : "", out);
		json_text(out, sub_name(results, column, sub));
		fputs(": ", out);
		json_value(column, results_value(results, column, cell, trial, sub), out);
	}
	fputc('}', out);
}

static void json_row(const struct results *results, int rollout, int case_index, int point,
		     int trial, FILE *out)
{
	fputs("{\"rollout\": ", out);
	json_text(out, results->rollout_names[rollout]);
	fputs(", \"case\": ", out);
	json_text(out, results->case_names[case_index]);
	fprintf(out, ", \"point\": %d", point);
	for (int i = 0; i < results->varied; i++) {
		fputs(", ", out);
		json_text(out, results->vary[i].key);
		fputs(": ", out);
		json_text(out, results->vary[i].values[point]);
	}
	fprintf(out, ", \"trial\": %d", trial);
	for (int c = 0; c < result_columns_count; c++)
		json_column(results, &result_columns[c],
			    results_cell(results, rollout, case_index, point), trial, out);
	fputs("}\n", out);
}

typedef void row_printer(const struct results *, int rollout, int case_index, int point, int trial,
			 FILE *);

static void each_row(const struct results *results, row_printer *print, FILE *out)
{
	for (int r = 0; r < results->rollouts; r++)
		for (int c = 0; c < results->cases; c++)
			for (int p = 0; p < results->points; p++) {
				int64_t run = results->trials_run[results_cell(results, r, c, p)];
				for (int t = 0; t < run; t++)
					print(results, r, c, p, t, out);
			}
}

void export_csv(const struct results *results, FILE *out)
{
	csv_head(results, out);
	each_row(results, csv_row, out);
}

void export_json_lines(const struct results *results, FILE *out)
{
	each_row(results, json_row, out);
}
