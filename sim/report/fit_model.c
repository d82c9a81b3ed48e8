/* Text in, plan out. */
#include "sim/report/fit_model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool fit_model_read(struct fit_model *model, const struct fit *fit, const char *name,
		    const char *text)
{
	struct complaints complaints;
	char horizon[UNITS_TEXT];
	units_print_duration(horizon, (sim_time)ceil(fit->span_s * SIM_SECOND));
	const struct setting setting = {"horizon", horizon, {"--fit", horizon, strlen(horizon)}};
	*model = (struct fit_model){.source = {name, text, strlen(text)}};
	complaints_init(&complaints);
	bool good = scenario_read(&model->scenario, &model->source, &setting, 1, &complaints);
	complaints_print(&complaints, stderr);
	complaints_free(&complaints);
	return good;
}

void fit_model_free(struct fit_model *model)
{
	scenario_free(&model->scenario);
}
