/* The fitted scenario, read as any other is: what is simulated is what others will simulate. */
#ifndef SIM_REPORT_FIT_MODEL_H
#define SIM_REPORT_FIT_MODEL_H

#include "sim/report/fit.h"
#include "sim/scenario/scenario.h"

struct fit_model {
	struct scenario scenario;
	struct source source; /* the text */
};

/* With a horizon as long as the trace. False, with complaints on stderr, if the scenario is not
 * valid. The model must be freed either way. */
bool fit_model_read(struct fit_model *model, const struct fit *fit, const char *name,
		    const char *text);
void fit_model_free(struct fit_model *model);

/* Of all processes that might have made the arrivals the one to take: the likeliest by BIC, unless
 * it is off where counts or gaps are concerned, and another is nearer to them. */
void fit_choose(struct fit *fit);

#endif
