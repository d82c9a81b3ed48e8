/* The first points: as the file has it, and evenly all over the space, by Sobol's sequence (1967)
 * under a random shift (Cranley and Patterson 1976); or all there are, where these are few. */
#include "sim/tune/search.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <string.h>

enum { FEWEST = 16, EACH_PARAMETER = 8, MOST = 256 };

static double combinations(const struct tuning *tuning)
{
	double product = 1;
	for (int i = 0; i < tuning->parameters; i++)
		product *= tuning->parameter[i].values;
	return product;
}

/* At most a quarter of the budget goes to first looks. */
static int how_many(const struct search *search)
{
	const struct problem *problem = &search->problem;
	double most = (double)search->budget / 4 / problem->cases / SEARCH_FIRST_LOOK;
	double wanted = fmin(FEWEST + EACH_PARAMETER * problem->tuning->parameters, MOST);
	return (int)fmax(fmin(wanted, most), 4);
}

static void add_present(struct search *search)
{
	const struct tuning *tuning = search->problem.tuning;
	int choice[TUNING_PARAMETERS];
	for (int i = 0; i < tuning->parameters; i++) {
		const char *text = scenario_present(search->problem.scenario, i);
		choice[i] = TUNING_AS_IS;
		for (int v = 0; v < tuning->parameter[i].values && text; v++)
			if (!strcmp(tuning->parameter[i].text[v], text))
				choice[i] = v;
	}
	search_add(search, choice);
}

static void add_all(struct search *search)
{
	const struct tuning *tuning = search->problem.tuning;
	int choice[TUNING_PARAMETERS] = {0};
	int place = 0;
	while (place < tuning->parameters) {
		search_add(search, choice);
		for (place = 0; place < tuning->parameters; place++) {
			if (++choice[place] < tuning->parameter[place].values)
				break;
			choice[place] = 0;
		}
	}
}

static void add_sobol(struct search *search, int count)
{
	const struct tuning *tuning = search->problem.tuning;
	gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)tuning->parameters);
	double at[TUNING_PARAMETERS], shift[TUNING_PARAMETERS];
	int choice[TUNING_PARAMETERS];
	if (!sobol)
		error_out_of_memory(sizeof at);
	for (int i = 0; i < tuning->parameters; i++)
		shift[i] = rng_uniform(&search->rng);
	for (int n = 0; n < count; n++) {
		gsl_qrng_get(sobol, at);
		for (int i = 0; i < tuning->parameters; i++) {
			double place = at[i] + shift[i], values = tuning->parameter[i].values;
			choice[i] = (int)fmin(floor((place - floor(place)) * values), values - 1);
		}
		search_add(search, choice);
	}
	gsl_qrng_free(sobol);
}

void search_begin(struct search *search)
{
	int count = how_many(search);
	add_present(search);
	if (combinations(search->problem.tuning) <= count)
		add_all(search);
	else
		add_sobol(search, count);
}
