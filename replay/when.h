/* Stamps as logs write them, into nanoseconds since 1970. */
#ifndef REPLAY_WHEN_H
#define REPLAY_WHEN_H

#include "replay/view.h"

#include <stdint.h>

/* Epochs in their units; dates such as 2015-05-17T10:05:03.123Z, with or without a zone; and the
 * dates of access logs, 17/May/2015:10:05:03 +0000. */
enum when_kind { WHEN_UNKNOWN, WHEN_S, WHEN_MS, WHEN_US, WHEN_NS, WHEN_DATE, WHEN_CLF };

/* How stamps are written, and the one met last: the next is mostly of the same minute, and of the
 * same second where the clock is coarse. */
struct when {
	enum when_kind kind;
	char seen[32]; /* the text of it, if it is no longer */
	size_t length;
	int64_t ns, minute_ns;
};

/* What a stamp looks like. Bare numbers are guessed by their size: from 1973 on, each unit has
 * sizes that no other has. Small ones, and what is no stamp, are unknown. */
enum when_kind when_guess(struct view text);

/* False where the text is no such stamp, or outside 1678 to 2262. */
bool when_read(struct when *when, struct view text, int64_t *ns);

/* "seconds since 1970", "dates such as ..." */
const char *when_words(enum when_kind kind);

enum { WHEN_TEXT = 40 };

/* 2015-05-17T10:05:03.5Z, with as many decimals as it takes. */
const char *when_print(char out[WHEN_TEXT], int64_t ns);

#endif
