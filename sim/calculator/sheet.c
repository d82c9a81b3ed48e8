/* Rows are passed through as they stand, byte for byte, and their answers are appended. */
#include "sim/calculator/sheet.h"

#include "sim/calculator/csv.h"
#include "sim/calculator/input.h"
#include "sim/calculator/number.h"
#include "sim/error.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_INPUTS = 64, SHOWN = 20, SENTENCE = 512 };

struct run {
	struct sheet *sheet;
	struct csv csv;
	struct arena arena;
	int columns;
	int column_of[MOST_INPUTS]; /* where an input stands; -1: it does not */
	char *input, *answers;
	long mistakes, unanswered;
};

__attribute__((format(printf, 4, 5))) static void complain_at(struct run *run, int line, int column,
							      const char *format, ...)
{
	va_list list;
	if (run->mistakes++ >= SHOWN)
		return;
	fprintf(run->sheet->complaints, "%s:%d:%d: ", run->sheet->name, line, column);
	va_start(list, format);
	vfprintf(run->sheet->complaints, format, list);
	va_end(list);
	fputc('\n', run->sheet->complaints);
}

static int column_at(const struct run *run, int field)
{
	return (int)run->csv.field[field].from + 1;
}

/* ---- the head */

/* "p(from R)" and "level=ln(t)/n" are p and level. */
static bool is_named(const char *head, const char *name)
{
	size_t length = strlen(name);
	head += strspn(head, " ");
	if (strncmp(head, name, length))
		return false;
	head += length;
	head += strspn(head, " ");
	return !*head || strchr("(=", *head);
}

static void find_inputs(struct run *run, char *const *heads)
{
	const struct calculation *calculation = run->sheet->calculation;
	for (int i = 0; calculation->inputs[i].key; i++) {
		run->column_of[i] = -1;
		for (int c = run->columns - 1; c >= 0; c--)
			if (is_named(heads[c], calculation->inputs[i].key))
				run->column_of[i] = c;
	}
}

static void write_answer_head(FILE *out, const char *head)
{
	size_t length = strlen(head) + 5;
	char *name = malloc(length);
	if (!name)
		error_out_of_memory(length);
	snprintf(name, length, "got_%s", head);
	csv_write(out, name);
	free(name);
}

static void write_head(struct run *run, char *const *heads)
{
	for (const struct answer *a = run->sheet->calculation->answers; a->name; a++) {
		const char *name = a->name;
		for (int c = 0; c < run->columns; c++)
			if (is_named(heads[c], a->name))
				name = heads[c];
		fputc(',', run->sheet->out);
		write_answer_head(run->sheet->out, name);
	}
	fputc('\n', run->sheet->out);
}

/* One complaint names all that is missing. */
static bool has_all(struct run *run)
{
	const struct calculation *calculation = run->sheet->calculation;
	char missing[SENTENCE] = "";
	size_t used = 0;
	for (int i = 0; calculation->inputs[i].key; i++) {
		const struct param *p = &calculation->inputs[i];
		if (run->column_of[i] < 0 && !run->sheet->given[i] && !p->fallback &&
		    used < sizeof missing - 64)
			used += (size_t)snprintf(missing + used, sizeof missing - used, "%s%s",
						 used ? ", " : "", p->key);
	}
	if (used)
		complain_at(run, 1, 1, "%s needs a column, or an option, for %s", calculation->name,
			    missing);
	return !used;
}

static bool read_head(struct run *run)
{
	if (!csv_next(&run->csv)) {
		complain_at(run, 1, 1, "the table is empty; its first line must name the columns");
		return false;
	}
	if (run->csv.too_many) {
		complain_at(run, 1, 1, "there are more than %d columns", CSV_COLUMNS);
		return false;
	}
	run->columns = run->csv.count;
	char *whole = arena_copy(&run->arena, run->csv.record, run->csv.length);
	char **heads = arena_take(&run->arena, (size_t)run->columns * sizeof *heads);
	for (int c = 0; c < run->columns; c++)
		heads[c] = csv_text(&run->csv, c);
	find_inputs(run, heads);
	if (!has_all(run))
		return false;
	fputs(whole, run->sheet->out);
	write_head(run, heads);
	return true;
}

/* ---- rows */

/* What the row says goes over what was given for all rows, or the default. False: a field that is
 * needed is empty, or one is wrong. */
