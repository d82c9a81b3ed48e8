/* The way back: all at once, or half of it first, as long as it takes, and again where it fails. */
#ifndef SIM_RETREAT_H
#define SIM_RETREAT_H

#include "sim/trial.h"

/* It is decided to go back, because of a check or of none (-1). */
void retreat_begin(struct trial *trial, const struct decision *decision, int check);

/* Something that takes time is over: EVENT_ROLLED_BACK. */
void retreat_go_on(struct trial *trial);

/* Whether the check that failed still does, or another has begun to: half of the way back was no
 * mistake. */
bool retreat_is_backed(const struct rider *rider);

/* The strategy has taken the way back itself, step by step, and says that it is done. */
void retreat_finish(struct trial *trial, const struct routes *routes);

#endif
