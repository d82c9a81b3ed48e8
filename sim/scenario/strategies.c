/* Strategies as values: they may hold others, and stages and phases may have checks of their own.
 */
#include "sim/scenario/reader.h"

#include "models/list.h"

#include <stdio.h>
#include <string.h>

void read_strategy_keys(const char *const *others, const char *keys[])
{
	int count = 0;
	models_names(PLUGIN_STRATEGY, keys);
	while (keys[count])
		count++;
	while (*others)
		keys[count++] = *others++;
	keys[count] = NULL;
}

int read_scope(struct reader *reader, struct node *list)
{
	struct rollout_plan *rollout = reader->rollout;
	if (rollout->scopes == MAX_SCOPES) {
		complain(reader->complaints, list->key_at,
			 "at most %d stages and phases can have checks of their own", MAX_SCOPES);
		return 0;
	}
	read_checks(reader, list, rollout, ++rollout->scopes);
	return rollout->scopes;
}

/* The checks of a map, if it has some. */
static int read_own_checks(struct reader *reader, const struct node *map)
{
	struct node *list = tree_find(map, "checks");
	return list ? read_scope(reader, list) : 0;
}

/* ---- strategies */

/* What a strategy cannot do in this world is said where it stands. */
static void object(struct reader *reader, const struct node *node, const struct use *use)
{
	char why[READER_SENTENCE];
	const struct strategy *strategy = (const struct strategy *)use->plugin;
	const char *key = strategy->object ? strategy->object(use->config, reader->plan,
							      reader->rollout, why, sizeof why)
					   : NULL;
	if (key)
		complain(reader->complaints, read_mark(node, key), "%s: %s", use->plugin->name,
			 why);
}

static bool holds_itself(struct reader *reader, const struct node *node)
{
	for (const struct nest *nest = reader->nest; nest; nest = nest->outer)
		if (!strcmp(nest->plugin->name, node->key)) {
			complain(reader->complaints, node->key_at, "%s cannot hold itself",
				 node->key);
			return true;
		}
	return false;
}

/* The name of what runs the strategy that is being read in parts of the world; NULL: nothing. */
static const char *find_divider(const struct reader *reader)
{
	for (const struct nest *nest = reader->nest; nest; nest = nest->outer)
		if (((const struct strategy *)nest->plugin)->divides)
			return nest->plugin->name;
	return NULL;
}

/* Rules are about everybody: nobody can hold them for a part only. */
static bool rules_part_of_the_world(struct reader *reader, const struct node *node,
				    const struct plugin *plugin)
{
	const char *divider = find_divider(reader);
	if (!((const struct strategy *)plugin)->has_rules || !divider)
		return false;
	complain(reader->complaints, node->key_at,
		 "the rules of %s are about everybody, not one of the %s: let it hold %s as its "
		 "driver",
		 node->key, divider, divider);
	return true;
}

/* Who chooses for each request does so for all: it cannot be left to do it in a part only. */
static void choose_everywhere(struct reader *reader, const struct node *node, const struct use *use)
{
	const struct strategy *strategy = (const struct strategy *)use->plugin;
	const char *divider = find_divider(reader);
	if (strategy->chooses && strategy->chooses(use->config) && divider)
		complain(reader->complaints, node->key_at,
			 "%s chooses for each request of all, and cannot be one of the %s",
			 node->key, divider);
}

bool read_strategy_use(struct reader *reader, struct node *node, struct use *use)
{
	struct nest nest = {models_find(PLUGIN_STRATEGY, node->key), reader->nest};
	if (holds_itself(reader, node) || rules_part_of_the_world(reader, node, nest.plugin))
		return false;
	reader->nest = &nest;
	bool good = use_read(reader, node, PLUGIN_STRATEGY, NULL, use);
	reader->nest = nest.outer;
	if (!good)
		return false;
	const struct strategy *strategy = (const struct strategy *)use->plugin;
	struct plan *plan = reader->plan;
	if (strategy->watches)
		plan->strategies_watch |= strategy->watches(use->config);
	sim_time looks_back = strategy->looks_back_of ? strategy->looks_back_of(use->config)
						      : strategy->looks_back;
	if (looks_back > plan->strategies_look_back)
		plan->strategies_look_back = looks_back;
	plan->strategies_take_servers |= strategy->takes_servers;
	reader->sends_baseline |= strategy->sends_baseline;
	object(reader, node, use);
	choose_everywhere(reader, node, use);
	return true;
}

