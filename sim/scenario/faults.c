/* One entry of a case: a fault, when it is on, and whom it hits. */
#include "sim/scenario/reader.h"

#include "models/list.h"

#include <math.h>
#include <string.h>

/* Something that versions call, or -1. */
static int find_dependency(const struct plan *plan, const char *name)
{
	for (int d = 0; d < plan->dependencies; d++)
		if (!strcmp(plan->dependency[d], name))
			return d;
	return -1;
}

static void complain_of_target(struct reader *reader, const struct node *map, const char *on)
{
	const struct plan *plan = reader->plan;
	const char *names[MAX_VERSIONS + MAX_DEPENDENCIES + 2] = {"both"};
	int count = 1;
	for (int v = 0; v < plan->versions; v++)
		names[count++] = plan->version[v].name ? plan->version[v].name : "";
	for (int d = 0; d < plan->dependencies; d++)
		names[count++] = plan->dependency[d];
	const char *near = error_nearest(on, names);
	complain(reader->complaints, read_mark(map, "on"), "there is no version \"%s\"%s%s%s%s", on,
		 plan->dependencies ? ", nor does any call it" : "",
		 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static uint32_t read_targets(struct reader *reader, const struct node *map, const char *on)
{
	const struct plan *plan = reader->plan;
	if (!strcmp(on, "both") || find_dependency(plan, on) >= 0)
		return (UINT32_C(1) << plan->versions) - 1;
	for (int v = 0; v < plan->versions; v++)
		if (plan->version[v].name && !strcmp(plan->version[v].name, on))
			return UINT32_C(1) << v;
	complain_of_target(reader, map, on);
	return 0;
}

/* The condition of `where`, as a range of an attribute's bits. */
static void read_condition(struct reader *reader, const struct node *node,
			   const struct fault_when *when, struct selection *selection)
{
	const struct plan *plan = reader->plan;
	struct bit_range range = {0, 0};
	char why[READER_SENTENCE];
	if (!attribute_condition(plan->attribute, plan->attributes, when->where,
				 &selection->attribute, &range, why, sizeof why))
		complain(reader->complaints, read_mark(node, "where"), "%s", why);
	if (!isnan(when->share) || when->of != OF_REQUESTS)
		complain(reader->complaints, read_mark(node, "share"),
			 "a fault hits either a share or those of whom something is true");
	selection->of = OF_ATTRIBUTE;
	for (int v = 0; v < plan->versions; v++) {
		selection->from[v] = range.from;
		selection->to[v] = range.to;
	}
}

/* A share, and of each version those that call what fails. */
static void read_share(struct reader *reader, const struct fault_when *when, int dependency,
		       struct selection *selection)
{
	const struct plan *plan = reader->plan;
	double share = isnan(when->share) ? 1 : when->share;
	selection->of = (enum fault_share)when->of;
	for (int v = 0; v < plan->versions; v++) {
		double calls = dependency < 0 ? 1 : plan->version[v].calls[dependency];
		selection->from[v] = 0;
		selection->to[v] = (uint64_t)llround(share * calls * 0x1p32);
	}
}

/* Only some requests are hit. */
static void read_selection(struct reader *reader, const struct node *node, struct case_plan *case_,
			   struct fault_plan *fault)
{
	const struct fault_when *when = &fault->when;
	const struct plan *plan = reader->plan;
	int dependency = when->on ? find_dependency(plan, when->on) : -1;
	fault->selection = -1;
	if (when->of == OF_USERS && !plan->population.users)
		complain(reader->complaints, read_mark(node, "of"),
			 "nobody knows the users: traffic has no \"users\"");
	if (dependency >= 0 && when->where)
		complain(reader->complaints, read_mark(node, "where"),
			 "a fault of something that versions call hits those who call it");
	if (tree_find(node, "of") && !tree_find(node, "share"))
		complain(reader->complaints, read_mark(node, "of"),
			 "of says what share is a share of: give share, too");
	if (dependency < 0 && !when->where && !(when->share < 1))
		return;
	if (case_->selections == MAX_SELECTIONS) {
		complain(reader->complaints, node->at,
			 "at most %d faults of a case can hit only some requests", MAX_SELECTIONS);
		return;
	}
	fault->selection = case_->selections++;
	struct selection *selection = &case_->selection[fault->selection];
	if (when->where)
		read_condition(reader, node, when, selection);
	else
		read_share(reader, when, dependency, selection);
	if (plan->cohorts * plan->versions << case_->selections > MAX_KEYS)
		complain(reader->complaints, node->at,
			 "%d versions, %d cohorts and %d faults that hit only some requests are "
			 "too many at once",
			 plan->versions, plan->cohorts, case_->selections);
}

/* What is said of a fault must be possible. */
static void check_when(struct reader *reader, const struct node *node,
		       const struct fault_when *when)
{
	char end[UNITS_TEXT];
	const struct plan *plan = reader->plan;
	if (when->at >= plan->horizon && plan->horizon > 0)
		complain(reader->complaints, read_mark(node, "at"),
			 "the fault would never happen: it starts at or after the horizon of %s",
			 units_print_duration(end, plan->horizon));
	if (when->every != PARAM_UNSET &&
	    (when->duration == PARAM_UNSET || when->duration >= when->every))
		complain(reader->complaints, read_mark(node, "every"),
			 "a fault that starts again must end before: give a shorter duration");
	if (fault_waits(when) && when->within != PARAM_UNSET)
		complain(reader->complaints, read_mark(node, "within"),
			 "a fault starts either at a random time or when something is reached");
}

/* What happens to dashboards, routers or traffic happens to all requests alike; and traffic does
 * not ask what becomes of it. */
static void check_aim(struct reader *reader, const struct node *node, const struct fault *kind)
{
	static const char *const aims[] = {"segment",	 "region", "where", "share",
					   "of",	 "within", "after", "share_above",
					   "load_above", "every",  "jitter"};
	enum { AIMS_AT_REQUESTS = 6, ALL = sizeof aims / sizeof *aims };
	int barred = kind->bend ? 0 : kind->surge ? ALL : AIMS_AT_REQUESTS;
	for (int i = 0; i < barred; i++)
		if (tree_find(node, aims[i]))
			complain(reader->complaints, read_mark(node, aims[i]),
				 "%s hits %s, not requests: it has no \"%s\"", kind->plugin.name,
				 kind->blind   ? "dashboards"
				 : kind->surge ? "all traffic"
					       : "routers",
				 aims[i]);
}

enum { MOST_CHANGES = 20000000 }; /* of one fault in one trial */

/* Without a pool there are as many servers as needed, and losing some would change nothing. */
static void check_pools(struct reader *reader, const struct node *node,
			const struct fault_plan *fault)
{
	const struct plan *plan = reader->plan;
	bool pooled = false;
	for (int v = 0; v < plan->versions; v++)
		pooled |= fault->versions >> v & 1 && plan->version[v].pool.servers > 0;
	if (!pooled && fault->versions)
		complain(reader->complaints, node->key_at,
			 "%s takes servers away: the version needs a \"pool\"", node->key);
}

/* Whatever flickers does so a bounded number of times. */
static void check_flicker(struct reader *reader, const struct node *node,
			  const struct fault_plan *fault)
{
	const struct fault *kind = (const struct fault *)fault->fault.plugin;
	sim_time most = reader->plan->horizon / MOST_CHANGES;
	struct pulse pulse = {SIM_NEVER / 2, SIM_NEVER / 2};
	if (kind->pulse)
		pulse = kind->pulse(fault->fault.config);
	if (pulse.on + pulse.off < most ||
	    (fault->when.every != PARAM_UNSET && fault->when.every < most))
		complain(reader->complaints, node->at, "%s changes more than %d times",
			 kind->plugin.name, MOST_CHANGES);
}

/* Whom a fault hits, and when it starts, where the scenario does not say. */
static void add_defaults(struct reader *reader, struct node *node, const struct fault *kind)
{
	static const char *const starts[] = {"at", "within", "after", "share_above", "load_above"};
	bool started = false;
	if (!tree_find(node, "on"))
		tree_add(reader->arena, node, "on", kind->on ? kind->on : "candidate", node->at);
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		started |= tree_find(node, starts[i]) != NULL;
	if (kind->on_arrival && !started)
		tree_add(reader->arena, node, "share_above", "0%", node->at);
	if (kind->needs && !tree_find(node, kind->needs))
		complain(reader->complaints, node->at, "%s needs \"%s\": whom it hits",
			 kind->plugin.name, kind->needs);
}

void read_fault(struct reader *reader, struct node *entry, struct case_plan *case_,
		struct fault_plan *fault)
{
	const char *names[MODELS_MOST];
	if (!fields_is_map(reader, entry, "a fault"))
		return;
	models_names(PLUGIN_FAULT, names);
	fields_only(reader, entry, NULL, NULL, names, "a fault");
	struct node *node = use_find(reader, entry, PLUGIN_FAULT, "a fault");
	if (!node)
		return;
	fault->label = node->key;
	bool good = use_read(reader, node, PLUGIN_FAULT, fault_when_params, &fault->fault);
	if (node->kind != NODE_MAP)
		return;
	const struct fault *kind = (const struct fault *)fault->fault.plugin;
	check_aim(reader, node, kind);
	if (kind->of_quality && !reader->plan->version[STABLE].quality)
		complain(reader->complaints, node->key_at,
			 "%s is about right and wrong answers: versions need a \"quality\"",
			 kind->plugin.name);
	add_defaults(reader, node, kind);
	fields_read(reader, node, fault_when_params, &fault->when, node->key);
	if (fault->when.on)
		fault->versions = read_targets(reader, node, fault->when.on);
	fault->cohorts = read_cohorts(reader, node, fault->when.segment, fault->when.region);
	fault->confounder =
		fault->when.is == IS_USUAL ? kind->confounder : fault->when.is == IS_CONFOUNDER;
	check_when(reader, node, &fault->when);
	if (kind->needs_pool)
		check_pools(reader, node, fault);
	if (good)
		check_flicker(reader, node, fault);
	if (good && kind->surge)
		case_->surge *= fmax(kind->surge(fault->fault.config), 1);
	read_selection(reader, node, case_, fault);
}
