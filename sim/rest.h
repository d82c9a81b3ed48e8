/* The rest of a trial once stable serves everybody again and nothing is left to be decided: it is
 * the same whoever came to it and however, and is lived once for all riders of a party. */
#ifndef SIM_REST_H
#define SIM_REST_H

#include "sim/trial.h"

struct rest {
	bool possible;
	sim_time step;	    /* time is cut into slots so long */
	int slots, known;   /* known: from this slot on it is known what is still to come */
	int noted;	    /* from this slot on the present life has noted what there was */
	struct tally *slot; /* slots x cohorts of stable */
};

/* Bytes of the slots that a plan needs. */
size_t rest_size(const struct plan *plan);
void rest_begin(struct rest *rest, const struct plan *plan, const struct case_plan *case_);

/* Lives the trial from where it stands to its end, or to the rest that is known. */
void rest_live(struct rest *rest, struct trial *trial);

#endif
