/* Who a log means by what it writes: the same client on another port is the same client. */
#ifndef REPLAY_PERSON_H
#define REPLAY_PERSON_H

#include "replay/view.h"

#include <stdint.h>

/* An address without its port; of a list of proxies, whom the first one served. */
struct view person_of(struct view user);

/* A hash as export writes it; false if it is none. */
bool person_hash(struct view text, uint64_t *hash);

/* The version that a name of Istio's stands for; other names stand for themselves. */
struct view person_party(struct view text);

#endif
