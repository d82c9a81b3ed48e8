/* A share is held by the beta-binomial confidence sequence (Howard, Ramdas, McAuliffe and Sekhon
 * 2021), a mean by the asymptotic one (Waudby-Smith et al. 2024). That the p-quantile is at most b
 * says that at most 1 - p of the trials lie beyond b: a share again, for which it does not matter
 * how far they lie, or that what never happens has no time. */
#include "sim/report/judgement.h"

#include "sim/report/words.h"
#include "sim/stats/always_valid.h"
#include "sim/stats/moments.h"
#include "sim/stats/quantile.h"
#include "sim/stats/quantile_sequence.h"

#include "sim/stats/sort.h"

#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So many trials that differ from the others tell how far such trials lie: a variance that comes
 * from k normal values is off by a share of about sqrt(2 / k), 45 % of it. */
enum { FEWEST_ODD = 10 };

/* Of a maximum no number of trials can say that there is none greater: this share may be. */
#define BEYOND_MAX 0.01

const char *const finding_words[FINDINGS] = {"undecided", "holds", "broken"};

/* ---- what a trial says */

bool judgement_value(const struct results *results, const struct quantity *q, int cell, int trial,
		     double *value)
{
	*value = results_value(results, q->column, cell, trial, q->sub);
	if (q->outcome >= 0)
		*value = (int)*value == q->outcome;
	return !quantity_needs_harm(q) || cell_trial_hurt(results, cell, trial);
}

static bool is_beyond(const struct expectation *e, double value)
{
	return !(e->at_least ? value >= e->bound : value <= e->bound);
}

/* ---- intervals */

struct sums {
	struct moments moments; /* of values that are numbers */
	double beyond, n;	/* trials beyond the bound, of so many */
	double above, below;	/* 0 */
	int worst;		/* the first of them */
	double *values;		/* room for all; what never happened is infinite */
	size_t count;
};

static void add(struct sums *sums, const struct judgement *j, const struct results *results,
		int trial)
{
	const struct expectation *e = j->expectation;
	double value, other = 0;
	int cell = results_cell(results, j->rollout, j->case_, j->point);
	if (!judgement_value(results, &e->quantity, cell, trial, &value))
		return;
	if (j->other >= 0 &&
	    !judgement_value(results, &e->quantity,
			     results_cell(results, j->other, j->case_, j->point), trial, &other))
		return;
	value -= other;
	if (isnan(value) && e->quantity.kind == QUANTITY_MEAN)
		return;
	bool flag = e->quantity.kind == QUANTITY_SHARE && j->other < 0;
	bool beyond = flag ? (value > 0) != e->at_least : is_beyond(e, value);
	sums->n++;
	sums->beyond += beyond;
	sums->above += value > 0;
	sums->below += value < 0;
	if (beyond && sums->worst < 0)
		sums->worst = trial;
	sums->values[sums->count++] = isnan(value) ? INFINITY : value;
	moments_add(&sums->moments, value);
}

static struct estimate share_seen(double x, double n, double alpha, double budget)
{
	struct interval interval = quantile_sequence_share(x, n, alpha, budget / 2, alpha);
	return (struct estimate){x / n, interval.low, interval.high};
}

static struct estimate mean_seen(const struct moments *m, double alpha, double budget)
{
	double rho = always_valid_rho(alpha, budget / 2);
	double half = always_valid_half(moments_variance(m) / m->n, m->n, rho, alpha);
	return (struct estimate){m->mean, m->mean - half, m->mean + half};
}

/* Of two flags in the same trial, one less the other: how often it is only the one, and how often
 * only the other. Each has half of the chance of error. */
static struct estimate share_change_seen(const struct sums *sums, double alpha, double budget)
{
	struct estimate more = share_seen(sums->above, sums->n, alpha / 2, budget);
	struct estimate less = share_seen(sums->below, sums->n, alpha / 2, budget);
	return (struct estimate){more.value - less.value, more.low - less.high,
				 more.high - less.low};
}

/* Trials that differ from what is commonest among them. */
static double count_odd(struct sums *sums)
{
	size_t longest = 0, run = 0;
	sort_ascending(sums->values, sums->count);
	for (size_t i = 0; i < sums->count; i++) {
		run = i && sums->values[i] == sums->values[i - 1] ? run + 1 : 1;
		longest = run > longest ? run : longest;
	}
	return (double)(sums->count - longest);
}

/* Where hardly any trial differs from the others, their variance says nothing of those that might,
 * and a mean is theirs. Shares lie within 1, and so does what so many of them can add to their
 * mean; of other numbers it takes so many trials that few can differ. */
