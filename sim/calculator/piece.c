/* Fields that are no inputs are only counted. */
#include "sim/calculator/piece.h"

#include "sim/calculator/input.h"
#include "sim/calculator/reply.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SENTENCE = 512 };

/* One row while it is read. */
struct row {
	struct piece *piece;
	const struct head *head;
	const void *input;		     /* where it says nothing */
	struct csv_field field[MOST_INPUTS]; /* as they stand; empty where there is none */
	int64_t line;
	bool lacks; /* an input */
};

__attribute__((format(printf, 4, 5))) static void complain_at(struct row *row, int64_t line,
							      int column, const char *format, ...)
{
	char why[SENTENCE];
	va_list list;
	if (row->piece->mistakes++ >= MISTAKES_SHOWN)
		return;
	va_start(list, format);
	vsnprintf(why, sizeof why, format, list);
	va_end(list);
	const struct mark at = {row->head->source, (int)(line < INT_MAX ? line : INT_MAX), column};
	complain(&row->piece->complaints, at, "%s", why);
}

/* Notes where the inputs are, and passes the record through. Returns its line ending. */
static const char *split(struct row *row, struct csv *csv)
{
	const struct head *head = row->head;
	const char *start = csv->at;
	struct csv_field field = {.length = 0};
	bool more = true;
	int column = 0;
	row->line = csv->line;
	row->lacks = false;
	for (int k = 0; k < head->inputs; k++)
		row->field[head->input[k]].length = 0;
	for (; more; column++) {
		more = csv_next(csv, &field);
		if (field.open)
			complain_at(row, field.line, field.column, "the quote is never closed");
		if (column == head->columns)
			complain_at(row, field.line, field.column,
				    "the row has more fields than the head, which has %d", column);
		if (column < head->columns && head->input_of[column] >= 0)
			row->field[head->input_of[column]] = field;
	}
	size_t length = (size_t)(field.at + field.length - start);
	buffer_add(&row->piece->out, start, length);
	for (; column < head->columns; column++)
		buffer_add(&row->piece->out, ",", 1); /* short rows are as long as the head */
	return csv->at - start - (ptrdiff_t)length == 2 ? "\r\n" : "\n";
}

static void read_input(struct row *row, int i)
{
	const struct param *param = &row->head->calculation->inputs[i];
	struct csv_field *field = &row->field[i];
	char why[SENTENCE];
	const char *text = field->length ? csv_text(field) : "";
	if (!*text)
		row->lacks |= !row->head->given[i] && !param->fallback;
	else if (!input_set(param, row->piece->input, text, &row->piece->arena, why, sizeof why))
		complain_at(row, field->line, field->column, "%s: %s", param->key, why);
}

static void check(struct row *row)
{
	const struct calculation *calculation = row->head->calculation;
	char why[SENTENCE];
	const char *key = calculation->check(row->piece->input, why, sizeof why);
	if (!key)
		return;
	int i = 0;
	while (calculation->inputs[i].key && strcmp(calculation->inputs[i].key, key) != 0)
		i++;
	bool here = calculation->inputs[i].key && row->field[i].length;
	complain_at(row, here ? row->field[i].line : row->line, here ? row->field[i].column : 1,
		    "%s: %s", key, why);
}

/* What the row says goes over what holds for all rows. */
static bool read_inputs(struct row *row)
{
	const struct calculation *calculation = row->head->calculation;
	struct piece *piece = row->piece;
	int64_t before = piece->mistakes;
	memcpy(piece->input, row->input, calculation->input_size);
	for (int k = 0; k < row->head->inputs; k++)
		read_input(row, row->head->input[k]);
	if (calculation->check && !row->lacks && piece->mistakes == before)
		check(row);
	bool wrong = piece->mistakes > before;
	piece->unanswered += row->lacks && !wrong;
	return !row->lacks && !wrong;
}

static void answer_row(struct row *row)
{
	const struct calculation *calculation = row->head->calculation;
	struct piece *piece = row->piece;
	int64_t before = piece->mistakes;
	const char *ending = split(row, &piece->csv);
	bool good = piece->mistakes == before && read_inputs(row);
	if (good) {
		memset(piece->answers, 0, calculation->answer_size);
		calculation->calculate(piece->input, piece->answers, &piece->arena);
	}
	reply_fields(calculation, good ? piece->answers : NULL, &piece->out);
	buffer_add(&piece->out, ending, strlen(ending));
	arena_reset(&piece->arena);
}

void piece_answer(struct piece *piece, const struct head *head, const void *input)
{
	struct row row = {.piece = piece, .head = head, .input = input};
	while (csv_skip_empty(&piece->csv))
		answer_row(&row);
}

void piece_init(struct piece *piece, const struct calculation *calculation)
{
	memset(piece, 0, sizeof *piece);
	piece->input = arena_take(&piece->memory, calculation->input_size);
	piece->answers = arena_take(&piece->memory, calculation->answer_size);
	complaints_init(&piece->complaints);
}

void piece_free(struct piece *piece)
{
	buffer_free(&piece->text);
	buffer_free(&piece->out);
	complaints_free(&piece->complaints);
	arena_free(&piece->memory);
	arena_free(&piece->arena);
}