/* A bare name stands for a map of that name. */
static void expand(struct reader *reader, struct node *node)
{
	if (node->kind != NODE_SCALAR || !models_find(PLUGIN_STRATEGY, node->text))
		return;
	const char *name = node->text;
	node->kind = NODE_MAP;
	node->first = NULL;
	tree_add_map(reader->arena, node, name, node->at);
}

bool read_strategy(struct reader *reader, struct node *node, struct use *use)
{
	const char *keys[MODELS_MOST];
	models_names(PLUGIN_STRATEGY, keys);
	expand(reader, node);
	const char *what = node->key ? node->key : "a strategy";
	if (!fields_is_map(reader, node, what))
		return false;
	fields_only(reader, node, NULL, NULL, keys, what);
	struct node *found = use_find(reader, node, PLUGIN_STRATEGY, what);
	return found && read_strategy_use(reader, found, use);
}

/* ---- phases */

static void read_phase(struct reader *reader, struct node *node, struct phase *phase)
{
	const char *keys[MODELS_MOST + 1];
	expand(reader, node);
	if (!fields_is_map(reader, node, "a phase"))
		return;
	read_strategy_keys((const char *const[]){"checks", NULL}, keys);
	fields_only(reader, node, NULL, NULL, keys, "a phase");
	struct node *found = use_find(reader, node, PLUGIN_STRATEGY, "a phase");
	phase->scope = read_own_checks(reader, node);
	if (found)
		read_strategy_use(reader, found, &phase->strategy);
}

void read_phases(struct reader *reader, const struct param *param, struct node *node,
		 struct phases *phases)
{
	int count = list_count(reader, param, node), i = 0;
	if (!count)
		return;
	struct phase *phase = arena_take(reader->arena, (size_t)count * sizeof *phase);
	for (struct node *child = node->first; child; child = child->next)
		read_phase(reader, child, &phase[i++]);
	*phases = (struct phases){phase, count};
}

/* ---- stages */

const struct param scenario_stage_params[] = {
	{"share", PARAM_SHARE, offsetof(struct step, share), NULL, 0, 1,
	 .about = "what the candidate gets"},
	{"for", PARAM_DURATION, offsetof(struct step, hold), "", 1, (double)MAX_HORIZON,
	 .about = "how long it is held at least"},
	{"requests", PARAM_COUNT, offsetof(struct step, requests), "", 1, 1e12,
	 .about = "how many of the candidate must have been seen since it began"},
	{"approval", PARAM_LAW, offsetof(struct step, approval), "",
	 .about = "a person says yes to what comes next, after so long; left out: nobody is asked"},
	{0},
};

static void read_step_map(struct reader *reader, struct node *node, struct step *step)
{
	fields_only(reader, node, scenario_stage_params, NULL,
		    (const char *const[]){"checks", NULL}, "a stage");
	fields_read(reader, node, scenario_stage_params, step, "a stage");
	if (step->hold == PARAM_UNSET && step->requests == PARAM_UNSET && !step->approval.plugin)
		complain(reader->complaints, node->at,
			 "a stage must end some time: give \"for\", \"requests\" or \"approval\"");
	step->scope = read_own_checks(reader, node);
}

static void read_step(struct reader *reader, struct node *node, struct step *step)
{
	struct stage stage = {0, 0};
	if (node->kind == NODE_MAP) {
		read_step_map(reader, node, step);
		return;
	}
	if (list_is_read(reader, node, units_parse_stage(list_text(node), &stage)) && !stage.hold)
		complain(reader->complaints, node->at, "a stage must be held for longer than 0s");
	*step = (struct step){stage.share, stage.hold, PARAM_UNSET, {NULL, NULL}, 0};
}

void read_stages(struct reader *reader, const struct param *param, struct node *node,
		 struct stages *stages)
{
	int count = list_count(reader, param, node), i = 0;
	if (!count)
		return;
	struct step *step = arena_take(reader->arena, (size_t)count * sizeof *step);
	for (struct node *child = node->first; child; child = child->next)
		read_step(reader, child, &step[i++]);
	*stages = (struct stages){step, count};
}
