/* What all rows of a trace have in common: the words that they count, and what more they hold. */
#ifndef REPLAY_HEAD_H
#define REPLAY_HEAD_H

#include "replay/dictionary.h"
#include "replay/mapping.h"
#include "replay/row.h"

enum {
	MOST_ROUTES = 4096, /* the last stands for all that come later */
	MOST_PARTIES = 64,  /* versions and segments of a log; a scenario takes eight of each */
	MOST_VALUES = 1024, /* of a word among the extras; rather an identifier if more */
};

/* A number, or a word with the number of its place. */
struct extra {
	const char *name;
	bool word;
	struct dictionary words;
};

struct head {
	struct dictionary routes, segments, versions;
	struct extra extra[MOST_EXTRAS];
	int extras;
};

/* The extras that a mapping has, by name: action, reward, propensity and attributes. False, with a
 * sentence in `why`, if there are too many or two have one name. */
bool head_init(struct head *head, const struct mapping *mapping, char *why, size_t size);
void head_free(struct head *head);

/* Puts the extras in the order of their names, as every trace has them. */
void head_sort(struct head *head);

/* Which extra a mapped row fills; -1: none. */
int head_extra(const struct head *head, const struct mapped *row);

/* Which extra is the number of that name; -1: none. */
int head_number(const struct head *head, const char *name);

/* Bytes of a row with this head. */
size_t head_row_size(const struct head *head);

#endif
