/* Logs into one stream of rows, in the order of their arrivals. */
#ifndef REPLAY_IMPORT_H
#define REPLAY_IMPORT_H

#include "replay/appraisal.h"
#include "replay/drawn.h"
#include "replay/format.h"
#include "replay/head.h"

#include <stdatomic.h>

enum { MOST_OPEN = 64, IMPORT_WHY = 512 };

struct import_options {
	const char *const *log; /* paths; "-" is standard input */
	int logs;
	const struct format *format; /* NULL: to be guessed */
	const char *pattern;	     /* of the user; or NULL */
	const char *map;	     /* what it changes in the format's mapping; or NULL */
	const char *salt;	     /* NULL: made of how the first log begins */
	int64_t window_ns;	     /* by which stamps may go back */
	int64_t jitter_ns;	     /* by which arrivals are spread */
	uint64_t seed;		     /* of that, and of what is drawn */
	bool unique;		     /* drops what was said before */
};

/* Where rows go; false: they are not wanted any more. */
struct sink {
	void *context;
	bool (*put)(void *context, const struct row *row);
};

/* Who wants to know how far it is: bytes read of all there are, 0 where nobody can tell. */
struct ticker {
	void *context;
	void (*tick)(void *context, int64_t done, int64_t total);
};

/* What was found out before the first row: known from import_begin on, but for kinds of stamps that
 * were neither said nor shipped; those when import_run is done. */
struct import_facts {
	const char *format, *about; /* its name, and what it is */
	bool guessed, ends;	    /* stamps are ends of requests */
	bool sized;		    /* stamps are numbers whose unit is known by their size */
	int good, tried;	    /* records by which it was guessed */
	struct mapping mapping;
	const char *packing; /* of the first log: "gzip", "zstd", "" */
	bool drawn_from;     /* the logs hold no requests: */
	struct drawn drawn;  /* whole when import_run is done */
};

struct import;

/* Opens the logs and finds out how to read them. NULL, with a sentence in `why`; *unread then says
 * whether a file could not be read at all. */
struct import *import_begin(const struct import_options *options, char why[IMPORT_WHY],
			    bool *unread);
const struct import_facts *import_facts(const struct import *import);

/* Words in the order in which the rows that were put have them; whole when import_run is done. */
const struct head *import_head(const struct import *import);
const struct appraisal *import_appraisal(const struct import *import);

/* Puts all rows. False if a log cannot be read to its end, with a sentence in `why`, or when the
 * sink or *stop says so, without one. */
bool import_run(struct import *import, struct sink sink, const atomic_int *stop,
		struct ticker ticker, char why[IMPORT_WHY]);

/* Whether it was a file that could not be read, and not what it holds. */
bool import_unread(const struct import *import);
void import_end(struct import *import);

#endif
