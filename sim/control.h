/* Who watches and decides: checks look, the strategy is asked, the way back is taken. */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include "sim/trial.h"

void control_check(struct trial *trial, int index); /* it is time to look */
void control_ask(struct trial *trial);		    /* the strategy */
void control_rolled_back(struct trial *trial);	    /* an attempt is over */

#endif
