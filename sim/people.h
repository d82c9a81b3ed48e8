/* Who sends the requests of a batch: their user, cohort, and, where they are kept, bucket. */
#ifndef SIM_PEOPLE_H
#define SIM_PEOPLE_H

#include "sim/requests.h"

void people_draw(struct requests *requests);

/* Overwrites an attribute's bits of everybody who is known by those that are theirs for good. */
void people_keep_bits(const struct requests *requests, int attribute, uint32_t *bits);

#endif
