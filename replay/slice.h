/* A piece of text that lies in somebody else's memory; no NUL ends it. */
#ifndef REPLAY_SLICE_H
#define REPLAY_SLICE_H

#include <stdbool.h>
#include <string.h>

struct slice {
	const char *at;
	size_t length;
};

static inline struct slice slice_of(const char *text)
{
	return (struct slice){text, strlen(text)};
}

static inline bool slice_is(struct slice slice, const char *text)
{
	return strlen(text) == slice.length && !memcmp(slice.at, text, slice.length);
}

static inline bool slice_begins(struct slice slice, const char *text)
{
	size_t length = strlen(text);
	return slice.length >= length && !memcmp(slice.at, text, length);
}

static inline struct slice slice_from(struct slice slice, size_t start)
{
	return (struct slice){slice.at + start, slice.length - start};
}

/* What logs write where there is nothing to write. */
static inline bool slice_is_nothing(struct slice slice)
{
	return !slice.length || (slice.length == 1 && *slice.at == '-');
}

static inline struct slice slice_trim(struct slice slice)
{
	while (slice.length && (*slice.at == ' ' || *slice.at == '\t'))
		slice = slice_from(slice, 1);
	while (slice.length &&
	       (slice.at[slice.length - 1] == ' ' || slice.at[slice.length - 1] == '\t'))
		slice.length--;
	return slice;
}

#endif
