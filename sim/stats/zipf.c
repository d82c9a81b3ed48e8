/* Sums over ranks: the first ones one by one, the others in runs that are a fiftieth of their rank
 * long, at the run's middle. */
#include "sim/stats/zipf.h"

#include "sim/stats/root.h"

#include <math.h>

enum { ONE_BY_ONE = 200, RUN = 50 };

/* A run of ranks, all as likely as its middle; false behind the last. */
struct run {
	double from, length, middle;
};

static int next_run(struct run *run, double count)
{
	run->from += run->length;
	run->length = run->from <= ONE_BY_ONE ? 1 : floor(run->from / RUN);
	run->length = fmin(run->length, count - run->from + 1);
	run->middle = run->from + (run->length - 1) / 2;
	return run->from <= count;
}

static double mass(const struct zipf *z)
{
	double sum = 0;
	struct run run = {1, 0, 0};
	while (next_run(&run, z->count))
		sum += run.length * pow(run.middle, -z->exponent);
	return sum;
}

double zipf_coincidence(const struct zipf *z)
{
	double sum = 0, all = mass(z);
	struct run run = {1, 0, 0};
	while (next_run(&run, z->count))
		sum += run.length * pow(pow(run.middle, -z->exponent) / all, 2);
	return sum;
}

double zipf_distinct(const struct zipf *z, double draws)
{
	double sum = 0, all = mass(z);
	struct run run = {1, 0, 0};
	while (next_run(&run, z->count))
		sum -= run.length * expm1(draws * log1p(-pow(run.middle, -z->exponent) / all));
	return z->count < 2 ? 1 : sum;
}

struct wanted {
	double draws, distinct, coincidence, most, exponent;
};

static double distinct_score(const void *context, double log_count)
{
	const struct wanted *w = context;
	struct zipf z = {round(exp(log_count)), w->exponent};
	return zipf_distinct(&z, w->draws) - w->distinct;
}

/* Of whom so many would be met. */
static double count_for(const struct wanted *w)
{
	double low = log(fmax(w->distinct, 1)), high = log(w->most);
	if (high <= low || distinct_score(w, high) <= 0)
		return w->most;
	if (distinct_score(w, low) >= 0)
		return w->distinct;
	return round(exp(root_find(distinct_score, w, low, high, 1e-6)));
}

static double coincidence_score(const void *context, double exponent)
{
	struct wanted w = *(const struct wanted *)context;
	w.exponent = exponent;
	struct zipf z = {count_for(&w), exponent};
	return log(zipf_coincidence(&z)) - log(w.coincidence);
}

struct zipf zipf_fit(double draws, double distinct, double coincidence, double most)
{
	struct wanted w = {draws, distinct, fmax(coincidence, 1 / most), most, 0};
	double low = 0, high = 5;
	if (coincidence_score(&w, low) >= 0)
		w.exponent = low;
	else if (coincidence_score(&w, high) <= 0)
		w.exponent = high;
	else
		w.exponent = root_find(coincidence_score, &w, low, high, 1e-5);
	return (struct zipf){count_for(&w), w.exponent};
}
