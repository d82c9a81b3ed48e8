/* Points of a scenario that nobody wrote down: values for its parameters put into its tree, which
 * is then read like any other, so that every rule of scenarios holds for them, too. */
#include "sim/scenario/pattern.h"

#include <stdlib.h>
#include <string.h>

/* The node that a path leads to; NULL where it leads nowhere. */
static const struct node *find(const struct node *root, const char *path)
{
	const struct node *node = root;
	while (node && *path) {
		char step[TREE_LONGEST_KEY + 1];
		size_t length = strcspn(path, ".");
		if (length > TREE_LONGEST_KEY)
			return NULL;
		memcpy(step, path, length);
		step[length] = 0;
		path += length + (path[length] == '.');
		if (node->kind != NODE_LIST) {
			node = node->kind == NODE_MAP ? tree_find(node, step) : NULL;
			continue;
		}
		unsigned long skip = strtoul(step, NULL, 10);
		for (node = node->first; node && skip; skip--)
			node = node->next;
	}
	return node;
}

static void put(struct arena *arena, struct node *tree, const struct tuning_parameter *parameter,
		int choice, struct complaints *complaints)
{
	if (choice >= 0)
		tree_put(arena, tree, parameter->key, parameter->value[choice], parameter->at,
			 complaints);
}

/* A parameter that has come to count without a value takes what stands there, if that is one of its
 * values, or the middle one. */
static int value_there(const struct node *tree, const struct tuning_parameter *parameter)
{
	const struct node *node = find(tree, parameter->key);
	for (int v = 0; v < parameter->values && node && node->kind == NODE_SCALAR; v++)
		if (!strcmp(parameter->text[v], node->text))
			return v;
	return parameter->values / 2;
}

/* Those that always count come first: they may make room for the others. */
static struct node *arrange(const struct scenario *scenario, struct arena *arena, int *choice,
			    struct complaints *complaints)
{
	const struct tuning *tuning = scenario->tuning;
	struct node *tree = tree_copy(arena, scenario->pattern->root);
	for (int conditional = 0; conditional < 2; conditional++)
		for (int i = 0; i < tuning->parameters; i++) {
			const struct tuning_parameter *parameter = &tuning->parameter[i];
			if ((parameter->when != NULL) != conditional)
				continue;
			if (parameter->when && !find(tree, parameter->when))
				choice[i] = TUNING_UNUSED;
			else if (choice[i] == TUNING_UNUSED)
				choice[i] = value_there(tree, parameter);
			put(arena, tree, parameter, choice[i], complaints);
		}
	return tree;
}

static int *copy_choice(struct arena *arena, const struct tuning *tuning, const int *choice)
{
	int *copy = arena_take(arena, (size_t)tuning->parameters * sizeof *copy);
	memcpy(copy, choice, (size_t)tuning->parameters * sizeof *copy);
	return copy;
}

bool scenario_arrange(struct scenario *scenario, const int *choice, struct plan *plan,
		      struct complaints *complaints)
{
	struct reader reader = scenario->pattern->reader;
	int before = complaints->count;
	reader.complaints = complaints;
	memset(plan, 0, sizeof *plan);
	int *copy = copy_choice(&scenario->arena, scenario->tuning, choice);
	struct node *tree = arrange(scenario, &scenario->arena, copy, complaints);
	if (complaints->count != before || !read_plan(&reader, tree, plan))
		return false;
	if (!read_names_same(plan, &scenario->plans[0]))
		complain(complaints, scenario->tuning->parameter[0].at,
			 "with some values the scenario has other rollouts, cases, versions or "
			 "segments; tune only what is inside them");
	return complaints->count == before;
}

void scenario_settle(const struct scenario *scenario, int *choice)
{
	struct arena arena = {0};
	struct complaints complaints;
	bool conditional = false;
	for (int i = 0; i < scenario->tuning->parameters; i++)
		conditional |= scenario->tuning->parameter[i].when != NULL;
	if (!conditional)
		return;
	complaints_init(&complaints);
	arrange(scenario, &arena, choice, &complaints);
	complaints_free(&complaints);
	arena_free(&arena);
}

