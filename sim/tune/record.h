/* A search as a record that can be kept, and the trials of a record for a search to go on from. */
#ifndef SIM_TUNE_RECORD_H
#define SIM_TUNE_RECORD_H

#include "sim/tried.h"
#include "sim/tune/answer.h"

/* What was tried; and what came of it, unless `answer` is NULL. Lies in the arena. */
void record_make(struct tried *tried, struct arena *arena, const struct search *search,
		 const struct answer *answer);

/* Whether a record is of this search, so that its trials are the same; a sentence where not. */
const char *record_refuse(const struct tried *tried, const struct search *search);

/* Gives a new point the trials that the record has of it. */
void record_recall(const struct tried *tried, struct point *point);

#endif
