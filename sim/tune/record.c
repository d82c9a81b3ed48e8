/* Trials that were run once need not be again: a search is a function of its scenario, and comes to
 * the same points in the same order, where it finds their numbers. */
#include "sim/tune/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *track_name(struct arena *arena, const struct problem *problem, int t)
{
	const struct track *track = &problem->track[t];
	return arena_printf(arena, "%s in %s", track->quantity->text,
			    problem->scenario->plans[0].case_[track->case_].name);
}

static void name_all(struct tried *tried, struct arena *arena, const struct problem *problem)
{
	tried->parameter = arena_take(arena, (size_t)tried->parameters * sizeof *tried->parameter);
	tried->track = arena_take(arena, (size_t)tried->tracks * sizeof *tried->track);
	for (int i = 0; i < tried->parameters; i++)
		tried->parameter[i] = problem->tuning->parameter[i].key;
	for (int t = 0; t < tried->tracks; t++)
		tried->track[t] = track_name(arena, problem, t);
}

static const char *value_text(const struct problem *problem, const struct point *point, int i)
{
	return point->choice[i] >= 0 ? problem->tuning->parameter[i].text[point->choice[i]] : "-";
}

static void put_setting(struct tried *tried, const struct problem *problem,
			const struct point *point, int i)
{
	size_t first = (size_t)i * (size_t)tried->parameters;
	for (int p = 0; p < tried->parameters; p++) {
		tried->value[first + (size_t)p] = value_text(problem, point, p);
		tried->choice[first + (size_t)p] = point->choice[p];
	}
	tried->have[i] = point->have;
	tried->fate[i] = (int8_t)point->fate;
	for (int t = 0; t < tried->tracks; t++) {
		double *number = tried->number + ((size_t)i * (size_t)tried->tracks + (size_t)t) *
							 (size_t)tried->trials;
		for (int n = 0; n < tried->trials; n++)
			number[n] = n < point->have ? point->value[t][n] : NAN;
	}
}

static void put_settings(struct tried *tried, struct arena *arena, const struct search *search)
{
	size_t settings = (size_t)tried->settings;
	size_t values = settings * (size_t)tried->parameters;
	tried->value = arena_take(arena, values * sizeof *tried->value);
	tried->choice = arena_take(arena, values * sizeof *tried->choice);
	tried->have = arena_take(arena, settings * sizeof *tried->have);
	tried->fate = arena_take(arena, settings * sizeof *tried->fate);
	tried->number = arena_take(arena, settings * (size_t)tried->tracks * (size_t)tried->trials *
						  sizeof(double));
	for (int i = 0; i < tried->settings; i++)
		put_setting(tried, &search->problem, search->point[i], i);
}

/* ---- the answer */

static void put_estimate(double *numbers, struct estimate estimate)
{
	numbers[0] = estimate.value;
	numbers[TRIED_LOW] = estimate.low;
	numbers[TRIED_HIGH] = estimate.high;
}

static void put_row(struct tried *tried, const struct answer *answer, int r)
{
	int aims = answer->search->problem.aims;
	const struct answer_row *row = &answer->row[r];
	tried->standing[r] = (int8_t)row->standing;
	for (int q = 0; q < tried->quantities; q++) {
		size_t at = ((size_t)r * (size_t)tried->quantities + (size_t)q) * TRIED_NUMBERS;
		bool aim = q < aims;
		put_estimate(tried->found + at, aim ? answer_aim(answer, q, row->found)
						    : answer_limit(answer, q - aims, row->found));
		put_estimate(tried->anew + at, aim ? answer_aim(answer, q, row->anew)
						   : answer_limit(answer, q - aims, row->anew));
	}
}

