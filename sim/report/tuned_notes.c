/* What tuning has to say of its own question: aims and limits that choose nothing. */
#include "sim/report/tuned.h"

#include "sim/report/words.h"

#include <math.h>

static bool speaks(const struct point *point, int track)
{
	for (int i = 0; i < point->trials; i++)
		if (!isnan(point->value[track][i]))
			return true;
	return false;
}

/* Whether any trial says something of a track. */
static bool is_heard(const struct answer *answer, int track)
{
	const struct search *search = answer->search;
	for (int i = 0; i < search->points; i++)
		if (speaks(search->point[i], track))
			return true;
	for (int r = 0; r < answer->rows; r++)
		if (speaks(answer->row[r].anew, track))
			return true;
	return false;
}

static const char *name_track(struct arena *arena, const struct problem *problem, int t)
{
	const struct track *track = &problem->track[t];
	return arena_printf(arena, "%s in %s", track->quantity->text,
			    problem->scenario->plans[0].case_[track->case_].name);
}

/* The first of its terms of which no trial says anything; -1: there is none. */
static int find_silent(const struct answer *answer, const struct aim *aim)
{
	for (int t = 0; t < aim->terms; t++)
		if (!is_heard(answer, aim->term[t].track))
			return aim->term[t].track;
	return -1;
}

/* Whether all that was tried has the same. */
static bool is_flat(const struct answer *answer, int aim)
{
	const struct search *search = answer->search;
	double first = NAN;
	int count = 0;
	for (int i = 0; i < search->points; i++) {
		if (!search->point[i]->trials)
			continue;
		double value = answer_aim(answer, aim, search->point[i]).value;
		if (count++ && value != first)
			return false;
		first = value;
	}
	return count > 1;
}

static const char *note_aim(struct arena *arena, const struct answer *answer, int a)
{
	const struct problem *problem = &answer->search->problem;
	const struct aim *aim = &problem->aim[a];
	int silent = find_silent(answer, aim);
	char words[WORDS_TEXT];
	if (silent >= 0)
		return arena_printf(arena, "No trial says anything of %s: the aim chooses nothing.",
				    name_track(arena, problem, silent));
	if (!is_flat(answer, a))
		return NULL;
	return arena_printf(arena, "%s is the same for all settings, %s: the aim chooses nothing.",
			    aim_name(arena, problem, a),
			    tuned_words(words, aim->quantity,
					answer_aim(answer, a, answer->search->point[0]), false));
}

static const char *note_limit(struct arena *arena, const struct answer *answer, int l)
{
	const struct problem *problem = &answer->search->problem;
	int track = problem->limit[l].track;
	if (is_heard(answer, track))
		return NULL;
	return arena_printf(
		arena, "No trial says anything of %s: no setting is held to the limit %s.",
		name_track(arena, problem, track), problem->limit[l].expectation->limit);
}

int tuned_notes(const struct answer *answer, struct arena *arena, const char ***notes)
{
	const struct problem *problem = &answer->search->problem;
	int count = 0, most = problem->aims + problem->limits;
	*notes = arena_take(arena, (size_t)most * sizeof **notes);
	for (int q = 0; q < most; q++) {
		const char *note = q < problem->aims ? note_aim(arena, answer, q)
						     : note_limit(arena, answer, q - problem->aims);
		if (note)
			(*notes)[count++] = note;
	}
	return count;
}
