/* Complaints about what a user wrote: collected, so that all mistakes are shown in one pass. */
#ifndef SIM_ERROR_H
#define SIM_ERROR_H

#include "sim/arena.h"

#include <stdio.h>

/* Where a text came from: a file, or an option of the command line. */
struct source {
	const char *name; /* as shown before the line number */
	const char *text; /* NUL-terminated; NULL where there is nothing to quote */
	size_t length;
};

/* A place in a source. Lines and columns count from 1; line 0 is the source as a whole. */
struct mark {
	const struct source *source;
	int line, column;
};

struct complaint {
	struct mark at;
	const char *text;
	struct complaint *next;
};

enum { MAX_COMPLAINTS = 50 }; /* a reader gives up on more; the rest is counted */

struct complaints {
	struct arena arena;
	struct complaint *first;
	int count, distinct; /* a mistake found twice counts twice and is shown once */
};

void complaints_init(struct complaints *complaints);
void complaints_free(struct complaints *complaints);
void complain(struct complaints *complaints, struct mark at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* file:line:column: sentence, the line it speaks of, and a caret below the place. */
void complaints_print(const struct complaints *complaints, FILE *out);

/* The word of a NULL-terminated list that looks most like `word`, or NULL if none is near. */
const char *error_nearest(const char *word, const char *const *words);

void error_out_of_memory(size_t bytes) __attribute__((noreturn));

#endif
