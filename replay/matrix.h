/* Series of numbers over time, as Prometheus answers range queries in JSON: documents one behind
 * another, each with the series of one query. */
#ifndef REPLAY_MATRIX_H
#define REPLAY_MATRIX_H

#include "sim/arena.h"

#include "replay/view.h"

#include <stddef.h>
#include <stdint.h>

enum {
	MOST_MATRIX = 64 << 20, /* bytes of text: more than any page of a dashboard asks for */
	MOST_SERIES = 10000,	/* beyond that, labels are identifiers */
	MOST_LABELS = 64,
	SERIES_TEXT = 160
};

/* What the numbers of a series are, from its labels. */
enum role {
	ROLE_RATE,   /* requests per second */
	ROLE_BUCKET, /* those that took no longer than `le`: of a classic histogram */
	ROLE_RATIO   /* failures among all: labelled coalmine="error_ratio" */
};

struct label {
	struct view name, value;
};

struct sample {
	int64_t at_ns;
	double value; /* as it is: NaN, infinite, below zero */
};

/* A sample speaks of the step before it. A series of two queries, one of which goes on where the
 * other ended, is two of these. */
struct series {
	enum role role;
	bool sworn;		   /* labelled coalmine="rate" */
	struct view name, le_text; /* its __name__, and le */
	const struct label *label; /* the others, by name */
	int labels;
	double le;
	const struct sample *sample; /* in the order of time */
	size_t first;		     /* of them, among those of all */
	int samples;
	int64_t step_ns, from_ns; /* nothing is said of what was before `from_ns` */
	int64_t line;		  /* of the text */
};

struct matrix {
	struct series *series; /* by role, labels, le and time; no two speak of the same moment */
	int count;
	struct sample *sample; /* of all series */
	size_t samples;
	struct arena arena;
};

/* Reads all documents; labels are views of the text. False, with a sentence in `why`; to be freed
 * anyway. */
bool matrix_read(struct matrix *matrix, struct view text, char *why, size_t size);
void matrix_free(struct matrix *matrix);

/* Less than, equal to or greater than 0: labels in some order of all. */
int matrix_compare(const struct series *a, const struct series *b);

/* When a sample of a series begins to speak. */
int64_t series_begins(const struct series *series, int place);

/* A series as PromQL writes it, cut to fit: {code="500",le="0.25"}. */
const char *series_text(const struct series *series, char out[SERIES_TEXT]);

#endif
