/* Tables and lines of JSON whose columns are called as fields are: they need no --map. */
#ifndef REPLAY_OWN_NAMES_H
#define REPLAY_OWN_NAMES_H

#include "replay/mapping.h"
#include "replay/view.h"

/* Adds the columns whose names are fields: time, duration_ms, number.tokens, status:... Nothing,
 * and false, unless one of them says when and another says more. `start` is the beginning of the
 * log. */
bool own_names_read(struct view start, struct mapping *mapping, struct arena *arena);

#endif
