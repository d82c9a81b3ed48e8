/* What the variables of a log format mean, where nobody says otherwise. */
#ifndef REPLAY_PATTERN_H
#define REPLAY_PATTERN_H

#include "replay/mapping.h"

enum {
	PATTERN_ROOM = 2048, /* letters of a pattern */
	PATTERN_STEPS = 64,  /* variables in it */
};

/* Maps what is known of the variables in a pattern: $status, %>s, %RESPONSE_CODE% ... False, with a
 * sentence in `why`, if it is no pattern. */
bool pattern_mapping(const char *layout, struct mapping *mapping, struct arena *arena, char *why,
		     size_t size);

#endif
