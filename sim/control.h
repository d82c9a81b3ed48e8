/* Who decides: the strategy is asked, and what it wishes is carried out. */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "sim/trial.h"

bool control_may_begin(struct trial *trial); /* else it is refused */
void control_ask(struct trial *trial);	     /* the strategy */

/* Where the checks of a rider stand: all that its strategy hears of them. */
struct standing {
	int tripped;
	bool critical, holding;
	double passing, failing;
};

struct standing control_standing(const struct trial *trial, const struct rider *rider);

/* What is decided where checks stand so. Nothing comes of it yet, but the strategy's state and its
 * stream go on. */
struct decision control_answer(struct trial *trial, const struct standing *standing,
			       struct routes *routes);

#endif
