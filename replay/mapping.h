/* What the columns of a log mean: which of them is the time, which the status, and in what unit.
 * Columns are called as the log calls them: a heading, a JSON key, a variable of a log format. */
#ifndef REPLAY_MAPPING_H
#define REPLAY_MAPPING_H

#include "sim/arena.h"

#include "replay/when.h"

enum field {
	FIELD_TIME,	/* when the request arrived */
	FIELD_END,	/* when it had been answered */
	FIELD_DURATION, /* between the two */
	FIELD_STATUS,
	FIELD_BYTES,
	FIELD_REQUEST, /* "GET /path HTTP/1.1" */
	FIELD_METHOD,
	FIELD_URL,   /* cut down to a route */
	FIELD_ROUTE, /* taken as it is */
	FIELD_USER,  /* never stored, only hashed */
	FIELD_SEGMENT,
	FIELD_VERSION,
	FIELD_ID, /* that no two requests share */
	FIELD_ACTION,
	FIELD_REWARD,
	FIELD_PROPENSITY,
	FIELD_OUTCOME, /* one of the words of row_outcomes */
	FIELD_HASH,    /* of a user, as export writes it */
	FIELD_NUMBER,  /* attributes, by names of their own */
	FIELD_WORD,
	FIELD_WHERE, /* the column must hold this, or the row is set aside */
	FIELDS
};

struct mapped {
	enum field field;
	const char *name;    /* of a number or a word; what the column must hold */
	const char *column;  /* as the log calls it */
	int64_t unit_ns;     /* of a duration; 0: none was said */
	enum when_kind kind; /* of a time; WHEN_UNKNOWN: none was said */
	bool decimals; /* a duration without a point is another column: a duration of Apache */
	bool list;     /* it may hold ", " and " : " between entries of several servers */
};

enum { MOST_MAPPED = 48 };

struct mapping {
	struct mapped row[MOST_MAPPED]; /* of one field, those that come first count first */
	int count;
};

/* Reads "time=start:ms,user=id|session,number.tokens=Tokens,where.kind=request" behind what is
 * there already. A name of a column that holds , | or : stands in quotes. False, with a sentence in
 * `why`. */
bool mapping_read(struct mapping *mapping, struct arena *arena, const char *text, char *why,
		  size_t size);

/* Puts what `over` says in the place of what `mapping` says of the same fields; times in that of
 * times, and whatever says what the route is in that of everything that does. False if they are too
 * many together. */
bool mapping_replace(struct mapping *mapping, const struct mapping *over);

/* Durations whose unit nobody said have it in their names, latency_ms, elapsed(s), or else in each
 * value. False, with a sentence in `why`, if nothing says when. */
bool mapping_complete(struct mapping *mapping, char *why, size_t size);

/* The first row of a field; -1: none. */
int mapping_find(const struct mapping *mapping, enum field field);

/* How a field is written in a mapping. */
const char *mapping_word(enum field field);

#endif