static void put_step(struct tried *tried, const struct answer *answer, int s)
{
	const struct answer_step *step = &answer->step[s];
	tried->step_parameter[s] = answer->search->problem.tuning->parameter[step->parameter].key;
	tried->step_to[s] = answer_value(answer, step->point, step->parameter);
	for (int q = 0; q < tried->quantities; q++)
		put_estimate(tried->change + ((size_t)s * (size_t)tried->quantities + (size_t)q) *
						     TRIED_NUMBERS,
			     answer_change(answer, s, q));
}

static void put_answer(struct tried *tried, struct arena *arena, const struct answer *answer)
{
	const struct problem *problem = &answer->search->problem;
	tried->rows = answer->rows;
	tried->steps = answer->steps;
	tried->recommended = answer->knee;
	tried->quantities = problem->aims + problem->limits;
	size_t names = (size_t)tried->quantities, steps = (size_t)tried->steps;
	size_t row = names * TRIED_NUMBERS * sizeof(double);
	tried->quantity = arena_take(arena, names * sizeof *tried->quantity);
	for (int q = 0; q < tried->quantities; q++)
		tried->quantity[q] = q < problem->aims
					     ? aim_name(arena, problem, q)
					     : limit_name(arena, problem, q - problem->aims);
	tried->found = arena_take(arena, (size_t)tried->rows * row);
	tried->anew = arena_take(arena, (size_t)tried->rows * row);
	tried->standing = arena_take(arena, (size_t)tried->rows);
	for (int r = 0; r < tried->rows; r++)
		put_row(tried, answer, r);
	tried->step_parameter = arena_take(arena, (steps + 1) * sizeof *tried->step_parameter);
	tried->step_to = arena_take(arena, (steps + 1) * sizeof *tried->step_to);
	tried->change = arena_take(arena, (steps + 1) * row);
	for (int s = 0; s < tried->steps; s++)
		put_step(tried, answer, s);
}

/* ---- both ways */

void record_make(struct tried *tried, struct arena *arena, const struct search *search,
		 const struct answer *answer)
{
	const struct problem *problem = &search->problem;
	*tried = (struct tried){.scenario = scenario_text(arena, problem->scenario),
				.command = "",
				.program_version = COALMINE_VERSION,
				.seed = search->bench.seed,
				.parameters = problem->tuning->parameters,
				.tracks = problem->tracks,
				.settings = search->points,
				.trials = 1,
				.recommended = -1};
	for (int i = 0; i < search->points; i++)
		if (search->point[i]->have > tried->trials)
			tried->trials = search->point[i]->have;
	name_all(tried, arena, problem);
	put_settings(tried, arena, search);
	if (answer)
		put_answer(tried, arena, answer);
}

const char *record_refuse(const struct tried *tried, const struct search *search)
{
	const struct problem *problem = &search->problem;
	struct arena arena = {0};
	bool same = !strcmp(tried->scenario, scenario_text(&arena, problem->scenario)) &&
		    tried->parameters == problem->tuning->parameters &&
		    tried->tracks == problem->tracks;
	arena_free(&arena);
	if (strcmp(tried->program_version, COALMINE_VERSION) != 0)
		return "it was made by another version of coalmine";
	return same ? NULL : "it is of another scenario, or of other settings of it";
}

static bool is_of(const struct tried *tried, int i, const struct point *point)
{
	for (int p = 0; p < tried->parameters; p++)
		if (tried->choice[i * tried->parameters + p] != point->choice[p])
			return false;
	return true;
}

void record_recall(const struct tried *tried, struct point *point)
{
	for (int i = 0; i < tried->settings; i++) {
		if (!is_of(tried, i, point) || !tried->have[i])
			continue;
		size_t size = (size_t)tried->have[i] * sizeof(double);
		for (int t = 0; t < tried->tracks; t++) {
			point->value[t] = malloc(size);
			if (!point->value[t])
				error_out_of_memory(size);
			memcpy(point->value[t],
			       tried->number + ((size_t)i * (size_t)tried->tracks + (size_t)t) *
						       (size_t)tried->trials,
			       size);
		}
		point->have = (int)tried->have[i];
		return;
	}
}
