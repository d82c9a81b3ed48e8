/* Who sends the requests of a batch: their user, cohort, and, where they are kept, bucket. */
#ifndef SIM_PEOPLE_H
#define SIM_PEOPLE_H

#include "sim/requests.h"

void people_draw(struct requests *requests);

/* The bits of an attribute that are a person's for good. */
uint32_t people_own_bits(const struct requests *requests, int attribute, uint32_t user);

/* Overwrites an attribute's bits of everybody who is known by those that are theirs for good. */
void people_keep_bits(const struct requests *requests, int attribute, uint32_t *bits);

#endif
