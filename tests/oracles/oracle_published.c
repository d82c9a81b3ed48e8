/* Every row of published.csv is compared by its family, of which there must be one. */
#include "tests/oracles/published.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct published *const families[] = {
	published_anytime,   published_bandits, published_charts,
	published_classical, published_counts,	published_generators,
	published_looks,     published_queues,	published_sprt,
};

const char *published_input_text(const struct oracle *o, int row, const char *name)
{
	const char *at = oracle_text(o, row, "inputs");
	size_t length = strlen(name);
	while (at) {
		at += strspn(at, "; ");
		if (!strncmp(at, name, length) && at[length] == '=')
			return at + length + 1;
		at = strpbrk(at, "; ");
	}
	return NULL;
}

double published_input(const struct oracle *o, int row, const char *name)
{
	const char *text = published_input_text(o, row, name);
	return text ? strtod(text, NULL) : NAN;
}

bool published_says(const struct oracle *o, int row, const char *words)
{
	return strstr(oracle_text(o, row, "description"), words);
}

void published_compare_list(struct oracle *o, int row, const double *got, int count)
{
	enum { MOST = 16 };
	const char *tolerance = oracle_text(o, row, "tolerance"), *id = oracle_text(o, row, "id");
	char *unit;
	double wanted[MOST], allowed = strtod(tolerance, &unit);
	bool relative = !strncmp(unit, " rel", 4);
	int numbers = oracle_list(o, row, "expected", wanted, MOST);
	oracle_compare_to(o, row, "how many numbers", count, numbers, 0, 0);
	for (int i = 0; i < count && i < numbers; i++)
		oracle_compare_to(o, row, id, got[i], wanted[i], relative ? allowed : 0,
				  relative ? 0 : allowed);
}

void published_compare(struct oracle *o, int row, double got)
{
	published_compare_list(o, row, &got, 1);
}

static bool is_of(const char *id, const struct published *p)
{
	size_t length = strlen(p->family);
	return !strncmp(id, p->family, length) && id[length] == '-';
}

static void compare_row(struct oracle *o, int row)
{
	const char *id = oracle_text(o, row, "id");
	int compared = 0;
	for (unsigned f = 0; f < sizeof families / sizeof *families; f++)
		for (const struct published *p = families[f]; p->family; p++)
			if (is_of(id, p)) {
				p->compare(o, row);
				compared++;
			}
	if (compared != 1) {
		char what[128];
		snprintf(what, sizeof what, "number of those who compare %s", id);
		oracle_compare_to(o, row, what, compared, 1, 0, 0);
	}
}

int oracles_of_published(void)
{
	struct oracle *o = oracle_open("published.csv");
	for (int row = 0; row < o->rows; row++)
		compare_row(o, row);
	return !oracle_close(o);
}
