/* What is true now: which routes are in effect, what faults make of the versions, and since when
 * somebody is hurt or safe. */
#ifndef SIM_EFFECT_H
#define SIM_EFFECT_H

#include "sim/trial.h"

/* The routes are asked for; the router does what faults let it do. */
void effect_ask(struct trial *trial, const struct routes *routes);
/* The same, and the routers follow one after the other over so long. */
void effect_ask_over(struct trial *trial, const struct routes *routes, sim_time spread);
void effect_propagate(struct trial *trial); /* it goes on */

/* Routes, or the faults of now, take effect at once. */
void effect_routes(struct trial *trial, const struct routes *routes);
void effect_treat(struct trial *trial);

void effect_schedule_faults(struct trial *trial);  /* the first change of each */
void effect_fault(struct trial *trial, int index); /* it changes now */

/* At a scrape: what faults may depend on, before the window closes; and those that do. */
void effect_note_loads(struct trial *trial);
void effect_ask_faults(struct trial *trial);

/* Whether the candidate is worse than stable. */
bool effect_is_worse(const struct trial *trial, int cohort, sim_time at);

#endif
