/* The families of calculations as one list, and look-ups in it. */
#include "sim/calculator/list.h"

#include <string.h>

#define CALCULATION_ENTRY(family) calculations_of_##family,
static const struct calculation *const families[] = {CALCULATION_FAMILIES(CALCULATION_ENTRY) NULL};
#undef CALCULATION_ENTRY

const struct calculation *calculation_at(int index)
{
	for (int f = 0; families[f]; f++)
		for (const struct calculation *c = families[f]; c->name; c++)
			if (!index--)
				return c;
	return NULL;
}

const struct calculation *calculation_find(const char *name)
{
	const struct calculation *c;
	for (int i = 0; (c = calculation_at(i)); i++)
		if (!strcmp(c->name, name) || (c->alias && !strcmp(c->alias, name)))
			return c;
	return NULL;
}
