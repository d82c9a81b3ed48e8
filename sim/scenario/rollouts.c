/* `rollouts:` what we might do: a strategy, its checks, and the way back. */
#include "sim/scenario/reader.h"

#include "models/list.h"

#include <string.h>

struct rollout_fields {
	const char *candidate, *baseline;
	sim_time start, clock, longest;
	struct spans freeze;
	int late;
	int64_t needs_baseline;
	bool sticky;
	int correction;
};

static const char *const correction_names[] = {
	[CORRECTION_NONE] = "none", [CORRECTION_BONFERRONI] = "bonferroni",
	[CORRECTION_HOLM] = "holm", [CORRECTION_BH] = "bh",
	[CORRECTION_E_BH] = "e_bh", NULL};

static const char *const late_names[] = {"pause", "roll_back", NULL};

const struct param scenario_rollout_params[] = {
	{"candidate", PARAM_WORD, offsetof(struct rollout_fields, candidate), "candidate",
	 .about = "the version that is rolled out"},
	{"baseline", PARAM_WORD, offsetof(struct rollout_fields, baseline), "",
	 .about = "what checks compare it with, instead of stable: a version like it that a canary "
		  "gives as "
		  "much traffic as the candidate"},
	{"start", PARAM_DURATION, offsetof(struct rollout_fields, start), "0s", 0,
	 (double)MAX_HORIZON, .about = "when the rollout begins"},
	{"sticky", PARAM_FLAG, offsetof(struct rollout_fields, sticky), "yes",
	 .about = "a user stays with the version that served them first"},
	{"correction", PARAM_CHOICE, offsetof(struct rollout_fields, correction), "none",
	 .choices = correction_names,
	 .about = "what several tests do to the p-value of each; e_bh: to e-values"},
	{"needs_baseline", PARAM_COUNT, offsetof(struct rollout_fields, needs_baseline), "0", 0,
	 1e12,
	 .about = "requests of stable that dashboards must have seen; else the rollout is refused"},
	{"max_duration", PARAM_DURATION, offsetof(struct rollout_fields, longest), "", 1e9,
	 (double)MAX_HORIZON,
	 .about = "not promoted after so long, it ends; left out: it may take "
		  "any time"},
	{"out_of_time", PARAM_CHOICE, offsetof(struct rollout_fields, late), "pause",
	 .choices = late_names, .about = "how it ends then: a person is asked, or it goes back"},
	{"freeze", PARAM_SPANS, offsetof(struct rollout_fields, freeze), "",
	 .about = "when nobody is given more of the candidate: [fri 18:00 to mon 8:00]"},
	{"clock", PARAM_CLOCK, offsetof(struct rollout_fields, clock), "mon 0:00",
	 .about = "the time of the week at which a trial begins"},
	{0},
};

/* What the methods usually take. */
static const char *const method_names[] = {"switch", "redeploy", "script", "manual", NULL};
static const struct method {
	const char *from, *to; /* to: NULL where it always takes the same */
} methods[] = {{"1s", NULL}, {"30s", NULL}, {"2m", "3m"}, {"5m", "10m"}};
enum { BY_HAND = 3 };

static const char *const policy_names[] = {[BACK_AT_ONCE] = "immediate",
					   [BACK_STAGED] = "staged",
					   [BACK_CANARY_ONLY] = "canary_only",
					   NULL};

struct rollback_fields {
	struct rollback_plan plan;
	int method, policy;
};

const struct param scenario_rollback_params[] = {
	{"method", PARAM_CHOICE, offsetof(struct rollback_fields, method), "redeploy",
	 .choices = method_names,
	 .about = "how it is done: switch takes 1s, redeploy 30s, script 2m to 3m, manual 5m to "
		  "10m"},
	{"takes", PARAM_LAW, offsetof(struct rollback_fields, plan.takes), "",
	 .about = "how long it takes until the candidate serves nobody; left out: as the method "
		  "does"},
	{"spread", PARAM_DURATION, offsetof(struct rollback_fields, plan.spread), "0s", 0,
	 (double)MAX_HORIZON, .about = "how long it takes then until the last router has followed"},
	{"policy", PARAM_CHOICE, offsetof(struct rollback_fields, policy), "immediate",
	 .choices = policy_names,
	 .about = "staged: half goes back, the rest is watched; canary_only: what other versions "
		  "than the candidate have they keep"},
	{"observe", PARAM_DURATION, offsetof(struct rollback_fields, plan.observe), "5m", 1e9,
	 (double)MAX_HORIZON,
	 .about = "how long a half is watched; if no check fails then, it is restored"},
	{"restores", PARAM_COUNT, offsetof(struct rollback_fields, plan.restores), "1", 0, 1000,
	 .about = "how often that may happen; later failures go back at once"},
	{"cool_down", PARAM_DURATION, offsetof(struct rollback_fields, plan.cool_down), "0s", 0,
	 (double)MAX_HORIZON, .about = "how long no check looks after it was restored"},
	{"fails", PARAM_SHARE, offsetof(struct rollback_fields, plan.fails), "0", 0, 0.99,
	 .about = "share of the attempts that fail"},
	{"retry_after", PARAM_DURATION, offsetof(struct rollback_fields, plan.retry_after), "1m", 0,
	 (double)MAX_HORIZON, .about = "pause before the next attempt"},
	{"retries", PARAM_COUNT, offsetof(struct rollback_fields, plan.retries), "", 0, 1000,
	 .about =
		 "attempts after the first; then somebody does it by hand, in 5m to 10m; left out: "
		 "any number"},
	{0},
};

