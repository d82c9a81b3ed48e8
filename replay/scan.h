/* JSON as it goes by: what is wanted is pointed at, the rest is stepped over. Written by hand for
 * the millions of flat lines that services log; no package does those at the speed of a disk. */
#ifndef REPLAY_SCAN_H
#define REPLAY_SCAN_H

#include "replay/view.h"

enum { SCAN_DEPTH = 64 }; /* of what is stepped over */

struct scan {
	const char *at, *end;
};

enum scan_kind { SCAN_WRONG, SCAN_TEXT, SCAN_PLAIN, SCAN_NULL, SCAN_OBJECT, SCAN_LIST };

void scan_space(struct scan *scan);

/* Takes one letter, and the space before it. */
bool scan_take(struct scan *scan, char letter);

/* What is between the quotes of a text, with its escapes. */
bool scan_text(struct scan *scan, struct view *text);

/* The next element of a list whose bracket was taken; *first says whether it is the first, and is
 * the caller's to set before that. False behind the last, or where the list is wrong: then *good is
 * false. */
bool scan_element(struct scan *scan, bool *first, struct view *element, bool *good);

/* A value: its text without quotes, or all of an object or a list from bracket to bracket. */
enum scan_kind scan_value(struct scan *scan, struct view *value);

#endif
