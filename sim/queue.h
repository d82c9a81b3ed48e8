/* A slice served by pools of servers. */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include "sim/judge.h"

/* How long each service takes, here and in the twin world. */
void queue_services(struct requests *requests, struct facts *facts);

/* From how long each service takes to how long each client stayed, here and in the twin world. */
void queue_slice(struct requests *requests, struct facts *facts);

#endif
