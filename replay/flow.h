/* Rows on their way through an import: from logs that are merged by their stamps, past others that
 * arrived earlier, out to whoever wants them. */
#ifndef REPLAY_FLOW_H
#define REPLAY_FLOW_H

#include "replay/import.h"
#include "replay/order.h"
#include "replay/parser.h"
#include "replay/repeats.h"

struct log {
	const char *name;
	int place;	       /* among those that were named */
	int64_t first_ns;      /* stamp of its first row */
	int64_t size;	       /* bytes; 0: nobody can tell */
	struct parser *parser; /* NULL: not open */
	struct row *row;       /* the next one, its stamp, and what drops of it quote */
	int64_t stamp_ns, line;
	struct view text;
	int64_t newest_ns; /* of all stamps before */
	bool begun, over;
	bool held; /* the row behind the next one was read already: it is the spare */
	struct row *spare;
	int64_t spare_stamp_ns;
	char quote[QUOTE_ROOM]; /* the text, where another row was read since */
};

/* Where a stamp stood. */
struct whereabouts {
	int log; /* as they were named */
	int64_t line, stamp_ns;
};

struct import {
	struct import_options options;
	struct import_facts facts;
	struct format own; /* of a pattern */
	struct reading reading;
	struct head read, put; /* words in the order of the logs, and in that of the rows */
	int16_t *renumbered[3 + MOST_EXTRAS];
	struct appraisal *appraisal;
	struct order order;
	struct repeats repeats;
	struct row *blank;	/* a row on its way out */
	struct log *log;	/* by their first stamps */
	int logs, opened, open; /* all; those that have been, and those that are */
	struct log *active[MOST_OPEN];
	bool unread;			 /* a log could not be read at all */
	struct whereabouts newest, leap; /* the newest stamp; the last that was far ahead */
	int64_t let_go_ns;		 /* the arrival of the row let go last */
	int64_t bytes, done;		 /* of all logs; of those that are read */
	struct arena arena;
};

/* What import.c and flow.c share: memory, names, sentences. */
void *flow_zeroed(size_t bytes);
const char *flow_name(const char *path);
int flow_open(struct import *import, const char *name, char *why);
bool flow_say(char *why, const char *name, const char *what);

#endif
