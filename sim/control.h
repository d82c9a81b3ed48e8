/* Who watches and decides: checks look, the strategy is asked, the way back is taken. */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "sim/trial.h"

void control_check(struct trial *trial, int index); /* it is time to look */
bool control_may_begin(struct trial *trial);	    /* else it is refused */
void control_ask(struct trial *trial);		    /* the strategy */

#endif
