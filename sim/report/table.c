/* Text laid out in columns. */
#include "sim/report/table.h"

#include "sim/report/wrap.h"

#include <string.h>

void table_init(struct table *table, struct arena *arena, int columns, const char *const *heads)
{
	*table = (struct table){arena, columns, 0, NULL};
	table->text = arena_take(arena, TABLE_ROWS * TABLE_COLUMNS * sizeof *table->text);
	table_add(table);
	for (int c = 0; c < columns; c++)
		table_put(table, c, heads[c]);
}

bool table_add(struct table *table)
{
	if (table->rows == TABLE_ROWS)
		return false;
	for (int c = 0; c < table->columns; c++)
		table->text[table->rows * TABLE_COLUMNS + c] = "";
	table->rows++;
	return true;
}

void table_put(struct table *table, int column, const char *text)
{
	table->text[(table->rows - 1) * TABLE_COLUMNS + column] =
		arena_copy(table->arena, text, strlen(text));
}

int table_width(const char *text)
{
	int width = 0;
	for (; *text; text++)
		width += ((unsigned char)*text & 0xC0) != 0x80;
	return width;
}

static void measure(const struct table *table, int widths[TABLE_COLUMNS])
{
	for (int c = 0; c < table->columns; c++)
		widths[c] = 0;
	for (int r = 0; r < table->rows; r++)
		for (int c = 0; c < table->columns; c++) {
			int width = table_width(table->text[r * TABLE_COLUMNS + c]);
			widths[c] = width > widths[c] ? width : widths[c];
		}
}

void table_print_within(const struct table *table, const char *indent, int width, FILE *out)
{
	int widths[TABLE_COLUMNS] = {0}, last = table->columns - 1, left = table_width(indent);
	measure(table, widths);
	for (int c = 0; c < last; c++)
		left += widths[c] + 2;
	for (int r = 0; r < table->rows; r++) {
		int behind = 0; /* blanks owed: none at the end of a line */
		fputs(indent, out);
		for (int c = 0; c < table->columns; c++) {
			const char *text = table->text[r * TABLE_COLUMNS + c];
			if (!*text) {
				behind += widths[c] + 2;
				continue;
			}
			fprintf(out, "%*s", behind, "");
			if (c == last && left < width)
				wrap_print(text, left, width, "", out);
			else
				fputs(text, out);
			behind = widths[c] + 2 - table_width(text);
		}
		fputc('\n', out);
	}
}

void table_print(const struct table *table, const char *indent, FILE *out)
{
	table_print_within(table, indent, 0, out);
}
