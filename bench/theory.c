/* make theory: the simulator beside what theory says, as one table: fails if they differ. */
#include "bench/theory.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

/* Standard errors. A normal error is larger once in 150,000, one of 40 trials once in 17,000; the
 * seeds are fixed, so a table that was good stays good until the program changes. */
#define LARGEST_Z 4.5

void theory_heading(const char *text)
{
	printf("\n%s\n", text);
}

int theory_seed(const struct theory *theory)
{
	return 1000 + theory->claims;
}

/* What never varies is right or wrong. */
static double z_of(double apart, double error)
{
	if (error > 0)
		return apart / error;
	return apart == 0 ? 0 : INFINITY;
}

void theory_expect(struct theory *theory, const char *what, double expected, const char *source,
		   const struct moments *trials)
{
	double error = sqrt(moments_variance(trials) / trials->n);
	double z = z_of(trials->mean - expected, error);
	printf("  %-50s %10.5g %10.5g %9.2g %6.2f  %s\n", what, expected, trials->mean, error, z,
	       source);
	assert(theory->claims < MOST_CLAIMS);
	theory->claims++;
	if (!(fabs(z) <= LARGEST_Z))
		theory->wrong_ones[theory->wrong++] = what;
}

int main(void)
{
	struct theory theory = {0};
	printf("  %-50s %10s %10s %9s %6s  %s\n", "what", "expected", "got", "std error", "z",
	       "source");
	theory_queues(&theory);
	theory_followed(&theory);
	theory_arrivals(&theory);
	theory_people(&theory);
	theory_laws(&theory);
	theory_quality(&theory);
	theory_faults(&theory);
	theory_statistics(&theory);
	printf("\n%d of %d within %g standard errors\n", theory.claims - theory.wrong,
	       theory.claims, LARGEST_Z);
	for (int i = 0; i < theory.wrong; i++)
		fprintf(stderr, "theory says otherwise: %s\n", theory.wrong_ones[i]);
	return theory.wrong > 0;
}
