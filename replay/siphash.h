/* SipHash-2-4 (Aumasson and Bernstein 2012): whom a hash stands for cannot be found by trying all
 * addresses there are, unless one has the key. Debian packages no C library of it. */
#ifndef REPLAY_SIPHASH_H
#define REPLAY_SIPHASH_H

#include "replay/view.h"

#include <stdint.h>

struct siphash_key {
	uint64_t half[2];
};

uint64_t siphash(const struct siphash_key *key, struct view text);

#endif
