/* What the figure of a fit shows. */
#ifndef SIM_REPORT_FIGURE_FIT_H
#define SIM_REPORT_FIGURE_FIT_H

#include "sim/report/fit_compare.h"

struct fit_picture {
	const struct fit *fit;
	const struct fit_comparison *comparison;
	const struct plan *plan; /* whose laws are drawn */
	const char *title;	 /* of the scenario */
};

#endif
