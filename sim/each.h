/* Each request by itself, where a chooser says where it goes: what has become known by then has
 * been learnt. */
#ifndef SIM_EACH_H
#define SIM_EACH_H

#include "sim/requests.h"

/* Serves these of the batch, which come before `until`. */
void each_serve(struct requests *requests, int from, int to, sim_time until);

/* The version for a request of a cohort at `now`; its chance goes to `chance`. */
int each_choose(struct requests *requests, int cohort, sim_time now, double *chance);

/* What a request of the slice served last adds to a metric becomes known at `at`. */
void each_note(struct requests *requests, enum metric_kind metric, double value, sim_time at);

#endif
