/* Simulations beside what theory says of them: every claim is a row of one table. */
#ifndef BENCH_THEORY_H
#define BENCH_THEORY_H

#include "sim/stats/moments.h"

enum { MOST_CLAIMS = 128 }; /* twice as many as anybody would read */

struct theory {
	int claims, wrong;
	const char *wrong_ones[MOST_CLAIMS];
};

void theory_heading(const char *text);

/* A seed that no claim has had before: what one row shows by chance, no other shows again. */
int theory_seed(const struct theory *theory);

/* A row: the mean over independent trials, so that what depends on each other within a trial does
 * its standard error no harm. The source is that of the formula. */
void theory_expect(struct theory *theory, const char *what, double expected, const char *source,
		   const struct moments *trials);

void theory_queues(struct theory *theory);
void theory_followed(struct theory *theory);
void theory_arrivals(struct theory *theory);
void theory_people(struct theory *theory);
void theory_laws(struct theory *theory);
void theory_quality(struct theory *theory);
void theory_faults(struct theory *theory);
void theory_statistics(struct theory *theory);

#endif
