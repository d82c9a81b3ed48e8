/* The families of calculations as one list, and look-ups in it. */
#include "sim/calculator/list.h"

#include "sim/calculator/name.h"
#include "sim/error.h"

#define CALCULATION_ENTRY(family) {#family, calculations_of_##family},
static const struct {
	const char *name;
	const struct calculation *calculations;
} families[] = {CALCULATION_FAMILIES(CALCULATION_ENTRY){NULL, NULL}};
#undef CALCULATION_ENTRY

/* The family of the `index`-th, which is moved to its place in the family; the last if there is
 * none. */
static int find_family(int *index)
{
	int f = 0;
	for (; families[f].name; f++) {
		int count = 0;
		while (families[f].calculations[count].name)
			count++;
		if (*index < count)
			break;
		*index -= count;
	}
	return f;
}

const struct calculation *calculation_at(int index)
{
	int family = find_family(&index);
	return families[family].name ? &families[family].calculations[index] : NULL;
}

const char *calculation_family(int index)
{
	return families[find_family(&index)].name;
}

const struct calculation *calculation_find(const char *name)
{
	const struct calculation *c;
	for (int i = 0; (c = calculation_at(i)); i++)
		if (name_is(name, c->name) || (c->alias && name_is(name, c->alias)))
			return c;
	return NULL;
}

const char *calculation_nearest(const char *word)
{
	const char *names[2 * MOST_CALCULATIONS + 1];
	const struct calculation *c;
	int count = 0;
	for (int i = 0; i < MOST_CALCULATIONS && (c = calculation_at(i)); i++) {
		names[count++] = c->name;
		if (c->alias)
			names[count++] = c->alias;
	}
	names[count] = NULL;
	return error_nearest(word, names);
}
