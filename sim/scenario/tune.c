/* `tune:` what `coalmine tune` may change, what should become little, and what has to hold. */
#include "sim/scenario/reader.h"

#include "sim/tuning.h"

#include <fnmatch.h>
#include <string.h>

struct tune_fields {
	const char *rollout;
	int64_t budget;
};

struct aim_fields {
	const char *quantity, *case_;
};

const struct param scenario_tune_params[] = {
	{"rollout", PARAM_WORD, offsetof(struct tune_fields, rollout), "",
	 .about = "the one that is tuned; needed where there are several"},
	{"budget", PARAM_COUNT, offsetof(struct tune_fields, budget), "50k", 100, 1e9,
	 .about = "how many trials the search takes; the front is estimated anew with more"},
	{0},
};

const struct param scenario_aim_params[] = {
	{"quantity", PARAM_WORD, offsetof(struct aim_fields, quantity), NULL,
	 .about = "what should become little, as expect names it: harmed_users.mean"},
	{"case", PARAM_WORD, offsetof(struct aim_fields, case_), "*",
	 .about = "in which cases, a pattern"},
	{0},
};

static const char *const tune_lists[] = {"parameters", "minimise", "subject_to", "cases", NULL};

/* ---- words that name rollouts and cases */

static void complain_of_name(struct reader *reader, struct mark at, const char *kind,
			     const char *word, bool rollouts)
{
	const struct plan *plan = reader->plan;
	const char *names[256] = {NULL};
	int count = rollouts ? plan->rollouts : plan->cases;
	for (int i = 0; i < count && i < 255; i++)
		names[i] = rollouts ? plan->rollout[i].name : plan->case_[i].name;
	const char *near = error_nearest(word, names);
	complain(reader->complaints, at, "no %s is called \"%.60s\"%s%s%s", kind, word,
		 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static int find_rollout(struct reader *reader, const struct node *tune, const char *name)
{
	const struct plan *plan = reader->plan;
	for (int r = 0; r < plan->rollouts && name; r++)
		if (!strcmp(plan->rollout[r].name, name))
			return r;
	if (name)
		complain_of_name(reader, read_mark(tune, "rollout"), "rollout", name, true);
	else if (plan->rollouts > 1)
		complain(reader->complaints, tune->key_at,
			 "there are %d rollouts: say which is tuned, as in rollout: %s",
			 plan->rollouts, plan->rollout[0].name);
	return 0;
}

/* ---- parameters */

static bool is_fixed(const char *key)
{
	static const char *const fixed[] = {"scenario", "trials", "timelines", "horizon", "seed",
					    "vary",	"tune",	  "expect",    "cases",	  NULL};
	size_t length = strcspn(key, ".");
	for (int i = 0; fixed[i]; i++)
		if (strlen(fixed[i]) == length && !strncmp(key, fixed[i], length))
			return true;
	return false;
}

static void read_parameters(struct reader *reader, struct node *tune, struct tuning *tuning)
{
	struct node *map = tree_find(tune, "parameters");
	if (!map) {
		complain(reader->complaints, tune->at,
			 "tune needs parameters, as in {rollouts.careful.checks.0.ratio.max: [1.2, "
			 "1.5, 2]}");
		return;
	}
	if (!fields_is_map(reader, map, "parameters") ||
	    !fields_count(reader, map, "parameters", tree_count(map), TUNING_PARAMETERS))
		return;
	tuning->parameter =
		arena_take(reader->arena, (size_t)tree_count(map) * sizeof *tuning->parameter);
	for (struct node *node = map->first; node; node = node->next) {
		struct tuning_parameter *parameter = &tuning->parameter[tuning->parameters++];
		*parameter = (struct tuning_parameter){.at = node->key_at, .key = node->key};
		if (is_fixed(node->key))
			complain(reader->complaints, node->key_at,
				 "%s says what is asked, and cannot be tuned", node->key);
		read_tuning_values(reader, node, parameter);
	}
}

/* ---- aims */

static bool matches_case(const struct plan *plan, const char *pattern)
{
	for (int c = 0; c < plan->cases; c++)
		if (!fnmatch(pattern, plan->case_[c].name, 0))
			return true;
	return false;
}

static void read_aim(struct reader *reader, struct node *entry, struct tuning *tuning)
{
	struct aim_fields fields = {.case_ = "*", .quantity = entry->text};
	struct mark at = entry->at;
	int before = reader->complaints->count;
	if (entry->kind == NODE_LIST)
		complain(reader->complaints, at, "an aim is a quantity, not a list");
	if (entry->kind == NODE_MAP) {
		fields_only(reader, entry, scenario_aim_params, NULL, NULL, "an aim");
		fields_read(reader, entry, scenario_aim_params, &fields, "an aim");
		at = read_mark(entry, "quantity");
	}
	if (reader->complaints->count != before)
		return;
	const struct node name = {.key = fields.quantity, .key_at = at};
	struct tuning_aim *aim = &tuning->aim[tuning->aims];
	*aim = (struct tuning_aim){.at = at, .case_ = fields.case_};
	if (!matches_case(reader->plan, fields.case_))
		complain_of_name(reader, read_mark(entry, "case"), "case", fields.case_, false);
	if (!read_quantity(reader, &name, &aim->quantity))
		return;
	if (aim->quantity.kind == QUANTITY_MAX)
		complain(reader->complaints, at,
			 "a maximum grows with the trials, and says little of the next: minimise "
			 "a quantile such as .p99");
	tuning->aims++;
}

static void read_aims(struct reader *reader, const struct node *tune, struct tuning *tuning)
{
	struct node *list = tree_find(tune, "minimise");
	if (!list) {
		complain(reader->complaints, tune->at,
			 "tune needs something to minimise, as in [harmed_users.mean]");
		return;
	}
	if (!fields_is_list(reader, list, "minimise") ||
	    !fields_count(reader, list, "minimise", tree_count(list), TUNING_AIMS))
		return;
	tuning->aim = arena_take(reader->arena, (size_t)tree_count(list) * sizeof *tuning->aim);
	for (struct node *entry = list->first; entry; entry = entry->next)
		read_aim(reader, entry, tuning);
}

/* ---- limits, and what cases count for */

static void read_limits(struct reader *reader, struct node *tune, struct tuning *tuning)
{
	const struct node *list = tree_find(tune, "subject_to");
	for (const struct node *entry = list && list->kind == NODE_LIST ? list->first : NULL; entry;
	     entry = entry->next) {
		const struct node *rollout =
			entry->kind == NODE_MAP ? tree_find(entry, "rollout") : NULL;
		const char *tuned = reader->plan->rollout[tuning->rollout].name;
		if (rollout && (rollout->kind != NODE_SCALAR || fnmatch(rollout->text, tuned, 0)))
			complain(reader->complaints, rollout->at,
				 "limits hold for the rollout that is tuned, %s: leave this out",
				 tuned);
	}
	read_expectations(reader, tune, "subject_to", &tuning->limits);
}

static int find_case(const struct plan *plan, const char *name)
{
	for (int c = 0; c < plan->cases; c++)
		if (!strcmp(plan->case_[c].name, name))
			return c;
	return -1;
}

static void read_weights(struct reader *reader, const struct node *tune, struct tuning *tuning)
{
	const struct node *map = tree_find(tune, "cases");
	if (!map || (map->kind == NODE_SCALAR && !strcmp(map->text, "worst")))
		return;
	if (map->kind != NODE_MAP) {
		complain(reader->complaints, map->at,
			 "cases is worst, or a map of what they count for, as in {burst: 3, slow: "
			 "1}");
		return;
	}
	tuning->weight =
		arena_take(reader->arena, (size_t)reader->plan->cases * sizeof *tuning->weight);
	for (const struct node *node = map->first; node; node = node->next) {
		int place = find_case(reader->plan, node->key);
		double weight = 0;
		const char *text = node->kind == NODE_SCALAR ? node->text : "";
		const char *wrong = units_parse_number(text, &weight);
		if (place < 0)
			complain_of_name(reader, node->key_at, "case", node->key, false);
		else if (wrong || weight <= 0)
			complain(reader->complaints, node->at,
				 "a case counts for a number above 0; found \"%.60s\"", text);
		else
			tuning->weight[place] = weight;
	}
}

/* Something must count in every aim. */
static void check_weights(struct reader *reader, const struct tuning *tuning)
{
	const struct plan *plan = reader->plan;
	for (int a = 0; a < tuning->aims && tuning->weight; a++) {
		bool counts = false;
		for (int c = 0; c < plan->cases; c++)
			counts |= tuning->weight[c] > 0 &&
				  !fnmatch(tuning->aim[a].case_, plan->case_[c].name, 0);
		if (!counts)
			complain(reader->complaints, tuning->aim[a].at,
				 "no case of this aim counts for anything in \"cases\"");
	}
}

const struct tuning *read_tuning(struct reader *reader, struct node *tune)
{
	struct tune_fields fields = {0};
	int before = reader->complaints->count;
	struct tuning *tuning = arena_take(reader->arena, sizeof *tuning);
	if (!fields_is_map(reader, tune, "tune"))
		return NULL;
	fields_only(reader, tune, scenario_tune_params, NULL, tune_lists, "tune");
	fields_read(reader, tune, scenario_tune_params, &fields, "tune");
	tuning->rollout = find_rollout(reader, tune, fields.rollout);
	tuning->budget = fields.budget;
	read_parameters(reader, tune, tuning);
	read_aims(reader, tune, tuning);
	read_limits(reader, tune, tuning);
	read_weights(reader, tune, tuning);
	if (reader->complaints->count == before)
		check_weights(reader, tuning);
	return reader->complaints->count == before ? tuning : NULL;
}
