/* Closed clients: each asks, waits for the answer, thinks, and asks again, so that a slow version
 * is asked less. What a client wants the n-th time is the same in every world and cell. */
#ifndef SIM_CLIENT_H
#define SIM_CLIENT_H

#include "sim/requests.h"

void client_begin(struct requests *requests, struct side *side);

/* The client has thought, and asks. */
void client_ask(struct requests *requests, struct side *side, uint32_t id);

/* It has its answer; what the other world's answer to the same was may be known. */
void client_return(struct requests *requests, struct side *side, uint32_t id, bool bad);

#endif