static void mind_the_odd(struct judgement *j, struct sums *sums, double alpha, double budget)
{
	double odd = count_odd(sums);
	if (odd >= FEWEST_ODD)
		return;
	double most = share_seen(odd, sums->n, alpha, budget).high;
	bool share = quantity_is_share(&j->expectation->quantity);
	j->alike = !share && most > BEYOND_MAX;
	if (share) {
		j->seen.low = fmax(j->seen.low - most, j->other < 0 ? 0 : -1);
		j->seen.high = fmin(j->seen.high + most, 1);
	}
}

/* How many trials may lie beyond the bound of a quantile. */
static double share_due(const struct expectation *e)
{
	if (e->quantity.kind == QUANTITY_MAX)
		return BEYOND_MAX;
	return e->at_least ? e->quantity.p : 1 - e->quantity.p;
}

static enum finding hold(struct estimate seen, double bound, bool at_least)
{
	if (at_least ? seen.low >= bound : seen.high <= bound)
		return FINDING_HOLDS;
	return (at_least ? seen.high < bound : seen.low > bound) ? FINDING_BROKEN
								 : FINDING_UNDECIDED;
}

static void judge_quantile(struct judgement *j, struct sums *sums, double alpha, double budget)
{
	const struct quantity *q = &j->expectation->quantity;
	j->due = share_due(j->expectation);
	j->seen = share_seen(sums->beyond, sums->n, alpha, budget);
	j->finding = hold(j->seen, j->due, false);
	sort_ascending(sums->values, sums->count);
	bool max = q->kind == QUANTITY_MAX;
	j->value = max ? sums->values[sums->count - 1]
		       : quantile_of_sorted(sums->values, sums->count, q->p);
	/* One that is greater is enough. */
	if (max && !j->expectation->at_least && sums->beyond > 0)
		j->finding = FINDING_BROKEN;
}

static void judge(struct judgement *j, struct sums *sums, double budget)
{
	const struct expectation *e = j->expectation;
	double alpha = 1 - e->confidence;
	bool mean = e->quantity.kind == QUANTITY_MEAN || j->other >= 0;
	j->trials = (int64_t)sums->n;
	j->worst = sums->worst;
	if (!j->trials || (mean && sums->n < JUDGEMENT_FEWEST))
		return;
	if (!mean && e->quantity.kind != QUANTITY_SHARE) {
		judge_quantile(j, sums, alpha, budget);
		return;
	}
	double yes = e->at_least ? sums->n - sums->beyond : sums->beyond;
	j->due = e->bound;
	j->seen = e->quantity.kind == QUANTITY_MEAN ? mean_seen(&sums->moments, alpha, budget)
		  : j->other >= 0		    ? share_change_seen(sums, alpha, budget)
						    : share_seen(yes, sums->n, alpha, budget);
	if (e->quantity.kind == QUANTITY_MEAN)
		mind_the_odd(j, sums, alpha, budget);
	j->finding = j->alike ? FINDING_UNDECIDED : hold(j->seen, e->bound, e->at_least);
}

void judgement_look(struct judgement *j, const struct results *results, int64_t budget)
{
	if (j->finding != FINDING_UNDECIDED)
		return;
	int64_t trials = results->trials_run[results_cell(results, j->rollout, j->case_, j->point)];
	if (j->other >= 0) {
		int cell = results_cell(results, j->other, j->case_, j->point);
		int64_t other = results->trials_run[cell];
		trials = other < trials ? other : trials;
	}
	struct sums sums = {.worst = -1, .values = malloc(((size_t)trials + 1) * sizeof(double))};
	if (!sums.values)
		error_out_of_memory((size_t)trials * sizeof(double));
	for (int t = 0; t < trials; t++)
		add(&sums, j, results, t);
	judge(j, &sums, (double)budget);
	free(sums.values);
}

/* ---- which cells */

bool judgement_means(const struct expectation *e, const struct results *results, int case_index)
{
	const char *name = results->case_names[case_index];
	bool named = !strcmp(e->case_, name);
	bool says = results->case_harmful[case_index] || !quantity_needs_harm(&e->quantity);
	return named || (says && !fnmatch(e->case_, name, 0));
}

