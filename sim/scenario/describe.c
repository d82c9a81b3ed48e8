/* From a scenario to the dimensions, names and provenance of its results. */
#include "sim/scenario/scenario.h"

#include "sim/scenario/tree.h"
#include "sim/truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *keep(struct arena *arena, const char *text)
{
	return arena_copy(arena, text, strlen(text));
}

const char *scenario_text(struct arena *arena, const struct scenario *scenario)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		error_out_of_memory(1);
	tree_print(scenario->resolved, out);
	fclose(out);
	const char *copy = arena_copy(arena, text, length);
	free(text);
	return copy;
}

/* Words that differ from point to point, each once: "ztest or sprt". */
static const char *join(struct arena *arena, const char *words, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = words; *at; at = strstr(at, " or ") ? strstr(at, " or ") + 4 : "")
		if (!strncmp(at, word, length) && (!at[length] || !strncmp(at + length, " or ", 4)))
			return words;
	return *words ? arena_printf(arena, "%s or %s", words, word) : keep(arena, word);
}

static const char *strategy_name(struct arena *arena, const struct scenario *scenario, int r)
{
	const char *name = "";
	for (int p = 0; p < scenario->points; p++)
		name = join(arena, name, scenario->plans[p].rollout[r].strategy.plugin->name);
	return name;
}

static const char *check_name(struct arena *arena, const struct scenario *scenario, int r, int c)
{
	const char *name = "";
	for (int p = 0; p < scenario->points; p++)
		if (c < scenario->plans[p].rollout[r].checks)
			name = join(arena, name, scenario->plans[p].rollout[r].check[c].label);
	return name;
}

static void describe_rollouts(const struct scenario *scenario, struct results *results)
{
	const struct plan *plan = &scenario->plans[0];
	struct arena *arena = &results->arena;
	size_t names = (size_t)plan->rollouts * sizeof(const char *);
	results->rollout_names = arena_take(arena, names);
	results->strategy_names = arena_take(arena, names);
	for (int r = 0; r < plan->rollouts; r++) {
		results->rollout_names[r] = keep(arena, plan->rollout[r].name);
		results->strategy_names[r] = strategy_name(arena, scenario, r);
		for (int p = 0; p < scenario->points; p++)
			if (scenario->plans[p].rollout[r].checks > results->checks_most)
				results->checks_most = scenario->plans[p].rollout[r].checks;
	}
	int most = results->checks_most;
	results->check_names =
		arena_take(arena, (size_t)(plan->rollouts * most) * sizeof(const char *));
	for (int r = 0; r < plan->rollouts; r++)
		for (int c = 0; c < most; c++)
			results->check_names[r * most + c] = check_name(arena, scenario, r, c);
}

static void describe_rest(const struct plan *plan, struct results *results)
{
	struct arena *arena = &results->arena;
	results->case_names = arena_take(arena, (size_t)plan->cases * sizeof(const char *));
	bool *harmful = arena_take(arena, (size_t)plan->cases * sizeof(bool));
	for (int c = 0; c < plan->cases; c++) {
		results->case_names[c] = keep(arena, plan->case_[c].name);
		harmful[c] = truth_is_harmful(plan, &plan->case_[c]);
	}
	results->case_harmful = harmful;
	results->version_names = arena_take(arena, (size_t)plan->versions * sizeof(const char *));
	for (int v = 0; v < plan->versions; v++)
		results->version_names[v] = keep(arena, plan->version[v].name);
	results->segments = plan->population.segments;
	results->segment_names =
		arena_take(arena, (size_t)results->segments * sizeof(const char *));
	for (int s = 0; s < results->segments; s++)
		results->segment_names[s] = keep(arena, plan->population.segment_names[s]);
}

static void describe_points(const struct scenario *scenario, struct results *results)
{
	struct arena *arena = &results->arena;
	results->varied = scenario->varied;
	results->vary = arena_take(arena, (size_t)scenario->varied * sizeof *results->vary);
	for (int i = 0; i < scenario->varied; i++) {
		results->vary[i].key = keep(arena, scenario->vary[i].key);
		results->vary[i].values =
			arena_take(arena, (size_t)scenario->points * sizeof(const char *));
		for (int p = 0; p < scenario->points; p++)
			results->vary[i].values[p] = keep(arena, scenario->vary[i].values[p]);
	}
}

void scenario_describe(const struct scenario *scenario, struct results *results)
{
	const struct plan *plan = &scenario->plans[0];
	memset(results, 0, sizeof *results);
	results->title = keep(&results->arena, scenario->title);
	results->question = keep(&results->arena, scenario->question);
	results->scenario = scenario_text(&results->arena, scenario);
	results->command = "";
	results->program_version = COALMINE_VERSION;
	results->seed = plan->seed;
	results->rollouts = plan->rollouts;
	results->cases = plan->cases;
	results->points = scenario->points;
	results->trials = scenario->trials;
	results->versions = plan->versions;
	results->horizon_s = (double)plan->horizon / SIM_SECOND;
	results->scrape_s = (double)plan->telemetry.scrape / SIM_SECOND;
	describe_rollouts(scenario, results);
	describe_rest(plan, results);
	describe_points(scenario, results);
	results_allocate(results);
}
