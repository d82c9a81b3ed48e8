/* Numbers over time, of which labels say what they are. */
#ifndef REPLAY_SERIES_H
#define REPLAY_SERIES_H

#include "replay/view.h"

#include <stddef.h>
#include <stdint.h>

enum { MOST_LABELS = 64, SERIES_TEXT = 160 };

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

void series_sort(struct label *label, int labels);

/* Less than, equal to or greater than 0: by their labels. */
int series_compare(const struct series *a, const struct series *b);

/* Whether the labels that both have say the same. */
bool series_fit(const struct series *a, const struct series *b);

/* When a sample of a series begins to speak. */
int64_t series_begins(const struct series *series, int place);

/* A series as PromQL writes it, cut to fit: {code="500",le="0.25"}. */
const char *series_text(const struct series *series, char out[SERIES_TEXT]);

#endif
