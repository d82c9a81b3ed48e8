/* `rollouts:` what we might do: a strategy, its checks, and the way back. */
#include "sim/scenario/reader.h"

#include "models/list.h"

#include <string.h>

struct rollout_fields {
	const char *candidate;
	sim_time start;
	bool sticky;
	int correction;
};

static const char *const correction_names[] = {
	[CORRECTION_NONE] = "none", [CORRECTION_BONFERRONI] = "bonferroni",
	[CORRECTION_HOLM] = "holm", [CORRECTION_BH] = "bh",
	[CORRECTION_E_BH] = "e_bh", NULL};

const struct param scenario_rollout_params[] = {
	{"candidate", PARAM_WORD, offsetof(struct rollout_fields, candidate), "candidate",
	 .about = "the version that is rolled out"},
	{"start", PARAM_DURATION, offsetof(struct rollout_fields, start), "0s", 0,
	 (double)MAX_HORIZON, .about = "when the rollout begins"},
	{"sticky", PARAM_FLAG, offsetof(struct rollout_fields, sticky), "yes",
	 .about = "a user stays with the version that served them first"},
	{"correction", PARAM_CHOICE, offsetof(struct rollout_fields, correction), "none",
	 .choices = correction_names,
	 .about = "what several tests do to the p-value of each; e_bh: to e-values"},
	{0},
};

const struct param scenario_rollback_params[] = {
	{"takes", PARAM_LAW, offsetof(struct rollback_plan, takes), "30s",
	 .about = "how long it takes until the candidate serves nobody"},
	{"fails", PARAM_SHARE, offsetof(struct rollback_plan, fails), "0", 0, 0.99,
	 .about = "share of the attempts that fail"},
	{"retry_after", PARAM_DURATION, offsetof(struct rollback_plan, retry_after), "1m", 0,
	 (double)MAX_HORIZON, .about = "pause before the next attempt"},
	{0},
};

static void list_keys(const char *keys[MODELS_MOST + 8])
{
	models_names(PLUGIN_STRATEGY, keys);
	int count = 0;
	while (keys[count])
		count++;
	keys[count++] = "checks";
	keys[count++] = "rollback";
	keys[count] = NULL;
}

static void check_candidate(struct reader *reader, struct node *map, struct rollout_plan *rollout,
			    const char *name)
{
	rollout->candidate = read_version_name(reader, map, "candidate", name);
	if (rollout->candidate == STABLE)
		complain(reader->complaints, read_mark(map, "candidate"),
			 "the candidate cannot be stable itself");
}

static void read_rollout(struct reader *reader, struct node *map, struct rollout_plan *rollout)
{
	struct rollout_fields fields;
	const char *keys[MODELS_MOST + 8];
	char what[80];
	snprintf(what, sizeof what, "rollout \"%.40s\"", map->key);
	rollout->name = map->key;
	if (!fields_is_map(reader, map, what))
		return;
	list_keys(keys);
	fields_only(reader, map, scenario_rollout_params, NULL, keys, what);
	struct node *use = use_find(reader, map, PLUGIN_STRATEGY, what);
	fields_read(reader, map, scenario_rollout_params, &fields, what);
	rollout->start = fields.start;
	rollout->sticky = fields.sticky;
	rollout->correction = (enum correction)fields.correction;
	if (fields.candidate)
		check_candidate(reader, map, rollout, fields.candidate);
	if (fields.start >= reader->plan->horizon && reader->plan->horizon > 0)
		complain(reader->complaints, read_mark(map, "start"),
			 "the rollout would never begin: it starts at or after the horizon");
	read_checks(reader, map, rollout, 0);
	reader->rollout = rollout;
	if (use)
		read_strategy_use(reader, use, &rollout->strategy);
	struct node *rollback = fields_map(reader, map, "rollback");
	if (!rollback)
		return;
	fields_only(reader, rollback, scenario_rollback_params, NULL, NULL, "rollback");
	fields_read(reader, rollback, scenario_rollback_params, &rollout->rollback, "rollback");
}

void read_rollouts(struct reader *reader, struct node *root)
{
	struct node *map = tree_find(root, "rollouts");
	if (!map || (map->kind == NODE_MAP && !map->first)) {
		complain(reader->complaints, map ? map->at : root->at,
			 "a scenario needs \"rollouts\": what we might do, such as "
			 "{all: {instant: {}}}");
		return;
	}
	if (!fields_is_map(reader, map, "rollouts"))
		return;
	int count = tree_count(map);
	reader->plan->rollout =
		arena_take(reader->arena, (size_t)count * sizeof(struct rollout_plan));
	for (struct node *child = map->first; child; child = child->next)
		read_rollout(reader, child, &reader->plan->rollout[reader->plan->rollouts++]);
}
