/* Aims and limits over patterns of cases, as lists of what is to be known of each trial. A limit of
 * a quantile says that few trials lie beyond it, as `check` has it, and so is one of a share. */
#include "sim/tune/problem.h"

#include "sim/truth.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>

/* Of a maximum no number of trials can say that there is none greater: this share may be. */
#define BEYOND_MAX 0.01

static int find_track(struct problem *problem, const struct quantity *quantity, int case_)
{
	for (int t = 0; t < problem->tracks; t++)
		if (problem->track[t].case_ == case_ &&
		    !strcmp(problem->track[t].quantity->text, quantity->text))
			return t;
	problem->track[problem->tracks] = (struct track){quantity, case_};
	return problem->tracks++;
}

static bool is_about(const struct problem *problem, const char *pattern, int case_)
{
	return !fnmatch(pattern, problem->scenario->plans[0].case_[case_].name, 0);
}

static bool hurts(const struct problem *problem, int case_)
{
	const struct plan *plan = &problem->scenario->plans[0];
	return plan->case_[case_].faults || truth_is_harmful(plan, &plan->case_[case_]);
}

/* Where no case is named, what needs harm is not asked of those that do none. */
static bool is_meant(const struct problem *problem, const struct quantity *quantity,
		     const char *pattern, int case_)
{
	bool other = false;
	for (int c = 0; c < problem->scenario->plans[0].cases; c++)
		other |= hurts(problem, c);
	bool named = strcmp(pattern, "*") != 0;
	return is_about(problem, pattern, case_) &&
	       (named || !quantity_needs_harm(quantity) || !other || hurts(problem, case_));
}

static void add_terms(struct problem *problem, struct aim *aim, const struct tuning_aim *from,
		      bool all)
{
	const double *weights = problem->tuning->weight;
	for (int c = 0; c < problem->scenario->plans[0].cases; c++) {
		double weight = weights ? weights[c] : 1;
		if (weight > 0 && is_about(problem, from->case_, c) &&
		    (all || is_meant(problem, &from->quantity, from->case_, c)))
			aim->term[aim->terms++] =
				(struct aim_term){find_track(problem, &from->quantity, c), weight};
	}
}

static void add_aim(struct problem *problem, const struct tuning_aim *from)
{
	struct aim *aim = &problem->aim[problem->aims++];
	size_t cases = (size_t)problem->scenario->plans[0].cases;
	double sum = 0;
	*aim = (struct aim){.quantity = &from->quantity, .worst = !problem->tuning->weight};
	aim->term = arena_take(&problem->scenario->arena, cases * sizeof *aim->term);
	add_terms(problem, aim, from, false);
	if (!aim->terms) /* those that it is meant for count for nothing */
		add_terms(problem, aim, from, true);
	for (int t = 0; t < aim->terms; t++)
		sum += aim->term[t].weight;
	for (int t = 0; t < aim->terms; t++)
		aim->term[t].weight /= sum;
}

static double due_of(const struct expectation *e)
{
	switch (e->quantity.kind) {
	case QUANTITY_SHARE:
		return e->at_least ? 1 - e->bound : e->bound;
	case QUANTITY_QUANTILE:
		return e->at_least ? e->quantity.p : 1 - e->quantity.p;
	case QUANTITY_MAX:
		return BEYOND_MAX;
	default:
		return e->at_least ? -e->bound : e->bound;
	}
}

static void add_limit(struct problem *problem, const struct expectation *e)
{
	for (int c = 0; c < problem->scenario->plans[0].cases; c++)
		if (is_meant(problem, &e->quantity, e->case_, c))
			problem->limit[problem->limits++] =
				(struct limit){.expectation = e,
					       .track = find_track(problem, &e->quantity, c),
					       .share = e->quantity.kind != QUANTITY_MEAN,
					       .due = due_of(e)};
}

static void list_cases(struct problem *problem)
{
	int cases = problem->scenario->plans[0].cases;
	problem->case_ = arena_take(&problem->scenario->arena, (size_t)cases * sizeof(int));
	for (int c = 0; c < cases; c++) {
		bool runs = false;
		for (int t = 0; t < problem->tracks; t++)
			runs |= problem->track[t].case_ == c;
		if (runs)
			problem->case_[problem->cases++] = c;
	}
}

void problem_init(struct problem *problem, struct scenario *scenario)
{
	const struct tuning *tuning = scenario->tuning;
	struct arena *arena = &scenario->arena;
	size_t cases = (size_t)scenario->plans[0].cases;
	size_t limits = (size_t)tuning->limits.count * cases;
	*problem = (struct problem){.scenario = scenario, .tuning = tuning};
	problem->aim = arena_take(arena, (size_t)tuning->aims * sizeof *problem->aim);
	problem->limit = arena_take(arena, (limits + 1) * sizeof *problem->limit);
	problem->track =
		arena_take(arena, ((size_t)tuning->aims * cases + limits) * sizeof *problem->track);
	for (int a = 0; a < tuning->aims; a++)
		add_aim(problem, &tuning->aim[a]);
	for (int i = 0; i < tuning->limits.count; i++)
		add_limit(problem, &tuning->limits.expectation[i]);
	list_cases(problem);
}

double limit_sample(const struct limit *limit, double value)
{
	const struct expectation *e = limit->expectation;
	if (isnan(value))
		return NAN;
	if (e->quantity.kind == QUANTITY_SHARE)
		return (value > 0) != e->at_least;
	if (e->quantity.kind == QUANTITY_MEAN)
		return e->at_least ? -value : value;
	return !(e->at_least ? value >= e->bound : value <= e->bound);
}

const char *aim_name(struct arena *arena, const struct problem *problem, int a)
{
	const struct aim *aim = &problem->aim[a];
	const struct plan *plan = &problem->scenario->plans[0];
	const char *cases = "";
	for (int t = 0; t < aim->terms; t++) {
		const char *name = plan->case_[problem->track[aim->term[t].track].case_].name;
		cases = arena_printf(arena, "%s%s%s", cases, t ? ", " : "", name);
		if (!aim->worst && aim->terms > 1)
			cases = arena_printf(arena, "%s %.3g", cases, aim->term[t].weight);
	}
	const char *how = aim->terms < 2 ? "in" : aim->worst ? "in the worst of" : "weighted over";
	return arena_printf(arena, "%s %s %s", aim->quantity->text, how, cases);
}

const char *limit_name(struct arena *arena, const struct problem *problem, int limit)
{
	const struct expectation *e = problem->limit[limit].expectation;
	const struct track *track = &problem->track[problem->limit[limit].track];
	return arena_printf(arena, "%s %s in %s", e->quantity.text, e->limit,
			    problem->scenario->plans[0].case_[track->case_].name);
}
