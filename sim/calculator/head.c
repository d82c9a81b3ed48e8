/* A column that bears the very name of an input goes before one with a remark behind it. */
#include "sim/calculator/head.h"

#include "sim/calculator/name.h"

#include <string.h>

struct reader {
	struct head *head;
	const struct calculation *calculation;
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
		reader->name[c] = csv_text(&field);
	}
	reader->head->columns = columns;
	return ending;
}

/* The column of a name; -1: there is none; -2: it is not clear which. */
static int find_column(const struct reader *reader, const char *name)
{
	int exact = -1, remarked = -1;
	for (int c = reader->head->columns - 1; c >= 0; c--)
		if (name_is(reader->name[c], name))
			exact = exact == -1 ? c : -2;
		else if (name_heads(reader->name[c], name))
			remarked = remarked == -1 ? c : -2;
	return exact != -1 ? exact : remarked;
}

static void find_inputs(struct reader *reader)
{
	struct head *head = reader->head;
	head->input_of = arena_take(reader->arena, (size_t)head->columns * sizeof(int));
	memset(head->input_of, -1, (size_t)head->columns * sizeof(int));
	for (int i = 0; reader->calculation->inputs[i].key; i++) {
		const char *key = reader->calculation->inputs[i].key;
		int column = find_column(reader, key);
		if (column == -2)
			complain(reader->complaints, reader->at, "several columns are named %s",
				 key);
		head->column_of[i] = column;
		if (column >= 0)
			head->input_of[column] = i;
	}
}

/* One sentence names all that is missing. */
static void complain_missing(struct reader *reader, const bool *given)
{
	const struct param *inputs = reader->calculation->inputs;
	const char *missing = NULL, *columns = reader->name[0];
	for (int i = 0; inputs[i].key; i++)
		if (reader->head->column_of[i] == -1 && !given[i] && !inputs[i].fallback)
			missing = missing ? arena_printf(reader->arena, "%s, %s", missing,
							 inputs[i].key)
					  : inputs[i].key;
	if (!missing)
		return;
	for (int c = 1; c < reader->head->columns && strlen(columns) < 200; c++)
		columns = arena_printf(reader->arena, "%s, %s", columns, reader->name[c]);
	complain(reader->complaints, reader->at,
		 "%s needs a column, or an option, for %s; the columns are %.200s",
		 reader->calculation->name, missing, columns);
}

/* A column that holds an answer with a remark gives its whole name to ours. */
static void add_answers(const struct reader *reader, struct buffer *out)
{
	for (const struct answer *a = reader->calculation->answers; a->name; a++) {
		int column = find_column(reader, a->name);
		const char *name = column >= 0 ? reader->name[column] : a->name;
		buffer_add(out, ",", 1);
		csv_add(out, arena_printf(reader->arena, "got_%s", name));
	}
}

bool head_read(struct head *head, const struct calculation *calculation, const bool *given,
	       struct csv *csv, struct buffer *out, const struct source *source,
	       struct complaints *complaints, struct arena *arena)
{
	struct reader reader = {head,	    calculation, NULL, {source, (int)csv->line, 1},
				complaints, arena};
	const char *ending = read_names(&reader, csv, out);
	find_inputs(&reader);
	complain_missing(&reader, given);
	add_answers(&reader, out);
	buffer_add(out, ending, strlen(ending));
	return !complaints->count;
}
