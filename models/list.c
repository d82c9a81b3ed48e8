/* The list of models as an array, and look-ups in it. */
#include "models/list.h"

#include <assert.h>
#include <string.h>

#define MODEL_ENTRY(kind, name) &kind##_##name.plugin,
const struct plugin *const models_all[] = {MODELS(MODEL_ENTRY) NULL};
#undef MODEL_ENTRY

const char *const models_kind_names[PLUGIN_KINDS] = {"traffic", "shape",    "latency",
						     "fault",	"detector", "strategy"};

const struct plugin *models_find(enum plugin_kind kind, const char *name)
{
	for (int i = 0; models_all[i]; i++)
		if (models_all[i]->kind == kind && !strcmp(models_all[i]->name, name))
			return models_all[i];
	return NULL;
}

void models_names(enum plugin_kind kind, const char *names[MODELS_MOST])
{
	int count = 0;
	for (int i = 0; models_all[i]; i++)
		if (models_all[i]->kind == kind)
			names[count++] = models_all[i]->name;
	assert(count < MODELS_MOST);
	names[count] = NULL;
}