static bool read_inputs(struct run *run, struct arena *arena)
{
	const struct calculation *calculation = run->sheet->calculation;
	long before = run->mistakes;
	bool whole = true;
	for (int i = 0; calculation->inputs[i].key; i++) {
		const struct param *p = &calculation->inputs[i];
		char why[SENTENCE];
		int c = run->column_of[i];
		if (c < 0 || c >= run->csv.count) {
			whole &= c < 0;
			continue;
		}
		int at = column_at(run, c);
		const char *text = csv_text(&run->csv, c);
		if (!*text)
			whole &= p->fallback != NULL;
		else if (!input_set(p, run->input, text, arena, why, sizeof why))
			complain_at(run, run->csv.line, at, "%s: %s", p->key, why);
	}
	run->unanswered += !whole && run->mistakes == before;
	return whole && run->mistakes == before;
}

static bool contradicts(struct run *run)
{
	const struct calculation *calculation = run->sheet->calculation;
	char why[SENTENCE];
	const char *key =
		calculation->check ? calculation->check(run->input, why, sizeof why) : NULL;
	if (!key)
		return false;
	int column = 1;
	for (int i = 0; calculation->inputs[i].key; i++)
		if (!strcmp(calculation->inputs[i].key, key) && run->column_of[i] >= 0)
			column = column_at(run, run->column_of[i]);
	complain_at(run, run->csv.line, column, "%s: %s", key, why);
	return true;
}

static void write_number(FILE *out, double number)
{
	char text[NUMBER_TEXT];
	size_t length = number_write(text, number);
	fwrite(text, 1, length, out);
}

static void write_answer(FILE *out, const struct answer *answer, const char *answers)
{
	const void *from = answers + answer->offset;
	fputc(',', out);
	if (answer->type == ANSWER_NUMBER) {
		write_number(out, *(const double *)from);
	} else if (answer->type == ANSWER_WORD) {
		csv_write(out, *(const char *const *)from ? *(const char *const *)from : "");
	} else {
		const struct numbers *list = from;
		for (int i = 0; i < list->count; i++) {
			if (i)
				fputc(';', out);
			write_number(out, list->number[i]);
		}
	}
}

static void write_nothing(struct run *run)
{
	for (const struct answer *a = run->sheet->calculation->answers; a->name; a++)
		fputs(a->type == ANSWER_NUMBER ? ",nan" : ",", run->sheet->out);
}

static void answer_row(struct run *run, const char *defaults)
{
	const struct calculation *calculation = run->sheet->calculation;
	FILE *out = run->sheet->out;
	struct arena arena = {0};
	fwrite(run->csv.record, 1, run->csv.length, out);
	for (int c = run->csv.count; c < run->columns; c++)
		fputc(',', out); /* short rows are as long as the head */
	memcpy(run->input, defaults, calculation->input_size);
	memset(run->answers, 0, calculation->answer_size);
	bool good = run->csv.count <= run->columns && !run->csv.too_many;
	if (!good)
		complain_at(run, run->csv.line, 1,
			    "the row has more fields than the head, which has %d", run->columns);
	if (good && read_inputs(run, &arena) && !contradicts(run)) {
		calculation->calculate(run->input, run->answers, &arena);
		for (const struct answer *a = calculation->answers; a->name; a++)
			write_answer(out, a, run->answers);
	} else {
		write_nothing(run);
	}
	fputc('\n', out);
	arena_free(&arena);
}

static void sum_up(const struct run *run)
{
	FILE *out = run->sheet->complaints;
	if (run->mistakes > SHOWN)
		fprintf(out, "%s: %ld further mistakes are not shown\n", run->sheet->name,
			run->mistakes - SHOWN);
	if (run->unanswered)
		fprintf(out, "%s: %ld rows lack an input and got no answer\n", run->sheet->name,
			run->unanswered);
}

enum sheet_end sheet_run(struct sheet *sheet)
{
	struct run run = {.sheet = sheet, .csv = {.in = sheet->in}};
	size_t size = sheet->calculation->input_size;
	run.input = arena_take(&run.arena, size);
	run.answers = arena_take(&run.arena, sheet->calculation->answer_size);
	char *defaults = arena_take(&run.arena, size);
	memcpy(defaults, sheet->input, size);
	if (read_head(&run)) {
		for (int i = 0; sheet->calculation->inputs[i].key; i++)
			if (!sheet->given[i])
				input_default(&sheet->calculation->inputs[i], defaults, &run.arena);
		while (!ferror(sheet->out) && csv_next(&run.csv))
			answer_row(&run, defaults);
	}
	sum_up(&run);
	csv_free(&run.csv);
	arena_free(&run.arena);
	if (fflush(sheet->out) || ferror(sheet->out))
		return SHEET_NOT_WRITTEN;
	return run.mistakes ? SHEET_MISTAKES : SHEET_GOOD;
}
