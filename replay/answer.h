/* The answers of Prometheus to range queries, in JSON: documents one behind another, each with the
 * series of one query. */
#ifndef REPLAY_ANSWER_H
#define REPLAY_ANSWER_H

#include "replay/matrix.h"

enum { MOST_ANSWERS = 64 << 20 }; /* bytes of text: more than any page of a dashboard asks for */

/* Whether a text that begins so is such an answer, or says that there is none. */
bool answer_begins(struct view start);

/* Reads all documents; labels are views of the text. False, with a sentence in `why`; the matrix is
 * to be freed anyway. */
bool answer_read(struct matrix *matrix, struct view text, char *why, size_t size);

#endif
