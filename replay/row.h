/* One request of a trace, whatever log it came from. */
#ifndef REPLAY_ROW_H
#define REPLAY_ROW_H

#include <stdint.h>

/* What became of a request, from its status. The order is the one trace files use. */
enum row_outcome {
	ROW_UNKNOWN,
	ROW_SUCCESS,	  /* 1xx, 2xx */
	ROW_REDIRECT,	  /* 3xx */
	ROW_CLIENT_ERROR, /* 4xx */
	ROW_SERVER_ERROR, /* 5xx, and words such as FAILED */
	ROW_ABORTED,	  /* the client left before the answer */
	ROW_OUTCOMES
};

extern const char *const row_outcomes[ROW_OUTCOMES + 1]; /* their words; ends with NULL */

int8_t row_outcome(int status);

enum { MOST_EXTRAS = 24 };

/* What the log does not say is -1, or NaN among the extras; a user nobody knows is 0. */
struct row {
	int64_t arrival_ns, duration_ns, bytes;
	uint64_t user;
	uint64_t identity; /* equal rows are equal in it; not stored */
	int64_t line;	   /* of its log; neither of them is stored */
	int32_t log;
	int16_t route, segment, version; /* places of words */
	int16_t status;
	int8_t outcome;
	double extra[]; /* numbers, and places of words; as many as the trace has */
};

#endif
