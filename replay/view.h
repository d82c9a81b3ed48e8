/* A piece of text that lies in somebody else's memory; no NUL ends it. */
#ifndef REPLAY_VIEW_H
#define REPLAY_VIEW_H

#include <stdbool.h>
#include <string.h>

struct view {
	const char *at;
	size_t length;
};

static inline struct view view_of(const char *text)
{
	return (struct view){text, strlen(text)};
}

static inline bool view_is(struct view view, const char *text)
{
	return strlen(text) == view.length && !memcmp(view.at, text, view.length);
}

static inline bool view_begins(struct view view, const char *text)
{
	size_t length = strlen(text);
	return view.length >= length && !memcmp(view.at, text, length);
}

static inline struct view view_from(struct view view, size_t start)
{
	return (struct view){view.at + start, view.length - start};
}

/* Less than, equal to or greater than 0: bytewise, as strcmp. */
static inline int view_compare(struct view a, struct view b)
{
	size_t shorter = a.length < b.length ? a.length : b.length;
	int order = memcmp(a.at, b.at, shorter);
	return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* Whether a letter is one of these; NUL is none. */
static inline bool view_is_one_of(char letter, const char *letters)
{
	return letter && strchr(letters, letter);
}

/* What logs write where there is nothing to write. */
static inline bool view_is_nothing(struct view view)
{
	return !view.length || (view.length == 1 && *view.at == '-');
}

static inline struct view view_trim(struct view view)
{
	while (view.length && (*view.at == ' ' || *view.at == '\t'))
		view = view_from(view, 1);
	while (view.length && (view.at[view.length - 1] == ' ' || view.at[view.length - 1] == '\t'))
		view.length--;
	return view;
}

#endif
