/* What tuning says where it recommends nothing: which limits bind, and what would help. */
#include "sim/report/tuned.h"

#include "sim/report/words.h"

#include <math.h>
#include <string.h>

/* As the limit has it turned round where it is a least. */
static const char *amount_words(char *out, const struct limit *limit, double value)
{
	const struct expectation *e = limit->expectation;
	bool least = e->at_least && e->quantity.kind != QUANTITY_QUANTILE;
	value = !least ? value : limit->share ? 1 - value : -value;
	if (limit->share || quantity_is_share(&e->quantity))
		snprintf(out, WORDS_TEXT, "%.3g %%", 100 * value);
	else if (!strcmp(e->quantity.column->unit, "s"))
		words_seconds(out, value);
	else
		snprintf(out, WORDS_TEXT, "%.3g", value);
	return out;
}

static void print_binding(const struct answer *answer, FILE *out)
{
	const struct problem *problem = &answer->search->problem;
	struct arena arena = {0};
	char words[WORDS_TEXT];
	for (int l = 0; l < problem->limits; l++) {
		const struct answer_limit *limit = &answer->limit[l];
		if (!limit->binds)
			continue;
		if (isinf(limit->least))
			fprintf(out, "  %s: no setting keeps to all the others\n",
				limit_name(&arena, problem, l));
		else
			fprintf(out,
				"  %s binds: of those that keep to the others in the search, the "
				"best has %s\n",
				limit_name(&arena, problem, l),
				amount_words(words, &problem->limit[l], limit->least));
	}
	arena_free(&arena);
}

static void print_distance(const struct answer *answer, FILE *out)
{
	double times = pow(answer->needed / answer->distance, 2);
	if (isnan(answer->distance) || answer->distance <= 0 || times <= 1)
		return;
	fprintf(out,
		"The setting nearest to all limits tells a healthy candidate from a bad one by "
		"%.3g standard errors; the limits of\nfalse_rollback and missed ask for %.3g. That "
		"distance grows with the root of what checks count: %.2g times the\nrequests, by "
		"more traffic, a larger share or longer stages, would do. (By the normal law, for "
		"checks whose evidence\nadds up; it was not measured.)\n",
		answer->distance, answer->needed, times);
}

/* More of whatever stopped it. */
static void print_advice(const struct search *search, FILE *out)
{
	if (search->spent_out)
		fprintf(out,
			"The budget of %lld trials had no room for all that was worth a try: a "
			"larger one may tell (--budget).\n",
			(long long)search->budget);
	else
		fprintf(out,
			"The budget is not what stopped it (%lld of %lld trials are left): more "
			"trials of each setting may tell (-n).\n",
			(long long)(search->budget - search->spent), (long long)search->budget);
}

void tuned_print_nothing(const struct answer *answer, FILE *out)
{
	if (!answer->binds) {
		fputs("\nNo setting is recommended: in the search some hold all limits, but fresh "
		      "trials did not show it.\n",
		      out);
		print_advice(answer->search, out);
		return;
	}
	fputs("\nNo setting holds all limits.\n", out);
	print_binding(answer, out);
	print_distance(answer, out);
}
