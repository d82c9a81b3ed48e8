/* Any text is a good scenario or a list of mistakes; what is good reads back from its resolved text
 * and can be run, because a trial may trust its plan. */
#include "sim/intensity.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/tree.h"
#include "sim/trial.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	MOST_REQUESTS = 20000, /* of a trial: a few milliseconds */
	MOST_CONTROLS = 2000,  /* scrapes, and looks of each check */
	MOST_TALLIES = 4000,
	MOST_USERS = 100000,
	MOST_SERVERS = 256,
	MOST_STATE = 1 << 20, /* bytes of the traffic */
	MOST_SETTINGS_READ = 3,
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* The first lines of the form `#=KEY=VALUE` are settings from outside. */
static int read_settings(char *text, struct setting settings[MOST_SETTINGS_READ])
{
	int count = 0;
	while (count < MOST_SETTINGS_READ && !strncmp(text, "#=", 2)) {
		char *line = text + 2, *end = strchr(line, '\n');
		char *equals = end ? memchr(line, '=', (size_t)(end - line)) : NULL;
		if (!equals || equals == line)
			break;
		*equals = *end = 0;
		settings[count++] = (struct setting){line, equals + 1, {"--set", NULL, 0}};
		text = end + 1;
	}
	return count;
}

static sim_time shorter(sim_time horizon, sim_time step)
{
	return step > 0 && horizon / step > MOST_CONTROLS ? step * MOST_CONTROLS : horizon;
}

/* A horizon that can be simulated at once. */
static sim_time cap_horizon(const struct plan *plan)
{
	const struct traffic *traffic = (const struct traffic *)plan->traffic.plugin;
	double seconds =
		MOST_REQUESTS / (traffic->peak(plan->traffic.config) * intensity_peak(plan));
	sim_time horizon = shorter(plan->horizon, plan->telemetry.scrape);
	if (plan->shapes || traffic->modulation)
		horizon = shorter(horizon, SIM_SECOND / 10); /* pieces of the intensity */
	for (int r = 0; r < plan->rollouts; r++)
		for (int c = 0; c < plan->rollout[r].checks; c++)
			horizon = shorter(horizon, plan->rollout[r].check[c].every);
	if (seconds * SIM_SECOND < (double)horizon)
		horizon = (sim_time)(seconds * SIM_SECOND);
	return horizon > 0 ? horizon : 1;
}

static bool is_small(const struct plan *plan)
{
	const struct telemetry_size *t = &plan->telemetry_size;
	for (int v = 0; v < plan->versions; v++)
		if (plan->version[v].pool.servers > MOST_SERVERS ||
		    plan->version[v].pool.queue > MOST_SERVERS)
			return false;
	if (plan_traffic_state(plan) > MOST_STATE)
		return false;
	return ((double)t->open + t->scrapes) * t->keys < MOST_TALLIES &&
	       population_people(&plan->population) <= MOST_USERS;
}

static void run(struct plan *plan, int rollout, int case_index)
{
	struct arena arena = {0};
	struct trial *trial = arena_take(&arena, sizeof *trial);
	struct trial_size size = {.strategy_state = 0};
	trial_measure(&size, plan);
	trial_allocate(trial, &arena, &size);
	trial_begin(trial, plan, rollout, case_index, 1, NULL);
	const struct result *row = trial_run(trial);
	require(row->peak_share >= 0 && row->peak_share <= 1);
	arena_free(&arena);
}

static char *print_resolved(const struct scenario *scenario, size_t *length)
{
	char *text;
	FILE *out = open_memstream(&text, length);
	require(out);
	tree_print(scenario->resolved, out);
	fclose(out);
	return text;
}

/* The resolved text is a scenario, and its own resolved text. */
static void require_reads_back(const struct scenario *scenario)
{
	size_t length, again_length;
	char *text = print_resolved(scenario, &length);
	const struct source source = {"resolved", text, length};
	struct scenario again;
	struct complaints complaints;
	complaints_init(&complaints);
	bool good = scenario_read(&again, &source, NULL, 0, &complaints);
	complaints_print(&complaints, stderr);
	require(good && again.points == scenario->points && again.trials == scenario->trials);
	char *again_text = print_resolved(&again, &again_length);
	require(length == again_length && !memcmp(text, again_text, length));
	complaints_free(&complaints);
	scenario_free(&again);
	free(again_text);
	free(text);
}

static void use(struct scenario *scenario)
{
	struct plan *plan = &scenario->plans[0];
	struct results results;
	double rows = (double)plan->rollouts * plan->cases * scenario->points * scenario->trials;
	require_reads_back(scenario);
	if (rows < MOST_CONTROLS) {
		scenario_describe(scenario, &results);
		results_free(&results);
	}
	if (!is_small(plan))
		return;
	plan->horizon = cap_horizon(plan);
	run(plan, 0, plan->cases - 1);
	if (plan->rollouts > 1)
		run(plan, plan->rollouts - 1, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct setting settings[MOST_SETTINGS_READ];
	struct scenario scenario;
	struct complaints complaints;
	char *text = malloc(size + 1), *outside = malloc(size + 1);
	require(text && outside);
	if (size)
		memcpy(text, data, size);
	text[size] = 0;
	memcpy(outside, text, size + 1);
	int count = read_settings(outside, settings);
	const struct source source = {"fuzz", text, size};
	complaints_init(&complaints);
	bool good = scenario_read(&scenario, &source, settings, count, &complaints);
	require(good == !complaints.count);
	if (good)
		use(&scenario);
	complaints_free(&complaints);
	scenario_free(&scenario);
	free(outside);
	free(text);
	return 0;
}
