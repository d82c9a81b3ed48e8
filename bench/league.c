/* Every scenario is read with the rollouts of the league in the place of its own. */
#include "bench/league.h"

#include "sim/report/cell.h"
#include "sim/results/file.h"
#include "sim/scenario/scenario.h"
#include "sim/study.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORLDS = 1000 };

/* One shows the language, with other numbers of trials and points than a scenario needs; in the
 * others something becomes bad weeks after each of these rollouts is over. */
static const char *const left_out[] = {"language", "drift-three-months", "forgotten-flag", NULL};

void league_allocate(struct league *league, int worlds, int rollouts, int trials)
{
	size_t values = (size_t)worlds * (size_t)rollouts * (size_t)trials;
	league->worlds = worlds;
	league->rollouts = rollouts;
	league->trials = trials;
	league->world = arena_take(&league->arena, (size_t)worlds * sizeof *league->world);
	league->rollout = arena_take(&league->arena, (size_t)rollouts * sizeof *league->rollout);
	for (int d = 0; d < DISCIPLINES; d++) {
		league->value[d] = arena_take(&league->arena, values * sizeof *league->value[d]);
		for (size_t i = 0; i < values; i++)
			league->value[d][i] = NAN;
	}
}

void league_free(struct league *league)
{
	arena_free(&league->arena);
}

double *league_trials(const struct league *league, enum discipline discipline, int world,
		      int rollout)
{
	return league->value[discipline] +
	       ((size_t)world * (size_t)league->rollouts + (size_t)rollout) *
		       (size_t)league->trials;
}

/* ---- one trial */

static double read_value(const struct results *results, const char *column, int cell, int trial)
{
	return results_value(results, results_column(column), cell, trial, 0);
}

static double or_never(double seconds)
{
	return isnan(seconds) ? INFINITY : seconds;
}

static void note_healthy(const struct league *league, int world, int rollout,
			 const struct results *results, int cell, int t)
{
	bool stays = read_value(results, "outcome", cell, t) == OUTCOME_PROMOTED &&
		     isnan(read_value(results, "decision_time", cell, t));
	league_trials(league, FALSE_ROLLBACKS, world, rollout)[t] =
		read_value(results, "false_rollback", cell, t);
	league_trials(league, PROMOTION, world, rollout)[t] =
		stays ? or_never(read_value(results, "time_to_promote", cell, t)) : INFINITY;
}

static void note_harmful(const struct league *league, int world, int rollout,
			 const struct results *results, int cell, int t)
{
	league_trials(league, MISSED, world, rollout)[t] = read_value(results, "missed", cell, t);
	league_trials(league, HARM, world, rollout)[t] =
		read_value(results, "harmed_users", cell, t);
	if (cell_trial_hurt(results, cell, t))
		league_trials(league, DETECTION, world, rollout)[t] =
			or_never(read_value(results, "detection_time", cell, t));
}

static void note_world(struct league *league, int world, const struct results *results, int c)
{
	league->world[world] = (struct league_world){
		arena_copy(&league->arena, results->title, strlen(results->title)),
		arena_copy(&league->arena, results->case_names[c], strlen(results->case_names[c])),
		results->case_harmful[c]};
	for (int r = 0; r < league->rollouts; r++)
		for (int t = 0; t < league->trials; t++)
			(results->case_harmful[c] ? note_harmful : note_healthy)(
				league, world, r, results, results_cell(results, r, c, 0), t);
}

/* ---- scenarios */

/* Worlds are counted as they come; the room is known when the first scenario was read. */
static bool note(struct league *league, const struct results *results, int trials)
{
	if (!league->rollouts) {
		league_allocate(league, MOST_WORLDS, results->rollouts, trials);
		league->worlds = 0;
		for (int r = 0; r < results->rollouts; r++)
			league->rollout[r] = arena_copy(&league->arena, results->rollout_names[r],
							strlen(results->rollout_names[r]));
	}
	if (league->worlds + results->cases > MOST_WORLDS) {
		fprintf(stderr, "more than %d worlds\n", MOST_WORLDS);
		return false;
	}
	for (int c = 0; c < results->cases; c++)
		note_world(league, league->worlds++, results, c);
	return true;
}

static bool simulate(struct league *league, const struct scenario *scenario, int threads)
{
	struct results results;
	scenario_describe(scenario, &results);
	const struct study study = {.plans = scenario->plans,
				    .points = scenario->points,
				    .trials = scenario->trials,
				    .threads = threads};
	bool good = study_run(&study, &results) && note(league, &results, scenario->trials);
	results_free(&results);
	return good;
}

static bool send(struct league *league, const char *path, const struct setting *settings, int count,
		 int threads)
{
	struct scenario scenario;
	struct complaints complaints;
	char why[512];
	size_t length;
	char *text = scenario_load(path, &length, why, sizeof why);
	if (!text) {
		fprintf(stderr, "%s\n", why);
		return false;
	}
	const struct source source = {path, text, length};
	complaints_init(&complaints);
	bool good = scenario_read(&scenario, &source, settings, count, &complaints);
	complaints_print(&complaints, stderr);
	complaints_free(&complaints);
	good = good && simulate(league, &scenario, threads);
	scenario_free(&scenario);
	free(text);
	return good;
}

bool league_play(struct league *league, const char *rollouts, const char *const *scenarios,
		 int count, int trials, int threads)
{
	char why[512], many[16];
	size_t length;
	char *text = scenario_load(rollouts, &length, why, sizeof why);
	*league = (struct league){.rollouts = 0};
	if (!text) {
		fprintf(stderr, "%s\n", why);
		return false;
	}
	snprintf(many, sizeof many, "%d", trials);
	const struct setting settings[] = {{"rollouts", text, {rollouts, NULL, 0}},
					   {"expect", "[]", {rollouts, NULL, 0}},
					   {"vary", "{}", {rollouts, NULL, 0}},
					   {"tune", "{}", {rollouts, NULL, 0}},
					   {"trials", many, {rollouts, NULL, 0}}};
	bool good = true;
	for (int i = 0; i < count && good; i++)
		good = send(league, scenarios[i], settings,
			    (int)(sizeof settings / sizeof *settings), threads);
	free(text);
	return good;
}

/* ---- what ships */

static bool is_left_out(const char *path)
{
	for (int i = 0; left_out[i]; i++)
		if (strstr(path, left_out[i]))
			return true;
	return false;
}

bool league_play_shipped(struct league *league, int trials, int threads)
{
	glob_t found;
	size_t count = 0;
	*league = (struct league){.rollouts = 0};
	if (glob("scenarios/*.yaml", 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (!is_left_out(found.gl_pathv[i])) {
			char *kept = found.gl_pathv[i]; /* all are freed where glob put them */
			found.gl_pathv[i] = found.gl_pathv[count];
			found.gl_pathv[count++] = kept;
		}
	bool good = league_play(league, "bench/league.yaml", (const char *const *)found.gl_pathv,
				(int)count, trials, threads);
	globfree(&found);
	return good;
}
