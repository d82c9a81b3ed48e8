/* Serving a slice: requests of one batch that arrive between two control instants. */
#ifndef SIM_SERVE_H
#define SIM_SERVE_H

#include "sim/requests.h"

/* Routes, serves and records requests [from, to) of the batch. */
void serve_slice(struct requests *requests, int from, int to, sim_time until);

/* The lot of a request on a key: faults that hit only some hit it by these bits. */
uint8_t serve_lot(const struct requests *requests, int key, const uint32_t bits[MAX_SELECTIONS]);

#endif
