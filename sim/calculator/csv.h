/* Comma-separated values as a stream of records (RFC 4180, and what is made of it: any line ending,
 * a byte order mark, no last newline). Memory is that of the longest record. */
#ifndef SIM_CALCULATOR_CSV_H
#define SIM_CALCULATOR_CSV_H

#include <stdbool.h>
#include <stdio.h>

/* A field as it stands in the record, quotes and all. */
struct csv_field {
	size_t from, length;
};

enum { CSV_COLUMNS = 1024 };

struct csv {
	FILE *in;
	char *record; /* without its line ending; NUL-terminated */
	size_t length, room;
	int line;  /* where the record began, from 1 */
	int lines; /* read so far */
	int count;
	struct csv_field field[CSV_COLUMNS];
	bool too_many; /* fields beyond CSV_COLUMNS are not split */
};

/* The next record that is not empty; false at the end of the file. */
bool csv_next(struct csv *csv);

/* Makes a field a string of its own, without quotes, in place: what the record looked like must not
 * be needed any more. */
char *csv_text(struct csv *csv, int field);

void csv_free(struct csv *csv);

/* Writes a text as a field, quoted where it must be. */
void csv_write(FILE *out, const char *text);

#endif
