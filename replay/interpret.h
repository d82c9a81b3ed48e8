/* From the texts of a record to a row: numbers, times, statuses, words, in every way logs write
 * them. The one place where a record may be found wrong in what it says. */
#ifndef REPLAY_INTERPRET_H
#define REPLAY_INTERPRET_H

#include "replay/columns.h"
#include "replay/head.h"
#include "replay/reason.h"
#include "replay/siphash.h"

/* Several times what a site has of requests that come again and again: they take places by chance,
 * and two in one place forget each other. */
enum { ROUTES_SEEN = 16384 };

/* A request line by its hash; 0: none yet. */
struct route_seen {
	uint64_t hash;
	int16_t route;
};

struct interpreter {
	struct mapping mapping;	 /* ordered by field */
	int first[FIELDS + 1];	 /* of each field, in it */
	struct columns columns;	 /* each once, however often it is mapped */
	int column[MOST_MAPPED]; /* of a row of the mapping, in them */
	int extra[MOST_MAPPED];	 /* that a row fills; -1: none */
	struct when when[MOST_MAPPED];
	struct siphash_key key;
	struct head *head;
	struct route_seen seen[ROUTES_SEEN];
};

void interpret_init(struct interpreter *interpreter, const struct mapping *mapping,
		    struct head *head, struct siphash_key key);

/* `values` has a text for each of the columns. Writes all of the row but its identity,
 * and the stamp as the log has it, before a duration is taken off. */
enum reason interpret(struct interpreter *interpreter, const struct view *values, struct row *row,
		      int64_t *stamp_ns);

/* Whether stamps are ends of requests: arrivals are found by taking the durations off. */
bool interpret_ends(const struct interpreter *interpreter);

#endif
