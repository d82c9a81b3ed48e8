/* Words by number, in the order in which they were first met. */
#ifndef REPLAY_DICTIONARY_H
#define REPLAY_DICTIONARY_H

#include "sim/arena.h"

#include "replay/view.h"

#include <stdint.h>

struct dictionary {
	const char **word;
	int count, most;
	uint64_t *hash; /* of each word */
	int32_t *place; /* open addressing: a word's number, or -1 */
	int places;
	struct arena arena;
};

enum { LONGEST_WORD_KEPT = 200 }; /* a longer one is cut: it is a name, not a text */

void dictionary_init(struct dictionary *dictionary, int most);
void dictionary_free(struct dictionary *dictionary);

/* The number of a word, a new one if it has none; -1 when there are `most` already. */
int dictionary_add(struct dictionary *dictionary, struct view word);

#endif
