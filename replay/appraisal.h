/* What a log is like and what is wrong with it, found while it is read. */
#ifndef REPLAY_APPRAISAL_H
#define REPLAY_APPRAISAL_H

#include "sim/clock.h"

#include "sim/stats/histogram.h"
#include "sim/stats/moments.h"

#include "replay/reason.h"
#include "replay/row.h"
#include "replay/view.h"

enum {
	QUOTE_ROOM = 120,
	PLACE_ROOM = 160,
	LEAST_WINDOWS = 20 /* of fewer the index is off by a third and more */
};

/* Records that became no rows for one reason, and the first of them. */
struct dropped {
	int64_t count, line;
	char place[PLACE_ROOM], text[QUOTE_ROOM + 1];
};

/* Counts in windows of one length, which follow each other from the first arrival on. */
struct windows {
	int64_t length_ns, index, end_ns; /* the window that is being counted, and where it ends */
	double count, peak;
	int64_t peak_index;
	struct moments counts; /* of those before it */
};

struct appraisal {
	int64_t read, kept, bad; /* records; rows; records that are mistakes */
	struct dropped dropped[REASON_COUNT];
	struct { /* the newest stamp when the first record came too far out of order */
		int64_t line, stamp_ns;
		char place[PLACE_ROOM];
	} ahead;
	/* of the stamps, in the order of the log */
	int64_t stamps, newest_ns, steps_back, worst_back_ns, resolution_ns, last_stamp_ns;
	int64_t spread_ns; /* by which arrivals were spread, at random */
	/* of the rows, in the order of their arrivals */
	int64_t first_ns, last_ns, gap_ns, gap_at_ns, same_time;
	int64_t duplicates, unsought; /* repeats; rows that may be some: see repeats.h */
	struct moments between;	      /* seconds from arrival to arrival */
	struct windows second, minute;
	int64_t outcome[ROW_OUTCOMES], timed, known_users;
	uint64_t duration[HISTOGRAM_BUCKETS];
	double longest_ns;
	int replay_place; /* of replayed_status among the extras, from 1; 0: there is none */
	int64_t replayed; /* rows that have the answer of a replay */
};

void appraisal_init(struct appraisal *appraisal);

/* A record that became no row. */
void appraisal_drop(struct appraisal *appraisal, enum reason reason, const char *name, int64_t line,
		    struct view text);

/* The stamp of a record, as the log has it. */
void appraisal_stamp(struct appraisal *appraisal, int64_t stamp_ns);

/* A quantile of the durations, in seconds; NaN where there are none. */
double appraisal_duration(const struct appraisal *appraisal, double p);

/* What the clock of the log tells of the rows. */
struct clock_use appraisal_clock(const struct appraisal *appraisal);

/* The index of dispersion of windows; NaN where fewer than LEAST_WINDOWS are whole. */
double appraisal_dispersion(const struct windows *windows);

/* A row of the trace, in the order of arrivals. */
void appraisal_row(struct appraisal *appraisal, const struct row *row);

#endif
