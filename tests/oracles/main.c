/* Compares this program with every table of oracles in the folder $ORACLES. */
#include "tests/oracles/oracle.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>

static int (*const families[])(void) = {
	oracles_of_cases,  oracles_of_changes, oracles_of_all_times, oracles_of_looks,
	oracles_of_regret, oracles_of_bandits, oracles_of_counts,    oracles_of_gates,
	oracles_of_sprt,   oracles_of_queues,  oracles_of_pcg,	     oracles_of_published,
};

int main(void)
{
	int bad = 0;
	gsl_set_error_handler_off();
	for (unsigned f = 0; f < sizeof families / sizeof *families; f++)
		bad += families[f]();
	printf(bad ? "%d files differ\n" : "All files agree.\n", bad);
	return bad > 0;
}
