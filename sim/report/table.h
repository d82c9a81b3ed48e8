/* A table for a terminal: columns as wide as their widest text. */
#ifndef SIM_REPORT_TABLE_H
#define SIM_REPORT_TABLE_H

#include "sim/arena.h"

#include <stdbool.h>
#include <stdio.h>

enum { TABLE_COLUMNS = 16, TABLE_ROWS = 4096 };

struct table {
	struct arena *arena;
	int columns, rows; /* row 0 is the head */
	const char **text; /* TABLE_ROWS x TABLE_COLUMNS */
};

void table_init(struct table *table, struct arena *arena, int columns, const char *const *heads);
bool table_add(struct table *table); /* a row of empty texts; false: the table is full */
void table_put(struct table *table, int column, const char *text); /* in the last row; copied */
void table_print(const struct table *table, const char *indent, FILE *out);

/* The same in so many places a line: the last column is broken at blanks, where that helps. */
void table_print_within(const struct table *table, const char *indent, int width, FILE *out);

/* How many places a UTF-8 text takes on a terminal. */
int table_width(const char *text);

#endif
