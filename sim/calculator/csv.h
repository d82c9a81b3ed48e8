/* Comma-separated values (RFC 4180, and what is made of it: any line ending, no last one). A field
 * is quoted if its first character is a quote; elsewhere a quote is a letter like any other. */
#ifndef SIM_CALCULATOR_CSV_H
#define SIM_CALCULATOR_CSV_H

#include "sim/calculator/buffer.h"

#include <stdbool.h>
#include <stdint.h>

/* Where one is in a text of whole records, and that in lines. */
struct csv {
	char *at, *end; /* *end may be written to: it is where the last field is terminated */
	char *line_start;
	int64_t line;
};

/* A field as it stands there, quotes and all. */
struct csv_field {
	char *at;
	size_t length;
	int64_t line;
	int column; /* in bytes, from 1 */
	bool open;  /* its quote is never closed */
};

/* How many bytes of a text that starts with a record are whole records. */
size_t csv_whole(const char *text, size_t length);

/* Reads the next field; true: the record has more of them. Then `at` is behind the comma, else
 * behind the line ending. */
bool csv_next(struct csv *csv, struct csv_field *field);

/* Moves on to the next line that is not empty; false: there is none. */
bool csv_skip_empty(struct csv *csv);

/* Makes the field a string in place, without its quotes and the blanks around it; NUL bytes become
 * question marks. What stood there must not be needed any more. */
char *csv_text(struct csv_field *field);

/* Adds a text as a field, quoted where it must be. */
void csv_add(struct buffer *out, const char *text);

#endif