static void check_candidate(struct reader *reader, struct node *map, struct rollout_plan *rollout,
			    const char *name)
{
	rollout->candidate = read_version_name(reader, map, "candidate", name);
	if (rollout->candidate == STABLE)
		complain(reader->complaints, read_mark(map, "candidate"),
			 "the candidate cannot be stable itself");
}

static void check_baseline(struct reader *reader, struct node *map, struct rollout_plan *rollout,
			   const char *name)
{
	int version = read_version_name(reader, map, "baseline", name);
	rollout->baseline = version < 0 ? STABLE : version;
	if (version > STABLE && version == rollout->candidate)
		complain(reader->complaints, read_mark(map, "baseline"),
			 "the candidate cannot be compared with itself");
}

static void read_freeze(struct reader *reader, struct node *map,
			const struct rollout_fields *fields, struct rollout_plan *rollout)
{
	int before = reader->complaints->count;
	rollout->freeze = fields->freeze;
	if (reader->complaints->count == before && fields->freeze.count &&
	    span_end_of_all(fields->freeze.span, fields->freeze.count, 0) == SIM_NEVER)
		complain(reader->complaints, read_mark(map, "freeze"),
			 "the whole week is frozen: nothing could ever be rolled out");
}

/* Always the same time, or any between two. */
static void take_law(struct reader *reader, const struct method *method, struct use *law)
{
	struct node node = {.kind = method->to ? NODE_MAP : NODE_SCALAR, .text = method->from};
	if (method->to) {
		struct node *uniform = tree_add_map(reader->arena, &node, "uniform", node.at);
		tree_add(reader->arena, uniform, "from", method->from, node.at);
		tree_add(reader->arena, uniform, "to", method->to, node.at);
	}
	use_read_law(reader, &node, law);
}

static void read_rollback(struct reader *reader, struct node *map, struct rollout_plan *rollout)
{
	struct rollback_fields fields;
	struct node *rollback = fields_map(reader, map, "rollback");
	if (!rollback)
		return;
	fields_only(reader, rollback, scenario_rollback_params, NULL, NULL, "rollback");
	if (tree_find(rollback, "method") && tree_find(rollback, "takes"))
		complain(reader->complaints, read_mark(rollback, "method"),
			 "give either how it is done or how long it takes; not both");
	bool own = tree_find(rollback, "takes") != NULL;
	fields_read(reader, rollback, scenario_rollback_params, &fields, "rollback");
	if (own)
		tree_remove(rollback, tree_find(rollback, "method"));
	rollout->rollback = fields.plan;
	rollout->rollback.policy = (enum way_back)fields.policy;
	if (!own)
		take_law(reader, &methods[fields.method], &rollout->rollback.takes);
	take_law(reader, &methods[BY_HAND], &rollout->rollback.by_hand);
}

static void read_rollout(struct reader *reader, struct node *map, struct rollout_plan *rollout)
{
	struct rollout_fields fields;
	const char *keys[MODELS_MOST + 2];
	char what[80];
	snprintf(what, sizeof what, "rollout \"%.40s\"", map->key);
	rollout->name = map->key;
	if (!fields_is_map(reader, map, what))
		return;
	read_strategy_keys((const char *const[]){"checks", "rollback", NULL}, keys);
	fields_only(reader, map, scenario_rollout_params, NULL, keys, what);
	struct node *use = use_find(reader, map, PLUGIN_STRATEGY, what);
	fields_read(reader, map, scenario_rollout_params, &fields, what);
	rollout->start = fields.start;
	rollout->sticky = fields.sticky;
	rollout->correction = (enum correction)fields.correction;
	rollout->clock = fields.clock;
	rollout->longest = fields.longest;
	rollout->backs_off = fields.late == 1;
	rollout->needs_baseline = (double)fields.needs_baseline;
	read_freeze(reader, map, &fields, rollout);
	if (fields.candidate)
		check_candidate(reader, map, rollout, fields.candidate);
	if (fields.baseline)
		check_baseline(reader, map, rollout, fields.baseline);
	if (fields.start >= reader->plan->horizon && reader->plan->horizon > 0)
		complain(reader->complaints, read_mark(map, "start"),
			 "the rollout would never begin: it starts at or after the horizon");
	struct node *checks = tree_find(map, "checks");
	if (checks)
		read_checks(reader, checks, rollout, 0);
	reader->rollout = rollout;
	reader->sends_baseline = false;
	if (use && read_strategy_use(reader, use, &rollout->strategy) &&
	    rollout->baseline != STABLE && rollout->baseline != rollout->candidate &&
	    !reader->sends_baseline)
		complain(reader->complaints, read_mark(map, "baseline"),
			 "%s sends nobody to \"%s\": canary does, and bandit as one of its arms",
			 use->key, fields.baseline);
	read_rollback(reader, map, rollout);
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
