/* Spells one after another, as tables of hours and steps are made of. */
#ifndef MODELS_SHAPE_SPELLS_H
#define MODELS_SHAPE_SPELLS_H

#include "sim/param.h"

/* The spell at a time since the first began, and when it is over; the last of them if all are. */
static inline const struct spell *spells_find(const struct spells *spells, double ns,
					      sim_time *until)
{
	int i = 0;
	*until = spells->spell[0].lasts;
	while (i < spells->count - 1 && ns >= (double)*until)
		*until += spells->spell[++i].lasts;
	return &spells->spell[i];
}

static inline sim_time spells_total(const struct spells *spells)
{
	sim_time total = 0;
	for (int i = 0; i < spells->count; i++)
		total += spells->spell[i].lasts;
	return total;
}

static inline double spells_peak(const struct spells *spells)
{
	double peak = 0;
	for (int i = 0; i < spells->count; i++)
		peak = spells->spell[i].factor > peak ? spells->spell[i].factor : peak;
	return peak;
}

#endif