const char *scenario_present(struct scenario *scenario, int parameter)
{
	const struct node *node =
		find(scenario->pattern->root, scenario->tuning->parameter[parameter].key);
	return node ? tree_text(&scenario->arena, node) : NULL;
}

/* ---- the part of a scenario that changes */

/* rollouts.careful.checks.0 belongs to rollouts.careful, telemetry.delay to telemetry. */
static size_t length_of_part(const char *key)
{
	static const char *const maps[] = {"rollouts.", "versions.", "cases."};
	size_t first = strcspn(key, ".");
	for (int i = 0; i < 3; i++)
		if (!strncmp(key, maps[i], strlen(maps[i])))
			return first + 1 + strcspn(key + first + 1, ".");
	return first;
}

void scenario_print_part(const struct scenario *scenario, const int *choice, int parameter,
			 FILE *out)
{
	const struct tuning *tuning = scenario->tuning;
	const char *key = tuning->parameter[parameter].key;
	size_t length = length_of_part(key);
	for (int i = 0; i < parameter; i++)
		if (length_of_part(tuning->parameter[i].key) == length &&
		    !strncmp(tuning->parameter[i].key, key, length))
			return;
	struct arena arena = {0};
	struct complaints complaints;
	complaints_init(&complaints);
	int *copy = copy_choice(&arena, tuning, choice);
	const struct node *tree = arrange(scenario, &arena, copy, &complaints);
	struct node root = {.kind = NODE_MAP}, *at = &root;
	for (size_t used = 0; used < length;) {
		size_t step = strcspn(key + used, ".");
		at = tree_add_map(&arena, at, arena_copy(&arena, key + used, step), root.at);
		used += step + 1;
	}
	const struct node *part = find(tree, arena_copy(&arena, key, length));
	at->kind = part->kind;
	at->text = part->text;
	at->first = part->first;
	tree_print(&root, out);
	complaints_free(&complaints);
	arena_free(&arena);
}

/* ---- mistakes in values */

/* A value of an earlier parameter with which the `when` of this one leads somewhere. */
static bool make_room(const struct scenario *scenario, int parameter, int *choice)
{
	const struct tuning *tuning = scenario->tuning;
	for (int i = 0; i < tuning->parameters; i++)
		for (int v = 0; v < tuning->parameter[i].values; v++) {
			int kept = choice[parameter];
			choice[i] = i == parameter ? choice[i] : v;
			scenario_settle(scenario, choice);
			if (i != parameter && choice[parameter] != TUNING_UNUSED)
				return true;
			choice[parameter] = kept;
			choice[i] = i == parameter ? choice[i] : TUNING_AS_IS;
		}
	return false;
}

static void try_value(struct scenario *scenario, int parameter, int value,
		      struct complaints *complaints)
{
	const struct tuning *tuning = scenario->tuning;
	struct arena arena = {0};
	struct plan *plan = arena_take(&arena, sizeof *plan);
	int *choice = arena_take(&arena, (size_t)tuning->parameters * sizeof *choice);
	for (int i = 0; i < tuning->parameters; i++)
		choice[i] = TUNING_AS_IS;
	choice[parameter] = value;
	scenario_settle(scenario, choice);
	if (choice[parameter] != TUNING_UNUSED) {
		scenario_arrange(scenario, choice, plan, complaints);
	} else {
		choice[parameter] = value;
		if (make_room(scenario, parameter, choice))
			scenario_arrange(scenario, choice, plan, complaints);
		else
			complain(complaints, tuning->parameter[parameter].at,
				 "%s never counts: with no value does %s lead anywhere",
				 tuning->parameter[parameter].key,
				 tuning->parameter[parameter].when);
	}
	arena_free(&arena);
}

void pattern_try(struct scenario *scenario, struct complaints *complaints)
{
	const struct tuning *tuning = scenario->tuning;
	for (int i = 0; i < tuning->parameters; i++) {
		const struct tuning_parameter *parameter = &tuning->parameter[i];
		int before = complaints->count;
		/* Of a range the ends say all. */
		int step = parameter->range && parameter->values > 1 ? parameter->values - 1 : 1;
		for (int v = 0; v < parameter->values && complaints->count == before; v += step)
			try_value(scenario, i, v, complaints);
	}
}
