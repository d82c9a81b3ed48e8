/* Drawing batches of requests, each stream of randomness in the order of arrivals. */
#ifndef SIM_BATCH_H
#define SIM_BATCH_H

#include "sim/requests.h"

/* Opens the streams of a trial of the plan. */
void batch_begin(struct requests *requests, uint64_t trial);

/* Draws the next batch; false when no more requests come. */
bool batch_draw(struct requests *requests);

/* Draws those random bits of the batch that only some slices need. */
void batch_complete(struct requests *requests);

/* The random bits an attribute has for each request of the batch: a condition is a range of them.
 */
const uint32_t *batch_attribute(struct requests *requests, int attribute);

#endif
