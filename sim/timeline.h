/* The timeline of one trial: because a trial is a function of its number, it is simply run again
 * with somebody listening. */
#ifndef SIM_TIMELINE_H
#define SIM_TIMELINE_H

#include "sim/trial.h"

/* Runs the trial and keeps what happened, in memory of the arena. The row is in trial->row. */
void timeline_record(struct trial *trial, const struct plan *plan, int rollout, int case_index,
		     int number, struct arena *arena, struct timeline *timeline);

#endif
