/* Lines are joined while a quote is open; splitting only notes where fields are. */
#include "sim/calculator/csv.h"

#include <stdlib.h>
#include <string.h>

/* Appends the next line to the record; false at the end of the file. */
static bool read_line(struct csv *csv)
{
	char *line = NULL;
	size_t room = 0;
	if (!csv->length) {
		ssize_t length = getline(&csv->record, &csv->room, csv->in);
		csv->length = length > 0 ? (size_t)length : 0;
		csv->lines += length > 0;
		return length > 0;
	}
	ssize_t length = getline(&line, &room, csv->in);
	if (length > 0) {
		size_t needed = csv->length + (size_t)length + 1;
		char *longer = needed > csv->room ? realloc(csv->record, 2 * needed) : csv->record;
		if (longer) {
			csv->room = needed > csv->room ? 2 * needed : csv->room;
			csv->record = longer;
			memcpy(longer + csv->length, line, (size_t)length + 1);
			csv->length += (size_t)length;
			csv->lines++;
		}
	}
	free(line);
	return length > 0;
}

static bool is_open(const struct csv *csv)
{
	bool open = false;
	for (const char *at = csv->record;
	     (at = memchr(at, '"', csv->length - (size_t)(at - csv->record))); at++)
		open = !open;
	return open;
}

static void strip_ending(struct csv *csv)
{
	while (csv->length && strchr("\r\n", csv->record[csv->length - 1]))
		csv->record[--csv->length] = 0;
}

static void split(struct csv *csv)
{
	bool quoted = false;
	size_t from = 0;
	csv->count = 0;
	csv->too_many = false;
	for (size_t i = 0; i <= csv->length; i++) {
		char c = csv->record[i];
		if (c == '"')
			quoted = !quoted;
		if ((c != ',' || quoted) && i < csv->length)
			continue;
		if (csv->count == CSV_COLUMNS) {
			csv->too_many = true;
			return;
		}
		csv->field[csv->count++] = (struct csv_field){from, i - from};
		from = i + 1;
	}
}

bool csv_next(struct csv *csv)
{
	do {
		csv->length = 0;
		csv->line = csv->lines + 1;
		if (!read_line(csv))
			return false;
		while (is_open(csv) && read_line(csv))
			;
		if (csv->line == 1 && csv->length >= 3 && !memcmp(csv->record, "\xEF\xBB\xBF", 3)) {
			csv->length -= 3;
			memmove(csv->record, csv->record + 3, csv->length + 1);
		}
		strip_ending(csv);
	} while (!csv->length);
	split(csv);
	return true;
}

char *csv_text(struct csv *csv, int field)
{
	struct csv_field f = csv->field[field];
	char *text = csv->record + f.from, *to = text;
	text[f.length] = 0;
	if (!strchr(text, '"'))
		return text;
	bool quoted = false;
	for (const char *at = text; *at; at++)
		if (*at != '"')
			*to++ = *at;
		else if (quoted && at[1] == '"')
			*to++ = *at++;
		else
			quoted = !quoted;
	*to = 0;
	return text;
}

void csv_free(struct csv *csv)
{
	free(csv->record);
	csv->record = NULL;
}

void csv_write(FILE *out, const char *text)
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