static void list_one(struct judgements *judgements, const struct expectation *e,
		     const struct results *results, int r, int c)
{
	int other = e->other ? 0 : -1;
	if (fnmatch(e->rollout, results->rollout_names[r], 0) != 0 ||
	    !judgement_means(e, results, c))
		return;
	for (; other < results->rollouts; other++) {
		bool differs = e->other && other != r &&
			       !fnmatch(e->other, results->rollout_names[other], 0);
		for (int p = 0; p < results->points && (differs || !e->other); p++)
			judgements->judgement[judgements->count++] =
				(struct judgement){.expectation = e,
						   .rollout = r,
						   .other = other,
						   .case_ = c,
						   .point = p,
						   .seen = {NAN, NAN, NAN},
						   .value = NAN,
						   .worst = -1};
		if (!e->other)
			break;
	}
}

void judgements_list(struct judgements *judgements, struct arena *arena,
		     const struct expectations *expect, const struct results *results)
{
	size_t most = 0, cells = (size_t)results_cells(results);
	for (int i = 0; i < expect->count; i++)
		most += cells * (expect->expectation[i].other ? (size_t)results->rollouts : 1);
	judgements->count = 0;
	judgements->judgement = arena_take(arena, (most + 1) * sizeof *judgements->judgement);
	for (int i = 0; i < expect->count; i++)
		for (int r = 0; r < results->rollouts; r++)
			for (int c = 0; c < results->cases; c++)
				list_one(judgements, &expect->expectation[i], results, r, c);
}

int judgements_cells(const struct judgements *judgements, const struct results *results, int *cell)
{
	int count = 0;
	for (int at = 0; at < results_cells(results); at++) {
		bool wanted = false;
		for (int i = 0; i < judgements->count && !wanted; i++) {
			const struct judgement *j = &judgements->judgement[i];
			bool open = j->finding == FINDING_UNDECIDED;
			wanted = open &&
				 (results_cell(results, j->rollout, j->case_, j->point) == at ||
				  (j->other >= 0 &&
				   results_cell(results, j->other, j->case_, j->point) == at));
		}
		if (wanted)
			cell[count++] = at;
	}
	return count;
}

/* ---- words */

const char *judgement_name(struct arena *arena, const struct judgement *j,
			   const struct results *results)
{
	const char *at = "";
	for (int v = 0; v < results->varied; v++)
		at = arena_printf(arena, "%s, %s=%s", at, results->vary[v].key,
				  results->vary[v].values[j->point]);
	return arena_printf(arena, "%s%s%s, %s%s: %s %s", results->rollout_names[j->rollout],
			    j->other >= 0 ? " - " : "",
			    j->other >= 0 ? results->rollout_names[j->other] : "",
			    results->case_names[j->case_], at, j->expectation->quantity.text,
			    j->expectation->limit);
}

static const char *say(char out[WORDS_TEXT], const struct judgement *j, struct estimate estimate)
{
	const struct quantity *q = &j->expectation->quantity;
	if (quantity_is_share(q) && j->other < 0)
		return words_share(out, estimate);
	if (!strcmp(q->column->unit, "s") && j->other < 0)
		return words_time(out, estimate);
	return j->other < 0 ? words_count(out, estimate) : words_quantity_change(out, q, estimate);
}

static const char *say_value(char out[WORDS_TEXT], const struct judgement *j)
{
	const struct quantity *q = &j->expectation->quantity;
	if (!strcmp(q->column->unit, "s"))
		return words_seconds(out, j->value);
	snprintf(out, WORDS_TEXT, quantity_is_share(q) ? "%.3g %%" : "%.6g",
		 quantity_is_share(q) ? 100 * j->value : j->value);
	return out;
}

const char *judgement_words(struct arena *arena, const struct judgement *j)
{
	char out[WORDS_TEXT], beyond[WORDS_TEXT];
	enum quantity_kind kind = j->expectation->quantity.kind;
	if (isnan(j->seen.value) && j->trials)
		return arena_printf(arena, "judged from %d trials on; there are %lld",
				    JUDGEMENT_FEWEST, (long long)j->trials);
	if (isnan(j->seen.value))
		return "no trial says anything of it";
	if (j->alike)
		return arena_printf(arena,
				    "%s in %lld trials, nearly all the same: too few to say "
				    "how far others lie",
				    say(out, j, j->seen), (long long)j->trials);
	if (kind == QUANTITY_SHARE || kind == QUANTITY_MEAN)
		return arena_printf(arena, "%s in %lld trials", say(out, j, j->seen),
				    (long long)j->trials);
	words_share(beyond, j->seen);
	const char *value = isinf(j->value) ? "never" : say_value(out, j);
	return arena_printf(arena, "%s; beyond the bound: %s of %lld trials (at most %.3g %%)",
			    value, beyond, (long long)j->trials, 100 * j->due);
}
