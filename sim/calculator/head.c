/* A column that bears the very name of an input goes before one with a remark behind it. */
#include "sim/calculator/head.h"

#include "sim/calculator/name.h"

#include <string.h>

enum {
	COLUMNS_SHOWN = 200, /* bytes */
	NONE = -1,	     /* no column */
	SEVERAL = -2,
};

struct reader {
	struct head *head;
	char **name; /* of each column */
	struct mark at;
	struct complaints *complaints;
	struct arena *arena;
};

/* The record as it stands goes to `out`. Returns its line ending. */
static const char *read_names(struct reader *reader, struct csv *csv, struct buffer *out)
{
	struct csv ahead = *csv;
	struct csv_field field;
	const char *start = csv->at;
	int columns = 1;
	while (csv_next(&ahead, &field))
		columns++;
	size_t length = (size_t)(field.at + field.length - start);
	const char *ending = ahead.at - start - (ptrdiff_t)length == 2 ? "\r\n" : "\n";
	buffer_add(out, start, length);
	reader->name = arena_take(reader->arena, (size_t)columns * sizeof *reader->name);
	for (int c = 0; c < columns; c++) {
		csv_next(csv, &field);
		if (field.open)
			complain(reader->complaints, reader->at, "a quote is never closed");
		reader->name[c] = csv_text(&field);
	}
	reader->head->columns = columns;
	reader->head->input_of = arena_take(reader->arena, (size_t)columns * sizeof(int));
	memset(reader->head->input_of, NONE, (size_t)columns * sizeof(int));
	return ending;
}

static int find_column(const struct reader *reader, const char *name)
{
	int exact = NONE, remarked = NONE;
	for (int c = reader->head->columns - 1; c >= 0; c--)
		if (name_is(reader->name[c], name))
			exact = exact == NONE ? c : SEVERAL;
		else if (name_heads(reader->name[c], name))
			remarked = remarked == NONE ? c : SEVERAL;
	return exact != NONE ? exact : remarked;
}

/* One sentence names all that is missing. */
static void complain_missing(struct reader *reader, const char *missing)
{
	const char *columns = reader->name[0];
	for (int c = 1; c < reader->head->columns && strlen(columns) < COLUMNS_SHOWN; c++)
		columns = arena_printf(reader->arena, "%s, %s", columns, reader->name[c]);
	complain(reader->complaints, reader->at,
		 "%s needs a column, or an option, for %s; the columns are %.*s",
		 reader->head->calculation->name, missing, COLUMNS_SHOWN, columns);
}

static void find_inputs(struct reader *reader)
{
	struct head *head = reader->head;
	const struct param *inputs = head->calculation->inputs;
	const char *missing = NULL;
	head->inputs = 0;
	for (int i = 0; inputs[i].key; i++) {
		int column = find_column(reader, inputs[i].key);
		if (column == SEVERAL)
			complain(reader->complaints, reader->at, "several columns are named %s",
				 inputs[i].key);
		else if (column >= 0)
			head->input_of[column] = i;
		else if (!head->given[i] && !inputs[i].fallback)
			missing = missing ? arena_printf(reader->arena, "%s, %s", missing,
							 inputs[i].key)
					  : inputs[i].key;
	}
	for (int c = 0; c < head->columns; c++)
		if (head->input_of[c] >= 0)
			head->input[head->inputs++] = head->input_of[c];
	if (missing)
		complain_missing(reader, missing);
}

/* A column that holds an answer with a remark gives its whole name to ours. */
static void add_answers(const struct reader *reader, struct buffer *out)
{
	for (const struct answer *a = reader->head->calculation->answers; a->name; a++) {
		int column = find_column(reader, a->name);
		const char *name = column >= 0 ? reader->name[column] : a->name;
		buffer_add(out, ",", 1);
		csv_add(out, arena_printf(reader->arena, "got_%s", name));
	}
}

bool head_read(struct head *head, struct csv *csv, struct buffer *out,
	       struct complaints *complaints, struct arena *arena)
{
	struct reader reader = {head, NULL, {head->source, (int)csv->line, 1}, complaints, arena};
	const char *ending = read_names(&reader, csv, out);
	find_inputs(&reader);
	add_answers(&reader, out);
	buffer_add(out, ending, strlen(ending));
	return !complaints->count;
}
