/* One pass over the text; nothing is copied. */
#include "sim/calculator/csv.h"

#include <string.h>

/* Behind the quote that closes what starts at `at`, or NULL. Doubled quotes are part of it. */
static const char *find_close(const char *at, const char *end)
{
	while ((at = memchr(at, '"', (size_t)(end - at)))) {
		if (at + 1 == end || at[1] != '"')
			return at + 1;
		at += 2;
	}
	return NULL;
}

size_t csv_whole(const char *text, size_t length)
{
	const char *at = text, *end = text + length, *whole = text;
	while (at) {
		const char *quote = memchr(at, '"', (size_t)(end - at));
		const char *stop = quote ? quote : end;
		const char *newline = memrchr(at, '\n', (size_t)(stop - at));
		whole = newline ? newline + 1 : whole;
		bool opens = quote && (quote == text || quote[-1] == ',' || quote[-1] == '\n');
		at = !quote ? NULL : opens ? find_close(quote + 1, end) : quote + 1;
	}
	return (size_t)(whole - text);
}

static void count_lines(struct csv *csv, char *from, const char *to)
{
	while ((from = memchr(from, '\n', (size_t)(to - from)))) {
		csv->line++;
		csv->line_start = ++from;
	}
}

bool csv_next(struct csv *csv, struct csv_field *field)
{
	char *at = csv->at;
	*field = (struct csv_field){
		.at = at, .line = csv->line, .column = (int)(at - csv->line_start) + 1};
	if (at < csv->end && *at == '"') {
		const char *close = find_close(at + 1, csv->end);
		field->open = !close;
		at = close ? at + (close - at) : csv->end;
		count_lines(csv, field->at, at);
	}
	while (at < csv->end && *at != ',' && *at != '\n')
		at++;
	field->length = (size_t)(at - field->at);
	csv->at = at < csv->end ? at + 1 : at;
	if (at < csv->end && *at == ',')
		return true;
	if (field->length && at[-1] == '\r' && !field->open)
		field->length--;
	count_lines(csv, at, csv->at);
	return false;
}

bool csv_skip_empty(struct csv *csv)
{
	while (csv->at < csv->end) {
		char *line = csv->at;
		line += *line == '\r' && line + 1 < csv->end;
		if (*line != '\n')
			return true;
		csv->line++;
		csv->at = csv->line_start = line + 1;
	}
	return false;
}

/* Takes the quotes away; what follows the closing one is kept. */
static char *unquote(char *text, size_t length)
{
	char *to = text, *end = text + length;
	bool quoted = true;
	for (const char *at = text + 1; at < end; at++) {
		if (quoted && *at == '"') {
			bool doubled = at + 1 < end && at[1] == '"';
			quoted = doubled;
			at += doubled;
			if (!doubled)
				continue;
		}
		*to++ = *at;
	}
	*to = 0;
	return text;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

char *csv_text(struct csv_field *field)
{
	char *text = field->at, *nul = text;
	size_t length = field->length;
	while ((nul = memchr(nul, 0, length - (size_t)(nul - text))))
		*nul++ = '?';
	if (length && *text == '"') {
		unquote(text, length);
		length = strlen(text);
	}
	while (length && is_blank(text[length - 1]))
		length--;
	text[length] = 0;
	while (is_blank(*text))
		text++;
	return text;
}

void csv_add(struct buffer *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		buffer_add(out, text, strlen(text));
		return;
	}
	buffer_add(out, "\"", 1);
	for (; *text; text++)
		buffer_add(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
	buffer_add(out, "\"", 1);
}
