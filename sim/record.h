/* Recording a slice: what became of its requests goes to telemetry and to the ledger. */
#ifndef SIM_RECORD_H
#define SIM_RECORD_H

#include "sim/requests.h"

/* Counts each request in the window in which it completes; harmed users are marked at once. */
void record_slice(struct requests *requests, sim_time until);

#endif
