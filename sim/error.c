/* Complaints, their printing with a caret, and the search for the word that was probably meant. */
#include "sim/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	WIDEST_LINE = 160, /* a longer line is quoted around the caret only */
	LONGEST_WORD = 64, /* nobody mistypes a longer key */
	EXIT_COULD_NOT_RUN = 3,
};

void complaints_init(struct complaints *complaints)
{
	*complaints = (struct complaints){.count = 0};
}

void complaints_free(struct complaints *complaints)
{
	arena_free(&complaints->arena);
	complaints_init(complaints);
}

/* One mistake that several readers stumble over is one complaint. */
static bool is_known(const struct complaints *complaints, struct mark at, const char *text)
{
	for (const struct complaint *c = complaints->first; c; c = c->next)
		if (c->at.source == at.source && c->at.line == at.line &&
		    c->at.column == at.column && !strcmp(c->text, text))
			return true;
	return false;
}

static bool stands_before(struct mark a, struct mark b)
{
	return a.source == b.source &&
	       (a.line < b.line || (a.line == b.line && a.column < b.column));
}

/* Complaints are kept in the order of their places; those of one place in the order they came. */
static void insert(struct complaints *complaints, struct complaint *entry)
{
	struct complaint **place = &complaints->first;
	while (*place && !stands_before(entry->at, (*place)->at))
		place = &(*place)->next;
	entry->next = *place;
	*place = entry;
}

void complain(struct complaints *complaints, struct mark at, const char *format, ...)
{
	va_list measure, write;
	va_start(measure, format);
	va_copy(write, measure);
	size_t length = (size_t)vsnprintf(NULL, 0, format, measure);
	va_end(measure);
	char *text = arena_take(&complaints->arena, length + 1);
	vsnprintf(text, length + 1, format, write);
	va_end(write);

	complaints->count++;
	if (is_known(complaints, at, text) || complaints->distinct++ >= MAX_COMPLAINTS)
		return;
	struct complaint *entry = arena_take(&complaints->arena, sizeof *entry);
	*entry = (struct complaint){at, text, NULL};
	insert(complaints, entry);
}

/* The start of the line a mark points at, and its length without the line end. */
static const char *find_line(struct mark at, size_t *length)
{
	const char *line = at.source->text, *end = line + at.source->length;
	for (int n = 1; n < at.line && line < end; n++) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		line = newline ? newline + 1 : end;
	}
	const char *newline = memchr(line, '\n', (size_t)(end - line));
	*length = (size_t)((newline ? newline : end) - line);
	if (*length && line[*length - 1] == '\r')
		--*length;
	return line;
}

/* Bytes a terminal must not be sent are shown as '?'. */
static void print_clean(const char *text, size_t length, FILE *out)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		fputc((c < ' ' && c != '\t') || c == 127 ? '?' : c, out);
	}
}

static void print_caret(struct mark at, FILE *out)
{
	size_t length;
	const char *line = find_line(at, &length);
	size_t caret = at.column > 0 ? (size_t)at.column - 1 : 0;
	if (caret > length)
		caret = length;
	size_t from = caret > WIDEST_LINE - 20 ? caret - (WIDEST_LINE - 20) : 0;
	size_t shown = length - from < WIDEST_LINE ? length - from : WIDEST_LINE;
	fputs("  ", out);
	print_clean(line + from, shown, out);
	fputs("\n  ", out);
	for (size_t i = from; i < caret; i++) {
		/* A tab stays a tab and the later bytes of a UTF-8 letter take no room. */
		if (line[i] == '\t')
			fputc('\t', out);
		else if (((unsigned char)line[i] & 0xC0) != 0x80)
			fputc(' ', out);
	}
	fputs("^\n", out);
}

void complaints_print(const struct complaints *complaints, FILE *out)
{
	for (const struct complaint *c = complaints->first; c; c = c->next) {
		const struct source *source = c->at.source;
		if (source && c->at.line)
			fprintf(out, "%s:%d:%d: ", source->name, c->at.line, c->at.column);
		else if (source)
			fprintf(out, "%s: ", source->name);
		print_clean(c->text, strlen(c->text), out);
		fputc('\n', out);
		if (source && source->text && c->at.line)
			print_caret(c->at, out);
	}
	if (complaints->distinct > MAX_COMPLAINTS)
		fprintf(out, "... and %d more\n", complaints->distinct - MAX_COMPLAINTS);
}

/* Optimal string alignment distance (Damerau 1964, Levenshtein 1966): edits and neighbour swaps. */
static int distance(const char *a, const char *b)
{
	int rows[3][LONGEST_WORD + 1];
	int *before = rows[0], *above = rows[1], *here = rows[2];
	int na = (int)strlen(a), nb = (int)strlen(b);
	for (int j = 0; j <= nb; j++)
		above[j] = j;
	for (int i = 1; i <= na; i++) {
		here[0] = i;
		for (int j = 1; j <= nb; j++) {
			int best = above[j - 1] + (a[i - 1] != b[j - 1]);
			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (here[j - 1] + 1 < best)
				best = here[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			here[j] = best;
		}
		int *spare = before;
		before = above;
		above = here;
		here = spare;
	}
	return above[nb];
}

const char *error_nearest(const char *word, const char *const *words)
{
	size_t length = strlen(word);
	if (length > LONGEST_WORD)
		return NULL;
	const char *nearest = NULL;
	int best = (int)length / 3 + 2; /* a third of the letters may be wrong, and one more */
	for (; *words; words++) {
		if (strlen(*words) > LONGEST_WORD)
			continue;
		bool begins = length >= 3 && !strncmp(*words, word, length);
		int d = begins ? 1 : distance(word, *words);
		if (d < best) {
			best = d;
			nearest = *words;
		}
	}
	return nearest;
}

void error_out_of_memory(size_t bytes)
{
	fprintf(stderr, "coalmine: out of memory: could not get %zu bytes\n", bytes);
	exit(EXIT_COULD_NOT_RUN);
}
