/* Why a record of a log becomes no row of a trace. */
#ifndef REPLAY_REASON_H
#define REPLAY_REASON_H

#include <stdbool.h>

/* Bad records first: --max-bad limits those. The others are no mistakes of the log. */
#define REASONS(X)                                                                                 \
	X(REASON_SHAPE, "not of this format")                                                      \
	X(REASON_LONG, "longer than 4 MiB")                                                        \
	X(REASON_TIME, "its time cannot be read")                                                  \
	X(REASON_RANGE, "its time is not between 1970 and 2261")                                   \
	X(REASON_DURATION, "its duration cannot be read")                                          \
	X(REASON_STATUS, "its status cannot be read")                                              \
	X(REASON_NUMBER, "a number cannot be read")                                                \
	X(REASON_CHANCE, "its propensity is not above 0 and at most 1")                            \
	X(REASON_VALUES, "one word too many for its column")                                       \
	X(REASON_NEGATIVE, "a rate below zero")                                                    \
	X(REASON_AHEAD, "its time is far ahead of what follows")                                   \
	X(REASON_LATE, "too far out of order")                                                     \
	X(REASON_LONG_AGO, "began too long ago to be put in order")                                \
	X(REASON_COMMENT, "empty or a comment")                                                    \
	X(REASON_OTHER, "of another kind")                                                         \
	X(REASON_OPEN, "had not ended yet")                                                        \
	X(REASON_DUPLICATE, "the same as another of its time")                                     \
	X(REASON_NO_NUMBER, "no number: NaN or infinite")

#define REASON_NAME(name, words) name,
enum reason { REASONS(REASON_NAME) REASON_COUNT, REASON_NONE = REASON_COUNT };
#undef REASON_NAME

extern const char *const reason_words[REASON_COUNT];

static inline bool reason_is_bad(enum reason reason)
{
	return reason < REASON_COMMENT;
}

#endif
